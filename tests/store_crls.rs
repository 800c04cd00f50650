//! The CRLs chosen for a store let its clients in where OpenSSL reads them, as nginx, HAProxy and Envoy do.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::chain::Chain;
use certwright::truststore::{Rules, Truststore};
use certwright::{Certificate, Crl, Timestamp};
use support::openssl::{Dates, Made, Purpose, Workshop};
use support::peers;

/// One section of extensions for each scope that a CRL may have (RFC 5280 section 5.2.5).
const SCOPES: &str = "\
[ca]
default_ca = lists
[lists]
database = index.txt
default_md = sha256
[whole]
authorityKeyIdentifier = keyid
[leaves]
issuingDistributionPoint = critical, @leaves_point
[leaves_point]
onlyuser = TRUE
[authorities]
issuingDistributionPoint = critical, @authorities_point
[authorities_point]
onlyCA = TRUE
[attributes]
issuingDistributionPoint = critical, @attributes_point
[attributes_point]
onlyAA = TRUE
[indirect]
issuingDistributionPoint = critical, @indirect_point
[indirect_point]
indirectCRL = TRUE
[reasons]
issuingDistributionPoint = critical, @reasons_point
[reasons_point]
onlysomereasons = keyCompromise
[unknown]
1.2.3.4 = critical, DER:0500
";

/// What an authority publishes, each a list of scopes.
const PUBLISHED: &[&[&str]] = &[
    &[],
    &["whole"],
    &["leaves"],
    &["authorities"],
    &["leaves", "authorities"],
    &["attributes"],
    &["attributes", "whole"],
    &["indirect"],
    &["reasons"],
    &["unknown"],
];

struct Lists<'a> {
    workshop: &'a Workshop,
    digest: &'a str,
}

impl Lists<'_> {
    fn of(&self, issuer: &Made, scopes: &[&str]) -> Vec<Crl> {
        scopes.iter().flat_map(|scope| self.one(issuer, scope)).collect()
    }

    fn one(&self, issuer: &Made, scope: &str) -> Vec<Crl> {
        let [config, out] = ["lists.cnf", "list.crl"].map(|file| self.workshop.path(file));
        fs::write(&config, SCOPES).unwrap();
        let mut command = Command::new(peers::find("openssl").unwrap());
        command.args(["ca", "-gencrl", "-crldays", "30", "-md", self.digest, "-crlexts", scope, "-config"]);
        command.arg(&config).arg("-keyfile").arg(&issuer.key).arg("-cert").arg(&issuer.certificate);
        let made = command.arg("-out").arg(&out).current_dir(config.parent().unwrap()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Crl::open_all(&out).unwrap()
    }
}

/// Whether OpenSSL lets the leaf in, with a CRL demanded for every certificate of the path.
fn lets_in(store: &Path, crls: &Path, leaf: &Made) -> bool {
    let mut command = Command::new(peers::find("openssl").unwrap());
    command.args(["verify", "-auth_level", "2", "-crl_check_all", "-no-CApath", "-no-CAstore", "-CAfile"]);
    command.arg(store).arg("-CRLfile").arg(crls).arg(&leaf.certificate).output().unwrap().status.success()
}

fn store_of(authorities: &[&Made]) -> Truststore {
    let found: Vec<_> =
        authorities.iter().map(|made| Certificate::open(&made.certificate).unwrap()).collect();
    let chain = Chain::new(found).unwrap();
    Truststore::assemble(&[chain], &Rules::none(), Timestamp::now()).unwrap()
}

/// How many were accepted; where the choice and OpenSSL differ the test ends.
fn agree(workshop: &Workshop, authorities: &[&Made], leaf: &Made, given: &[Crl], case: &str) -> bool {
    let store = store_of(authorities);
    let chosen = store.crl_set(given, &Rules::for_target("nginx").unwrap(), Timestamp::now());
    let written = |file: &str, text: String| -> PathBuf {
        let path = workshop.path(file);
        fs::write(&path, text).unwrap();
        path
    };
    let given: String = given.iter().map(Crl::to_pem).collect();
    let file = chosen.as_ref().map_or(given, |set| set.to_pem());
    let really = lets_in(&written("store.pem", store.to_pem()), &written("crls.pem", file), leaf);
    assert_eq!(chosen.is_ok(), really, "{case}: OpenSSL lets the client in: {really}, chosen: {chosen:?}");
    really
}

#[test]
fn a_set_of_crls_covers_every_path() {
    let Some(workshop) = Workshop::open() else { return };
    let lists = Lists { workshop: &workshop, digest: "sha256" };
    let root = workshop.root("root", "Root");
    let sub = workshop.subordinate("sub", "Sub", &root);
    let [direct, below] = [("direct", &root), ("below", &sub)]
        .map(|(name, issuer)| workshop.leaf(name, name, issuer, Purpose::Client, Dates::Current));
    let mut accepted = [0; 3];
    for scopes in PUBLISHED {
        let (of_root, of_sub) = (lists.of(&root, scopes), lists.of(&sub, scopes));
        let [root_whole, sub_whole] = [&root, &sub].map(|issuer| lists.of(issuer, &["whole"]));
        let cases: [(&[&Made], _, _); 3] = [
            (&[&root], &direct, of_root.clone()),
            (&[&sub, &root], &below, [of_root, sub_whole].concat()),
            (&[&sub, &root], &below, [root_whole, of_sub].concat()),
        ];
        for ((index, (authorities, leaf, given)), count) in cases.into_iter().enumerate().zip(&mut accepted) {
            *count += i32::from(agree(&workshop, authorities, leaf, &given, &format!("{scopes:?}, {index}")));
        }
    }
    // All of it; besides, a root above subordinates needs no list of leaves, nor the lowest authority one of authorities.
    assert_eq!(accepted, [3, 4, 4]);
}

#[test]
fn a_crl_over_sha1_is_no_crl_for_a_reader_that_refuses_sha1() {
    let Some(workshop) = Workshop::open() else { return };
    let root = workshop.root("root", "Root");
    let weak = Lists { workshop: &workshop, digest: "sha1" }.of(&root, &["whole"]);
    let refused = store_of(&[&root]).crl_set(&weak, &Rules::for_target("nginx").unwrap(), Timestamp::now());
    assert!(refused.unwrap_err().to_string().contains("store-crl-current"));
}
