//! The key beside the certificate: whether they belong together, and what is said where they do not.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::container::Kind;
use crate::finding::{Finding, Severity};
use crate::key::{EncryptionScheme, FoundKey, PrivateKey, PublicKey};

use super::certificate::CertificateFile;
use super::error;
use super::key::KeyFile;
use super::opening::{self, under_nothing};
use super::presented::is_no_client;
use super::sheet::Sheet;
use super::store::CertificatesFile;

/// The rules of files that are no pair.
const SWAPPED: &str = "files-swapped";
pub(super) const MISMATCH: &str = "key-mismatch";

/// Whether it says that the files are no pair, or none as they are given. No new file of one of them does away with it.
pub(super) fn is_no_pair(finding: &Finding) -> bool {
    finding.is_error() && [SWAPPED, MISMATCH].contains(&finding.rule)
}

/// Whether the key's file holds the certificate, and the certificate's file the key.
pub(super) fn are_swapped(key: &Sheet<'_>, certificate: &Sheet<'_>) -> bool {
    let is = |sheet: &Sheet<'_>, certificates: bool| {
        sheet.holds(Kind::Certificate) == certificates && sheet.keys().is_empty() == certificates
    };
    is(key, true) && is(certificate, false)
}

/// What is said of it.
pub(super) fn swapped(given_as_key: &str) -> Finding {
    let message =
        "the key file holds the certificate and the certificate file the key: give them the other way round";
    error(SWAPPED, message).at(given_as_key)
}

impl KeyFile<'_> {
    /// Holds the key against the certificates; those of the chain stand in a file of their own.
    pub(super) fn pair(
        &mut self,
        certificate: &mut CertificateFile<'_>,
        chain: Option<&CertificatesFile<'_>>,
    ) {
        let Some(key) = self.public_key().cloned() else {
            if self.is_locked() {
                self.take_another(certificate);
            }
            return;
        };
        let certified = certificate.certifying(&key);
        let astray = certified.and_then(|index| certificate.key_of_authority(&key, index));
        match (certified, astray) {
            (Some(index), None) => {
                certificate.leaf = Some(index);
                self.paired = true;
            }
            _ if self.take_another(certificate) => {}
            (Some(_), Some(finding)) => self.note(finding),
            // The right one may be what cannot be read.
            (None, _) if self.sheet.lacks_key() => self.blame_damage(),
            (None, _) if certificate.is_incomplete() => {}
            (None, _) => self.miss(&key, certificate, chain),
        }
    }

    /// No certificate of the file is that of the key.
    fn miss(
        &mut self,
        key: &PublicKey,
        certificate: &mut CertificateFile<'_>,
        chain: Option<&CertificatesFile<'_>>,
    ) {
        let Some((index, client)) = certificate.client() else { return };
        let elsewhere = chain.and_then(|chain| Some((chain.certifying(key)?, chain.sheet.name)));
        let message = match elsewhere {
            Some((own, file)) if !own.is_authority() => in_chain(own, file),
            Some((own, _)) if !client.is_authority() => {
                self.note(error(MISMATCH, authoritys(key, own, client)));
                return;
            }
            // One that certifies itself may be both.
            _ if is_no_client(client) || client.is_authority() && !client.is_self_issued() => {
                no_client(key, client)
            }
            _ => {
                self.note(error(MISMATCH, mismatch(key, client)));
                return;
            }
        };
        self.findings.push(error(MISMATCH, message).at(certificate.place(index)));
        certificate.lacks_client = true;
    }

    /// The right key may stand in the file, behind a wrong one.
    fn take_another(&mut self, certificate: &mut CertificateFile<'_>) -> bool {
        let others = self.sheet.keys().into_iter().filter(|(index, _)| Some(*index) != self.index);
        let cheap =
            |found: &FoundKey| found.scheme().is_none_or(|scheme| scheme.is_within(&opening::AT_LITTLE_COST));
        for (index, found) in others.filter(|(_, found)| cheap(found)).take(MOST_OTHERS) {
            let Ok((key, blank)) = self.opener.unlocked(&found) else { continue };
            let Some(certified) = certificate.certifying(key.public_key()) else { continue };
            let astray = certificate.key_of_authority(key.public_key(), certified).is_some();
            if astray || certificate.may_be_left_over(certified) {
                continue;
            }
            self.prefer(index, found.scheme().cloned(), key, blank);
            certificate.leaf = Some(certified);
            return true;
        }
        false
    }

    /// Whether the key asks for another passphrase than is given.
    fn is_locked(&self) -> bool {
        self.findings.iter().any(|finding| finding.rule.starts_with("key-passphrase-"))
    }

    /// Takes another key of the file than OpenSSL does.
    fn prefer(&mut self, index: usize, scheme: Option<EncryptionScheme>, key: PrivateKey, blank: bool) {
        match self.sheet.parts.get(index).filter(|_| Some(index) < self.index) {
            Some(part) if part.seen => self.blame_encryption(index),
            Some(part) => {
                self.findings.extend(part.faults.iter().cloned());
                self.blame_damage();
            }
            None => self.blame_first(),
        }
        (self.index, self.scheme, self.opened) = (Some(index), scheme, Some(key));
        self.blank = blank;
        if blank {
            self.note(under_nothing(self.opener.given));
        }
        (self.mendable, self.paired) = (true, true);
    }

    /// OpenSSL takes the first key, or asks for its passphrase: what else is wrong with that key matters no more.
    fn blame_first(&mut self) {
        let message = match self.opened {
            Some(_) => {
                "the first private key of the file is not that of the certificate, another one is: put that one first"
            }
            None => {
                "the first private key of the file asks for another passphrase, and the key of the certificate stands \
                 behind it: put that one first"
            }
        };
        let first = self.index.and_then(|index| self.sheet.parts.get(index));
        let place = first.map(|part| self.sheet.place(&part.item));
        let about_first = |finding: &Finding| finding.rule.starts_with("key-") && finding.place == place;
        self.findings.retain(|finding| !(finding.is_error() && about_first(finding)));
        self.note(error("key-not-first", message));
    }

    /// OpenSSL reads on over the encryption of this key, which it does not know.
    fn blame_encryption(&mut self, index: usize) {
        let place = self.sheet.parts.get(index).map(|part| self.sheet.place(&part.item));
        let about = |finding: &&mut Finding| finding.rule.starts_with("key-") && finding.place == place;
        let blamed = self.findings.iter_mut().filter(about);
        blamed.for_each(|finding| finding.severity = Severity::Error);
    }

    /// OpenSSL reads on over what is damaged, and does not find the right key there.
    fn blame_damage(&mut self) {
        let damage: HashSet<_> = self.sheet.damage.iter().map(|one| (one.rule, &one.place)).collect();
        let about = |finding: &Finding| damage.contains(&(finding.rule, &finding.place));
        let blamed = self.findings.iter_mut().filter(|finding| about(finding));
        blamed.for_each(|finding| finding.severity = Severity::Error);
    }
}

