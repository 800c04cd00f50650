//! Types with a text form in configuration files and reports.

use std::fmt::{Debug, Display};

use certwright::profile::{Leaf, Root};
use certwright::{
    AltName, Authority, Bound, CrlReason, DnsName, EmailAddress, Encryption, Fingerprint, Format, KeyType,
    Lifetime, Oid, Passphrase, Serial, Subject, Timestamp, Uri, Window,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::support::pki::{at, key, ledger, name, request};

/// Written as a string, read back the same, and refused with the library's reason.
fn as_text<T: Serialize + DeserializeOwned + Display + Debug + PartialEq>(
    text: &str,
    wrong: &str,
    reason: &str,
) {
    let json = serde_json::to_string(text).unwrap();
    let value: T = serde_json::from_str(&json).unwrap();
    assert_eq!(value.to_string(), text);
    assert_eq!(serde_json::to_string(&value).unwrap(), json);
    let error = serde_json::from_str::<T>(&serde_json::to_string(wrong).unwrap()).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
    assert!(serde_json::from_str::<T>("7").is_err());
}

#[test]
fn everything_with_a_text_form_is_text_in_serde() {
    as_text::<AltName>("DNS:example.com", "example.com", "expected DNS:");
    as_text::<CrlReason>("keyCompromise", "stolen", "CRLReason");
    as_text::<DnsName>("example.com", "a_b", "letters, digits and hyphens");
    as_text::<EmailAddress>("a@example.com", "a", "no @");
    as_text::<Fingerprint>(&"ab".repeat(32), "ab", "64 hexadecimal digits");
    as_text::<Format>("pkcs8", "pem", "pkcs8");
    as_text::<KeyType>("p256", "P-256", "rsa-2048");
    as_text::<Lifetime>("1y+12h", "a while", "13mo");
    as_text::<Oid>("2.5.4.3", "2.5.x", "numbers joined by dots");
    as_text::<Serial>("0100", "x", "hexadecimal digits");
    as_text::<Subject>("CN=a,OU=b,OU=c", "a", "distinguished name");
    as_text::<Timestamp>("2027-01-31T00:00:00Z", "tomorrow", "RFC 3339");
    as_text::<Uri>("spiffe://example.com/a", "/a", "scheme");
}

#[test]
fn what_is_only_shown_is_written_as_it_is_shown() {
    let key = key();
    let sealed = key.encrypt(&Passphrase::generate().unwrap()).unwrap();
    let expected = json!([
        "ECDSA P-256",
        "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-256-CBC",
        "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-256-CBC",
        "strong",
    ]);
    let shown =
        (key.public_key().algorithm(), Encryption::default(), sealed.scheme(), sealed.scheme().strength());
    assert_eq!(serde_json::to_value(shown).unwrap(), expected);
}

#[test]
fn a_key_of_a_map_can_be_one() {
    let map = std::collections::BTreeMap::from([("01".parse::<Serial>().unwrap(), "a")]);
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"01":"a"}"#);
}

#[test]
fn what_was_granted_can_be_reported_as_it_is() {
    let root = Root::new(Lifetime::days(30));
    let root = Authority::root(&root, name("CN=Root"), key(), &ledger()).unwrap();
    let clamped = root.prepare(&Leaf::client(Lifetime::days(60)).bound(Bound::Clamp), request()).unwrap();
    let window = |end| json!({ "not_before": "2026-11-23T11:00:00Z", "not_after": end });
    let expected = json!({
        "requested": window("2027-01-22T11:59:59Z"),
        "granted": window("2026-12-23T11:59:59Z"),
        "bounded_by": { "issuer": "CN=Root" },
    });
    assert_eq!(serde_json::to_value(clamped.granted()).unwrap(), expected);
}

#[test]
fn a_bound_and_a_window_stand_in_configuration_files() {
    for (bound, value) in [
        (Bound::Reject, json!("reject")),
        (Bound::Clamp, json!("clamp")),
        (Bound::ClampAtLeast(Lifetime::days(7)), json!({ "clamp-at-least": "7d" })),
    ] {
        assert_eq!(serde_json::to_value(bound).unwrap(), value);
        assert_eq!(serde_json::from_value::<Bound>(value).unwrap(), bound);
    }
    let window = Window { not_before: at("2026-01-01"), not_after: at("2026-12-31T23:59:59Z") };
    let written = serde_json::to_string(&window).unwrap();
    assert_eq!(serde_json::from_str::<Window>(&written).unwrap(), window);
}
