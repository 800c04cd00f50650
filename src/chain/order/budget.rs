//! How many links of a bag may be tried.

use crate::error::Error;

/// Honest bags have one link a certificate, and few more where authorities are renewed or cross-signed.
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    pub(super) fn of(certificates: usize) -> Self {
        let limit = certificates.saturating_mul(16).saturating_add(10_000);
        Self { left: limit, limit }
    }

    /// Pays for one link.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where nothing is left.
    pub(super) fn spend(&mut self) -> Result<(), Error> {
        let limit = self.limit as u64;
        let spent = Error::TooLarge {
            what: "a bag of certificates, in links tried",
            size: limit.saturating_add(1),
            limit,
        };
        self.left = self.left.checked_sub(1).ok_or(spent)?;
        Ok(())
    }
}
