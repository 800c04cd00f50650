//! What a private key may belong to: the certificates of a file, or the one request or public key in it.

use certwright::{Certificate, Error, Found, PublicKey, pkcs12};

use crate::certified::certified;
use crate::error::Failure;
use crate::input::Input;
use crate::passphrase::Opening;

/// The public keys that a file vouches for. There is a first one.
pub(super) struct Partners {
    pub(super) first: PublicKey,
    certificates: Vec<Certificate>,
}

impl Partners {
    /// Those of a file that needs no passphrase.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let first = certified(bytes)?;
        // One further down that cannot be read has nothing to do with the first.
        Ok(Self { first, certificates: Certificate::read_all(bytes).unwrap_or_default() })
    }

    /// Those in PKCS#12. The certificate of its own key comes first, where it has one.
    pub(super) fn open(input: &Input, bytes: &[u8], opening: &Opening) -> Result<Self, Failure> {
        let contents = opening.unlocked(input, |passphrase| pkcs12::open(bytes, passphrase))?;
        let certificates = contents.certificates;
        let found = Found::Structures { list: "PKCS#12 without one".to_owned() };
        let absent = || Error::Unexpected { expected: "a certificate", found }.at(input);
        let first = certificates.first().ok_or_else(absent)?.public_key().clone();
        Ok(Self { first, certificates })
    }

    /// The certificate behind the first that the key belongs to, and its number.
    pub(super) fn further(&self, key: &PublicKey) -> Option<(usize, &Certificate)> {
        let mut numbered = (1..).zip(&self.certificates).skip(1);
        numbered.find(|(_, certificate)| key.matches(certificate.public_key()))
    }
}
