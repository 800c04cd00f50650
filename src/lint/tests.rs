//! One defect for every rule, built byte by byte, and exactly the findings that it causes.

#![allow(clippy::arithmetic_side_effects, reason = "a test says by a panic that a rule is broken")]

mod build;
mod defects;

use super::*;
use crate::certificate::oids;
use crate::der::{self, tag};
use crate::finding::Severity;
use crate::profile::oids as more;
use crate::signer::assemble;
use build::*;
use defects::*;

#[test]
fn what_is_in_order_has_no_finding() {
    let chain = chain();
    assert_eq!(judged(&Build::leaf(), &chain), [""; 0]);
    assert_eq!(judged(&Build::subordinate(), &chain[1..]), [""; 0]);
    assert_eq!(judged(&Build::root(), &[]), [""; 0]);
    let mut rsa = Build::leaf();
    rsa.rsa(SOUND, &[1, 0, 1]);
    assert_eq!(judged(&rsa, &chain), [""; 0]);
}

#[test]
fn every_defect_of_a_leaf_has_its_rule() {
    let chain = chain();
    for (id, spoil) in LEAVES {
        let mut leaf = Build::leaf();
        spoil(&mut leaf);
        assert_eq!(judged(&leaf, &chain), [*id]);
    }
}

#[test]
fn every_defect_of_an_authority_has_its_rule() {
    let chain = chain();
    for (id, spoil) in SUBORDINATES {
        let mut subordinate = Build::subordinate();
        spoil(&mut subordinate);
        assert_eq!(judged(&subordinate, &chain[1..]), [*id]);
    }
}

#[test]
fn what_stands_above_is_judged_with_it() {
    let root = Build::root().build();
    let with = |change: fn(&mut Build)| {
        let mut subordinate = Build::subordinate();
        change(&mut subordinate);
        judged(&Build::leaf(), &[subordinate.build(), root.clone()])
    };
    assert_eq!(with(|b| b.remove(oids::BASIC_CONSTRAINTS)), ["issuer-is-authority"]);
    assert_eq!(with(|b| b.set(oids::KEY_USAGE, true, &SIGNS)), ["issuer-is-authority"]);
    assert_eq!(
        with(|b| b.set(oids::NAME_CONSTRAINTS, true, &constraints(b"b.example"))),
        ["name-constraints-kept"]
    );
    assert_eq!(with(|b| b.remove(oids::KEY_USAGE)), ["issuer-without-key-usage"]);
    assert_eq!(with(|b| b.purposes(false, &[2])), ["purposes-within-issuers"]);
    assert_eq!(with(|b| b.purposes(false, &[2, 1])), [""; 0]);
    // Without an identifier the SHA-1 of the key stands for it.
    let mut leaf = Build::leaf();
    let aki = der::element(tag::context(0), &KEYS[1].public_key().key_id_sha1());
    leaf.set(oids::AUTHORITY_KEY_ID, false, &sequence(&[&aki]));
    let mut subordinate = Build::subordinate();
    subordinate.remove(oids::SUBJECT_KEY_ID);
    assert_eq!(judged(&leaf, &[subordinate.build(), root.clone()]), ["issuer-without-key-id"]);
}

#[test]
fn path_lengths_shrink_and_are_kept() {
    let root = Build::root().build();
    let mut second = Build::new("CN=sub", "CN=second", 2, 1);
    second.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 6, 1, 1, 0xff, 2, 1, 0]);
    second.set(oids::KEY_USAGE, true, &AUTHORITY);
    assert_eq!(judged(&second, &[Build::subordinate().build(), root.clone()]), ["path-length"]);
    let mut wide = Build::subordinate();
    wide.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 6, 1, 1, 0xff, 2, 1, 1]);
    assert_eq!(judged(&second, &[wide.build(), root.clone()]), [""; 0]);
    second.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 6, 1, 1, 0xff, 2, 1, 1]);
    assert_eq!(judged(&second, &[wide.build(), root]), ["path-length"]);
}

#[test]
fn times_in_the_wrong_form_are_found() {
    for (start, end, expected) in [
        ("200101000000Z", "491231235959Z", &[][..]),
        ("200101000000Z", "20500101000000Z", &[]),
        ("500101000000Z", "491231235959Z", &[]),
        ("19491231235959Z", "491231235959Z", &[]),
        ("20200101000000Z", "491231235959Z", &["time-encoding"]),
        ("200101000000Z", "20491231235959Z", &["time-encoding"]),
    ] {
        let mut root = Build::root();
        root.validity = [start, end].map(str::to_owned);
        assert_eq!(judged(&root, &[]), expected, "{start} {end}");
    }
}

