//! One file, taken apart as far as it can be read.

use crate::certificate::Certificate;
use crate::container::{self, Bare, Item, Kind};
use crate::der;
use crate::error::Error;
use crate::finding::Finding;
use crate::key::FoundKey;
use crate::pem::{self, Block, Limits, Reading, Unreadable, Verdict};

use super::{File, error, fault, info, salvage, writing};

/// How the structures of a file are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Pem,
    Der,
}

/// One structure of a file, and what keeps OpenSSL from reading it there.
pub(super) struct Part {
    pub(super) item: Item,
    pub(super) faults: Vec<Finding>,
}

/// A file.
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) form: Form,
    pub(super) parts: Vec<Part>,
    /// About blocks that cannot be read as they stand.
    pub(super) damage: Vec<Finding>,
    /// What is worth knowing about the whole file, and no fault.
    pub(super) remarks: Vec<Finding>,
}

impl<'a> Sheet<'a> {
    /// Takes a file apart; `None` for one that is missing or empty, which is a finding.
    pub(super) fn read(file: File<'a>, findings: &mut Vec<Finding>) -> Option<Self> {
        let refuse = |finding: Finding| finding.at(file.name);
        match file.contents {
            Err(reason) => {
                let message =
                    format!("the file cannot be read ({reason}): check the path and its permissions");
                findings.push(refuse(error("file-missing", message)));
                None
            }
            Ok(bytes) if bytes.trim_ascii().is_empty() => {
                findings.push(refuse(error("file-empty", "the file is empty: copy it again")));
                None
            }
            Ok(bytes) => Some(Self::of(file.name, bytes)),
        }
    }

    fn of(name: &'a str, bytes: &[u8]) -> Self {
        let whole = container::items(bytes);
        let mut sheet =
            Self { name, form: Form::Pem, parts: Vec::new(), damage: Vec::new(), remarks: Vec::new() };
        match whole {
            Ok(items) if items.iter().all(|item| item.line.is_none()) => {
                sheet.form = Form::Der;
                sheet.parts = items.into_iter().map(|item| Part { item, faults: Vec::new() }).collect();
            }
            _ => match (container::foreign(bytes), container::bare(bytes)) {
                (Some(format), _) => {
                    sheet.damage.push(error("file-foreign", format!("the file is {format}")).at(name));
                }
                (None, Some(bare)) => sheet.take_bare(&bare),
                (None, None) => sheet.take_pem(bytes),
            },
        }
        sheet
    }

    /// Reads base64 text that has no boundaries, or is that of a whole file.
    fn take_bare(&mut self, bare: &Bare) {
        let (rule, mend, bytes) = match bare {
            Bare::File(bytes) => ("pem-in-base64", "decode it", bytes),
            Bare::Contents(bytes) => ("pem-boundaries-missing", "put them around it", bytes),
        };
        let what = bare.describe();
        self.damage.push(error(rule, format!("the file is {what}; {mend}")).at(self.name));
        let items = container::items(bytes).unwrap_or_default();
        let unplaced = items.into_iter().map(|item| Item { line: None, ..item });
        self.parts = unplaced.map(|item| Part { item, faults: Vec::new() }).collect();
    }

    fn take_pem(&mut self, bytes: &[u8]) {
        self.remarks.extend(remarks(bytes).into_iter().map(|remark| remark.at(self.name)));
        let text = fault::Text::new(bytes);
        let verdicts = match pem::verdicts(bytes, Reading::Tolerant, &Limits::default()) {
            Ok(verdicts) => verdicts,
            Err(refused) => {
                self.damage.push(text.fault(&refused).at(self.name));
                return self.take_salvaged(bytes);
            }
        };
        let mut blocks = Vec::new();
        for verdict in verdicts {
            match verdict {
                Verdict::Readable(block) => blocks.push(block),
                Verdict::Unreadable(refused) => self.damage.push(damage(&refused, &text, self.name)),
            }
        }
        self.damage.dedup_by(|one, other| one.rule == other.rule);
        if self.damage.is_empty() || !self.take_salvaged_whole(bytes) {
            self.take_blocks(blocks, bytes);
        }
    }

    fn take_blocks(&mut self, blocks: Vec<Block>, bytes: &[u8]) {
        let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
        let glued: Vec<_> = blocks.iter().map(writing::is_glued).skip(1).chain([false]).collect();
        for (block, before_glued) in blocks.into_iter().zip(glued) {
            let place = (self.name, block.lines().0);
            let faults = writing::faults(&block, &lines, before_glued, self.name);
            match container::from_block(block) {
                Ok(items) => self.parts.extend(items.into_iter().map(|item| part(item, &faults))),
                Err(refused) => self.damage.push(fault::of_contents(&refused).at(at_line(place.0, place.1))),
            }
        }
    }

