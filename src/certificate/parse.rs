//! The strict reading of a certificate, around x509-parser's lenient one.

use std::sync::OnceLock;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{self as parser, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;

use super::Parsed;
use super::constraints;
use super::extension::{AuthorityKeyId, BasicConstraints, Extension, Extensions, oids};
use super::general_name::{GeneralName, general_names};
use super::usage::{ExtendedKeyUsage, KeyUsage};
use super::{distribution, names, policy};
use crate::der::{self, tag};
use crate::error::Error;
use crate::key::PublicKey;
use crate::name::Subject;
use crate::oid::Oid;
use crate::serial::Serial;
use crate::time::Window;
use crate::timestamp::Timestamp;

const WHAT: &str = "a certificate";

/// The largest certificate that is read, in bytes: post-quantum chains stay far below.
const LARGEST: u64 = 1024 * 1024;

/// More extensions than any certificate has; bounds the search for duplicates.
const MOST_EXTENSIONS: usize = 256;

/// id-ad-caIssuers, RFC 5280 section 4.2.2.1.
const CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 2];

/// The certificate in these bytes: DER to the last byte.
pub(super) fn certificate(der: Vec<u8>) -> Result<Parsed, Error> {
    let size = der.len() as u64;
    if size > LARGEST {
        return Err(Error::TooLarge { what: "a certificate, in bytes", size, limit: LARGEST });
    }
    let outer = der::children(WHAT, tag::SEQUENCE, &der)?;
    let [tbs, algorithm, signed] = outer.as_slice() else {
        return Err(Error::decode(WHAT, "it has three parts: what is signed, the algorithm, the signature"));
    };
    // x509-parser does not look at the class of a tag: one changed bit there would go unnoticed outside the TBS.
    if (tbs.tag, algorithm.tag, signed.tag) != (tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING) {
        return Err(Error::decode(WHAT, "a part of it has the wrong tag"));
    }
    if let Err(fault) = der::check_canonical(WHAT, &der) {
        names_are_der(tbs)?;
        return Err(fault);
    }
    let (_, x509) = X509Certificate::from_der(&der).map_err(failed)?;
    Ok(Parsed {
        self_signed: OnceLock::new(),
        tbs: tbs.raw.to_vec(),
        version: x509.version().0.saturating_add(1),
        serial: Serial::from_content(x509.raw_serial()),
        tbs_algorithm: tbs_algorithm(tbs)?,
        algorithm: algorithm.raw.to_vec(),
        signature: signature(&x509)?,
        issuer: Subject::from_checked_der(x509.issuer().as_raw())?,
        subject: Subject::from_checked_der(x509.subject().as_raw())?,
        window: Window {
            not_before: timestamp(x509.validity().not_before)?,
            not_after: timestamp(x509.validity().not_after)?,
        },
        public_key: PublicKey::from_spki_der(x509.public_key().raw)?,
        extensions: extensions(x509.extensions())?,
        fingerprint: OnceLock::new(),
        der,
    })
}

fn failed(error: x509_parser::nom::Err<x509_parser::error::X509Error>) -> Error {
    Error::decode(WHAT, error.to_string())
}

/// Names are copied from certificate to certificate: one that is not DER is refused as what it is.
fn names_are_der(tbs: &der::Element<'_>) -> Result<(), Error> {
    const FIELDS: [&str; 5] =
        [WHAT, WHAT, "the issuer's distinguished name", WHAT, "the subject's distinguished name"];
    let (version, behind) = der::first(WHAT, tbs.contents)?;
    let mut rest = if version.tag == tag::context_constructed(0) { behind } else { tbs.contents };
    for what in FIELDS {
        let (field, behind) = der::first(what, rest)?;
        if what != WHAT {
            der::check_canonical(what, field.raw)?;
        }
        rest = behind;
    }
    Ok(())
}

/// The second or third child of the TBS, depending on whether the version is written.
fn tbs_algorithm(tbs: &der::Element<'_>) -> Result<Vec<u8>, Error> {
    let fields = der::elements(WHAT, tbs.contents)?;
    let versioned = fields.first().is_some_and(|field| field.tag == tag::context_constructed(0));
    let algorithm = fields.get(if versioned { 2 } else { 1 });
    algorithm.map(|field| field.raw.to_vec()).ok_or_else(|| Error::decode(WHAT, "a field is missing"))
}

fn signature(x509: &X509Certificate<'_>) -> Result<Vec<u8>, Error> {
    match x509.signature_value.unused_bits {
        0 => Ok(x509.signature_value.data.to_vec()),
        _ => Err(Error::decode(WHAT, "the signature is no whole number of octets")),
    }
}

