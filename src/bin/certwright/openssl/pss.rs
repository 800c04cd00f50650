//! What an RSA-PSS key restricts its signatures to (RFC 4055 section 3.1), in the lines of OpenSSL 3.

use certwright::{Algorithm, PublicKey};

use super::element::{Element, INTEGER, OID, SEQUENCE, explicit};

/// RFC 4055 section 3.1: what is meant where nothing is said.
const SHA1: &str = "SHA1";
const SALT: u64 = 20;
const TRAILER: u64 = 1;

/// Nothing for a key that is not limited to PSS; none where the parameters are not understood.
pub(super) fn restrictions(key: &PublicKey, text: &mut String) -> Option<()> {
    if !matches!(key.algorithm(), Algorithm::RsaPss { .. }) {
        return Some(());
    }
    let Some(parameters) = Element::read(key.spki_der(), SEQUENCE)?.inside(SEQUENCE)?.inside(SEQUENCE) else {
        text.push_str("No PSS parameter restrictions\n");
        return Some(());
    };
    let hash = parameters.inside(explicit(0)).map_or(Some(SHA1), |field| digest(field.inside(SEQUENCE)?))?;
    let mask = parameters.inside(explicit(1));
    let mask = mask.map_or(Some(SHA1), |field| digest(field.inside(SEQUENCE)?.inside(SEQUENCE)?))?;
    let number = |tag, otherwise| parameters.inside(tag).map_or(Some(otherwise), |field| small(&field));
    let (salt, trailer) = (number(explicit(2), SALT)?, number(explicit(3), TRAILER)?);
    let default = |is_default: bool| if is_default { " (default)" } else { "" };
    text.push_str(&format!(
        "PSS parameter restrictions:\n  Hash Algorithm: {hash}{}\n  Mask Algorithm: MGF1 with {mask}{}\n  \
         Minimum Salt Length: {salt}{}\n  Trailer Field: {trailer:#x}{}\n",
        default(hash == SHA1),
        default(mask == SHA1),
        default(salt == SALT),
        default(trailer == TRAILER),
    ));
    Some(())
}

/// The name that OpenSSL has for the hash of an AlgorithmIdentifier.
fn digest(algorithm: Element<'_>) -> Option<&'static str> {
    const SHA2: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
    let oid = algorithm.find(OID)?;
    match (oid, oid.strip_prefix(SHA2)) {
        ([0x2b, 14, 3, 2, 26], _) => Some(SHA1),
        (_, Some([1])) => Some("SHA2-256"),
        (_, Some([2])) => Some("SHA2-384"),
        (_, Some([3])) => Some("SHA2-512"),
        (_, Some([4])) => Some("SHA2-224"),
        (_, Some([5])) => Some("SHA2-512/224"),
        (_, Some([6])) => Some("SHA2-512/256"),
        _ => None,
    }
}

fn small(field: &Element<'_>) -> Option<u64> {
    let octets = field.find(INTEGER).filter(|octets| octets.len() <= 7)?;
    Some(octets.iter().fold(0, |value, octet| value << 8 | u64::from(*octet)))
}
