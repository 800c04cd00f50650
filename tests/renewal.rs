//! What follows a certificate: renewals, new keys, horizons, and keys that nobody is certified for again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

mod support;

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Bound, BoundedBy, Certificate, Clock, Csr, Error, Issued, KeyType, Ledger, Lifetime,
    PendingAuthority, PrivateKey, PublicKey, Request, Subject, Succession, Timestamp,
};

use support::sloppy::{self, ENCODINGS};

const START: &str = "2026-11-23T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn name(text: &str) -> Subject {
    text.parse().unwrap()
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).unwrap()
}

/// A clock that the test sets.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn set(&self, text: &str) {
        self.0.store(at(text).unix(), Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A root for ten years, a subordinate for three, one ledger, one clock.
struct House {
    hand: Hand,
    ledger: Ledger,
    root: Authority,
    sub: Authority,
}

impl House {
    fn new() -> Self {
        Self::with(Ledger::in_memory())
    }

    fn with(ledger: Ledger) -> Self {
        let hand = Hand(Arc::new(AtomicI64::new(at(START).unix())));
        let ledger = ledger.with_clock(hand.clone());
        let root = Root::new(Lifetime::years(10));
        let root = Authority::root(&root, name("CN=root"), key(), &ledger).unwrap();
        let pending = PendingAuthority::new(name("CN=sub"), key()).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
        let sub = pending.activate(chain, &ledger).unwrap();
        Self { hand, ledger, root, sub }
    }

    fn leaf(&self, key: &PublicKey) -> Issued {
        let request = Request::new(key).subject(name("CN=a.test,OU=x,OU=y")).dns("a.test").unwrap();
        self.sub.issue(&profile(), request).unwrap()
    }
}

fn profile() -> Leaf {
    Leaf::client(Lifetime::days(395))
}

/// Subject, names, key.
fn names(certificate: &Certificate) -> (&[u8], String, &PublicKey) {
    (certificate.subject().as_der(), format!("{:?}", certificate.alt_names()), certificate.public_key())
}

#[test]
fn a_renewal_has_the_same_names_and_key_and_is_linked_to_its_predecessor() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledgers = vec![Ledger::in_memory()];
    if cfg!(feature = "sqlite") {
        ledgers.push(Ledger::open(&format!("sqlite:{}", folder.path().join("ca.db").display())).unwrap());
    }
    for ledger in ledgers {
        let house = House::with(ledger);
        let old = house.leaf(key().public_key());
        house.hand.set("2027-11-01T00:00:00Z");
        let prepared = house.sub.renew(old.certificate(), &profile()).unwrap();
        assert_eq!(prepared.predecessor().unwrap().serial, *old.certificate().serial());
        let new = prepared.sign().unwrap();
        assert_eq!(names(new.certificate()), names(old.certificate()));
        assert_ne!(new.certificate().serial(), old.certificate().serial());
        assert_eq!(new.certificate().window().not_after, at("2028-11-29T23:59:59Z"));
        let successors = house.ledger.successors(old.certificate()).unwrap();
        assert_eq!(successors.len(), 1);
        assert_eq!(successors[0].certificate.as_ref(), Some(new.certificate()));
        let before = successors[0].predecessor.clone().unwrap();
        assert_eq!(
            (&before.serial, &before.issuer),
            (old.certificate().serial(), old.certificate().issuer())
        );
        assert_eq!(before.succession, Succession::Renewal);
        assert!(house.ledger.successors(new.certificate()).unwrap().is_empty());
        assert!(house.ledger.entry_of(old.certificate()).unwrap().unwrap().predecessor.is_none());
    }
}

