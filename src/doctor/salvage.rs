//! Text that the PEM reader refuses, rewritten as what it was meant to be. Whether the guess is right, the contents
//! tell: they have to be whole.

use crate::pem::{self, Order, Wide};
use crate::secret::Zeroizing;

use super::plain::plain;

/// The text, repaired; `None` where it is not text, or a block has lost its beginning, or all but that.
pub(super) fn text(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = unfolded(&characters(bytes)?);
    let mut lines = Lines::new(&text);
    for line in text.lines() {
        lines.take(line);
    }
    lines.close();
    (!lines.beheaded).then(|| Zeroizing::new(lines.text.as_bytes().to_vec()))
}

/// UTF-8, or UTF-16 or UTF-32 with or without its mark.
pub(super) fn characters(bytes: &[u8]) -> Option<Zeroizing<String>> {
    match Wide::of(bytes) {
        None => str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned())),
        Some(Wide::Utf16(Order::Little)) => utf_16(bytes, u16::from_le_bytes),
        Some(Wide::Utf16(Order::Big)) => utf_16(bytes, u16::from_be_bytes),
        Some(Wide::Utf32(Order::Little)) => utf_32(bytes, u32::from_le_bytes),
        Some(Wide::Utf32(Order::Big)) => utf_32(bytes, u32::from_be_bytes),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (units, []) = bytes.as_chunks::<2>() else { return None };
    // A unit makes three octets at most: a text that grew would leave copies of a secret behind.
    let mut text = Zeroizing::new(String::with_capacity(units.len().saturating_mul(3)));
    for character in char::decode_utf16(units.iter().map(|octets| unit(*octets))) {
        text.push(character.ok()?);
    }
    Some(text)
}

fn utf_32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Option<Zeroizing<String>> {
    let (characters, []) = bytes.as_chunks::<4>() else { return None };
    let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
    for character in characters {
        text.push(char::from_u32(number(*character))?);
    }
    Some(text)
}

/// The same as `str::replace`, in one buffer: one that grows leaves copies behind. What is meant is never longer than
/// what is written for it.
fn replaced(text: &str, written: &str, meant: &str) -> Zeroizing<String> {
    let mut replaced = Zeroizing::new(String::with_capacity(text.len()));
    for (index, part) in text.split(written).enumerate() {
        if index > 0 {
            replaced.push_str(meant);
        }
        replaced.push_str(part);
    }
    replaced
}

/// Every boundary on a line of its own.
fn unfolded(text: &str) -> Zeroizing<String> {
    // One by one, so that each copy of a key is wiped.
    let mut text = plain(text);
    for (written, meant) in WRITTEN {
        text = replaced(&text, written, meant);
    }
    let mut lines = Zeroizing::new(String::with_capacity(text.len().saturating_mul(2)));
    let mut done = 0;
    for at in boundaries(&text) {
        // One that belongs to the dashes before it is taken already.
        let Some(before) = text.get(done..at) else { continue };
        let after = text.get(at..).unwrap_or_default().trim_start_matches('-');
        let (inside, behind) = after.split_once("-----").unwrap_or((after, ""));
        let (inside, behind) = if inside.contains('\n') {
            // Its own closing dashes are missing: it ends with its line.
            after.split_at_checked(after.find('\n').unwrap_or(0)).unwrap_or((after, ""))
        } else {
            (inside, behind.trim_start_matches('-'))
        };
        let glued = if behind.starts_with("BEGIN ") || behind.starts_with("END ") { "-----" } else { "" };
        // Of more than five dashes, the last five are the boundary's.
        for piece in [before.trim_end_matches('-'), "\n-----", inside, "-----\n", glued] {
            lines.push_str(piece);
        }
        done = text.len().saturating_sub(behind.len());
    }
    lines.push_str(text.get(done..).unwrap_or_default());
    lines
}

/// How line ends are written where none can stand, in JSON and HTML.
const WRITTEN: [(&str, &str); 6] =
    [("\\r\\n", "\n"), ("\\n", "\n"), ("\\r", "\n"), ("<br>", "\n"), ("<br/>", "\n"), ("<br />", "\n")];

