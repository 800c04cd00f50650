//! What lies in a home, read as far as it can be: whoever looks for damage wants all of it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use certwright::{Certificate, Entry, Fingerprint};

use crate::error::Failure;
use crate::home::{Home, Name, Stored};
use crate::output::Remark;

/// The certificates of a home.
#[derive(Default)]
pub(super) struct Inventory {
    /// The active authorities, each with everything above it.
    authorities: Vec<(Name, Vec<Certificate>)>,
    /// What is recorded where it was issued here.
    leaves: Vec<(PathBuf, Certificate)>,
    /// Every file that holds an authority's certificate, perhaps one of another.
    chains: Vec<(PathBuf, Vec<Certificate>)>,
    /// What could not be read.
    pub(super) unreadable: Vec<Remark>,
}

impl Inventory {
    pub(super) fn of(home: &Home) -> Self {
        let mut found = Self::default();
        for name in home.authorities() {
            match home.stored(&name) {
                Ok(Stored::Active(chain)) => found.authority(home, name, chain.full()),
                Ok(Stored::Pending(_)) => {}
                Err(failure) => found.refused(&failure),
            }
        }
        for name in home.issued() {
            let folder = home.issued_folder(&name);
            let path = folder.join("certificate.pem");
            let own = found.read(&path).into_iter().next();
            found.leaves.extend(own.map(|leaf| (path, leaf)));
            found.chain(folder.join("crt.pem"));
        }
        found
    }

    fn authority(&mut self, home: &Home, name: Name, chain: &[Certificate]) {
        let folder = home.authority_folder(&name);
        self.chain(folder.join("certificate.pem"));
        self.chains.push((folder.join("chain.pem"), chain.to_vec()));
        self.authorities.push((name, chain.to_vec()));
    }

    fn chain(&mut self, path: PathBuf) {
        let certificates = self.read(&path);
        self.chains.push((path, certificates));
    }

    fn read(&mut self, path: &Path) -> Vec<Certificate> {
        Certificate::open_all(path).unwrap_or_else(|error| {
            self.refused(&error.into());
            Vec::new()
        })
    }

    fn refused(&mut self, failure: &Failure) {
        self.unreadable.push(Remark::error("ledger-unreadable", format!("failed to {failure}")));
    }

    /// Every authority that has a name here, and those above it.
    pub(super) fn issuers(&self) -> impl Iterator<Item = &Certificate> {
        self.authorities.iter().flat_map(|(_, chain)| chain)
    }

    /// What was issued by an authority of this home, and is not in the record.
    pub(super) fn unrecorded(&self, record: &Record<'_>) -> Vec<Remark> {
        let leaves = self.leaves.iter().filter(|(_, leaf)| !record.holds(leaf));
        let leaves = leaves.map(|(path, _)| path.display().to_string());
        let authorities = self.foreign(record).filter(|(_, own)| record.issued(own));
        leaves
            .chain(authorities.map(|(name, _)| format!("the authority {name}")))
            .map(|what| Remark::error("ledger-unrecorded", format!("{what} is not in the ledger")))
            .collect()
    }

    /// Authorities that somebody else made. Nothing tells one that was imported from one that was put there.
    pub(super) fn imported(&self, record: &Record<'_>) -> Vec<Remark> {
        let others = self.foreign(record).filter(|(_, own)| !record.issued(own));
        let said = others.map(|(name, own)| {
            let message = format!(
                "the authority {name} ({}) is not in the ledger: it was not made here",
                own.subject()
            );
            Remark::info("ledger-imported", message)
        });
        said.collect()
    }

    fn foreign(&self, record: &Record<'_>) -> impl Iterator<Item = (&Name, &Certificate)> {
        let own = self.authorities.iter().filter_map(|(name, chain)| Some((name, chain.first()?)));
        own.filter(|(_, own)| !record.holds(own))
    }

    /// Chains with a certificate of an authority that is not the one that it has now.
    pub(super) fn stale(&self) -> Vec<Remark> {
        let stale = |certificate: &Certificate| {
            let own = self.authorities.iter().filter_map(|(name, chain)| Some((name, chain.first()?)));
            let mut same = own.filter(|(_, own)| {
                own.subject() == certificate.subject() && own.public_key().matches(certificate.public_key())
            });
            let first = same.next()?;
            let current = first.1 == certificate || same.any(|(_, own)| own == certificate);
            (!current).then_some(first)
        };
        let mut found = Vec::new();
        for (path, chain) in &self.chains {
            for certificate in chain {
                found.extend(stale(certificate).map(|(name, own)| {
                    let (path, serial, own) = (path.display(), certificate.serial(), own.serial());
                    let message =
                        format!("{path} holds {serial} of the authority {name}, which has {own} now");
                    Remark::warning("ledger-stale", message)
                }));
            }
        }
        found
    }
}

/// What the ledger holds.
pub(super) struct Record<'a> {
    digests: HashSet<Fingerprint>,
    entries: &'a [Entry],
}

impl<'a> Record<'a> {
    pub(super) fn of(entries: &'a [Entry]) -> Self {
        Self { digests: entries.iter().map(|entry| entry.tbs_digest).collect(), entries }
    }

    /// Whether there is an entry for it, be it one with a wrong digest: that is said for itself.
    fn holds(&self, certificate: &Certificate) -> bool {
        self.digests.contains(&Fingerprint::of(certificate.tbs()))
            || self.entries.iter().any(|entry| entry.certificate.as_ref() == Some(certificate))
    }

    /// Whether one of its authorities signed this. One that signed itself is nobody's.
    fn issued(&self, certificate: &Certificate) -> bool {
        let recorded = self.entries.iter().filter_map(|entry| entry.certificate.as_ref());
        let mut issuers =
            recorded.filter(|issuer| issuer.is_authority() && issuer.subject() == certificate.issuer());
        issuers.any(|issuer| certificate.verify_signature(issuer.public_key()).is_ok())
    }
}
