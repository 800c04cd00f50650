use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
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
