//! Encryption schemes read from their AlgorithmIdentifier (RFC 8018 appendix A, RFC 7292 appendix C).

use pkcs8::der::Encode;
use pkcs8::pkcs5::pbes2::Parameters;

use super::cipher::Cipher;
use super::hash::{self, Hash};
use super::identifier::Identifier;
use super::kdf::{Iterations, Kdf};
use super::oid::{self, Oid};
use super::scheme::{
    Derivation, EncryptionScheme, Pbes1Hash, Scheme, Stranger, openssl_derives, openssl_has,
};
use crate::der::{self, Element, tag};
use crate::error::Error;

const WHAT: &str = "an encrypted private key";

macro_rules! oids {
    ($($name:ident = $dotted:literal;)*) => {
        $(const $name: Oid = Oid::new_unwrap($dotted);)*
    };
}

oids! {
    PBES2 = "1.2.840.113549.1.5.13";
    SCRYPT = "1.3.6.1.4.1.11591.4.11";
    MD5_DES = "1.2.840.113549.1.5.3";
    MD5_RC2 = "1.2.840.113549.1.5.6";
    SHA1_DES = "1.2.840.113549.1.5.10";
    SHA1_RC2 = "1.2.840.113549.1.5.11";
    PKCS12_RC4_128 = "1.2.840.113549.1.12.1.1";
    PKCS12_RC4_40 = "1.2.840.113549.1.12.1.2";
    PKCS12_3DES = "1.2.840.113549.1.12.1.3";
    PKCS12_2DES = "1.2.840.113549.1.12.1.4";
    PKCS12_RC2_128 = "1.2.840.113549.1.12.1.5";
    PKCS12_RC2_40 = "1.2.840.113549.1.12.1.6";
    RC2 = "1.2.840.113549.3.2";
    BC_SHA1_AES128 = "1.3.6.1.4.1.22554.1.1.2.1.2";
    BC_SHA1_AES192 = "1.3.6.1.4.1.22554.1.1.2.1.22";
    BC_SHA1_AES256 = "1.3.6.1.4.1.22554.1.1.2.1.42";
    BC_SHA256_AES128 = "1.3.6.1.4.1.22554.1.2.1.2.1.2";
    BC_SHA256_AES192 = "1.3.6.1.4.1.22554.1.2.1.2.1.22";
    BC_SHA256_AES256 = "1.3.6.1.4.1.22554.1.2.1.2.1.42";
}

impl EncryptionScheme {
    /// The scheme that this DER AlgorithmIdentifier names. One that is not known becomes an unsupported scheme, with
    /// the best name there is.
    pub(super) fn read(algorithm: &[u8]) -> Result<Self, Error> {
        let identifier = Identifier::read(WHAT, algorithm)?;
        match identifier.oid {
            PBES2 => pbes2(&identifier),
            MD5_DES => pbes1(&identifier, Pbes1Hash::Md5, Cipher::Des),
            MD5_RC2 => pbes1(&identifier, Pbes1Hash::Md5, rc2(64)),
            SHA1_DES => pbes1(&identifier, Pbes1Hash::Sha1, Cipher::Des),
            SHA1_RC2 => pbes1(&identifier, Pbes1Hash::Sha1, rc2(64)),
            PKCS12_RC4_128 => pkcs12(&identifier, Hash::Sha1, Cipher::Rc4 { key_length: 16 }),
            PKCS12_RC4_40 => pkcs12(&identifier, Hash::Sha1, Cipher::Rc4 { key_length: 5 }),
            PKCS12_3DES => pkcs12(&identifier, Hash::Sha1, Cipher::TripleDes),
            PKCS12_2DES => pkcs12(&identifier, Hash::Sha1, Cipher::TwoKeyTripleDes),
            PKCS12_RC2_128 => pkcs12(&identifier, Hash::Sha1, rc2(128)),
            PKCS12_RC2_40 => pkcs12(&identifier, Hash::Sha1, rc2(40)),
            BC_SHA1_AES128 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes128),
            BC_SHA1_AES192 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes192),
            BC_SHA1_AES256 => pkcs12(&identifier, Hash::Sha1, Cipher::Aes256),
            BC_SHA256_AES128 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes128),
            BC_SHA256_AES192 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes192),
            BC_SHA256_AES256 => pkcs12(&identifier, Hash::Sha256, Cipher::Aes256),
            other => Ok(unsupported(scheme_name(other), None, false)),
        }
    }
}

