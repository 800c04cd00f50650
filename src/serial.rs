//! Serial numbers of certificates.

use std::fmt;
use std::str::FromStr;

use crate::digest::{from_hex, hex};
use crate::error::Error;
use crate::random;

/// The serial number of a certificate, unique under its issuer (RFC 5280 section 4.1.2.2).
///
/// Kept as the content octets of its DER INTEGER, so that foreign serials stay exact, negative and oversized
/// ones too. `Display` writes hexadecimal digits in lower case, as `openssl x509 -serial` does in capitals.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// Reads hexadecimal digits, with or without colons, as a positive number.
    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::syntax("serial number", text, "expected hexadecimal digits");
        let octets = from_hex(text).filter(|o| !o.is_empty()).ok_or_else(malformed)?;
        // The shortest form, as a certificate has it: zeros in front are no part of the number.
        let leading = octets.iter().take_while(|octet| **octet == 0).count();
        let mut octets = octets.get(leading..).unwrap_or_default().to_vec();
        if octets.first().is_none_or(|first| first & 0x80 != 0) {
            octets.insert(0, 0);
        }
        Ok(Self(octets))
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
        for text in ["", ":", "f", "fg"] {
            assert!(text.parse::<Serial>().is_err(), "{text}");
        }
    }
}
