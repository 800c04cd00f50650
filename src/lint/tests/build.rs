//! Certificates as the rules see them, made field by field.

use std::sync::LazyLock;

use super::super::*;
use crate::certificate::oids;
use crate::der::{self, tag};
use crate::key::{KeyType, PrivateKey};
use crate::name;
use crate::signer::{assemble, sign_structure};

pub(super) static KEYS: LazyLock<[PrivateKey; 3]> =
    LazyLock::new(|| [(); 3].map(|()| PrivateKey::generate(KeyType::EcdsaP256).expect("a key")));

/// A certificate to be, field by field.
#[derive(Clone)]
pub(super) struct Build {
    pub(super) version: Vec<u8>,
    pub(super) serial: Vec<u8>,
    pub(super) inner: Vec<u8>,
    pub(super) outer: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) validity: [String; 2],
    pub(super) subject: Vec<u8>,
    pub(super) spki: Vec<u8>,
    pub(super) extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
}

pub(super) const ECDSA_SHA256: &[u8] = b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
pub(super) const ECDSA_SHA1: &[u8] = b"\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x04\x01";
pub(super) const AUTHORITY: [u8; 4] = [3, 2, 1, 0x86];
pub(super) const SIGNS: [u8; 4] = [3, 2, 7, 0x80];

pub(super) fn dn(text: &str) -> Vec<u8> {
    text.parse::<name::Subject>().unwrap().as_der().to_vec()
}

pub(super) fn rdn(oid: &[u8], string: u8, value: &[u8]) -> Vec<u8> {
    let attribute = der::sequence(&[der::element(tag::OID, oid), der::element(string, value)]);
    der::sequence(&[der::constructed(tag::SET, &[attribute])])
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der::sequence(parts)
}

pub(super) fn oid(content: &[u8]) -> Vec<u8> {
    der::element(tag::OID, content)
}

pub(super) fn purpose(last: u8) -> Vec<u8> {
    oid(&[0x2b, 6, 1, 5, 5, 7, 3, last])
}

impl Build {
    pub(super) fn new(issuer: &str, subject: &str, key: usize, issuer_key: usize) -> Self {
        let key = KEYS[key].public_key();
        let aki = sequence(&[&der::element(tag::context(0), &KEYS[issuer_key].public_key().key_id())]);
        Self {
            version: vec![0xa0, 3, 2, 1, 2],
            serial: [1; 17].to_vec(),
            inner: ECDSA_SHA256.to_vec(),
            outer: ECDSA_SHA256.to_vec(),
            issuer: dn(issuer),
            validity: ["260101000000Z", "261231235959Z"].map(str::to_owned),
            subject: dn(subject),
            spki: key.spki_der().to_vec(),
            extensions: vec![
                (oids::SUBJECT_KEY_ID.to_vec(), false, der::element(tag::OCTET_STRING, &key.key_id())),
                (oids::AUTHORITY_KEY_ID.to_vec(), false, aki),
            ],
        }
    }

    pub(super) fn root() -> Self {
        let mut root = Self::new("CN=root", "CN=root", 0, 0);
        root.validity = ["260101000000Z", "351231235959Z"].map(str::to_owned);
        root.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0xff]);
        root.set(oids::KEY_USAGE, true, &AUTHORITY);
        root
    }

    pub(super) fn subordinate() -> Self {
        let mut subordinate = Self::new("CN=root", "CN=sub", 1, 0);
        subordinate.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 6, 1, 1, 0xff, 2, 1, 0]);
        subordinate.set(oids::KEY_USAGE, true, &AUTHORITY);
        subordinate
    }

    pub(super) fn leaf() -> Self {
        let mut leaf = Self::new("CN=sub", "CN=a.example", 2, 1);
        leaf.set(oids::KEY_USAGE, true, &SIGNS);
        leaf.set(oids::EXTENDED_KEY_USAGE, false, &sequence(&[&purpose(1)]));
        leaf.set(oids::SUBJECT_ALT_NAME, false, &sequence(&[&der::element(tag::context(2), b"a.example")]));
        leaf
    }

    /// Replaces an extension, or adds it.
    pub(super) fn set(&mut self, oid: &[u8], critical: bool, value: &[u8]) {
        self.remove(oid);
        self.extensions.push((oid.to_vec(), critical, value.to_vec()));
    }

    pub(super) fn remove(&mut self, oid: &[u8]) {
        self.extensions.retain(|(other, _, _)| other != oid);
    }

    pub(super) fn name(&mut self, tag: u8, value: &[u8]) {
        self.set(oids::SUBJECT_ALT_NAME, false, &sequence(&[&der::element(tag, value)]));
    }

    pub(super) fn purposes(&mut self, critical: bool, last: &[u8]) {
        let listed: Vec<_> = last.iter().map(|last| purpose(*last)).collect();
        self.set(oids::EXTENDED_KEY_USAGE, critical, &der::sequence(&listed));
    }

    pub(super) fn rsa(&mut self, modulus: &[u8], exponent: &[u8]) {
        self.rsa_in(&[&[0], modulus].concat(), exponent);
    }

    /// The same, with the contents of the modulus as they stand.
    pub(super) fn rsa_in(&mut self, modulus: &[u8], exponent: &[u8]) {
        let identifier = sequence(&[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]), &[5, 0]]);
        let modulus = der::element(tag::INTEGER, modulus);
        let key = sequence(&[&modulus, &der::element(tag::INTEGER, exponent)]);
        self.spki = sequence(&[&identifier, &der::bit_string(&key)]);
    }

    pub(super) fn tbs(&self) -> Vec<u8> {
        let time = |text: &String| der::element(if text.len() == 13 { 0x17 } else { 0x18 }, text.as_bytes());
        let extensions = self.extensions.iter().map(|(kind, critical, value)| {
            let critical: &[u8] = if *critical { &[1, 1, 0xff] } else { &[] };
            sequence(&[&oid(kind), critical, &der::element(tag::OCTET_STRING, value)])
        });
        let extensions = der::sequence(&extensions.collect::<Vec<_>>());
        sequence(&[
            &self.version,
            &der::element(tag::INTEGER, &self.serial),
            &self.inner,
            &self.issuer,
            &der::sequence(&self.validity.iter().map(time).collect::<Vec<_>>()),
            &self.subject,
            &self.spki,
            &der::element(0xa3, &extensions),
        ])
    }

    pub(super) fn build(&self) -> Certificate {
        Certificate::from_der(&assemble(&self.tbs(), &self.outer, &[])).expect("a readable certificate")
    }

    pub(super) fn signed(&self, key: usize) -> Certificate {
        Certificate::from_der(&sign_structure(&self.tbs(), &KEYS[key]).unwrap()).unwrap()
    }
}

pub(super) fn now() -> Timestamp {
    "2026-06-01".parse().unwrap()
}

pub(super) fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

pub(super) fn judged(certificate: &Build, ancestors: &[Certificate]) -> Vec<&'static str> {
    ids(&check(&Subject::issued(&certificate.build(), ancestors, &[], now())))
}

pub(super) fn chain() -> [Certificate; 2] {
    [Build::subordinate().build(), Build::root().build()]
}
