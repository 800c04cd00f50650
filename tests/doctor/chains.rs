//! Chains and truststores: what curl does not complain about, and the other side does.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::truststore::Rules;
use certwright::{Certificate, Severity, Timestamp};

use super::bench::{Patient, errors};
use crate::support::openssl::{Dates, Purpose};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

/// The rules named at any grade, the infos left out.
fn named(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings.iter().filter(|f| f.severity > Severity::Info).map(|f| f.rule).collect()
}

fn with_chain(scene: &Scene, cert: &Path, chain: Option<&Path>, truststore: &Path) -> Diagnosis {
    let read = |path: &Path| fs::read(path).expect("a file of the scene");
    let (key, certificate, store) = (read(&scene.client.key), read(cert), read(truststore));
    let chain = chain.map(read);
    let rules = Rules::none();
    let mut case = Case::at(Timestamp::now())
        .key(File::new("private.pem", &key))
        .certificate(File::new("crt.pem", &certificate))
        .truststore(File::new("truststore.pem", &store))
        .rules(&rules);
    if let Some(chain) = &chain {
        case = case.chain(File::new("chain.pem", chain));
    }
    examine(&case)
}

fn mended(diagnosis: &Diagnosis, name: &str) -> Vec<Certificate> {
    let mend = diagnosis.mends.iter().find(|mend| mend.name() == name).expect("a mend");
    Certificate::read_all(mend.contents()).expect("certificates")
}

#[test]
fn a_missing_intermediate_is_the_cause_where_the_store_lacks_it_and_is_appended() {
    let Some(scene) = Scene::set() else { return };
    let (cert, sub, root) = (&scene.client.certificate, &scene.sub.certificate, &scene.root.certificate);
    let diagnosis = with_chain(&scene, cert, Some(sub), root);
    assert_eq!(errors(&diagnosis), ["intermediate-missing"], "{diagnosis:#?}");
    let repaired = mended(&diagnosis, "crt.pem");
    assert_eq!(repaired.len(), 2);
    // With the store that has it, it is only good manners.
    let diagnosis = with_chain(&scene, cert, Some(sub), &scene.truststore);
    assert_eq!(named(&diagnosis), ["intermediate-missing"], "{diagnosis:#?}");
    assert_eq!(errors(&diagnosis), [""; 0]);
    // And without the chain at hand, the other side's refusal is all there is to say.
    let diagnosis = with_chain(&scene, cert, None, root);
    assert_eq!(errors(&diagnosis), ["client-chain"]);
    let told = &diagnosis.findings[0];
    assert!(told.message.contains("lacks the certificate of CN=Clients CA"), "{told}");
    assert_eq!(told.place.as_deref(), Some("crt.pem, line 1"));

    let Some(nginx) = peers::find("nginx") else { return };
    let server = Nginx::start(&nginx, scene.site(), Clients::Required { truststore: root, depth: 1 });
    let healthy = Patient::healthy(&scene);
    assert_eq!(healthy.send(&scene, server.port).status, 400);
    let cert = scene.shop.path("repaired.pem");
    fs::write(&cert, certwright::chain::to_pem(&repaired)).unwrap();
    Patient { cert, ..healthy }.send(&scene, server.port).assert_answered();
}

#[test]
fn a_chain_is_put_in_order_and_left_without_root_and_strangers() {
    let Some(scene) = Scene::set() else { return };
    let stranger = scene.shop.root("stranger", "Stranger");
    let [leaf, sub, root, stranger] =
        [&scene.client, &scene.sub, &scene.root, &stranger].map(|made| made.certificate.as_path());
    let below = scene.shop.subordinate("below", "Below", &scene.sub);
    let deep = scene.shop.leaf("deep", "deep", &below, Purpose::Client, Dates::Current);
    for (file, rules, length) in [
        (vec![leaf, sub], vec![], None),
        (vec![leaf, sub, root], vec!["chain-root-included"], Some(2)),
        (vec![leaf, stranger, sub], vec!["chain-root-included"], Some(2)),
        (vec![leaf, &below.certificate, sub], vec!["chain-unrelated"], Some(2)),
        (vec![sub, leaf], vec!["certificate-order"], Some(2)),
        (vec![root, sub, leaf], vec!["certificate-order", "chain-root-included"], Some(2)),
    ] {
        let cert = scene.shop.bundle("bag.pem", &file);
        let diagnosis = with_chain(&scene, &cert, None, &scene.truststore);
        let found: Vec<_> =
            diagnosis.findings.iter().map(|f| f.rule).filter(|rule| *rule != "chain-end").collect();
        assert_eq!(found, rules, "{file:?}: {diagnosis:#?}");
        let repaired = diagnosis.mends.iter().find(|mend| mend.name() == "crt.pem");
        assert_eq!(
            repaired.map(|mend| Certificate::read_all(mend.contents()).unwrap().len()),
            length,
            "{file:?}"
        );
    }
    let cert = scene.shop.bundle("bag.pem", &[&deep.certificate, sub, &below.certificate]);
    let patient = Patient { cert, key: deep.key, pass: None };
    let diagnosis = patient.diagnose(Some(&scene.truststore));
    assert_eq!(named(&diagnosis), ["chain-order"], "{diagnosis:#?}");
}

