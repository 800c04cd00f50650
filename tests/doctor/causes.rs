//! The causes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::doctor::{Case, File, examine};
use certwright::pem::Reading;
use certwright::{Encryption, Finding, Passphrase, PrivateKey, Timestamp};

use super::bench::{Patient, errors, passphrase};
use crate::support::openssl::{Dates, Made, Purpose};
use crate::support::scene::Scene;

/// How the client gets in.
enum Cure {
    /// With the files that doctor writes.
    Mended,
    /// With this passphrase.
    Passphrase(&'static str),
    /// With other files: nothing that was given is of use, and nothing is offered.
    OtherFiles,
}
use Cure::{Mended, OtherFiles};

/// Which of curl's messages.
enum Says {
    /// "unable to set private key file: '…' type PEM"
    Key,
    /// "could not load PEM client certificate from …"
    Certificate,
}
use Says::{Certificate, Key};

type Row = (&'static str, Says, fn(&Scene) -> Patient, Cure);

const RIGHT: &str = "correct horse";

/// A file made of text or bytes.
fn file(scene: &Scene, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = scene.shop.path(name);
    fs::write(&path, contents).expect("a writable folder");
    path
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("PEM")
}

/// The key, changed.
fn key(scene: &Scene, change: impl Fn(String) -> String) -> Patient {
    let healthy = Patient::healthy(scene);
    Patient { key: file(scene, "changed.key", change(text(&healthy.key))), ..healthy }
}

/// The certificate, changed.
fn cert(scene: &Scene, change: impl Fn(String) -> String) -> Patient {
    let healthy = Patient::healthy(scene);
    Patient { cert: file(scene, "changed.pem", change(text(&healthy.cert))), ..healthy }
}

/// The key as openssl encrypts it.
fn sealed(scene: &Scene, options: &[&str], pass: Option<&'static str>) -> Patient {
    sealed_under(scene, RIGHT, options, pass)
}

/// One byte more than OpenSSL has room for.
const LONG: &str = match std::str::from_utf8(&[b'x'; 1024]) {
    Ok(text) => text,
    Err(_) => "",
};

fn sealed_under(scene: &Scene, right: &str, options: &[&str], pass: Option<&'static str>) -> Patient {
    let (healthy, out) = (Patient::healthy(scene), scene.shop.path("sealed.pem"));
    let passout = format!("pass:{right}");
    let files = ["-in", healthy.key.to_str().unwrap(), "-out", out.to_str().unwrap(), "-passout", &passout];
    scene.shop.run(options.iter().chain(&files));
    Patient { key: out, pass, ..healthy }
}

/// The key behind another one under another passphrase. Under a wrong one, one file of 256 has a right padding by chance:
/// OpenSSL takes what was opened for something else than a key, and the next one for the first.
fn behind(scene: &Scene, options: &[&str], pass: Option<&'static str>) -> Patient {
    let out = scene.shop.path("other.key");
    let files = ["-in", scene.sub.key.to_str().unwrap(), "-out", out.to_str().unwrap()];
    let passin = format!("pass:{RIGHT}");
    let open = ["pkey", "-noout", "-in", out.to_str().unwrap(), "-passin", &passin];
    let shows_in_padding = || scene.shop.try_run(open).is_err_and(|said| said.contains("bad decrypt"));
    loop {
        scene.shop.run(options.iter().chain(&files).chain(&["-passout", "pass:another"]));
        if pass.is_none() || shows_in_padding() {
            break;
        }
    }
    let own = pass.map_or_else(|| Patient::healthy(scene), |_| sealed(scene, PBES2, pass));
    Patient { key: file(scene, "two.key", text(&out) + &text(&own.key)), pass, ..own }
}

const PBES2: &[&str] = &["pkcs8", "-topk8"];
const PBES1: &[&str] = &["pkcs8", "-topk8", "-v1", "PBE-MD5-DES"];
const LEGACY: &[&str] = &["-provider", "legacy", "-provider", "default"];

fn indented(text: String) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn without_end(text: String) -> String {
    text.lines().filter(|line| !line.starts_with("-----END")).map(|line| format!("{line}\n")).collect()
}

fn without_begin(text: String) -> String {
    text.lines().filter(|line| !line.starts_with("-----BEGIN")).map(|line| format!("{line}\n")).collect()
}

fn prefixed(text: &str, mark: &str) -> String {
    text.lines().map(|line| format!("{mark}{line}\n")).collect()
}

fn numbered(text: &str) -> String {
    (1..).zip(text.lines()).map(|(number, line)| format!("{number:6}\t{line}\n")).collect()
}

/// RFC 4648 section 5, between BEGIN and END.
fn base64url(text: &str) -> String {
    let lines = text.lines().map(|line| match line.starts_with('-') {
        true => format!("{line}\n"),
        false => line.replace('+', "-").replace('/', "_") + "\n",
    });
    lines.collect()
}

fn commented(text: String) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

/// With a character that is not of base64.
fn marred(text: &str) -> String {
    text.replacen("-----\nM", "-----\n!", 1)
}

fn halved(text: &str) -> String {
    text.chars().take(text.len() / 2).collect()
}

fn whole(text: String) -> String {
    text
}

/// The certificate and its intermediate, changed.
fn chained(scene: &Scene, client: fn(String) -> String, above: fn(String) -> String) -> Patient {
    cert(scene, |own| client(own) + &above(text(&scene.sub.certificate)))
}

/// The key under the headers of RFC 1421, changed.
fn dek(scene: &Scene, change: impl Fn(String) -> String) -> Patient {
    let sealed = sealed(scene, &["ec", "-aes256"], Some(RIGHT));
    Patient { key: file(scene, "changed.key", change(text(&sealed.key))), ..sealed }
}

/// The base64 text in lines of so many characters.
fn rewrapped(text: &str, width: usize) -> String {
    let (above, below) = text.split_once("\n\n").expect("headers");
    let (base64, end) = below.split_once("\n-").expect("an end");
    let base64: Vec<_> = base64.bytes().filter(u8::is_ascii_graphic).collect();
    let lines: Vec<_> = base64.chunks(width).map(String::from_utf8_lossy).collect();
    format!("{above}\n\n{}\n-{end}", lines.join("\n"))
}

/// With the two headers the other way round.
fn with_second_line_first(text: &str) -> String {
    let (proc, info) = text.split_once("DEK-Info").expect("headers");
    let (begin, proc) = proc.split_once('\n').expect("a BEGIN");
    let (info, rest) = info.split_once('\n').expect("a header");
    format!("{begin}\nDEK-Info{info}\n{proc}{rest}")
}

/// What stands between BEGIN and END.
fn inside(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('-')).map(|line| format!("{line}\n")).collect()
}

/// The file as a Kubernetes secret holds it.
fn base64(scene: &Scene, file: &Path, options: &[&str]) -> PathBuf {
    let out = scene.shop.path("encoded");
    let files = ["-in", file.to_str().unwrap(), "-out", out.to_str().unwrap()];
    scene.shop.run(["base64"].iter().chain(options).chain(&files));
    out
}

fn der(scene: &Scene, of: &str, from: &Path, name: &str) -> PathBuf {
    let out = scene.shop.path(name);
    let convert: &[&str] = if of == "x509" { &["x509"] } else { &["pkcs8", "-topk8", "-nocrypt"] };
    let files = ["-in", from.to_str().unwrap(), "-outform", "DER", "-out", out.to_str().unwrap()];
    scene.shop.run(convert.iter().chain(&files));
    out
}

const CAUSES: &[Row] = &[
    ("key-passphrase-wrong", Key, |s| sealed(s, PBES2, Some("wrong")), Cure::Passphrase(RIGHT)),
    ("key-passphrase-wrong", Key, |s| sealed(s, PBES2, Some("correct horse\n")), Cure::Passphrase(RIGHT)),
    (
        "key-passphrase-wrong",
        Key,
        |s| sealed(s, PBES2, Some("\u{feff}correct horse")),
        Cure::Passphrase(RIGHT),
    ),
    ("key-passphrase-wrong", Key, |s| sealed(s, PBES2, Some("\"correct horse\"")), Cure::Passphrase(RIGHT)),
    (
        "key-passphrase-wrong",
        Key,
        |s| sealed_under(s, "correct horse\r", PBES2, Some(RIGHT)),
        Cure::Passphrase("correct horse\r"),
    ),
    ("key-passphrase-empty", Key, |s| sealed(s, PBES2, Some("")), Cure::Passphrase(RIGHT)),
    ("key-passphrase-missing", Key, |s| sealed(s, PBES2, None), Cure::Passphrase(RIGHT)),
    // Not opened here.
    (
        "key-passphrase-missing",
        Key,
        |s| sealed(s, &["pkcs8", "-topk8", "-v2", "aes-256-cfb"], None),
        Cure::Passphrase(RIGHT),
    ),
    ("passphrase-unfit", Key, |s| sealed_under(s, LONG, PBES2, Some(LONG)), OtherFiles),
    ("key-empty-passphrase", Key, |s| sealed_under(s, "", PBES2, None), Mended),
    ("key-empty-passphrase", Key, |s| sealed_under(s, "", PBES2, None), Cure::Passphrase("")),
    ("key-empty-passphrase", Key, |s| sealed_under(s, "", PBES2, Some("wrong")), Mended),
    ("key-empty-passphrase", Key, |s| sealed_under(s, "", PBES2, Some("wrong")), Cure::Passphrase("")),
    ("key-encryption-legacy", Key, |s| sealed(s, &[PBES1, LEGACY].concat(), Some(RIGHT)), Mended),
    (
        "key-encryption-legacy",
        Key,
        |s| sealed(s, &[&["pkcs8", "-topk8", "-v1", "PBE-SHA1-RC2-40"], LEGACY].concat(), Some(RIGHT)),
        Mended,
    ),
    ("key-encryption-legacy", Key, |s| sealed(s, &[&["ec", "-des"], LEGACY].concat(), Some(RIGHT)), Mended),
    ("key-encryption-legacy", Key, |s| dek(s, |own| own.replace("AES", "EAS")), OtherFiles),
    ("key-damaged", Key, |s| dek(s, |own| own.replace("CBC,", "CBC;")), OtherFiles),
    ("key-damaged", Key, |s| dek(s, |own| own.replace("CBC,", "CBC,xx")), OtherFiles),
    ("key-damaged", Key, |s| dek(s, |own| own.replace("AES-256-CBC,", ",")), OtherFiles),
    (
        "key-encryption-legacy",
        Key,
        |s| sealed(s, &[&["ec", "-cast5-cbc"], LEGACY].concat(), Some(RIGHT)),
        Mended,
    ),
    (
        "key-encryption-legacy",
        Key,
        |s| sealed(s, &[&["pkcs8", "-topk8", "-v2", "bf-cbc"], LEGACY].concat(), Some(RIGHT)),
        Mended,
    ),
    // Neither opened here.
    (
        "key-encryption-legacy",
        Key,
        |s| sealed(s, &[&["ec", "-seed"], LEGACY].concat(), Some(RIGHT)),
        OtherFiles,
    ),
    ("key-encryption-legacy", Key, gcm, OtherFiles),
    ("key-form", Key, second_version, Mended),
    ("key-form", Key, |s| nameless(s, &[]), Mended),
    ("key-form", Key, |s| nameless(s, &[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]]), Mended),
    ("key-form", Key, parameterised, Mended),
    ("key-form", Key, narrowed, Mended),
    ("key-scrypt-memory", Key, scrypt, Mended),
    (
        "key-der",
        Key,
        |s| Patient { key: der(s, "key", &s.client.key, "private.der"), ..Patient::healthy(s) },
        Mended,
    ),
    // `cat key.der; echo`
    (
        "key-der",
        Key,
        |s| {
            let der = fs::read(der(s, "key", &s.client.key, "private.der")).unwrap();
            Patient { key: file(s, "echoed.der", [der, b"\n".to_vec()].concat()), ..Patient::healthy(s) }
        },
        Mended,
    ),
    ("key-der", Key, |s| sealed(s, &[PBES2, &["-outform", "DER"]].concat(), Some(RIGHT)), Mended),
    ("key-mismatch", Key, |s| Patient { key: s.sub.key.clone(), ..Patient::healthy(s) }, OtherFiles),
    (
        "key-is-certificate",
        Key,
        |s| Patient { key: s.client.certificate.clone(), ..Patient::healthy(s) },
        OtherFiles,
    ),
    ("key-is-public-key", Key, public, OtherFiles),
    ("key-not-first", Key, |s| key(s, |own| text(&s.sub.key) + &own), Mended),
    (
        "key-not-first",
        Key,
        |s| Patient {
            cert: cert(s, |own| own + &text(&s.sub.certificate)).cert,
            ..key(s, |own| text(&s.sub.key) + &own)
        },
        Mended,
    ),
    // The first one asks for a passphrase, which is not that of the other.
    ("key-not-first", Key, |s| behind(s, PBES2, None), Mended),
    ("key-not-first", Key, |s| behind(s, PBES2, Some(RIGHT)), Mended),
    #[cfg(feature = "legacy-keys")]
    ("key-not-first", Key, |s| behind(s, &["ec", "-aes256"], Some(RIGHT)), Mended),
    ("key-not-first", Key, |s| behind(s, &[PBES1, LEGACY].concat(), None), Mended),
    // The right one is passed over for its encryption.
    (
        "key-encryption-legacy",
        Key,
        |s| {
            let sealed = sealed(s, &[PBES1, LEGACY].concat(), Some(RIGHT));
            Patient { key: file(s, "two.key", text(&sealed.key) + &text(&s.sub.key)), ..sealed }
        },
        Mended,
    ),
    // A block that does not end, and one that does not begin a line behind it.
    ("pem-damaged", Key, |s| key(s, |own| text(&s.sub.key).replace("-----END", "!-----END") + &own), Mended),
    ("pem-boundary", Key, |s| key(s, |own| own.trim_end().to_owned() + ":\n"), Mended),
    // The right one is not the one that is read.
    ("pem-damaged", Key, |s| key(s, |own| marred(&own) + &text(&s.sub.key)), OtherFiles),
    ("pem-boundary", Key, |s| key(s, |own| own.replace("-----B", "----B") + &text(&s.sub.key)), Mended),
    ("key-label", Key, |s| key(s, |own| own.replace("PRIVATE KEY", "RSA PRIVATE KEY")), Mended),
    ("key-label", Key, |s| key(s, |own| own.replace("PRIVATE KEY", "SOMETHING")), Mended),
    ("key-is-request", Key, request, OtherFiles),
    ("file-missing", Key, |s| Patient { key: s.shop.path("nowhere.key"), ..Patient::healthy(s) }, OtherFiles),
    ("file-empty", Key, |s| key(s, |_| String::new()), OtherFiles),
    ("pem-no-block", Key, |s| key(s, |_| "my key\n".to_owned()), OtherFiles),
    ("pem-indented", Key, |s| key(s, indented), Mended),
    ("pem-indented", Key, |s| key(s, |own| own.replace("-----END", " -----END")), Mended),
    (
        "pem-invisible",
        Key,
        |s| {
            key(s, |own| {
                indented(own)
                    .replace(' ', "\u{a0}")
                    .replace("N\u{a0}", "N ")
                    .replace("E\u{a0}K", "E K")
                    .replace("D\u{a0}P", "D P")
            })
        },
        Mended,
    ),
    ("pem-invisible", Key, |s| key(s, |own| own.replace("BEGIN ", "BEGIN\u{a0}")), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replace("-----END", "-----\u{200b}END")), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replace("-----BEGIN", "-----\u{200b}BEGIN")), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replace("-----", "--\u{200b}---")), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replace("-----B", "\u{feff}\u{feff}-----B")), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replacen("\nM", "\nM\u{200b}", 1)), Mended),
    ("pem-invisible", Key, |s| key(s, |own| own.replacen("\nM", "\nM\u{ad}", 1)), Mended),
    ("pem-one-line", Key, |s| key(s, |own| own.replace('\n', "")), Mended),
    ("pem-one-line", Key, |s| key(s, |own| own.replace('\n', " ")), Mended),
    ("pem-one-line", Key, |s| key(s, |own| own.replace("\n-----END", "-----END")), Mended),
    ("pem-escaped", Key, |s| key(s, |own| own.replace('\n', "\\n")), Mended),
    ("pem-carriage-return", Key, |s| key(s, |own| own.replace('\n', "\r")), Mended),
    ("pem-blank-line", Key, |s| key(s, |own| own.replace('\n', "\n\n")), Mended),
    ("pem-one-line", Key, |s| dek(s, |own| own.replace('\n', "")), Mended),
    ("pem-one-line", Key, |s| dek(s, |own| own.replace('\n', " ")), Mended),
    ("pem-blank-line", Key, |s| dek(s, |own| own.replace("\n\n", "\n")), Mended),
    ("pem-blank-line", Key, |s| dek(s, |own| own.replace('\n', "\n\n")), Mended),
    ("pem-escaped", Key, |s| dek(s, |own| own.replace('\n', "\\n")), Mended),
    ("pem-line-length", Key, |s| dek(s, |own| rewrapped(&own, 76)), Mended),
    ("pem-line-length", Key, |s| dek(s, |own| rewrapped(&own, 48)), Mended),
    ("pem-label-case", Key, |s| key(s, |own| own.replace("PRIVATE KEY", "private key")), Mended),
    ("pem-line-length", Key, |s| dek(s, |own| lines(&own, |line| format!("  {line}\n"))), Mended),
    (
        "pem-line-length",
        Key,
        |s| key(s, |own| lines(&own.replacen('\n', "\n\n", 1), |line| format!("\t{line}\n"))),
        Mended,
    ),
    (
        "pem-line-length",
        Key,
        |s| {
            key(s, |own| {
                lines(&own.replacen('\n', "\n\n", 1), str::to_owned).replace("-----END", "\n-----END")
            })
        },
        Mended,
    ),
    ("pem-byte-order-mark", Key, |s| key(s, |own| format!("# client\n\u{feff}{own}")), Mended),
    (
        "pem-byte-order-mark",
        Certificate,
        |s| cert(s, |own| format!("Subject: client\n\u{feff}{own}")),
        Mended,
    ),
    ("pem-indented", Key, |s| with_parameters(s, |own| own.replace("-----END", " -----END")), Mended),
    (
        "pem-glued",
        Certificate,
        |s| cert(s, |own| own + text(&s.client.key).trim_end() + &text(&s.sub.key)),
        Mended,
    ),
    ("pem-padding", Key, |s| dek(s, |own| unpadded(&own)), Mended),
    ("pem-padding", Certificate, padded_certificate, Mended),
    (
        "pem-indented",
        Certificate,
        |s| cert(s, |own| own + &text(&s.sub.certificate).replace("-----END", " -----END")),
        Mended,
    ),
    (
        "pem-line-length",
        Certificate,
        |s| cert(s, |own| "-----BEGIN X-----\n\nMAAA\nMAAA\n-----END X-----\n".to_owned() + &own),
        Mended,
    ),
    ("pem-one-line", Key, |s| with_parameters(s, |own| own.replace("\n-----END", "-----END")), Mended),
    (
        "pem-glued",
        Key,
        |s| key(s, |own| own.replace('\n', "\r\n").trim_end_matches('\n').to_owned() + &text(&s.sub.key)),
        Mended,
    ),
    (
        "pem-headers",
        Key,
        |s| key(s, |own| own.replacen("KEY-----\n", "KEY-----\nName: value\n\n", 1)),
        Mended,
    ),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("Proc-Type: 4,ENCRYPTED\n", "")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("Proc-Type", "proc-type")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("DEK-Info", "dek-info")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("ENCRYPTED", "encrypted")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("CBC,", "CBC, ")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("CBC,", "CBC,\n  ")), Mended),
    ("pem-headers", Key, |s| dek(s, folded_vector), Mended),
    ("pem-headers", Key, |s| dek(s, |own| folded_vector(own).replacen("\n ", " ", 1)), Mended),
    ("pem-headers", Key, |s| dek(s, |own| own.replace("DEK-Info", "Name: value\nDEK-Info")), Mended),
    ("pem-headers", Key, |s| dek(s, |own| with_second_line_first(&own)), Mended),
    ("pem-end-missing", Key, |s| dek(s, |own| indented(without_end(own))), Mended),
    ("pem-end-mismatch", Key, |s| dek(s, |own| indented(own.replace("END EC", "END X"))), Mended),
    ("pem-boundary", Key, |s| key(s, |own| own.replace("-----BEGIN", "----BEGIN")), Mended),
    ("pem-boundary", Key, |s| key(s, |own| own.replace("-----", "------")), Mended),
    ("pem-boundary", Key, |s| key(s, |own| own.replace("-----", "\u{2014}")), Mended),
    ("pem-boundary", Key, |s| key(s, |own| prefixed(&own, "> ")), Mended),
    ("pem-boundary", Key, |s| key(s, |own| own.lines().map(|line| format!("'{line}',\n")).collect()), Mended),
    ("pem-escaped", Key, |s| key(s, |own| own.replace('\n', "\\r")), Mended),
    ("pem-escaped", Key, |s| key(s, |own| own.replace('\n', "&#10;")), Mended),
    ("pem-escaped", Key, |s| key(s, |own| own.replace('\n', "<br>\n")), Mended),
    ("pem-escaped", Key, |s| key(s, |own| own.replace('\n', "\\\\n")), Mended),
    // As a template of HTML writes base64.
    (
        "pem-escaped",
        Key,
        |s| key(s, |own| own.replace('M', "&#77;").replace('+', "&#43;").replace('/', "&#x2F;")),
        Mended,
    ),
    // Out of a patch, and out of a listing with numbers.
    ("pem-boundary", Key, |s| key(s, |own| prefixed(&own, "+")), Mended),
    ("pem-boundary", Key, |s| key(s, |own| numbered(&own)), Mended),
    (
        "pem-rich-text",
        Key,
        |s| key(s, |own| format!("{{\\rtf1\\ansi\n{}}}", own.replace('\n', "\\\n"))),
        Mended,
    ),
    ("pem-headers", Key, |s| key(s, |own| own.replacen("KEY-----\n", "KEY-----\nComment: x\n", 1)), Mended),
    ("pem-base64url", Certificate, |s| cert(s, |own| base64url(&own)), Mended),
    (
        "der-damaged",
        Key,
        |s| {
            let mut der = client_der(s, &["ec"]);
            der.truncate(der.len() / 2);
            Patient { key: file(s, "cut.der", &der), ..Patient::healthy(s) }
        },
        OtherFiles,
    ),
    ("pem-nul", Key, |s| key(s, |own| format!("\0{own}")), Mended),
    ("pem-utf-32", Key, utf_32, Mended),
    ("pem-end-missing", Key, |s| key(s, without_end), Mended),
    ("pem-end-mismatch", Key, |s| key(s, |own| own.replace("END PRIVATE", "END EC PRIVATE")), Mended),
    ("pem-glued", Key, |s| key(s, |own| text(&s.client.certificate).trim_end().to_owned() + &own), Mended),
    ("pem-utf-16", Key, utf_16, Mended),
    ("pem-in-base64", Key, |s| Patient { key: base64(s, &s.client.key, &[]), ..Patient::healthy(s) }, Mended),
    (
        "pem-in-base64",
        Key,
        |s| Patient { key: base64(s, &s.client.key, &["-A"]), ..Patient::healthy(s) },
        Mended,
    ),
    (
        "pem-in-base64",
        Key,
        |s| {
            let once = base64(s, &s.client.key, &[]);
            let once = file(s, "once", fs::read(once).unwrap());
            Patient { key: base64(s, &once, &["-A"]), ..Patient::healthy(s) }
        },
        Mended,
    ),
    ("pem-boundaries-missing", Key, |s| key(s, |own| inside(&own)), Mended),
    ("pem-boundaries-missing", Key, |s| key(s, |own| inside(&own).replace('\n', "")), Mended),
    ("file-foreign", Key, |s| key(s, |_| "PuTTY-User-Key-File-3: ssh-ed25519\n".to_owned()), OtherFiles),
    (
        "file-foreign",
        Key,
        |s| {
            key(s, |_| {
                "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBGJ\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n".to_owned()
            })
        },
        OtherFiles,
    ),
    (
        "file-foreign",
        Key,
        |s| key(s, |_| "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n".to_owned()),
        OtherFiles,
    ),
    ("file-foreign", Key, |s| key(s, |_| "<!DOCTYPE html>\n<p>Log in\n".to_owned()), OtherFiles),
    ("certificate-order", Key, |s| cert(s, |own| text(&s.sub.certificate) + &own), Mended),
    (
        "certificate-der",
        Certificate,
        |s| Patient { cert: der(s, "x509", &s.client.certificate, "crt.der"), ..Patient::healthy(s) },
        Mended,
    ),
    (
        "certificate-is-key",
        Certificate,
        |s| Patient { cert: s.client.key.clone(), ..Patient::healthy(s) },
        OtherFiles,
    ),
    ("certificate-is-pkcs7", Certificate, pkcs7, Mended),
    ("certificate-label", Certificate, |s| cert(s, |own| own.replace("CERTIFICATE", "CERT")), Mended),
    (
        "files-swapped",
        Certificate,
        |s| Patient { cert: s.client.key.clone(), key: s.client.certificate.clone(), pass: None },
        OtherFiles,
    ),
    (
        "file-missing",
        Certificate,
        |s| Patient { cert: s.shop.path("nowhere.pem"), ..Patient::healthy(s) },
        OtherFiles,
    ),
    ("pem-indented", Certificate, |s| cert(s, indented), Mended),
    ("pem-one-line", Certificate, |s| cert(s, |own| own.replace('\n', " ")), Mended),
    ("pem-end-missing", Certificate, |s| cert(s, without_end), Mended),
    (
        "pem-in-base64",
        Certificate,
        |s| Patient { cert: base64(s, &s.client.certificate, &[]), ..Patient::healthy(s) },
        Mended,
    ),
    // What is left of the file is the intermediate, which is nobody's.
    ("pem-damaged", Certificate, |s| chained(s, |own| marred(&own), whole), OtherFiles),
    ("pem-end-missing", Key, |s| chained(s, without_begin, whole), OtherFiles),
    ("pem-boundary", Key, |s| chained(s, commented, whole), OtherFiles),
    ("pem-boundaries-missing", Key, |s| chained(s, |own| inside(&own), whole), OtherFiles),
    ("pem-end-missing", Certificate, |s| chained(s, whole, |sub| halved(&sub)), OtherFiles),
    ("pem-damaged", Certificate, |s| chained(s, whole, |sub| marred(&sub)), OtherFiles),
    ("pem-boundaries-missing", Certificate, |s| cert(s, |own| inside(&own)), Mended),
    (
        "pem-glued",
        Certificate,
        |s| cert(s, |own| own.trim_end().to_owned() + &text(&s.sub.certificate)),
        Mended,
    ),
];

