//! How the library puts errors together.

use super::{Cause, Error, KeyOperation};

impl Error {
    /// The same, where what is encrypted was met in something else than opening a private key by itself.
    pub(crate) fn in_operation(mut self, now: KeyOperation) -> Self {
        if let Self::PassphraseMissing { operation, .. }
        | Self::PassphraseWrong { operation, .. }
        | Self::UnsupportedEncryption { operation, .. }
        | Self::KeyDerivationLimit { operation, .. } = &mut self
        {
            *operation = now;
        }
        self
    }

    pub(crate) fn decode(what: &'static str, cause: impl Into<Cause>) -> Self {
        Self::Decode { what, cause: cause.into() }
    }

    pub(crate) fn syntax(what: &'static str, input: &str, reason: impl Into<String>) -> Self {
        Self::Syntax { what, input: input.to_owned(), reason: reason.into() }
    }
}
