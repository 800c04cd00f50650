//! The tutorial from end to end: certwright makes every file, real curl calls real servers.

#![cfg(feature = "rsa")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic what broke"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use certwright::chain::to_pem;
use certwright::profile::{Leaf, Root, Subordinate};
use certwright::truststore::{Rules, Truststore};
use certwright::{
    Authority, Certificate, Export, Format, Issued, KeyType, Ledger, Lifetime, Passphrase, PendingAuthority,
    PrivateKey, Request, Subject, Timestamp,
};
use support::curl::{Answer, Curl};
use support::peers;
use support::pki::{Hand, after, key};
use support::servers::{Clients, Gateway, Nginx, Site};
use tempfile::TempDir;

const DOMAIN: &str = "api.example.test";
const CLIENT_PASSPHRASE: &str = "of the second client only";
const DAY: i64 = 86_400;

/// Everything that the tutorial makes, in one folder. The servers live by the machine's clock: the root is ninety
/// days old, so that a client of thirty days can have expired.
struct Tutorial {
    folder: TempDir,
    hand: Hand,
    root: Authority,
    sub: Authority,
    first: Issued,
    second: Issued,
}

/// The files of a client.
#[derive(Clone)]
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

fn common_name(name: &str) -> Subject {
    Subject::common_name(name).unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_bytes(text.as_bytes().to_vec()).unwrap()
}

fn client() -> Leaf {
    Leaf::client(Lifetime::days(395))
}

fn named(name: &str, key: &PrivateKey) -> Request {
    Request::new(key.public_key()).subject(common_name(name)).dns(name).unwrap()
}

impl Tutorial {
    /// The steps in their order.
    fn follow() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hand = Hand::new(after(Timestamp::now(), -90 * DAY));
        let ledger = ledger(folder.path()).with_clock(hand.clone());
        let profile = Root::new(Lifetime::years(10));
        let root = Authority::root(&profile, common_name("test123"), key(), &ledger).unwrap();
        let first = root.issue(&client(), named("private.example.test", &key())).unwrap();
        let second_key = PrivateKey::generate(KeyType::Rsa2048).unwrap();
        let second = root.issue(&client(), named("private2.example.test", &second_key)).unwrap();
        let pending = PendingAuthority::new(common_name("sub.test123"), key()).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
        let sub = pending.activate(chain, &ledger).unwrap();
        let truststore =
            Truststore::assemble([sub.chain()], &Rules::api_gateway(), hand_time(&hand)).unwrap();
        Export::to(folder.path().join("private2"))
            .chain(second.chain())
            .key(second_key.encrypt(&passphrase(CLIENT_PASSPHRASE)).unwrap())
            .truststore(&truststore)
            .write()
            .unwrap();
        hand.set(Timestamp::now());
        Self { folder, hand, root, sub, first, second }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn truststore(&self) -> PathBuf {
        self.path("private2/truststore.pem")
    }

    /// The second client, as it was exported.
    fn exported(&self) -> Files {
        Files { cert: self.path("private2/crt.pem"), key: self.path("private2/private.pem") }
    }

    /// A certificate of this authority with a plain key, for a client that nobody exports.
    fn other(&self, file: &str, authority: &Authority, profile: &Leaf, name: &str) -> Files {
        let key = key();
        let issued = authority.issue(profile, named(name, &key)).unwrap();
        self.write(file, issued.chain().presented(), &key)
    }

    fn write(&self, file: &str, chain: &[Certificate], key: &PrivateKey) -> Files {
        let files = Files { cert: self.path(&format!("{file}.crt")), key: self.path(&format!("{file}.key")) };
        fs::write(&files.cert, to_pem(chain)).unwrap();
        fs::write(&files.key, key.danger_plain_pem(Format::Pkcs8).unwrap().as_bytes()).unwrap();
        files
    }

    /// A client that expired sixty days ago.
    fn expired(&self) -> Files {
        self.hand.set(after(Timestamp::now(), -90 * DAY));
        let profile = Leaf::client(Lifetime::days(30));
        let files = self.other("expired", &self.root, &profile, "private2.example.test");
        self.hand.set(Timestamp::now());
        files
    }

