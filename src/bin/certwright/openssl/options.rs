//! The options, by a parser of our own: clap has no long options with a single dash, and openssl has no others.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::flags::{self, Filled, Flags, Value};
use super::point::Form;
use super::{Refusal, algorithm, pkcs12};

/// Which of openssl's commands stands in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Rsa,
    Pkey,
    Ec,
    Pkcs8,
}

pub(super) const COMMANDS: [(&str, Command); 4] =
    [("rsa", Command::Rsa), ("pkey", Command::Pkey), ("ec", Command::Ec), ("pkcs8", Command::Pkcs8)];

impl Command {
    pub(super) fn name(self) -> &'static str {
        COMMANDS.iter().find(|(_, command)| *command == self).map_or("", |(name, _)| name)
    }
}

/// How a file is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Pem,
    Der,
}

/// What is printed in lines of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Text {
    #[default]
    None,
    /// The numbers of the key that is read.
    All,
    /// The public ones of them.
    Public,
}

/// What was asked for.
pub(super) enum Asked {
    Help(String),
    Conversion(Box<Options>),
    Pkcs12(Box<pkcs12::Options>),
}

/// The options of a conversion. Not to be printed: a passphrase may be among them.
pub(super) struct Options {
    pub(super) command: Command,
    pub(super) input: Option<PathBuf>,
    pub(super) output: Option<PathBuf>,
    pub(super) outform: Encoding,
    pub(super) passin: Option<OsString>,
    pub(super) passout: Option<OsString>,
    /// The cipher or scheme that was named.
    pub(super) protection: Option<String>,
    /// Whether the passphrase is stretched by scrypt, whatever cipher is named.
    pub(super) scrypt: bool,
    pub(super) iterations: Option<u32>,
    pub(super) prf: Option<String>,
    pub(super) traditional: bool,
    pub(super) topk8: bool,
    pub(super) nocrypt: bool,
    pub(super) pubin: bool,
    pub(super) pubout: bool,
    /// The public key is written in PKCS#1, without its algorithm.
    pub(super) rsa_public: bool,
    pub(super) form: Option<Form>,
    pub(super) noout: bool,
    pub(super) check: bool,
    pub(super) modulus: bool,
    pub(super) text: Text,
}

impl Options {
    fn new(command: Command) -> Self {
        Self {
            command,
            input: None,
            output: None,
            outform: Encoding::Pem,
            passin: None,
            passout: None,
            protection: None,
            scrypt: false,
            iterations: None,
            prf: None,
            traditional: false,
            topk8: false,
            nocrypt: false,
            pubin: false,
            pubout: false,
            rsa_public: false,
            form: None,
            noout: false,
            check: false,
            modulus: false,
            text: Text::None,
        }
    }
}

const HELP: &str =
    "  -in FILE -out FILE       standard input and output without them; an existing file is replaced
  -inform PEM|DER          accepted; the contents decide
  -outform PEM|DER
  -passin SOURCE -passout SOURCE   file:FILE, env:VARIABLE, fd:NUMBER, stdin, pass:TEXT
  -noout                   do not write the key
  -provider legacy|default|base   accepted: old keys are opened in any case
";
const HELP_KEYS: &str =
    "  -aes128 -aes192 -aes256 -des3 …  encrypt: PBES2, PBKDF2 with 600,000 iterations, AES-256-CBC
  -pubin -pubout           read, write the public key
  -check                   hold the private part against the public one, by numbers and by a signature
  -text                    print the numbers of the key
";
const HELP_TRADITIONAL: &str = "  -traditional             PKCS#1 or SEC1, not encrypted\n";
const HELP_POINT: &str = "  -conv_form FORM          write the point compressed, uncompressed or hybrid
  -param_enc named_curve   accepted; curves are always written by name
";
const HELP_POINT_PKEY: &str = "  -text_pub                print the public numbers of the key
  -ec_conv_form FORM       write the point compressed, uncompressed or hybrid
  -ec_param_enc named_curve   accepted; curves are always written by name
";
const HELP_RSA: &str = "  -modulus                 print the modulus
  -RSAPublicKey_in -RSAPublicKey_out   read, write the public key in PKCS#1
