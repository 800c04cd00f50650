//! What OpenSSL loads at its security level 2, and what not: the one row beside the other.

use std::fs;
use std::path::Path;

use certwright::doctor::{Case, File, examine};
use certwright::truststore::Rules;
use certwright::{Finding, Timestamp};

use super::bench::{Patient, errors};
use crate::support::haproxy::HaProxy;
use crate::support::openssl::{CA, Made};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::Gateway;

pub(super) const LEAF: &str = "basicConstraints = critical, CA:FALSE\nextendedKeyUsage = clientAuth\n";

pub(super) const P256: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P521: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
const K256: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"];
pub(super) const BRAINPOOL: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"];
const PSS: &[&str] = &["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"];
const P192: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:prime192v1"];
const P224: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:secp224r1"];
const RSA_1024: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
/// The last that rounds to less than 112 bits of security, and the first that does not.
const RSA_1962: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:1962"];
const RSA_1963: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:1963"];
pub(super) const RSA_2048: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

/// A certificate by `openssl x509`, which signs with every digest; its own issuer where there is none.
pub(super) fn made(
    scene: &Scene,
    file: &str,
    key: &[&str],
    digest: &str,
    extensions: &str,
    issuer: Option<&Made>,
) -> Made {
    let private = scene.shop.path(&format!("{file}.key"));
    scene.shop.run([&["genpkey", "-out", private.to_str().expect("UTF-8"), "-algorithm"], key].concat());
    certified(scene, file, extensions, &private, digest, issuer)
}

fn certified(
    scene: &Scene,
    file: &str,
    extensions: &str,
    key: &Path,
    digest: &str,
    issuer: Option<&Made>,
) -> Made {
    let shop = &scene.shop;
    let paths = ["pem", "csr", "ext"].map(|end| shop.path(&format!("{file}.{end}")));
    fs::write(&paths[2], extensions).expect("a writable folder");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let [certificate, request, extensions] = paths.each_ref().map(|path| text(path));
    let private = text(key);
    shop.run(["req", "-new", "-key", &private, "-subj", &format!("/CN={file}"), "-out", &request]);
    let files = ["x509", "-req", "-in", &request, "-extfile", &extensions, "-out", &certificate, digest];
    let signer = match issuer {
        None => vec!["-signkey".to_owned(), private.clone()],
        Some(issuer) => {
            vec![
                "-CAcreateserial".into(),
                "-CA".into(),
                text(&issuer.certificate),
                "-CAkey".into(),
                text(&issuer.key),
            ]
        }
    };
    shop.run(files.map(str::to_owned).into_iter().chain(signer));
    Made { certificate: paths[0].clone(), key: key.to_owned() }
}

/// A client of the scene's subordinate.
fn client(scene: &Scene, key: &[&str], digest: &str) -> Patient {
    sending(scene, &made(scene, "weak", key, digest, LEAF, Some(&scene.sub)), &[])
}

/// A good client below such a subordinate, which is sent, too.
fn below(scene: &Scene, key: &[&str], digest: &str) -> Patient {
    let above = made(scene, "above", key, digest, CA, Some(&scene.root));
    let client = made(scene, "below", P256, "-sha256", LEAF, Some(&above));
    sending(scene, &client, &[&above])
}

/// A good client that sends such a root.
fn with_root(scene: &Scene, key: &[&str], digest: &str) -> Patient {
    let root = made(scene, "top", key, digest, CA, None);
    let client = made(scene, "under", P256, "-sha256", LEAF, Some(&root));
    sending(scene, &client, &[&root])
}

fn sending(scene: &Scene, client: &Made, above: &[&Made]) -> Patient {
    let chain: Vec<_> =
        std::iter::once(client).chain(above.iter().copied()).map(|made| made.certificate.as_path()).collect();
    Patient { cert: scene.shop.bundle("weak-chain.pem", &chain), key: client.key.clone(), pass: None }
}

