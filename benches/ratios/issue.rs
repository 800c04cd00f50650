//! Issuing a P-256 leaf under a P-256 subordinate: planned, encoded, linted, recorded, signed, checked.

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey, PublicKey, Request, Subject,
};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};

use crate::harness::{Average, Bench};

const REPEATS: usize = 200;

/// Divided by one raw ring signature and one raw verification of it, over as many bytes.
pub(crate) fn against_raw_ring() -> Bench {
    let mut raw = Raw::new();
    Bench {
        goal: 1.35,
        repeats: REPEATS,
        average: Average::Median,
        ours: ours(),
        theirs: Box::new(move || raw.sign_and_verify()),
    }
}

/// Divided by rcgen issuing the same leaf, and one raw verification, which rcgen leaves out.
pub(crate) fn against_rcgen() -> Bench {
    let raw = Raw::new();
    let mut issue = rcgen_issue();
    let theirs = move || {
        std::hint::black_box(issue());
        raw.verify();
    };
    Bench { goal: 1.35, repeats: REPEATS, average: Average::Median, ours: ours(), theirs: Box::new(theirs) }
}

fn ours() -> Box<dyn FnMut()> {
    // A ledger that only grows would measure its allocator: the authority is renewed with it now and then.
    let (mut authority, mut issued) = (authority(), 0);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap().public_key().clone();
    Box::new(move || {
        issued += 1;
        if issued % 10_000 == 0 {
            authority = self::authority();
        }
        std::hint::black_box(authority.issue(&Leaf::client(Lifetime::days(395)), request(&key)).unwrap());
    })
}

fn request(key: &PublicKey) -> Request {
    let subject = Subject::common_name("payments").unwrap();
    Request::new(key).subject(subject).dns("payments.example.com").unwrap()
}

fn authority() -> Authority {
    let ledger = Ledger::in_memory();
    let key = || PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let name = |text| Subject::common_name(text).unwrap();
    let root = Authority::root(&Root::new(Lifetime::years(10)), name("Root"), key(), &ledger).unwrap();
    let pending = PendingAuthority::new(name("Sub"), key()).unwrap();
    let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
    pending.activate(chain, &ledger).unwrap()
}

/// ring alone, over a message of the length of a certificate's signed part.
struct Raw {
    key: EcdsaKeyPair,
    random: SystemRandom,
    message: [u8; 420],
    signature: Vec<u8>,
}

impl Raw {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let message = [7; 420];
        let signature = key.sign(&random, &message).unwrap().as_ref().to_vec();
        Self { key, random, message, signature }
    }

    fn sign_and_verify(&mut self) {
        self.signature = self.key.sign(&self.random, &self.message).unwrap().as_ref().to_vec();
        self.verify();
    }

    fn verify(&self) {
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, self.key.public_key().as_ref());
        public.verify(&self.message, &self.signature).unwrap();
    }
}

fn rcgen_issue() -> impl FnMut() -> rcgen::Certificate {
    let key = || rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
    let (issuer, leaf) = (rcgen::Issuer::new(params, key()), key());
    move || {
        let mut params = rcgen::CertificateParams::new(["payments.example.com".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "payments");
        params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.signed_by(&leaf, &issuer).unwrap()
    }
}
