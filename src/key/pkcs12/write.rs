//! PKCS#12 as certwright writes it: PBES2 for keys and certificates, and a MAC with SHA-256, all at today's strength.

use super::super::PrivateKey;
use super::super::encrypted::{Encryption, ITERATIONS};
use super::super::kdf::KdfLimits;
use super::archive::{DATA, ENCRYPTED, Work};
use super::bag::{self, FRIENDLY_NAME, LOCAL_KEY_ID, Labels};
use super::mac;
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::random;
use crate::secret::Passphrase;

/// What a file is to hold.
pub(crate) struct Entry<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) labels: Labels,
}

/// A key, or a certificate in DER.
pub(crate) enum Value<'a> {
    Key(&'a PrivateKey),
    Certificate(&'a [u8]),
    /// Java's trusted-certificate entry.
    Trusted(&'a [u8]),
}

/// Oracle's 2.16.840.1.113894.746875.1.1, whose value here is anyExtendedKeyUsage.
const TRUSTED_KEY_USAGE: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf9, 0x66, 0xad, 0xca, 0x7b, 1, 1];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0];

const CERTIFICATE: u8 = 3;
const SEALED_KEY: u8 = 2;

/// The file. Fewer iterations than the usual ones count as those; more than a reader with the default limits allows a
/// file are refused before the first.
pub(crate) fn archive(
    entries: &[Entry<'_>],
    passphrase: &Passphrase,
    iterations: u32,
) -> Result<Vec<u8>, Error> {
    let iterations = iterations.max(u32::try_from(ITERATIONS).unwrap_or(u32::MAX));
    check_work(entries, iterations)?;
    let encryption = Encryption::Pbkdf2Iterations(iterations);
    let (mut certificates, mut keys) = (Vec::new(), Vec::new());
    for Entry { value, labels } in entries {
        let mut attributes = named(labels);
        match value {
            Value::Key(key) => {
                let sealed = key.encrypt_with(passphrase, encryption).map_err(in_writing)?;
                keys.push(bag::write(SEALED_KEY, sealed.der(), &attributes));
            }
            Value::Certificate(der) => certificates.push(certificate_bag(der, &attributes)),
            Value::Trusted(der) => {
                attributes.push(attribute(TRUSTED_KEY_USAGE, &der::element(tag::OID, ANY_USAGE)));
                certificates.push(certificate_bag(der, &attributes));
            }
        }
    }
    let mut safes = Vec::new();
    if !certificates.is_empty() {
        safes.push(sealed(&der::sequence(&certificates), passphrase, encryption)?);
    }
    if !keys.is_empty() {
        safes.push(content_info(DATA, &der::element(tag::OCTET_STRING, &der::sequence(&keys))));
    }
    let content = der::sequence(&safes);
    let mac = mac::write(&content, passphrase, &random::bytes::<16>()?, iterations)?;
    let content = content_info(DATA, &der::element(tag::OCTET_STRING, &content));
    Ok(der::sequence(&[der::element(tag::INTEGER, &[3]), content, mac]))
}

fn in_writing(error: Error) -> Error {
    error.in_operation(KeyOperation::WritePkcs12)
}

/// Holds the derivations of a file together against what one file may ask for when it is opened: one for its MAC, one for
/// all certificates, and one for each key.
fn check_work(entries: &[Entry<'_>], iterations: u32) -> Result<(), Error> {
    let is_key = |entry: &&Entry<'_>| matches!(entry.value, Value::Key(_));
    let keys = entries.iter().filter(is_key).count();
    let derivations = (keys as u64).saturating_add(1).saturating_add((keys < entries.len()).into());
    let limits = KdfLimits::default();
    let spent = Work::new(&limits).spend(derivations.saturating_mul(iterations.into()));
    spent.map_err(in_writing)
}

fn certificate_bag(certificate: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    bag::write(CERTIFICATE, &bag::certificate_value(certificate), attributes)
}

/// The name, and the number by which key and certificate find each other.
fn named(labels: &Labels) -> Vec<Vec<u8>> {
    let name = labels.friendly_name.as_deref().map(|name| {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        attribute(FRIENDLY_NAME, &der::element(tag::BMP_STRING, &units))
    });
    let id = labels.local_key_id.as_deref();
    let id = id.map(|id| attribute(LOCAL_KEY_ID, &der::element(tag::OCTET_STRING, id)));
    name.into_iter().chain(id).collect()
}

fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(tag::OID, kind), der::element(tag::SET, value)])
}

/// EncryptedData around the octets.
fn sealed(plain: &[u8], passphrase: &Passphrase, encryption: Encryption) -> Result<Vec<u8>, Error> {
    let (algorithm, sealed, _) = encryption.seal(passphrase, plain).map_err(in_writing)?;
    let content = [der::element(tag::OID, DATA), algorithm, der::element(tag::context(0), &sealed)];
    Ok(content_info(ENCRYPTED, &der::sequence(&[der::element(tag::INTEGER, &[0]), der::sequence(&content)])))
}

fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(tag::OID, kind), der::element(tag::context_constructed(0), content)])
}

#[cfg(test)]
mod tests {
    use super::super::{Archive, Opened};
    use super::*;
    use crate::key::{FoundKey, KeyType};

    /// Shrouded keys in an encrypted part, and one more in an open part behind it where it is asked for.
    fn file(sealed_keys: &[PrivateKey], open: Option<&PrivateKey>, passphrase: &Passphrase) -> Vec<u8> {
        let few = Encryption::Pbkdf2Iterations(1);
        let shrouded =
            |key: &PrivateKey| bag::write(SEALED_KEY, key.encrypt_with(passphrase, few).unwrap().der(), &[]);
        let mut safes = vec![
            sealed(&der::sequence(&sealed_keys.iter().map(shrouded).collect::<Vec<_>>()), passphrase, few)
                .unwrap(),
        ];
        safes.extend(open.map(|key| {
            content_info(DATA, &der::element(tag::OCTET_STRING, &der::sequence(&[shrouded(key)])))
        }));
        let content = content_info(DATA, &der::element(tag::OCTET_STRING, &der::sequence(&safes)));
        der::sequence(&[der::element(tag::INTEGER, &[3]), content])
    }

    #[test]
    fn the_first_key_is_that_of_the_file_also_in_an_encrypted_part() {
        let [one, two, three] = [(); 3].map(|()| PrivateKey::generate(KeyType::Ed25519).unwrap());
        let passphrase = Passphrase::from_bytes(b"secret".to_vec()).unwrap();
        let sealed = [one, two];
        for open in [None, Some(&three)] {
            let file = file(&sealed, open, &passphrase);
            assert_eq!(FoundKey::all(&file).unwrap().len(), 1);
            let read = PrivateKey::read(&file, Some(&passphrase)).unwrap();
            assert_eq!(read.public_key(), sealed[0].public_key());
            let all = Archive::read(&file).unwrap().open(Some(&passphrase), &KdfLimits::default()).unwrap();
            let keys = all.iter().filter_map(|(opened, _)| match opened {
                Opened::Key(key) => Some(key.public_key()),
                Opened::Certificate(_) => None,
            });
            let expected = sealed.iter().chain(open).map(PrivateKey::public_key);
            assert!(keys.eq(expected));
        }
    }
}
