//! Which private key of a file is meant.

use std::path::Path;

use certwright::{Error, FoundKey, KdfLimits, Passphrase, PrivateKey};

use super::note;
use crate::several;

/// What a label says to openssl about a block, whatever key is in it.
const LABELS: [&str; 7] = [
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "DSA PRIVATE KEY",
    "PUBLIC KEY",
    "ANY PRIVATE KEY",
];

/// Reads the first key that openssl sees; where it sees none, the first that there is. Further ones are named.
pub(super) fn read(
    file: Option<&Path>,
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
) -> Result<PrivateKey, Error> {
    let found = FoundKey::all(bytes)?;
    let seen = found.iter().position(|key| is_seen(key, bytes)).unwrap_or_default();
    let Some(first) = found.get(seen) else { return PrivateKey::read(bytes, passphrase) };
    let (key, names) = first.open_named(passphrase, &KdfLimits::default())?;
    let file = file.filter(|file| *file != Path::new("-"));
    let file = file.map_or_else(|| "standard input".to_owned(), |file| file.display().to_string());
    several::others(&file, &found, seen, &names).iter().for_each(|others| note(others));
    Ok(key)
}

/// openssl passes over a block under a label that it does not know, and over one whose first line is indented.
fn is_seen(key: &FoundKey, bytes: &[u8]) -> bool {
    let (Some(label), Some(line)) = (key.label(), key.line()) else { return true };
    let text = bytes.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    LABELS.contains(&label) && text.starts_with(b"-----BEGIN ")
}
