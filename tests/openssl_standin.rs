//! `certwright openssl …` beside the real one: the same files, or the same key where encryption adds chance.

#![cfg(all(feature = "cli", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "openssl_standin/pkcs12.rs"]
mod pkcs12;
mod support;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::peers;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_certwright");

/// A folder with keys made by openssl.
struct Bench {
    openssl: PathBuf,
    folder: TempDir,
}

/// Keys as openssl makes them, and the forms it makes of them.
const MAKE: &[&str] = &[
    "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem",
    "genpkey -algorithm ED25519 -out ed.pem",
    "rsa -in rsa.pem -traditional -out rsa1.pem",
    "ec -in ec.pem -out sec1.pem",
    "rsa -in rsa.pem -outform DER -out rsa.der",
    "pkcs8 -topk8 -in rsa.pem -passout pass:secret -out private.pem",
    "pkcs8 -topk8 -in ec.pem -passout pass:secret -out ec-private.pem",
    "pkcs8 -topk8 -in ed.pem -passout pass:secret -out ed-private.pem",
    "rsa -in rsa.pem -aes256 -traditional -passout pass:secret -out dek.pem",
    "rsa -in rsa.pem -pubout -out public.pem",
    "pkcs8 -topk8 -in ec.pem -passout pass: -out empty.pem",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.pem",
    "pkey -in ec.pem -pubout -out ec-public.pem",
    "rsa -in rsa.pem -RSAPublicKey_out -out public1.pem",
    "rsa -in rsa.pem -RSAPublicKey_out -outform DER -out public1.der",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out k1.pem",
    "ec -in ec.pem -conv_form compressed -out compressed.pem",
    "ec -in ec.pem -conv_form compressed -pubout -out compressed-public.pem",
    "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out three.pem",
    "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem",
    "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha512 -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:17 -out limited.pem",
    "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha1 -pkeyopt rsa_pss_keygen_mgf1_md:sha1 -out default.pem",
    "pkey -in limited.pem -pubout -out limited-public.pem",
];

