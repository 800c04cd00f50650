//! The key derivations from before PBKDF2.

use md5::{Digest, Md5};

use crate::key::hash::digest;
use crate::secret::Zeroizing;

type Secret = Zeroizing<Vec<u8>>;

/// PBKDF1 as PBES1 uses it (RFC 8018 sections 5.1, 6.1.2): eight octets of key, eight of vector.
pub(super) fn pbkdf1<H: Digest>(passphrase: &[u8], salt: &[u8], iterations: u32) -> (Secret, Secret) {
    let first = digest::<H>(&[passphrase, salt]);
    let derived = (1..iterations).fold(first, |block, _| digest::<H>(&[&block]));
    let part = |from, to| Zeroizing::new(derived.get(from..to).unwrap_or_default().to_vec());
    (part(0, 8), part(8, 16))
}

/// OpenSSL's EVP_BytesToKey with MD5 and one iteration: each block hashes the one before, passphrase and salt.
pub(super) fn bytes_to_key(passphrase: &[u8], salt: &[u8], length: usize) -> Secret {
    let mut block = Zeroizing::new(Vec::new());
    let mut key = Zeroizing::new(Vec::with_capacity(length.saturating_add(16)));
    while key.len() < length {
        block = digest::<Md5>(&[&block, passphrase, salt]);
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}
