//! What readers themselves write for a broken rule: by it the cause is found.

use crate::certificate::Certificate;
use crate::chain::Rejected;
use crate::timestamp::Timestamp;

use super::one_way;
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

/// The same for a client that is not meant to be one.
pub(super) fn of_purpose(rules: &Rules) -> Option<(&'static str, &'static str)> {
    match rules.target {
        "nginx" | "haproxy" | "openssl" => Some((rules.target, WRONG_PURPOSE)),
        "none" => Some(("OpenSSL", WRONG_PURPOSE)),
        "rustls" => Some((rules.target, "InvalidPurpose")),
        _ => None,
    }
}

const WRONG_PURPOSE: &str = "26: unsuitable certificate purpose";

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
        "purpose" | "purpose-nested" | "key-usage-fits-purpose" => WRONG_PURPOSE,
        "signature-digest-strong" => "68: CA signature digest algorithm too weak",
        "signature-verifies" if is_kept_apart(path) => "20: unable to get local issuer certificate",
        "signature-verifies" => "7: certificate signature failure",
        "not-revoked" => "23: certificate revoked",
        "revocation-known" => "3: unable to get certificate CRL, or 12: CRL has expired",
        "path-length" => "25: path length constraint exceeded",
        "issuer-is-authority" | "issuer-signs-certificates" => "79: invalid CA certificate",
        "critical-extension-known" => "34: unhandled critical extension",
        "name-constraints" => "47: permitted subtree violation, or 48: excluded subtree violation",
        _ => return None,
    })
}

/// The alert that OpenSSL sends for what is broken (`ssl_x509err2alert`), as curl shows it.
pub(super) fn alert(rejected: &Rejected, at: Timestamp) -> Option<&'static str> {
    let path = rejected.attempts.first().map(|attempt| attempt.path.as_slice()).unwrap_or_default();
    Some(match rejected.rule() {
        "valid-at-the-time" if path.last().is_some_and(|last| at < last.window().not_before) => {
            "bad certificate"
        }
        "signature-verifies" if is_kept_apart(path) => "unknown ca",
        "signature-verifies" => "decrypt error",
        "signature-digest-strong" => "bad certificate",
        "issuer-known"
        | "issuer-is-authority"
        | "issuer-signs-certificates"
        | "path-length"
        | "revocation-known" => "unknown ca",
        "critical-extension-known" | "extension-readable" | "name-constraints" | "certificate-policies" => {
            "certificate unknown"
        }
        rule => alert_of(explained_as(rule))?,
    })
}

/// The alert for the rule of a prediction.
pub(super) fn alert_of(rule: &str) -> Option<&'static str> {
    match rule {
        "client-chain-length" => Some("unknown ca"),
        "client-validity" => Some("certificate expired"),
        "client-revocation" => Some("certificate revoked"),
        "client-purpose" => Some("unsupported certificate"),
        "client-key" | "client-signature" => Some("bad certificate"),
        _ => None,
    }
}

/// The rule of predictions under which a broken rule of a path is told.
pub(super) fn explained_as(rule: &str) -> &'static str {
    match rule {
        "valid-at-the-time" => "client-validity",
        "path-depth" => "client-chain-length",
        "purpose" | "purpose-nested" | "key-usage-fits-purpose" => "client-purpose",
        "signature-digest-strong" => "client-signature",
        "not-revoked" | "revocation-known" => "client-revocation",
        _ => "client-chain",
    }
}

/// Whether the key identifiers keep OpenSSL from taking the last of a path for the issuer of the one below it.
fn is_kept_apart(path: &[Certificate]) -> bool {
    match path {
        [.., child, issuer] => !one_way::may_issue(issuer, child),
        _ => false,
    }
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
