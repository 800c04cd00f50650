//! Certificates alone: without `--key` curl takes the key from the file of `--cert`, and so does doctor.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, Given, examine};
use certwright::{PrivateKey, Timestamp};

use super::bench::{errors, passphrase};
use crate::support::curl::{Answer, Curl};
use crate::support::peers;
use crate::support::scene::{DOMAIN, Scene};

/// What is wrong (nothing where curl is answered), the file, and the passphrase that curl is given.
type Row = (&'static [&'static str], fn(&Scene) -> String, Option<&'static str>);

const ROWS: &[Row] = &[
    (&[], |s| cert(s) + &key(s), None),
    (&[], |s| key(s) + &cert(s), None),
    (&[], |s| cert(s) + &sealed(s), Some("right")),
    (&["key-absent"], cert, None),
    (&["key-passphrase-missing"], |s| cert(s) + &sealed(s), None),
    (&["key-passphrase-wrong"], |s| cert(s) + &sealed(s), Some("wrong")),
    (&["key-empty-passphrase"], |s| cert(s) + &under_nothing(s), None),
    (&["key-mismatch"], |s| cert(s) + &text(&s.sub.key), None),
    (&["key-not-first"], |s| cert(s) + &text(&s.sub.key) + &key(s), None),
];

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("PEM")
}

fn cert(scene: &Scene) -> String {
    text(&scene.client.certificate)
}

fn key(scene: &Scene) -> String {
    text(&scene.client.key)
}

fn sealed(scene: &Scene) -> String {
    let key = PrivateKey::open(&scene.client.key, None).expect("openssl's key");
    key.encrypt(&passphrase("right")).expect("sealed").to_pem()
}

fn under_nothing(scene: &Scene) -> String {
    let out = scene.shop.path("blank.key");
    let files = ["-in", scene.client.key.to_str().unwrap(), "-out", out.to_str().unwrap()];
    scene.shop.run(["pkcs8", "-topk8", "-passout", "pass:"].iter().chain(&files));
    text(&out)
}

fn put(scene: &Scene, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = scene.shop.path("alone.pem");
    fs::write(&path, contents).expect("a writable folder");
    path
}

/// curl with `--cert` and nothing else.
pub(crate) fn send(scene: &Scene, port: u16, cert: &Path, pass: Option<&str>) -> Answer {
    call(scene, port, cert, pass).send()
}

pub(crate) fn call(scene: &Scene, port: u16, cert: &Path, pass: Option<&str>) -> Curl {
    let curl = match peers::find("setsid") {
        Some(setsid) => Curl::without_terminal(&setsid, &scene.curl, DOMAIN, port),
        None => Curl::to(&scene.curl, DOMAIN, port),
    };
    let call = curl.trust(&scene.web.certificate).arg("--cert").arg(cert);
    pass.into_iter().fold(call, Curl::passphrase)
}

fn diagnose(scene: &Scene, cert: &Path, pass: Option<&str>) -> Diagnosis {
    let [certificate, store] = [cert, &scene.truststore].map(|path| fs::read(path).expect("a file"));
    let pass = pass.map(passphrase);
    let case = Case::at(Timestamp::now()).certificate(File::new("alone.pem", &certificate));
    let case = case.truststore(File::new("truststore.pem", &store)).passphrase(Given::from(pass.as_ref()));
    examine(&case)
}

#[test]
fn the_key_is_looked_for_beside_the_certificate() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    for (index, (rules, make, pass)) in ROWS.iter().enumerate() {
        let cert = put(&scene, make(&scene));
        let answer = send(&scene, gateway.port, &cert, *pass);
        let diagnosis = diagnose(&scene, &cert, *pass);
        assert_eq!(errors(&diagnosis), *rules, "row {index}: {:#?}", diagnosis.findings);
        let refused = format!("unable to set private key file: '{}' type PEM", cert.display());
        match rules.is_empty() {
            true => answer.assert_answered(),
            false => {
                assert!(answer.exit == 58 && answer.stderr.contains(&refused), "row {index}: {answer:?}")
            }
        }
    }
}

/// What is mended has both again, and a key that is not there keeps nobody from mending the certificates.
#[test]
fn what_is_mended_has_the_key_where_there_is_one() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let reversed = text(&scene.sub.certificate) + &cert(&scene);
    let file = put(&scene, format!("{reversed}{}", key(&scene)));
    let diagnosis = diagnose(&scene, &file, None);
    assert_eq!(errors(&diagnosis), ["certificate-order"], "{diagnosis:#?}");
    let mended = put(&scene, diagnosis.mends[0].contents());
    send(&scene, gateway.port, &mended, None).assert_answered();

    let diagnosis = diagnose(&scene, &put(&scene, cert(&scene) + &text(&scene.root.certificate)), None);
    let mended = String::from_utf8_lossy(diagnosis.mends[0].contents()).into_owned();
    assert_eq!((errors(&diagnosis), mended), (vec!["key-absent"], cert(&scene)));

    // Of a file whose key is damaged, no other is made that lacks it.
    let damaged = key(&scene).replacen("-----\nM", "-----\n!", 1);
    let diagnosis = diagnose(&scene, &put(&scene, reversed + &damaged), None);
    assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
}
