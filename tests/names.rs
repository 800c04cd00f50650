//! Distinguished names in text (RFC 4514) and in DER: exact in both directions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, reason = "so does an index")]

mod support;

use certwright::Subject;
use support::der::{sequence, tlv};
use support::openssl::Workshop;
use support::pki::name;

/// One attribute in an RDN of its own, in a name of its own.
fn single(oid: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[tlv(0x31, &sequence(&[tlv(6, oid), value.to_vec()]))])
}

const CN: &[u8] = &[0x55, 4, 3];

#[test]
fn the_text_is_the_der_in_reverse() {
    let name = name("CN=a,O=b");
    let expected = [
        &b"\x30\x18\x31\x0a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01b"[..],
        b"\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01a",
    ]
    .concat();
    assert_eq!(name.as_der(), expected);
}

#[test]
fn attributes_are_written_in_the_string_types_of_the_standard() {
    for (text, tag) in [
        ("CN=a", 0x0c),
        ("C=DE", 0x13),
        ("serialNumber=1", 0x13),
        ("dnQualifier=x", 0x13),
        ("DC=example", 0x16),
        ("emailAddress=a@b.c", 0x16),
        ("UID=x", 0x0c),
        ("2.5.4.97=x", 0x0c),
    ] {
        assert_eq!(name(text).attributes()[0].value[0], tag, "{text}");
    }
}

#[test]
fn what_is_special_is_escaped_and_reads_back() {
    for (value, text) in [
        ("a,b", r"CN=a\,b"),
        ("a+b", r"CN=a\+b"),
        ("a\"b", r#"CN=a\"b"#),
        (r"a\b", r"CN=a\\b"),
        ("a<b>c;d", r"CN=a\<b\>c\;d"),
        ("a=b", "CN=a=b"),
        ("#a", r"CN=\#a"),
        ("a#", "CN=a#"),
        (" a", r"CN=\ a"),
        ("a ", r"CN=a\ "),
        (" ", r"CN=\ "),
        ("  ", r"CN=\ \ "),
        (r"\41", r"CN=\\41"),
        ("Grüße, 世界", r"CN=Grüße\, 世界"),
        ("\u{a0}a\u{3000}", "CN=\u{a0}a\u{3000}"),
    ] {
        let subject = Subject::common_name(value).unwrap();
        assert_eq!(subject.to_string(), text);
        assert_eq!(text.parse::<Subject>().unwrap(), subject, "{text}");
        assert_eq!(subject.values("CN"), [value]);
    }
}

#[test]
fn spaces_around_parts_do_not_count_and_other_white_space_does() {
    assert_eq!(name(" CN = a , O = b "), name("CN=a,O=b"));
    assert_ne!(name("CN=\u{a0}a"), name("CN=a"));
    assert!("\u{a0}CN=a".parse::<Subject>().is_err());
}

#[test]
fn quotes_enclose_a_whole_value_or_are_refused() {
    assert_eq!(name(r#"CN="a, b + c",O=x"#), name(r"CN=a\, b \+ c,O=x"));
    assert_eq!(name(r#"CN=" a ""#), name(r"CN=\ a\ "));
    assert_eq!(name(r#"CN="a \" b""#), name(r#"CN=a \" b"#));
    for text in [r#"CN="a"#, r#"CN=a""#, r#"CN=a"b"c"#, r#"CN="a"b"#, r#"CN="a,O=b"#, r#"CN="""#] {
        assert_eq!(text.parse::<Subject>().unwrap_err().kind(), "syntax", "{text}");
    }
}

#[test]
fn repeated_and_multi_valued_attributes_are_kept_apart() {
    let subject = name("CN=a,OU=x,OU=y,DC=example,DC=com");
    assert_eq!(subject.values("OU"), ["y", "x"]);
    assert_eq!(subject.values("DC"), ["com", "example"]);
    assert_ne!(subject, name("CN=a,OU=y,OU=x,DC=example,DC=com"));
    let multi = name("CN=a+OU=x,OU=y");
    assert_ne!(multi, name("CN=a,OU=x,OU=y"));
    assert_eq!(multi, name("OU=x+CN=a,OU=y"));
    assert_eq!(multi.to_string().parse::<Subject>().unwrap(), multi);
}

#[test]
fn bounds_count_characters_not_bytes() {
    assert!(Subject::common_name(&"ü".repeat(64)).is_ok());
    assert!(Subject::common_name(&"ü".repeat(65)).is_err());
    for (at_most, more) in [("OU", 64), ("L", 128), ("DC", 63)].map(|(key, longest)| {
        (format!("{key}={}", "x".repeat(longest)), format!("{key}=x{}", "x".repeat(longest)))
    }) {
        assert!(at_most.parse::<Subject>().is_ok(), "{at_most}");
        assert!(more.parse::<Subject>().is_err(), "{more}");
    }
}

#[test]
fn foreign_names_keep_every_byte() {
    for der in [
        single(CN, &tlv(0x13, b"a*b@c&d_e")),
        single(CN, &tlv(0x14, &[0xe4])),
        single(CN, &tlv(0x1e, &[0, 0x61])),
        single(CN, &tlv(0x1e, &[0xd8, 0])),
        single(CN, &tlv(0x0c, &[0xff])),
        single(CN, &tlv(0x1c, &[0, 0, 0, 0x61])),
        single(CN, &tlv(0x1b, b"general")),
        single(CN, &tlv(0x0c, b"\x1b[2J")),
        single(CN, &tlv(0x0c, b"")),
        single(CN, &tlv(0x0c, &[b'x'; 300])),
        single(&[0x88, 0x37, 3], &tlv(0x05, b"")),
        single(CN, &sequence(&[tlv(2, &[1])])),
    ] {
        let read = Subject::from_der(&der).unwrap();
        assert_eq!(read.as_der(), der);
        assert!(!read.to_string().chars().any(char::is_control), "{read}");
    }
}

#[test]
fn openssl_reads_names_as_they_were_meant() {
    let Some(shop) = Workshop::open() else { return };
    let subject = name(r"CN=a\, b+UID=u,OU=x,OU=y,O=Grüße,C=DE,DC=example,DC=com");
    let request = certwright::Csr::create(&subject, &support::pki::key()).unwrap();
    std::fs::write(shop.path("it.csr"), request.to_pem()).unwrap();
    let said = shop.run(["req", "-in", "it.csr", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb"]);
    let text = said.trim().strip_prefix("subject=").unwrap();
    assert_eq!(text.parse::<Subject>().unwrap(), subject, "{text}");
}

/// A value is carried into certificates as it is: what is no DER all the way down would be noticed too late there.
#[test]
fn values_that_are_no_der_are_refused() {
    let inside_a_sequence = sequence(&[vec![2, 2, 0, 1]]);
    for value in [&[2, 0][..], &[1, 1, 7], &[0x2c, 3, 0x0c, 1, b'a'], &inside_a_sequence] {
        assert_eq!(Subject::from_der(&single(CN, value)).unwrap_err().kind(), "decode", "{value:02x?}");
        let digits: String = value.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(format!("CN=#{digits}").parse::<Subject>().unwrap_err().kind(), "syntax", "{digits}");
    }
}
