//! NIST's Public Key Interoperability Test Suite (PKITS, version 1.0.1, sections 4.1 to 4.16): every test with every
//! setting of the initial policies that the document asks for.
//!
//! Each is run three times: with the certificates and CRLs of its own path, with those of the whole suite in one bag,
//! and by the program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

use std::collections::BTreeMap;
use std::io::Write;

use certwright::chain::{AcceptedPolicies, AnchorUse, Verifier};
use certwright::truststore::{Rules, Truststore};
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

/// A test of the suite with one of its settings.
struct Run<'a> {
    /// Its section, and the number of the setting.
    id: String,
    leaf: Option<&'a Certificate>,
    settings: &'a Value,
    intermediates: Vec<Certificate>,
    crls: Vec<Crl>,
}

fn runs<'a>(suite: &'a Suite, cases: &'a Value) -> Vec<Run<'a>> {
    let runs = |case: &'a Value| {
        let numbered = case["runs"].as_array().unwrap().iter().zip(1..);
        numbered.map(move |(settings, number)| Run {
            id: format!("{}.{number}", case["id"].as_str().unwrap()),
            leaf: suite.certificates.get(case["leaf"].as_str().unwrap()),
            settings,
            intermediates: suite.certificates(&case["intermediates"]),
            crls: suite.crls(&case["crls"]),
        })
    };
    cases.as_array().unwrap().iter().flat_map(runs).collect()
}

/// What the verification says; an unreadable end entity certificate is refused.
fn verify(suite: &Suite, run: &Run<'_>, others: &[Certificate], crls: &[Crl]) -> Result<(), String> {
    let anchors = [suite.certificates["TrustAnchorRootCertificate"].clone()];
    let at: Timestamp = NOW.parse().unwrap();
    let verifier = Verifier::new(&anchors, at).crls(crls).certificate_policies(policies(run.settings));
    let verdict = verifier.verify(run.leaf.ok_or("unreadable")?, others);
    verdict.map(drop).map_err(|rejected| rejected.to_string())
}

/// Holds every answer against the document and the exceptions.
fn judge(what: &str, answer: impl Fn(&Suite, &Run<'_>) -> Result<(), String>) {
    let suite = Suite::read();
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let exceptions: BTreeMap<String, String> = serde_json::from_str(EXCEPTIONS).unwrap();
    let runs = runs(&suite, &cases);
    let mut divergences = BTreeMap::new();
    for run in &runs {
        let said = answer(&suite, run);
        if said.is_ok() != run.settings["valid"].as_bool().unwrap() {
            let said = said.map_or_else(|reason| reason, |()| "accepted".to_owned());
            divergences.insert(run.id.clone(), said);
        }
    }
    let right = runs.len() - divergences.len();
    // Not `println!`: the score is wanted also where the test passes.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "pkits, {what}: {right} right of {}", runs.len()).unwrap();
    let unexplained: Vec<_> = divergences.iter().filter(|(id, _)| !exceptions.contains_key(*id)).collect();
    assert!(unexplained.is_empty(), "divergences without a reason: {unexplained:#?}");
    let healed: Vec<_> = exceptions.keys().filter(|id| !divergences.contains_key(*id)).collect();
    assert!(healed.is_empty(), "exceptions that are none any more: {healed:?}");
    assert!(exceptions.values().all(|reason| reason.len() > 40), "an exception without a reason");
}

#[test]
fn every_path_by_itself() {
    judge("each path by itself", |suite, run| verify(suite, run, &run.intermediates, &run.crls));
}

#[test]
fn every_path_out_of_one_bag() {
    let all = Suite::read();
    let (certificates, crls): (Vec<_>, Vec<_>) =
        (all.certificates.into_values().collect(), all.crls.into_values().collect());
    judge("out of one bag", |suite, run| verify(suite, run, &certificates, &crls));
}

/// `chain verify`, with one file for everything that is presented.
#[cfg(feature = "cli")]
#[test]
fn every_path_by_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    judge("by the program", |suite, run| {
        let leaf = run.leaf.ok_or("unreadable")?;
        write("root.pem", suite.certificates["TrustAnchorRootCertificate"].to_pem());
        write("presented.pem", leaf.to_pem() + &certwright::chain::to_pem(&run.intermediates));
        write("crls.pem", run.crls.iter().map(Crl::to_pem).collect());
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_certwright"));
        command.current_dir(folder.path()).args(["chain", "verify", "presented.pem"]);
        command.args(["--trust", "root.pem", "--crl", "crls.pem", "--at", NOW]).args(options(run.settings));
        let output = command.output().unwrap();
        match output.status.code() {
            Some(0) => Ok(()),
            Some(1) => Err(String::from_utf8_lossy(&output.stdout).into_owned()),
            code => panic!("{code:?}: {}", String::from_utf8_lossy(&output.stderr)),
        }
    });
}

/// The settings as options of the program.
#[cfg(feature = "cli")]
fn options(settings: &Value) -> Vec<String> {
    let flags = [
        ("explicit", "--explicit-policy"),
        ("inhibit_mapping", "--inhibit-mapping"),
        ("inhibit_any", "--inhibit-any-policy"),
    ];
    let policies = settings["policies"].as_array().into_iter().flatten();
    let policies = policies.map(|oid| format!("--policy={}", oid.as_str().unwrap()));
    let set = flags.iter().filter(|(key, _)| settings[*key] == true).map(|(_, flag)| (*flag).to_owned());
    policies.chain(set).collect()
}

/// The ends of a truststore are found for all of its certificates at once: each has the path that it has alone.
#[test]
fn the_ends_of_a_store_are_those_of_its_certificates_one_by_one() {
    let suite = Suite::read();
    let store: Vec<_> = suite.certificates.values().cloned().collect();
    let (anchors, rest): (Vec<_>, Vec<_>) = store.iter().cloned().partition(Certificate::is_self_signed);
    let at: Timestamp = NOW.parse().unwrap();
    let mut rules = Rules::none();
    for anchor_use in [AnchorUse::Certificate, AnchorUse::NameAndKey] {
        rules.anchor_use = anchor_use;
        let verifier = Verifier::new(&anchors, at).anchor_use(anchor_use);
        let alone = |authority: &Certificate| {
            if anchor_use != AnchorUse::Certificate && anchors.contains(authority) {
                return Some((authority.fingerprint(), None));
            }
            let path = verifier.verify(authority, &rest).ok()?.path;
            Some((authority.fingerprint(), path.iter().map(|one| one.window().not_after).min()))
        };
        let expected: BTreeMap<_, _> = store.iter().filter_map(alone).collect();
        let ends = Truststore::ends(&store, &rules, at);
        assert!(
            expected.len() > 100 && expected.len() < store.len(),
            "{} of {}",
            expected.len(),
            store.len()
        );
        assert_eq!(
            ends.iter().map(|end| (end.authority.fingerprint(), end.until)).collect::<BTreeMap<_, _>>(),
            expected
        );
    }
}
