//! What OpenSSL refuses to load for its security level: nothing is sent, and curl calls the file unreadable.

use crate::certificate::{Certificate, SignatureAlgorithm};
use crate::finding::{Finding, Severity};
use crate::key::Algorithm;
use crate::truststore::Rules;

/// `ssl_security_cert` in OpenSSL's `ssl/t1_lib.c` looks at every certificate of a file that is loaded.
const LEVEL: &str =
    "SSL_CTX_set_security_level(3); measured: curl 7.88 with OpenSSL 3.0 of Debian, at level 2";

/// What TLS 1.3 has.
const SCHEMES: &str = "RFC 8446 section 4.2.3; measured: curl 7.88 with OpenSSL 3.0";

/// The rules of findings about strength.
const SMALL: &str = "certificate-key-small";
const WEAK: &str = "certificate-digest-weak";
pub(super) const UNUSABLE: &str = "certificate-key-unusable";

/// Whether OpenSSL loads the certificate.
pub(super) fn suffices(certificate: &Certificate) -> bool {
    faults(certificate).is_empty()
}

/// Whether a finding is about strength.
pub(super) fn is_about(finding: &Finding) -> bool {
    [SMALL, WEAK, UNUSABLE].contains(&finding.rule)
}

/// Why OpenSSL does not load the certificate.
pub(super) fn faults(certificate: &Certificate) -> Vec<Finding> {
    let Some(openssl) = Rules::for_target("openssl") else { return Vec::new() };
    let key = openssl.refuses_length(certificate.public_key().algorithm()).then(|| (SMALL, key(certificate)));
    let digest = is_weak(certificate, &openssl).then(|| (WEAK, digest(certificate)));
    let finding = |(rule, message)| Finding::new(rule, Severity::Error, LEVEL, message);
    key.into_iter().chain(digest).map(finding).collect()
}

/// Why a client's certificate that OpenSSL loads is of no use in TLS, which has names for a few kinds of signatures only.
pub(super) fn unusable(client: &Certificate) -> Option<Finding> {
    let algorithm = client.public_key().algorithm();
    let why = match algorithm {
        Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } | Algorithm::Ed25519 | Algorithm::Ed448 => {
            return None;
        }
        Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521 => return None,
        _ if faults(client).iter().any(|fault| fault.rule == SMALL) => return None,
        Algorithm::Dsa => {
            "TLS 1.3 has no signatures of DSA: curl sends no certificate (`certificate required`), unless it is kept to \
             TLS 1.2 (--tls-max 1.2)"
        }
        Algorithm::Secp256k1 | Algorithm::EcOther(_) | Algorithm::EcExplicit => {
            "TLS signs on P-256, P-384 and P-521: curl sends no certificate (`certificate required`), and up to TLS 1.2 \
             the other side refuses it (`illegal parameter`)"
        }
        _ => "it signs nothing in TLS",
    };
    let message = format!(
        "the key of {} is {algorithm}, and {why}. Make a key on P-256, or of RSA, and have it certified",
        client.subject()
    );
    Some(Finding::new(UNUSABLE, Severity::Error, SCHEMES, message))
}

/// Whether OpenSSL refuses the digest. That of a certificate which names its own key as the signer it does not look at.
fn is_weak(certificate: &Certificate, openssl: &Rules) -> bool {
    let signer = certificate.authority_key_id().and_then(|signer| signer.key_id.as_deref());
    let own = certificate.is_self_issued() && (signer.is_none() || signer == certificate.subject_key_id());
    let algorithm = certificate.signature_algorithm();
    !own && (openssl.refuses_digest(&algorithm) || is_unrated(&algorithm))
}

/// ECDSA with SHA3-224 to SHA3-512 (2.16.840.1.101.3.4.3.9 to 12), RSA with SHA-512/224 and SHA-512/256 (RFC 8017
/// appendix C).
const UNRATED: [&[u8]; 6] = [
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 9],
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 10],
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 11],
    &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 12],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 15],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 16],
];

/// Digests that are strong enough, and of which OpenSSL 3.0 does not know it in such a signature.
fn is_unrated(algorithm: &SignatureAlgorithm) -> bool {
    algorithm.oid().is_some_and(|oid| UNRATED.contains(&oid.content()))
}

fn key(certificate: &Certificate) -> String {
    let (name, algorithm) = (certificate.subject(), certificate.public_key().algorithm());
    let (words, mend) = if !certificate.is_authority() {
        ("ee key too small", "make a new one, and have it certified")
    } else if certificate.is_self_issued() {
        (
            "ca key too small",
            "leave it out, since nobody needs to be sent a root; better, renew it with a larger one",
        )
    } else {
        ("ca key too small", "have the client certified by an authority with a larger one")
    };
    format!("the key of {name}, {algorithm}, is too small for OpenSSL (`{words}`): {mend}")
}

fn digest(certificate: &Certificate) -> String {
    let algorithm = certificate.signature_algorithm();
    let why = if is_unrated(&algorithm) {
        "which OpenSSL 3.0 cannot rate, and so does not load"
    } else {
        "whose digest is too weak for OpenSSL"
    };
    format!(
        "{} is signed by {algorithm}, {why} (`ca md too weak`): have it certified anew, with SHA-256",
        certificate.subject()
    )
}