/// Its version is not written, so that every field stands one place earlier.
#[test]
fn the_times_of_version_one_are_where_they_are() {
    let mut root = Build::root();
    root.version = Vec::new();
    let tbs = root.tbs();
    let fields = der::children("a certificate", tag::SEQUENCE, &tbs).unwrap();
    let tbs = der::sequence(&fields.iter().map(|field| field.raw).take(6).collect::<Vec<_>>());
    let old = Certificate::from_der(&assemble(&tbs, &root.outer, &[])).expect("a readable certificate");
    assert!(!ids(&lint(&[old], &Options::new())).contains(&"time-encoding"));
}

#[test]
fn practice_is_a_warning() {
    let root = Build::root().build();
    let mut leaf = Build::leaf();
    leaf.issuer = dn("CN=root");
    let aki = der::element(tag::context(0), &KEYS[0].public_key().key_id());
    leaf.set(oids::AUTHORITY_KEY_ID, false, &sequence(&[&aki]));
    let leaf = leaf.build();
    let findings = check(&Subject::issued(&leaf, std::slice::from_ref(&root), &[], now()));
    assert_eq!(ids(&findings), ["leaf-from-root"]);
    assert_eq!(findings[0].severity, Severity::Warning);

    let mut other = Build::root();
    other.spki = KEYS[1].public_key().spki_der().to_vec();
    let sibling = other.build();
    let findings = check(&Subject::issued(&root, &[], &[root.clone(), sibling], now()));
    assert_eq!(ids(&findings), ["authority-name-reused"]);
}

#[test]
fn an_issuer_has_a_name() {
    let mut root = Build::root();
    root.issuer = vec![0x30, 0];
    root.subject = vec![0x30, 0];
    let found = judged(&root, &[]);
    assert_eq!(found, ["issuer-not-empty", "authority-has-subject"]);
}

#[test]
fn foreign_certificates_find_their_issuers_among_the_others() {
    let (root, sub) = (Build::root().signed(0), Build::subordinate().signed(0));
    let mut leaf = Build::leaf();
    leaf.validity[1] = "271231235959Z".to_owned();
    leaf.set(&[0x2a, 3, 4], true, &[5, 0]);
    let leaf = leaf.signed(1);
    let options = Options::new();
    let alone = ids(&lint(std::slice::from_ref(&leaf), &options));
    assert_eq!(alone, ["extension-unknown-critical"]);
    let shuffled = [leaf.clone(), root.clone(), leaf.clone(), sub.clone()];
    let found = lint(&shuffled, &options);
    assert_eq!(ids(&found), ["extension-unknown-critical", "inside-issuers-validity"]);
    assert!(found.iter().all(|finding| finding.severity == Severity::Warning));
    assert_eq!(lint(&[], &options), []);
    // Loops end: a name that certifies itself with another key.
    assert_eq!(ancestors(&sub, &[sub.clone(), root.clone(), root]).len(), 1);
}

#[test]
fn what_is_met_only_in_foreign_certificates_is_judged_there() {
    let judged = |spoil: &dyn Fn(&mut Build)| {
        let mut leaf = Build::leaf();
        spoil(&mut leaf);
        ids(&lint(&[leaf.build()], &Options::new()))
    };
    let notice = |string: u8, text: &[u8]| {
        let notice = sequence(&[&oid(more::USER_NOTICE), &sequence(&[&der::element(string, text)])]);
        let policy = sequence(&[&oid(&[0x2a, 3]), &sequence(&[&notice])]);
        judged(&|b: &mut Build| b.set(more::POLICIES, false, &sequence(&[&policy])))
    };
    assert_eq!(notice(tag::UTF8_STRING, "ü".repeat(200).as_bytes()), [""; 0]);
    assert_eq!(notice(tag::UTF8_STRING, "ü".repeat(201).as_bytes()), ["policy-notice"]);
    assert_eq!(notice(tag::UTF8_STRING, b"a\nb"), ["policy-notice"]);
    assert_eq!(notice(tag::IA5_STRING, b"a"), ["policy-notice"]);
    let mut first = Build::leaf();
    first.version = Vec::new();
    first.extensions.clear();
    assert!(!judged(&|b: &mut Build| *b = first.clone()).contains(&"time-encoding"));
    // Before the extensions stand the unique identifiers.
    let tbs = Build::leaf().tbs();
    let fields = der::children("a certificate", tag::SEQUENCE, &tbs).unwrap();
    let mut parts: Vec<_> = fields.iter().map(|field| field.raw).collect();
    parts.insert(parts.len() - 1, &[0x82, 2, 0, 1]);
    let tbs = der::sequence(&parts);
    let certificate = Certificate::from_der(&assemble(&tbs, ECDSA_SHA256, &[])).unwrap();
    assert_eq!(ids(&lint(&[certificate], &Options::new())), ["unique-identifier-absent"]);
}

