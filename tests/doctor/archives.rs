//! PKCS#12 in the place of PEM: what curl opens of it, and what doctor makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, Given, examine};
use certwright::file::Access;
use certwright::pkcs12::Builder;
use certwright::truststore::Rules;
use certwright::{Certificate, KeyType, PrivateKey, Timestamp};

use super::alone::{call, send};
use super::bench::{Patient, errors, passphrase};
use crate::support::scene::Scene;

const RIGHT: &str = "correct horse";

/// What openssl is told beside `pkcs12 -export`; whether curl opens the file with `--cert-type P12`.
const ROWS: &[(&[&str], bool)] = &[
    (&[], true),
    (&["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"], true),
    (&["-certpbe", "NONE", "-keypbe", "NONE"], true),
    (&["-nomac"], false),
    (&["-nokeys"], false),
    #[cfg(feature = "legacy-keys")]
    (&["-legacy"], false),
    #[cfg(feature = "legacy-keys")]
    (&["-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-RC2-128"], false),
];

/// The client and its intermediate.
fn archive(scene: &Scene, options: &[&str]) -> PathBuf {
    let out = scene.shop.path("client.p12");
    let chain = scene.shop.bundle("chain.pem", &[&scene.client.certificate, &scene.sub.certificate]);
    let [key, chain, to] = [&scene.client.key, &chain, &out].map(|path| path.to_str().unwrap());
    let passout = format!("pass:{RIGHT}");
    let files = ["-inkey", key, "-in", chain, "-out", to, "-passout", &passout];
    scene.shop.run(["pkcs12", "-export"].iter().chain(options).chain(&files));
    out
}

fn examined(cert: &Path, key: Option<&Path>, pass: Option<&str>) -> Diagnosis {
    let read = |path: &Path| fs::read(path).expect("a file");
    let (certificate, key) = (read(cert), key.map(read));
    let pass = pass.map(passphrase);
    let mut case = Case::at(Timestamp::now()).certificate(File::new("cert/client.p12", &certificate));
    if let Some(key) = &key {
        case = case.key(File::new("client.p12", key));
    }
    examine(&case.passphrase(Given::from(pass.as_ref())))
}

#[test]
fn a_client_in_pkcs12_is_taken_apart_and_curl_is_named_where_it_opens_the_file() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    for (options, opens) in ROWS {
        let file = archive(&scene, options);
        let answer = send(&scene, gateway.port, &file, Some(RIGHT));
        assert!(answer.exit == 58 && answer.stderr.contains("could not load PEM"), "{options:?}: {answer:?}");
        let as_p12 = call(&scene, gateway.port, &file, Some(RIGHT)).arg("--cert-type").arg("P12").send();
        assert_eq!(as_p12.exit == 0, *opens, "{options:?}: {as_p12:?}");

        let diagnosis = examined(&file, None, Some(RIGHT));
        let said =
            &diagnosis.findings.iter().find(|f| f.rule == "certificate-is-pkcs12").expect("said").message;
        assert_eq!(said.contains("or give it to curl"), *opens, "{options:?}: {said}");
        let [mend] = diagnosis.mends.as_slice() else { panic!("{options:?}: {diagnosis:#?}") };
        assert_eq!(mend.name(), "client.pem");
        let text = String::from_utf8_lossy(mend.contents());
        assert!(!text.contains("BEGIN PRIVATE") && !text.contains("BEGIN EC"), "{options:?}: {text}");
        if options.contains(&"-nokeys") {
            assert_eq!(errors(&diagnosis), ["key-absent", "certificate-is-pkcs12"]);
            continue;
        }
        assert_eq!(errors(&diagnosis), ["certificate-is-pkcs12"], "{options:?}: {diagnosis:#?}");
        assert!(
            text.contains("BEGIN ENCRYPTED PRIVATE KEY") && mend.access() == Access::Owner,
            "{options:?}"
        );
        let mended = scene.shop.path("mended.pem");
        fs::write(&mended, mend.contents()).expect("a writable folder");
        send(&scene, gateway.port, &mended, Some(RIGHT)).assert_answered();
        assert_eq!(errors(&examined(&mended, None, Some(RIGHT))), [""; 0], "{options:?}");
    }
}

