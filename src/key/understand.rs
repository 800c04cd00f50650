//! From the bytes of a PKCS#8 structure to a key: the public part found or computed, both parts compared.

use std::sync::OnceLock;

use super::algorithm::Algorithm;
use super::curve::Curve;
use super::identifier::{self, Identifier};
use super::info::{self, Info};
use super::oid::{self, Oid};
use super::public::PublicKey;
use super::rsa_numbers::PrivateNumbers;
use super::sec1::{self, EcPrivateKey};
use super::signing::{SigningKey, invalid};
use super::{PrivateKey, Strange, regular, rfc8410};
use crate::der::{self, tag};
use crate::error::{Error, KeyOperation};
use crate::secret::Zeroizing;

/// Takes a PKCS#8 structure. Its bytes are kept, except those of an EC key that lacks its public part, has zeros too
/// few or too many before its private number, or gives a known curve by its numbers: these become its name. The numbers
/// of an RSA key become those of DER, and the algorithms of RFC 8410 lose parameters. And what could only be read by few
/// is written for all: version 2 becomes version 1 where the public part can be computed.
pub(super) fn pkcs8(der: Zeroizing<Vec<u8>>) -> Result<PrivateKey, Error> {
    let mut info = Info::read(&der)?;
    let strange = strange(&info);
    let bare = has_needless_parameters(&info).then(|| identifier::encode(info.algorithm.oid, &[]));
    if let Some(bare) = &bare {
        info.algorithm = Identifier { parameters: None, raw: bare, ..info.algorithm };
    }
    if let Some(usual) = renamed(&info)? {
        return Ok(pkcs8(usual)?.read_from(strange));
    }
    let understood = understood(&info)?;
    if info.public.is_some_and(|written| !is_same(&understood.public, written)) {
        return Err(contradiction(
            understood.public.algorithm(),
            "the public part does not belong to the private part",
        ));
    }
    let rewritten = bare.is_some() || (understood.is_computed && !info.is_first_version());
    let again = match (understood.inner, rewritten) {
        (Some(inner), _) => Some(info.with_key(&inner)),
        (None, true) => Some(info.with_key(info.key)),
        (None, false) => None,
    };
    let strange = match strange {
        // It was not written anew.
        Some(Strange::PublicPart) if again.is_none() => Some(Strange::Version),
        strange => strange,
    };
    let Understood { public, signing, .. } = understood;
    Ok(PrivateKey { der: again.unwrap_or(der), public, signing, strange })
}

/// What is known of a key.
struct Understood {
    public: PublicKey,
    signing: OnceLock<Option<SigningKey>>,
    /// The encoding of the key, where it must be another than the one read.
    inner: Option<Zeroizing<Vec<u8>>>,
    /// Whether the private part gives the public one.
    is_computed: bool,
}

impl Understood {
    fn computed(public: PublicKey, signing: OnceLock<Option<SigningKey>>) -> Self {
        Self { public, signing, inner: None, is_computed: true }
    }

    fn carried(public: PublicKey) -> Self {
        Self { public, signing: None.into(), inner: None, is_computed: false }
    }
}

fn understood(info: &Info<'_>) -> Result<Understood, Error> {
    Ok(match info.algorithm.oid {
        oid::RSA | oid::RSA_PSS => rsa(info)?,
        oid::EC => ec(info)?,
        oid::ED25519 => {
            let (public, signing) = ed25519(info)?;
            Understood::computed(public, Some(signing).into())
        }
        oid::ED448 | oid::X25519 | oid::X448 => Understood::computed(computed(info)?, None.into()),
        _ => Understood::carried(carried(info)?),
    })
}

