//! Any bag becomes a chain, and a verdict says why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that a rule is broken"
)]

#[path = "support/der.rs"]
#[allow(dead_code, clippy::panic, reason = "each test file uses its part, and a panic ends the test")]
mod der;
mod forge;

use certwright::chain::{
    AcceptedPolicies, AnchorUse, Bag, Coverage, Limits, Nesting, Policy, Purpose, Unused, Verifier, order,
};
use certwright::{Certificate, Crl, Error};
use forge::{Made, authority, certificates, client, crl, key, server, today};
use proptest::prelude::*;
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose, SigningKey};

/// Root, subordinate, client.
fn family() -> [Made; 3] {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let leaf = client("payments.example.com").under(&sub);
    [root, sub, leaf]
}

/// The rule that refuses, or `ok`.
fn verdict(verifier: &Verifier<'_>, leaf: &Made, others: &[Certificate]) -> &'static str {
    match verifier.verify(&leaf.certificate, others) {
        Ok(_) => "ok",
        Err(rejected) => rejected.rule(),
    }
}

#[test]
fn each_rule_of_a_path_refuses_by_its_name() {
    let root = authority("Root").self_signed();
    let anchors = certificates([&root]);
    let sub = |plan: forge::Plan| plan.under(&root);
    let plain = || client("a.example.com");
    let unknown = [0x05, 0x00];
    let rows: Vec<(&str, Made, Made)> = vec![
        ("ok", sub(authority("Sub")), sub(authority("Sub"))),
        ("valid-at-the-time", sub(authority("Sub").years(2020, 2021)), root.clone()),
        ("valid-at-the-time", sub(authority("Sub").years(2030, 2031)), root.clone()),
        ("issuer-is-authority", sub(authority("Sub").not_an_authority()), root.clone()),
        (
            "issuer-signs-certificates",
            sub(authority("Sub").usages(&[KeyUsagePurpose::CrlSign])),
            root.clone(),
        ),
        ("name-constraints", sub(authority("Sub").permits_dns("example.net")), root.clone()),
        (
            "critical-extension-known",
            sub(authority("Sub").extension(&[2, 999, 1], true, &unknown)),
            root.clone(),
        ),
        ("ok", sub(authority("Sub").extension(&[2, 999, 1], false, &unknown)), root.clone()),
        (
            "purpose-nested",
            sub(authority("Sub").purposes(&[ExtendedKeyUsagePurpose::ServerAuth])),
            root.clone(),
        ),
    ];
    for (expected, sub, _) in &rows {
        let leaf = plain().under(sub);
        let verifier = Verifier::new(&anchors, today()).purpose(Purpose::Client);
        assert_eq!(verdict(&verifier, &leaf, &certificates([sub])), *expected);
    }
}

#[test]
fn each_rule_of_a_leaf_refuses_by_its_name() {
    let root = authority("Root").self_signed();
    let anchors = certificates([&root]);
    let verifier = Verifier::new(&anchors, today())
        .purpose(Purpose::Client)
        .expect(certwright::AltName::Dns("a.example.com".parse().unwrap()));
    let name = "a.example.com";
    for (expected, plan) in [
        ("ok", client(name)),
        ("valid-at-the-time", client(name).years(2020, 2021)),
        ("purpose", server(name)),
        ("key-usage-fits-purpose", client(name).usages(&[KeyUsagePurpose::KeyEncipherment])),
        ("name-expected", client("b.example.com")),
        ("critical-extension-known", client(name).extension(&[2, 999, 1], true, &[5, 0])),
    ] {
        assert_eq!(verdict(&verifier, &plan.under(&root), &[]), expected);
    }
    // The common name does not count.
    let nameless = client(name).without_names().dns("c.example.com").under(&root);
    assert_eq!(verdict(&verifier, &nameless, &[]), "name-expected");
}

#[test]
fn path_lengths_count_authorities_that_are_not_self_issued() {
    let root = authority("Root").path_length(1).self_signed();
    let anchors = certificates([&root]);
    let one = authority("One").under(&root);
    let rolled = authority("One").under(&one);
    let two = authority("Two").under(&rolled);
    let leaf = |issuer: &Made| client("a.example.com").under(issuer);
    let verifier = Verifier::new(&anchors, today());
    assert_eq!(verdict(&verifier, &leaf(&rolled), &certificates([&one, &rolled])), "ok");
    assert_eq!(verdict(&verifier, &leaf(&two), &certificates([&one, &rolled, &two])), "path-length");
    let shallow = Verifier::new(&anchors, today()).limits(Limits::default().intermediates(Some(0)));
    assert_eq!(verdict(&shallow, &leaf(&one), &certificates([&one])), "path-depth");
}

#[test]
fn a_missing_issuer_is_named_and_a_foreign_key_is_not_it() {
    let [root, sub, leaf] = family();
    let anchors = certificates([&root]);
    let verifier = Verifier::new(&anchors, today());
    let rejected = verifier.verify(&leaf.certificate, &[]).unwrap_err();
    assert!(rejected.to_string().contains("no certificate of CN=Sub leads to an anchor"), "{rejected}");
    assert!(matches!(Error::from(rejected), Error::MissingIssuer { .. }));
    let impostor = authority("Sub").under(&root);
    assert_eq!(verdict(&verifier, &leaf, &certificates([&impostor])), "signature-verifies");
    assert_eq!(verdict(&verifier, &leaf, &certificates([&impostor, &sub])), "ok");
    let other_root = authority("Root").self_signed();
    let anchors = certificates([&other_root]);
    assert_eq!(
        verdict(&Verifier::new(&anchors, today()), &leaf, &certificates([&sub])),
        "signature-verifies"
    );
}

#[test]
fn the_search_goes_on_after_a_failure_and_tells_of_it() {
    let root = authority("Root").self_signed();
    let key = key();
    let constrained = authority("Sub").key(&key).permits_dns("example.net").years(2025, 2040).under(&root);
    let free = authority("Sub").key(&key).under(&root);
    let leaf = client("a.example.com").under(&free);
    let anchors = certificates([&root]);
    let verified = Verifier::new(&anchors, today())
        .verify(&leaf.certificate, &certificates([&constrained, &free]))
        .unwrap();
    assert_eq!(verified.path, certificates([&leaf, &free, &root]));
    assert_eq!(verified.attempts[0].findings[0].rule, "name-constraints");
    assert_eq!(verified.chain().unwrap().full(), verified.path);
}

#[test]
fn cross_signed_authorities_lead_to_either_root() {
    let (old, new) = (authority("Old Root").self_signed(), authority("New Root").self_signed());
    let crossed = authority("New Root").key(&new.key).under(&old);
    let sub = authority("Sub").under(&new);
    let leaf = client("a.example.com").under(&sub);
    let others = certificates([&sub, &crossed]);
    for root in [&old, &new] {
        let anchors = certificates([root]);
        let verified = Verifier::new(&anchors, today()).verify(&leaf.certificate, &others).unwrap();
        assert_eq!(verified.anchor(), Some(&root.certificate));
    }
}

#[test]
fn an_anchor_is_a_certificate_or_only_a_name_and_a_key() {
    let root = authority("Root").years(2015, 2016).self_signed();
    let leaf = client("a.example.com").under(&root);
    let anchors = certificates([&root]);
    let verifier = Verifier::new(&anchors, today());
    assert_eq!(verdict(&verifier, &leaf, &[]), "valid-at-the-time");
    assert_eq!(verdict(&verifier.anchor_use(AnchorUse::NameAndKey), &leaf, &[]), "ok");
}

#[test]
fn purposes_of_authorities_can_be_left_out() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").purposes(&[ExtendedKeyUsagePurpose::ServerAuth]).under(&root);
    let leaf = client("a.example.com").under(&sub);
    let anchors = certificates([&root]);
    let verifier = Verifier::new(&anchors, today()).purpose(Purpose::Client).nesting(Nesting::Ignored);
    assert_eq!(verdict(&verifier, &leaf, &certificates([&sub])), "ok");
}

