//! The named templates of AWS Private CA, extension by extension, byte by byte.

use std::collections::BTreeMap;

use certwright::profile::{Leaf, Root, Subordinate, Urls};
use certwright::{Authority, Certificate, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey, Subject};

use super::scene::request;

/// Object identifier, criticality, value.
type Fixed = (&'static str, bool, &'static [u8]);

/// basicConstraints of leaves, keyUsage of authorities, and both keyUsages of leaves.
const LEAF: Fixed = ("2.5.29.19", false, b"\x30\x00");
const AUTHORITY: Fixed = ("2.5.29.15", true, b"\x03\x02\x01\x86");
const SIGNS_AND_ENCIPHERS: Fixed = ("2.5.29.15", true, b"\x03\x02\x05\xa0");
const SIGNS: Fixed = ("2.5.29.15", true, b"\x03\x02\x07\x80");

const BOTH: &[u8] =
    b"\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";
const SERVER: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";
const CLIENT: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";
const CODE: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03";
const OCSP: &[u8] = b"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x09";

const SUBORDINATES: [(&str, Fixed); 4] = [
    ("SubordinateCACertificate_PathLen0/V1", ("2.5.29.19", true, b"\x30\x06\x01\x01\xff\x02\x01\x00")),
    ("SubordinateCACertificate_PathLen1/V1", ("2.5.29.19", true, b"\x30\x06\x01\x01\xff\x02\x01\x01")),
    ("SubordinateCACertificate_PathLen2/V1", ("2.5.29.19", true, b"\x30\x06\x01\x01\xff\x02\x01\x02")),
    ("SubordinateCACertificate_PathLen3/V1", ("2.5.29.19", true, b"\x30\x06\x01\x01\xff\x02\x01\x03")),
];

const LEAVES: [(&str, [Fixed; 3]); 5] = [
    ("EndEntityCertificate/V1", [LEAF, SIGNS_AND_ENCIPHERS, ("2.5.29.37", false, BOTH)]),
    ("EndEntityClientAuthCertificate/V1", [LEAF, SIGNS_AND_ENCIPHERS, ("2.5.29.37", false, CLIENT)]),
    ("EndEntityServerAuthCertificate/V1", [LEAF, SIGNS_AND_ENCIPHERS, ("2.5.29.37", false, SERVER)]),
    ("CodeSigningCertificate/V1", [LEAF, SIGNS, ("2.5.29.37", true, CODE)]),
    ("OCSPSigningCertificate/V1", [LEAF, SIGNS, ("2.5.29.37", true, OCSP)]),
];

const SKI: &str = "2.5.29.14";
const AKI: &str = "2.5.29.35";
const SAN: &str = "2.5.29.17";
const CDP: &str = "2.5.29.31";

/// Every extension is one of the fixed ones, or of those whose values differ; nothing is missing.
fn assert_exact(name: &str, certificate: &Certificate, fixed: &[Fixed], others: &[&str]) {
    let mut found: BTreeMap<_, _> = certificate
        .extensions()
        .iter()
        .map(|extension| (extension.oid.to_string(), (extension.critical, extension.value.clone())))
        .collect();
    for (oid, critical, value) in fixed {
        assert_eq!(found.remove(*oid), Some((*critical, value.to_vec())), "{name}: {oid}");
    }
    for oid in others {
        assert_eq!(found.remove(*oid).map(|(critical, _)| critical), Some(false), "{name}: {oid}");
    }
    assert_eq!(found, BTreeMap::new(), "{name}");
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).unwrap()
}

fn root(ledger: &Ledger) -> Authority {
    let profile = Root::aws("RootCACertificate/V1", Lifetime::years(10)).unwrap();
    Authority::root(&profile, Subject::common_name("root").unwrap(), key(), ledger).unwrap()
}

fn publishing() -> Urls {
    Urls::new().crl("http://crl.example.test/ca.crl".parse().unwrap())
}

#[test]
fn authorities_have_exactly_the_extensions_of_their_template() {
    let ledger = Ledger::in_memory();
    let root = root(&ledger);
    let basic = ("2.5.29.19", true, &b"\x30\x03\x01\x01\xff"[..]);
    assert_exact("root", root.certificate(), &[basic, AUTHORITY], &[SKI]);
    let root = root.with_urls(publishing());
    for (name, basic) in SUBORDINATES {
        let pending = PendingAuthority::new(Subject::common_name(name).unwrap(), key()).unwrap();
        let chain =
            root.certify(&Subordinate::aws(name, Lifetime::years(3)).unwrap(), pending.csr()).unwrap();
        assert_exact(name, chain.certificate(), &[basic, AUTHORITY], &[SKI, AKI, CDP]);
    }
}

#[test]
fn leaves_have_exactly_the_extensions_of_their_template() {
    let ledger = Ledger::in_memory();
    let root = root(&ledger);
    let pending = PendingAuthority::new(Subject::common_name("sub").unwrap(), key()).unwrap();
    let profile = Subordinate::aws(SUBORDINATES[0].0, Lifetime::years(3)).unwrap();
    let chain = root.certify(&profile, pending.csr()).unwrap();
    let mut subordinate = pending.activate(chain, &ledger).unwrap();
    // The CRL is named exactly when there is one.
    for others in [&[SKI, AKI, SAN][..], &[SKI, AKI, SAN, CDP]] {
        for (name, fixed) in LEAVES {
            let profile = Leaf::aws(name, Lifetime::days(395)).unwrap();
            let issued = subordinate.issue(&profile, request("server", &key())).unwrap();
            assert_exact(name, issued.certificate(), &fixed, others);
        }
        subordinate = subordinate.with_urls(publishing());
    }
}
