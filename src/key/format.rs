//! The forms in which a private key is written without encryption.

use std::fmt;
use std::str::FromStr;

use super::info::Info;
use super::sec1::{self, EcPrivateKey};
use super::{PrivateKey, oid, understand};
use crate::error::{Error, KeyOperation};
use crate::pem;
use crate::secret::Zeroizing;

/// A form of private key. `Display` and `FromStr`: `pkcs8`, `pkcs1`, `sec1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// PrivateKeyInfo (RFC 5208): any algorithm, `PRIVATE KEY` in PEM. Prefer it.
    #[default]
    Pkcs8,
    /// RSAPrivateKey (RFC 8017): `RSA PRIVATE KEY` in PEM.
    Pkcs1,
    /// ECPrivateKey (RFC 5915): `EC PRIVATE KEY` in PEM.
    Sec1,
}

impl Format {
    /// Every form, the preferred one first.
    pub const ALL: [Self; 3] = [Self::Pkcs8, Self::Pkcs1, Self::Sec1];

    const fn name(self) -> &'static str {
        match self {
            Self::Pkcs8 => "pkcs8",
            Self::Pkcs1 => "pkcs1",
            Self::Sec1 => "sec1",
        }
    }

    /// The label of PEM.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pkcs8 => "PRIVATE KEY",
            Self::Pkcs1 => "RSA PRIVATE KEY",
            Self::Sec1 => "EC PRIVATE KEY",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| Error::syntax("key format", text, "expected pkcs8, pkcs1 or sec1"))
    }
}

impl PrivateKey {
    /// Takes one structure of this form, and nothing around it.
    pub(crate) fn from_plain_der(format: Format, der: &[u8]) -> Result<Self, Error> {
        match format {
            Format::Pkcs8 => understand::pkcs8(Zeroizing::new(der.to_vec())),
            Format::Pkcs1 => understand::pkcs1(der),
            Format::Sec1 => understand::sec1(der, None),
        }
    }

    /// The private key in DER, **unencrypted**: whoever reads it is its owner. Prefer [`PrivateKey::encrypt`].
    ///
    /// A key that was read in this form has the same bytes again, except that an EC key has what it may have lacked:
    /// its public part, its private number in the length that belongs to its curve, the curve's name in the place of
    /// its numbers, and in SEC1 the curve itself; that the numbers of an RSA key are encoded as DER has them; and
    /// that the algorithms of RFC 8410 have no parameters. PKCS#8 is written in version 1, which everybody reads: where
    /// version 2 was read, its public part is left out if it follows from the private one.
    ///
    /// # Errors
    ///
    /// [`Error::UnsupportedKey`] for PKCS#1 of a key that is not RSA, and SEC1 of one that is not EC.
    pub fn danger_plain_der(&self, format: Format) -> Result<Zeroizing<Vec<u8>>, Error> {
        let info = Info::read(&self.der)?;
        match (format, info.algorithm.oid) {
            (Format::Pkcs8, _) => Ok(self.der.clone()),
            (Format::Pkcs1, oid::RSA) => Ok(Zeroizing::new(info.key.to_vec())),
            (Format::Sec1, oid::EC) => self.sec1(&info),
            (Format::Pkcs1, _) => Err(self.unsupported(KeyOperation::WritePkcs1)),
            (Format::Sec1, _) => Err(self.unsupported(KeyOperation::WriteSec1)),
        }
    }

    /// The same in PEM, **unencrypted**.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::danger_plain_der`].
    pub fn danger_plain_pem(&self, format: Format) -> Result<Zeroizing<String>, Error> {
        Ok(pem::encode(format.label(), &self.danger_plain_der(format)?))
    }

    /// ECPrivateKey by itself names its curve, which inside PKCS#8 stands outside.
    fn sec1(&self, info: &Info<'_>) -> Result<Zeroizing<Vec<u8>>, Error> {
        let key = EcPrivateKey::read(info.key)?;
        let curve = info.algorithm.parameters.map(|parameters| parameters.raw);
        let public = key.public.unwrap_or(self.public.subject_public_key());
        Ok(sec1::encode(key.scalar, curve, Some(public)))
    }
}
