//! What was asked for, out of what is there, or an error that names what is there instead.

use crate::error::{Error, Found};

use super::{Item, Kind, items_for};

/// The items of a kind in a file, whatever else it holds.
///
/// # Errors
///
/// [`Error::Unexpected`] naming what is there instead; and those of [`items_for`].
fn pick(bytes: &[u8], expected: &'static str, kind: Kind) -> Result<Vec<Item>, Error> {
    let (picked, others): (Vec<_>, Vec<_>) =
        items_for(expected, bytes)?.into_iter().partition(|item| item.kind == kind);
    match picked.is_empty() {
        true => Err(unexpected(expected, &others)),
        false => Ok(picked),
    }
}

/// The first item of a kind, whatever else the file holds.
///
/// # Errors
///
/// Those of [`pick`].
fn first(bytes: &[u8], expected: &'static str, kind: Kind) -> Result<Item, Error> {
    let none = || unexpected(expected, &[]);
    pick(bytes, expected, kind)?.into_iter().next().ok_or_else(none)
}

/// The one item of the kinds asked for, in a file that may hold items of other kinds.
///
/// # Errors
///
/// [`Error::Unexpected`] when there is none, or more than one; and those of [`items_for`].
pub(super) fn one(bytes: &[u8], expected: &'static str, kinds: &[Kind]) -> Result<Item, Error> {
    let (mut picked, others): (Vec<_>, Vec<_>) =
        items_for(expected, bytes)?.into_iter().partition(|item| kinds.contains(&item.kind));
    match (picked.pop(), picked.len()) {
        (Some(item), 0) => Ok(item),
        (None, _) => Err(unexpected(expected, &others)),
        (Some(last), _) => {
            picked.push(last);
            Err(unexpected(expected, &picked))
        }
    }
}

/// The certificates of a file.
pub(crate) fn certificates(bytes: &[u8]) -> Result<Vec<Item>, Error> {
    pick(bytes, "a certificate", Kind::Certificate)
}

/// The first certificate of a file.
pub(crate) fn first_certificate(bytes: &[u8]) -> Result<Item, Error> {
    first(bytes, "a certificate", Kind::Certificate)
}

/// The first CRL of a file.
pub(crate) fn first_crl(bytes: &[u8]) -> Result<Item, Error> {
    first(bytes, "a CRL", Kind::Crl)
}

/// The CRLs of a file.
pub(crate) fn crls(bytes: &[u8]) -> Result<Vec<Item>, Error> {
    pick(bytes, "a CRL", Kind::Crl)
}

/// The one certificate request of a file.
pub(crate) fn request(bytes: &[u8]) -> Result<Item, Error> {
    one(bytes, "a certificate request", &[Kind::Request])
}

/// The one PKCS#12 structure of a file.
#[cfg(feature = "pkcs12")]
pub(crate) fn pkcs12(bytes: &[u8]) -> Result<Item, Error> {
    one(bytes, "a PKCS#12 file", &[Kind::Pkcs12])
}

impl Item {
    /// The error at the block that it stands in, where it was found in PEM.
    pub(crate) fn locate(&self, error: Error) -> Error {
        located(self.line, error)
    }

    /// What it is and where, for messages.
    pub(crate) fn describe(&self) -> String {
        let what = match (&self.label, self.kind) {
            (Some(label), Kind::Unknown) => format!("a block {label:?}"),
            (_, kind) => kind.to_string(),
        };
        match self.line {
            Some(line) => format!("{what} (line {line})"),
            None => what,
        }
    }
}

/// An error that has its place already keeps it.
fn located(line: Option<usize>, error: Error) -> Error {
    match line.filter(|_| !matches!(error, Error::At { .. })) {
        Some(line) => error.at(format_args!("the block at line {line}")),
        None => error,
    }
}

/// The same for what may be encrypted: a passphrase that is missing or wrong is no matter of its block.
pub(crate) fn locate_damage(line: Option<usize>, error: Error) -> Error {
    match error {
        Error::Decode { .. }
        | Error::TrailingBytes { .. }
        | Error::InvalidKey { .. }
        | Error::CurveMissing => located(line, error),
        other => other,
    }
}

/// The error that names the items in the place of what was expected.
pub(crate) fn unexpected(expected: &'static str, items: &[Item]) -> Error {
    Error::Unexpected { expected, found: Found::Structures { list: describe(items) } }
}

/// The first few items, for messages.
fn describe(items: &[Item]) -> String {
    const FEW: usize = 4;
    let mut text = items.iter().take(FEW).map(Item::describe).collect::<Vec<_>>().join(", ");
    if let Some(more) = items.len().checked_sub(FEW).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
