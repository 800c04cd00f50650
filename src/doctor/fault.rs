//! Blocks that cannot be read as they stand, by what has to be done about them.

use std::cell::{Cell, OnceCell};

use crate::error::{Error, NotText, PemFault};
use crate::finding::Finding;
use crate::pem::{Unreadable, is_base64url};

use super::error;
use super::plain::Unseen;

/// A text that the PEM reader refuses in one place or in many.
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    lines: &'a [&'a [u8]],
    /// The last line that was looked through, and what nobody sees there.
    looked_at: Cell<Option<(usize, Option<Unseen>)>>,
    stray: OnceCell<Option<Unseen>>,
    escaped: OnceCell<bool>,
    marked_up: OnceCell<bool>,
    headers: OnceCell<Option<Headers>>,
}

/// How the headers of an encrypted key are misplaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    OneLine,
    Spaced,
    Unended,
}

impl<'a> Text<'a> {
    /// The text, and the lines that it consists of.
    pub(super) fn new(bytes: &'a [u8], lines: &'a [&'a [u8]]) -> Self {
        let (stray, headers) = (OnceCell::new(), OnceCell::new());
        Self {
            bytes,
            lines,
            looked_at: Cell::new(None),
            stray,
            escaped: OnceCell::new(),
            marked_up: OnceCell::new(),
            headers,
        }
    }

    /// What a refusal of the PEM reader means to the person with the file.
    pub(super) fn fault(&self, refused: &Error) -> Finding {
        let Error::Pem { fault, line, .. } = refused else {
            return error("file-unreadable", refused.to_string());
        };
        match self.unseen(fault, *line).map_or_else(|| classify(fault, self), unseen) {
            Fault(rule, mend) => error(rule, format!("{fault}: {mend}")),
            Other(rule, message) => error(rule, message),
        }
    }

    /// What nobody sees on the line that is refused; where no BEGIN is found, on one that was meant for it.
    fn unseen(&self, fault: &PemFault, line: usize) -> Option<Unseen> {
        match fault {
            PemFault::BadBoundary { .. } | PemFault::BadHeader { .. } | PemFault::BadBase64 { .. } => {
                self.on_line(line)
            }
            PemFault::NoBlock | PemFault::StrayEnd { .. } => *self.stray.get_or_init(|| self.stray()),
            _ => None,
        }
    }

    /// What nobody sees on this line. Many blocks may stand on one: it is looked through once.
    fn on_line(&self, number: usize) -> Option<Unseen> {
        if let Some((_, found)) = self.looked_at.get().filter(|(before, _)| *before == number) {
            return found;
        }
        let line = number.checked_sub(1).and_then(|index| self.lines.get(index))?;
        let found = Unseen::first_in(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line));
        self.looked_at.set(Some((number, found)));
        found
    }

    /// What nobody sees on a line with dashes. The whole text is looked through for it, once.
    fn stray(&self) -> Option<Unseen> {
        let dashed = self.lines.iter().filter(|line| line.windows(2).any(|two| two == b"--"));
        dashed.copied().find_map(Unseen::first_in)
    }

    /// Whether a boundary is followed by a backslash and the letter n instead of a line end, or by two backslashes. The
    /// whole text is looked through for it, once.
    fn is_escaped(&self) -> bool {
        let ends = [&b"-----\\n"[..], b"-----\\r", b"-----\\\\"];
        let ends = |window: &[u8]| ends.contains(&window);
        *self.escaped.get_or_init(|| self.bytes.windows(7).any(ends))
    }

    /// Whether characters are written as XML and HTML write them. The whole text is looked through for it, once.
    fn is_marked_up(&self) -> bool {
        let marked = |window: &[u8]| matches!(window, b"&#x" | b"&#X" | [b'&', b'#', b'0'..=b'9'] | b"<br");
        *self.marked_up.get_or_init(|| self.bytes.windows(3).any(marked))
    }

    /// Whether a boundary seems to be meant, with dashes of a word processor that are too few to be told from prose.
    fn is_typeset(&self) -> bool {
        let begins = |dash: &str| {
            let begin = [dash.as_bytes(), b"BEGIN "].concat();
            self.bytes.windows(begin.len()).any(|window| window == begin)
        };
        ["\u{2013}", "\u{2014}"].into_iter().any(begins)
    }

    /// The first fault of this kind. The whole text is looked through for it, once.
    fn headers(&self) -> Option<Headers> {
        let has = |line: &[u8], name: &[u8]| line.windows(name.len()).any(|window| window == name);
        let find = || {
            let mut above: &[u8] = b"";
            for line in self.bytes.split(|byte| *byte == b'\n') {
                let info = has(line, b"DEK-Info:");
                if info && has(line, b"Proc-Type:") {
                    return Some(Headers::OneLine);
                }
                if info && above.trim_ascii().is_empty() {
                    return Some(Headers::Spaced);
                }
                if has(above, b"DEK-Info:") && !line.trim_ascii().is_empty() {
                    return Some(Headers::Unended);
                }
                above = line;
            }
            None
        };
        *self.headers.get_or_init(find)
    }
}

