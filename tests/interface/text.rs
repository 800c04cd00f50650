//! Types with a text form in configuration files and reports.

use std::fmt::{Debug, Display};

use certwright::{
    AltName, CrlReason, DnsName, EmailAddress, Fingerprint, Format, KeyType, Lifetime, Oid, Serial, Subject,
    Timestamp, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

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
fn a_key_of_a_map_can_be_one() {
    let map = std::collections::BTreeMap::from([("01".parse::<Serial>().unwrap(), "a")]);
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"01":"a"}"#);
}
