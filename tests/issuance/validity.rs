//! Validity: counted from now, inclusive at both ends, inside every certificate above.

use certwright::chain::Chain;
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{Authority, Bound, BoundedBy, Certificate, Error, Ledger, Lifetime, Timestamp};

use crate::support::der::{children, field};
use crate::support::pki::{
    NOW, after, at, key, ledger, lifetime, moving_ledger, name, pending, request, root, root_with,
    subordinate, twin_keys,
};

/// The end of a root that was made at `NOW` and lives ten years.
const ROOT_END: &str = "2036-11-23T11:59:59Z";

/// `CN=Sub` lives ten years under `CN=Root`, which lives five: certified by an older, longer root of one key.
fn subordinate_that_outlives_its_root(ledger: &Ledger) -> Authority {
    let (long, short) = twin_keys();
    let make = |years, key| {
        Authority::root(&Root::new(Lifetime::years(years)), name("CN=Root"), key, ledger).unwrap()
    };
    let (long, short) = (make(20, long), make(5, short));
    let (certified, signer) = twin_keys();
    let pending = certwright::PendingAuthority::new(name("CN=Sub"), certified).unwrap();
    let chain = long.certify(&Subordinate::new(Lifetime::years(10)), pending.csr()).unwrap();
    let chain = Chain::new(vec![chain.certificate().clone(), short.certificate().clone()]).unwrap();
    Authority::open(chain, signer, ledger).unwrap()
}

#[test]
fn a_subordinate_that_would_outlive_its_root_is_refused_naming_both_dates() {
    let root = root(&ledger());
    let refused = root.certify(&Subordinate::new(lifetime("10y+1d")), pending().csr()).unwrap_err();
    let (asked, end) = (at("2036-11-24T11:59:59Z"), at(ROOT_END));
    assert!(
        matches!(&refused, Error::OutlivesIssuer { requested, issuer_end, issuer }
            if *requested == asked && *issuer_end == end && issuer == "CN=Root"),
        "{refused:?}"
    );
    let text = refused.to_string();
    assert!(text.contains(&asked.to_string()) && text.contains(ROOT_END), "{text}");
    assert!(refused.hint().is_some());
}

#[test]
fn a_subordinate_is_clamped_to_its_roots_end_when_asked_and_the_outcome_says_so() {
    let root = root(&ledger());
    let profile = Subordinate::new(lifetime("10y+1d")).bound(Bound::Clamp);
    let prepared = root.prepare_subordinate(&profile, pending().csr()).unwrap();
    let granted = prepared.granted().clone();
    assert_eq!(granted.requested.not_after, at("2036-11-24T11:59:59Z"));
    assert_eq!(granted.granted.not_after, at(ROOT_END));
    assert_eq!(granted.bounded_by, Some(BoundedBy::Issuer(name("CN=Root"))));
    let issued = prepared.sign().unwrap();
    assert_eq!(issued.certificate().window(), granted.granted);
    assert_eq!(*issued.granted(), granted);
}

#[test]
fn what_fits_is_not_clamped() {
    let root = root(&ledger());
    let profile = Subordinate::new(Lifetime::years(3)).bound(Bound::Clamp);
    let prepared = root.prepare_subordinate(&profile, pending().csr()).unwrap();
    assert_eq!(prepared.granted().granted, prepared.granted().requested);
    assert_eq!(prepared.granted().bounded_by, None);
}

#[test]
fn equal_ends_are_inside_and_one_second_more_is_not() {
    let root = root(&ledger());
    let end = at(ROOT_END);
    let same = root.certify(&Subordinate::new(Lifetime::until(end)), pending().csr()).unwrap();
    assert_eq!(same.certificate().window().not_after, end);
    let later = Subordinate::new(Lifetime::until(after(end, 1)));
    assert!(matches!(root.certify(&later, pending().csr()), Err(Error::OutlivesIssuer { .. })));
}

#[test]
fn a_leaf_is_bounded_by_every_ancestor_not_only_by_its_issuer() {
    let sub = subordinate_that_outlives_its_root(&ledger());
    let root_end = at("2031-11-23T11:59:59Z");
    let refused = sub.prepare(&Leaf::client(Lifetime::years(6)), request()).unwrap_err();
    assert!(
        matches!(&refused, Error::OutlivesIssuer { issuer_end, issuer, .. }
            if *issuer_end == root_end && issuer == "CN=Root"),
        "{refused:?}"
    );
    let clamped = sub.issue(&Leaf::client(Lifetime::years(6)).bound(Bound::Clamp), request()).unwrap();
    assert_eq!(clamped.certificate().window().not_after, root_end);
    assert_eq!(clamped.granted().bounded_by, Some(BoundedBy::Issuer(name("CN=Root"))));
    assert!(clamped.chain().issuers().iter().all(|c| c.window().encloses(&clamped.certificate().window())));
}

