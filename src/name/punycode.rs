//! Punycode (RFC 3492): whether what follows `xn--` stands for anything.

const BASE: u32 = 36;
const LEAST: u32 = 1;
const MOST: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
/// The first character that is not ASCII.
const FIRST: u32 = 0x80;

/// The characters beyond ASCII that the label stands for, in the order of their insertion; `None` where it is
/// malformed.
///
/// Positions are checked and not kept: nobody here needs the name itself.
pub(super) fn characters(label: &str) -> Option<Vec<char>> {
    let (basic, extended) = label.rsplit_once('-').unwrap_or(("", label));
    let mut length = u32::try_from(basic.len()).ok()?;
    let (mut character, mut position, mut bias) = (FIRST, 0u32, FIRST_BIAS);
    let (mut found, mut digits) = (Vec::new(), extended.bytes());
    while digits.len() > 0 {
        let before = position;
        position = position.checked_add(integer(&mut digits, bias)?)?;
        length = length.checked_add(1)?;
        bias = adapt(position.checked_sub(before)?, length, before == 0);
        character = character.checked_add(position.checked_div(length)?)?;
        position = position.checked_rem(length)?.checked_add(1)?;
        found.push(char::from_u32(character)?);
    }
    Some(found)
}

/// A generalized variable-length integer (section 3.3).
fn integer(digits: &mut std::str::Bytes<'_>, bias: u32) -> Option<u32> {
    let (mut value, mut weight) = (0u32, 1u32);
    for k in (BASE..).step_by(BASE as usize) {
        let digit = digit(digits.next()?)?;
        value = value.checked_add(digit.checked_mul(weight)?)?;
        let threshold = k.saturating_sub(bias).clamp(LEAST, MOST);
        if digit < threshold {
            return Some(value);
        }
        weight = weight.checked_mul(BASE.checked_sub(threshold)?)?;
    }
    None
}

/// Letters, whatever their case, are 0 to 25, digits 26 to 35 (section 5).
fn digit(octet: u8) -> Option<u32> {
    let value = match octet {
        b'a'..=b'z' => octet.checked_sub(b'a')?,
        b'A'..=b'Z' => octet.checked_sub(b'A')?,
        b'0'..=b'9' => octet.checked_sub(b'0')?.checked_add(26)?,
        _ => return None,
    };
    Some(value.into())
}

/// The bias of the next integer (section 6.1).
fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta = delta.saturating_add(delta.checked_div(length).unwrap_or_default());
    let mut k = 0u32;
    while delta > (BASE - LEAST) * MOST / 2 {
        delta /= BASE - LEAST;
        k = k.saturating_add(BASE);
    }
    let bend = (BASE - LEAST + 1).saturating_mul(delta).checked_div(delta.saturating_add(SKEW));
    k.saturating_add(bend.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_the_standard_stand_for_their_characters() {
        for (label, expected) in [
            ("mnchen-3ya", "ü"),
            ("MNCHEN-3YA", "ü"),
            ("bcher-kva", "ü"),
            ("strae-oqa", "ß"),
            ("r8jz45g", "え例"),
            ("zckzah", "テスト"),
            // RFC 3492 section 7.1 (B): the same sentence as in the other samples, in simplified Chinese.
            ("ihqwcrb4cv8a8dqg056pqjye", "不中为什他们文说么"),
        ] {
            let mut found = characters(label).unwrap_or_else(|| panic!("{label}"));
            let mut expected: Vec<_> = expected.chars().collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{label}");
        }
    }

    /// Section 6.1: divided by 35 until it is 455 at most.
    #[test]
    fn the_bias_follows_the_last_integer() {
        for (delta, length, first, bias) in [
            (0, 1, true, 0),
            (700, 1, true, 1),
            (700 * 455, 456, true, 33),
            (910, 456, false, 33),
            (912, 457, false, 45),
            (2 * 455 * 35, 100_000, false, 36 + 33),
        ] {
            assert_eq!(adapt(delta, length, first), bias, "{delta} {length} {first}");
        }
    }

    #[test]
    fn what_stands_for_nothing_is_told() {
        for label in ["99999999", "a-_", "ab-9", "zzzzzzzzzzzz"] {
            assert_eq!(characters(label), None, "{label}");
        }
        assert_eq!(characters("abc-"), Some(Vec::new()));
        assert_eq!(characters(""), Some(Vec::new()));
    }
}
