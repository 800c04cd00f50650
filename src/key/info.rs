//! PrivateKeyInfo (RFC 5208) and OneAsymmetricKey (RFC 5958): the common form of private keys.

use super::identifier::Identifier;
use crate::der::{self, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

const WHAT: &str = "a private key (PKCS#8)";

/// PrivateKeyInfo, taken apart.
pub(super) struct Info<'a> {
    pub(super) algorithm: Identifier<'a>,
    /// The contents of the OCTET STRING.
    pub(super) key: &'a [u8],
    /// The octets of the public key that version 2 may carry.
    pub(super) public: Option<&'a [u8]>,
    /// Everything behind the OCTET STRING, byte-exact.
    rest: Vec<&'a [u8]>,
}

impl<'a> Info<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(WHAT, tag::SEQUENCE, bytes)?;
        let [version, algorithm, key, optional @ ..] = parts.as_slice() else {
            return Err(Error::decode(WHAT, "fewer than three elements"));
        };
        if version.tag != tag::INTEGER || !matches!(version.contents, [0 | 1]) {
            return Err(Error::decode(WHAT, "unknown version"));
        }
        if key.tag != tag::OCTET_STRING {
            return Err(Error::decode(WHAT, "the key is no OCTET STRING"));
        }
        // The version is not held against the public key: writers differ (RFC 5958 wants 2 with it, 1 without).
        let mut public = None;
        for part in optional {
            match (part.tag, part.contents) {
                (0xa0, _) => {}
                (0x81, [0, octets @ ..]) if public.is_none() => public = Some(octets),
                // Some writers tag the BIT STRING explicitly.
                (0xa1, [tag::BIT_STRING, ..]) if public.is_none() => {
                    public = Some(super::sec1::whole_octets(WHAT, &der::single(WHAT, part.contents)?)?);
                }
                (tag, _) => {
                    return Err(Error::decode(WHAT, format!("unexpected element with tag {tag:#04x}")));
                }
            }
        }
        Ok(Self {
            algorithm: Identifier::read(WHAT, algorithm.raw)?,
            key: key.contents,
            public,
            rest: optional.iter().map(|part| part.raw).collect(),
        })
    }

    /// The same structure around another encoding of the same key.
    pub(super) fn with_key(&self, key: &[u8]) -> Zeroizing<Vec<u8>> {
        self.with(self.algorithm.raw, key)
    }

    /// The same structure around another encoding of the same algorithm and key.
    pub(super) fn with(&self, algorithm: &[u8], key: &[u8]) -> Zeroizing<Vec<u8>> {
        let version: u8 = self.public.is_some().into();
        let key = Zeroizing::new(der::element(tag::OCTET_STRING, key));
        let version = [tag::INTEGER, 1, version];
        let mut parts = vec![&version[..], algorithm, &key];
        parts.extend_from_slice(&self.rest);
        Zeroizing::new(der::sequence(&parts))
    }
}

/// The DER of a version 1 PrivateKeyInfo.
pub(super) fn encode(algorithm: &[u8], key: &[u8]) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new(der::element(tag::OCTET_STRING, key));
    Zeroizing::new(der::sequence(&[&[tag::INTEGER, 1, 0][..], algorithm, &key]))
}
