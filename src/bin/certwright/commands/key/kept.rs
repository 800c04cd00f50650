//! What a command would lose that writes into the file from which it reads.

use certwright::pem::{self, Reading};
use certwright::{FoundKey, PrivateKey, pkcs12};

use super::Target;
use crate::error::Failure;
use crate::input::Input;
use crate::passphrase::Opening;

/// What a file with parameters may hold beside the key that they belong to.
const PARAMETERS: [&str; 2] = ["EC PARAMETERS", "DSA PARAMETERS"];

/// Opens the key that the target is to hold. Where it takes the place of its file, that has to be all that is in it.
pub(super) fn opened(input: &Input, target: &Target, opening: &Opening) -> Result<PrivateKey, Failure> {
    let bytes = input.read()?;
    let replaced = input.is_file_at(&target.out);
    let refused = || Failure::WouldLose {
        path: target.out.clone(),
        what: "it holds more than the key, which would be lost",
    };
    if replaced && has_blocks_beside(&bytes) {
        return Err(refused());
    }
    let key = opening.open_read(input, &bytes)?;
    if replaced && !is_alone(&bytes, opening) {
        return Err(refused());
    }
    Ok(key)
}

fn has_blocks_beside(bytes: &[u8]) -> bool {
    let blocks = pem::parse(bytes, Reading::Tolerant).unwrap_or_default();
    blocks.iter().filter(|block| !PARAMETERS.contains(&block.label())).count() > 1
}

/// Whether the key is the only one, and in PKCS#12 without certificates.
fn is_alone(bytes: &[u8], opening: &Opening) -> bool {
    let Ok((keys, None)) = FoundKey::all_with_fault(bytes) else { return false };
    match keys.as_slice() {
        [only] if only.is_in_pkcs12() => pkcs12::open(bytes, opening.opened_with())
            .is_ok_and(|contents| contents.keys.len() == 1 && contents.certificates.is_empty()),
        [_] => true,
        _ => false,
    }
}
