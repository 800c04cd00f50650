//! PEM that cannot be misread: RFC 7468 blocks with line numbers, and an answer for every byte.
//!
//! Readers of PEM disagree about everything that is not exactly as RFC 7468 section 3 writes it, and most of them
//! pass over what they do not like. This one does not: each irregularity is accepted *and reported*, or refused
//! *with line and column*. `docs/formats.md` compares it with others.
//!
//! ```
//! use certwright::pem::{self, Reading};
//!
//! let text = pem::encode("CERTIFICATE", b"some DER");
//! let [block] = &pem::parse(text.as_bytes(), Reading::Strict)?[..] else { unreachable!() };
//! assert_eq!((block.label(), block.contents(), block.lines()), ("CERTIFICATE", &b"some DER"[..], (1, 3)));
//!
//! let error = pem::parse(b"-----BEGIN CERTIFICATE-----\nc29t", Reading::Tolerant).unwrap_err();
//! assert!(error.to_string().starts_with("read PEM at line 1, column 1"));
//! # Ok::<(), certwright::Error>(())
//! ```

mod base64;
mod block;
mod boundary;
mod cursor;
mod encoding;
mod headers;
mod inside;
mod irregularity;
mod limits;
mod scan;

pub use self::block::{Block, Unreadable, Verdict};
pub use self::irregularity::{Irregularity, IrregularityKind};
pub use self::limits::Limits;

pub(crate) use self::base64::is_base64url;
pub(crate) use self::encoding::{Order, Wide};

use crate::error::Error;
use crate::secret::Zeroizing;

use self::scan::Scanner;

/// How much departure from RFC 7468 is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What certwright writes, and nothing else: blocks without anything between them, lines of 64 characters that
    /// end in LF or CRLF, canonical base64, labels in capitals. RFC 7468 itself also allows lines that end in CR,
    /// text before a block and lower-case labels; OpenSSL cannot read the first and the last.
    Strict,
    /// What people have, as long as there is one way to read it. What is accepted beyond [`Reading::Strict`] is
    /// reported in [`Block::irregularities`].
    Tolerant,
}

/// The blocks of a text, all of them or an error. An empty text is an error, too.
///
/// # Errors
///
/// [`Error::Pem`] with the line and column of the first thing that cannot be read; [`Error::TooLarge`].
pub fn parse(text: &[u8], reading: Reading) -> Result<Vec<Block>, Error> {
    parse_within(text, reading, &Limits::default())
}

/// [`parse`] with bounds of one's own.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_within(text: &[u8], reading: Reading, limits: &Limits) -> Result<Vec<Block>, Error> {
    let verdicts = Scanner::new(text, reading, limits)?.run(false)?;
    verdicts.into_iter().map(Verdict::into_block).collect()
}

/// A verdict on each block, where one that cannot be read does not stop the reading.
///
/// After a refusal, reading goes on behind the END boundary of the refused block or, where that was lost, at the
/// next line with a BEGIN boundary. Every line belongs to a verdict's lines or is reported as an irregularity.
///
/// # Errors
///
/// [`Error::Pem`] for text without anything that looks like a block, in UTF-16 or UTF-32, or with more blocks than
/// [`Limits::blocks`]; [`Error::TooLarge`].
pub fn verdicts(text: &[u8], reading: Reading, limits: &Limits) -> Result<Vec<Verdict>, Error> {
    Scanner::new(text, reading, limits)?.run(true)
}

/// One block as RFC 7468 text: LF, lines of 64 characters, a line end at the end; never irregular.
///
/// The label is brought into the form that every reader knows: words of capitals and digits with single spaces
/// between them. The text is wiped from memory on drop. Contents that are empty give a block that no strict
/// reader takes, this one included.
#[must_use]
pub fn encode(label: &str, contents: &[u8]) -> Zeroizing<String> {
    base64::encode(&regular_label(label), contents)
}

/// [`encode`] for what is for everyone to see, under a label that is regular: nothing is wiped, and nothing copied for
/// it.
pub(crate) fn encode_public(label: &'static str, contents: &[u8]) -> String {
    base64::encode_plainly(label, contents)
}

