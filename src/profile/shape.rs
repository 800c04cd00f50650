//! What a profile comes to for one certificate.

use super::extras::Extras;
use super::urls::Urls;
use super::{aws, encode};
use crate::certificate::{ExtendedKeyUsage, Extension, KeyUsage};
use crate::name::Uri;
use crate::time::Lifetime;
use crate::validity::Bound;

/// What a profile comes to for one certificate, but for what the request and the issuer add.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// The profile's name, for the ledger and for people.
    pub(crate) name: &'static str,
    pub(crate) basic: Basic,
    pub(crate) key_usage: KeyUsage,
    pub(crate) purposes: Vec<ExtendedKeyUsage>,
    pub(crate) purposes_critical: bool,
    pub(crate) revocation: Revocation,
    pub(crate) lifetime: Lifetime,
    pub(crate) bound: Bound,
    /// What the caller adds to the profile.
    pub(crate) extras: Extras,
    /// The AWS template, where it is one.
    pub(crate) template: Option<&'static aws::Template>,
}

/// Basic constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basic {
    /// With cA, critical.
    Authority { path_length: Option<u8> },
    /// A leaf that does not mention it.
    Absent,
    /// A leaf that says so: not critical.
    Leaf,
}

/// Which of the issuer's addresses are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revocation {
    /// All of them.
    Published,
    /// Not those by which revocation would be looked up: roots, OCSP signers with ocsp-nocheck, and what has
    /// noRevAvail.
    Unchecked,
    /// CRLs, and no responder for the responder itself; no ocsp-nocheck. As AWS writes OCSP signers.
    Listed,
}

impl Shape {
    /// The extensions beyond those that every certificate has, under an issuer with these addresses.
    pub(crate) fn extensions(&self, issuer: &Urls) -> Vec<Extension> {
        let responders = self.revocation == Revocation::Published;
        let ocsp_signer = self.purposes.contains(&ExtendedKeyUsage::OcspSigning);
        let no_check = ocsp_signer && self.revocation == Revocation::Unchecked;
        let known = [
            (self.basic == Basic::Leaf).then(encode::no_authority).flatten(),
            self.own_purposes().then(|| encode::purposes(&self.purposes, self.purposes_critical)).flatten(),
            encode::authority_information(issuer, responders),
            no_check.then(encode::ocsp_no_check).flatten(),
        ];
        known.into_iter().flatten().chain(self.extras.extensions()).collect()
    }

    /// Whether the purposes are beyond rcgen, which writes named ones, and never as critical.
    pub(crate) fn own_purposes(&self) -> bool {
        let unnamed = |purpose: &ExtendedKeyUsage| matches!(purpose, ExtendedKeyUsage::Other(_));
        !self.purposes.is_empty() && (self.purposes_critical || self.purposes.iter().any(unnamed))
    }

    /// Where its CRL is said to be.
    pub(crate) fn crl_addresses<'a>(&self, issuer: &'a Urls) -> &'a [Uri] {
        if self.revocation == Revocation::Unchecked { &[] } else { &issuer.crl }
    }

    /// The ids of the rules that its family waives.
    pub(crate) fn waived(&self) -> &'static [&'static str] {
        self.template.map_or(&[], |template| template.waived)
    }

    /// Why the settings contradict each other, where they do: a template is all that is in it.
    pub(crate) fn contradiction(&self) -> Option<String> {
        let template = self.template?;
        let path_length = match (&template.kind, self.basic) {
            (aws::Kind::Root, Basic::Authority { path_length }) => path_length.is_some(),
            (aws::Kind::Subordinate { path_length }, Basic::Authority { path_length: own }) => {
                own != Some(*path_length)
            }
            _ => false,
        };
        let added = [
            (self.extras.adds_extensions(), "extensions"),
            (self.purposes != template.kind.purposes(), "purposes"),
            (path_length, "path length"),
        ];
        let (_, what) = added.into_iter().find(|(added, _)| *added)?;
        Some(format!("the template {} takes no {what} beyond its own", template.name))
    }
}
