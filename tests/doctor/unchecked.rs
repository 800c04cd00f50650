//! Signatures that certwright does not check, and curl's other side does.

use std::fs;
use std::path::Path;

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::truststore::Rules;
use certwright::{Certificate, Timestamp};

use super::bench::{Patient, errors};
use super::strength::{BRAINPOOL, LEAF, P256, RSA_2048, made};
use crate::support::openssl::{CA, Made};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

fn diagnose(client: &Made, cert: &Path, chain: Option<&Made>, store: &Path) -> Diagnosis {
    let read = |path: &Path| fs::read(path).expect("a file of the scene");
    let (key, certificate, store) = (read(&client.key), read(cert), read(store));
    let chain = chain.map(|made| read(&made.certificate));
    let rules = Rules::for_target("nginx").expect("a known reader");
    let case = Case::at(Timestamp::now())
        .key(File::new("private.pem", &key))
        .certificate(File::new("crt.pem", &certificate))
        .truststore(File::new("store.pem", &store))
        .rules(&rules);
    examine(&chain.iter().fold(case, |case, chain| case.chain(File::new("chain.pem", chain))))
}

/// What cannot be verified is no "did not sign".
#[test]
fn names_and_key_identifiers_stand_in_for_a_signature_that_is_not_checked() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    for (what, key, digest, root_too) in [
        ("RSA with SHA-3", RSA_2048, "-sha3-256", false),
        ("brainpool", BRAINPOOL, "-sha256", false),
        ("RSA with SHA-3, the root, too", RSA_2048, "-sha3-256", true),
    ] {
        let own_root = root_too.then(|| made(&scene, "unchecked-root", RSA_2048, "-sha3-256", CA, None));
        let root = own_root.as_ref().unwrap_or(&scene.root);
        let sub = made(&scene, "unchecked", key, "-sha256", CA, Some(root));
        let client = made(&scene, "by-unchecked", P256, digest, LEAF, Some(&sub));
        let clients = Clients::Required { truststore: &root.certificate, depth: 1 };
        let server = Nginx::start(&nginx, scene.site(), clients);
        let send = |cert: &Path| {
            Patient { cert: cert.to_owned(), key: client.key.clone(), pass: None }
                .send(&scene, server.port)
                .status
        };
        let store = root.certificate.as_path();
        let pair = scene.shop.bundle("pair.pem", &[&client.certificate, &sub.certificate]);
        assert_eq!(send(&pair), 200, "{what}");
        let diagnosis = diagnose(&client, &pair, None, store);
        assert!(errors(&diagnosis).is_empty() && diagnosis.mends.is_empty(), "{what}: {diagnosis:#?}");
        let told = diagnosis.findings.iter().any(|finding| finding.rule == "signature-unchecked");
        assert!(told && !format!("{diagnosis:?}").contains("did not sign"), "{what}: {diagnosis:#?}");

        let reversed = scene.shop.bundle("reversed.pem", &[&sub.certificate, &client.certificate]);
        for (cert, chain, rule) in [
            (&reversed, None, "certificate-order"),
            (&client.certificate, Some(&sub), "intermediate-missing"),
        ] {
            let diagnosis = diagnose(&client, cert, chain, store);
            assert_eq!(errors(&diagnosis), [rule], "{what}: {diagnosis:#?}");
            let repaired = scene.shop.path("repaired.pem");
            fs::write(&repaired, diagnosis.mends[0].contents()).unwrap();
            assert_eq!(Certificate::open_all(&repaired).unwrap().len(), 2);
            assert_eq!(send(&repaired), 200, "{what}, {rule}");
        }
    }
}

/// A weak signature is said to be weak, and nothing else.
#[test]
fn a_weak_signature_is_no_other_authoritys() {
    let Some(scene) = Scene::set() else { return };
    let client = made(&scene, "weakly", P256, "-sha1", LEAF, Some(&scene.sub));
    let pair = scene.shop.bundle("weak.pem", &[&client.certificate, &scene.sub.certificate]);
    let diagnosis = diagnose(&client, &pair, None, &scene.root.certificate);
    let rules: Vec<_> = diagnosis.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["certificate-digest-weak", "chain-end", "signature-unchecked"], "{diagnosis:#?}");
}
