//! What readers themselves write for a broken rule: by it the cause is found.

use crate::certificate::Certificate;
use crate::chain::Rejected;
use crate::timestamp::Timestamp;

use super::rules::Rules;

/// Who says it, and what, where that is known. Where no reader is named, what OpenSSL says, which most are built on.
pub(super) fn of(
    rules: &Rules,
    rejected: &Rejected,
    store: &[Certificate],
    at: Timestamp,
) -> Option<(&'static str, &'static str)> {
    let rule = rejected.rule();
    match rules.target {
        "nginx" | "haproxy" | "openssl" => Some((rules.target, openssl(rejected, store, at)?)),
        "none" => Some(("OpenSSL", openssl(rejected, store, at)?)),
        "api-gateway" => Some(("api-gateway", api_gateway(rule)?)),
        "rustls" => Some(("rustls", rustls(rule)?)),
        _ => None,
    }
}

/// The number of X509_STORE_CTX_get_error(3) and its text. nginx and curl show the text alone.
fn openssl(rejected: &Rejected, store: &[Certificate], at: Timestamp) -> Option<&'static str> {
    let path = rejected.attempts.first().map(|attempt| attempt.path.as_slice())?;
    let end = path.last()?;
    Some(match rejected.rule() {
        "issuer-known" => match (path, end.is_self_issued()) {
            ([_], true) => "18: self-signed certificate",
            (_, true) => "19: self-signed certificate in certificate chain",
            _ if store.contains(end) => "2: unable to get issuer certificate",
            ([_], false) => {
                "20: unable to get local issuer certificate, or 21: unable to verify the first certificate"
            }
            _ => "20: unable to get local issuer certificate",
        },
        // What lies beyond the depth is not looked for, as if it were not there.
        "path-depth" => {
            "2: unable to get issuer certificate, 20: unable to get local issuer certificate, or 21: unable to \
             verify the first certificate; 22: certificate chain too long"
        }
        "valid-at-the-time" if at < end.window().not_before => "9: certificate is not yet valid",
        "valid-at-the-time" => "10: certificate has expired",
        "purpose" | "purpose-nested" => "26: unsuitable certificate purpose",
        "signature-digest-strong" => "68: CA signature digest algorithm too weak",
        "signature-verifies" => {
            "7: certificate signature failure, or 20: unable to get local issuer certificate"
        }
        "not-revoked" => "23: certificate revoked",
        "revocation-known" => "3: unable to get certificate CRL, or 12: CRL has expired",
        "path-length" => "25: path length constraint exceeded",
        "issuer-is-authority" => "79: invalid CA certificate",
        "name-constraints" => "47: permitted subtree violation, or 48: excluded subtree violation",
        _ => return None,
    })
}

/// In the access log as $context.identity or in the warnings of the domain name.
fn api_gateway(rule: &str) -> Option<&'static str> {
    match rule {
        "issuer-known" | "signature-verifies" | "path-depth" => Some("Could not find issuer for certificate"),
        // Unverified.
        "signature-digest-strong" => Some("Client cert using an insecure Signature Algorithm"),
        _ => None,
    }
}

fn rustls(rule: &str) -> Option<&'static str> {
    match rule {
        "issuer-known" | "signature-verifies" => Some("UnknownIssuer"),
        "valid-at-the-time" => Some("Expired, or NotValidYet"),
        "path-depth" => Some("MaximumPathDepthExceeded"),
        "purpose" | "purpose-nested" => Some("InvalidPurpose"),
        "name-constraints" => Some("NameConstraintViolation"),
        "not-revoked" => Some("Revoked"),
        "revocation-known" => Some("UnknownRevocationStatus"),
        _ => None,
    }
}