const fn rc2(bits: usize) -> Cipher {
    Cipher::Rc2 { key_length: bits / 8, effective_bits: bits }
}

fn unsupported(name: String, openssl: Option<bool>, legacy: bool) -> EncryptionScheme {
    EncryptionScheme(Scheme::Unsupported(Stranger { name, openssl, legacy }))
}

fn pbes1(identifier: &Identifier<'_>, hash: Pbes1Hash, cipher: Cipher) -> Result<EncryptionScheme, Error> {
    let (salt, iterations) = salt_and_count(identifier)?;
    let derivation = Derivation::Pbes1 { hash, salt, iterations };
    Ok(EncryptionScheme(Scheme::Legacy { derivation, cipher }))
}

fn pkcs12(identifier: &Identifier<'_>, hash: Hash, cipher: Cipher) -> Result<EncryptionScheme, Error> {
    let (salt, iterations) = salt_and_count(identifier)?;
    let derivation = Derivation::Pkcs12 { hash, salt, iterations };
    Ok(EncryptionScheme(Scheme::Legacy { derivation, cipher }))
}

/// PBEParameter and pkcs-12PbeParams: a salt and a count.
fn salt_and_count(identifier: &Identifier<'_>) -> Result<(Vec<u8>, u64), Error> {
    match parameters(identifier)?.as_slice() {
        [salt, count] => Ok((octets(salt)?.to_vec(), positive(count)?)),
        _ => Err(malformed("expected a salt and an iteration count")),
    }
}

/// PBES2-params: a key derivation and a cipher, each an AlgorithmIdentifier.
fn pbes2(identifier: &Identifier<'_>) -> Result<EncryptionScheme, Error> {
    let parts = parameters(identifier)?;
    let [kdf, cipher] = parts.as_slice() else {
        return Err(malformed("expected a key derivation and a cipher"));
    };
    let (kdf, cipher) = (Identifier::read(WHAT, kdf.raw)?, Identifier::read(WHAT, cipher.raw)?);
    let (kdf, length) = match kdf.oid {
        oid::PBKDF2 => pbkdf2(&kdf)?,
        SCRYPT => scrypt(&kdf)?,
        other => (Err(format!("key derivation {other}")), None),
    };
    let cipher = cipher_of(&cipher, length)?;
    match (kdf, cipher) {
        (Ok(kdf), Ok((cipher, iv))) => Ok(EncryptionScheme(Scheme::Pbes2 { kdf, cipher, iv })),
        (kdf, cipher) => {
            let (kdf, derives) = match kdf {
                Ok(kdf) => (kdf.to_string(), Some(openssl_derives(&kdf))),
                Err(name) => (name, None),
            };
            let (cipher, has, legacy) = match cipher {
                Ok((cipher, _)) => (cipher.to_string(), Some(openssl_has(cipher)), false),
                Err(stranger) => (stranger.name, stranger.openssl, stranger.legacy),
            };
            let openssl = match (derives, has) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), has) => has,
                (None, _) => None,
            };
            Ok(unsupported(format!("PBES2, {kdf}, {cipher}"), openssl, legacy && derives == Some(true)))
        }
    }
}

/// A key derivation or the name of one that is not supported, and the length of key asked for.
pub(super) type Derived = (Result<Kdf, String>, Option<usize>);

