//! Keys derived from passphrases: PBKDF2 (RFC 8018 section 5.2) and scrypt (RFC 7914), within limits.

use std::fmt;

#[cfg(feature = "legacy-keys")]
use md5::Md5;
use pbkdf2::hmac::KeyInit;
use pbkdf2::hmac::digest::{FixedOutput, Update};
use pbkdf2::{pbkdf2_hmac, pbkdf2_hmac_with_params};
#[cfg(feature = "legacy-keys")]
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

use super::hash::Hash;
use super::hmac::Hmac;
use crate::error::{Error, KeyOperation};

/// How much work a file may ask for before its key is opened. Files come from strangers.
///
/// The default is ten million iterations of any iterated function, and 1 GiB for scrypt.
///
/// A passphrase beyond ASCII may cost twice as much: where the usual encoding does not open the key, it is tried as Bouncy
/// Castle takes it under PBES2, and as OpenSSL 1.0 took it under PKCS#12.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KdfLimits {
    /// Iterations of PBKDF2, PBES1 or the function of PKCS#12, in a PKCS#12 file of all derivations together. A single
    /// derivation has 4,294,967,295 at most (`u32::MAX`), whatever is allowed here.
    pub iterations: u64,
    /// Memory for scrypt, in bytes; the work (memory times parallelisation) may be four times as much.
    pub scrypt_memory: u64,
}

impl Default for KdfLimits {
    fn default() -> Self {
        Self::USUAL
    }
}

impl KdfLimits {
    /// The default.
    pub(crate) const USUAL: Self = Self { iterations: 10_000_000, scrypt_memory: 1 << 30 };

    /// The same limits with other iterations.
    #[must_use]
    pub fn iterations(mut self, value: u64) -> Self {
        self.iterations = value;
        self
    }

    /// The same limits with other memory for scrypt.
    #[must_use]
    pub fn scrypt_memory(mut self, value: u64) -> Self {
        self.scrypt_memory = value;
        self
    }

    /// The count of iterations, where it is allowed.
    pub(super) fn allowed(&self, found: u64) -> Result<u32, Error> {
        let limit = self.iterations.min(u32::MAX.into());
        let refused = || refused("an iteration count", found, limit);
        u32::try_from(found).ok().filter(|_| found <= limit).ok_or_else(refused)
    }

    fn check_scrypt(&self, log_n: u8, r: u32, p: u32) -> Result<(), Error> {
        let block = u64::from(r).saturating_mul(128);
        let table = block.saturating_mul(1u64.checked_shl(log_n.into()).unwrap_or(u64::MAX));
        let memory = table.max(block.saturating_mul(p.into()));
        let work = table.saturating_mul(p.into());
        let work_limit = self.scrypt_memory.saturating_mul(4);
        if memory > self.scrypt_memory {
            Err(refused("scrypt memory in bytes", memory, self.scrypt_memory))
        } else if work > work_limit {
            Err(refused("scrypt work in bytes", work, work_limit))
        } else {
            Ok(())
        }
    }
}

/// Keys are derived for opening private keys, mostly; who does something else says so ([`Error::in_operation`]).
fn refused(what: &'static str, found: u64, limit: u64) -> Error {
    Error::KeyDerivationLimit { operation: KeyOperation::Open, what, found, limit }
}

/// A way from a passphrase to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kdf {
    /// Its pseudo-random function is HMAC with this hash.
    Pbkdf2 {
        prf: Hash,
        salt: Vec<u8>,
        iterations: u64,
    },
    Scrypt {
        salt: Vec<u8>,
        log_n: u8,
        r: u32,
        p: u32,
    },
}

impl Kdf {
    /// Whether it asks for no more work than is allowed.
    pub(super) fn is_within(&self, limits: &KdfLimits) -> bool {
        match self {
            Self::Pbkdf2 { iterations, .. } => limits.allowed(*iterations).is_ok(),
            Self::Scrypt { log_n, r, p, .. } => limits.check_scrypt(*log_n, *r, *p).is_ok(),
        }
    }

    /// How much work it is, in iterations of PBKDF2 or what is worth one.
    #[cfg(feature = "pkcs12")]
    pub(super) fn work(&self) -> u64 {
        match self {
            Self::Pbkdf2 { iterations, .. } => *iterations,
            Self::Scrypt { log_n, r, p, .. } => {
                scrypt_memory(*log_n, *r, *p).saturating_mul(u64::from(*p)) >> 7
            }
        }
    }

