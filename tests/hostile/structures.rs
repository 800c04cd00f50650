//! DER of many elements, deep nesting, long numbers and repeated names.

use certwright::chain::{Verifier, order};
use certwright::doctor::{Case, File, examine};
use certwright::{Certificate, Crl, Csr, Error, PrivateKey, Subject, Timestamp};

use crate::bounded;

pub(crate) const CERTIFICATE: &[u8] = include_bytes!("../../fuzz/corpus/certificate/der-ed25519-ca");
const BAG: &[u8] = include_bytes!("../../fuzz/material/bag.pem");

pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u32::try_from(contents.len()).expect("a length").to_be_bytes();
    let skip = length.iter().take_while(|octet| **octet == 0).count().min(3);
    let header = match &length[skip..] {
        [short @ 0..=0x7f] => vec![tag, *short],
        long => [&[tag, 0x80 | u8::try_from(long.len()).expect("a length")], long].concat(),
    };
    [&header, contents].concat()
}

/// Elements one after the other, each whole and shorter than 64 KiB.
pub(crate) fn elements(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while let [_, first, ..] = bytes {
        let (header, length) = match first {
            0x82 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
            0x81 => (3, usize::from(bytes[2])),
            short => (2, usize::from(*short)),
        };
        let (element, rest) = bytes.split_at(header + length);
        found.push(element.to_vec());
        bytes = rest;
    }
    found
}

pub(crate) fn contents(element: &[u8]) -> &[u8] {
    match element[1] {
        0x82 => &element[4..],
        0x81 => &element[3..],
        _ => &element[2..],
    }
}

/// The certificate with other extensions. Its signature does not matter to who reads it.
fn with_extensions(extensions: &[u8]) -> Vec<u8> {
    let parts = elements(contents(CERTIFICATE));
    let mut fields = elements(contents(&parts[0]));
    *fields.last_mut().expect("extensions") = tlv(0xa3, &tlv(0x30, extensions));
    tlv(0x30, &[tlv(0x30, &fields.concat()), parts[1].clone(), parts[2].clone()].concat())
}

