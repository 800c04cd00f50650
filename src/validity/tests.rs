//! From when until when, to the second: every end is inside.

use super::*;
use crate::der::{self, tag};
use crate::signer::assemble;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A certificate of that subject and window. Nobody asks here for its key and its signature.
fn certificate(subject: &str, from: &str, to: &str) -> Certificate {
    const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
    let time = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        der::element(0x18, format!("{digits}Z").as_bytes())
    };
    let name: Subject = subject.parse().unwrap();
    let tbs = der::sequence(&[
        &der::element(tag::INTEGER, &[1]),
        ED25519,
        name.as_der(),
        &der::sequence(&[time(from), time(to)]),
        name.as_der(),
        &der::sequence(&[ED25519, &der::bit_string(&[9; 32])]),
    ]);
    Certificate::from_der(&assemble(&tbs, ED25519, &[])).unwrap()
}

/// Three years under twenty, the direct issuer first.
fn path() -> [Certificate; 2] {
    [
        certificate("CN=Sub", "2026-11-23T11:00:00Z", "2029-11-23T11:59:59Z"),
        certificate("CN=Root", "2020-01-01T00:00:00Z", "2039-12-31T23:59:59Z"),
    ]
}

fn kind<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.err().map_or("", |error| error.kind())
}

fn terms(lifetime: &str) -> Terms {
    let lifetime = lifetime.parse().unwrap();
    Terms { lifetime, bound: Bound::Reject, authority: false, practice: Practice::default() }
}

const NOW: &str = "2026-11-23T12:00:00Z";

fn granted(terms: &Terms) -> Window {
    plan(terms, at(NOW), &[]).unwrap().granted
}

#[test]
fn starts_are_set_back_as_far_as_the_kind_allows() {
    assert_eq!(granted(&terms("90d")).not_before, at("2026-11-23T11:00:00Z"));
    let far = Practice::default().backdated(48 * 3600).unwrap();
    let leaf = Terms { practice: far, ..terms("90d") };
    assert_eq!(granted(&leaf).not_before, at("2026-11-21T12:00:00Z"));
    let authority = Terms { authority: true, ..leaf };
    assert_eq!(granted(&authority).not_before, at("2026-11-22T12:00:00Z"));
    assert_eq!(Practice::default().backdated(48 * 3600 + 1).unwrap_err().kind(), "profile");
}

#[test]
fn a_maximum_is_measured_from_the_start_that_is_written() {
    let practice = Practice::default().at_most(SHORT_LIVED_DAYS);
    // A full week leaves no room to set the start back; half an hour less leaves half an hour.
    for (lifetime, start) in
        [("7d", NOW), ("603000s", "2026-11-23T11:30:00Z"), ("6d", "2026-11-23T11:00:00Z")]
    {
        let window = granted(&Terms { practice, ..terms(lifetime) });
        assert_eq!(window.not_before, at(start), "{lifetime}");
        assert!(window.seconds() <= 604_800, "{lifetime}: {}", window.seconds());
    }
    let long = Terms { practice, ..terms("604801s") };
    assert_eq!(plan(&long, at(NOW), &[]).unwrap_err().kind(), "lifetime-too-long");
    let clamped = plan(&Terms { bound: Bound::Clamp, ..long }, at(NOW), &[]).unwrap();
    assert_eq!(clamped.granted.seconds(), 604_800);
    assert_eq!(clamped.bounded_by, Some(BoundedBy::Practice));
}

#[test]
fn what_is_left_after_clamping_has_to_be_enough() {
    let practice = Practice::default().at_most(SHORT_LIVED_DAYS);
    let clamp =
        |least: &str| Terms { bound: Bound::ClampAtLeast(least.parse().unwrap()), practice, ..terms("30d") };
    assert_eq!(granted(&clamp("7d")).seconds(), 604_800);
    let error = plan(&clamp("604801s"), at(NOW), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "issue until 2026-11-30T11:59:59Z: 168h+1s were asked for at least, and it is 2026-11-23T12:00:00Z"
    );
}

#[test]
fn a_path_is_current_from_its_latest_start_to_its_earliest_end() {
    let late_root = certificate("CN=Root", "2026-11-23T11:30:00Z", "2029-11-23T11:30:00Z");
    for (above, now, expected) in [
        (&path()[..], "2026-11-23T10:59:59Z", "issuer-not-yet-valid"),
        (&path(), "2026-11-23T11:00:00Z", ""),
        (&path(), "2029-11-23T11:59:59Z", ""),
        (&path(), "2029-11-23T12:00:00Z", "issuer-expired"),
        (&[path()[0].clone(), late_root.clone()], "2026-11-23T11:29:59Z", "issuer-not-yet-valid"),
        (&[path()[0].clone(), late_root], "2029-11-23T11:30:01Z", "issuer-expired"),
    ] {
        assert_eq!(kind(current(above, at(now))), expected, "{now}");
        assert_eq!(kind(plan(&terms("1s"), at(now), above)), expected, "{now}");
    }
}

