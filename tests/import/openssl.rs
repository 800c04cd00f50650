//! Authorities made by openssl: every kind of key, and what old ones lack.

use std::fs;
use std::path::Path;
use std::process::Command;

use certwright::chain::Chain;
use certwright::{Authority, Certificate, Ledger, PrivateKey, Severity, Timestamp};
use tempfile::TempDir;

use super::foreign::{issue_below, verify};
use crate::support::peers;

const SOUND: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash";
const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";

fn run(openssl: &Path, folder: &TempDir, arguments: &str) {
    let output =
        Command::new(openssl).args(arguments.split_ascii_whitespace()).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A self-signed certificate and its key.
fn make(
    openssl: &Path,
    folder: &TempDir,
    key: &str,
    extensions: &str,
    digest: &str,
) -> (Certificate, PrivateKey) {
    let configuration = format!(
        "[req]\nprompt=no\ndistinguished_name=name\nx509_extensions=own\n\
         [name]\n0.DC=com\n1.DC=example\nCN=Old CA\n[own]\n{extensions}\n"
    );
    fs::write(folder.path().join("ca.cnf"), configuration).unwrap();
    run(openssl, folder, &format!("genpkey {key} -out ca.key"));
    run(
        openssl,
        folder,
        &format!("req -x509 -new -config ca.cnf -key ca.key -days 3650 {digest} -out ca.pem"),
    );
    let certificate = Certificate::open_all(folder.path().join("ca.pem")).unwrap().remove(0);
    (certificate, PrivateKey::open(folder.path().join("ca.key"), None).unwrap())
}

/// The clock of the certificates: openssl's `req` knows only the machine's.
fn clock(certificate: &Certificate) -> Timestamp {
    certificate.window().not_before.plus_seconds(3600).unwrap()
}

#[test]
fn authorities_with_every_kind_of_key_are_continued() {
    let Some(openssl) = peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    for (key, digest) in [
        (P256, "-sha256"),
        (P256, "-sha384"),
        (P256, "-sha512"),
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-sha256"),
        ("-algorithm ED25519", ""),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-sha256"),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:3072", "-sha512"),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:4096", "-sha384"),
    ] {
        let (root, signer) = make(&openssl, &folder, key, SOUND, digest);
        let chain = Chain::new(vec![root.clone()]).unwrap();
        let ledger = Ledger::in_memory().with_clock(clock(&root));
        let authority = Authority::open(chain, signer, &ledger).unwrap();
        assert_eq!(authority.findings(), [], "{key}");
        let chains = issue_below(&authority, clock(&root), key);
        verify(&openssl, folder.path(), &root, &chains, clock(&root), "-x509_strict").unwrap();
    }
}

#[test]
fn what_old_authorities_lack_is_said() {
    let Some(openssl) = peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let basic = "basicConstraints=critical,CA:TRUE";
    for (name, extensions, rules) in [
        (
            "no key identifier",
            format!("{basic}\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=none"),
            &["continued-without-key-id"][..],
        ),
        ("no key usage", format!("{basic}\nsubjectKeyIdentifier=hash"), &["continued-without-key-usage"]),
        (
            "neither",
            format!("{basic}\nsubjectKeyIdentifier=none"),
            &["continued-without-key-id", "continued-without-key-usage"],
        ),
        ("basic constraints not critical", SOUND.replace("critical,CA", "CA"), &[]),
        (
            "a longer identifier",
            SOUND.replace("=hash", "=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
            &[],
        ),
        ("an identifier of one octet", SOUND.replace("=hash", "=01"), &[]),
        ("Netscape's type", format!("{SOUND}\nnsCertType=sslCA\nnsComment=made long ago"), &[]),
        (
            "an unknown critical extension",
            format!("{SOUND}\n2.999.7=critical,ASN1:NULL"),
            &["continued-unknown-critical"],
        ),
        ("more usages than needed", SOUND.replace("keyCertSign", "digitalSignature,keyCertSign"), &[]),
        ("a path length", SOUND.replace("CA:TRUE", "CA:TRUE,pathlen:1"), &[]),
    ] {
        let (root, signer) = make(&openssl, &folder, P256, &extensions, "-sha256");
        let ledger = Ledger::in_memory().with_clock(clock(&root));
        let authority = Authority::open(Chain::new(vec![root.clone()]).unwrap(), signer, &ledger).unwrap();
        let findings = authority.findings();
        assert_eq!(findings.iter().map(|found| found.rule).collect::<Vec<_>>(), rules, "{name}");
        assert!(findings.iter().all(|found| found.severity == Severity::Warning), "{name}");
        let issued = issue_below(&authority, clock(&root), name);
        // Strict readers want what is missing; those that refuse what they do not know can be told to.
        let options = if name.contains("critical extension") { "-ignore_critical" } else { "" };
        verify(&openssl, folder.path(), &root, &issued, clock(&root), options).unwrap();
        let named = "CN=Old CA,DC=example,DC=com";
        assert!(findings.iter().all(|found| found.place.as_deref() == Some(named)), "{name}");
    }
}

#[test]
fn what_cannot_be_continued_usefully_is_said() {
    let Some(openssl) = peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let constrained = format!("{SOUND}\nnameConstraints=critical,permitted;DNS:.example.com");
    let small = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3";
    for (key, extensions, rule) in [
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:1024", SOUND, "continued-weak-key"),
        (small, SOUND, "continued-weak-key"),
        (P256, &constrained, "continued-constraint-syntax"),
    ] {
        let (root, signer) = make(&openssl, &folder, key, extensions, "-sha256");
        let ledger = Ledger::in_memory().with_clock(clock(&root));
        let authority = Authority::open(Chain::new(vec![root]).unwrap(), signer, &ledger).unwrap();
        assert_eq!(authority.findings().iter().map(|found| found.rule).collect::<Vec<_>>(), [rule], "{key}");
    }
}
