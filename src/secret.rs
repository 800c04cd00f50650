//! Secrets that are wiped from memory when they are dropped, and never printed.

use std::fmt;
use std::path::Path;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;
pub use zeroize::Zeroizing;

use crate::error::Error;
use crate::file;

/// The longest passphrase that certwright takes, in bytes: enough for any generated one.
const LONGEST: u64 = 64 * 1024;

/// A passphrase: wiped on drop, not cloneable, not printable.
///
/// It is made from a file or from bytes that the caller already holds, not from a `&str`: text in a program
/// or on a command line is not a secret.
///
/// ```compile_fail
/// # use certwright::{KeyType, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// key.encrypt("a literal")?;
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```
/// # use certwright::{KeyType, Passphrase, PrivateKey};
/// let key = PrivateKey::generate(KeyType::Ed25519)?;
/// key.encrypt(&Passphrase::generate()?)?;
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```compile_fail
/// println!("{}", certwright::Passphrase::generate()?);
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```
/// println!("{:?}", certwright::Passphrase::generate()?); // prints `Passphrase(…)`
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```compile_fail
/// # let passphrase = certwright::Passphrase::generate()?;
/// let copy = passphrase.clone();
/// # Ok::<(), certwright::Error>(())
/// ```
///
/// ```
/// # let passphrase = certwright::Passphrase::generate()?;
/// let moved = passphrase;
/// # Ok::<(), certwright::Error>(())
/// ```
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes over the bytes, as they are.
    ///
    /// # Errors
    ///
    /// [`Error::PassphraseEmpty`]: who means it says [`Passphrase::empty`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::from_wiped(Zeroizing::new(bytes))
    }

    fn from_wiped(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        if bytes.is_empty() { Err(Error::PassphraseEmpty) } else { Ok(Self(bytes)) }
    }

    /// The empty passphrase. Some programs encrypt keys under it, and a PKCS#12 file without a passphrase has this one:
    /// it opens them. It protects nothing, so nothing is sealed with it.
    #[must_use]
    pub fn empty() -> Self {
        Self(Zeroizing::new(Vec::new()))
    }

    /// Reads the passphrase from a file. One line end (LF or CRLF) at the end of the file is not part of it.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::TooLarge`], [`Error::PassphraseEmpty`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let contents = file::read_bounded(path, LONGEST)?;
        Self::from_contents(contents).map_err(|error| error.at(path.display()))
    }

    /// Takes over what was read from a file, or from what stands for one, as [`Passphrase::from_file`] does.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 64 KiB, [`Error::PassphraseEmpty`].
    pub fn from_contents(mut contents: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        let size = contents.len() as u64;
        if size > LONGEST {
            return Err(Error::TooLarge { what: "a passphrase, in bytes", size, limit: LONGEST });
        }
        if contents.pop_if(|last| *last == b'\n').is_some() {
            contents.pop_if(|last| *last == b'\r');
        }
        Self::from_wiped(contents)
    }

    /// A fresh passphrase of 160 random bits, as 32 letters and digits in groups of four.
    ///
    /// # Errors
    ///
    /// [`Error::Random`].
    pub fn generate() -> Result<Self, Error> {
        /// Crockford's base 32: no letter that can be mistaken for a digit.
        const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut random = Zeroizing::new([0u8; 32]);
        crate::random::fill(random.as_mut_slice())?;
        let mut text = Vec::with_capacity(39);
        for (index, byte) in random.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push(b'-');
            }
            text.extend(ALPHABET.get(usize::from(byte % 32)));
        }
        Self::from_bytes(text)
    }

    /// The bytes, for key derivation and for writing the passphrase to a file of its own.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

/// In a time that depends on the lengths only.
impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Wipes what does not wipe itself.
pub(crate) fn wipe(octets: &mut [u8]) {
    octets.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_contents(contents: &[u8]) -> Result<Passphrase, Error> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("passphrase");
        std::fs::write(&path, contents).unwrap();
        Passphrase::from_file(&path)
    }

    #[test]
    fn one_line_end_is_not_part_of_the_passphrase() {
        assert_eq!(from_contents(b"a b \n").unwrap().reveal(), b"a b ");
        assert_eq!(from_contents(b"a b\r\n").unwrap().reveal(), b"a b");
        assert_eq!(from_contents(b"a\n\n").unwrap().reveal(), b"a\n");
        assert_eq!(from_contents(b"a").unwrap().reveal(), b"a");
    }

    #[test]
    fn passphrases_are_equal_byte_for_byte() {
        let of = |text: &str| Passphrase(Zeroizing::new(text.as_bytes().to_vec()));
        assert_eq!(of("a b"), of("a b"));
        for other in ["", "a", "a b ", "a B", "b b"] {
            assert_ne!(of("a b"), of(other), "{other}");
        }
    }

    #[test]
    fn an_empty_passphrase_is_refused() {
        for contents in [&b""[..], b"\n", b"\r\n"] {
            assert_eq!(from_contents(contents).unwrap_err().kind(), "passphrase-empty");
        }
    }

    #[test]
    fn debug_prints_no_content() {
        let secret = Passphrase::from_bytes(b"hunter2".to_vec()).unwrap();
        assert_eq!(format!("{secret:?}"), "Passphrase(…)");
    }
}
