//! An authority's life: pending, active, continued; and signers that do not do what they should.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::indexing_slicing, reason = "so does an index")]

mod support;

use std::sync::{Arc, Mutex};

use certwright::chain::{Chain, to_pem};
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    ActivationError, Authority, Certificate, Csr, Error, Finding, KeyOperation, Ledger, Lifetime,
    PendingAuthority, PrivateKey, Request, Signer, State, Subject,
};
use support::der::{field, forge, sequence, tlv};
use support::openssl::{CA, Made, Workshop};
use support::pki::{
    NOW, after, at, key, ledger, moving_ledger, name, pending, request, root, root_with, subordinate,
    twin_keys,
};
use support::signers::{Absent, Careless, Impostor, Refusing, Silent, TokenLocked, Witness};

fn client() -> Leaf {
    Leaf::client(Lifetime::days(30))
}

// ---- pending to active

#[test]
fn a_certified_authority_becomes_active_and_issues() {
    let ledger = ledger();
    let root = root(&ledger);
    let pending = pending();
    let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
    let sub = pending.activate(chain.clone(), &ledger).unwrap();
    assert_eq!(sub.chain(), &chain);
    let leaf = sub.issue(&client(), request()).unwrap();
    let [own, first, second] = leaf.chain().full() else { panic!("three certificates") };
    assert_eq!((own, first, second), (leaf.certificate(), sub.certificate(), root.certificate()));
}

#[test]
fn a_ceremony_is_resumed_with_the_request_and_its_key() {
    let ledger = ledger();
    let (first, second) = twin_keys();
    let pem = PendingAuthority::new(name("CN=Sub"), first).unwrap().csr().to_pem();
    let request = Csr::read(pem.as_bytes()).unwrap();
    let chain = root(&ledger).certify(&Subordinate::new(Lifetime::years(3)), &request).unwrap();
    let resumed = PendingAuthority::open(request, second).unwrap();
    resumed.activate(chain, &ledger).unwrap().issue(&client(), support::pki::request()).unwrap();
}

#[test]
fn a_ceremony_is_not_resumed_with_another_key() {
    let refused = PendingAuthority::open(pending().csr().clone(), key()).unwrap_err();
    assert!(matches!(refused, Error::KeyMismatch { .. }), "{refused:?}");
}

/// The pending authority comes back from a refusal, and the right chain activates it.
fn refused_then_activated(chain: impl FnOnce(&PrivateKey, &Csr) -> Chain, ledger: &Ledger) -> Error {
    let (signer, again) = twin_keys();
    let pending = PendingAuthority::new(name("CN=Sub"), signer).unwrap();
    let chain = chain(&again, pending.csr());
    let ActivationError { error, pending, .. } = pending.activate(chain, ledger).unwrap_err();
    let right = root(ledger).certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
    pending.activate(right, ledger).unwrap().issue(&client(), request()).unwrap();
    error
}

#[test]
fn the_chain_of_another_key_is_refused() {
    let ledger = ledger();
    let chain = |_: &PrivateKey, _: &Csr| subordinate(&root(&ledger), &ledger).chain().clone();
    let refused = refused_then_activated(chain, &ledger);
    assert!(matches!(refused, Error::KeyMismatch { .. }), "{refused:?}");
}

#[test]
fn a_chain_that_has_expired_or_is_not_yet_valid_is_refused() {
    let (ledger, hand) = moving_ledger();
    let certify = |moment: &str, csr: &Csr| {
        hand.set(at(moment));
        let chain = root(&ledger).certify(&Subordinate::new(Lifetime::days(10)), csr).unwrap();
        hand.set(at(NOW));
        chain
    };
    let expired = refused_then_activated(|_, csr| certify("2026-11-01T00:00:00Z", csr), &ledger);
    assert!(matches!(&expired, Error::IssuerExpired { issuer, .. } if issuer == "CN=Sub"), "{expired:?}");
    let early = refused_then_activated(|_, csr| certify("2026-12-01T00:00:00Z", csr), &ledger);
    assert!(matches!(early, Error::IssuerNotYetValid { .. }), "{early:?}");
}

#[test]
fn a_chain_whose_root_has_expired_is_refused() {
    let (ledger, hand) = moving_ledger();
    let (old, new) = twin_keys();
    let make =
        |years, key| Authority::root(&Root::new(Lifetime::years(years)), name("CN=Root"), key, &ledger);
    let (short, long) = (make(1, old).unwrap(), make(9, new).unwrap());
    let chain = |_: &PrivateKey, csr: &Csr| {
        let chain = long.certify(&Subordinate::new(Lifetime::years(5)), csr).unwrap();
        hand.set(after(short.certificate().window().not_after, 1));
        Chain::new(vec![chain.certificate().clone(), short.certificate().clone()]).unwrap()
    };
    let refused = refused_then_activated(chain, &ledger);
    assert!(matches!(&refused, Error::IssuerExpired { issuer, .. } if issuer == "CN=Root"), "{refused:?}");
}

