//! Truststores: the certificates by which a TLS front decides whom to let in, by the rules of that front.

mod check;
mod crls;
mod ends;
mod form;
mod format;
mod keys;
mod one_way;
mod predict;
mod rules;
mod words;

pub(crate) use check::place as place_in_store;
pub use crls::CrlSet;
pub use ends::End;
pub use form::{Form, PemReader};
pub use keys::KeyKind;
pub(crate) use one_way::may_issue;
pub use predict::Prediction;
pub(crate) use predict::{Reading, Refusal};
pub use rules::{CrlDemand, Ends, Layout, Rules};

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::chain::{self, Chain};
use crate::crl::Crl;
use crate::error::Error;
use crate::finding::{Finding, Severity};
#[cfg(feature = "pkcs12")]
use crate::pkcs12;
#[cfg(feature = "pkcs12")]
use crate::secret::Passphrase;
use crate::timestamp::Timestamp;

/// Certificates that keep the rules of the system that will read them.
///
/// Each authority's own certificate comes first, the one that issued it below, the root last. The same chains
/// make the same store, whatever their order.
#[derive(Clone, Debug)]
pub struct Truststore {
    certificates: Vec<Certificate>,
    findings: Vec<Finding>,
    layout: Layout,
    /// Whether its reader skips them.
    comments: bool,
}

