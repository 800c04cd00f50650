//! `certwright openssl pkcs12` beside the real one.

use std::process::Command;

use super::{Bench, PROGRAM, stderr, text};

const CERTIFICATES: &[&str] = &[
    "req -x509 -new -key rsa.pem -subj /CN=Root -out root.crt",
    "req -x509 -new -key ec.pem -subj /C=DE/O=Ex,\u{a0}Inc/CN=leaf -utf8 -out leaf.crt",
    "pkcs12 -export -in leaf.crt -inkey ec.pem -certfile root.crt -name leaf -caname root -passout pass:secret -out a.p12",
    "pkcs12 -export -in leaf.crt -inkey ec.pem -legacy -passout pass:secret -out legacy.p12",
    "pkcs12 -export -in leaf.crt -inkey ec.pem -passout pass: -out empty.p12",
    "pkcs12 -export -in leaf.crt -inkey ec.pem -keyex -passout pass:secret -out windows.p12",
    "pkcs12 -export -in root.crt -nokeys -passout pass:secret -out root.p12",
    "req -x509 -new -key ec.pem -subj /jurisdictionC=DE/jurisdictionST=B/unstructuredName=u/telephoneNumber=1/street=s/UID=i/1.2.3.4=text/CN=leaf -out names.crt",
    "pkcs12 -export -in names.crt -inkey ec.pem -passout pass:secret -out names.p12",
];

fn open() -> Option<Bench> {
    let bench = Bench::open()?;
    for words in CERTIFICATES {
        let made = bench.real(words, b"");
        assert!(made.status.success(), "openssl {words}: {}", stderr(&made));
    }
    Some(bench)
}

#[test]
fn what_is_taken_out_is_byte_for_byte_that_of_openssl() {
    let Some(bench) = open() else { return };
    for words in [
        "-in a.p12 -passin pass:secret -nodes",
        "-in a.p12 -passin env:SECRET -noenc",
        "-in a.p12 -password file:pass -nodes",
        "-in a.p12 -passin file:pass -nokeys",
        "-in a.p12 -passin file:pass -nokeys -clcerts",
        "-in a.p12 -passin file:pass -nokeys -cacerts",
        "-in a.p12 -passin file:pass -nocerts -nodes",
        "-in a.p12 -passin file:pass -noout",
        "-in root.p12 -passin file:pass -nodes",
        "-in empty.p12 -passin pass: -nodes",
        "-in a.p12 -passin file:pass -nokeys -clcerts -cacerts",
        "-in a.p12 -passin file:pass -nodes -nocerts -clcerts",
        "-in a.p12 -passin file:pass -cacerts -nodes -nocerts",
        "-in names.p12 -passin file:pass -nokeys",
    ] {
        let words = format!("pkcs12 {words}");
        let (real, ours) = (bench.real(&words, b""), bench.ours(&words, b""));
        assert!(real.status.success(), "openssl {words}: {}", stderr(&real));
        assert!(ours.status.success(), "{words}: {}", stderr(&ours));
        assert_eq!(text(&ours), text(&real), "{words}");
    }
    let words = "pkcs12 -in a.p12 -passin file:pass -nodes -nomacver";
    let (real, ours) = (bench.real(words, b""), bench.ours(words, b""));
    assert_eq!(text(&ours), text(&real));
    assert!(stderr(&ours).contains("note: -nomacver has no effect here"), "{}", stderr(&ours));
    // Attributes of the key itself, as Windows writes them, are not said and not written.
    let windows = bench.real("pkcs12 -in windows.p12 -passin pass:secret -nodes -nocerts", b"");
    let ours = bench.ours("pkcs12 -in windows.p12 -passin pass:secret -nodes -nocerts", b"");
    let block = |output: &std::process::Output| {
        text(output).split_once("-----BEGIN").map(|(_, block)| block.to_owned())
    };
    assert!(text(&windows).contains("Key Usage"), "{}", text(&windows));
    assert_eq!(block(&ours), block(&windows), "{}", text(&ours));
    // What openssl opens with -legacy only; and from standard input, without a passphrase where there is none.
    let legacy = bench.ours("pkcs12 -in legacy.p12 -passin file:pass -nodes -legacy", b"");
    assert_eq!(
        legacy.stdout,
        bench.real("pkcs12 -in legacy.p12 -passin file:pass -nodes -legacy", b"").stdout
    );
    assert!(bench.ours("pkcs12 -nodes", &bench.bytes("empty.p12")).status.success());
}