";
const HELP_PKCS8: &str = "  -topk8                   write encrypted PKCS#8 from any form
  -nocrypt                 neither read nor write encryption
  -v2 CIPHER -v2prf PRF -v1 SCHEME -scrypt   encrypt: always with AES-256-CBC
  -iter N                  iterations of PBKDF2, 600,000 without it
";

pub(super) fn parse(arguments: &[OsString]) -> Result<Asked, Refusal> {
    let name = arguments.first().map(|name| name.to_string_lossy()).unwrap_or_default();
    let rest = arguments.get(1..).unwrap_or_default();
    if matches!(name.trim_start_matches('-'), "" | "h" | "help") {
        let commands: String = COMMANDS.iter().map(|(_, command)| help(*command)).collect();
        return Ok(Asked::Help(commands + pkcs12::HELP));
    }
    if name == "pkcs12" {
        let mut options = Box::new(pkcs12::Options::default());
        return Ok(match flags::fill(options.as_mut(), rest)? {
            Filled::Help => Asked::Help(pkcs12::HELP.to_owned()),
            Filled::Options => Asked::Pkcs12(options),
        });
    }
    let known = COMMANDS.iter().find(|(known, _)| *known == name);
    let Some((_, command)) = known else { return Err(Refusal::Command { command: name.into_owned() }) };
    let mut options = Box::new(Options::new(*command));
    Ok(match flags::fill(options.as_mut(), rest)? {
        Filled::Help => Asked::Help(help(*command)),
        Filled::Options => Asked::Conversion(options),
    })
}

fn help(command: Command) -> String {
    let specific = match command {
        Command::Pkcs8 => [HELP_TRADITIONAL, HELP_PKCS8].concat(),
        Command::Ec => [HELP_KEYS, HELP_POINT].concat(),
        Command::Pkey => [HELP_KEYS, HELP_TRADITIONAL, HELP_POINT_PKEY].concat(),
        Command::Rsa => [HELP_KEYS, HELP_TRADITIONAL, HELP_RSA].concat(),
    };
    format!("Usage: certwright openssl {} [options]\n{HELP}{specific}", command.name())
}

impl Flags for Options {
    fn command(&self) -> &'static str {
        self.command.name()
    }

    fn switch(&mut self, option: &str) -> bool {
        use Command::{Pkcs8, Rsa};
        let command = self.command;
        match option {
            "noout" if command != Pkcs8 => self.noout = true,
            "pubin" if command != Pkcs8 => self.pubin = true,
            "pubout" if command != Pkcs8 => self.pubout = true,
            // What is read may be of either form in any case.
            "RSAPublicKey_in" if command == Rsa => self.pubin = true,
            "RSAPublicKey_out" if command == Rsa => (self.pubout, self.rsa_public) = (true, true),
            "check" if command != Pkcs8 => self.check = true,
            // `ec` writes the traditional form without being asked.
            "traditional" if command != Command::Ec => self.traditional = true,
            // Who asks for the public numbers, too, is told no others.
            "text" if command != Pkcs8 && self.text == Text::Public => {}
            "text" if command != Pkcs8 => self.text = Text::All,
            "text_pub" if command == Command::Pkey => self.text = Text::Public,
            "modulus" if command == Rsa => self.modulus = true,
            "topk8" if command == Pkcs8 => self.topk8 = true,
            "nocrypt" if command == Pkcs8 => self.nocrypt = true,
            "scrypt" if command == Pkcs8 => self.scrypt = true,
            cipher if command != Pkcs8 && algorithm::is_option(cipher) => {
                self.protection = Some(cipher.to_owned());
            }
            _ => return false,
        }
        true
    }

    fn take(&mut self, option: &str, value: &mut Value<'_>) -> Result<(), Refusal> {
        match option {
            "in" => self.input = Some(value()?.into()),
            "out" => self.output = Some(value()?.into()),
            // Read for its syntax: the contents say what the file is, as they do for OpenSSL 3.
            "inform" => self.encoding(option, &value()?).map(drop)?,
            "outform" => self.outform = self.encoding(option, &value()?)?,
            "passin" => self.passin = Some(value()?),
            "passout" => self.passout = Some(value()?),
            "provider" => flags::provider(self.command.name(), &value()?)?,
            "conv_form" if self.command == Command::Ec => self.point_form(option, &value()?)?,
            "ec_conv_form" if self.command == Command::Pkey => self.point_form(option, &value()?)?,
            "param_enc" if self.command == Command::Ec => self.curve_by_name(option, &value()?)?,
            "ec_param_enc" if self.command == Command::Pkey => self.curve_by_name(option, &value()?)?,
            "v1" if self.command == Command::Pkcs8 => {
                self.protection = Some(self.known(option, &value()?, algorithm::is_scheme)?);
            }
            "v2" if self.command == Command::Pkcs8 => {
                self.protection = Some(self.known(option, &value()?, algorithm::is_cipher)?);
            }
            "v2prf" if self.command == Command::Pkcs8 => {
                let known = algorithm::is_pseudo_random_function;
                self.prf = Some(self.known(option, &value()?, known)?);
            }
            "iter" if self.command == Command::Pkcs8 => {
                self.iterations = Some(self.number(option, &value()?)?)
            }
            _ => return Err(Refusal::Option { command: self.command.name(), option: format!("-{option}") }),
        }
        Ok(())
    }
}

