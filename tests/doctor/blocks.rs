//! Several certificates in one block, of which readers take the first.

use std::fs;

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::{Certificate, Timestamp};

use super::bench::{Patient, errors};
use crate::support::openssl::Made;
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

fn block(made: &[&Made]) -> String {
    let der = made.iter().map(|made| Certificate::open(&made.certificate).expect("openssl's").der().to_vec());
    certwright::pem::encode("CERTIFICATE", &der.collect::<Vec<_>>().concat()).to_string()
}

/// A client whose certificate file has these blocks.
fn patient(scene: &Scene, blocks: &[&[&Made]]) -> Patient {
    let cert = scene.shop.path("blocks.pem");
    fs::write(&cert, blocks.iter().map(|made| block(made)).collect::<String>()).expect("a writable folder");
    Patient { cert, ..Patient::healthy(scene) }
}

/// For the whole store, or for one that lacks the intermediate.
fn diagnose(scene: &Scene, patient: &Patient, whole: bool) -> Diagnosis {
    patient.diagnose(Some(if whole { &scene.truststore } else { &scene.root.certificate }))
}

#[test]
fn behind_the_client_another_certificate_is_a_cause_and_is_kept() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let one = patient(&scene, &[&[&scene.client, &scene.sub]]);
    assert_eq!(one.send(&scene, gateway.port).exit, 58);
    let diagnosis = diagnose(&scene, &one, false);
    assert_eq!(errors(&diagnosis), ["certificate-not-alone"], "{diagnosis:#?}");
    let mended = Certificate::read_all(diagnosis.mends[0].contents()).expect("certificates");
    assert_eq!(mended.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let cured = one.mended(&diagnosis, folder.path());
    cured.send(&scene, gateway.port).assert_answered();
    assert_eq!(errors(&diagnose(&scene, &cured, false)), [""; 0]);
}

/// The first of the file is read, so that curl says nothing; the other side lacks what curl does not find.
#[test]
fn below_the_client_it_is_the_cause_where_it_is_missed() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let two = patient(&scene, &[&[&scene.client], &[&scene.root, &scene.sub]]);
    two.send(&scene, scene.guarded().port).assert_answered();
    let diagnosis = diagnose(&scene, &two, true);
    assert_eq!(errors(&diagnosis), [""; 0], "{diagnosis:#?}");
    assert!(diagnosis.findings.iter().any(|f| f.rule == "certificate-not-alone"), "{diagnosis:#?}");

    let store = Clients::Required { truststore: &scene.root.certificate, depth: 1 };
    let server = Nginx::start(&nginx, scene.site(), store);
    assert_eq!(two.send(&scene, server.port).status, 400);
    let diagnosis = diagnose(&scene, &two, false);
    assert_eq!(errors(&diagnosis), ["certificate-not-alone"], "{diagnosis:#?}");
    let folder = tempfile::tempdir().unwrap();
    two.mended(&diagnosis, folder.path()).send(&scene, server.port).assert_answered();
}

#[test]
fn a_store_gets_a_block_for_each() {
    let Some(scene) = Scene::set() else { return };
    let text = block(&[&scene.sub, &scene.root]);
    let case = Case::at(Timestamp::now()).truststore(File::new("store.pem", text.as_bytes()));
    let diagnosis = examine(&case);
    assert_eq!(errors(&diagnosis), ["certificate-not-alone"], "{diagnosis:#?}");
    assert_eq!(Certificate::read_all(diagnosis.mends[0].contents()).expect("certificates").len(), 2);
}

/// OpenSSL looks for settings of trust, and their label, in the first block of a file only.
#[test]
fn the_label_of_trust_settings_hides_what_stands_below_the_client() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let two = patient(&scene, &[&[&scene.client], &[&scene.sub]]);
    let text = fs::read_to_string(&two.cert).expect("written");
    let (client, sub) = text.split_at(block(&[&scene.client]).len());
    let labelled = |text: &str| text.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
    let store = Clients::Required { truststore: &scene.root.certificate, depth: 2 };
    let server = Nginx::start(&nginx, scene.site(), store);

    fs::write(&two.cert, labelled(client) + sub).expect("a writable folder");
    two.send(&scene, server.port).assert_answered();
    assert_eq!(errors(&diagnose(&scene, &two, false)), [""; 0]);

    fs::write(&two.cert, client.to_owned() + &labelled(sub)).expect("a writable folder");
    assert_eq!(two.send(&scene, server.port).status, 400);
    let diagnosis = diagnose(&scene, &two, false);
    assert_eq!(errors(&diagnosis), ["certificate-label"], "{diagnosis:#?}");
    let folder = tempfile::tempdir().unwrap();
    two.mended(&diagnosis, folder.path()).send(&scene, server.port).assert_answered();
}
