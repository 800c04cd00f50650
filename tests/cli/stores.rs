//! `truststore`, `chain` and `inspect`.

use super::stage::Stage;

/// Certificates of a home in one file, in the order given.
fn bundle(stage: &Stage, name: &str, parts: &[&str]) {
    let text: String = parts.iter().map(|part| stage.text(&format!("pki/authorities/{part}"))).collect();
    stage.write(name, &text);
}

#[test]
fn other_forms_hold_the_same_certificates() {
    let stage = Stage::with_authorities();
    stage.ok("truststore build sub --for none --format p7b --out store.p7b");
    stage.ok("truststore build sub --for none --format der --out store.der");
    let chain = stage.certificates("pki/authorities/sub/chain.pem");
    assert_eq!(stage.certificates("store.p7b").len(), 2);
    let der: Vec<u8> = chain.iter().flat_map(|certificate| certificate.der().to_vec()).collect();
    assert_eq!(std::fs::read(stage.path("store.der")).unwrap(), der);
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
    stage.ok("truststore build sub --for none --plain --out plain.pem");
    assert_eq!(stage.text("plain.pem"), stage.text("new/store.pem"));
    stage.ok("truststore build sub root --for none --out commented.pem");
    assert!(stage.text("commented.pem").starts_with("# CN=Sub,O=Example\n# sha256 "));
    assert_eq!(stage.certificates("commented.pem"), stage.certificates("plain.pem"));
    bundle(&stage, "bag.pem", &["root/certificate.pem", "sub/certificate.pem"]);
    stage.ok("truststore build bag.pem --for none --out from-file.pem");
    assert_eq!(stage.text("from-file.pem"), stage.text("commented.pem"));
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

/// A change to the text of a store.
type Change = fn(&str) -> String;

#[test]
fn a_check_says_what_the_reader_cannot_load_as_doctor_does() {
    let stage = Stage::with_authorities();
    let whole = stage.text("pki/authorities/sub/chain.pem");
    let changes: [(&str, Change, bool); 6] = [
        ("pem-indented", |text| text.lines().map(|line| format!(" {line}\n")).collect(), false),
        ("pem-carriage-return", |text| text.replace('\n', "\r"), true),
        ("pem-label-case", |text| text.replace("CERTIFICATE", "certificate"), false),
        ("pem-glued", |text| text.replace("-----\n-----", "----------"), false),
        ("pem-boundary", |text| text.replacen("-----BEGIN", "----BEGIN", 1), false),
        ("pem-end-missing", |text| text.replacen("-----END CERTIFICATE-----\n", "", 1), false),
    ];
    for (rule, change, rustls) in changes {
        stage.write("store.pem", &change(&whole));
        for words in ["truststore check store.pem", "doctor --truststore store.pem"] {
            let refused = stage.run(&format!("{words} --for nginx --json"));
            assert!(refused.code == 1 && refused.rules().contains(&rule.to_owned()), "{words}: {refused:#?}");
            assert_eq!(stage.run(&format!("{words} --for rustls")).code == 0, rustls, "{words}, {rule}");
        }
    }
}

#[test]
fn a_form_that_the_reader_does_not_load_is_refused_both_ways() {
    let stage = Stage::with_authorities();
    for (format, target, loads) in [
        ("der", "nginx", false),
        ("p7b", "nginx", false),
        ("p12", "api-gateway", false),
        ("der", "rustls", true),
        ("p7b", "java", true),
    ] {
        let build = format!(
            "truststore build sub --format {format} --out store.{format} --force --new-passphrase-file leaf.pass"
        );
        if loads {
            stage.ok(&format!("{build} --for {target}"));
        } else {
            let refused = stage.refused(&format!("{build} --for {target}"), 1, "refused");
            assert!(
                refused.stderr.contains("store-form") && refused.stderr.contains("as PEM"),
                "{refused:#?}"
            );
            assert!(!stage.path(&format!("store.{format}")).exists());
            stage.ok(&format!("{build} --for none"));
        }
        let check = stage.run(&format!("truststore check store.{format} --for {target} --json"));
        assert_eq!(check.rules().contains(&"store-form".to_owned()), !loads, "{check:#?}");
        assert_eq!(check.code == 0, loads, "{check:#?}");
        std::fs::remove_file(stage.path(&format!("store.{format}"))).unwrap();
    }
}

#[test]
fn a_key_store_is_checked_with_its_passphrase() {
    let stage = Stage::with_authorities();
    stage.ok("truststore build sub --for java --format p12 --out store.p12 --new-passphrase-file leaf.pass");
    stage.ok("truststore check store.p12 --for java --passphrase-file leaf.pass");
    for option in ["", "--passphrase-file ca.pass"] {
        let closed = stage.run(&format!("truststore check store.p12 --for java {option} --json"));
        assert!(closed.code == 1 && closed.rules().contains(&"store-closed".to_owned()), "{closed:#?}");
    }
}

#[test]
fn a_private_key_in_a_store_is_named_by_all_who_read_it() {
    let stage = Stage::with_authorities();
    bundle(&stage, "store.pem", &["sub/chain.pem", "sub/key.pem"]);
    for words in ["truststore check store.pem", "doctor --truststore store.pem"] {
        let refused = stage.run(&format!("{words} --for nginx --json"));
        let named = refused.rules().contains(&"truststore-holds-key".to_owned());
        assert!(refused.code == 1 && named, "{words}: {refused:#?}");
    }
    let built = stage.ok("truststore build ./store.pem --for nginx --out clean.pem");
    assert!(built.stderr.contains("warning[truststore-holds-key]"), "{built:#?}");
    assert!(!stage.text("clean.pem").contains("PRIVATE KEY"));
}

#[test]
fn all_files_are_one_bag() {
    let stage = Stage::with_authorities();
    let [root, sub] = ["root", "sub"].map(|name| format!("pki/authorities/{name}/certificate.pem"));
    for (number, from) in
        [format!("{root} {sub}"), format!("{sub} {root}"), format!("{sub} root")].iter().enumerate()
    {
        stage.ok(&format!("truststore build {from} --for nginx --plain --out {number}.pem"));
        assert_eq!(
            stage.text(&format!("{number}.pem")),
            stage.text("pki/authorities/sub/chain.pem"),
            "{from}"
        );
    }
}

#[test]
fn a_reader_of_two_lists_gets_two_files() {
    let stage = Stage::with_authorities();
    stage.ok("truststore build sub --for gcp --out store.pem");
    let authority = |name: &str| stage.text(&format!("pki/authorities/{name}/certificate.pem"));
    assert_eq!(stage.text("store.pem"), authority("root"));
    assert_eq!(stage.text("store.intermediates.pem"), authority("sub"));
    stage.ok("truststore check store.pem store.intermediates.pem --for gcp");
    stage.ok("truststore build root --for gcp --out roots.pem");
    assert!(!stage.path("roots.intermediates.pem").exists());
}

#[test]
fn a_check_says_until_when_a_store_works_and_for_whom() {
    let stage = Stage::with_authorities();
    let store = "pki/authorities/sub/chain.pem";
    let said = stage.ok(&format!("truststore check {store} --for nginx")).stdout;
    let first = said.lines().nth(1).unwrap_or_default().to_owned();
    assert!(first.contains("until") && first.ends_with("clients of CN=Sub,O=Example"), "{said}");
    let late = stage.ok(&format!("truststore check {store} --for nginx --at 2031-01-01")).stdout;
    assert!(late.contains("nobody    of the clients of CN=Sub,O=Example"), "{late}");
    let ends = &stage.result(&format!("truststore check {store} --for rustls"))["ends"];
    assert_eq!(ends[0]["until"], serde_json::Value::Null);
}

#[test]
fn a_crl_is_wanted_for_every_authority_or_none_is_written() {
    let stage = Stage::with_authorities();
    let build = "truststore build sub --for nginx --out store.pem --crl crls.pem --crl-out set.pem";
    stage.write("crls.pem", "");
    stage.refused(build, 1, "unexpected");
    assert!(!stage.path("store.pem").exists());
    stage.refused("truststore build sub --for nginx --out store.pem --crl crls.pem", 2, "usage");
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
    let (chain, authority) = ("pki/authorities/sub/chain.pem", "pki/authorities/sub/certificate.pem");
    assert_eq!(stage.ok(&format!("chain order {chain}")).stdout, stage.text(authority));
    let crt = client(&stage);
    stage.ok("issue client b --ca sub --csr pki/authorities/waiting/request.csr --passphrase-file ca.pass");
    let bag = format!("{chain} {crt} pki/issued/b/crt.pem");
    let refused = stage.refused(&format!("chain order {bag}"), 1, "ambiguous-leaf");
    assert!(refused.stderr.contains("--leaf"), "{refused:#?}");
    let fingerprint = stage.certificate(crt).fingerprint();
    for leaf in [fingerprint.to_string(), crt.to_owned()] {
        assert_eq!(stage.ok(&format!("chain order {bag} --leaf {leaf}")).stdout, stage.text(crt));
    }
}

#[test]
fn a_missing_link_is_named() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let leaf = "pki/issued/a/certificate.pem";
    let refused = stage.refused(&format!("chain order {leaf}"), 1, "missing-issuer");
    assert!(refused.stderr.contains("no certificate of CN=Sub"), "{refused:#?}");
    let refused = stage.refused(&format!("chain order {crt} --with-root"), 1, "missing-issuer");
    assert!(refused.stderr.contains("no certificate of CN=Root"), "{refused:#?}");
    stage.refused("chain order pki/authorities/root/certificate.pem", 1, "root-alone");
}

