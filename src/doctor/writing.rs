//! How a block is written, as far as OpenSSL cannot read it. Everything else that is irregular it reads.

use crate::finding::Finding;
use crate::pem::{Block, IrregularityKind as Irregular};

use super::sheet::{at_line, line_of};
use super::{Severity, error};

/// A rule, the line, and what to do.
type Fault = (&'static str, usize, &'static str);

/// What keeps OpenSSL from reading this block: the first thing wrong with it, since the same mend mends all.
pub(super) fn faults(block: &Block, lines: &[&[u8]], name: &str) -> Vec<Finding> {
    let fault = folded(block)
        .or_else(|| glued(block, lines))
        .or_else(|| marked(block, lines))
        .or_else(|| indented(block, lines))
        .or_else(|| blank(block, lines))
        .or_else(|| labelled(block))
        .or_else(|| headed(block, lines))
        .or_else(|| uneven(block, lines))
        .or_else(|| followed(block, lines))
        .or_else(|| unpadded(block));
    let finding = |(rule, line, message)| error(rule, message).at(at_line(name, line));
    fault.map(finding).into_iter().collect()
}

fn seen(block: &Block, kind: Irregular) -> Option<usize> {
    block.irregularities().iter().find(|one| one.kind == kind).map(|one| one.line)
}

/// Line ends that are not there.
fn folded(block: &Block) -> Option<Fault> {
    let one_line = seen(block, Irregular::OneLine).map(|line| {
        let message = "the base64 text stands on the line of BEGIN or END (often: the whole block on one line): \
                       put each of the two on a line of its own and break the text after 64 characters";
        ("pem-one-line", line, message)
    });
    one_line.or_else(|| {
        let message = "the lines end in CR alone, which OpenSSL takes for one long line: write LF";
        seen(block, Irregular::CarriageReturn).map(|line| ("pem-carriage-return", line, message))
    })
}

/// The next block begins on the line on which this one ends, whether it can be read or not.
fn glued(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let last = block.lines().1;
    let is_glued = || numbered(lines, last).windows(BEGIN.len()).any(|window| window == BEGIN);
    let line = seen(block, Irregular::Glued).or_else(|| is_glued().then_some(last))?;
    let message = "END and the next BEGIN stand on one line, which OpenSSL calls a `bad end line`: \
                   break the line between them (a file without a line end at its end was put before another)";
    Some(("pem-glued", line, message))
}

/// A byte order mark that OpenSSL does not take away: it does on the first line that it reads, for each block anew.
fn marked(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let first = block.lines().0;
    let above = first.checked_sub(1).filter(|above| *above > 0)?;
    let message = "a UTF-8 byte order mark stands before BEGIN, and not at the beginning of the file: OpenSSL passes over \
                   such a block. Take it away";
    let is_first = numbered(lines, above).starts_with(b"-----END ");
    (!is_first && numbered(lines, first).starts_with(MARK)).then_some(("pem-byte-order-mark", first, message))
}

const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Only the boundaries count, and the headers where there are some: base64 text may be indented.
fn indented(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let (first, last) = block.lines();
    let headers = block.headers().len();
    let significant = (first..=first.saturating_add(headers)).chain([last]);
    let line = significant.into_iter().find(|line| is_indented(numbered(lines, *line)))?;
    let message = "the line is indented: OpenSSL finds BEGIN and END only at the beginning of a line. \
                   Take the spaces away, before every line of the block";
    Some(("pem-indented", line, message))
}

fn blank(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let (first, last) = block.lines();
    let inside = first.saturating_add(1)..last;
    let mut blanks = inside.clone().filter(|line| numbered(lines, *line).trim_ascii().is_empty());
    // One is allowed: after the headers, or at the place where headers could have been.
    let line = match block.headers() {
        [] => blanks.find(|line| *line > inside.start)?,
        _ => blanks.nth(1)?,
    };
    let message =
        "a blank line stands in the base64 text: OpenSSL takes what is above it for headers. Delete it";
    Some(("pem-blank-line", line, message))
}

fn labelled(block: &Block) -> Option<Fault> {
    let message = "the label has lower-case letters: OpenSSL knows labels in capitals only";
    let lower = block.label().bytes().any(|byte| byte.is_ascii_lowercase());
    lower.then_some(("pem-label-case", block.lines().0, message))
}

/// Headers count to OpenSSL as they are written. What follows the first two it does not look at.
fn headed(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let line = block.lines().0;
    let encrypted = block.headers().iter().any(|(name, _)| name.eq_ignore_ascii_case("DEK-Info"));
    let message = match (block.headers(), encrypted) {
        ([], _) => return None,
        (_, false) => {
            "the block has headers that OpenSSL does not know: delete them and the blank line below"
        }
        (_, true) => {
            "the block is encrypted, and OpenSSL expects `Proc-Type: 4,ENCRYPTED` first and `DEK-Info: …` below it, \
             spelled like this and without a space behind the comma: write the headers so, and no others above them"
        }
    };
    let [proc, info, next] = [1, 2, 3].map(|below| numbered(lines, line.saturating_add(below)));
    // A header that goes on on the next line ends here for OpenSSL.
    let is_whole = next.trim_ascii().is_empty() || !is_indented(next);
    let read = encrypted && is_proc_type(proc) && is_dek_info(info) && is_whole;
    (!read).then_some(("pem-headers", line, message))
}

