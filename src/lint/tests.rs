//! Every rule fires on a certificate with its defect, and on nothing that certwright issues.

use std::collections::BTreeSet;

use super::{check, rules};
use crate::certificate::{Certificate, oids};
use crate::der::{self, tag};
use crate::key::{KeyType, PrivateKey};
use crate::ledger::Ledger;
use crate::name::Subject;
use crate::profile::{Leaf, Root, Subordinate};
use crate::signer::assemble;
use crate::time::Lifetime;
use crate::{Authority, PendingAuthority, Request};

/// A certificate taken apart. Rules do not look at signatures, so that a changed one needs none.
struct Draft {
    fields: Vec<Vec<u8>>,
    extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
    algorithm: Vec<u8>,
}

const VERSION: usize = 0;
const SERIAL: usize = 1;
const ISSUER: usize = 3;
const VALIDITY: usize = 4;
const SUBJECT: usize = 5;
const KEY: usize = 6;

const EMPTY: &[u8] = &[0x30, 0];
const DS: &[u8] = &[3, 2, 7, 0x80];
const DS_ENCIPHER: &[u8] = &[3, 2, 5, 0xa0];
const DS_AGREE: &[u8] = &[3, 2, 3, 0x88];
const DS_CERT_SIGN: &[u8] = &[3, 2, 2, 0x84];
const DS_DATA_CERT_CRL: &[u8] = &[3, 2, 1, 0x96];
const CA: &[u8] = &[0x30, 3, 1, 1, 0xff];
const CA_PATH_0: &[u8] = &[0x30, 6, 1, 1, 0xff, 2, 1, 0];
const CA_PATH_1: &[u8] = &[0x30, 6, 1, 1, 0xff, 2, 1, 1];

impl Draft {
    fn of(certificate: &Certificate) -> Self {
        let fields = der::children("a certificate", tag::SEQUENCE, certificate.tbs()).unwrap();
        let own = |e: &crate::certificate::Extension| (e.oid.content().to_vec(), e.critical, e.value.clone());
        Self {
            fields: fields[..7].iter().map(|field| field.raw.to_vec()).collect(),
            extensions: certificate.extensions().iter().map(own).collect(),
            algorithm: certificate.signature_algorithm().to_vec(),
        }
    }

    fn field(mut self, index: usize, value: &[u8]) -> Self {
        self.fields[index] = value.to_vec();
        self
    }

    fn without(mut self, oid: &[u8]) -> Self {
        self.extensions.retain(|(own, _, _)| own != oid);
        self
    }

    fn with(mut self, oid: &[u8], critical: bool, value: &[u8]) -> Self {
        self.extensions.push((oid.to_vec(), critical, value.to_vec()));
        self
    }

    /// In the place of what the extension says now.
    fn set(self, oid: &[u8], critical: bool, value: &[u8]) -> Self {
        self.without(oid).with(oid, critical, value)
    }

    /// The same extension with the other criticality.
    fn flip(mut self, oid: &[u8]) -> Self {
        self.extensions.iter_mut().filter(|(own, _, _)| own == oid).for_each(|e| e.1 = !e.1);
        self
    }

    fn outside(mut self, algorithm: &[u8]) -> Self {
        self.algorithm = algorithm.to_vec();
        self
    }

    fn build(self) -> Certificate {
        let encode = |(oid, critical, value): &(Vec<u8>, bool, Vec<u8>)| {
            let critical = if *critical { der::element(tag::BOOLEAN, &[0xff]) } else { Vec::new() };
            let value = der::element(tag::OCTET_STRING, value);
            der::sequence(&[der::element(tag::OID, oid), critical, value])
        };
        let extensions = der::sequence(&self.extensions.iter().map(encode).collect::<Vec<_>>());
        let mut fields = self.fields;
        fields.push(der::constructed(tag::context_constructed(3), &[extensions]));
        Certificate::from_der(&assemble(&der::sequence(&fields), &self.algorithm, &[])).unwrap()
    }
}

/// A root, a subordinate under it, and a server's leaf under that.
struct Family {
    root: Certificate,
    sub: Certificate,
    leaf: Certificate,
}

