//! PKCS#12 as certwright writes it: PBES2 for keys and certificates, and a MAC with SHA-256, all at today's strength.

use super::super::PrivateKey;
use super::super::encrypted::{Encryption, ITERATIONS};
use super::archive::{DATA, ENCRYPTED};
use super::{bag, mac};
use crate::der::{self, tag};
use crate::digest;
use crate::error::Error;
use crate::random;
use crate::secret::Passphrase;

/// What a file is to hold.
pub(crate) struct Entry<'a> {
    /// Its certificate in DER.
    pub(crate) certificate: &'a [u8],
    /// What it is called.
    pub(crate) alias: Option<&'a str>,
    pub(crate) role: Role<'a>,
}

/// What a certificate is in the file for.
pub(crate) enum Role<'a> {
    /// The key is certified by it.
    Key(&'a PrivateKey),
    /// It stands above another.
    Issuer,
    /// Java's trusted-certificate entry.
    Trusted,
}

const FRIENDLY_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 20];
const LOCAL_KEY_ID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 21];
/// Oracle's 2.16.840.1.113894.746875.1.1, whose value here is anyExtendedKeyUsage.
const TRUSTED_KEY_USAGE: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf9, 0x66, 0xad, 0xca, 0x7b, 1, 1];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0];

const CERTIFICATE: u8 = 3;
const SEALED_KEY: u8 = 2;

/// The file.
pub(crate) fn archive(entries: &[Entry<'_>], passphrase: &Passphrase) -> Result<Vec<u8>, Error> {
    let certificates: Vec<_> = entries.iter().map(certificate_bag).collect();
    let mut safes = vec![sealed(&der::sequence(&certificates), passphrase)?];
    let keys = entries.iter().filter_map(|entry| match entry.role {
        Role::Key(key) => Some(key_bag(key, entry, passphrase)),
        Role::Issuer | Role::Trusted => None,
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    if !keys.is_empty() {
        safes.push(content_info(DATA, &der::element(tag::OCTET_STRING, &der::sequence(&keys))));
    }
    let content = der::sequence(&safes);
    let iterations = u32::try_from(ITERATIONS).unwrap_or(u32::MAX);
    let mac = mac::write(&content, passphrase, &random::bytes::<16>()?, iterations);
    let content = content_info(DATA, &der::element(tag::OCTET_STRING, &content));
    Ok(der::sequence(&[der::element(tag::INTEGER, &[3]), content, mac]))
}

fn certificate_bag(entry: &Entry<'_>) -> Vec<u8> {
    let mut attributes = named(entry);
    if let Role::Trusted = entry.role {
        attributes.push(attribute(TRUSTED_KEY_USAGE, &der::element(tag::OID, ANY_USAGE)));
    }
    bag::write(CERTIFICATE, &bag::certificate_value(entry.certificate), &attributes)
}

fn key_bag(key: &PrivateKey, entry: &Entry<'_>, passphrase: &Passphrase) -> Result<Vec<u8>, Error> {
    Ok(bag::write(SEALED_KEY, key.encrypt(passphrase)?.der(), &named(entry)))
}

/// The name, and the number by which key and certificate find each other.
fn named(entry: &Entry<'_>) -> Vec<Vec<u8>> {
    let name = |alias: &str| {
        let units: Vec<u8> = alias.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attribute(FRIENDLY_NAME, &der::element(tag::BMP_STRING, &units))
    };
    let mut attributes: Vec<_> = entry.alias.map(name).into_iter().collect();
    if let Role::Key(_) = entry.role {
        let id = der::element(tag::OCTET_STRING, &digest::sha1(entry.certificate));
        attributes.push(attribute(LOCAL_KEY_ID, &id));
    }
    attributes
}

fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(tag::OID, kind), der::element(tag::SET, value)])
}

/// EncryptedData around the octets.
fn sealed(plain: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, Error> {
    let (algorithm, sealed, _) = Encryption::Pbkdf2.seal(passphrase, plain)?;
    let content = [der::element(tag::OID, DATA), algorithm, der::element(tag::context(0), &sealed)];
    Ok(content_info(ENCRYPTED, &der::sequence(&[der::element(tag::INTEGER, &[0]), der::sequence(&content)])))
}

fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(tag::OID, kind), der::element(tag::context_constructed(0), content)])
}
