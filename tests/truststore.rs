//! Truststores are what their readers want, and predictions say whom they let in.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

mod forge;

use certwright::chain::Chain;
use certwright::truststore::{Prediction, Rules, Truststore};
use certwright::{Certificate, Error};
use forge::{Made, authority, certificates, client, crl, key, server, today};
use proptest::prelude::*;

fn chain<const N: usize>(made: [&Made; N]) -> Chain {
    Chain::new(certificates(made)).unwrap()
}

fn rules(target: &str) -> Rules {
    Rules::for_target(target).unwrap()
}

/// The rule that refuses, or `ok`.
fn predicted(store: &[Certificate], target: &str, presented: &[Certificate]) -> &'static str {
    match Truststore::predict(store, &rules(target), presented, today()) {
        Prediction::Refused(finding) => finding.rule,
        _ => "ok",
    }
}

#[test]
fn the_authority_comes_first_and_the_root_last() {
    let root = authority("Root").self_signed();
    let (a, b) = (authority("A").under(&root), authority("B").under(&root));
    let chains = [chain([&b, &root]), chain([&root]), chain([&a, &root])];
    let store = Truststore::assemble(&chains, &Rules::none(), today()).unwrap();
    assert_eq!(store.certificates(), certificates([&a, &b, &root]));
    let duplicates = store.findings().iter().filter(|f| f.rule == "duplicate-certificate").count();
    assert_eq!(duplicates, 2);
    assert_eq!(store.anchors(), certificates([&root]));
    assert_eq!(store.intermediates(), certificates([&a, &b]));
}

#[test]
fn the_same_chains_make_the_same_file() {
    let (one, two) = (authority("One").self_signed(), authority("Two").self_signed());
    let (sub, renewed) = {
        let key = key();
        (authority("Sub").key(&key).under(&one), authority("Sub").key(&key).years(2026, 2030).under(&one))
    };
    let chains = vec![
        chain([&sub, &one]),
        chain([&renewed, &one]),
        chain([&one]),
        chain([&authority("X").under(&two), &two]),
    ];
    let file = |chains: &[Chain]| Truststore::assemble(chains, &Rules::none(), today()).unwrap().to_pem();
    let expected = file(&chains);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    proptest!(config, |(shuffled in Just(chains.clone()).prop_shuffle())| {
        prop_assert_eq!(file(&shuffled), expected.as_str());
    });
}

#[test]
fn every_format_reads_back() {
    let root = authority("Root -----BEGIN CERTIFICATE----- ü").self_signed();
    let sub = authority("Sub").under(&root);
    let store = Truststore::assemble(&[chain([&sub, &root])], &Rules::none(), today()).unwrap();
    let pem = store.to_pem();
    assert!(pem.is_ascii() && pem.ends_with("-----END CERTIFICATE-----\n"));
    assert!(pem.starts_with("# CN=Sub\n# sha256 "), "{pem}");
    assert!(!store.to_plain_pem().contains('#'));
    for file in [pem.into_bytes(), store.to_plain_pem().into_bytes(), store.to_der()] {
        assert_eq!(Certificate::read_all(&file).unwrap(), store.certificates());
    }
    for file in [store.to_pkcs7(), store.to_pkcs7_pem().into_bytes()] {
        let mut read = Certificate::read_all(&file).unwrap();
        read.sort_by_key(|certificate| certificate.is_self_signed());
        assert_eq!(read, store.certificates());
    }
}

#[test]
fn aliases_are_unique() {
    let (a, b) = (authority("Root").self_signed(), authority("Root").self_signed());
    let store = Truststore::assemble(&[chain([&a]), chain([&b])], &rules("java"), today()).unwrap();
    assert_eq!(store.aliases(), ["root", "root (2)"]);
}