    /// Reads the repaired text, if every block of it can be read then. What was wrong stands in `damage`.
    fn take_salvaged_whole(&mut self, bytes: &[u8]) -> bool {
        let Some(text) = salvage::text(bytes) else { return false };
        let Ok(blocks) = pem::parse(&text, Reading::Tolerant) else { return false };
        let Ok(parts) = blocks.into_iter().map(salvaged).collect::<Result<Vec<_>, _>>() else { return false };
        self.parts = parts.into_iter().flatten().collect();
        true
    }

    fn take_salvaged(&mut self, bytes: &[u8]) {
        // Where nothing can be repaired there is nothing to read either.
        let _repaired = self.take_salvaged_whole(bytes);
    }

    /// Where a structure stands.
    pub(super) fn place(&self, item: &Item) -> String {
        item.line.map_or_else(|| self.name.to_owned(), |line| at_line(self.name, line))
    }

    /// Every private key, in the order of the file.
    pub(super) fn keys(&self) -> Vec<(usize, FoundKey)> {
        let found = FoundKey::in_items(self.parts.iter().map(|part| &part.item)).enumerate();
        found.filter_map(|(index, key)| Some((index, key?))).collect()
    }

    /// Every certificate, read or refused.
    pub(super) fn certificates(&self) -> Vec<(usize, Result<Certificate, Error>)> {
        let parts = self.parts.iter().enumerate();
        let certificates = parts.filter(|(_, part)| part.item.kind == Kind::Certificate);
        certificates.map(|(index, part)| (index, Certificate::from_der(&part.item.der))).collect()
    }

    pub(super) fn holds(&self, kind: Kind) -> bool {
        self.parts.iter().any(|part| part.item.kind == kind)
    }

    /// What it holds, for a message.
    pub(super) fn contents(&self) -> String {
        match self.parts.first() {
            Some(part) => part.item.kind.to_string(),
            None => "no PEM block that can be read".to_owned(),
        }
    }
}

fn part(item: Item, faults: &[Finding]) -> Part {
    Part { item, faults: faults.to_vec() }
}

/// The contents of a repaired block, if they are complete. Its lines are those of another text.
fn salvaged(block: Block) -> Result<Vec<Part>, Error> {
    let encrypted = !block.headers().is_empty();
    if !encrypted {
        der::first("a repaired block", block.contents())?;
    }
    let items = container::from_block(block)?;
    Ok(items.into_iter().map(|item| Part { item: Item { line: None, ..item }, faults: Vec::new() }).collect())
}

fn damage(refused: &Unreadable, text: &fault::Text<'_>, name: &str) -> Finding {
    let line = match refused.error() {
        Error::Pem { line, .. } => *line,
        _ => refused.lines().0,
    };
    text.fault(refused.error()).at(at_line(name, line))
}

pub(super) fn at_line(name: &str, line: usize) -> String {
    format!("{name}{LINE}{line}")
}

const LINE: &str = ", line ";

/// The line in a finding's place, 0 for a whole file.
pub(super) fn line_of(finding: &Finding) -> usize {
    let line = finding.place.as_deref().and_then(|place| place.rsplit_once(LINE));
    line.and_then(|(_, line)| line.parse().ok()).unwrap_or(0)
}

/// The file in a finding's place.
pub(super) fn file_of(finding: &Finding) -> Option<&str> {
    let place = finding.place.as_deref()?;
    Some(place.rsplit_once(LINE).map_or(place, |(file, _)| file))
}

/// What people suspect, and what is no cause.
fn remarks(bytes: &[u8]) -> Vec<Finding> {
    let crlf = bytes.windows(2).any(|two| two == b"\r\n");
    let mark = bytes.starts_with(&[0xef, 0xbb, 0xbf]);
    let unended = !matches!(bytes.last(), Some(b'\n' | b'\r'));
    let all = [
        (crlf, "pem-crlf", "the lines end in CR LF, as on Windows; that is no cause, OpenSSL reads it"),
        (
            mark,
            "pem-byte-order-mark",
            "a UTF-8 byte order mark comes first; OpenSSL reads it, some others do not",
        ),
        (
            unended,
            "pem-no-final-newline",
            "the last line has no line end; append nothing to this file as it is",
        ),
    ];
    all.into_iter().filter(|(seen, ..)| *seen).map(|(_, rule, message)| info(rule, message)).collect()
}