fn scrypt(scene: &Scene) -> Patient {
    let healthy = Patient::healthy(scene);
    let key = PrivateKey::open(&healthy.key, None).expect("openssl's key");
    let sealed = key.encrypt_with(&passphrase(RIGHT), Encryption::Scrypt { log_n: 15 }).expect("sealed");
    Patient { key: file(scene, "scrypt.pem", sealed.to_pem()), pass: Some(RIGHT), ..healthy }
}

/// The client's key in DER, as openssl writes it.
fn client_der(scene: &Scene, options: &[&str]) -> Vec<u8> {
    let out = scene.shop.path("client.der");
    let files = ["-in", scene.client.key.to_str().unwrap(), "-outform", "DER", "-out", out.to_str().unwrap()];
    scene.shop.run(options.iter().chain(&files));
    fs::read(out).unwrap()
}

/// The lines of base64 text, changed.
fn lines(pem: &str, change: impl Fn(&str) -> String) -> String {
    let text = |line: &str| !line.is_empty() && !line.contains(['-', ':']);
    pem.lines().map(|line| if text(line) { change(line) } else { format!("{line}\n") }).collect()
}

/// The parameters of the curve, spoiled, before the key, as `openssl ecparam -genkey` writes them.
fn with_parameters(scene: &Scene, spoil: impl Fn(String) -> String) -> Patient {
    const PARAMETERS: &str = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    key(scene, |own| spoil(PARAMETERS.to_owned()) + &own)
}

