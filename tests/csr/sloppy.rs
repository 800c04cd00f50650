//! Requests whose RSA numbers are not encoded as DER has them, signed by openssl all the same.

use certwright::profile::Leaf;
use certwright::{Csr, Lifetime, PublicKey, Request, Subject};

use super::bench::Bench;
use crate::support::der::{sequence, tlv};
use crate::support::peers;
use crate::support::sloppy::{self, ENCODINGS};

const ALGORITHMS: [(&str, u8); 2] = [("-sha224", 14), ("-sha256", 11)];

/// A request for this key, signed by openssl with `key.pem`.
fn request(bench: &Bench, spki: &[u8], (digest, last): (&str, u8)) -> Vec<u8> {
    let openssl = peers::find("openssl").unwrap();
    let subject = Subject::common_name("victim").unwrap();
    let info = sequence(&[&[2, 1, 0][..], subject.as_der(), spki, &[0xa0, 0]]);
    bench.write("info", &info);
    bench.run(&openssl, &["dgst", digest, "-sign", "key.pem", "-out", "signature", "info"]);
    let oid = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last]);
    let algorithm = sequence(&[&oid[..], &[5, 0]]);
    sequence(&[info, algorithm, tlv(3, &[&[0], &bench.read("signature")[..]].concat())])
}

#[test]
fn numbers_that_are_no_der_are_certified_for_nobody() {
    let Some(openssl) = peers::find("openssl") else { return };
    let bench = Bench::new();
    bench.run(
        &openssl,
        &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem"],
    );
    bench.run(&openssl, &["pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "spki"]);
    let modulus =
        |file| bench.run(&openssl, &["rsa", "-pubin", "-inform", "DER", "-in", file, "-noout", "-modulus"]);
    let (regular, number) = (bench.read("spki"), modulus("spki"));
    for algorithm in ALGORITHMS {
        Csr::from_der(&request(&bench, &regular, algorithm)).unwrap();
    }
    for encoding in ENCODINGS {
        let fault = encoding.0;
        let spki = sloppy::public(&regular, encoding);
        bench.write("sloppy", &spki);
        assert_eq!(modulus("sloppy"), number, "{fault}: openssl reads another key");
        let said = format!("decode an RSA public key: {fault}");
        for algorithm in ALGORITHMS {
            let refused = Csr::from_der(&request(&bench, &spki, algorithm)).unwrap_err();
            assert_eq!((refused.kind(), refused.to_string()), ("decode", said.clone()));
        }
        // Without a request, too.
        let key = PublicKey::from_spki_der(&spki).unwrap();
        let request = Request::new(&key).subject(Subject::common_name("victim").unwrap());
        let refused = bench.authority().issue(&Leaf::client(Lifetime::days(30)), request).unwrap_err();
        assert_eq!((refused.kind(), refused.to_string()), ("decode", said));
        let signature = bench.read("signature");
        let algorithm = tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]);
        let verified = key.verify(&sequence(&[&algorithm[..], &[5, 0]]), &bench.read("info"), &signature);
        assert_eq!(verified, Ok(()), "{fault}: what openssl verifies with the key");
    }
}