/// Where boundaries begin, in order. Looked for once: a search from each to the next would read a file of ENDs again
/// and again for a BEGIN.
fn boundaries(text: &str) -> Vec<usize> {
    let found = ["-----BEGIN ", "-----END "].into_iter().flat_map(|dashes| text.match_indices(dashes));
    let mut places: Vec<_> = found.map(|(at, _)| at).collect();
    places.sort_unstable();
    places
}

/// Lines of a text, with every block begun and ended.
struct Lines {
    text: Zeroizing<String>,
    /// The label of the block that has begun.
    open: Option<String>,
    /// Whether the last line was a header: below the last one belongs a blank line.
    header: bool,
    /// How far the first line of the block is indented: a header goes on in a line that is indented farther.
    indent: Option<usize>,
    /// Whether there was text since the last boundary, and outside of blocks.
    outside: bool,
    /// Whether an END stands below such text: that of a block without BEGIN.
    beheaded: bool,
}

impl Lines {
    /// With room for all that these lines become: a text that grew would leave copies of a key behind.
    fn new(lines: &str) -> Self {
        // Each boundary becomes two at most, of fifteen and seventeen characters beside their labels; to another line
        // no more is added than it has.
        let boundaries = lines.lines().filter(|line| boundary(unquoted(line)).is_some()).count();
        let room = lines.len().saturating_mul(2).saturating_add(boundaries.saturating_mul(32));
        Self {
            text: Zeroizing::new(String::with_capacity(room)),
            open: None,
            header: false,
            indent: None,
            outside: false,
            beheaded: false,
        }
    }

    fn take(&mut self, line: &str) {
        let line = unquoted(line);
        match boundary(line) {
            Some((true, label)) => {
                self.close();
                self.write("BEGIN", &label);
                self.open = Some(label);
            }
            Some((false, _)) => {
                self.beheaded |= self.open.is_none() && self.outside;
                self.close();
            }
            // Text between blocks is not needed, and a quotation mark behind one even disturbs.
            None if self.open.is_some() => {
                let line = line.trim_end_matches(['\\', ' ', '\t']);
                self.indent = self.indent.or_else(|| (!line.is_empty()).then(|| indent_of(line)));
                for line in headers_apart(line) {
                    self.take_inside(line);
                }
            }
            None => {
                self.outside |= !line.trim().is_empty();
                // Cut off before its label.
                self.beheaded |= line.trim_end_matches([' ', '-']) == "-----BEGIN";
            }
        }
    }

    /// One blank line, below the headers, and no other.
    fn take_inside(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        let inside = line.trim_start();
        let folded = self.header && self.indent.is_some_and(|first| indent_of(line) > first);
        let header = inside.contains(':') || folded;
        if self.header && !header {
            self.text.push('\n');
        }
        self.header = header;
        self.text.push_str(if folded { " " } else { "" });
        if !header && is_base64url(inside) {
            inside.chars().for_each(|c| self.text.push(of_base64(c)));
        } else {
            self.text.push_str(inside);
        }
        self.text.push('\n');
    }

    fn close(&mut self) {
        (self.header, self.indent) = (false, None);
        self.outside = false;
        if let Some(label) = self.open.take() {
            self.write("END", &label);
        }
    }

    fn write(&mut self, end: &str, label: &str) {
        for piece in ["-----", end, " ", label, "-----\n"] {
            self.text.push_str(piece);
        }
    }
}

/// A line without the marks of a quotation: those of mail before it, quotation marks around it.
fn unquoted(line: &str) -> &str {
    let marked = line.trim_start();
    let line = if marked.starts_with('>') { marked.trim_start_matches(['>', ' ']) } else { line };
    if line.trim().starts_with(['"', '\'']) {
        line.trim().trim_end_matches([',', ';']).trim_matches(['"', '\''])
    } else {
        line.trim_end_matches(['"', '\''])
    }
}

/// RFC 4648 section 5.
fn is_base64url(line: &str) -> bool {
    let symbol = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=');
    line.contains(['-', '_']) && line.chars().all(symbol)
}

fn of_base64(symbol: char) -> char {
    match symbol {
        '-' => '+',
        '_' => '/',
        other => other,
    }
}