#[test]
fn each_rule_of_a_store_refuses_by_its_name() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let other = authority("Sub").under(&authority("Other").self_signed());
    let leaf = client("a.example.com").under(&sub);
    let deep = {
        let (b, c) = (authority("B").under(&sub), authority("C"));
        let c = c.under(&b);
        let d = authority("D").under(&c);
        certificates([&d, &c, &b, &sub, &root])
    };
    let many: Vec<_> = (0..26).map(|i| authority(&format!("R{i}")).self_signed().certificate).collect();
    for (target, store, expected) in [
        ("api-gateway", certificates([&sub, &root]), None),
        ("api-gateway", vec![], Some("store-not-empty")),
        ("api-gateway", certificates([&sub]), Some("store-chain-complete")),
        ("envoy", certificates([&sub]), None),
        ("rustls", certificates([&sub]), None),
        ("nginx", certificates([&sub]), Some("store-chain-complete")),
        ("api-gateway", certificates([&leaf, &sub, &root]), Some("store-holds-authorities")),
        ("api-gateway", certificates([&sub, &other, &root]), Some("store-one-issuer")),
        ("api-gateway", deep.clone(), Some("store-chain-length")),
        ("nginx", deep, None),
        ("alb", many.clone(), Some("store-size")),
        ("cloudflare", many.clone(), Some("store-size")),
        ("haproxy", many, None),
    ] {
        let findings = Truststore::check(&store, &rules(target), today());
        let first = findings.first().filter(|finding| finding.is_error()).map(|finding| finding.rule);
        assert_eq!(first, expected, "{target}: {findings:#?}");
    }
    let findings = Truststore::check(&certificates([&sub, &other, &root]), &Rules::api_gateway(), today());
    assert!(findings.iter().any(|finding| finding.rule == "store-one-issuer"));
}

/// Whatever their order: each of them names an issuer that is not its own.
#[test]
fn every_certificate_of_a_name_with_two_issuers_is_found() {
    let roots = ["A", "B", "C"].map(|name| authority(name).self_signed());
    let sub = |root: usize| authority("Sub").under(&roots[root]).certificate;
    for issuers in [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 1, 2]] {
        let store: Vec<_> = issuers.map(sub).into_iter().chain(certificates([&roots[0]])).collect();
        let findings = Truststore::check(&store, &Rules::api_gateway(), today());
        let found: Vec<_> = findings.iter().filter(|finding| finding.rule == "store-one-issuer").collect();
        assert_eq!(found.len(), 3, "{found:#?}");
        for finding in found {
            let (own, other) = finding.message.split_once(" and ").unwrap();
            assert!(!own.ends_with(other), "{}", finding.message);
        }
    }
}

#[test]
fn a_store_that_breaks_a_rule_is_not_assembled() {
    let root = authority("Root").self_signed();
    let chains = [chain([&client("a.example.com").under(&root), &root])];
    let error = Truststore::assemble(&chains, &Rules::api_gateway(), today()).unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert_eq!(error.findings()[0].rule, "store-holds-authorities");
}

#[test]
fn renewed_authorities_both_stay_and_are_named() {
    let key = key();
    let (old, new) = (
        authority("Root").key(&key).years(2020, 2027).self_signed(),
        authority("Root").key(&key).years(2026, 2036).self_signed(),
    );
    let stranger = authority("Root").years(2026, 2040).self_signed();
    let chains = [chain([&old]), chain([&new]), chain([&stranger])];
    let store = Truststore::assemble(&chains, &Rules::none(), today()).unwrap();
    assert_eq!(store.certificates().len(), 3);
    let renewed = store.findings().iter().filter(|finding| finding.rule == "store-renewed-authority");
    assert_eq!(renewed.count(), 1, "the old one, and not the one with another key");
}