/// The command that is named is the stand-in for this one.
#[test]
fn the_command_that_takes_it_apart_does() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let (file, out) = (archive(&scene, &[]), scene.shop.path("apart.pem"));
    let diagnosis = examined(&file, None, None);
    assert_eq!(errors(&diagnosis), ["key-passphrase-missing", "certificate-is-pkcs12"], "{diagnosis:#?}");
    let said = &diagnosis.findings.iter().find(|f| f.rule == "certificate-is-pkcs12").expect("said").message;
    assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
    let (_, command) = said.split_once("(`certwright openssl ").expect("a command");
    let (command, _) = command.split_once("`)").expect("its end");
    let command = command.replace("FILE", file.to_str().unwrap()).replace("NEW", out.to_str().unwrap());
    let passphrases = [format!("pass:{RIGHT}"), format!("pass:{RIGHT}")];
    let [passin, passout] = passphrases.each_ref().map(String::as_str);
    scene.shop.run(command.split(' ').chain(["-passin", passin, "-passout", passout]));
    send(&scene, gateway.port, &out, Some(RIGHT)).assert_answered();
}

#[test]
fn a_key_in_pkcs12_is_taken_out() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let patient = Patient { key: archive(&scene, &[]), pass: Some(RIGHT), ..Patient::healthy(&scene) };
    assert_eq!(patient.send(&scene, gateway.port).exit, 58);
    let diagnosis = patient.diagnose(None);
    assert_eq!(errors(&diagnosis), ["key-is-pkcs12"], "{diagnosis:#?}");
    let folder = tempfile::tempdir().unwrap();
    patient.mended(&diagnosis, folder.path()).send(&scene, gateway.port).assert_answered();
    // Taken out of it, another's key would be of no use either.
    let another = Patient { cert: scene.web.certificate.clone(), ..patient.clone() };
    let diagnosis = another.diagnose(None);
    assert_eq!(errors(&diagnosis), ["key-is-pkcs12", "key-mismatch"], "{diagnosis:#?}");
    assert!(diagnosis.mends.is_empty());
}

/// Both are causes: with the form that it has for PKCS#12, curl needs the passphrase all the same.
#[test]
fn a_passphrase_that_does_not_open_the_file_is_a_cause_beside_its_form() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let file = archive(&scene, &[]);
    let key = Patient::healthy(&scene).key;
    for (given, rule, why) in [
        (None, "key-passphrase-missing", "there is no passphrase"),
        (Some("wrong"), "key-passphrase-wrong", "give the one that it was encrypted with"),
        (Some("correct horse "), "key-passphrase-wrong", "spaces or a line end"),
        (Some("'correct horse'"), "key-passphrase-wrong", "quotation marks"),
        (Some("\u{feff}correct horse"), "key-passphrase-wrong", "byte order mark"),
    ] {
        let answer = call(&scene, gateway.port, &file, given).arg("--cert-type").arg("P12").send();
        assert_eq!(answer.exit, 58, "{given:?}: {answer:?}");
        for key in [None, Some(key.as_path())] {
            let diagnosis = examined(&file, key, given);
            assert_eq!(errors(&diagnosis), [rule, "certificate-is-pkcs12"], "{given:?}: {diagnosis:#?}");
            assert!(diagnosis.findings.iter().any(|f| f.rule == rule && f.message.contains(why)), "{why}");
            assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
        }
        let as_key = Patient { key: file.clone(), pass: given, ..Patient::healthy(&scene) }.diagnose(None);
        assert_eq!(errors(&as_key), [rule, "key-is-pkcs12"], "{given:?}: {as_key:#?}");
    }
}

