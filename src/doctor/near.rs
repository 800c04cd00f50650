//! Passphrases that are nearly right: what a file or a shell has added to them, or taken away.

use crate::key::{FoundKey, KdfLimits};
use crate::secret::{Passphrase, Zeroizing};

use super::opening;
use super::salvage::characters;

/// Why a passphrase that is wrong is, as far as one that is nearly the same opens what it was given for.
pub(super) fn miss(given: &Passphrase, opens: impl Fn(&Passphrase) -> bool) -> &'static str {
    let opens = |meant: &[u8]| Passphrase::from_bytes(meant.to_vec()).is_ok_and(|meant| opens(&meant));
    let given = given.reveal();
    let mut meant = variants(given).into_iter().filter(|(meant, _)| meant.as_slice() != given);
    meant.find(|(meant, _)| opens(meant)).map_or(UNKNOWN, |(_, why)| why)
}

/// Whether a passphrase opens a key, where that is found out at little cost.
pub(super) fn opens(found: &FoundKey) -> impl Fn(&Passphrase) -> bool {
    let cheap = found.scheme().is_some_and(|scheme| scheme.is_within(&opening::AT_LITTLE_COST));
    move |meant| cheap && found.open(Some(meant), &KdfLimits::default()).is_ok()
}

const UNKNOWN: &str = "give the one that it was encrypted with";

/// What may be meant, and what is wrong then. Each that differs costs a derivation.
fn variants(given: &[u8]) -> Vec<(Zeroizing<Vec<u8>>, &'static str)> {
    let unmarked = given.strip_prefix(b"\xef\xbb\xbf").map_or(given, <[u8]>::trim_ascii_end);
    let trimmed = given.trim_ascii();
    let quoted = |mark: &[u8]| trimmed.strip_prefix(mark)?.strip_suffix(mark);
    let unquoted = quoted(b"\"").or_else(|| quoted(b"'")).unwrap_or(given);
    let decoded = given.contains(&0).then(|| characters(given)).flatten();
    let decoded = decoded.map(|text| Zeroizing::new(text.trim_matches(unseen).as_bytes().to_vec()));
    let returned = Zeroizing::new([given, b"\r"].concat());
    let copied = |meant: &[u8]| Zeroizing::new(meant.to_vec());
    vec![
        (
            decoded.unwrap_or_else(|| copied(given)),
            "it is in UTF-16, and in UTF-8 it would be right: save its file so",
        ),
        (
            copied(unmarked),
            "it begins with a byte order mark, without which it would be right: save its file so",
        ),
        (
            copied(trimmed),
            "it has spaces or a line end around it, without which it would be right: take them away",
        ),
        (
            copied(unquoted),
            "it has quotation marks around it, without which it would be right: take them away",
        ),
        (
            returned,
            "it would be right with a carriage return behind it, which came from a file with the line ends of \
             Windows: give it so (curl: --pass $'…\\r'), or encrypt anew",
        ),
    ]
}

fn unseen(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}