    /// Fills the key.
    pub(super) fn derive(&self, passphrase: &[u8], limits: &KdfLimits, key: &mut [u8]) -> Result<(), Error> {
        match self {
            Self::Pbkdf2 { prf, salt, iterations } => {
                pbkdf2(*prf, passphrase, salt, limits.allowed(*iterations)?, key)
            }
            Self::Scrypt { salt, log_n, r, p } => {
                limits.check_scrypt(*log_n, *r, *p)?;
                scrypt(passphrase, salt, (*log_n, *r, *p), key)
            }
        }
    }
}

fn pbkdf2(prf: Hash, passphrase: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) -> Result<(), Error> {
    match prf {
        #[cfg(feature = "legacy-keys")]
        Hash::Md5 => pbkdf2_hmac::<Md5>(passphrase, salt, iterations, key),
        #[cfg(feature = "legacy-keys")]
        Hash::Ripemd160 => pbkdf2_hmac::<Ripemd160>(passphrase, salt, iterations, key),
        Hash::Sha1 => pbkdf2_hmac::<Sha1>(passphrase, salt, iterations, key),
        Hash::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, iterations, key),
        Hash::Sha256 => pbkdf2_sha256(passphrase, salt, iterations, key),
        Hash::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, iterations, key),
        Hash::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, iterations, key),
        Hash::Sha512_224 => pbkdf2_hmac::<Sha512_224>(passphrase, salt, iterations, key),
        Hash::Sha512_256 => pbkdf2_hmac::<Sha512_256>(passphrase, salt, iterations, key),
        Hash::Sha3_224 => pbkdf2_with::<Hmac<Sha3_224>>(passphrase, salt, iterations, key)?,
        Hash::Sha3_256 => pbkdf2_with::<Hmac<Sha3_256>>(passphrase, salt, iterations, key)?,
        Hash::Sha3_384 => pbkdf2_with::<Hmac<Sha3_384>>(passphrase, salt, iterations, key)?,
        Hash::Sha3_512 => pbkdf2_with::<Hmac<Sha3_512>>(passphrase, salt, iterations, key)?,
    }
    Ok(())
}

fn pbkdf2_with<P>(passphrase: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) -> Result<(), Error>
where
    P: KeyInit + Update + FixedOutput + Clone,
{
    // Never: HMAC takes keys of every length. But a key that was not derived is all zeros.
    pbkdf2::pbkdf2::<P>(passphrase, salt, iterations, key)
        .map_err(|_length| Error::Crypto { operation: "derive a key from the passphrase" })
}

/// For the number of iterations that certwright writes, the function that the crate itself instantiates: it is
/// optimised in unoptimised builds of this crate too, where a tenth of a second would be five.
fn pbkdf2_sha256(passphrase: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) {
    const USUAL: pbkdf2::Params = pbkdf2::Params::recommended_for(pbkdf2::Algorithm::Pbkdf2Sha256);
    if iterations == USUAL.rounds() {
        pbkdf2_hmac_with_params(passphrase, salt, pbkdf2::Algorithm::Pbkdf2Sha256, USUAL, key);
    } else {
        pbkdf2_hmac::<Sha256>(passphrase, salt, iterations, key);
    }
}

fn scrypt(passphrase: &[u8], salt: &[u8], cost: (u8, u32, u32), key: &mut [u8]) -> Result<(), Error> {
    const WHAT: &str = "scrypt parameters";
    let (log_n, r, p) = cost;
    // The crate multiplies r and p without a check of its own.
    r.checked_mul(p).ok_or_else(|| Error::decode(WHAT, "r times p is out of range"))?;
    let parameters =
        scrypt::Params::new(log_n, r, p).map_err(|error| Error::decode(WHAT, error.to_string()))?;
    scrypt::scrypt(passphrase, salt, &parameters, key).map_err(|error| Error::decode(WHAT, error.to_string()))
}

/// The memory that scrypt asks for, in octets, as OpenSSL counts it.
pub(super) fn scrypt_memory(log_n: u8, r: u32, p: u32) -> u64 {
    // It counts the blocks of all lanes, the table, and two more blocks of work.
    let block = u64::from(r).saturating_mul(128);
    let rows = 1u64.checked_shl(log_n.into()).unwrap_or(u64::MAX);
    block.saturating_mul(u64::from(p).saturating_add(rows).saturating_add(2))
}

