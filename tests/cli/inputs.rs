//! What is read: files, and standard input by its name `-`.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use super::stage::{CA, Stage};

/// The same answer as for the file itself, whatever it is called.
#[test]
fn a_dash_is_standard_input_wherever_a_file_is_read() {
    let stage = Stage::with_authorities();
    stage.ok("key generate --out k.pem --plain");
    let (sub, csr) = ("pki/authorities/sub/chain.pem", "pki/authorities/waiting/request.csr");
    for (words, file) in [
        ("key convert FILE --to sec1 --plain --out -", "k.pem"),
        ("key decrypt FILE --out -", "k.pem"),
        ("key public FILE", "k.pem"),
        ("key match FILE k.pub", "k.pem"),
        ("key match k.pem FILE", "k.pub"),
        ("key public pki/authorities/sub/key.pem --passphrase-file FILE", "ca.pass"),
        ("inspect FILE", sub),
        ("lint FILE", sub),
        ("csr inspect FILE", csr),
        ("ca certify --issuer root --csr FILE --passphrase-file ca.pass --out certified.pem", csr),
        ("chain order FILE", sub),
        ("chain verify FILE --trust pki/authorities/root/certificate.pem", sub),
        ("chain verify pki/authorities/sub/certificate.pem --trust FILE", sub),
        ("truststore check FILE --for nginx", sub),
        ("ledger compromise --key FILE", "k.pub"),
    ] {
        stage.ok("key public k.pem --out k.pub --force");
        let contents = stage.text(file);
        let piped = stage.piped(&words.replace("FILE", "-"), &contents);
        assert_eq!(piped.code, 0, "{words}: {piped:#?}");
        std::fs::remove_file(stage.path("certified.pem")).ok();
        let opened = stage.ok(&words.replace("FILE", file));
        // Each serial is another one, and a mark stays.
        if !words.starts_with("ca ") && !words.starts_with("ledger ") {
            assert_eq!(piped.stdout.replace("standard input", file), opened.stdout, "{words}");
        }
    }
}

#[test]
fn a_file_called_dash_is_named_with_its_folder() {
    let stage = Stage::empty();
    stage.ok("key generate --out ./- --plain");
    assert!(stage.ok("inspect ./-").stdout.contains("PRIVATE KEY"));
    assert_eq!(stage.piped("inspect -", "").code, 1);
}

#[test]
fn standard_input_is_read_from_where_it_stands() {
    let stage = Stage::empty();
    let keys = ["first.pem", "second.pem"].map(|name| {
        stage.ok(&format!("key generate --type ed25519 --plain --out {name}"));
        stage.text(name)
    });
    stage.secret("both.pem", &keys.concat());
    let mut both = File::open(stage.path("both.pem")).unwrap();
    both.seek(SeekFrom::Start(keys[0].len() as u64)).unwrap();
    let public = stage.command().args(["key", "public", "-"]).stdin(both).output().unwrap();
    assert_eq!(public.stdout, stage.ok("key public second.pem").stdout.as_bytes());
}

#[test]
fn standard_input_may_be_a_socket() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out k.pem");
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    ours.write_all(stage.text("k.pem").as_bytes()).unwrap();
    drop(ours);
    let input = Stdio::from(OwnedFd::from(theirs));
    let public = stage.command().args(["key", "public", "-"]).stdin(input).output().unwrap();
    assert_eq!(public.stdout, stage.ok("key public k.pem").stdout.as_bytes());
}

#[test]
fn two_arguments_never_read_standard_input() {
    let stage = Stage::with_authorities();
    for (words, named) in [
        ("key match - -", "'<KEY>' and '<CERT>'"),
        ("key public - --passphrase-file -", "'<IN>' and '--passphrase-file <FILE>'"),
        ("key encrypt - --out - --new-passphrase-file -", "'<IN>' and '--new-passphrase-file <FILE>'"),
        ("inspect - -", "'<FILE>...' and '<FILE>...'"),
        ("ca import a --chain - --key -", "'--chain <FILE>' and '--key <FILE>'"),
        (
            "issue client a --ca sub --csr - --passphrase-file -",
            "'--csr <FILE>' and '--passphrase-file <FILE>'",
        ),
    ] {
        let refused = stage.refused(words, 2, "usage");
        let halves: Vec<_> = named.split(" and ").collect();
        assert!(halves.iter().all(|half| refused.stderr.contains(half)), "{words}: {refused:#?}");
        let command: Vec<_> = words.split(' ').take(2).take_while(|word| *word != "-").collect();
        let usage = format!("Usage: certwright {} ", command.join(" "));
        assert!(refused.stderr.contains(&usage), "{words}: {refused:#?}");
    }
}

/// It is read once, and the passphrase of what is read is that of what is written, where no other is named.
#[test]
fn a_passphrase_from_standard_input_serves_twice() {
    let stage = Stage::with_authorities();
    let issued = stage.piped("issue client a --ca sub --passphrase-file -", &format!("{CA}\r\n"));
    assert_eq!(issued.code, 0, "{issued:#?}");
    assert!(stage.key("pki/issued/a/private.pem", Some(CA)).is_ok());
}

#[test]
fn a_passphrase_has_the_same_bounds_in_a_file_and_on_standard_input() {
    let stage = Stage::empty();
    stage.ok("key generate --out key.pem --new-passphrase-file ca.pass");
    let long = "x".repeat(64 * 1024 + 1);
    stage.secret("long", &long);
    let in_file = stage.run("key public key.pem --passphrase-file long");
    let piped = stage.piped("key public key.pem --passphrase-file -", &long);
    for refused in [in_file, piped] {
        assert!(refused.code == 1 && refused.stderr.contains("the limit of 65536"), "{refused:#?}");
    }
}

#[test]
fn messages_call_it_standard_input() {
    let stage = Stage::empty();
    for (words, input) in [
        ("inspect -", "nothing"),
        ("key public -", "nothing"),
        ("key generate --out k.pem --new-passphrase-file -", ""),
        ("key generate --out k.pem --new-passphrase-file -", "two\nlines\n"),
    ] {
        let refused = stage.piped(words, input);
        assert_eq!(refused.code, 1, "{words}: {refused:#?}");
        assert!(refused.stderr.contains("standard input"), "{words}: {refused:#?}");
    }
}

#[test]
fn a_variable_does_not_name_standard_input() {
    let stage = Stage::empty();
    for variable in ["CERTWRIGHT_PASSPHRASE_FILE", "CERTWRIGHT_NEW_PASSPHRASE_FILE"] {
        let refused = stage.run_with(&["key", "generate", "--out", "k.pem"], &[(variable, "-")]);
        assert_eq!(refused.code, 2, "{refused:#?}");
        assert!(refused.stderr.contains(variable), "{refused:#?}");
    }
}
