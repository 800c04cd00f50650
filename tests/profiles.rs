//! Everything that profiles issue, extension by extension, and what other people's linters say of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that a rule is broken"
)]

mod support;

#[path = "profiles/aws.rs"]
mod aws;
#[path = "profiles/judges.rs"]
mod judges;
#[path = "profiles/scene.rs"]
mod scene;
#[path = "profiles/variety.rs"]
mod variety;

use certwright::profile::{Criticality, Leaf, Policy, Root, Subordinate, aws_templates};
use certwright::{
    AltName, Authority, Certificate, Error, ExtendedKeyUsage, KeyType, KeyUsage, Ledger, Lifetime,
    PendingAuthority, PrivateKey, Request, Severity, Subject,
};

use scene::{LEAVES, Scene, key_types, request};

fn oids(certificate: &Certificate) -> Vec<(String, bool)> {
    certificate.extensions().iter().map(|e| (e.oid.to_string(), e.critical)).collect()
}

fn critical(certificate: &Certificate, oid: &str) -> Option<bool> {
    oids(certificate).into_iter().find(|(found, _)| found == oid).map(|(_, critical)| critical)
}

const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";

#[test]
fn other_linters_find_nothing_in_what_the_default_profiles_issue() {
    let mut issued = Vec::new();
    for kind in key_types() {
        let scene = Scene::new(kind);
        issued.push((format!("{kind} root"), scene.root.certificate().clone()));
        issued.push((format!("{kind} subordinate"), scene.subordinate.certificate().clone()));
        let key = PrivateKey::generate(kind).unwrap();
        for (name, profile) in LEAVES {
            let leaf = scene.subordinate.issue(&profile(Lifetime::days(30)), request(name, &key)).unwrap();
            assert_eq!(leaf.findings(), [], "{kind} {name}");
            issued.push((format!("{kind} {name}"), leaf.certificate().clone()));
        }
        issued.push((format!("{kind} laden"), scene.laden(&key)));
        issued.push((format!("{kind} constrained"), scene.constrained()));
    }
    issued.extend(variety::certificates());
    judges::openssl(&issued);
    judges::pkilint(&issued);
    judges::zlint(&issued);
}

#[test]
fn each_profile_has_its_usage_and_purposes() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let signature = KeyUsage::DIGITAL_SIGNATURE;
    for (name, usage, purposes) in [
        ("client", signature, vec![ExtendedKeyUsage::ClientAuth]),
        ("server", signature, vec![ExtendedKeyUsage::ServerAuth]),
        ("peer", signature, vec![ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth]),
        ("email", signature.with(KeyUsage::KEY_AGREEMENT), vec![ExtendedKeyUsage::EmailProtection]),
        ("code-signing", signature, vec![ExtendedKeyUsage::CodeSigning]),
        ("time-stamping", signature, vec![ExtendedKeyUsage::TimeStamping]),
        ("ocsp-signer", signature, vec![ExtendedKeyUsage::OcspSigning]),
    ] {
        let (_, profile) = LEAVES.iter().find(|(leaf, _)| *leaf == name).unwrap();
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let leaf = scene.subordinate.issue(&profile(Lifetime::days(30)), request(name, &key)).unwrap();
        let certificate = leaf.certificate();
        assert_eq!(certificate.key_usage(), Some(usage), "{name}");
        assert_eq!(certificate.extended_key_usage(), Some(&purposes[..]), "{name}");
        assert_eq!(critical(certificate, EXTENDED_KEY_USAGE), Some(name == "time-stamping"), "{name}");
        assert_eq!(critical(certificate, BASIC_CONSTRAINTS), None, "{name}");
        let responder = name == "ocsp-signer";
        assert_eq!(critical(certificate, OCSP_NO_CHECK), responder.then_some(false), "{name}");
        assert_eq!(critical(certificate, CRL_DISTRIBUTION_POINTS), (!responder).then_some(false), "{name}");
    }
}

