//! Other people's tools judge what certwright writes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

mod support;

use std::path::Path;
use std::process::Command;

use certwright::chain::to_pem;
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::{
    Authority, Certificate, Csr, Issued, KeyType, Ledger, Lifetime, Passphrase, PendingAuthority, PrivateKey,
    Request, Subject,
};
use support::pki::{key, key_types, name};
use tempfile::TempDir;

/// A root and a subordinate below it, both with keys of one type.
fn hierarchy(key_type: KeyType, ledger: &Ledger) -> (Authority, Authority) {
    let root_key = PrivateKey::generate(key_type).unwrap();
    let subject = format!("CN={key_type} root,OU=a,OU=b,DC=example,DC=com").parse().unwrap();
    let root = Authority::root(&Root::new(Lifetime::years(10)), subject, root_key, ledger).unwrap();
    let sub_key = PrivateKey::generate(key_type).unwrap();
    let subject = Subject::common_name(&format!("{key_type} sub")).unwrap();
    let pending = PendingAuthority::new(subject, sub_key).unwrap();
    let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
    let sub = pending.activate(chain, ledger).unwrap();
    (root, sub)
}

fn run(program: &Path, arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// Runs a program that has to succeed, and returns what it said; the arguments have no spaces inside.
fn ask(program: &Path, arguments: &str, folder: &TempDir) -> String {
    let arguments: Vec<_> = arguments.split(' ').collect();
    let (succeeded, said) = run(program, &arguments, folder.path());
    assert!(succeeded, "{} {arguments:?}: {said}", program.display());
    said
}

fn write(folder: &TempDir, file: &str, text: &str) {
    std::fs::write(folder.path().join(file), text).unwrap();
}

fn server_of(authority: &Authority, key: &PrivateKey) -> Issued {
    let request = Request::new(key.public_key()).subject(name("CN=server,O=Grüße"));
    let request = request.dns("a.example.com").unwrap().ip("2001:db8::1".parse().unwrap());
    authority.issue(&Leaf::server(Lifetime::days(90)), request).unwrap()
}

/// What `openssl x509 -text` says of the extensions, without the identifiers and without the indentation.
fn extensions(openssl: &Path, certificate: &Certificate) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "it.pem", &certificate.to_pem());
    let said = ask(openssl, "x509 -in it.pem -noout -text -certopt no_sigdump,no_pubkey,no_header", &folder);
    let (_, listed) = said.split_once("X509v3 extensions:\n").expect("extensions");
    let is_identifier =
        |line: &str| line.contains(':') && line.replace(':', "").chars().all(|c| c.is_ascii_hexdigit());
    listed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_identifier(line))
        .map(str::to_owned)
        .collect()
}

#[test]
fn openssl_shows_exactly_the_extensions_of_the_profiles() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let ledger = Ledger::in_memory();
    let (root, sub) = hierarchy(KeyType::EcdsaP256, &ledger);
    let usage = "X509v3 Key Usage: critical";
    let authority = "Digital Signature, Certificate Sign, CRL Sign";
    let (ski, aki) = ("X509v3 Subject Key Identifier:", "X509v3 Authority Key Identifier:");
    let (basic, purpose) = ("X509v3 Basic Constraints: critical", "X509v3 Extended Key Usage:");
    let alt = "X509v3 Subject Alternative Name:";
    let shown = |certificate: &Certificate| extensions(&openssl, certificate);
    assert_eq!(shown(root.certificate()), [usage, authority, ski, basic, "CA:TRUE"]);
    assert_eq!(shown(sub.certificate()), [aki, usage, authority, ski, basic, "CA:TRUE, pathlen:0"]);
    let server = server_of(&sub, &key());
    let (names, purposes) =
        ("DNS:a.example.com, IP Address:2001:DB8:0:0:0:0:0:1", "TLS Web Server Authentication");
    let expected = [aki, alt, names, usage, "Digital Signature", purpose, purposes, ski];
    assert_eq!(shown(server.certificate()), expected);
    let request = Request::new(key().public_key()).dns("a.example.com").unwrap();
    let nameless = sub.issue(&Leaf::peer(Lifetime::days(1)), request).unwrap();
    let critical = "X509v3 Subject Alternative Name: critical";
    let purposes = "TLS Web Server Authentication, TLS Web Client Authentication";
    let expected = [aki, critical, "DNS:a.example.com", usage, "Digital Signature", purpose, purposes, ski];
    assert_eq!(shown(nameless.certificate()), expected);
}

