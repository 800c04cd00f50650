//! Files in which a thing stands ten thousand times: what is done for each of them grows with their number, and not with
//! its square.

use std::time::{Duration, Instant};

use certwright::doctor::{Case, Diagnosis, File, examine};
use certwright::inspect::{Contents, inspect};
use certwright::truststore::Rules;
use certwright::{Format, KeyType, PrivateKey, Timestamp};

use crate::bounded;
use crate::structures::{CERTIFICATE, contents, elements, tlv};

/// Several times what any of these takes without optimisation, and less than where each thing is held against each.
const LONGEST: Duration = Duration::from_secs(20);

fn at(text: &str) -> Timestamp {
    text.parse().expect("a date")
}

/// The certificate of another key, with this number.
fn certificate(key: &PrivateKey, number: u32) -> Vec<u8> {
    issued(None, key, number)
}

/// The same by another issuer.
fn issued(by: Option<&[u8]>, key: &PrivateKey, number: u32) -> Vec<u8> {
    let parts = elements(contents(CERTIFICATE));
    let mut fields = elements(contents(&parts[0]));
    fields[1] = tlv(2, &[&[1][..], &number.to_be_bytes()].concat());
    if let Some(issuer) = by {
        fields[3] = issuer.to_vec();
    }
    fields[6] = key.public_key().spki_der().to_vec();
    tlv(0x30, &[tlv(0x30, &fields.concat()), parts[1].clone(), parts[2].clone()].concat())
}

fn key() -> (PrivateKey, Vec<u8>) {
    let key = PrivateKey::generate(KeyType::Ed25519).expect("a key");
    let der = key.danger_plain_der(Format::Pkcs8).expect("a plain key").to_vec();
    (key, der)
}

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    bounded();
    let begun = Instant::now();
    let done = work();
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    done
}

fn count(diagnosis: &Diagnosis, rule: &str) -> usize {
    diagnosis.findings.iter().filter(|finding| finding.rule == rule).count()
}

#[test]
fn a_key_and_its_certificate() {
    const TIMES: usize = 8_000;
    let (key, der) = key();
    let file = [der.repeat(TIMES), certificate(&key, 1).repeat(TIMES)].concat();
    let report = quickly(|| inspect(&file, at("2026-11-26")).expect("a report"));
    let keys = report.blocks.iter().filter_map(|block| match &block.contents {
        Contents::PrivateKey(facts) => Some(facts),
        _ => None,
    });
    assert_eq!(keys.clone().count(), TIMES);
    assert!(keys.clone().all(|key| key.certified_as.len() == 8 && key.certificates == TIMES));
    assert!(quickly(|| report.to_string()).contains("and in 7992 more certificates"));
}

#[test]
fn the_keys_of_a_certificates_file() {
    const TIMES: usize = 60_000;
    let (key, der) = key();
    let file = [certificate(&key, 1), der.repeat(TIMES)].concat();
    let case = Case::at(at("2026-11-26")).key(File::new("key.der", &der));
    let diagnosis = quickly(|| examine(&case.certificate(File::new("client.der", &file))));
    let mend = diagnosis.mends.iter().find(|mend| mend.replaces() == "client.der").expect("a mend");
    let text = str::from_utf8(mend.contents()).expect("PEM");
    assert_eq!(text.matches("BEGIN PRIVATE KEY").count(), TIMES);
}

#[test]
fn what_has_expired_of_a_chain() {
    let (key, _) = key();
    let file: Vec<u8> = (0..20_000).flat_map(|number| certificate(&key, number)).collect();
    let case = Case::at(at("2999-01-01")).chain(File::new("chain.der", &file));
    let diagnosis = quickly(|| examine(&case));
    assert_eq!(count(&diagnosis, "certificate-expired"), 1, "one place, and one name");
}

/// Where a certificate cannot be read, the date of each of the others counts.
#[test]
fn what_has_expired_beside_what_is_damaged() {
    let (key, _) = key();
    let mut damaged = certificate(&key, 0);
    let date = damaged.windows(2).position(|window| window == [0x17, 13]).expect("a date");
    damaged[date + 2] = b'x';
    let file: Vec<u8> = (0..40_000).flat_map(|number| certificate(&key, number)).chain(damaged).collect();
    let case = Case::at(at("2999-01-01")).certificate(File::new("client.der", &file));
    let diagnosis = quickly(|| examine(&case));
    assert_eq!(count(&diagnosis, "certificate-expired"), 1, "one place, and one name");
}

/// Authorities of one name, with one key and of one issuer.
#[test]
fn the_authorities_of_a_store() {
    let (key, _) = key();
    let issuer = tlv(0x30, &tlv(0x31, &tlv(0x30, &[6, 3, 0x55, 4, 3, 0x0c, 1, b'x'])));
    let file: Vec<u8> = (0..20_000).flat_map(|number| issued(Some(&issuer), &key, number)).collect();
    let store = File::new("store.der", &file);
    let (rules, client) = (Rules::api_gateway(), File::new("client.der", CERTIFICATE));
    let case = Case::at(at("2026-11-26")).truststore(store).certificate(client).rules(&rules);
    let diagnosis = quickly(|| examine(&case));
    assert!(count(&diagnosis, "store-size") > 0, "{} findings", diagnosis.findings.len());
}

/// Refused blocks by the ten thousand, each of which could have made doctor look through the file.
#[test]
fn refused_blocks() {
    const TIMES: usize = 30_000;
    for refused in [
        "-----END A-----\n",
        "-----BEGIN A-----\n!\n-----END A-----\n",
        "-----BEGIN A-----!-----END A-----",
        "-----BEGIN  A-----\n",
        "-----BEGIN A-----\nx: y\nAAAA\n-----END A-----\n",
        "\u{a0}-----BEGIN A-----\n",
    ] {
        let text = refused.repeat(TIMES);
        let file = File::new("file", text.as_bytes());
        let diagnosis =
            quickly(|| examine(&Case::at(at("2026-01-01T00:00:00Z")).key(file).certificate(file)));
        assert!(!diagnosis.is_healthy(), "{refused}");
    }
}
