//! Signatures verified, with a public key of any kind that ring knows.

use std::borrow::Cow;
use std::fmt;

use ring::signature::{self as ring_signature, UnparsedPublicKey, VerificationAlgorithm};

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::identifier::Identifier;
use super::oid::{self, Oid};
use super::pss::{keeps, pss};
use super::public::PublicKey;
use super::unusual;
use crate::error::Error;

/// Why a signature was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The algorithm, or its combination with this key, cannot be checked: nothing is said about the signature.
    UnsupportedAlgorithm {
        /// Its name, and that of the kind of key.
        algorithm: String,
    },
    /// The signature is not that of this key over this message.
    BadSignature,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedAlgorithm { algorithm } => {
                write!(f, "verify the signature: {algorithm} is not supported")
            }
            Self::BadSignature => f.write_str("verify the signature: it does not match"),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Nobody is named: the signature was verified by itself.
impl From<VerifyError> for Error {
    fn from(refused: VerifyError) -> Self {
        let subject = "the message".to_owned();
        match refused {
            VerifyError::UnsupportedAlgorithm { algorithm } => {
                Self::UnverifiableSignature { subject, algorithm }
            }
            VerifyError::BadSignature => {
                Self::BadSignature { subject, issuer: "the supposed signer".to_owned() }
            }
        }
    }
}

impl PublicKey {
    /// Verifies a signature over the message, under the algorithm of this DER AlgorithmIdentifier.
    ///
    /// RSA keys are taken from 1024 bits on: whether that is enough is for others to judge. SHA-1 is accepted with
    /// RSA for the same reason, with EC keys it is not. What ring leaves out is verified besides: P-521, secp256k1,
    /// Ed448, EC keys with SHA-224 and SHA-512, PSS with any salt. A key that is limited to parameters of PSS is taken
    /// with no others (RFC 4055 section 3.3).
    ///
    /// # Errors
    ///
    /// [`VerifyError::UnsupportedAlgorithm`] where nothing was checked, [`VerifyError::BadSignature`].
    pub fn verify(&self, algorithm: &[u8], message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if !self.permits(algorithm) {
            return Err(VerifyError::BadSignature);
        }
        let (verifier, key) = match self.verifier(algorithm) {
            Ok(found) => found,
            Err(unsupported) => return self.verify_unusual(algorithm, message, signature, unsupported),
        };
        let key = UnparsedPublicKey::new(verifier, key);
        key.verify(message, signature).map_err(|_unspecified| VerifyError::BadSignature)
    }

    /// Whether the key is not limited to other parameters of PSS.
    fn permits(&self, algorithm: &[u8]) -> bool {
        let limited = matches!(self.algorithm(), Algorithm::RsaPss { .. });
        let parameters = |identifier: &Identifier<'_>| identifier.parameters.map(|found| found.raw.to_vec());
        let read = |der| Identifier::read("an algorithm", der).ok().and_then(|found| parameters(&found));
        !limited || keeps(read(self.algorithm_identifier()).as_deref(), read(algorithm).as_deref())
    }

    /// What ring cannot.
    fn verify_unusual(
        &self,
        algorithm: &[u8],
        message: &[u8],
        signature: &[u8],
        unsupported: VerifyError,
    ) -> Result<(), VerifyError> {
        let identifier =
            Identifier::read("a signature algorithm", algorithm).map_err(|_| unsupported.clone())?;
        match unusual::verify(self, &identifier, message, signature) {
            Some(true) => Ok(()),
            Some(false) => Err(VerifyError::BadSignature),
            None => Err(unsupported),
        }
    }

    /// The way to verify, and the key's octets in the form that ring reads.
    fn verifier(&self, algorithm: &[u8]) -> Result<(RingAlgorithm, Cow<'_, [u8]>), VerifyError> {
        let unsupported = |algorithm| VerifyError::UnsupportedAlgorithm { algorithm };
        let identifier = Identifier::read("a signature algorithm", algorithm)
            .map_err(|error| unsupported(format!("an algorithm that does not parse ({error})")))?;
        let verifier = self
            .choose(&identifier)
            .ok_or_else(|| unsupported(format!("{} with {}", name(identifier.oid), self.algorithm())))?;
        Ok((verifier, self.uncompressed().map_or_else(|| self.regular(), Cow::Owned)))
    }

