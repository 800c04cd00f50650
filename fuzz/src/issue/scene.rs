//! The authorities that issue: fixed keys, a clock that stands still, a fresh ledger for every certificate.

use std::sync::{Arc, OnceLock};

use certwright::chain::Chain;
use certwright::pem::{self, Block, Reading};
use certwright::profile::{Root, Subordinate};
use certwright::{
    Authority, Error, Ledger, Lifetime, PendingAuthority, PrivateKey, PublicKey, Signer, SignerError,
    Subject, Timestamp,
};

use super::super::pick;

/// When everything happens.
pub const NOW: &str = "2026-11-23T12:00:00Z";

/// Keys that many authorities of one run share.
#[derive(Clone)]
pub struct SharedKey(Arc<PrivateKey>);

impl Signer for SharedKey {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.0.sign(message).map_err(SignerError::new)
    }
}

/// What is made once.
struct Scene {
    authorities: Vec<(Chain, SharedKey)>,
    pending: SharedKey,
    subjects: Vec<PublicKey>,
}

/// A ledger of its own for each certificate, so that memory does not grow.
pub fn ledger() -> Ledger {
    Ledger::in_memory().with_clock(NOW.parse::<Timestamp>().expect("a time"))
}

/// An authority: a root, a subordinate that is kept to some names, or a subordinate of that.
pub fn authority(choice: u8) -> Authority {
    let authorities = &scene().authorities;
    let (chain, key) = pick(authorities, choice);
    Authority::open(chain, key, &ledger()).expect("an authority of ours")
}

/// A key to be certified: of every kind, weak ones too.
pub fn subject_key(choice: u8) -> PublicKey {
    let subjects = &scene().subjects;
    pick(subjects, choice)
}

/// The key of an authority to be.
pub fn pending_key() -> SharedKey {
    scene().pending.clone()
}

fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(build)
}

fn build() -> Scene {
    let [root_key, sub_key, bottom_key, pending] = keys();
    let root = Subject::common_name("Root").expect("a name");
    let root =
        Authority::root(&Root::new(Lifetime::years(9)), root, root_key.clone(), &ledger()).expect("a root");
    let sub = below(&root, "Sub", &constrained().expect("constraints"), &sub_key);
    let bottom = below(&sub, "Bottom", &Subordinate::new(Lifetime::days(700)), &bottom_key);
    let authorities = [(root, root_key), (sub, sub_key), (bottom, bottom_key)];
    let authorities = authorities.map(|(authority, key)| (authority.chain().clone(), key)).into();
    Scene { authorities, pending, subjects: subjects() }
}

/// The profile of an authority that is kept to some names of every kind.
fn constrained() -> Result<Subordinate, Error> {
    let profile = Subordinate::new(Lifetime::years(3)).path_length(1);
    Ok(profile
        .permit("DNS:example.com".parse()?)
        .permit("IP:10.0.0.0/8".parse()?)
        .permit("email:example.com".parse()?)
        .permit("URI:.example.com".parse()?)
        .exclude("DNS:www.example.com".parse()?)
        .exclude("IP:10.1.0.0/16".parse()?))
}

fn below(issuer: &Authority, name: &str, profile: &Subordinate, key: &SharedKey) -> Authority {
    let name = Subject::common_name(name).expect("a name");
    let pending = PendingAuthority::new(name, key.clone()).expect("a request");
    let chain = issuer.certify(profile, pending.csr()).expect("a certificate");
    pending.activate(chain, &ledger()).expect("an authority")
}

fn keys() -> [SharedKey; 4] {
    let text = include_bytes!("../../material/authorities.pem");
    let blocks = pem::parse(text, Reading::Strict).expect("keys");
    let read = |block: &Block| PrivateKey::read(block.contents(), None).expect("a key");
    let keys: Vec<_> = blocks.iter().map(|block| SharedKey(Arc::new(read(block)))).collect();
    keys.try_into().ok().expect("four keys")
}

fn subjects() -> Vec<PublicKey> {
    let blocks = pem::parse(include_bytes!("../../material/subjects.pem"), Reading::Strict).expect("keys");
    let read = |block: &Block| PublicKey::from_spki_der(block.contents()).expect("a key");
    blocks.iter().map(read).collect()
}
