//! What holds for every name, lifetime and serial, not only for those that somebody thought of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]
#![allow(clippy::arithmetic_side_effects, clippy::string_slice, reason = "so does an overflow")]

mod support;

use std::sync::{Arc, OnceLock};

use certwright::chain::Chain;
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Bound, Certificate, DnsName, Error, Ledger, Lifetime, PendingAuthority, PrivateKey, Request,
    Serial, Subject, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use support::der::{field, forge, sequence, tlv};
use support::pki::{at, key, ledger, name, twin_keys};

/// Text that a DirectoryString may hold: anything but control characters.
fn text() -> impl Strategy<Value = String> {
    let odd =
        prop::sample::select(vec![' ', ',', '+', '"', '\\', '<', '>', ';', '=', '#', '\u{a0}', 'é', '世']);
    let any = prop_oneof![3 => prop::char::range('a', 'z'), 3 => odd, 1 => any::<char>()];
    vec(any.prop_filter("no control characters", |c| !c.is_control()), 1..20)
        .prop_map(|characters| characters.into_iter().collect())
}

/// An attribute in DER: its type, a string type, and bytes that need not even be right for it.
fn attribute() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&[u8]> = vec![&[0x55, 4, 3], &[0x55, 4, 10], &[0x55, 4, 11], &[0x88, 0x37, 3]];
    let string = prop::sample::select(vec![0x0c, 0x13, 0x14, 0x16, 0x1c, 0x1e]);
    let value = prop_oneof![text().prop_map(String::into_bytes), vec(any::<u8>(), 0..20)];
    (prop::sample::select(known), string, value)
        .prop_map(|(oid, tag, value)| sequence(&[tlv(6, oid), tlv(tag, &value)]))
}

/// A Name in DER, as somebody else might have written it.
fn foreign_name() -> impl Strategy<Value = Subject> {
    let rdn = vec(attribute(), 1..3).prop_map(|mut attributes| {
        attributes.sort();
        tlv(0x31, &attributes.concat())
    });
    vec(rdn, 1..5).prop_map(|rdns| Subject::from_der(&sequence(&rdns)).unwrap())
}

/// A name made from text, with repeated and multi-valued RDNs.
fn own_name() -> impl Strategy<Value = Subject> {
    let keyword = prop::sample::select(vec!["CN", "O", "OU", "L", "UID", "2.5.4.97"]);
    let escape = |text: String| Some(Subject::common_name(&text).ok()?.to_string().split_off(3));
    let value = text().prop_filter_map("what is not seen stands in no new name", escape);
    let attribute = (keyword, value).prop_map(|(key, value)| format!("{key}={value}"));
    let rdn = vec(attribute, 1..3).prop_map(|attributes| attributes.join("+"));
    vec(rdn, 1..5).prop_map(|rdns| rdns.join(",").parse().unwrap())
}

/// One authority for all cases: making keys is most of the work.
fn issuer() -> &'static (Authority, Arc<PrivateKey>) {
    static ISSUER: OnceLock<(Authority, Arc<PrivateKey>)> = OnceLock::new();
    ISSUER.get_or_init(|| {
        let (signer, again) = twin_keys();
        let root =
            Authority::root(&Root::new(Lifetime::years(9)), name("CN=Root"), signer, &ledger()).unwrap();
        (root, again)
    })
}

fn subject_key() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(key)
}

