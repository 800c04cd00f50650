//! The private keys in a file, whatever else stands in it.

use std::fmt;
use std::sync::Arc;

use super::kdf::KdfLimits;
use super::scheme::EncryptionScheme;
use super::shape::Shape;
use super::{PrivateKey, dek_info, pkcs12, understand};
use crate::container::{self, Item, Kind};
use crate::der::{self, tag};
use crate::error::{Error, Found, KeyOperation};
use crate::secret::{Passphrase, Zeroizing};

const EXPECTED: &str = "a private key";

/// A private key found in a file, not opened yet: what it is can be told without a passphrase.
pub struct FoundKey {
    label: Option<String>,
    line: Option<usize>,
    /// Shared by the keys of a PKCS#12 file, which may be thousands.
    der: Arc<Zeroizing<Vec<u8>>>,
    contents: Contents,
    /// The EC PARAMETERS before it.
    curve: Option<Vec<u8>>,
}

/// What is inside.
enum Contents {
    Plain(Shape),
    /// EncryptedPrivateKeyInfo.
    Sealed(EncryptionScheme),
    /// A PKCS#1 or SEC1 key under the headers of RFC 1421: all of the block's contents are encrypted.
    SealedBlock(EncryptionScheme),
    /// The private key of this number in a PKCS#12 file, and its encryption where that is seen from outside.
    Pkcs12(usize, Option<EncryptionScheme>),
    /// Encrypted in a way that cannot be read, under these headers of RFC 1421.
    Damaged(Vec<(String, String)>),
    Unknown,
}

impl Contents {
    /// Says nothing against the other keys of a file: what is wrong with one is said when it is opened.
    fn of(item: &Item) -> Self {
        Self::read(&item.headers, &item.der)
            .unwrap_or_else(|_said_when_opened| Self::Damaged(item.headers.clone()))
    }

    fn read(headers: &[(String, String)], der: &[u8]) -> Result<Self, Error> {
        if let Some(scheme) = dek_info::scheme(headers)? {
            return Ok(Self::SealedBlock(scheme));
        }
        Ok(match Shape::of(der) {
            Some(Shape::Encrypted) => Self::Sealed(sealed(der)?.0),
            Some(shape) => Self::Plain(shape),
            None => Self::Unknown,
        })
    }
}