#[test]
fn certificates_out_of_their_time_are_errors() {
    let Some(scene) = Scene::set() else { return };
    let expired = scene.shop.leaf("expired", "payments", &scene.sub, Purpose::Client, Dates::Expired);
    let patient = Patient { cert: expired.certificate, key: expired.key, pass: None };
    assert_eq!(errors(&patient.diagnose(Some(&scene.truststore))), ["certificate-expired"]);
    let gateway = scene.guarded();
    assert!(patient.send(&scene, gateway.port).is_refused());

    let [text, key] = [&scene.client.certificate, &scene.client.key].map(|path| fs::read(path).unwrap());
    let case = Case::at("2019-12-31".parse().unwrap()).certificate(File::new("crt.pem", &text));
    let case = case.key(File::new("private.pem", &key));
    assert_eq!(errors(&examine(&case)), ["certificate-not-yet-valid"]);
}

#[test]
fn a_truststore_is_read_as_its_reader_does() {
    let Some(scene) = Scene::set() else { return };
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let store = |name: &str, text: String| -> PathBuf {
        let path = scene.shop.path(name);
        fs::write(&path, text).unwrap();
        path
    };
    let whole = read(&scene.truststore);
    let indented: String = whole.lines().map(|line| format!(" {line}\n")).collect();
    let rogue = scene.rogue().1;
    for (file, rules) in [
        (scene.truststore.clone(), vec![]),
        (store("indented.pem", indented), vec!["pem-indented"]),
        (store("with-key.pem", whole.clone() + &read(&scene.root.key)), vec!["truststore-holds-key"]),
        (scene.sub.certificate.clone(), vec!["store-chain-complete", "client-chain"]),
        (scene.web.certificate.clone(), vec!["client-chain"]),
        (store("glued.pem", whole.replace("-----\n-----", "----------")), vec!["pem-glued"]),
        (store("key.pem", read(&scene.root.key)), vec!["certificate-is-key"]),
    ] {
        let diagnosis = Patient::healthy(&scene).diagnose(Some(&file));
        assert_eq!(errors(&diagnosis), rules, "{}: {:#?}", file.display(), diagnosis.findings);
        for mend in &diagnosis.mends {
            assert_ne!(fs::read_to_string(mend.replaces()).unwrap(), whole);
            assert!(!String::from_utf8_lossy(mend.contents()).contains("PRIVATE KEY"), "{mend:?}");
        }
    }
    let patient = Patient { cert: rogue.certificate, key: rogue.key, pass: None };
    assert_eq!(errors(&patient.diagnose(Some(&scene.truststore))), ["client-chain"]);
}

/// The certificate and its intermediate, which is changed.
fn mangled(scene: &Scene, change: impl Fn(String) -> String) -> PathBuf {
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let path = scene.shop.path("mangled.pem");
    fs::write(&path, read(&scene.client.certificate) + &change(read(&scene.sub.certificate))).unwrap();
    path
}

/// OpenSSL does not find it, and only the other side notices.
#[test]
fn an_indented_intermediate_is_the_cause_where_the_store_lacks_it() {
    let Some(scene) = Scene::set() else { return };
    let indent = |text: String| text.lines().map(|line| format!(" {line}\n")).collect::<String>();
    let cert = mangled(&scene, indent);
    let patient = Patient { cert: cert.clone(), ..Patient::healthy(&scene) };
    patient.send(&scene, scene.guarded().port).assert_answered();
    let diagnosis = with_chain(&scene, &cert, None, &scene.truststore);
    assert_eq!((named(&diagnosis), errors(&diagnosis)), (vec!["pem-indented"], vec![]), "{diagnosis:#?}");

    let root = &scene.root.certificate;
    let diagnosis = with_chain(&scene, &cert, None, root);
    assert_eq!((named(&diagnosis), errors(&diagnosis)), (vec!["pem-indented"], vec!["pem-indented"]));
    let repaired = mended(&diagnosis, "crt.pem");
    assert_eq!(repaired.len(), 2);

    let Some(nginx) = peers::find("nginx") else { return };
    let server = Nginx::start(&nginx, scene.site(), Clients::Required { truststore: root, depth: 1 });
    assert_eq!(patient.send(&scene, server.port).status, 400);
    let cert = scene.shop.path("repaired.pem");
    fs::write(&cert, certwright::chain::to_pem(&repaired)).unwrap();
    Patient { cert, ..patient }.send(&scene, server.port).assert_answered();
}

