//! Digests of public data: fingerprints and key identifiers.

use std::fmt;
use std::str::FromStr;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use crate::error::Error;

/// A SHA-256 digest that names a certificate, a request or a public key.
///
/// `Display` writes 64 hexadecimal digits in lower case; `FromStr` also takes capitals and colons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The SHA-256 digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut value = [0; 32];
        value.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(value)
    }

    /// The digest with this value.
    #[must_use]
    pub const fn from_bytes(value: [u8; 32]) -> Self {
        Self(value)
    }
}

impl AsRef<[u8]> for Fingerprint {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        from_hex(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| {
            Error::syntax(
                "fingerprint",
                text,
                "expected 64 hexadecimal digits (SHA-256), with or without colons",
            )
        })
    }
}

/// SHA-1, where a standard prescribes it for an identifier that no security rests on.
pub(crate) fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut value = [0; 20];
    value.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    value
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that hexadecimal digits, optionally with colons between bytes, stand for.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b':').collect();
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(nibble(*high)?.checked_mul(16)?.checked_add(nibble(*low)?)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_fips_180() {
        assert!(Fingerprint::of(b"abc").to_string().starts_with("ba7816bf8f01cfea"));
        assert!(hex(&sha1(b"abc")).starts_with("a9993e364706816a"));
    }

    #[test]
    fn a_fingerprint_reads_back_in_either_notation() {
        let fingerprint = Fingerprint::of(b"abc");
        let colons: Vec<_> = fingerprint.as_ref().iter().map(|b| format!("{b:02X}")).collect();
        assert_eq!(fingerprint.to_string().parse::<Fingerprint>().unwrap(), fingerprint);
        assert_eq!(colons.join(":").parse::<Fingerprint>().unwrap(), fingerprint);
        assert!("abc".parse::<Fingerprint>().is_err());
        assert!("zz".repeat(32).parse::<Fingerprint>().is_err());
    }
}
