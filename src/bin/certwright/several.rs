//! The private keys of a file beside the one that is used.

use certwright::FoundKey;

/// What is said of a file with several keys, of which the one with that number is used. The names are those of all keys
/// of its PKCS#12 file, in which it is the first.
pub(crate) fn others(
    file: &str,
    found: &[FoundKey],
    used: usize,
    names: &[Option<String>],
) -> Option<String> {
    const FEW: usize = 4;
    let key = found.get(used)?;
    let is_named =
        |other: &FoundKey| other.is_in_pkcs12() && (other.line() == key.line()) && !names.is_empty();
    let apart = found.iter().enumerate().filter(|(number, other)| *number != used && !is_named(other));
    let others: Vec<_> =
        names.iter().skip(1).map(in_pkcs12).chain(apart.map(|(_, key)| described(key))).collect();
    let one = names.first().map_or_else(|| described(key), in_pkcs12);
    let more = others.len().checked_sub(FEW).filter(|more| *more > 0).map(|more| format!("{more} more"));
    let listed: Vec<_> = others.iter().take(FEW).cloned().chain(more).collect();
    let which = if used == 0 { "the first" } else { "one" };
    (!others.is_empty()).then(|| {
        format!(
            "{file} holds several private keys: {which} is used ({one}), the others are not ({})",
            listed.join(", ")
        )
    })
}

fn in_pkcs12(name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| "one in PKCS#12".to_owned(), |name| format!("{name:?} in PKCS#12"))
}

fn described(key: &FoundKey) -> String {
    match (key.label(), key.line()) {
        _ if key.is_in_pkcs12() => in_pkcs12(&None),
        (Some(label), Some(line)) => format!("{label} at line {line}"),
        _ => "one in DER".to_owned(),
    }
}
