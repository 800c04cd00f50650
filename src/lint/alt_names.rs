//! Alternative names: their syntax, and that hosts are named there.

use std::collections::BTreeSet;

use super::registry::Rule;
use super::{Subject, error, warning, when};
use crate::certificate::{ExtendedKeyUsage, GeneralName};
use crate::name::constraints::uri_host;
use crate::name::{dns_fault, uri_fault};

pub(super) const RULES: &[Rule] = &[
    error(
        "alt-name-syntax",
        "RFC 5280 section 4.2.1.6; RFC 1034 section 3.5",
        "DNS names are letters, digits and hyphens in labels of at most 63, with a wildcard as whole leftmost label only; \
         addresses have 4 or 16 octets; mailboxes and URIs have the syntax of theirs.",
        alt_name_syntax,
    ),
    error(
        "leaf-has-a-name",
        "RFC 5280 section 4.1.2.6",
        "A certificate has a subject or an alternative name.",
        leaf_has_a_name,
    ),
    warning(
        "host-only-in-common-name",
        "RFC 6125 section 6.4.4",
        "A host that is the common name is an alternative name too.",
        host_only_in_common_name,
    ),
    warning(
        "server-names-no-host",
        "RFC 9525 section 6",
        "A server's certificate has a DNS name or an IP address.",
        server_names_no_host,
    ),
    warning(
        "mailbox-only-in-subject",
        "RFC 5280 section 4.1.2.6",
        "A mailbox in the subject is an alternative name too.",
        mailbox_only_in_subject,
    ),
    warning(
        "uri-host-qualified",
        "RFC 5280 section 4.2.1.6",
        "The host of a URI is fully qualified, or an address.",
        uri_host_qualified,
    ),
];

fn alt_name_syntax(subject: &Subject<'_>) -> Option<String> {
    subject
        .certificate
        .alt_names()
        .iter()
        .find_map(|name| name.fault().map(|reason| format!("{name}: {reason}")))
}

fn leaf_has_a_name(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    let nameless = certificate.subject().is_empty() && certificate.alt_names().is_empty();
    // An authority needs a subject, by a rule of its own.
    when(nameless && !certificate.is_authority(), || {
        "the certificate names nobody: no subject and no alternative name".to_owned()
    })
}

fn host_only_in_common_name(subject: &Subject<'_>) -> Option<String> {
    if subject.certificate.is_authority() {
        return None;
    }
    let hosts = subject.certificate.alt_names().iter().filter_map(|name| match name {
        GeneralName::Dns(name) => Some(name.to_ascii_lowercase()),
        _ => None,
    });
    let hosts: BTreeSet<_> = hosts.collect();
    let in_alt_names = |host: &str| hosts.contains(&host.to_ascii_lowercase());
    let stray = |cn: &&str| cn.contains('.') && dns_fault(cn).is_none() && !in_alt_names(cn);
    let host = subject.values("CN").find(stray)?;
    Some(format!("{host} is a host name in the common name only, where readers no longer look"))
}

fn server_names_no_host(subject: &Subject<'_>) -> Option<String> {
    let certificate = subject.certificate;
    let server = certificate.extended_key_usage()?.contains(&ExtendedKeyUsage::ServerAuth);
    let hosts = certificate.alt_names().iter().any(|n| matches!(n, GeneralName::Dns(_) | GeneralName::Ip(_)));
    when(server && !certificate.is_authority() && !hosts, || {
        "a server's certificate has no DNS name and no IP address".to_owned()
    })
}

fn mailbox_only_in_subject(subject: &Subject<'_>) -> Option<String> {
    let listed = |mailbox: &&str| {
        let is_it = |name: &GeneralName| matches!(name, GeneralName::Email(other) if other == mailbox);
        subject.certificate.alt_names().iter().any(is_it)
    };
    let stray = subject.values("emailAddress").find(|mailbox| !listed(mailbox))?;
    Some(format!("{stray:?} is a mailbox in the subject only, where readers no longer look"))
}

/// A host without a dot means something else on every network.
fn uri_host_qualified(subject: &Subject<'_>) -> Option<String> {
    let unqualified = |name: &&GeneralName| match name {
        GeneralName::Uri(text) => {
            uri_fault(text).is_none() && uri_host(text).is_some_and(|host| !host.contains('.'))
        }
        _ => false,
    };
    let name = subject.certificate.alt_names().iter().find(unqualified)?;
    Some(format!("the host of {name} is not fully qualified"))
}
