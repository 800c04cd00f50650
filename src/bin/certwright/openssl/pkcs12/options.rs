//! The options of `openssl pkcs12`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::super::flags::{Flags, Value};
use super::super::options::CIPHERS;
use super::super::{Refusal, algorithm};

#[derive(Debug, Default)]
pub(in super::super) struct Options {
    pub(super) input: Option<PathBuf>,
    pub(super) output: Option<PathBuf>,
    pub(super) passin: Option<OsString>,
    pub(super) passout: Option<OsString>,
    /// The passphrase of the PKCS#12 file, whether it is read or written.
    pub(super) password: Option<OsString>,
    pub(super) keys: Wanted,
    pub(super) certificates: Wanted,
    pub(super) noout: bool,
    pub(super) info: bool,
    pub(super) noenc: bool,
    pub(super) export: bool,
    pub(super) inkey: Option<PathBuf>,
    pub(super) certfiles: Vec<PathBuf>,
    pub(super) name: Option<String>,
    pub(super) canames: Vec<String>,
    /// The issuers of the certificate are added, as they are found in the next two.
    pub(super) chain: bool,
    pub(super) trusted: Option<PathBuf>,
    pub(super) untrusted: Option<PathBuf>,
    /// Protection of the file that was asked for and is not given, because something stronger is.
    pub(super) weaker: Vec<String>,
    /// The same for a key that is taken out.
    pub(super) weaker_key: Vec<String>,
    /// Every option, by its name.
    given: Vec<String>,
}

/// What openssl takes only to make a file, and only to take one apart.
const EXPORT: &[&str] = &[
    "inkey",
    "certfile",
    "name",
    "caname",
    "chain",
    "CAfile",
    "untrusted",
    "no-CAfile",
    "no-CApath",
    "no-CAstore",
    "descert",
    "keypbe",
    "certpbe",
    "macalg",
    "iter",
    "noiter",
    "nomaciter",
];
const IMPORT: &[&str] = &["info", "clcerts", "cacerts", "nodes", "noenc"];

/// Which keys or certificates are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    #[default]
    All,
    /// Certificates of keys in the file.
    Own,
    /// Certificates of no key in the file.
    Authorities,
    None,
}

pub(in super::super) const HELP: &str = "\
Usage: certwright openssl pkcs12 [options]
  -in FILE -out FILE       standard input and output without them; an existing file is replaced
  -passin SOURCE -passout SOURCE   file:FILE, env:VARIABLE, fd:NUMBER, stdin, pass:TEXT
  -password SOURCE         the passphrase of the PKCS#12 file
  -nokeys -nocerts -clcerts -cacerts   leave out keys, certificates, all but those with a key, those with a key
  -noout -info             only verify; describe the file on standard error
  -noenc, -nodes           write keys without encryption
  -aes256 …                write keys encrypted, which is the default
  -export                  make a file: PBES2 and a MAC, PBKDF2 with 600,000 iterations, AES-256-CBC
  -inkey FILE -certfile FILE   the key; further certificates
  -chain -CAfile FILE -untrusted FILE   add the issuers up to a root of CAfile, over certificates of both files
  -no-CAfile -no-CApath -no-CAstore   accepted: there are no default ones
  -name NAME -caname NAME  the name of key and certificate; of each further certificate in turn
  -legacy -descert -keypbe S -certpbe S -macalg H -iter N -maciter -nomaciter -noiter   accepted; written is the above
";

impl Flags for Options {
    fn command(&self) -> &'static str {
        "pkcs12"
    }

    fn switch(&mut self, option: &str) -> bool {
        let known = self.set(option);
        if known {
            self.given.push(option.to_owned());
        }
        known
    }

    fn take(&mut self, option: &str, value: &mut Value<'_>) -> Result<(), Refusal> {
        self.given.push(option.to_owned());
        match option {
            "in" => self.input = Some(value()?.into()),
            "out" => self.output = Some(value()?.into()),
            "passin" => self.passin = Some(value()?),
            "passout" => self.passout = Some(value()?),
            "password" => self.password = Some(value()?),
            "inkey" => self.inkey = Some(value()?.into()),
            "certfile" => self.certfiles.push(value()?.into()),
            "CAfile" => self.trusted = Some(value()?.into()),
            "untrusted" => self.untrusted = Some(value()?.into()),
            "name" => self.name = Some(text(&value()?)),
            "caname" => self.canames.push(text(&value()?)),
            "keypbe" | "certpbe" | "macalg" | "iter" => {
                let value = text(&value()?);
                if !is_known(option, &value) {
                    let (command, option) = (self.command(), format!("-{option}"));
                    return Err(Refusal::Unsupported { command, option, value });
                }
                if !is_written_anyway(&value) {
                    self.weaker.push(format!("-{option} {value}"));
                }
            }
            _ => return Err(Refusal::Option { command: self.command(), option: format!("-{option}") }),
        }
        Ok(())
    }
}

impl Options {
    fn set(&mut self, option: &str) -> bool {
        match option {
            "nokeys" => self.keys = Wanted::None,
            "nocerts" => self.certificates = Wanted::None,
            "clcerts" => self.certificates = Wanted::Own,
            "cacerts" => self.certificates = Wanted::Authorities,
            "noout" => self.noout = true,
            "info" => self.info = true,
            "nodes" | "noenc" => self.noenc = true,
            "export" => self.export = true,
            "chain" => self.chain = true,
            // Nothing is trusted but what is named.
            "no-CAfile" | "no-CApath" | "no-CAstore" => {}
            // openssl ignores it, too.
            "maciter" => {}
            // What opens old files is always there.
            "legacy" | "descert" | "nomaciter" | "noiter" => self.weaker.push(format!("-{option}")),
            cipher if CIPHERS.contains(&cipher) => self.cipher(cipher),
            _ => return false,
        }
        true
    }

    fn cipher(&mut self, cipher: &str) {
        if !is_written_anyway(cipher) {
            self.weaker_key.push(format!("-{cipher}"));
        }
    }

    /// What openssl warns that it ignores.
    pub(super) fn without_effect(&self) -> impl Iterator<Item = &str> {
        let idle = if self.export { IMPORT } else { EXPORT };
        let is_idle = |option: &&String| {
            idle.contains(&option.as_str()) || (self.export && CIPHERS.contains(&option.as_str()))
        };
        self.given.iter().filter(is_idle).map(String::as_str)
    }
}

/// Whether openssl knows the value.
fn is_known(option: &str, value: &str) -> bool {
    match option {
        "macalg" => algorithm::is_digest(value),
        "iter" => value.parse().is_ok_and(|iterations: u32| iterations > 0),
        _ => value.eq_ignore_ascii_case("none") || algorithm::is_cipher(value) || algorithm::is_scheme(value),
    }
}

fn is_written_anyway(value: &str) -> bool {
    ["aes256", "aes-256-cbc", "sha256"].iter().any(|usual| value.eq_ignore_ascii_case(usual))
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}
