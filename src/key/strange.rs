//! Forms of private keys that are read here and by few others.

use std::fmt;

/// A form of keys that OpenSSL 3.0 does not read. `Display` completes the sentence "the key …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strange {
    /// PKCS#8 with a public part, for which it has no room.
    PublicPart,
    /// The same, of an algorithm that is not known here: the public part cannot be left out.
    Version,
    /// SEC1 without the name of the curve.
    Nameless,
    /// A key of RFC 8410 as one on an elliptic curve.
    NoSuchCurve,
    /// A key of RFC 8410 whose algorithm has parameters.
    Parameters,
    /// PBES2 under the lower octets of the passphrase's characters.
    Narrowed,
}

impl fmt::Display for Strange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicPart | Self::Version => {
                "carries its public part, as version 2 of PKCS#8 may (RFC 5958)"
            }
            Self::Nameless => "does not name its curve",
            Self::NoSuchCurve => "is one of RFC 8410, written as a key on an elliptic curve",
            Self::Parameters => "has parameters in its algorithm, where RFC 8410 has none",
            Self::Narrowed => {
                "was encrypted by Bouncy Castle, which takes one octet of each character of a passphrase, and others UTF-8"
            }
        })
    }
}