#[test]
fn a_leafs_chain_is_refused() {
    let ledger = ledger();
    let leaf = |key: &PrivateKey, _: &Csr| {
        let request = Request::new(key.public_key()).subject(name("CN=Sub"));
        root(&ledger).issue(&client(), request).unwrap().chain().clone()
    };
    let refused = refused_then_activated(leaf, &ledger);
    assert!(matches!(&refused, Error::NotAnAuthority { subject, .. } if subject == "CN=Sub"), "{refused:?}");
}

/// The self-signed certificate of an authority without one bit in its key usage.
fn without_key_cert_sign(key: &PrivateKey) -> Chain {
    let ledger = ledger();
    let (throwaway, _) = twin_keys();
    let other = Authority::root(&Root::new(Lifetime::years(1)), name("CN=Sub"), throwaway, &ledger).unwrap();
    let forged = forge(other.certificate(), key, |fields| {
        fields[6] = key.public_key().spki_der().to_vec();
        // digitalSignature, keyCertSign, cRLSign become digitalSignature, cRLSign.
        let extensions = fields[7].clone();
        let at = extensions.windows(4).position(|bytes| bytes == [3, 2, 1, 0x86]).unwrap();
        fields[7].splice(at..at.saturating_add(4), [3, 2, 1, 0x82]);
    });
    Chain::new(vec![forged]).unwrap()
}

#[test]
fn a_certificate_whose_key_may_not_sign_certificates_is_refused() {
    let refused = refused_then_activated(|key, _| without_key_cert_sign(key), &ledger());
    assert!(
        matches!(&refused, Error::NotAnAuthority { reason, .. } if reason.contains("keyCertSign")),
        "{refused:?}"
    );
}

#[test]
fn a_certificate_without_a_subject_is_refused() {
    let nameless = |key: &PrivateKey, _: &Csr| {
        let other = root(&ledger());
        let forged = forge(other.certificate(), key, |fields| {
            fields[field::SUBJECT] = Subject::empty().as_der().to_vec();
            fields[field::ISSUER] = Subject::empty().as_der().to_vec();
            fields[6] = key.public_key().spki_der().to_vec();
        });
        Chain::new(vec![forged]).unwrap()
    };
    let refused = refused_then_activated(nameless, &ledger());
    assert!(matches!(refused, Error::EmptyName { .. }), "{refused:?}");
}

// ---- existing authorities, made by somebody else

/// Continues an authority that openssl made, and has openssl judge what it issues; the warnings.
fn continues(shop: &Workshop, made: &Made) -> Vec<Finding> {
    let own = Certificate::open_all(&made.certificate).unwrap().remove(0);
    let chain = Chain::new(vec![own.clone()]).unwrap();
    let ledger = ledger();
    let authority = Authority::open(chain, PrivateKey::open(&made.key, None).unwrap(), &ledger).unwrap();
    let sub = subordinate(&authority, &ledger);
    let leaf = sub.issue(&client(), request()).unwrap();
    assert_eq!(sub.certificate().issuer().as_der(), own.subject().as_der());
    judge(shop, leaf.chain());
    leaf.findings().to_vec()
}

/// `openssl verify` at the moment of issue.
fn judge(shop: &Workshop, chain: &Chain) {
    let write = |file: &str, certificates: &[Certificate]| {
        std::fs::write(shop.path(file), to_pem(certificates)).unwrap();
    };
    write("judged.pem", &chain.full()[..1]);
    write("between.pem", chain.issuers());
    write("anchor.pem", std::slice::from_ref(chain.anchor()));
    let time = at(NOW).unix().to_string();
    let said = shop.run([
        "verify",
        "-attime",
        &time,
        "-purpose",
        "sslclient",
        "-CAfile",
        "anchor.pem",
        "-untrusted",
        "between.pem",
        "judged.pem",
    ]);
    assert_eq!(said.trim(), "judged.pem: OK");
}

