//! Requests that nobody's tool writes, and those that we write, read by everybody's.

use std::path::Path;

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    AltName, Authority, Csr, Error, Format, KeyType, Ledger, Lifetime, PrivateKey, PublicKey, Request,
    Signer, SignerError, Subject, Verdict,
};

use super::bench::{Bench, Want};
use crate::support::peers;

fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).unwrap()
}

fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let header = match u8::try_from(length) {
        Ok(short) if short < 0x80 => vec![tag, short],
        Ok(octet) => vec![tag, 0x81, octet],
        Err(_) => [&[tag, 0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [header, contents.to_vec()].concat()
}

/// The parts of a CertificationRequestInfo, to be changed before they are signed.
struct Draft {
    version: Vec<u8>,
    subject: Vec<u8>,
    spki: Vec<u8>,
    attributes: Vec<u8>,
}

const EXTENSION_REQUEST: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e";
const MICROSOFT: &[u8] = b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0e";
const NAMES: &[u8] = b"\x30\x10\x06\x03\x55\x1d\x11\x04\x09\x30\x07\x82\x05\x61\x2e\x62\x2e\x63";
const AUTHORITY: &[u8] = b"\x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05\x30\x03\x01\x01\xff";

impl Draft {
    fn new(key: &PrivateKey) -> Self {
        Self {
            version: vec![2, 1, 0],
            subject: Subject::common_name("client").unwrap().as_der().to_vec(),
            spki: key.public_key().spki_der().to_vec(),
            attributes: vec![0xa0, 0],
        }
    }

    /// With one attribute of extensions for each of the parts.
    fn asking(key: &PrivateKey, parts: &[(&[u8], &[u8])]) -> Self {
        let attribute = |(oid, extensions): &(&[u8], &[u8])| {
            tlv(0x30, &[oid.to_vec(), tlv(0x31, &tlv(0x30, extensions))].concat())
        };
        let attributes = tlv(0xa0, &parts.iter().flat_map(attribute).collect::<Vec<_>>());
        Self { attributes, ..Self::new(key) }
    }

    fn sign(&self, signer: &PrivateKey) -> Vec<u8> {
        let parts = [&self.version, &self.subject, &self.spki, &self.attributes];
        let info = tlv(0x30, &parts.map(Vec::as_slice).concat());
        let signature = [vec![0], signer.sign(&info).unwrap()].concat();
        let algorithm = signer.public_key().signature_algorithm().unwrap();
        tlv(0x30, &[&info, algorithm, &tlv(3, &signature)].concat())
    }
}

#[test]
fn possession_is_proven_by_the_very_bytes() {
    let (own, other) = (key(), key());
    let request = Draft::new(&own).sign(&own);
    assert!(Csr::from_der(&request).is_ok());
    // The key of somebody else, or a request of somebody else with one's own key.
    for stolen in [Draft::new(&other).sign(&own), Draft::new(&own).sign(&other)] {
        assert!(matches!(Csr::from_der(&stolen), Err(Error::BadSignature { .. })));
    }
    // A bit anywhere: what still reads does not verify.
    for position in 0..request.len() {
        let mut flipped = request.clone();
        flipped[position] ^= 1;
        assert!(Csr::from_der(&flipped).is_err(), "bit flipped at {position}");
    }
}

#[test]
fn structures_that_are_no_request_are_refused() {
    let signer = key();
    let draft = || Draft::new(&signer);
    let good = draft().sign(&signer);
    let malformed = [
        ("version 2", Draft { version: vec![2, 1, 1], ..draft() }.sign(&signer)),
        ("a subject in BER", Draft { subject: vec![0x30, 0x81, 0], ..draft() }.sign(&signer)),
        ("an RDN without attribute", Draft { subject: vec![0x30, 2, 0x31, 0], ..draft() }.sign(&signer)),
        ("something else than attributes", Draft { attributes: vec![0x30, 0], ..draft() }.sign(&signer)),
        (
            "an attribute without values",
            Draft { attributes: vec![0xa0, 4, 0x30, 2, 6, 0], ..draft() }.sign(&signer),
        ),
        ("an extension that is none", Draft::asking(&signer, &[(EXTENSION_REQUEST, &[5, 0])]).sign(&signer)),
        ("an empty file", Vec::new()),
        ("half of it", good[..good.len() / 2].to_vec()),
        ("a certificate's outer structure", tlv(0x30, &[])),
    ];
    for (name, der) in malformed {
        let error = Csr::from_der(&der).expect_err(name);
        assert_eq!(error.kind(), "decode", "{name}: {error}");
    }
    let behind = Csr::from_der(&[&good[..], &[0]].concat()).unwrap_err();
    assert!(matches!(behind, Error::TrailingBytes { count: 1, .. }), "{behind}");
    let large = Csr::from_der(&vec![0x30; 32_769]).unwrap_err();
    assert!(matches!(large, Error::TooLarge { limit: 32_768, .. }), "{large}");
}

#[test]
fn unusual_attributes_are_read_as_what_they_are() {
    let (bench, signer) = (Bench::new(), key());
    let asking = |parts: &[(&[u8], &[u8])]| Draft::asking(&signer, parts).sign(&signer);
    let twice = [NAMES, NAMES].concat();
    let both = [AUTHORITY, NAMES].concat();
    let rows: [(&str, Vec<u8>, Want); 7] = [
        (
            "no attributes at all",
            Draft { attributes: Vec::new(), ..Draft::new(&signer) }.sign(&signer),
            Want::Issued(""),
        ),
        ("no extension", asking(&[(EXTENSION_REQUEST, &[])]), Want::Issued("")),
        ("Microsoft's identifier", asking(&[(MICROSOFT, NAMES)]), Want::Issued("granted subjectAltName")),
        (
            "two requests for extensions",
            asking(&[(EXTENSION_REQUEST, NAMES), (MICROSOFT, AUTHORITY)]),
            Want::Issued("granted subjectAltName, denied basicConstraints"),
        ),
        (
            "both in one",
            asking(&[(EXTENSION_REQUEST, &both)]),
            Want::Issued("denied basicConstraints, granted subjectAltName"),
        ),
        // Which of the two would be meant?
        (
            "names twice",
            asking(&[(EXTENSION_REQUEST, &twice)]),
            Want::Nameless("denied subjectAltName, denied subjectAltName"),
        ),
        (
            "names twice, apart",
            asking(&[(EXTENSION_REQUEST, NAMES), (EXTENSION_REQUEST, NAMES)]),
            Want::Nameless("denied subjectAltName, denied subjectAltName"),
        ),
    ];
    for (name, der, want) in rows {
        bench.judge(name, &der, &want);
    }
}

#[test]
fn names_are_granted_only_when_that_is_said() {
    let (bench, signer) = (Bench::new(), key());
    let subject = Subject::common_name("client").unwrap();
    let csr = Csr::builder(&subject).dns("a.test").unwrap().sign(&signer).unwrap();
    let silent = bench.issue(&csr, false).unwrap();
    assert!(silent.certificate().alt_names().is_empty());
    let report = csr.report(silent.certificate());
    assert_eq!(report.extension("subjectAltName").unwrap().verdict, Verdict::Denied);
    assert!(!report.all_granted());
    let said = bench.issue(&csr, true).unwrap();
    assert!(csr.report(said.certificate()).all_granted());
}

#[test]
fn a_report_says_what_the_certificate_says_instead() {
    let (bench, signer) = (Bench::new(), key());
    let usage: &[u8] = b"\x30\x0e\x06\x03\x55\x1d\x0f\x01\x01\xff\x04\x04\x03\x02\x02\x04";
    let asked = [AUTHORITY, usage, b"\x30\x09\x06\x03\x88\x37\x07\x04\x02\x05\x00"].concat();
    let csr = Csr::from_der(&Draft::asking(&signer, &[(EXTENSION_REQUEST, &asked)]).sign(&signer)).unwrap();
    let issued = bench.issue(&csr, true).unwrap();
    let report = csr.report(issued.certificate());
    let lines: Vec<_> = report.to_string().lines().skip(2).map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "denied   basicConstraints: critical, CA:TRUE",
            "changed  keyUsage: critical, keyCertSign -> critical, digitalSignature",
            "unknown  2.999.7: 0500",
        ]
    );
    #[cfg(feature = "serde")]
    {
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json[2]["name"], "basicConstraints");
        assert_eq!(json[2]["verdict"], "denied");
        assert_eq!(json[3]["issued"], "critical, digitalSignature");
    }
}

