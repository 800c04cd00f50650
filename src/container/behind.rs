//! What stands behind the first structure of a block. Readers leave it out; it may be another certificate.

use super::{Item, Kind, MOST, encrypted};
use crate::der;
use crate::pem::Block;

/// The structures behind the first one in a block, where nothing else follows it and each is of a known kind.
pub(crate) fn behind(block: &Block) -> Vec<Item> {
    if encrypted(block.headers()) || block.label() == super::TRUSTED {
        return Vec::new();
    }
    let rest = der::first("DER", block.contents()).map(|(_, rest)| rest).unwrap_or_default();
    let structures = structures(rest).into_iter();
    structures
        .map(|(kind, der)| Item {
            label: Some(block.label().to_owned()),
            line: Some(block.lines().0),
            ..Item::new(kind, der)
        })
        .collect()
}

/// What the octets behind a structure are.
pub(super) fn structures(rest: &[u8]) -> Vec<(Kind, &[u8])> {
    let found = der::elements_within("the structures of a block", rest, MOST).unwrap_or_default();
    let known = found.iter().map(|found| (Kind::of_content(found.raw), found.raw));
    let known: Vec<_> = known.collect();
    match known.iter().any(|(kind, _)| *kind == Kind::Unknown) {
        true => Vec::new(),
        false => known,
    }
}
