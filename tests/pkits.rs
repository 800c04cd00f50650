//! NIST's Public Key Interoperability Test Suite (PKITS, version 1.0.1, sections 4.1 to 4.16): every test with every
//! setting of the initial policies that the document asks for.
//!
//! Each is run twice: with the certificates and CRLs of its own path, and with those of the whole suite in one bag.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

use std::collections::BTreeMap;
use std::io::Write;

use certwright::chain::{AcceptedPolicies, Verifier};
use certwright::{Certificate, Crl, Timestamp};
use serde_json::Value;

/// The certificates end in 2030.
const NOW: &str = "2020-06-01T00:00:00Z";

const CERTIFICATES: &str = include_str!("vectors/pkits/certificates.pem");
const CRLS: &str = include_str!("vectors/pkits/crls.pem");
const CASES: &str = include_str!("vectors/pkits/cases.json");
const EXCEPTIONS: &str = include_str!("vectors/pkits/exceptions.json");

/// What the suite is made of, by the names of its files.
struct Suite {
    certificates: BTreeMap<String, Certificate>,
    crls: BTreeMap<String, Crl>,
}

impl Suite {
    /// What cannot be read is not there.
    fn read() -> Self {
        let certificates = blocks(CERTIFICATES)
            .filter_map(|(name, pem)| Some((name, Certificate::read_all(pem.as_bytes()).ok()?.pop()?)));
        let crls =
            blocks(CRLS).filter_map(|(name, pem)| Some((name, Crl::read_all(pem.as_bytes()).ok()?.pop()?)));
        Self { certificates: certificates.collect(), crls: crls.collect() }
    }

    fn certificates(&self, names: &Value) -> Vec<Certificate> {
        listed(names).filter_map(|name| self.certificates.get(name).cloned()).collect()
    }

    fn crls(&self, names: &Value) -> Vec<Crl> {
        listed(names).filter_map(|name| self.crls.get(name).cloned()).collect()
    }
}

/// Each block of a file of PEM, by the comment above it.
fn blocks(file: &str) -> impl Iterator<Item = (String, &str)> {
    file.split("# ").skip(1).map(|part| {
        let (name, pem) = part.split_once('\n').unwrap();
        (name.to_owned(), pem)
    })
}

fn listed(names: &Value) -> impl Iterator<Item = &str> {
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap())
}

/// The inputs of RFC 5280 section 6.1.1 (c) to (g).
fn policies(run: &Value) -> AcceptedPolicies {
    let set = |key: &str| run[key].as_bool().unwrap_or(false);
    let acceptable = run["policies"].as_array().into_iter().flatten();
    AcceptedPolicies::default()
        .acceptable(acceptable.map(|oid| oid.as_str().unwrap().parse().unwrap()).collect())
        .require_explicit(set("explicit"))
        .inhibit_mapping(set("inhibit_mapping"))
        .inhibit_any(set("inhibit_any"))
}

/// What the verification says; an unreadable end entity certificate is refused.
fn verify(
    suite: &Suite,
    case: &Value,
    run: &Value,
    others: &[Certificate],
    crls: &[Crl],
) -> Result<(), String> {
    let leaf = suite.certificates.get(case["leaf"].as_str().unwrap()).ok_or("unreadable")?;
    let anchors = [suite.certificates["TrustAnchorRootCertificate"].clone()];
    let at: Timestamp = NOW.parse().unwrap();
    let verifier = Verifier::new(&anchors, at).crls(crls).certificate_policies(policies(run));
    verifier.verify(leaf, others).map(drop).map_err(|rejected| rejected.to_string())
}

/// Every divergence, by the section of the test and the number of its setting.
#[test]
fn pkits() {
    let suite = Suite::read();
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let exceptions: BTreeMap<String, String> = serde_json::from_str(EXCEPTIONS).unwrap();
    let bag: (Vec<_>, Vec<_>) =
        (suite.certificates.values().cloned().collect(), suite.crls.values().cloned().collect());
    let (mut runs, mut divergences) = (0, BTreeMap::new());
    for case in cases.as_array().unwrap() {
        let own = (suite.certificates(&case["intermediates"]), suite.crls(&case["crls"]));
        for (number, run) in case["runs"].as_array().unwrap().iter().enumerate() {
            for (with, (others, crls)) in [("its path", &own), ("the bag", &bag)] {
                runs += 1;
                let said = verify(&suite, case, run, others, crls);
                if said.is_ok() != run["valid"].as_bool().unwrap() {
                    let said = said.map_or_else(|reason| reason, |()| "accepted".to_owned());
                    let id = format!("{}.{}", case["id"].as_str().unwrap(), number + 1);
                    divergences.entry(id).or_insert_with(Vec::new).push(format!("{with}: {said}"));
                }
            }
        }
    }
    // Not `println!`: the score is wanted also where the test passes.
    let wrong: usize = divergences.values().map(Vec::len).sum();
    writeln!(std::io::stderr(), "pkits: {} right, {wrong} wrong of {runs}", runs - wrong).unwrap();
    let unexplained: Vec<_> = divergences.iter().filter(|(id, _)| !exceptions.contains_key(*id)).collect();
    assert!(unexplained.is_empty(), "divergences without a reason: {unexplained:#?}");
    let healed: Vec<_> = exceptions.keys().filter(|id| !divergences.contains_key(*id)).collect();
    assert!(healed.is_empty(), "exceptions that are none any more: {healed:?}");
    assert!(exceptions.values().all(|reason| reason.len() > 40), "an exception without a reason");
}
