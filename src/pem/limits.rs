//! How much PEM text is read before it is refused.

use crate::error::{Error, PemFault};

/// Bounds for text from strangers. Past each of them the reader stops with a typed error:
/// [`Error::TooLarge`] for the text as a whole, [`PemFault::Limit`] with a place for the rest.
///
/// The defaults are far above anything that occurs (the largest public CRLs), and low enough that no input
/// takes more than a few times its own size in memory. Change single ones:
///
/// ```
/// let mut limits = certwright::pem::Limits::default();
/// limits.blocks = 10;
/// let text = certwright::pem::encode("CERTIFICATE", b"contents");
/// let blocks = certwright::pem::parse_within(text.as_bytes(), certwright::pem::Reading::Strict, &limits)?;
/// assert_eq!(blocks.len(), 1);
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the whole text: 128 MiB.
    pub bytes: usize,
    /// Blocks, readable or not: 65,536.
    pub blocks: usize,
    /// Bytes of a label: 64.
    pub label: usize,
    /// Bytes of a line: 1 MiB.
    pub line: usize,
    /// Headers of a block: 32.
    pub headers: usize,
    /// Base64 characters of a block: 64 Mi, which is 48 MiB of contents.
    pub base64: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 128 * 1024 * 1024,
            blocks: 65_536,
            label: 64,
            line: 1024 * 1024,
            headers: 32,
            base64: 64 * 1024 * 1024,
        }
    }
}

impl Limits {
    pub(super) fn admit(&self, text: &[u8]) -> Result<(), Error> {
        if text.len() <= self.bytes {
            return Ok(());
        }
        Err(Error::TooLarge { what: "PEM text, in bytes", size: text.len() as u64, limit: self.bytes as u64 })
    }
}

/// The fault of something that exceeds its bound.
pub(super) fn exceeded(what: &'static str, limit: usize) -> PemFault {
    PemFault::Limit { what, limit }
}
