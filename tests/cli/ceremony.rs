//! The three steps of an authority whose root is kept offline, in two homes, with no other program at hand.

use super::stage::Stage;

#[test]
fn an_authority_is_certified_in_another_home() {
    let stage = Stage::with_authorities();
    let online = "--home online";
    stage.ok(&format!("{online} ca request clients --subject CN=Clients --passphrase-file leaf.pass"));
    let request = "online/authorities/clients/request.csr";
    // Pending, it issues nothing.
    let refused = stage.refused(
        &format!("{online} issue client a --ca clients --passphrase-file leaf.pass"),
        1,
        "pending-authority",
    );
    assert!(refused.stderr.contains("ca activate clients --chain"), "{refused:#?}");
    stage
        .ok(&format!("ca certify --issuer root --csr {request} --out carried.pem --passphrase-file ca.pass"));
    // No passphrase: what is checked is public.
    stage.ok(&format!("{online} ca activate clients --chain carried.pem"));
    assert_eq!(stage.text("online/authorities/clients/chain.pem"), stage.text("carried.pem"));
    stage.ok(&format!(
        "{online} issue client a --ca clients --passphrase-file leaf.pass --new-passphrase-file ca.pass"
    ));
    let presented = stage.certificates("online/issued/a/crt.pem");
    assert_eq!(presented.len(), 2);
    assert_eq!(presented[1], stage.certificate("carried.pem"));
    stage.refused(&format!("{online} ca activate clients --chain carried.pem"), 1, "already-active");
}

#[test]
fn a_certification_is_recorded_where_it_was_made_and_never_overwrites() {
    let stage = Stage::with_authorities();
    let words = "ca certify --issuer root --csr pki/authorities/waiting/request.csr --out out.pem --passphrase-file ca.pass";
    stage.ok(words);
    let before = stage.result("ledger list").as_array().unwrap().len();
    stage.refused(words, 1, "exists");
    assert_eq!(stage.result("ledger list").as_array().unwrap().len(), before);
    stage.ok(&format!("{words} --force --subject CN=Renamed"));
    assert_eq!(stage.certificate("out.pem").subject().to_string(), "CN=Renamed");
}

#[test]
fn a_foreign_or_incomplete_chain_activates_nothing() {
    let stage = Stage::with_authorities();
    stage.refused("ca activate waiting --chain pki/authorities/sub/chain.pem", 1, "key-mismatch");
    stage.ok("ca certify --issuer root --csr pki/authorities/waiting/request.csr --out out.pem --passphrase-file ca.pass");
    stage.write("alone.pem", &stage.certificate("out.pem").to_pem());
    stage.refused("ca activate waiting --chain alone.pem", 1, "missing-issuer");
    stage.refused("ca activate waiting --chain out.pem --at 2200-01-01", 1, "issuer-expired");
    stage.refused("ca activate waiting --chain out.pem --passphrase-file leaf.pass", 1, "passphrase-wrong");
    stage.ok("ca activate waiting --chain out.pem --passphrase-file ca.pass");
}

#[test]
fn another_subject_than_was_asked_for_is_told_when_it_is_activated() {
    let stage = Stage::with_authorities();
    let request = "pki/authorities/waiting/request.csr";
    stage.ok(&format!(
        "ca certify --issuer root --csr {request} --subject CN=Renamed --out c.pem --passphrase-file ca.pass"
    ));
    let answer = stage.ok("ca activate waiting --chain c.pem");
    assert!(
        answer.stderr.contains("asks for the subject CN=Waiting, and CN=Renamed was certified"),
        "{answer:#?}"
    );
}

#[test]
fn another_houses_authority_is_cross_signed() {
    let stage = Stage::with_authorities();
    let other = "--home other";
    stage.ok(&format!("{other} ca root root --subject CN=Their,OU=b,OU=a --passphrase-file leaf.pass"));
    stage.ok(&format!("{other} ca sub sub --issuer root --subject CN=Theirs --passphrase-file leaf.pass"));
    let words = "ca cross-sign --issuer root --path-length 1 --passphrase-file ca.pass --cert";
    let theirs = "other/authorities/root/certificate.pem";
    stage.ok(&format!("{words} {theirs} --out cross.pem"));
    let (cross, original) = (stage.certificate("cross.pem"), stage.certificate(theirs));
    assert_eq!(cross.subject().as_der(), original.subject().as_der());
    let roots = "pki/authorities/root/certificate.pem";
    stage.ok(&format!(
        "chain verify other/authorities/sub/certificate.pem --intermediates cross.pem --trust {roots}"
    ));
    // Somebody has to have vouched for a subordinate's key.
    let subordinate = "other/authorities/sub/certificate.pem";
    stage.refused(&format!("{words} {subordinate} --out sub.pem"), 1, "missing-issuer");
    stage.ok(&format!("{words} other/authorities/sub/chain.pem --out sub.pem"));
    assert_eq!(stage.certificate("sub.pem").subject().to_string(), "CN=Theirs");
    stage.refused(&format!("{words} {theirs} --out cross.pem"), 1, "exists");
    stage.refused(&format!("{words} {roots} --out own.pem"), 1, "key-refused");
}

#[cfg(target_os = "linux")]
#[test]
fn a_chain_whose_place_takes_nothing_is_not_lost() {
    let stage = Stage::with_authorities();
    stage.ok("--home theirs ca root x --subject CN=X --passphrase-file ca.pass");
    let listens = tempfile::tempdir().unwrap();
    let socket = listens.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let request = "ca certify --issuer root --csr pki/authorities/waiting/request.csr";
    let theirs = "ca cross-sign --issuer root --cert theirs/authorities/x/certificate.pem";
    for words in [request, theirs] {
        let words = format!("{words} --passphrase-file ca.pass --out");
        // Found out before anything is signed.
        stage.refused(&format!("{words} {}", socket.display()), 1, "write");
        // Found out when it is too late: the certificate is in the ledger, and the error says which.
        let failed = stage.run(&format!("{words} /dev/full"));
        assert_eq!(failed.code, 1, "{failed:#?}");
        let ledger = stage.result("ledger list");
        let serial = ledger.as_array().unwrap().last().unwrap()["serial"].as_str().unwrap().to_owned();
        assert!(failed.stderr.contains(&format!("certwright ledger show {serial}")), "{failed:#?}");
        assert!(stage.ok(&format!("ledger show {serial}")).stdout.contains("BEGIN CERTIFICATE"));
    }
}