/// Whether version 2 carries the public part that the key has. A point may be compressed there, which of one on a curve
/// whose arithmetic is not at hand leaves the first coordinate to compare; the numbers of an RSA key count as such.
fn is_same(public: &PublicKey, written: &[u8]) -> bool {
    let own = public.subject_public_key();
    if matches!(public.algorithm(), Algorithm::Rsa { .. } | Algorithm::RsaPss { .. }) {
        return regular::regular(written).map_or(own == written, |regular| own == regular.as_slice());
    }
    match Curve::of(public.algorithm()) {
        Some(curve) => curve.uncompressed(own) == curve.uncompressed(written),
        None => match (own, written) {
            ([4, both @ ..], [2 | 3, x @ ..]) | ([2 | 3, x @ ..], [4, both @ ..]) => {
                both.strip_prefix(x).is_some_and(|y| y.len() == x.len())
            }
            _ => own == written,
        },
    }
}

/// The same key under the name that everybody knows, where it has another.
fn renamed(info: &Info<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    Ok(match (info.algorithm.oid, info.algorithm.recognised(), no_such_curve(info)) {
        // X.509 of 1988 had a name of its own for RSA.
        (oid::RSA_X500, ..) => Some(info.with(&identifier::encode(oid::RSA, &identifier::NULL), info.key)),
        (oid::EC, Some(curve), _) => Some(named(info, curve)?),
        (oid::EC, None, Some(algorithm)) => Some(as_rfc8410(info, algorithm)?),
        _ => None,
    })
}

/// The algorithms of RFC 8410.
const CURVES_OF_THEIR_OWN: [Oid; 4] = [oid::ED25519, oid::ED448, oid::X25519, oid::X448];

/// An algorithm of RFC 8410 where the name of an elliptic curve belongs.
fn no_such_curve(info: &Info<'_>) -> Option<Oid> {
    info.algorithm.curve().filter(|curve| CURVES_OF_THEIR_OWN.contains(curve))
}

/// RFC 8410 section 3: the parameters are absent.
fn has_needless_parameters(info: &Info<'_>) -> bool {
    CURVES_OF_THEIR_OWN.contains(&info.algorithm.oid) && info.algorithm.parameters.is_some()
}

/// What keeps OpenSSL from reading the structure.
fn strange(info: &Info<'_>) -> Option<Strange> {
    let public_part = info.public.is_some().then_some(Strange::PublicPart);
    let parameters = || has_needless_parameters(info).then_some(Strange::Parameters);
    public_part.or(no_such_curve(info).map(|_| Strange::NoSuchCurve)).or_else(parameters)
}

/// What signs, of an RSA key that was understood. ring takes primes of the usual lengths only, and would say of others
/// that they contradict the modulus.
pub(super) fn rsa_signing(der: &[u8]) -> Option<SigningKey> {
    let info = Info::read(der).ok().filter(|info| info.algorithm.oid == oid::RSA)?;
    PrivateNumbers::read(info.key).ok().filter(PrivateNumbers::is_usual)?;
    SigningKey::rsa(info.key)
}

/// What keeps an RSA key from signing although its length would not.
pub(super) fn peculiarity(der: &[u8]) -> Option<&'static str> {
    let info = Info::read(der).ok().filter(|info| info.algorithm.oid == oid::RSA)?;
    PrivateNumbers::read(info.key).ok()?.peculiarity()
}

/// Takes an RSAPrivateKey by itself.
pub(super) fn pkcs1(key: &[u8]) -> Result<PrivateKey, Error> {
    pkcs8(info::encode(&identifier::encode(oid::RSA, &identifier::NULL), key))
}

/// Takes an ECPrivateKey by itself, on its own curve or else on that of an EC PARAMETERS block before it.
pub(super) fn sec1(key: &[u8], curve_before: Option<&[u8]>) -> Result<PrivateKey, Error> {
    let read = EcPrivateKey::read(key)?;
    let parameters = match read.parameters.map(|p| p.raw).or(curve_before) {
        Some(parameters) => parameters.to_vec(),
        None => identifier::encode_oid(fitting(&read)?.oid()),
    };
    let algorithm = identifier::encode(oid::EC, &parameters);
    let inner = match read.public {
        Some(public) => sec1::encode(read.scalar, None, Some(public)),
        None => Zeroizing::new(key.to_vec()),
    };
    let nameless = read.parameters.is_none().then_some(Strange::Nameless);
    Ok(pkcs8(info::encode(&algorithm, &inner))?.read_from(nameless))
}

