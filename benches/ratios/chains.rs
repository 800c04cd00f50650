//! Chains and truststores: put in order, verified, loaded, checked.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;

use certwright::chain::{Bag, Purpose, Verifier, to_pem};
use certwright::truststore::{Rules, Truststore};
use certwright::{Certificate, Timestamp};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

use crate::harness::{Average, Bench};
use crate::peer;

/// The day on which everything is looked at; rcgen's certificates run from 1975 to 4096.
const TODAY: &str = "2026-11-24T00:00:00Z";

fn today() -> Timestamp {
    TODAY.parse().unwrap()
}

/// What is needed to check one signature with ring alone.
struct Raw {
    key: Vec<u8>,
    tbs: Vec<u8>,
    signature: Vec<u8>,
}

impl Raw {
    fn new(child: &Certificate, issuer: &Certificate) -> Self {
        let signature = child.signature_value().to_vec();
        let spki = issuer.public_key().spki_der();
        Self { key: spki[spki.len() - 65..].to_vec(), tbs: child.tbs().to_vec(), signature }
    }

    fn verify(&self) {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.key);
        key.verify(&self.tbs, &self.signature).unwrap();
    }
}

/// A line of authorities, the root first, and a client at its end.
fn line(name: &str, length: usize) -> Vec<Certificate> {
    let key = || KeyPair::generate().unwrap();
    let root = key();
    let params = authority(&format!("{name} 0"));
    let mut made = vec![params.self_signed(&root).unwrap()];
    let mut above = Issuer::new(params, root);
    for depth in 1..length {
        let (own, name) = (key(), format!("{name} {depth}"));
        let params = if depth + 1 < length { authority(&name) } else { client(&name) };
        made.push(params.signed_by(&own, &above).unwrap());
        above = Issuer::new(params, own);
    }
    made.iter().map(|made| Certificate::from_der(made.der()).unwrap()).collect()
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn client(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params
}

fn raw_links(line: &[Certificate]) -> impl Iterator<Item = Raw> {
    line.windows(2).map(|pair| Raw::new(&pair[1], &pair[0]))
}

fn parse(ders: &[Vec<u8>]) -> Vec<Certificate> {
    ders.iter().map(|der| Certificate::from_der(der).unwrap()).collect()
}

/// 10,000 certificates of 1,000 chains in one bag, parsed and put in order, divided by parsing them and one raw
/// verification per signature.
pub(crate) fn order_against_raw() -> Bench {
    let lines: Vec<_> = (0..1000).map(|number| line(&format!("Line {number}"), 10)).collect();
    let roots = lines.iter().map(|line| Raw::new(&line[0], &line[0]));
    let raw: Vec<_> =
        roots.chain(lines.iter().flat_map(|line| raw_links(line).collect::<Vec<_>>())).collect();
    // Neighbours are strangers: one depth of all lines after the other.
    let bag: Vec<_> =
        (0..10).flat_map(|depth| lines.iter().map(move |line| line[depth].der().to_vec())).collect();
    let same = bag.clone();
    let ours = move || {
        let certificates = parse(&bag);
        let ordered = Bag::new(&certificates).at(today()).order_all().unwrap();
        assert_eq!(black_box(ordered).chains.len(), 1000);
    };
    let theirs = move || {
        black_box(parse(&same));
        raw.iter().for_each(Raw::verify);
    };
    Bench { goal: 1.5, repeats: 1, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) }
}

/// A client, its subordinate and the root, parsed and verified, divided by parsing and two raw verifications.
pub(crate) fn verify_against_raw() -> Bench {
    let line = line("Line", 3);
    let raw: Vec<_> = raw_links(&line).collect();
    let ders: Vec<_> = line.iter().map(|certificate| certificate.der().to_vec()).collect();
    let same = ders.clone();
    let ours = move || {
        let certificates = parse(&ders);
        let (roots, others) = certificates.split_at(1);
        let verifier = Verifier::new(roots, today()).purpose(Purpose::Client);
        assert_eq!(black_box(verifier.verify(&others[1], &others[..1]).unwrap()).path.len(), 3);
    };
    let theirs = move || {
        black_box(parse(&same));
        raw.iter().for_each(Raw::verify);
    };
    Bench {
        goal: 1.15,
        repeats: 200,
        average: Average::Median,
        ours: Box::new(ours),
        theirs: Box::new(theirs),
    }
}

/// Ten roots with 99 subordinates each.
fn store() -> (Vec<Certificate>, Vec<Raw>) {
    let (mut store, mut raw) = (Vec::new(), Vec::new());
    for number in 0..10 {
        let key = KeyPair::generate().unwrap();
        let params = authority(&format!("Root {number}"));
        let root = Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap();
        let issuer = Issuer::new(params, key);
        for sub in 0..99 {
            let key = KeyPair::generate().unwrap();
            let made = authority(&format!("Sub {number} {sub}")).signed_by(&key, &issuer).unwrap();
            let made = Certificate::from_der(made.der()).unwrap();
            raw.push(Raw::new(&made, &root));
            store.push(made);
        }
        raw.push(Raw::new(&root, &root));
        store.push(root);
    }
    (store, raw)
}

fn load_and_write(text: &str) -> Vec<Certificate> {
    let certificates = Certificate::read_all(text.as_bytes()).unwrap();
    assert_eq!(black_box(to_pem(&certificates)).len(), text.len());
    certificates
}

/// A store of 1,000 certificates, loaded, written and checked, divided by loading, writing and one raw verification per
/// signature.
pub(crate) fn check_against_raw() -> Bench {
    let (store, raw) = store();
    let text = to_pem(&store);
    let same = text.clone();
    let ours = move || {
        let store = load_and_write(&text);
        assert!(black_box(Truststore::check(&store, &Rules::none(), today())).is_empty());
    };
    let theirs = move || {
        black_box(load_and_write(&same));
        raw.iter().for_each(Raw::verify);
    };
    Bench { goal: 1.15, repeats: 2, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) }
}

/// The same store loaded and written, divided by Go decoding and parsing it.
pub(crate) fn load_against_go() -> Result<Bench, &'static str> {
    load_against(1.0, peer::go_loader()?)
}

/// The same, divided by OpenSSL decoding and parsing it.
pub(crate) fn load_against_openssl() -> Result<Bench, &'static str> {
    load_against(0.1, peer::openssl_loader()?)
}

fn load_against(goal: f64, loader: PathBuf) -> Result<Bench, &'static str> {
    const REPEATS: usize = 10;
    let text = to_pem(&store().0);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("store.pem"), &text).unwrap();
    let ours = move || {
        (0..REPEATS).for_each(|_| drop(black_box(load_and_write(&text))));
    };
    let theirs = move || {
        let arguments = ["store.pem".to_owned(), REPEATS.to_string()];
        peer::run_loader(Command::new(&loader).args(arguments).current_dir(folder.path()));
    };
    Ok(Bench { goal, repeats: 1, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) })
}
