//! Every distinguished name that an authority can have.

use certwright::chain::Chain;
use certwright::{Authority, Certificate, Ledger};

use super::foreign::{Draft, issue_below, key, moment, rustls_accepts, tlv, verify};
use crate::support::peers;

const UTF8: u8 = 0x0c;
const NUMERIC: u8 = 0x12;
const PRINTABLE: u8 = 0x13;
const T61: u8 = 0x14;
const VIDEOTEX: u8 = 0x15;
const IA5: u8 = 0x16;
const VISIBLE: u8 = 0x1a;
const GENERAL: u8 = 0x1b;
const UNIVERSAL: u8 = 0x1c;
const BMP: u8 = 0x1e;

const CN: &[u8] = &[0x55, 4, 3];
const C: &[u8] = &[0x55, 4, 6];
const O: &[u8] = &[0x55, 4, 10];
const OU: &[u8] = &[0x55, 4, 11];
const DC: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
const EMAIL: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
const EXAMPLE: &[u8] = &[0x88, 0x37, 1];

type Attribute<'a> = (&'a [u8], u8, &'a [u8]);

/// A Name of these RDNs, in this order and with this order inside.
fn name(rdns: &[&[Attribute<'_>]]) -> Vec<u8> {
    let set = |attributes: &&[Attribute<'_>]| {
        let encode = |(oid, tag, value): &Attribute<'_>| tlv(0x30, &[tlv(6, oid), tlv(*tag, value)].concat());
        tlv(0x31, &attributes.iter().flat_map(encode).collect::<Vec<_>>())
    };
    tlv(0x30, &rdns.iter().flat_map(set).collect::<Vec<_>>())
}

/// A Name of single attributes.
fn single(attributes: &[Attribute<'_>]) -> Vec<u8> {
    name(&attributes.iter().map(std::slice::from_ref).collect::<Vec<_>>())
}

/// Who reads the name besides us.
#[derive(Clone, Copy, PartialEq)]
enum Readers {
    Everybody,
    /// openssl does not parse it: not a string type of RFC 5280, or contents that contradict it. rustls does.
    Us,
}
use Readers::{Everybody, Us};

fn string_types() -> Vec<(&'static str, Vec<u8>, Readers)> {
    vec![
        ("UTF8String", single(&[(CN, UTF8, "Zoë 東京 🦀".as_bytes())]), Everybody),
        ("PrintableString", single(&[(CN, PRINTABLE, b"Root CA")]), Everybody),
        ("T61String", single(&[(CN, T61, b"Root CA")]), Everybody),
        ("T61String above 0x80", single(&[(CN, T61, &[0x5a, 0x6f, 0xeb, 0x80, 0xff])]), Everybody),
        ("BMPString", single(&[(CN, BMP, &[0, b'Z', 0, b'o', 0, 0xeb])]), Everybody),
        ("BMPString with a surrogate pair", single(&[(CN, BMP, &[0xd8, 0x3e, 0xdd, 0x80])]), Us),
        ("UniversalString", single(&[(CN, UNIVERSAL, &[0, 0, 0, b'Z', 0, 1, 0xf9, 0x80])]), Everybody),
        ("IA5String", single(&[(CN, IA5, b"Root CA")]), Everybody),
        ("NumericString", single(&[(CN, NUMERIC, b"0123 456")]), Everybody),
        ("VisibleString", single(&[(CN, VISIBLE, b"Root CA")]), Us),
        ("GeneralString", single(&[(CN, GENERAL, b"Root CA")]), Us),
        ("VideotexString", single(&[(CN, VIDEOTEX, b"Root CA")]), Us),
        ("PrintableString with * @ & _", single(&[(CN, PRINTABLE, b"*.a_b & c@d")]), Everybody),
        ("PrintableString with UTF-8", single(&[(CN, PRINTABLE, "Zoë".as_bytes())]), Everybody),
        ("IA5String above 0x7f", single(&[(EMAIL, IA5, &[0xe4, b'@', b'a'])]), Everybody),
        ("NumericString with letters", single(&[(CN, NUMERIC, b"abc")]), Everybody),
        ("UTF8String that is none", single(&[(CN, UTF8, &[b'a', 0xff, 0xfe])]), Us),
        ("BMPString of odd length", single(&[(CN, BMP, &[0, b'a', 0])]), Us),
        ("UniversalString cut off", single(&[(CN, UNIVERSAL, &[0, 0, 0])]), Us),
    ]
}

fn values() -> Vec<(&'static str, Vec<u8>, Readers)> {
    let long = "x".repeat(30_000);
    vec![
        ("an empty value", single(&[(CN, UTF8, b"")]), Everybody),
        (
            "an empty PrintableString beside another",
            single(&[(O, PRINTABLE, b""), (CN, UTF8, b"a")]),
            Everybody,
        ),
        ("spaces around and inside", single(&[(CN, UTF8, b"  Root   CA  ")]), Everybody),
        ("only a space", single(&[(CN, PRINTABLE, b" ")]), Everybody),
        ("control characters", single(&[(CN, UTF8, b"a\nb\x1b[31m\x7f")]), Everybody),
        ("NUL inside", single(&[(CN, UTF8, b"a\0b")]), Everybody),
        ("65 characters", single(&[(CN, UTF8, &long.as_bytes()[..65])]), Everybody),
        ("30,000 characters", single(&[(CN, UTF8, long.as_bytes())]), Everybody),
        ("separators", single(&[(CN, UTF8, b"/CN=a,O=b+c;\\\"<>#=")]), Everybody),
        ("right to left", single(&[(CN, UTF8, "שלום\u{202e}abc".as_bytes())]), Everybody),
        ("a country of three letters", single(&[(C, PRINTABLE, b"DEU"), (CN, UTF8, b"a")]), Everybody),
        ("a country in UTF8String", single(&[(C, UTF8, b"de"), (CN, UTF8, b"a")]), Everybody),
        ("a mailbox in UTF8String", single(&[(EMAIL, UTF8, "ä@b.test".as_bytes())]), Everybody),
        ("an INTEGER", single(&[(EXAMPLE, 2, &[5])]), Us),
        ("a BIT STRING", single(&[(&[0x55, 4, 45], 3, &[0, 1, 2])]), Everybody),
        ("an OCTET STRING", single(&[(EXAMPLE, 4, &[0, 1, 2])]), Us),
        ("a BOOLEAN", single(&[(EXAMPLE, 1, &[0xff])]), Us),
        ("NULL", single(&[(EXAMPLE, 5, &[])]), Us),
        ("a time", single(&[(EXAMPLE, 0x17, b"200101000000Z")]), Us),
        ("a SEQUENCE", single(&[(&[0x55, 4, 16], 0x30, &tlv(UTF8, b"a street"))]), Everybody),
    ]
}

fn structures() -> Vec<(&'static str, Vec<u8>, Readers)> {
    let hundred: Vec<_> = (0..100u8).map(|number| [number % 26 + b'a']).collect();
    let hundred: Vec<Attribute<'_>> = hundred.iter().map(|letter| (OU, UTF8, &letter[..])).collect();
    // 2.999 followed by an arc of 2^70, and an arc of 2^32 below 2.5.4.
    let huge = [0x88, 0x37, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0];
    vec![
        ("repeated OU", single(&[(OU, UTF8, b"a"), (OU, UTF8, b"b"), (CN, UTF8, b"c")]), Everybody),
        ("the same OU twice", single(&[(OU, UTF8, b"a"), (OU, UTF8, b"a")]), Everybody),
        (
            "DC=example,DC=com",
            single(&[(DC, IA5, b"com"), (DC, IA5, b"example"), (CN, UTF8, b"a")]),
            Everybody,
        ),
        ("two CN", single(&[(CN, UTF8, b"a"), (CN, PRINTABLE, b"b")]), Everybody),
        ("CN first, C last", single(&[(CN, UTF8, b"a"), (O, UTF8, b"b"), (C, PRINTABLE, b"DE")]), Everybody),
        ("no CN", single(&[(O, UTF8, b"a")]), Everybody),
        ("a hundred RDNs", single(&hundred), Everybody),
        ("a multi-valued RDN", name(&[&[(CN, UTF8, b"a"), (OU, UTF8, b"b")], &[(O, UTF8, b"c")]]), Everybody),
        ("a multi-valued RDN of one type", name(&[&[(CN, UTF8, b"a"), (CN, UTF8, b"b")]]), Everybody),
        ("a multi-valued RDN in no order", name(&[&[(OU, UTF8, b"b"), (CN, UTF8, b"a")]]), Everybody),
        ("2.999.1", single(&[(EXAMPLE, UTF8, b"a")]), Everybody),
        ("an arc of 2^70", single(&[(&huge, UTF8, b"a")]), Everybody),
        ("an unknown attribute", single(&[(&[0x2b, 6, 1, 4, 1, 0xce, 0x0f, 1], UTF8, b"a")]), Everybody),
        (
            "jurisdiction of incorporation",
            single(&[(&[0x2b, 6, 1, 4, 1, 0x82, 0x37, 60, 2, 1, 3], PRINTABLE, b"DE"), (CN, UTF8, b"a")]),
            Everybody,
        ),
        ("case", single(&[(CN, PRINTABLE, b"rOOT ca")]), Everybody),
    ]
}

fn continued(rows: Vec<(&str, Vec<u8>, Readers)>) -> usize {
    let openssl = peers::find("openssl");
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::in_memory().with_clock(moment());
    let (count, mut wrong) = (rows.len(), Vec::new());
    for (row, subject, readers) in rows {
        let signer = key();
        let root = Draft::authority(&subject).self_signed(&signer);
        let chain = Chain::new(vec![root.clone()]).unwrap_or_else(|error| panic!("{row}: {error}"));
        let authority =
            Authority::open(chain, signer, &ledger).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(authority.findings(), [], "{row}");
        let chains = issue_below(&authority, moment(), row);
        for certificate in &chains[0] {
            assert_eq!(certificate.issuer().as_der(), subject, "{row}");
        }
        rustls_accepts(&root, &chains).unwrap_or_else(|error| panic!("{row}: {error}"));
        if let Some(openssl) = &openssl {
            let judged = verify(openssl, folder.path(), &root, &chains, moment(), "-x509_strict");
            wrong.extend(judged.err().filter(|_| readers == Everybody).map(|said| format!("{row}: {said}")));
        }
    }
    assert!(wrong.is_empty(), "openssl thinks otherwise: {wrong:#?}");
    count
}

#[test]
fn every_string_type_is_continued() {
    assert_eq!(continued(string_types()), 19);
}

#[test]
fn every_value_is_continued() {
    assert_eq!(continued(values()), 20);
}

#[test]
fn every_structure_is_continued() {
    assert_eq!(continued(structures()), 15);
}

/// A subordinate with such a name, and a root with another: both links are byte for byte.
#[test]
fn names_are_continued_below_another_root_as_well() {
    let openssl = peers::find("openssl");
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::in_memory().with_clock(moment());
    let (above, signer) = (key(), key());
    let top = single(&[(DC, IA5, b"com"), (DC, IA5, b"example"), (CN, T61, &[0xe4])]);
    let root = Draft::authority(&top).self_signed(&above);
    let own = name(&[&[(OU, UTF8, b"b"), (CN, PRINTABLE, b"a*b")], &[(EXAMPLE, UTF8, b"x")]]);
    let sub = Draft { issuer: Some(top), ..Draft::authority(&own) }.sign(&signer, &above);
    let sub = Certificate::from_der(&sub).unwrap();
    let authority = Authority::open(Chain::new(vec![sub, root.clone()]).unwrap(), signer, &ledger).unwrap();
    let chains = issue_below(&authority, moment(), "below another root");
    rustls_accepts(&root, &chains).unwrap();
    if let Some(openssl) = openssl {
        // Not strict: the subordinate has no authority key identifier.
        verify(&openssl, folder.path(), &root, &chains, moment(), "").unwrap();
    }
}