fn too_large<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    bounded();
    match outcome {
        Err(Error::TooLarge { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_a_million_empty_structures() {
    too_large(Certificate::read_all(&[0x30, 0].repeat(1_000_000)));
}

#[test]
fn a_pkcs7_of_a_million_empty_members() {
    let members = tlv(0xa0, &[0x30, 0].repeat(1_000_000));
    let kind = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    let file = tlv(0x30, &[&kind[..], &tlv(0xa0, &tlv(0x30, &members))].concat());
    too_large(Certificate::read_all(&file));
}

#[test]
fn structures_nested_ten_thousand_times() {
    let nested = (0..10_000).fold(vec![5, 0], |inside, _| tlv(0x30, &inside));
    assert!(Certificate::from_der(&nested).is_err());
    assert!(Crl::from_der(&nested).is_err());
    assert!(Csr::from_der(&nested).is_err());
    assert!(Subject::from_der(&nested).is_err());
    assert!(PrivateKey::read(&nested, None).is_err());
    let parts = elements(contents(CERTIFICATE));
    let body = tlv(0x30, &[parts[0].clone(), tlv(0x30, &nested), parts[2].clone()].concat());
    too_large(Certificate::from_der(&body));
}

#[test]
fn a_hundred_thousand_extensions() {
    let one = tlv(0x30, &[&[6, 2, 0x2a, 3][..], &[4, 2, 5, 0]].concat());
    too_large(Certificate::from_der(&with_extensions(&one.repeat(100_000))));
    too_large(Certificate::from_der(&with_extensions(&one.repeat(10_000))));
}

/// The certificate with so many alternative names.
fn with_names(count: usize) -> Result<Certificate, Error> {
    let names: Vec<u8> = (0..count).flat_map(|n| tlv(0x82, format!("h{n}.example").as_bytes())).collect();
    let extension = tlv(0x30, &[&[6, 3, 0x55, 0x1d, 0x11][..], &tlv(4, &tlv(0x30, &names))].concat());
    Certificate::from_der(&with_extensions(&extension))
}

#[test]
fn tens_of_thousands_of_alternative_names() {
    too_large(with_names(16_385));
    let certificate = with_names(16_384).expect("as many as may be");
    assert_eq!(certificate.alt_names().len(), 16_384);
    let findings = certwright::lint::lint(&[certificate], &certwright::lint::Options::new());
    assert!(findings.len() < 100, "{} findings", findings.len());
}

/// Each has no more than it may have, and takes two octets.
#[test]
fn a_million_names_in_the_certificates_of_a_file() {
    let names = tlv(0x30, &[0x82, 0].repeat(16_384));
    let one = with_extension(&[0x55, 0x1d, 0x11], &names);
    let file = one.der().repeat(65);
    too_large(Certificate::read_all(&file));
    let report = certwright::inspect::inspect(&file, one.window().not_before).expect("the first ones");
    let faults = report.blocks.iter().filter(|block| block.fault.is_some()).count();
    assert_eq!((report.blocks.len(), faults), (65, 1));
    let case = Case::at(one.window().not_before).certificate(File::new("names.der", &file));
    let damaged = examine(&case).findings.into_iter().filter(|found| found.rule == "certificate-damaged");
    let messages: Vec<_> = damaged.map(|finding| finding.message).collect();
    assert!(
        messages.iter().any(|said| said.contains("names of the certificates in one file")),
        "{messages:?}"
    );
}

/// Wherever they stand, they take as much memory.
#[test]
fn a_million_names_of_distribution_points() {
    let names = [0x86, 0].repeat(16_384);
    let point = tlv(0x30, &tlv(0x30, &tlv(0xa0, &tlv(0xa0, &names))));
    let one = with_extension(&[0x55, 0x1d, 31], &point);
    assert_eq!(Certificate::read_all(&one.der().repeat(64)).expect("as many as may be").len(), 64);
    too_large(Certificate::read_all(&one.der().repeat(65)));
}

#[cfg(feature = "pkcs12")]
#[test]
fn a_million_names_in_a_pkcs12() {
    bounded();
    let oid = |last: &[u8]| tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1][..], last].concat());
    let data = |value: &[u8]| tlv(0x30, &[oid(&[7, 1]), tlv(0xa0, &tlv(4, value))].concat());
    let one = with_extension(&[0x55, 0x1d, 0x11], &tlv(0x30, &[0x82, 0].repeat(16_384)));
    let value = tlv(0x30, &[oid(&[9, 22, 1]), tlv(0xa0, &tlv(4, one.der()))].concat());
    let bag = tlv(0x30, &[oid(&[12, 10, 1, 3]), tlv(0xa0, &value)].concat());
    let archive = |bags: usize| {
        let safe = data(&tlv(0x30, &bag.repeat(bags)));
        tlv(0x30, &[vec![2, 1, 3], data(&tlv(0x30, &safe))].concat())
    };
    assert_eq!(certwright::pkcs12::bags(&archive(64), None).expect("as many as may be").len(), 64);
    too_large(certwright::pkcs12::bags(&archive(65), None));
}

#[test]
fn names_that_are_no_alternative_names() {
    let names = [0x86, 0].repeat(16_385);
    let subtrees = tlv(0x30, &tlv(0xa0, &tlv(0x30, &[0x82, 0]).repeat(16_385)));
    let point = tlv(0x30, &tlv(0x30, &tlv(0xa0, &tlv(0xa0, &names))));
    let issuer = tlv(0x30, &[tlv(0xa1, &names), vec![0x82, 1, 1]].concat());
    for (last, value) in [(30, subtrees), (31, point), (35, issuer)] {
        let extension = tlv(0x30, &[vec![6, 3, 0x55, 0x1d, last], tlv(4, &value)].concat());
        too_large(Certificate::from_der(&with_extensions(&extension)));
    }
}

/// The certificate with one extension.
fn with_extension(oid: &[u8], value: &[u8]) -> Certificate {
    let extension = tlv(0x30, &[tlv(6, oid), tlv(4, value)].concat());
    Certificate::from_der(&with_extensions(&extension)).expect("below a mebibyte")
}

/// People are shown it: it could move the cursor of whoever reads, or add a line of its own.
#[test]
fn an_address_of_the_issuer_that_is_not_printable() {
    let access = |url: &[u8]| {
        let method = tlv(6, &[0x2b, 6, 1, 5, 5, 7, 0x30, 2]);
        tlv(0x30, &[method, tlv(0x86, url)].concat())
    };
    let urls: [&[u8]; 4] = [b"http://a/\x1b[31m", b"http://a/\nFAKE", b"http://a/ b", b"http://a/b.cer"];
    let value = tlv(0x30, &urls.map(access).concat());
    let certificate = with_extension(&[0x2b, 6, 1, 5, 5, 7, 1, 1], &value);
    assert_eq!(certificate.ca_issuers(), ["http://a/b.cer"]);
    let missing = order(&[certificate], None).expect_err("the issuer is missing").to_string();
    assert!(!missing.contains(char::is_control), "{missing}");
}