#[test]
fn aws_templates_are_exact() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let both = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    let (ocsp, code) = (ExtendedKeyUsage::OcspSigning, ExtendedKeyUsage::CodeSigning);
    let (server, client) = (ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth);
    for (name, usage, purposes, critical_purposes, waived) in [
        (
            "EndEntityCertificate/V1",
            both,
            vec![server.clone(), client.clone()],
            false,
            vec!["key-usage-fits-key", "leaf-basic-constraints"],
        ),
        (
            "EndEntityClientAuthCertificate/V1",
            both,
            vec![client],
            false,
            vec!["key-usage-fits-key", "leaf-basic-constraints"],
        ),
        (
            "EndEntityServerAuthCertificate/V1",
            both,
            vec![server],
            false,
            vec!["key-usage-fits-key", "leaf-basic-constraints"],
        ),
        (
            "CodeSigningCertificate/V1",
            KeyUsage::DIGITAL_SIGNATURE,
            vec![code],
            true,
            vec!["leaf-basic-constraints"],
        ),
        (
            "OCSPSigningCertificate/V1",
            KeyUsage::DIGITAL_SIGNATURE,
            vec![ocsp],
            true,
            vec!["leaf-basic-constraints", "ocsp-signer-no-check", "ocsp-signer-not-looked-up"],
        ),
    ] {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let profile = Leaf::aws(name, Lifetime::days(30)).unwrap();
        let prepared = scene.subordinate.prepare(&profile, request("server", &key)).unwrap();
        let mut found = prepared.waived().to_vec();
        found.sort_unstable();
        assert_eq!(found, waived, "{name}");
        let leaf = prepared.sign().unwrap();
        let certificate = leaf.certificate();
        assert_eq!(certificate.key_usage(), Some(usage), "{name}");
        assert_eq!(certificate.extended_key_usage(), Some(&purposes[..]), "{name}");
        assert_eq!(critical(certificate, EXTENDED_KEY_USAGE), Some(critical_purposes), "{name}");
        assert_eq!(critical(certificate, BASIC_CONSTRAINTS), Some(false), "{name}");
        assert_eq!(critical(certificate, OCSP_NO_CHECK), None, "{name}");
        assert_eq!(critical(certificate, CRL_DISTRIBUTION_POINTS), Some(false), "{name}");
        let entry = &scene.ledger.find(certificate.serial()).unwrap()[0];
        assert_eq!(entry.profile, name);
        let recorded: Vec<_> = waived.iter().map(|id| format!("waived:{id}")).collect();
        assert!(recorded.iter().all(|id| entry.warnings.contains(id)), "{:?}", entry.warnings);
    }
}

#[test]
fn aws_authorities_have_the_path_length_of_their_template() {
    let ledger = Ledger::in_memory();
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let profile = Root::aws("RootCACertificate/V1", Lifetime::years(10)).unwrap();
    let root = Authority::root(&profile, Subject::common_name("root").unwrap(), key, &ledger).unwrap();
    assert_eq!(root.certificate().basic_constraints().unwrap().path_length, None);
    assert!(root.certificate().authority_key_id().is_none());
    for length in 0..=3u8 {
        let name = format!("arn:aws:acm-pca:::template/SubordinateCACertificate_PathLen{length}/V1");
        let profile = Subordinate::aws(&name, Lifetime::years(3)).unwrap();
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let subject = Subject::common_name(&format!("sub {length}")).unwrap();
        let pending = PendingAuthority::new(subject, key).unwrap();
        let chain = root.certify(&profile, pending.csr()).unwrap();
        let basic = chain.certificate().basic_constraints().unwrap();
        assert_eq!(basic.path_length, Some(length.into()));
    }
    assert_eq!(aws_templates().count(), 10);
    // A template is all that is in it.
    let name = "SubordinateCACertificate_PathLen0/V1";
    let plain = Subordinate::aws(name, Lifetime::years(3)).unwrap();
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let pending = PendingAuthority::new(Subject::common_name("sub").unwrap(), key).unwrap();
    for changed in [plain.clone().path_length(9), plain.purpose(ExtendedKeyUsage::ClientAuth)] {
        assert_eq!(root.certify(&changed, pending.csr()).unwrap_err().kind(), "profile");
    }
    let limited = profile.clone().path_length(1);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let refused = Authority::root(&limited, Subject::common_name("r").unwrap(), key, &ledger).unwrap_err();
    assert_eq!(refused.kind(), "profile");
    for wrong in
        ["RootCACertificate/V1", "SubordinateCACertificate_PathLen0/V1", "EndEntityCertificate/V2", ""]
    {
        assert_eq!(Leaf::aws(wrong, Lifetime::days(1)).unwrap_err().kind(), "profile", "{wrong}");
    }
    assert!(Root::aws("EndEntityCertificate/V1", Lifetime::days(1)).is_err());
    assert!(Subordinate::aws("RootCACertificate/V1", Lifetime::days(1)).is_err());
}