#[test]
fn a_mesh_without_a_way_out_is_given_up() {
    let root = authority("Root").self_signed();
    let shared = key();
    // Everyone seems to have signed everyone, and the name of the anchor is among them.
    let first = authority("Root").key(&shared).self_signed();
    let mesh: Vec<_> = (0..40)
        .map(|i| if i % 2 == 0 { authority("Root") } else { authority("Other") }.key(&shared).under(&first))
        .map(|made| made.certificate)
        .collect();
    let leaf = client("a.example.com").under(&first);
    let anchors = certificates([&root]);
    let begun = std::time::Instant::now();
    assert!(Verifier::new(&anchors, today()).verify(&leaf.certificate, &mesh).is_err());
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

fn oid(text: &str) -> certwright::Oid {
    text.parse().unwrap()
}

/// certificatePolicies with one policy 2.999.N.
fn policy(number: u8) -> Vec<u8> {
    vec![0x30, 0x07, 0x30, 0x05, 0x06, 0x03, 0x88, 0x37, number]
}

const POLICIES: &[u64] = &[2, 5, 29, 32];
const CONSTRAINTS: &[u64] = &[2, 5, 29, 36];

#[test]
fn policies_are_followed_down_the_path() {
    let root = authority("Root").self_signed();
    let anchors = certificates([&root]);
    // requireExplicitPolicy 0.
    let strict = |n| {
        authority("Sub")
            .extension(POLICIES, false, &policy(n))
            .extension(CONSTRAINTS, true, &[0x30, 3, 0x80, 1, 0])
            .under(&root)
    };
    let leaf = |n, sub: &Made| client("a.example.com").extension(POLICIES, false, &policy(n)).under(sub);
    let (one, two) = (strict(1), strict(2));
    let verifier = Verifier::new(&anchors, today());
    assert_eq!(verdict(&verifier, &leaf(1, &one), &certificates([&one])), "ok");
    assert_eq!(verdict(&verifier, &leaf(1, &two), &certificates([&two])), "certificate-policies");
    let accepting = |n: u8| {
        AcceptedPolicies::default().acceptable(vec![oid(&format!("2.999.{n}"))]).require_explicit(true)
    };
    let verifier = |n| Verifier::new(&anchors, today()).certificate_policies(accepting(n));
    assert_eq!(verdict(&verifier(1), &leaf(1, &one), &certificates([&one])), "ok");
    assert_eq!(verdict(&verifier(2), &leaf(1, &one), &certificates([&one])), "certificate-policies");
    // policyMappings 2.999.1 -> 2.999.2: the leaf's policy counts as the root's domain calls it.
    let mapping = [0x30, 0x0c, 0x30, 0x0a, 6, 3, 0x88, 0x37, 1, 6, 3, 0x88, 0x37, 2];
    let mapped = authority("Sub")
        .extension(POLICIES, false, &policy(1))
        .extension(&[2, 5, 29, 33], false, &mapping)
        .under(&root);
    assert_eq!(verdict(&verifier(1), &leaf(2, &mapped), &certificates([&mapped])), "ok");
    assert_eq!(verdict(&verifier(2), &leaf(2, &mapped), &certificates([&mapped])), "certificate-policies");
    assert_eq!(verdict(&verifier(1), &leaf(1, &mapped), &certificates([&mapped])), "certificate-policies");
}

#[test]
fn crls_refuse_what_they_list_and_what_they_do_not_cover() {
    let [root, sub, leaf] = family();
    let (anchors, others) = (certificates([&root]), certificates([&sub]));
    let judge = |crls: &[Crl], coverage| {
        verdict(&Verifier::new(&anchors, today()).crls(crls).coverage(coverage), &leaf, &others)
    };
    let (good, of_root) = (crl(&sub, 2030, &[]), crl(&root, 2030, &[]));
    let (listed, stale) = (crl(&sub, 2030, &[&leaf]), crl(&sub, 2026, &[]));
    let forged = crl(&authority("Sub").self_signed(), 2030, &[]);
    assert_eq!(judge(&[good.clone(), of_root.clone()], Coverage::Every), "ok");
    assert_eq!(judge(std::slice::from_ref(&good), Coverage::Every), "revocation-known");
    assert_eq!(judge(std::slice::from_ref(&good), Coverage::Leaf), "ok");
    assert_eq!(judge(&[listed, of_root.clone()], Coverage::Every), "not-revoked");
    assert_eq!(judge(&[stale.clone(), of_root.clone()], Coverage::Every), "revocation-known");
    assert_eq!(judge(&[stale], Coverage::Known), "ok");
    assert_eq!(judge(&[forged, of_root], Coverage::Every), "revocation-known");
    assert_eq!(judge(&[good, crl(&root, 2030, &[&sub])], Coverage::Every), "not-revoked");
}

/// Whoever presents many certificates makes no work without end, and no CRL is passed over for it.
#[test]
fn signers_of_crls_are_looked_for_within_the_budget() {
    let [root, sub, leaf] = family();
    let anchors = certificates([&root]);
    let impostors: Vec<_> = (0..20).map(|_| authority("Sub").self_signed().certificate).collect();
    let crls = [crl(&authority("Sub").self_signed(), 2030, &[&leaf])];
    let verifier = Verifier::new(&anchors, today()).crls(&crls).coverage(Coverage::Known);
    let narrow = verifier.clone().limits(Limits::default().signatures(10));
    let presented = certificates([&sub]);
    assert_eq!(verdict(&narrow, &leaf, &presented), "ok", "nobody whom it knows signed this CRL");
    let presented = [presented, impostors].concat();
    assert_eq!(verdict(&verifier, &leaf, &presented), "ok");
    let rejected = narrow.verify(&leaf.certificate, &presented).expect_err("a CRL that nobody could judge");
    let mut reasons = rejected.attempts.iter().flat_map(|attempt| &attempt.findings);
    assert!(reasons.any(|finding| finding.message.contains("signers of CRLs")), "{rejected:#?}");
}

/// Section 5.2.3 has every CRL numbered; `openssl ca` writes them without unless it is told otherwise.
#[test]
fn a_crl_without_a_number_revokes_too() {
    let [root, sub, leaf] = family();
    let numbered = crl(&sub, 2030, &[&leaf]);
    let mut fields = der::children(&der::children(numbered.der())[0]);
    assert_eq!(fields.pop().unwrap()[0], 0xa0, "the extensions stand last");
    let tbs = der::sequence(&fields);
    let signature = sub.key.sign(&tbs).unwrap();
    let bits = der::tlv(0x03, &[&[0][..], &signature].concat());
    let plain = Crl::from_der(&der::sequence(&[&tbs, &der::children(numbered.der())[1], &bits])).unwrap();
    assert_eq!(plain.number(), None);
    let (anchors, crls) = (certificates([&root]), [plain]);
    let verifier = Verifier::new(&anchors, today()).crls(&crls).coverage(Coverage::Leaf);
    assert_eq!(verdict(&verifier, &leaf, &certificates([&sub])), "not-revoked");
}

/// A CRL of one scope, with one entry; a delta where it has a base.
fn scoped(issuer: &Made, leaf: &Made, scope: &str, [number, base]: [Option<u8>; 2], reason: u8) -> Crl {
    let extension = |id: u8, value: &[u8]| {
        der::sequence(&[der::tlv(6, &[0x55, 0x1d, id]), der::tlv(1, &[0xff]), der::tlv(4, value)])
    };
    let uri = der::tlv(0x86, scope.as_bytes());
    let point = der::sequence(&[der::tlv(0xa0, &der::tlv(0xa0, &uri))]);
    let mut extensions = vec![extension(28, &point)];
    extensions.extend(base.map(|base| extension(27, &[2, 1, base])));
    let own = der::sequence(&[der::tlv(6, &[0x55, 0x1d, 20]), der::tlv(4, &[2, 1, number.unwrap()])]);
    extensions.push(own);
    let listed = crl(issuer, 2030, &[leaf]);
    let mut fields = der::children(&der::children(listed.der())[0]);
    fields.pop();
    let entry = der::children(&der::children(&fields[5])[0]);
    let reason = der::sequence(&[der::tlv(6, &[0x55, 0x1d, 21]), der::tlv(4, &[10, 1, reason])]);
    let entry = der::sequence(&[&entry[0], &entry[1], &der::sequence(&[reason])]);
    fields[5] = der::sequence(&[entry]);
    fields.push(der::tlv(0xa0, &der::sequence(&extensions)));
    let tbs = der::sequence(&fields);
    let bits = der::tlv(0x03, &[&[0][..], &issuer.key.sign(&tbs).unwrap()].concat());
    Crl::from_der(&der::sequence(&[&tbs, &der::children(listed.der())[1], &bits])).unwrap()
}

/// Section 5.2.4: a key that was compromised does not come back because a hold was lifted elsewhere.
#[test]
fn a_delta_changes_the_list_of_its_own_scope_alone() {
    let root = authority("Root").self_signed();
    let sub = authority("Sub").under(&root);
    let places = ["http://c.test/a", "http://c.test/b"].map(|uri| der::tlv(0x86, uri.as_bytes()).to_vec());
    let points = places.map(|uri| der::sequence(&[der::tlv(0xa0, &der::tlv(0xa0, &uri))]));
    let leaf = client("a.test").extension(&[2, 5, 29, 31], false, &der::sequence(&points)).under(&sub);
    let [a, b] = ["http://c.test/a", "http://c.test/b"];
    let compromised = scoped(&sub, &leaf, a, [Some(10), None], 1);
    let held = scoped(&sub, &leaf, b, [Some(10), None], 6);
    let lifted = |scope| scoped(&sub, &leaf, scope, [Some(11), Some(10)], 8);
    let (anchors, others) = (certificates([&root]), certificates([&sub]));
    let judge = |crls: &[Crl]| {
        verdict(&Verifier::new(&anchors, today()).crls(crls).coverage(Coverage::Leaf), &leaf, &others)
    };
    assert_eq!(judge(&[compromised.clone(), held.clone(), lifted(b)]), "not-revoked");
    assert_eq!(judge(&[held.clone(), lifted(a)]), "not-revoked");
    assert_eq!(judge(&[held, lifted(b)]), "ok");
}

/// Outside of what is signed, too: x509-parser overlooks the class of a tag.
#[test]
fn no_bit_of_a_certificate_or_a_crl_can_be_changed() {
    let root = authority("Root").self_signed();
    let list = crl(&root, 2030, &[&root]);
    for (kind, der) in [("certificate", root.certificate.der()), ("CRL", list.der())] {
        for bit in 0..der.len() * 8 {
            let mut changed = der.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            let key = root.certificate.public_key();
            let accepted = match kind {
                "CRL" => Crl::from_der(&changed).is_ok_and(|crl| crl.verify_signature(key).is_ok()),
                _ => Certificate::from_der(&changed).is_ok_and(|read| read.verify_signature(key).is_ok()),
            };
            assert!(!accepted, "bit {bit} of the {kind}");
        }
    }
}

#[test]
fn the_profile_is_stricter_than_the_path() {
    let root = authority("Root").self_signed();
    let anchors = certificates([&root]);
    let leaf = client("a.example.com")
        .usages(&[KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign])
        .under(&root);
    let verifier = Verifier::new(&anchors, today());
    assert_eq!(verdict(&verifier, &leaf, &[]), "ok");
    let strict = verifier.policy(Policy::Profile);
    assert_eq!(verdict(&strict, &leaf, &[]), "cert-sign-iff-authority");
    assert_eq!(verdict(&strict.clone().waive("cert-sign-iff-authority").unwrap(), &leaf, &[]), "ok");
}

#[test]
fn a_renewed_root_is_preferred_while_it_is_current() {
    let key = key();
    let (old, new) = (
        authority("Root").key(&key).years(2015, 2026).self_signed(),
        authority("Root").key(&key).years(2025, 2030).self_signed(),
    );
    let leaf = client("a.example.com").under(&new);
    let bag = certificates([&old, &leaf, &new]);
    let ordered = Bag::new(&bag).at(today()).order(None).unwrap();
    assert_eq!(ordered.chain.full(), certificates([&leaf, &new]));
    assert_eq!(ordered.unused, [(old.certificate.clone(), Unused::Superseded)]);
    // On an earlier day it is the other way round.
    let ordered = Bag::new(&bag).at("2020-01-01".parse().unwrap()).order(None).unwrap();
    assert_eq!(ordered.chain.anchor(), &old.certificate);
}

/// Its modulus is the same: the exponent makes it another key.
#[test]
fn a_root_of_another_exponent_is_not_superseded() {
    let vectors = include_str!("vectors/pkits/certificates.pem");
    let (_, root) = vectors.split_once("# TrustAnchorRootCertificate\n").unwrap();
    let root = Certificate::read(root.split_once('#').unwrap().0.as_bytes()).unwrap();
    let mut der = root.der().to_vec();
    let key = root.public_key().spki_der();
    let end = der.windows(key.len()).position(|part| part == key).unwrap() + key.len();
    assert_eq!(der[end - 3..end], [1, 0, 1]);
    der[end - 1] = 3;
    let other = Certificate::from_der(&der).unwrap();
    let bag = [root.clone(), other.clone()];
    let ordered = Bag::new(&bag).at(root.window().not_before).order(Some(root.fingerprint())).unwrap();
    assert_eq!(ordered.unused, [(other, Unused::OtherKey)]);
}

#[test]
fn a_trusted_root_is_preferred_to_a_shorter_way() {
    let (old, new) = (authority("Old Root").self_signed(), authority("New Root").self_signed());
    let crossed = authority("New Root").key(&new.key).under(&old);
    let leaf = client("a.example.com").under(&new);
    let bag = certificates([&crossed, &old, &leaf, &new]);
    assert_eq!(order(&bag, None).unwrap().chain.full(), certificates([&leaf, &new]));
    let trusted = certificates([&old]);
    let ordered = Bag::new(&bag).trusting(&trusted).order(None).unwrap();
    assert_eq!(ordered.chain.full(), certificates([&leaf, &crossed, &old]));
}

/// Authorities have a lower end, too; renewals of one root certify each other.
#[test]
fn where_all_are_authorities_the_lowest_is_the_leaf() {
    let [root, sub, leaf] = family();
    let renewed = authority("Root").key(&root.key).years(2026, 2046).self_signed();
    let chain = certificates([&root, &sub]);
    assert_eq!(order(&chain, None).unwrap().chain.full(), certificates([&sub, &root]));
    assert_eq!(Bag::new(&chain).ends().unwrap(), [&sub.certificate]);
    let whole = certificates([&root, &leaf, &sub, &leaf]);
    assert_eq!(Bag::new(&whole).ends().unwrap(), [&leaf.certificate]);
    let roots = certificates([&root, &renewed]);
    assert!(Bag::new(&roots).ends().unwrap().is_empty());
    assert!(matches!(order(&roots, None), Err(Error::AmbiguousLeaf { count: 2, .. })));
    let other = authority("Other Sub").under(&root);
    let two = certificates([&root, &sub, &other]);
    assert_eq!(Bag::new(&two).ends().unwrap().len(), 2);
    let ambiguous = order(&two, None).unwrap_err();
    assert!(matches!(ambiguous, Error::AmbiguousLeaf { count: 2, .. }), "{ambiguous}");
}

#[test]
fn what_is_not_used_is_named_with_the_reason() {
    let [root, sub, leaf] = family();
    let stranger = authority("Stranger").self_signed();
    let impostor = authority("Sub").under(&root);
    let other = client("other.example.com").under(&sub);
    let bag = certificates([&other, &stranger, &leaf, &impostor, &root, &leaf, &sub]);
    assert!(matches!(order(&bag, None), Err(Error::AmbiguousLeaf { count: 2, .. })));
    let ordered = order(&bag, Some(leaf.certificate.fingerprint())).unwrap();
    assert_eq!(ordered.chain.full(), certificates([&leaf, &sub, &root]));
    for (made, why) in [
        (&leaf, Unused::Duplicate),
        (&stranger, Unused::Unrelated),
        (&impostor, Unused::OtherKey),
        (&other, Unused::OtherLeaf),
    ] {
        assert!(ordered.unused.contains(&(made.certificate.clone(), why)), "{why}");
    }
    assert_eq!(ordered.unused.len(), 4);
}

#[test]
fn a_missing_link_is_named_where_the_chain_ends() {
    let root = authority("Root").self_signed();
    let aia = b"\x30\x1e\x30\x1c\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x10http://a.b/c.crt";
    let sub = authority("Sub").extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, aia).under(&root);
    let leaf = client("a.example.com").under(&sub);
    let error = order(&certificates([&sub, &leaf]), None).unwrap_err();
    let Error::MissingIssuer { subject, issuer, ca_issuers } = error else { panic!("{error}") };
    assert_eq!((subject.as_str(), issuer.as_str()), ("CN=Sub", "CN=Root"));
    assert_eq!(ca_issuers.as_deref(), Some("http://a.b/c.crt"));
}