fn unpadded(pem: &str) -> String {
    assert!(pem.contains('='), "{pem}");
    pem.replace('=', "")
}

/// A client's certificate whose base64 text is padded, without that.
fn padded_certificate(scene: &Scene) -> Patient {
    let made = (0..64).map(|number| {
        scene.shop.leaf(&format!("padded{number}"), "payments", &scene.sub, Purpose::Client, Dates::Current)
    });
    let padded = made.into_iter().find(|leaf| text(&leaf.certificate).contains('=')).expect("one of many");
    let cert = file(scene, "unpadded.pem", unpadded(&text(&padded.certificate)));
    Patient { cert, key: padded.key, pass: None }
}

/// An RSA key whose numbers do not belong together, which OpenSSL does not notice.
fn contradictory(scene: &Scene) -> String {
    let out = scene.shop.path("rsa.der");
    let name = out.to_str().unwrap();
    scene.shop.run(["genrsa", "-out", name, "2048"]);
    scene.shop.run(["rsa", "-in", name, "-traditional", "-outform", "DER", "-out", name]);
    let mut der = fs::read(&out).unwrap();
    *der.last_mut().unwrap() ^= 1;
    certwright::pem::encode("RSA PRIVATE KEY", &der).to_string()
}

/// A header that goes on on the next line, as RFC 1421 allows.
fn folded_vector(pem: String) -> String {
    let (before, vector) = pem.split_once("CBC,").expect("DEK-Info");
    let (first, rest) = vector.split_at(8);
    format!("{before}CBC,{first}\n {rest}")
}

