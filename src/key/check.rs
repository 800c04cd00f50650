//! Whether the two parts of a private key belong together.

use super::PrivateKey;
use super::algorithm::Algorithm;
use super::signing::invalid;
use crate::error::{Error, KeyOperation};

impl PrivateKey {
    /// Checks that the private part belongs to the public one, by a signature that is verified where the key signs here.
    /// What can be compared without one, all numbers of an RSA key among it, was compared when the key was read.
    /// Whether primes are prime is not looked at; where one is none, mostly nothing can be signed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidKey`] where they do not, or nothing can be signed; [`Error::UnsupportedKey`] for a key that is
    /// carried by its public part, because its arithmetic is not at hand.
    pub fn check(&self) -> Result<(), Error> {
        match self.public_key().algorithm() {
            _ if self.signing_key().is_some() => self.check_signature(),
            // Reading them computes the public part, or holds the numbers against each other.
            Algorithm::Rsa { .. }
            | Algorithm::RsaPss { .. }
            | Algorithm::EcdsaP521
            | Algorithm::Secp256k1
            | Algorithm::Ed448
            | Algorithm::X25519
            | Algorithm::X448 => Ok(()),
            _ => Err(self.unsupported(KeyOperation::Check)),
        }
    }

    fn check_signature(&self) -> Result<(), Error> {
        const MESSAGE: &[u8] = b"certwright checks a key";
        let algorithm = self.public_key().signature_algorithm()?;
        let signature = self.sign(MESSAGE).map_err(|error| match error {
            Error::Crypto { .. } => self.contradiction("nothing can be signed with it"),
            other => other,
        })?;
        let verified = self.public_key().verify(algorithm, MESSAGE, &signature);
        verified.map_err(|_refused| self.contradiction("what it signs does not verify with its public part"))
    }

    fn contradiction(&self, reason: &'static str) -> Error {
        invalid(&self.public_key().algorithm().to_string(), reason)
    }
}