#[test]
fn nothing_is_issued_once_any_ancestor_has_expired() {
    let (ledger, hand) = moving_ledger();
    let sub = subordinate_that_outlives_its_root(&ledger);
    let root_end = at("2031-11-23T11:59:59Z");
    hand.set(root_end);
    sub.issue(&Leaf::client(Lifetime::seconds(1)), request()).unwrap();
    hand.set(after(root_end, 1));
    for bound in [Bound::Reject, Bound::Clamp] {
        let refused = sub.prepare(&Leaf::client(Lifetime::seconds(1)).bound(bound), request()).unwrap_err();
        assert!(
            matches!(&refused, Error::IssuerExpired { issuer, not_after, now }
                if issuer == "CN=Root" && *not_after == root_end && *now == after(root_end, 1)),
            "{refused:?}"
        );
    }
}

#[test]
fn an_expired_root_certifies_nobody() {
    let (ledger, hand) = moving_ledger();
    let root = root(&ledger);
    hand.set(after(at(ROOT_END), 1));
    let refused = root.certify(&Subordinate::new(Lifetime::days(1)), pending().csr()).unwrap_err();
    assert_eq!(refused.kind(), "issuer-expired");
}

#[test]
fn what_was_prepared_before_the_issuer_expired_is_not_signed_afterwards() {
    let (ledger, hand) = moving_ledger();
    let root = root(&ledger);
    let prepared = root.prepare(&Leaf::client(Lifetime::days(1)), request()).unwrap();
    hand.set(after(at(ROOT_END), 1));
    let recorded = ledger.entries().unwrap().len();
    assert_eq!(prepared.sign().unwrap_err().kind(), "issuer-expired");
    assert_eq!(ledger.entries().unwrap().len(), recorded);
}

#[test]
fn what_was_prepared_is_not_signed_after_its_own_end() {
    let (ledger, hand) = moving_ledger();
    let prepared = root(&ledger).prepare(&Leaf::client(Lifetime::hours(1)), request()).unwrap();
    hand.set(after(at(NOW), 3600));
    assert_eq!(prepared.sign().unwrap_err().kind(), "ends-in-the-past");
}

#[test]
fn nothing_is_issued_while_the_clock_is_before_the_issuer() {
    let (ledger, hand) = moving_ledger();
    let root = root(&ledger);
    let start = root.certificate().window().not_before;
    hand.set(after(start, -1));
    let refused = root.prepare(&Leaf::client(Lifetime::days(1)), request()).unwrap_err();
    assert!(
        matches!(&refused, Error::IssuerNotYetValid { issuer, not_before, now }
            if issuer == "CN=Root" && *not_before == start && *now == after(start, -1)),
        "{refused:?}"
    );
    hand.set(start);
    root.issue(&Leaf::client(Lifetime::days(1)), request()).unwrap();
}

#[test]
fn the_start_lies_an_hour_back() {
    let (ledger, hand) = moving_ledger();
    let root = root(&ledger);
    assert_eq!(root.certificate().window().not_before, at("2026-11-23T11:00:00Z"));
    hand.set(at("2027-01-01T00:00:00Z"));
    let leaf = root.issue(&Leaf::client(Lifetime::days(1)), request()).unwrap();
    assert_eq!(leaf.certificate().window().not_before, at("2026-12-31T23:00:00Z"));
}

#[test]
fn the_start_is_never_before_that_of_any_ancestor() {
    let (ledger, hand) = moving_ledger();
    let root = root(&ledger);
    hand.set(after(at(NOW), 1200));
    let sub = subordinate(&root, &ledger);
    hand.set(after(at(NOW), 60));
    let leaf = sub.issue(&Leaf::client(Lifetime::days(1)), request()).unwrap();
    assert_eq!(leaf.certificate().window().not_before, sub.certificate().window().not_before);
    assert_eq!(leaf.certificate().window().not_before, after(at("2026-11-23T11:00:00Z"), 1200));
}

#[test]
fn the_end_counts_from_now_and_both_ends_are_inclusive() {
    let leaf = root(&ledger()).issue(&Leaf::client(Lifetime::days(90)), request()).unwrap();
    let window = leaf.certificate().window();
    assert_eq!(window.not_after, at("2027-02-21T11:59:59Z"));
    assert_eq!(window.seconds(), 90 * 86_400 + 3_600);
}

#[test]
fn the_shortest_lifetime_is_the_second_that_it_is() {
    let leaf = root(&ledger()).issue(&Leaf::client(Lifetime::seconds(1)), request()).unwrap();
    assert_eq!(leaf.certificate().window().not_after, at(NOW));
}

