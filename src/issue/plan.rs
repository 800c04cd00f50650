//! What would be issued, field by field, each with where it comes from and by which rule.

use std::fmt;

use super::Prepared;
use crate::certificate::{Certificate, Extension, oids};
use crate::csr::Csr;
use crate::der::{self, Element, tag};
use crate::digest::hex;
use crate::finding::Finding;
use crate::name::{AltName, Subject};
use crate::profile::oids as more;
use crate::validity::BoundedBy;

/// Where a field of a certificate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Origin {
    /// The profile says so.
    Profile,
    /// The request asks for it.
    Request,
    /// A certificate signing request asks for it, and the profile grants it.
    Csr,
    /// Asked for more, and shortened.
    Clamp,
    /// It is always so.
    Default,
    /// The issuer's certificate or settings say so.
    Issuer,
    /// The certificate in whose place this one stands has it.
    Predecessor,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Profile => "profile",
            Self::Request => "request",
            Self::Csr => "csr",
            Self::Clamp => "clamp",
            Self::Default => "default",
            Self::Issuer => "issuer",
            Self::Predecessor => "predecessor",
        })
    }
}

/// One field of the certificate to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlannedField {
    /// Its name in RFC 5280.
    pub name: String,
    /// Its value, for people.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The clause that it follows.
    pub rule: &'static str,
}

/// A certificate that could be signed, for people and as data. Making it takes no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Plan {
    /// The name of the profile or template.
    pub profile: &'static str,
    /// Every field, in the order of the certificate.
    pub fields: Vec<PlannedField>,
    /// The warnings that it would be issued with.
    pub findings: Vec<Finding>,
    /// The ids of warnings that were silenced.
    pub allowed: Vec<&'static str>,
    /// The ids of rules that the profile's family waives here.
    pub waived: Vec<&'static str>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.fields.iter().map(|field| field.name.len()).max().unwrap_or_default();
        writeln!(f, "{:width$}  {}", "profile", self.profile)?;
        for PlannedField { name, value, origin, rule } in &self.fields {
            writeln!(f, "{name:width$}  {value}  [{origin}; {rule}]")?;
        }
        let ids = [("allowed", &self.allowed), ("waived", &self.waived)];
        for (what, list) in ids.into_iter().filter(|(_, list)| !list.is_empty()) {
            writeln!(f, "{what:width$}  {}", list.join(", "))?;
        }
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

/// Who asked for what differs from certificate to certificate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origins {
    pub(super) subject: Origin,
    pub(super) public_key: Origin,
    pub(super) alt_names: Origin,
}

impl Origins {
    /// A person asks.
    pub(super) const REQUEST: Self = Self::all(Origin::Request);
    /// A certificate signing request asks.
    pub(super) const CSR: Self = Self::all(Origin::Csr);
    /// A root: the key is the signer's own.
    pub(super) const ROOT: Self = Self { public_key: Origin::Issuer, ..Self::REQUEST };
    /// A successor keeps what its predecessor has.
    pub(super) const AGAIN: Self = Self::all(Origin::Predecessor);

    const fn all(origin: Origin) -> Self {
        Self { subject: origin, public_key: origin, alt_names: origin }
    }

    /// A request that was made from a certificate signing request, and perhaps given another subject.
    pub(super) fn of_request(csr: &Csr, subject: &Subject, alt_names: &[AltName]) -> Self {
        let of = |asked| if asked { Origin::Csr } else { Origin::Request };
        let asked =
            |name: &AltName| csr.alt_names().iter().any(|a| AltName::try_from(a).is_ok_and(|a| a == *name));
        Self {
            subject: of(csr.subject() == subject),
            alt_names: of(alt_names.iter().all(asked)),
            ..Self::CSR
        }
    }
}

/// What `prepared` would be.
pub(super) fn plan(prepared: &Prepared) -> Plan {
    let certificate = &prepared.unsigned;
    let mut fields = fields(prepared);
    let extensions = certificate.extensions().iter();
    fields.extend(extensions.map(|extension| planned(certificate, extension, prepared)));
    Plan {
        profile: prepared.profile,
        fields,
        findings: prepared.findings.clone(),
        allowed: prepared.allowed.clone(),
        waived: prepared.waived.clone(),
    }
}