/// What is sent, what OpenSSL says of it, the rules of doctor, and whether it is mended.
type Row = (fn(&Scene) -> Patient, Option<&'static str>, &'static [&'static str], bool);

const SMALL: &str = "certificate-key-small";
const WEAK: &str = "certificate-digest-weak";
const KEY: &[&str] = &[SMALL];
const DIGEST: &[&str] = &[WEAK];
const UNUSABLE: &[&str] = &["certificate-key-unusable"];

const ROWS: &[Row] = &[
    (|s| client(s, P256, "-sha1"), Some("ca md too weak"), DIGEST, false),
    (|s| client_of_rsa(s, "-md5"), Some("ca md too weak"), DIGEST, false),
    (|s| client(s, P256, "-sha224"), None, &[], false),
    // OpenSSL 3.0 knows the digest of the one and not of the other.
    (|s| client(s, P256, "-sha3-256"), Some("ca md too weak"), DIGEST, false),
    (|s| client_of_rsa(s, "-sha3-256"), None, &[], false),
    (|s| client_of_rsa(s, "-sha512-256"), Some("ca md too weak"), DIGEST, false),
    (|s| client(s, RSA_1024, "-sha256"), Some("ee key too small"), KEY, false),
    (|s| client(s, RSA_1962, "-sha256"), Some("ee key too small"), KEY, false),
    (|s| client(s, RSA_1963, "-sha256"), None, &[], false),
    (|s| client(s, P192, "-sha256"), Some("ee key too small"), KEY, false),
    // Loaded, and of no use in TLS.
    (|s| client(s, P224, "-sha256"), None, UNUSABLE, false),
    (|s| client(s, RSA_1024, "-sha1"), Some("ee key too small"), &[SMALL, WEAK], false),
    (|s| below(s, P256, "-sha1"), Some("ca md too weak"), DIGEST, false),
    (|s| below(s, RSA_1024, "-sha256"), Some("ca key too small"), KEY, false),
    (|s| below(s, RSA_1963, "-sha256"), None, &[], false),
    // A root's word about itself counts for nothing, its key does; and it need not be sent.
    (|s| with_root(s, P256, "-sha1"), None, &[], true),
    (|s| with_root(s, RSA_2048, "-sha1"), None, &[], true),
    (|s| with_root(s, RSA_1024, "-sha256"), Some("ca key too small"), KEY, true),
    (|s| sending(s, &made(s, "alone", P256, "-sha1", LEAF, None), &[]), None, &[], false),
];

/// No digest of ECDSA is MD5.
fn client_of_rsa(scene: &Scene, digest: &str) -> Patient {
    let above = made(scene, "rsa", RSA_2048, "-sha256", CA, Some(&scene.root));
    sending(scene, &made(scene, "weak", P256, digest, LEAF, Some(&above)), &[])
}

#[test]
fn openssl_loads_what_doctor_finds_strong_enough_and_nothing_else() {
    let Some(scene) = Scene::set() else { return };
    // It asks for no certificate; curl loads the one it is given all the same.
    let gateway = Gateway::start(scene.site(), None);
    let mut wrong = Vec::new();
    for (index, (make, words, rules, mended)) in ROWS.iter().enumerate() {
        let patient = make(&scene);
        let answer = patient.send(&scene, gateway.port);
        let expected = words.map_or(0, |_| 58);
        if answer.exit != expected || !answer.stderr.contains(words.unwrap_or_default()) {
            wrong.push(format!("row {index}: curl says {answer:?}"));
        }
        let diagnosis = patient.diagnose(None);
        if errors(&diagnosis) != *rules || diagnosis.mends.is_empty() == *mended {
            wrong.push(format!("row {index}: doctor says {diagnosis:#?}"));
        }
        let folder = tempfile::tempdir().expect("a folder");
        if *mended && patient.mended(&diagnosis, folder.path()).send(&scene, gateway.port).exit != 0 {
            wrong.push(format!("row {index}: not cured by {:?}", diagnosis.mends));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What curl itself refuses is no refusal of the other side.
#[test]
fn the_store_is_not_blamed_for_what_curl_refuses() {
    let Some(scene) = Scene::set() else { return };
    let store = fs::read(&scene.truststore).unwrap();
    let rules = Rules::for_target("openssl").unwrap();
    let said = |patient: &Patient| {
        let certificate = fs::read(&patient.cert).unwrap();
        let key = fs::read(&patient.key).unwrap();
        let case = Case::at(Timestamp::now()).certificate(File::new("crt.pem", &certificate));
        let case = case.key(File::new("private.pem", &key));
        let diagnosis = examine(&case.truststore(File::new("store.pem", &store)).rules(&rules));
        let errors: Vec<Finding> = diagnosis.findings.into_iter().filter(Finding::is_error).collect();
        errors.into_iter().map(|finding| (finding.rule, finding.place.unwrap())).collect::<Vec<_>>()
    };
    let place = "crt.pem, line 1".to_owned();
    assert_eq!(said(&client(&scene, RSA_1024, "-sha256")), [(SMALL, place.clone())]);
    assert_eq!(said(&client(&scene, P256, "-sha1")), [(WEAK, place)]);
    assert_eq!(said(&client(&scene, RSA_1963, "-sha256")), []);
}

/// What OpenSSL loads, and TLS has no signature for.
#[test]
fn a_key_that_tls_does_not_know_is_of_no_use() {
    let (Some(haproxy), Some(scene)) = (peers::find("haproxy"), Scene::set()) else { return };
    let parameters = scene.shop.path("dsa.par");
    let dsa = ["genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048", "-out"];
    scene.shop.run(dsa.into_iter().chain([parameters.to_str().unwrap()]));
    let server = HaProxy::start(&haproxy, scene.site(), &scene.truststore);
    let found = |key: &[&str], option: &[&str]| {
        let patient = match key {
            ["DSA"] => {
                let key = scene.shop.path("dsa.key");
                let files = ["-paramfile", parameters.to_str().unwrap(), "-out", key.to_str().unwrap()];
                scene.shop.run(["genpkey"].iter().chain(&files));
                sending(&scene, &certified(&scene, "dsa", LEAF, &key, "-sha256", Some(&scene.sub)), &[])
            }
            key => client(&scene, key, "-sha256"),
        };
        let made = Made { certificate: patient.cert.clone(), key: patient.key.clone() };
        let mut call = scene.call_as(&made, server.port);
        for word in option {
            call = call.arg(word);
        }
        (call.send(), errors(&patient.diagnose(Some(&scene.truststore))))
    };
    for key in [P256, P521, RSA_2048, &["ED25519"], &["ED448"], PSS] {
        let (answer, errors) = found(key, &[]);
        assert_eq!((answer.status, errors), (200, vec![]), "{key:?}");
    }
    for key in [P224, K256, BRAINPOOL, &["DSA"]] {
        let (answer, errors) = found(key, &[]);
        assert!(answer.is_refused() && answer.stderr.contains("certificate required"), "{key:?}: {answer:?}");
        assert_eq!(errors, UNUSABLE, "{key:?}");
    }
    // The one way out that is named.
    assert_eq!(found(&["DSA"], &["--tls-max", "1.2"]).0.status, 200);
    assert!(found(K256, &["--tls-max", "1.2"]).0.stderr.contains("illegal parameter"));
}