/// PBKDF2-params (RFC 8018 appendix A.2).
pub(super) fn pbkdf2(identifier: &Identifier<'_>) -> Result<Derived, Error> {
    let parts = parameters(identifier)?;
    let [salt, count, optional @ ..] = parts.as_slice() else {
        return Err(malformed("expected PBKDF2 parameters"));
    };
    let (salt, iterations) = (octets(salt)?.to_vec(), positive(count)?);
    let (length, optional) = match optional {
        [length, rest @ ..] if length.tag == tag::INTEGER => (Some(small(length)?), rest),
        rest => (None, rest),
    };
    let prf = match optional {
        // RFC 8018 appendix A.2: HMAC with SHA-1 is what is meant when nothing is said.
        [] => Ok(Hash::Sha1),
        [prf] => {
            let prf = Identifier::read(WHAT, prf.raw)?.oid;
            Hash::of_hmac(prf).ok_or_else(|| prf_name(prf))
        }
        _ => return Err(malformed("expected PBKDF2 parameters")),
    };
    let kdf = match prf {
        Ok(prf) => Ok(Kdf::Pbkdf2 { prf, salt, iterations }),
        Err(name) => Err(format!("PBKDF2-{name}, {}", Iterations(iterations))),
    };
    Ok((kdf, length))
}

/// scrypt-params (RFC 7914 section 7.1).
fn scrypt(identifier: &Identifier<'_>) -> Result<Derived, Error> {
    let parts = parameters(identifier)?;
    let [salt, n, r, p, optional @ ..] = parts.as_slice() else {
        return Err(malformed("expected scrypt parameters"));
    };
    let length = match optional {
        [] => None,
        [length] => Some(small(length)?),
        _ => return Err(malformed("expected scrypt parameters")),
    };
    let n = positive(n)?;
    if !n.is_power_of_two() || n < 2 {
        return Err(malformed("scrypt's N is no power of two"));
    }
    let (Ok(log_n), Ok(r), Ok(p)) =
        (u8::try_from(n.trailing_zeros()), u32::try_from(positive(r)?), u32::try_from(positive(p)?))
    else {
        return Err(malformed("scrypt parameters out of range"));
    };
    Ok((Ok(Kdf::Scrypt { salt: octets(salt)?.to_vec(), log_n, r, p }), length))
}

/// A cipher and its initialisation vector, or one that is not supported.
type Chosen = Result<(Cipher, Vec<u8>), Stranger>;

fn cipher_of(identifier: &Identifier<'_>, length: Option<usize>) -> Result<Chosen, Error> {
    let dotted = identifier.oid.to_string();
    let cipher = match dotted.as_str() {
        "2.16.840.1.101.3.4.1.2" => Cipher::Aes128,
        "2.16.840.1.101.3.4.1.22" => Cipher::Aes192,
        "2.16.840.1.101.3.4.1.42" => Cipher::Aes256,
        "1.2.840.113549.3.7" => Cipher::TripleDes,
        "1.3.14.3.2.7" => Cipher::Des,
        "1.2.392.200011.61.1.1.1.2" => Cipher::Camellia128,
        "1.2.392.200011.61.1.1.1.3" => Cipher::Camellia192,
        "1.2.392.200011.61.1.1.1.4" => Cipher::Camellia256,
        "1.2.410.200046.1.1.2" => Cipher::Aria128,
        "1.2.410.200046.1.1.7" => Cipher::Aria192,
        "1.2.410.200046.1.1.12" => Cipher::Aria256,
        "1.3.6.1.4.1.3029.1.2" => Cipher::Blowfish,
        "1.2.840.113533.7.66.10" => Cipher::Cast5,
        "1.3.6.1.4.1.188.7.1.1.2" => Cipher::Idea,
        "2.16.840.1.101.3.4.1.6" => return gcm_of(identifier, Cipher::Aes128Gcm, length),
        "2.16.840.1.101.3.4.1.26" => return gcm_of(identifier, Cipher::Aes192Gcm, length),
        "2.16.840.1.101.3.4.1.46" => return gcm_of(identifier, Cipher::Aes256Gcm, length),
        _ if identifier.oid == RC2 => return rc2_of(identifier, length),
        _ => return Ok(Err(stranger(&dotted))),
    };
    let iv = identifier.parameters.ok_or_else(|| malformed("the cipher has no initialisation vector"))?;
    check_cipher(cipher, octets(&iv)?, length).map(Ok)
}

