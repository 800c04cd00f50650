//! The way from a file whose writing was refused to doctor, which mends writing.

use std::path::Path;

use certwright::{Error, PemFault};

use crate::error::Failure;
use crate::output::shown;
use crate::shell::quoted;

/// The same failure, with a hint that names doctor where that may mend the file.
pub(super) fn pointed(failure: Failure) -> Failure {
    match failure {
        Failure::Library(Error::At { place, error }) if is_mended(&error) => {
            let file = Path::new(&place);
            // Neither standard input nor an entry of something else can be given to it.
            if !file.is_file() {
                return Failure::Library(Error::At { place, error });
            }
            let hint = Some(with_doctor(error.hint(), file));
            Failure::Unreadable { kind: error.kind(), reason: error.to_string(), hint, place }
        }
        other => other,
    }
}

/// What is said already, and who says more.
pub(super) fn with_doctor(hint: Option<&str>, file: &Path) -> String {
    let given = file.to_string_lossy().starts_with('-').then(|| Path::new(".").join(file));
    let file = given.as_deref().unwrap_or(file);
    let doctor = format!(
        "`certwright doctor --key {}` (--cert for a certificate) says more, and mends what is only written wrongly",
        shown(&quoted(file))
    );
    hint.map_or_else(|| doctor.clone(), |hint| format!("{hint}; {doctor}"))
}

/// Whether the fault is one of writing, behind which the contents may be whole.
fn is_mended(error: &Error) -> bool {
    let Error::Pem { fault, .. } = error else { return false };
    !matches!(fault, PemFault::NoBlock | PemFault::EmptyBlock { .. } | PemFault::Limit { .. })
}
