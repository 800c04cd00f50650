//! Keys that must not be certified.

use super::registry::Rule;
use super::{Subject, error, when};
use crate::der::{self, tag};
use crate::key::{Algorithm, Weakness};

pub(super) const RULES: &[Rule] = &[
    error(
        "rsa-key-size",
        "CA/B Baseline Requirements 6.1.5",
        "RSA keys have at least 2048 bits, in whole octets.",
        rsa_key_size,
    ),
    error("rsa-exponent", "RFC 8017 section 3.1", "The RSA exponent is odd and above 1.", rsa_exponent),
    error(
        "rsa-exponent-small",
        "CA/B Baseline Requirements 6.1.6",
        "The RSA exponent is at least 65537.",
        rsa_exponent_small,
    )
    .warns_of_foreign(),
    error(
        "rsa-encoding",
        "RFC 8017 appendix A.1.1; X.690 section 8.3",
        "The modulus and the exponent of an RSA key are positive, and as short as DER has them.",
        rsa_encoding,
    ),
    error(
        "rsa-small-factor",
        "CA/B Baseline Requirements 6.1.6",
        "The RSA modulus has no small factor.",
        rsa_small_factor,
    ),
    error(
        "rsa-roca",
        "CVE-2017-15361; CA/B Baseline Requirements 6.1.1.3",
        "The RSA key was not made by the smart card library whose keys can be factored.",
        rsa_roca,
    ),
    error(
        "rsa-close-primes",
        "CVE-2022-26320; CA/B Baseline Requirements 6.1.1.3",
        "The primes of the RSA key cannot be found in 100 rounds of Fermat's method.",
        rsa_close_primes,
    ),
    error(
        "key-parameters",
        "RFC 3279 section 2.3.1; RFC 8410 section 3",
        "The algorithm of an RSA key has the parameter NULL, that of Ed25519, Ed448, X25519 and X448 none.",
        key_parameters,
    )
    .warns_of_foreign(),
    error(
        "ec-curve-named",
        "RFC 5480 section 2.1.1",
        "An EC key names its curve instead of giving its numbers.",
        ec_curve_named,
    ),
    error("ec-point-valid", "RFC 5480 section 2.2", "An EC key is a point on its curve.", ec_point_valid),
    error(
        "issuer-key-reused",
        "practice: an authority's key signs certificates only",
        "The key is not one of the authorities above.",
        issuer_key_reused,
    ),
];

fn rsa_key_size(subject: &Subject<'_>) -> Option<String> {
    match subject.certificate.public_key().algorithm() {
        Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } => {
            when(*bits < 2048 || bits % 8 != 0, || format!("the RSA key has {bits} bits, 2048 are the least"))
        }
        _ => None,
    }
}

fn has(subject: &Subject<'_>, weakness: &Weakness, message: &str) -> Option<String> {
    when(subject.weaknesses().contains(weakness), || message.to_owned())
}

fn rsa_exponent(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::ExponentUnusable, "the RSA exponent is even, or 1")
}

fn rsa_exponent_small(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::ExponentSmall, "the RSA exponent is below 65537")
}

/// Some programs read such a key, others refuse it.
fn rsa_encoding(subject: &Subject<'_>) -> Option<String> {
    let reason = subject.certificate.public_key().irregularity()?;
    Some(format!("the RSA key is no DER: {reason}"))
}

fn rsa_small_factor(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::SmallFactor, "the RSA modulus has a prime factor of at most 167")
}

fn rsa_roca(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::Roca, "the RSA key has the fingerprint of ROCA: its factors can be computed")
}

fn rsa_close_primes(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::ClosePrimes, "the primes of the RSA key are so close that they can be computed")
}

fn key_parameters(subject: &Subject<'_>) -> Option<String> {
    let key = subject.certificate.public_key();
    let fields = der::children("a public key", tag::SEQUENCE, key.spki_der()).ok()?;
    let identifier = der::elements("an algorithm", fields.first()?.contents).ok()?;
    let parameter = identifier.get(1).map(|parameter| parameter.raw);
    let expected: Option<&[u8]> = match key.algorithm() {
        Algorithm::Rsa { .. } => Some(&[tag::NULL, 0]),
        Algorithm::Ed25519 | Algorithm::Ed448 | Algorithm::X25519 | Algorithm::X448 => None,
        _ => parameter,
    };
    when(parameter != expected, || {
        format!("the algorithm of a key of the kind {} has wrong parameters", key.algorithm())
    })
}

fn ec_curve_named(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::CurveUnnamed, "the EC key gives its curve by numbers")
}

fn ec_point_valid(subject: &Subject<'_>) -> Option<String> {
    has(subject, &Weakness::PointOffCurve, "the EC key is no point on its curve")
}

/// Self-issued certificates carry an authority's key on purpose: roots, and links between old and new keys.
fn issuer_key_reused(subject: &Subject<'_>) -> Option<String> {
    let key = subject.certificate.public_key();
    let owner = subject.ancestors.iter().find(|issuer| issuer.public_key().is_same_key(key))?;
    when(!subject.certificate.is_self_issued() || !subject.certificate.is_authority(), || {
        format!("the key is that of {}", owner.subject())
    })
}