#[test]
fn readers_differ_in_what_they_accept() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let second = authority("Second").under(&sub);
    let leaf = client("a.example.com").under(&sub);
    let deep = client("b.example.com").under(&second);
    let web = server("c.example.com").under(&sub);
    let whole = certificates([&sub, &root]);
    let (only_root, only_sub) = (certificates([&root]), certificates([&sub]));
    let (alone, with_sub) = (certificates([&leaf]), certificates([&leaf, &sub]));
    let very_deep = certificates([&deep, &second, &sub]);
    for (store, target, presented, expected) in [
        (&whole, "nginx", &alone, "ok"),
        (&whole, "api-gateway", &alone, "ok"),
        // A subordinate alone is an anchor for some.
        (&only_sub, "nginx", &alone, "client-chain"),
        (&only_sub, "envoy", &alone, "ok"),
        (&only_sub, "rustls", &alone, "ok"),
        (&only_sub, "api-gateway", &alone, "store-chain-complete"),
        // Who sends its intermediate needs only the root.
        (&only_root, "nginx", &alone, "client-chain"),
        (&only_root, "nginx", &with_sub, "ok"),
        (&only_root, "rustls", &with_sub, "ok"),
        // Depth is counted in intermediates by nginx, in certificates by the gateway.
        (&whole, "nginx", &very_deep, "client-chain-length"),
        (&whole, "haproxy", &very_deep, "ok"),
        (&whole, "api-gateway", &very_deep, "ok"),
        (&whole, "nginx", &certificates([&web]), "client-purpose"),
        (&whole, "api-gateway", &certificates([&web]), "ok"),
        (&whole, "rustls", &certificates([&web]), "client-purpose"),
        (&whole, "gcp", &alone, "ok"),
        (&whole, "nginx", &vec![], "client-chain"),
    ] {
        assert_eq!(predicted(store, target, presented), expected, "{target}");
    }
}

#[test]
fn an_expired_root_counts_for_some_readers() {
    let root = authority("Root").years(2015, 2016).self_signed();
    let leaf = certificates([&client("a.example.com").under(&root)]);
    let store = certificates([&root]);
    assert_eq!(predicted(&store, "nginx", &leaf), "client-validity");
    assert_eq!(predicted(&store, "rustls", &leaf), "ok");
}

#[test]
fn a_client_that_stands_in_the_store_itself_is_let_in() {
    let own = client("a.example.com").self_signed();
    let store = certificates([&own]);
    assert_eq!(predicted(&store, "rustls", &store), "ok");
    assert_eq!(predicted(&store, "openssl", &store), "ok");
}

#[test]
fn a_store_says_when_it_stops_working_and_for_whom() {
    let root = authority("Root").years(2020, 2030).self_signed();
    let short = authority("Short").years(2025, 2028).under(&root);
    let long = authority("Long").years(2025, 2040).under(&root);
    let store = certificates([&short, &long, &root]);
    let ends = Truststore::ends(&store, &Rules::none(), today());
    assert_eq!(ends[0].authority, short.certificate);
    let of_long = ends.iter().find(|end| end.authority == long.certificate).unwrap();
    assert_eq!(of_long.bounded_by, root.certificate);
    assert_eq!(of_long.until, Some("2030-01-01".parse().unwrap()));
    let rustls = Truststore::ends(&store, &rules("rustls"), today());
    assert!(rustls.iter().all(|end| end.until.is_none()));
}

#[test]
fn a_reader_of_ones_own_has_its_own_rules() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let leaf = client("a.example.com").under(&sub);
    let mut rules = Rules::none();
    rules.target = "our front";
    rules.most_intermediates = Some(0);
    let store = certificates([&sub, &root]);
    let prediction = Truststore::predict(&store, &rules, &certificates([&leaf]), today());
    assert_eq!(prediction.refusal().unwrap().rule, "client-chain-length");
}

#[test]
fn every_reader_has_a_name_and_a_source() {
    let all = Rules::all();
    assert_eq!(all.len(), 11);
    for rules in &all {
        assert_eq!(Rules::for_target(rules.target).as_ref(), Some(rules));
        assert!(!rules.citation.is_empty());
    }
}

