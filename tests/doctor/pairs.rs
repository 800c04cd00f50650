//! Keys and certificates that are no pair: whose key it is, what is missing, and that nothing is offered that would fail.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::truststore::Rules;
use certwright::{Finding, Severity, Timestamp};

use super::bench::{self, Patient};
use crate::support::curl::Answer;
use crate::support::openssl::{CA, Dates, Made, Purpose};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

/// The scene, and a client two authorities below its root.
struct Cast {
    scene: Scene,
    below: Made,
    deep: Made,
}

impl Cast {
    fn set() -> Option<Self> {
        let scene = Scene::set()?;
        let below = scene.shop.subordinate("below", "Below", &scene.sub);
        let deep = scene.shop.leaf("deep", "deep", &below, Purpose::Client, Dates::Current);
        Some(Self { scene, below, deep })
    }

    fn bundle(&self, name: &str, parts: &[&Made]) -> PathBuf {
        let parts: Vec<_> = parts.iter().map(|made| made.certificate.as_path()).collect();
        self.scene.shop.bundle(name, &parts)
    }
}

/// What curl and nginx make of it.
#[derive(Debug, PartialEq, Eq)]
enum Says {
    /// curl loads no such pair.
    Unloaded,
    /// nginx refuses the client.
    Refused,
    Answered,
    /// curl's exit, and the status.
    Otherwise(i32, u16),
}
use Says::{Answered, Otherwise, Refused, Unloaded};

fn says(answer: &Answer) -> Says {
    match (answer.exit, answer.status) {
        (58, _) => Unloaded,
        (0, 400) => Refused,
        (0, 200) => Answered,
        (exit, status) => Otherwise(exit, status),
    }
}

type Parts = for<'a> fn(&'a Cast) -> Vec<&'a Made>;

/// What is given, what comes of it, the rules that doctor names at error grade, what it says and where, and what it does
/// not say.
struct Row {
    what: &'static str,
    key: fn(&Cast) -> PathBuf,
    cert: Parts,
    chain: Parts,
    says: Says,
    errors: &'static [&'static str],
    told: &'static str,
    place: &'static str,
    untold: &'static str,
}

const fn row(what: &'static str, key: fn(&Cast) -> PathBuf, cert: Parts) -> Row {
    let untold = "leave it out";
    let (chain, told, place): (Parts, _, _) = (|_| vec![], "an authority's key belongs on no client", "key");
    Row { what, key, cert, chain, says: Unloaded, errors: &["key-mismatch"], told, place, untold }
}

const REVERSED: &[&str] = &["certificate-order", "key-mismatch"];

const ROWS: &[Row] = &[
    row("an authority's key", |c| c.scene.sub.key.clone(), |c| vec![&c.scene.client, &c.scene.sub]),
    Row {
        says: Refused,
        errors: REVERSED,
        ..row(
            "an authority's key, in reverse",
            |c| c.scene.sub.key.clone(),
            |c| vec![&c.scene.sub, &c.scene.client],
        )
    },
    Row {
        errors: REVERSED,
        ..row(
            "the lower authority's key, in reverse",
            |c| c.below.key.clone(),
            |c| vec![&c.scene.sub, &c.below, &c.deep],
        )
    },
    Row {
        says: Refused,
        errors: REVERSED,
        ..row(
            "the root's key, in reverse",
            |c| c.scene.root.key.clone(),
            |c| vec![&c.scene.root, &c.scene.sub, &c.scene.client],
        )
    },
    Row {
        errors: REVERSED,
        told: "the key is not that of the certificate CN=payments",
        untold: "the key belongs to",
        ..row(
            "a stranger's key, in reverse",
            |c| c.scene.web.key.clone(),
            |c| vec![&c.scene.sub, &c.scene.client],
        )
    },
    Row {
        chain: |c| vec![&c.scene.client],
        told: "stands in that of the chain (chain.pem)",
        place: "crt.pem, line 1",
        untold: "another one's chain",
        ..row("certificate and chain exchanged", |c| c.scene.client.key.clone(), |c| vec![&c.scene.sub])
    },
    Row {
        told: "CN=Clients CA is an authority, and the client's certificate is missing",
        place: "crt.pem, line 1",
        untold: "certified for clients",
        ..row(
            "the chain as the certificate",
            |c| c.scene.client.key.clone(),
            |c| vec![&c.scene.sub, &c.scene.root],
        )
    },
    Row {
        chain: |c| vec![&c.scene.root],
        untold: "stands in that of the chain",
        ..row(
            "an authority's key, its certificate in the chain",
            |c| c.scene.root.key.clone(),
            |c| vec![&c.scene.client, &c.scene.sub],
        )
    },
    Row {
        errors: &["key-mismatch", "pem-indented"],
        told: "the key is not that of the certificate CN=payments",
        ..row(
            "a stranger's key, indented",
            |c| indented(c, &c.scene.web.key),
            |c| vec![&c.scene.client, &c.scene.sub],
        )
    },
];

