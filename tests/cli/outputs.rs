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

/// Several files cannot be printed one after the other: `-` would be a folder of that name.
#[test]
fn a_dash_is_no_folder() {
    let stage = Stage::with_authorities();
    stage.ok("issue client c --ca sub --passphrase-file ca.pass --new-passphrase-file leaf.pass");
    for words in [
        "export c --keep-passphrase --out -",
        "export c --keep-passphrase --format p12 --passphrase-file leaf.pass --out /dev/stdout",
        "man --out -",
        "doctor --key pki/issued/c/private.pem --fix -",
        "ca list --home -",
    ] {
        let refused = stage.refused(words, 2, "usage");
        assert!(refused.stderr.contains("name one, or ./- for one called -"), "{words}: {refused:#?}");
        let document = stage.run(&format!("{words} --json")).document();
        assert_eq!(document["error"]["kind"], "usage", "{words}");
        assert!(!stage.path("-").exists(), "{words}");
    }
    stage.ok("export c --keep-passphrase --out ./-");
    assert!(stage.path("-/crt.pem").exists());
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

#[cfg(target_os = "linux")]
#[test]
fn a_file_below_dev_is_a_file_like_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::empty();
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let path = folder.path().join("k.pem");
    let generate = format!("key generate --plain --out {}", path.display());
    stage.ok(&generate);
    let first = std::fs::read_to_string(&path).unwrap();
    stage.refused(&generate, 1, "exists");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    stage.ok(&format!("{generate} --force"));
    let second = std::fs::read_to_string(&path).unwrap();
    assert_eq!((second.matches("BEGIN").count(), second == first), (1, false));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_that_leads_to_a_file_is_written_into() {
    let stage = with_key();
    let log = std::fs::OpenOptions::new().append(true).create(true).open(stage.path("log")).unwrap();
    stage.write("log", "before\n");
    let words = format!("{DECRYPT} --out /dev/stderr --quiet");
    let status = stage.command().args(words.split(' ')).stderr(log).status().unwrap();
    assert!(status.success());
    assert!(stage.text("log").starts_with("before\n"));
    assert!(stage.text("log").contains("BEGIN PRIVATE KEY"), "{}", stage.text("log"));
}

/// Only the superuser can make what belongs to somebody else.
#[cfg(target_os = "linux")]
#[test]
fn no_secret_goes_through_a_pipe_or_a_link_of_somebody_else() {
    use std::os::unix::fs::{lchown, symlink};
    const NOBODY: Option<u32> = Some(65_534);
    if !rustix::process::geteuid().is_root() {
        eprintln!("not run: only root can make a file of another user");
        return;
    }
    let stage = with_key();
    let planted = tempfile::tempdir().unwrap();
    let path = |name: &str| planted.path().join(name);
    // Nobody reads from it: who waits for a reader never ends.
    assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    symlink("stolen", path("link")).unwrap();
    symlink("link", path("ours")).unwrap();
    for name in ["pipe", "link"] {
        lchown(path(name), NOBODY, NOBODY).unwrap();
    }
    for name in ["pipe", "link", "ours"] {
        let words = format!("{DECRYPT} --out {}", path(name).display());
        stage.refused(&words, 1, if name == "pipe" { "write" } else { "exists" });
        let refused = stage.refused(&format!("{words} --force"), 1, "write");
        assert!(refused.stderr.contains("somebody else"), "{refused:#?}");
        let words = format!("openssl pkey -in k.pem -passin file:leaf.pass -out {}", path(name).display());
        assert_eq!(stage.run(&words).code, 1, "{words}");
    }
    assert!(!path("stolen").exists());
    // What everybody may read may go there.
    let public =
        format!("key public k.pem --passphrase-file leaf.pass --force --out {}", path("ours").display());
    stage.ok(&public);
    assert!(path("stolen").exists());
}

#[test]
fn two_files_do_not_share_one_place_however_it_is_spelt() {
    let stage = Stage::empty();
    for (out, key) in [("a.csr", "a.csr"), ("a.csr", "./a.csr"), ("-", "-"), ("-", "/dev/stdout")] {
        for force in ["", " --force"] {
            let words = format!("csr create --subject CN=a --new p256 --out {out} --key-out {key}{force}");
            stage.refused(&format!("{words} --new-passphrase-file leaf.pass"), 2, "usage");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_place_that_is_none_is_named_as_what_it_is() {
    let stage = Stage::empty();
    for (out, said) in [
        ("o/new/", "hint: name a file in the folder, not the folder itself"),
        ("/dev/fd/99", "the descriptor is not open"),
    ] {
        let refused = stage.refused(&format!("key generate --plain --out {out}"), 1, "write");
        assert!(refused.stderr.contains(said), "{out}: {refused:#?}");
    }
    let refused = stage.refused("key generate --plain --out /proc/k.pem", 1, "write");
    assert!(!refused.stderr.contains("at path"), "{refused:#?}");
}