#[test]
fn a_renewal_waits_for_its_window_and_comes_before_the_end() {
    let house = House::new();
    let old = house.leaf(key().public_key());
    // 395 days from the start, inclusive: until 2027-12-23T11:59:59Z.
    for (now, open) in [
        (START, false),
        ("2027-10-24T11:59:58Z", false),
        ("2027-10-24T11:59:59Z", true),
        ("2027-12-23T11:59:59Z", true),
        ("2027-12-23T12:00:00Z", false),
    ] {
        house.hand.set(now);
        match house.sub.renew(old.certificate(), &profile()) {
            Ok(_) => assert!(open, "{now}"),
            Err(Error::OutsideRenewalWindow { opens, closes, .. }) => {
                assert!(!open, "{now}");
                assert_eq!((opens, closes), (at("2027-10-24T11:59:59Z"), at("2027-12-23T11:59:59Z")));
            }
            Err(other) => panic!("{now}: {other}"),
        }
    }
    house.hand.set(START);
    let sub = house.sub.renewal_window(395);
    assert!(sub.renew(old.certificate(), &profile()).is_ok(), "a window as long as the life is always open");
}

#[test]
fn a_new_key_is_new_and_may_come_at_any_time() {
    let house = House::new();
    let (old_key, new_key) = (key(), key());
    let old = house.leaf(old_key.public_key());
    let error = house.sub.rekey(old.certificate(), &profile(), old_key.public_key()).unwrap_err();
    assert!(matches!(error, Error::KeyRefused { .. }), "{error}");
    for now in [START, "2028-06-01"] {
        house.hand.set(now);
        let new =
            house.sub.rekey(old.certificate(), &profile(), new_key.public_key()).unwrap().sign().unwrap();
        let certificate = new.certificate();
        assert_eq!(names(certificate).0, names(old.certificate()).0);
        assert_eq!(names(certificate).1, names(old.certificate()).1);
        assert_eq!(certificate.public_key(), new_key.public_key());
    }
    let successions: Vec<_> = house.ledger.successors(old.certificate()).unwrap();
    assert!(
        successions.iter().all(|entry| entry.predecessor.as_ref().unwrap().succession == Succession::Rekey)
    );
    assert_eq!(successions.len(), 2);
}

#[test]
fn a_reissue_says_everything_anew_and_stays_linked() {
    let house = House::new();
    let old = house.leaf(key().public_key());
    let request = Request::new(old.certificate().public_key()).dns("b.test").unwrap();
    let server = Leaf::server(Lifetime::days(10));
    let new = house.sub.reissue(old.certificate(), &server, request).unwrap().sign().unwrap();
    assert!(new.certificate().subject().is_empty());
    let entry = house.ledger.entry_of(new.certificate()).unwrap().unwrap();
    assert_eq!(entry.predecessor.unwrap().succession, Succession::Reissue);
    assert_eq!(entry.profile, "server");
}

#[test]
fn only_what_was_vouched_for_is_succeeded() {
    let (house, stranger) = (House::new(), House::new());
    house.hand.set("2027-11-01");
    // Another house with the same names: its key is another one.
    let foreign = stranger.leaf(key().public_key());
    let error = house.sub.renew(foreign.certificate(), &profile()).unwrap_err();
    assert!(matches!(error, Error::Mismatch { .. }), "{error}");
    // An authority continued with an empty ledger knows its own signature.
    let signer = key();
    let root = Root::new(Lifetime::years(10));
    let pem = signer.danger_plain_pem(certwright::Format::Pkcs8).unwrap();
    let elsewhere = Authority::root(&root, name("CN=old"), signer, &Ledger::in_memory()).unwrap();
    let leaf = Request::new(key().public_key()).subject(name("CN=leaf"));
    let leaf = elsewhere.issue(&Leaf::client(Lifetime::days(9)), leaf).unwrap();
    let again = PrivateKey::read(pem.as_bytes(), None).unwrap();
    let empty = Ledger::in_memory();
    let continued = Authority::open(elsewhere.chain().clone(), again, &empty).unwrap();
    let new = continued.renew(leaf.certificate(), &Leaf::client(Lifetime::days(9))).unwrap().sign().unwrap();
    assert_eq!(
        empty.successors(leaf.certificate()).unwrap().len(),
        1,
        "an addressable predecessor without entry"
    );
    assert_eq!(names(new.certificate()), names(leaf.certificate()));
}