    /// A client of another root with the same names, which it presents too.
    fn rogue(&self) -> Files {
        let ledger = Ledger::in_memory();
        let root = Root::new(Lifetime::years(10));
        let root = Authority::root(&root, common_name("test123"), key(), &ledger).unwrap();
        let key = key();
        let issued = root.issue(&client(), named("private2.example.test", &key)).unwrap();
        self.write("rogue", issued.chain().full(), &key)
    }

    /// The exported key without its passphrase.
    fn decrypted(&self) -> Files {
        let exported = self.exported();
        let key = PrivateKey::open(&exported.key, Some(&passphrase(CLIENT_PASSPHRASE))).unwrap();
        let plain = self.path("plain.pem");
        fs::write(&plain, key.danger_plain_pem(Format::Pkcs8).unwrap().as_bytes()).unwrap();
        Files { key: plain, ..exported }
    }
}

fn hand_time(hand: &Hand) -> Timestamp {
    certwright::Clock::now(hand)
}

#[cfg(feature = "sqlite")]
fn ledger(folder: &Path) -> Ledger {
    Ledger::open(&format!("sqlite:{}", folder.join("ca.db").display())).unwrap()
}

#[cfg(not(feature = "sqlite"))]
fn ledger(_: &Path) -> Ledger {
    Ledger::in_memory()
}

#[test]
fn certificates_of_the_root_work_with_a_warning() {
    let tutorial = Tutorial::follow();
    for issued in [&tutorial.first, &tutorial.second] {
        let rules: Vec<_> = issued.findings().iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["leaf-from-root"]);
    }
    let window = tutorial.root.certificate().window();
    assert_eq!(tutorial.root.certificate().subject().to_string(), "CN=test123");
    assert_eq!(Lifetime::years(10).end(after(window.not_before, 3_600)).unwrap(), window.not_after);
}

#[test]
fn the_truststore_is_the_subordinate_then_the_root() {
    let tutorial = Tutorial::follow();
    let text = fs::read_to_string(tutorial.truststore()).unwrap();
    // Above each block stands a comment that says whose it is.
    let blocks: String = text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
    assert_eq!(blocks, tutorial.sub.certificate().to_pem() + &tutorial.root.certificate().to_pem());
    assert!(text.ends_with("-----END CERTIFICATE-----\n"));
}

#[test]
fn the_exported_client_is_its_certificate_and_an_encrypted_key() {
    let tutorial = Tutorial::follow();
    let exported = tutorial.exported();
    let chain = Certificate::open_all(&exported.cert).unwrap();
    assert_eq!(chain, [tutorial.second.certificate().clone()]);
    let key = fs::read_to_string(&exported.key).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{key}");
    let wrong = PrivateKey::open(&exported.key, Some(&passphrase("of the authorities"))).unwrap_err();
    assert_eq!(wrong.kind(), "passphrase-wrong");
    let opened = PrivateKey::open(&exported.key, Some(&passphrase(CLIENT_PASSPHRASE))).unwrap();
    assert_eq!(opened.public_key(), tutorial.second.certificate().public_key());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |file| fs::metadata(file).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&exported.key), mode(&exported.cert)), (0o600, 0o644));
    }
}

#[test]
fn what_a_subordinate_issues_is_exported_with_its_intermediates() {
    let tutorial = Tutorial::follow();
    let key = key();
    let issued = tutorial.sub.issue(&client(), named("below.example.test", &key)).unwrap();
    assert_eq!(issued.findings(), []);
    let folder = tutorial.path("below");
    let sealed = key.encrypt(&passphrase("its own")).unwrap();
    Export::to(&folder).chain(issued.chain()).key(sealed).write().unwrap();
    let chain = Certificate::open_all(folder.join("crt.pem")).unwrap();
    assert_eq!(chain, [issued.certificate().clone(), tutorial.sub.certificate().clone()]);
    assert!(!folder.join("truststore.pem").exists());
}