fn without(text: &str, word: &str) -> String {
    text.lines().filter(|line| !line.contains(word)).map(|line| format!("{line}\n")).collect()
}

/// Of the base64 text.
fn without_last_line(text: String) -> String {
    let (above, end) = text.trim_end().rsplit_once('\n').expect("an END");
    let (above, _) = above.rsplit_once('\n').expect("base64 text");
    format!("{above}\n{end}\n")
}

type Damage = (fn(String) -> String, &'static str);

const DAMAGES: &[Damage] = &[
    (|text| without(&text, "BEGIN"), "pem-end-missing"),
    (|text| without(&text, "CERTIFICATE"), "pem-boundaries-missing"),
    (|text| text.lines().map(|line| format!("# {line}\n")).collect(), "pem-boundary"),
    (|text| text.replacen("-----\nM", "-----\n!", 1), "pem-damaged"),
    (|text| text.chars().take(200).collect(), "pem-end-missing"),
    (without_last_line, "certificate-damaged"),
    // No certificate, and so nothing that would follow one.
    (|_| "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(), "certificate-damaged"),
];

/// Nothing is said about what is left of a chain, and nothing written of it.
#[test]
fn of_a_damaged_chain_nothing_is_made() {
    let Some(scene) = Scene::set() else { return };
    for (change, rule) in DAMAGES {
        let cert = mangled(&scene, change);
        let diagnosis = with_chain(&scene, &cert, None, &scene.root.certificate);
        assert_eq!(errors(&diagnosis), [*rule], "{diagnosis:#?}");
        assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
        // As a store or a chain, too.
        let root = fs::read_to_string(&scene.root.certificate).unwrap();
        let sub = change(fs::read_to_string(&scene.sub.certificate).unwrap());
        let store = scene.shop.path("damaged.pem");
        fs::write(&store, root + &sub).unwrap();
        let diagnosis = with_chain(&scene, &scene.client.certificate, Some(&store), &store);
        assert_eq!(named(&diagnosis), [*rule; 2], "{diagnosis:#?}");
        assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
    }
}

#[test]
fn what_the_certificate_file_has_of_the_chain_counts() {
    let Some(scene) = Scene::set() else { return };
    let (sub, root) = (&scene.sub.certificate, &scene.root.certificate);
    let cert = mangled(&scene, |text| text);
    let diagnosis = with_chain(&scene, &cert, Some(root), &scene.truststore);
    assert_eq!(named(&diagnosis), [""; 0], "{diagnosis:#?}");
    let stranger = scene.shop.root("stranger", "Stranger").certificate;
    assert_eq!(named(&with_chain(&scene, &cert, Some(&stranger), root)), ["chain-unrelated"]);

    // A store that ends without the root gets the one that is at hand.
    let diagnosis = with_chain(&scene, &cert, Some(root), sub);
    assert_eq!(errors(&diagnosis), ["store-chain-complete", "client-chain"], "{diagnosis:#?}");
    assert_eq!(mended(&diagnosis, "truststore.pem").len(), 2);
    let repaired = scene.shop.path("completed.pem");
    fs::write(&repaired, diagnosis.mends[0].contents()).unwrap();
    assert_eq!(named(&with_chain(&scene, &cert, Some(root), &repaired)), [""; 0]);

    // Nobody else's store.
    let diagnosis = with_chain(&scene, &cert, Some(root), &scene.web.certificate);
    assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
    let told = |finding: &certwright::Finding| finding.message.contains("its root is not in the store");
    assert!(diagnosis.findings.iter().any(told), "{diagnosis:#?}");
}

/// An authority of the right name that did not sign is not left out without a word, and not at all where the one that
/// did is missing.
#[test]
fn a_namesake_of_the_issuer_is_named() {
    let Some(scene) = Scene::set() else { return };
    let namesake = scene.shop.subordinate("namesake", "Clients CA", &scene.root);
    let cert = scene.shop.bundle("namesakes.pem", &[&scene.client.certificate, &namesake.certificate]);
    let diagnosis = with_chain(&scene, &cert, None, &scene.truststore);
    assert_eq!(named(&diagnosis), ["chain-unrelated"], "{diagnosis:#?}");
    assert_eq!(mended(&diagnosis, "crt.pem").len(), 1);
    assert!(diagnosis.findings.iter().any(|finding| finding.message.contains("did not sign")));
    let diagnosis = with_chain(&scene, &cert, None, &scene.root.certificate);
    assert_eq!(named(&diagnosis), ["client-chain", "chain-unrelated"], "{diagnosis:#?}");
    assert!(diagnosis.mends.is_empty(), "{diagnosis:#?}");
}