#[test]
fn authorities_of_openssl_are_continued_byte_for_byte() {
    let Some(shop) = Workshop::open() else { return };
    for (subject, strings) in [
        ("/CN=Plain", "utf8only"),
        ("/DC=com/DC=example/CN=Repeated", "utf8only"),
        ("/O=Acme/OU=one/OU=two/CN=Repeated", "utf8only"),
        ("/O=Acme/OU=b+OU=a+L=Here/CN=Multi", "utf8only"),
        ("/C=DE/O=Acme/CN=Printable", "MASK:0x2"),
        ("/C=DE/O=Grüße/CN=Teletex", "MASK:0x4"),
        ("/C=DE/O=Grüße/CN=Bmp", "MASK:0x800"),
        ("/C=DE/O=Acme/CN=Universal", "MASK:0x100"),
        ("/CN=Last/C=DE/CN=First", "utf8only"),
        ("/emailAddress=a@example.com/UID=x/serialNumber=1/CN=Odd attributes", "utf8only"),
    ] {
        let made = shop.self_signed("own", subject, strings, CA);
        assert_eq!(continues(&shop, &made), [], "{subject}");
    }
}

/// Names that openssl does not write: the attribute type and value of each, in DER.
fn odd_names() -> Vec<Vec<u8>> {
    let cn = &[0x55, 4, 3][..];
    [
        (cn, tlv(0x13, b"a*@&_!")),
        (cn, tlv(0x14, &[0xe4, 0xf6, 0xfc])),
        (cn, tlv(0x1e, &[0, 0x61, 0x20, 0xac])),
        (cn, tlv(0x1c, &[0, 0, 0, 0x61])),
        (cn, tlv(0x0c, &[b'x'; 200])),
        (cn, tlv(0x0c, b"")),
        (cn, tlv(0x0c, b"line\nbreak")),
        (cn, tlv(0x30, &tlv(0x02, &[5]))),
        (&[0x88, 0x37, 3], tlv(0x0c, b"2.999.3")),
        (&[0x55, 4, 45], tlv(0x03, &[6, 0x40])),
    ]
    .into_iter()
    .map(|(oid, value)| sequence(&[tlv(0x31, &sequence(&[tlv(6, oid), value]))]))
    .collect()
}

#[test]
fn authorities_with_odd_names_are_continued_byte_for_byte() {
    let Some(shop) = Workshop::open() else { return };
    for odd in odd_names() {
        let (signer, again) = twin_keys();
        let plain =
            Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), signer, &ledger()).unwrap();
        let forged = forge(plain.certificate(), &again, |fields| {
            fields[field::ISSUER] = odd.clone();
            fields[field::SUBJECT] = odd.clone();
        });
        let ledger = ledger();
        let authority = Authority::open(Chain::new(vec![forged]).unwrap(), again, &ledger).unwrap();
        let leaf = authority.issue(&client(), request()).unwrap();
        assert_eq!(leaf.certificate().issuer().as_der(), odd);
        judge(&shop, leaf.chain());
    }
}

#[test]
fn an_authority_without_a_key_identifier_is_continued_with_a_warning() {
    let Some(shop) = Workshop::open() else { return };
    let extensions = CA.replace("subjectKeyIdentifier = hash", "subjectKeyIdentifier = none");
    let made = shop.self_signed("own", "/CN=Without SKI", "utf8only", &extensions);
    continues(&shop, &made);
    let own = Certificate::open_all(&made.certificate).unwrap().remove(0);
    assert_eq!(own.subject_key_id(), None);
    let key = PrivateKey::open(&made.key, None).unwrap();
    let authority = Authority::open(Chain::new(vec![own.clone()]).unwrap(), key, &ledger()).unwrap();
    let leaf = authority.issue(&client(), request()).unwrap();
    let rules: Vec<_> = leaf.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["issuer-without-key-id", "leaf-from-root"]);
    let named = leaf.certificate().authority_key_id().and_then(|id| id.key_id.clone());
    assert_eq!(named.as_deref(), Some(&own.public_key().key_id_sha1()[..]));
}

#[test]
fn an_authority_without_key_usage_is_continued() {
    let Some(shop) = Workshop::open() else { return };
    let extensions = CA.replace("keyUsage = critical, keyCertSign, cRLSign\n", "");
    let made = shop.self_signed("own", "/CN=Without key usage", "utf8only", &extensions);
    let findings = continues(&shop, &made);
    assert!(findings.iter().any(|finding| finding.rule == "issuer-without-key-usage"), "{findings:?}");
}

#[test]
fn an_authority_with_an_identifier_of_its_own_is_continued() {
    let Some(shop) = Workshop::open() else { return };
    let extensions = CA.replace("= hash", "= 01:02:03");
    let made = shop.self_signed("own", "/CN=Own SKI", "utf8only", &extensions);
    continues(&shop, &made);
}

