//! Numbers of RSA keys in encodings that OpenSSL reads, and that DER does not have.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a fixture of the wrong size ends the test that asked for it"
)]

use super::der::{children, measure, sequence, tlv};

/// What becomes of the contents of an INTEGER.
pub(crate) type Encode = fn(&[u8]) -> Vec<u8>;

/// What is wrong, which number of an RSAPublicKey it is, and what becomes of that.
pub(crate) type Sloppy = (&'static str, usize, Encode);

pub(crate) const ENCODINGS: [Sloppy; 3] = [
    ("its modulus is negative", 0, |contents| contents.strip_prefix(&[0]).expect("a sign octet").to_vec()),
    ("its modulus has a leading zero", 0, |contents| [&[0], contents].concat()),
    ("its exponent has a leading zero", 1, |contents| [&[0, 0], contents].concat()),
];

/// The SubjectPublicKeyInfo of an RSA key with one number encoded so.
pub(crate) fn public(spki: &[u8], (_, number, encode): Sloppy) -> Vec<u8> {
    let parts = children(spki);
    // Behind the octet that counts unused bits.
    let mut numbers = children(&contents(&parts[1])[1..]);
    numbers[number] = tlv(2, &encode(contents(&numbers[number])));
    sequence(&[parts[0].clone(), tlv(3, &[&[0], &sequence(&numbers)[..]].concat())])
}

/// An RSAPrivateKey with its numbers encoded so, which stand behind its version.
pub(crate) fn private(pkcs1: &[u8], encode: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let numbers = children(pkcs1);
    let (version, numbers) = numbers.split_first().expect("a version");
    let numbers = numbers.iter().map(|number| match number[0] {
        2 => tlv(2, &encode(contents(number))),
        _ => others(number, &encode),
    });
    sequence(&std::iter::once(version.clone()).chain(numbers).collect::<Vec<_>>())
}

/// OtherPrimeInfos.
fn others(infos: &[u8], encode: &impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let info = |info: &Vec<u8>| {
        let numbers = children(info);
        sequence(&numbers.iter().map(|number| tlv(2, &encode(contents(number)))).collect::<Vec<_>>())
    };
    sequence(&children(infos).iter().map(info).collect::<Vec<_>>())
}

fn contents(element: &[u8]) -> &[u8] {
    let (header, length) = measure(element);
    element.get(header..header + length).expect("a whole element")
}
