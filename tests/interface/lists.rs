//! Certificate revocation lists, made by hand.

use certwright::{Crl, CrlReason, PrivateKey, Serial, Subject};

use crate::support::der::{sequence, tlv};
use crate::support::pki::{key, name};

/// An entry: a serial number by its octets, and the code of a reason.
pub(crate) type Row<'a> = (&'a [u8], Option<u8>);

/// A list of that issuer, version 2, with these entries.
pub(crate) fn list(issuer: &Subject, signer: &PrivateKey, rows: &[Row<'_>]) -> Vec<u8> {
    let algorithm = signer.public_key().signature_algorithm().unwrap();
    let time = tlv(0x17, b"260101000000Z");
    let entries: Vec<_> = rows
        .iter()
        .map(|(serial, reason)| {
            let extension = |code| {
                let value = tlv(4, &tlv(0x0a, &[code]));
                sequence(&[sequence(&[tlv(6, &[0x55, 0x1d, 21]), value])])
            };
            let reason = reason.map(extension).unwrap_or_default();
            sequence(&[tlv(2, serial), time.clone(), reason])
        })
        .collect();
    let version = tlv(2, &[1]);
    let parts: &[&[u8]] =
        &[&version, algorithm, issuer.as_der(), &time, &tlv(0x17, b"270101000000Z"), &sequence(&entries)];
    let body = sequence(parts);
    let signature = tlv(3, &[&[0][..], &signer.sign(&body).unwrap()].concat());
    sequence(&[&body[..], algorithm, &signature])
}

fn crl(rows: &[Row<'_>]) -> Crl {
    Crl::from_der(&list(&name("CN=Root"), &key(), rows)).unwrap()
}

#[test]
fn a_reason_is_named_and_its_code_is_kept() {
    let crl = crl(&[(&[1], Some(1)), (&[2], Some(7)), (&[3], None), (&[4], Some(8))]);
    let reasons: Vec<_> = crl.revoked().iter().map(|entry| entry.reason).collect();
    let expected =
        [Some(CrlReason::KeyCompromise), Some(CrlReason::Other(7)), None, Some(CrlReason::RemoveFromCrl)];
    assert_eq!(reasons, expected);
    assert_eq!(CrlReason::KeyCompromise.to_string(), "keyCompromise");
    assert_eq!(CrlReason::KeyCompromise.code(), 1);
}

#[test]
fn entries_ascend_by_the_number_and_are_found_by_it() {
    let crl = crl(&[(&[1, 0], None), (&[2], None), (&[0, 0x80], None), (&[0x7f], None)]);
    let serials: Vec<_> = crl.revoked().iter().map(|entry| entry.serial.to_string()).collect();
    assert_eq!(serials, ["02", "7f", "80", "0100"]);
    for text in ["2", "100", "0080", "7F"] {
        let serial: Serial = text.parse().unwrap();
        assert_eq!(crl.entry(&serial).map(|entry| &entry.serial), Some(&serial), "{text}");
    }
    assert!(crl.entry(&"1".parse().unwrap()).is_none());
}

#[test]
fn the_signature_of_a_list_is_its_last_bytes() {
    let crl = crl(&[]);
    assert_eq!(crl.signature_algorithm().name, "ECDSA with SHA-256");
    assert!(crl.der().ends_with(crl.signature_value()) && crl.signature_value().len() > 60);
}
