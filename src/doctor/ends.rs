//! Line ends as OpenSSL takes them: of every line it strips all that is not seen at its end.

use crate::finding::Finding;
use crate::name::is_hidden;
use crate::secret::Zeroizing;

use super::info;

/// A text whose lines end in more than spaces and a line end: without that, and what there is to say about it.
pub(super) struct Trimmed {
    pub(super) text: Zeroizing<Vec<u8>>,
    pub(super) remark: Finding,
}

/// None where OpenSSL strips nothing unusual. UTF-16 has another text, which is no matter of line ends.
pub(super) fn trimmed(bytes: &[u8]) -> Option<Trimmed> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    if bytes.contains(&0) || !lines.any(|line| is_odd(behind(line))) {
        return None;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut only_returns = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = line.strip_suffix(b"\n").map_or((line, &b""[..]), |line| (line, b"\n"));
        let behind = behind(line);
        only_returns &= !is_odd(behind) || behind.iter().all(|byte| *byte == b'\r');
        text.extend_from_slice(line.strip_suffix(behind).unwrap_or(line));
        text.extend_from_slice(end);
    }
    Some(Trimmed { text, remark: remark(only_returns) })
}

fn remark(only_returns: bool) -> Finding {
    if only_returns {
        return info("pem-crlf", "the lines end in CR CR LF; that is no cause, OpenSSL reads it");
    }
    info(
        UNSEEN,
        "characters that are not seen stand at line ends, no-break spaces perhaps; that is no cause, OpenSSL strips \
         them, some others do not",
    )
}

/// What is a cause for readers that strip less.
pub(super) const UNSEEN: &str = "pem-line-ends";

/// What stands behind the last character of a line that is seen. OpenSSL strips what is seen, too, where it is not
/// ASCII: nobody writes that behind PEM.
fn behind(line: &[u8]) -> &[u8] {
    let mut text = line;
    loop {
        let seen = text.iter().rposition(|byte| *byte > b' ').map_or(0, |last| last.saturating_add(1));
        let shorter = text.get(..seen).unwrap_or_default();
        let shorter =
            last_character(shorter).filter(|(_, last)| is_unseen(*last)).map_or(shorter, |(rest, _)| rest);
        if shorter.len() == text.len() {
            return line.get(text.len()..).unwrap_or_default();
        }
        text = shorter;
    }
}

/// The last character of a text that is not ASCII, and what is before it. A no-break space is one octet in Latin-1.
fn last_character(text: &[u8]) -> Option<(&[u8], char)> {
    let decoded = (2..=4usize).find_map(|length| {
        let (rest, last) = text.split_at_checked(text.len().checked_sub(length)?)?;
        let mut characters = str::from_utf8(last).ok()?.chars();
        Some((rest, characters.next().filter(|_| characters.next().is_none())?))
    });
    decoded.or_else(|| Some((text.strip_suffix(b"\xa0")?, '\u{a0}')))
}

fn is_unseen(c: char) -> bool {
    c.is_whitespace() || is_hidden(c)
}

/// Whether it is more than spaces and one line end.
fn is_odd(behind: &[u8]) -> bool {
    let behind = behind.strip_suffix(b"\r").unwrap_or(behind);
    behind.iter().any(|byte| !matches!(byte, b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_stripped_and_nothing_else() {
        for (end, odd) in [
            ("", false),
            ("\r", false),
            (" \t\r", false),
            ("\r\r", true),
            ("\u{b}", true),
            ("\u{c}", true),
            ("\u{a0}", true),
            ("\u{200b} ", true),
            ("\u{feff}\r", true),
            ("\u{1}", true),
        ] {
            let text = format!("a é{end}\nb{end}");
            let trimmed = trimmed(text.as_bytes()).map(|trimmed| trimmed.text.to_vec());
            assert_eq!(trimmed, odd.then(|| "a é\nb".as_bytes().to_vec()), "{end:?}");
        }
        assert_eq!(trimmed(b"a\xa0\n").map(|trimmed| trimmed.text.to_vec()), Some(b"a\n".to_vec()));
        for text in ["a —\n", "aé\n", "\u{a0}a\n", "a\u{7f}\n"] {
            assert!(trimmed(text.as_bytes()).is_none(), "{text:?}");
        }
        assert!(trimmed(b"a\0\n\0b\0\r\0\n\0").is_none());
    }
}