fn regular_label(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut regular = words.collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    regular.truncate(Limits::default().label);
    let regular = regular.trim_end();
    if regular.is_empty() { "DATA".to_owned() } else { regular.to_owned() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "an overflow would fail the test, as it should")]

    use super::*;
    use crate::error::PemFault;

    const BODY: &str = "-----BEGIN A-----\nAAAA\n-----END A-----\n";

    fn kinds(text: &str) -> Vec<IrregularityKind> {
        let blocks = parse(text.as_bytes(), Reading::Tolerant).expect(text);
        blocks.iter().flat_map(|block| block.irregularities()).map(|irregularity| irregularity.kind).collect()
    }

    fn refusal(text: &[u8], reading: Reading) -> (usize, usize, PemFault) {
        match parse(text, reading).unwrap_err() {
            Error::Pem { line, column, fault } => (line, column, fault),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_written_is_read_strictly() {
        for length in [1, 2, 3, 47, 48, 49, 95, 96, 97, 1000] {
            let contents = vec![0xa5; length];
            for label in ["CERTIFICATE", "PRIVATE KEY"] {
                let text = encode(label, &contents);
                let blocks = parse(text.as_bytes(), Reading::Strict).expect(&text);
                assert_eq!(blocks[0].contents(), contents);
                assert_eq!(blocks[0].lines(), (1, text.lines().count()));
                assert!(text.ends_with("-----\n") && text.lines().all(|line| line.len() <= 64));
            }
        }
    }

    #[test]
    fn labels_are_written_regularly() {
        for (label, written) in [("x509 crl", "X509 CRL"), ("--a\n--b", "A B"), ("", "DATA")] {
            assert!(encode(label, b"x").starts_with(&format!("-----BEGIN {written}-----\n")));
        }
    }

    #[test]
    fn each_irregularity_is_reported_alone() {
        use IrregularityKind::*;
        let line = "A".repeat(64);
        for (text, kind) in [
            (format!("\u{feff}{BODY}"), ByteOrderMark),
            (BODY.replace('\n', "\r"), CarriageReturn),
            (BODY.replace("\n-----END", "\n -----END"), Indentation),
            (format!("\t{BODY}"), Indentation),
            (BODY.replace("AAAA", "  AAAA"), Indentation),
            (BODY.replace("AAAA", "AAAA "), TrailingSpace),
            (BODY.replace("-\n", "- \n"), TrailingSpace),
            (BODY.replacen("-\n", "- \n", 1), TrailingSpace),
            (BODY.replace("AAAA", "AA AA"), InnerSpace),
            (BODY.replace("AAAA", &format!("{line}\n\nAAAA")), BlankLine),
            (format!("\n{BODY}"), BlankLine),
            (format!("{BODY}\n"), BlankLine),
            (BODY.replace("AAAA", "AAAA\nAAAA"), LineLength),
            (BODY.replace("AAAA", &format!("{line}A\nAAA")), LineLength),
            (BODY.replace("AAAA", &format!("{line}{line}")), LineLength),
            (BODY.replace("A-----\nAAAA", "A-----AAAA"), OneLine),
            (BODY.replace("AAAA\n", "AAAA"), OneLine),
            (BODY.replace("AAAA", "Name: value\n\nAAAA"), Headers),
            (format!("text\n{BODY}"), Text),
            (format!("{BODY}text\n"), Text),
            (BODY.replace("AAAA", "AA"), MissingPadding),
            (BODY.replace("AAAA", "AAB="), TrailingBits),
            (format!("{}{BODY}", BODY.trim_end()), Glued),
            (BODY.replace("A-----", "a-----"), LabelCase),
            (BODY.trim_end().to_owned(), NoFinalNewline),
        ] {
            assert_eq!(kinds(&text), [kind].repeat(kinds(&text).len().max(1)), "{text:?}");
            let (.., fault) = refusal(text.as_bytes(), Reading::Strict);
            assert_eq!(fault, PemFault::NotStrict { what: kind.describe() }, "{text:?}");
        }
    }

    #[test]
    fn irregularities_do_not_hide_each_other() {
        use IrregularityKind::*;
        for (text, expected) in [
            (BODY.replace("AAAA", "  a: b\n\nAAAA"), [Indentation, Headers]),
            (BODY.replace("AAAA\n", "AAAA\nAAAA"), [OneLine, LineLength]),
        ] {
            assert_eq!(kinds(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn crlf_is_no_irregularity() {
        assert_eq!(parse(BODY.replace('\n', "\r\n").as_bytes(), Reading::Strict).unwrap().len(), 1);
    }

    #[test]
    fn each_fault_is_refused_where_it_is() {
        let text = |from: &str, to: &str| BODY.replace(from, to).into_bytes();
        for (text, line, column, message) in [
            (b"".to_vec(), 1, 1, "no PEM block"),
            (b"text\n".to_vec(), 1, 1, "no PEM block"),
            (text("-----END A-----\n", ""), 1, 1, "cut off"),
            (text("-----BEGIN A-----\nAAAA\n", "\n"), 2, 1, "closes no block"),
            (text("END A", "END B"), 3, 1, "closed by END"),
            (text("AAAA", "-----BEGIN B-----"), 2, 1, "before the END of the block"),
            (text("-----END", "----END"), 3, 1, "exactly five dashes"),
            (text("BEGIN A", "begin A"), 1, 6, "capitals"),
            (text("AAAA", "AA:AA"), 3, 1, "headers"),
            (text("AAAA", "AAAA\nAA:A"), 3, 3, "colon"),
            (text("AAAA", "AA-A"), 2, 3, "base64url"),
            (text("AAAA", "AA\\nA"), 2, 3, "backslash"),
            (text("AAAA", "AA\0A"), 2, 3, "NUL"),
            (text("AAAA", "AAAAA"), 2, 5, "left over"),
            (text("AAAA", "AAA=="), 3, 1, "padding does not fit"),
            (text("AAAA", "AA="), 3, 1, "padding does not fit"),
            (text("AAAA", "AAAAA\nAA"), 4, 1, "padding does not fit"),
            (text("AAAA", "A=AA"), 2, 3, "follows the padding"),
            (text("AAAA", "="), 3, 1, "only padding"),
            (text("AAAA\n", ""), 1, 1, "is empty"),
            (text("AAAA", "a: b\nAAAA"), 3, 1, "no blank line"),
            (text("AAAA", ": b\n\nAAAA"), 2, 1, "no name"),
            (text("AAAA", "a: -----END A-----\n\nAAAA"), 2, 1, "a boundary stands in one"),
            (text("AAAA", "a: b\n -----BEGIN B-----\n\nAAAA"), 3, 1, "a boundary stands in one"),
            (text("AAAA", &format!("{}\n{}*\n", "A".repeat(64), "A".repeat(63))), 3, 64, "'*' is not base64"),
            (format!("x = {BODY}").into_bytes(), 1, 5, "other text stands before"),
            (format!("\0{BODY}").into_bytes(), 1, 1, "NUL"),
            (BODY.encode_utf16().flat_map(u16::to_le_bytes).collect(), 1, 1, "UTF-16"),
            (BODY.encode_utf16().flat_map(u16::to_be_bytes).collect(), 1, 1, "UTF-16"),
            (BODY.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), 1, 1, "UTF-32"),
            (
                format!("\u{feff}{BODY}").chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
                1,
                1,
                "UTF-32",
            ),
        ] {
            let (found_line, found_column, fault) = refusal(&text, Reading::Tolerant);
            let shown = String::from_utf8_lossy(&text);
            assert!(fault.to_string().contains(message), "{shown:?}: {fault}");
            assert_eq!((found_line, found_column), (line, column), "{shown:?}: {fault}");
        }
    }

    #[test]
    fn headers_are_kept_and_unfolded() {
        let text = BODY.replace("AAAA", "Proc-Type: 4,ENCRYPTED\nDEK-Info: A:B,\n  0102\n\nAAAA");
        let blocks = parse(text.as_bytes(), Reading::Tolerant).unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            blocks[0].headers(),
            [header("Proc-Type", "4,ENCRYPTED"), header("DEK-Info", "A:B, 0102")]
        );
        assert_eq!(blocks[0].contents(), [0, 0, 0]);
        let colons = parse(BODY.replace("AAAA", "URL:: a::b\n\nAAAA").as_bytes(), Reading::Tolerant).unwrap();
        assert_eq!(colons[0].headers(), [header("URL", ": a::b")]);
        let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
        assert_eq!(parse(indented.as_bytes(), Reading::Tolerant).unwrap()[0].headers(), blocks[0].headers());
    }

    #[test]
    fn an_unreadable_block_gets_a_verdict_and_its_neighbours_are_read() {
        for (middle, label) in [
            (BODY.replace("AAAA", "A?AA"), Some("A")),
            (BODY.replace("END A", "END B"), Some("A")),
            (BODY.replace("AAAA", "-----END A----"), Some("A")),
            (BODY.replace("-----END A-----\n", ""), Some("A")),
            (BODY.replace("BEGIN", "begin"), None),
            ("-----END A-----\n".to_owned(), None),
        ] {
            let text = format!("{BODY}{middle}{BODY}");
            let verdicts = verdicts(text.as_bytes(), Reading::Tolerant, &Limits::default()).unwrap();
            let [Verdict::Readable(_), Verdict::Unreadable(refused), Verdict::Readable(last)] = &verdicts[..]
            else {
                panic!("{text}: {verdicts:#?}")
            };
            assert_eq!(refused.label(), label, "{text}");
            assert_eq!(refused.lines(), (4, 3 + middle.lines().count()), "{text}");
            assert_eq!(last.lines().0, 4 + middle.lines().count(), "{text}");
            assert!(last.irregularities().is_empty(), "{text}");
            assert!(parse(text.as_bytes(), Reading::Tolerant).is_err());
        }
    }

    /// However it is indented.
    #[test]
    fn reading_resumes_at_the_next_begin_where_the_end_was_lost() {
        for (before, irregularities) in [("", 0), (" \t", 1), ("\u{feff}", 1)] {
            let text = format!("-----BEGIN A-----\nAA-A\nAAAA\n{before}{BODY}");
            let verdicts = verdicts(text.as_bytes(), Reading::Tolerant, &Limits::default()).unwrap();
            let [Verdict::Unreadable(refused), Verdict::Readable(block)] = &verdicts[..] else {
                panic!("{before:?}: {verdicts:#?}")
            };
            assert_eq!((refused.lines(), block.lines()), ((1, 3), (4, 6)), "{before:?}");
            assert_eq!(block.irregularities().len(), irregularities, "{before:?}");
        }
    }

    #[test]
    fn what_is_cut_off_is_refused_and_that_is_all() {
        let [Verdict::Unreadable(refused)] =
            &verdicts(b"-----BEGIN A-----\nAAAA", Reading::Tolerant, &Limits::default()).unwrap()[..]
        else {
            panic!("one verdict")
        };
        assert_eq!((refused.lines(), refused.irregularities().len()), ((1, 2), 0));
    }

    #[test]
    fn reading_resumes_behind_the_end_of_what_was_refused() {
        let refused = BODY.replace("AAAA", "a: b\nAAAA");
        let text = format!("{refused}text\n{BODY}");
        let verdicts = verdicts(text.as_bytes(), Reading::Tolerant, &Limits::default()).unwrap();
        let [Verdict::Unreadable(refused), Verdict::Readable(block)] = &verdicts[..] else {
            panic!("{verdicts:#?}")
        };
        assert_eq!((refused.lines(), block.lines()), ((1, 4), (6, 8)));
        assert_eq!(block.irregularities()[0].to_string(), "line 5, column 1: text outside the blocks");
    }

    #[test]
    fn everything_is_bounded() {
        let long = "A".repeat(2000);
        let mut limits = Limits::default();
        (limits.bytes, limits.blocks, limits.line, limits.headers, limits.base64) = (9000, 2, 1500, 1, 1000);
        for (text, kind, message) in [
            (BODY.repeat(3), "pem", "the number of blocks: more than the limit of 2"),
            (long.repeat(5), "too-large", "9000"),
            (long, "pem", "the length of a line in bytes: more than the limit of 1500"),
            (BODY.replace("AAAA", &"AAAA".repeat(251)), "pem", "the base64 characters of a block"),
            (BODY.replace("AAAA", "a: b\nc: d\n\nAAAA"), "pem", "the headers of a block"),
            (BODY.replace('A', &"A".repeat(65)), "pem", "the length of a label"),
        ] {
            let error = parse_within(text.as_bytes(), Reading::Tolerant, &limits).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(message), "{error}");
        }
        for text in [
            BODY.repeat(2),
            BODY.replace("AAAA", &"AAAA".repeat(250)),
            BODY.replace("AAAA", "a: b\n\nAAAA"),
            BODY.replace('A', &"A".repeat(64)),
        ] {
            assert!(parse_within(text.as_bytes(), Reading::Tolerant, &limits).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_last_line_too_many_is_named() {
        let limits = Limits { base64: 191, ..Limits::default() };
        let line = "A".repeat(64) + "\n";
        for (lines, refused) in [(2, None), (3, Some(4)), (9, Some(4))] {
            let text = BODY.replace("AAAA\n", &line.repeat(lines));
            let outcome = parse_within(text.as_bytes(), Reading::Strict, &limits);
            let place = outcome.err().map(|error| match error {
                Error::Pem { line, column: 1, fault: PemFault::Limit { limit: 191, .. } } => line,
                other => panic!("{other}"),
            });
            assert_eq!(place, refused, "{lines} lines");
        }
    }

    #[test]
    fn padding_may_end_a_line_of_64_characters() {
        let text = BODY.replace("AAAA", &format!("{}\n{}A==", "A".repeat(64), "A".repeat(61)));
        assert_eq!(parse(text.as_bytes(), Reading::Strict).unwrap()[0].contents().len(), 94);
    }

    /// Bytes looked at for a text made of `piece`, by `verdicts` and by `parse`.
    fn work(piece: &str, bytes: usize) -> usize {
        let text = piece.repeat(bytes / piece.len());
        let limits = Limits { line: usize::MAX, blocks: usize::MAX, ..Limits::default() };
        [true, false]
            .map(|all| {
                let mut scanner = Scanner::new(text.as_bytes(), Reading::Tolerant, &limits).unwrap();
                drop(scanner.run(all));
                scanner.cursor.work.bytes
            })
            .into_iter()
            .sum()
    }

    /// What is decoded as it stands is not looked at a second time.
    #[test]
    fn regular_text_takes_the_quick_way() {
        let body = ("A".repeat(64) + "\n").repeat(100) + "AA==\n";
        for label in ["CERTIFICATE", "PRIVATE KEY"] {
            let text = BODY.replace(" A-", &format!(" {label}-")).replace("AAAA\n", &body);
            let (regular, spaced) =
                (work(&text, text.len()), work(&text.replacen("AAA", "A A", 1), text.len()));
            assert!(regular + text.len() <= spaced, "{regular} and {spaced} for {}", text.len());
        }
    }

    /// Twice the text, twice the work; so 100 MB take 100 times the work of 1 MB.
    #[test]
    fn work_is_linear() {
        const STEP: usize = 10_000;
        let glued = BODY.replace('\n', "");
        let unterminated = "A".repeat(64) + "\n";
        for piece in [
            "-----BEGIN A-----\n",
            "-----BEGIN A-----",
            "-----BEGIN ",
            "-----END A-----\n",
            "-----END A-----",
            "-----begin ",
            "-",
            "- ",
            "--\n",
            "\n",
            "\r",
            " ",
            " \n",
            "a",
            "a: b\n",
            "A\n",
            "text -----",
            "\u{feff}",
            BODY,
            &glued,
            &unterminated,
            &BODY.replace("AAAA", "A?AA"),
            &BODY.replace("END", "EN"),
        ] {
            for prefix in ["", "-----BEGIN A-----\n", "-----BEGIN A-----\na: b\n"] {
                let work = |bytes: usize| {
                    let text = format!("{prefix}{}", piece.repeat(bytes / piece.len()));
                    work(&text, text.len())
                };
                let (once, twice) = (work(STEP), work(2 * STEP));
                assert!(twice <= 2 * once + 4096, "{prefix:?} {piece:?}: {once}, then {twice}");
                assert!(once <= 100 * STEP, "{prefix:?} {piece:?}: {once}");
            }
        }
    }
}
