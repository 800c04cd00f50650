//! The certificates of a file, by the keys that they certify.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::container::{Item, Kind, Unread};
use crate::key::{Identity, PublicKey};

/// How many subjects are listed with a key. A file may have one key, and one certificate, ten thousand times: each
/// with all of the others, they would be a hundred million.
const MOST_LISTED: usize = 8;

/// How many characters of a subject are repeated with a key, which a subject may have a million of.
const LONGEST: usize = 256;

/// The certificates of a file, which are looked at when the first plain key asks for its own.
pub(super) struct Certified<'a> {
    parts: &'a [Result<Item, Unread>],
    by_key: OnceCell<HashMap<Identity, Subjects>>,
}

/// Whom the certificates of one key are about.
#[derive(Clone, Default)]
pub(super) struct Subjects {
    /// Those of the first few, in the order of the file.
    pub(super) first: Vec<String>,
    /// How many certificates there are.
    pub(super) count: usize,
}

impl Subjects {
    fn add(&mut self, certificate: &Certificate) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_LISTED {
            self.first.push(shortened(&certificate.subject().to_string()));
        }
    }
}

impl<'a> Certified<'a> {
    pub(super) fn new(parts: &'a [Result<Item, Unread>]) -> Self {
        Self { parts, by_key: OnceCell::new() }
    }

    pub(super) fn with(&self, key: &PublicKey) -> Subjects {
        self.by_key.get_or_init(|| by_key(self.parts)).get(&key.identity()).cloned().unwrap_or_default()
    }
}

fn by_key(parts: &[Result<Item, Unread>]) -> HashMap<Identity, Subjects> {
    let mut by_key: HashMap<_, Subjects> = HashMap::new();
    for item in parts.iter().flatten().filter(|item| item.kind == Kind::Certificate) {
        if let Ok(certificate) = Certificate::from_der(&item.der) {
            by_key.entry(certificate.public_key().identity()).or_default().add(&certificate);
        }
    }
    by_key
}

fn shortened(subject: &str) -> String {
    match subject.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", subject.get(..end).unwrap_or_default()),
        None => subject.to_owned(),
    }
}
