//! Authorities and leaves made by certwright itself, under a clock that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use certwright::profile::{Root, Subordinate};
use certwright::{
    Authority, Clock, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey, Request, Subject, Timestamp,
};

/// When everything happens, unless a test says otherwise.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// The moment of an RFC 3339 text.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// The moment so many seconds after another.
pub(crate) fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.plus_seconds(seconds).expect("a time")
}

/// The distinguished name of an RFC 4514 text.
pub(crate) fn name(text: &str) -> Subject {
    text.parse().expect("a distinguished name")
}

/// The lifetime of a text such as `10y+1d`.
pub(crate) fn lifetime(text: &str) -> Lifetime {
    text.parse().expect("a lifetime")
}

/// A fresh key of the default kind.
pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).expect("a key")
}

/// One fresh key, twice: for authorities that share it.
pub(crate) fn twin_keys() -> (Arc<PrivateKey>, Arc<PrivateKey>) {
    let key = Arc::new(key());
    (Arc::clone(&key), key)
}

/// The kinds of keys that this build generates.
pub(crate) fn key_types() -> impl Iterator<Item = KeyType> {
    let rsa = |kind: &KeyType| matches!(kind, KeyType::Rsa2048 | KeyType::Rsa3072 | KeyType::Rsa4096);
    KeyType::ALL.into_iter().filter(move |kind| cfg!(feature = "rsa") || !rsa(kind))
}

/// A clock that a test moves.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    pub(crate) fn new(moment: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(moment.unix())))
    }

    pub(crate) fn set(&self, moment: Timestamp) {
        self.0.store(moment.unix(), Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).expect("a time")
    }
}

/// A ledger in memory whose clock stands at `NOW`.
pub(crate) fn ledger() -> Ledger {
    Ledger::in_memory().with_clock(at(NOW))
}

/// A ledger in memory, and the hand of its clock, which stands at `NOW`.
pub(crate) fn moving_ledger() -> (Ledger, Hand) {
    let hand = Hand::new(at(NOW));
    (Ledger::in_memory().with_clock(hand.clone()), hand)
}

/// The root `CN=Root` that lives ten years.
pub(crate) fn root(ledger: &Ledger) -> Authority {
    root_with(&Root::new(Lifetime::years(10)), ledger)
}

/// The root `CN=Root` of this profile.
pub(crate) fn root_with(profile: &Root, ledger: &Ledger) -> Authority {
    Authority::root(profile, name("CN=Root"), key(), ledger).expect("a root")
}

/// A request for the authority `CN=Sub`.
pub(crate) fn pending() -> PendingAuthority {
    PendingAuthority::new(name("CN=Sub"), key()).expect("a request")
}

/// The authority `CN=Sub` that lives three years.
pub(crate) fn subordinate(issuer: &Authority, ledger: &Ledger) -> Authority {
    subordinate_with(issuer, &Subordinate::new(Lifetime::years(3)), ledger)
}

/// The authority `CN=Sub` of this profile.
pub(crate) fn subordinate_with(issuer: &Authority, profile: &Subordinate, ledger: &Ledger) -> Authority {
    let pending = pending();
    let chain = issuer.certify(profile, pending.csr()).expect("a certificate");
    pending.activate(chain, ledger).expect("an authority")
}

/// A request of somebody new, called `payments` and `payments.example.com`.
pub(crate) fn request() -> Request {
    let request = Request::new(key().public_key()).subject(name("CN=payments"));
    request.dns("payments.example.com").expect("a DNS name")
}
