//! What a key may be used for (RFC 5280 sections 4.2.1.3 and 4.2.1.12).

use std::fmt;

use crate::oid::Oid;

/// The key usage bits. Bit 0 of the standard is the lowest one here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Signatures other than those on certificates and CRLs: TLS, OCSP responses.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// Signatures that the signer shall not be able to deny (nonRepudiation).
    pub const CONTENT_COMMITMENT: Self = Self(1 << 1);
    /// Encryption of keys: RSA key transport.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// Encryption of data.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// Key agreement: Diffie-Hellman with the certified key.
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// Signatures on certificates.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// Signatures on CRLs.
    pub const CRL_SIGN: Self = Self(1 << 6);
    /// With key agreement: encryption only.
    pub const ENCIPHER_ONLY: Self = Self(1 << 7);
    /// With key agreement: decryption only.
    pub const DECIPHER_ONLY: Self = Self(1 << 8);

    /// Every bit with its name in RFC 5280.
    pub(crate) const NAMES: [(Self, &'static str); 9] = [
        (Self::DIGITAL_SIGNATURE, "digitalSignature"),
        (Self::CONTENT_COMMITMENT, "contentCommitment"),
        (Self::KEY_ENCIPHERMENT, "keyEncipherment"),
        (Self::DATA_ENCIPHERMENT, "dataEncipherment"),
        (Self::KEY_AGREEMENT, "keyAgreement"),
        (Self::KEY_CERT_SIGN, "keyCertSign"),
        (Self::CRL_SIGN, "cRLSign"),
        (Self::ENCIPHER_ONLY, "encipherOnly"),
        (Self::DECIPHER_ONLY, "decipherOnly"),
    ];

    pub(crate) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is set.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no bit is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the bits that are set.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.iter().filter(|(bit, _)| self.contains(*bit)).map(|(_, name)| *name).collect()
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(", "))
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyUsage({self})")
    }
}

/// A purpose that a certificate is limited to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExtendedKeyUsage {
    /// Any purpose.
    Any,
    /// A TLS server.
    ServerAuth,
    /// A TLS client.
    ClientAuth,
    /// Signing of programs.
    CodeSigning,
    /// Mail.
    EmailProtection,
    /// Time stamps.
    TimeStamping,
    /// OCSP responses.
    OcspSigning,
    /// Another one, by its identifier.
    Other(Oid),
}

/// The purposes with a name: the DER content of the identifier and the name in RFC 5280.
const PURPOSES: [(ExtendedKeyUsage, &[u8], &str); 7] = [
    (ExtendedKeyUsage::Any, &[0x55, 0x1d, 0x25, 0], "anyExtendedKeyUsage"),
    (ExtendedKeyUsage::ServerAuth, &[0x2b, 6, 1, 5, 5, 7, 3, 1], "serverAuth"),
    (ExtendedKeyUsage::ClientAuth, &[0x2b, 6, 1, 5, 5, 7, 3, 2], "clientAuth"),
    (ExtendedKeyUsage::CodeSigning, &[0x2b, 6, 1, 5, 5, 7, 3, 3], "codeSigning"),
    (ExtendedKeyUsage::EmailProtection, &[0x2b, 6, 1, 5, 5, 7, 3, 4], "emailProtection"),
    (ExtendedKeyUsage::TimeStamping, &[0x2b, 6, 1, 5, 5, 7, 3, 8], "timeStamping"),
    (ExtendedKeyUsage::OcspSigning, &[0x2b, 6, 1, 5, 5, 7, 3, 9], "OCSPSigning"),
];

impl ExtendedKeyUsage {
    /// The purpose with this identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Self {
        let named = PURPOSES.iter().find(|(_, content, _)| *content == oid.content());
        named.map_or_else(|| Self::Other(oid.clone()), |(purpose, _, _)| purpose.clone())
    }

    /// The DER content of its identifier.
    #[must_use]
    pub fn oid_content(&self) -> &[u8] {
        match self {
            Self::Other(oid) => oid.content(),
            named => PURPOSES.iter().find(|(p, _, _)| p == named).map_or(&[], |(_, content, _)| content),
        }
    }
}

impl fmt::Display for ExtendedKeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, PURPOSES.iter().find(|(p, _, _)| p == self)) {
            (_, Some((_, _, name))) => f.write_str(name),
            (Self::Other(oid), None) => oid.fmt(f),
            (_, None) => Ok(()),
        }
    }
}
