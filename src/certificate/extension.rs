//! What the standard extensions of a certificate say (RFC 5280 section 4.2).

use super::distribution::DistributionPoint;
use super::general_name::GeneralName;
use super::policy::PolicyConstraints;
use super::usage::{ExtendedKeyUsage, KeyUsage};
use crate::oid::Oid;

/// DER contents of the extensions' object identifiers.
pub(crate) mod oids {
    pub(crate) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
    pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
    pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub(crate) const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1d, 18];
    pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
    pub(crate) const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1d, 31];
    pub(crate) const POLICIES: &[u8] = &[0x55, 0x1d, 32];
    pub(crate) const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 33];
    pub(crate) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
    pub(crate) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 36];
    pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub(crate) const FRESHEST_CRL: &[u8] = &[0x55, 0x1d, 46];
    pub(crate) const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 54];
    pub(crate) const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
    pub(crate) const SUBJECT_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 11];
}

/// An extension as it stands in a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// Its type.
    pub oid: Oid,
    /// Whether a reader that does not know it has to refuse the certificate.
    pub critical: bool,
    /// The DER inside its OCTET STRING.
    pub value: Vec<u8>,
}

/// Basic constraints (section 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicConstraints {
    /// cA: the certificate may certify others.
    pub authority: bool,
    /// pathLenConstraint: how many authorities may follow below it.
    pub path_length: Option<u32>,
}

/// The authority key identifier (section 4.2.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorityKeyId {
    /// The issuer's subject key identifier.
    pub key_id: Option<Vec<u8>>,
    /// The issuer's own issuer, where it is named.
    pub issuer: Option<Vec<GeneralName>>,
    /// The issuer's serial number (INTEGER contents), where it is named.
    pub serial: Option<Vec<u8>>,
}

/// Name constraints (section 4.2.1.10); ranges of IP addresses are address and mask.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct NameConstraints {
    /// Every name of a type listed here has to be inside one of these.
    pub permitted: Vec<GeneralName>,
    /// No name may be inside one of these.
    pub excluded: Vec<GeneralName>,
}

/// Every extension, raw and read.
#[derive(Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) all: Vec<Extension>,
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) extended_key_usage: Option<Vec<ExtendedKeyUsage>>,
    pub(crate) alt_names: Option<Vec<GeneralName>>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) authority_key_id: Option<AuthorityKeyId>,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) policies: Option<Vec<Oid>>,
    pub(crate) policy_mappings: Vec<(Oid, Oid)>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    pub(crate) inhibit_any_policy: Option<u32>,
    pub(crate) crl_distribution_points: Vec<DistributionPoint>,
    pub(crate) freshest_crl: Vec<DistributionPoint>,
    pub(crate) ca_issuers: Vec<String>,
    /// Extensions whose contents could not be read, each with its type and the reason.
    pub(crate) faults: Vec<(Oid, String)>,
    /// Critical extensions that nothing here understands.
    pub(crate) unknown_critical: Vec<Oid>,
}

impl Extensions {
    /// The extension with this DER content of its identifier.
    pub(crate) fn find(&self, oid: &[u8]) -> Option<&Extension> {
        self.all.iter().find(|extension| extension.oid.content() == oid)
    }
}