/// Rules of the readers that want a CRL for every authority, of those that want the ones that there are, and of those
/// that read none.
#[test]
fn crls_beside_a_store_are_what_the_reader_wants() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let store = Truststore::assemble(&[chain([&sub, &root])], &Rules::none(), today()).unwrap();
    let (of_root, of_sub) = (crl(&root, 2030, &[]), crl(&sub, 2030, &[]));
    let (stale, foreign) = (crl(&sub, 2026, &[]), crl(&authority("Sub").self_signed(), 2030, &[]));
    let given = [foreign, of_sub.clone(), stale.clone(), of_root.clone()];
    let set = store.crl_set(&given, &rules("nginx"), today()).unwrap();
    assert_eq!(set.to_pem(), of_sub.to_pem() + &of_root.to_pem());
    assert_eq!(set.findings().iter().map(|f| f.rule).collect::<Vec<_>>(), ["store-crl-unused"; 2]);

    let refused =
        |given: &[certwright::Crl], target: &str| match store.crl_set(given, &rules(target), today()) {
            Err(Error::Refused { findings, .. }) => findings.first().map(|finding| finding.rule),
            _ => None,
        };
    assert_eq!(refused(std::slice::from_ref(&of_sub), "envoy"), Some("store-crl-current"));
    assert_eq!(refused(&[of_root.clone(), stale], "haproxy"), Some("store-crl-current"));
    assert_eq!(refused(std::slice::from_ref(&of_sub), "alb"), None);
    assert_eq!(refused(&[of_root, of_sub], "java"), Some("store-crl-read"));
}

#[test]
fn crls_are_no_more_and_no_larger_than_the_reader_takes() {
    let root = authority("Root").self_signed();
    let store = Truststore::assemble(&[chain([&root])], &Rules::none(), today()).unwrap();
    let list = crl(&root, 2030, &[&authority("A").under(&root), &authority("B").under(&root)]);
    let alb = rules("alb");
    assert_eq!(
        (alb.most_crls, alb.largest_crl, alb.most_revoked),
        (Some(30), Some(50_000_000), Some(500_000))
    );
    let refused = |limit: fn(&mut Rules, usize), most: usize| {
        let mut rules = rules("alb");
        limit(&mut rules, most);
        store.crl_set(std::slice::from_ref(&list), &rules, today()).err().map(|error| error.to_string())
    };
    for (limit, just_enough) in [
        ((|rules, most| rules.most_crls = Some(most)) as fn(&mut Rules, usize), 1),
        (|rules, most| rules.largest_crl = Some(most), list.der().len()),
        (|rules, most| rules.most_revoked = Some(most), 2),
    ] {
        assert_eq!(refused(limit, just_enough), None);
        let message = refused(limit, just_enough - 1).unwrap();
        assert!(message.contains("store-crl-size") && message.contains("at most"), "{message}");
    }
}

#[test]
fn two_lists_are_split_by_who_certified_whom() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let store = Truststore::assemble(&[chain([&sub, &root])], &rules("gcp"), today()).unwrap();
    let [anchors, intermediates] = store.split();
    assert_eq!(
        (anchors.certificates(), intermediates.certificates()),
        (&certificates([&root])[..], &certificates([&sub])[..])
    );
}

#[test]
fn every_rule_is_documented() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/truststores.md")).unwrap();
    let mut undocumented = Vec::new();
    for folder in ["src/chain/verify", "src/truststore"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let quoted = source.split('"').skip(1).step_by(2);
            let id = |text: &&str| text.starts_with("store-") || text.starts_with("client-");
            let declared = source.split("rule(\"").skip(1).filter_map(|rest| rest.split('"').next());
            let ids = quoted.filter(id).chain(declared);
            undocumented.extend(ids.filter(|id| !page.contains(&format!("`{id}`"))).map(str::to_owned));
        }
    }
    assert!(undocumented.is_empty(), "rules that docs/truststores.md does not list: {undocumented:?}");
}

#[test]
fn what_is_measured_is_what_is_written() {
    let root = authority("Root").self_signed();
    let one = [chain([&root])];
    let mut narrow = Rules::none();
    let plain = root.certificate.to_pem().len();
    narrow.largest_store = Some(plain);
    assert!(Truststore::assemble(&one, &narrow, today()).is_err());
    narrow.comments = false;
    let store = Truststore::assemble(&one, &narrow, today()).unwrap();
    assert_eq!(store.to_pem().len(), plain);
}