/// Whether OpenSSL, looking for the END that is not there, reads on over the blocks that follow: one that begins and
/// does not end. Everything else that is refused it passes over.
pub(super) fn swallows(refused: &Unreadable, lines: &[&[u8]]) -> bool {
    let last = refused.lines().1.checked_sub(1).and_then(|last| lines.get(last));
    refused.label().is_some() && !last.is_some_and(|last| last.starts_with(b"-----END "))
}

/// What is wrong with a block whose text is fine.
pub(super) fn of_contents(refused: &Error) -> Finding {
    let cause = refused.without_place();
    error("block-damaged", format!("the contents of the block are damaged ({cause}): copy the file again"))
}

/// A rule, and what is said under it.
enum Cause {
    /// What the reader found, and what to do about it.
    Fault(&'static str, &'static str),
    /// What is the matter; what the reader fell over follows from it.
    Other(&'static str, &'static str),
}
use Cause::{Fault, Other};

fn classify(fault: &PemFault, text: &Text<'_>) -> Cause {
    match fault {
        PemFault::NotText { reason } => encoding(*reason),
        PemFault::MissingEnd { .. } | PemFault::NestedBegin { .. } | PemFault::StrayEnd { .. } => {
            Fault("pem-end-missing", lost_boundary(fault))
        }
        PemFault::LabelMismatch { .. } => Fault(
            "pem-end-mismatch",
            "OpenSSL calls it a `bad end line`; both ends of a block have the same label",
        ),
        _ if text.is_escaped() => Other(
            "pem-escaped",
            "the line ends are written as \\n, as in JSON or an environment variable; unfold them",
        ),
        _ if text.is_marked_up() => Other(
            "pem-escaped",
            "characters are written as in XML or HTML (&#10;, &#43;, <br>); write them plainly",
        ),
        _ if text.bytes.starts_with(b"{\\rtf") => {
            Other("pem-rich-text", "the file is rich text (RTF); save it as plain text")
        }
        PemFault::BadHeader { .. } | PemFault::BadBase64 { .. } => inside(fault, text),
        PemFault::BadBoundary { .. } => Fault(
            "pem-boundary",
            "write five dashes, BEGIN or END, the label in capitals, five dashes, and nothing else",
        ),
        PemFault::NoBlock if text.is_typeset() => Other(
            "pem-boundary",
            "the lines of BEGIN and END have typographic dashes, as word processors write them; write five plain ones",
        ),
        PemFault::NoBlock => Fault("pem-no-block", "the file is neither PEM nor DER; give another one"),
        _ => Fault("pem-damaged", COPY),
    }
}

const COPY: &str = "copy the file again";

/// What keeps PEM from being read, and comes with a text that is copied out of a page or a word processor.
fn unseen(character: Unseen) -> Cause {
    let message = match character {
        Unseen::NoBreakSpace => {
            "a no-break space stands there (U+00A0 or its kin), as web pages and word processors have it: write a plain one"
        }
        Unseen::ByteOrderMark => {
            "a byte order mark stands inside the text (U+FEFF), where nobody sees it: two files were joined there \
             perhaps. Delete it"
        }
        Unseen::ZeroWidth => {
            "a character that nobody sees stands there (U+200B or its kin), as web pages and word processors have it: \
             delete it"
        }
    };
    Other("pem-invisible", message)
}

fn encoding(reason: NotText) -> Cause {
    match reason {
        NotText::Utf16 => {
            Fault("pem-utf-16", "save the file as UTF-8 or ASCII; Windows calls UTF-16 `Unicode`")
        }
        NotText::Utf32 => Fault("pem-utf-32", "save the file as UTF-8 or ASCII"),
        NotText::Nul => Fault("pem-nul", "a program has left it there; take it away"),
    }
}

/// What OpenSSL makes of a block of which one end is lost.
fn lost_boundary(fault: &PemFault) -> &'static str {
    match fault {
        PemFault::StrayEnd { .. } => {
            "OpenSSL finds no block there; put the line of BEGIN back or copy the file again"
        }
        PemFault::NestedBegin { outer, inner } if outer == inner => {
            "OpenSSL takes the two for one, and the second is lost without a word; put the line of END back or copy the \
             file again"
        }
        _ => "OpenSSL calls it a `bad end line`; put the missing line back or copy the file again",
    }
}

/// What is wrong between BEGIN and END.
fn inside(fault: &PemFault, text: &Text<'_>) -> Cause {
    match (text.headers(), fault) {
        (Some(Headers::OneLine), _) => Other(
            "pem-one-line",
            "headers and base64 text stand on one line; put each header on a line of its own, and a blank line below",
        ),
        (Some(Headers::Spaced), _) => Other(
            "pem-blank-line",
            "a blank line stands between the headers; one belongs below them, and no other",
        ),
        (Some(Headers::Unended), _) => {
            Other("pem-blank-line", "no blank line stands below the headers; put one there")
        }
        (None, PemFault::BadHeader { .. }) => {
            Fault("pem-headers", "delete them, unless they are those of an encrypted key")
        }
        (None, fault) if is_base64url(fault) => Fault("pem-base64url", "write + for - and / for _"),
        (None, _) => Fault("pem-damaged", COPY),
    }
}
