//! What OpenSSL, nginx and curl say of a client that is refused, and what doctor makes of it.

use std::fs;
use std::path::PathBuf;

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::truststore::Rules;
use certwright::{Finding, Severity, Timestamp};

use crate::support::haproxy::HaProxy;
use crate::support::openssl::{CA, Dates, Made, Purpose};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

/// What the client sends, and the store of the other side.
struct Refused {
    client: Made,
    store: PathBuf,
}

/// The number of the error and its text, what leads to it, the rules that doctor names, what the last one has to say.
type Row = (&'static str, fn(&Scene) -> Refused, &'static [&'static str], &'static str);

/// A client with everything that is sent along, the store made of these.
fn refused(scene: &Scene, client: &Made, sent: &[&Made], store: &[&Made]) -> Refused {
    let chain: Vec<_> = std::iter::once(client).chain(sent.iter().copied()).collect();
    let path = |made: &&Made| made.certificate.clone();
    let bundle = |name: &str, made: &[&Made]| {
        let parts: Vec<_> = made.iter().map(path).collect();
        scene.shop.bundle(name, &parts.iter().map(PathBuf::as_path).collect::<Vec<_>>())
    };
    let client = Made { certificate: bundle("sent.pem", &chain), key: client.key.clone() };
    Refused { client, store: bundle("store.pem", store) }
}

fn deep(scene: &Scene) -> Refused {
    let below = scene.shop.subordinate("below", "Below", &scene.sub);
    let deep = scene.shop.leaf("deep", "deep", &below, Purpose::Client, Dates::Current);
    refused(scene, &deep, &[&below, &scene.sub], &[&scene.root])
}

fn expired(scene: &Scene) -> Refused {
    let expired = scene.shop.leaf("expired", "payments", &scene.sub, Purpose::Client, Dates::Expired);
    refused(scene, &expired, &[], &[&scene.sub, &scene.root])
}

fn self_signed(scene: &Scene) -> Made {
    let made = Made { certificate: scene.shop.path("self.pem"), key: scene.shop.path("self.key") };
    let (request, extensions) = (scene.shop.path("self.csr"), scene.shop.path("self.ext"));
    fs::write(&extensions, "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n").unwrap();
    let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let [key, out, request, extensions] = [&made.key, &made.certificate, &request, &extensions].map(text);
    scene.shop.run(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &key]);
    scene.shop.run(["req", "-new", "-key", &key, "-subj", "/CN=self", "-out", &request]);
    scene.shop.run([
        "x509",
        "-req",
        "-in",
        &request,
        "-signkey",
        &key,
        "-extfile",
        &extensions,
        "-out",
        &out,
    ]);
    made
}

const ROWS: &[Row] = &[
    (
        "2: unable to get issuer certificate",
        |s| refused(s, &s.client, &[], &[&s.sub]),
        &["store-chain-complete", "client-chain"],
        "could not find the issuer of CN=Clients CA",
    ),
    ("10: certificate has expired", expired, &["certificate-expired"], "has to be renewed"),
    (
        "18: self-signed certificate",
        |s| refused(s, &self_signed(s), &[], &[&s.sub, &s.root]),
        &["client-chain"],
        "it certifies itself",
    ),
    (
        "19: self-signed certificate in certificate chain",
        |s| refused(s, &s.client, &[&s.sub, &s.root], &[&s.web]),
        &["client-chain"],
        "its root is not in the store",
    ),
    (
        "20: unable to get local issuer certificate",
        |s| refused(s, &s.client, &[&s.sub], &[&s.web]),
        &["client-chain"],
        "the store is that of another authority",
    ),
    (
        "21: unable to verify the first certificate",
        |s| refused(s, &s.client, &[], &[&s.web]),
        &["client-chain"],
        "the store is that of another authority",
    ),
    ("20: unable to get local issuer certificate", deep, &["client-chain-length"], "ssl_verify_depth"),
];

fn diagnose(refused: &Refused, target: &str) -> Diagnosis {
    let Made { certificate, key } = &refused.client;
    let [certificate, key, store] = [certificate, key, &refused.store].map(|path| fs::read(path).unwrap());
    let rules = Rules::for_target(target).unwrap();
    let case = Case::at(Timestamp::now()).certificate(File::new("crt.pem", &certificate));
    let case = case.key(File::new("private.pem", &key));
    examine(&case.truststore(File::new("truststore.pem", &store)).rules(&rules))
}

fn errors(diagnosis: &Diagnosis) -> Vec<&Finding> {
    diagnosis.findings.iter().filter(|finding| finding.is_error()).collect()
}