#[test]
fn a_bag_without_its_root_is_ordered_and_says_so() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let backwards: String = stage.certificates(crt).iter().rev().map(|c| c.to_pem()).collect();
    stage.write("bag.pem", &backwards);
    let answer = stage.ok("chain order bag.pem");
    assert_eq!(answer.stdout, stage.text(crt));
    assert!(answer.stderr.contains("no certificate of CN=Root"), "{answer:#?}");
}

#[test]
fn a_verdict_is_an_exit_code_with_its_reasons() {
    let stage = Stage::with_authorities();
    let crt = client(&stage);
    let trust = "--trust pki/authorities/root/certificate.pem";
    let verify = |words: &str| stage.run(&format!("chain verify {words} --json"));
    let held = verify(&format!("{crt} {trust} --purpose client"));
    assert_eq!((held.code, held.document()["result"]["path"].as_array().unwrap().len()), (0, 3));
    for words in [
        format!("{crt} {trust} --purpose server"),
        format!("{crt} {trust} --name a.test"),
        format!("{crt} {trust} --at 2200-01-01"),
        format!("{crt} --trust pki/issued/a/certificate.pem --at 2200-01-01"),
    ] {
        let failed = verify(&words);
        assert_eq!((failed.code, &failed.document()["result"]["verified"]), (1, &false.into()), "{words}");
        assert!(!failed.rules().is_empty(), "{words}");
        let told = stage.run(&format!("chain verify {words}"));
        assert!(told.stdout.contains("does not hold") && told.stderr.contains("error["), "{told:#?}");
    }
    stage.refused(&format!("chain verify {crt} {trust} --name a_b"), 2, "usage");
    stage.refused(
        &format!("chain verify {crt} {trust} --leaf pki/authorities/waiting/request.csr"),
        1,
        "unexpected",
    );
}

#[test]
fn files_are_inspected_without_a_passphrase() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities/sub";
    let text = stage.ok(&format!("inspect {folder}/chain.pem")).stdout;
    assert!(text.contains("CN=Sub,O=Example") && text.contains("CN=Root"), "{text}");
    let result = stage.result(&format!("inspect {folder}/key.pem {folder}/request.csr"));
    let kinds: Vec<_> = (0..2).map(|index| result[index]["blocks"][0]["kind"].clone()).collect();
    assert_eq!(kinds, ["an encrypted private key", "a certificate request"]);
    stage.write("empty", "");
    let whole = stage.text(&format!("{folder}/chain.pem"));
    stage.write("cut.pem", whole.get(..300).unwrap());
    stage.refused("inspect empty", 1, "unexpected");
    stage.refused("inspect cut.pem", 1, "pem");
}
