//! `ca root`, `ca sub`, `ca import`, `ca list`, `ca show`.

use certwright::Lifetime;

use super::stage::{CA, Stage};

#[test]
fn a_root_needs_only_a_common_name_and_lives_ten_years() {
    let stage = Stage::empty();
    stage.ok("--at 2026-11-23T12:00:00Z ca root test123 --subject CN=test123 --passphrase-file ca.pass");
    let root = stage.certificate("pki/authorities/test123/certificate.pem");
    assert_eq!(root.subject().to_string(), "CN=test123");
    assert!(root.is_self_signed() && root.is_authority());
    assert_eq!(root.basic_constraints().unwrap().path_length, None);
    assert_eq!(root.window().not_before.to_string(), "2026-11-23T11:00:00Z");
    assert_eq!(root.window().not_after.to_string(), "2036-11-23T11:59:59Z");
    let key = stage.key("pki/authorities/test123/key.pem", Some(CA)).unwrap();
    assert_eq!(key.public_key(), root.public_key());
    assert!(stage.text("pki/certwright.toml").contains("schema = 1"));
}

#[test]
fn a_subordinate_is_made_in_one_go_with_every_file_of_the_layout() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities/sub";
    let own = stage.certificate(&format!("{folder}/certificate.pem"));
    let chain = stage.certificates(&format!("{folder}/chain.pem"));
    let subjects: Vec<_> = chain.iter().map(|certificate| certificate.subject().to_string()).collect();
    assert_eq!(subjects, ["CN=Sub,O=Example", "CN=Root"]);
    assert_eq!(chain[0], own);
    assert_eq!(own.basic_constraints().unwrap().path_length, Some(0));
    assert!(stage.text(&format!("{folder}/request.csr")).starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    let years = Lifetime::years(3).end(own.window().not_before.plus_seconds(3600).unwrap()).unwrap();
    assert_eq!(own.window().not_after, years);
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_alone() {
    let stage = Stage::empty();
    stage.ok("ca root root --subject CN=Root --passphrase-file ca.pass");
    assert_eq!(stage.mode("pki/authorities/root/key.pem"), 0o600);
    assert_eq!(stage.mode("pki/authorities/root/chain.pem") & 0o600, 0o600);
}

#[test]
fn a_path_length_lets_authorities_stand_below() {
    let stage = Stage::with_authorities();
    stage.refused(
        "ca sub below --issuer sub --subject CN=Below --lifetime 1y --passphrase-file ca.pass",
        1,
        "refused",
    );
    stage.ok("ca sub policy --issuer root --subject CN=Policy --path-length 1 --passphrase-file ca.pass");
    stage.ok("ca sub below --issuer policy --subject CN=Below --lifetime 1y --passphrase-file ca.pass");
    assert_eq!(stage.certificates("pki/authorities/below/chain.pem").len(), 3);
}

#[test]
fn a_subordinate_that_would_outlive_its_root_is_refused_with_both_dates_or_clamped() {
    let stage = Stage::with_authorities();
    let words = "ca sub long --issuer root --subject CN=Long --lifetime 10y+1d --passphrase-file ca.pass";
    let end = stage.certificate("pki/authorities/root/certificate.pem").window().not_after;
    let refused = stage.refused(words, 1, "outlives-issuer");
    assert!(refused.stderr.contains(&end.to_string()), "{refused:#?}");
    assert!(refused.stderr.contains("--bound clamp"), "{refused:#?}");
    let answer = stage.ok(&format!("{words} --bound clamp --json"));
    assert_eq!(answer.rules(), ["validity-clamped"]);
    assert_eq!(stage.certificate("pki/authorities/long/certificate.pem").window().not_after, end);
}

#[test]
fn a_list_tells_states_apart_by_the_clock_given() {
    let stage = Stage::with_authorities();
    let states = |at: &str| {
        let list = stage.result(&format!("ca list {at}"));
        let rows = list.as_array().unwrap().clone();
        rows.iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(""), ["active", "active", "pending"]);
    assert_eq!(states("--at 2001-01-01"), ["not yet valid", "not yet valid", "pending"]);
    assert_eq!(states("--at 2200-01-01"), ["expired", "expired", "pending"]);
}

#[test]
fn an_authority_is_shown_in_words_and_as_pem() {
    let stage = Stage::with_authorities();
    let shown = stage.ok("ca show sub").stdout;
    assert!(shown.contains("CN=Sub,O=Example") && shown.contains("under     CN=Root"), "{shown}");
    assert_eq!(stage.ok("ca show sub --pem").stdout, stage.text("pki/authorities/sub/chain.pem"));
    assert_eq!(stage.ok("ca show waiting --pem").stdout, stage.text("pki/authorities/waiting/request.csr"));
}

#[test]
fn an_existing_authority_is_continued_byte_for_byte_in_another_home() {
    let stage = Stage::with_authorities();
    let chain: String =
        stage.certificates("pki/authorities/sub/chain.pem").iter().rev().map(|c| c.to_pem()).collect();
    stage.write("shuffled.pem", &chain);
    let key = "pki/authorities/sub/key.pem";
    stage.ok(&format!(
        "--home two ca import clients --chain shuffled.pem --key {key} --passphrase-file ca.pass"
    ));
    assert_eq!(stage.text("two/authorities/clients/chain.pem"), stage.text("pki/authorities/sub/chain.pem"));
    stage.ok("--home two issue client a --ca clients --passphrase-file ca.pass");
    let issued = stage.certificate("two/issued/a/certificate.pem");
    let sub = stage.certificate("pki/authorities/sub/certificate.pem");
    assert_eq!(issued.issuer().as_der(), sub.subject().as_der());
}

#[test]
fn an_import_checks_key_chain_and_dates() {
    let stage = Stage::with_authorities();
    let import = |chain: &str, key: &str| {
        format!(
            "--home two ca import x --chain pki/authorities/{chain} --key pki/authorities/{key}/key.pem \
             --passphrase-file ca.pass"
        )
    };
    stage.refused(&import("sub/chain.pem", "waiting"), 1, "key-mismatch");
    stage.refused(&import("sub/certificate.pem", "sub"), 1, "missing-issuer");
    stage.refused(&format!("--at 2200-01-01 {}", import("sub/chain.pem", "sub")), 1, "issuer-expired");
    stage.refused(&format!("--at 2001-01-01 {}", import("sub/chain.pem", "sub")), 1, "issuer-not-yet-valid");
}
