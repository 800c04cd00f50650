//! What OpenSSL refuses to load for its security level: nothing is sent, and curl calls the file unreadable.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::finding::{Finding, Severity};
use crate::truststore::Rules;

/// `ssl_security_cert` in OpenSSL's `ssl/t1_lib.c` looks at every certificate of a file that is loaded.
const LEVEL: &str =
    "SSL_CTX_set_security_level(3); measured: curl 7.88 with OpenSSL 3.0 of Debian, at level 2";

/// The rules of findings about strength.
const RULES: [&str; 2] = ["certificate-key-small", "certificate-digest-weak"];

/// Whether OpenSSL loads the certificate.
pub(super) fn suffices(certificate: &Certificate) -> bool {
    faults(certificate).is_empty()
}

/// Whether a finding is about strength.
pub(super) fn is_about(finding: &Finding) -> bool {
    RULES.contains(&finding.rule)
}

/// Why OpenSSL does not load the certificate.
pub(super) fn faults(certificate: &Certificate) -> Vec<Finding> {
    let Some(openssl) = Rules::for_target("openssl") else { return Vec::new() };
    let [small, weak] = RULES;
    let key = openssl.refuses_length(certificate.public_key().algorithm()).then(|| (small, key(certificate)));
    let digest = is_weak(certificate, &openssl).then(|| (weak, digest(certificate)));
    let finding = |(rule, message)| Finding::new(rule, Severity::Error, LEVEL, message);
    key.into_iter().chain(digest).map(finding).collect()
}

/// Whether OpenSSL refuses the digest. That of a certificate which names its own key as the signer it does not look at.
fn is_weak(certificate: &Certificate, openssl: &Rules) -> bool {
    let signer = certificate.authority_key_id().and_then(|signer| signer.key_id.as_deref());
    let own = certificate.is_self_issued() && (signer.is_none() || signer == certificate.subject_key_id());
    !own && openssl.refuses_digest(&certificate.signature_algorithm())
}

/// Whether a certificate with a weak digest has an issuer of the right name among these: certwright, too, does not
/// verify all of these signatures, and there is nothing more to say about them.
pub(super) fn explains(presented: &[Certificate], known: &[Certificate]) -> bool {
    let Some(openssl) = Rules::for_target("openssl") else { return false };
    let known: HashSet<_> = known.iter().map(|issuer| issuer.subject().canonical()).collect();
    let mut weak = presented.iter().filter(|certificate| is_weak(certificate, &openssl));
    weak.any(|weak| known.contains(&weak.issuer().canonical()))
}

fn key(certificate: &Certificate) -> String {
    let (name, algorithm) = (certificate.subject(), certificate.public_key().algorithm());
    let (words, mend) = match certificate.is_authority() {
        true if certificate.is_self_issued() => (
            "ca key too small",
            "leave it out, since nobody needs to be sent a root; better, renew it with a larger one",
        ),
        true => ("ca key too small", "have the client certified by an authority with a larger one"),
        false => ("ee key too small", "make a new one, and have it certified"),
    };
    format!("the key of {name}, {algorithm}, is too small for OpenSSL (`{words}`): {mend}")
}

fn digest(certificate: &Certificate) -> String {
    format!(
        "{} is signed by {}, whose digest is too weak for OpenSSL (`ca md too weak`): have it certified anew, with SHA-256",
        certificate.subject(),
        certificate.signature_algorithm()
    )
}
