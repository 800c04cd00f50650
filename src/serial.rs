//! Serial numbers of certificates.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::digest::{from_hex, hex};
use crate::error::Error;
use crate::random;

/// The serial number of a certificate, unique under its issuer (RFC 5280 section 4.1.2.2).
///
/// Kept as the content octets of its DER INTEGER, so that foreign serials stay exact, negative and oversized
/// ones too. `Display` writes hexadecimal digits in lower case, as `openssl x509 -serial` does in capitals.
/// They are ordered as numbers; two encodings of one number are two serials.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Serial(Vec<u8>);

impl Serial {
    /// A fresh serial with 128 bits from the system's random source.
    ///
    /// A fixed first octet keeps it positive and every serial 17 octets long: below the 20 that RFC 5280
    /// allows, with twice the 64 random bits that the CA/B Baseline Requirements ask for in section 7.1.
    ///
    /// # Errors
    ///
    /// [`Error::Random`].
    pub fn random() -> Result<Self, Error> {
        let random: [u8; 16] = random::bytes()?;
        Ok(Self([&[0x01], random.as_slice()].concat()))
    }

    /// The serial with these content octets of a DER INTEGER.
    #[must_use]
    pub fn from_content(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }

    /// The content octets of the DER INTEGER: two's complement, most significant first.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is positive and of at most 20 octets, as RFC 5280 demands.
    #[must_use]
    pub fn conforms(&self) -> bool {
        let negative = self.0.first().is_none_or(|first| first & 0x80 != 0);
        let zero = self.0.iter().all(|octet| *octet == 0);
        !negative && !zero && self.0.len() <= 20
    }
}

impl AsRef<[u8]> for Serial {
    fn as_ref(&self) -> &[u8] {
        self.content()
    }
}

impl Ord for Serial {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, others) = (significant(&self.0), significant(&other.0));
        let by_length = own.len().cmp(&others.len());
        // The octets of numbers of one sign and one length are ordered as the numbers are.
        let by_size = match (is_negative(own), is_negative(others)) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (true, true) => by_length.reverse().then_with(|| own.cmp(others)),
            (false, false) => by_length.then_with(|| own.cmp(others)),
        };
        by_size.then_with(|| self.0.len().cmp(&other.0.len()))
    }
}

impl PartialOrd for Serial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn is_negative(octets: &[u8]) -> bool {
    octets.first().is_some_and(|first| first & 0x80 != 0)
}

/// The shortest octets for the same number (X.690 section 8.3.2); none for zero.
fn significant(mut octets: &[u8]) -> &[u8] {
    while let [first @ (0 | 0xff), rest @ ..] = octets {
        let zero = *first == 0 && rest.is_empty();
        let repeats_the_sign = !rest.is_empty() && is_negative(rest) == (*first == 0xff);
        if !(zero || repeats_the_sign) {
            break;
        }
        octets = rest;
    }
    octets
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The sign octet of a positive INTEGER is not part of the number.
        let digits = match self.0.as_slice() {
            [0, rest @ ..] if !rest.is_empty() => rest,
            all => all,
        };
        f.write_str(&hex(digits))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serial({self})")
    }
}

impl FromStr for Serial {
    type Err = Error;

    /// Reads hexadecimal digits, with or without colons, as a positive number: `1`, `01` and `0001` are one serial.
    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::syntax("serial number", text, "expected hexadecimal digits");
        let padded = match text.bytes().filter(|b| *b != b':').count() % 2 {
            0 => from_hex(text),
            _ => from_hex(&format!("0{text}")),
        };
        let octets = padded.filter(|octets| !octets.is_empty()).ok_or_else(malformed)?;
        match significant(&[&[0], octets.as_slice()].concat()) {
            [] => Ok(Self(vec![0])),
            octets => Ok(Self(octets.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_serial_is_positive_and_within_20_octets() {
        for _ in 0..1000 {
            let serial = Serial::random().unwrap();
            assert!(serial.conforms(), "{serial}");
            assert_eq!(serial.content().len(), 17);
        }
    }

    #[test]
    fn zero_negative_and_oversized_serials_do_not_conform() {
        for content in [&[][..], &[0], &[0x80], &[0xff; 3], &[1; 21]] {
            assert!(!Serial::from_content(content).conforms(), "{content:?}");
        }
        assert!(Serial::from_content(&[1; 20]).conforms());
        assert!(Serial::from_content(&[0, 0x80]).conforms());
    }

    #[test]
    fn text_reads_back() {
        for text in ["01", "ff00", "7f"] {
            let serial: Serial = text.parse().unwrap();
            assert!(serial.conforms());
            assert_eq!(serial.to_string(), text);
        }
        assert_eq!("FF:00".parse::<Serial>().unwrap().content(), [0, 0xff, 0]);
        assert_eq!(format!("{:?}", Serial::from_content(&[0, 0xff])), "Serial(ff)");
        assert_eq!(Serial::from_content(&[0]).to_string(), "00");
        assert_eq!("00:00:7F".parse::<Serial>().unwrap().content(), [0x7f]);
        assert_eq!("0000".parse::<Serial>().unwrap().content(), [0]);
        for text in ["", ":", "fg"] {
            assert!(text.parse::<Serial>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_number_is_one_serial_however_it_is_typed() {
        for (text, content) in [
            ("1", &[1][..]),
            ("01", &[1]),
            ("0001", &[1]),
            ("80", &[0, 0x80]),
            ("000080", &[0, 0x80]),
            ("abc", &[0x0a, 0xbc]),
            ("1:00", &[1, 0]),
            ("0", &[0]),
            ("0000", &[0]),
        ] {
            assert_eq!(text.parse::<Serial>().unwrap().content(), content, "{text}");
        }
        for text in [":", "0x01", "g", "é"] {
            assert!(text.parse::<Serial>().is_err(), "{text}");
        }
    }

    #[test]
    fn serials_are_ordered_as_numbers() {
        let ascending: &[&[u8]] = &[
            &[0xfe, 0, 0],
            &[0x80, 0],
            &[0x80],
            &[0xff],
            &[],
            &[0],
            &[1],
            &[0, 1],
            &[2],
            &[0x7f],
            &[0, 0x80],
            &[0, 0xff],
            &[1, 0],
            &[0x7f, 0xff],
            &[0, 0x80, 0],
        ];
        let serials: Vec<_> = ascending.iter().map(|content| Serial::from_content(content)).collect();
        for (index, one) in serials.iter().enumerate() {
            for (other_index, other) in serials.iter().enumerate() {
                assert_eq!(one.cmp(other), index.cmp(&other_index), "{one:?} {other:?}");
            }
        }
    }
}