fn indented(cast: &Cast, file: &Path) -> PathBuf {
    let text = fs::read_to_string(file).expect("PEM");
    let path = cast.scene.shop.path("indented");
    fs::write(&path, text.lines().map(|line| format!(" {line}\n")).collect::<String>()).expect("writable");
    path
}

/// With the root for a store, where there is to be one.
fn diagnose(key: &Path, cert: &Path, chain: Option<&Path>, store: Option<&Path>) -> Diagnosis {
    diagnose_for("openssl", key, cert, chain, store)
}

fn diagnose_for(
    target: &str,
    key: &Path,
    cert: &Path,
    chain: Option<&Path>,
    store: Option<&Path>,
) -> Diagnosis {
    let read = |path: &Path| fs::read(path).expect("a file");
    let (key, cert, chain, store) = (read(key), read(cert), chain.map(read), store.map(read));
    let rules = Rules::for_target(target).expect("a known reader");
    let mut case =
        Case::at(Timestamp::now()).key(File::new("key", &key)).certificate(File::new("crt.pem", &cert));
    case = chain.iter().fold(case, |case, chain| case.chain(File::new("chain.pem", chain)));
    case = store.iter().fold(case, |case, store| case.truststore(File::new("store.pem", store)));
    examine(&case.rules(&rules))
}

/// In alphabetical order.
fn errors(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let mut errors = bench::errors(diagnosis);
    errors.sort_unstable();
    errors
}

fn named<'a>(diagnosis: &'a Diagnosis, rule: &str) -> Vec<&'a Finding> {
    diagnosis.findings.iter().filter(|finding| finding.rule == rule).collect()
}