impl Options {
    fn encoding(&self, option: &str, value: &OsStr) -> Result<Encoding, Refusal> {
        match value.to_string_lossy().to_ascii_uppercase().as_str() {
            "PEM" | "P" => Ok(Encoding::Pem),
            "DER" | "D" => Ok(Encoding::Der),
            _ => Err(self.unsupported(option, value)),
        }
    }

    fn point_form(&mut self, option: &str, value: &OsStr) -> Result<(), Refusal> {
        let form = value.to_str().and_then(Form::named);
        self.form = Some(form.ok_or_else(|| self.unsupported(option, value))?);
        Ok(())
    }

    /// Curves are always written by name.
    fn curve_by_name(&self, option: &str, value: &OsStr) -> Result<(), Refusal> {
        if value == "named_curve" { Ok(()) } else { Err(self.unsupported(option, value)) }
    }

    fn number(&self, option: &str, value: &OsStr) -> Result<u32, Refusal> {
        let number = value.to_str().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
        number.ok_or_else(|| self.unsupported(option, value))
    }

    fn known(&self, option: &str, value: &OsStr, is_known: fn(&str) -> bool) -> Result<String, Refusal> {
        let known = value.to_str().filter(|name| is_known(name));
        known.map(str::to_owned).ok_or_else(|| self.unsupported(option, value))
    }

    fn unsupported(&self, option: &str, value: &OsStr) -> Refusal {
        let value = value.to_string_lossy().into_owned();
        Refusal::Unsupported { command: self.command.name(), option: format!("-{option}"), value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Asked, Refusal> {
        parse(&words.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_taken_apart_as_openssl_does() {
        let Ok(Asked::Conversion(options)) = parsed("rsa --in=a -out b -outform der -aes256 -noout") else {
            panic!()
        };
        assert_eq!((options.input, options.output), (Some("a".into()), Some("b".into())));
        assert_eq!((options.outform, options.noout), (Encoding::Der, true));
        assert_eq!(options.protection, Some("aes256".to_owned()));
    }

    #[test]
    fn nothing_is_ignored() {
        for (words, message) in [
            ("pkcs8 -text", "the option -text is not"),
            ("rsa -topk8", "the option -topk8 is not"),
            ("pkcs8 -aes256", "the option -aes256 is not"),
            ("pkey -in", "-in needs a value"),
            ("pkey -outform PVK", "\"PVK\" of -outform"),
            ("pkcs8 -iter 0", "\"0\" of -iter"),
            ("pkcs8 -v1 nonsense", "\"nonsense\" of -v1"),
            ("pkcs8 -v2 nonsense", "\"nonsense\" of -v2"),
            ("pkcs8 -v2prf nonsense", "\"nonsense\" of -v2prf"),
            ("pkcs12 -export -macalg nonsense", "\"nonsense\" of -macalg"),
            ("pkcs12 -export -keypbe nonsense", "\"nonsense\" of -keypbe"),
            ("pkcs12 -export -iter many", "\"many\" of -iter"),
            ("pkey -noout=yes", "the option -noout is not"),
            ("pkey key.pem", "\"key.pem\" is no option"),
            ("x509 -in a", "`openssl x509`"),
        ] {
            let refusal = parsed(words).err().map(|refusal| refusal.to_string()).unwrap_or_default();
            assert!(refusal.contains(message), "{words}: {refusal}");
        }
    }
}
