//! The private keys of a file beside the one that is used.

use certwright::FoundKey;

/// So many others are named, and the rest is counted.
const FEW: usize = 4;
/// So many characters of a name are shown.
const LONGEST: usize = 64;

/// What is said of a file with several keys, of which the one with that number is used. The names are those of all keys
/// of its PKCS#12 file, in which it is the first.
pub(crate) fn others(
    file: &str,
    found: &[FoundKey],
    used: usize,
    names: &[Option<String>],
) -> Option<String> {
    let key = found.get(used)?;
    let is_named = |other: &FoundKey| !names.is_empty() && other.is_in_same_pkcs12(key);
    let apart = found.iter().enumerate().filter(|(number, other)| *number != used && !is_named(other));
    let apart: Vec<_> = apart.map(|(_, other)| other).collect();
    let beside = names.get(1..).unwrap_or_default();
    let count = beside.len().saturating_add(apart.len());
    if count == 0 {
        return None;
    }
    let within = |name: &Option<String>| in_pkcs12(key, name.as_deref());
    let others = beside.iter().map(within).chain(apart.into_iter().map(described)).take(FEW);
    let more = count.checked_sub(FEW).filter(|more| *more > 0).map(|more| format!("{more} more"));
    let listed: Vec<_> = others.chain(more).collect();
    let one = names.first().map_or_else(|| described(key), within);
    let which = if used == 0 { "the first" } else { "one" };
    Some(format!(
        "{file} holds several private keys: {which} is used ({one}), the others are not ({})",
        listed.join(", ")
    ))
}

fn described(key: &FoundKey) -> String {
    match (key.label(), key.line()) {
        _ if key.is_in_pkcs12() => in_pkcs12(key, None),
        (Some(label), Some(line)) => format!("{label} at line {line}"),
        _ => "one in DER".to_owned(),
    }
}

fn in_pkcs12(key: &FoundKey, name: Option<&str>) -> String {
    let place = key.line().map(|line| format!(" at line {line}")).unwrap_or_default();
    match name {
        Some(name) if name.chars().count() > LONGEST => {
            let beginning: String = name.chars().take(LONGEST).collect();
            format!("{beginning:?}… in PKCS#12{place}")
        }
        Some(name) => format!("{name:?} in PKCS#12{place}"),
        None => format!("one in PKCS#12{place}"),
    }
}
