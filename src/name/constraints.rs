//! Whether names lie in the subtrees of name constraints (RFC 5280 section 4.2.1.10).
//!
//! A constraint or a name that cannot be judged is an error with its reason: whoever asks has to refuse then.

use super::subject::Subject;

/// The answer, or why there is none.
pub(crate) type Inside = Result<bool, &'static str>;

/// Whether a DNS name lies in the subtree: the base, with any number of labels before it.
///
/// A wildcard lies inside where all that it stands for does.
pub(crate) fn dns_inside(base: &str, name: &str) -> Inside {
    dns_base(base)?;
    dns_name(name)?;
    Ok(ends_in_labels(name, base))
}

/// As [`dns_inside`], and also where a wildcard may stand for a name in the subtree: what an exclusion needs.
pub(crate) fn dns_touches(base: &str, name: &str) -> Inside {
    if dns_inside(base, name)? {
        return Ok(true);
    }
    // `*.example.com` stands for `bar.example.com`: its base is what follows the first label of the subtree.
    let stands_for = name.strip_prefix("*.").zip(base.split_once('.'));
    Ok(stands_for.is_some_and(|(wild, (_, parent))| wild.eq_ignore_ascii_case(parent)))
}

fn ends_in_labels(name: &str, base: &str) -> bool {
    if base.is_empty() {
        return true;
    }
    let Some(cut) = name.len().checked_sub(base.len()) else { return false };
    let (Some(head), Some(tail)) = (name.get(..cut), name.get(cut..)) else { return false };
    tail.eq_ignore_ascii_case(base) && (head.is_empty() || head.ends_with('.'))
}

fn dns_base(base: &str) -> Result<(), &'static str> {
    // RFC 5280 gives a leading dot a meaning for hosts of mailboxes and URIs, not for DNS names.
    match base {
        "" => Ok(()),
        base => labels(base).then_some(()).ok_or("a DNS constraint is a DNS name, without a leading dot"),
    }
}

fn dns_name(name: &str) -> Result<(), &'static str> {
    let host = name.strip_prefix("*.").unwrap_or(name);
    labels(host).then_some(()).ok_or("a DNS name is malformed")
}

/// Letters, digits, hyphens, and the underscore that is forbidden and met.
fn labels(host: &str) -> bool {
    let fit = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    host.len() <= 253 && host.split('.').all(fit)
}

/// Whether an address lies in the range: as many octets of address as of mask.
pub(crate) fn ip_inside(range: &[u8], address: &[u8]) -> Inside {
    let (base, mask) = match range.len() {
        8 => range.split_at_checked(4),
        32 => range.split_at_checked(16),
        _ => None,
    }
    .ok_or("an IP constraint has 8 or 32 octets")?;
    if !is_prefix(mask) {
        return Err("the mask of an IP constraint has holes");
    }
    if !matches!(address.len(), 4 | 16) {
        return Err("an IP address has 4 or 16 octets");
    }
    let same = || base.iter().zip(mask).zip(address).all(|((b, m), a)| b & m == a & m);
    Ok(address.len() == base.len() && same())
}

/// Ones, then zeros (RFC 4632).
fn is_prefix(mask: &[u8]) -> bool {
    let rest: Vec<_> = mask.iter().skip_while(|octet| **octet == 0xff).collect();
    rest.iter().enumerate().all(|(index, octet)| match index {
        0 => octet.leading_ones().saturating_add(octet.trailing_zeros()) == 8,
        _ => **octet == 0,
    })
}

/// Whether a mailbox lies in the subtree: that mailbox, any of that host, or any of the hosts below a dot.
pub(crate) fn email_inside(base: &str, address: &str) -> Inside {
    let (local, host) = mailbox(address).ok_or("an e-mail address is malformed")?;
    match mailbox(base) {
        Some((base_local, base_host)) => Ok(local == base_local && host.eq_ignore_ascii_case(base_host)),
        None => host_inside(base, host),
    }
}

fn mailbox(text: &str) -> Option<(&str, &str)> {
    let (local, host) = text.split_once('@')?;
    let plain = local.bytes().all(|b| b.is_ascii_graphic());
    (plain && !local.is_empty() && local.len() <= 64 && labels(host)).then_some((local, host))
}

/// Whether the host of a URI lies in the subtree. A URI without a host name cannot lie in any.
pub(crate) fn uri_inside(base: &str, uri: &str) -> Inside {
    let host = uri_host(uri).ok_or("a URI has no host name for the URI constraint")?;
    host_inside(base, host)
}

/// The host of a URI, where it has one and it is a name.
pub(crate) fn uri_host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?;
    // The last label of a host name is never a number: that would be an address.
    let numeric = host.rsplit('.').next()?.bytes().all(|b| b.is_ascii_digit());
    (labels(host) && !numeric).then_some(host)
}

