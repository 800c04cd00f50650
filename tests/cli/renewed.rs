//! `ca renew`: what stands below is read, judged and given the new certificate, or nothing is signed.

use super::stage::Stage;

const PASS: &str = "--passphrase-file ca.pass --new-passphrase-file leaf.pass";
const RENEW: &str = "ca renew root --passphrase-file ca.pass";

#[cfg(unix)]
#[test]
fn renewals_at_a_time_take_turns_and_each_sets_aside_what_it_replaces() {
    let stage = Stage::with_authorities();
    let old = stage.certificate("pki/authorities/root/certificate.pem");
    let words: Vec<_> = RENEW.split(' ').collect();
    let running: Vec<_> = (0..3).map(|_| stage.command().args(&words).spawn().unwrap()).collect();
    running.into_iter().for_each(|mut process| assert!(process.wait().unwrap().success()));
    let previous = "pki/authorities/root/previous";
    assert_eq!(stage.certificate(&format!("{previous}/{}/certificate.pem", old.serial())), old);
    let kept = std::fs::read_dir(stage.path(previous)).unwrap();
    assert_eq!(kept.count(), 3);
    let new = stage.certificate("pki/authorities/root/certificate.pem");
    assert_eq!(stage.certificates("pki/authorities/sub/chain.pem")[1], new);
}

#[test]
fn what_was_set_aside_is_never_replaced() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities/root";
    let serial = stage.certificate(&format!("{folder}/certificate.pem")).serial().to_string();
    std::fs::create_dir_all(stage.path(&format!("{folder}/previous/{serial}"))).unwrap();
    stage.write(&format!("{folder}/previous/{serial}/certificate.pem"), "something else\n");
    stage.refused(RENEW, 1, "exists");
}

/// The number of certificates that the ledger has.
fn recorded(stage: &Stage) -> usize {
    stage.result("ledger list").as_array().unwrap().len()
}

#[test]
fn nothing_is_signed_before_everything_below_was_read_and_could_be_written() {
    let stage = Stage::with_authorities();
    stage.ok(&format!("issue client a --ca sub --dns a.example.test {PASS}"));
    let crt = stage.text("pki/issued/a/crt.pem");
    stage.write("pki/issued/a/crt.pem", "junk\n");
    let refused = stage.refused(RENEW, 1, "unexpected");
    assert!(refused.stderr.contains("crt.pem"), "{refused:#?}");
    assert_eq!(recorded(&stage), 3);
    stage.write("pki/issued/a/crt.pem", &crt);
    // A folder stands where a file would be written.
    let own = "pki/issued/a/chain.pem";
    std::fs::remove_file(stage.path(own)).unwrap();
    std::fs::create_dir(stage.path(own)).unwrap();
    stage.refused("ca renew sub --passphrase-file ca.pass", 1, "write");
    stage.refused("reissue a --passphrase-file ca.pass", 1, "read");
    assert_eq!(recorded(&stage), 3);
    std::fs::remove_dir(stage.path(own)).unwrap();
    stage.ok(RENEW);
}

#[test]
fn a_renewal_under_which_something_below_would_break_is_refused() {
    let stage = Stage::with_authorities();
    stage.write("wide.toml", "profile = \"subordinate\"\npath-length = 1\n");
    stage.ok("ca sub mid --issuer root --subject CN=Mid --profile wide.toml --passphrase-file ca.pass");
    stage.ok("ca sub low --issuer mid --subject CN=Low --lifetime 1y --passphrase-file ca.pass");
    stage.ok(&format!("issue client a --ca low --dns a.example.test --lifetime 90d {PASS}"));
    let before = recorded(&stage);
    stage.write("flat.toml", "profile = \"root\"\npath-length = 0\n");
    let refused = stage.refused(&format!("{RENEW} --profile flat.toml"), 1, "refused");
    assert!(refused.stderr.contains("CN=Low") && refused.stderr.contains("path-length"), "{refused:#?}");
    assert!(!refused.stderr.contains("--path-length 1"), "{refused:#?}");
    stage
        .write("narrow.toml", "profile = \"subordinate\"\npath-length = 1\npermit = [\"DNS:example.org\"]\n");
    let narrow = "ca renew mid --profile narrow.toml --passphrase-file ca.pass";
    let refused = stage.refused(narrow, 1, "refused");
    assert!(refused.stderr.contains("CN=a: "), "{refused:#?}");
    assert_eq!(recorded(&stage), before);
    // What is in the way can be replaced first.
    stage.ok("reissue a --dns a.example.org --passphrase-file ca.pass");
    stage.ok(narrow);
    stage.ok("ca renew mid --passphrase-file ca.pass");
}

#[test]
fn what_outlives_a_renewed_authority_is_named() {
    let stage = Stage::with_authorities();
    assert_eq!(stage.ok(&format!("{RENEW} --json")).rules(), [""; 0]);
    let answer = stage.ok(&format!("{RENEW} --lifetime 5d --json"));
    assert_eq!(answer.rules(), ["inside-issuers-validity"]);
    assert!(answer.stdout.contains("CN=Sub,O=Example: it ends on"), "{answer:#?}");
    // It did so before.
    assert_eq!(stage.ok(&format!("{RENEW} --lifetime 6d --json")).rules(), [""; 0]);
}

#[test]
fn authorities_that_were_certified_for_another_home_are_warned_about() {
    let stage = Stage::with_authorities();
    stage.write("mid.toml", "profile = \"subordinate\"\npath-length = 1\n");
    let certify =
        "ca certify --issuer root --csr pki/authorities/waiting/request.csr --passphrase-file ca.pass";
    stage.ok(&format!("{certify} --profile mid.toml --out waiting.pem"));
    stage.write("low.toml", "profile = \"root\"\npath-length = 1\n");
    let answer = stage.ok(&format!("{RENEW} --profile low.toml --json"));
    assert_eq!(answer.rules(), ["path-length"]);
    assert!(answer.stdout.contains("CN=Waiting: "), "{answer:#?}");
    let answer = stage.ok(&format!("{RENEW} --lifetime 5d --profile low.toml --json"));
    assert_eq!(answer.rules(), ["inside-issuers-validity"; 2]);
}

#[test]
fn the_files_below_are_counted_as_one_counts_them() {
    let stage = Stage::with_authorities();
    let renewed = stage.ok(RENEW);
    assert!(renewed.stderr.contains("note: one file of what stands below it has the new"), "{renewed:#?}");
    stage.ok("ca sub more --issuer root --subject CN=More --passphrase-file ca.pass");
    let renewed = stage.ok(RENEW);
    assert!(renewed.stderr.contains("note: 2 files of what stands below it have the new"), "{renewed:#?}");
}