impl FoundKey {
    /// Every private key in PEM or DER, in the order of the file. Of a PKCS#12 file as many as are seen without a
    /// passphrase, and one where only encrypted parts are: what those hold shows when they are opened. All keys of such a
    /// file are what `pkcs12::open` and `pkcs12::bags` give.
    ///
    /// # Errors
    ///
    /// [`Error::Unexpected`] where there is none; [`Error::Pem`], [`Error::Decode`], [`Error::TooLarge`] where the file
    /// cannot be taken apart. What is wrong with one key, or one PKCS#12 file among them, is said by
    /// [`FoundKey::open`].
    pub fn all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        Self::all_with_fault(bytes).map(|(found, _)| found)
    }

    /// The same, and what is wrong beside them: what cannot be read is passed over behind the first key, and before it
    /// where its label says that it is something else.
    ///
    /// # Errors
    ///
    /// Those of [`FoundKey::all`].
    pub fn all_with_fault(bytes: &[u8]) -> Result<(Vec<Self>, Option<Error>), Error> {
        let (items, fault) = readable(bytes)?;
        let mut found = Vec::new();
        for (item, key) in items.iter().zip(Self::in_items(&items)) {
            match item.kind {
                Kind::Pkcs12 => found.extend(Self::in_pkcs12(item)),
                _ => found.extend(key),
            }
        }
        if found.is_empty() { Err(container::unexpected(EXPECTED, &items)) } else { Ok((found, fault)) }
    }

    /// For each structure of a file the private key that it is; none where it is something else. EC PARAMETERS are
    /// those of the next key, whatever stands between.
    pub(crate) fn in_items<'a>(
        items: impl IntoIterator<Item = &'a Item>,
    ) -> impl Iterator<Item = Option<Self>> {
        let mut curve = None;
        items.into_iter().map(move |item| {
            if item.kind == Kind::EcParameters {
                curve = Some(item.der.to_vec());
            }
            is_private_key(item).then(|| Self::new(item, curve.take()))
        })
    }

    fn new(item: &Item, curve: Option<Vec<u8>>) -> Self {
        let contents = Contents::of(item);
        Self { label: item.label.clone(), line: item.line, der: Arc::new(item.der.clone()), contents, curve }
    }

    /// A file that cannot be read counts as one key, which says when it is opened what is wrong.
    fn in_pkcs12(item: &Item) -> Vec<Self> {
        let keys = pkcs12::keys(&item.der).unwrap_or_else(|_said_when_opened| vec![None]);
        let der = Arc::new(item.der.clone());
        let found = |(number, scheme)| Self {
            label: item.label.clone(),
            line: item.line,
            der: Arc::clone(&der),
            contents: Contents::Pkcs12(number, scheme),
            curve: None,
        };
        keys.into_iter().enumerate().map(found).collect()
    }

    /// The label of its PEM block; none in DER.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The line on which its PEM block begins; none in DER.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// How it is encrypted; none for a plain key. In a PKCS#12 file it is what is seen of this from outside: a key in a
    /// part that is encrypted as a whole may come first, and is then the one that opens.
    #[must_use]
    pub fn scheme(&self) -> Option<&EncryptionScheme> {
        match &self.contents {
            Contents::Sealed(scheme) | Contents::SealedBlock(scheme) => Some(scheme),
            Contents::Pkcs12(_, scheme) => scheme.as_ref(),
            Contents::Plain(_) | Contents::Damaged(_) | Contents::Unknown => None,
        }
    }

    /// Whether it lies in a PKCS#12 file.
    #[must_use]
    pub fn is_in_pkcs12(&self) -> bool {
        matches!(self.contents, Contents::Pkcs12(..))
    }

    /// Whether both lie in one and the same PKCS#12 file.
    #[must_use]
    pub fn is_in_same_pkcs12(&self, other: &Self) -> bool {
        self.is_in_pkcs12() && Arc::ptr_eq(&self.der, &other.der)
    }

    /// Opens it. A passphrase for a plain key is ignored.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::read`].
    pub fn open(&self, passphrase: Option<&Passphrase>, limits: &KdfLimits) -> Result<PrivateKey, Error> {
        self.opened(passphrase, limits).map_err(|error| container::locate_damage(self.line, error))
    }

    /// Opens it like [`FoundKey::open`], and says what the private keys of its PKCS#12 file are called, in the order of the
    /// file: also those that are found only now, in parts that are encrypted as a whole. `None` stands for a key without
    /// a name (friendlyName). In a name, characters that a terminal would obey or not show are U+FFFD. Parts behind
    /// the key that do not open are left out. Of a key that lies elsewhere nothing is said.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::read`].
    pub fn open_named(
        &self,
        passphrase: Option<&Passphrase>,
        limits: &KdfLimits,
    ) -> Result<(PrivateKey, Vec<Option<String>>), Error> {
        match &self.contents {
            Contents::Pkcs12(number, _) => pkcs12::open_named_key(&self.der, *number, passphrase, limits)
                .map_err(|error| container::locate_damage(self.line, error)),
            _ => self.open(passphrase, limits).map(|key| (key, Vec::new())),
        }
    }

    fn opened(&self, passphrase: Option<&Passphrase>, limits: &KdfLimits) -> Result<PrivateKey, Error> {
        let curve = self.curve.as_deref();
        match &self.contents {
            Contents::Plain(shape) => plain(*shape, Zeroizing::clone(&self.der), curve),
            Contents::Sealed(scheme) => {
                let (opened, strange) =
                    scheme.decrypt_either_way(passphrase, limits, sealed(&self.der)?.1)?;
                unsealed(scheme, opened).map(|key| key.read_from(strange))
            }
            Contents::SealedBlock(scheme) => {
                let opened = scheme.decrypt(passphrase, limits, &self.der)?;
                match Shape::of(&opened) {
                    None | Some(Shape::Encrypted) => Err(scheme.unreadable(&opened)),
                    Some(shape) => plain(shape, opened, curve),
                }
            }
            Contents::Pkcs12(number, _) => pkcs12::open_key(&self.der, *number, passphrase, limits),
            // The same as when it was found: an error cannot be kept and given out, too.
            Contents::Damaged(headers) => {
                Contents::read(headers, &self.der).and_then(|_readable| Err(self.unknown()))
            }
            Contents::Unknown => Err(self.unknown()),
        }
    }

    fn unknown(&self) -> Error {
        let expected = "a private key in PKCS#8, PKCS#1 or SEC1";
        if self.label() == Some("OPENSSH PRIVATE KEY") {
            return Error::Unexpected { expected, found: Found::Foreign { name: Some(OPENSSH) } };
        }
        let list = match self.label() {
            Some(label) => format!("{label} of unknown structure"),
            None => "DER of unknown structure".to_owned(),
        };
        match der::single("a private key", &self.der) {
            Err(error) => error,
            Ok(_) => Error::Unexpected { expected, found: Found::Structures { list } },
        }
    }
}

