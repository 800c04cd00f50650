//! `truststore` and `chain`.

use super::stage::Stage;

/// Certificates of a home in one file, in the order given.
fn bundle(stage: &Stage, name: &str, parts: &[&str]) {
    let text: String = parts.iter().map(|part| stage.text(&format!("pki/authorities/{part}"))).collect();
    stage.write(name, &text);
}

/// A client of `sub`, for a request.
fn client(stage: &Stage) -> &'static str {
    stage.ok("issue client a --ca sub --csr pki/authorities/waiting/request.csr --passphrase-file ca.pass");
    "pki/issued/a/crt.pem"
}

#[test]
fn a_truststore_is_the_subordinate_then_the_root() {
    let stage = Stage::with_authorities();
    stage.ok("truststore build sub root --for api-gateway --out new/store.pem");
    assert_eq!(stage.text("new/store.pem"), stage.text("pki/authorities/sub/chain.pem"));
    bundle(&stage, "bag.pem", &["root/certificate.pem", "sub/certificate.pem"]);
    stage.ok("truststore build bag.pem --for none --out from-file.pem");
    assert_eq!(stage.text("from-file.pem"), stage.text("new/store.pem"));
    stage.refused("truststore build bag.pem --for none --out from-file.pem", 1, "exists");
    stage.ok("truststore build ./bag.pem --for none --out from-file.pem --force");
}

#[test]
fn an_authoritys_name_wins_over_a_file() {
    let stage = Stage::with_authorities();
    stage.write("sub", "not a certificate");
    stage.ok("truststore build sub --for none --out store.pem");
    stage.refused("truststore build ./sub --for none --out other.pem", 1, "unexpected");
    stage.refused("truststore build file-without-dot --for none --out other.pem", 1, "unknown-authority");
}

#[test]
fn a_store_that_its_reader_would_refuse_is_not_written() {
    let stage = Stage::with_authorities();
    stage.refused(
        "truststore build pki/authorities/sub/certificate.pem --for none --out s.pem",
        1,
        "missing-issuer",
    );
    let crt = client(&stage);
    let with_root = format!("{}{}", stage.text(crt), stage.text("pki/authorities/root/certificate.pem"));
    stage.write("leaf.pem", &with_root);
    let refused = stage.refused("truststore build leaf.pem --for api-gateway --out s.pem", 1, "refused");
    assert!(refused.stderr.contains("store-holds-authorities"), "{refused:#?}");
}

#[test]
fn a_check_answers_by_its_exit_code() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let store = "pki/authorities/sub/chain.pem";
    let check = |words: &str| stage.run(&format!("truststore check {words} --json"));
    let accepted = check(&format!("{store} --for api-gateway --client {crt}"));
    assert_eq!((accepted.code, &accepted.document()["result"]["accepted"]), (0, &true.into()));
    let late = check(&format!("{store} --for api-gateway --client {crt} --at 2200-01-01"));
    assert_eq!((late.code, &late.document()["ok"]), (1, &false.into()));
    assert!(late.rules().contains(&"client-validity".to_owned()), "{late:#?}");
    let incomplete = check("pki/authorities/sub/certificate.pem --for api-gateway");
    assert_eq!((incomplete.code, incomplete.rules()), (1, vec!["store-chain-complete".to_owned()]));
}

#[test]
fn a_bag_is_ordered_and_what_is_not_needed_is_named() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let leaf = stage.certificate(crt).to_pem();
    let root = stage.text("pki/authorities/root/certificate.pem");
    let sub = stage.text("pki/authorities/sub/certificate.pem");
    stage.write("bag.pem", &format!("{root}{sub}{leaf}{root}"));
    let answer = stage.ok("chain order bag.pem");
    assert_eq!(answer.stdout, stage.text(crt));
    assert!(answer.stderr.contains("not used: CN=Root, it is there more than once"), "{answer:#?}");
    assert_eq!(stage.ok("chain order bag.pem --with-root").stdout, format!("{leaf}{sub}{root}"));
    stage.ok("chain order bag.pem --out ordered.pem");
    assert_eq!(stage.text("ordered.pem"), stage.text(crt));
    stage.refused("chain order bag.pem --out ordered.pem", 1, "exists");
}

#[test]
fn a_leaf_is_named_where_it_cannot_be_told() {
    let stage = Stage::with_authorities();
    let chain = "pki/authorities/sub/chain.pem";
    let certificate = "pki/authorities/sub/certificate.pem";
    let refused = stage.refused(&format!("chain order {chain}"), 1, "ambiguous-leaf");
    assert!(refused.stderr.contains("--leaf"), "{refused:#?}");
    let fingerprint = stage.certificate(certificate).fingerprint();
    for leaf in [fingerprint.to_string(), certificate.to_owned()] {
        assert_eq!(stage.ok(&format!("chain order {chain} --leaf {leaf}")).stdout, stage.text(certificate));
    }
}

#[test]
fn a_missing_link_is_named() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let refused = stage.refused(&format!("chain order {crt}"), 1, "missing-issuer");
    assert!(refused.stderr.contains("no certificate of CN=Root"), "{refused:#?}");
    stage.refused("chain order pki/authorities/root/certificate.pem", 1, "root-alone");
}