/// As ring, RustCrypto and Bouncy Castle write PKCS#8: the public part stands behind the private one.
fn second_version(scene: &Scene) -> Patient {
    let first = client_der(scene, &["pkcs8", "-topk8", "-nocrypt"]);
    let rest = first.strip_prefix(&[0x30, 0x81, 135, 2, 1, 0]).expect("a key on P-256");
    let (_, point) = rest.split_last_chunk::<65>().expect("a point");
    let second = [&[0x30, 0x81, 203, 2, 1, 1], rest, &[0x81, 66, 0], point].concat();
    let pem = certwright::pem::encode("PRIVATE KEY", &second);
    Patient { key: file(scene, "second.key", pem.as_bytes()), ..Patient::healthy(scene) }
}

/// As RustCrypto writes SEC1: nothing says which curve it is, or a block before it does.
fn nameless(scene: &Scene, before: &[&[u8]]) -> Patient {
    const CURVE: [u8; 12] = [0xa0, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let named = client_der(scene, &["ec"]);
    let (scalar, rest) = named.strip_prefix(&[0x30, 0x77]).expect("a key on P-256").split_at(37);
    let nameless = [&[0x30, 0x6b], scalar, rest.strip_prefix(&CURVE).expect("the curve")].concat();
    let mut text: String =
        before.iter().map(|der| certwright::pem::encode("EC PARAMETERS", der).to_string()).collect();
    text.push_str(&certwright::pem::encode("EC PRIVATE KEY", &nameless));
    Patient { key: file(scene, "nameless.key", text), ..Patient::healthy(scene) }
}

/// An Ed25519 key whose algorithm has the parameter NULL, as that of RSA does.
fn parameterised(scene: &Scene) -> Patient {
    let path = scene.shop.path("ed25519.key");
    let out = path.to_str().expect("UTF-8");
    scene.shop.run(["genpkey", "-algorithm", "ED25519", "-out", out]);
    let client = Made { certificate: path.clone(), key: path.clone() };
    let client =
        scene.shop.again("ed25519", "payments", &client, &scene.sub, super::strength::LEAF, Dates::Current);
    let usual = fs::read(der(scene, "key", &client.key, "ed25519.der")).expect("a key");
    let seed = usual.strip_prefix(b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70").expect("PKCS#8");
    let der = [b"\x30\x30\x02\x01\x00\x30\x07\x06\x03\x2b\x65\x70\x05\x00", seed].concat();
    let pem = certwright::pem::encode("PRIVATE KEY", &der);
    Patient { key: file(scene, "parameters.key", pem.as_bytes()), cert: client.certificate, pass: None }
}

/// As Bouncy Castle encrypts: under one octet of each character of the passphrase.
fn narrowed(scene: &Scene) -> Patient {
    let octets = file(scene, "octets", b"w\xf6rter");
    let (healthy, out) = (Patient::healthy(scene), scene.shop.path("narrowed.key"));
    let passout = format!("file:{}", octets.display());
    let files = ["-in", healthy.key.to_str().unwrap(), "-out", out.to_str().unwrap(), "-passout", &passout];
    scene.shop.run(PBES2.iter().chain(&files));
    Patient { key: out, pass: Some("w\u{f6}rter"), ..healthy }
}

/// A key that says of itself that AES-256-GCM encrypts it.
fn gcm(scene: &Scene) -> Patient {
    let sealed = sealed(scene, &[PBES2, &["-v2", "aes-256-cbc", "-outform", "DER"]].concat(), Some(RIGHT));
    let der = fs::read(&sealed.key).unwrap();
    let (cbc, gcm) = ([0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a], [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2e]);
    let at = der.windows(cbc.len()).position(|window| window == cbc).expect("AES-256-CBC");
    let (above, below) = der.split_at(at);
    let der = [above, &gcm, below.strip_prefix(&cbc).expect("found there")].concat();
    let pem = certwright::pem::encode("ENCRYPTED PRIVATE KEY", &der);
    Patient { key: file(scene, "gcm.key", pem.as_bytes()), ..sealed }
}

/// The way out that is named for what certwright does not open, taken.
#[test]
fn the_way_out_of_an_old_encryption_exists() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let old = sealed(&scene, &[&["ec", "-seed"], LEGACY].concat(), Some(RIGHT));
    let said = |patient: &Patient| {
        let diagnosis = patient.diagnose(None);
        let legacy = diagnosis.findings.into_iter().find(|finding| finding.rule == "key-encryption-legacy");
        legacy.expect("the cause").message
    };
    let message = said(&old);
    let (_, command) = message.split_once("(`openssl ").expect("a command");
    let command = command.trim_end_matches("`)").replace("FILE", old.key.to_str().unwrap());
    let out = scene.shop.path("anew.key");
    let command = command.replace("NEW", out.to_str().unwrap());
    let passphrases = [format!("pass:{RIGHT}"), format!("pass:{RIGHT}")];
    let [passin, passout] = passphrases.each_ref().map(String::as_str);
    scene.shop.run(command.split(' ').chain(["-passin", passin, "-passout", passout]));
    Patient { key: out, ..old }.send(&scene, gateway.port).assert_answered();

    // What is opened here, and by OpenSSL with no provider.
    let stored = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/gcm-rustcrypto.pem");
    let message = said(&Patient { key: stored.into(), ..gcm(&scene) });
    assert!(message.contains("OpenSSL 3.0 does not read: encrypt it anew"), "{message}");

    let message = said(&gcm(&scene));
    assert!(
        message.contains("OpenSSL 3.0 does not read") && message.contains("the program that wrote it"),
        "{message}"
    );
    assert!(!message.contains("certwright key encrypt"), "{message}");
}

/// The way out of another form is a command, and what it writes is what curl takes.
#[test]
fn the_commands_that_write_pem_do() {
    let (Some(scene), Some(program)) = (Scene::set(), option_env!("CARGO_BIN_EXE_certwright")) else {
        return;
    };
    let gateway = scene.guarded();
    let healthy = Patient::healthy(&scene);
    let right = file(&scene, "right.pass", RIGHT);
    let crt = |cert| Patient { cert, ..healthy.clone() };
    for (rule, patient) in [
        ("key-der", Patient { key: der(&scene, "key", &healthy.key, "plain.der"), ..healthy.clone() }),
        ("key-der", sealed(&scene, &[PBES2, &["-outform", "DER"]].concat(), Some(RIGHT))),
        ("certificate-der", crt(der(&scene, "x509", &healthy.cert, "crt.der"))),
        ("certificate-is-pkcs7", pkcs7(&scene)),
        ("certificate-is-pkcs7", {
            scene.shop.run(["pkcs7", "-in", "crt.p7b", "-outform", "DER", "-out", "binary.p7b"]);
            crt(scene.shop.path("binary.p7b"))
        }),
    ] {
        let said = patient.diagnose(None).findings.into_iter().find(|finding| finding.rule == rule);
        let message = said.expect("the cause").message;
        let (_, command) = message.split_once("(`").expect("a command");
        let (command, _) = command.split_once("`)").expect("its end");
        let out = scene.shop.path("written.pem");
        let of = if rule == "key-der" { &patient.key } else { &patient.cert };
        let command = command.replace("FILE", of.to_str().unwrap()).replace("NEW", out.to_str().unwrap());
        match command.split_once(' ').expect("a program") {
            ("certwright", words) => {
                let mut call = Command::new(program);
                call.args(words.split(' ')).env("CERTWRIGHT_PASSPHRASE_FILE", &right);
                assert!(call.output().expect("the program").status.success(), "{command}");
            }
            (_, words) => {
                scene.shop.run(words.split(' '));
            }
        }
        let written = match rule {
            "key-der" => Patient { key: out.clone(), ..patient },
            _ => Patient { cert: out.clone(), ..patient },
        };
        written.send(&scene, gateway.port).assert_answered();
        fs::remove_file(out).expect("its file");
    }
}

/// curl does not read it with the option that it has for DER.
#[test]
fn no_option_of_curl_reads_an_encrypted_key_in_der() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let sealed = sealed(&scene, &[PBES2, &["-outform", "DER"]].concat(), Some(RIGHT));
    let call = scene.call(gateway.port).client(&sealed.cert, &sealed.key).passphrase(RIGHT);
    assert_eq!(call.arg("--key-type").arg("DER").send().exit, 58);
    let diagnosis = sealed.diagnose(None);
    assert!(
        diagnosis.findings.iter().all(|finding| !finding.message.contains("--key-type")),
        "{diagnosis:#?}"
    );
}