#[cfg(feature = "rsa")]
#[test]
fn openssl_shows_key_encipherment_for_rsa_servers_only() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let (_, sub) = hierarchy(KeyType::EcdsaP256, &Ledger::in_memory());
    let key = PrivateKey::generate(KeyType::Rsa2048).unwrap();
    let server = extensions(&openssl, server_of(&sub, &key).certificate());
    assert!(server.contains(&"Digital Signature, Key Encipherment".to_owned()), "{server:?}");
    let client = Request::new(key.public_key()).subject(name("CN=client"));
    let client = sub.issue(&Leaf::client(Lifetime::days(1)), client).unwrap();
    let client = extensions(&openssl, client.certificate());
    assert!(client.contains(&"Digital Signature".to_owned()), "{client:?}");
}

#[test]
fn openssl_opens_the_keys_that_are_exported() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "passphrase", "pass phrase with spaces, ümläuts\n");
    let passphrase = Passphrase::from_file(folder.path().join("passphrase")).unwrap();
    for kind in key_types().filter(|kind| *kind != KeyType::Rsa4096) {
        let key = PrivateKey::generate(kind).unwrap();
        write(&folder, "private.pem", &key.encrypt(&passphrase).unwrap().to_pem());
        let public = ask(&openssl, "pkey -in private.pem -passin file:passphrase -pubout", &folder);
        assert_eq!(public, key.public_key().to_pem(), "{kind}");
    }
}

#[test]
fn openssl_accepts_requests_of_every_kind_of_key() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    for kind in key_types() {
        let key = PrivateKey::generate(kind).unwrap();
        let subject = name("CN=Sub+OU=Müller,DC=example,DC=com");
        write(&folder, "request.csr", &Csr::create(&subject, &key).unwrap().to_pem());
        let said =
            ask(&openssl, "req -in request.csr -verify -noout -subject -nameopt RFC2253,-esc_msb", &folder);
        assert!(said.contains("verify OK"), "{kind}: {said}");
        assert!(said.contains("subject=OU=Müller+CN=Sub,DC=example,DC=com"), "{kind}: {said}");
    }
}

#[test]
fn requests_of_openssl_are_certified_as_they_are() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (root, _) = hierarchy(KeyType::EcdsaP256, &Ledger::in_memory());
    for new_key in [
        "ec -pkeyopt ec_paramgen_curve:P-256",
        "ec -pkeyopt ec_paramgen_curve:P-384",
        "ed25519",
        "rsa:2048",
        "rsa:2048 -sha512",
        "rsa-pss -pkeyopt rsa_keygen_bits:2048 -sha256 -sigopt rsa_pss_saltlen:32",
    ] {
        let arguments = format!(
            "req -new -newkey {new_key} -nodes -keyout k.pem -out request.csr -subj /DC=com/OU=a/OU=b/CN=Sub \
             -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:asked.example.com"
        );
        ask(&openssl, &arguments, &folder);
        let request = Csr::open(folder.path().join("request.csr")).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(1)), &request).unwrap();
        let certificate = chain.certificate();
        assert_eq!(certificate.subject().to_string(), "CN=Sub,OU=b,OU=a,DC=com", "{new_key}");
        assert_eq!(certificate.public_key(), request.public_key(), "{new_key}");
        assert!(certificate.is_authority() && certificate.alt_names().is_empty(), "{new_key}");
    }
}

