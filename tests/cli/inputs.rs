//! What is read: files, and standard input by its name `-`.

use super::stage::Stage;

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
            assert_eq!(piped.stdout.replace("/dev/stdin", file), opened.stdout, "{words}");
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
