//! Several certificates of one authority, or of one client: renewed, and cross-signed. What nginx says decides.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::Certificate;
use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::truststore::Rules;
use certwright::{Severity, Timestamp};

use super::bench::{Patient, errors};
use crate::support::openssl::{CA, Dates, Made};
use crate::support::peers;
use crate::support::scene::Scene;
use crate::support::servers::{Clients, Nginx};

/// The scene, and other certificates for its subordinate, its root and its client.
struct Cast {
    scene: Scene,
    /// The root of other people.
    other: Made,
    old_sub: Made,
    crossed_sub: Made,
    unfit_sub: Made,
    crossed_root: Made,
    old_client: Made,
    /// An authority of the subordinate's name.
    namesake: Made,
    sub_of_others: Made,
    /// Further certificates of the client's key: from an authority of other people, by itself, and for a server.
    client_of_others: Made,
    placeholder: Made,
    own_authority: Made,
    as_server: Made,
}

const LEAF: &str = "basicConstraints = critical, CA:FALSE\nextendedKeyUsage = clientAuth\n";
const SERVER: &str = "basicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\n";

impl Cast {
    fn set() -> Option<Self> {
        let scene = Scene::set()?;
        let (shop, root, sub) = (&scene.shop, &scene.root, &scene.sub);
        let other = shop.root("other", "Other Root");
        let again = |file: &str, issuer: &Made, extensions: &str, dates| {
            shop.again(file, "Clients CA", sub, issuer, extensions, dates)
        };
        let old_sub = again("old-sub", root, CA, Dates::Expired);
        let crossed_sub = again("crossed-sub", &other, CA, Dates::Current);
        let unfit_sub = again("unfit-sub", root, "basicConstraints = CA:FALSE\n", Dates::Current);
        let crossed_root = shop.again("crossed-root", "Client Root", root, &other, CA, Dates::Current);
        let old_client = shop.again("old", "payments", &scene.client, sub, LEAF, Dates::Expired);
        let namesake = shop.subordinate("namesake", "Clients CA", root);
        let sub_of_others = shop.subordinate("others", "CA of others", &other);
        let client = &scene.client;
        let client_again = |file: &str, issuer: &Made, extensions: &str| {
            shop.again(file, "payments", client, issuer, extensions, Dates::Current)
        };
        let client_of_others = client_again("client-of-others", &sub_of_others, LEAF);
        let placeholder = client_again("placeholder", client, "basicConstraints = CA:FALSE\n");
        let own_authority = client_again("own-authority", client, CA);
        let as_server = client_again("as-server", sub, SERVER);
        Some(Self {
            client_of_others,
            placeholder,
            own_authority,
            as_server,
            other,
            old_sub,
            crossed_sub,
            unfit_sub,
            crossed_root,
            old_client,
            namesake,
            sub_of_others,
            scene,
        })
    }

    fn bundle(&self, name: &str, parts: &[&Made]) -> PathBuf {
        let parts: Vec<_> = parts.iter().map(|made| made.certificate.as_path()).collect();
        self.scene.shop.bundle(name, &parts)
    }
}

/// What is in the files, whether the client is let in, what doctor names at error and warning grade, and how many
/// certificates the mend has.
struct Row {
    what: &'static str,
    cert: for<'a> fn(&'a Cast) -> Vec<&'a Made>,
    chain: for<'a> fn(&'a Cast) -> Vec<&'a Made>,
    store: for<'a> fn(&'a Cast) -> Vec<&'a Made>,
    works: bool,
    named: &'static [&'static str],
    mended: Option<usize>,
}

const ROOT: for<'a> fn(&'a Cast) -> Vec<&'a Made> = |cast| vec![&cast.scene.root];
const OTHER: for<'a> fn(&'a Cast) -> Vec<&'a Made> = |cast| vec![&cast.other];
const NONE: for<'a> fn(&'a Cast) -> Vec<&'a Made> = |_| vec![];

