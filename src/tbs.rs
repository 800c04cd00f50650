//! The bytes that are signed: encoded by rcgen, with names and keys spliced in exactly as they are.
//!
//! rcgen rebuilds issuer names in a map and knows few subject keys. So it encodes the certificate around
//! placeholders, a key that captures what it would sign gives us the bytes, and the exact Name and
//! SubjectPublicKeyInfo take the placeholders' places. Extensions that it cannot write, or not with the criticality
//! that a profile asks for, are appended.

use std::sync::Mutex;

use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, PublicKeyData, SanType,
    SerialNumber, SignatureAlgorithm, SigningKey,
};

use crate::certificate::{ExtendedKeyUsage, Extension, KeyUsage};
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::key::{Algorithm, PublicKey};
use crate::name::{AltName, Subject};
use crate::profile::{self, Basic, Shape, Urls};
use crate::serial::Serial;
use crate::time::Window;

const WHAT: &str = "the certificate to be signed";

/// Everything that goes into a certificate.
pub(crate) struct Template<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) serial: &'a Serial,
    pub(crate) issuer: &'a Subject,
    /// The key that will sign.
    pub(crate) issuer_key: &'a PublicKey,
    /// The issuer's subject key identifier; `None` where it signs itself.
    pub(crate) authority_key_id: Option<&'a [u8]>,
    pub(crate) subject: &'a Subject,
    pub(crate) public_key: &'a PublicKey,
    pub(crate) subject_key_id: &'a [u8],
    pub(crate) window: Window,
    pub(crate) alt_names: &'a [AltName],
    /// Where the issuer publishes.
    pub(crate) urls: &'a Urls,
}

/// The DER of the TBSCertificate (RFC 5280 section 4.1).
///
/// # Errors
///
/// [`Error::UnsupportedKey`] where the issuer's key cannot sign; [`Error::Decode`] where rcgen refuses.
pub(crate) fn encode(template: &Template<'_>) -> Result<Vec<u8>, Error> {
    let capture = Capture::for_key(template.issuer_key)?;
    let issuer_params = issuer_params(template);
    let issuer = Issuer::from_params(&issuer_params, &capture);
    params(template)?.signed_by(&Placeholder, &issuer).map_err(|error| Error::decode(WHAT, error))?;
    let tbs = capture.message.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    splice(&tbs, template)
}

/// Puts the exact issuer Name, subject Name and key in their places: fields 3, 5 and 6, counted from 0.
fn splice(tbs: &[u8], template: &Template<'_>) -> Result<Vec<u8>, Error> {
    let fields = der::children(WHAT, tag::SEQUENCE, tbs)?;
    let [version, serial, algorithm, _, validity, _, _, rest @ ..] = fields.as_slice() else {
        return Err(Error::decode(WHAT, "a field is missing"));
    };
    if algorithm.raw != template.issuer_key.signature_algorithm()? {
        return Err(Error::decode(WHAT, "the signature algorithm is not the signer's"));
    }
    let mut parts = vec![version.raw, serial.raw, algorithm.raw];
    parts.extend([template.issuer.as_der(), validity.raw]);
    parts.extend([template.subject.as_der(), template.public_key.spki_der()]);
    let extensions = extensions(rest, template)?;
    parts.extend(extensions.as_deref());
    Ok(der::sequence(&parts))
}

/// The field of the extensions, with ours behind those of rcgen.
fn extensions(rest: &[der::Element<'_>], template: &Template<'_>) -> Result<Option<Vec<u8>>, Error> {
    const FIELD: u8 = tag::context_constructed(3);
    let mut own = template.shape.extensions(template.urls);
    if by_hand(template.alt_names) {
        own.extend(profile::alt_names(template.alt_names, template.subject.is_empty()));
    }
    let written = rest.iter().find(|field| field.tag == FIELD).map(|field| field.contents);
    let list = written.map(|list| der::children(WHAT, tag::SEQUENCE, list)).transpose()?.unwrap_or_default();
    let mut all: Vec<_> = list.iter().map(|extension| extension.raw.to_vec()).collect();
    all.extend(own.iter().map(extension_der));
    Ok((!all.is_empty()).then(|| der::constructed(FIELD, &[der::sequence(&all)])))
}

/// Extension (RFC 5280 section 4.1); DER leaves out the default FALSE.
fn extension_der(extension: &Extension) -> Vec<u8> {
    let critical: &[u8] = if extension.critical { &[tag::BOOLEAN, 1, 0xff] } else { &[] };
    let oid = der::element(tag::OID, extension.oid.content());
    let value = der::element(tag::OCTET_STRING, &extension.value);
    der::sequence(&[oid.as_slice(), critical, value.as_slice()])
}

/// rcgen has no alternative names that are distinguished names.
fn by_hand(names: &[AltName]) -> bool {
    names.iter().any(|name| matches!(name, AltName::Directory(_)))
}

fn issuer_params(template: &Template<'_>) -> CertificateParams {
    let mut params = CertificateParams::default();
    let key_id = template.authority_key_id.unwrap_or_default().to_vec();
    params.key_identifier_method = KeyIdMethod::PreSpecified(key_id);
    params
}

fn params(template: &Template<'_>) -> Result<CertificateParams, Error> {
    let Template { shape, serial, subject, subject_key_id, window, alt_names, .. } = template;
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(serial.content()));
    params.not_before = window.not_before.as_offset();
    params.not_after = window.not_after.as_offset();
    params.distinguished_name = placeholder_name(subject);
    if !by_hand(alt_names) {
        params.subject_alt_names = alt_names.iter().map(alt_name).collect::<Result<_, _>>()?;
    }
    params.use_authority_key_identifier_extension = template.authority_key_id.is_some();
    params.key_identifier_method = KeyIdMethod::PreSpecified(subject_key_id.to_vec());
    params.key_usages = key_usages(shape.key_usage);
    if !shape.own_purposes() {
        params.extended_key_usages = shape.purposes.iter().filter_map(purpose).collect();
    }
    let addresses = shape.crl_addresses(template.urls);
    if !addresses.is_empty() {
        let uris = addresses.iter().map(ToString::to_string).collect();
        params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
    }
    match shape.basic {
        Basic::Authority { path_length } => params.is_ca = IsCa::Ca(basic_constraints(path_length)),
        // rcgen writes the subject key identifier for authorities only.
        Basic::Absent | Basic::Leaf => params.custom_extensions.push(key_id_extension(subject_key_id)),
    }
    Ok(params)
}

