//! The key derivations from before PBKDF2.

use md5::{Digest, Md5};
use sha1::Sha1;

use crate::secret::Zeroizing;

type Secret = Zeroizing<Vec<u8>>;

/// PBKDF1 as PBES1 uses it (RFC 8018 sections 5.1, 6.1.2): eight octets of key, eight of vector.
pub(super) fn pbkdf1<H: Digest>(passphrase: &[u8], salt: &[u8], iterations: u32) -> (Secret, Secret) {
    let first = hash::<H>(&[passphrase, salt]);
    let derived = (1..iterations).fold(first, |block, _| hash::<H>(&[&block]));
    let part = |from, to| Zeroizing::new(derived.get(from..to).unwrap_or_default().to_vec());
    (part(0, 8), part(8, 16))
}

/// OpenSSL's EVP_BytesToKey with MD5 and one iteration: each block hashes the one before, passphrase and salt.
pub(super) fn bytes_to_key(passphrase: &[u8], salt: &[u8], length: usize) -> Secret {
    let mut block = Zeroizing::new(Vec::new());
    let mut key = Zeroizing::new(Vec::with_capacity(length.saturating_add(16)));
    while key.len() < length {
        block = hash::<Md5>(&[&block, passphrase, salt]);
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}

/// What the function of PKCS#12 derives (RFC 7292 appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
}

/// Octets of a SHA-1 block, and of its result: v and u of RFC 7292 appendix B.2.
const BLOCK: usize = 64;
const RESULT: usize = 20;

/// The key derivation of PKCS#12 with SHA-1 (RFC 7292 appendix B.2).
pub(super) fn pkcs12(
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Purpose,
    length: usize,
) -> Secret {
    let diversifier = [purpose as u8; BLOCK];
    let mut input = Zeroizing::new(filled(salt));
    let password = bmp_string(passphrase);
    let password = Zeroizing::new(filled(&password));
    // Reserved first: growing would leave the old buffer behind unwiped.
    let mut both = Zeroizing::new(Vec::with_capacity(input.len().saturating_add(password.len())));
    both.append(&mut input);
    both.extend_from_slice(&password);
    let mut derived = Zeroizing::new(Vec::with_capacity(length.saturating_add(RESULT)));
    while derived.len() < length {
        let first = hash::<Sha1>(&[&diversifier, &both]);
        let result = (1..iterations).fold(first, |block, _| hash::<Sha1>(&[&block]));
        derived.extend_from_slice(&result);
        both.chunks_mut(BLOCK).for_each(|block| add_one_and(block, &result));
    }
    derived.truncate(length);
    derived
}

/// The octets repeated to the next whole number of blocks; nothing for none.
fn filled(octets: &[u8]) -> Vec<u8> {
    let length = octets.len().div_ceil(BLOCK).saturating_mul(BLOCK);
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

/// The passphrase in UTF-16, big-endian, with two zeros (RFC 7292 appendix B.1). Like OpenSSL, one that is no UTF-8
/// is taken as Latin-1.
fn bmp_string(passphrase: &[u8]) -> Secret {
    let mut encoded =
        Zeroizing::new(Vec::with_capacity(passphrase.len().saturating_mul(2).saturating_add(2)));
    match std::str::from_utf8(passphrase) {
        Ok(text) => text.encode_utf16().for_each(|unit| encoded.extend_from_slice(&unit.to_be_bytes())),
        Err(_) => passphrase.iter().for_each(|octet| encoded.extend_from_slice(&[0, *octet])),
    }
    encoded.extend_from_slice(&[0, 0]);
    encoded
}

fn hash<H: Digest>(parts: &[&[u8]]) -> Secret {
    let mut hash = H::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut result = Zeroizing::new(vec![0; <H as Digest>::output_size()]);
    // Written in place, so that no second copy needs wiping. The length is the hash's own.
    if let Ok(output) = result.as_mut_slice().try_into() {
        hash.finalize_into(output);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hex;

    #[test]
    fn pkcs12_derives_what_its_known_answers_say() {
        // From the test vectors that Bouncy Castle and Go share: "smeg", 0A58CF64530D823F, one iteration.
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let key = pkcs12(b"smeg", &salt, 1, Purpose::Key, 24);
        assert_eq!(hex(&key), "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3");
        let iv = pkcs12(b"smeg", &salt, 1, Purpose::Iv, 8);
        assert_eq!(hex(&iv), "79993dfe048d3b76");
    }

    #[test]
    fn passphrases_become_utf_16() {
        assert_eq!(*bmp_string("Ω".as_bytes()), [0x03, 0xa9, 0, 0]);
        assert_eq!(*bmp_string(&[0xe9]), [0, 0xe9, 0, 0]);
    }
}