const fn row(what: &'static str, cert: for<'a> fn(&'a Cast) -> Vec<&'a Made>) -> Row {
    Row { what, cert, chain: NONE, store: ROOT, works: true, named: &[], mended: None }
}

const SUPERSEDED: &[&str] = &["chain-superseded"];
const ORDER: &[&str] = &["certificate-order"];
const MISLEADING: &[&str] = &["chain-misleading"];

const ROWS: &[Row] = &[
    Row {
        works: false,
        named: ORDER,
        mended: Some(2),
        ..row("a client of others first", |c| vec![&c.client_of_others, &c.scene.client, &c.scene.sub])
    },
    Row {
        store: OTHER,
        named: &["chain-superseded", "chain-unrelated"],
        mended: Some(2),
        ..row("the others' own client first", |c| {
            vec![&c.client_of_others, &c.sub_of_others, &c.scene.client, &c.scene.sub]
        })
    },
    // What is at hand makes it work, but what is there already goes first.
    Row {
        store: |c| vec![&c.scene.root, &c.other],
        chain: |c| vec![&c.sub_of_others],
        works: false,
        named: &["certificate-order", "chain-unrelated"],
        mended: Some(2),
        ..row("a client of others first, whose issuer is at hand", |c| {
            vec![&c.client_of_others, &c.scene.client, &c.scene.sub]
        })
    },
    Row {
        works: false,
        named: ORDER,
        mended: Some(2),
        ..row("one that certifies itself first", |c| vec![&c.placeholder, &c.scene.client, &c.scene.sub])
    },
    Row {
        works: false,
        named: ORDER,
        mended: Some(2),
        ..row("an authority of itself first", |c| vec![&c.own_authority, &c.scene.client, &c.scene.sub])
    },
    Row {
        works: false,
        named: ORDER,
        mended: Some(2),
        ..row("a server's first", |c| vec![&c.as_server, &c.scene.client, &c.scene.sub])
    },
    Row {
        works: false,
        chain: |c| vec![&c.scene.sub],
        named: &["certificate-order", "intermediate-missing"],
        mended: Some(2),
        ..row("a client of others first, the issuer at hand", |c| vec![&c.client_of_others, &c.scene.client])
    },
    Row {
        named: SUPERSEDED,
        mended: Some(2),
        ..row("renewed, the old one first", |c| vec![&c.scene.client, &c.old_sub, &c.scene.sub])
    },
    Row {
        named: SUPERSEDED,
        mended: Some(2),
        ..row("renewed, the new one first", |c| vec![&c.scene.client, &c.scene.sub, &c.old_sub])
    },
    Row {
        works: false,
        named: &["certificate-order", "chain-superseded"],
        mended: Some(2),
        ..row("renewed, upside down", |c| vec![&c.old_sub, &c.scene.sub, &c.scene.client])
    },
    Row {
        named: SUPERSEDED,
        store: |c| vec![&c.scene.sub, &c.scene.root],
        mended: Some(1),
        ..row("the new one in the store", |c| vec![&c.scene.client, &c.old_sub])
    },
    Row {
        works: false,
        chain: |c| vec![&c.old_sub, &c.scene.sub],
        named: &["intermediate-missing"],
        mended: Some(2),
        ..row("renewed, in the chain", |c| vec![&c.scene.client])
    },
    Row {
        works: false,
        named: &["certificate-order"],
        mended: Some(2),
        ..row("the client's old one first", |c| vec![&c.old_client, &c.scene.client, &c.scene.sub])
    },
    Row {
        named: SUPERSEDED,
        mended: Some(2),
        ..row("the client's old one below", |c| vec![&c.scene.client, &c.scene.sub, &c.old_client])
    },
    Row {
        works: false,
        named: MISLEADING,
        mended: Some(2),
        ..row("cross-signed, the wrong one first", |c| vec![&c.scene.client, &c.crossed_sub, &c.scene.sub])
    },
    Row {
        store: |c| vec![&c.scene.sub, &c.scene.root],
        works: false,
        named: &["certificate-order", "chain-unrelated"],
        mended: Some(1),
        ..row("a namesake of the issuer, which the store has", |c| vec![&c.namesake, &c.scene.client])
    },
    row("cross-signed, the right one first", |c| vec![&c.scene.client, &c.scene.sub, &c.crossed_sub]),
    Row {
        store: OTHER,
        ..row("cross-signed, for other people", |c| vec![&c.scene.client, &c.crossed_sub, &c.scene.sub])
    },
    // Clients of the one that leads nowhere are refused; this one is not.
    Row {
        store: |c| vec![&c.sub_of_others, &c.scene.root],
        named: &["store-chain-complete"],
        ..row("a store that is not complete elsewhere", |c| vec![&c.scene.client, &c.scene.sub])
    },
    Row {
        works: false,
        chain: |c| vec![&c.crossed_sub, &c.scene.sub],
        named: &["intermediate-missing"],
        mended: Some(2),
        ..row("cross-signed, in the chain", |c| vec![&c.scene.client])
    },
    Row {
        works: false,
        chain: |c| vec![&c.scene.sub],
        named: &["chain-misleading", "intermediate-missing"],
        mended: Some(2),
        ..row("cross-signed, the right one in the chain", |c| vec![&c.scene.client, &c.crossed_sub])
    },
    Row {
        works: false,
        named: MISLEADING,
        mended: Some(2),
        ..row("no authority's certificate first", |c| vec![&c.scene.client, &c.unfit_sub, &c.scene.sub])
    },
    Row {
        works: false,
        store: OTHER,
        named: MISLEADING,
        mended: Some(3),
        ..row("a root and its cross-signed twin", |c| {
            vec![&c.scene.client, &c.scene.sub, &c.scene.root, &c.crossed_root]
        })
    },
    // The root is left out where anything is written; nothing needs to be.
    Row {
        store: OTHER,
        mended: Some(3),
        ..row("a cross-signed root and its twin", |c| {
            vec![&c.scene.client, &c.scene.sub, &c.crossed_root, &c.scene.root]
        })
    },
    // And what leads to the other store stays.
    Row {
        mended: Some(3),
        ..row("a root and its twin, which is not needed", |c| {
            vec![&c.scene.client, &c.scene.sub, &c.scene.root, &c.crossed_root]
        })
    },
];

fn diagnose(cast: &Cast, cert: &Path, chain: &[&Made], store: Option<&Path>) -> Diagnosis {
    let read = |path: &Path| fs::read(path).expect("a file of the scene");
    let (key, certificate) = (read(&cast.scene.client.key), read(cert));
    let chain = (!chain.is_empty()).then(|| read(&cast.bundle("chain.pem", chain)));
    let store = store.map(read);
    let rules = Rules::for_target("openssl").expect("a known reader");
    let mut case = Case::at(Timestamp::now())
        .key(File::new("private.pem", &key))
        .certificate(File::new("crt.pem", &certificate));
    case = chain.iter().fold(case, |case, chain| case.chain(File::new("chain.pem", chain)));
    case = store.iter().fold(case, |case, store| case.truststore(File::new("store.pem", store)));
    examine(&case.rules(&rules))
}

fn named(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let mut named: Vec<_> =
        diagnosis.findings.iter().filter(|f| f.severity > Severity::Info).map(|f| f.rule).collect();
    named.sort_unstable();
    named
}

fn mend(diagnosis: &Diagnosis) -> Option<&[u8]> {
    diagnosis.mends.iter().find(|mend| mend.name() == "crt.pem").map(|mend| mend.contents())
}

/// A file that works is no error and still works when it is mended; one that does not is mended.
#[test]
fn the_certificate_is_preferred_that_works() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let mut wrong = Vec::new();
    for Row { what, cert, chain, store, works, named: rules, mended } in ROWS {
        let (file, store) = (cast.bundle("given.pem", &cert(&cast)), cast.bundle("store.pem", &store(&cast)));
        let clients = Clients::Required { truststore: &store, depth: 3 };
        let server = Nginx::start(&nginx, cast.scene.site(), clients);
        let patient = |cert: &Path| Patient { cert: cert.to_owned(), ..Patient::healthy(&cast.scene) };
        let answered = patient(&file).send(&cast.scene, server.port).status == 200;
        let diagnosis = diagnose(&cast, &file, &chain(&cast), Some(&store));
        let said = (answered, errors(&diagnosis).is_empty(), named(&diagnosis));
        if said != (*works, *works, rules.to_vec()) {
            wrong.push(format!("{what}: answered {answered}, doctor says {:#?}", diagnosis.findings));
        }
        let repaired = mend(&diagnosis);
        let length = repaired.map(|pem| Certificate::read_all(pem).expect("certificates").len());
        if length != *mended {
            wrong.push(format!("{what}: mended with {length:?} certificates"));
        }
        let Some(repaired) = repaired else { continue };
        let path = cast.scene.shop.path("repaired.pem");
        fs::write(&path, repaired).expect("a writable folder");
        if patient(&path).send(&cast.scene, server.port).status != 200 {
            wrong.push(format!("{what}: the mend is refused"));
        }
        let again = diagnose(&cast, &path, &[], Some(&store));
        if !named(&again).is_empty() {
            wrong.push(format!("{what}: mended, and doctor still says {:#?}", again.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Without the other side it is not known which of two ways it knows: none of them is given up.
#[test]
fn without_a_store_no_way_is_given_up() {
    let Some(cast) = Cast::set() else { return };
    let both = [&cast.scene.client, &cast.crossed_sub, &cast.scene.sub];
    let file = cast.bundle("both.pem", &both);
    let diagnosis = diagnose(&cast, &file, &[], None);
    assert!(named(&diagnosis).is_empty() && diagnosis.mends.is_empty(), "{diagnosis:#?}");
    assert!(diagnosis.findings.iter().any(|finding| finding.rule == "chain-choice"), "{diagnosis:#?}");

    let indented: String = fs::read_to_string(&file).unwrap().lines().map(|l| format!(" {l}\n")).collect();
    fs::write(&file, indented).unwrap();
    let diagnosis = diagnose(&cast, &file, &[], None);
    let repaired = Certificate::read_all(mend(&diagnosis).expect("a mend")).unwrap();
    assert_eq!(repaired, both.map(|made| Certificate::open(&made.certificate).unwrap()), "the order stays");

    let old = cast.bundle("old.pem", &[&cast.scene.client, &cast.old_sub, &cast.scene.sub]);
    assert_eq!(named(&diagnose(&cast, &old, &[], None)), SUPERSEDED);
}

/// Which of two certificates of a client is meant is not known either; one that is of no use to most is told apart.
#[test]
fn without_a_store_no_current_certificate_of_the_client_is_given_up() {
    let Some(cast) = Cast::set() else { return };
    let Cast { scene, client_of_others, sub_of_others, .. } = &cast;
    let all = [client_of_others, sub_of_others, &scene.client, &scene.sub];
    for parts in [&all[..], &[client_of_others, &scene.client, &scene.sub]] {
        let diagnosis = diagnose(&cast, &cast.bundle("both.pem", parts), &[], None);
        assert!(named(&diagnosis).is_empty() && diagnosis.mends.is_empty(), "{diagnosis:#?}");
        let choice = diagnosis.findings.iter().find(|finding| finding.rule == "chain-choice");
        assert!(choice.is_some_and(|one| one.message.contains("curl presents the first")), "{diagnosis:#?}");
        // What is written anew for another cause holds them all.
        let with_root = [parts, &[&scene.root]].concat();
        let diagnosis = diagnose(&cast, &cast.bundle("with-root.pem", &with_root), &[], None);
        let repaired = Certificate::read_all(mend(&diagnosis).expect("a mend")).unwrap();
        let given: Vec<_> = parts.iter().map(|made| Certificate::open(&made.certificate).unwrap()).collect();
        assert_eq!(repaired, given);
    }
    for first in [&cast.placeholder, &cast.own_authority, &cast.as_server] {
        let file = cast.bundle("first.pem", &[first, &scene.client, &scene.sub]);
        let diagnosis = diagnose(&cast, &file, &[], None);
        assert_eq!((named(&diagnosis), errors(&diagnosis)), (ORDER.to_vec(), vec![]), "{diagnosis:#?}");
        let path = scene.shop.path("repaired.pem");
        fs::write(&path, mend(&diagnosis).expect("a mend")).expect("a writable folder");
        let repaired = Patient { cert: path, ..Patient::healthy(scene) };
        repaired.send(scene, scene.guarded().port).assert_answered();
        let given = Patient { cert: file, ..Patient::healthy(scene) };
        assert!(given.send(scene, scene.guarded().port).is_refused());
    }
}

/// A certificate that certifies itself is the client's where the other side knows it, and is no error there.
#[test]
fn a_certificate_that_is_the_store_stays_first() {
    let (Some(nginx), Some(cast)) = (peers::find("nginx"), Cast::set()) else { return };
    let file = cast.bundle("pinned.pem", &[&cast.placeholder, &cast.scene.client, &cast.scene.sub]);
    let store = &cast.placeholder.certificate;
    let clients = Clients::Required { truststore: store, depth: 3 };
    let server = Nginx::start(&nginx, cast.scene.site(), clients);
    let patient = |cert: &Path| Patient { cert: cert.to_owned(), ..Patient::healthy(&cast.scene) };
    patient(&file).send(&cast.scene, server.port).assert_answered();
    let diagnosis = diagnose(&cast, &file, &[], Some(store));
    assert_eq!(errors(&diagnosis), [""; 0], "{diagnosis:#?}");
    let path = cast.scene.shop.path("repaired.pem");
    fs::write(&path, mend(&diagnosis).expect("a mend")).expect("a writable folder");
    patient(&path).send(&cast.scene, server.port).assert_answered();
}

/// The same name stands there twice: the line and the serial say which one is meant.
#[test]
fn twins_are_told_apart() {
    let Some(cast) = Cast::set() else { return };
    let file = cast.bundle("twins.pem", &[&cast.scene.client, &cast.old_sub, &cast.scene.sub]);
    let diagnosis = diagnose(&cast, &file, &[], Some(&cast.bundle("store.pem", &[&cast.scene.root])));
    let finding = diagnosis.findings.iter().find(|finding| finding.rule == "chain-superseded").unwrap();
    let line = fs::read_to_string(&cast.scene.client.certificate).unwrap().lines().count() + 1;
    assert_eq!(finding.place, Some(format!("crt.pem, line {line}")));
    let [old, new] =
        [&cast.old_sub, &cast.scene.sub].map(|made| Certificate::open(&made.certificate).unwrap());
    for serial in [old.serial(), new.serial()] {
        assert!(finding.message.contains(&serial.to_string()), "{finding}");
    }
}
