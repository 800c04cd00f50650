//! PEM text.

use certwright::Error;
use certwright::pem::{self, Block, Limits, Reading, Verdict};
use rustls_pki_types::pem::{PemObject, SectionKind};

type Outcome = Result<Vec<Block>, Error>;

/// Every property of PEM text.
pub fn holds(data: &[u8]) {
    let tolerant = pem::parse(data, Reading::Tolerant);
    what_is_read_strictly_is_read(data, &tolerant);
    verdicts_agree(data, &tolerant);
    errors_have_a_place(data, &tolerant);
    what_is_written_is_read(data);
    if let Ok(blocks) = &tolerant {
        what_is_rewritten_is_regular(blocks);
        pki_types_agrees(data, blocks);
        pem_rfc7468_agrees(data, blocks);
    }
}

/// Tolerant accepts whatever strict accepts, means the same by it and has nothing to report.
fn what_is_read_strictly_is_read(data: &[u8], tolerant: &Outcome) {
    let Ok(strict) = pem::parse(data, Reading::Strict) else { return };
    let tolerant = tolerant.as_ref().expect("tolerant refuses what strict accepts");
    assert_eq!(&strict, tolerant, "the readings differ");
    is_what_would_be_written(data, &strict);
    if let ([block], Ok((label, contents))) = (&strict[..], pem_rfc7468::decode_vec(data)) {
        assert_eq!((block.label(), block.contents()), (label, &contents[..]));
    }
    let theirs = ::pem::parse_many(data).unwrap_or_default();
    if !theirs.is_empty() {
        let theirs: Vec<_> = theirs.iter().map(|block| (block.tag(), block.contents())).collect();
        let ours: Vec<_> = strict.iter().map(|block| (block.label(), block.contents())).collect();
        assert_eq!(ours, theirs, "the pem crate reads something else");
    }
}

/// There is one strict text for contents: but for CRLF and for labels that are not written so, it is what we write.
fn is_what_would_be_written(data: &[u8], strict: &[Block]) {
    let usual = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b' ';
    if strict.iter().all(|block| block.label().bytes().all(usual)) {
        let text = String::from_utf8_lossy(data).replace("\r\n", "\n");
        assert_eq!(rewritten(strict), text);
    }
}

/// `verdicts` finds the blocks that `parse` finds, or refuses first where `parse` refuses.
fn verdicts_agree(data: &[u8], tolerant: &Outcome) {
    let verdicts = match pem::verdicts(data, Reading::Tolerant, &Limits::default()) {
        Ok(verdicts) => verdicts,
        Err(error) => return assert_eq!(tolerant.as_ref().unwrap_err().to_string(), error.to_string()),
    };
    lines_are_in_order(data, &verdicts);
    let outcome: Outcome = verdicts.into_iter().map(Verdict::into_block).collect();
    match (tolerant, outcome) {
        (Ok(parsed), Ok(found)) => assert_eq!(parsed, &found),
        (Err(parsed), Err(found)) => assert_eq!(parsed.to_string(), found.to_string()),
        (parsed, found) => panic!("parse: {parsed:?}; verdicts: {found:?}"),
    }
}

fn lines_are_in_order(data: &[u8], verdicts: &[Verdict]) {
    let last = verdicts.iter().fold(1, |before, verdict| {
        let (first, last) = verdict.lines();
        assert!(before <= first && first <= last, "{verdicts:?}");
        last
    });
    assert!(last <= lines(data), "{verdicts:?}");
}

/// CR, LF and CRLF end lines.
fn lines(data: &[u8]) -> usize {
    let feeds = data.iter().filter(|byte| **byte == b'\n').count();
    let returns = data.iter().filter(|byte| **byte == b'\r').count();
    let both = data.windows(2).filter(|pair| pair == b"\r\n").count();
    feeds + returns - both + 1
}

fn errors_have_a_place(data: &[u8], tolerant: &Outcome) {
    if let Err(Error::Pem { line, column, .. }) = tolerant {
        assert!((1..=lines(data)).contains(line) && (1..=data.len() + 1).contains(column), "{tolerant:?}");
    }
}

fn what_is_written_is_read(contents: &[u8]) {
    if contents.is_empty() {
        return;
    }
    for label in ["CERTIFICATE", "PRIVATE KEY"] {
        let text = pem::encode(label, contents);
        let blocks = pem::parse(text.as_bytes(), Reading::Strict).expect("what is written is read strictly");
        assert!(matches!(&blocks[..], [block] if block.label() == label && block.contents() == contents));
    }
}

/// Whatever was accepted can be written regularly, and means the same.
fn what_is_rewritten_is_regular(blocks: &[Block]) {
    let text = rewritten(blocks);
    let again = pem::parse(text.as_bytes(), Reading::Strict).expect("what is rewritten is read strictly");
    assert_eq!(contents(blocks), contents(&again));
    for (block, again) in blocks.iter().zip(&again) {
        let same = |label: &str| label.replace('-', " ").to_ascii_uppercase();
        let odd = |c: char| !c.is_ascii_alphanumeric() && c != ' ' && c != '-';
        assert!(block.label().contains(odd) || same(block.label()) == again.label(), "{block:?}: {again:?}");
    }
}

fn rewritten(blocks: &[Block]) -> String {
    blocks.iter().map(|block| pem::encode(block.label(), block.contents()).to_string()).collect()
}

fn contents(blocks: &[Block]) -> Vec<&[u8]> {
    blocks.iter().map(Block::contents).collect()
}

/// rustls-pki-types passes over blocks; those that it reads are ours, in our order.
fn pki_types_agrees(data: &[u8], blocks: &[Block]) {
    let theirs: Result<Vec<(SectionKind, Vec<u8>)>, _> = PemObject::pem_slice_iter(data).collect();
    let mut ours = blocks.iter();
    for (kind, contents) in theirs.unwrap_or_default() {
        let same = |block: &Block| {
            SectionKind::try_from(block.label().as_bytes()) == Ok(kind) && block.contents() == contents
        };
        assert!(ours.any(same), "rustls-pki-types reads another {kind:?}: {contents:02x?}");
    }
}

/// pem-rfc7468 reads one block, behind any text.
fn pem_rfc7468_agrees(data: &[u8], blocks: &[Block]) {
    if let (Ok((label, contents)), Some(block)) = (pem_rfc7468::decode_vec(data), blocks.last()) {
        assert_eq!((block.label(), block.contents()), (label, &contents[..]));
    }
}