/// The nonce by itself, as RustCrypto writes it, or GCMParameters (RFC 5084 section 3.2), as Bouncy Castle does: the nonce
/// and the length of the tag, 12 where it is not said.
fn gcm_of(identifier: &Identifier<'_>, cipher: Cipher, length: Option<usize>) -> Result<Chosen, Error> {
    let parameters = identifier.parameters.ok_or_else(|| malformed("the cipher has no nonce"))?;
    let (nonce, tag) = match parameters.tag {
        tag::OCTET_STRING => (parameters, 16),
        _ => match der::children(WHAT, tag::SEQUENCE, parameters.raw)?.as_slice() {
            [nonce] => (*nonce, 12),
            [nonce, tag] => (*nonce, small(tag)?),
            _ => return Err(malformed("expected a nonce and the length of the tag")),
        },
    };
    let nonce = octets(&nonce)?;
    match (nonce.len(), tag) {
        (12, 16) => check_cipher(cipher, nonce, length).map(Ok),
        (nonce, tag) => {
            let name = format!("{cipher} with a nonce of {nonce} octets and a tag of {tag}");
            Ok(Err(Stranger { name, openssl: Some(false), legacy: false }))
        }
    }
}

/// RC2-CBC-Parameter (RFC 8018 appendix B.2.3): the effective bits in a code, and the vector.
fn rc2_of(identifier: &Identifier<'_>, length: Option<usize>) -> Result<Chosen, Error> {
    let (version, iv) = match identifier.parameters {
        Some(iv) if iv.tag == tag::OCTET_STRING => (None, iv),
        Some(both) => match der::children(WHAT, tag::SEQUENCE, both.raw)?.as_slice() {
            [iv] => (None, *iv),
            [version, iv] => (Some(positive(version)?), *iv),
            _ => return Err(malformed("expected RC2 parameters")),
        },
        None => return Err(malformed("expected RC2 parameters")),
    };
    let effective_bits = match version {
        None => 32,
        Some(160) => 40,
        Some(120) => 64,
        Some(58) => 128,
        Some(bits @ 256..=1024) => usize::try_from(bits).unwrap_or(1024),
        Some(other) => {
            let name = format!("RC2-CBC with parameter version {other}");
            return Ok(Err(Stranger { name, openssl: Some(false), legacy: false }));
        }
    };
    let key_length = length.unwrap_or(effective_bits.div_ceil(8));
    if key_length == 0 || key_length > 128 {
        return Err(malformed("the length of the RC2 key is out of range"));
    }
    check_cipher(Cipher::Rc2 { key_length, effective_bits }, octets(&iv)?, length).map(Ok)
}

fn check_cipher(cipher: Cipher, iv: &[u8], length: Option<usize>) -> Result<(Cipher, Vec<u8>), Error> {
    if iv.len() != cipher.iv_length() {
        return Err(malformed("the initialisation vector does not have the cipher's length"));
    }
    if length.is_some_and(|length| length != cipher.key_length()) {
        return Err(malformed("the length of the derived key is not the cipher's"));
    }
    Ok((cipher, iv.to_vec()))
}

fn parameters<'a>(identifier: &Identifier<'a>) -> Result<Vec<Element<'a>>, Error> {
    let parameters = identifier.parameters.ok_or_else(|| malformed("its algorithm has no parameters"))?;
    der::children(WHAT, tag::SEQUENCE, parameters.raw)
}

fn octets<'a>(element: &Element<'a>) -> Result<&'a [u8], Error> {
    match element.tag {
        tag::OCTET_STRING => Ok(element.contents),
        _ => Err(malformed("expected an OCTET STRING")),
    }
}