/// A number of iterations, in words.
pub(super) struct Iterations(pub(super) u64);

impl fmt::Display for Iterations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} iteration{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}

impl fmt::Display for Kdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pbkdf2 { prf, iterations, .. } => {
                write!(f, "PBKDF2-HMAC-{prf}, {}", Iterations(*iterations))
            }
            Self::Scrypt { log_n, r, p, .. } => write!(f, "scrypt N=2^{log_n} r={r} p={p}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pbkdf2_is_that_of_rfc_6070() {
        let kdf = Kdf::Pbkdf2 { prf: Hash::Sha1, salt: b"salt".to_vec(), iterations: 4096 };
        let mut key = [0; 20];
        kdf.derive(b"password", &KdfLimits::default(), &mut key).unwrap();
        assert_eq!(crate::digest::hex(&key), "4b007901b765489abead49d926f721d065a429c1");
    }

    /// No document has vectors for these: they are what Python's hashlib gives. The second passphrase is longer than
    /// the block of any hash.
    #[test]
    fn pbkdf2_with_sha_3_is_that_of_others() {
        for (prf, short, long) in [
            (
                Hash::Sha3_224,
                "691292bc3683d7d41ea2910f5b3eed239d5fec2c",
                "4f7563d450c4a975d9e50248195901fc57c83677",
            ),
            (
                Hash::Sha3_256,
                "778b6e237a0f49621549ff70d218d2080756b9fb",
                "f72821922cc79641f8dad90d3186527042e0f414",
            ),
            (
                Hash::Sha3_384,
                "9a5f1e45e8b83f1b259ba72d11c5908701b8678b",
                "5469f17ff5aec7a0957a0d0cd259c1a8065aea7f",
            ),
            (
                Hash::Sha3_512,
                "2bfaf2d5ceb6d10f5e262cd902488cfd4489614e",
                "e92e31e961be25bec5599cd1c188ed04dfc37955",
            ),
        ] {
            for (passphrase, iterations, expected) in
                [(&b"password"[..], 4096, short), (&[b'p'; 150], 2, long)]
            {
                let mut key = [0; 20];
                let kdf = Kdf::Pbkdf2 { prf, salt: b"salt".to_vec(), iterations };
                kdf.derive(passphrase, &KdfLimits::default(), &mut key).unwrap();
                assert_eq!(crate::digest::hex(&key), expected, "{kdf}");
            }
        }
    }

    #[test]
    fn scrypt_is_that_of_rfc_7914() {
        let kdf = Kdf::Scrypt { salt: b"NaCl".to_vec(), log_n: 10, r: 8, p: 16 };
        let mut key = [0; 64];
        kdf.derive(b"password", &KdfLimits::default(), &mut key).unwrap();
        assert!(crate::digest::hex(&key).starts_with("fdbabe1c9d3472007856e7190d01e9fe"));
    }

    #[test]
    fn work_is_limited() {
        let refused = |kdf: Kdf| kdf.derive(b"p", &KdfLimits::default(), &mut [0; 32]).unwrap_err().kind();
        let pbkdf2 = |iterations| Kdf::Pbkdf2 { prf: Hash::Sha256, salt: Vec::new(), iterations };
        let scrypt = |log_n, r, p| Kdf::Scrypt { salt: Vec::new(), log_n, r, p };
        for kdf in [
            pbkdf2(10_000_001),
            pbkdf2(u64::MAX),
            scrypt(21, 8, 1),
            scrypt(63, 8, 1),
            scrypt(14, 8, 1000),
            scrypt(1, u32::MAX, u32::MAX),
        ] {
            assert_eq!(refused(kdf.clone()), "key-derivation-limit", "{kdf}");
        }
    }

    #[test]
    fn a_limit_that_is_above_the_ceiling_is_said_to_be_the_ceiling() {
        let limits = KdfLimits::default().iterations(u64::MAX);
        assert!(matches!(limits.allowed(4_294_967_295), Ok(u32::MAX)));
        let error = limits.allowed(4_294_967_296).unwrap_err().to_string();
        assert!(error.ends_with("of 4294967296 is above the limit of 4294967295"), "{error}");
    }
}
