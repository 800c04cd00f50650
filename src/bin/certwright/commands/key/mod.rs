//! `key`: private keys, in the form that somebody needs.

mod create;
mod derivation;
mod kept;
mod partner;
mod read;

use std::path::{Path, PathBuf};

use certwright::{Format, PrivateKey};
use serde_json::json;

use self::derivation::Derivation;
use crate::describe;
use crate::error::Failure;
use crate::later::Later;
use crate::output::{self, Report};
use crate::passphrase::Passphrases;
use crate::place::{self, Placement};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Key {
    /// Draws a new private key.
    Generate(Later<create::Generate>),
    /// Encrypts a private key with a passphrase, or gives it another one.
    Encrypt(Later<create::Encrypt>),
    /// Removes the passphrase from a private key: whoever reads the new file is its owner.
    Decrypt(Later<create::Decrypt>),
    /// Writes a private key in another form. It is encrypted unless --plain is given.
    Convert(Later<create::Convert>),
    /// Prints the public part of a private key (SubjectPublicKeyInfo), or the public key of a certificate or request.
    Public(Later<read::Public>),
    /// Says whether a private key belongs to a certificate or request.
    Match(Later<read::Match>),
}

pub(crate) fn run(command: &Key, silent: bool) -> Result<Report, Failure> {
    match command {
        Key::Generate(command) => create::generate(command, silent),
        Key::Encrypt(command) => create::encrypt(command),
        Key::Decrypt(command) => create::decrypt(command),
        Key::Convert(command) => create::convert(command),
        Key::Public(command) => read::public(command),
        Key::Match(command) => read::matches(command),
    }
}

/// Where a key goes.
#[derive(Debug, clap::Args)]
struct Target {
    /// The file to write, which only its owner can read; or - for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replaces the file where it exists.
    #[arg(long)]
    force: bool,
}

/// What a key becomes.
enum Form<'a> {
    Sealed(&'a Passphrases, Derivation),
    Plain(Format),
}

impl Target {
    /// Fails before any work is done for nothing.
    fn check(&self) -> Result<(), Failure> {
        place::vacant(Path::new(""), &[&self.out], place::overwrite(self.force))
    }

    fn write(&self, key: &PrivateKey, form: &Form<'_>, der: bool) -> Result<Report, Failure> {
        let mut files = Placement::new(place::overwrite(self.force));
        let out = self.out.clone();
        let name = match form {
            Form::Sealed(passphrases, derivation) => {
                let seal = passphrases.seal(&output::shown(&out.display().to_string()))?;
                let sealed = seal.close_with(key, derivation.encryption())?;
                files.secret(out, &if der { sealed.der().to_vec() } else { sealed.to_pem().into_bytes() })?;
                "encrypted pkcs8".to_owned()
            }
            Form::Plain(format) if der => {
                files.secret(out, &key.danger_plain_der(*format)?)?;
                format!("plain {format}")
            }
            Form::Plain(format) => {
                files.secret(out, key.danger_plain_pem(*format)?.as_bytes())?;
                format!("plain {format}")
            }
        };
        if let Form::Sealed(_, derivation) = form {
            output::remark(derivation.remark());
        }
        let encoding = if der { "DER" } else { "PEM" };
        files.commit()?;
        let algorithm = key.public_key().algorithm().to_string();
        let summary = format!(
            "wrote {}\n{}{}",
            output::shown(&self.out.display().to_string()),
            describe::row("key", &algorithm),
            describe::row("form", format_args!("{name}, {encoding}"))
        );
        let (public, file) = (key.public_key().clone(), self.out.display().to_string());
        let result = move || {
            json!({
                "algorithm": public.algorithm().to_string(),
                "key_fingerprint": public.fingerprint().to_string(),
                "form": name,
                "encoding": encoding,
                "files": [file],
            })
        };
        Ok(Report::made(result, summary))
    }
}