/// rcgen makes the alternative names critical when *its* subject is empty: it has to be exactly when ours is.
fn placeholder_name(subject: &Subject) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if !subject.is_empty() {
        name.push(DnType::CommonName, "placeholder");
    }
    name
}

fn basic_constraints(path_length: Option<u8>) -> BasicConstraints {
    path_length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained)
}

fn key_id_extension(key_id: &[u8]) -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, 14], der::element(tag::OCTET_STRING, key_id))
}

fn alt_name(name: &AltName) -> Result<SanType, Error> {
    let ia5 = |text: &str| Ia5String::try_from(text).map_err(|error| Error::decode(WHAT, error));
    Ok(match name {
        AltName::Dns(name) => SanType::DnsName(ia5(name.as_str())?),
        AltName::Ip(address) => SanType::IpAddress(*address),
        AltName::Email(address) => SanType::Rfc822Name(ia5(address.as_str())?),
        AltName::Uri(uri) => SanType::URI(ia5(uri.as_str())?),
        AltName::Directory(_) => return Err(Error::decode(WHAT, "a directory name is written by hand")),
    })
}

fn key_usages(usage: KeyUsage) -> Vec<KeyUsagePurpose> {
    let all = [
        (KeyUsage::DIGITAL_SIGNATURE, KeyUsagePurpose::DigitalSignature),
        (KeyUsage::CONTENT_COMMITMENT, KeyUsagePurpose::ContentCommitment),
        (KeyUsage::KEY_ENCIPHERMENT, KeyUsagePurpose::KeyEncipherment),
        (KeyUsage::DATA_ENCIPHERMENT, KeyUsagePurpose::DataEncipherment),
        (KeyUsage::KEY_AGREEMENT, KeyUsagePurpose::KeyAgreement),
        (KeyUsage::KEY_CERT_SIGN, KeyUsagePurpose::KeyCertSign),
        (KeyUsage::CRL_SIGN, KeyUsagePurpose::CrlSign),
        (KeyUsage::ENCIPHER_ONLY, KeyUsagePurpose::EncipherOnly),
        (KeyUsage::DECIPHER_ONLY, KeyUsagePurpose::DecipherOnly),
    ];
    all.into_iter().filter(|(bit, _)| usage.contains(*bit)).map(|(_, purpose)| purpose).collect()
}

fn purpose(purpose: &ExtendedKeyUsage) -> Option<ExtendedKeyUsagePurpose> {
    Some(match purpose {
        ExtendedKeyUsage::Any => ExtendedKeyUsagePurpose::Any,
        ExtendedKeyUsage::ServerAuth => ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsage::ClientAuth => ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsage::CodeSigning => ExtendedKeyUsagePurpose::CodeSigning,
        ExtendedKeyUsage::EmailProtection => ExtendedKeyUsagePurpose::EmailProtection,
        ExtendedKeyUsage::TimeStamping => ExtendedKeyUsagePurpose::TimeStamping,
        ExtendedKeyUsage::OcspSigning => ExtendedKeyUsagePurpose::OcspSigning,
        ExtendedKeyUsage::Other(_) => return None,
    })
}

/// Stands where the subject's key will be.
struct Placeholder;

impl PublicKeyData for Placeholder {
    fn der_bytes(&self) -> &[u8] {
        &[0; 32]
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &rcgen::PKCS_ED25519
    }
}

/// A signing key that keeps the message instead of signing it.
struct Capture {
    algorithm: &'static SignatureAlgorithm,
    message: Mutex<Vec<u8>>,
}

impl Capture {
    fn for_key(key: &PublicKey) -> Result<Self, Error> {
        let algorithm = match key.algorithm() {
            Algorithm::Rsa { .. } => &rcgen::PKCS_RSA_SHA256,
            Algorithm::EcdsaP256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Algorithm::EcdsaP384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
            other => {
                return Err(Error::UnsupportedKey {
                    operation: KeyOperation::SignCertificates,
                    algorithm: other.to_string(),
                });
            }
        };
        Ok(Self { algorithm, message: Mutex::default() })
    }
}

impl PublicKeyData for Capture {
    fn der_bytes(&self) -> &[u8] {
        &[]
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

impl SigningKey for Capture {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let mut kept = self.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *kept = message.to_vec();
        Ok(Vec::new())
    }
}
