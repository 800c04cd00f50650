//! What is replaced stays: in previous/SERIAL, beside what replaced it.

use std::path::{Path, PathBuf};

use certwright::{Certificate, Error, Fingerprint, file};

use crate::error::Failure;
use crate::place::Placement;

/// Everything about a leaf's certificate that another one of the same key replaces.
pub(crate) const CERTIFICATE: &[&str] = &["certificate.pem", "chain.pem", "crt.pem"];
/// The same, where the key is replaced, too.
pub(crate) const CERTIFICATE_AND_KEY: &[&str] =
    &["certificate.pem", "chain.pem", "crt.pem", "private.pem", "passphrase"];

/// Where the files about this certificate are kept when it is replaced.
pub(crate) fn folder(folder: &Path, certificate: &Certificate) -> PathBuf {
    folder.join("previous").join(certificate.serial().to_string())
}

/// Stages copies of these files of the folder, as far as they are there. What was set aside before is never replaced by
/// something else.
pub(crate) fn keep(
    from: &Path,
    certificate: &Certificate,
    names: &[&str],
    files: &mut Placement,
) -> Result<(), Failure> {
    copy(from, &folder(from, certificate), names, files)
}

/// Stages copies of what lies in the folder without a certificate, and says whether there is a key. No serial names
/// them; the fingerprint of the key's file does, so that none takes the place of another.
pub(crate) fn keep_orphans(from: &Path, files: &mut Placement) -> Result<bool, Failure> {
    let key = from.join("private.pem");
    if !key.exists() {
        return Ok(false);
    }
    let name = format!("unknown-{}", Fingerprint::of(&file::read(key)?));
    copy(from, &from.join("previous").join(name), CERTIFICATE_AND_KEY, files)?;
    Ok(true)
}

fn copy(from: &Path, to: &Path, names: &[&str], files: &mut Placement) -> Result<(), Failure> {
    for name in names {
        let path = from.join(name);
        if path.exists() {
            let (contents, kept) = (file::read(&path)?, to.join(name));
            if kept.exists() && *file::read(&kept)? != *contents {
                return Err(Error::Exists { path: kept }.into());
            }
            match *name {
                "private.pem" | "passphrase" => files.secret(kept, &contents)?,
                _ => files.public_bytes(kept, &contents)?,
            }
        }
    }
    Ok(())
}

/// Removes what was set aside and has no successor in its place.
pub(crate) fn forget(folder: &Path, names: &[&str]) {
    // There may be none.
    names.iter().for_each(|name| drop(std::fs::remove_file(folder.join(name))));
}
