//! Where `--out` leads: regular files, what is none, and standard output.

use certwright::PrivateKey;

use super::stage::{LEAF, Stage};

const DECRYPT: &str = "key decrypt k.pem --passphrase-file leaf.pass";

fn with_key() -> Stage {
    let stage = Stage::empty();
    stage.ok("key generate --out k.pem --new-passphrase-file leaf.pass");
    stage
}

#[test]
fn a_dash_is_standard_output_and_nothing_else_is_printed_there() {
    let stage = with_key();
    for out in ["-", "/dev/stdout"] {
        let answer = stage.ok(&format!("{DECRYPT} --out {out}"));
        let key = PrivateKey::read(answer.stdout.as_bytes(), None).unwrap();
        assert_eq!(key.public_key(), stage.key("k.pem", Some(LEAF)).unwrap().public_key());
        assert_eq!((answer.stdout.lines().count(), answer.stderr.as_str()), (5, ""), "{answer:#?}");
        assert!(!stage.path("-").exists());
    }
    let public = stage.ok("key public k.pem --passphrase-file leaf.pass --out -").stdout;
    assert_eq!(public, stage.ok("key public k.pem --passphrase-file leaf.pass").stdout);
}

#[test]
fn every_single_file_goes_to_standard_output() {
    let stage = Stage::with_authorities();
    let chain = stage.text("pki/authorities/sub/chain.pem");
    assert_eq!(stage.ok("truststore build sub --for none --plain --out -").stdout, chain);
    stage.refused("truststore build sub --for gcp --out -", 2, "usage");
    let folder = "pki/authorities/sub";
    let order = format!("chain order {folder}/chain.pem --leaf {folder}/certificate.pem --with-root --out -");
    assert_eq!(stage.ok(&order).stdout, chain);
    let certified = stage
        .ok("ca certify --issuer root --csr pki/authorities/waiting/request.csr --passphrase-file ca.pass --out -");
    assert_eq!(certified.stdout.matches("BEGIN CERTIFICATE").count(), 2, "{certified:#?}");
    let request =
        "csr create --subject CN=a --new p256 --new-passphrase-file leaf.pass --key-out a.key --out -";
    assert!(stage.ok(request).stdout.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    assert!(stage.key("a.key", Some(LEAF)).is_ok());
}

#[test]
fn one_document_and_a_file_do_not_share_standard_output() {
    let stage = with_key();
    let refused = stage.run(&format!("{DECRYPT} --out - --json"));
    assert_eq!((refused.code, &refused.document()["error"]["kind"]), (2, &"usage".into()));
    assert!(!refused.stdout.contains("PRIVATE KEY"), "{refused:#?}");
}

#[test]
fn a_folder_is_no_place_for_a_file_and_force_does_not_help() {
    let stage = with_key();
    std::fs::create_dir(stage.path("folder")).unwrap();
    for force in ["", " --force"] {
        let refused = stage.refused(&format!("{DECRYPT} --out folder{force}"), 1, "write");
        assert!(!refused.stderr.contains("--force"), "{refused:#?}");
    }
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_written_into_and_stay_what_they_are() {
    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;
    let stage = with_key();
    for force in ["", " --force"] {
        stage.ok(&format!("{DECRYPT} --out /dev/null{force}"));
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
    let pipe = stage.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || {
            let mut read = String::new();
            std::fs::File::open(pipe).unwrap().read_to_string(&mut read).unwrap();
            read
        }
    });
    stage.ok(&format!("{DECRYPT} --out pipe --force"));
    assert!(reader.join().unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(std::fs::metadata(pipe).unwrap().file_type().is_fifo());
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_its_target_is_replaced_where_that_was_said() {
    let stage = with_key();
    stage.write("target", "old");
    std::os::unix::fs::symlink("target", stage.path("link")).unwrap();
    stage.refused(&format!("{DECRYPT} --out link"), 1, "exists");
    stage.ok(&format!("{DECRYPT} --out link --force"));
    assert!(stage.text("target").starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(stage.path("link").is_symlink());
    assert_eq!(stage.mode("target"), 0o600);
}