/// Numbers of object identifiers, all different.
fn identifiers() -> impl Iterator<Item = Vec<u8>> {
    (0..100_000u32)
        .map(|n| tlv(6, &[0x2a, 0x81 + (n >> 14) as u8, 0x80 + (n >> 7 & 0x7f) as u8, (n & 0x7f) as u8]))
}

#[test]
fn a_hundred_thousand_policies() {
    bounded();
    let policies: Vec<u8> = identifiers().flat_map(|oid| tlv(0x30, &oid)).collect();
    let certificate = with_extension(&[0x55, 0x1d, 0x20], &tlv(0x30, &policies));
    let findings = certwright::lint::lint(&[certificate], &certwright::lint::Options::new());
    let unreadable = |finding: &certwright::Finding| finding.message.contains("more than the limit of 256");
    assert!(findings.iter().any(unreadable), "{findings:?}");
}

#[test]
fn tens_of_thousands_of_purposes() {
    bounded();
    let purposes: Vec<u8> = identifiers().flatten().collect();
    let certificate = with_extension(&[0x55, 0x1d, 0x25], &tlv(0x30, &purposes));
    assert_eq!(certificate.extended_key_usage().map(<[_]>::len), Some(100_000));
    let _findings = certwright::lint::lint(&[certificate], &certwright::lint::Options::new());
}

#[test]
fn an_object_identifier_of_half_a_mebibyte() {
    bounded();
    let oid = tlv(6, &[vec![0x2a], vec![0x81; 500_000], vec![1]].concat());
    let extension = tlv(0x30, &[oid, vec![4, 2, 5, 0]].concat());
    let certificate = Certificate::from_der(&with_extensions(&extension)).expect("any arc is kept");
    assert_eq!(certificate.extensions()[0].oid.content().len(), 500_002);
    assert!(certificate.extensions()[0].oid.to_string().len() < 2_000_000);
}

#[test]
fn a_name_of_a_hundred_thousand_attributes() {
    bounded();
    let attribute = tlv(0x30, &[6, 3, 0x55, 4, 11, 0x0c, 1, b'x']);
    let name = tlv(0x30, &tlv(0x31, &attribute).repeat(100_000));
    let name = Subject::from_der(&name).expect("a name");
    assert_eq!(name.to_string().matches("OU=x").count(), 100_000);
}

#[test]
fn a_crl_of_a_million_entries() {
    bounded();
    let issuer = tlv(0x30, &tlv(0x31, &tlv(0x30, &[6, 3, 0x55, 4, 3, 0x0c, 1, b'x'])));
    let algorithm = tlv(0x30, &[6, 3, 0x2b, 0x65, 0x70]);
    let time = tlv(0x17, b"261123120000Z");
    let entry = |n: u32| tlv(0x30, &[tlv(2, &[&[1][..], &n.to_be_bytes()].concat()), time.clone()].concat());
    let entries: Vec<u8> = (0..1_000_000).rev().flat_map(entry).collect();
    let list = [vec![2, 1, 1], algorithm.clone(), issuer, time.clone(), time.clone(), tlv(0x30, &entries)];
    let crl = tlv(0x30, &[tlv(0x30, &list.concat()), algorithm, vec![3, 1, 0]].concat());
    let crl = Crl::from_der(&crl).expect("a list");
    assert_eq!(crl.revoked().len(), 1_000_000);
    assert!(crl.revoked().iter().step_by(10_000).all(|entry| crl.entry(&entry.serial).is_some()));
}

