//! What default profiles issue beside the usual: every kind of name, option and term.

use certwright::profile::{Leaf, Policy, Root, Subordinate};
use certwright::{
    AltName, Authority, Certificate, DnsName, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey,
    Request, Subject, Timestamp,
};

use super::scene::{LEAVES, Scene};

fn ca(subject: &str) -> Subject {
    subject.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// A root and a subordinate that publish nothing.
fn hierarchy(lifetime: Lifetime, subjects: [&str; 2]) -> [Authority; 2] {
    let ledger = Ledger::in_memory().with_clock(now());
    let key = || PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let root = Authority::root(&Root::new(lifetime), ca(subjects[0]), key(), &ledger).unwrap();
    let pending = PendingAuthority::new(ca(subjects[1]), key()).unwrap();
    let chain = root.certify(&Subordinate::new(lifetime), pending.csr()).unwrap();
    let subordinate = pending.activate(chain, &ledger).unwrap();
    [root, subordinate]
}

/// Distinguished names in every form that is in use.
const SUBJECTS: [&str; 9] = [
    "CN=a",
    "CN=Jörg Müller,O=Größe,L=Köln,ST=NRW,C=DE",
    "CN=例え,O=株式会社,C=JP",
    "CN=a+serialNumber=42,O=Example,C=US",
    "CN=a,OU=one,OU=two,DC=example,DC=com",
    "UID=jdoe,OU=people,DC=example,DC=com",
    "GN=Ada+SN=Lovelace+CN=Ada Lovelace,title=Countess,O=Example,C=GB",
    "CN=a,STREET=1 Main St.,postalCode=12345,L=Town,ST=CA,O=A\\, B\\+C,C=US",
    "CN=a,pseudonym=b,dnQualifier=c,organizationIdentifier=NTRDE-HRB1,O=Example",
];

type Names = (&'static str, fn(Request) -> Request);

fn dns(text: &str) -> AltName {
    AltName::Dns(text.parse::<DnsName>().unwrap())
}

/// Alternative names of every kind, alone and together.
const NAMES: [Names; 13] = [
    ("dns", |r| r.alt_name(dns("a.example.com"))),
    ("wildcard", |r| r.alt_name(dns("*.api.example.test"))),
    ("idna", |r| r.alt_name(dns("xn--bcher-kva.example.com")).alt_name(dns("xn--r8jz45g.example.com"))),
    ("longest", |r| r.alt_name(dns(&[&"a".repeat(63), &"b".repeat(63), "example.com"].map(|l| l).join(".")))),
    ("ipv4", |r| r.ip([192, 0, 2, 1].into())),
    ("ipv6", |r| r.ip("2001:db8::1".parse().unwrap())),
    ("email", |r| r.email("a.b+c@example.com").unwrap()),
    ("uri", |r| r.uri("https://user@example.com:8443/a%20b?c=d#e").unwrap()),
    ("urn", |r| r.uri("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6").unwrap()),
    ("spiffe", |r| r.uri("spiffe://example.test/ns/a/sa/b").unwrap()),
    ("directory", |r| r.alt_name(AltName::Directory("CN=b,OU=x,OU=y,O=z,C=DE".parse().unwrap()))),
    ("localhost", |r| r.alt_name(dns("localhost")).ip([127, 0, 0, 1].into())),
    ("all", |r| {
        let named = r.alt_name(dns("a.example.com")).ip([192, 0, 2, 1].into());
        let named = named.email("a@example.com").unwrap().uri("https://example.com/").unwrap();
        named.alt_name(AltName::Directory("CN=b".parse().unwrap()))
    }),
];

type Named = Vec<(String, Certificate)>;

/// Nothing here deserves a warning of our own either.
fn issue(authority: &Authority, profile: &Leaf, request: Request) -> Certificate {
    let issued = authority.issue(profile, request).unwrap();
    assert_eq!(issued.findings(), [], "{}", issued.certificate().subject());
    issued.certificate().clone()
}

/// Every variety, each with what it is called.
pub(crate) fn certificates() -> Named {
    [subjects(), names(), terms(), options()].concat()
}

fn subjects() -> Named {
    let mut issued = Vec::new();
    for (index, subject) in SUBJECTS.iter().enumerate() {
        let [root, subordinate] = hierarchy(Lifetime::years(10), [subject, "CN=Sub CA,O=Example"]);
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let request = Request::new(key.public_key()).subject(ca(subject));
        let leaf = issue(&subordinate, &Leaf::client(Lifetime::days(30)), request);
        issued.push((format!("subject {index} authority"), root.certificate().clone()));
        issued.push((format!("subject {index} below"), subordinate.certificate().clone()));
        issued.push((format!("subject {index} leaf"), leaf));
    }
    issued
}

/// With a subject, and without one.
fn names() -> Named {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let mut issued = Vec::new();
    for (kind, add) in NAMES {
        for (whose, subject) in [("named", ca("CN=a,O=Example")), ("nameless", Subject::empty())] {
            let request = add(Request::new(key.public_key()).subject(subject));
            let leaf = issue(&scene.subordinate, &Leaf::client(Lifetime::days(30)), request);
            issued.push((format!("names {kind} {whose}"), leaf));
        }
    }
    issued
}

/// Ends around the change of encodings, and none at all.
fn terms() -> Named {
    let mut issued = Vec::new();
    for end in ["2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2100-02-28", "never", "1s", "7d", "12h"] {
        let lifetime: Lifetime = end.parse().unwrap();
        let [root, subordinate] = hierarchy(lifetime, ["CN=Root", "CN=Sub"]);
        issued.push((format!("term {end} top"), root.certificate().clone()));
        issued.push((format!("term {end} middle"), subordinate.certificate().clone()));
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let request = Request::new(key.public_key()).subject(ca("CN=a.example")).dns("a.example").unwrap();
        let leaf = issue(&subordinate, &Leaf::server(lifetime), request);
        issued.push((format!("term {end} end"), leaf));
    }
    issued
}

/// An authority that publishes nothing, and leaves that are not looked up.
fn options() -> Named {
    let [_, silent] = hierarchy(Lifetime::years(1), ["CN=Root", "CN=Sub"]);
    let publishing = Scene::new(KeyType::EcdsaP256).subordinate.short_lived();
    let policy = Policy::new("2.5.29.32.0".parse().unwrap());
    let mut issued = Vec::new();
    for (name, profile) in LEAVES {
        let profile = profile(Lifetime::days(7)).policy(policy.clone());
        for (whose, authority) in [("silent", &silent), ("publishing", &publishing)] {
            let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
            let request = super::scene::request(name, &key);
            let unchecked = issue(authority, &profile.clone().no_rev_avail(), request);
            issued.push((format!("unchecked {whose} {name} profile"), unchecked));
        }
    }
    issued
}
