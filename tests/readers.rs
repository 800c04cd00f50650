//! Predictions held against the readers themselves: a table of client, store and reader in which both agree.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "readers/cases.rs"]
mod cases;
mod forge;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use cases::{Case, authority, cases, client, lasting, made_by_openssl, run};
use certwright::chain::{Verifier, to_pem};
use certwright::truststore::{Ends, Rules, Truststore};
use certwright::{Certificate, Timestamp};
use forge::Plan;
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use support::haproxy::HaProxy;
use support::peers;
use support::scene::Scene;
use support::servers::{Clients, Nginx};

/// Ends the test with every case in which the prediction and the reader differ; `None` is a case left out.
fn agree(rules: &Rules, folder: &Path, reader: impl Fn(&Case) -> Option<bool>) {
    agree_at_once(rules, folder, |cases| cases.iter().map(reader).collect());
}

/// The same for a reader that answers all cases in one run.
fn agree_at_once(rules: &Rules, folder: &Path, reader: impl FnOnce(&[Case]) -> Vec<Option<bool>>) {
    let mut accepted = 0;
    let mut wrong = Vec::new();
    let cases = cases(folder);
    let answers = reader(&cases);
    assert_eq!(answers.len(), cases.len(), "{} answers other cases", rules.target);
    // Later than what openssl has made just now.
    let now = Timestamp::now();
    for (case, really) in cases.iter().zip(answers) {
        let prediction = Truststore::predict(&case.store, rules, &case.presented, now);
        let Some(really) = really else { continue };
        accepted += usize::from(really);
        if prediction.is_accepted() != really {
            wrong
                .push(format!("{}: {} accepts: {really}, predicted {prediction:?}", case.name, rules.target));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A reader that answers the same to everything would agree by accident.
    assert!(accepted >= 4 && accepted + 4 <= cases.len(), "{} accepted {accepted}", rules.target);
}

fn rules(target: &str) -> Rules {
    Rules::for_target(target).unwrap()
}

fn write(folder: &Path, name: &str, certificates: &[Certificate]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, to_pem(certificates)).unwrap();
    path
}

#[test]
fn openssl_agrees() {
    let Some(openssl) = peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    agree(&rules("openssl"), folder, |case| {
        write(folder, "store", &case.store);
        write(folder, "leaf", &case.presented[..1]);
        let mut arguments = vec![
            "verify",
            "-auth_level",
            "2",
            "-purpose",
            "sslclient",
            "-no-CApath",
            "-no-CAstore",
            "-CAfile",
            "store",
        ];
        if case.presented.len() > 1 {
            write(folder, "sent", &case.presented[1..]);
            arguments.extend(["-untrusted", "sent"]);
        }
        arguments.push("leaf");
        Some(run(&openssl, folder, &arguments))
    });
}

#[test]
fn nginx_agrees() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    agree(&rules("nginx"), folder, |case| {
        let truststore = write(folder, "store", &case.store);
        let made = support::openssl::Made {
            certificate: write(folder, "crt.pem", &case.presented),
            key: folder.join("private.pem"),
        };
        fs::write(&made.key, &case.key).unwrap();
        let clients = Clients::Required { truststore: &truststore, depth: 1 };
        let server = Nginx::start(&nginx, scene.site(), clients);
        Some(scene.call_as(&made, server.port).send().status == 200)
    });
}

