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
    /// The attributes, byte-exact.
    attributes: Option<&'a [u8]>,
    version: u8,
}

impl<'a> Info<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(WHAT, tag::SEQUENCE, bytes)?;
        let [version, algorithm, key, optional @ ..] = parts.as_slice() else {
            return Err(Error::decode(WHAT, "fewer than three elements"));
        };
        let version = match (version.tag, version.contents) {
            (tag::INTEGER, [version @ (0 | 1)]) => *version,
            _ => return Err(Error::decode(WHAT, "unknown version")),
        };
        if key.tag != tag::OCTET_STRING {
            return Err(Error::decode(WHAT, "the key is no OCTET STRING"));
        }
        // The version is not held against the public key: writers differ (RFC 5958 wants 2 with it, 1 without).
        let (mut public, mut attributes) = (None, None);
        for part in optional {
            match (part.tag, part.contents) {
                (0xa0, _) if attributes.is_none() => attributes = Some(part.raw),
                (0xa0, _) => return Err(Error::decode(WHAT, "its attributes stand there twice")),
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
            attributes,
            version,
        })
    }

    /// Whether it is a version 1 PrivateKeyInfo, without a public part.
    pub(super) fn is_first_version(&self) -> bool {
        self.version == 0 && self.public.is_none()
    }

    /// The same structure in version 1 around another encoding of the same key.
    pub(super) fn with_key(&self, key: &[u8]) -> Zeroizing<Vec<u8>> {
        self.with(self.algorithm.raw, key)
    }

    /// The same structure in version 1 around another encoding of the same algorithm and key.
    pub(super) fn with(&self, algorithm: &[u8], key: &[u8]) -> Zeroizing<Vec<u8>> {
        written(algorithm, key, self.attributes)
    }
}

/// The DER of a version 1 PrivateKeyInfo.
pub(super) fn encode(algorithm: &[u8], key: &[u8]) -> Zeroizing<Vec<u8>> {
    written(algorithm, key, None)
}

fn written(algorithm: &[u8], key: &[u8], attributes: Option<&[u8]>) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new(der::element(tag::OCTET_STRING, key));
    let mut parts = vec![&[tag::INTEGER, 1, 0][..], algorithm, &key];
    parts.extend(attributes);
    Zeroizing::new(der::sequence(&parts))
}
