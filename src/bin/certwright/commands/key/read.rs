//! Keys that are only read.

use std::path::PathBuf;

use certwright::{Error, FoundKey, PublicKey, pkcs12};
use serde_json::json;

use super::partner::Partners;
use crate::certified::certified;
use crate::error::Failure;
use crate::input::Input;
use crate::output::{Remark, Report, shown};
use crate::passphrase::Opening;
use crate::place::{self, Placement};
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Public {
    /// The private key, in any form; or a certificate, a certificate request or a public key.
    #[arg(value_name = "IN", value_parser = input())]
    input: Input,
    /// Writes DER instead of PEM.
    #[arg(long, requires = "out")]
    der: bool,
    /// The file to write, or - for standard output. Without this option the public key is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replaces the file where it exists.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    opening: Opening,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Match {
    /// The private key, in any form.
    #[arg(value_parser = input())]
    key: Input,
    /// The certificate, or a file in which it comes first, PKCS#12 too; or a certificate request, or a public key.
    #[arg(value_name = "CERT", value_parser = input())]
    certificate: Input,
    #[command(flatten)]
    opening: Opening,
}

pub(super) fn public(command: &Public) -> Result<Report, Failure> {
    let Public { input, der, out, force, opening } = command;
    if let Some(out) = out.as_ref().filter(|out| input.is_file_at(out)) {
        return Err(Failure::over_key(out));
    }
    let key = public_key(input, opening)?;
    let result = json!({
        "algorithm": key.algorithm().to_string(),
        "key_fingerprint": key.fingerprint().to_string(),
        "pem": key.to_pem(),
    });
    let Some(out) = out else { return Ok(Report::answer(result, key.to_pem())) };
    let mut files = Placement::new(place::overwrite(*force));
    match der {
        true => files.public_bytes(out.clone(), key.spki_der())?,
        false => files.public(out.clone(), &key.to_pem())?,
    }
    files.commit()?;
    let out = out.display().to_string();
    Ok(Report::done(result, format!("wrote {}\n", shown(&out))).detail("files", move || json!([out])))
}

/// That of the private key in a file; without one, of what vouches for a public key.
fn public_key(input: &Input, opening: &Opening) -> Result<PublicKey, Failure> {
    let bytes = input.read()?;
    match FoundKey::all(&bytes) {
        Err(Error::Unexpected { .. }) => match certified(&bytes) {
            // What is there instead is said of the kind that was asked for first.
            Err(Error::Unexpected { .. }) => Ok(opening.open_read(input, &bytes)?.public_key().clone()),
            read => Ok(read.map_err(|error| error.at(input))?),
        },
        _ => Ok(opening.open_read(input, &bytes)?.public_key().clone()),
    }
}

pub(super) fn matches(command: &Match) -> Result<Report, Failure> {
    let Match { key, certificate, opening } = command;
    let bytes = certificate.read()?;
    let partners = match Partners::read(&bytes) {
        Err(Error::Unexpected { .. }) if pkcs12::has_mac(&bytes).is_ok() => {
            Partners::open(certificate, &bytes, opening)?
        }
        Err(_) if swapped(key, &bytes) => {
            return Err(Failure::Swapped { key: key.clone(), certificate: certificate.clone() });
        }
        read => read.map_err(|error| error.at(certificate))?,
    };
    let private = opening.open(key)?;
    let own = private.public_key();
    let matches = own.matches(&partners.first);
    let further = partners.further(own).filter(|_| !matches);
    let text = match (matches, &further) {
        (true, _) => format!("{key} belongs to {certificate}\n"),
        (false, None) => format!("{key} does not belong to {certificate}\n"),
        (false, Some((number, _))) => {
            format!("{key} belongs to certificate {number} of {certificate}, and not to the first\n")
        }
    };
    let result = json!({
        "matches": matches,
        "key_fingerprint": own.fingerprint().to_string(),
        "certificate_key_fingerprint": partners.first.fingerprint().to_string(),
    });
    let further = further.map(|(number, further)| {
        let subject = further.subject();
        let message = format!(
            "certificate {number} of {certificate}, {subject}, is that of the key; programs take the first for it"
        );
        Remark::info("certificate-not-first", message)
    });
    Ok(Report::answer(result, text).remarks(further).verdict(matches))
}

/// Whether each of the two files stands in the other's place: the first holds a certificate and no key, the second a key.
fn swapped(key: &Input, certificate: &[u8]) -> bool {
    let is_partner = |bytes: &[u8]| FoundKey::all(bytes).is_err() && certified(bytes).is_ok();
    FoundKey::all(certificate).is_ok() && key.read().is_ok_and(|bytes| is_partner(&bytes))
}