impl Family {
    fn new() -> Self {
        let ledger = Ledger::in_memory();
        let key = || PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let name = |text: &str| text.parse::<Subject>().unwrap();
        let root = Authority::root(&Root::new(Lifetime::years(10)), name("CN=Root"), key(), &ledger).unwrap();
        let pending = PendingAuthority::new(name("CN=Sub"), key()).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
        let sub = pending.activate(chain, &ledger).unwrap();
        let request = Request::new(key().public_key()).subject(name("CN=Leaf"));
        let request = request.dns("leaf.example.com").unwrap();
        let leaf = sub.issue(&Leaf::server(Lifetime::days(90)), request).unwrap();
        let [leaf, sub, root] = leaf.chain().full() else { panic!("three certificates") };
        Self { root: root.clone(), sub: sub.clone(), leaf: leaf.clone() }
    }

    /// The leaf with a defect, under its real ancestors.
    fn leaf(&self, change: impl FnOnce(Draft) -> Draft) -> Vec<&'static str> {
        let leaf = change(Draft::of(&self.leaf)).build();
        ids(&leaf, &[self.sub.clone(), self.root.clone()])
    }

    /// The subordinate with a defect, under the real root.
    fn sub(&self, change: impl FnOnce(Draft) -> Draft) -> Vec<&'static str> {
        ids(&change(Draft::of(&self.sub)).build(), std::slice::from_ref(&self.root))
    }

    /// The real leaf under a subordinate with a defect.
    fn under(&self, change: impl FnOnce(Draft) -> Draft) -> Vec<&'static str> {
        ids(&self.leaf, &[change(Draft::of(&self.sub)).build(), self.root.clone()])
    }

    /// The real leaf and the real subordinate under a root with a defect.
    fn under_root(&self, change: impl FnOnce(Draft) -> Draft) -> Vec<&'static str> {
        ids(&self.leaf, &[self.sub.clone(), change(Draft::of(&self.root)).build()])
    }
}

fn ids(certificate: &Certificate, ancestors: &[Certificate]) -> Vec<&'static str> {
    check(certificate, ancestors).into_iter().map(|finding| finding.rule).collect()
}

fn octets(value: &[u8]) -> Vec<u8> {
    der::element(tag::OCTET_STRING, value)
}

fn validity(not_before: &[u8], not_after: &[u8]) -> Vec<u8> {
    let time = |text: &[u8]| der::element(if text.len() == 13 { 0x17 } else { 0x18 }, text);
    der::sequence(&[time(not_before), time(not_after)])
}

/// A SAN with one name of this context tag.
fn names(kind: u8, contents: &[u8]) -> Vec<u8> {
    der::sequence(&[der::element(tag::context(kind), contents)])
}

fn rsa_key(octets: usize) -> Vec<u8> {
    let mut modulus = vec![0x81; octets];
    modulus.insert(0, 0);
    let numbers = der::sequence(&[der::element(tag::INTEGER, &modulus), vec![2, 3, 1, 0, 1]]);
    let identifier = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";
    der::sequence(&[&identifier[..], &der::bit_string(&numbers)])
}

fn curve_25519_key(oid: u8) -> Vec<u8> {
    der::sequence(&[&[0x30, 5, 6, 3, 0x2b, 0x65, oid][..], &der::bit_string(&[9; 32])])
}

#[test]
fn what_certwright_issues_breaks_no_rule() {
    let family = Family::new();
    assert_eq!(family.leaf(|draft| draft), [""; 0]);
    assert_eq!(family.sub(|draft| draft), [""; 0]);
    assert_eq!(ids(&family.root, &[]), [""; 0]);
}

/// The defect, the ids of the rules that fire, and those that should.
type Rows = Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)>;

fn defects() -> Rows {
    let mut rows = fields();
    rows.extend(extensions());
    rows.extend(usages());
    rows.extend(alternative_names());
    rows.extend(issuers());
    rows.extend(path_lengths());
    rows
}