fn client() -> Leaf {
    Leaf::client(Lifetime::days(30))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn names_read_back_from_their_text(subject in own_name()) {
        let text = subject.to_string();
        let read: Subject = text.parse().unwrap();
        prop_assert_eq!(read.as_der(), subject.as_der(), "{}", text);
    }

    #[test]
    fn no_name_can_move_the_cursor(subject in foreign_name()) {
        prop_assert!(!subject.to_string().chars().any(char::is_control));
    }

    #[test]
    fn no_text_is_a_name_that_does_not_read_back(text in ".{0,40}") {
        if let Ok(subject) = text.parse::<Subject>() {
            prop_assert_eq!(subject.to_string().parse::<Subject>().unwrap(), subject);
        }
    }

    #[test]
    fn dns_names_read_back(text in r"[a-zA-Z0-9*._-]{0,30}") {
        if let Ok(dns) = text.parse::<DnsName>() {
            prop_assert_eq!(dns.as_str().parse::<DnsName>().unwrap(), dns);
        }
    }

    #[test]
    fn whatever_is_issued_parses_again_verifies_and_names_its_issuer_exactly(
        issuer_name in foreign_name(), subject in own_name(), sub_name in own_name(),
    ) {
        let (plain, signer) = issuer();
        let forged = forge(plain.certificate(), signer, |fields| {
            fields[field::ISSUER] = issuer_name.as_der().to_vec();
            fields[field::SUBJECT] = issuer_name.as_der().to_vec();
        });
        let ledger = ledger();
        let root = Authority::open(Chain::new(vec![forged]).unwrap(), Arc::clone(&issuer().1), &ledger).unwrap();
        let pending = PendingAuthority::new(sub_name, key()).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(1)), pending.csr()).unwrap();
        let sub = pending.activate(chain, &ledger).unwrap();
        let request = Request::new(subject_key().public_key()).subject(subject.clone());
        let leaf = sub.issue(&client(), request).unwrap();
        let certificates = leaf.chain().full();
        for pair in certificates.windows(2) {
            let [child, parent] = pair else { panic!("two certificates") };
            let read = Certificate::from_der(child.der()).unwrap();
            prop_assert_eq!(read.issuer().as_der(), parent.subject().as_der());
            prop_assert_eq!(read.der(), child.der());
            read.verify_signature(parent.public_key()).unwrap();
            prop_assert!(parent.window().encloses(&read.window()));
        }
        prop_assert_eq!(leaf.certificate().subject().as_der(), subject.as_der());
        prop_assert_eq!(root.certificate().subject().as_der(), issuer_name.as_der());
        prop_assert!(Chain::new(certificates.to_vec()).is_ok());
    }

    #[test]
    fn a_leaf_is_inside_its_issuers_or_refused(days in 0u32..8_000, clamp in any::<bool>()) {
        let root = &issuer().0;
        let bound = if clamp { Bound::Clamp } else { Bound::Reject };
        let request = Request::new(subject_key().public_key()).subject(name("CN=a"));
        let window = root.certificate().window();
        match root.prepare(&Leaf::client(Lifetime::days(days)).bound(bound), request) {
            Ok(prepared) => {
                let granted = prepared.granted();
                prop_assert!(window.encloses(&granted.granted));
                prop_assert_eq!(granted.bounded_by.is_some(), granted.granted != granted.requested);
                prop_assert_eq!(prepared.unsigned().window(), granted.granted);
                prop_assert!(clamp || granted.bounded_by.is_none());
            }
            Err(Error::LifetimeZero) => prop_assert_eq!(days, 0),
            Err(Error::OutlivesIssuer { requested, issuer_end, .. }) => {
                prop_assert!(!clamp && requested > issuer_end && issuer_end == window.not_after);
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }

    #[test]
    fn lifetimes_read_back(
        months in 0u32..5_000, days in 0u32..100_000, seconds in 0u32.., until in -1_000_000_000i64..9_000_000_000,
    ) {
        let span: Lifetime = format!("{months}mo+{days}d+{seconds}s").parse().unwrap();
        for lifetime in [span, Lifetime::months(months), Lifetime::days(days), Lifetime::seconds(seconds),
            Lifetime::until(Timestamp::from_unix(until).unwrap())]
        {
            prop_assert_eq!(lifetime.to_string().parse::<Lifetime>().unwrap(), lifetime);
        }
    }

    #[test]
    fn a_span_ends_one_second_before_the_next_one_begins(days in 1u32..10_000, start in 0i64..4_000_000_000) {
        let start = Timestamp::from_unix(start).unwrap();
        let end = Lifetime::days(days).end(start).unwrap();
        prop_assert_eq!(end.seconds_since(start), i64::from(days) * 86_400 - 1);
    }

    #[test]
    fn months_never_leave_the_month_that_they_reach(months in 1u32..600, start in 0i64..4_000_000_000) {
        let start = Timestamp::from_unix(start).unwrap();
        let reached = start.plus_calendar(months, 0).unwrap();
        let month = |t: Timestamp| t.to_string()[..7].to_owned();
        let first_of_month = at(&format!("{}-01", month(start)));
        prop_assert_eq!(month(reached), month(first_of_month.plus_calendar(months, 0).unwrap()));
        prop_assert!(start.plus_calendar(months - 1, 0).unwrap() < reached);
    }

    #[test]
    fn times_read_back(unix in -62_135_596_800i64..253_402_300_800) {
        let time = Timestamp::from_unix(unix).unwrap();
        prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        prop_assert_eq!(time.unix(), unix);
    }

    #[test]
    fn serials_read_back(octets in vec(any::<u8>(), 1..20)) {
        let positive = [&[0x01][..], &octets].concat();
        let serial = Serial::from_content(&positive);
        prop_assert!(serial.conforms());
        prop_assert_eq!(serial.to_string().parse::<Serial>().unwrap(), serial);
    }

    #[test]
    fn foreign_bytes_are_read_or_refused_and_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        drop(Certificate::from_der(&bytes));
        drop(certwright::Csr::from_der(&bytes));
        drop(Subject::from_der(&bytes));
    }

    #[test]
    fn a_certificate_with_one_changed_bit_is_refused_or_does_not_verify(bit in 0usize..3_000) {
        let certificate = issuer().0.certificate();
        let mut der = certificate.der().to_vec();
        let bit = bit % (der.len() * 8);
        der[bit / 8] ^= 1 << (bit % 8);
        if let Ok(changed) = Certificate::from_der(&der) {
            prop_assert!(changed.verify_signature(certificate.public_key()).is_err(), "bit {}", bit);
        }
    }
}

#[test]
fn a_ledger_of_its_own_is_enough() {
    // The cases above share an authority; this one shows that nothing depends on that.
    let ledger = Ledger::in_memory();
    let root = Authority::root(&Root::new(Lifetime::years(1)), name("CN=Root"), key(), &ledger).unwrap();
    root.issue(&client(), Request::new(subject_key().public_key()).subject(name("CN=a"))).unwrap();
}