fn public(scene: &Scene) -> Patient {
    let out = scene.shop.path("public.pem");
    let (from, to) = (scene.client.key.to_str().unwrap(), out.to_str().unwrap());
    scene.shop.run(["pkey", "-in", from, "-pubout", "-out", to]);
    Patient { key: out, ..Patient::healthy(scene) }
}

fn request(scene: &Scene) -> Patient {
    let out = scene.shop.path("client.csr");
    let (key, to) = (scene.client.key.to_str().unwrap(), out.to_str().unwrap());
    scene.shop.run(["req", "-new", "-key", key, "-subj", "/CN=payments", "-out", to]);
    Patient { key: out, ..Patient::healthy(scene) }
}

fn pkcs7(scene: &Scene) -> Patient {
    let out = scene.shop.path("crt.p7b");
    let (from, to) = (scene.client.certificate.to_str().unwrap(), out.to_str().unwrap());
    scene.shop.run(["crl2pkcs7", "-nocrl", "-certfile", from, "-out", to]);
    Patient { cert: out, ..Patient::healthy(scene) }
}

fn utf_16(scene: &Scene) -> Patient {
    let units = format!("\u{feff}{}", text(&scene.client.key))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<_>>();
    Patient { key: file(scene, "unicode.key", units), ..Patient::healthy(scene) }
}

