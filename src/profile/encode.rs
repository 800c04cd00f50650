//! The extensions that profiles add, in DER (RFC 5280 section 4.2).

use super::constraints::Subtree;
use super::oids;
use super::policy::{Policy, TlsFeature};
use super::urls::Urls;
use crate::certificate::{self, ExtendedKeyUsage, Extension, GeneralName};
use crate::der::{self, tag};
use crate::name::{AltName, Uri};
use crate::oid::Oid;

/// An extension of a known type. That its identifier is well-formed is tested below.
fn extension(oid: &[u8], critical: bool, value: Vec<u8>) -> Option<Extension> {
    Oid::from_content(oid).ok().map(|oid| Extension { oid, critical, value })
}

fn oid(content: &[u8]) -> Vec<u8> {
    der::element(tag::OID, content)
}

/// GeneralName (section 4.2.1.6). A directory name is a CHOICE, and so tagged explicitly.
fn general_name(name: &GeneralName) -> Vec<u8> {
    match name {
        GeneralName::Email(text) => der::element(tag::context(1), text.as_bytes()),
        GeneralName::Dns(text) => der::element(tag::context(2), text.as_bytes()),
        GeneralName::Directory(name) => der::element(tag::context_constructed(4), name.as_der()),
        GeneralName::Uri(text) => der::element(tag::context(6), text.as_bytes()),
        GeneralName::Ip(octets) => der::element(tag::context(7), octets),
        GeneralName::Other { tag: 8, contents } => der::element(tag::context(8), contents),
        GeneralName::Other { tag, contents } => der::element(tag::context_constructed(*tag), contents),
    }
}

fn uri(uri: &Uri) -> Vec<u8> {
    general_name(&GeneralName::Uri(uri.to_string()))
}

/// The alternative names, critical where there is no subject (section 4.2.1.6).
pub(crate) fn alt_names(names: &[AltName], critical: bool) -> Option<Extension> {
    let names: Vec<_> = names.iter().map(|name| general_name(&as_general(name))).collect();
    extension(certificate::oids::SUBJECT_ALT_NAME, critical, der::sequence(&names))
}

fn as_general(name: &AltName) -> GeneralName {
    match name {
        AltName::Dns(name) => GeneralName::Dns(name.to_string()),
        AltName::Ip(std::net::IpAddr::V4(address)) => GeneralName::Ip(address.octets().to_vec()),
        AltName::Ip(std::net::IpAddr::V6(address)) => GeneralName::Ip(address.octets().to_vec()),
        AltName::Email(address) => GeneralName::Email(address.to_string()),
        AltName::Uri(uri) => GeneralName::Uri(uri.to_string()),
        AltName::Directory(name) => GeneralName::Directory(name.clone()),
    }
}

/// Purposes (section 4.2.1.12).
pub(super) fn purposes(purposes: &[ExtendedKeyUsage], critical: bool) -> Option<Extension> {
    let listed: Vec<_> = purposes.iter().map(|purpose| oid(purpose.oid_content())).collect();
    extension(certificate::oids::EXTENDED_KEY_USAGE, critical, der::sequence(&listed))
}

/// basicConstraints that say "no authority" in as many words, as some services write it: the empty SEQUENCE.
pub(super) fn no_authority() -> Option<Extension> {
    extension(certificate::oids::BASIC_CONSTRAINTS, false, der::sequence::<&[u8]>(&[]))
}

/// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1).
pub(super) fn ocsp_no_check() -> Option<Extension> {
    extension(oids::OCSP_NO_CHECK, false, der::element(tag::NULL, &[]))
}

/// id-ce-noRevAvail (RFC 9608 section 2).
pub(super) fn no_rev_avail() -> Option<Extension> {
    extension(oids::NO_REV_AVAIL, false, der::element(tag::NULL, &[]))
}

/// Policies with their CPS addresses (section 4.2.1.4).
pub(super) fn policies(policies: &[Policy]) -> Option<Extension> {
    let listed: Vec<_> = policies.iter().map(policy).collect();
    let value = (!listed.is_empty()).then(|| der::sequence(&listed))?;
    extension(oids::POLICIES, false, value)
}

fn policy(policy: &Policy) -> Vec<u8> {
    let qualifier = |address: &Uri| {
        let address = der::element(tag::IA5_STRING, address.as_str().as_bytes());
        der::sequence(&[oid(oids::CPS), address])
    };
    let qualifiers: Vec<_> = policy.cps.iter().map(qualifier).collect();
    let mut parts = vec![oid(policy.oid.content())];
    parts.extend((!qualifiers.is_empty()).then(|| der::sequence(&qualifiers)));
    der::sequence(&parts)
}

/// TLS features (RFC 7633 section 4).
pub(super) fn tls_features(features: &[TlsFeature]) -> Option<Extension> {
    let listed: Vec<_> = features.iter().map(|f| der::element(tag::INTEGER, &[f.number()])).collect();
    let value = (!listed.is_empty()).then(|| der::sequence(&listed))?;
    extension(oids::TLS_FEATURE, false, value)
}

/// Name constraints, always critical (section 4.2.1.10).
pub(super) fn name_constraints(permitted: &[Subtree], excluded: &[Subtree]) -> Option<Extension> {
    let list = |number, subtrees: &[Subtree]| {
        let subtrees: Vec<_> = subtrees.iter().map(|s| der::sequence(&[general_name(s.base())])).collect();
        (!subtrees.is_empty()).then(|| der::constructed(tag::context_constructed(number), &subtrees))
    };
    let lists: Vec<_> = [list(0, permitted), list(1, excluded)].into_iter().flatten().collect();
    let value = (!lists.is_empty()).then(|| der::sequence(&lists))?;
    extension(certificate::oids::NAME_CONSTRAINTS, true, value)
}

/// Where responders and the issuer's certificate are (section 4.2.2.1).
pub(super) fn authority_information(urls: &Urls, responders: bool) -> Option<Extension> {
    let described = |method: &[u8], address: &Uri| der::sequence(&[oid(method), uri(address)]);
    let mut listed = Vec::new();
    if responders {
        listed.extend(urls.ocsp.iter().map(|address| described(oids::OCSP, address)));
    }
    listed.extend(urls.ca_issuers.iter().map(|address| described(oids::CA_ISSUERS, address)));
    let value = (!listed.is_empty()).then(|| der::sequence(&listed))?;
    extension(oids::AUTHORITY_INFO_ACCESS, false, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_well_formed() {
        for content in [
            oids::POLICIES,
            oids::TLS_FEATURE,
            oids::OCSP_NO_CHECK,
            oids::NO_REV_AVAIL,
            oids::AUTHORITY_INFO_ACCESS,
            certificate::oids::NAME_CONSTRAINTS,
            certificate::oids::EXTENDED_KEY_USAGE,
            certificate::oids::SUBJECT_ALT_NAME,
            certificate::oids::BASIC_CONSTRAINTS,
        ] {
            assert!(extension(content, false, Vec::new()).is_some(), "{content:02x?}");
        }
    }

    #[test]
    fn an_empty_list_is_no_extension() {
        assert_eq!(policies(&[]), None);
        assert_eq!(tls_features(&[]), None);
        assert_eq!(name_constraints(&[], &[]), None);
        assert_eq!(authority_information(&Urls::default(), true), None);
    }
}
