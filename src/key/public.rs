//! Public keys: SubjectPublicKeyInfo (RFC 5280 section 4.1), carried byte-exact.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::identifier::{self, Identifier};
use super::{explicit, oid, regular, rsa_numbers, sec1};
use crate::container::{self, Kind};
use crate::der::{self, tag};
use crate::digest::{self, Fingerprint};
use crate::error::{Error, KeyOperation};
use crate::file;
use crate::pem;

const WHAT: &str = "a public key (SubjectPublicKeyInfo)";

/// A public key of any algorithm, in exactly the bytes that it was given in.
///
/// Two keys are equal when those bytes are. Nothing is said about its strength, and whether an EC point lies on its
/// curve is found out when a signature is verified.
#[derive(Clone)]
pub struct PublicKey {
    der: Vec<u8>,
    algorithm: Algorithm,
    /// Where the octets of the BIT STRING begin: they reach to the end.
    key_start: usize,
}

/// A public key without its encoding: [`PublicKey::identity`].
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    curve: Option<Vec<u8>>,
    /// None where the curve says it.
    algorithm: Option<Algorithm>,
    /// The contents of the BIT STRING, the point of a known curve uncompressed.
    key: Vec<u8>,
}

impl PublicKey {
    /// Takes a SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::TrailingBytes`]; [`Error::TooLarge`] for an RSA modulus longer than any in use.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        let parts = der::children(WHAT, tag::SEQUENCE, der)?;
        let [algorithm, key] = parts.as_slice() else {
            return Err(Error::decode(WHAT, format!("{} elements instead of two", parts.len())));
        };
        let identifier = Identifier::read(WHAT, algorithm.raw)?;
        let key = sec1::whole_octets(WHAT, key)?;
        let bits = match identifier.oid {
            oid::EC if !identifier.has_curve() => return Err(Error::decode(WHAT, "the curve is not named")),
            oid::RSA | oid::RSA_PSS => rsa_numbers::public_bits(key)?,
            _ => 0,
        };
        let key_start = der.len().saturating_sub(key.len());
        Ok(Self { der: der.to_vec(), algorithm: Algorithm::of(&identifier, bits), key_start })
    }

    /// The first public key of a file in PEM or DER: SubjectPublicKeyInfo, or the PKCS#1 form of RSA keys, which
    /// becomes one.
    ///
    /// The numbers of the PKCS#1 form are made regular, as DER has them; a SubjectPublicKeyInfo is kept as given.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where there is none; [`Error::Pem`], [`Error::Decode`], [`Error::TooLarge`],
    /// [`Error::TrailingBytes`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        const EXPECTED: &str = "a public key";
        let items = container::items_for(EXPECTED, bytes)?;
        let other = || container::unexpected(EXPECTED, &items);
        let item = items.iter().find(|item| item.kind == Kind::PublicKey).ok_or_else(other)?;
        Self::from_either(&item.der).map_err(|error| item.locate(error))
    }

    /// The first public key of a file.
    ///
    /// # Errors
    ///
    /// Those of [`PublicKey::read`], and [`Error::Read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// Takes a SubjectPublicKeyInfo as given, or an RSAPublicKey by itself, whose numbers are made regular.
    pub(crate) fn from_either(der: &[u8]) -> Result<Self, Error> {
        match der::children(WHAT, tag::SEQUENCE, der)?.as_slice() {
            [modulus, exponent] if modulus.tag == tag::INTEGER && exponent.tag == tag::INTEGER => {
                let regular = regular::regular(der);
                let key = regular.as_ref().map_or(der, |regular| regular.as_slice());
                Self::new(&identifier::encode(oid::RSA, &identifier::NULL), key)
            }
            _ => Self::from_spki_der(der),
        }
    }

    /// The key under this AlgorithmIdentifier.
    pub(super) fn new(algorithm: &[u8], key: &[u8]) -> Result<Self, Error> {
        Self::from_spki_der(&der::sequence(&[algorithm, &der::bit_string(key)]))
    }

    /// The SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.der
    }

    /// The SubjectPublicKeyInfo as a `PUBLIC KEY` block of PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode_public("PUBLIC KEY", &self.der)
    }

    /// The AlgorithmIdentifier in DER.
    pub(super) fn algorithm_identifier(&self) -> &[u8] {
        let parts = der::children(WHAT, tag::SEQUENCE, &self.der).unwrap_or_default();
        parts.first().map_or(&[], |part| part.raw)
    }

    fn identifier(&self) -> Option<Identifier<'_>> {
        Identifier::read(WHAT, self.algorithm_identifier()).ok()
    }

    /// What the key is for.
    #[must_use]
    pub fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }

    /// The contents of the BIT STRING: an EC point, an RSAPublicKey …
    #[must_use]
    pub fn subject_public_key(&self) -> &[u8] {
        self.der.get(self.key_start..).unwrap_or_default()
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    /// The key identifier of RFC 7093 section 2 method 1: the leftmost 160 bits of the SHA-256 of the BIT STRING.
    #[must_use]
    pub fn key_id(&self) -> [u8; 20] {
        let digest = Fingerprint::of(self.subject_public_key());
        let mut identifier = [0; 20];
        identifier.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        identifier
    }

    /// The key identifier of RFC 5280 section 4.2.1.2 method 1: the SHA-1 of the BIT STRING. What older authorities
    /// write; no security rests on it.
    #[must_use]
    pub fn key_id_sha1(&self) -> [u8; 20] {
        digest::sha1(self.subject_public_key())
    }

    /// Whether the other is the same key, in whatever encoding: RSA with and without NULL or limited to PSS, its numbers
    /// without their sign or with leading zeros, an EC point compressed or not, its curve by name or by the numbers of
    /// that name. Who has a private EC key has that of the point's mirror image, and who has a private RSA key those of
    /// the same modulus with other exponents: they count as the same.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        self.material() == other.material() && self.curve() == other.curve()
    }

    /// The curve of an EC key, by its name where it has one: the same point on another curve is another key
    /// (CVE-2020-0601).
    fn curve(&self) -> Option<Vec<u8>> {
        let identifier = self.identifier().filter(|found| found.oid == oid::EC)?;
        let named = identifier.curve().or_else(|| identifier.recognised());
        let numbers = || identifier.parameters.map(|numbers| numbers.raw.to_vec());
        named.map(|name| name.as_bytes().to_vec()).or_else(numbers)
    }

    /// The curve of an EC key whose arithmetic is at hand, by name or by numbers.
    fn known_curve(&self) -> Option<Curve> {
        match &self.algorithm {
            Algorithm::EcExplicit => explicit::curve(&self.identifier()?.parameters?),
            algorithm => Curve::of(algorithm),
        }
    }

    /// Whether a certificate of the other key is one of this key: the same key under the same algorithm, however it is
    /// encoded. A key that is limited to PSS is none that signs otherwise.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self == other || (self.material() == other.material() && self.identity() == other.identity())
    }

    /// What is equal for keys that match, and for no others: many keys are paired by it, each looked at once.
    pub(crate) fn identity(&self) -> Identity {
        let curve = self.curve();
        // Of EC keys with the same curve one may name it and the other give its numbers.
        let algorithm = curve.is_none().then(|| self.algorithm.clone());
        Identity { curve, algorithm, key: self.canonical().into_owned() }
    }

    /// Checks that a certificate of the other key is one of this key, as [`PublicKey::matches`] says.
    ///
    /// # Errors
    ///
    /// [`Error::KeyMismatch`].
    pub fn require_match(&self, certified: &Self) -> Result<(), Error> {
        if self.matches(certified) {
            return Ok(());
        }
        Err(Error::KeyMismatch {
            key: self.fingerprint().to_string(),
            certificate: certified.fingerprint().to_string(),
        })
    }

    /// The contents of the BIT STRING, the point of a known curve uncompressed, numbers as DER has them.
    fn canonical(&self) -> Cow<'_, [u8]> {
        let point = self.known_curve().and_then(|curve| curve.uncompressed(self.subject_public_key()));
        point.map_or_else(|| self.regular(), Cow::Owned)
    }

    /// The contents of the BIT STRING, of keys that are numbers as DER has them: OpenSSL reads others, too, and they are
    /// the same key.
    pub(super) fn regular(&self) -> Cow<'_, [u8]> {
        let key = self.subject_public_key();
        let regular = match &self.algorithm {
            Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } | Algorithm::Dsa | Algorithm::Other(_) => {
                regular::regular(key)
            }
            _ => None,
        };
        regular.map_or(Cow::Borrowed(key), |mut regular| Cow::Owned(std::mem::take(&mut *regular)))
    }

    /// What is wrong with the encoding of an RSA key's numbers.
    pub(crate) fn irregularity(&self) -> Option<String> {
        match &self.algorithm {
            Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => {
                rsa_numbers::irregularity(self.subject_public_key())
            }
            _ => None,
        }
    }

    /// Refuses a key that no certificate should carry, because not everybody reads its numbers alike.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], which names the modulus or the exponent.
    pub(crate) fn require_regular(&self) -> Result<(), Error> {
        match self.irregularity() {
            None => Ok(()),
            Some(reason) => Err(Error::decode("an RSA public key", reason)),
        }
    }

    /// The octets that all encodings of the same key have in common: of an EC point the first coordinate, of an RSA key
    /// the modulus. Other keys have them, too: they are for [`PublicKey::is_same_key`], for a first look in
    /// [`PublicKey::matches`] and for the marks of compromised keys, and all else asks for [`PublicKey::identity`].
    pub(crate) fn material(&self) -> Cow<'_, [u8]> {
        let key = self.subject_public_key();
        match (&self.algorithm, key) {
            (Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } | Algorithm::Other(_), _) => {
                rsa_numbers::modulus(key).map_or_else(|| self.regular(), Cow::Borrowed)
            }
            (
                Algorithm::Ed25519 | Algorithm::Ed448 | Algorithm::X25519 | Algorithm::X448 | Algorithm::Dsa,
                _,
            ) => self.regular(),
            (_, [2 | 3, x @ ..]) => Cow::Borrowed(x),
            (_, [4 | 6 | 7, point @ ..]) => Cow::Borrowed(point.get(..point.len() / 2).unwrap_or(key)),
            _ => Cow::Borrowed(key),
        }
    }

    /// The DER of the AlgorithmIdentifier under which a key of this kind signs here. RSA keys of every size have one,
    /// because other signers take what [`PrivateKey::sign`](super::PrivateKey::sign) does not.
    ///
    /// # Errors
    ///
    /// [`Error::UnsupportedKey`] for a kind that certwright does not sign with.
    pub fn signature_algorithm(&self) -> Result<&'static [u8], Error> {
        identifier::signature(&self.algorithm).ok_or_else(|| Error::UnsupportedKey {
            operation: KeyOperation::Sign,
            algorithm: self.algorithm.to_string(),
        })
    }
}

