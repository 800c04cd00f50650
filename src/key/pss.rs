//! RSASSA-PSS-params (RFC 4055 section 3.1).

use ring::signature as ring_signature;

use super::identifier::Identifier;
use super::oid::{self, Oid};
use super::verify::RingAlgorithm;
use crate::der::{self, Element, tag};
use crate::error::Error;

const WHAT: &str = "RSASSA-PSS parameters";

/// RSASSA-PSS-params with its defaults filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) hash: Oid,
    pub(super) mask_hash: Oid,
    pub(super) salt_length: usize,
    pub(super) trailer: usize,
}

impl Parameters {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut read = Self { hash: oid::SHA1, mask_hash: oid::SHA1, salt_length: 20, trailer: 1 };
        for part in der::optional(WHAT, der::children(WHAT, tag::SEQUENCE, bytes)?)? {
            match part.tag {
                0xa0 => read.hash = Identifier::read(WHAT, part.contents)?.oid,
                0xa1 => read.mask_hash = mask_hash(part.contents)?,
                0xa2 => read.salt_length = small(&der::single(WHAT, part.contents)?)?,
                0xa3 => read.trailer = small(&der::single(WHAT, part.contents)?)?,
                tag => return Err(Error::decode(WHAT, format!("unexpected element with tag {tag:#04x}"))),
            }
        }
        Ok(read)
    }
}

/// What the hash of RSASSA-PSS parameters is called, and the bits of the weaker of their two: where there are none,
/// both are SHA-1 (section 3.1). No bits for parameters that cannot be read, none at all for a hash that is unknown
/// here.
pub(crate) fn strength(parameters: Option<&[u8]>) -> (&'static str, Option<u32>) {
    let Ok(read) = Parameters::read(parameters.unwrap_or(&[tag::SEQUENCE, 0])) else {
        return ("an unreadable hash", Some(0));
    };
    let (name, bits) = of_hash(read.hash);
    (name, bits.and_then(|bits| Some(bits.min(of_hash(read.mask_hash).1?))))
}

fn of_hash(hash: Oid) -> (&'static str, Option<u32>) {
    match hash {
        oid::SHA1 => ("SHA-1", Some(160)),
        oid::SHA224 => ("SHA-224", Some(224)),
        oid::SHA256 => ("SHA-256", Some(256)),
        oid::SHA384 => ("SHA-384", Some(384)),
        oid::SHA512 => ("SHA-512", Some(512)),
        _ => ("another hash", None),
    }
}

/// Whether a signature under these parameters keeps those that the key is limited to: the same hashes, and a salt at
/// least as long (section 3.3). Without parameters a key is not limited.
pub(super) fn keeps(limit: Option<&[u8]>, signature: Option<&[u8]>) -> bool {
    let Some(limit) = limit else { return true };
    match (Parameters::read(limit), Parameters::read(signature.unwrap_or(&[tag::SEQUENCE, 0]))) {
        (Ok(limit), Ok(own)) => {
            let same = (own.hash, own.mask_hash, own.trailer) == (limit.hash, limit.mask_hash, limit.trailer);
            same && own.salt_length >= limit.salt_length
        }
        _ => false,
    }
}

fn mask_hash(bytes: &[u8]) -> Result<Oid, Error> {
    let mask = Identifier::read(WHAT, bytes)?;
    match (mask.oid, mask.parameters) {
        (oid::MGF1, Some(hash)) => Ok(Identifier::read(WHAT, hash.raw)?.oid),
        _ => Err(Error::decode(WHAT, "a mask generation function other than MGF1")),
    }
}

fn small(element: &Element<'_>) -> Result<usize, Error> {
    match (element.tag, element.contents) {
        (tag::INTEGER, [value @ 0..=0x7f]) => Ok(usize::from(*value)),
        (tag::INTEGER, [high @ 0..=0x7f, low]) => Ok(usize::from(u16::from_be_bytes([*high, *low]))),
        _ => Err(Error::decode(WHAT, "expected a small number")),
    }
}

/// The verification for these parameters; none for any but one hash throughout and a salt as long as the hash, which
/// is all that ring offers and that RFC 4055 recommends.
pub(super) fn pss(identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
    let Parameters { hash, mask_hash, salt_length, trailer } =
        Parameters::read(identifier.parameters?.raw).ok()?;
    match (hash, salt_length) {
        _ if mask_hash != hash || trailer != 1 => None,
        (oid::SHA256, 32) => Some(&ring_signature::RSA_PSS_2048_8192_SHA256),
        (oid::SHA384, 48) => Some(&ring_signature::RSA_PSS_2048_8192_SHA384),
        (oid::SHA512, 64) => Some(&ring_signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}
