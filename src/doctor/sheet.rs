//! One file, taken apart as far as it can be read.

use std::collections::HashSet;

use crate::certificate::{Certificate, NameCount};
use crate::container::{self, Bare, Item, Kind};
use crate::der;
use crate::error::{Error, PemFault};
use crate::finding::Finding;
use crate::key::FoundKey;
use crate::pem::{self, Block, Limits, Reading, Unreadable, Verdict};

use super::archive::Archive;
use super::ends::{self, Trimmed};
use super::{File, around, error, fault, salvage, writing};

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
    /// Whether OpenSSL reads it in the file as it stands.
    pub(super) seen: bool,
}

impl Part {
    /// The line on which it begins, 0 where that is not known.
    pub(super) fn begin(&self) -> usize {
        self.item.line.unwrap_or_default()
    }

    /// The faults at which OpenSSL gives up a file of certificates.
    pub(super) fn stopping(&self) -> impl Iterator<Item = &Finding> {
        self.faults.iter().filter(|fault| !writing::is_missing(fault, self.begin()))
    }
}

/// A file.
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) form: Form,
    pub(super) parts: Vec<Part>,
    /// About blocks that cannot be read as they stand.
    pub(super) damage: Vec<Finding>,
    /// What may have been in those of them whose contents are not among the parts.
    lost: Vec<Lost>,
    /// What is worth knowing about the whole file, and no fault.
    pub(super) remarks: Vec<Finding>,
    /// What became of a PKCS#12 file.
    pub(super) archive: Option<Archive>,
}