/// The curve of a key that does not name it, as RustCrypto writes SEC1: the one on which both parts belong together.
fn fitting(read: &EcPrivateKey<'_>) -> Result<Curve, Error> {
    let public = read.public.ok_or(Error::CurveMissing)?;
    let fits = |curve: &Curve| {
        let point = sec1::fixed_length(read.scalar, curve.scalar_length())
            .and_then(|scalar| curve.public_point(&scalar));
        point.is_some() && point == curve.uncompressed(public)
    };
    Curve::ALL.into_iter().find(fits).ok_or(Error::CurveMissing)
}

fn rsa(info: &Info<'_>) -> Result<Understood, Error> {
    PrivateNumbers::read(info.key)?;
    let inner = regular::regular(info.key);
    let numbers = PrivateNumbers::read(inner.as_ref().map_or(info.key, |regular| regular.as_slice()))?;
    let public = match info.algorithm.oid {
        // RFC 3279 section 2.3.1: NULL in the public key, also where the private key left it out.
        oid::RSA => PublicKey::new(&identifier::encode(oid::RSA, &identifier::NULL), &numbers.public())?,
        _ => PublicKey::new(info.algorithm.raw, &numbers.public())?,
    };
    match numbers.contradiction() {
        Some(reason) => Err(contradiction(public.algorithm(), reason)),
        None => Ok(Understood { inner, ..Understood::computed(public, OnceLock::new()) }),
    }
}

/// The same key with its curve by name: RFC 5480 section 2.1.1 forbids the numbers.
fn named(info: &Info<'_>, curve: Oid) -> Result<Zeroizing<Vec<u8>>, Error> {
    let read = EcPrivateKey::read(info.key)?;
    if read.curve()?.is_some_and(|inner| inner != curve) {
        return Err(contradiction(&name(&info.algorithm), "it names two different curves"));
    }
    one_public_part(info, &read)?;
    let algorithm = identifier::encode(oid::EC, &identifier::encode_oid(curve));
    Ok(info.with(&algorithm, &sec1::encode(read.scalar, None, read.public.or(info.public))))
}

/// What is written in two places has to be the same.
fn one_public_part(info: &Info<'_>, read: &EcPrivateKey<'_>) -> Result<(), Error> {
    match (read.public, info.public) {
        (Some(inner), Some(outer)) if inner != outer => {
            Err(contradiction(&name(&info.algorithm), "it has two different public parts"))
        }
        _ => Ok(()),
    }
}

/// A key of RFC 8410 that was written as one on a named curve, as Erlang does. Only its public part shows that its octets
/// stand in the order that is meant.
fn as_rfc8410(info: &Info<'_>, curve: Oid) -> Result<Zeroizing<Vec<u8>>, Error> {
    let algorithm = name(&info.algorithm);
    let read = EcPrivateKey::read(info.key)?;
    one_public_part(info, &read)?;
    let public = read.public.or(info.public).ok_or_else(|| without_public(&algorithm))?;
    let key = Zeroizing::new(der::element(tag::OCTET_STRING, read.scalar));
    let usual = info.with(&identifier::encode(curve, &[]), &key);
    if pkcs8(usual.clone())?.public.subject_public_key() == public {
        Ok(usual)
    } else {
        Err(contradiction(&algorithm, "the public part does not belong to the private part"))
    }
}

fn ec(info: &Info<'_>) -> Result<Understood, Error> {
    if !info.algorithm.has_curve() {
        return Err(invalid("EC", "it does not name its curve"));
    }
    let algorithm = name(&info.algorithm);
    let read = EcPrivateKey::read(info.key)?;
    if read.parameters.is_some() && read.curve()? != info.algorithm.curve() {
        return Err(contradiction(&algorithm, "it names two different curves"));
    }
    match Curve::of(&algorithm) {
        Some(curve) => known_curve(info, &read, curve),
        None => {
            // A key on a curve whose arithmetic is not at hand is carried as it is.
            let point = read.public.or(info.public).ok_or_else(|| without_public(&algorithm))?;
            let public = PublicKey::new(info.algorithm.raw, point)?;
            // Inside, version 1 has room for the public part, too.
            let inner = (!info.is_first_version()).then(|| sec1::encode(read.scalar, None, Some(point)));
            Ok(Understood { inner, ..Understood::carried(public) })
        }
    }
}

