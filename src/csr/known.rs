//! The names of what requests ask for. An extension without a name here is one that certwright does not know.

use crate::oid::Oid;

/// Extensions of certificates, by their dotted identifiers.
const EXTENSIONS: &[(&str, &str)] = &[
    // RFC 5280 section 4.2.1
    ("2.5.29.9", "subjectDirectoryAttributes"),
    ("2.5.29.14", "subjectKeyIdentifier"),
    ("2.5.29.15", "keyUsage"),
    ("2.5.29.16", "privateKeyUsagePeriod"),
    ("2.5.29.17", "subjectAltName"),
    ("2.5.29.18", "issuerAltName"),
    ("2.5.29.19", "basicConstraints"),
    ("2.5.29.30", "nameConstraints"),
    ("2.5.29.31", "cRLDistributionPoints"),
    ("2.5.29.32", "certificatePolicies"),
    ("2.5.29.33", "policyMappings"),
    ("2.5.29.35", "authorityKeyIdentifier"),
    ("2.5.29.36", "policyConstraints"),
    ("2.5.29.37", "extendedKeyUsage"),
    ("2.5.29.46", "freshestCRL"),
    ("2.5.29.54", "inhibitAnyPolicy"),
    // RFC 9608
    ("2.5.29.56", "noRevAvail"),
    // RFC 5280 section 4.2.2, RFC 3739, RFC 6960 section 4.2.2.2.1, RFC 7633, RFC 6962
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.3", "qcStatements"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.48.1.5", "ocspNoCheck"),
    ("1.3.6.1.5.5.7.1.24", "tlsFeature"),
    ("1.3.6.1.4.1.11129.2.4.3", "precertificatePoison"),
    // What Microsoft's and Netscape's tools write
    ("1.3.6.1.4.1.311.20.2", "certificateTemplateName"),
    ("1.3.6.1.4.1.311.21.7", "certificateTemplate"),
    ("1.3.6.1.4.1.311.21.10", "applicationPolicies"),
    ("1.3.6.1.4.1.311.25.2", "securityIdentifier"),
    ("1.2.840.113549.1.9.15", "smimeCapabilities"),
    ("2.16.840.1.113730.1.1", "netscapeCertType"),
    ("2.16.840.1.113730.1.13", "netscapeComment"),
];

/// Attributes of requests: RFC 2985, and Microsoft's.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.7", "challengePassword"),
    ("1.2.840.113549.1.9.8", "unstructuredAddress"),
    ("1.2.840.113549.1.9.20", "friendlyName"),
    ("1.3.6.1.4.1.311.13.2.1", "enrollmentNameValuePair"),
    ("1.3.6.1.4.1.311.13.2.2", "enrollmentCSP"),
    ("1.3.6.1.4.1.311.13.2.3", "osVersion"),
    ("1.3.6.1.4.1.311.21.20", "requestClientInfo"),
];

pub(super) fn extension(oid: &Oid) -> Option<&'static str> {
    find(EXTENSIONS, oid)
}

pub(super) fn attribute(oid: &Oid) -> Option<&'static str> {
    find(ATTRIBUTES, oid)
}

fn find(table: &[(&str, &'static str)], oid: &Oid) -> Option<&'static str> {
    let dotted = oid.to_string();
    table.iter().find(|(known, _)| *known == dotted).map(|(_, name)| *name)
}