const OPENSSH: &str = "a key in the format of OpenSSH, which `ssh-keygen -p -m PKCS8 -f FILE` rewrites in its place, Ed25519 \
                       apart";

impl fmt::Debug for FoundKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, line, der: _, contents: _, curve: _ } = self;
        let scheme = self.scheme().map(ToString::to_string);
        f.debug_struct("FoundKey")
            .field("label", label)
            .field("line", line)
            .field("scheme", &scheme)
            .finish_non_exhaustive()
    }
}

/// The first private key among the blocks.
pub(super) fn first(
    bytes: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<PrivateKey, Error> {
    let found = FoundKey::all(bytes)?;
    let none = Error::Unexpected { expected: EXPECTED, found: Found::Nothing };
    let first = found.first().ok_or(none)?;
    first.open(passphrase, limits)
}

/// What can be read in a file with a key that can, and the fault of the rest.
///
/// What stands before the first key and cannot be read has to be something else by its label: another reader might take
/// it for the first key, or EC PARAMETERS might be meant for it.
fn readable(bytes: &[u8]) -> Result<(Vec<Item>, Option<Error>), Error> {
    let refused = match container::items_for(EXPECTED, bytes) {
        Ok(items) => return Ok((items, None)),
        Err(refused) => refused,
    };
    let parts = container::parts(bytes).unwrap_or_default();
    let is_key = |item: &Item| item.kind == Kind::Pkcs12 || is_private_key(item);
    let first = parts.iter().position(|part| part.as_ref().is_ok_and(is_key));
    let mut before = parts.iter().take(first.unwrap_or_default()).filter_map(|part| part.as_ref().err());
    let is_other = |unread: &container::Unread| {
        unread.label.as_ref().is_some_and(|label| !label.to_ascii_uppercase().contains("PRIVATE"))
    };
    if first.is_some() && before.all(is_other) {
        Ok((parts.into_iter().flatten().collect(), Some(refused)))
    } else {
        Err(refused)
    }
}

/// Labels are often wrong and DER has none, so the contents count as much.
fn is_private_key(item: &Item) -> bool {
    let labelled_as = |what: &str| item.label.as_deref().is_some_and(|label| label.ends_with(what));
    match item.kind {
        kind if Kind::PRIVATE_KEYS.contains(&kind) => true,
        // DSA keys are the one form that is no kind of its own: parameters and signatures are a few numbers, too.
        Kind::Unknown => labelled_as("PRIVATE KEY") || Shape::of(&item.der) == Some(Shape::Dsa),
        _ => false,
    }
}

fn plain(shape: Shape, der: Zeroizing<Vec<u8>>, curve: Option<&[u8]>) -> Result<PrivateKey, Error> {
    match shape {
        Shape::Pkcs1 => understand::pkcs1(&der),
        Shape::Sec1 => understand::sec1(&der, curve),
        Shape::Dsa => {
            Err(Error::UnsupportedKey { operation: KeyOperation::Open, algorithm: "DSA".to_owned() })
        }
        Shape::Pkcs8 | Shape::Encrypted => understand::pkcs8(der),
    }
}

/// The key in the octets that its scheme opened.
///
/// # Errors
///
/// Those of [`PrivateKey::read`].
fn unsealed(scheme: &EncryptionScheme, opened: Zeroizing<Vec<u8>>) -> Result<PrivateKey, Error> {
    // What a wrong passphrase leaves behind is no key, also when its padding happens to look right.
    match Shape::of(&opened) {
        Some(Shape::Pkcs8) => understand::pkcs8(opened),
        _ => Err(scheme.unreadable(&opened)),
    }
}

/// The key in an EncryptedPrivateKeyInfo.
#[cfg(feature = "pkcs12")]
pub(super) fn encrypted(
    der: &[u8],
    passphrase: Option<&Passphrase>,
    limits: &KdfLimits,
) -> Result<PrivateKey, Error> {
    let (scheme, data) = sealed(der)?;
    unsealed(&scheme, scheme.decrypt(passphrase, limits, data)?)
}

/// The scheme and the sealed octets of an EncryptedPrivateKeyInfo.
pub(super) fn sealed(der: &[u8]) -> Result<(EncryptionScheme, &[u8]), Error> {
    const WHAT: &str = "an encrypted private key (PKCS#8)";
    match der::children(WHAT, tag::SEQUENCE, der)?.as_slice() {
        [algorithm, data] if data.tag == tag::OCTET_STRING => {
            Ok((EncryptionScheme::read(algorithm.raw)?, data.contents))
        }
        _ => Err(Error::decode(WHAT, "expected a scheme and an OCTET STRING")),
    }
}