#[test]
fn loops_end() {
    let (a, b) = (authority("A").self_signed(), authority("B").self_signed());
    let (a_by_b, b_by_a) = (authority("A").key(&a.key).under(&b), authority("B").key(&b.key).under(&a));
    let leaf = client("a.example.com").under(&a);
    let error = order(&certificates([&a_by_b, &leaf, &b_by_a]), None).unwrap_err();
    assert!(matches!(error, Error::MissingIssuer { .. }), "{error}");
    let ordered = order(&certificates([&a_by_b, &leaf, &b_by_a, &b]), None).unwrap();
    assert_eq!(ordered.chain.full(), certificates([&leaf, &a_by_b, &b]));
}

#[test]
fn names_in_another_writing_match_and_are_reported() {
    let root = authority("Example  Root").self_signed();
    let same_key = authority("example root").key(&root.key).self_signed();
    let leaf = client("a.example.com").under(&same_key);
    let ordered = order(&certificates([&leaf, &root]), None).unwrap();
    assert_eq!(ordered.chain.full(), certificates([&leaf, &root]));
    assert_eq!(ordered.findings[0].rule, "issuer-name-byte-equal");
    let anchors = certificates([&root]);
    let verified = Verifier::new(&anchors, today()).verify(&leaf.certificate, &[]).unwrap();
    assert_eq!(verified.findings[0].rule, "issuer-name-byte-equal");
}

