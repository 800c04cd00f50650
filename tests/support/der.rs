//! Certificates with a defect: a real one taken apart, changed, and signed again.

use certwright::{Certificate, PrivateKey};

/// The fields of a TBSCertificate with a version, counted from 0 (RFC 5280 section 4.1).
pub(crate) mod field {
    pub(crate) const VALIDITY: usize = 4;
    pub(crate) const ISSUER: usize = 3;
    pub(crate) const SUBJECT: usize = 5;
}

/// One element in DER.
pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut encoded = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => encoded.push(short),
        Ok(octet) => encoded.extend([0x81, octet]),
        Err(_) => {
            encoded.push(0x82);
            encoded.extend(u16::try_from(length).expect("a short element").to_be_bytes());
        }
    }
    encoded.extend_from_slice(contents);
    encoded
}

/// A SEQUENCE of the parts.
pub(crate) fn sequence<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    let contents: Vec<u8> = parts.iter().flat_map(|part| part.as_ref().to_vec()).collect();
    tlv(0x30, &contents)
}

/// The raw elements inside the first element of `bytes`.
pub(crate) fn children(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (header, length) = measure(bytes);
    let mut rest = bytes.get(header..).and_then(|b| b.get(..length)).expect("a whole element");
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (header, length) = measure(rest);
        let (element, after) = rest.split_at(header.checked_add(length).expect("a short element"));
        found.push(element.to_vec());
        rest = after;
    }
    found
}

/// How long header and contents of the first element are.
pub(crate) fn measure(bytes: &[u8]) -> (usize, usize) {
    match bytes {
        [_, 0x81, length, ..] => (3, usize::from(*length)),
        [_, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        [_, length, ..] => (2, usize::from(*length)),
        _ => panic!("an element is cut off"),
    }
}

/// The certificate with its TBS fields changed, signed again by this key.
pub(crate) fn forge(
    certificate: &Certificate,
    signer: &PrivateKey,
    change: impl FnOnce(&mut Vec<Vec<u8>>),
) -> Certificate {
    let mut fields = children(certificate.tbs());
    change(&mut fields);
    let tbs = sequence(&fields);
    let signature = signer.sign(&tbs).expect("a signature");
    let bits = tlv(0x03, &[&[0][..], &signature].concat());
    let algorithm = signer.public_key().signature_algorithm().expect("a key that signs");
    Certificate::from_der(&sequence(&[&tbs[..], algorithm, &bits])).expect("a certificate")
}
