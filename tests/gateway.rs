//! The gateway example keeps its rules: judged by real curl, with certificates made by openssl.
//!
//! Other tests use the gateway as a judge; this file shows that the judge can be believed.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers end the test that called them")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "so do JSON and dates")]

mod support;

use std::fs;
use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use support::curl::{Answer, Curl};
use support::openssl::{Dates, Purpose};
use support::scene::{DOMAIN, Scene};
use support::servers::{Gateway, Site};

#[track_caller]
fn assert_refused(answer: &Answer, gateway: &Gateway, reason: &str) {
    assert!(answer.is_refused(), "not refused: {answer:?}");
    let line = gateway.log.expect("refused 127.0.0.1:");
    assert!(line.contains(reason), "refused for another reason than {reason:?}: {line}");
}

#[test]
fn the_first_line_says_where_it_listens() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let port = gateway.port;
    assert_eq!(gateway.announcement, format!("listening on https://{DOMAIN}:{port} (127.0.0.1:{port})"));
}

#[test]
fn without_a_truststore_everyone_is_answered() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    scene.call(gateway.port).send().assert_answered();
    assert_eq!(gateway.log.expect("request"), "request from anonymous: GET / 200");
    scene.call_as(&scene.rogue().1, gateway.port).send().assert_answered();
    assert_eq!(gateway.log.expect("request"), "request from anonymous: GET / 200");
}

#[test]
fn every_answer_holds_a_fresh_token_and_its_date() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let tokens: Vec<_> = (0..2).map(|_| token(&scene.call(gateway.port).send())).collect();
    assert!(tokens.iter().all(|token| token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit())));
    assert_ne!(tokens[0], tokens[1]);
}

/// The token of an answer whose date is within a minute of now.
fn token(answer: &Answer) -> String {
    assert!(answer.body.starts_with(r#"{"statusCode":200,"body":"{\"Token\":"#), "{answer:?}");
    let outer: Value = serde_json::from_str(&answer.body).expect("JSON");
    let inner: Value = serde_json::from_str(outer["body"].as_str().expect("a string")).expect("JSON inside");
    let date = inner["Creation Date"].as_str().expect("a date");
    let date = OffsetDateTime::parse(date, &Rfc3339).expect("RFC 3339");
    assert!((OffsetDateTime::now_utc() - date).whole_seconds().abs() < 60, "an old date: {date}");
    inner["Token"].as_str().expect("a token").to_owned()
}

#[test]
fn a_client_of_the_truststore_is_answered_over_both_versions_of_http() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let http1 = scene.call_as(&scene.client, gateway.port).http1().send();
    http1.assert_answered();
    assert_eq!(http1.version, "1.1");
    let http2 = scene.call_as(&scene.client, gateway.port).http2().send();
    http2.assert_answered();
    assert_eq!(http2.version, "2");
}

#[test]
fn a_client_is_answered_with_tls_1_2_and_1_3() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    for version in ["1.2", "1.3"] {
        let call = scene.call_as(&scene.client, gateway.port).arg("--tls-max").arg(version);
        call.send().assert_answered();
    }
}

#[test]
fn the_log_says_who_called() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
    let certificate = scene.client.certificate.to_str().expect("UTF-8");
    let printed = scene.shop.run(["x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"]);
    let (_, fingerprint) = printed.trim().split_once('=').expect("sha256 Fingerprint=…");
    let fingerprint = fingerprint.replace(':', "").to_lowercase();
    let line = gateway.log.expect("request");
    assert_eq!(line, format!(r#"request from "CN=payments" sha256:{fingerprint}: GET / 200"#));
}

#[test]
fn a_leaf_of_the_root_itself_is_answered() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let leaf =
        scene.shop.leaf("direct", "private.example.test", &scene.root, Purpose::Client, Dates::Current);
    scene.call_as(&leaf, gateway.port).send().assert_answered();
}