#[test]
fn only_the_waived_rules_are_waived() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    // A template takes no extension beyond its own.
    let profile = Leaf::aws("EndEntityCertificate/V1", Lifetime::days(30)).unwrap();
    let laden = profile.clone().policy(Policy::new("1.2.3".parse().unwrap()));
    let refused = scene.subordinate.prepare(&laden, request("server", &key)).unwrap_err();
    assert_eq!(refused.kind(), "profile");
    // What no family waives still refuses, and still warns.
    let bell = [0x30, 13, 0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 0x0c, 2, b'a', 7];
    let rung = Request::new(key.public_key()).subject(Subject::from_der(&bell).unwrap());
    let refused = scene.subordinate.prepare(&profile, rung.clone().dns("a.example").unwrap()).unwrap_err();
    let errors: Vec<_> = refused.findings().iter().filter(|f| f.is_error()).map(|f| f.rule).collect();
    assert_eq!(errors, ["name-control-character"]);
    let hostless = rung.subject(Subject::common_name("a").unwrap());
    let warned = scene.subordinate.prepare(&profile, hostless).unwrap();
    assert_eq!(warned.findings().iter().map(|f| f.rule).collect::<Vec<_>>(), ["server-names-no-host"]);
    // The authority's own key in a leaf is refused in every family.
    let reused = Request::new(scene.subordinate.certificate().public_key())
        .subject(Subject::common_name("a").unwrap())
        .dns("a.example")
        .unwrap();
    let refused = scene.subordinate.prepare(&profile, reused).unwrap_err();
    assert!(matches!(refused, Error::KeyRefused { .. }), "{refused}");
}

#[test]
fn warnings_are_silenced_by_id_and_that_is_recorded() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let profile = Leaf::client(Lifetime::days(30));
    let loud = scene.root.prepare(&profile, request("client", &key)).unwrap();
    assert_eq!(loud.findings().iter().map(|f| f.rule).collect::<Vec<_>>(), ["leaf-from-root"]);
    let silent =
        scene.root.prepare(&profile.clone().allow("leaf-from-root"), request("client", &key)).unwrap();
    assert_eq!(silent.allowed(), ["leaf-from-root"]);
    let silent = silent.sign().unwrap();
    assert_eq!(silent.findings(), []);
    let entry = &scene.ledger.find(silent.certificate().serial()).unwrap()[0];
    assert_eq!(entry.warnings, ["allowed:leaf-from-root"]);
    let by_request = request("client", &key).allow("leaf-from-root");
    assert_eq!(scene.root.issue(&profile, by_request).unwrap().findings(), []);
    for unknown in ["serial-conforms", "public-lifetime", "nothing", ""] {
        let refused =
            scene.root.prepare(&profile.clone().allow(unknown), request("client", &key)).unwrap_err();
        assert_eq!(refused.kind(), "profile", "{unknown}");
    }
}