fn fields() -> Rows {
    let f = Family::new();
    let long = [&[2, 21][..], &[1; 21]].concat();
    vec![
        ("version 2", f.leaf(|d| d.field(VERSION, &[0xa0, 3, 2, 1, 1])), vec!["version-three"]),
        ("serial 0", f.leaf(|d| d.field(SERIAL, &[2, 1, 0])), vec!["serial-conforms"]),
        ("negative serial", f.leaf(|d| d.field(SERIAL, &[2, 1, 0xff])), vec!["serial-conforms"]),
        ("serial of 21 octets", f.leaf(|d| d.field(SERIAL, &long)), vec!["serial-conforms"]),
        (
            "another algorithm outside",
            f.leaf(|d| d.outside(b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03")),
            vec!["algorithms-agree"],
        ),
        (
            "authority without subject",
            f.sub(|d| d.field(SUBJECT, EMPTY)),
            vec!["authority-has-subject", "leaf-has-a-name"],
        ),
        ("RSA 1024", f.leaf(|d| d.field(KEY, &rsa_key(128))), vec!["rsa-key-size"]),
    ]
}

fn extensions() -> Rows {
    let f = Family::new();
    let san = names(2, b"leaf.example.com");
    vec![
        (
            "EKU is empty",
            f.leaf(|d| d.set(oids::EXTENDED_KEY_USAGE, false, EMPTY)),
            vec!["extension-readable"],
        ),
        (
            "SAN is empty",
            f.leaf(|d| d.set(oids::SUBJECT_ALT_NAME, false, EMPTY)),
            vec!["extension-readable", "server-names-no-host"],
        ),
        (
            "SAN is cut off",
            f.leaf(|d| d.set(oids::SUBJECT_ALT_NAME, false, &[0x30, 5])),
            vec!["extension-readable", "server-names-no-host"],
        ),
        ("SAN twice", f.leaf(|d| d.with(oids::SUBJECT_ALT_NAME, false, &san)), vec!["extension-readable"]),
        ("critical SKI", f.leaf(|d| d.flip(oids::SUBJECT_KEY_ID)), vec!["extension-criticality"]),
        ("critical AKI", f.leaf(|d| d.flip(oids::AUTHORITY_KEY_ID)), vec!["extension-criticality"]),
        ("key usage not critical", f.leaf(|d| d.flip(oids::KEY_USAGE)), vec!["extension-criticality"]),
        (
            "critical SAN beside a subject",
            f.leaf(|d| d.flip(oids::SUBJECT_ALT_NAME)),
            vec!["extension-criticality"],
        ),
        (
            "SAN not critical without subject",
            f.leaf(|d| d.field(SUBJECT, EMPTY)),
            vec!["extension-criticality"],
        ),
        (
            "constraints not critical",
            f.sub(|d| d.flip(oids::BASIC_CONSTRAINTS)),
            vec!["extension-criticality"],
        ),
        ("authority without SKI", f.sub(|d| d.without(oids::SUBJECT_KEY_ID)), vec!["subject-key-id-present"]),
    ]
}

fn usages() -> Rows {
    let f = Family::new();
    let usage = |value: &'static [u8]| move |d: Draft| d.set(oids::KEY_USAGE, true, value);
    let purposes = |last: &[u8]| der::sequence(&[der::element(tag::OID, last)]);
    let (any, ocsp) = (purposes(&[0x55, 0x1d, 0x25, 0]), purposes(&[0x2b, 6, 1, 5, 5, 7, 3, 9]));
    vec![
        ("authority without keyCertSign", f.sub(usage(DS)), vec!["cert-sign-iff-authority"]),
        (
            "authority without key usage",
            f.sub(|d| d.without(oids::KEY_USAGE)),
            vec!["cert-sign-iff-authority"],
        ),
        ("leaf with keyCertSign", f.leaf(usage(DS_CERT_SIGN)), vec!["cert-sign-iff-authority"]),
        (
            "authority that encrypts data",
            f.sub(usage(DS_DATA_CERT_CRL)),
            vec!["authority-key-usage", "key-usage-fits-key"],
        ),
        ("EC key that encrypts keys", f.leaf(usage(DS_ENCIPHER)), vec!["key-usage-fits-key"]),
        ("usage without a bit", f.leaf(usage(&[3, 1, 0])), vec!["extension-readable"]),
        (
            "Ed25519 key that agrees",
            f.leaf(|d| usage(DS_AGREE)(d.field(KEY, &curve_25519_key(0x70)))),
            vec!["key-usage-fits-key"],
        ),
        (
            "RSA key that agrees",
            f.leaf(|d| usage(DS_AGREE)(d.field(KEY, &rsa_key(256)))),
            vec!["key-usage-fits-key"],
        ),
        (
            "X25519 key that signs",
            f.leaf(|d| d.field(KEY, &curve_25519_key(0x6e))),
            vec!["key-usage-fits-key"],
        ),
        (
            "authority for any purpose",
            f.sub(|d| d.with(oids::EXTENDED_KEY_USAGE, false, &any)),
            vec!["authority-purposes"],
        ),
        (
            "authority for OCSP",
            f.sub(|d| d.with(oids::EXTENDED_KEY_USAGE, false, &ocsp)),
            vec!["authority-purposes"],
        ),
    ]
}

fn alternative_names() -> Rows {
    let f = Family::new();
    let named = |kind, contents: &'static [u8]| {
        f.leaf(|d| d.set(oids::SUBJECT_ALT_NAME, false, &names(kind, contents)))
    };
    let nobody = |d: Draft| d.field(SUBJECT, EMPTY).without(oids::SUBJECT_ALT_NAME);
    let cn = "CN=only.example.com".parse::<Subject>().unwrap();
    vec![
        ("underscore", named(2, b"a_b.example.com"), vec!["alt-name-syntax"]),
        ("trailing dot", named(2, b"a.example.com."), vec!["alt-name-syntax"]),
        ("address of 5 octets", named(7, &[1, 2, 3, 4, 5]), vec!["alt-name-syntax"]),
        ("mailbox", named(1, b"nobody"), vec!["alt-name-syntax", "server-names-no-host"]),
        ("URI", named(6, b"/relative"), vec!["alt-name-syntax", "server-names-no-host"]),
        ("nobody", f.leaf(nobody), vec!["leaf-has-a-name", "server-names-no-host"]),
        (
            "host in the common name",
            f.leaf(|d| d.field(SUBJECT, cn.as_der())),
            vec!["host-only-in-common-name"],
        ),
        ("server without host", f.leaf(|d| d.without(oids::SUBJECT_ALT_NAME)), vec!["server-names-no-host"]),
    ]
}

fn issuers() -> Rows {
    let f = Family::new();
    let other = "CN=sub".parse::<Subject>().unwrap();
    let another_id = octets(&[7; 20]);
    let (leaf, root) = (f.leaf.clone(), f.root.clone());
    let no_ski = Draft::of(&f.sub).without(oids::SUBJECT_KEY_ID).build();
    let computed = der::sequence(&[der::element(tag::context(0), &f.sub.public_key().key_id_sha1())]);
    let without_ski = Draft::of(&leaf).set(oids::AUTHORITY_KEY_ID, false, &computed).build();
    vec![
        ("issuer in another case", f.leaf(|d| d.field(ISSUER, other.as_der())), vec!["issuer-name-exact"]),
        ("no AKI", f.leaf(|d| d.without(oids::AUTHORITY_KEY_ID)), vec!["authority-key-id"]),
        (
            "issuer of another SKI",
            f.under(|d| d.set(oids::SUBJECT_KEY_ID, false, &another_id)),
            vec!["authority-key-id"],
        ),
        ("issuer without SKI", ids(&without_ski, &[no_ski, root.clone()]), vec!["issuer-without-key-id"]),
        (
            "issuer without key usage",
            f.under(|d| d.without(oids::KEY_USAGE)),
            vec!["issuer-without-key-usage"],
        ),
        (
            "issuer that is no authority",
            f.under(|d| d.without(oids::BASIC_CONSTRAINTS)),
            vec!["issuer-is-authority"],
        ),
        (
            "issuer that may not sign",
            f.under(|d| d.set(oids::KEY_USAGE, true, DS)),
            vec!["issuer-is-authority"],
        ),
        (
            "root that is no authority",
            f.under_root(|d| d.without(oids::BASIC_CONSTRAINTS)),
            vec!["issuer-is-authority"],
        ),
        ("leaf of the root", ids(&leaf_of_root(&f), &[root]), vec!["leaf-from-root"]),
    ]
}

/// The leaf as the root would have issued it.
fn leaf_of_root(f: &Family) -> Certificate {
    let id = der::sequence(&[der::element(tag::context(0), f.root.subject_key_id().unwrap())]);
    Draft::of(&f.leaf)
        .field(ISSUER, f.root.subject().as_der())
        .set(oids::AUTHORITY_KEY_ID, false, &id)
        .build()
}

fn path_lengths() -> Rows {
    let f = Family::new();
    let limit = |value: &'static [u8]| move |d: Draft| d.set(oids::BASIC_CONSTRAINTS, true, value);
    let below = |root: &'static [u8], sub: &'static [u8]| {
        let root = limit(root)(Draft::of(&f.root)).build();
        ids(&limit(sub)(Draft::of(&f.sub)).build(), &[root])
    };
    vec![
        ("authority under zero", below(CA_PATH_0, CA_PATH_0), vec!["path-length"]),
        ("as much as the issuer", below(CA_PATH_1, CA_PATH_1), vec!["path-length"]),
        ("less than the issuer", below(CA_PATH_1, CA_PATH_0), vec![]),
        ("below no limit", below(CA, CA_PATH_1), vec![]),
        ("no limit below a limit", below(CA_PATH_1, CA), vec![]),
        ("leaf of an authority under zero", f.under_root(limit(CA_PATH_0)), vec!["path-length"]),
        ("leaf under zero", f.under(limit(CA_PATH_0)), vec![]),
    ]
}

#[test]
fn every_defect_is_found_and_nothing_else() {
    let mistaken: Vec<_> = defects().into_iter().filter(|(_, found, expected)| found != expected).collect();
    assert!(mistaken.is_empty(), "defect, rules that fire, rules that should: {mistaken:#?}");
}

#[test]
fn every_rule_has_a_defect() {
    let mut tested: BTreeSet<_> = defects().into_iter().flat_map(|row| row.2).collect();
    // These have tests of their own, below.
    tested.extend(["validity-forward", "time-encoding", "inside-issuers-validity"]);
    assert_eq!(rules().map(|rule| rule.id).collect::<BTreeSet<_>>(), tested);
}

#[test]
fn dates_outside_the_issuers_are_found() {
    let f = Family::new();
    let early = f.leaf(|d| d.field(VALIDITY, &validity(b"200101000000Z", b"200102000000Z")));
    assert_eq!(early, ["inside-issuers-validity"]);
    let late = f.leaf(|d| d.field(VALIDITY, &validity(b"270101000000Z", b"99991231235959Z")));
    assert_eq!(late, ["inside-issuers-validity"]);
}

#[test]
fn a_validity_that_runs_backwards_is_found() {
    let f = Family::new();
    let backwards = f.leaf(|d| d.field(VALIDITY, &validity(b"300102000000Z", b"300101000000Z")));
    assert_eq!(backwards.first(), Some(&"validity-forward"));
}

#[test]
fn times_in_the_wrong_form_are_found() {
    let root = |not_before: &[u8], not_after: &[u8]| {
        let family = Family::new();
        ids(&Draft::of(&family.root).field(VALIDITY, &validity(not_before, not_after)).build(), &[])
    };
    assert_eq!(root(b"200101000000Z", b"491231235959Z"), [""; 0]);
    assert_eq!(root(b"200101000000Z", b"20500101000000Z"), [""; 0]);
    assert_eq!(root(b"500101000000Z", b"491231235959Z"), [""; 0]);
    assert_eq!(root(b"19491231235959Z", b"491231235959Z"), [""; 0]);
    assert_eq!(root(b"20200101000000Z", b"491231235959Z"), ["time-encoding"]);
    assert_eq!(root(b"200101000000Z", b"20491231235959Z"), ["time-encoding"]);
}
