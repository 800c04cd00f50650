//! `export`: what whoever will use a certificate needs, in a folder of its own.

use std::path::{Path, PathBuf};

use certwright::pem::{self, Reading};
use certwright::{Certificate, Error, Found, PrivateKey, chain, file, pkcs12};
use clap::ValueEnum;
use serde_json::json;
use zeroize::Zeroizing;

use super::Context;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::output::Report;
use crate::passphrase::{self, Passphrases, Seal};
use crate::place::{self, Placement};
use crate::values::folder;

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// What the certificate is called in this home.
    name: Name,
    /// How the files are written: crt.pem and private.pem, or both together in NAME.p12.
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    format: Form,
    /// The folder to write into. It is made where it does not exist.
    #[arg(long, value_name = "DIR", value_parser = folder())]
    out: PathBuf,
    /// Leaves the key under the passphrase that it has. No passphrase is needed for that.
    #[arg(long, conflicts_with = "new_passphrase_file")]
    keep_passphrase: bool,
    /// Replaces files that exist.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    passphrases: Passphrases,
}

/// The files of an export.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// The certificate with its intermediates, and the encrypted key.
    #[default]
    Pem,
    /// PKCS#12: key and certificates in one file, under one passphrase.
    P12,
}

/// What was issued, as the home keeps it.
struct Kept {
    /// The certificate and its intermediates.
    presented: Vec<Certificate>,
    /// The file of the key; `None` where it was issued for a request.
    key: Option<PathBuf>,
}

impl Kept {
    fn of(context: &Context, name: &Name) -> Result<Self, Failure> {
        let folder = context.home.find_issued(name)?;
        let key = folder.join("private.pem");
        let presented = Certificate::open_all(folder.join("crt.pem"))?;
        Ok(Self { presented, key: key.exists().then_some(key) })
    }
}

pub(crate) fn run(context: &Context, command: &Export) -> Result<Report, Failure> {
    let name = &command.name;
    let kept = Kept::of(context, name)?;
    let mut files = Placement::new(place::overwrite(command.force));
    match command.format {
        Form::Pem => command.stage_pem(&kept, &mut files)?,
        Form::P12 => command.stage_p12(&kept, &mut files)?,
    }
    let files = files.commit()?;
    let summary = format!("exported {name}\n{}", describe::files(&files));
    let result =
        json!({ "name": name.as_str(), "key": kept.key.is_some(), "files": describe::paths(&files) });
    let report = Report::done(result, summary);
    if kept.key.is_some() {
        return Ok(report);
    }
    Ok(report.note(format!("{name} was issued for a request: its key is where the request was made")))
}

impl Export {
    fn stage_pem(&self, kept: &Kept, files: &mut Placement) -> Result<(), Failure> {
        files.public(self.out.join("crt.pem"), &chain::to_pem(&kept.presented))?;
        let Some(source) = &kept.key else { return Ok(()) };
        let path = self.out.join("private.pem");
        if self.keep_passphrase {
            return files.secret(path, &encrypted(source)?);
        }
        let sealed = reseal(source, &self.name, &self.passphrases, kept.presented.first())?;
        files.secret(path, sealed.as_bytes())
    }

    fn stage_p12(&self, kept: &Kept, files: &mut Placement) -> Result<(), Failure> {
        let name = self.name.as_str();
        let source = kept.key.as_ref().ok_or_else(|| Failure::KeyElsewhere { name: name.to_owned() })?;
        let (key, seal) = if self.keep_passphrase {
            unchanged(source, &self.passphrases)?
        } else {
            opened(source, &self.name, &self.passphrases)?
        };
        let p12 = pkcs12::seal(&key, &kept.presented, name, &seal.passphrase)?;
        files.secret(self.out.join(format!("{name}.p12")), &p12)
    }
}

/// The key, and the passphrase that it has.
fn unchanged(source: &Path, passphrases: &Passphrases) -> Result<(PrivateKey, Seal), Failure> {
    let passphrase = passphrases.opening.given()?.ok_or(Failure::KeepInP12)?;
    Ok((passphrases.open(source)?, Seal::new(passphrase, false)))
}

/// The key, and the passphrase that it is to have, which has to be said.
fn opened(source: &Path, name: &Name, passphrases: &Passphrases) -> Result<(PrivateKey, Seal), Failure> {
    let given = passphrases.own()?;
    if given.is_none() && !passphrase::can_ask() {
        return Err(Failure::ExportPassphrase);
    }
    let key = passphrases.open(source)?;
    let seal = match given {
        Some(seal) => seal,
        None => {
            passphrases.chosen(&format!("the exported key of {name}"))?.ok_or(Failure::ExportPassphrase)?
        }
    };
    Ok((key, seal))
}

/// The key under another passphrase, which has to be said.
fn reseal(
    source: &Path,
    name: &Name,
    passphrases: &Passphrases,
    certificate: Option<&Certificate>,
) -> Result<String, Failure> {
    let (key, seal) = opened(source, name, passphrases)?;
    if let Some(certificate) = certificate {
        key.public_key().require_match(certificate.public_key())?;
    }
    Ok(seal.close(&key)?.to_pem())
}

/// The file as it is, which must not be a plain key.
fn encrypted(source: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    const LABEL: &str = "ENCRYPTED PRIVATE KEY";
    let bytes = file::read(source)?;
    let blocks = pem::parse(&bytes, Reading::Tolerant).map_err(|error| error.at(source.display()))?;
    match blocks.iter().find(|block| block.label() != LABEL) {
        None => Ok(bytes),
        Some(other) => {
            let found = Found::Structures { list: other.label().to_owned() };
            Err(Error::Unexpected { expected: "an encrypted private key", found }.at(source.display()).into())
        }
    }
}
