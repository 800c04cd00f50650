//! An authority certified by another one: its clients are trusted under both, over either path.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that a rule is broken"
)]

mod forge;
mod support;

use std::process::Command;

use certwright::chain::{Bag, Chain, Purpose, Verifier, to_pem};
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Certificate, Error, Issued, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey, Request,
    Timestamp,
};
use support::peers;
use support::pki::name;

/// A root with a subordinate and a client below it, in a ledger of its own.
struct House {
    ledger: Ledger,
    root: Authority,
    sub: Authority,
    client: Issued,
}

impl House {
    fn new(root: &str, kind: KeyType) -> Self {
        let ledger = Ledger::in_memory();
        let key = || PrivateKey::generate(kind).unwrap();
        let root = Authority::root(&Root::new(Lifetime::years(10)), name(root), key(), &ledger).unwrap();
        let pending = PendingAuthority::new(name("CN=Sub,O=Example"), key()).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
        let sub = pending.activate(chain, &ledger).unwrap();
        let request = Request::new(key().public_key()).subject(name("CN=client"));
        let client = sub.issue(&Leaf::client(Lifetime::days(30)), request).unwrap();
        Self { ledger, root, sub, client }
    }
}

fn ours() -> House {
    House::new("CN=Our Root", KeyType::EcdsaP256)
}

/// With a name that is easily lost on the way: attributes that repeat.
fn theirs() -> House {
    House::new("CN=Their Root,OU=b,OU=a,DC=example,DC=com", KeyType::EcdsaP384)
}

fn profile() -> Subordinate {
    Subordinate::new(Lifetime::years(2)).path_length(1)
}

fn anchored(roots: &[Certificate], leaf: &Certificate, others: &[Certificate]) -> Option<Chain> {
    let verifier = Verifier::new(roots, Timestamp::now()).purpose(Purpose::Client);
    verifier.verify(leaf, others).ok()?.chain()
}

#[test]
fn a_cross_certificate_leads_to_either_root() {
    let (ours, theirs) = (ours(), theirs());
    let cross = ours.root.cross_sign(&profile(), theirs.root.certificate()).unwrap();
    let (certificate, original) = (cross.certificate(), theirs.root.certificate());
    assert_eq!(certificate.subject().as_der(), original.subject().as_der());
    assert_eq!(certificate.public_key().spki_der(), original.public_key().spki_der());
    assert_eq!(certificate.subject_key_id(), original.subject_key_id());
    assert_eq!(certificate.issuer(), ours.root.certificate().subject());
    assert_eq!(certificate.basic_constraints().unwrap().path_length, Some(1));
    assert!(ours.ledger.entry_of(certificate).unwrap().is_some());

    let leaf = theirs.client.certificate();
    let bag = [theirs.client.chain().full(), cross.full()].concat();
    for root in [original, ours.root.certificate()] {
        let chain = anchored(std::slice::from_ref(root), leaf, &bag).unwrap();
        assert_eq!(chain.anchor(), root);
        let trusted = [root.clone()];
        let ordered = Bag::new(&bag).trusting(&trusted).order(Some(leaf.fingerprint())).unwrap();
        assert_eq!(ordered.chain.full(), chain.full());
    }
}

/// The other house's own chain and ours to it, judged by OpenSSL in its strict mode.
#[test]
fn openssl_follows_both_paths() {
    let Some(openssl) = peers::find("openssl") else { return };
    let (ours, theirs) = (ours(), theirs());
    let cross = ours.root.cross_sign(&profile(), theirs.root.certificate()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, certificates: &[Certificate]| {
        std::fs::write(folder.path().join(file), to_pem(certificates)).unwrap();
    };
    write("leaf.pem", &theirs.client.chain().full()[..1]);
    write("sent.pem", &[theirs.sub.certificate().clone(), cross.certificate().clone()]);
    for root in [&ours.root, &theirs.root] {
        write("root.pem", &[root.certificate().clone()]);
        let arguments =
            "verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted sent.pem leaf.pem";
        let output = Command::new(&openssl).args(arguments.split(' ')).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A subordinate of somebody else, without its root.
#[test]
fn a_subordinate_is_cross_signed_alone() {
    let (ours, theirs) = (ours(), theirs());
    let narrow = Subordinate::new(Lifetime::years(1));
    let cross = ours.root.cross_sign(&narrow, theirs.sub.certificate()).unwrap();
    let roots = [ours.root.certificate().clone()];
    assert!(anchored(&roots, theirs.client.certificate(), cross.full()).is_some());
}

#[test]
fn what_may_not_be_cross_signed_is_refused() {
    let (ours, theirs) = (ours(), theirs());
    let refused = |certificate: &Certificate| ours.root.cross_sign(&profile(), certificate).unwrap_err();
    let before = ours.ledger.entries().unwrap().len();

    let error = refused(theirs.client.certificate());
    assert!(matches!(error, Error::NotAnAuthority { .. }), "{error}");
    let error = refused(ours.root.certificate());
    assert!(matches!(error, Error::KeyRefused { .. }), "{error}");

    // Self-issued, by another key.
    let made = forge::authority("Twin").self_signed();
    let forged = forge::authority("Twin").under(&made).certificate;
    let error = refused(&forged);
    assert!(matches!(error, Error::BadSignature { .. }), "{error}");

    ours.ledger.mark_compromised(theirs.root.certificate().public_key(), "leaked").unwrap();
    let error = refused(theirs.root.certificate());
    assert!(matches!(error, Error::KeyRefused { .. }), "{error}");

    let longer = Subordinate::new(Lifetime::years(11)).path_length(1);
    let error = ours.root.cross_sign(&longer, made_alone()).unwrap_err();
    assert!(matches!(error, Error::OutlivesIssuer { .. }), "{error}");
    let renamed = profile().subject(name("CN=Other"));
    let error = ours.root.cross_sign(&renamed, made_alone()).unwrap_err();
    assert!(matches!(error, Error::Profile { .. }), "{error}");
    // A subordinate with path length 0 certifies nobody.
    let error = ours.sub.cross_sign(&profile(), made_alone()).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert_eq!(ours.ledger.entries().unwrap().len(), before);
}

fn made_alone() -> &'static Certificate {
    static MADE: std::sync::OnceLock<Certificate> = std::sync::OnceLock::new();
    MADE.get_or_init(|| forge::authority("Alone").self_signed().certificate)
}