#[test]
fn haproxy_agrees() {
    let (Some(haproxy), Some(scene)) = (peers::find("haproxy"), Scene::set()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    agree(&rules("haproxy"), folder, |case| {
        let truststore = write(folder, "store", &case.store);
        let made = support::openssl::Made {
            certificate: write(folder, "crt.pem", &case.presented),
            key: folder.join("private.pem"),
        };
        fs::write(&made.key, &case.key).unwrap();
        let server = HaProxy::start(&haproxy, scene.site(), &truststore);
        Some(scene.call_as(&made, server.port).send().status == 200)
    });
}

/// The trust manager that a server of Java asks about a client.
#[test]
fn java_agrees() {
    let (Some(java), Some(_)) = (peers::find("java"), peers::find("javac")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    agree_at_once(&rules("java"), folder, |cases| {
        let cases = cases.iter().enumerate().map(|(number, case)| {
            write(folder, &format!("{number}.store"), &case.store);
            write(folder, &format!("{number}.presented"), &case.presented);
            number.to_string()
        });
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readers/Clients.java");
        let output = Command::new(java).arg(program).arg(folder).args(cases).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines().map(|line| Some(line == "accepted")).collect()
    });
}

#[test]
fn rustls_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let web_root = authority("Web Root").self_signed();
    let web = lasting(forge::server("web.example.com")).under(&web_root);
    agree(&rules("rustls"), folder.path(), |case| {
        let mut roots = RootCertStore::empty();
        case.store.iter().for_each(|anchor| roots.add(CertificateDer::from(anchor)).unwrap());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .unwrap();
        let server = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![CertificateDer::from(&web.certificate)], key_der(&web.key_pem()))
            .unwrap();
        let mut trusted = RootCertStore::empty();
        trusted.add(CertificateDer::from(&web_root.certificate)).unwrap();
        let sent = case.presented.iter().map(CertificateDer::from).collect();
        let client = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(trusted)
            .with_client_auth_cert(sent, key_der(&case.key));
        // A key that rustls does not sign with does not get in either.
        Some(client.is_ok_and(|client| shake_hands(server, client)))
    });
}

fn key_der(pem: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// A handshake in memory; whether the server is satisfied with the client.
fn shake_hands(server: rustls::ServerConfig, client: rustls::ClientConfig) -> bool {
    let mut server = rustls::ServerConnection::new(Arc::new(server)).unwrap();
    let name = "web.example.com".try_into().unwrap();
    let mut client = rustls::ClientConnection::new(Arc::new(client), name).unwrap();
    while server.is_handshaking() {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            server.read_tls(&mut wire).unwrap();
            if server.process_new_packets().is_err() {
                return false;
            }
        }
        let mut back = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut back).unwrap();
        }
        let mut back = back.as_slice();
        while !back.is_empty() {
            client.read_tls(&mut back).unwrap();
            client.process_new_packets().unwrap();
        }
    }
    true
}

/// Numbers without end, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// An authority, in half of the cases with something that may be wrong with it.
    fn authority(&mut self, name: &str) -> Plan {
        let plan = authority(name);
        match self.roll(16) {
            0 => plan.years(2010, 2011),
            1 => plan.not_an_authority(),
            2 => plan.path_length(0),
            3 => plan.path_length(1),
            4 => plan.purposes(&[ExtendedKeyUsagePurpose::ServerAuth]),
            5 => plan.purposes(&[ExtendedKeyUsagePurpose::ClientAuth]),
            6 => plan.permits_dns("example.net"),
            7 => plan.permits_dns("example.com"),
            8 => plan.usages(&[KeyUsagePurpose::CrlSign]),
            9 => plan.extension(&[2, 999, 1], true, &[5, 0]),
            _ => plan,
        }
    }

    fn client(&mut self) -> Plan {
        let plan = client();
        match self.roll(12) {
            0 => plan.years(2010, 2011),
            1 => plan.purposes(&[]),
            2 => plan.purposes(&[ExtendedKeyUsagePurpose::ServerAuth]),
            3 => plan.usages(&[KeyUsagePurpose::KeyEncipherment]),
            4 => plan.without_names(),
            5 => plan.extension(&[2, 999, 1], true, &[5, 0]),
            _ => plan,
        }
    }

    /// Two authorities at each of up to three levels below a root; each one's issuer is on the level above.
    fn hierarchy(&mut self) -> Case {
        let mut levels =
            vec![vec![self.authority("Root 0").self_signed(), self.authority("Root 1").self_signed()]];
        for level in 1..=self.roll(4) {
            let above = levels.last().unwrap().clone();
            // Now and then both have one name, so that the signature has to tell them apart.
            let twins = self.roll(4) == 0;
            let next = |dice: &mut Self, i: u64| {
                let name = format!("Level {level} {}", if twins { 0 } else { i });
                let issuer = above[usize::try_from(dice.roll(2)).unwrap()].clone();
                dice.authority(&name).under(&issuer)
            };
            levels.push(vec![next(self, 0), next(self, 1)]);
        }
        let leaf = self.client().under(&levels.last().unwrap()[0]);
        let trusted = usize::try_from(self.roll(2)).unwrap();
        let store = levels[0][trusted..].iter().map(|made| made.certificate.clone()).collect();
        let sent = levels[1..].iter().rev().flatten().map(|made| made.certificate.clone());
        let presented = std::iter::once(leaf.certificate.clone()).chain(sent).collect();
        Case { name: "generated", store, presented, key: leaf.key_pem() }
    }
}

