//! What there was in the place of what was asked for.

use std::fmt;

/// What an input holds instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// Nothing: the input is empty.
    Nothing,
    /// Bytes that are neither PEM nor DER.
    Foreign {
        /// What they are, and what converts them, where that shows.
        name: Option<&'static str>,
    },
    /// Structures, of other kinds or too many of the right one.
    Structures {
        /// The first few and the lines on which they begin, in words.
        list: String,
    },
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing: it is empty",
            Self::Foreign { name } => name.unwrap_or("no PEM block and no DER"),
            Self::Structures { list } => list,
        })
    }
}