/// `host` is that host alone, `.host` any host below it.
fn host_inside(base: &str, host: &str) -> Inside {
    match base.strip_prefix('.') {
        Some(parent) if labels(parent) => Ok(host.len() != parent.len() && ends_in_labels(host, parent)),
        None if base.is_empty() => Ok(true),
        None if labels(base) => Ok(host.eq_ignore_ascii_case(base)),
        _ => Err("the host of a constraint is malformed"),
    }
}

/// Whether a distinguished name begins with the RDNs of the base.
pub(crate) fn directory_inside(base: &Subject, name: &Subject) -> bool {
    name.canonical_rdns().starts_with(&base.canonical_rdns())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_subtrees_end_at_labels() {
        for (base, name, inside) in [
            ("example.com", "example.com", true),
            ("example.com", "A.b.Example.com", true),
            ("example.com", "badexample.com", false),
            ("example.com", "com", false),
            ("example.com", "*.example.com", true),
            ("foo.example.com", "*.example.com", false),
            ("", "anything.test", true),
            ("my_host-1.test", "a.my_host-1.test", true),
        ] {
            assert_eq!(dns_inside(base, name), Ok(inside), "{name} in {base}");
        }
        for (base, name) in [(".example.com", "a.example.com"), ("*.a", "b.a"), ("a", "b..a"), ("a", "b@c")] {
            assert!(dns_inside(base, name).is_err(), "{name} in {base}");
        }
    }

    #[test]
    fn a_wildcard_touches_what_it_may_stand_for() {
        assert_eq!(dns_touches("bar.example.com", "*.example.com"), Ok(true));
        assert_eq!(dns_touches("a.bar.example.com", "*.example.com"), Ok(false));
        assert_eq!(dns_touches("bar.example.com", "foo.example.com"), Ok(false));
    }

    #[test]
    fn ranges_of_addresses_have_prefixes() {
        let range = [192, 0, 2, 0, 255, 255, 255, 0];
        assert_eq!(ip_inside(&range, &[192, 0, 2, 200]), Ok(true));
        assert_eq!(ip_inside(&range, &[192, 0, 3, 1]), Ok(false));
        assert_eq!(ip_inside(&range, &[0; 16]), Ok(false));
        assert!(ip_inside(&[192, 0, 2, 0, 255, 0, 255, 0], &[192, 0, 2, 1]).is_err());
        assert!(ip_inside(&[192, 0, 2, 0], &[192, 0, 2, 1]).is_err());
        assert!(ip_inside(&range, &[1, 2, 3]).is_err());
        assert_eq!(ip_inside(&[0; 8], &[1, 2, 3, 4]), Ok(true));
        assert_eq!(ip_inside(&[10, 0, 0, 0, 255, 128, 0, 0], &[10, 127, 1, 1]), Ok(true));
        let range = [[0xfd, 0].repeat(8), vec![0xff; 2], vec![0; 14]].concat();
        assert_eq!(ip_inside(&range, &[0xfd, 0].repeat(8)), Ok(true));
        assert_eq!(ip_inside(&range, &[0xfc, 0].repeat(8)), Ok(false));
    }

    #[test]
    fn mailboxes_and_uris_match_hosts_with_and_without_a_leading_dot() {
        for (base, address, inside) in [
            ("a@example.com", "a@EXAMPLE.com", true),
            ("a@example.com", "A@example.com", false),
            ("example.com", "a@example.com", true),
            ("example.com", "a@b.example.com", false),
            (".example.com", "a@b.example.com", true),
            (".example.com", "a@example.com", false),
        ] {
            assert_eq!(email_inside(base, address), Ok(inside), "{address} in {base}");
        }
        assert_eq!(email_inside("", "a@example.com"), Ok(true));
        for base in ["a@b@example.com", "a@", "..example.com", "a b"] {
            assert!(email_inside(base, "a@example.com").is_err(), "{base}");
        }
        assert!(email_inside("example.com", "a@b@example.com").is_err());
        assert_eq!(uri_inside("host.test", "https://u@host.test:80/p"), Ok(true));
        assert_eq!(uri_inside(".test", "https://host.test/p"), Ok(true));
        assert_eq!(uri_inside(".host.test", "https://host.test/p"), Ok(false));
        for uri in ["urn:a:b", "https://10.0.0.1/", "https://[::1]/"] {
            assert!(uri_inside("test", uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn directory_subtrees_are_prefixes() {
        let name = |text: &str| text.parse::<Subject>().unwrap();
        assert!(directory_inside(&name("O=Example,C=DE"), &name("CN=a,O=EXAMPLE,C=DE")));
        assert!(!directory_inside(&name("CN=a,O=Example,C=DE"), &name("O=Example,C=DE")));
        assert!(!directory_inside(&name("O=Example"), &name("O=Example,C=DE")));
    }
}