fn known_curve(info: &Info<'_>, read: &EcPrivateKey<'_>, curve: Curve) -> Result<Understood, Error> {
    let refused = |reason| contradiction(&name(&info.algorithm), reason);
    let scalar = sec1::fixed_length(read.scalar, curve.scalar_length())
        .ok_or_else(|| refused("its private number is too long for the curve"))?;
    let written = read.public.or(info.public);
    let computed = || {
        curve
            .public_point(&scalar)
            .ok_or_else(|| refused("its private number is zero or beyond the order of the curve"))
    };
    let point = match written {
        // ring compares both parts itself, at a fifth of the cost.
        Some(point @ [4, ..]) if curve.signs() => point.to_vec(),
        Some(octets) => computed()
            .ok()
            .filter(|point| curve.uncompressed(octets).as_ref() == Some(point))
            .ok_or_else(|| refused("the public part does not belong to the private part"))?,
        None => computed()?,
    };
    let signing = SigningKey::ecdsa(curve, &scalar, &point)?;
    let public = PublicKey::new(info.algorithm.raw, written.unwrap_or(&point))?;
    let complete = read.public.is_some() && read.scalar.len() == scalar.len();
    let inner = (!complete).then(|| sec1::encode(&scalar, None, Some(written.unwrap_or(&point))));
    Ok(Understood { inner, ..Understood::computed(public, signing.into()) })
}

fn ed25519(info: &Info<'_>) -> Result<(PublicKey, SigningKey), Error> {
    let signing = SigningKey::ed25519(curve_private_key(info)?)?;
    if info.public.is_some_and(|written| written != signing.public()) {
        return Err(invalid("Ed25519", "the public part does not belong to the private part"));
    }
    Ok((PublicKey::new(info.algorithm.raw, signing.public())?, signing))
}

/// CurvePrivateKey (RFC 8410 section 7): an OCTET STRING inside the OCTET STRING.
fn curve_private_key<'a>(info: &Info<'a>) -> Result<&'a [u8], Error> {
    const WHAT: &str = "a private key of RFC 8410";
    let element = der::single(WHAT, info.key)?;
    match element.tag {
        tag::OCTET_STRING => Ok(element.contents),
        other => Err(Error::decode(WHAT, format!("expected an OCTET STRING, found tag {other:#04x}"))),
    }
}

/// Keys of RFC 8410 that do not sign here. A public part is computed, and compared where it is written.
fn computed(info: &Info<'_>) -> Result<PublicKey, Error> {
    let algorithm = name(&info.algorithm);
    let computed = rfc8410::public(info.algorithm.oid, curve_private_key(info)?)
        .ok_or_else(|| contradiction(&algorithm, "its private part has the wrong length"))?;
    if info.public.is_some_and(|written| written != computed) {
        return Err(contradiction(&algorithm, "the public part does not belong to the private part"));
    }
    PublicKey::new(info.algorithm.raw, &computed)
}

/// Any other kind of key is known by the public part that it carries.
fn carried(info: &Info<'_>) -> Result<PublicKey, Error> {
    let public = info.public.ok_or_else(|| unknown(&name(&info.algorithm)))?;
    PublicKey::new(info.algorithm.raw, public)
}

fn name(identifier: &Identifier<'_>) -> Algorithm {
    Algorithm::of(identifier, 0)
}

fn without_public(algorithm: &Algorithm) -> Error {
    Error::UnsupportedKey { operation: KeyOperation::ComputePublicPart, algorithm: algorithm.to_string() }
}

fn unknown(algorithm: &Algorithm) -> Error {
    Error::UnsupportedKey { operation: KeyOperation::Open, algorithm: algorithm.to_string() }
}

fn contradiction(algorithm: &Algorithm, reason: &'static str) -> Error {
    Error::InvalidKey { algorithm: algorithm.to_string(), reason }
}