fn indent_of(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start().len())
}

/// The two headers of an encrypted key and its base64 text, which may stand on one line, with or without spaces
/// between.
fn headers_apart(line: &str) -> Vec<&str> {
    let Some(at) = line.find("DEK-Info:") else { return vec![line] };
    let (before, info) = line.split_at_checked(at).unwrap_or((line, ""));
    let Some((cipher, iv)) = info.split_once(',') else { return vec![before.trim(), info] };
    // Hexadecimal digits are base64 too: only the cipher says how many of them there are.
    let short = ["DES-", "RC2-", "BF-", "CAST5-", "IDEA-"].iter().any(|name| cipher.contains(name));
    let length = cipher.len().saturating_add(if short { 17 } else { 33 });
    let blank = iv.len().saturating_sub(iv.trim_start().len());
    let (info, text) = info.split_at_checked(length.saturating_add(blank)).unwrap_or((info, ""));
    vec![before.trim(), info, text.trim()]
}

/// Whether a line is meant as BEGIN, and its label; `None` where it is meant as no boundary.
fn boundary(line: &str) -> Option<(bool, String)> {
    let dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let line = line.trim();
    let inner = line.trim_start_matches(dash);
    if inner.len() == line.len() {
        return None;
    }
    let inner = inner.trim_end_matches(dash).trim();
    let (word, label) = inner.split_once(' ').unwrap_or((inner, ""));
    let label = label.trim().to_ascii_uppercase();
    // An END without label still ends; a BEGIN without one begins nothing.
    let begins = word.eq_ignore_ascii_case("BEGIN") && !label.is_empty();
    (begins || word.eq_ignore_ascii_case("END")).then_some((begins, label))
}

