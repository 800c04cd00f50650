//! Alternative names as text and from their parts.

use std::net::IpAddr;

use certwright::{AltName, DnsName, EmailAddress, Subject, Uri};

#[test]
fn an_alternative_name_is_read_as_it_is_written() {
    for text in [
        "DNS:example.com",
        "DNS:*.example.com",
        "IP:192.0.2.1",
        "IP:2001:db8::1",
        "email:a@example.com",
        "URI:spiffe://example.com/a:b",
        "directory:CN=a\\,b,O=c",
    ] {
        assert_eq!(text.parse::<AltName>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_alternative_name_is_refused_by_its_kind() {
    for (text, reason) in [
        ("", "expected DNS:"),
        ("example.com", "expected DNS:"),
        ("dns:example.com", "expected DNS:"),
        ("DNS:a_b", "letters, digits and hyphens"),
        ("IP:300.0.0.1", "IPv4"),
        ("IP:10.0.0.0/8", "IPv4"),
        ("email:a", "@"),
        ("URI:/a", "scheme"),
        ("directory:", "empty"),
    ] {
        let error = text.parse::<AltName>().unwrap_err();
        assert_eq!(error.kind(), "syntax", "{text}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn each_kind_of_name_becomes_an_alternative_name() {
    let (dns, uri): (DnsName, Uri) = ("a.example".parse().unwrap(), "urn:a:b".parse().unwrap());
    let (email, ip): (EmailAddress, IpAddr) = ("a@b.c".parse().unwrap(), "::1".parse().unwrap());
    let directory: Subject = "CN=a".parse().unwrap();
    let names: [AltName; 5] = [dns.into(), ip.into(), email.into(), uri.into(), directory.into()];
    let written = names.map(|name| name.to_string());
    assert_eq!(written, ["DNS:a.example", "IP:::1", "email:a@b.c", "URI:urn:a:b", "directory:CN=a"]);
}

#[test]
fn what_is_text_can_be_taken_as_text() {
    fn length(text: impl AsRef<str>) -> usize {
        text.as_ref().len()
    }
    assert_eq!(length("a@b.c".parse::<EmailAddress>().unwrap()), 5);
    assert_eq!(length("urn:a:b".parse::<Uri>().unwrap()), 7);
    assert_eq!(length("a.b".parse::<DnsName>().unwrap()), 3);
}