impl Truststore {
    /// Puts the chains of authorities together for a reader. A certificate that several chains share stands in
    /// it once, below all that it issued.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where the result would break a rule of error grade.
    pub fn assemble<'a>(
        chains: impl IntoIterator<Item = &'a Chain>,
        rules: &Rules,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let mut chains: Vec<_> = chains.into_iter().collect();
        chains.sort_by_cached_key(|chain| {
            let authority = chain.certificate();
            (
                authority.subject().to_string(),
                chain.full().iter().map(Certificate::fingerprint).collect::<Vec<_>>(),
            )
        });
        let (certificates, mut findings) = once_each(chains.into_iter().flat_map(Chain::full));
        // What is measured is what is written.
        let size = format::pem(&certificates, rules.comments).len();
        findings.extend(check::check(&certificates, size, rules, at));
        findings.extend(rules.notes.iter().map(|note| advice(rules, note)));
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if findings.iter().any(Finding::is_error) {
            return Err(Error::Refused { operation: "assemble the truststore", findings });
        }
        Ok(Self { certificates, findings, layout: rules.layout, comments: rules.comments })
    }

    /// What a reader with these rules finds in a store, whoever made it; the refusing findings first.
    #[must_use]
    pub fn check(certificates: &[Certificate], rules: &Rules, at: Timestamp) -> Vec<Finding> {
        let size = format::pem(certificates, false).len();
        let mut findings = check::check(certificates, size, rules, at);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// Whether a reader with these rules and this store lets a client in that presents these certificates,
    /// its own first. Revocation is left out; [`Truststore::predict_with_crls`] looks at it.
    #[must_use]
    pub fn predict(
        store: &[Certificate],
        rules: &Rules,
        presented: &[Certificate],
        at: Timestamp,
    ) -> Prediction {
        predict::predict(store, rules, presented, &[], at)
    }

    /// As [`Truststore::predict`], with the CRLs that the reader is configured with.
    #[must_use]
    pub fn predict_with_crls(
        store: &[Certificate],
        rules: &Rules,
        presented: &[Certificate],
        crls: &[Crl],
        at: Timestamp,
    ) -> Prediction {
        predict::predict(store, rules, presented, crls, at)
    }

    /// Until when the clients of each authority of a store are let in, the earliest end first: when the store
    /// stops working, and for whom. Authorities that lead to no anchor at that time are left out, as are those for
    /// which the work was too much: it is bounded in proportion to the store.
    #[must_use]
    pub fn ends(store: &[Certificate], rules: &Rules, at: Timestamp) -> Vec<End> {
        ends::ends(store, rules, at)
    }

    /// The certificates, in the order of the file.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The self-signed ones: the list of anchors, for readers that want two lists.
    #[must_use]
    pub fn anchors(&self) -> Vec<Certificate> {
        self.certificates.iter().filter(|certificate| certificate.is_self_signed()).cloned().collect()
    }

    /// The others: the list of intermediates, for readers that want two lists.
    #[must_use]
    pub fn intermediates(&self) -> Vec<Certificate> {
        self.certificates.iter().filter(|certificate| !certificate.is_self_signed()).cloned().collect()
    }

    /// The two lists for readers that want two: the anchors, then the intermediates, which may be none.
    #[must_use]
    pub fn split(&self) -> [Self; 2] {
        [self.anchors(), self.intermediates()].map(|certificates| Self { certificates, ..self.clone() })
    }

    /// The CRLs for its authorities, chosen from those given: what nginx reads as `ssl_crl`, HAProxy as `crl-file`,
    /// Envoy as `crl`.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where an authority has no current one for what it signed, and the reader would refuse
    /// everybody for it, or where the reader reads no CRLs.
    pub fn crl_set(&self, given: &[Crl], rules: &Rules, at: Timestamp) -> Result<CrlSet, Error> {
        crls::choose(&self.certificates, given, rules, at)
    }

    /// How its reader wants it laid out.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Warnings and remarks; nothing of error grade.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file: one PEM block below the other, ending in a line end; each below a comment that says whose it is, where
    /// the reader is known to skip comments ([`Rules::comments`]).
    #[must_use]
    pub fn to_pem(&self) -> String {
        format::pem(&self.certificates, self.comments)
    }

    /// The file without comments.
    #[must_use]
    pub fn to_plain_pem(&self) -> String {
        chain::to_pem(&self.certificates)
    }

    /// The certificates in DER, one after the other. Most readers want a file for each.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.certificates.iter().flat_map(Certificate::der).copied().collect()
    }

    /// PKCS#7 SignedData of certificates alone (`.p7b`) in DER.
    #[must_use]
    pub fn to_pkcs7(&self) -> Vec<u8> {
        format::pkcs7(&self.certificates)
    }

    /// PKCS#7 as a `PKCS7` block of PEM.
    #[must_use]
    pub fn to_pkcs7_pem(&self) -> String {
        format::pkcs7_pem(&self.certificates)
    }

    /// PKCS#12 with a trusted-certificate entry for each certificate, under its [alias](Self::aliases): the key store
    /// of Java. Its MAC and its encryption need a passphrase; the certificates are no secret.
    ///
    /// # Errors
    ///
    /// [`Error::PassphraseEmpty`]; [`Error::Random`].
    #[cfg(feature = "pkcs12")]
    pub fn to_pkcs12(&self, passphrase: &Passphrase) -> Result<Vec<u8>, Error> {
        pkcs12::trust(&self.certificates, &self.aliases(), passphrase)
    }

    /// A unique name for each certificate, in their order: what a Java key store calls an alias.
    #[must_use]
    pub fn aliases(&self) -> Vec<String> {
        format::aliases(&self.certificates)
    }
}

/// Each certificate where it stands last: below everything that it issued.
fn once_each<'a>(all: impl DoubleEndedIterator<Item = &'a Certificate>) -> (Vec<Certificate>, Vec<Finding>) {
    let mut seen = HashSet::new();
    let (mut certificates, mut findings) = (Vec::new(), Vec::new());
    for certificate in all.rev() {
        if seen.insert(certificate.fingerprint()) {
            certificates.push(certificate.clone())
        } else {
            findings.push(duplicate(certificate))
        }
    }
    certificates.reverse();
    (certificates, findings)
}

fn duplicate(certificate: &Certificate) -> Finding {
    let message = format!("{} was given more than once and stands in the store once", certificate.subject());
    Finding::new("duplicate-certificate", Severity::Info, "certwright", message)
}

fn advice(rules: &Rules, note: &str) -> Finding {
    Finding::new("store-reader-note", Severity::Info, rules.citation, format!("{}: {note}", rules.target))
}