#[test]
fn what_is_no_authority_is_not_opened() {
    let Some(shop) = Workshop::open() else { return };
    let open = |extensions: &str, key: Option<PrivateKey>| {
        let made = shop.self_signed("own", "/CN=Own", "utf8only", extensions);
        let own = Certificate::open_all(&made.certificate).unwrap();
        let key = key.unwrap_or_else(|| PrivateKey::open(&made.key, None).unwrap());
        Authority::open(Chain::new(own).unwrap(), key, &ledger()).map(drop).unwrap_err().kind()
    };
    assert_eq!(open("basicConstraints = critical, CA:FALSE\n", None), "not-an-authority");
    assert_eq!(open("subjectKeyIdentifier = hash\n", None), "not-an-authority");
    assert_eq!(open(&CA.replace("keyCertSign, ", ""), None), "not-an-authority");
    assert_eq!(open(CA, Some(key())), "key-mismatch");
}

#[test]
fn an_authority_under_something_that_is_none_is_not_opened() {
    let Some(shop) = Workshop::open() else { return };
    let top = shop.self_signed("top", "/CN=Top", "utf8only", &CA.replace("CA:TRUE", "CA:FALSE"));
    let sub = shop.subordinate("sub", "Sub", &top);
    let read = |made: &Made| Certificate::open_all(&made.certificate).unwrap().remove(0);
    let chain = Chain::new(vec![read(&sub), read(&top)]).unwrap();
    let refused = Authority::open(chain, PrivateKey::open(&sub.key, None).unwrap(), &ledger()).unwrap_err();
    assert!(matches!(&refused, Error::NotAnAuthority { subject, .. } if subject == "CN=Top"), "{refused:?}");
}

#[test]
fn an_authority_deeper_than_its_path_allows_is_not_opened() {
    let ledger = ledger();
    let (loose, strict) = twin_keys();
    let make = |profile: Root, key| Authority::root(&profile, name("CN=Root"), key, &ledger).unwrap();
    let profile = Root::new(Lifetime::years(9));
    let (loose, strict) = (make(profile.clone(), loose), make(profile.path_length(0), strict));
    let (signer, again) = twin_keys();
    let request = PendingAuthority::new(name("CN=Sub"), signer).unwrap().csr().clone();
    let chain = loose.certify(&Subordinate::new(Lifetime::years(3)), &request).unwrap();
    let chain = Chain::new(vec![chain.certificate().clone(), strict.certificate().clone()]).unwrap();
    let refused = Authority::open(chain, again, &ledger).unwrap_err();
    assert!(
        matches!(&refused, Error::NotAnAuthority { reason, .. } if reason.contains("path length")),
        "{refused:?}"
    );
}

#[test]
fn an_expired_authority_opens_and_issues_nothing() {
    let (ledger, hand) = moving_ledger();
    let (signer, again) = twin_keys();
    let made = Authority::root(&Root::new(Lifetime::days(1)), name("CN=Root"), signer, &ledger).unwrap();
    hand.set(after(at(NOW), 86_400));
    let opened = Authority::open(made.chain().clone(), again, &ledger).unwrap();
    assert_eq!(opened.prepare(&client(), request()).unwrap_err().kind(), "issuer-expired");
}

// ---- signers

/// The authority `CN=Root`, whose certificate is in order, with another signer.
fn with_signer<S: Signer + 'static>(signer: impl FnOnce(Arc<PrivateKey>) -> S, ledger: &Ledger) -> Authority {
    let (first, second) = twin_keys();
    let root = Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), first, ledger).unwrap();
    Authority::open(root.chain().clone(), signer(second), ledger).unwrap()
}

/// What the ledger says of everything after the root.
fn states(ledger: &Ledger) -> Vec<State> {
    ledger.entries().unwrap().iter().skip(1).map(certwright::Entry::state).collect()
}

#[test]
fn a_signer_that_fails_is_the_cause_of_the_error_and_the_serial_stays_reserved() {
    let ledger = ledger();
    let authority = with_signer(|key| Refusing(key.public_key().clone()), &ledger);
    let failed = authority.issue(&client(), request()).unwrap_err();
    assert!(matches!(failed, Error::Sign { .. }), "{failed:?}");
    assert!(failed.cause().is_some_and(|cause| cause.is::<TokenLocked>()), "{failed:?}");
    assert!(failed.to_string().contains("the token is locked"));
    assert_eq!(states(&ledger), [State::Reserved]);
}

