//! nginx, as other tests start it, answers whom it should: it can be believed as a judge.

mod support;

use support::peers;
use support::scene::Scene;
use support::servers::{Clients, Nginx};

#[test]
fn nginx_without_verification_answers_everyone() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let server = Nginx::start(&nginx, scene.site(), Clients::Anyone);
    let answer = scene.call(server.port).send();
    answer.assert_answered();
    assert!(answer.body.contains(r#""verify": "NONE""#), "{answer:?}");
}

#[test]
fn nginx_with_optional_verification_answers_strangers_and_judges_certificates() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let clients = Clients::Optional { truststore: &scene.truststore, depth: 1 };
    let server = Nginx::start(&nginx, scene.site(), clients);
    scene.call(server.port).send().assert_answered();
    assert_eq!(scene.call_as(&scene.rogue().1, server.port).send().status, 400);
}

#[test]
fn nginx_with_verification_answers_only_clients_of_the_truststore() {
    let (Some(nginx), Some(scene)) = (peers::find("nginx"), Scene::set()) else { return };
    let clients = Clients::Required { truststore: &scene.truststore, depth: 1 };
    let server = Nginx::start(&nginx, scene.site(), clients);
    let answer = scene.call_as(&scene.client, server.port).send();
    answer.assert_answered();
    assert!(answer.body.contains(r#""verify": "SUCCESS", "subject": "CN=payments""#), "{answer:?}");
    assert_eq!(scene.call(server.port).send().status, 400);
    server.log.expect("client sent no required SSL certificate");
    assert_eq!(scene.call_as(&scene.rogue().1, server.port).send().status, 400);
    server.log.expect("client SSL certificate verify error");
}
