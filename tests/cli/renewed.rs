//! `ca renew`: what stands below is read, judged and given the new certificate, or nothing is signed.

use super::stage::Stage;

const RENEW: &str = "ca renew root --passphrase-file ca.pass";

#[cfg(unix)]
#[test]
fn renewals_at_a_time_take_turns_and_each_sets_aside_what_it_replaces() {
    let stage = Stage::with_authorities();
    let old = stage.certificate("pki/authorities/root/certificate.pem");
    let words: Vec<_> = RENEW.split(' ').collect();
    let running: Vec<_> = (0..3).map(|_| stage.command().args(&words).spawn().unwrap()).collect();
    running.into_iter().for_each(|mut process| assert!(process.wait().unwrap().success()));
    let previous = "pki/authorities/root/previous";
    assert_eq!(stage.certificate(&format!("{previous}/{}/certificate.pem", old.serial())), old);
    let kept = std::fs::read_dir(stage.path(previous)).unwrap();
    assert_eq!(kept.count(), 3);
    let new = stage.certificate("pki/authorities/root/certificate.pem");
    assert_eq!(stage.certificates("pki/authorities/sub/chain.pem")[1], new);
}