/// rustls-webpki on hierarchies that nobody thought of. The two search in different orders and must agree on
/// whether a path exists.
#[test]
fn webpki_agrees_on_generated_hierarchies() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let (mut dice, mut accepted) = (Dice(5280), 0);
    const ROUNDS: usize = 400;
    for round in 0..ROUNDS {
        let case = dice.hierarchy();
        let mut roots = RootCertStore::empty();
        case.store.iter().for_each(|anchor| roots.add(CertificateDer::from(anchor)).unwrap());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .unwrap();
        let sent: Vec<CertificateDer<'static>> = case.presented.iter().map(CertificateDer::from).collect();
        let really = verifier.verify_client_cert(&sent[0], &sent[1..], UnixTime::now());
        let prediction =
            Truststore::predict(&case.store, &rules("rustls"), &case.presented, Timestamp::now());
        accepted += usize::from(really.is_ok());
        assert_eq!(
            prediction.is_accepted(),
            really.is_ok(),
            "round {round}: {really:?}, {prediction:?}\n{}",
            to_pem(&case.presented)
        );
    }
    assert!(accepted > ROUNDS / 10 && accepted < ROUNDS * 9 / 10, "{accepted}");
}

/// No reader accepts SHA-1; the verification itself refuses it, without a rule of a reader.
#[test]
fn a_signature_over_sha1_is_refused_by_every_path() {
    let folder = tempfile::tempdir().unwrap();
    let cases = made_by_openssl(folder.path());
    let rule = |name: &str| {
        let case = cases.iter().find(|case| case.name == name)?;
        let verifier = Verifier::new(&case.store, Timestamp::now());
        Some(verifier.verify(&case.presented[0], &[]).map_or_else(|rejected| rejected.rule(), |_| "ok"))
    };
    if !cases.is_empty() {
        assert_eq!(rule("SHA-1"), Some("signature-digest-strong"));
        assert_eq!(rule("RSA-2048"), Some("ok"));
    }
}

/// GnuTLS trusts whatever is in its list, and looks at the dates of anchors, too. It is no target of ours: its
/// rules are a user's own.
fn gnutls() -> Rules {
    let mut rules = rules("envoy");
    rules.target = "gnutls";
    rules.least_digest_bits = Some(224);
    rules.most_intermediates = Some(14);
    rules.any_purpose = true;
    rules
}

#[test]
fn gnutls_agrees() {
    let Some(certtool) = peers::find("certtool") else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut rules = gnutls();
    rules.ends = Ends::Anywhere;
    agree(&rules, folder, |case| {
        // GnuTLS does not look at the purposes of what it trusts itself, and trusts authorities only: no target of
        // ours does the same.
        if ["wrong purpose of the authority", "the client itself in the store"].contains(&case.name) {
            return None;
        }
        // Nor does any take what is sent for a chain in its order.
        if case.name.ends_with("sent first") {
            return None;
        }
        write(folder, "store", &case.store);
        write(folder, "sent", &case.presented);
        let purpose = ["--verify-purpose", "1.3.6.1.5.5.7.3.2"];
        let files = ["--verify", "--load-ca-certificate", "store", "--infile", "sent"];
        Some(run(&certtool, folder, &[&files[..], &purpose[..]].concat()))
    });
}