#[test]
fn intermediates_that_the_truststore_lacks_are_presented() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), Some(&scene.root.certificate));
    let chain = scene.shop.bundle("crt.pem", &[&scene.client.certificate, &scene.sub.certificate]);
    scene.call(gateway.port).client(&chain, &scene.client.key).send().assert_answered();
    let alone = scene.call_as(&scene.client, gateway.port).send();
    assert_refused(&alone, &gateway, "UnknownIssuer");
}

#[test]
fn a_client_with_an_encrypted_key_is_answered_if_the_passphrase_is_right() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let private = scene.shop.path("private.pem");
    scene.shop.encrypt(&scene.client.key, &private, "open sesame");
    let call = || scene.call(gateway.port).client(&scene.client.certificate, &private);
    call().passphrase("open sesame").send().assert_answered();
    assert_eq!(call().passphrase("wrong").send().exit, 58);
}

#[test]
fn no_certificate_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    for version in ["1.2", "1.3"] {
        let answer = scene.call(gateway.port).arg("--tls-max").arg(version).send();
        assert_refused(&answer, &gateway, "peer sent no certificates");
    }
}

#[test]
fn a_rogue_ca_with_the_same_names_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let (chain, client) = scene.rogue();
    assert_refused(&scene.call_as(&client, gateway.port).send(), &gateway, "invalid peer certificate");
    let with_chain = scene.call(gateway.port).client(&chain, &client.key).send();
    assert_refused(&with_chain, &gateway, "invalid peer certificate");
}

#[test]
fn an_expired_client_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let expired = scene.shop.leaf("expired", "payments", &scene.sub, Purpose::Client, Dates::Expired);
    assert_refused(&scene.call_as(&expired, gateway.port).send(), &gateway, "certificate expired");
}

#[test]
fn a_certificate_for_servers_only_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let server = scene.shop.leaf("other", "payments", &scene.sub, Purpose::Server, Dates::Current);
    assert_refused(&scene.call_as(&server, gateway.port).send(), &gateway, "extended key usage");
}

#[test]
fn another_name_in_the_handshake_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let other = Curl::to(&scene.curl, "default.example.test", gateway.port).arg("--insecure");
    assert_refused(&other.send(), &gateway, r#""default.example.test" is not served"#);
}

/// curl sends no SNI for an address: both rules in one call.
#[test]
fn an_address_instead_of_a_name_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let address = format!("https://127.0.0.1:{}/", gateway.port);
    let answer = scene.call(gateway.port).arg("--insecure").url(address).send();
    assert_refused(&answer, &gateway, "the client named no domain (SNI)");
}

#[test]
fn the_domain_is_served_whatever_its_case() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let loud = Curl::to(&scene.curl, "API.Example.Test", gateway.port).trust(&scene.web.certificate);
    loud.send().assert_answered();
}

#[test]
fn another_name_in_the_request_is_forbidden() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    for version in ["--http1.1", "--http2"] {
        for host in ["Host: default.example.test", "Host: user@api.example.test", "Host:"] {
            let answer = scene.call(gateway.port).arg(version).arg("-H").arg(host).send();
            assert_eq!(answer.status, 403, "{version} {host}: {answer:?}");
        }
    }
}