impl<'a> Sheet<'a> {
    /// Takes a file apart; `None` for one that is missing or empty, which is a finding.
    pub(super) fn read(file: File<'a>, findings: &mut Vec<Finding>) -> Option<Self> {
        let refuse = |finding: Finding| finding.at(file.name);
        match file.contents {
            Err(unread) => {
                findings.push(refuse(unread.finding()));
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
        let mut sheet = Self {
            name,
            form: Form::Pem,
            parts: Vec::new(),
            damage: Vec::new(),
            lost: Vec::new(),
            remarks: Vec::new(),
            archive: None,
        };
        match whole {
            Ok(items) if items.iter().all(|item| item.line.is_none()) => {
                sheet.form = Form::Der;
                sheet.parts = items.into_iter().map(|item| part(item, &[], true)).collect();
            }
            _ => match (container::foreign(bytes), container::bare(bytes)) {
                (Some(format), _) => {
                    sheet.damage.push(error("file-foreign", format!("the file is {format}")).at(name));
                }
                (None, Some(bare)) => sheet.take_bare(&bare),
                (None, None) => match whole.err().filter(|_| container::looks_like_der(bytes)) {
                    Some(refused) => sheet.take_damaged(&refused),
                    None => sheet.take_text(bytes),
                },
            },
        }
        sheet
    }

    /// DER that is not whole: as text it would be a lot of NUL bytes.
    fn take_damaged(&mut self, refused: &Error) {
        let refused = refused.without_place();
        let message = format!(
            "the file begins as DER does, and is damaged ({refused}): copy it again, as a binary file"
        );
        self.damage.push(error("der-damaged", message).at(self.name));
        self.lost.push(Lost::Anything);
    }

    /// Reads base64 text that has no boundaries, or is that of a whole file.
    fn take_bare(&mut self, bare: &Bare) {
        let (rule, mend, bytes) = match bare {
            Bare::File(bytes) | Bare::FileTwice(bytes) => ("pem-in-base64", "decode it", bytes),
            Bare::Contents(bytes) => ("pem-boundaries-missing", "put them around it", bytes),
        };
        let what = bare.describe();
        self.damage.push(error(rule, format!("the file is {what}; {mend}")).at(self.name));
        let items = container::items(bytes).unwrap_or_default();
        let unplaced = items.into_iter().map(|item| Item { line: None, ..item });
        self.parts = unplaced.map(|item| part(item, &[], false)).collect();
    }

    fn take_text(&mut self, bytes: &[u8]) {
        self.remarks.extend(around::remarks(bytes).into_iter().map(|remark| remark.at(self.name)));
        match ends::trimmed(bytes) {
            Some(Trimmed { text, remark }) => {
                self.remarks.retain(|other| other.rule != remark.rule);
                self.remarks.push(remark.at(self.name));
                self.take_pem(&text);
            }
            None => self.take_pem(bytes),
        }
    }

    fn take_pem(&mut self, bytes: &[u8]) {
        let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
        let text = fault::Text::new(bytes, &lines);
        let verdicts = match pem::verdicts(bytes, Reading::Tolerant, &Limits::default()) {
            Ok(verdicts) => verdicts,
            Err(refused) => {
                self.damage.push(text.fault(&refused).at(self.name));
                if !self.take_salvaged(bytes, &[]) {
                    self.lost.push(Lost::Anything);
                }
                return;
            }
        };
        let mut blocks = Vec::new();
        let mut lost = Vec::new();
        let ranges: Vec<_> = verdicts.iter().map(Verdict::lines).collect();
        // Behind a block whose end it does not find, OpenSSL reads nothing any more.
        let mut seen = true;
        for verdict in verdicts {
            match verdict {
                Verdict::Readable(block) => blocks.push((block, seen)),
                Verdict::Unreadable(refused) => {
                    seen &= !fault::swallows(&refused, &lines);
                    lost.push(Lost::of(&refused));
                    self.damage.push(damage(&refused, &text, self.name));
                }
            }
        }
        self.damage.dedup_by(|one, other| one.rule == other.rule);
        let blocks = self.judged(blocks, &lines);
        if self.damage.is_empty() || !self.take_salvaged(bytes, &blocks) {
            self.lost = lost;
            self.take_blocks(blocks);
        }
        if self.damage.is_empty() {
            self.find_bare(bytes, &ranges);
        }
    }

    /// A block that has lost both of its boundaries beside others that have theirs.
    fn find_bare(&mut self, bytes: &[u8], blocks: &[(usize, usize)]) {
        let pieces = around::outside(bytes, blocks);
        if let Some((line, _)) = pieces.iter().find(|(_, text)| container::bare(text).is_some()) {
            let message = "base64 text stands here without its lines of BEGIN and END: put them around it";
            self.damage.push(error("pem-boundaries-missing", message).at(at_line(self.name, *line)));
            self.lost.push(Lost::Anything);
        }
    }

    /// Each block with what keeps OpenSSL from reading it.
    fn judged(&self, blocks: Vec<(Block, bool)>, lines: &[&[u8]]) -> Vec<Judged> {
        let mut read = true;
        let judge = |(block, seen): (Block, bool)| {
            let faults = writing::faults(&block, lines, self.name);
            read &= faults.iter().all(|fault| writing::is_passed_over(fault, block.lines().0));
            Judged { seen: seen && read && faults.is_empty(), block, faults }
        };
        blocks.into_iter().map(judge).collect()
    }

    fn take_blocks(&mut self, blocks: Vec<Judged>) {
        for Judged { block, faults, seen } in blocks {
            let (line, label) = (block.lines().0, block.label().to_owned());
            let (place, behind) = (at_line(self.name, line), container::behind(&block));
            match container::from_block(block) {
                Ok(items) => {
                    self.parts.extend(items.into_iter().map(|item| part(item, &faults, seen)));
                    let hidden = writing::hidden().at(place);
                    self.parts.extend(
                        behind.into_iter().map(|item| part(item, std::slice::from_ref(&hidden), false)),
                    );
                }
                Err(refused) => {
                    self.damage.push(fault::of_contents(&refused).at(at_line(self.name, line)));
                    self.lost.push(Lost::labelled(&label));
                }
            }
        }
    }

    /// Reads the repaired text, if every block of it can be read then. What was wrong stands in `damage`; some of the
    /// blocks could be read before.
    fn take_salvaged(&mut self, bytes: &[u8], before: &[Judged]) -> bool {
        let Some(text) = salvage::text(bytes) else { return false };
        let Ok(blocks) = pem::parse(&text, Reading::Tolerant) else { return false };
        let seen: HashSet<_> = before.iter().filter(|one| one.seen).map(|one| one.block.contents()).collect();
        let parts = blocks.into_iter().map(|block| {
            let seen = seen.contains(block.contents());
            salvaged(block, seen)
        });
        let Ok(parts) = parts.collect::<Result<Vec<_>, _>>() else { return false };
        self.parts = parts.into_iter().flatten().collect();
        true
    }

    /// Whether a certificate may be missing among the parts, of which so many could be read as certificates.
    pub(super) fn lacks_certificate(&self, read: usize) -> bool {
        let found = self.parts.iter().filter(|part| part.item.kind == Kind::Certificate).count();
        found > read || self.lost.iter().any(|lost| lost.may_be(&[Kind::Certificate]))
    }

    /// Whether a private key may be missing among the parts.
    pub(super) fn lacks_key(&self) -> bool {
        self.lost.iter().any(|lost| lost.may_be(&Kind::PRIVATE_KEYS))
    }

    /// What keeps OpenSSL from coming as far as this part: the faults of one above it.
    pub(super) fn obstacle(&self, index: usize) -> &[Finding] {
        let ahead = self.parts.get(..index).unwrap_or_default();
        let stops =
            |part: &&Part| part.faults.iter().any(|fault| !writing::is_passed_over(fault, part.begin()));
        ahead.iter().find(stops).map_or(&[], |part| part.faults.as_slice())
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
        let mut names = NameCount::default();
        let mut counted = |der: &[u8]| {
            let certificate = Certificate::from_der(der)?;
            names.add(&certificate).map(|()| certificate)
        };
        certificates.map(|(index, part)| (index, counted(&part.item.der))).collect()
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

/// A block, what keeps OpenSSL from reading it, and whether it does.
struct Judged {
    block: Block,
    faults: Vec<Finding>,
    seen: bool,
}

/// What was in a block that could not be read.
enum Lost {
    Kind(Kind),
    Anything,
}

impl Lost {
    fn of(refused: &Unreadable) -> Self {
        match (refused.label(), refused.error()) {
            (Some(label), _) => Self::labelled(label),
            (None, Error::Pem { fault: PemFault::StrayEnd { label }, .. }) => Self::labelled(label),
            _ => Self::Anything,
        }
    }

    fn labelled(label: &str) -> Self {
        Kind::of_label(label).map_or(Self::Anything, Self::Kind)
    }

    fn may_be(&self, kinds: &[Kind]) -> bool {
        match self {
            Self::Kind(kind) => kinds.contains(kind),
            Self::Anything => true,
        }
    }
}

pub(super) fn part(item: Item, faults: &[Finding], seen: bool) -> Part {
    Part { item, faults: faults.to_vec(), seen }
}

/// The contents of a repaired block, if they are complete. Its lines are those of another text.
fn salvaged(block: Block, seen: bool) -> Result<Vec<Part>, Error> {
    let encrypted = !block.headers().is_empty();
    if !encrypted {
        der::first("a repaired block", block.contents())?;
    }
    let behind = container::behind(&block).into_iter().map(|item| (item, false));
    let items = container::from_block(block)?.into_iter().map(|item| (item, seen));
    Ok(items.chain(behind).map(|(item, seen)| part(Item { line: None, ..item }, &[], seen)).collect())
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
