//! `inspect`: what is readable is shown, and what is not is an error.

use certwright::pem::Reading;

use super::stage::Stage;

const CERTIFICATE: &str = "pki/authorities/sub/certificate.pem";

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let stage = Stage::with_authorities();
    for words in [format!("inspect {CERTIFICATE} ca.pass"), format!("inspect ca.pass {CERTIFICATE}")] {
        let answer = stage.run(&words);
        assert_eq!(answer.code, 1);
        assert!(answer.stdout.contains("subject      CN=Sub"), "{answer:#?}");
        assert!(answer.stderr.contains("(in ca.pass)"), "{answer:#?}");
        let document = stage.run(&format!("{words} --json")).document();
        assert_eq!((&document["ok"], &document["error"]["kind"]), (&false.into(), &"unexpected".into()));
        assert_eq!(document["result"][0]["file"], CERTIFICATE);
    }
}

#[test]
fn who_only_looks_at_files_needs_no_home() {
    let stage = Stage::with_authorities();
    stage.ok("key generate --plain --out plain.pem");
    for words in
        [format!("inspect {CERTIFICATE}"), format!("lint {CERTIFICATE}"), "key public plain.pem".into()]
    {
        stage.ok(&format!("{words} --home ca.pass"));
    }
    assert_eq!(stage.run("ca list --home ca.pass").code, 1);
}

#[test]
fn a_block_that_is_cut_off_does_not_hide_the_others() {
    let stage = Stage::with_authorities();
    let chain = stage.text("pki/authorities/sub/chain.pem");
    stage.write("cut.pem", chain.get(..chain.len() - 60).unwrap());
    let answer = stage.run("inspect cut.pem");
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("subject      CN=Sub"), "{answer:#?}");
    let line = stage.text(CERTIFICATE).lines().count() + 1;
    assert!(
        answer.stdout.contains(&format!("something unreadable (line {line}, CERTIFICATE)")),
        "{answer:#?}"
    );
    assert!(answer.stderr.starts_with(&format!("error: failed to read PEM at line {line}")), "{answer:#?}");
    assert!(answer.stderr.contains("hint: the file was cut off"), "{answer:#?}");
}

/// As node-forge and `openssl rsa -RSAPublicKey_out` write it.
#[test]
fn a_public_key_in_pkcs1_is_the_same_public_key() {
    let stage = Stage::empty();
    stage.ok("key generate --type rsa-2048 --plain --out k.pem");
    let spki = stage.ok("key public k.pem --out spki.pem");
    assert_eq!(spki.code, 0);
    stage.ok("openssl rsa -in k.pem -RSAPublicKey_out -out public.pem");
    stage.ok("openssl rsa -in k.pem -RSAPublicKey_out -outform DER -out public.der");
    let shown = |file: &str| stage.ok(&format!("inspect {file}")).stdout.lines().skip(1).collect::<String>();
    for file in ["public.pem", "public.der"] {
        assert_eq!(shown(file), shown("spki.pem"));
        stage.ok(&format!("key match k.pem {file}"));
        let ill = stage.run(&format!("doctor --key {file} --json")).document();
        assert_eq!(ill["findings"][0]["rule"], "key-is-public-key", "{ill:#}");
    }
}

/// PKCS#3 and DSAPrivateKey's beginning: a few numbers, as RSA keys are.
#[test]
fn parameters_are_no_key() {
    let stage = Stage::empty();
    let long = [&[2, 65][..], &[1; 65]].concat();
    for (label, numbers) in
        [("DH PARAMETERS", [&long[..], &[2, 1, 2], &[]]), ("DSA PARAMETERS", [&long, &long, &long])]
    {
        let numbers = numbers.concat();
        let length = u8::try_from(numbers.len()).unwrap();
        let der = [&[0x30, 0x81, length][..], &numbers].concat();
        let der = if length < 0x80 { [&[0x30, length][..], &numbers].concat() } else { der };
        stage.write("parameters.pem", &certwright::pem::encode(label, &der));
        let shown = stage.ok("inspect parameters.pem").stdout;
        assert!(shown.starts_with(&format!("data of unknown kind (line 1, {label})")), "{shown}");
        stage.refused("key public parameters.pem", 1, "unexpected");
        std::fs::write(stage.path("parameters.der"), &der).unwrap();
        let shown = stage.ok("inspect parameters.der").stdout;
        assert!(shown.starts_with("data of unknown kind (DER)"), "{shown}");
        stage.refused("key public parameters.der", 1, "unexpected");
    }
}

