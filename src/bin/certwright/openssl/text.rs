//! `-text`: the numbers of a key, in the lines of OpenSSL 3.

use certwright::{Algorithm, Format, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use super::element::{Element, INTEGER, OCTET_STRING, SEQUENCE};
use super::{Refusal, pss};

/// More than any key has lines for, so that they are not moved about in memory.
const ROOM: usize = 128 * 1024;

/// The private and the public numbers.
pub(super) fn private(key: &PrivateKey) -> Result<Zeroizing<String>, Refusal> {
    let mut text = Zeroizing::new(String::with_capacity(ROOM));
    let public = key.public_key();
    let unsupported = || unsupported(public);
    match public.algorithm() {
        Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } => {
            let der = key.danger_plain_der(Format::Pkcs8)?;
            let inner = Element::read(&der, SEQUENCE).and_then(|info| info.find(OCTET_STRING));
            inner.and_then(|key| rsa(key, *bits, &mut text)).ok_or_else(unsupported)?;
            pss::restrictions(public, &mut text).ok_or_else(unsupported)?;
        }
        algorithm => match (curve(algorithm), edwards(algorithm)) {
            (Some(curve), _) => {
                let der = key.danger_plain_der(Format::Sec1)?;
                let scalar = Element::read(&der, SEQUENCE).and_then(|key| key.find(OCTET_STRING));
                text.push_str(&format!("Private-Key: ({} bit)\n", curve.bits));
                octets("priv:", scalar.ok_or_else(unsupported)?, &mut text);
                curve.finish(public, &mut text);
            }
            (None, Some(name)) => {
                let der = key.danger_plain_der(Format::Pkcs8)?;
                let inner = Element::read(&der, SEQUENCE).and_then(|info| info.find(OCTET_STRING));
                let seed =
                    inner.and_then(|inner| Element::read(inner, OCTET_STRING)).ok_or_else(unsupported)?;
                text.push_str(&format!("{name} Private-Key:\n"));
                octets("priv:", seed.contents(), &mut text);
                octets("pub:", public.subject_public_key(), &mut text);
            }
            (None, None) => return Err(unsupported()),
        },
    }
    Ok(text)
}

/// The public numbers.
pub(super) fn public(key: &PublicKey) -> Result<String, Refusal> {
    let mut text = String::new();
    match key.algorithm() {
        Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } => {
            let sequence =
                Element::read(key.subject_public_key(), SEQUENCE).ok_or_else(|| unsupported(key))?;
            let numbers = sequence.all(INTEGER);
            let [modulus, exponent] = numbers.as_slice() else { return Err(unsupported(key)) };
            text.push_str(&format!("Public-Key: ({bits} bit)\n"));
            number("Modulus:", modulus, &mut text);
            number("Exponent:", exponent, &mut text);
            pss::restrictions(key, &mut text).ok_or_else(|| unsupported(key))?;
        }
        algorithm => match (curve(algorithm), edwards(algorithm)) {
            (Some(curve), _) => {
                text.push_str(&format!("Public-Key: ({} bit)\n", curve.bits));
                curve.finish(key, &mut text);
            }
            (None, Some(name)) => {
                text.push_str(&format!("{name} Public-Key:\n"));
                octets("pub:", key.subject_public_key(), &mut text);
            }
            (None, None) => return Err(unsupported(key)),
        },
    }
    Ok(text)
}

fn unsupported(key: &PublicKey) -> Refusal {
    Refusal::Text { algorithm: key.algorithm().to_string() }
}

/// RSAPrivateKey (RFC 8017 appendix A.1.2).
fn rsa(der: &[u8], bits: usize, text: &mut String) -> Option<()> {
    const LABELS: [&str; 8] = [
        "modulus:",
        "publicExponent:",
        "privateExponent:",
        "prime1:",
        "prime2:",
        "exponent1:",
        "exponent2:",
        "coefficient:",
    ];
    let key = Element::read(der, SEQUENCE)?;
    let (numbers, others) = (key.all(INTEGER), key.inside(SEQUENCE));
    let ([_version, numbers @ ..], 9) = (numbers.as_slice(), numbers.len()) else { return None };
    // Each of the other primes with its exponent and its coefficient.
    let others = others.map(|others| others.each(SEQUENCE)).unwrap_or_default();
    let primes = others.len().checked_add(2)?;
    text.push_str(&format!("Private-Key: ({bits} bit, {primes} primes)\n"));
    LABELS.iter().zip(numbers).for_each(|(label, value)| number(label, value, text));
    for (index, other) in (3..).zip(others) {
        let names = ["prime", "exponent", "coefficient"].into_iter().zip(other.all(INTEGER));
        names.for_each(|(name, value)| number(&format!("{name}{index}:"), value, text));
    }
    Some(())
}

/// A curve as openssl names it.
struct Curve {
    bits: usize,
    name: &'static str,
    nist: Option<&'static str>,
}

fn curve(algorithm: &Algorithm) -> Option<Curve> {
    let (bits, name, nist) = match algorithm {
        Algorithm::EcdsaP256 => (256, "prime256v1", Some("P-256")),
        Algorithm::EcdsaP384 => (384, "secp384r1", Some("P-384")),
        Algorithm::EcdsaP521 => (521, "secp521r1", Some("P-521")),
        Algorithm::Secp256k1 => (256, "secp256k1", None),
        _ => return None,
    };
    Some(Curve { bits, name, nist })
}

impl Curve {
    fn finish(&self, key: &PublicKey, text: &mut String) {
        octets("pub:", key.subject_public_key(), text);
        text.push_str(&format!("ASN1 OID: {}\n", self.name));
        if let Some(nist) = self.nist {
            text.push_str(&format!("NIST CURVE: {nist}\n"));
        }
    }
}

fn edwards(algorithm: &Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Ed25519 => Some("ED25519"),
        Algorithm::Ed448 => Some("ED448"),
        Algorithm::X25519 => Some("X25519"),
        Algorithm::X448 => Some("X448"),
        _ => None,
    }
}

/// A positive number: in decimal where it fits in 64 bits, else in octets, with a zero before a first bit that is set.
fn number(label: &str, value: &[u8], text: &mut String) {
    let zeros = value.iter().take_while(|octet| **octet == 0).count();
    let significant = value.get(zeros..).unwrap_or_default();
    if significant.len() <= 8 {
        let value = significant.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet));
        text.push_str(&format!("{label} {value} ({value:#x})\n"));
    } else if significant.first().is_some_and(|first| *first >= 0x80) {
        octets(label, &Zeroizing::new([&[0], significant].concat()), text);
    } else {
        octets(label, significant, text);
    }
}

/// The octets, fifteen on a line.
fn octets(label: &str, octets: &[u8], text: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push_str(label);
    text.push('\n');
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
    let last = octets.len().saturating_sub(1);
    for (index, octet) in octets.iter().enumerate() {
        if index % 15 == 0 {
            text.push_str("    ");
        }
        text.extend([digit(octet >> 4), digit(octet & 0xf)]);
        match index {
            index if index == last => text.push('\n'),
            index if index % 15 == 14 => text.push_str(":\n"),
            _ => text.push(':'),
        }
    }
}
