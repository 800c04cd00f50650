//! The options of `openssl pkcs12`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::super::flags::{self, Flags, Value};
use super::super::{Refusal, algorithm};

/// Not to be printed: a passphrase may be among them.
#[derive(Default)]
pub(in super::super) struct Options {
    pub(super) input: Option<PathBuf>,
    pub(super) output: Option<PathBuf>,
    pub(super) passin: Option<OsString>,
    pub(super) passout: Option<OsString>,
    /// The passphrase of the PKCS#12 file, whether it is read or written.
    pub(super) password: Option<OsString>,
    pub(super) left_out: LeftOut,
    pub(super) noout: bool,
    pub(super) info: bool,
    /// Keys are written plain: the last of -nodes and the ciphers counts.
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
    /// Iterations that were asked for; what is written has at least as many.
    pub(super) iterations: u32,
    /// Protection of the file that was asked for and is not given, because something stronger is.
    pub(super) weaker: Vec<String>,
    /// The same for a key that is taken out.
    pub(super) weaker_key: Vec<String>,
    /// Every option, by its name.
    given: Vec<String>,
}

/// What is written where fewer or none are asked for.
pub(super) const USUAL_ITERATIONS: u32 = 600_000;

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
    "nomac",
];
const IMPORT: &[&str] = &["info", "clcerts", "cacerts", "nodes", "noenc", "nomacver"];

/// What is left out. The options add up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftOut {
    pub(super) keys: bool,
    pub(super) certificates: Certificates,
}

/// Which certificates are left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Certificates {
    pub(super) all: bool,
    /// Those of keys in the file (-cacerts).
    pub(super) own: bool,
    /// Those of no key in the file (-clcerts).
    pub(super) authorities: bool,
}

pub(in super::super) const HELP: &str = "\
Usage: certwright openssl pkcs12 [options]
  -in FILE -out FILE       standard input and output without them; an existing file is replaced
  -passin SOURCE -passout SOURCE   file:FILE, env:VARIABLE, fd:NUMBER, stdin, pass:TEXT
  -password SOURCE         the passphrase of the PKCS#12 file
  -nokeys -nocerts -clcerts -cacerts   leave out keys, certificates, all but those with a key, those with a key
  -noout -info             only verify; describe the file on standard error
  -noenc, -nodes           write keys without encryption
  -nomacver                accepted; a MAC is always verified
  -aes256 …                write keys encrypted, which is the default
  -export                  make a file: PBES2 and a MAC, PBKDF2 with 600,000 iterations, AES-256-CBC
  -inkey FILE -certfile FILE   the key; further certificates
  -chain -CAfile FILE -untrusted FILE   add the issuers up to a root of CAfile, over certificates of both files
  -no-CAfile -no-CApath -no-CAstore   accepted: there are no default ones
  -name NAME -caname NAME  the name of key and certificate; of each further certificate in turn
  -provider legacy|default|base   accepted: old files are opened in any case
  -legacy -descert -keypbe S -certpbe S -macalg H -iter N -maciter -nomaciter -noiter -nomac   accepted; written is the
                           above
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
            "iter" => self.iterate(&text(&value()?))?,
            "keypbe" | "certpbe" | "macalg" => self.protect(option, &text(&value()?))?,
            // What opens old files is always there.
            "provider" => flags::provider(self.command(), &value()?)?,
            _ => return Err(Refusal::Option { command: self.command(), option: format!("-{option}") }),
        }
        Ok(())
    }
}

impl Options {
    fn iterate(&mut self, value: &str) -> Result<(), Refusal> {
        let asked = value.parse().ok().filter(|iterations| *iterations > 0);
        self.iterations = asked.ok_or_else(|| self.unsupported("iter", value))?;
        if self.iterations < USUAL_ITERATIONS {
            self.weaker.push(format!("-iter {value}"));
        }
        Ok(())
    }

    fn protect(&mut self, option: &str, value: &str) -> Result<(), Refusal> {
        if !is_known(option, value) {
            return Err(self.unsupported(option, value));
        }
        if !is_written_anyway(value) {
            self.weaker.push(format!("-{option} {value}"));
        }
        Ok(())
    }

    fn unsupported(&self, option: &str, value: &str) -> Refusal {
        let (option, value) = (format!("-{option}"), value.to_owned());
        Refusal::Unsupported { command: self.command(), option, value }
    }

    fn set(&mut self, option: &str) -> bool {
        match option {
            "nokeys" => self.left_out.keys = true,
            "nocerts" => self.left_out.certificates.all = true,
            "clcerts" => self.left_out.certificates.authorities = true,
            "cacerts" => self.left_out.certificates.own = true,
            "noout" => self.noout = true,
            "info" => self.info = true,
            "nodes" | "noenc" => self.noenc = true,
            "export" => self.export = true,
            "chain" => self.chain = true,
            // Nothing is trusted but what is named.
            "no-CAfile" | "no-CApath" | "no-CAstore" => {}
            // A MAC that is there is verified, as it costs nothing and tells a wrong passphrase.
            "nomacver" => {}
            // openssl ignores it, too.
            "maciter" => {}
            // What opens old files is always there.
            "legacy" | "descert" | "nomaciter" | "noiter" | "nomac" => self.weaker.push(format!("-{option}")),
            cipher if algorithm::is_option(cipher) => self.cipher(cipher),
            _ => return false,
        }
        true
    }

    fn cipher(&mut self, cipher: &str) {
        self.noenc = false;
        if !is_written_anyway(cipher) {
            self.weaker_key.push(format!("-{cipher}"));
        }
    }

    /// What the others leave nothing to do for where a file is taken apart.
    pub(super) fn idle(&self, sealed: bool) -> impl Iterator<Item = &str> {
        let is_idle = move |option: &&String| match option.as_str() {
            "nodes" | "noenc" => sealed,
            "passout" => !sealed,
            "nomacver" => true,
            cipher => !sealed && algorithm::is_option(cipher),
        };
        self.given.iter().filter(is_idle).map(String::as_str)
    }

    /// What openssl warns that it ignores.
    pub(super) fn without_effect(&self) -> impl Iterator<Item = &str> {
        let idle = if self.export { IMPORT } else { EXPORT };
        let is_idle = |option: &&String| {
            idle.contains(&option.as_str()) || (self.export && algorithm::is_option(option))
        };
        self.given.iter().filter(is_idle).map(String::as_str)
    }
}

/// Whether openssl knows the value.
fn is_known(option: &str, value: &str) -> bool {
    match option {
        "macalg" => algorithm::is_digest(value),
        _ => value.eq_ignore_ascii_case("none") || algorithm::is_cipher(value) || algorithm::is_scheme(value),
    }
}

fn is_written_anyway(value: &str) -> bool {
    algorithm::is_aes256(value) || value.eq_ignore_ascii_case("sha256")
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}