/// Many chains in one bag: each link is looked at once.
#[test]
fn many_chains_in_one_bag_are_ordered_together() {
    let chains: Vec<Vec<Certificate>> = (0..50)
        .map(|i| {
            let root = authority(&format!("Root {i}")).self_signed();
            let sub = authority(&format!("Sub {i}")).under(&root);
            let leaf = client(&format!("leaf{i}.example.com")).under(&sub);
            certificates([&leaf, &sub, &root])
        })
        .collect();
    let mut bag: Vec<_> = chains.concat();
    bag.reverse();
    let lonely = client("lonely.example.com").under(&authority("Gone").self_signed());
    bag.push(lonely.certificate.clone());
    let ordered = Bag::new(&bag).order_all().unwrap();
    assert_eq!(ordered.chains.len(), 50);
    assert!(chains.iter().all(|chain| ordered.chains.iter().any(|found| found.full() == chain)));
    assert_eq!(ordered.incomplete.len(), 1);
    assert!(matches!(ordered.incomplete[0].error(), Error::MissingIssuer { .. }));
}

/// A bag with renewals, cross-signatures, impostors and strangers.
fn jumble() -> Vec<Certificate> {
    let (old, new) = (authority("Old Root").self_signed(), authority("New Root").self_signed());
    let crossed = authority("New Root").key(&new.key).under(&old);
    let sub = authority("Sub").under(&new);
    let renewed = authority("Sub").key(&sub.key).years(2026, 2036).under(&new);
    let impostor = authority("Sub").under(&new);
    let leaf = client("a.example.com").under(&sub);
    certificates([
        &old,
        &new,
        &crossed,
        &sub,
        &renewed,
        &impostor,
        &leaf,
        &leaf,
        &authority("X").self_signed(),
    ])
}

#[test]
fn no_permutation_of_the_input_changes_the_result() {
    let bag = jumble();
    let expected = Bag::new(&bag).at(today()).order(None).unwrap();
    assert_eq!(expected.chain.full().len(), 3);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) };
    proptest!(config, |(shuffled in Just(bag.clone()).prop_shuffle())| {
        let ordered = Bag::new(&shuffled).at(today()).order(None).unwrap();
        prop_assert_eq!(ordered.chain.full(), expected.chain.full());
        prop_assert_eq!(&ordered.unused, &expected.unused);
        let anchors = [expected.chain.anchor().clone()];
        let verified = Verifier::new(&anchors, today()).verify(expected.chain.certificate(), &shuffled).unwrap();
        prop_assert_eq!(verified.path.as_slice(), expected.chain.full());
    });
}