#[test]
fn a_file_that_is_none_of_ours_is_not_sent_to_inspect() {
    let stage = Stage::with_authorities();
    stage.write("empty", "");
    for file in ["ca.pass", "empty", "pki/ledger.db"] {
        let refused = stage.refused(&format!("inspect {file}"), 1, "unexpected");
        assert!(refused.stderr.contains("hint: "), "{file}: {refused:#?}");
        assert!(!refused.stderr.contains("certwright inspect"), "{file}: {refused:#?}");
    }
}

#[test]
fn a_key_of_openssh_is_named_with_what_rewrites_it() {
    let stage = Stage::empty();
    let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n";
    let label = "OPENSSH PRIVATE KEY";
    stage.write("id", &format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n"));
    let answer = stage.run("inspect id");
    assert!(answer.stderr.contains("rewrites in its place, Ed25519 apart"), "{answer:#?}");
    assert!(!answer.stderr.contains("`certwright inspect FILE`"), "{answer:#?}");
}

#[test]
fn a_label_of_ones_own_is_irregular() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    stage.write("mine.pem", &stage.text("plain.pem").replace("PRIVATE KEY", "MY KEY"));
    let answer = stage.ok("inspect mine.pem");
    assert!(answer.stdout.contains("irregular    the label is \"MY KEY\""), "{answer:#?}");
}

#[test]
fn work_above_the_limit_is_said() {
    let stage = Stage::empty();
    // AES-256-CBC under PBKDF2 with 20,000,000 iterations; the key itself is nonsense.
    let oid = |last: &[u8]| tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], last].concat());
    let count = tlv(2, &20_000_000_u32.to_be_bytes());
    let prf = tlv(0x30, &[oid(&[2, 9]), vec![5, 0]].concat());
    let kdf = tlv(0x30, &[oid(&[1, 5, 12]), tlv(0x30, &[tlv(4, &[1; 16]), count, prf].concat())].concat());
    let aes = [vec![6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a], tlv(4, &[2; 16])].concat();
    let scheme = tlv(0x30, &[kdf, tlv(0x30, &aes)].concat());
    let scheme = tlv(0x30, &[oid(&[1, 5, 13]), scheme].concat());
    let key =
        certwright::pem::encode("ENCRYPTED PRIVATE KEY", &tlv(0x30, &[scheme, tlv(4, &[3; 64])].concat()));
    stage.write("slow.pem", &key);
    let answer = stage.ok("inspect slow.pem");
    assert!(answer.stdout.contains("20000000 iterations"), "{answer:#?}");
    assert!(answer.stdout.contains("more work than certwright does to open a key"), "{answer:#?}");
}

/// A short element of DER.
fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u8::try_from(contents.len()).unwrap();
    let header = if length < 0x80 { vec![tag, length] } else { vec![tag, 0x81, length] };
    [&header, contents].concat()
}

/// Doctor mends what is only written wrongly; it cannot be given standard input.
#[test]
fn a_file_that_is_written_wrongly_is_pointed_to_doctor() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    let text = stage.text("plain.pem");
    stage.write("my key.pem", &text.replace('\n', "\\n"));
    let named = "`certwright doctor --key 'my key.pem'`";
    for words in [&["inspect", "my key.pem"][..], &["key", "public", "my key.pem"]] {
        let answer = stage.run_with(words, &[]);
        assert!(answer.code == 1 && answer.stderr.contains(named), "{answer:#?}");
        let hint = stage.run_with(&[words, &["--json"]].concat(), &[]).document()["error"]["hint"].clone();
        assert!(hint.as_str().is_some_and(|hint| hint.contains(named)), "{hint}");
    }
    // Beside a block that can be read.
    stage.write("two.pem", &format!("{text}{}", text.replace("-----END", "!-----END")));
    assert!(stage.run("inspect two.pem").stderr.contains("`certwright doctor --key two.pem`"));
    stage.write("prose.pem", "no key\n");
    for words in ["inspect prose.pem", "key public prose.pem"] {
        assert!(!stage.run(words).stderr.contains("doctor"), "{words}");
    }
}

#[test]
fn the_place_of_a_fault_is_told_once() {
    let stage = Stage::empty();
    stage.ok("key generate --plain --out plain.pem");
    let block =
        certwright::pem::parse(stage.text("plain.pem").as_bytes(), Reading::Strict).unwrap().remove(0);
    let (cut, _) = block.contents().split_at(block.contents().len() - 4);
    stage.write("odd.pem", &certwright::pem::encode("PRIVATE KEY", cut));
    for words in ["inspect odd.pem", "key public odd.pem"] {
        let answer = stage.run(words);
        assert_eq!(answer.stderr.matches("at line 1").count(), 1, "{answer:#?}");
    }
}
