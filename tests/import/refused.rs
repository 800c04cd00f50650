//! What is no authority, or not ours to continue.

use certwright::chain::Chain;
use certwright::profile::{Leaf, Subordinate};
use certwright::{Authority, Certificate, Csr, Error, Ledger, Lifetime, PrivateKey, Request, Subject};

use super::foreign::{Draft, extension, is_authority, key, key_id, moment, signs_certificates};

fn subject() -> Vec<u8> {
    Subject::common_name("Old CA").unwrap().as_der().to_vec()
}

fn ledger() -> Ledger {
    Ledger::in_memory().with_clock(moment())
}

fn open(certificates: Vec<Certificate>, signer: PrivateKey) -> Result<Authority, Error> {
    Authority::open(Chain::new(certificates)?, signer, &ledger())
}

#[test]
fn what_may_not_sign_certificates_is_no_authority() {
    for (name, extensions, reason) in [
        ("version 1", vec![], "basic constraints"),
        ("no basic constraints", vec![signs_certificates(), key_id()], "basic constraints"),
        ("cA false", vec![extension(19, true, &[0x30, 0]), signs_certificates()], "basic constraints"),
        ("cA written as false", vec![extension(19, true, &[0x30, 3, 1, 1, 0])], "basic constraints"),
        ("no keyCertSign", vec![is_authority(), extension(15, true, &[3, 2, 1, 2])], "keyCertSign"),
        ("digitalSignature only", vec![is_authority(), extension(15, true, &[3, 2, 7, 0x80])], "keyCertSign"),
    ] {
        let signer = key();
        let draft = Draft { extensions, ..Draft::authority(&subject()) };
        let error = open(vec![draft.self_signed(&signer)], signer).unwrap_err();
        assert!(
            matches!(&error, Error::NotAnAuthority { reason: found, .. } if found.contains(reason)),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_key_of_somebody_else_continues_nothing() {
    let root = Draft::authority(&subject()).self_signed(&key());
    let error = open(vec![root], key()).unwrap_err();
    assert!(matches!(error, Error::KeyMismatch { .. }), "{error}");
}

#[test]
fn an_authority_without_a_name_cannot_be_named_as_issuer() {
    let signer = key();
    let nameless = Draft::authority(&[0x30, 0]).self_signed(&signer);
    let error = open(vec![nameless], signer).unwrap_err();
    assert!(matches!(error, Error::EmptyName { .. }), "{error}");
    // Nor may it stand anywhere above.
    let (above, signer) = (key(), key());
    let root = Draft::authority(&[0x30, 0]).self_signed(&above);
    let sub = Draft { issuer: Some(vec![0x30, 0]), ..Draft::authority(&subject()) }.sign(&signer, &above);
    let error = open(vec![Certificate::from_der(&sub).unwrap(), root], signer).unwrap_err();
    assert!(matches!(error, Error::EmptyName { .. }), "{error}");
}

#[test]
fn names_in_ber_are_refused_as_such() {
    let cn: &[u8] = b"\x06\x03\x55\x04\x03\x0c\x01a";
    let attribute = [&[0x30, 8][..], cn].concat();
    let rows: [(&str, Vec<u8>); 5] = [
        ("a length that is too long", [&[0x30, 0x81, 12, 0x31, 10][..], &attribute].concat()),
        ("a length that is too long inside", [&[0x30, 13, 0x31, 0x81, 10][..], &attribute].concat()),
        ("an indefinite length", [&[0x30, 0x80, 0x31, 10][..], &attribute, &[0, 0]].concat()),
        ("an indefinite length inside", [&[0x30, 14, 0x31, 0x80][..], &attribute, &[0, 0]].concat()),
        ("a string in pieces", b"\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x2c\x05\x0c\x03abc".to_vec()),
    ];
    for (name, ber) in rows {
        let (above, signer) = (key(), key());
        let der = Draft::authority(&ber).sign(&signer, &signer);
        let error = Certificate::from_der(&der).unwrap_err();
        assert!(error.to_string().starts_with("decode the issuer's distinguished name: "), "{name}: {error}");
        let below = Draft { issuer: Some(subject()), ..Draft::authority(&ber) }.sign(&signer, &above);
        let error = Certificate::from_der(&below).unwrap_err();
        assert!(
            error.to_string().starts_with("decode the subject's distinguished name: "),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_chain_reaches_a_root_link_by_link() {
    let (above, signer) = (key(), key());
    let top = Subject::common_name("root").unwrap().as_der().to_vec();
    let root = Draft::authority(&top).self_signed(&above);
    let sub = |issuer: &[u8], by: &PrivateKey| {
        let draft = Draft { issuer: Some(issuer.to_vec()), ..Draft::authority(&subject()) };
        Certificate::from_der(&draft.sign(&signer, by)).unwrap()
    };
    let good = sub(&top, &above);
    assert!(Chain::new(vec![good.clone(), root.clone()]).is_ok());
    for (name, certificates, kind) in [
        ("nothing above it", vec![good.clone()], "missing-issuer"),
        ("upside down", vec![root.clone(), good], "chain"),
        ("signed by another root of that name", vec![sub(&top, &key()), root.clone()], "bad-signature"),
        ("another issuer", vec![sub(&subject(), &above), root], "chain"),
        ("nothing", Vec::new(), "chain"),
    ] {
        assert_eq!(Chain::new(certificates).unwrap_err().kind(), kind, "{name}");
    }
}

#[test]
fn a_chain_deeper_than_a_path_length_allows_is_not_continued() {
    let keys = [key(), key(), key()];
    let named = |name: &str| Subject::common_name(name).unwrap().as_der().to_vec();
    let limited = |length: u8| vec![extension(19, true, &[0x30, 6, 1, 1, 0xff, 2, 1, length]), key_id()];
    let chain = |length: u8| {
        let root = Draft { extensions: limited(length), ..Draft::authority(&named("a")) };
        let middle = Draft { issuer: Some(named("a")), ..Draft::authority(&named("b")) };
        let last = Draft { issuer: Some(named("b")), ..Draft::authority(&named("c")) };
        let made =
            [last.sign(&keys[2], &keys[1]), middle.sign(&keys[1], &keys[0]), root.sign(&keys[0], &keys[0])];
        Chain::new(made.iter().map(|der| Certificate::from_der(der).unwrap()).collect()).unwrap()
    };
    let pem = keys[2].danger_plain_pem(certwright::Format::Pkcs8).unwrap();
    let signer = || PrivateKey::read(pem.as_bytes(), None).unwrap();
    assert!(Authority::open(chain(2), signer(), &ledger()).is_ok());
    let error = Authority::open(chain(1), signer(), &ledger()).unwrap_err();
    assert!(matches!(error, Error::NotAnAuthority { .. }), "{error}");
}

#[test]
fn an_expired_authority_opens_says_so_and_issues_nothing() {
    for dates in [("200101000000Z", "201231235959Z"), ("300101000000Z", "491231235959Z")] {
        let signer = key();
        let root = Draft { dates, ..Draft::authority(&subject()) }.self_signed(&signer);
        let authority = open(vec![root], signer).unwrap();
        assert_eq!(authority.findings()[0].rule, "continued-not-current");
        let request = Request::new(key().public_key()).subject(Subject::common_name("a").unwrap());
        let leaf = authority.issue(&Leaf::client(Lifetime::days(1)), request).map(|_| ());
        let csr = Csr::create(&Subject::common_name("b").unwrap(), &key()).unwrap();
        let subordinate = authority.certify(&Subordinate::new(Lifetime::days(1)), &csr).map(|_| ());
        for outcome in [leaf, subordinate] {
            let kind = outcome.unwrap_err().kind();
            assert!(["issuer-expired", "issuer-not-yet-valid"].contains(&kind), "{kind}");
        }
    }
}

#[test]
fn a_subordinate_that_outlives_its_root_is_continued_inside_it() {
    let (above, signer) = (key(), key());
    let top = Subject::common_name("root").unwrap().as_der().to_vec();
    let dates = ("200101000000Z", "270101000000Z");
    let root = Draft { dates, ..Draft::authority(&top) }.self_signed(&above);
    let sub = Draft { issuer: Some(top), ..Draft::authority(&subject()) }.sign(&signer, &above);
    let authority = open(vec![Certificate::from_der(&sub).unwrap(), root], signer).unwrap();
    let rules: Vec<_> = authority.findings().iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["continued-outlives-issuer"]);
    let request = Request::new(key().public_key()).subject(Subject::common_name("a").unwrap());
    let error = authority.issue(&Leaf::client(Lifetime::days(365)), request).unwrap_err();
    assert!(matches!(error, Error::OutlivesIssuer { .. }), "{error}");
}

#[test]
fn a_compromised_key_continues_nothing() {
    let (signer, ledger) = (key(), ledger());
    let root = Draft::authority(&subject()).self_signed(&signer);
    ledger.mark_compromised(signer.public_key(), "stolen").unwrap();
    let error = Authority::open(Chain::new(vec![root]).unwrap(), signer, &ledger).unwrap_err();
    assert!(matches!(error, Error::KeyRefused { .. }), "{error}");
}
