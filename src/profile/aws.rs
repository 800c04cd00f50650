//! The named templates of AWS Private CA, for readers that expect exactly these.
//!
//! They depart from the standards where the table says so: key encipherment with EC keys (RFC 8813 section 3),
//! basic constraints in leaves that say nothing, OCSP signers that are looked up in a CRL instead of carrying
//! ocsp-nocheck (RFC 6960 section 4.2.2.2.1). Only the rules in the last column are waived.

use super::shape::{Basic, Revocation, Shape};
use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::error::Error;

/// One template.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The ids of the rules that it waives.
    pub(crate) waived: &'static [&'static str],
}

/// What a template makes.
#[derive(Debug)]
pub(crate) enum Kind {
    Root,
    Subordinate { path_length: u8 },
    Leaf { key_usage: KeyUsage, purposes: &'static [ExtendedKeyUsage], critical: bool },
}

const fn subordinate(name: &'static str, path_length: u8) -> Template {
    Template { name, kind: Kind::Subordinate { path_length }, waived: &[] }
}

const fn end_entity(name: &'static str, purposes: &'static [ExtendedKeyUsage]) -> Template {
    let key_usage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    let kind = Kind::Leaf { key_usage, purposes, critical: false };
    // Rules 4 and 5.
    Template { name, kind, waived: &["key-usage-fits-key", "leaf-basic-constraints"] }
}

const fn signing(
    name: &'static str,
    purposes: &'static [ExtendedKeyUsage],
    waived: &'static [&'static str],
) -> Template {
    let kind = Kind::Leaf { key_usage: KeyUsage::DIGITAL_SIGNATURE, purposes, critical: true };
    Template { name, kind, waived }
}

/// Every named template without passthrough.
pub(crate) const TEMPLATES: &[Template] = &[
    Template { name: "RootCACertificate/V1", kind: Kind::Root, waived: &[] },
    subordinate("SubordinateCACertificate_PathLen0/V1", 0),
    subordinate("SubordinateCACertificate_PathLen1/V1", 1),
    subordinate("SubordinateCACertificate_PathLen2/V1", 2),
    subordinate("SubordinateCACertificate_PathLen3/V1", 3),
    end_entity("EndEntityCertificate/V1", &[ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth]),
    end_entity("EndEntityClientAuthCertificate/V1", &[ExtendedKeyUsage::ClientAuth]),
    end_entity("EndEntityServerAuthCertificate/V1", &[ExtendedKeyUsage::ServerAuth]),
    signing("CodeSigningCertificate/V1", &[ExtendedKeyUsage::CodeSigning], &["leaf-basic-constraints"]),
    // Rules 5 and 11.
    signing(
        "OCSPSigningCertificate/V1",
        &[ExtendedKeyUsage::OcspSigning],
        &["leaf-basic-constraints", "ocsp-signer-no-check", "ocsp-signer-not-looked-up"],
    ),
];

/// The names of the templates that [`Root::aws`](super::Root::aws), [`Subordinate::aws`](super::Subordinate::aws) and
/// [`Leaf::aws`](super::Leaf::aws) take.
pub fn aws_templates() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|template| template.name)
}

/// The template with that name; an ARN (`arn:aws:acm-pca:::template/…`) names one too.
pub(crate) fn find(name: &str) -> Result<&'static Template, Error> {
    let plain = name.strip_prefix("arn:aws:acm-pca:::template/").unwrap_or(name);
    TEMPLATES.iter().find(|template| template.name == plain).ok_or_else(|| {
        let known: Vec<_> = aws_templates().collect();
        Error::Profile { reason: format!("{name:?} is no template; there are {}", known.join(", ")) }
    })
}

impl Template {
    pub(super) fn of_another_kind(&self, wanted: &str) -> Error {
        Error::Profile { reason: format!("the template {} does not make {wanted}", self.name) }
    }

    /// The leaf that the template makes of a plain shape.
    pub(super) fn leaf(&'static self, shape: Shape) -> Shape {
        let Kind::Leaf { key_usage, purposes, critical } = &self.kind else { return shape };
        let revocation = match purposes {
            [ExtendedKeyUsage::OcspSigning] => Revocation::Listed,
            _ => Revocation::Published,
        };
        Shape {
            basic: Basic::Leaf,
            key_usage: *key_usage,
            purposes_critical: *critical,
            revocation,
            template: Some(self),
            ..shape
        }
    }
}

impl Kind {
    pub(super) fn purposes(&self) -> &'static [ExtendedKeyUsage] {
        match self {
            Self::Leaf { purposes, .. } => purposes,
            _ => &[],
        }
    }
}