/// How many more keys of a file are opened: each may cost a second.
pub(super) const MOST_OTHERS: usize = 4;

impl CertificateFile<'_> {
    /// The key of an issuer beside its client's certificate; none where the authority of this number may be the client.
    fn key_of_authority(&self, key: &PublicKey, authority: usize) -> Option<Finding> {
        let (_, own) = self.certificates.get(authority)?;
        Some(error(MISMATCH, authoritys(key, own, self.client_beside(authority)?)))
    }
}

fn mismatch(key: &PublicKey, certificate: &Certificate) -> String {
    let certified = certificate.public_key();
    format!(
        "the key is not that of the certificate {} (key: {}, SPKI SHA-256 {}; certificate: {}, {}): \
         find the pair that belongs together with `certwright key match KEY CERT`",
        certificate.subject(),
        key.algorithm(),
        key.fingerprint(),
        certified.algorithm(),
        certified.fingerprint(),
    )
}

fn authoritys(key: &PublicKey, authority: &Certificate, client: &Certificate) -> String {
    let client = client.subject();
    format!(
        "the key (SPKI SHA-256 {}) is that of an authority, {}, and the certificate is that of {client}: give the key \
         that {client} was issued for; an authority's key belongs on no client",
        key.fingerprint(),
        authority.subject(),
    )
}

fn no_client(key: &PublicKey, authority: &Certificate) -> String {
    format!(
        "{} is an authority, and the client's certificate is missing in this file: give the one that was issued for the \
         key (SPKI SHA-256 {}), with its authorities below it",
        authority.subject(),
        key.fingerprint(),
    )
}

fn in_chain(own: &Certificate, chain: &str) -> String {
    format!(
        "the certificate of the key, that of {}, is not in this file and stands in that of the chain ({chain}): give that \
         one as the certificate, and what certifies it as the chain",
        own.subject(),
    )
}