impl AsRef<[u8]> for PublicKey {
    fn as_ref(&self) -> &[u8] {
        self.spki_der()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for PublicKey {}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.algorithm, self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyType, PrivateKey};

    fn spki(algorithm: &[u8], parameters: &[u8], key: &[u8]) -> PublicKey {
        let identifier = der::sequence(&[&der::element(tag::OID, algorithm), parameters]);
        PublicKey::from_spki_der(&der::sequence(&[identifier, der::bit_string(key)])).unwrap()
    }

    #[test]
    fn a_key_matches_its_other_encodings_and_nothing_else() {
        const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
        const PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
        let n = der::element(tag::INTEGER, &[&[0][..], &[0xc1; 256]].concat());
        let numbers = der::sequence(&[n, der::element(tag::INTEGER, &[1, 0, 1])]);
        let (with, without) = (spki(RSA, &[5, 0], &numbers), spki(RSA, &[], &numbers));
        assert!(with != without && with.matches(&without));
        assert!(!with.matches(&spki(PSS, &[], &numbers)) && with.is_same_key(&spki(PSS, &[], &numbers)));
        for (n, e) in [(&[][..], &[][..]), (&[0, 0], &[]), (&[0], &[0])] {
            let integer = |zeros: &[u8], octets: &[u8]| der::element(tag::INTEGER, &[zeros, octets].concat());
            let sloppy =
                spki(RSA, &[5, 0], &der::sequence(&[integer(n, &[0xc1; 256]), integer(e, &[1, 0, 1])]));
            assert!(sloppy.matches(&with) && sloppy.is_same_key(&without) && with.matches(&sloppy));
            assert!(sloppy != with && sloppy.irregularity().is_some() && with.irregularity().is_none());
            let other =
                spki(RSA, &[5, 0], &der::sequence(&[integer(n, &[0xc1; 256]), integer(e, &[1, 0, 3])]));
            // Its private number follows from that of the first.
            assert!(!sloppy.matches(&other) && other.is_same_key(&with) && sloppy.is_same_key(&other));
        }

        const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
        const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let point = key.public_key().subject_public_key();
        let parity = point.last().unwrap() & 1;
        let compressed = |form| spki(EC, P256, &[&[form], point.get(1..33).unwrap()].concat());
        key.public_key().require_match(&compressed(2 | parity)).unwrap();
        let mirrored = key.public_key().require_match(&compressed(3 ^ parity)).unwrap_err();
        assert_eq!(mirrored.kind(), "key-mismatch");
    }
}
