//! What people suspect and what is no cause: curl is answered, and doctor finds no error.

use std::fs;
use std::path::Path;

use certwright::doctor::{Case, File, examine};
use certwright::truststore::Rules;
use certwright::{Certificate, Timestamp};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::bench::{Patient, errors};
use crate::support::openssl::{Dates, Made};
use crate::support::scene::Scene;
use crate::support::sloppy;

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("PEM")
}

/// Both files, changed alike, under names of the caller's choice.
fn both(scene: &Scene, names: (&str, &str), change: impl Fn(String) -> Vec<u8>) -> Patient {
    let healthy = Patient::healthy(scene);
    let (cert, key) = (scene.shop.path(names.0), scene.shop.path(names.1));
    fs::write(&cert, change(text(&healthy.cert))).expect("a writable folder");
    fs::write(&key, change(text(&healthy.key))).expect("a writable folder");
    Patient { cert, key, pass: None }
}

const NAMES: (&str, &str) = ("innocent.pem", "innocent.key");

type Row = (&'static str, fn(&Scene) -> Patient);

const INNOCENT: &[Row] = &[
    ("any extension", |s| both(s, ("certificate.txt", "private.crt"), String::into_bytes)),
    ("CR LF", |s| both(s, NAMES, |text| text.replace('\n', "\r\n").into_bytes())),
    ("CR CR LF", |s| both(s, NAMES, |text| text.replace('\n', "\r\r\n").into_bytes())),
    ("CR CR LF in encrypted keys", |s| {
        let sealed = sealed(s, &["ec", "-aes256", "-passout", "pass:x"]);
        fs::write(&sealed.key, text(&sealed.key).replace('\n', "\r\r\n")).expect("a writable file");
        sealed
    }),
    ("no-break spaces at line ends", |s| both(s, NAMES, |text| text.replace('\n', "\u{a0}\n").into_bytes())),
    ("vertical tabs at line ends", |s| both(s, NAMES, |text| text.replace('\n', "\u{b}\r\n").into_bytes())),
    ("a byte order mark", |s| both(s, NAMES, |text| format!("\u{feff}{text}").into_bytes())),
    ("no final line end", |s| both(s, NAMES, |text| text.trim_end().as_bytes().to_vec())),
    ("text around", |s| both(s, NAMES, |text| format!("subject=x\n\n{text}\nbye\n").into_bytes())),
    ("spaces at line ends", |s| both(s, NAMES, |text| text.replace('\n', "  \n").into_bytes())),
    ("indented base64", |s| both(s, NAMES, |text| text.replace("\nM", "\n  M").into_bytes())),
    ("a blank line below BEGIN", |s| both(s, NAMES, |text| text.replacen("-\n", "-\n\n", 1).into_bytes())),
    ("one line of base64", |s| both(s, NAMES, |text| unwrapped(&text).into_bytes())),
    // OpenSSL passes over what it cannot read, and takes the key that it can.
    ("a damaged key before the key", |s| {
        beside(s, |other| other.replacen("-----\nM", "-----\n!", 1), |_| String::new())
    }),
    ("a key of nonsense before the key", |s| {
        beside(
            s,
            |_| "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(),
            |_| String::new(),
        )
    }),
    ("a key of OpenSSH before the key", |s| {
        beside(
            s,
            |_| certwright::pem::encode("OPENSSH PRIVATE KEY", b"openssh-key-v1\0").to_string(),
            |_| String::new(),
        )
    }),
    ("a key with the wrong END before the key", |s| {
        beside(s, |other| other.replace("END PRIVATE", "END EC PRIVATE"), |_| String::new())
    }),
    ("a key with four dashes before the key", |s| {
        beside(s, |other| other.replace("-----BEGIN", "----BEGIN"), |_| String::new())
    }),
    ("a key in an old encryption before the key, and a passphrase", |s| {
        let out = s.shop.path("old.key");
        let files = ["-in", s.sub.key.to_str().unwrap(), "-out", out.to_str().unwrap()];
        let options = ["pkcs8", "-topk8", "-v1", "PBE-MD5-DES", "-passout", "pass:another"];
        s.shop.run(options.iter().chain(&["-provider", "legacy", "-provider", "default"]).chain(&files));
        let healthy = Patient::healthy(s);
        Patient { key: s.shop.bundle("old-first.key", &[&out, &healthy.key]), pass: Some("x"), ..healthy }
    }),
    ("a commented-out key before the key", |s| beside(s, commented, |_| String::new())),
    ("a commented-out key behind the key", |s| beside(s, |_| String::new(), commented)),
    ("half a key behind the key", |s| beside(s, |_| String::new(), |other| other.chars().take(90).collect())),
    ("key and certificate in one file", |s| combined(s, |cert, key| cert + &key)),
    ("key before certificate in one file", |s| combined(s, |cert, key| key + &cert)),
    ("the intermediate, too", |s| chained(s, false)),
    ("the root, too", |s| chained(s, true)),
    ("bytes behind the intermediate, in its block", trailing),
    ("SEC1", |s| converted(s, &["ec"])),
    ("SEC1 behind EC PARAMETERS", parameters),
    ("RSA numbers without their signs", unsigned),
    ("a PKCS#8 key labelled EC", |s| relabelled(s, "EC PRIVATE KEY")),
    ("a plain key labelled ENCRYPTED", |s| relabelled(s, "ENCRYPTED PRIVATE KEY")),
    ("PKCS#8 under PBES2", |s| sealed(s, &["pkcs8", "-topk8", "-passout", "pass:x"])),
    ("PKCS#8 under scrypt", |s| sealed(s, &["pkcs8", "-topk8", "-scrypt", "-passout", "pass:x"])),
    ("PKCS#12 PBE with 3DES", |s| {
        sealed(s, &["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-passout", "pass:x"])
    }),
    ("an empty passphrase, when it is given", |s| Patient {
        pass: Some(""),
        ..converted(s, &["pkcs8", "-topk8", "-passout", "pass:"])
    }),
    // Not opened here, and curl opens it.
    ("PBES2 with AES in a stream", |s| {
        sealed(s, &["pkcs8", "-topk8", "-v2", "aes-256-cfb", "-passout", "pass:x"])
    }),
    ("PBES2 with Camellia", |s| {
        sealed(s, &["pkcs8", "-topk8", "-v2", "camellia-256-cbc", "-passout", "pass:x"])
    }),
    ("DEK-Info with ARIA", |s| sealed(s, &["ec", "-aria256", "-passout", "pass:x"])),
    ("headers without spaces, with more behind them", |s| {
        let sealed = sealed(s, &["ec", "-aes256", "-passout", "pass:x"]);
        let changed = text(&sealed.key).replace(": ", ":").replace("AES-256-CBC", "aes-256-cbc");
        fs::write(&sealed.key, changed.replacen("\n\n", "\nName: value\n\n", 1)).expect("a writable file");
        sealed
    }),
    ("DEK-Info with AES", |s| sealed(s, &["ec", "-aes256", "-passout", "pass:x"])),
];

/// An RSA key whose numbers are negative, if one reads them as DER.
fn unsigned(scene: &Scene) -> Patient {
    let [path, der] = ["rsa.key", "rsa.der"].map(|name| scene.shop.path(name));
    let [out, traditional] = [&path, &der].map(|path| path.to_str().expect("UTF-8"));
    scene.shop.run(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", out]);
    scene.shop.run(["rsa", "-in", out, "-traditional", "-outform", "DER", "-out", traditional]);
    let key = Made { certificate: path.clone(), key: path.clone() };
    let made = scene.shop.again("rsa", "payments", &key, &scene.sub, super::strength::LEAF, Dates::Current);
    let without = |contents: &[u8]| contents.strip_prefix(&[0]).unwrap_or(contents).to_vec();
    let sloppy = sloppy::private(&fs::read(der).expect("a key"), without);
    fs::write(&path, certwright::pem::encode("RSA PRIVATE KEY", &sloppy).as_bytes()).expect("writable");
    Patient { cert: made.certificate, key: path, pass: None }
}

/// The base64 of each block on one line.
fn unwrapped(text: &str) -> String {
    text.replace("-----\n", "-----\r").replace("\n-----", "\r-----").replace('\n', "").replace('\r', "\n")
}

fn commented(text: String) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

/// The key with another one beside it, changed.
fn beside(scene: &Scene, before: fn(String) -> String, behind: fn(String) -> String) -> Patient {
    let (healthy, path) = (Patient::healthy(scene), scene.shop.path("beside.key"));
    let (own, other) = (text(&healthy.key), text(&scene.sub.key));
    fs::write(&path, before(other.clone()) + &own + &behind(other)).expect("a writable folder");
    Patient { key: path, ..healthy }
}

fn combined(scene: &Scene, join: impl Fn(String, String) -> String) -> Patient {
    let (healthy, path) = (Patient::healthy(scene), scene.shop.path("both.pem"));
    fs::write(&path, join(text(&healthy.cert), text(&healthy.key))).expect("a writable folder");
    Patient { cert: path.clone(), key: path, pass: None }
}

fn chained(scene: &Scene, root: bool) -> Patient {
    let mut parts = vec![scene.client.certificate.as_path(), &scene.sub.certificate];
    parts.extend(root.then_some(scene.root.certificate.as_path()));
    Patient { cert: scene.shop.bundle("chained.pem", &parts), ..Patient::healthy(scene) }
}

fn trailing(scene: &Scene) -> Patient {
    let sub = Certificate::open(&scene.sub.certificate).expect("openssl's certificate");
    let longer = certwright::pem::encode("CERTIFICATE", &[sub.der(), b"more"].concat());
    let (healthy, path) = (Patient::healthy(scene), scene.shop.path("trailing.pem"));
    fs::write(&path, [text(&healthy.cert).as_str(), longer.as_str()].concat()).expect("a writable folder");
    Patient { cert: path, ..healthy }
}

fn converted(scene: &Scene, options: &[&str]) -> Patient {
    let (healthy, out) = (Patient::healthy(scene), scene.shop.path("converted.key"));
    let files = ["-in", healthy.key.to_str().unwrap(), "-out", out.to_str().unwrap()];
    scene.shop.run(options.iter().chain(&files));
    Patient { key: out, ..healthy }
}

fn sealed(scene: &Scene, options: &[&str]) -> Patient {
    Patient { pass: Some("x"), ..converted(scene, options) }
}

fn parameters(scene: &Scene) -> Patient {
    let curve = scene.shop.path("curve.pem");
    scene.shop.run(["ecparam", "-name", "prime256v1", "-out", curve.to_str().unwrap()]);
    let key = converted(scene, &["ec"]);
    Patient { key: scene.shop.bundle("with-curve.key", &[&curve, &key.key]), ..key }
}

fn relabelled(scene: &Scene, label: &str) -> Patient {
    let (healthy, path) = (Patient::healthy(scene), scene.shop.path("relabelled.key"));
    fs::write(&path, text(&healthy.key).replace("PRIVATE KEY", label)).expect("a writable folder");
    Patient { key: path, ..healthy }
}

#[test]
fn what_is_no_cause_is_answered_by_curl_and_is_no_error() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    for (what, make) in INNOCENT {
        let patient = make(&scene);
        let answer = patient.send(&scene, gateway.port);
        assert_eq!((answer.exit, answer.status), (0, 200), "{what}: {answer:?}");
        let diagnosis = patient.diagnose(Some(&scene.truststore));
        assert_eq!(errors(&diagnosis), [""; 0], "{what}: {:#?}", diagnosis.findings);
    }
}

/// Other readers strip less at the end of a line.
#[test]
fn what_openssl_does_not_see_at_line_ends_stops_rustls() {
    let Some(scene) = Scene::set() else { return };
    let whole = text(&scene.truststore);
    let read = |text: &str| {
        let certificates = CertificateDer::pem_slice_iter(text.as_bytes());
        certificates.collect::<Result<Vec<_>, _>>().is_ok_and(|found| found.len() == 2)
    };
    for (end, loads) in [("\r\r\n", true), ("\u{a0}\n", false), ("\u{b}\n", false)] {
        let store = whole.replace('\n', end);
        assert_eq!(read(&store), loads, "{end:?}");
        for (target, healthy) in [("openssl", true), ("rustls", loads)] {
            let rules = Rules::for_target(target).expect("a reader");
            let store = File::new("store.pem", store.as_bytes());
            let diagnosis = examine(&Case::at(Timestamp::now()).truststore(store).rules(&rules));
            assert_eq!(diagnosis.is_healthy(), healthy, "{target}, {end:?}: {diagnosis:#?}");
            let mended = diagnosis.mends.first().map(|mend| read(&String::from_utf8_lossy(mend.contents())));
            assert_eq!(mended, (!healthy).then_some(true), "{target}, {end:?}");
        }
    }
}