    fn choose(&self, identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
        match self.algorithm() {
            Algorithm::Rsa { bits: 2048..=8192 } | Algorithm::RsaPss { bits: 2048..=8192 }
                if identifier.oid == oid::RSA_PSS =>
            {
                pss(identifier)
            }
            Algorithm::Rsa { bits: 1024..=2047 } => pkcs1_short(identifier),
            Algorithm::Rsa { bits: 2048..=8192 } => pkcs1(identifier),
            Algorithm::EcdsaP256 => ecdsa_p256(identifier),
            Algorithm::EcdsaP384 => ecdsa_p384(identifier),
            Algorithm::Ed25519 => (identifier.oid == oid::ED25519 && identifier.has_no_parameters())
                .then_some(&ring_signature::ED25519),
            _ => None,
        }
    }

    /// ring reads uncompressed points only; RFC 5480 section 2.2 allows compressed ones, X9.62 hybrid ones.
    fn uncompressed(&self) -> Option<Vec<u8>> {
        let curve = Curve::of(self.algorithm())?;
        match self.subject_public_key() {
            point @ [2 | 3 | 6 | 7, ..] => curve.uncompressed(point),
            _ => None,
        }
    }
}

/// A way to verify that ring offers.
pub(super) type RingAlgorithm = &'static dyn VerificationAlgorithm;

fn pkcs1(identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
    // NULL is prescribed (RFC 4055 section 5) and sometimes left out.
    match identifier.oid {
        _ if !identifier.has_no_parameters() => None,
        oid::RSA_SHA1 => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        oid::RSA_SHA256 => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA256),
        oid::RSA_SHA384 => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA384),
        oid::RSA_SHA512 => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

fn pkcs1_short(identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
    match identifier.oid {
        _ if !identifier.has_no_parameters() => None,
        oid::RSA_SHA1 => Some(&ring_signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        oid::RSA_SHA256 => Some(&ring_signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        oid::RSA_SHA512 => Some(&ring_signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

fn ecdsa_p256(identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
    // RFC 5758 section 3.2: the parameters are absent; NULL is what some writers add.
    match identifier.oid {
        _ if !identifier.has_no_parameters() => None,
        oid::ECDSA_SHA256 => Some(&ring_signature::ECDSA_P256_SHA256_ASN1),
        oid::ECDSA_SHA384 => Some(&ring_signature::ECDSA_P256_SHA384_ASN1),
        _ => None,
    }
}

fn ecdsa_p384(identifier: &Identifier<'_>) -> Option<RingAlgorithm> {
    match identifier.oid {
        _ if !identifier.has_no_parameters() => None,
        oid::ECDSA_SHA256 => Some(&ring_signature::ECDSA_P384_SHA256_ASN1),
        oid::ECDSA_SHA384 => Some(&ring_signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// The name under which people know a signature algorithm.
fn name(algorithm: Oid) -> String {
    const NAMES: &[(Oid, &str)] = &[
        (oid::RSA_SHA1, "sha1WithRSAEncryption"),
        (oid::RSA_SHA256, "sha256WithRSAEncryption"),
        (oid::RSA_SHA384, "sha384WithRSAEncryption"),
        (oid::RSA_SHA512, "sha512WithRSAEncryption"),
        (oid::RSA_PSS, "RSASSA-PSS with these parameters"),
        (oid::ECDSA_SHA256, "ecdsa-with-SHA256"),
        (oid::ECDSA_SHA384, "ecdsa-with-SHA384"),
        (oid::ED25519, "Ed25519"),
        (oid::ED448, "Ed448"),
        (Oid::new_unwrap("1.2.840.113549.1.1.4"), "md5WithRSAEncryption"),
        (oid::RSA_SHA224, "sha224WithRSAEncryption"),
        (Oid::new_unwrap("1.2.840.10045.4.1"), "ecdsa-with-SHA1"),
        (oid::ECDSA_SHA224, "ecdsa-with-SHA224"),
        (oid::ECDSA_SHA512, "ecdsa-with-SHA512"),
    ];
    let known = NAMES.iter().find(|(oid, _)| *oid == algorithm);
    known.map_or_else(|| format!("signature algorithm {algorithm}"), |(_, name)| (*name).to_owned())
}
