//! A file whose contents are not at hand.

use crate::error::Error;
use crate::finding::{Finding, Severity};

use super::{MEASURED, error};

/// Why they are not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unread<'a> {
    /// As somebody put it.
    Unreadable(&'a str),
    Refused(&'a Error),
}

/// The rule of files that were not looked at.
pub(super) const TOO_LARGE: &str = "file-too-large";

impl Unread<'_> {
    pub(super) fn finding(self) -> Finding {
        match self {
            Self::Unreadable(reason) => missing(reason, None),
            Self::Refused(refused) => match refused.without_place() {
                // curl may well find the blocks in it: that is no cause that is known.
                Error::TooLarge { size, limit, .. } => {
                    Finding::new(TOO_LARGE, Severity::Warning, MEASURED, unseen(*size, *limit))
                }
                Error::Read { source, .. } => missing(&source.to_string(), refused.hint()),
                other => missing(&other.to_string(), refused.hint()),
            },
        }
    }
}

fn missing(reason: &str, mend: Option<&str>) -> Finding {
    let mend = mend.unwrap_or("check the path and its permissions");
    error("file-missing", format!("the file cannot be read ({reason}): {mend}"))
}

fn unseen(size: u64, limit: u64) -> String {
    format!(
        "the file has {size} bytes, and at most {limit} are looked at, so that nothing can be said about it: give the \
         blocks without the text around them"
    )
}
