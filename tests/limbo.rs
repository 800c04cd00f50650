//! The conformance suite x509-limbo, whose cases other implementations are measured with, too.
//!
//! The policy is chosen by the group of a case and never by the case: public-web rules for `webpki::`, the
//! profile of RFC 5280 for the rest.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

use std::collections::BTreeMap;
use std::io::Write;

use certwright::chain::{Limits, Policy, Purpose, Verifier};
use certwright::{AltName, Certificate, Crl, Error, Timestamp};
use serde_json::Value;

/// For the cases that do not say a time; their certificates run from 1970 to 2969.
const NOW: &str = "2026-11-23T00:00:00Z";

#[derive(Default)]
struct Score {
    right: usize,
    false_accept: usize,
    false_reject: usize,
    skipped: usize,
    /// Every divergence, by case, with what certwright said.
    divergences: BTreeMap<String, String>,
}

#[test]
fn limbo() {
    let suite: Value = serde_json::from_str(include_str!("vectors/limbo.json")).unwrap();
    let exceptions: BTreeMap<String, String> =
        serde_json::from_str(include_str!("vectors/exceptions.json")).unwrap();
    let cases = suite["testcases"].as_array().unwrap();
    let mut score = Score::default();
    for case in cases {
        judge(case, &mut score);
    }
    let Score { right, false_accept, false_reject, skipped, divergences } = &score;
    // Not `println!`: the score is wanted also where the test passes.
    writeln!(
        std::io::stderr(),
        "limbo: {right} right, {false_accept} false accept, {false_reject} false reject, {skipped} skipped of {}",
        cases.len()
    )
    .unwrap();
    let unexplained: Vec<_> = divergences.iter().filter(|(id, _)| !exceptions.contains_key(*id)).collect();
    assert!(unexplained.is_empty(), "divergences without a reason: {unexplained:#?}");
    let healed: Vec<_> = exceptions.keys().filter(|id| !divergences.contains_key(*id)).collect();
    assert!(healed.is_empty(), "exceptions that are none any more: {healed:?}");
    assert!(exceptions.values().all(|reason| reason.len() > 40), "an exception without a reason");
}

fn judge(case: &Value, score: &mut Score) {
    let id = text(&case["id"]);
    let expected = text(&case["expected_result"]) == "SUCCESS";
    let outcome = verify(case);
    match (expected, &outcome) {
        (true, Ok(())) | (false, Err(_)) => {
            score.right += 1;
            return;
        }
        (true, Err(_)) => score.false_reject += 1,
        (false, Ok(())) => score.false_accept += 1,
    }
    let said = outcome.map_or_else(|reason| reason, |()| "accepted".to_owned());
    score.divergences.insert(id.to_owned(), said);
}

/// Whatever cannot be read is rejected: that is what a verifier does with it.
fn verify(case: &Value) -> Result<(), String> {
    let leaf = certificates(std::slice::from_ref(&case["peer_certificate"]))?.remove(0);
    let others = readable(&case["untrusted_intermediates"]);
    let anchors = readable(&case["trusted_certs"]);
    let crls = crls(&case["crls"])?;
    let verifier = settings(case, Verifier::new(&anchors, time(case)).crls(&crls))?;
    match verifier.verify(&leaf, &others) {
        Ok(_) => Ok(()),
        Err(rejected) => Err(rejected.to_string()),
    }
}

fn settings<'a>(case: &Value, mut verifier: Verifier<'a>) -> Result<Verifier<'a>, String> {
    let policy = match text(&case["id"]).starts_with("webpki::") {
        true => Policy::PublicWeb,
        false => Policy::Profile,
    };
    // Their certificates live for centuries, so that the suite does not age.
    verifier = verifier.policy(policy).waive("web-lifetime").expect("a rule").purpose(purpose(case));
    let names = case["expected_peer_names"].as_array().unwrap().iter();
    for name in names.chain(Some(&case["expected_peer_name"]).filter(|name| name.is_object())) {
        verifier = verifier.expect(alt_name(name).map_err(|error| error.to_string())?);
    }
    if let Some(depth) = case["max_chain_depth"].as_u64() {
        verifier = verifier.limits(Limits::default().intermediates(usize::try_from(depth).ok()));
    }
    Ok(verifier)
}

fn purpose(case: &Value) -> Purpose {
    let listed: Vec<_> = case["extended_key_usage"].as_array().unwrap().iter().map(text).collect();
    match (text(&case["validation_kind"]), listed.as_slice()) {
        ("CLIENT", [] | ["clientAuth"]) => Purpose::Client,
        ("SERVER", [] | ["serverAuth"]) => Purpose::Server,
        other => panic!("a case of an unknown kind: {other:?}"),
    }
}

fn alt_name(name: &Value) -> Result<AltName, Error> {
    let value = text(&name["value"]);
    Ok(match text(&name["kind"]) {
        "DNS" => AltName::Dns(value.parse()?),
        "IP" => AltName::Ip(value.parse().unwrap()),
        "RFC822" => AltName::Email(value.parse()?),
        other => panic!("a name of an unknown kind: {other}"),
    })
}

/// Fractions of a second are cut, as RFC 5280 has no times between two seconds.
fn time(case: &Value) -> Timestamp {
    case["validation_time"].as_str().unwrap_or(NOW).parse().unwrap()
}

fn certificates(listed: &[Value]) -> Result<Vec<Certificate>, String> {
    let read = |pem: &Value| Certificate::read_all(text(pem).as_bytes()).map_err(|error| error.to_string());
    listed.iter().map(read).collect::<Result<Vec<_>, _>>().map(|read| read.concat())
}

/// One that cannot be read is not there: others may still lead to an anchor.
fn readable(listed: &Value) -> Vec<Certificate> {
    let listed = listed.as_array().unwrap();
    listed.iter().filter_map(|pem| Certificate::read_all(text(pem).as_bytes()).ok()).flatten().collect()
}

fn crls(listed: &Value) -> Result<Vec<Crl>, String> {
    let read = |pem: &Value| Crl::read_all(text(pem).as_bytes()).map_err(|error| error.to_string());
    listed.as_array().unwrap().iter().map(read).collect::<Result<Vec<_>, _>>().map(|read| read.concat())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
