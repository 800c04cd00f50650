//! HMAC (RFC 2104) with any of the hashes.

use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
#[cfg(feature = "legacy-keys")]
use md5::Md5;
#[cfg(feature = "legacy-keys")]
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

use super::super::hash::Hash;
use super::super::hmac::Hmac as HmacSha3;
use crate::error::Error;

/// Whether the tag is that of the data, whole; in constant time.
pub(super) fn verify(hash: Hash, key: &[u8], data: &[u8], tag: &[u8]) -> bool {
    let verify = match hash {
        #[cfg(feature = "legacy-keys")]
        Hash::Md5 => with::<Hmac<Md5>>,
        #[cfg(feature = "legacy-keys")]
        Hash::Ripemd160 => with::<Hmac<Ripemd160>>,
        Hash::Sha1 => with::<Hmac<Sha1>>,
        Hash::Sha224 => with::<Hmac<Sha224>>,
        Hash::Sha256 => with::<Hmac<Sha256>>,
        Hash::Sha384 => with::<Hmac<Sha384>>,
        Hash::Sha512 => with::<Hmac<Sha512>>,
        Hash::Sha512_224 => with::<Hmac<Sha512_224>>,
        Hash::Sha512_256 => with::<Hmac<Sha512_256>>,
        Hash::Sha3_224 => with::<HmacSha3<Sha3_224>>,
        Hash::Sha3_256 => with::<HmacSha3<Sha3_256>>,
        Hash::Sha3_384 => with::<HmacSha3<Sha3_384>>,
        Hash::Sha3_512 => with::<HmacSha3<Sha3_512>>,
    };
    verify(key, data, tag)
}

fn with<M: Mac + KeyInit>(key: &[u8], data: &[u8], tag: &[u8]) -> bool {
    // HMAC takes keys of every length.
    <M as KeyInit>::new_from_slice(key).is_ok_and(|mac| mac.chain_update(data).verify_slice(tag).is_ok())
}

/// The tag of the data under HMAC-SHA256.
pub(super) fn sha256(key: &[u8], data: &[u8]) -> Result<Vec<u8>, Error> {
    // Never: HMAC takes keys of every length.
    let refused = |_length| Error::Crypto { operation: "authenticate the PKCS#12 file" };
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).map_err(refused)?;
    Ok(mac.chain_update(data).finalize_fixed().to_vec())
}