fn is_proc_type(line: &[u8]) -> bool {
    let version = line.strip_prefix(b"Proc-Type:").map(<[u8]>::trim_ascii_start);
    let kind = version.and_then(|version| version.strip_prefix(b"4,"));
    kind.is_some_and(|kind| kind.trim_ascii() == b"ENCRYPTED")
}

/// Whether OpenSSL reads the line as far as the writing goes. What a cipher and a vector are worth that are there is
/// said of the encryption.
fn is_dek_info(line: &[u8]) -> bool {
    let Some(cipher) = line.strip_prefix(b"DEK-Info:") else { return false };
    let vector = cipher.split(|byte| *byte == b',').nth(1);
    vector.is_none_or(|vector| !vector.trim_ascii_end().iter().any(u8::is_ascii_whitespace))
}

/// Below headers, or a blank line where they could be, OpenSSL takes lines of 64 characters, and a shorter one at the
/// end. Spaces at their ends it takes away first.
fn uneven(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let (first, last) = block.lines();
    let is_blank = |line: &usize| numbered(lines, *line).trim_ascii().is_empty();
    let blank = (first.saturating_add(1)..last).find(is_blank)?;
    let fits = |line: usize| match numbered(lines, line).trim_ascii_end().len() {
        64 => true,
        length => length < 64 && line.saturating_add(1) == last,
    };
    let line = (blank.saturating_add(1)..last).find(|line| !fits(*line))?;
    let message = "below headers, or a blank line in their place, OpenSSL takes base64 lines of 64 characters only, and \
                   no spaces before or in them: break the text anew";
    Some(("pem-line-length", line, message))
}

/// Text behind the END, on its line.
fn followed(block: &Block, lines: &[&[u8]]) -> Option<Fault> {
    let last = block.lines().1;
    let message =
        "other text stands behind END on its line, which OpenSSL calls a `bad end line`: take it away";
    (!numbered(lines, last).trim_ascii().ends_with(b"-----")).then_some(("pem-boundary", last, message))
}

/// Base64 text that ends before its last group is full.
fn unpadded(block: &Block) -> Option<Fault> {
    let message = "the `=` at the end of the base64 text are missing, without which OpenSSL does not decode it: put them back";
    seen(block, Irregular::MissingPadding).map(|line| ("pem-padding", line, message))
}

fn numbered<'a>(lines: &[&'a [u8]], number: usize) -> &'a [u8] {
    number.checked_sub(1).and_then(|index| lines.get(index)).copied().unwrap_or_default()
}

fn is_indented(line: &[u8]) -> bool {
    matches!(line.strip_prefix(MARK).unwrap_or(line), [b' ' | b'\t', ..])
}

/// What stands behind the first structure of its block.
pub(super) fn hidden() -> Finding {
    let message = "another structure follows the certificate in its block, for which OpenSSL refuses the first of a \
                   file, and which it does not find in those below: give each a block of its own";
    error(HIDDEN, message)
}

const HIDDEN: &str = "certificate-not-alone";

/// The same findings for a part that begins on this line and may be passed over: what OpenSSL does not see there is
/// missed, not refused. Whether it is missed by anybody, the other side says.
pub(super) fn as_missed(faults: &[Finding], begin: usize) -> Vec<Finding> {
    let mut faults = faults.to_vec();
    for fault in faults.iter_mut().filter(|fault| is_missing(fault, begin)) {
        fault.severity = Severity::Warning;
    }
    faults
}

/// Whether OpenSSL, looking for a key, goes on behind a block with this fault that begins on this line. At others it
/// gives up; those at which it sometimes does are not told apart.
pub(super) fn is_passed_over(fault: &Finding, begin: usize) -> bool {
    is_missing(fault, begin) || ["pem-line-length", "pem-padding"].contains(&fault.rule)
}

/// Whether OpenSSL passes over a block with these faults that begins on this line as if it were text.
pub(super) fn is_missed(faults: &[Finding], begin: usize) -> bool {
    faults.iter().any(|fault| is_missing(fault, begin))
}

/// Whether OpenSSL takes a block with this fault that begins on this line for text, whatever it is looking for.
pub(super) fn is_missing(fault: &Finding, begin: usize) -> bool {
    match fault.rule {
        "pem-indented" => line_of(fault) == begin,
        rule => MISSED.contains(&rule),
    }
}

const MISSED: [&str; 3] = ["pem-byte-order-mark", "pem-label-case", HIDDEN];

/// Whether it was said of a block that is missed.
pub(super) fn is_about_missed(finding: &Finding) -> bool {
    finding.severity == Severity::Warning
        && (finding.rule == "pem-indented" || MISSED.contains(&finding.rule))
}