/// In an indirect CRL an entry has the issuer of the one before (RFC 5280 section 5.3.3).
#[test]
fn a_long_issuer_of_a_hundred_thousand_crl_entries() {
    bounded();
    let name = |count| tlv(0x30, &tlv(0x31, &tlv(0x30, &[6, 3, 0x55, 4, 3, 0x0c, 1, b'x'])).repeat(count));
    let extension = |last, value: &[u8]| tlv(0x30, &[vec![6, 3, 0x55, 0x1d, last], tlv(4, value)].concat());
    let algorithm = tlv(0x30, &[6, 3, 0x2b, 0x65, 0x70]);
    let time = tlv(0x17, b"261123120000Z");
    let issuer = tlv(0x30, &extension(29, &tlv(0x30, &tlv(0xa4, &name(4_000)))));
    let entry = |n: u32, more: &[u8]| {
        tlv(0x30, &[&tlv(2, &[&[1][..], &n.to_be_bytes()].concat()), time.as_slice(), more].concat())
    };
    let entries: Vec<u8> = (1..100_000).flat_map(|n| entry(n, &[])).collect();
    let entries = [entry(0, &issuer), entries].concat();
    let indirect = tlv(0xa0, &tlv(0x30, &extension(28, &tlv(0x30, &[0x84, 1, 0xff]))));
    let list = [
        vec![2, 1, 1],
        algorithm.clone(),
        name(1),
        time.clone(),
        time.clone(),
        tlv(0x30, &entries),
        indirect,
    ];
    let crl = tlv(0x30, &[tlv(0x30, &list.concat()), algorithm, vec![3, 1, 0]].concat());
    let crl = Crl::from_der(&crl).expect("a list");
    let named = |issuer: &Subject| issuer.as_der() == name(4_000);
    assert_eq!(crl.revoked().len(), 100_000);
    assert!(crl.revoked().iter().step_by(10_000).all(|entry| entry.issuer.as_deref().is_some_and(named)));
}

/// Certificates that certify each other: the paths are more than anybody can try.
#[test]
fn paths_without_number() {
    bounded();
    let known = Certificate::read_all(BAG).expect("certificates");
    let bag: Vec<_> = known.iter().cycle().take(2_000).cloned().collect();
    let stranger = Certificate::from_der(CERTIFICATE).expect("a certificate");
    let anchors = [stranger];
    let leaf = known.iter().find(|certificate| !certificate.is_authority()).expect("a leaf");
    let now = Timestamp::from_unix(1_800_000_000).expect("in range");
    let rejected = Verifier::new(&anchors, now).verify(leaf, &bag).expect_err("nobody trusts it");
    assert!(["issuer-known", "search-budget"].contains(&rejected.rule()), "{rejected}");
    let ordered = order(&bag, Some(leaf.fingerprint())).expect("a chain");
    assert_eq!(ordered.chain.full().len() + ordered.unused.len(), bag.len());
}

/// Authorities of one name: each might have certified each.
#[test]
fn a_thousand_authorities_of_one_name() {
    bounded();
    let parts = elements(contents(CERTIFICATE));
    let with_serial = |n: u16| {
        let mut fields = elements(contents(&parts[0]));
        fields[1] = tlv(2, &[&[1][..], &n.to_be_bytes()].concat());
        tlv(0x30, &[tlv(0x30, &fields.concat()), parts[1].clone(), parts[2].clone()].concat())
    };
    let bag: Vec<u8> = (0..1_000).flat_map(with_serial).collect();
    let at = Timestamp::from_unix(1_800_000_000).expect("in range");
    let file = File::new("bag.der", &bag);
    let diagnosis = examine(&Case::at(at).certificate(file).truststore(file));
    assert!(diagnosis.findings.iter().any(|finding| finding.rule == "certificate-der"), "{diagnosis:?}");
}

/// Keys that lie in the open in a PKCS#12 file share its bytes.
#[cfg(feature = "pkcs12")]
#[test]
fn a_pkcs12_of_tens_of_thousands_of_keys() {
    bounded();
    let oid = |last: &[u8]| tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1][..], last].concat());
    let data = |value: &[u8]| tlv(0x30, &[oid(&[7, 1]), tlv(0xa0, &tlv(4, value))].concat());
    let bag = tlv(0x30, &[oid(&[12, 10, 1, 1]), tlv(0xa0, &[0x30, 0])].concat());
    let archive = |safes: usize| {
        let safe = data(&tlv(0x30, &bag.repeat(40_000)));
        tlv(0x30, &[vec![2, 1, 3], data(&tlv(0x30, &safe.repeat(safes)))].concat())
    };
    assert_eq!(certwright::FoundKey::all(&archive(1)).expect("keys").len(), 40_000);
    let found = certwright::FoundKey::all(&archive(2)).expect("one that does not open");
    too_large(found[0].open(None, &certwright::KdfLimits::default()));
    too_large(certwright::pkcs12::bags(&archive(2), None));
}
