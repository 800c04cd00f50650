//! The key derivation of PKCS#12 (RFC 7292 appendix B), for its encryption and its MAC.

#[cfg(feature = "legacy-keys")]
use md5::Md5;
use pbkdf2::hmac::digest::common::BlockSizeUser;
#[cfg(feature = "legacy-keys")]
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

use super::hash::{Hash, digest};
use crate::secret::Zeroizing;

type Secret = Zeroizing<Vec<u8>>;

/// What is derived (RFC 7292 appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    #[cfg(feature = "legacy-keys")]
    Key = 1,
    #[cfg(feature = "legacy-keys")]
    Iv = 2,
    #[cfg(feature = "pkcs12")]
    Mac = 3,
}

/// What an encoded passphrase gives for the purpose, that many octets of it.
pub(super) fn derive(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    (purpose, length): (Purpose, usize),
) -> Secret {
    let derive = match hash {
        #[cfg(feature = "legacy-keys")]
        Hash::Md5 => with::<Md5>,
        #[cfg(feature = "legacy-keys")]
        Hash::Ripemd160 => with::<Ripemd160>,
        Hash::Sha1 => with::<Sha1>,
        Hash::Sha224 => with::<Sha224>,
        Hash::Sha256 => with::<Sha256>,
        Hash::Sha384 => with::<Sha384>,
        Hash::Sha512 => with::<Sha512>,
        Hash::Sha512_224 => with::<Sha512_224>,
        Hash::Sha512_256 => with::<Sha512_256>,
        Hash::Sha3_224 => with::<Sha3_224>,
        Hash::Sha3_256 => with::<Sha3_256>,
        Hash::Sha3_384 => with::<Sha3_384>,
        Hash::Sha3_512 => with::<Sha3_512>,
    };
    derive(password, salt, iterations, purpose, length)
}

/// RFC 7292 appendix B.2. Its v, in octets, is the hash's own block; of SHA-3 that is the rate, for OpenSSL too.
fn with<H: Digest + BlockSizeUser>(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Purpose,
    length: usize,
) -> Secret {
    let block = H::block_size();
    let diversifier = vec![purpose as u8; block];
    let mut input = Zeroizing::new(filled(salt, block));
    let password = Zeroizing::new(filled(password, block));
    // Reserved first: growing would leave the old buffer behind unwiped.
    let mut both = Zeroizing::new(Vec::with_capacity(input.len().saturating_add(password.len())));
    both.append(&mut input);
    both.extend_from_slice(&password);
    let mut derived = Zeroizing::new(Vec::with_capacity(length.saturating_add(<H as Digest>::output_size())));
    while derived.len() < length {
        let first = digest::<H>(&[&diversifier, &both]);
        let result = (1..iterations).fold(first, |result, _| digest::<H>(&[&result]));
        derived.extend_from_slice(&result);
        both.chunks_mut(block).for_each(|block| add_one_and(block, &result));
    }
    derived.truncate(length);
    derived
}

/// The octets repeated to the next whole number of blocks; nothing for none.
fn filled(octets: &[u8], block: usize) -> Vec<u8> {
    let length = octets.len().div_ceil(block).saturating_mul(block);
    octets.iter().copied().cycle().take(length).collect()
}

/// The block, as one number, plus the repeated result plus one.
fn add_one_and(block: &mut [u8], result: &[u8]) {
    let repeated = Zeroizing::new(result.iter().copied().cycle().take(block.len()).collect::<Vec<_>>());
    let mut carry = 1u16;
    for (octet, addend) in block.iter_mut().rev().zip(repeated.iter().rev()) {
        let sum = u16::from(*octet).wrapping_add(u16::from(*addend)).wrapping_add(carry);
        *octet = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
}

/// The passphrase as it is encoded (RFC 7292 appendix B.1): UTF-16, big-endian, with two zeros. What is no UTF-8,
/// everybody widens.
pub(super) fn encoding(passphrase: &[u8]) -> Secret {
    match std::str::from_utf8(passphrase) {
        Ok(text) => terminated(passphrase.len(), text.encode_utf16()),
        Err(_) => widened(passphrase),
    }
}

/// The passphrase as writers encode it, the right way first. OpenSSL before 1.1.0 widened each octet instead, as
/// everybody does with what is no UTF-8; and no passphrase at all is nothing for some and two zeros for others.
pub(super) fn encodings(passphrase: &[u8]) -> Vec<Secret> {
    let usual = encoding(passphrase);
    match std::str::from_utf8(passphrase) {
        Ok("") => vec![usual, Zeroizing::new(Vec::new())],
        Ok(text) if !text.is_ascii() => vec![usual, widened(passphrase)],
        _ => vec![usual],
    }
}

/// An octet for a unit.
fn widened(passphrase: &[u8]) -> Secret {
    terminated(passphrase.len(), passphrase.iter().copied().map(u16::from))
}

/// The units in big-endian octets and two zeros, in one allocation for at most that many units.
fn terminated(most: usize, units: impl Iterator<Item = u16>) -> Secret {
    let mut encoded = Zeroizing::new(Vec::with_capacity(most.saturating_add(1).saturating_mul(2)));
    units.for_each(|unit| encoded.extend_from_slice(&unit.to_be_bytes()));
    encoded.extend_from_slice(&[0, 0]);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "legacy-keys")]
    use crate::digest::hex;

    #[cfg(feature = "legacy-keys")]
    #[test]
    fn pkcs12_derives_what_its_known_answers_say() {
        // From the test vectors that Bouncy Castle and Go share: "smeg", 0A58CF64530D823F, one iteration.
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let smeg = encodings(b"smeg").remove(0);
        let key = derive(Hash::Sha1, &smeg, &salt, 1, (Purpose::Key, 24));
        assert_eq!(hex(&key), "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3");
        let iv = derive(Hash::Sha1, &smeg, &salt, 1, (Purpose::Iv, 8));
        assert_eq!(hex(&iv), "79993dfe048d3b76");
    }

    #[test]
    fn passphrases_become_utf_16_or_what_writers_take_for_it() {
        let all = |passphrase: &[u8]| encodings(passphrase).iter().map(|e| e.to_vec()).collect::<Vec<_>>();
        assert_eq!(all("Ω".as_bytes()), [vec![0x03, 0xa9, 0, 0], vec![0, 0xce, 0, 0xa9, 0, 0]]);
        assert_eq!(all(b"a"), [[0, 0x61, 0, 0]]);
        assert_eq!(all(&[0xe9]), [[0, 0xe9, 0, 0]]);
        assert_eq!(all(b""), [vec![0, 0], vec![]]);
    }
}