fn field(name: &str, value: impl Into<String>, origin: Origin, rule: &'static str) -> PlannedField {
    PlannedField { name: name.to_owned(), value: value.into(), origin, rule }
}

fn fields(prepared: &Prepared) -> Vec<PlannedField> {
    let (certificate, granted) = (&prepared.unsigned, &prepared.granted);
    let issuer = if prepared.issuer.is_some() { Origin::Issuer } else { prepared.origins.subject };
    let end = match &granted.bounded_by {
        Some(bound) => {
            let why = match bound {
                BoundedBy::Issuer(issuer) => format!("{issuer} ends then"),
                practice => format!("{practice} ends it then"),
            };
            let (end, asked) = (granted.granted.not_after, granted.requested.not_after);
            (format!("{end} (asked: {asked}; {why})"), Origin::Clamp)
        }
        None => (granted.granted.not_after.to_string(), Origin::Profile),
    };
    let key = certificate.public_key();
    let key = format!("{}, SHA-256 {}", key.algorithm(), key.fingerprint());
    vec![
        field("version", "3", Origin::Default, "RFC 5280 section 4.1.2.1"),
        field("serialNumber", certificate.serial().to_string(), Origin::Default, "RFC 5280 section 4.1.2.2"),
        field(
            "signature",
            certificate.signature_algorithm().to_string(),
            Origin::Issuer,
            "RFC 5280 section 4.1.2.3",
        ),
        field("issuer", certificate.issuer().to_string(), issuer, "RFC 5280 section 4.1.2.4"),
        field(
            "notBefore",
            granted.granted.not_before.to_string(),
            Origin::Default,
            "RFC 5280 section 4.1.2.5; an hour back, not before the issuers",
        ),
        field("notAfter", end.0, end.1, "RFC 5280 section 4.1.2.5; inside every issuer"),
        field(
            "subject",
            certificate.subject().to_string(),
            prepared.origins.subject,
            "RFC 5280 section 4.1.2.6",
        ),
        field("subjectPublicKeyInfo", key, prepared.origins.public_key, "RFC 5280 section 4.1.2.7"),
    ]
}

/// An extension: its name, where it comes from, and its clause.
fn known(oid: &[u8], origins: Origins) -> Option<(&'static str, Origin, &'static str)> {
    Some(match oid {
        oids::AUTHORITY_KEY_ID => ("authorityKeyIdentifier", Origin::Issuer, "RFC 5280 section 4.2.1.1"),
        oids::SUBJECT_KEY_ID => ("subjectKeyIdentifier", Origin::Default, "RFC 7093 section 2 method 1"),
        oids::KEY_USAGE => ("keyUsage", Origin::Profile, "RFC 5280 section 4.2.1.3"),
        more::POLICIES => ("certificatePolicies", Origin::Profile, "RFC 5280 section 4.2.1.4"),
        oids::SUBJECT_ALT_NAME => ("subjectAltName", origins.alt_names, "RFC 5280 section 4.2.1.6"),
        oids::BASIC_CONSTRAINTS => ("basicConstraints", Origin::Profile, "RFC 5280 section 4.2.1.9"),
        oids::NAME_CONSTRAINTS => ("nameConstraints", Origin::Profile, "RFC 5280 section 4.2.1.10"),
        oids::EXTENDED_KEY_USAGE => ("extKeyUsage", Origin::Profile, "RFC 5280 section 4.2.1.12"),
        more::CRL_DISTRIBUTION_POINTS => {
            ("cRLDistributionPoints", Origin::Issuer, "RFC 5280 section 4.2.1.13")
        }
        more::AUTHORITY_INFO_ACCESS => ("authorityInfoAccess", Origin::Issuer, "RFC 5280 section 4.2.2.1"),
        more::TLS_FEATURE => ("tlsfeature", Origin::Profile, "RFC 7633 section 4"),
        more::NO_REV_AVAIL => ("noRevAvail", Origin::Profile, "RFC 9608 section 2"),
        more::OCSP_NO_CHECK => ("ocsp-nocheck", Origin::Profile, "RFC 6960 section 4.2.2.2.1"),
        _ => return None,
    })
}

