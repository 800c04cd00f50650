//! What a command would lose that writes into the file from which it reads.

use certwright::{FoundKey, PrivateKey, Timestamp, inspect};

use super::Target;
use crate::error::Failure;
use crate::input::Input;
use crate::passphrase::Opening;

/// What a file with parameters may hold beside the key that they belong to.
const PARAMETERS: [&str; 2] = ["EC PARAMETERS", "DSA PARAMETERS"];

/// Opens the key that the target is to hold. Where it takes the place of its file, that has to be all that is in it.
pub(super) fn opened(input: &Input, target: &Target, opening: &Opening) -> Result<PrivateKey, Failure> {
    let bytes = input.read()?;
    if input.is_file_at(&target.out) && !is_alone(&bytes) {
        return Err(Failure::WouldLose {
            path: target.out.clone(),
            what: "it holds more than the key in a regular form, and the rest would be lost",
        });
    }
    opening.open_read(input, &bytes)
}

/// Whether nothing else is in the file. What is irregular may be another structure behind the key, and what a PKCS#12
/// file holds, secrets and revocation lists too, is not all read.
fn is_alone(bytes: &[u8]) -> bool {
    // Of a file without a key, opening it says what it is.
    let Ok((keys, fault)) = FoundKey::all_with_fault(bytes) else { return true };
    let [only] = keys.as_slice() else { return false };
    // What is asked here does not depend on the time.
    let report = inspect::inspect(bytes, Timestamp::NO_EXPIRY);
    let blocks = report.map(|report| report.blocks).unwrap_or_default();
    let is_parameters =
        |block: &&inspect::Block| block.label.as_deref().is_some_and(|label| PARAMETERS.contains(&label));
    let others: Vec<_> = blocks.iter().filter(|block| !is_parameters(block)).collect();
    matches!(others.as_slice(), [key] if key.irregularities.is_empty())
        && !only.is_in_pkcs12()
        && fault.is_none()
}
