//! Whether a certificate carries the name that is expected (RFC 9525).

use crate::certificate::{Certificate, GeneralName};
use crate::finding::Finding;
use crate::name::{AltName, dns_fault};

use super::{Verifier, rules};

pub(super) fn fault(verifier: &Verifier<'_>, certificate: &Certificate) -> Option<Finding> {
    let missing = verifier.names.iter().find(|name| !carries(certificate, name))?;
    let found: Vec<_> = certificate.alt_names().iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { "no alternative name".to_owned() } else { found.join(", ") };
    Some(rules::NAME.broken(format!("{missing} was expected, {} has {found}", certificate.subject())))
}

/// The common name is never looked at (RFC 9525 section 2).
fn carries(certificate: &Certificate, expected: &AltName) -> bool {
    certificate.alt_names().iter().any(|name| match (expected, name) {
        (AltName::Dns(expected), GeneralName::Dns(name)) => dns(expected.as_str(), name),
        (AltName::Ip(expected), name @ GeneralName::Ip(_)) => name.ip() == Some(*expected),
        (AltName::Email(expected), GeneralName::Email(name)) => email(expected.as_str(), name),
        (AltName::Uri(expected), GeneralName::Uri(name)) => expected.as_str() == name,
        _ => false,
    })
}

/// A wildcard is the whole leftmost label, stands for exactly one, and never for a whole top-level domain.
fn dns(expected: &str, name: &str) -> bool {
    if dns_fault(name).is_some() {
        return false;
    }
    let below = |base: &str| {
        let parent = expected.split_once('.').map(|(_, parent)| parent);
        base.contains('.') && parent.is_some_and(|parent| parent.eq_ignore_ascii_case(base))
    };
    expected.eq_ignore_ascii_case(name) || name.strip_prefix("*.").is_some_and(below)
}

/// The local part counts byte for byte, the host whatever its case (RFC 5280 section 7.5).
fn email(expected: &str, name: &str) -> bool {
    match (expected.rsplit_once('@'), name.rsplit_once('@')) {
        (Some((local, host)), Some((other, host_of_other))) => {
            local == other && host.eq_ignore_ascii_case(host_of_other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_whole_label() {
        for (expected, name, matches) in [
            ("a.example.com", "*.example.com", true),
            ("A.EXAMPLE.com", "*.example.com", true),
            ("a.b.example.com", "*.example.com", false),
            ("example.com", "*.example.com", false),
            ("a.example.com", "a*.example.com", false),
            ("example.com", "*.com", false),
            ("*.example.com", "*.example.com", true),
            ("a.example.com", "a.example.com.", false),
        ] {
            assert_eq!(dns(expected, name), matches, "{expected} against {name}");
        }
    }

    #[test]
    fn only_the_host_of_a_mailbox_ignores_case() {
        assert!(email("a@example.com", "a@EXAMPLE.com"));
        assert!(!email("a@example.com", "A@example.com"));
    }
}