fn planned(certificate: &Certificate, extension: &Extension, prepared: &Prepared) -> PlannedField {
    let critical = if extension.critical { "critical, " } else { "" };
    let value = format!("{critical}{}", value(certificate, extension));
    match known(extension.oid.content(), prepared.origins) {
        Some(("subjectKeyIdentifier", _, _)) if prepared.origins.public_key == Origin::Predecessor => field(
            "subjectKeyIdentifier",
            value,
            Origin::Predecessor,
            "RFC 5280 section 4.2.1.2; what it issued names it",
        ),
        Some((name, origin, rule)) => field(name, value, origin, rule),
        None => field(&extension.oid.to_string(), value, Origin::Profile, "RFC 5280 section 4.2"),
    }
}

fn value(certificate: &Certificate, extension: &Extension) -> String {
    let joined = |names: &[String]| names.join(", ");
    let text = match extension.oid.content() {
        oids::KEY_USAGE => certificate.key_usage().map(|usage| usage.to_string()),
        oids::EXTENDED_KEY_USAGE => certificate
            .extended_key_usage()
            .map(|list| joined(&list.iter().map(ToString::to_string).collect::<Vec<_>>())),
        oids::SUBJECT_ALT_NAME => {
            Some(joined(&certificate.alt_names().iter().map(ToString::to_string).collect::<Vec<_>>()))
        }
        oids::SUBJECT_KEY_ID => certificate.subject_key_id().map(hex),
        oids::AUTHORITY_KEY_ID => certificate.authority_key_id().and_then(|id| id.key_id.as_deref()).map(hex),
        oids::BASIC_CONSTRAINTS => certificate.basic_constraints().map(|basic| match basic.path_length {
            Some(length) => format!("CA:TRUE, pathLen {length}"),
            None if basic.authority => "CA:TRUE".to_owned(),
            None => "CA:FALSE".to_owned(),
        }),
        oids::NAME_CONSTRAINTS => certificate.facts().name_constraints.as_ref().map(|constraints| {
            let permitted = constraints.permitted.iter().map(|name| format!("permitted {name}"));
            let excluded = constraints.excluded.iter().map(|name| format!("excluded {name}"));
            joined(&permitted.chain(excluded).collect::<Vec<_>>())
        }),
        more::POLICIES => certificate
            .facts()
            .policies
            .as_ref()
            .map(|policies| joined(&policies.iter().map(ToString::to_string).collect::<Vec<_>>())),
        more::TLS_FEATURE => Some(joined(&features(extension))),
        more::NO_REV_AVAIL | more::OCSP_NO_CHECK => Some("present".to_owned()),
        more::CRL_DISTRIBUTION_POINTS | more::AUTHORITY_INFO_ACCESS => Some(joined(&addresses(extension))),
        _ => None,
    };
    text.unwrap_or_else(|| hex(&extension.value))
}

/// The TLS extensions that are promised, by name where it is known (RFC 7633 section 4.1).
fn features(extension: &Extension) -> Vec<String> {
    let listed = der::children("TLS features", tag::SEQUENCE, &extension.value).unwrap_or_default();
    let name = |feature: &Element<'_>| match feature.contents {
        [5] => "status_request".to_owned(),
        [17] => "status_request_v2".to_owned(),
        other => hex(other),
    };
    listed.iter().map(name).collect()
}

/// Every URI in the extension, wherever it stands.
fn addresses(extension: &Extension) -> Vec<String> {
    fn collect(element: &Element<'_>, found: &mut Vec<String>) {
        if element.tag == tag::context(6) {
            found.push(String::from_utf8_lossy(element.contents).into_owned());
        } else if element.tag & tag::CONSTRUCTED != 0 {
            let inside = der::elements("an address", element.contents).unwrap_or_default();
            inside.iter().for_each(|element| collect(element, found));
        }
    }
    let mut found = Vec::new();
    if let Ok(outer) = der::single("an address", &extension.value) {
        collect(&outer, &mut found);
    }
    found
}
