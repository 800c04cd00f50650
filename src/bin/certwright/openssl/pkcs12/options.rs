//! The options of `openssl pkcs12`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::super::Refusal;
use super::super::flags::{Flags, Value};
use super::super::options::CIPHERS;

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
    /// Protection that was asked for and is not given, because something stronger is.
    pub(super) weaker: Vec<String>,
}

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
  -name NAME -caname NAME  the name of key and certificate; of each further certificate in turn
  -legacy -descert -keypbe S -certpbe S -macalg H -iter N -maciter -nomaciter -noiter   accepted; written is the above
";

impl Flags for Options {
    fn command(&self) -> &'static str {
        "pkcs12"
    }

    fn switch(&mut self, option: &str) -> bool {
        match option {
            "nokeys" => self.keys = Wanted::None,
            "nocerts" => self.certificates = Wanted::None,
            "clcerts" => self.certificates = Wanted::Own,
            "cacerts" => self.certificates = Wanted::Authorities,
            "noout" => self.noout = true,
            "info" => self.info = true,
            "nodes" | "noenc" => self.noenc = true,
            "export" => self.export = true,
            // openssl ignores it, too.
            "maciter" => {}
            // What opens old files is always there.
            "legacy" | "descert" | "nomaciter" | "noiter" => self.weaker.push(format!("-{option}")),
            cipher if CIPHERS.contains(&cipher) => self.cipher(cipher),
            _ => return false,
        }
        true
    }

    fn take(&mut self, option: &str, value: &mut Value<'_>) -> Result<(), Refusal> {
        match option {
            "in" => self.input = Some(value()?.into()),
            "out" => self.output = Some(value()?.into()),
            "passin" => self.passin = Some(value()?),
            "passout" => self.passout = Some(value()?),
            "password" => self.password = Some(value()?),
            "inkey" => self.inkey = Some(value()?.into()),
            "certfile" => self.certfiles.push(value()?.into()),
            "name" => self.name = Some(text(&value()?)),
            "caname" => self.canames.push(text(&value()?)),
            "keypbe" | "certpbe" | "macalg" | "iter" => {
                let value = text(&value()?);
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
    fn cipher(&mut self, cipher: &str) {
        if !is_written_anyway(cipher) {
            self.weaker.push(format!("-{cipher}"));
        }
    }
}

fn is_written_anyway(value: &str) -> bool {
    ["aes256", "aes-256-cbc", "sha256"].iter().any(|usual| value.eq_ignore_ascii_case(usual))
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}
