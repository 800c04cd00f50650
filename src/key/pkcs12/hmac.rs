//! HMAC (RFC 2104) with any of the hashes.

use hmac::digest::{FixedOutput, OutputSizeUser};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};

use super::super::hash::Hash;

/// The length of a hash's output, in octets.
pub(super) fn length(hash: Hash) -> usize {
    match hash {
        Hash::Sha1 => Sha1::output_size(),
        Hash::Sha224 | Hash::Sha512_224 => Sha224::output_size(),
        Hash::Sha256 | Hash::Sha512_256 => Sha256::output_size(),
        Hash::Sha384 => Sha384::output_size(),
        Hash::Sha512 => Sha512::output_size(),
    }
}

/// Whether the tag is that of the data, whole; in constant time.
pub(super) fn verify(hash: Hash, key: &[u8], data: &[u8], tag: &[u8]) -> bool {
    let verify = match hash {
        Hash::Sha1 => with::<Hmac<Sha1>>,
        Hash::Sha224 => with::<Hmac<Sha224>>,
        Hash::Sha256 => with::<Hmac<Sha256>>,
        Hash::Sha384 => with::<Hmac<Sha384>>,
        Hash::Sha512 => with::<Hmac<Sha512>>,
        Hash::Sha512_224 => with::<Hmac<Sha512_224>>,
        Hash::Sha512_256 => with::<Hmac<Sha512_256>>,
    };
    verify(key, data, tag)
}

fn with<M: Mac + KeyInit>(key: &[u8], data: &[u8], tag: &[u8]) -> bool {
    // HMAC takes keys of every length.
    <M as KeyInit>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(data).verify_slice(tag).is_ok())
}

/// The tag of the data under HMAC-SHA256.
pub(super) fn sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key);
    mac.map(|mac| mac.chain_update(data).finalize_fixed().to_vec()).unwrap_or_default()
}
