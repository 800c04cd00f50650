//! Distribution points, as certificates (RFC 5280 section 4.2.1.13) and CRLs (section 5.2.5) name them.

use super::general_name::{GeneralName, general_names};
use crate::der::{self, Element, tag};
use crate::name::Subject;

const WHAT: &str = "a distribution point";

/// Which reasons of revocation a CRL covers: the bits of ReasonFlags, the first one highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(pub(crate) u16);

impl Reasons {
    /// Every reason but the first bit, which is unused.
    pub(crate) const ALL: Self = Self(0x7f80);
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The name of a distribution point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointName {
    Full(Vec<GeneralName>),
    /// One RDN, to be appended to the name of the CRL's issuer.
    Relative(Vec<u8>),
}

impl PointName {
    /// The names, with a relative one below this issuer.
    pub(crate) fn resolve(&self, issuer: &Subject) -> Vec<GeneralName> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(rdn) => issuer.below(rdn).map(GeneralName::Directory).into_iter().collect(),
        }
    }
}

/// Where a certificate says that its CRL is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistributionPoint {
    pub(crate) name: Option<PointName>,
    pub(crate) reasons: Option<Reasons>,
    /// Who signs the CRL, where it is not the certificate's issuer.
    pub(crate) crl_issuer: Vec<GeneralName>,
}

/// CRLDistributionPoints.
pub(super) fn points(value: &[u8]) -> Result<Vec<DistributionPoint>, String> {
    let found = der::children(WHAT, tag::SEQUENCE, value).map_err(|error| error.to_string())?;
    if found.is_empty() {
        return Err("no distribution point is listed".to_owned());
    }
    found.iter().map(point).collect()
}

fn point(element: &Element<'_>) -> Result<DistributionPoint, String> {
    let mut point = DistributionPoint { name: None, reasons: None, crl_issuer: Vec::new() };
    let fields = der::elements(WHAT, element.contents).and_then(|fields| der::optional(WHAT, fields));
    for field in fields.map_err(|error| error.to_string())? {
        match field.tag {
            0xa0 => point.name = Some(point_name(field.contents)?),
            0x81 => point.reasons = Some(reasons(field.contents)?),
            0xa2 => point.crl_issuer = general_names(field.contents)?,
            _ => return Err("an unknown field of a distribution point".to_owned()),
        }
    }
    if point.name.is_none() && point.crl_issuer.is_empty() {
        return Err("a distribution point that says nothing".to_owned());
    }
    Ok(point)
}

/// DistributionPointName.
pub(crate) fn point_name(contents: &[u8]) -> Result<PointName, String> {
    let element = der::single(WHAT, contents).map_err(|error| error.to_string())?;
    match element.tag {
        0xa0 => general_names(element.contents).map(PointName::Full),
        // RelativeDistinguishedName ::= SET, tagged implicitly.
        0xa1 => Ok(PointName::Relative(der::element(tag::SET, element.contents))),
        _ => Err("a distribution point's name of an unknown kind".to_owned()),
    }
}

/// ReasonFlags, without the octet that counts the unused bits.
pub(crate) fn reasons(contents: &[u8]) -> Result<Reasons, String> {
    let bit_string = |octets: &[u8]| match octets {
        [first] => Some(u16::from_be_bytes([*first, 0])),
        [first, second] => Some(u16::from_be_bytes([*first, *second])),
        _ => None,
    };
    let bits = contents.split_first().and_then(|(_, octets)| bit_string(octets));
    // The ninth reason, aACompromise, is the only bit of the second octet; the first one is unused.
    bits.map(|bits| Reasons(bits & (0x7f80))).ok_or_else(|| "malformed reasons".to_owned())
}