#[test]
fn a_lifetime_of_zero_is_refused_for_everybody() {
    let (zero, ledger) = (Lifetime::days(0), ledger());
    let root_refused = Authority::root(&Root::new(zero), name("CN=Root"), key(), &ledger).unwrap_err();
    assert!(matches!(root_refused, Error::LifetimeZero));
    let root = root(&ledger);
    let sub_refused = root.certify(&Subordinate::new(zero), pending().csr()).unwrap_err();
    assert!(matches!(sub_refused, Error::LifetimeZero));
    let leaf = Leaf::client(zero).bound(Bound::Clamp);
    assert!(matches!(root.prepare(&leaf, request()), Err(Error::LifetimeZero)));
}

#[test]
fn a_lifetime_past_the_year_9999_is_refused_whatever_its_unit() {
    let ledger = ledger();
    for lifetime in [
        Lifetime::years(8_000),
        Lifetime::years(u32::MAX),
        Lifetime::months(u32::MAX),
        Lifetime::days(u32::MAX),
        Lifetime::hours(u32::MAX),
    ] {
        let refused = Authority::root(&Root::new(lifetime), name("CN=Root"), key(), &ledger).unwrap_err();
        assert!(matches!(refused, Error::TimeRange), "{lifetime}: {refused:?}");
    }
}

#[test]
fn months_and_years_follow_the_calendar() {
    for (now, lifetime, end) in [
        ("2027-01-31T12:00:00Z", Lifetime::months(1), "2027-02-28T11:59:59Z"),
        ("2028-01-31T12:00:00Z", Lifetime::months(1), "2028-02-29T11:59:59Z"),
        ("2028-02-29T12:00:00Z", Lifetime::years(1), "2029-02-28T11:59:59Z"),
        ("2028-02-29T12:00:00Z", Lifetime::years(4), "2032-02-29T11:59:59Z"),
        ("2026-08-31T00:00:00Z", Lifetime::months(13), "2027-09-29T23:59:59Z"),
    ] {
        let ledger = Ledger::in_memory().with_clock(at(now));
        let root = Authority::root(&Root::new(lifetime), name("CN=Root"), key(), &ledger).unwrap();
        assert_eq!(root.certificate().window().not_after, at(end), "{now} + {lifetime}");
    }
}

#[test]
fn a_fixed_end_is_granted_to_the_second() {
    let end = at("2030-06-30T23:59:59Z");
    let root = root_with(&Root::new(Lifetime::until(end)), &ledger());
    assert_eq!(root.certificate().window().not_after, end);
    root.issue(&Leaf::client(Lifetime::until(at(NOW))), request()).unwrap();
}

#[test]
fn an_end_in_the_past_is_refused() {
    let refused = root(&ledger()).prepare(&Leaf::client(Lifetime::until(after(at(NOW), -1))), request());
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused, Error::EndsInThePast { requested, now }
            if requested == after(at(NOW), -1) && now == at(NOW)),
        "{refused:?}"
    );
}

/// The raw notBefore and notAfter.
fn times(certificate: &Certificate) -> Vec<Vec<u8>> {
    children(&children(certificate.tbs())[field::VALIDITY])
}

#[test]
fn times_are_utctime_through_2049_and_generalizedtime_from_2050() {
    let root = root_with(&Root::new(Lifetime::no_expiry()), &ledger());
    let ends: [(Timestamp, &[u8]); 3] = [
        (at("2049-12-31T23:59:59Z"), b"\x17\x0d491231235959Z"),
        (at("2050-01-01T00:00:00Z"), b"\x18\x0f20500101000000Z"),
        (Timestamp::NO_EXPIRY, b"\x18\x0f99991231235959Z"),
    ];
    for (end, bytes) in ends {
        let leaf = root.issue(&Leaf::client(Lifetime::until(end)), request()).unwrap();
        assert_eq!(times(leaf.certificate()), [b"\x17\x0d261123110000Z", bytes], "{end}");
    }
}

#[test]
fn the_start_switches_to_generalizedtime_too() {
    let ledger = Ledger::in_memory().with_clock(at("2050-01-01T00:59:59Z"));
    assert_eq!(times(root(&ledger).certificate())[0], b"\x17\x0d491231235959Z");
    let ledger = Ledger::in_memory().with_clock(at("2050-01-01T01:00:00Z"));
    assert_eq!(times(root(&ledger).certificate())[0], b"\x18\x0f20500101000000Z");
}

#[test]
fn without_expiry_is_the_date_that_the_standard_reserves() {
    let ledger = ledger();
    let root = root_with(&Root::new(lifetime("never")), &ledger);
    assert_eq!(root.certificate().window().not_after, Timestamp::NO_EXPIRY);
    let sub = root.certify(&Subordinate::new(Lifetime::no_expiry()), pending().csr()).unwrap();
    assert_eq!(sub.certificate().window().not_after, Timestamp::NO_EXPIRY);
}
