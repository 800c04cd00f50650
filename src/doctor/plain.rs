//! Text without what copying has put into it: marks before its lines, characters that are not seen, and those that a
//! page has spelled out. Every pass is one buffer of the text's own length, since one that grows leaves copies of a key
//! behind; what is meant is never longer than what is written for it.

use crate::name::is_hidden;
use crate::secret::Zeroizing;

/// The text without any of it.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    unmarked(&unreferenced(&seen(text)))
}

/// A character that nobody sees in a text, and that no PEM has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    NoBreakSpace,
    ByteOrderMark,
    ZeroWidth,
}

impl Unseen {
    /// Control characters are left out: a terminal does not show them, and editors do.
    pub(super) fn of(c: char) -> Option<Self> {
        match c {
            '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(Self::NoBreakSpace),
            '\u{feff}' => Some(Self::ByteOrderMark),
            '\u{200c}' | '\u{200d}' => Some(Self::ZeroWidth),
            _ => (!c.is_control() && is_hidden(c)).then_some(Self::ZeroWidth),
        }
    }

    /// The first in a line; a byte order mark at the beginning of a file is none.
    pub(super) fn first_in(line: &[u8]) -> Option<Self> {
        str::from_utf8(line).ok()?.chars().find_map(Self::of)
    }
}

fn seen(text: &str) -> Zeroizing<String> {
    let mut seen = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars() {
        match Unseen::of(c) {
            None => seen.push(c),
            Some(Unseen::NoBreakSpace) => seen.push(' '),
            Some(Unseen::ByteOrderMark | Unseen::ZeroWidth) => {}
        }
    }
    seen
}

/// With ASCII in the place of its character references: `&#43;`, `&#x2F;`, `&#10;`.
fn unreferenced(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once("&#") {
        plain.push_str(before);
        match referenced(reference) {
            Some((c, behind)) => {
                // A carriage return stands for a line end, and a line feed behind it is another.
                plain.push(if c == '\r' { '\n' } else { c });
                rest = behind;
            }
            None => {
                plain.push_str("&#");
                rest = reference;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of a reference whose first two characters are gone, and what stands behind it.
fn referenced(reference: &str) -> Option<(char, &str)> {
    // `x7f;` is the longest for ASCII, with leading zeros that some write.
    const LONGEST: usize = 8;
    let end = reference.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let (number, behind) = (reference.get(..end)?, reference.get(end.saturating_add(1)..)?);
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u8::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    number.is_ascii().then_some((char::from(number), behind))
}

/// What stands before each line of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// The sign of a line that a patch adds.
    Plus,
    /// Its number, as `cat -n`, `grep -n` and editors write it.
    Number,
}

impl Mark {
    /// The one before BEGIN.
    fn before_begin(line: &str) -> Option<Self> {
        let begins = |mark: &Self| mark.taken_off(line).is_some_and(|line| line.starts_with("-----BEGIN "));
        [Self::Plus, Self::Number].into_iter().find(begins)
    }

    /// The line without it.
    fn taken_off(self, line: &str) -> Option<&str> {
        match self {
            Self::Plus => line.strip_prefix('+'),
            Self::Number => {
                let number = line.trim_start();
                let behind = number.trim_start_matches(|c: char| c.is_ascii_digit());
                let parted = behind.trim_start_matches([':', '|', '.', ' ', '\t']);
                (behind.len() < number.len() && parted.len() < behind.len()).then_some(parted)
            }
        }
    }
}

/// Every block without the marks that stand before all of its lines.
fn unmarked(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut mark = None;
    for line in text.split_inclusive('\n') {
        mark = mark.or_else(|| Mark::before_begin(line));
        let line = mark.and_then(|mark| mark.taken_off(line)).unwrap_or(line);
        if line.starts_with("-----END ") {
            mark = None;
        }
        plain.push_str(line);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "-----BEGIN A KEY-----\n+A/=\n12AA\n-----END A KEY-----\n";

    fn each(line: impl Fn(u8, &str) -> String) -> String {
        (1..).zip(BLOCK.lines()).map(|(number, text)| line(number, text)).collect()
    }

    #[test]
    fn what_copying_put_into_it_goes() {
        for (written, what) in [
            (BLOCK.to_owned(), "nothing"),
            (BLOCK.replace(' ', "\u{a0}"), "no-break spaces"),
            (BLOCK.replace("A K", "A\u{200b} K"), "a space without width"),
            (format!("\u{feff}{}", BLOCK.replace("12", "1\u{feff}2")), "byte order marks"),
            (BLOCK.replace("12", "1\u{ad}2"), "a soft hyphen"),
            (BLOCK.replace('+', "&#43;").replace('=', "&#x3D;").replace('/', "&#x2f;"), "HTML"),
            (BLOCK.replace('\n', "&#10;"), "line ends"),
            (each(|_, line| format!("+{line}\n")), "a patch"),
            (each(|number, line| format!("     {number}\t{line}\n")), "cat -n"),
            (each(|number, line| format!("{number}:{line}\n")), "grep -n"),
            (each(|number, line| format!("  {number}  {line}\n")), "an editor"),
        ] {
            assert_eq!(plain(&written).as_str(), BLOCK, "{what}");
        }
    }

    #[test]
    fn what_belongs_to_the_text_stays() {
        for text in
            ["+A", "1 A", "a &# b; &#x; &#300; &#1234567890; &#", "é\u{1}", "1-----BEGIN A-----\n1A\n"]
        {
            assert_eq!(plain(text).as_str(), text);
        }
        // Behind the block that they stood before, marks are none.
        assert_eq!(plain(&format!("+{}+A\n", BLOCK.replace('\n', "\n+"))).as_str(), format!("{BLOCK}++A\n"));
    }
}