#[test]
fn public_rules_are_dated() {
    let mut leaf = Build::leaf();
    leaf.validity = ["260101000000Z", "270101000000Z"].map(str::to_owned);
    let leaf = leaf.build();
    for (at, days, expected) in [
        ("2020-08-31", 366, false),
        ("2026-03-14T23:59:59Z", 366, false),
        ("2026-03-15", 366, true),
        ("2029-03-15", 366, true),
    ] {
        let found = ids(&check_public(&leaf, &[], at.parse().unwrap()));
        assert_eq!(found.contains(&"public-lifetime"), expected, "{at} {days}");
    }
    // Both ends count: 47 days end one second early.
    for (end, expected) in [("260216235959Z", false), ("260217000000Z", true)] {
        let mut leaf = Build::leaf();
        leaf.validity = ["260101000000Z", end].map(str::to_owned);
        let found = ids(&check_public(&leaf.build(), &[], "2029-03-15".parse().unwrap()));
        assert_eq!(found.contains(&"public-lifetime"), expected, "{end}");
    }
}

#[test]
fn every_public_rule_has_its_defect() {
    let public = |b: &Build, at: &str| ids(&check_public(&b.build(), &[], at.parse().unwrap()));
    let mut leaf = Build::leaf();
    leaf.validity[1] = "260201000000Z".to_owned();
    assert_eq!(public(&leaf, "2026-06-01"), [""; 0]);
    let defects: &[Defect] = &[
        ("public-common-name", |b| b.subject = dn("CN=b.example")),
        // A copy is one in every character.
        ("public-common-name", |b| b.subject = dn("CN=A.example")),
        ("public-organizational-unit", |b| b.subject = dn("CN=a.example,OU=x")),
        ("public-alt-names", |b| {
            let names =
                [der::element(tag::context(2), b"a.example"), der::element(tag::context(1), b"a@b.c")];
            b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
        }),
        ("public-alt-names", |b| {
            b.subject = dn("O=x");
            b.remove(oids::SUBJECT_ALT_NAME);
        }),
        ("public-key-type", |b| b.spki = curve_25519(0x70)),
    ];
    for (id, spoil) in defects {
        let mut spoiled = leaf.clone();
        spoil(&mut spoiled);
        assert_eq!(public(&spoiled, "2026-06-01"), [*id]);
    }
    // Of an address, too, in the form of RFC 5952.
    for (common, expected) in [("CN=2001:db8::1", &[][..]), ("CN=2001:DB8::1", &["public-common-name"])] {
        let mut leaf = leaf.clone();
        leaf.subject = dn(common);
        leaf.name(tag::context(7), &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(public(&leaf, "2026-06-01"), expected, "{common}");
    }
    let mut root = Build::root();
    root.validity[1] = "331230235959Z".to_owned();
    assert_eq!(public(&root, "2026-06-01"), ["public-root-lifetime"]);
}

#[test]
fn every_rule_has_a_defect_in_these_tests() {
    let text = concat!(include_str!("tests.rs"), include_str!("tests/defects.rs"));
    let missing: Vec<_> = rules().map(Rule::id).filter(|id| !text.contains(&format!("\"{id}\""))).collect();
    assert_eq!(missing, [""; 0]);
    let mut ids: Vec<_> = rules().map(Rule::id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules().count(), "an id stands for two rules");
}

#[test]
fn families_waive_only_rules_that_exist() {
    let waived = crate::profile::TEMPLATES.iter().flat_map(|template| template.waived);
    for id in waived {
        assert_eq!(find(id).and_then(Rule::issued), Some(Severity::Error), "{id}");
    }
}