/// Each key that is taken out is encrypted anew.
#[test]
fn a_file_of_many_keys_is_no_client() {
    let sealing = passphrase(RIGHT);
    let keys = [(); 5].map(|()| PrivateKey::generate(KeyType::EcdsaP256).expect("a key"));
    let builder = keys.iter().fold(Builder::default(), |builder, key| builder.key(key, None));
    let bytes = builder.seal(&sealing).expect("sealed");
    let case = Case::at(Timestamp::now()).key(File::new("many.p12", &bytes)).passphrase(Some(&sealing));
    let diagnosis = examine(&case);
    assert!(diagnosis.mends.is_empty() && errors(&diagnosis) == ["key-is-pkcs12"], "{diagnosis:#?}");
    assert!(diagnosis.findings.iter().any(|f| f.message.contains("5 private keys")), "{diagnosis:#?}");
}

/// The certificates of a store, with a key among them or without.
fn store(scene: &Scene, options: &[&str]) -> PathBuf {
    let out = scene.shop.path("store.p12");
    let [key, certificates, to] =
        [&scene.sub.key, &scene.truststore, &out].map(|path| path.to_str().unwrap().to_owned());
    let passout = format!("pass:{RIGHT}");
    let files = ["-inkey", &key, "-in", &certificates, "-out", &to, "-passout", &passout];
    scene.shop.run(["pkcs12", "-export"].iter().chain(options).chain(&files));
    out
}

#[test]
fn a_store_in_pkcs12_becomes_one_in_pem_without_its_keys() {
    let Some(scene) = Scene::set() else { return };
    let diagnose = |file: &Path, target: &str, pass: Option<&str>| {
        let (bytes, pass) = (fs::read(file).unwrap(), pass.map(passphrase));
        let rules = Rules::for_target(target).unwrap();
        let case = Case::at(Timestamp::now()).truststore(File::new("store.p12", &bytes)).rules(&rules);
        examine(&case.passphrase(Given::from(pass.as_ref())))
    };
    for (options, target, rules) in [
        (&["-nokeys"][..], "nginx", &["store-form"][..]),
        (&[], "nginx", &["truststore-holds-key", "store-form"]),
        (&[], "java", &["truststore-holds-key"]),
    ] {
        let diagnosis = diagnose(&store(&scene, options), target, Some(RIGHT));
        assert_eq!(errors(&diagnosis), rules, "{options:?}, {target}: {diagnosis:#?}");
        let [mend] = diagnosis.mends.as_slice() else { panic!("{options:?}, {target}: {diagnosis:#?}") };
        assert_eq!((mend.name(), Certificate::read_all(mend.contents()).unwrap().len()), ("store.pem", 2));
        assert!(!String::from_utf8_lossy(mend.contents()).contains("KEY-----"), "{options:?}, {target}");
    }
    let file = store(&scene, &["-nokeys"]);
    for (target, rules) in [("nginx", "store-form"), ("java", "store-closed")] {
        for (pass, words) in [
            (None, "there is no passphrase: give it"),
            (Some("wrong"), "give the one that it was encrypted with"),
            (Some("correct horse "), "spaces or a line end around it"),
        ] {
            let diagnosis = diagnose(&file, target, pass);
            assert_eq!(errors(&diagnosis), [rules], "{target}, {pass:?}: {diagnosis:#?}");
            let said = diagnosis.findings.iter().find(|f| f.rule == "store-closed").expect("said");
            assert!(!said.message.contains("private key") && said.message.contains(words), "{said:?}");
        }
    }
    // No passphrase opens what is damaged.
    let cut = scene.shop.path("cut.p12");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0);
    fs::write(&cut, bytes).unwrap();
    let diagnosis = diagnose(&cut, "java", Some(RIGHT));
    let said = diagnosis.findings.iter().find(|f| f.rule == "store-closed").expect("said");
    assert!(said.message.starts_with("failed to") && !said.message.contains("give"), "{said:?}");
    let healthy = diagnose(&file, "java", Some(RIGHT));
    assert!(errors(&healthy).is_empty() && healthy.mends.is_empty(), "{healthy:#?}");
}
