//! Clients and stores, right and wrong.

#![allow(clippy::too_many_lines, reason = "the table of cases is one list")]

use std::fs;
use std::path::Path;
use std::process::Command;

use certwright::Certificate;
use rcgen::ExtendedKeyUsagePurpose;

use crate::forge::{self, Made, Plan, certificates, key};
use crate::support::peers;

/// A client before a store.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) store: Vec<Certificate>,
    /// What the client sends, its own first.
    pub(crate) presented: Vec<Certificate>,
    pub(crate) key: String,
}

/// The readers work with the real clock: nothing here ends in this century's first half but what is expired.
pub(crate) fn lasting(plan: Plan) -> Plan {
    plan.years(2020, 2049)
}

pub(crate) fn authority(name: &str) -> Plan {
    lasting(forge::authority(name))
}

pub(crate) fn client() -> Plan {
    lasting(forge::client("client.example.com"))
}

fn case<const S: usize, const P: usize>(
    name: &'static str,
    store: [&Made; S],
    presented: [&Made; P],
) -> Case {
    let key = presented[0].key_pem();
    Case { name, store: certificates(store), presented: certificates(presented), key }
}

pub(crate) fn cases(folder: &Path) -> Vec<Case> {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let second = authority("Second").under(&sub);
    let good = client().under(&sub);
    let deep = client().under(&second);
    let rogue = authority("Root").self_signed();
    let rogue_sub = authority("Sub").under(&rogue);
    let stranger = client().under(&rogue_sub);
    let expired_root = forge::authority("Old Root").years(2010, 2011).self_signed();
    let expired_sub = forge::authority("Old Sub").years(2010, 2011).under(&root);
    let other_root = authority("Other Root").self_signed();
    let (one, two) = (authority("Twin").under(&root), authority("Twin").under(&other_root));
    let shared = key();
    let crossed = (
        authority("Crossed").key(&shared).under(&root),
        authority("Crossed").key(&shared).under(&other_root),
    );
    let web = lasting(forge::server("client.example.com")).under(&sub);
    let web_sub = authority("Web").purposes(&[ExtendedKeyUsagePurpose::ServerAuth]).under(&root);
    let constrained = authority("Constrained").permits_dns("example.net").under(&root);
    let unlimited = client().purposes(&[]).under(&sub);
    let mut cases = vec![
        case("good, the intermediate sent", [&root], [&good, &sub]),
        case("good, the intermediate in the store", [&sub, &root], [&good]),
        case("good, no purpose listed", [&sub, &root], [&unlimited]),
        case(
            "expired client",
            [&sub, &root],
            [&forge::client("x.example.com").years(2010, 2011).under(&sub)],
        ),
        case(
            "client of the future",
            [&sub, &root],
            [&forge::client("x.example.com").years(2045, 2046).under(&sub)],
        ),
        case("expired subordinate", [&expired_sub, &root], [&client().under(&expired_sub)]),
        case("expired root", [&expired_root], [&client().under(&expired_root)]),
        case("unknown issuer", [&other_root], [&good, &sub]),
        case("missing root", [&sub], [&good]),
        case("missing intermediate", [&root], [&good]),
        case("wrong purpose", [&sub, &root], [&web]),
        case("wrong purpose of the authority", [&web_sub, &root], [&client().under(&web_sub)]),
        case("too deep for nginx", [&root], [&deep, &second, &sub]),
        case("too deep for nginx, all in the store", [&second, &sub, &root], [&deep]),
        case("same name, another key", [&sub, &root], [&stranger, &rogue_sub]),
        case("same name, another key, root sent", [&sub, &root], [&stranger, &rogue_sub, &rogue]),
        case("same subject from two issuers", [&one, &two, &root, &other_root], [&client().under(&two)]),
        case("cross-signed, one root", [&crossed.0, &crossed.1, &other_root], [&client().under(&crossed.0)]),
        case(
            "cross-signed, the root of the other",
            [&crossed.0, &crossed.1, &root],
            [&client().under(&crossed.1)],
        ),
        case("outside the name constraints", [&constrained, &root], [&client().under(&constrained)]),
        case("not an authority", [&root], [&client().under(&good), &good, &sub]),
    ];
    let own = client().self_signed();
    cases.push(case("the client itself in the store", [&own], [&own]));
    cases.push(far_too_deep());
    cases.extend(several_certificates(&root, &other_root));
    cases.extend(any_purpose(&root, &sub));
    cases.extend(made_by_openssl(folder));
    cases.extend(namesakes(folder));
    cases
}

/// An authority with several certificates, which are sent.
fn several_certificates(root: &Made, other: &Made) -> Vec<Case> {
    let shared = key();
    let named = || authority("Shared").key(&shared);
    let (right, astray) = (named().under(root), named().under(other));
    let old = forge::authority("Shared").key(&shared).years(2010, 2011).under(root);
    let unfit = named().not_an_authority().under(root);
    let crossed_root = authority("Root").key(&root.key).under(other);
    let client = client().under(&right);
    vec![
        case("cross-signed, the wrong one sent first", [root], [&client, &astray, &right]),
        case("cross-signed, the right one sent first", [root], [&client, &right, &astray]),
        case("renewed, the old one sent first", [root], [&client, &old, &right]),
        case("renewed, the old one sent, the new one in the store", [&right, root], [&client, &old]),
        case("renewed, the new one sent, the old one in the store", [&old, root], [&client, &right]),
        case("one that is no authority's sent first", [root], [&client, &unfit, &right]),
        case("one in the store that leads astray", [&astray, root], [&client, &right]),
        case("a root and its cross-signed twin", [other], [&client, &right, root, &crossed_root]),
        case("a cross-signed root and its twin", [other], [&client, &right, &crossed_root, root]),
    ]
}