#[test]
fn an_end_may_be_now_and_not_before() {
    for (end, expected) in [(NOW, ""), ("2026-11-23T11:59:59Z", "ends-in-the-past")] {
        assert_eq!(kind(plan(&terms(end), at(NOW), &path())), expected, "{end}");
    }
}

#[test]
fn a_start_lies_inside_every_certificate_above() {
    let root = certificate("CN=Root", "2026-11-23T11:59:00Z", "2039-12-31T23:59:59Z");
    let young = [path()[0].clone(), root];
    let granted = plan(&terms("90d"), at(NOW), &young).unwrap();
    assert_eq!(granted.granted.not_before, at("2026-11-23T11:59:00Z"));
    assert_eq!(granted.requested.not_before, granted.granted.not_before);
}

#[test]
fn the_earliest_end_bounds_and_is_named() {
    let twin = certificate("CN=Twin", "2020-01-01T00:00:00Z", "2029-11-23T11:59:59Z");
    let practice = |days| Practice::default().at_most(days);
    // The subordinate ends after three years, which are 1096 days.
    let sub = Some(("2029-11-23T11:59:59Z", "CN=Sub"));
    for (lifetime, practice, expected, refusal) in [
        ("3y", Practice::default(), None, ""),
        ("1096d", practice(1096), None, ""),
        ("3y+1s", Practice::default(), sub, "outlives-issuer"),
        ("3y+1s", practice(1096), sub, "outlives-issuer"),
        ("3y+1s", practice(1097), sub, "outlives-issuer"),
        ("3y+1s", practice(1095), Some(("2029-11-22T11:59:59Z", PRACTICE)), "lifetime-too-long"),
        ("2y", practice(30), Some(("2026-12-23T11:59:59Z", PRACTICE)), "lifetime-too-long"),
        (
            "2y",
            practice(365).at_most(30).at_most(60),
            Some(("2026-12-23T11:59:59Z", PRACTICE)),
            "lifetime-too-long",
        ),
    ] {
        let reject = Terms { practice, ..terms(lifetime) };
        let above = [path()[0].clone(), twin.clone(), path()[1].clone()];
        assert_eq!(kind(plan(&reject, at(NOW), &above)), refusal, "{lifetime} {practice:?}");
        let clamp = Terms { bound: Bound::Clamp, ..reject };
        let clamped = plan(&clamp, at(NOW), &above).unwrap();
        let bounded = clamped.bounded_by.map(|by| (clamped.granted.not_after, by.to_string()));
        assert_eq!(bounded, expected.map(|(end, by)| (at(end), by.to_owned())), "{lifetime} {practice:?}");
        assert_eq!(clamped.requested.not_after, reject.lifetime.end(at(NOW)).unwrap(), "{lifetime}");
    }
}

#[test]
fn the_horizon_is_the_last_second_of_full_length() {
    let week = Practice::default().at_most(SHORT_LIVED_DAYS);
    for (lifetime, practice, horizon) in [
        ("395d", Practice::default(), Some("2028-10-24T12:00:00Z")),
        ("1s", Practice::default(), Some("2029-11-23T11:59:59Z")),
        ("3y+3600s", Practice::default(), Some("2026-11-23T11:00:00Z")),
        ("3y+3601s", Practice::default(), None),
        ("2027-06-01", Practice::default(), Some("2027-06-01T00:00:00Z")),
        ("2026-11-23T10:59:59Z", Practice::default(), None),
        ("2026-11-23T11:00:00Z", Practice::default(), Some("2026-11-23T11:00:00Z")),
        ("2030-01-01", Practice::default(), None),
        ("never", Practice::default(), None),
        ("7d", week, Some("2029-11-16T12:00:00Z")),
        ("604801s", week, None),
    ] {
        let found = horizon_of(lifetime, practice, &path());
        assert_eq!(found, horizon.map(at), "{lifetime} {practice:?}");
    }
    assert_eq!(horizon_of("1d", week, &[]), None);
    assert_eq!(kind(horizon("0d".parse().unwrap(), week, &path())), "lifetime-zero");
}

fn horizon_of(lifetime: &str, practice: Practice, path: &[Certificate]) -> Option<Timestamp> {
    horizon(lifetime.parse().unwrap(), practice, path).unwrap()
}

#[test]
fn renewal_opens_so_many_days_before_the_end() {
    let old = &path()[0];
    for (practice, opens) in [
        (Practice::default(), "2029-09-24T11:59:59Z"),
        (Practice::default().renewed_within(1), "2029-11-22T11:59:59Z"),
        // Not before it begins.
        (Practice::default().renewed_within(u32::MAX), "2026-11-23T11:00:00Z"),
    ] {
        let outcome = |now: Timestamp| kind(practice.renewable(old, now));
        let (first, last) = (at(opens), old.window().not_after);
        let refused = "outside-renewal-window";
        assert_eq!([first.plus_seconds(-1).unwrap(), first].map(outcome), [refused, ""], "{opens}");
        assert_eq!([last, last.plus_seconds(1).unwrap()].map(outcome), ["", refused], "{opens}");
    }
}