// ---- real servers

/// A server before and after it was given the truststore, and how it says no.
struct Judge<'a> {
    curl: PathBuf,
    anchor: PathBuf,
    open: u16,
    guarded: u16,
    refused: fn(&Answer) -> bool,
    tutorial: &'a Tutorial,
}

impl Judge<'_> {
    fn call(&self, port: u16) -> Curl {
        Curl::to(&self.curl, DOMAIN, port).trust(&self.anchor)
    }

    fn call_as(&self, client: &Files) -> Curl {
        self.call(self.guarded).client(&client.cert, &client.key)
    }

    fn assert_refused(&self, who: &str, answer: &Answer) {
        assert!((self.refused)(answer), "{who} is not refused: {answer:?}");
    }

    fn verdicts(&self) {
        let tutorial = self.tutorial;
        self.call(self.open).send().assert_answered();
        self.assert_refused("nobody", &self.call(self.guarded).send());
        let exported = self.call_as(&tutorial.exported());
        exported.passphrase(CLIENT_PASSPHRASE).send().assert_answered();
        assert_eq!(self.call_as(&tutorial.exported()).passphrase("wrong").send().exit, 58);
        self.call_as(&tutorial.decrypted()).send().assert_answered();
        self.assert_refused("a rogue authority's client", &self.call_as(&tutorial.rogue()).send());
        self.assert_refused("an expired client", &self.call_as(&tutorial.expired()).send());
        let server = Leaf::server(Lifetime::days(395));
        let server = tutorial.other("server-only", &tutorial.root, &server, "private2.example.test");
        self.assert_refused("a server", &self.call_as(&server).send());
        let below = tutorial.other("below", &tutorial.sub, &client(), "below.example.test");
        self.call_as(&below).send().assert_answered();
        let peer = Leaf::peer(Lifetime::days(395));
        let peer = tutorial.other("peer", &tutorial.sub, &peer, "peer.example.test");
        self.call_as(&peer).send().assert_answered();
    }
}

/// The certificate of the domain itself, from the same subordinate, and the anchor that curl trusts.
fn site(tutorial: &Tutorial) -> (Files, PathBuf) {
    let server = tutorial.other("server", &tutorial.sub, &Leaf::server(Lifetime::days(395)), DOMAIN);
    let anchor = tutorial.path("root.pem");
    fs::write(&anchor, tutorial.root.certificate().to_pem()).unwrap();
    (server, anchor)
}

#[test]
fn the_gateway_answers_clients_of_the_truststore_and_nobody_else() {
    let Some(curl) = peers::find("curl") else { return };
    let tutorial = Tutorial::follow();
    let (server, anchor) = site(&tutorial);
    let site = Site { domain: DOMAIN, cert: &server.cert, key: &server.key };
    let (open, guarded) = (Gateway::start(site, None), Gateway::start(site, Some(&tutorial.truststore())));
    let (open, guarded, refused) = (open.port, guarded.port, Answer::is_refused);
    Judge { curl, anchor, open, guarded, refused, tutorial: &tutorial }.verdicts();
}

#[test]
fn nginx_answers_clients_of_the_truststore_and_nobody_else() {
    let (Some(curl), Some(nginx)) = (peers::find("curl"), peers::find("nginx")) else { return };
    let tutorial = Tutorial::follow();
    let (server, anchor) = site(&tutorial);
    let site = Site { domain: DOMAIN, cert: &server.cert, key: &server.key };
    let truststore = tutorial.truststore();
    // Its default depth is enough for one subordinate.
    let clients = Clients::Required { truststore: &truststore, depth: 1 };
    let (open, guarded) = (Nginx::start(&nginx, site, Clients::Anyone), Nginx::start(&nginx, site, clients));
    let (open, guarded, refused) = (open.port, guarded.port, (|a: &Answer| a.status == 400) as _);
    Judge { curl, anchor, open, guarded, refused, tutorial: &tutorial }.verdicts();
}
