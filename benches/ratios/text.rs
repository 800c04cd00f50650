//! PEM text.

use std::hint::black_box;
use std::process::Command;

use certwright::Certificate;
use certwright::pem::{self, Reading};

use crate::harness::{Average, Bench};
use crate::peer;

/// 1,000 certificates as OpenSSL writes them.
fn bundle() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(["payments.example.com".to_owned()]).unwrap();
    params.self_signed(&key).unwrap().pem().replace("\r\n", "\n").repeat(1000)
}

/// Finding and decoding 1,000 certificates, divided by the pem crate's `parse_many`.
pub(crate) fn pem_against_its_crate() -> Bench {
    let text = bundle();
    let copy = text.clone();
    let ours = move || {
        let blocks = pem::parse(copy.as_bytes(), Reading::Tolerant).unwrap();
        assert_eq!(black_box(blocks).len(), 1000);
    };
    let theirs = move || assert_eq!(black_box(::pem::parse_many(&text).unwrap()).len(), 1000);
    Bench { goal: 1.3, repeats: 20, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) }
}

/// So many passes in a round, that starting a process for them is worth it.
const PASSES: usize = 5;

/// Finding, decoding and parsing 1,000 certificates, divided by OpenSSL's `PEM_read_bio_X509` in a loop.
pub(crate) fn load_against_openssl() -> Result<Bench, &'static str> {
    let folder = tempfile::tempdir().unwrap();
    let program = peer::openssl_loader()?;
    let text = bundle();
    std::fs::write(folder.path().join("1000.pem"), &text).unwrap();
    let ours = move || {
        for _ in 0..PASSES {
            assert_eq!(black_box(Certificate::read_all(text.as_bytes()).unwrap()).len(), 1000);
        }
    };
    let theirs = move || {
        let passes = PASSES.to_string();
        peer::run_loader(Command::new(&program).args(["1000.pem", &passes]).current_dir(folder.path()));
    };
    Ok(Bench {
        goal: 0.2,
        repeats: 1,
        average: Average::Median,
        ours: Box::new(ours),
        theirs: Box::new(theirs),
    })
}