#[test]
fn each_refusal_of_openssl_is_named_with_its_cause() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let mut wrong = Vec::new();
    for (says, make, rules, advice) in ROWS {
        let patient = make(&scene);
        let clients = Clients::Required { truststore: &patient.store, depth: 1 };
        let server = Nginx::start(&nginx, scene.site(), clients);
        let answer = scene.call_as(&patient.client, server.port).send();
        // nginx goes on after an error, answers 400, and logs the last one.
        let logged = server.log.expect("client SSL certificate verify error");
        if answer.status != 400 || !logged.contains(&says.replacen(": ", ":", 1)) {
            wrong.push(format!("{says}: nginx says {} and {logged}", answer.status));
        }
        let diagnosis = diagnose(&patient, "nginx");
        let errors = errors(&diagnosis);
        let found: Vec<_> = errors.iter().map(|finding| finding.rule).collect();
        let told = |wanted: &str| errors.iter().any(|finding| finding.message.contains(wanted));
        let own = says.starts_with("18") || says.starts_with("21") || says.starts_with("10");
        let file = if own { "crt.pem, line 1" } else { "truststore.pem" };
        let placed = errors.iter().all(|finding| finding.place.as_ref().is_some_and(|p| p.starts_with(file)));
        let worded = *rules == ["certificate-expired"] || told(says);
        if found != *rules || !told(advice) || !worded || !placed {
            wrong.push(format!("{says}: doctor says {:#?}", diagnosis.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The same refusal in the handshake: curl's (35) up to TLS 1.2, its (56) in TLS 1.3.
#[test]
fn a_refusal_in_the_handshake_is_explained_by_the_store() {
    let (Some(haproxy), Some(scene)) = (peers::find("haproxy"), Scene::set()) else { return };
    let patient = refused(&scene, &scene.client, &[&scene.sub], &[&scene.web]);
    let server = HaProxy::start(&haproxy, scene.site(), &patient.store);
    let answer = scene.call_as(&patient.client, server.port).arg("--tls-max").arg("1.2").send();
    assert_eq!(answer.exit, 35, "{answer:?}");
    assert!(answer.stderr.contains("alert unknown ca"), "{answer:?}");
    assert_eq!(scene.call_as(&patient.client, server.port).send().exit, 56);
    let diagnosis = diagnose(&patient, "haproxy");
    let message = &errors(&diagnosis)[0].message;
    assert!(message.contains("curl says: (35) or (56)") && message.contains("alert unknown ca"), "{message}");
}

/// One alert curl takes for its own verdict on the server, up to TLS 1.2.
#[test]
fn of_what_has_expired_curl_says_sixty() {
    let (Some(haproxy), Some(scene)) = (peers::find("haproxy"), Scene::set()) else { return };
    let Scene { shop, root, sub, client, .. } = &scene;
    let expired = shop.again("expired-root", "Client Root", root, root, CA, Dates::Expired);
    let patient = refused(&scene, client, &[sub], &[&expired]);
    let server = HaProxy::start(&haproxy, scene.site(), &patient.store);
    let answer = scene.call_as(&patient.client, server.port).arg("--tls-max").arg("1.2").send();
    assert!(answer.exit == 60 && !answer.stderr.contains("alert"), "{answer:?}");
    let answer = scene.call_as(&patient.client, server.port).send();
    assert!(answer.exit == 56 && answer.stderr.contains("alert certificate expired"), "{answer:?}");
    let diagnosis = diagnose(&patient, "haproxy");
    let [error] = errors(&diagnosis)[..] else { panic!("{diagnosis:#?}") };
    let says = "(60) SSL certificate verification failed, or in TLS 1.3 (56), alert certificate expired";
    assert!(error.rule == "client-validity" && error.message.contains(says), "{error:#?}");
}

/// What is deep and let in is said where the reader is not named, because nginx would refuse it as it is set up.
#[test]
fn a_deep_chain_is_remarked_on() {
    let Some(scene) = Scene::set() else { return };
    let diagnosis = diagnose(&deep(&scene), "none");
    assert!(errors(&diagnosis).is_empty(), "{diagnosis:#?}");
    let depth = diagnosis.findings.iter().find(|finding| finding.rule == "verify-depth").unwrap();
    assert!(depth.message.contains("ssl_verify_depth 2"), "{depth:?}");
}

/// API Gateway's own words.
#[test]
fn api_gateway_is_quoted() {
    let Some(scene) = Scene::set() else { return };
    let patient = refused(&scene, &scene.client, &[&scene.sub], &[&scene.web]);
    let diagnosis = diagnose(&patient, "api-gateway");
    let said = errors(&diagnosis).iter().any(|f| f.message.contains("Could not find issuer for certificate"));
    assert!(said, "{diagnosis:#?}");
}

const LEAF: &str = "basicConstraints = critical, CA:FALSE\nextendedKeyUsage = clientAuth\n";

/// Another certificate for the client, and the subordinate that is sent.
fn client_with(scene: &Scene, extensions: &str) -> Refused {
    let client = scene.shop.again("odd", "payments", &scene.client, &scene.sub, extensions, Dates::Current);
    refused(scene, &client, &[&scene.sub], &[&scene.root])
}

/// Another certificate for the subordinate, which is sent.
fn sub_with(scene: &Scene, extensions: &str, dates: Dates) -> Refused {
    let sub = scene.shop.again("odd", "Clients CA", &scene.sub, &scene.root, extensions, dates);
    refused(scene, &scene.client, &[&sub], &[&scene.root])
}

/// Another authority of the subordinate's name signed; the client's certificate says so, or does not.
fn misnamed(scene: &Scene, extensions: &str) -> Refused {
    let namesake = scene.shop.subordinate("namesake", "Clients CA", &scene.root);
    let client = scene.shop.again("odd", "payments", &scene.client, &namesake, extensions, Dates::Current);
    refused(scene, &client, &[&scene.sub], &[&scene.root])
}

/// What is wrong, how it is made, and the alert.
type Alerted = (&'static str, fn(&Scene) -> Refused, &'static str);

const ALERTS: &[Alerted] = &[
    ("an unknown issuer", |s| refused(s, &s.client, &[&s.sub], &[&s.web]), "unknown ca"),
    (
        "a critical extension",
        |s| client_with(s, &format!("{LEAF}1.2.3.4 = critical, ASN1:UTF8String:x\n")),
        "certificate unknown",
    ),
    (
        "name constraints",
        |s| {
            sub_with(
                s,
                &format!("{CA}nameConstraints = critical, permitted;DNS:example.net\n"),
                Dates::Current,
            )
        },
        "certificate unknown",
    ),
    ("another key, which is named", |s| misnamed(s, LEAF), "unknown ca"),
    ("another key", |s| misnamed(s, &format!("{LEAF}authorityKeyIdentifier = none\n")), "decrypt error"),
    ("no authority", |s| sub_with(s, "basicConstraints = CA:FALSE\n", Dates::Current), "unknown ca"),
    (
        "an authority that signs no certificates",
        |s| sub_with(s, "basicConstraints = CA:TRUE\nkeyUsage = cRLSign\n", Dates::Current),
        "unknown ca",
    ),
    (
        "an authority of servers",
        |s| sub_with(s, &format!("{CA}extendedKeyUsage = serverAuth\n"), Dates::Current),
        "unsupported certificate",
    ),
    (
        "any purpose alone",
        |s| client_with(s, "extendedKeyUsage = anyExtendedKeyUsage\n"),
        "unsupported certificate",
    ),
    (
        "a key that signs nothing",
        |s| client_with(s, &format!("{LEAF}keyUsage = keyEncipherment\n")),
        "unsupported certificate",
    ),
    ("the future", |s| client_dated(s, Dates::Future), "bad certificate"),
    ("the past", |s| client_dated(s, Dates::Expired), "certificate expired"),
];

fn client_dated(scene: &Scene, dates: Dates) -> Refused {
    let client = scene.shop.again("odd", "payments", &scene.client, &scene.sub, LEAF, dates);
    refused(scene, &client, &[&scene.sub], &[&scene.root])
}

/// curl is quoted with the alert that it shows; where dates are the cause, they say enough.
#[test]
fn each_alert_is_quoted_as_curl_shows_it() {
    let (Some(haproxy), Some(scene)) = (peers::find("haproxy"), Scene::set()) else { return };
    let mut wrong = Vec::new();
    for (what, make, alert) in ALERTS {
        let patient = make(&scene);
        let server = HaProxy::start(&haproxy, scene.site(), &patient.store);
        let answer = scene.call_as(&patient.client, server.port).send();
        if !answer.is_refused() || !answer.stderr.contains(&format!("alert {alert}")) {
            wrong.push(format!("{what}: curl says {answer:?}"));
        }
        let diagnosis = diagnose(&patient, "haproxy");
        let errors = errors(&diagnosis);
        let dated = errors.iter().all(|finding| finding.rule.starts_with("certificate-"));
        let quoted = errors.iter().any(|finding| finding.message.contains(&format!("alert {alert})")));
        if errors.len() != 1 || !(dated || quoted) {
            wrong.push(format!("{what}: doctor says {:#?}", diagnosis.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A purpose is judged without the other side, too; whether it is a client's, it cannot know.
#[test]
fn a_wrong_purpose_is_a_warning_without_a_store() {
    let Some(scene) = Scene::set() else { return };
    let found = |extensions: &str| {
        let certificate = fs::read(client_with(&scene, extensions).client.certificate).unwrap();
        let case = Case::at(Timestamp::now()).certificate(File::new("crt.pem", &certificate));
        let findings = examine(&case).findings.into_iter();
        let warned = findings.filter(|finding| finding.severity == Severity::Warning);
        warned.map(|finding| finding.rule).collect::<Vec<_>>()
    };
    for extensions in [
        "extendedKeyUsage = serverAuth\n",
        "extendedKeyUsage = anyExtendedKeyUsage\n",
        "extendedKeyUsage = clientAuth\nkeyUsage = keyEncipherment\n",
    ] {
        assert_eq!(found(extensions), ["certificate-purpose"], "{extensions}");
    }
    for extensions in [LEAF, "basicConstraints = CA:FALSE\n", "keyUsage = keyAgreement\n"] {
        assert_eq!(found(extensions), [""; 0], "{extensions}");
    }
}