#[test]
fn certtool_verifies_chains_of_every_kind_of_key() {
    let Some(certtool) = support::peers::find("certtool") else { return };
    let folder = tempfile::tempdir().unwrap();
    for kind in key_types() {
        let (root, sub) = hierarchy(kind, &Ledger::in_memory());
        let leaf = server_of(&sub, &key());
        write(&folder, "root.pem", &root.certificate().to_pem());
        write(&folder, "chain.pem", &to_pem(leaf.chain().presented()));
        let arguments =
            "--verify --verify-hostname=a.example.com --load-ca-certificate root.pem --infile chain.pem";
        let said = ask(&certtool, arguments, &folder);
        assert!(said.contains("Chain verification output: Verified"), "{kind}: {said}");
        ask(&certtool, "--certificate-info --infile chain.pem", &folder);
    }
}

#[test]
fn certtool_reads_requests() {
    let Some(certtool) = support::peers::find("certtool") else { return };
    let folder = tempfile::tempdir().unwrap();
    let request = Csr::create(&name("CN=Sub,OU=a,OU=b"), &key()).unwrap();
    write(&folder, "request.csr", &request.to_pem());
    let said = ask(&certtool, "--crq-info --infile request.csr", &folder);
    assert!(said.contains("Self signature: verified"), "{said}");
}

#[test]
fn java_reads_certificates_and_requests() {
    let Some(keytool) = support::peers::find("keytool") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (_, sub) = hierarchy(KeyType::EcdsaP256, &Ledger::in_memory());
    write(&folder, "chain.pem", &to_pem(server_of(&sub, &key()).chain().full()));
    let said = ask(&keytool, "-printcert -file chain.pem", &folder);
    for expected in ["CN=server", "DNSName: a.example.com", "serverAuth", "PathLen:0", "OU=a, OU=b"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    write(&folder, "request.csr", &Csr::create(&name("CN=Sub"), &key()).unwrap().to_pem());
    let said = ask(&keytool, "-printcertreq -file request.csr", &folder);
    assert!(said.contains("CN=Sub"), "{said}");
}

#[test]
fn java_imports_a_truststore() {
    let Some(keytool) = support::peers::find("keytool") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (root, _) = hierarchy(KeyType::EcdsaP256, &Ledger::in_memory());
    write(&folder, "root.pem", &root.certificate().to_pem());
    let store = "-keystore store.p12 -storetype PKCS12 -storepass changeit";
    ask(&keytool, &format!("-importcert -noprompt -alias root -file root.pem {store}"), &folder);
    let said = ask(&keytool, &format!("-list -v {store}"), &folder);
    assert!(said.contains("trustedCertEntry") && said.contains("BasicConstraints"), "{said}");
}

#[test]
fn openssl_verifies_every_combination_of_authority_and_leaf_keys() {
    let Some(openssl) = support::peers::find("openssl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::in_memory();
    let leaf_keys: Vec<_> = key_types().map(|t| (t, PrivateKey::generate(t).unwrap())).collect();
    for ca_type in key_types() {
        let (root, sub) = hierarchy(ca_type, &ledger);
        std::fs::write(folder.path().join("root.pem"), root.certificate().to_pem()).unwrap();
        std::fs::write(folder.path().join("sub.pem"), sub.certificate().to_pem()).unwrap();
        for (leaf_type, key) in &leaf_keys {
            let request = Request::new(key.public_key())
                .subject(Subject::common_name("client").unwrap())
                .dns("client.example.com")
                .unwrap();
            let leaf = sub.issue(&Leaf::client(Lifetime::days(395)), request).unwrap();
            std::fs::write(folder.path().join("leaf.pem"), to_pem(&leaf.chain().presented()[..1])).unwrap();
            let arguments =
                "verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted sub.pem leaf.pem";
            let said = ask(&openssl, arguments, &folder);
            assert_eq!(said.trim(), "leaf.pem: OK", "authority {ca_type}, leaf {leaf_type}");
        }
    }
}