#[test]
fn what_is_no_pair_is_said_to_be_none_and_nothing_is_offered() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let root = &cast.scene.root.certificate;
    let server = Nginx::start(&nginx, cast.scene.site(), Clients::Required { truststore: root, depth: 3 });
    let mut wrong = Vec::new();
    for row in ROWS {
        let (key, cert) = ((row.key)(&cast), cast.bundle("given.pem", &(row.cert)(&cast)));
        let chain = (row.chain)(&cast);
        let chain = (!chain.is_empty()).then(|| cast.bundle("chain.pem", &chain));
        let patient = Patient { cert, key, pass: None };
        let answer = says(&patient.send(&cast.scene, server.port));
        if answer != row.says {
            wrong.push(format!("{}: {answer:?}", row.what));
        }
        for store in [None, Some(root.as_path())] {
            let diagnosis = diagnose(&patient.key, &patient.cert, chain.as_deref(), store);
            let told = |finding: &&Finding| {
                finding.message.contains(row.told)
                    && finding.place.as_ref().is_some_and(|p| p.starts_with(row.place))
            };
            let said = named(&diagnosis, "key-mismatch").iter().any(told);
            let untold = diagnosis.findings.iter().all(|finding| !finding.message.contains(row.untold));
            if errors(&diagnosis) != row.errors || !said || !untold || !diagnosis.mends.is_empty() {
                wrong.push(format!("{}, {store:?}: {diagnosis:#?}", row.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Whose key it is, is not known as long as it is closed; the order is wrong for any.
#[test]
fn a_closed_key_is_not_said_to_be_anybodys() {
    let Some(cast) = Cast::set() else { return };
    let sealed = cast.scene.shop.path("sealed.key");
    cast.scene.shop.encrypt(&cast.scene.client.key, &sealed, "right");
    let reversed = cast.bundle("reversed.pem", &[&cast.scene.sub, &cast.scene.client]);
    let patient = Patient { cert: reversed, key: sealed, pass: None };
    let diagnosis = patient.diagnose(None);
    assert_eq!(errors(&diagnosis), ["certificate-order", "key-passphrase-missing"], "{diagnosis:#?}");
    let order = named(&diagnosis, "certificate-order");
    assert!(!order[0].message.contains("the key belongs"), "{order:#?}");
    let folder = tempfile::tempdir().expect("a folder");
    let cured = Patient { pass: Some("right"), ..patient.mended(&diagnosis, folder.path()) };
    cured.send(&cast.scene, cast.scene.guarded().port).assert_answered();
}

/// An authority without limits may be a client, too. It is said what curl presents, and the client's own is not left out.
#[test]
fn an_authority_that_may_be_a_client_is_no_error_and_gives_nothing_up() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let shop = &cast.scene.shop;
    let authority =
        shop.self_signed("free", "/CN=free", "utf8only", "basicConstraints = critical, CA:TRUE\n");
    let client = shop.leaf("bound", "bound", &authority, Purpose::Client, Dates::Current);
    let cert = cast.bundle("free-first.pem", &[&authority, &client]);
    let store = &authority.certificate;
    let server = Nginx::start(&nginx, cast.scene.site(), Clients::Required { truststore: store, depth: 1 });
    let patient = Patient { cert, key: authority.key.clone(), pass: None };
    patient.send(&cast.scene, server.port).assert_answered();
    for store in [None, Some(store.as_path())] {
        let diagnosis = diagnose(&patient.key, &patient.cert, None, store);
        let said = named(&diagnosis, "key-mismatch");
        assert!(said.len() == 1 && said[0].severity == Severity::Warning, "{diagnosis:#?}");
        assert!(said[0].message.contains("CN=bound was certified by CN=free"), "{said:#?}");
        assert!(errors(&diagnosis).is_empty() && diagnosis.mends.is_empty(), "{diagnosis:#?}");
    }
}

/// What may stand above the one that is missing is no stranger, and stays where the file is written anew.
#[test]
fn an_authority_above_a_gap_is_kept() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let root = &cast.scene.root.certificate;
    let server = Nginx::start(&nginx, cast.scene.site(), Clients::Required { truststore: root, depth: 3 });
    let gapped = cast.bundle("gapped.pem", &[&cast.deep, &cast.scene.sub]);
    let patient = Patient { cert: gapped, key: cast.deep.key.clone(), pass: None };
    assert_eq!(says(&patient.send(&cast.scene, server.port)), Refused);
    let length = |diagnosis: &Diagnosis| {
        let mend = diagnosis.mends.first()?;
        Some(certwright::Certificate::read_all(mend.contents()).expect("certificates").len())
    };
    for (store, rules) in [(None, &[][..]), (Some(root.as_path()), &["client-chain"])] {
        let diagnosis = diagnose(&patient.key, &patient.cert, None, store);
        assert_eq!((errors(&diagnosis).as_slice(), length(&diagnosis)), (rules, None), "{diagnosis:#?}");
        let gap = named(&diagnosis, "chain-gap");
        assert!(
            gap.len() == 1 && gap[0].message.starts_with("CN=Below, which certified CN=deep"),
            "{gap:#?}"
        );
        assert!(named(&diagnosis, "chain-unrelated").is_empty(), "{diagnosis:#?}");
        let missing = named(&diagnosis, "client-chain");
        assert!(
            missing.iter().all(|one| {
                one.message.contains("lacks the certificate of CN=Below")
                    && one.place.as_deref() == Some("crt.pem, line 1")
            }),
            "{missing:#?}"
        );
        let indented = diagnose(&patient.key, &indented(&cast, &patient.cert), None, store);
        assert_eq!(length(&indented), Some(2), "{indented:#?}");
    }
    // The way out that is named.
    let diagnosis =
        diagnose(&patient.key, &patient.cert, Some(&cast.below.certificate), Some(root.as_path()));
    assert_eq!(errors(&diagnosis), ["intermediate-missing"], "{diagnosis:#?}");
    let cert = cast.scene.shop.path("filled.pem");
    fs::write(&cert, diagnosis.mends[0].contents()).expect("a writable folder");
    assert_eq!(says(&Patient { cert, ..patient.clone() }.send(&cast.scene, server.port)), Answered);
    // With it, nginx as it is set up refuses the client for another cause.
    let [below, root] = [&cast.below.certificate, root].map(|path| Some(path.as_path()));
    let diagnosis = diagnose_for("nginx", &cast.deep.key, &patient.cert, below, root);
    assert_eq!(errors(&diagnosis), ["client-chain-length", "intermediate-missing"], "{diagnosis:#?}");
    // Whose key it is, is known all the same.
    let reversed = cast.bundle("reversed.pem", &[&cast.scene.sub, &cast.deep]);
    let diagnosis = diagnose(&cast.scene.sub.key, &reversed, None, None);
    assert_eq!((errors(&diagnosis).as_slice(), diagnosis.mends.len()), (REVERSED, 0), "{diagnosis:#?}");
    // A branch that begins on the way is none that stands above it.
    let branch = cast.bundle("branch.pem", &[&cast.scene.client, &cast.scene.sub, &cast.below]);
    let diagnosis = diagnose(&cast.scene.client.key, &branch, None, None);
    assert_eq!((named(&diagnosis, "chain-unrelated").len(), length(&diagnosis)), (1, Some(2)));
}

/// Whatever else is wrong with swapped files is said, too.
#[test]
fn swapped_files_are_judged_as_if_they_were_given_rightly() {
    let Some(cast) = Cast::set() else { return };
    let gateway = cast.scene.guarded();
    let sealed = cast.scene.shop.path("sealed.key");
    cast.scene.shop.encrypt(&cast.scene.client.key, &sealed, "right");
    let indented = indented(&cast, &cast.scene.client.key);
    for (key, rules) in [
        (&cast.scene.client.key, &["files-swapped"][..]),
        (&cast.scene.web.key, &["files-swapped", "key-mismatch"]),
        (&sealed, &["files-swapped", "key-passphrase-missing"]),
        (&indented, &["files-swapped", "pem-indented"]),
    ] {
        let given = Patient { cert: key.clone(), key: cast.scene.client.certificate.clone(), pass: None };
        assert_eq!(says(&given.send(&cast.scene, gateway.port)), Unloaded, "{}", key.display());
        let diagnosis = given.diagnose(None);
        assert_eq!((errors(&diagnosis).as_slice(), diagnosis.mends.len()), (rules, 0), "{diagnosis:#?}");
        // The other way round the rest stays.
        let turned = Patient { cert: given.key, key: given.cert, pass: None };
        assert_eq!(errors(&turned.diagnose(None)), rules[1..], "{}", key.display());
    }
}

/// What would fail for another cause, which no new file does away with.
#[test]
fn no_file_is_offered_that_would_fail_as_well() {
    let Some(cast) = Cast::set() else { return };
    let gateway = cast.scene.guarded();
    let Scene { shop, sub, client, .. } = &cast.scene;
    let expired = shop.again("expired", "payments", client, sub, super::strength::LEAF, Dates::Expired);
    let server = shop.leaf("as-client", "as-client", sub, Purpose::Server, Dates::Current);
    for (what, rule, cert, key) in [
        ("expired", "certificate-expired", &expired, &client.key),
        ("a server's", "client-purpose", &server, &server.key),
    ] {
        let file = indented(&cast, &cert.certificate);
        let patient = Patient { cert: file, key: key.clone(), pass: None };
        let diagnosis = patient.diagnose(Some(&cast.scene.truststore));
        assert_eq!((errors(&diagnosis), diagnosis.mends.len()), (vec![rule, "pem-indented"], 0), "{what}");
        let first = diagnosis.findings.iter().find(|finding| finding.rule == rule).expect("said");
        assert!(first.place.as_ref().is_some_and(|place| place.contains("indented")), "{first:?}");
        assert_eq!(says(&patient.send(&cast.scene, gateway.port)), Unloaded, "{what}");
        let straight = Patient { cert: cert.certificate.clone(), ..patient };
        assert!(straight.send(&cast.scene, gateway.port).is_refused(), "{what}");
    }
    // A passphrase is no file: with it, the new one works.
    let sealed = cast.scene.shop.path("sealed.key");
    cast.scene.shop.encrypt(&client.key, &sealed, "right");
    let patient = Patient { key: indented(&cast, &sealed), ..Patient::healthy(&cast.scene) };
    let diagnosis = patient.diagnose(None);
    assert_eq!(errors(&diagnosis), ["key-passphrase-missing", "pem-indented"]);
    let folder = tempfile::tempdir().expect("a folder");
    let cured = Patient { pass: Some("right"), ..patient.mended(&diagnosis, folder.path()) };
    cured.send(&cast.scene, gateway.port).assert_answered();
}

/// Who renews what has expired.
#[test]
fn the_renewal_is_named_for_each_kind_of_certificate() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let Scene { shop, root, sub, client, .. } = &cast.scene;
    let old_client = shop.again("old", "payments", client, sub, super::strength::LEAF, Dates::Expired);
    let old_sub = shop.again("old-sub", "Clients CA", sub, root, CA, Dates::Expired);
    let said = |parts: &[&Made], chain: Option<&Path>| {
        let cert = cast.bundle("old.pem", parts);
        diagnose(&client.key, &cert, chain, Some(&root.certificate))
    };
    for (parts, words) in [
        (&[&old_client, sub][..], "renewed by its issuer, CN=Clients CA (`certwright renew`"),
        (&[client, &old_sub], "from its issuer, CN=Client Root (`certwright ca renew`"),
    ] {
        let diagnosis = said(parts, None);
        assert_eq!(errors(&diagnosis), ["certificate-expired"], "{diagnosis:#?}");
        assert!(diagnosis.findings[0].message.contains(words), "{words}: {diagnosis:#?}");
    }
    // The way out that is named.
    let diagnosis = said(&[client, &old_sub], Some(&sub.certificate));
    let cert = shop.path("renewed.pem");
    fs::write(&cert, diagnosis.mends.first().expect("a mend").contents()).expect("a writable folder");
    let clients = Clients::Required { truststore: &root.certificate, depth: 2 };
    let server = Nginx::start(&nginx, cast.scene.site(), clients);
    Patient { cert, key: client.key.clone(), pass: None }.send(&cast.scene, server.port).assert_answered();
}
