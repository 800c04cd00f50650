//! Truststores of thousands of certificates, each of which could be the issuer of others.

use certwright::Certificate;
use certwright::truststore::{Rules, Truststore};

use crate::bounded;
use crate::structures::{CERTIFICATE, contents, elements, tlv};

fn name(of: &str) -> Vec<u8> {
    tlv(0x30, &tlv(0x31, &tlv(0x30, &[&[6, 3, 0x55, 4, 3][..], &tlv(0x0c, of.as_bytes())].concat())))
}

/// As many certificates of these names, the issuer's first; a signature that does not verify stands in all of them.
fn store(count: u32, names: impl Fn(u32) -> [Vec<u8>; 2]) -> Vec<Certificate> {
    let parts = elements(contents(CERTIFICATE));
    let fields = elements(contents(&parts[0]));
    let certificate = |n: u32| {
        let mut fields = fields.clone();
        fields[1] = tlv(2, &[&[1][..], &n.to_be_bytes()].concat());
        [fields[3], fields[5]] = names(n);
        let der = tlv(0x30, &[tlv(0x30, &fields.concat()), parts[1].clone(), parts[2].clone()].concat());
        Certificate::from_der(&der).expect("a certificate")
    };
    (0..count).map(certificate).collect()
}

fn names_of(certificate: &Certificate) -> [Vec<u8>; 2] {
    [certificate.issuer().as_der().to_vec(), certificate.subject().as_der().to_vec()]
}

fn root() -> Certificate {
    let root = Certificate::from_der(CERTIFICATE).expect("a certificate");
    assert!(root.is_self_signed(), "an anchor");
    root
}

/// The ends of a store for a reader that looks for roots, and for one to which everything is an anchor.
fn ends(store: &[Certificate]) -> [usize; 2] {
    bounded();
    let at = root().window().not_before;
    ["openssl", "java"].map(|reader| {
        let rules = Rules::for_target(reader).expect("a reader");
        Truststore::ends(store, &rules, at).len()
    })
}

/// Each is named by the one before: there are as many authorities above one as there are behind it.
#[test]
fn eight_thousand_authorities_one_above_the_other() {
    let name = |n: u32| name(&format!("Authority {n}"));
    let mut store = store(8_000, |n| [name(n + 1), name(n)]);
    assert_eq!(ends(&store), [0, 8_000]);
    store.push(root());
    assert_eq!(ends(&store), [1, 8_001]);
}

/// They have the name of the root, and its key.
#[test]
fn eight_thousand_authorities_with_the_name_of_the_root() {
    let root = root();
    let mut store = store(8_000, |_| names_of(&root));
    assert_eq!(ends(&store), [0, 8_000]);
    store.push(root);
    assert_eq!(ends(&store), [1, 8_001]);
}

/// They could all have been issued by each of as many authorities.
#[test]
fn four_thousand_authorities_below_four_thousand_of_one_name() {
    let root = root();
    let mut store = store(8_000, |n| match n % 2 {
        0 => [root.subject().as_der().to_vec(), name("Middle")],
        _ => [name("Middle"), name("Low")],
    });
    store.push(root);
    assert_eq!(ends(&store), [1, 8_001]);
}

/// Each is compared with those of its name: by its issuer, and by its end where the key is the same.
#[test]
fn sixty_thousand_certificates_of_one_name_and_key() {
    bounded();
    let store = store(60_000, |_| [name("Nobody"), name("One")]);
    let rules = Rules::for_target("java").expect("a reader");
    let findings = Truststore::check(&store, &rules, root().window().not_before);
    assert!(findings.iter().all(|finding| finding.rule != "store-renewed-authority"), "{findings:?}");
}