#[test]
fn other_paths_and_methods_are_answered_in_json() {
    let Some(scene) = Scene::set() else { return };
    let gateway = Gateway::start(scene.site(), None);
    let other = format!("https://{DOMAIN}:{}/other", gateway.port);
    let path = scene.call(gateway.port).url(other).send();
    assert_eq!((path.status, path.body.as_str()), (404, r#"{"message":"Not Found"}"#));
    let method = scene.call(gateway.port).arg("--request").arg("DELETE").send();
    assert_eq!((method.status, method.body.as_str()), (405, r#"{"message":"Method Not Allowed"}"#));
    assert_eq!(gateway.log.expect("DELETE"), "request from anonymous: DELETE / 405");
}

#[test]
fn a_changed_truststore_holds_from_the_next_connection() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let (_, rogue) = scene.rogue();
    let store = [scene.shop.path("rogue-sub.pem"), scene.shop.path("rogue-root.pem")];
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
    scene.shop.bundle("truststore.pem", &[&store[0], &store[1]]);
    scene.call_as(&rogue, gateway.port).send().assert_answered();
    let line = gateway.log.expect("truststore");
    assert!(line.starts_with("truststore reloaded from ") && line.ends_with(": 2 certificates"), "{line}");
    assert_refused(&scene.call_as(&scene.client, gateway.port).send(), &gateway, "invalid peer certificate");
}

#[test]
fn a_broken_truststore_keeps_the_old_one() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let whole = fs::read_to_string(&scene.truststore).expect("readable");
    let (cut, _) = whole.split_at(whole.len() - 100);
    for (broken, reason) in [
        (cut, r#"the end of "CERTIFICATE" is missing"#),
        ("no PEM at all", "no root trust anchors"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "failed to trust certificate 1 of",
        ),
    ] {
        fs::write(&scene.truststore, broken).expect("writable");
        scene.call_as(&scene.client, gateway.port).send().assert_answered();
        let line = gateway.log.expect("truststore kept: failed to ");
        assert!(line.contains(reason), "{line}");
        assert_refused(&scene.call(gateway.port).send(), &gateway, "peer sent no certificates");
    }
    fs::remove_file(&scene.truststore).expect("removable");
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
    gateway.log.expect("truststore kept: failed to read ");
    fs::write(&scene.truststore, whole).expect("writable");
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
    gateway.log.expect("truststore reloaded");
}

#[test]
fn no_session_is_resumed_past_the_truststore() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let address = format!("127.0.0.1:{}", gateway.port);
    let (cert, key) = (&scene.client.certificate, &scene.client.key);
    let (cert, key) = (cert.to_str().expect("UTF-8"), key.to_str().expect("UTF-8"));
    let client =
        ["s_client", "-connect", &address, "-servername", DOMAIN, "-cert", cert, "-key", key, "-tls1_2"];
    let log = scene.shop.run(client.into_iter().chain(["-reconnect"]));
    assert!(log.contains("New, TLSv1.2") && !log.contains("Reused, "), "{log}");
}

#[test]
fn a_silent_client_does_not_hold_up_the_others() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let silent = TcpStream::connect(("127.0.0.1", gateway.port)).expect("connects");
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
    // Still connected: the others did not merely wait until its time was up.
    silent.set_nonblocking(true).expect("a socket");
    assert_eq!(silent.peek(&mut [0]).map_err(|e| e.kind()), Err(ErrorKind::WouldBlock));
}

/// The names of the anchors would not fit into the list that TLS has for them.
#[test]
fn a_very_long_truststore_is_served() {
    let Some(scene) = Scene::set() else { return };
    let long = scene.shop.bundle("long.pem", &[scene.truststore.as_path(); 2000]);
    let gateway = Gateway::start(scene.site(), Some(&long));
    for version in ["1.2", "1.3"] {
        let call = scene.call_as(&scene.client, gateway.port).arg("--tls-max").arg(version);
        call.send().assert_answered();
    }
}

#[test]
fn a_client_that_does_not_speak_tls_is_refused() {
    let Some(scene) = Scene::set() else { return };
    let gateway = scene.guarded();
    let mut plain = TcpStream::connect(("127.0.0.1", gateway.port)).expect("connects");
    plain.write_all(b"GET / HTTP/1.1\r\nHost: api.example.test\r\n\r\n").expect("writes");
    gateway.log.expect("refused 127.0.0.1:");
    scene.call_as(&scene.client, gateway.port).send().assert_answered();
}

#[test]
fn every_plain_key_format_is_served() {
    let Some(scene) = Scene::set() else { return };
    let shop = &scene.shop;
    let (rsa, cert) = (shop.path("rsa.pem"), shop.path("rsa.crt"));
    let [rsa, cert] = [&rsa, &cert].map(|path| path.to_str().expect("UTF-8"));
    let (subject, name) = (format!("/CN={DOMAIN}"), format!("subjectAltName=DNS:{DOMAIN}"));
    let make = ["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", rsa, "-out", cert];
    shop.run(make.into_iter().chain(["-subj", &subject, "-addext", &name, "-days", "2"]));
    shop.run(["rsa", "-in", rsa, "-traditional", "-out", "pkcs1.pem"]);
    shop.run(["ec", "-in", "server.key", "-out", "sec1.pem"]);
    let server = &scene.server.certificate;
    for (cert, key, label) in [
        (server, "server.key", "BEGIN PRIVATE KEY"),
        (server, "sec1.pem", "BEGIN EC PRIVATE KEY"),
        (&shop.path("rsa.crt"), "pkcs1.pem", "BEGIN RSA PRIVATE KEY"),
    ] {
        let key = shop.path(key);
        assert!(fs::read_to_string(&key).expect("readable").contains(label));
        let gateway = Gateway::start(Site { domain: DOMAIN, cert, key: &key }, None);
        scene.call(gateway.port).arg("--insecure").send().assert_answered();
    }
}

/// The gateway must end with exit code 1, `error: failed to `, and all of `says`.
#[track_caller]
fn assert_stops(site: Site<'_>, truststore: Option<&Path>, says: &[&str]) {
    let Err(stopped) = Gateway::try_start(site, truststore) else { panic!("it listens") };
    assert_eq!(stopped.exit, Some(1), "{stopped:?}");
    assert!(stopped.stderr.starts_with("error: failed to "), "{stopped:?}");
    for text in says {
        assert!(stopped.stderr.contains(text), "{text:?} is missing: {stopped:?}");
    }
}

#[test]
fn an_encrypted_key_is_named_with_the_way_out() {
    let Some(scene) = Scene::set() else { return };
    let (pkcs8, legacy) = (scene.shop.path("sealed.pem"), scene.shop.path("legacy.pem"));
    scene.shop.encrypt(&scene.server.key, &pkcs8, "open sesame");
    scene.shop.run(["ec", "-in", "server.key", "-aes256", "-passout", "pass:x", "-out", "legacy.pem"]);
    for key in [&pkcs8, &legacy] {
        let way_out = format!("`certwright key decrypt {} --out ", key.display());
        assert_stops(Site { key, ..scene.site() }, None, &["it is encrypted", "\nhint: ", &way_out]);
    }
}

#[test]
fn a_server_certificate_must_fit_its_key_and_the_domain() {
    let Some(scene) = Scene::set() else { return };
    assert_stops(Site { key: &scene.web.key, ..scene.site() }, None, &["KeyMismatch"]);
    let other = Site { domain: "other.example.test", ..scene.site() };
    assert_stops(other, None, &["serve other.example.test", "api.example.test"]);
    let certificate = &scene.server.certificate;
    assert_stops(Site { key: certificate, ..scene.site() }, None, &["read a private key", "there is none"]);
    assert_stops(Site { cert: &scene.server.key, ..scene.site() }, None, &["read a certificate"]);
}

#[test]
fn the_truststore_must_be_there_and_complete_at_the_start() {
    let Some(scene) = Scene::set() else { return };
    let absent = scene.shop.path("absent.pem");
    assert_stops(scene.site(), Some(&absent), &["failed to read", "absent.pem"]);
    let incomplete = Some(scene.sub.certificate.as_path());
    assert_stops(scene.site(), incomplete, &[r#"it lacks "CN=Client Root""#, r#"issuer of "CN=Clients CA""#]);
    assert_stops(scene.site(), Some(&scene.server.key), &["no root trust anchors"]);
}