#[test]
fn a_passphrase_that_is_nearly_right_is_told_from_a_wrong_one() {
    let Some(scene) = Scene::set() else { return };
    let key = fs::read(sealed(&scene, PBES2, None).key).unwrap();
    let returned = fs::read(sealed_under(&scene, "correct horse\r", PBES2, None).key).unwrap();
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let wide = [b"\xff\xfe".to_vec(), utf_16("correct horse\n")].concat();
    for (key, given, why) in [
        (&key, b"wrong".to_vec(), "give the one that it was encrypted with"),
        (&key, b"correct horse\n".to_vec(), "spaces or a line end"),
        (&key, b" correct horse".to_vec(), "spaces or a line end"),
        (&key, b"'correct horse'\n".to_vec(), "quotation marks"),
        (&key, b"\xef\xbb\xbfcorrect horse\r\n".to_vec(), "byte order mark"),
        (&key, wide, "UTF-16"),
        (&key, utf_16("correct horse"), "UTF-16"),
        (&returned, RIGHT.as_bytes().to_vec(), "a carriage return behind it"),
    ] {
        let given = Passphrase::from_bytes(given).unwrap();
        let case = Case::at(Timestamp::now()).key(File::new("private.pem", key)).passphrase(Some(&given));
        let diagnosis = examine(&case);
        assert_eq!(errors(&diagnosis), ["key-passphrase-wrong"], "{why}: {diagnosis:#?}");
        assert!(diagnosis.findings.iter().any(|f| f.message.contains(why)), "{why}: {diagnosis:#?}");
    }
}