/// Whether anyExtendedKeyUsage stands for clientAuth is for the reader to say.
fn any_purpose(root: &Made, sub: &Made) -> Vec<Case> {
    let any = client().purposes(&[ExtendedKeyUsagePurpose::Any]).under(sub);
    let among = [ExtendedKeyUsagePurpose::Any, ExtendedKeyUsagePurpose::ClientAuth];
    let both = client().purposes(&among).under(sub);
    let broad = authority("Broad").purposes(&[ExtendedKeyUsagePurpose::Any]).under(root);
    vec![
        case("any purpose", [sub, root], [&any]),
        case("any purpose and this", [sub, root], [&both]),
        case("any purpose of the authority", [&broad, root], [&client().under(&broad)]),
    ]
}

/// Seven intermediates.
fn far_too_deep() -> Case {
    let root = authority("Root").self_signed();
    let mut line = vec![root.clone()];
    for depth in 1..=7 {
        let next = authority(&format!("Depth {depth}")).under(line.last().unwrap());
        line.push(next);
    }
    let leaf = client().under(line.last().unwrap());
    let key = leaf.key_pem();
    let presented = std::iter::once(&leaf).chain(line[1..].iter().rev()).map(|m| m.certificate.clone());
    Case { name: "too deep for rustls", store: certificates([&root]), presented: presented.collect(), key }
}

const ROOT: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n";

const CLIENT: &str = "\
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectAltName=DNS:c.example.com
authorityKeyIdentifier=keyid
";

/// What rcgen cannot make: signatures over SHA-1 and short RSA keys.
pub(crate) fn made_by_openssl(folder: &Path) -> Vec<Case> {
    let Some(openssl) = peers::find("openssl") else { return Vec::new() };
    fs::write(folder.join("root.ext"), ROOT).unwrap();
    fs::write(folder.join("client.ext"), CLIENT).unwrap();
    let make = |name: &str, bits: &str, sign: &[&str]| {
        let (key, request, out) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        assert!(run(&openssl, folder, &["genrsa", "-out", &key, bits]));
        let subject = format!("/CN={name}");
        assert!(run(&openssl, folder, &["req", "-new", "-key", &key, "-subj", &subject, "-out", &request]));
        let common = ["x509", "-req", "-in", &request, "-days", "3650", "-out", &out];
        assert!(run(&openssl, folder, &[&common[..], sign].concat()));
        (fs::read_to_string(folder.join(key)).unwrap(), Certificate::open_all(folder.join(out)).unwrap())
    };
    let (_, store) = make("root", "2048", &["-signkey", "root.key", "-extfile", "root.ext"]);
    let issue = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "client.ext"];
    // OpenSSL draws the line between 1962 and 1963 bits.
    let lengths = [("RSA-1962", "1962", "-sha256"), ("RSA-1963", "1963", "-sha256")];
    [("SHA-1", "2048", "-sha1"), ("RSA-1024", "1024", "-sha256"), ("RSA-2048", "2048", "-sha256")]
        .into_iter()
        .chain(lengths)
        .map(|(name, bits, digest)| {
            let (key, presented) = make(name, bits, &[&issue[..], &[digest]].concat());
            Case { name, store: store.clone(), presented, key }
        })
        .collect()
}

/// Two roots of one name, with keys of two kinds, and nothing but the name says which one is meant.
fn namesakes(folder: &Path) -> Vec<Case> {
    let Some(openssl) = peers::find("openssl") else { return Vec::new() };
    let bare = |text: &str| -> String {
        text.lines().filter(|line| !line.contains("KeyIdentifier")).map(|line| format!("{line}\n")).collect()
    };
    fs::write(folder.join("bare-root.ext"), bare(ROOT)).unwrap();
    fs::write(folder.join("bare-client.ext"), bare(CLIENT)).unwrap();
    let make = |name: &str, subject: &str, kind: &[&str], sign: &[&str]| {
        let (key, request, out) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        assert!(run(&openssl, folder, &[&["genpkey", "-out", &key, "-algorithm"], kind].concat()));
        assert!(run(&openssl, folder, &["req", "-new", "-key", &key, "-subj", subject, "-out", &request]));
        let common = ["x509", "-req", "-in", &request, "-days", "3650", "-out", &out];
        assert!(run(&openssl, folder, &[&common[..], sign].concat()));
        (fs::read_to_string(folder.join(key)).unwrap(), Certificate::open(folder.join(out)).unwrap())
    };
    let (rsa, ec) =
        (["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let root = |name: &str, kind: &[&str]| {
        let signed = ["-signkey", &format!("{name}.key"), "-extfile", "bare-root.ext"];
        make(name, "/CN=Namesake", kind, &signed).1
    };
    let (signer, namesake) = (root("namesake-rsa", &rsa), root("namesake-ec", &ec));
    let issued = [
        "-CA",
        "namesake-rsa.pem",
        "-CAkey",
        "namesake-rsa.key",
        "-CAcreateserial",
        "-extfile",
        "bare-client.ext",
    ];
    let (key, client) = make("namesake-client", "/CN=client", &ec, &issued);
    [
        ("a namesake of another kind of key before the issuer", vec![namesake.clone(), signer.clone()]),
        ("a namesake of another kind of key behind the issuer", vec![signer, namesake.clone()]),
        ("a namesake of another kind of key alone", vec![namesake]),
    ]
    .map(|(name, store)| Case { name, store, presented: vec![client.clone()], key: key.clone() })
    .into()
}

pub(crate) fn run(program: &Path, folder: &Path, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    output.status.success()
}
