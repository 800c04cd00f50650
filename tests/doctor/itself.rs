//! A client that certifies itself, and whose certificate is the store.

use std::fs;

use certwright::doctor::{Case, File, examine};
use certwright::truststore::Rules;
use certwright::{Severity, Timestamp};

use super::bench::errors;
use crate::support::haproxy::HaProxy;
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

const EXTENSIONS: &str = "basicConstraints = critical, CA:FALSE\nextendedKeyUsage = clientAuth\n";

/// Servers with OpenSSL let it in; readers that refuse a store for one certificate are said to refuse it.
#[test]
fn a_client_that_is_the_store_is_let_in_and_is_no_error() {
    let Some(scene) = Scene::set() else { return };
    let client = scene.shop.self_signed("itself", "/CN=itself", "utf8only", EXTENSIONS);
    let store = &client.certificate;
    let bytes = [&client.key, store].map(|path| fs::read(path).expect("PEM"));
    let said = |target: &str| {
        let rules = Rules::for_target(target).expect("a reader");
        let [key, certificate] = bytes.each_ref().map(Vec::as_slice);
        let case = Case::at(Timestamp::now()).key(File::new("private.pem", key)).rules(&rules);
        let case = case.certificate(File::new("crt.pem", certificate));
        examine(&case.truststore(File::new("store.pem", certificate)))
    };
    for target in ["none", "openssl", "nginx", "haproxy"] {
        let diagnosis = said(target);
        assert_eq!(errors(&diagnosis), [""; 0], "{target}: {diagnosis:#?}");
        let warned =
            diagnosis.findings.iter().find(|f| f.rule == "store-holds-authorities").expect("a warning");
        assert!(warned.severity == Severity::Warning && warned.message.contains("nobody else"), "{warned:?}");
    }
    assert!(errors(&said("api-gateway")).contains(&"store-holds-authorities"));

    if let Some(nginx) = peers::find("nginx") {
        let server = Nginx::start(&nginx, scene.site(), Clients::Required { truststore: store, depth: 1 });
        scene.call_as(&client, server.port).send().assert_answered();
    }
    if let Some(haproxy) = peers::find("haproxy") {
        let server = HaProxy::start(&haproxy, scene.site(), store);
        scene.call_as(&client, server.port).send().assert_answered();
    }
}

/// One that is certified by another is let in by nobody.
#[test]
fn a_client_in_the_place_of_its_authority_stays_an_error() {
    let Some(scene) = Scene::set() else { return };
    let bytes = fs::read(&scene.client.certificate).expect("PEM");
    let case = Case::at(Timestamp::now()).truststore(File::new("store.pem", &bytes));
    for target in ["openssl", "envoy"] {
        let rules = Rules::for_target(target).expect("a reader");
        assert!(errors(&examine(&case.rules(&rules))).contains(&"store-holds-authorities"), "{target}");
    }
}