#[test]
fn a_subordinates_constraints_are_its_profiles_whatever_was_asked() {
    let (root_key, signer) = (key(), key());
    let ledger = Ledger::in_memory();
    let root = Root::new(Lifetime::years(10));
    let root = Authority::root(&root, Subject::common_name("root").unwrap(), root_key, &ledger).unwrap();
    // cA with a path length of 9.
    let asked: &[u8] = b"\x30\x12\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x08\x30\x06\x01\x01\xff\x02\x01\x09";
    let csr = Csr::from_der(&Draft::asking(&signer, &[(EXTENSION_REQUEST, asked)]).sign(&signer)).unwrap();
    let chain = root.certify(&Subordinate::new(Lifetime::years(1)), &csr).unwrap();
    assert_eq!(chain.certificate().basic_constraints().unwrap().path_length, Some(0));
    let report = csr.report(chain.certificate());
    assert_eq!(report.extension("basicConstraints").unwrap().verdict, Verdict::Changed);
}

#[test]
fn a_request_may_leave_its_name_to_the_authority() {
    let signer = key();
    let nobody = Csr::create(&Subject::empty(), &signer).unwrap();
    assert!(nobody.subject().is_empty() && nobody.extensions().is_empty());
    let named = Csr::builder(&Subject::empty()).dns("a.test").unwrap().sign(&signer).unwrap();
    assert!(named.extensions()[0].critical, "the only name there is has to be understood");
}

