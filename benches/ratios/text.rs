//! PEM text.

use std::hint::black_box;

use certwright::pem::{self, Reading};

use crate::harness::{Average, Bench};

/// Finding and decoding 1,000 certificates, divided by the pem crate's `parse_many`.
pub(crate) fn pem_against_its_crate() -> Bench {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(["payments.example.com".to_owned()]).unwrap();
    let text = params.self_signed(&key).unwrap().pem().replace("\r\n", "\n").repeat(1000);
    let copy = text.clone();
    let ours = move || {
        let blocks = pem::parse(copy.as_bytes(), Reading::Tolerant).unwrap();
        assert_eq!(black_box(blocks).len(), 1000);
    };
    let theirs = move || assert_eq!(black_box(::pem::parse_many(&text).unwrap()).len(), 1000);
    Bench { goal: 1.3, repeats: 20, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) }
}