#[test]
fn a_plan_names_every_field_with_its_origin() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let profile = Leaf::server(Lifetime::years(40)).bound(certwright::Bound::Clamp);
    let plan = scene.subordinate.prepare(&profile, request("server", &key)).unwrap().plan();
    let origin = |name: &str| {
        let field = plan.fields.iter().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("no {name}")).origin.to_string()
    };
    for (name, expected) in [
        ("serialNumber", "default"),
        ("issuer", "issuer"),
        ("notAfter", "clamp"),
        ("subject", "request"),
        ("subjectPublicKeyInfo", "request"),
        ("keyUsage", "profile"),
        ("extKeyUsage", "profile"),
        ("subjectAltName", "request"),
        ("authorityKeyIdentifier", "issuer"),
        ("cRLDistributionPoints", "issuer"),
        ("authorityInfoAccess", "issuer"),
    ] {
        assert_eq!(origin(name), expected, "{name}");
    }
    let text = plan.to_string();
    assert!(text.contains("http://ocsp.example.test"), "{text}");
    assert!(text.contains("CN=server.example.test"), "{text}");

    let pending = PendingAuthority::new(Subject::common_name("x").unwrap(), key).unwrap();
    let asked = scene.root.prepare_subordinate(&Subordinate::new(Lifetime::years(1)), pending.csr()).unwrap();
    let subject = |prepared: &certwright::Prepared| {
        let plan = prepared.plan();
        plan.fields.into_iter().find(|field| field.name == "subject").unwrap().origin.to_string()
    };
    assert_eq!(subject(&asked), "csr");
    let granted = Subordinate::new(Lifetime::years(1)).subject(Subject::common_name("y").unwrap());
    assert_eq!(subject(&scene.root.prepare_subordinate(&granted, pending.csr()).unwrap()), "profile");
}

#[test]
fn two_authorities_of_one_name_are_a_warning() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let again = PendingAuthority::new(scene.subordinate.certificate().subject().clone(), key).unwrap();
    let prepared =
        scene.root.prepare_subordinate(&Subordinate::new(Lifetime::years(1)), again.csr()).unwrap();
    let rules: Vec<_> = prepared.findings().iter().map(|f| (f.rule, f.severity)).collect();
    assert_eq!(rules, [("authority-name-reused", Severity::Warning)]);
}

#[test]
fn own_extensions_do_not_collide_with_ours() {
    let leaf = || Leaf::client(Lifetime::days(1));
    let null = vec![5, 0];
    for ours in [
        "2.5.29.14",
        "2.5.29.15",
        "2.5.29.17",
        "2.5.29.19",
        "2.5.29.30",
        "2.5.29.31",
        "2.5.29.32",
        "2.5.29.35",
        "2.5.29.37",
        "1.3.6.1.5.5.7.1.1",
        "1.3.6.1.5.5.7.1.24",
        OCSP_NO_CHECK,
    ] {
        let refused = leaf().extension(ours.parse().unwrap(), Criticality::NotCritical, null.clone());
        assert_eq!(refused.unwrap_err().kind(), "profile", "{ours}");
    }
    let odd: certwright::Oid = "2.999.1".parse().unwrap();
    let once = leaf().extension(odd.clone(), Criticality::Critical, null.clone()).unwrap();
    assert_eq!(
        once.clone().extension(odd.clone(), Criticality::Critical, null).unwrap_err().kind(),
        "profile"
    );
    assert!(leaf().extension(odd, Criticality::Critical, vec![5]).is_err());
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let issued = scene.subordinate.issue(&once, request("client", &key)).unwrap();
    assert_eq!(critical(issued.certificate(), "2.999.1"), Some(true));
}

#[test]
fn a_directory_name_can_be_an_alternative_name() {
    let scene = Scene::new(KeyType::EcdsaP256);
    let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
    let name: Subject = "CN=a,OU=x,OU=y,O=z".parse().unwrap();
    let request =
        Request::new(key.public_key()).alt_name(AltName::Directory(name.clone())).ip([10, 0, 0, 1].into());
    let issued = scene.subordinate.issue(&Leaf::client(Lifetime::days(1)), request).unwrap();
    let names: Vec<_> = issued.certificate().alt_names().iter().map(ToString::to_string).collect();
    assert_eq!(names, [format!("directory:{name}"), "IP:10.0.0.1".to_owned()]);
    // Without a subject the alternative names are critical.
    assert_eq!(critical(issued.certificate(), "2.5.29.17"), Some(true));
}