#[test]
fn authorities_get_another_term_and_keep_what_stands_below_them() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let house = House::new();
    let leaf = house.leaf(key().public_key());
    let root = house.root.renew_root(&Root::new(Lifetime::years(20))).unwrap();
    let sub =
        house.root.renew_subordinate(house.sub.certificate(), &Subordinate::new(Lifetime::years(5))).unwrap();
    let sub = sub.sign().unwrap();
    for (old, new) in
        [(house.root.certificate(), root.certificate()), (house.sub.certificate(), sub.certificate())]
    {
        assert_eq!(names(old), names(new));
        assert_eq!(old.subject_key_id(), new.subject_key_id());
        assert_eq!(house.ledger.successors(old).unwrap().len(), 1);
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, certificate: &Certificate| {
        std::fs::write(folder.path().join(file), certificate.to_pem()).unwrap();
    };
    write("leaf.pem", leaf.certificate());
    for root in [house.root.certificate(), root.certificate()] {
        for sub in [house.sub.certificate(), sub.certificate()] {
            write("root.pem", root);
            write("sub.pem", sub);
            let now = at(START).unix();
            let arguments =
                format!("verify -attime {now} -x509_strict -CAfile root.pem -untrusted sub.pem leaf.pem");
            let output =
                Command::new(&openssl).args(arguments.split(' ')).current_dir(&folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let error = house.sub.renew_root(&Root::new(Lifetime::years(1))).unwrap_err();
    assert!(matches!(error, Error::Chain { .. }), "{error}");
    let error =
        house.sub.renew_subordinate(leaf.certificate(), &Subordinate::new(Lifetime::days(1))).unwrap_err();
    assert!(matches!(error, Error::NotAnAuthority { .. }), "{error}");
}

#[test]
fn an_expired_root_issues_nothing_but_its_own_next_term() {
    let house = House::new();
    house.hand.set("2036-11-23T12:00:00Z");
    let request = Request::new(key().public_key()).subject(name("CN=a"));
    let error = house.root.prepare(&profile(), request).unwrap_err();
    assert!(matches!(error, Error::IssuerExpired { .. }), "{error}");
    let renewed = house.root.renew_root(&Root::new(Lifetime::years(1))).unwrap();
    let request = Request::new(key().public_key()).subject(name("CN=a"));
    assert!(renewed.prepare(&Leaf::client(Lifetime::days(30)), request).is_ok());
}

#[test]
fn the_horizon_is_the_last_second_of_full_length() {
    let house = House::new();
    // The subordinate ends on 2029-11-23T11:59:59Z.
    for (lifetime, horizon) in [
        ("395d", Some("2028-10-24T12:00:00Z")),
        ("12mo", Some("2028-11-23T12:00:00Z")),
        ("1s", Some("2029-11-23T11:59:59Z")),
        // Its own start lies an hour back.
        ("3y", Some("2026-11-23T12:00:00Z")),
        ("3y+3600s", Some("2026-11-23T11:00:00Z")),
        ("3y+3601s", None),
        ("10000y", None),
        ("2027-06-01", Some("2027-06-01T00:00:00Z")),
        ("2030-01-01", None),
        ("never", None),
    ] {
        let leaf = Leaf::client(lifetime.parse().unwrap());
        assert_eq!(house.sub.horizon(&leaf).unwrap(), horizon.map(at), "{lifetime}");
        let subordinate = Subordinate::new(lifetime.parse().unwrap());
        assert_eq!(house.sub.horizon(&subordinate).unwrap(), horizon.map(at), "{lifetime}");
    }
    assert_eq!(house.sub.horizon(Lifetime::days(0)).unwrap_err().kind(), "lifetime-zero");
}

#[test]
fn the_horizon_is_where_issuing_begins_to_fail() {
    let house = House::new();
    for lifetime in ["395d", "13mo", "1mo", "29d", "1y+1mo+1d", "45d+7s"] {
        let leaf = Leaf::client(lifetime.parse().unwrap());
        let horizon = house.sub.horizon(&leaf).unwrap().unwrap();
        let outcome = |seconds: i64| {
            house.hand.set(&horizon.plus_seconds(seconds).unwrap().to_string());
            let request = Request::new(key().public_key()).subject(name("CN=a"));
            house.sub.prepare(&leaf, request).map(|_| ()).map_err(|error| error.kind())
        };
        assert_eq!((outcome(0), outcome(1)), (Ok(()), Err("outlives-issuer")), "{lifetime}: {horizon}");
    }
}

#[test]
fn short_lived_mode_goes_no_further_than_a_week() {
    let house = House::new();
    let sub = house.sub.short_lived();
    let issue = |lifetime: Lifetime, bound| {
        let request = Request::new(key().public_key()).subject(name("CN=a"));
        sub.issue(&Leaf::client(lifetime).bound(bound), request)
    };
    let week = issue(Lifetime::days(7), Bound::Reject).unwrap();
    assert_eq!(week.certificate().window().seconds(), 604_800);
    let error = issue(Lifetime::days(8), Bound::Reject).unwrap_err();
    assert!(matches!(error, Error::LifetimeTooLong { .. }), "{error}");
    let clamped = issue(Lifetime::days(8), Bound::Clamp).unwrap();
    assert_eq!(clamped.certificate().window().seconds(), 604_800);
    assert_eq!(clamped.granted().bounded_by, Some(BoundedBy::Practice));
    assert_eq!(sub.horizon(Lifetime::days(8)).unwrap(), None);
    assert_eq!(sub.horizon(Lifetime::days(7)).unwrap(), Some(at("2029-11-16T12:00:00Z")));
    let request = Csr::create(&name("CN=b"), &key()).unwrap();
    let certify =
        |above: &Authority| above.certify(&Subordinate::new(Lifetime::days(8)), &request).unwrap_err();
    assert_eq!(certify(&house.root.short_lived()).kind(), "lifetime-too-long");
    // A shorter one would not be certified, either: no authority may stand below.
    let error = certify(&sub);
    assert!(
        matches!(&error, Error::Refused { findings, .. } if findings[0].rule == "path-length"),
        "{error}"
    );
}

#[test]
fn a_maximum_in_days_is_kept_to_the_second() {
    let sub = House::new().sub.longest(200).longest(398);
    let issue = |lifetime| {
        let request = Request::new(key().public_key()).subject(name("CN=a"));
        sub.issue(&Leaf::client(lifetime), request)
    };
    let longest = issue(Lifetime::days(200)).unwrap();
    assert_eq!(longest.certificate().window().seconds(), 200 * 86_400);
    assert_eq!(issue(Lifetime::days(201)).unwrap_err().kind(), "lifetime-too-long");
    let usual = issue(Lifetime::days(199)).unwrap();
    assert_eq!(usual.certificate().window().not_before, at("2026-11-23T11:00:00Z"));
}

#[test]
fn what_a_clamp_leaves_may_be_too_little() {
    let house = House::new();
    house.hand.set("2029-11-01T12:00:00Z");
    let issue = |least| {
        let request = Request::new(key().public_key()).subject(name("CN=a"));
        house.sub.issue(&profile().bound(Bound::ClampAtLeast(Lifetime::days(least))), request)
    };
    assert_eq!(issue(22).unwrap().certificate().window().not_after, at("2029-11-23T11:59:59Z"));
    assert_eq!(issue(23).unwrap_err().kind(), "lifetime-too-short");
}

#[test]
fn a_compromised_key_is_certified_and_signs_no_more() {
    let house = House::new();
    let (leaked, sound) = (key(), key());
    let old = house.leaf(leaked.public_key());
    for hidden in ["stolen\nissued", "\u{1b}[31mstolen", "\u{202e}stolen"] {
        let refused = house.ledger.mark_compromised(leaked.public_key(), hidden).unwrap_err();
        assert_eq!(refused.kind(), "syntax", "{hidden:?}");
        assert!(!refused.to_string().contains(hidden), "{refused}");
    }
    house.ledger.mark_compromised(leaked.public_key(), "found in a public repository").unwrap();
    house.ledger.mark_compromised(leaked.public_key(), "again").unwrap();
    let mark = house.ledger.compromise_of(leaked.public_key()).unwrap().unwrap();
    assert_eq!((mark.reason.as_str(), mark.marked_at), ("found in a public repository", at(START)));
    assert_eq!(house.ledger.compromised_keys().unwrap(), [mark]);
    assert_eq!(house.ledger.compromise_of(sound.public_key()).unwrap(), None);
    house.hand.set("2027-11-01");
    let refused = [
        house.sub.renew(old.certificate(), &profile()).map(|_| ()),
        house.sub.prepare(&profile(), Request::new(leaked.public_key()).subject(name("CN=a"))).map(|_| ()),
        house
            .sub
            .prepare_subordinate(
                &Subordinate::new(Lifetime::days(1)),
                &Csr::create(&name("CN=b"), &leaked).unwrap(),
            )
            .map(|_| ()),
        Authority::root(&Root::new(Lifetime::days(1)), name("CN=c"), leaked, &house.ledger).map(|_| ()),
    ];
    for (index, refused) in refused.into_iter().enumerate() {
        assert!(matches!(refused, Err(Error::KeyRefused { .. })), "{index}: {refused:?}");
    }
    assert!(house.sub.rekey(old.certificate(), &profile(), sound.public_key()).is_ok());
    // The authority's own.
    house.ledger.mark_compromised(house.sub.certificate().public_key(), "stolen").unwrap();
    let request = Request::new(sound.public_key()).subject(name("CN=a"));
    assert_eq!(house.sub.prepare(&profile(), request).unwrap_err().kind(), "key-refused");
}

#[test]
fn another_encoding_of_a_compromised_key_is_the_same_key() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str| {
        let output = Command::new(&openssl).args(arguments.split(' ')).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let public =
        |file: &str| PublicKey::from_spki_der(&std::fs::read(folder.path().join(file)).unwrap()).unwrap();
    let mut ledgers = vec![Ledger::in_memory()];
    if cfg!(feature = "sqlite") {
        ledgers.push(Ledger::open(&format!("sqlite:{}", folder.path().join("ca.db").display())).unwrap());
    }
    run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
    run("pkey -in rsa.pem -pubout -outform DER -out rsa");
    let rsa = public("rsa");
    let sloppy = ENCODINGS
        .map(|encoding| PublicKey::from_spki_der(&sloppy::public(rsa.spki_der(), encoding)).unwrap());
    for (number, ledger) in ledgers.iter().enumerate() {
        // Whichever of them is marked.
        ledger.mark_compromised([&rsa, &sloppy[0]][number % 2], "leaked").unwrap();
        // Who has the private key has that of another exponent.
        let other = sloppy::public(rsa.spki_der(), ("another exponent", 1, |_| vec![1, 0, 3]));
        let other = PublicKey::from_spki_der(&other).unwrap();
        for key in sloppy.iter().chain([&rsa, &other]) {
            assert!(ledger.compromise_of(key).unwrap().is_some(), "{key:?}");
        }
    }
    for curve in ["P-256", "P-521"] {
        run(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out key.pem"));
        for form in ["uncompressed", "compressed", "hybrid"] {
            run(&format!("ec -in key.pem -pubout -conv_form {form} -outform DER -out {form}"));
        }
        assert_ne!(public("compressed"), public("uncompressed"));
        for ledger in &ledgers {
            ledger.mark_compromised(&public("compressed"), "leaked").unwrap();
            for form in ["uncompressed", "compressed", "hybrid"] {
                assert!(ledger.compromise_of(&public(form)).unwrap().is_some(), "{curve} {form}");
            }
        }
    }
}

#[test]
fn nobody_is_certified_for_the_key_of_an_authority_above() {
    let house = House::new();
    for authority in [&house.sub, &house.root] {
        let request = Request::new(authority.certificate().public_key()).subject(name("CN=a"));
        let error = house.sub.prepare(&profile(), request).unwrap_err();
        assert!(matches!(error, Error::KeyRefused { .. }), "{error}");
    }
}
