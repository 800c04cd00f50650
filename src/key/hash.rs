//! The hashes that derive keys and authenticate files, in HMAC or by themselves.

use std::fmt;

use sha2::Digest;
use sha2::digest::Output;

use super::oid::Oid;
use crate::secret::{Zeroizing, wipe};

/// A row for each hash: its name in words; the length of what it gives, in octets; from how many iterations of PBKDF2
/// with it guessing is slow enough; its identifier, and those of the HMAC with it.
macro_rules! hashes {
    ($($(#[$gate:meta])? $name:ident = $text:literal, $length:literal, $enough:expr, $digest:literal,
        $hmac:literal $(| $other:literal)?;)*) => {
        /// A hash.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Hash {
            $($(#[$gate])? $name,)*
        }

        impl Hash {
            /// The hash with this identifier.
            #[cfg(feature = "pkcs12")]
            pub(super) fn of(identifier: Oid) -> Option<Self> {
                match identifier.to_string().as_str() {
                    $($(#[$gate])? $digest => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The hash in this HMAC.
            pub(super) fn of_hmac(algorithm: Oid) -> Option<Self> {
                match algorithm.to_string().as_str() {
                    $($(#[$gate])? $hmac $(| $other)? => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The length of what it gives, in octets.
            #[cfg(feature = "pkcs12")]
            pub(super) const fn length(self) -> usize {
                match self {
                    $($(#[$gate])? Self::$name => $length,)*
                }
            }

            /// Iterations of PBKDF2 from which on guessing is slow enough.
            pub(super) const fn enough_iterations(self) -> u64 {
                match self {
                    $($(#[$gate])? Self::$name => $enough,)*
                }
            }
        }

        impl fmt::Display for Hash {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $($(#[$gate])? Self::$name => $text,)*
                })
            }
        }
    };
}

// Enough is half of what OWASP's sheet of 2023 asks for; it has no figures for SHA-3, and nothing is enough with MD5 or
// RIPEMD-160.
// The HMACs are those of RFC 8018 appendix B.1.2 and of NIST; OpenSSL also writes those of IPsec.
hashes! {
    #[cfg(feature = "legacy-keys")]
    Md5 = "MD5", 16, u64::MAX, "1.2.840.113549.2.5", "1.2.840.113549.2.6" | "1.3.6.1.5.5.8.1.1";
    #[cfg(feature = "legacy-keys")]
    Ripemd160 = "RIPEMD-160", 20, u64::MAX, "1.3.36.3.2.1", "1.3.6.1.5.5.8.1.4";
    Sha1 = "SHA1", 20, 650_000, "1.3.14.3.2.26", "1.2.840.113549.2.7" | "1.3.6.1.5.5.8.1.2";
    Sha224 = "SHA224", 28, 300_000, "2.16.840.1.101.3.4.2.4", "1.2.840.113549.2.8";
    Sha256 = "SHA256", 32, 300_000, "2.16.840.1.101.3.4.2.1", "1.2.840.113549.2.9";
    Sha384 = "SHA384", 48, 105_000, "2.16.840.1.101.3.4.2.2", "1.2.840.113549.2.10";
    Sha512 = "SHA512", 64, 105_000, "2.16.840.1.101.3.4.2.3", "1.2.840.113549.2.11";
    Sha512_224 = "SHA512/224", 28, 105_000, "2.16.840.1.101.3.4.2.5", "1.2.840.113549.2.12";
    Sha512_256 = "SHA512/256", 32, 105_000, "2.16.840.1.101.3.4.2.6", "1.2.840.113549.2.13";
    Sha3_224 = "SHA3-224", 28, 300_000, "2.16.840.1.101.3.4.2.7", "2.16.840.1.101.3.4.2.13";
    Sha3_256 = "SHA3-256", 32, 300_000, "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.14";
    Sha3_384 = "SHA3-384", 48, 300_000, "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.2.15";
    Sha3_512 = "SHA3-512", 64, 300_000, "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.2.16";
}

impl Hash {
    /// Whether it is one of SHA-3, which OpenSSL 3.0 does not know in PBKDF2.
    pub(super) const fn is_sha3(self) -> bool {
        matches!(self, Self::Sha3_224 | Self::Sha3_256 | Self::Sha3_384 | Self::Sha3_512)
    }
}

/// The name of a hash that is not one of them, where it is known.
pub(super) fn other_name(identifier: &str) -> Option<&'static str> {
    // Each with its identifier and, where there is one, that of the HMAC with it.
    const NAMES: &[(&str, &str, &str)] = &[
        ("MD4", "1.2.840.113549.2.4", ""),
        ("MD5 (which needs the feature `legacy-keys`)", "1.2.840.113549.2.5", "1.2.840.113549.2.6"),
        ("RIPEMD-160 (which needs the feature `legacy-keys`)", "1.3.36.3.2.1", "1.3.6.1.5.5.8.1.4"),
        ("Whirlpool", "1.0.10118.3.0.55", ""),
        ("SM3", "1.2.156.10197.1.401", "1.2.156.10197.1.401.3.1"),
        ("BLAKE2b-512", "1.3.6.1.4.1.1722.12.2.1.16", ""),
        ("BLAKE2s-256", "1.3.6.1.4.1.1722.12.2.2.8", ""),
        ("GOST R 34.11-94", "1.2.643.2.2.9", "1.2.643.2.2.10"),
        ("Streebog-256", "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.4.1"),
        ("Streebog-512", "1.2.643.7.1.1.2.3", "1.2.643.7.1.1.4.2"),
    ];
    let known = NAMES.iter().find(|(_, hash, hmac)| [*hash, *hmac].contains(&identifier));
    known.map(|(name, _, _)| *name)
}

/// The hash of the parts one after the other, in a buffer that is wiped.
pub(super) fn digest<H: Digest>(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut hash = H::new();
    for part in parts {
        hash.update(part);
    }
    // Written to one place and wiped there: what `finalize` returns may have been copied on the way.
    let mut output = Output::<H>::default();
    hash.finalize_into(&mut output);
    let result = Zeroizing::new(output.to_vec());
    wipe(&mut output);
    result
}
