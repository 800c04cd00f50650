//! RSA signatures, opened with the public key (RFC 8017 section 8).

use crypto_bigint::{BoxedUint, Odd};

use super::hash::Hash;
use crate::der::{self, tag};
use crate::key::pss::Parameters;

/// RSASSA-PKCS1-v1_5: the encoded message is made again and compared (section 8.2.2).
pub(super) fn pkcs1(key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> Option<bool> {
    let opened = open(key, signature)?;
    let encoded = |null: &[u8]| {
        let algorithm = der::sequence(&[&der::element(tag::OID, hash.oid().as_bytes())[..], null]);
        let digest = der::element(tag::OCTET_STRING, &hash.digest(message));
        let info = der::sequence(&[algorithm, digest]);
        let padding = vec![0xff; opened.octets.len().saturating_sub(info.len()).saturating_sub(3)];
        [&[0, 1][..], &padding, &[0], &info].concat()
    };
    let fits = opened.octets.get(..10).is_some_and(|start| start.iter().skip(2).all(|octet| *octet == 0xff));
    Some(fits && [&[tag::NULL, 0][..], &[]].into_iter().any(|null| encoded(null) == opened.octets))
}

/// RSASSA-PSS with any digest, mask and salt (sections 8.1.2 and 9.1.2); `None` for digests that are not known.
pub(super) fn pss(key: &[u8], parameters: &Parameters, message: &[u8], signature: &[u8]) -> Option<bool> {
    let (hash, mask) = (Hash::of(parameters.hash)?, Hash::of(parameters.mask_hash)?);
    if parameters.trailer != 1 {
        return None;
    }
    let opened = open(key, signature)?;
    Some(is_encoded(&opened, hash, mask, parameters.salt_length, &hash.digest(message)).unwrap_or(false))
}

/// EMSA-PSS-VERIFY; `None` where a length does not fit.
fn is_encoded(opened: &Opened, hash: Hash, mask: Hash, salt: usize, digest: &[u8]) -> Option<bool> {
    let bits = opened.bits.checked_sub(1)?;
    // One octet is empty where the modulus has a multiple of eight bits and one.
    let (unused, encoded) =
        opened.octets.split_at_checked(opened.octets.len().checked_sub(bits.div_ceil(8))?)?;
    let (encoded, trailer) = encoded.split_at_checked(encoded.len().checked_sub(1)?)?;
    let (masked, check) = encoded.split_at_checked(encoded.len().checked_sub(digest.len())?)?;
    let first = 0xffu8.checked_shr(u32::try_from(bits.next_multiple_of(8).checked_sub(bits)?).ok()?)?;
    let mut block: Vec<u8> = masked.iter().zip(mgf1(mask, check, masked.len())).map(|(a, b)| a ^ b).collect();
    *block.first_mut()? &= first;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(salt)?)?;
    let (one, zeros) = padding.split_last()?;
    let again = hash.digest(&[&[0; 8][..], digest, salt].concat());
    let shaped = masked.first()? & !first == 0 && *one == 1 && trailer == [0xbc];
    Some(shaped && zeros.iter().chain(unused).all(|octet| *octet == 0) && again == check)
}

/// The mask generation function of appendix B.2.1.
fn mgf1(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0u32..).flat_map(|counter| hash.digest(&[seed, &counter.to_be_bytes()].concat()));
    blocks.take(length).collect()
}

/// A signature to the power of the public exponent, as long as the modulus.
struct Opened {
    octets: Vec<u8>,
    /// The length of the modulus in bits.
    bits: usize,
}

/// In octets.
const LONGEST_EXPONENT: usize = 8;

/// RSAVP1 (section 5.2.2); `None` where the key or the signature is none.
fn open(key: &[u8], signature: &[u8]) -> Option<Opened> {
    let parts = der::children("an RSA public key", tag::SEQUENCE, key).ok()?;
    let [modulus, exponent] = parts.as_slice() else { return None };
    // Nobody's exponent is longer; the work grows with it.
    if exponent.contents.len() > LONGEST_EXPONENT {
        return None;
    }
    let exponent = BoxedUint::from_be_slice_vartime(exponent.contents);
    let modulus =
        BoxedUint::from_be_slice_vartime(modulus.contents.strip_prefix(&[0]).unwrap_or(modulus.contents));
    let bits = modulus.bit_width_vartime();
    let length = usize::try_from(bits.div_ceil(8)).ok()?;
    let length_fits = signature.len() == length;
    let signature = BoxedUint::from_be_slice(signature, modulus.bits_precision()).ok()?;
    if !length_fits || signature >= modulus {
        return None;
    }
    let modulus = Odd::new(modulus).into_option()?;
    let power = signature.pow_mod(&exponent, &modulus).to_be_bytes();
    let octets = power.get(power.len().checked_sub(length)?..)?.to_vec();
    Some(Opened { octets, bits: usize::try_from(bits).ok()? })
}