impl Bench {
    fn open() -> Option<Self> {
        let bench = Self { openssl: peers::find("openssl")?, folder: tempfile::tempdir().unwrap() };
        for words in MAKE {
            assert!(bench.real(words, b"").status.success(), "openssl {words}");
        }
        fs::write(bench.path("pass"), "secret\nother\n").unwrap();
        let attributes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys/attributes.pem");
        fs::copy(attributes, bench.path("attributes.pem")).unwrap();
        Some(bench)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn real(&self, words: &str, input: &[u8]) -> Output {
        self.run(Command::new(&self.openssl), words, input)
    }

    fn ours(&self, words: &str, input: &[u8]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.arg("openssl").env_clear().env("SECRET", "secret");
        // These are the rest of the program's, and do not count here.
        command.env("CERTWRIGHT_PASSPHRASE_FILE", "pass").env("CERTWRIGHT_NEW_PASSPHRASE_FILE", "pass");
        self.run(command, words, input)
    }

    fn run(&self, mut command: Command, words: &str, input: &[u8]) -> Output {
        command.args(words.split(' ')).env("SECRET", "secret").current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A failure to write means that it has ended without reading, which its status tells.
        drop(child.stdin.take().unwrap().write_all(input));
        child.wait_with_output().unwrap()
    }

    /// The PKCS#8 inside, as openssl sees it.
    fn opened(&self, file: &str, passphrase: &str) -> Vec<u8> {
        let read = self.real(&format!("pkey -in {file} -passin pass:{passphrase}"), b"");
        assert!(read.status.success(), "{file}: {}", stderr(&read));
        read.stdout
    }
}

/// Standard output, readable in a failed comparison.
fn text(output: &Output) -> String {
    output.stdout.escape_ascii().to_string().replace("\\n", "\n")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Command lines whose answer has one encoding.
const EXACT: &[&str] = &[
    "rsa -in private.pem -passin pass:secret",
    "rsa -in private.pem -passin env:SECRET",
    "rsa -in private.pem -passin file:pass",
    "rsa -in dek.pem -passin file:pass",
    "rsa -in rsa.pem -traditional",
    "rsa -in rsa1.pem",
    "rsa -in rsa.der -inform DER",
    "rsa -in rsa.pem -outform DER",
    "rsa -in rsa.pem -outform DER -traditional",
    "rsa -in rsa.pem -pubout",
    "rsa -in rsa.pem -pubout -outform DER",
    "rsa -in public.pem -pubin",
    "rsa -in public.pem -pubin -outform der",
    "rsa -in rsa.pem -noout -modulus",
    "rsa -in public.pem -pubin -noout -modulus",
    "rsa -in rsa.pem -noout -check",
    "rsa -in rsa.pem -check -modulus",
    "rsa -in rsa.pem -noout",
    "rsa -in pss.pem -check",
    "rsa -provider legacy -in dek.pem -provider default -passin file:pass",
    "pkey -in attributes.pem",
    "ec -in attributes.pem -outform DER",
    "pkcs8 -topk8 -nocrypt -in attributes.pem -outform DER",
    "pkey -in private.pem -passin pass:secret",
    "pkey -in ec-private.pem -passin file:pass",
    "pkey -in ed-private.pem -passin file:pass",
    "pkey -in rsa1.pem",
    "pkey -in sec1.pem",
    "pkey -in ec.pem -traditional",
    "pkey -in rsa.pem -traditional",
    "pkey -in rsa.pem -outform DER",
    "pkey -in ec.pem -outform DER",
    "pkey -in ed.pem -outform DER",
    "pkey -in ed.pem -pubout",
    "pkey -in ed.pem -pubout -text",
    "pkey -in rsa.pem -pubout -text -noout",
    "pkey -in ec.pem -pubout -text_pub",
    "pkey -in rsa.pem -noout -text_pub -text",
    "pkey -in rsa.pem -noout -text -text_pub",
    "rsa -in rsa.pem -pubout -text",
    "pkey -in ec-public.pem -pubin",
    "pkey -in ec.pem -noout -check",
    "ec -in ec.pem",
    "ec -in sec1.pem",
    "ec -in ec-private.pem -passin file:pass",
    "ec -in ec.pem -outform DER",
    "ec -in ec.pem -pubout",
    "ec -in ec.pem -noout -check",
    "ec -in ec-public.pem -pubin",
    "pkcs8 -topk8 -nocrypt -in rsa1.pem",
    "pkcs8 -topk8 -nocrypt -in sec1.pem",
    "pkcs8 -topk8 -nocrypt -in ec.pem -outform DER",
    "pkcs8 -topk8 -nocrypt -in ed.pem",
    "pkcs8 -topk8 -nocrypt -in private.pem -passin file:pass",
    "pkcs8 -in private.pem -passin file:pass",
    "pkcs8 -in private.pem -passin file:pass -traditional",
    "pkcs8 -in ec-private.pem -passin file:pass -traditional",
    "pkcs8 -nocrypt -in ec.pem -outform DER",
    "pkcs8 -nocrypt -in ec.pem -traditional",
    "pkcs8 --nocrypt -in ec.pem",
    "pkey -in empty.pem -passin pass:",
    "rsa -in rsa.pem -text",
    "rsa -in rsa1.pem -noout -text -modulus",
    "rsa -in public.pem -pubin -noout -text",
    "pkey -in rsa.pem -text",
    "pkey -in rsa.pem -noout -text_pub",
    "pkey -in ec.pem -text",
    "pkey -in ec.pem -noout -text_pub",
    "pkey -in p521.pem -noout -text",
    "pkey -in ed.pem -text",
    "pkey -in ec-public.pem -pubin -text",
    "ec -in ec.pem -noout -text",
    "ec -in ec-public.pem -pubin -noout -text",
    "rsa -in rsa.pem -RSAPublicKey_out",
    "rsa -in rsa.pem -RSAPublicKey_out -outform DER",
    "rsa -in rsa.pem -pubout -RSAPublicKey_out",
    "rsa -in public1.pem -RSAPublicKey_in",
    "rsa -in public1.pem -pubin",
    "rsa -in public1.der -RSAPublicKey_in -inform DER",
    "rsa -in public.pem -RSAPublicKey_in -RSAPublicKey_out",
    "rsa -in public1.pem -RSAPublicKey_in -noout -text -modulus",
    "ec -in ec.pem -conv_form compressed",
    "ec -in ec.pem -conv_form hybrid",
    "ec -in ec.pem -conv_form uncompressed",
    "ec -in compressed.pem -conv_form uncompressed",
    "ec -in compressed.pem -conv_form hybrid -pubout",
    "ec -in compressed.pem",
    "ec -in ec.pem -conv_form compressed -pubout -outform DER",
    "ec -in ec.pem -conv_form compressed -noout -text",
    "ec -in k1.pem -conv_form compressed -pubout",
    "ec -in p521.pem -conv_form compressed",
    "ec -in ec-public.pem -pubin -conv_form compressed",
    "ec -in ec-public.pem -pubin -conv_form hybrid -noout -text",
    "ec -in compressed-public.pem -pubin -conv_form compressed",
    "ec -in ec.pem -param_enc named_curve",
    "pkey -in ec.pem -ec_conv_form compressed",
    "pkey -in ec.pem -ec_conv_form hybrid -pubout -text_pub",
    "pkey -in ec.pem -ec_param_enc named_curve",
    "rsa -in three.pem -text",
    "pkey -in three.pem -noout -text",
    "pkey -in pss.pem -text",
    "rsa -in pss.pem -noout -text",
    "pkey -in limited.pem -noout -text",
    "pkey -in limited.pem -noout -text_pub",
    "rsa -in limited-public.pem -pubin -noout -text",
    "pkey -in default.pem -noout -text",
];

#[test]
fn plain_output_is_byte_for_byte_that_of_openssl() {
    let Some(bench) = Bench::open() else { return };
    for words in EXACT {
        let (real, ours) = (bench.real(words, b""), bench.ours(words, b""));
        assert!(real.status.success(), "openssl {words}: {}", stderr(&real));
        assert!(ours.status.success(), "certwright openssl {words}: {}", stderr(&ours));
        assert_eq!(text(&ours), text(&real), "{words}");
    }
}

#[test]
fn it_says_what_openssl_says() {
    let Some(bench) = Bench::open() else { return };
    for words in [
        "rsa -in rsa.pem -pubout",
        "rsa -in rsa.pem -noout -check",
        "rsa -in public.pem -pubin",
        "ec -in ec.pem -pubout",
        "ec -in ec.pem -noout -check",
        "ec -in ec-public.pem -pubin",
        "pkey -in ec.pem -noout -check",
    ] {
        assert_eq!(stderr(&bench.ours(words, b"")), stderr(&bench.real(words, b"")), "{words}");
    }
}

#[test]
fn keys_come_from_standard_input_and_so_do_passphrases() {
    let Some(bench) = Bench::open() else { return };
    let key = bench.bytes("private.pem");
    let with_line = [b"secret\n".as_slice(), &key].concat();
    for (words, input) in [("rsa -passin pass:secret", key), ("rsa -passin stdin", with_line)] {
        let (real, ours) = (bench.real(words, &input), bench.ours(words, &input));
        assert_eq!((ours.status.code(), &ours.stdout), (Some(0), &real.stdout), "{words}: {}", stderr(&ours));
    }
    let handed = aliased(&bench, "openssl rsa -in private.pem -passin fd:3 3<pass").output().unwrap();
    assert_eq!(handed.stdout, bench.bytes("rsa.pem"), "{}", stderr(&handed));
    // Of a file that both options name, the second line seals.
    assert!(
        bench
            .ours("rsa -aes256 -in private.pem -passin file:pass -passout file:pass -out o", b"")
            .status
            .success()
    );
    assert_eq!(bench.opened("o", "other"), bench.bytes("rsa.pem"));
    // So of a descriptor, from where it stands on.
    let words = "openssl rsa -aes256 -in private.pem -passin fd:3 -passout fd:3 -out";
    for script in ["{W} p1 3<pass", "cat pass | { {W} p2 3<&0; }", "{ read skipped; {W} p3 3<&0; } <behind"] {
        fs::write(bench.path("behind"), [b"skipped\n".as_slice(), &bench.bytes("pass")].concat()).unwrap();
        let output = aliased(&bench, &script.replace("{W}", words)).output().unwrap();
        assert!(output.status.success(), "{script}: {}", stderr(&output));
    }
    for written in ["p1", "p2", "p3"] {
        assert_eq!(bench.opened(written, "other"), bench.bytes("rsa.pem"), "{written}");
    }
}

#[test]
fn a_path_that_is_not_utf_8_is_not_mistaken_for_another() {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let Some(bench) = Bench::open() else { return };
    let name = std::ffi::OsStr::from_bytes(b"out\xff.pem");
    let run = |arguments: &[&std::ffi::OsStr]| {
        let words = ["openssl", "rsa", "-in", "rsa.pem"];
        Command::new(PROGRAM).args(words).args(arguments).current_dir(bench.folder.path()).output().unwrap()
    };
    let attached = std::ffi::OsString::from_vec([b"-out=".as_slice(), name.as_bytes()].concat());
    assert_eq!(run(&[&attached]).status.code(), Some(1));
    assert!(run(&["-out".as_ref(), name]).status.success());
    assert_eq!(fs::read(bench.folder.path().join(name)).unwrap(), bench.bytes("rsa.pem"));
    let others = fs::read_dir(bench.folder.path())
        .unwrap()
        .filter(|there| there.as_ref().unwrap().file_name().as_bytes().starts_with(b"out"));
    assert_eq!(others.count(), 1);
}

#[test]
fn encrypted_output_holds_the_same_key_and_is_pbes2_whatever_was_asked_for() {
    let Some(bench) = Bench::open() else { return };
    for (words, key, said) in [
        ("rsa -in rsa.pem -aes256", "rsa.pem", None),
        ("rsa -in rsa.pem -aes-256-cbc", "rsa.pem", None),
        ("rsa -in rsa.pem -aes128", "rsa.pem", Some("aes128 was asked for")),
        ("rsa -in rsa.pem -des3", "rsa.pem", Some("des3 was asked for")),
        ("rsa -in rsa.pem -aes256 -traditional", "rsa.pem", Some("one round of MD5")),
        ("ec -in ec.pem -aes256", "ec.pem", Some("one round of MD5")),
        ("pkey -in ed.pem -aes256", "ed.pem", None),
        ("pkcs8 -topk8 -in rsa1.pem", "rsa.pem", None),
        ("pkcs8 -topk8 -in sec1.pem -v2 aes-256-cbc -v2prf hmacWithSHA256", "ec.pem", None),
        ("pkcs8 -topk8 -in ec.pem -v2 des3", "ec.pem", Some("des3 was asked for")),
        ("pkcs8 -topk8 -in ec.pem -v2prf hmacWithSHA1", "ec.pem", Some("hmacWithSHA1 was asked for")),
        ("pkcs8 -topk8 -in ec.pem -v1 PBE-SHA1-3DES", "ec.pem", Some("PBE-SHA1-3DES was asked for")),
        ("pkcs8 -topk8 -in ec.pem -iter 4096", "ec.pem", None),
        ("pkcs8 -topk8 -in ec.pem -scrypt", "ec.pem", None),
        ("pkcs8 -topk8 -in ec.pem -scrypt -v2 aes256", "ec.pem", None),
        ("pkcs8 -topk8 -in ec.pem -v2 aes128 -scrypt", "ec.pem", Some("aes128 was asked for")),
        ("rsa -in rsa.pem -AES-256-CBC", "rsa.pem", None),
        ("rsa -in rsa.pem -camellia-256-cbc", "rsa.pem", Some("camellia-256-cbc was asked for")),
    ] {
        let sealed = format!("{words} -passout env:SECRET -out sealed.pem");
        assert!(bench.real(&sealed, b"").status.success(), "openssl {words}");
        let ours = bench.ours(&sealed, b"");
        assert!(ours.status.success(), "{words}: {}", stderr(&ours));
        assert_eq!(stderr(&ours).contains("note: "), said.is_some(), "{words}: {}", stderr(&ours));
        assert!(said.is_none_or(|said| stderr(&ours).contains(said)), "{words}: {}", stderr(&ours));
        assert_eq!(bench.opened("sealed.pem", "secret"), bench.bytes(key), "{words}");
        let structure = String::from_utf8(bench.real("asn1parse -in sealed.pem", b"").stdout).unwrap();
        let iterations = if words.contains("-iter") { ":1000\n" } else { ":0927C0\n" };
        assert!(structure.contains("aes-256-cbc") && structure.contains("PBES2"), "{words}: {structure}");
        let derivation = if words.contains("scrypt") { ":scrypt\n" } else { iterations };
        assert!(structure.contains(derivation), "{words}: {structure}");
    }
    assert!(
        bench
            .ours("pkcs8 -topk8 -in ec.pem -outform DER -passout env:SECRET -out sealed.der", b"")
            .status
            .success()
    );
    assert_eq!(bench.opened("sealed.der", "secret"), bench.bytes("ec.pem"));
}

#[test]
fn unlike_openssl_it_takes_every_algorithm() {
    let Some(bench) = Bench::open() else { return };
    for (words, same) in [
        ("rsa -in ec-private.pem -passin file:pass", "ec.pem"),
        ("rsa -in ed-private.pem -passin file:pass", "ed.pem"),
        ("rsa -in ec.pem -traditional", "sec1.pem"),
        ("ec -in rsa.pem", "rsa1.pem"),
        ("ec -in ed.pem", "ed.pem"),
    ] {
        let ours = bench.ours(words, b"");
        assert_eq!((ours.status.code(), ours.stdout), (Some(0), bench.bytes(same)), "{words}");
    }
}

#[test]
fn what_openssl_refuses_is_refused_with_exit_code_1() {
    let Some(bench) = Bench::open() else { return };
    for (words, said) in [
        ("rsa -in private.pem -passin pass:wrong", "the passphrase is wrong"),
        ("rsa -in private.pem -passin env:UNSET", "the variable is not set"),
        ("rsa -in private.pem -passin file:nowhere", "nowhere"),
        ("rsa -in private.pem -passin secret", "expected file:FILE"),
        ("rsa -in nowhere.pem", "nowhere.pem"),
        ("rsa -in public.pem", "a public key"),
        ("rsa -in rsa.pem -pubin", "find a public key"),
        ("rsa -in rsa.pem -bogus", "the option -bogus is not supported"),
        ("rsa -in rsa.pem extra", "\"extra\" is no option"),
        ("rsa -in", "-in needs a value"),
        ("rsa -in rsa.pem -outform XYZ", "\"XYZ\" of -outform"),
        ("ec -in ec.pem -conv_form XYZ", "\"XYZ\" of -conv_form"),
        ("rsa -in ec.pem -RSAPublicKey_out", "of the kind ECDSA P-256"),
        ("rsa -in rsa.pem -out nowhere/key.pem", "write nowhere/key.pem"),
        ("pkcs8 -nocrypt -in private.pem", "no passphrase was given"),
        ("bogus -in rsa.pem", "`openssl bogus`"),
    ] {
        let (real, ours) = (bench.real(words, b""), bench.ours(words, b""));
        assert_eq!(real.status.code(), Some(1), "openssl {words}");
        assert_eq!(ours.status.code(), Some(1), "{words}: {}", stderr(&ours));
        assert!(
            stderr(&ours).lines().any(|line| line.starts_with("error: failed to "))
                && stderr(&ours).contains(said),
            "{words}: {}",
            stderr(&ours)
        );
        assert!(ours.stdout.is_empty(), "{words}");
        assert!(
            !stderr(&ours).contains("wrong\"") && !stderr(&ours).contains("secret"),
            "{words}: {}",
            stderr(&ours)
        );
    }
}

#[test]
fn what_is_not_built_is_an_error_that_names_it() {
    let Some(bench) = Bench::open() else { return };
    for (words, option) in [
        ("pkcs8 -in rsa.pem -text", "-text"),
        ("pkey -in rsa.pem -pubcheck", "-pubcheck"),
        ("ec -in ec.pem -no_public", "-no_public"),
        ("rsa -in rsa.pem -pvk-strong", "-pvk-strong"),
        ("pkey -in rsa.pem -RSAPublicKey_out", "-RSAPublicKey_out"),
        ("pkcs8 -topk8 -in ec.pem -scrypt_N 1024", "-scrypt_N"),
    ] {
        let ours = bench.ours(words, b"");
        assert_eq!(ours.status.code(), Some(1), "{words}");
        assert!(
            stderr(&ours).contains(&format!("the option {option} is not supported")),
            "{}",
            stderr(&ours)
        );
    }
    assert!(bench.ours("rsa -help", b"").status.success());
}

/// The other coordinate of a compressed point takes arithmetic, which only the private number spares.
#[test]
fn a_point_that_cannot_be_written_so_is_refused() {
    let Some(bench) = Bench::open() else { return };
    for words in [
        "ec -in compressed-public.pem -pubin -conv_form uncompressed",
        "ec -in ed.pem -conv_form compressed",
        "pkey -in public.pem -pubin -ec_conv_form compressed",
        "ec -in ec.pem -param_enc explicit",
    ] {
        let ours = bench.ours(words, b"");
        assert_eq!((ours.status.code(), text(&ours)), (Some(1), String::new()), "{words}: {}", stderr(&ours));
    }
    // Octets of a key that has no point, and that begin as one does: 57 of Ed448 (RFC 8410 section 4).
    let header = [0x30, 0x43, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x03, 0x3a, 0x00];
    for first in [2, 4, 6, 7] {
        let key = [&header[..], &[first], &[1; 56]].concat();
        for form in ["compressed", "hybrid", "uncompressed"] {
            let words = format!("pkey -pubin -inform DER -ec_conv_form {form}");
            let ours = bench.ours(&words, &key);
            assert_eq!(ours.status.code(), Some(1), "{first} {form}: {}", stderr(&ours));
        }
    }
}

/// As whose line end a file with a passphrase has: openssl takes the carriage return for a part of it.
#[test]
fn a_passphrase_before_a_carriage_return_is_that_of_openssl() {
    let Some(bench) = Bench::open() else { return };
    fs::write(bench.path("crlf"), "secret\r\n").unwrap();
    let seal = "rsa -in rsa.pem -aes256 -passout file:crlf -out";
    assert!(bench.real(&format!("{seal} theirs"), b"").status.success());
    let ours = bench.ours(&format!("{seal} ours"), b"");
    assert!(stderr(&ours).contains("ends in a carriage return"), "{}", stderr(&ours));
    for (sealed, reader) in [
        ("theirs", &bench.ours("rsa -in theirs -passin file:crlf", b"")),
        ("ours", &bench.real("rsa -in ours -passin file:crlf", b"")),
        // Sealed with what a person takes for the passphrase.
        ("private.pem", &bench.ours("rsa -in private.pem -passin file:crlf", b"")),
    ] {
        assert_eq!(reader.stdout, bench.bytes("rsa.pem"), "{sealed}: {}", stderr(reader));
    }
}

/// Of a longer line openssl takes a part, and the rest for the next one.
#[test]
fn a_passphrase_on_a_line_that_openssl_cuts_is_refused() {
    let Some(bench) = Bench::open() else { return };
    for (length, code) in [(1023, 0), (1024, 1), (1500, 1)] {
        let line = "x".repeat(length) + "\n";
        fs::write(bench.path("long"), &line).unwrap();
        let sealed = bench.real("pkcs8 -topk8 -in rsa.pem -passout file:long -out sealed", b"");
        assert!(sealed.status.success(), "{}", stderr(&sealed));
        assert_eq!(bench.opened("sealed", &"x".repeat(1023)), bench.bytes("rsa.pem"), "{length}");
        let handed = aliased(&bench, "openssl pkey -in sealed -passin fd:3 3<long").output().unwrap();
        for (source, ours) in [
            ("file", bench.ours("pkey -in sealed -passin file:long", b"")),
            ("stdin", bench.ours("pkey -in sealed -passin stdin", line.as_bytes())),
            ("fd", handed),
            ("sealing", bench.ours("pkcs8 -topk8 -in rsa.pem -passout file:long", b"")),
        ] {
            assert_eq!(ours.status.code(), Some(code), "{source} {length}: {}", stderr(&ours));
            assert_eq!(stderr(&ours).contains("longer than 1023 bytes"), code == 1, "{source} {length}");
        }
    }
}

#[test]
fn of_several_keys_the_one_is_taken_that_openssl_takes() {
    let Some(bench) = Bench::open() else { return };
    let [first, second] = ["ec.pem", "rsa.pem"].map(|name| String::from_utf8(bench.bytes(name)).unwrap());
    let labelled = |label: &str| first.replace("PRIVATE KEY", label);
    for before in [
        first.clone(),
        labelled("FOO"),
        labelled("CERTIFICATE"),
        labelled("PUBLIC KEY"),
        labelled("private key"),
        first.lines().map(|line| format!("  {line}\n")).collect(),
    ] {
        fs::write(bench.path("several.pem"), format!("{before}{second}")).unwrap();
        let [real, ours] =
            [Bench::real, Bench::ours].map(|run| run(&bench, "pkey -in several.pem -pubout", b"").stdout);
        assert!(!real.is_empty() && real == ours, "{before}");
        let noted = stderr(&bench.ours("pkey -in several.pem -noout", b""));
        assert!(noted.contains("note: several.pem holds several private keys"), "{before}: {noted}");
    }
}

#[test]
fn a_piece_of_a_passphrase_is_not_repeated() {
    let Some(bench) = Bench::open() else { return };
    for words in [
        "rsa -in rsa.pem -passin pass:my secret",
        "pkcs12 -password pass:my secret -in a",
        "pkey pass:secret -in rsa.pem",
        "rsa -pass:secret -in rsa.pem",
        "ec --passin:secret -in rsa.pem",
    ] {
        let ours = bench.ours(words, b"");
        assert_eq!(ours.status.code(), Some(1), "{words}");
        assert!(stderr(&ours).contains("in quotes where it has spaces"), "{words}: {}", stderr(&ours));
        assert!(!stderr(&ours).contains("secret"), "{words}: {}", stderr(&ours));
    }
}

#[test]
fn what_a_source_lacks_is_named() {
    let Some(bench) = Bench::open() else { return };
    fs::write(bench.path("one"), "secret\n").unwrap();
    fs::write(bench.path("none"), "").unwrap();
    for (words, said) in [
        ("-passin file:one -passout file:one -aes256", "there is no second one for -passout"),
        ("-passin file:none", "the file is empty"),
        ("-passin file:pass -aes256 -passout pass:", "nothing is encrypted under an empty passphrase"),
    ] {
        let ours = bench.ours(&format!("rsa -in private.pem {words}"), b"");
        assert_eq!(ours.status.code(), Some(1), "{words}");
        assert!(stderr(&ours).contains(said), "{words}: {}", stderr(&ours));
    }
}

/// As Windows adds the usage of a key to it (PKCS#8 section 6). Of EC keys the stored one shows it.
#[test]
fn attributes_of_a_key_are_left_out() {
    let Some(bench) = Bench::open() else { return };
    let plain = bench.real("pkey -in ed.pem -outform DER", b"").stdout;
    let usage = [0xa0, 13, 0x30, 11, 6, 3, 0x55, 0x1d, 0x0f, 0x31, 4, 3, 2, 4, 0x10];
    let rest = plain.strip_prefix(&[0x30, 0x2e]).expect("a key of 48 octets");
    let with = [&[0x30, 0x2e + 15], rest, &usage].concat();
    let (real, ours) = (bench.real("pkey -inform DER", &with), bench.ours("pkey -inform DER", &with));
    assert_eq!(real.stdout, bench.bytes("ed.pem"), "{}", stderr(&real));
    assert_eq!(text(&ours), text(&real), "{}", stderr(&ours));
}

/// Services read their keys as somebody else than who renews them. Only the superuser gives files away: for others there
/// is nobody else's file to replace here, and only the mode is judged.
#[test]
fn a_file_that_is_replaced_stays_with_its_owner() {
    use std::os::unix::fs::{MetadataExt, chown};
    let Some(bench) = Bench::open() else { return };
    let folder = bench.path("service");
    fs::create_dir(&folder).unwrap();
    let served = folder.join("served.pem");
    let own = |path: &Path| fs::metadata(path).map(|there| (there.uid(), there.gid())).unwrap();
    let caller = own(&folder);
    let is_root = rustix::process::geteuid().is_root();
    let service = if is_root { (65534, 65534) } else { caller };
    // Whose the folder is, and who may write there.
    for (owner, mode, stays) in [
        (caller, 0o755, true),
        (service, 0o700, true),
        (caller, 0o1777, false),
        (caller, 0o775, false),
        (if is_root { (65533, 65533) } else { caller }, 0o755, !is_root),
    ] {
        fs::write(&served, "old").unwrap();
        fs::set_permissions(&served, fs::Permissions::from_mode(0o640)).unwrap();
        chown(&served, Some(service.0), Some(service.1)).unwrap();
        chown(&folder, Some(owner.0), Some(owner.1)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        let replaced = bench.ours("rsa -in rsa.pem -out service/served.pem", b"");
        assert_eq!(bench.bytes("service/served.pem"), bench.bytes("rsa.pem"));
        assert_eq!(own(&served), if stays { service } else { caller }, "{owner:?} {mode:o}");
        assert!(stderr(&replaced).contains("had mode 0640 and has 0600 now"), "{}", stderr(&replaced));
        let said = stderr(&replaced).contains("belonged to user");
        assert_eq!(said, !stays && is_root, "{owner:?} {mode:o}: {}", stderr(&replaced));
    }
}

#[test]
fn what_openssl_passes_over_in_silence_is_said() {
    let Some(bench) = Bench::open() else { return };
    for (words, option) in [
        ("rsa -in rsa.pem -passout pass:x", "-passout"),
        ("rsa -in rsa.pem -pubout -aes256", "the cipher"),
        ("rsa -in public.pem -pubin -traditional", "-traditional"),
        ("pkcs8 -in rsa.pem -nocrypt -v2 des3", "the cipher"),
        ("pkcs8 -in rsa.pem -nocrypt -iter 5000", "-iter"),
        ("pkcs8 -in rsa.pem -topk8 -nocrypt -v2prf hmacWithSHA1", "-v2prf"),
        ("pkcs8 -in rsa.pem -topk8 -nocrypt -traditional", "-traditional"),
        ("pkcs8 -in rsa.pem -topk8 -nocrypt -scrypt", "-scrypt"),
        ("rsa -in rsa.pem -noout -aes256 -passout pass:x", "the cipher"),
        ("rsa -in public.pem -pubin -noout -traditional", "-traditional"),
    ] {
        let (real, ours) = (bench.real(words, b""), bench.ours(words, b""));
        assert_eq!(text(&ours), text(&real), "{words}: {}", stderr(&ours));
        assert!(
            stderr(&ours).contains(&format!("note: {option} has no effect")),
            "{words}: {}",
            stderr(&ours)
        );
    }
    assert!(!stderr(&bench.ours("rsa -in rsa.pem -traditional", b"")).contains("no effect"));
    // Keys without another form: openssl writes nothing of the one, and a form of its own of the other.
    for words in ["pkey -in ed.pem -traditional", "rsa -in pss.pem -traditional"] {
        let ours = bench.ours(words, b"");
        assert!(text(&ours).contains("BEGIN PRIVATE KEY"), "{words}: {}", text(&ours));
        assert!(stderr(&ours).contains("note: -traditional has no effect"), "{words}: {}", stderr(&ours));
    }
}

#[test]
fn files_are_replaced_whole_and_private() {
    let Some(bench) = Bench::open() else { return };
    let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    fs::write(bench.path("old.pem"), "old").unwrap();
    fs::set_permissions(bench.path("old.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    std::os::unix::fs::symlink("old.pem", bench.path("link.pem")).unwrap();
    // A refusal leaves the file as it was, where openssl has emptied it.
    assert_eq!(bench.ours("rsa -in private.pem -passin pass:wrong -out old.pem", b"").status.code(), Some(1));
    assert_eq!(bench.bytes("old.pem"), b"old");
    assert!(bench.ours("rsa -in rsa1.pem -out link.pem", b"").status.success());
    assert_eq!((bench.bytes("old.pem"), mode("old.pem")), (bench.bytes("rsa.pem"), 0o600));
    assert!(bench.path("link.pem").is_symlink());
    assert!(bench.ours("rsa -in rsa1.pem -out rsa1.pem", b"").status.success());
    assert_eq!((bench.bytes("rsa1.pem"), mode("rsa1.pem")), (bench.bytes("rsa.pem"), 0o600));
    assert!(bench.ours("rsa -in rsa.pem -pubout -out p.pem", b"").status.success());
    assert_eq!((bench.bytes("p.pem"), mode("p.pem") & 0o600), (bench.bytes("public.pem"), 0o600));
    assert!(bench.ours("rsa -in rsa.pem -out /dev/null", b"").status.success());
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert_eq!(bench.ours("rsa -in rsa.pem -out /dev/stdout", b"").stdout, bench.bytes("rsa.pem"));
}

/// A shell in which openssl is an alias, as the tutorial's reader would set it.
fn aliased(bench: &Bench, line: &str) -> Command {
    let script = bench.path("tutorial.sh");
    fs::write(&script, format!("alias openssl='{PROGRAM} openssl'\n{line}\n")).unwrap();
    let mut shell = Command::new("/bin/sh");
    shell.arg(script).current_dir(bench.folder.path());
    shell
}

#[test]
fn the_tutorials_line_works_through_an_alias() {
    let Some(bench) = Bench::open() else { return };
    let line = "openssl rsa -in private.pem -out nonpw_private.pem";
    let output = aliased(&bench, &format!("{line} -passin file:pass")).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("without encryption"));
    assert_eq!(bench.bytes("nonpw_private.pem"), bench.bytes("rsa.pem"));
    // Without a terminal there is nobody to ask.
    fs::remove_file(bench.path("nonpw_private.pem")).unwrap();
    let output = aliased(&bench, line).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("no terminal to ask on"), "{}", stderr(&output));
    assert!(!bench.path("nonpw_private.pem").exists());
}

#[test]
fn on_a_terminal_the_passphrase_is_asked_for() {
    let (Some(bench), Some(script)) = (Bench::open(), peers::find("script")) else { return };
    // `script` gives the shell a terminal of its own and types our input there.
    drop(aliased(&bench, "openssl rsa -in private.pem -out nonpw_private.pem"));
    let run = |script: &Path, typed: &[u8]| {
        let mut command = Command::new(script);
        command.args(["-qec", "/bin/sh tutorial.sh", "/dev/null"]).current_dir(bench.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(typed).unwrap();
        // Held open: its end would hang up the terminal before the answer is read.
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        output
    };
    let output = run(&script, b"secret\n");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Passphrase of private.pem"), "{output:?}");
    assert_eq!(bench.bytes("nonpw_private.pem"), bench.bytes("rsa.pem"));
}

/// Interactive shells turn it on again themselves, those that run a script do not.
#[test]
fn who_interrupts_the_question_gets_the_echo_back() {
    let (Some(bench), Some(script)) = (Bench::open(), peers::find("script")) else { return };
    // The second question, behind one that was answered.
    let line = "trap : INT; openssl rsa -in private.pem -aes256 -out o; echo ended $?; stty -a";
    drop(aliased(&bench, line));
    let mut command = Command::new(script);
    command.args(["-qec", "/bin/sh tutorial.sh", "/dev/null"]).current_dir(bench.folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = Vec::new();
    for (question, typed) in [(&b"private.pem: "[..], &b"secret\n"[..]), (b"New passphrase for o: ", b"\x03")]
    {
        while !seen.ends_with(question) {
            let mut byte = [0];
            assert_eq!(stdout.read(&mut byte).unwrap(), 1, "{}", seen.escape_ascii());
            seen.extend_from_slice(&byte);
        }
        stdin.write_all(typed).unwrap();
    }
    stdout.read_to_end(&mut seen).unwrap();
    drop(stdin);
    child.wait().unwrap();
    let seen = String::from_utf8_lossy(&seen);
    // 128 and SIGINT: it ends as anything that is interrupted.
    assert!(seen.contains("ended 130") && seen.contains(" echo "), "{seen}");
    assert!(!bench.path("o").exists());
}

#[test]
fn a_command_without_stand_in_is_sent_to_what_does_the_same() {
    let Some(bench) = Bench::open() else { return };
    let itself = "or behind an alias as `\\openssl`";
    for (words, hint) in [
        ("genrsa 2048", "`certwright key generate`"),
        ("req -new", "`certwright csr create`"),
        ("x509 -in a", "`certwright inspect`"),
        ("verify a", "`certwright chain verify`"),
        ("s_client", "call openssl itself"),
    ] {
        let ours = bench.ours(words, b"");
        assert_eq!(ours.status.code(), Some(1), "{words}");
        assert!(stderr(&ours).contains(hint), "{words}: {}", stderr(&ours));
        assert!(stderr(&ours).contains(itself), "{words}: {}", stderr(&ours));
    }
}

/// What to check is what said the passphrase.
#[test]
fn a_wrong_passphrase_is_told_with_what_said_it() {
    let Some(bench) = Bench::open() else { return };
    fs::write(bench.path("wrong"), "wrong\n").unwrap();
    for (source, hint) in [
        ("file:wrong", "hint: check the file that -passin names"),
        ("env:CERTWRIGHT_PASSPHRASE_FILE", "hint: check the variable that -passin names"),
        ("pass:wrong", "hint: check the text of -passin"),
        ("stdin", "hint: check what comes from stdin, which -passin names"),
    ] {
        let ours = bench.ours(&format!("pkey -in private.pem -passin {source}"), b"wrong\n");
        assert_eq!(ours.status.code(), Some(1), "{source}");
        assert!(stderr(&ours).contains(hint), "{source}: {}", stderr(&ours));
        assert!(stderr(&ours).contains("(in private.pem)"), "{source}: {}", stderr(&ours));
    }
    let Some(script) = peers::find("script") else { return };
    drop(aliased(&bench, "openssl pkey -in private.pem"));
    let mut command = Command::new(script);
    command.args(["-qec", "/bin/sh tutorial.sh", "/dev/null"]).current_dir(bench.folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"wrong\n").unwrap();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    let seen = String::from_utf8_lossy(&output.stdout);
    assert!(seen.contains("hint: type the passphrase again") && !seen.contains("-passin"), "{seen}");
}

/// Without a terminal the option is the one that this needs, and the file is named.
#[test]
fn a_passphrase_that_nobody_can_be_asked_for_is_told_with_its_option_and_file() {
    let (Some(bench), Some(setsid)) = (Bench::open(), peers::find("setsid")) else { return };
    let made = bench.real("pkcs12 -export -nocerts -inkey rsa.pem -passout pass:secret -out a.p12", b"");
    assert!(made.status.success(), "{}", stderr(&made));
    for (words, what, option) in [
        ("pkey -in private.pem", "open private.pem", "-passin"),
        ("pkcs12 -in a.p12 -nodes", "open a.p12", "-passin"),
        ("pkcs12 -export -nocerts -inkey private.pem -passout pass:x", "open private.pem", "-passin"),
        ("rsa -in rsa.pem -aes256 -out o", "encrypt o", "-passout"),
        ("rsa -in rsa.pem -aes256", "encrypt the standard output", "-passout"),
        ("pkcs12 -in a.p12 -passin pass:secret -out o", "encrypt o", "-passout"),
        ("pkcs12 -export -nocerts -inkey rsa.pem -out o", "encrypt o", "-passout"),
    ] {
        let mut command = Command::new(&setsid);
        command.args(["--wait", PROGRAM, "openssl"]);
        let ours = bench.run(command, words, b"");
        let said = format!(
            "failed to {what}: no passphrase was given, and there is no terminal to ask on\nhint: give it with {option},"
        );
        assert!(stderr(&ours).contains(&said), "{words}: {}", stderr(&ours));
    }
}

#[test]
fn a_dash_is_standard_input_and_output_and_a_folder_is_not_made() {
    let Some(bench) = Bench::open() else { return };
    let ours = bench.ours("pkey -in - -out -", &bench.bytes("ec.pem"));
    assert_eq!(ours.stdout, bench.real("pkey -in ec.pem", b"").stdout, "{}", stderr(&ours));
    let ours = bench.ours("pkey -in ec.pem -out missing/key.pem", b"");
    assert!(stderr(&ours).contains("its folder does not exist\nhint: make the folder"), "{}", stderr(&ours));
    assert!(!bench.path("missing").exists());
}

#[test]
fn json_is_refused_where_openssl_has_none() {
    let Some(bench) = Bench::open() else { return };
    let mut command = Command::new(PROGRAM);
    command.arg("--json").arg("openssl");
    let refused = bench.run(command, "pkey -in ec.pem", b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stdout).contains("\"kind\": \"usage\""));
}

#[test]
fn keys_that_do_not_sign_here_are_checked_like_the_others() {
    let Some(bench) = Bench::open() else { return };
    for (words, algorithm) in [
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:1024"),
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2047"),
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3"),
        ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3"),
        ("pkey", "RSA-PSS -pkeyopt rsa_keygen_bits:2048"),
        ("pkey", "EC -pkeyopt ec_paramgen_curve:P-521"),
        ("ec", "EC -pkeyopt ec_paramgen_curve:secp256k1"),
        ("pkey", "ED448"),
        ("pkey", "X25519"),
    ] {
        assert!(
            bench.real(&format!("genpkey -out unusual.pem -algorithm {algorithm}"), b"").status.success()
        );
        let words = format!("{words} -in unusual.pem -noout -check");
        let (real, ours) = (bench.real(&words, b""), bench.ours(&words, b""));
        assert_eq!(
            (ours.status.code(), &ours.stdout, stderr(&ours)),
            (Some(0), &real.stdout, stderr(&real)),
            "{algorithm}"
        );
    }
}

#[test]
fn numbers_that_contradict_each_other_are_no_key_for_either() {
    let Some(bench) = Bench::open() else { return };
    for bits in ["1024", "2048"] {
        let generated =
            format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -outform DER -out good.der");
        assert!(bench.real(&generated, b"").status.success());
        assert!(
            bench
                .real("rsa -in good.der -inform DER -traditional -outform DER -out one.der", b"")
                .status
                .success()
        );
        let good = bench.bytes("one.der");
        // The low octet of the private exponent, which stands behind the modulus and 65537.
        let octets = bits.parse::<usize>().unwrap() / 8;
        let exponent = good.windows(5).position(|five| five == [2, 3, 1, 0, 1]).unwrap() + 5;
        let header = if good[exponent + 1] == 0x82 { 4 } else { 3 };
        let length = good[exponent + header - 1] as usize
            + if header == 4 { 256 * good[exponent + 2] as usize } else { 0 };
        assert!(length.abs_diff(octets) <= 1);
        let mut bad = good.clone();
        bad[exponent + header + length - 1] ^= 2;
        fs::write(bench.path("bad.der"), bad).unwrap();
        let words = "rsa -in bad.der -inform DER -noout -check";
        let (real, ours) = (bench.real(words, b""), bench.ours(words, b""));
        assert!(stderr(&real).contains("RSA key not ok"), "{bits}: {real:?}");
        assert_eq!(ours.status.code(), Some(1), "{bits}: {}", stderr(&ours));
        assert!(stderr(&ours).contains("exponents do not belong together"), "{bits}: {}", stderr(&ours));
    }
}

/// A number of 2050 bits begins with the digit 2 or 3.
#[test]
fn a_modulus_begins_with_its_first_digit() {
    let Some(bench) = Bench::open() else { return };
    assert!(bench.real("genrsa -out rsa2050.pem 2050", b"").status.success());
    let [real, ours] =
        [Bench::real, Bench::ours].map(|run| run(&bench, "rsa -in rsa2050.pem -noout -modulus", b"").stdout);
    assert!(!real.is_empty() && real == ours, "{}", String::from_utf8_lossy(&ours));
}