/// A signer that claims a key that it does not have.
struct Impostor(PrivateKey, PublicKey);

impl Signer for Impostor {
    fn public_key(&self) -> &PublicKey {
        &self.1
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        Signer::sign(&self.0, message)
    }
}

#[test]
fn a_request_that_does_not_verify_is_not_handed_out() {
    let impostor = Impostor(key(), key().public_key().clone());
    let error = Csr::create(&Subject::common_name("a").unwrap(), &impostor).unwrap_err();
    assert!(matches!(error, Error::BadSignature { .. }), "{error}");
    let names = (0..2000).map(|number| format!("host-number-{number}.example.test").parse().unwrap());
    let builder = Csr::builder(&Subject::empty());
    let error = names.fold(builder, |csr, name| csr.alt_name(AltName::Dns(name))).sign(&key()).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}

#[test]
fn a_name_is_taken_one_by_one_where_not_all_can_be() {
    let (bench, signer) = (Bench::new(), key());
    // a.b.c, then an otherName.
    let asked: &[u8] =
        b"\x30\x1b\x06\x03\x55\x1d\x11\x04\x14\x30\x12\x82\x05a.b.c\xa0\x09\x06\x02\x88\x37\xa0\x03\x0c\x01x";
    let csr = Csr::from_der(&Draft::asking(&signer, &[(EXTENSION_REQUEST, asked)]).sign(&signer)).unwrap();
    assert_eq!(bench.issue(&csr, true).unwrap_err().kind(), "syntax");
    let names = csr.alt_names().iter().filter_map(|name| AltName::try_from(name).ok());
    let request = names.fold(Request::from_csr(&csr), Request::alt_name);
    let issued = bench.authority().issue(&Leaf::client(Lifetime::days(1)), request).unwrap();
    let report = csr.report(issued.certificate());
    assert_eq!(report.extension("subjectAltName").unwrap().verdict, Verdict::Changed);
}

/// Keys that sign no certificates here are certified, with a request or without one.
#[test]
fn keys_of_every_kind_are_carried_byte_for_byte() {
    let Some(openssl) = peers::find("openssl") else { return };
    let bench = Bench::new();
    for key in [
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-521",
        "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        "-algorithm ED448",
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384",
    ] {
        bench.run(
            &openssl,
            &["genpkey", "-out", "key.pem"].into_iter().chain(key.split(' ')).collect::<Vec<_>>(),
        );
        bench.run(&openssl, &["pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "spki.der"]);
        let public = PublicKey::from_spki_der(&bench.read("spki.der")).unwrap();
        let request = Request::new(&public).subject(Subject::common_name("client").unwrap());
        let issued = bench.authority().issue(&Leaf::client(Lifetime::days(1)), request).unwrap();
        assert_eq!(issued.certificate().public_key().spki_der(), bench.read("spki.der"), "{key}");
        bench.verify(key, &issued.certificate().to_pem());
    }
}

/// What other tools say of a request that we wrote.
#[test]
fn our_requests_are_read_by_everybody() {
    let bench = Bench::new();
    let kinds =
        KeyType::ALL.into_iter().filter(|kind| cfg!(feature = "rsa") || !kind.to_string().starts_with("rsa"));
    for kind in kinds {
        let signer = PrivateKey::generate(kind).unwrap();
        let subject = "CN=client,OU=a,OU=b,DC=example,DC=com".parse().unwrap();
        let csr = Csr::builder(&subject)
            .dns("*.a.test")
            .and_then(|csr| csr.email("a@b.test"))
            .and_then(|csr| csr.uri("spiffe://a.test/b"))
            .map(|csr| csr.ip("2001:db8::1".parse().unwrap()))
            .and_then(|csr| csr.sign(&signer))
            .unwrap();
        assert_eq!(Csr::read(csr.to_pem().as_bytes()).unwrap(), csr);
        bench.write("request.pem", csr.to_pem());
        bench.write("key.pem", &*signer.danger_plain_pem(Format::Pkcs8).unwrap());
        for (tool, arguments, expected) in [
            (
                "openssl",
                "req -verify -in request.pem -noout -text -nameopt oneline",
                "DNS:*.a.test, email:a@b.test, URI:spiffe://a.test/b, IP Address:2001:DB8:0:0:0:0:0:1",
            ),
            ("certtool", "--crq-info --infile request.pem", "DNSname: *.a.test"),
            ("keytool", "-printcertreq -file request.pem", "DNSName: *.a.test"),
        ] {
            read_by(&bench, tool, arguments, expected);
        }
    }
}

fn read_by(bench: &Bench, tool: &str, arguments: &str, expected: &str) {
    let Some(program) = peers::find(tool) else { return };
    let said = bench.run(Path::new(&program), &arguments.split(' ').collect::<Vec<_>>());
    assert!(said.contains(expected), "{tool}: {said}");
}