/// What OpenSSL says of a certificate whose BEGIN or END is lost, and curl quotes.
#[test]
fn a_bad_end_line_is_named_where_openssl_names_one() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let lost: [(&str, Patient); 3] = [
        ("END", cert(&scene, without_end)),
        ("the right END", cert(&scene, |own| own.replace("END CERT", "END OTHER CERT"))),
        ("BEGIN", cert(&scene, without_begin)),
    ];
    for (what, patient) in lost {
        let answer = patient.send(&scene, gateway.port);
        let diagnosis = patient.diagnose(None);
        let said = diagnosis.findings.iter().any(|finding| finding.message.contains("`bad end line`"));
        assert_eq!(said, answer.stderr.contains("bad end line"), "{what}: {answer:?}, {diagnosis:#?}");
    }
    // The second certificate is lost, and nobody says so.
    let patient = chained(&scene, without_end, whole);
    patient.send(&scene, gateway.port).assert_answered();
    let diagnosis = patient.diagnose(None);
    let said = diagnosis.findings.iter().any(|finding| finding.message.contains("lost without a word"));
    assert!(said, "{diagnosis:#?}");
}

fn utf_32(scene: &Scene) -> Patient {
    let characters = format!("\u{feff}{}", text(&scene.client.key));
    let octets: Vec<_> = characters.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    Patient { key: file(scene, "wide.key", octets), ..Patient::healthy(scene) }
}