fn timestamp(time: ASN1Time) -> Result<Timestamp, Error> {
    Timestamp::from_unix(time.timestamp())
        .ok_or_else(|| Error::decode(WHAT, "a date outside the years 1 to 9999"))
}

/// The extensions in these bytes, one DER element after the other, as a request asks for them.
pub(crate) fn read_extensions(elements: &[u8]) -> Result<Extensions, Error> {
    const WHAT: &str = "an extension";
    let elements = der::elements(WHAT, elements)?;
    let mut found = Vec::with_capacity(elements.len());
    for element in elements {
        let (rest, extension) =
            X509Extension::from_der(element.raw).map_err(|error| Error::decode(WHAT, error.to_string()))?;
        if !rest.is_empty() {
            return Err(Error::TrailingBytes { what: WHAT, count: rest.len() });
        }
        found.push(extension);
    }
    extensions(&found)
}

/// Every extension, raw and, where the type is known, read. One that is known and unreadable is a fault.
fn extensions(found: &[X509Extension<'_>]) -> Result<Extensions, Error> {
    if found.len() > MOST_EXTENSIONS {
        let (size, limit) = (found.len() as u64, MOST_EXTENSIONS as u64);
        return Err(Error::TooLarge { what: "a certificate's extensions", size, limit });
    }
    let mut read = Extensions::default();
    for extension in found {
        let oid = Oid::from_content(extension.oid.as_bytes())?;
        if let Err(reason) = interpret(extension, &oid, &mut read) {
            read.faults.push((oid.clone(), reason));
        }
        read.all.push(Extension { oid, critical: extension.critical, value: extension.value.to_vec() });
    }
    names::within_bounds(&read)?;
    Ok(read)
}

fn interpret(extension: &X509Extension<'_>, oid: &Oid, read: &mut Extensions) -> Result<(), String> {
    if read.find(oid.content()).is_some() {
        return Err("it stands there twice".to_owned());
    }
    let parsed = extension.parsed_extension();
    if !matches!(parsed, ParsedExtension::UnsupportedExtension { .. }) {
        der::check_canonical("an extension", extension.value).map_err(|error| error.to_string())?;
    }
    match parsed {
        ParsedExtension::ParseError { error } => return Err(error.to_string()),
        ParsedExtension::BasicConstraints(basic) => read.basic_constraints = Some(basic_constraints(basic)?),
        ParsedExtension::KeyUsage(usage) => {
            let usage = read.key_usage.insert(KeyUsage::from_bits(usage.flags));
            not_empty(usage.is_empty())?;
        }
        ParsedExtension::ExtendedKeyUsage(usage) => {
            let purposes = read.extended_key_usage.insert(purposes(usage)?);
            not_empty(purposes.is_empty())?;
        }
        ParsedExtension::SubjectAlternativeName(_) => {
            read.alt_names = Some(alternative_names(extension.value)?);
        }
        ParsedExtension::SubjectKeyIdentifier(id) => read.subject_key_id = Some(id.0.to_vec()),
        ParsedExtension::AuthorityKeyIdentifier(id) => read.authority_key_id = Some(authority_key_id(id)?),
        ParsedExtension::AuthorityInfoAccess(access) => read.ca_issuers = ca_issuers(access)?,
        _ => ours(extension, oid, read)?,
    }
    Ok(())
}

/// The extensions that are read here, because x509-parser leaves something out.
fn ours(extension: &X509Extension<'_>, oid: &Oid, read: &mut Extensions) -> Result<(), String> {
    let value = extension.value;
    match oid.content() {
        oids::NAME_CONSTRAINTS => read.name_constraints = Some(constraints::read(value)?),
        oids::POLICIES => read.policies = Some(policy::policies(value)?),
        oids::POLICY_MAPPINGS => read.policy_mappings = policy::mappings(value)?,
        oids::POLICY_CONSTRAINTS => read.policy_constraints = Some(policy::constraints(value)?),
        oids::INHIBIT_ANY_POLICY => read.inhibit_any_policy = Some(policy::inhibit_any(value)?),
        oids::CRL_DISTRIBUTION_POINTS => read.crl_distribution_points = distribution::points(value)?,
        oids::FRESHEST_CRL => read.freshest_crl = distribution::points(value)?,
        // Their contents change nothing in a verification.
        oids::SUBJECT_INFO_ACCESS | oids::ISSUER_ALT_NAME => {}
        _ if extension.critical => read.unknown_critical.push(oid.clone()),
        _ => {}
    }
    Ok(())
}

/// RFC 5280 gives the list of purposes at least one member, and key usage at least one bit.
fn not_empty(empty: bool) -> Result<(), String> {
    if empty { Err("it is empty".to_owned()) } else { Ok(()) }
}

/// subjectAltName (RFC 5280 section 4.2.1.6).
fn alternative_names(value: &[u8]) -> Result<Vec<GeneralName>, String> {
    let names = der::single("alternative names", value).map_err(|error| error.to_string())?;
    general_names(names.contents)
}

fn basic_constraints(basic: &parser::BasicConstraints) -> Result<BasicConstraints, String> {
    match (basic.ca, basic.path_len_constraint) {
        (false, Some(_)) => Err("a path length without cA".to_owned()),
        (authority, path_length) => Ok(BasicConstraints { authority, path_length }),
    }
}

fn purposes(usage: &parser::ExtendedKeyUsage<'_>) -> Result<Vec<ExtendedKeyUsage>, String> {
    let named = [
        (usage.any, ExtendedKeyUsage::Any),
        (usage.server_auth, ExtendedKeyUsage::ServerAuth),
        (usage.client_auth, ExtendedKeyUsage::ClientAuth),
        (usage.code_signing, ExtendedKeyUsage::CodeSigning),
        (usage.email_protection, ExtendedKeyUsage::EmailProtection),
        (usage.time_stamping, ExtendedKeyUsage::TimeStamping),
        (usage.ocsp_signing, ExtendedKeyUsage::OcspSigning),
    ];
    let mut purposes: Vec<_> =
        named.into_iter().filter(|(set, _)| *set).map(|(_, purpose)| purpose).collect();
    if purposes.is_empty() && usage.other.is_empty() {
        return Err("no purpose is listed".to_owned());
    }
    for oid in &usage.other {
        let oid = Oid::from_content(oid.as_bytes()).map_err(|error| error.to_string())?;
        purposes.push(ExtendedKeyUsage::Other(oid));
    }
    Ok(purposes)
}

fn authority_key_id(id: &parser::AuthorityKeyIdentifier<'_>) -> Result<AuthorityKeyId, String> {
    Ok(AuthorityKeyId {
        key_id: id.key_identifier.as_ref().map(|id| id.0.to_vec()),
        issuer: id.authority_cert_issuer.as_deref().map(general).transpose()?,
        serial: id.authority_cert_serial.map(<[u8]>::to_vec),
    })
}

/// The URLs of caIssuers, which people are shown: what is no printable ASCII is no URL (RFC 3986 section 2).
fn ca_issuers(access: &parser::AuthorityInfoAccess<'_>) -> Result<Vec<String>, String> {
    if access.iter().next().is_none() {
        return Err("no access is described".to_owned());
    }
    let issuers = access.iter().filter(|description| description.access_method.as_bytes() == CA_ISSUERS);
    Ok(issuers
        .filter_map(|description| match &description.access_location {
            parser::GeneralName::URI(uri) => Some((*uri).to_owned()),
            _ => None,
        })
        .filter(|uri| uri.bytes().all(|octet| octet.is_ascii_graphic()))
        .collect())
}

fn general(found: &[parser::GeneralName<'_>]) -> Result<Vec<GeneralName>, String> {
    found.iter().map(name).collect()
}

fn name(found: &parser::GeneralName<'_>) -> Result<GeneralName, String> {
    let other = |tag: u8, contents: &[u8]| Ok(GeneralName::Other { tag, contents: contents.to_vec() });
    match found {
        parser::GeneralName::DNSName(name) => Ok(GeneralName::Dns((*name).to_owned())),
        parser::GeneralName::IPAddress(octets) => Ok(GeneralName::Ip(octets.to_vec())),
        parser::GeneralName::RFC822Name(address) => Ok(GeneralName::Email((*address).to_owned())),
        parser::GeneralName::URI(uri) => Ok(GeneralName::Uri((*uri).to_owned())),
        parser::GeneralName::DirectoryName(name) => {
            Subject::from_der(name.as_raw()).map(GeneralName::Directory).map_err(|error| error.to_string())
        }
        parser::GeneralName::OtherName(_, contents) => other(0, contents),
        parser::GeneralName::X400Address(any) => other(3, any.data),
        parser::GeneralName::EDIPartyName(any) => other(5, any.data),
        parser::GeneralName::RegisteredID(oid) => other(8, oid.as_bytes()),
        parser::GeneralName::Invalid(tag, _) => Err(format!("a name of kind {} is malformed", tag.0)),
    }
}
