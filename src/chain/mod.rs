//! Chains: a certificate, those that certify it, and the root at the end.

mod order;
mod pair;
mod verify;

pub use order::{Bag, Incomplete, Ordered, OrderedAll, Unused, WayUp, order};
pub use verify::{
    AcceptedPolicies, AnchorUse, Attempt, Coverage, KeyUsageRule, Limits, Nesting, Policy, Purpose, Rejected,
    Verified, Verifier, verify,
};

use crate::certificate::Certificate;
use crate::error::Error;

/// A certificate with everything above it, up to and including a self-signed root.
///
/// Each certificate is certified by the next: signatures verify, and names are equal byte for byte, or, in a chain
/// that was ordered or verified and says so in a finding, as RFC 5280 section 7.1 compares them. Dates are not
/// looked at, and that the root is trusted is for the reader to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    certificates: Vec<Certificate>,
}

impl Chain {
    /// The chain of these certificates, which have to be in order: the certificate itself, its issuers, the root.
    ///
    /// # Errors
    ///
    /// [`Error::Chain`] where there is none, or one is followed by another than its issuer;
    /// [`Error::BadSignature`], [`Error::UnverifiableSignature`] for the link that does not verify;
    /// [`Error::MissingIssuer`] where the last one is no root: another issued it, or one of its name with another key.
    pub fn new(certificates: Vec<Certificate>) -> Result<Self, Error> {
        let Some(last) = certificates.last() else {
            return Err(Error::Chain { reason: "it is empty".to_owned() });
        };
        for (child, parent) in certificates.iter().zip(certificates.iter().skip(1)) {
            link(child, parent)?;
        }
        match last.is_self_issued().then(|| last.verify_signature(last.public_key())) {
            Some(Ok(())) => Ok(Self { certificates }),
            Some(Err(unverifiable @ Error::UnverifiableSignature { .. })) => Err(unverifiable),
            _ => Err(Error::MissingIssuer {
                subject: last.subject().to_string(),
                issuer: last.issuer().to_string(),
                ca_issuers: last.ca_issuers().first().cloned(),
            }),
        }
    }

    /// The chain of a new certificate under one that is there already; the caller has checked the link.
    pub(crate) fn below(certificate: Certificate, issuer: &Self) -> Self {
        let certificates = std::iter::once(certificate).chain(issuer.certificates.iter().cloned()).collect();
        Self { certificates }
    }

    /// The chain of a path that was found; `None` where it does not end in a self-signed root.
    pub(crate) fn of_path(path: &[Certificate]) -> Option<Self> {
        let rooted = path.last().is_some_and(Certificate::is_self_signed);
        rooted.then(|| Self { certificates: path.to_vec() })
    }

    /// The chain of a root alone; the caller has checked its signature.
    pub(crate) fn root(certificate: Certificate) -> Self {
        Self { certificates: vec![certificate] }
    }

    /// All of it, the root last.
    #[must_use]
    pub fn full(&self) -> &[Certificate] {
        &self.certificates
    }

    /// What its bearer presents in TLS: all of it but the root, which the other side has to have already.
    #[must_use]
    pub fn presented(&self) -> &[Certificate] {
        self.certificates.split_last().map_or(&[], |(_, presented)| presented)
    }

    /// The certificate that it is about.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        // A chain is never empty: every constructor puts a certificate in.
        #[expect(clippy::indexing_slicing, reason = "every constructor puts a certificate in")]
        &self.certificates[0]
    }

    /// Those above it, the root last; empty for a root.
    #[must_use]
    pub fn issuers(&self) -> &[Certificate] {
        self.certificates.split_first().map_or(&[], |(_, issuers)| issuers)
    }

    /// The intermediates: without the certificate itself and without the root.
    #[must_use]
    pub fn intermediates(&self) -> &[Certificate] {
        self.presented().split_first().map_or(&[], |(_, intermediates)| intermediates)
    }

    /// The root at its end.
    #[must_use]
    pub fn anchor(&self) -> &Certificate {
        self.certificates.last().unwrap_or_else(|| self.certificate())
    }
}

/// Checks that the parent certifies the child.
fn link(child: &Certificate, parent: &Certificate) -> Result<(), Error> {
    if child.issuer() != parent.subject() {
        let reason = format!(
            "{} is followed by {}, its issuer is {}",
            child.subject(),
            parent.subject(),
            child.issuer()
        );
        return Err(Error::Chain { reason });
    }
    child.verify_signature(parent.public_key())
}

/// The certificates as PEM blocks one below the other, ending in a line end.
#[must_use]
pub fn to_pem(certificates: &[Certificate]) -> String {
    certificates.iter().map(Certificate::to_pem).collect()
}
