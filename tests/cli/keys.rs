//! `key`: every form that somebody needs.

use std::path::Path;

use certwright::{KeyType, Passphrase, PrivateKey, pkcs12};

use super::stage::{CA, LEAF, Stage};

#[test]
fn a_key_is_generated_encrypted_unless_plain() {
    let stage = Stage::empty();
    stage.ok("key generate --type p384 --out sealed.pem --new-passphrase-file ca.pass");
    assert!(stage.text("sealed.pem").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let key = stage.key("sealed.pem", Some(CA)).unwrap();
    assert_eq!(key.public_key().algorithm().to_string(), "ECDSA P-384");
    stage.ok("key generate --key ed25519 --out plain.pem --plain");
    assert!(stage.key("plain.pem", None).is_ok());
    #[cfg(unix)]
    assert_eq!((stage.mode("sealed.pem"), stage.mode("plain.pem")), (0o600, 0o600));
    stage.refused("key generate --out plain.pem --plain", 1, "exists");
}

#[test]
fn encrypt_and_decrypt_are_inverse() {
    let stage = Stage::empty();
    stage.ok("key generate --out plain.pem --plain");
    stage.ok("key encrypt plain.pem --out sealed.pem --new-passphrase-file ca.pass");
    stage.ok(
        "key encrypt sealed.pem --out again.pem --passphrase-file ca.pass --new-passphrase-file leaf.pass",
    );
    assert!(stage.key("again.pem", Some(LEAF)).is_ok());
    stage.ok("key decrypt again.pem --out back.pem --passphrase-file leaf.pass");
    assert_eq!(stage.text("back.pem"), stage.text("plain.pem"));
    stage.ok("key decrypt again.pem --out again.pem --passphrase-file leaf.pass --force");
    assert_eq!(stage.text("again.pem"), stage.text("plain.pem"));
}

#[test]
fn forms_are_converted_and_only_pkcs8_is_encrypted() {
    let stage = Stage::empty();
    stage.ok("key generate --out ec.pem --plain");
    stage.ok("key convert ec.pem --to sec1 --plain --out sec1.pem");
    assert!(stage.text("sec1.pem").starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
    let refused =
        stage.refused("key convert ec.pem --to sec1 --out x.pem --new-passphrase-file ca.pass", 2, "usage");
    assert!(refused.stderr.contains("--plain"), "{refused:#?}");
    stage.refused("key convert ec.pem --to pkcs1 --plain --out x.pem", 1, "unsupported-key");
    stage.refused("key convert ec.pem --to pkcs8 --plain --encrypt --out x.pem", 2, "usage");
    for words in [
        "generate --passphrase-file",
        "generate --new-passphrase-file",
        "convert ec.pem --to sec1 --new-passphrase-file",
    ] {
        stage.refused(&format!("key {words} ca.pass --plain --out x.pem"), 2, "usage");
    }
    stage.ok("key convert sec1.pem --to pkcs8 --plain --out back.pem");
    assert_eq!(stage.text("back.pem"), stage.text("ec.pem"));
    stage.ok("key convert sec1.pem --to pkcs8 --der --out sealed.der --new-passphrase-file ca.pass");
    assert_eq!(
        stage.key("sealed.der", Some(CA)).unwrap().public_key(),
        stage.key("ec.pem", None).unwrap().public_key()
    );
}

#[test]
fn rsa_keys_are_written_as_pkcs1() {
    let stage = Stage::empty();
    stage.ok("key generate --type rsa-2048 --out rsa.pem --plain");
    stage.ok("key convert rsa.pem --to pkcs1 --plain --out pkcs1.pem");
    assert!(stage.text("pkcs1.pem").starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    stage.ok("key convert rsa.pem --to pkcs1 --plain --der --out pkcs1.der");
    let public = |file: &str| stage.key(file, None).unwrap().public_key().clone();
    assert_eq!(public("pkcs1.der"), public("rsa.pem"));
}

#[test]
fn the_public_part_is_printed_or_written() {
    let stage = Stage::empty();
    stage.ok("key generate --out k.pem --plain");
    let printed = stage.ok("key public k.pem").stdout;
    assert!(printed.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    stage.ok("key public k.pem --out public.pem");
    assert_eq!(stage.text("public.pem"), printed);
    assert_eq!(stage.result("key public k.pem")["pem"], printed);
}

#[test]
fn a_match_is_answered_by_the_exit_code() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities";
    let pass = "--passphrase-file ca.pass";
    stage.ok(&format!("key match {folder}/sub/key.pem {folder}/sub/chain.pem {pass}"));
    stage.ok(&format!("key match {folder}/waiting/key.pem {folder}/waiting/request.csr {pass}"));
    let other = stage.run(&format!("key match {folder}/sub/key.pem {folder}/root/chain.pem {pass} --json"));
    assert_eq!((other.code, &other.document()["result"]["matches"]), (1, &false.into()));
    stage.refused(&format!("key match {folder}/sub/chain.pem {folder}/sub/chain.pem"), 1, "unexpected");
}

#[test]
fn what_is_wrong_with_the_partner_of_a_key_is_said() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities/waiting";
    let refused = |file: &str, kind: &str| {
        stage.refused(&format!("key match {folder}/key.pem {file} --passphrase-file ca.pass"), 1, kind)
    };
    let request = certwright::Csr::open(stage.path(&format!("{folder}/request.csr"))).unwrap();
    let mut forged = request.der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    std::fs::write(stage.path("forged.csr"), &forged).unwrap();
    let answer = refused("forged.csr", "bad-signature");
    assert!(answer.stderr.contains("(in forged.csr)"), "{answer:#?}");
    stage.write("public.pem", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n");
    refused("public.pem", "decode");
    stage.write("two.csr", &request.to_pem().repeat(2));
    let answer = refused("two.csr", "unexpected");
    let wanted =
        "find a certificate, one certificate request or a public key: the input holds a certificate request";
    assert!(answer.stderr.contains(wanted), "{answer:#?}");
}

/// As `key match key.pem <(...)` gives it, which can be read once.
#[cfg(unix)]
#[test]
fn the_partner_of_a_key_may_come_through_a_pipe() {
    let stage = Stage::with_authorities();
    stage.ok("key public pki/authorities/waiting/key.pem --passphrase-file ca.pass --out public.pem");
    for file in ["public.pem", "pki/authorities/waiting/request.csr"] {
        let words = "key match pki/authorities/waiting/key.pem /dev/stdin --passphrase-file ca.pass";
        let answer = stage.piped(words, &stage.text(file));
        assert_eq!(answer.code, 0, "{file}: {answer:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::empty();
    stage.ok("key generate --out plain.pem --plain");
    assert!(stage.ok("key public plain.pem --json").rules().is_empty());
    for mode in [0o640, 0o604] {
        std::fs::set_permissions(stage.path("plain.pem"), std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(stage.ok("key public plain.pem --json").rules(), ["key-readable-by-others"]);
        let told = stage.ok("key public plain.pem --quiet");
        assert!(told.stderr.contains("chmod 600"), "{told:#?}");
    }
}

#[test]
fn a_client_and_a_truststore_are_handed_over_as_p12() {
    let stage = Stage::with_authorities();
    stage.ok("issue client a --ca sub --passphrase-file ca.pass --new-passphrase-file leaf.pass");
    let export = "export a --out out --format p12 --passphrase-file leaf.pass";
    stage.refused(export, 1, "export-passphrase");
    stage.refused("export a --out out --format p12 --keep-passphrase", 2, "usage");
    stage.ok(&format!("{export} --new-passphrase-file ca.pass"));
    #[cfg(unix)]
    assert_eq!(stage.mode("out/a.p12"), 0o600);
    stage.ok("key match out/a.p12 pki/issued/a/crt.pem --passphrase-file ca.pass");
    let described = stage.ok("inspect out/a.p12");
    assert!(described.stdout.contains("PKCS#12, HMAC-SHA256, 600000 iterations"), "{described:#?}");
    stage.ok("truststore build sub --for java --format p12 --out trust.p12 --new-passphrase-file ca.pass");
    let passphrase = Passphrase::from_file(stage.path("ca.pass")).unwrap();
    let trust = std::fs::read(stage.path("trust.p12")).unwrap();
    assert_eq!(pkcs12::open(&trust, Some(&passphrase)).unwrap().certificates.len(), 2);
}

/// PKCS#12 is for the key, and what was issued for a request has none here.
#[test]
fn what_was_issued_for_a_request_is_not_handed_over_as_p12() {
    let stage = Stage::with_authorities();
    stage.ok("ca request theirs --subject CN=Theirs --passphrase-file ca.pass");
    let csr = "--csr pki/authorities/theirs/request.csr";
    stage.ok(&format!("issue client a --ca sub {csr} --passphrase-file ca.pass"));
    let passphrases = ["--keep-passphrase --passphrase-file leaf.pass", "--new-passphrase-file leaf.pass"];
    for passphrase in passphrases {
        let export = format!("export a --out out --format p12 {passphrase}");
        let refused = stage.refused(&export, 1, "key-elsewhere");
        assert!(refused.stderr.contains("its key is not here"), "{refused:#?}");
    }
    let answer = stage.ok("export a --out out");
    assert!(answer.stderr.contains("its key is where the request was made"), "{answer:#?}");
}

#[test]
fn a_pair_the_wrong_way_round_is_recognised_and_a_public_key_is_a_partner() {
    let stage = Stage::with_authorities();
    let (key, certificate) = ("pki/authorities/sub/key.pem", "pki/authorities/sub/certificate.pem");
    let refused = stage.refused(&format!("key match {certificate} {key}"), 1, "files-swapped");
    assert!(refused.stderr.contains(&format!("`certwright key match {key} {certificate}`")), "{refused:#?}");
    stage.ok(&format!("key public {key} --out public.pem --passphrase-file ca.pass"));
    stage.ok(&format!("key match {key} public.pem --passphrase-file ca.pass"));
    let other = format!("key match {key} pki/authorities/root/certificate.pem --passphrase-file ca.pass");
    assert_eq!(stage.run(&other).code, 1);
}

#[test]
fn further_keys_in_a_file_are_named() {
    let stage = Stage::empty();
    stage.ok("key generate --out one.pem --plain");
    stage.ok("key generate --out two.pem --plain");
    stage.write("both.pem", &[stage.text("one.pem"), stage.text("two.pem")].concat());
    let said = stage.ok("key convert both.pem --to pkcs8 --plain --out first.pem").stderr;
    assert!(said.contains("the first is used (PRIVATE KEY at line 1)"), "{said}");
    assert!(said.contains("the others are not (PRIVATE KEY at line 6)"), "{said}");
    assert_eq!(stage.text("first.pem"), stage.text("one.pem"));
    let said = stage.ok("key convert one.pem --to pkcs8 --plain --out again.pem").stderr;
    assert!(!said.contains("several"), "{said}");
    // In PKCS#12 also those that nobody sees before it is open.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pkcs12/encrypted-parts.pem");
    stage.write("parts.p12", &std::fs::read_to_string(path).unwrap());
    stage.secret("secret.pass", "secret");
    let said = stage.ok("key public parts.p12 --passphrase-file secret.pass").stderr;
    assert!(
        said.contains("used (\"first\" in PKCS#12 at line 4), the others are not (\"second\" in"),
        "{said}"
    );
    assert!(said.contains("\"fourth\" in PKCS#12 at line 4)"), "{said}");
    // Also those of another file on the same line, which are not open.
    let text = stage.text("parts.p12");
    let block = text.split_once("secret\n").unwrap().1.replace('\n', "");
    stage.write("parts.p12", &format!("{block}{block}\n"));
    let said = stage.ok("key public parts.p12 --passphrase-file secret.pass").stderr;
    assert!(said.contains("\"fourth\" in PKCS#12 at line 1, one in PKCS#12 at line 1)"), "{said}");
    // Not all of a thousand.
    stage.write("many.pem", &stage.text("one.pem").repeat(8));
    let said = stage.ok("key public many.pem").stderr;
    assert!(said.contains("PRIVATE KEY at line 21, 3 more)"), "{said}");
}

#[test]
fn a_command_is_described_by_itself_and_not_by_its_options() {
    let stage = Stage::empty();
    for (words, beginning) in [
        ("key convert --help", "Writes a private key in another form."),
        ("help key convert", "Writes a private key in another form."),
        ("quickstart --help", "Makes a whole hierarchy at once"),
        ("key --help", "Generates, converts, encrypts and compares private keys"),
        ("--help", "A certificate authority in a folder"),
    ] {
        let help = stage.ok(words).stdout;
        assert!(help.starts_with(beginning), "{words}: {help}");
    }
}

#[test]
fn scrypt_is_there_for_who_asks_and_a_warning_where_openssl_cannot_read_it() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    for (words, parameters, warned) in [
        ("key encrypt plain.pem --scrypt --out e.pem", "N=2^14 r=8 p=1", false),
        ("key convert plain.pem --to pkcs8 --scrypt=15 --out c.pem", "N=2^15 r=8 p=1", true),
        ("key generate --scrypt=14 --out g.pem", "N=2^14 r=8 p=1", false),
    ] {
        let said = stage.ok(&format!("{words} --new-passphrase-file leaf.pass")).stderr;
        assert_eq!(said.contains("warning[key-scrypt-memory]"), warned, "{words}: {said}");
        let written = words.rsplit(' ').next().unwrap();
        let shown = stage.ok(&format!("inspect {written}")).stdout;
        assert!(shown.contains(&format!("scrypt {parameters}")), "{words}: {shown}");
        stage.ok(&format!("key public {written} --passphrase-file leaf.pass"));
    }
    for words in ["--scrypt=13", "--scrypt=21", "--scrypt --plain"] {
        assert_eq!(stage.run(&format!("key generate {words} --out no.pem")).code, 2, "{words}");
    }
}

#[test]
fn what_cannot_be_read_beside_a_key_is_passed_over_and_said() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out key.pem");
    let damaged = "-----BEGIN CERTIFICATE-----\nMI!B\n-----END CERTIFICATE-----\n";
    stage.write("both.pem", &[&stage.text("key.pem"), damaged].concat());
    let answer = stage.ok("key convert both.pem --to pkcs8 --plain --out again.pem");
    assert!(answer.stderr.contains("warning[block-passed-over]: both.pem"), "{answer:#?}");
    assert!(answer.stderr.contains("line 7, column 3"), "{answer:#?}");
    assert_eq!(stage.text("again.pem"), stage.text("key.pem"));
}

#[test]
fn a_file_with_one_key_is_rewritten_in_its_place() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out k.pem");
    stage.ok("key convert k.pem --to sec1 --plain --out sec1.pem");
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    stage.secret("sec1.pem", &format!("{parameters}{}", stage.text("sec1.pem")));
    for file in ["k.pem", "sec1.pem"] {
        stage.ok(&format!("key encrypt {file} --out ./{file} --force --new-passphrase-file ca.pass"));
        stage.ok(&format!("key decrypt {file} --out {file} --force --passphrase-file ca.pass"));
        stage.ok(&format!("key convert {file} --to sec1 --plain --out {file} --force"));
    }
}

#[test]
fn a_file_that_holds_more_than_the_key_is_not_replaced_by_it() {
    let stage = Stage::with_authorities();
    stage.ok("issue client a --ca sub --passphrase-file ca.pass");
    stage.ok("key generate --plain --out k.pem");
    stage.secret("both.pem", &(stage.text("k.pem") + &stage.text("pki/issued/a/certificate.pem")));
    stage.secret("two.pem", &stage.text("k.pem").repeat(2));
    stage.secret(
        "fault.pem",
        &(stage.text("k.pem") + "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"),
    );
    stage.ok("export a --format p12 --out . --passphrase-file ca.pass --new-passphrase-file ca.pass");
    stage.ok("key convert k.pem --to pkcs8 --plain --der --out k.der");
    let certificate =
        certwright::Certificate::open_all(stage.path("pki/issued/a/certificate.pem")).unwrap().remove(0);
    let pair = [&std::fs::read(stage.path("k.der")).unwrap(), certificate.der()].concat();
    std::fs::write(stage.path("pair.pem"), certwright::pem::encode("PRIVATE KEY", &pair)).unwrap();
    std::fs::write(stage.path("pair.der"), pair).unwrap();
    for file in ["both.pem", "two.pem", "fault.pem", "a.p12", "pair.der", "pair.pem"] {
        for command in ["encrypt", "decrypt", "convert --to pkcs8"] {
            let words = format!("key {command} {file} --out {file} --force --passphrase-file ca.pass");
            let refused = stage.refused(&words, 2, "usage");
            assert!(refused.stderr.contains("hint: name another file"), "{words}: {refused:#?}");
        }
        stage.ok(&format!("key encrypt {file} --out other.pem --force --passphrase-file ca.pass"));
    }
}

#[test]
fn a_key_is_not_replaced_by_its_public_part() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out k.pem");
    stage.refused("key public k.pem --out ./k.pem --force", 2, "usage");
    stage.refused("csr create --subject CN=a --key k.pem --out k.pem --force", 2, "usage");
}

#[test]
fn a_key_is_not_replaced_by_the_certificates_beside_it() {
    let stage = Stage::with_authorities();
    let chain = stage.text("pki/authorities/sub/chain.pem");
    stage.secret("all.pem", &(chain + &stage.text("pki/authorities/sub/key.pem")));
    stage.refused("truststore build ./all.pem --for openssl --out all.pem --force", 2, "usage");
    stage.refused("chain order all.pem --out ./all.pem --force", 2, "usage");
}

#[test]
fn a_passphrase_is_not_replaced_by_what_it_opens_or_seals() {
    let stage = Stage::with_authorities();
    let sub = "pki/authorities/sub/key.pem";
    stage.ok("key generate --plain --out k.pem");
    #[cfg(unix)]
    std::os::unix::fs::symlink("ca.pass", stage.path("link")).unwrap();
    for words in [
        "key generate --new-passphrase-file ca.pass --out ca.pass",
        "key encrypt k.pem --new-passphrase-file ca.pass --out ./ca.pass",
        &format!("key decrypt {sub} --passphrase-file ca.pass --out ca.pass"),
        &format!("key public {sub} --passphrase-file ca.pass --out ca.pass"),
        "csr create --subject CN=a --new p256 --out a.csr --key-out ca.pass --new-passphrase-file ca.pass",
        #[cfg(unix)]
        "key encrypt k.pem --new-passphrase-file ca.pass --out link",
    ] {
        let refused = stage.refused(&format!("{words} --force"), 2, "usage");
        assert!(refused.stderr.contains("passphrase-file <FILE>"), "{words}: {refused:#?}");
    }
    let words = ["key", "generate", "--out", "ca.pass", "--force"];
    let refused = stage.run_with(&words, &[("CERTWRIGHT_NEW_PASSPHRASE_FILE", "ca.pass")]);
    assert_eq!((refused.code, stage.text("ca.pass").trim()), (2, CA), "{refused:#?}");
}

#[test]
fn what_vouches_for_a_public_key_has_a_public_part() {
    let stage = Stage::with_authorities();
    let folder = "pki/authorities";
    let public = |file: &str| stage.ok(&format!("key public {file} --passphrase-file ca.pass")).stdout;
    assert_eq!(public(&format!("{folder}/sub/certificate.pem")), public(&format!("{folder}/sub/key.pem")));
    let waiting = public(&format!("{folder}/waiting/key.pem"));
    assert_eq!(public(&format!("{folder}/waiting/request.csr")), waiting);
    stage.write("k.pub", &waiting);
    assert_eq!(public("k.pub"), waiting);
    stage.ok("key public k.pub --der --out k.der");
    assert_eq!(public("k.der"), waiting);
    assert!(std::fs::read(stage.path("k.der")).unwrap().starts_with(b"0"));
    stage.refused("key public k.pub --der", 2, "usage");
    // The private key comes first, whatever else is there.
    stage.ok("key generate --plain --out k.pem");
    stage.write("both.pem", &(stage.text(&format!("{folder}/sub/certificate.pem")) + &stage.text("k.pem")));
    assert_eq!(public("both.pem"), public("k.pem"));
    stage.write("nothing", "nothing");
    let refused = stage.refused("key public nothing", 1, "unexpected");
    assert!(refused.stderr.contains("find a private key"), "{refused:#?}");
}

#[test]
fn the_partner_of_a_key_may_be_in_pkcs12() {
    let stage = Stage::with_authorities();
    stage.ok("issue client a --ca sub --passphrase-file ca.pass");
    stage.ok("export a --format p12 --out . --passphrase-file ca.pass --new-passphrase-file ca.pass");
    stage.ok("key match pki/issued/a/private.pem a.p12 --passphrase-file ca.pass");
    let other = stage.run("key match pki/authorities/sub/key.pem a.p12 --passphrase-file ca.pass");
    assert_eq!(other.code, 1, "{other:#?}");
    stage.refused(
        "key match pki/issued/a/private.pem a.p12 --passphrase-file leaf.pass",
        1,
        "passphrase-wrong",
    );
}

#[test]
fn a_certificate_further_down_is_named_as_the_partner_of_a_key() {
    let stage = Stage::with_authorities();
    let certificate = |name: &str| stage.text(&format!("pki/authorities/{name}/certificate.pem"));
    stage.write("two.crt", &(certificate("root") + &certificate("sub")));
    let other = stage.run("key match pki/authorities/sub/key.pem two.crt --passphrase-file ca.pass");
    assert_eq!(other.code, 1, "{other:#?}");
    assert!(other.stdout.contains("belongs to certificate 2 of two.crt, and not to the first"), "{other:#?}");
    assert!(other.stderr.contains("certificate 2 of two.crt, CN=Sub,O=Example, is that of"), "{other:#?}");
}

/// Two files of which one holds both, and the other neither, stand in no wrong order.
#[test]
fn files_are_swapped_where_each_holds_what_the_other_should() {
    let stage = Stage::with_authorities();
    let (key, certificate) = ("pki/authorities/sub/key.pem", "pki/authorities/sub/certificate.pem");
    let pass = "--passphrase-file ca.pass";
    stage.refused(&format!("key match {certificate} {key} {pass}"), 1, "files-swapped");
    stage.write("both.pem", &(stage.text(certificate) + &stage.text(key)));
    stage.refused(&format!("key match both.pem {key} {pass}"), 1, "unexpected");
}

#[test]
fn the_fingerprint_of_a_public_key_has_one_name() {
    let stage = Stage::with_authorities();
    stage.ok("key generate --plain --out k.pem");
    let wanted = &stage.result("inspect k.pem")[0]["blocks"][0]["private_key"]["public"]["key_fingerprint"];
    assert!(wanted.is_string());
    for words in [
        "key public k.pem",
        "key encrypt k.pem --out e.pem --passphrase-file ca.pass",
        "key decrypt k.pem --out d.pem",
        "key convert k.pem --to sec1 --plain --out s.pem",
        "key match k.pem d.pem.pub",
    ] {
        if words.contains("match") {
            stage.ok("key public k.pem --out d.pem.pub");
        }
        assert_eq!(&stage.result(words)["key_fingerprint"], wanted, "{words}");
    }
}

#[test]
fn keys_in_pkcs12_that_are_left_alone_are_named() {
    let stage = Stage::empty();
    let keys = [(); 2].map(|()| PrivateKey::generate(KeyType::Ed25519).unwrap());
    let builder = pkcs12::Builder::default().key(&keys[0], Some("left")).key(&keys[1], Some("right"));
    let file = builder.seal(&Passphrase::from_bytes(CA.into()).unwrap()).unwrap();
    std::fs::write(stage.path("two.p12"), file).unwrap();
    let answer = stage.ok("key public two.p12 --passphrase-file ca.pass");
    let wanted = "the first is used (\"left\" in PKCS#12), the others are not (\"right\" in PKCS#12)";
    assert!(answer.stderr.contains(wanted), "{answer:#?}");
}

#[test]
fn a_number_for_scrypt_is_asked_for_in_words() {
    let stage = Stage::empty();
    for value in ["abc", "13", "21", "300"] {
        let words = format!("key generate --out k.pem --new-passphrase-file ca.pass --scrypt={value}");
        let refused = stage.refused(&words, 2, "usage");
        assert!(refused.stderr.contains("a number from 14 to 20"), "{refused:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_is_never_obeyed_by_a_terminal() {
    let stage = Stage::empty();
    let generate = ["key", "generate", "--plain", "--out", "a\x1b[1mb\nc"];
    let made = stage.run_with(&generate, &[]);
    let shown = "a\\u{1b}[1mb\\nc";
    assert!(made.stdout.starts_with(&format!("wrote {shown}\n")), "{made:#?}");
    stage.ok("key generate --plain --out k.pem");
    stage.ok("key public k.pem --out k.pub");
    let answer = stage.run_with(&["key", "match", "a\x1b[1mb\nc", "k.pub"], &[]);
    assert_eq!(answer.stdout, format!("{shown} does not belong to k.pub\n"));
}