/// Labels over blocks that are encrypted as a whole: what is inside shows when they are opened.
const SEALED_LABELS: &[Row] = &[
    ("key-label", Key, |s| dek(s, |own| own.replace("EC PRIVATE KEY", "PRIVATE KEY")), Mended),
    ("key-label", Key, |s| dek(s, |own| own.replace("EC PRIVATE KEY", "RSA PRIVATE KEY")), Mended),
];

#[test]
fn each_cause_fails_in_curl_is_named_and_is_cured() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    Patient::healthy(&scene).send(&scene, gateway.port).assert_answered();
    let mut wrong = Vec::new();
    // Without the feature these are named, too, but cannot be opened to be encrypted anew.
    let opened = |row: &&Row| cfg!(feature = "legacy-keys") || row.0 != "key-encryption-legacy";
    let sealed = if cfg!(feature = "legacy-keys") { SEALED_LABELS } else { &[] };
    let rows = CAUSES.iter().filter(opened).chain(sealed);
    for (index, (rule, says, make, cure)) in rows.enumerate() {
        let patient = make(&scene);
        let row = format!("row {index}, {rule}");
        let answer = patient.send(&scene, gateway.port);
        let message = match says {
            Key => format!("unable to set private key file: '{}' type PEM", patient.key.display()),
            Certificate => format!("could not load PEM client certificate from {}", patient.cert.display()),
        };
        if answer.exit != 58 || !answer.stderr.contains(&message) {
            wrong.push(format!("{row}: curl did not fail as documented: {answer:?}"));
        }
        let diagnosis = patient.diagnose(None);
        if errors(&diagnosis) != [*rule] {
            wrong.push(format!("{row}: doctor says {:#?}", diagnosis.findings));
        }
        // What the reader of PEM fell over is not what is wrong.
        let leaks = |finding: &Finding| finding.message.contains("base64url") && *rule != "pem-base64url";
        if diagnosis.findings.iter().any(leaks) {
            wrong.push(format!("{row}: beside the point: {:#?}", diagnosis.findings));
        }
        let folder = tempfile::tempdir().unwrap();
        let cured = match cure {
            Mended => patient.mended(&diagnosis, folder.path()),
            Cure::Passphrase(right) => Patient { pass: Some(right), ..patient },
            OtherFiles if diagnosis.mends.is_empty() => continue,
            OtherFiles => {
                wrong.push(format!("{row}: of no use, and yet mended: {:?}", diagnosis.mends));
                continue;
            }
        };
        let answer = cured.send(&scene, gateway.port);
        if (answer.exit, answer.status) != (0, 200) {
            wrong.push(format!("{row}: not cured: {answer:?}, mends {:?}", diagnosis.mends));
        }
        let relapse = errors(&cured.diagnose(Some(&scene.truststore)));
        if !relapse.is_empty() {
            wrong.push(format!("{row}: cured, and doctor still says {relapse:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Only its public part, for which version 2 has room, tells what such a key is: nobody can write version 1.
#[test]
fn a_key_of_an_unknown_algorithm_is_not_mended_in_vain() {
    let Some(scene) = Scene::set() else { return };
    const EC: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    const NOBODYS: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 9];
    let known = text(&second_version(&scene).key);
    let mut der =
        certwright::pem::parse(known.as_bytes(), Reading::Strict).unwrap().remove(0).contents().to_vec();
    let at = der.windows(EC.len()).position(|window| window == EC).expect("its algorithm");
    der[at..at + EC.len()].copy_from_slice(NOBODYS);
    let pem = certwright::pem::encode("PRIVATE KEY", &der);
    let alone = |key: &[u8]| examine(&Case::at(Timestamp::now()).key(File::new("key", key)));
    let diagnosis = alone(pem.as_bytes());
    assert_eq!(errors(&diagnosis), ["key-version"], "{diagnosis:#?}");
    assert!(diagnosis.mends.is_empty());
    // Nor beside a fault that could be mended.
    let twice = alone(indented(pem.to_string()).as_bytes());
    assert_eq!(errors(&twice), ["key-version", "pem-indented"], "{twice:#?}");
    assert!(twice.mends.is_empty());
    // OpenSSL reads neither.
    let patient = Patient { key: file(&scene, "unknown.key", pem.as_bytes()), ..Patient::healthy(&scene) };
    let answer = patient.send(&scene, scene.guarded().port);
    assert!(answer.exit == 58 && answer.stderr.contains("unable to set private key file"), "{answer:?}");
}

/// It does not look whether they belong together: the key behind is not reached.
#[test]
fn an_rsa_key_that_contradicts_itself_is_taken_by_openssl() {
    let Some(scene) = Scene::set() else { return };
    let patient = key(&scene, |own| contradictory(&scene) + &own);
    let answer = patient.send(&scene, scene.guarded().port);
    assert!(answer.exit == 58 && answer.stderr.contains("does not match"), "{answer:?}");
    let diagnosis = patient.diagnose(None);
    assert_eq!(errors(&diagnosis), ["key-damaged"], "{diagnosis:#?}");
}

/// The END of the key is as broken when what follows on its line is no whole block.
#[test]
fn a_damaged_block_may_be_glued_to_the_key() {
    let Some(scene) = Scene::set() else { return };
    let behind = "-----BEGIN X-----\n!\n-----END X-----\n";
    let patient = key(&scene, |own| own.trim_end().to_owned() + behind);
    let answer = patient.send(&scene, scene.guarded().port);
    assert!(answer.exit == 58 && answer.stderr.contains("unable to set private key file"), "{answer:?}");
    let diagnosis = patient.diagnose(None);
    assert!(errors(&diagnosis).contains(&"pem-glued"), "{diagnosis:#?}");
}
