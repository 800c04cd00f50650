//! Why a certificate was revoked (RFC 5280 section 5.3.1).

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// The CRLReason of an entry. `Display` and `FromStr` use the names of RFC 5280: `keyCompromise`, `superseded` …
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CrlReason {
    /// Nobody says why. Such an entry should have no reason at all.
    Unspecified,
    /// The key is known, or suspected to be known, to somebody else.
    KeyCompromise,
    /// The key of an authority is, and with it everything that it issued.
    CaCompromise,
    /// The subject's name or other attributes have changed.
    AffiliationChanged,
    /// Another certificate stands in its place.
    Superseded,
    /// It is no longer needed for what it was issued for.
    CessationOfOperation,
    /// It is suspended; the next list may take that back.
    CertificateHold,
    /// It is revoked no longer. Only delta CRLs say so.
    RemoveFromCrl,
    /// A right that it carries was withdrawn.
    PrivilegeWithdrawn,
    /// The key of an attribute authority is known to somebody else.
    AaCompromise,
    /// A code that RFC 5280 does not assign.
    Other(u8),
}

/// The code, the value and the name.
const NAMED: [(u8, CrlReason, &str); 10] = [
    (0, CrlReason::Unspecified, "unspecified"),
    (1, CrlReason::KeyCompromise, "keyCompromise"),
    (2, CrlReason::CaCompromise, "cACompromise"),
    (3, CrlReason::AffiliationChanged, "affiliationChanged"),
    (4, CrlReason::Superseded, "superseded"),
    (5, CrlReason::CessationOfOperation, "cessationOfOperation"),
    (6, CrlReason::CertificateHold, "certificateHold"),
    (8, CrlReason::RemoveFromCrl, "removeFromCRL"),
    (9, CrlReason::PrivilegeWithdrawn, "privilegeWithdrawn"),
    (10, CrlReason::AaCompromise, "aACompromise"),
];

impl CrlReason {
    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        NAMED.iter().find(|(known, ..)| *known == code).map_or(Self::Other(code), |(_, reason, _)| *reason)
    }

    /// Its code, the value of the ENUMERATED.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Other(code) => code,
            named => NAMED.iter().find(|(_, reason, _)| *reason == named).map_or(0, |(code, ..)| *code),
        }
    }
}

impl fmt::Display for CrlReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMED.iter().find(|(_, reason, _)| reason == self) {
            Some((.., name)) => f.pad(name),
            None => write!(f, "reason {}", self.code()),
        }
    }
}

impl FromStr for CrlReason {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let other = || text.strip_prefix("reason ")?.parse().ok().map(Self::from_code);
        let named = NAMED.iter().find(|(.., name)| *name == text).map(|(_, reason, _)| *reason);
        named.or_else(other).ok_or_else(|| {
            Error::syntax("reason", text, "expected a CRLReason of RFC 5280, such as keyCompromise")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_reason_and_every_reason_reads_back() {
        for code in 0..=u8::MAX {
            let reason = CrlReason::from_code(code);
            assert_eq!(reason.code(), code);
            assert_eq!(reason.to_string().parse::<CrlReason>().unwrap(), reason);
            assert_eq!(matches!(reason, CrlReason::Other(_)), code == 7 || code > 10, "{code}");
        }
        assert_eq!("KeyCompromise".parse::<CrlReason>().unwrap_err().kind(), "syntax");
    }
}