#[test]
fn nothing_is_handed_out_when_the_signature_is_not_right() {
    for authority in [
        |ledger: &Ledger| with_signer(Careless, ledger),
        |ledger: &Ledger| {
            let impostor =
                |shown: Arc<PrivateKey>| Impostor { shown: shown.public_key().clone(), used: key() };
            with_signer(impostor, ledger)
        },
        |ledger: &Ledger| with_signer(|key| Silent(key.public_key().clone()), ledger),
    ] {
        let ledger = ledger();
        let failed = authority(&ledger).issue(&client(), request()).unwrap_err();
        assert!(matches!(failed, Error::BadSignature { .. }), "{failed:?}");
        assert_eq!(states(&ledger), [State::Reserved]);
        assert!(ledger.entries().unwrap()[1].certificate.is_none());
    }
}

#[test]
fn a_root_signed_by_another_key_than_its_own_is_not_made() {
    let impostor = Impostor { shown: key().public_key().clone(), used: key() };
    let failed = Authority::root(&Root::new(Lifetime::years(1)), name("CN=Root"), impostor, &ledger());
    assert!(matches!(failed, Err(Error::BadSignature { .. })), "{failed:?}");
}

#[test]
fn a_request_that_the_signer_refuses_is_not_made() {
    let refusing = Refusing(key().public_key().clone());
    let failed = PendingAuthority::new(name("CN=Sub"), refusing).unwrap_err();
    assert!(failed.cause().is_some_and(|cause| cause.is::<TokenLocked>()), "{failed:?}");
}

#[test]
fn after_a_signer_has_recovered_the_authority_issues_again() {
    let ledger = ledger();
    let (first, second) = twin_keys();
    let refusing = Refusing(first.public_key().clone());
    let root = Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), first, &ledger).unwrap();
    let broken = Authority::open(root.chain().clone(), refusing, &ledger).unwrap();
    broken.issue(&client(), request()).unwrap_err();
    let mended = Authority::open(root.chain().clone(), second, &ledger).unwrap();
    mended.issue(&client(), request()).unwrap();
    assert_eq!(states(&ledger), [State::Reserved, State::Issued]);
}

#[test]
fn the_serial_is_in_the_ledger_before_the_signer_is_asked() {
    let (ledger, seen) = (ledger(), Arc::new(Mutex::new(Vec::new())));
    let witness = |key| Witness { key, ledger: ledger.clone(), seen: Arc::clone(&seen) };
    let authority = with_signer(witness, &ledger);
    authority.issue(&client(), request()).unwrap();
    assert_eq!(*seen.lock().unwrap(), [[State::Reserved]]);
    assert_eq!(states(&ledger), [State::Issued]);
}

/// A kind that has a signature algorithm, in a size that is only carried.
#[test]
fn a_key_that_does_not_sign_leaves_no_entry() {
    let Some(shop) = Workshop::open() else { return };
    let path = shop.path("odd.key");
    shop.run(["genrsa", "-out", path.to_str().unwrap(), "2056"]);
    let key = || PrivateKey::open(&path, None).unwrap();
    key().public_key().signature_algorithm().unwrap();
    let ledger = ledger();
    let root = Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), Arc::new(key()), &ledger);
    let pending = PendingAuthority::new(name("CN=Sub"), Box::new(key()));
    let request = Csr::create(&name("CN=Sub"), &key());
    for failed in [root.map(drop), pending.map(drop), request.map(drop)] {
        assert!(
            matches!(failed, Err(Error::UnsupportedKey { operation: KeyOperation::Sign, .. })),
            "{failed:?}"
        );
    }
    assert!(ledger.entries().unwrap().is_empty());
}

#[test]
fn a_signer_that_is_not_ready_leaves_no_entry() {
    let ledger = ledger();
    let authority = with_signer(|key| Arc::new(Absent(key.public_key().clone())), &ledger);
    let failed = authority.issue(&client(), request()).unwrap_err();
    assert!(matches!(failed, Error::Sign { .. }), "{failed:?}");
    assert!(failed.cause().is_some_and(|cause| cause.is::<TokenLocked>()), "{failed:?}");
    assert_eq!(states(&ledger), []);
}

#[test]
fn preparing_records_and_signs_nothing() {
    let ledger = ledger();
    let authority = with_signer(|key| Refusing(key.public_key().clone()), &ledger);
    let prepared = authority.prepare(&client(), request()).unwrap();
    assert_eq!(prepared.unsigned().subject().to_string(), "CN=payments");
    assert_eq!(states(&ledger), []);
}

#[test]
fn a_refused_preparation_leaves_no_entry() {
    let ledger = ledger();
    let root = root_with(&Root::new(Lifetime::days(1)), &ledger);
    root.prepare(&client(), request()).unwrap_err();
    assert_eq!(states(&ledger), []);
}
