//! One signer, one clock, and everybody who needs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Clock, Csr, Ledger, Lifetime, PendingAuthority, PrivateKey, PublicKey, Signer, SignerError,
};

use crate::support::pki::{NOW, at, key, name, request};

/// A token with one key, which counts what it is asked.
struct Token {
    key: PrivateKey,
    asked: AtomicUsize,
}

impl Token {
    fn new() -> Self {
        Self { key: key(), asked: AtomicUsize::new(0) }
    }
}

impl Signer for Token {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Signer::sign(&self.key, message)
    }
}

#[test]
fn one_token_signs_for_two_authorities_in_two_ledgers() {
    let (token, ten_years) = (Arc::new(Token::new()), Root::new(Lifetime::years(10)));
    let ledgers = [Ledger::in_memory(), Ledger::in_memory()];
    let [one, other] = ledgers
        .each_ref()
        .map(|ledger| Authority::root(&ten_years, name("CN=Root"), Arc::clone(&token), ledger).unwrap());
    one.issue(&Leaf::client(Lifetime::days(7)), request()).unwrap();
    other.issue(&Leaf::client(Lifetime::days(7)), request()).unwrap();
    assert_eq!(token.asked.load(Ordering::SeqCst), 4);
    assert_eq!(ledgers.map(|ledger| ledger.entries().unwrap().len()), [2, 2]);
}

#[test]
fn a_signer_chosen_at_run_time_makes_an_authority() {
    let (ledger, shared) = (Ledger::in_memory(), Arc::new(Token::new()));
    let any: Arc<dyn Signer> = shared.clone();
    let root =
        Authority::root(&Root::new(Lifetime::years(10)), name("CN=Root"), Arc::clone(&any), &ledger).unwrap();
    let boxed: Box<dyn Signer> = Box::new(any);
    Csr::create(&name("CN=a"), &boxed).unwrap();
    let boxed_key: Box<dyn Signer> = Box::new(key());
    let pending = PendingAuthority::new(name("CN=Sub"), boxed_key).unwrap();
    let chain = root.certify(&Subordinate::new(Lifetime::years(1)), pending.csr()).unwrap();
    pending.activate(chain, &ledger).unwrap().issue(&Leaf::client(Lifetime::days(7)), request()).unwrap();
    assert_eq!(shared.asked.load(Ordering::SeqCst), 3);
}

#[test]
fn a_shared_clock_is_the_ledgers() {
    let shared: Arc<dyn Clock> = Arc::new(at(NOW));
    assert_eq!(Ledger::in_memory().with_clock(shared).now(), at(NOW));
    let boxed: Box<dyn Clock> = Box::new(at(NOW));
    assert_eq!(Ledger::in_memory().with_clock(boxed).now(), at(NOW));
}