#[test]
fn keys_are_sealed_unless_told_otherwise() {
    let Some(bench) = open() else { return };
    let words = "pkcs12 -in a.p12 -passin file:pass -passout file:pass -nocerts -out key.pem";
    let ours = bench.ours(words, b"");
    assert!(ours.status.success(), "{}", stderr(&ours));
    // Of a file that both options name, the second line seals.
    assert_eq!(bench.opened("key.pem", "other"), bench.bytes("ec.pem"));
    assert!(String::from_utf8_lossy(&bench.bytes("key.pem")).contains("BEGIN ENCRYPTED PRIVATE KEY"));
    // Of -nodes and a cipher, the last one counts.
    let words = "pkcs12 -in a.p12 -passin file:pass -nocerts -passout pass:x -out";
    assert!(bench.ours(&format!("{words} last.pem -nodes -aes256"), b"").status.success());
    assert_eq!(bench.opened("last.pem", "x"), bench.bytes("ec.pem"));
    assert!(bench.ours(&format!("{words} plain.pem -aes256 -nodes"), b"").status.success());
    assert!(String::from_utf8_lossy(&bench.bytes("plain.pem")).contains("BEGIN PRIVATE KEY"));
}

#[test]
fn what_is_made_holds_the_same_and_is_of_today() {
    let Some(bench) = open() else { return };
    for (words, said) in [
        ("-inkey ec.pem", None),
        ("-inkey ec-private.pem -passin file:pass", None),
        ("-inkey ec.pem -keypbe AES-256-CBC -macalg sha256", None),
        ("-inkey ec.pem -legacy", Some("-legacy was asked for")),
        ("-inkey ec.pem -descert", Some("-descert was asked for")),
        ("-inkey ec.pem -certpbe PBE-SHA1-RC2-40", Some("-certpbe PBE-SHA1-RC2-40 was asked for")),
        ("-inkey ec.pem -iter 1", Some("-iter 1 was asked for")),
    ] {
        let words = format!(
            "pkcs12 -export -in leaf.crt {words} -certfile root.crt -name leaf -caname root -passout pass:secret -out ours.p12"
        );
        let ours = bench.ours(&words, b"");
        assert!(ours.status.success(), "{words}: {}", stderr(&ours));
        assert_eq!(said.is_some(), stderr(&ours).contains("note: "), "{words}: {}", stderr(&ours));
        assert!(said.is_none_or(|said| stderr(&ours).contains(said)), "{words}: {}", stderr(&ours));
        let read = |file: &str| bench.real(&format!("pkcs12 -in {file} -passin pass:secret -nodes"), b"");
        assert_eq!(text(&read("ours.p12")), text(&read("a.p12")), "{words}: {}", stderr(&read("ours.p12")));
    }
    // More iterations than usual are written.
    let words = "pkcs12 -export -in leaf.crt -inkey ec.pem -iter 600001 -provider default -passout pass:secret -out more.p12";
    let ours = bench.ours(words, b"");
    assert!(ours.status.success() && !stderr(&ours).contains("note: "), "{}", stderr(&ours));
    let described = stderr(&bench.real("pkcs12 -in more.p12 -passin pass:secret -noout -info", b""));
    assert_eq!(described.matches("teration 600001").count(), 3, "{described}");
    let described = bench.real("pkcs12 -in ours.p12 -passin pass:secret -noout -info", b"");
    assert!(stderr(&described).contains("MAC: sha256, Iteration 600000"), "{}", stderr(&described));
    assert!(!stderr(&described).contains("Iteration 2048"), "{}", stderr(&described));
    // The key may come in the file of the certificates, and certificates may come alone.
    let both = [bench.bytes("ec.pem"), bench.bytes("root.crt"), bench.bytes("leaf.crt")].concat();
    let ours = bench.ours("pkcs12 -export -passout pass:secret -name leaf -caname root -out both.p12", &both);
    assert!(ours.status.success(), "{}", stderr(&ours));
    let read = |file: &str| bench.real(&format!("pkcs12 -in {file} -passin pass:secret -nodes"), b"");
    assert_eq!(text(&read("both.p12")), text(&read("a.p12")));
    assert!(
        bench
            .ours("pkcs12 -export -nokeys -in root.crt -passout pass:secret -out c.p12", b"")
            .status
            .success()
    );
    assert_eq!(text(&read("c.p12")), text(&read("root.p12")));
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_nothing() {
    let Some(bench) = open() else { return };
    for (words, said) in [
        ("-in a.p12 -passin pass:wrong -nodes", "the passphrase is wrong (PKCS#12, HMAC-SHA256"),
        ("-in leaf.crt -passin pass:secret -nodes", "a PKCS#12 file"),
        ("-export -in root.crt -inkey ec.pem -passout pass:secret", "none is for this key"),
        ("-export -in leaf.crt -passout pass:secret", "a private key"),
        ("-export -in leaf.crt -inkey ec.pem -passout pass:", "it is empty"),
        ("-export -in leaf.crt -inkey ec.pem", "no passphrase was given"),
        ("-export -chain -in leaf.crt -inkey ec.pem -passout pass:secret", "-CAfile has to name"),
        ("-export -chain -CApath . -in leaf.crt", "the option -CApath is not supported"),
        ("-export -nokeys -nocerts -in leaf.crt -passout pass:secret", "leaves nothing"),
        ("-export -noout -in leaf.crt -inkey ec.pem -passout pass:secret", "leaves nothing"),
        ("-in a.p12 -twopass", "the option -twopass is not supported"),
    ] {
        let ours = bench.ours(&format!("pkcs12 {words} -out refused"), b"");
        assert_eq!(ours.status.code(), Some(1), "{words}: {}", stderr(&ours));
        assert!(stderr(&ours).contains(said), "{words}: {}", stderr(&ours));
        assert!(ours.stdout.is_empty() && !bench.path("refused").exists(), "{words}");
    }
}

#[test]
fn a_file_without_a_mac_is_opened_and_said_to_have_none() {
    let Some(bench) = open() else { return };
    let words = "pkcs12 -export -in leaf.crt -inkey ec.pem -nomac -passout pass:secret -out bare.p12";
    assert!(bench.real(words, b"").status.success());
    std::fs::write(bench.path("secret"), "secret\n").unwrap();
    for (file, is_bare) in [("bare.p12", true), ("a.p12", false)] {
        let taken = bench.ours(&format!("pkcs12 -in {file} -passin pass:secret -noout"), b"");
        assert!(taken.status.success(), "{}", stderr(&taken));
        assert_eq!(stderr(&taken).contains("note: the file has no MAC"), is_bare, "{}", stderr(&taken));
        let words = format!("key public {file} --passphrase-file secret");
        let opened = bench.run(Command::new(PROGRAM), &words, b"");
        assert!(opened.status.success(), "{}", stderr(&opened));
        assert_eq!(stderr(&opened).contains("warning[integrity-absent]"), is_bare, "{}", stderr(&opened));
    }
}

/// A root, an authority below it and a leaf; and a stranger.
const CHAIN: &[&str] = &[
    "req -x509 -new -key rsa.pem -subj /CN=Root -days 30 -out top.crt",
    "req -new -key p521.pem -subj /CN=Sub -out sub.csr",
    "x509 -req -in sub.csr -CA top.crt -CAkey rsa.pem -extfile ca.cnf -days 20 -out sub.crt",
    "req -new -key ec.pem -subj /CN=leaf -out end.csr",
    "x509 -req -in end.csr -CA sub.crt -CAkey p521.pem -days 10 -out end.crt",
];

#[test]
fn a_chain_is_added_as_openssl_adds_it() {
    let Some(bench) = open() else { return };
    std::fs::write(bench.path("ca.cnf"), "basicConstraints=critical,CA:TRUE\n").unwrap();
    for words in CHAIN {
        assert!(bench.real(words, b"").status.success(), "openssl {words}");
    }
    let join = |name: &str, files: [&str; 2]| {
        std::fs::write(bench.path(name), files.map(|file| bench.bytes(file)).concat()).unwrap();
    };
    join("all.pem", ["sub.crt", "top.crt"]);
    join("both.pem", ["end.crt", "sub.crt"]);
    for (words, added) in [
        ("-chain -CAfile all.pem -no-CApath -no-CAstore -in end.crt", 2),
        ("-chain -CAfile top.crt -untrusted sub.crt -in end.crt -certfile root.crt", 3),
        ("-chain -CAfile all.pem -in both.pem -caname sub -caname top", 2),
        ("-chain -CAfile sub.crt -no-CAfile -in end.crt", 0),
        ("-chain -CAfile top.crt -no-CAfile -in both.pem", 0),
        ("-chain -CAfile leaf.crt -untrusted sub.crt -in end.crt", 0),
    ] {
        let words = format!("pkcs12 -export {words} -inkey ec.pem -name leaf -passout pass:secret -out");
        let (real, ours) =
            (bench.real(&format!("{words} real.p12"), b""), bench.ours(&format!("{words} o.p12"), b""));
        assert_eq!(
            ours.status.success(),
            real.status.success(),
            "{words}: {}{}",
            stderr(&ours),
            stderr(&real)
        );
        assert_eq!(ours.status.success(), added > 0, "{words}: {}", stderr(&ours));
        if added == 0 {
            assert!(stderr(&ours).contains("find the issuers to export"), "{}", stderr(&ours));
            continue;
        }
        let read =
            |file: &str| text(&bench.real(&format!("pkcs12 -in {file} -passin pass:secret -nodes"), b""));
        assert_eq!(read("o.p12"), read("real.p12"), "{words}");
        assert_eq!(read("o.p12").matches("BEGIN CERTIFICATE").count(), added + 1, "{words}");
    }
}

#[test]
fn what_has_no_effect_is_said() {
    let Some(bench) = open() else { return };
    for (words, said) in [
        ("-in a.p12 -passin pass:secret -nodes -name x", "-name has no effect without -export"),
        ("-in a.p12 -passin pass:secret -nodes -macalg sha1", "-macalg has no effect without -export"),
        (
            "-export -in leaf.crt -inkey ec.pem -passout pass:secret -clcerts",
            "-clcerts has no effect with -export",
        ),
        (
            "-export -in leaf.crt -inkey ec.pem -passout pass:secret -aes128",
            "-aes128 has no effect with -export",
        ),
        ("-export -in leaf.crt -inkey ec.pem -passout pass:secret -nocerts -chain", "-chain has no effect"),
        ("-in a.p12 -passin pass:secret -passout pass:x -des3", "-des3 was asked for"),
        ("-in a.p12 -passin pass:secret -aes256 -nodes", "-aes256 has no effect here"),
        ("-in a.p12 -passin pass:secret -nodes -passout pass:x", "-passout has no effect here"),
        ("-in a.p12 -passin pass:secret -nokeys -des3", "-des3 has no effect here"),
        ("-in a.p12 -passin pass:secret -noout -nodes -aes128", "-aes128 has no effect here"),
        ("-in a.p12 -passin pass:secret -nodes -aes256 -passout pass:x", "-nodes has no effect here"),
    ] {
        let ours = bench.ours(&format!("pkcs12 {words} -out o"), b"");
        assert!(ours.status.success() && stderr(&ours).contains(said), "{words}: {}", stderr(&ours));
    }
}

/// Nobody would notice where something in a file without one was exchanged.
#[test]
fn a_mac_is_written_whatever_was_asked_for() {
    let Some(bench) = open() else { return };
    let words = "pkcs12 -export -in leaf.crt -inkey ec.pem -nomac -passout pass:secret -out b.p12";
    let ours = bench.ours(words, b"");
    assert!(stderr(&ours).contains("note: -nomac was asked for; written is"), "{}", stderr(&ours));
    let real = bench.real("pkcs12 -in b.p12 -info -noout -passin pass:secret", b"");
    assert!(stderr(&real).contains("MAC: sha256"), "{}", stderr(&real));
}