/// A block as it should be written; how it is encrypted stands in the headers of RFC 1421.
pub(super) fn rewrapped(label: &str, encryption: Option<&str>, contents: &[u8]) -> Zeroizing<String> {
    let plain = pem::encode(label, contents);
    let Some((encryption, (begin, body))) = encryption.zip(plain.split_once('\n')) else { return plain };
    let mut text = Zeroizing::new(String::with_capacity(plain.len().saturating_add(256)));
    for piece in [begin, "\nProc-Type: 4,ENCRYPTED\nDEK-Info: ", encryption, "\n\n", body] {
        text.push_str(piece);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "-----BEGIN A KEY-----\nAAAA\n-----END A KEY-----\n";

    fn repaired(bytes: &[u8]) -> String {
        String::from_utf8(text(bytes).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn what_was_meant_is_found() {
        let utf_16: Vec<u8> = BLOCK.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (broken, what) in [
            (utf_16, "UTF-16"),
            (BLOCK.replace('\n', "\\n").into_bytes(), "escaped line ends"),
            (format!("{{\"key\": \"{}\"}}", BLOCK.replace('\n', "\\n")).into_bytes(), "a JSON string"),
            (BLOCK.replace("-----END A KEY-----\n", "").into_bytes(), "no END"),
            (BLOCK.replace("-----END A KEY", "-----END").into_bytes(), "no label at the end"),
            (BLOCK.replace("END A", "END B").into_bytes(), "another label at the end"),
            (BLOCK.replace("-----BEGIN", "----BEGIN").into_bytes(), "four dashes"),
            (BLOCK.replace('-', "\u{2013}").into_bytes(), "typographic dashes"),
            (BLOCK.replace("BEGIN A KEY", "begin a key").into_bytes(), "lower case"),
            (BLOCK.replace("-----", "------").into_bytes(), "six dashes"),
            (BLOCK.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), "UTF-32"),
            (
                format!("\u{feff}{BLOCK}").chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
                "UTF-32, marked",
            ),
            (BLOCK.replace('\n', "&#10;").into_bytes(), "XML"),
            (BLOCK.replace('\n', "<br>\n").into_bytes(), "HTML"),
            (BLOCK.replace('\n', "\\r").into_bytes(), "escaped carriage returns"),
            (BLOCK.lines().map(|line| format!("> {line}\n")).collect::<String>().into_bytes(), "mail"),
            (
                BLOCK.lines().map(|line| format!("\"{line}\\n\"\n")).collect::<String>().into_bytes(),
                "strings",
            ),
            (BLOCK.lines().map(|line| format!("  '{line}',\n")).collect::<String>().into_bytes(), "a list"),
        ] {
            assert_eq!(repaired(&broken), BLOCK, "{what}");
        }
    }

    #[test]
    fn no_copy_is_left_behind_by_a_text_that_grows() {
        let wide: Vec<u8> = "\u{20ac}".repeat(1_000).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe], wide.as_slice()].concat();
        assert_eq!(characters(&marked).unwrap().capacity(), 3 * 1_001);
        for line in ["-begin a\n", "-begin a\nb\n", "-begin a\nb:\n c\nd\n", "-begin a\nDEK-Info:,\n"] {
            let text = line.repeat(1_000);
            let mut lines = Lines::new(&text);
            let room = lines.text.capacity();
            text.lines().for_each(|line| lines.take(line));
            lines.close();
            assert_eq!(lines.text.capacity(), room, "{line:?}");
        }
    }

    #[test]
    fn base64url_is_written_as_base64() {
        assert_eq!(repaired(BLOCK.replace("AAAA", "A-_A").as_bytes()), BLOCK.replace("AAAA", "A+/A"));
        assert_eq!(repaired(BLOCK.replace("AAAA", "A-/A").as_bytes()), BLOCK.replace("AAAA", "A-/A"));
    }

    #[test]
    fn headers_keep_the_blank_line_below_them() {
        let text = BLOCK.replace("AAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: A,0\n\nAAAA\n\nAAAA");
        let whole = BLOCK.replace("AAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: A,0\n\nAAAA\nAAAA");
        assert_eq!(repaired(text.replace("-----END A KEY-----\n", "").as_bytes()), whole);
    }

    #[test]
    fn a_block_without_begin_is_not_left_out() {
        let beheaded = BLOCK.replace("-----BEGIN A KEY-----\n", "");
        for text in [format!("{beheaded}{BLOCK}"), format!("{BLOCK}{beheaded}")] {
            assert!(super::text(text.as_bytes()).is_none(), "{text}");
        }
        assert_eq!(repaired(format!("text\n{BLOCK}-----END A KEY-----\n").as_bytes()), BLOCK);
        assert!(text(format!("{BLOCK}-----BEGIN ").as_bytes()).is_none());
    }

    #[test]
    fn headers_are_told_from_the_text() {
        let headers = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: DES-EDE3-CBC,0123456789ABCDEF"];
        let whole = BLOCK.replace("AAAA", &format!("{}\n{}\n\nAAAA", headers[0], headers[1]));
        for text in [
            whole.replace("\n\n", "\n"),
            whole.replace('\n', "\n\n"),
            whole.replace('\n', " "),
            whole.replace('\n', ""),
        ] {
            assert_eq!(repaired(text.as_bytes()), whole, "{text}");
        }
    }

    #[test]
    fn indented_headers_are_told_from_headers_that_go_on() {
        let whole = BLOCK.replace("AAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: A,0\n\nAAAA");
        let indented = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
        let lost = whole.replace("-----END A KEY-----\n", "");
        assert_eq!(repaired(indented(&lost).as_bytes()), whole);
        assert_eq!(
            repaired(indented(&whole.replace("Proc-Type: 4,ENCRYPTED\n", "")).as_bytes()),
            whole.replace("Proc-Type: 4,ENCRYPTED\n", "")
        );
        let folded = lost.replace("A,0", "A,\n 0");
        let unindented = whole.replace("A,0", "A,\n 0");
        for text in [folded.clone(), indented(&folded)] {
            assert_eq!(repaired(text.as_bytes()), unindented, "{text}");
        }
    }

    #[test]
    fn blocks_are_parted() {
        let lost = BLOCK.replace("-----END A KEY-----\n", "");
        assert_eq!(repaired(format!("{lost}{BLOCK}").as_bytes()), BLOCK.repeat(2));
        assert_eq!(repaired(format!("{}{BLOCK}", BLOCK.trim_end()).as_bytes()), BLOCK.repeat(2));
    }
}