/// A positive INTEGER; one beyond 64 bits counts as the largest, which every limit refuses.
pub(super) fn positive(element: &Element<'_>) -> Result<u64, Error> {
    let negative = element.contents.first().is_none_or(|first| first & 0x80 != 0);
    if element.tag != tag::INTEGER || negative {
        return Err(malformed("expected a positive number"));
    }
    let value = element.contents.iter().try_fold(0u64, |value, octet| {
        value.checked_mul(256).and_then(|value| value.checked_add(u64::from(*octet)))
    });
    match value {
        Some(0) => Err(malformed("expected a positive number")),
        Some(value) => Ok(value),
        None => Ok(u64::MAX),
    }
}

fn small(element: &Element<'_>) -> Result<usize, Error> {
    usize::try_from(positive(element)?).map_err(|_too_large| malformed("a length is out of range"))
}

fn malformed(reason: &'static str) -> Error {
    Error::decode(WHAT, reason)
}

fn scheme_name(scheme: Oid) -> String {
    match scheme.to_string().as_str() {
        "1.2.840.113549.1.5.1" => "PBES1, MD2, DES-CBC".to_owned(),
        "1.2.840.113549.1.5.4" => "PBES1, MD2, RC2-CBC".to_owned(),
        "1.2.840.113549.1.5.14" => "PBMAC1".to_owned(),
        other => format!("the scheme {other}"),
    }
}

fn prf_name(prf: Oid) -> String {
    let dotted = prf.to_string();
    hash::stranger(&dotted).map_or_else(|| format!("PRF {dotted}"), |name| format!("HMAC-{name}"))
}

/// A cipher that is not opened here, and whether OpenSSL 3.0 opens it by default, which was measured.
fn stranger(dotted: &str) -> Stranger {
    const KNOWN: &[(&str, &str, bool)] = &[
        ("2.16.840.1.101.3.4.1.3", "AES-128-OFB", true),
        ("2.16.840.1.101.3.4.1.4", "AES-128-CFB", true),
        ("2.16.840.1.101.3.4.1.23", "AES-192-OFB", true),
        ("2.16.840.1.101.3.4.1.24", "AES-192-CFB", true),
        ("2.16.840.1.101.3.4.1.43", "AES-256-OFB", true),
        ("2.16.840.1.101.3.4.1.44", "AES-256-CFB", true),
        ("2.16.840.1.101.3.4.1.1", "AES-128-ECB", true),
        ("2.16.840.1.101.3.4.1.21", "AES-192-ECB", true),
        ("2.16.840.1.101.3.4.1.41", "AES-256-ECB", true),
        ("1.2.840.113549.3.9", "RC5-CBC", false),
        ("1.2.410.200004.1.4", "SEED-CBC", false),
        ("1.2.156.10197.1.104.2", "SM4-CBC", true),
        ("1.2.643.2.2.21", "GOST 28147-89", false),
    ];
    const LEGACY: [&str; 1] = ["SEED-CBC"];
    match KNOWN.iter().find(|(oid, ..)| *oid == dotted) {
        Some((_, name, openssl)) => {
            Stranger { name: (*name).to_owned(), openssl: Some(*openssl), legacy: LEGACY.contains(name) }
        }
        None => Stranger { name: format!("cipher {dotted}"), openssl: None, legacy: false },
    }
}

/// The AlgorithmIdentifier of PBES2 with this derivation and AES-256-CBC.
pub(super) fn encode(kdf: &Kdf, iv: &[u8; 16]) -> Result<Vec<u8>, Error> {
    let refused = |error: pkcs8::pkcs5::Error| Error::decode("encryption parameters", error.to_string());
    let parameters = match kdf {
        Kdf::Pbkdf2 { salt, iterations, .. } => {
            let iterations = u32::try_from(*iterations).unwrap_or(u32::MAX);
            Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, salt, *iv)
        }
        Kdf::Scrypt { salt, log_n, r, p } => {
            let cost = scrypt::Params::new(*log_n, *r, *p)
                .map_err(|error| Error::decode("scrypt parameters", error.to_string()))?;
            Parameters::generate_scrypt_aes256cbc(cost, salt, *iv)
        }
    };
    let scheme = pkcs8::pkcs5::EncryptionScheme::from(parameters.map_err(refused)?);
    scheme.to_der().map_err(|error| Error::decode("encryption parameters", error))
}
