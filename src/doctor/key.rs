//! The private key, by itself and beside its certificate.

use crate::container::Kind;
use crate::finding::{Finding, Severity};
use crate::key::{Algorithm, EncryptionScheme, Format, FoundKey, PrivateKey, PublicKey};

use super::archive::Archive;
use super::certificate::CertificateFile;
use super::opening::{self, Opener, closed, damaged, under_nothing};
use super::pair::{self, MOST_OTHERS};
use super::sheet::{Form, Sheet};
use super::{error, info};

/// The file with the private key.
pub(super) struct KeyFile<'a> {
    pub(super) sheet: Sheet<'a>,
    pub(super) findings: Vec<Finding>,
    /// The part that OpenSSL takes: the first private key.
    pub(super) index: Option<usize>,
    /// The key, where it opens.
    pub(super) opened: Option<PrivateKey>,
    /// Whether it opens with the empty passphrase.
    pub(super) blank: bool,
    pub(super) scheme: Option<EncryptionScheme>,
    pub(super) opener: Opener<'a>,
    /// Whether it was given as the key's.
    apart: bool,
    /// Whether something is wrong that a new file does away with.
    pub(super) mendable: bool,
    /// Whether it is the certificate's.
    pub(super) paired: bool,
}

impl<'a> KeyFile<'a> {
    pub(super) fn new(sheet: Sheet<'a>, opener: Opener<'a>) -> Self {
        Self::read(sheet, opener, true)
    }

    /// The certificate's file, in which curl looks for the key where it is given no other.
    pub(super) fn of_certificate(sheet: Sheet<'a>, opener: Opener<'a>) -> Self {
        Self::read(sheet, opener, false)
    }

    fn read(sheet: Sheet<'a>, opener: Opener<'a>, apart: bool) -> Self {
        let findings = sheet.remarks.clone();
        let keys = sheet.keys();
        let (index, opened, scheme) = (None, None, None);
        let (blank, mendable, paired) = (false, false, false);
        let mut file =
            Self { sheet, findings, index, opened, blank, scheme, opener, apart, mendable, paired };
        let taken = file.taken(&keys);
        let seen = taken.is_some_and(|(index, _)| file.sheet.parts.get(*index).is_some_and(|part| part.seen));
        let damage = file.sheet.damage.iter().map(|finding| weighed(finding, seen));
        file.findings.extend(damage);
        match taken {
            Some((index, found)) => {
                file.take(*index, found);
                file.name_others(&keys);
            }
            None if !file.sheet.damage.is_empty() => {}
            None if apart => file.findings.push(no_key(&file.sheet)),
            None => file.findings.extend(not_given(&file.sheet)),
        }
        file
    }

    /// The key that OpenSSL takes: the first that it reads. What is damaged, or encrypted in a way that it does not
    /// know, it passes over, if another one follows.
    fn taken<'k>(&mut self, keys: &'k [(usize, FoundKey)]) -> Option<&'k (usize, FoundKey)> {
        let seen = |index: usize| self.sheet.parts.get(index).is_some_and(|part| part.seen);
        let read = keys.iter().filter(|(index, _)| seen(*index)).take(MOST_OTHERS);
        let passed = |found: &FoundKey| damaged(found).or_else(|| opening::unknown(found, self.opener.given));
        let read: Vec<_> = read.map(|key| (key, passed(&key.1))).collect();
        let Some((whole, _)) = read.iter().find(|(_, passed)| passed.is_none()) else {
            return read.first().map(|(key, _)| *key).or_else(|| keys.first());
        };
        let whole = *whole;
        for ((index, _), finding) in read.into_iter().map_while(|(key, passed)| Some((key, passed?))) {
            self.index = Some(*index);
            self.note(Finding { severity: Severity::Warning, ..finding });
        }
        Some(whole)
    }

    fn take(&mut self, index: usize, found: &FoundKey) {
        self.index = Some(index);
        self.scheme = found.scheme().cloned();
        self.judge_encryption();
        self.open(found);
        self.judge_writing(index);
        let is_whole = !self.findings.iter().any(|finding| finding.rule == "key-damaged");
        self.mendable =
            is_whole && self.findings.iter().any(|finding| finding.is_error() && is_mendable(finding.rule));
    }

    /// Notes a fault that a new file does away with.
    pub(super) fn note(&mut self, finding: Finding) {
        let place = self.index.and_then(|index| self.sheet.parts.get(index));
        let place = place.map_or_else(|| self.sheet.name.to_owned(), |part| self.sheet.place(&part.item));
        self.findings.push(finding.at(place));
    }

    fn judge_writing(&mut self, index: usize) {
        let Some(part) = self.sheet.parts.get(index) else { return };
        let (faults, label) = (part.faults.clone(), self.misleading_label(index));
        match (part.seen, faults.is_empty()) {
            (false, true) => self.findings.extend(self.sheet.obstacle(index).iter().cloned()),
            _ => self.findings.extend(faults),
        }
        if let Some(finding) = label {
            self.note(finding);
        }
        if let Some(archive) = &self.sheet.archive {
            let message = format!("the key is in a PKCS#12 file, and PEM is expected: {}", archive.mend());
            // In the certificate's file, that is said of the certificate.
            if self.apart {
                self.note(error("key-is-pkcs12", message));
            }
            return;
        }
        if self.sheet.form == Form::Der {
            let message = match self.scheme {
                None => {
                    "the key is in DER, and curl expects PEM: convert it (`certwright key convert FILE --to pkcs8 --plain \
                     --out NEW`), or say `--key-type DER`"
                }
                Some(_) => {
                    "the key is in DER, and curl reads encrypted keys in PEM only: convert it (`certwright key convert \
                     FILE --to pkcs8 --out NEW`)"
                }
            };
            self.note(error("key-der", message));
        }
        if self.sheet.holds(Kind::Certificate) {
            let message = "key and certificate stand in one file; that is no cause, curl finds each of them";
            self.findings.push(info("key-with-certificate", message).at(self.sheet.name));
        }
    }

    /// What is wrong with the label of the key's block, under which OpenSSL looks for something else.
    fn misleading_label(&self, index: usize) -> Option<Finding> {
        let item = &self.sheet.parts.get(index)?.item;
        let label = item.label.clone()?.to_ascii_uppercase();
        let algorithm = self.opened.as_ref().map(|key| key.public_key().algorithm());
        let rsa = matches!(algorithm, Some(Algorithm::Rsa { .. }));
        let sealed = !item.headers.is_empty() && self.scheme.is_some();
        let fits = match (label.as_str(), item.kind) {
            // Encrypted as a whole: only the label says what is inside.
            (label, _) if sealed => self.inner_label().is_none_or(|inner| inner == label),
            _ if !item.headers.is_empty() => true,
            ("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY", Kind::Pkcs8) => true,
            ("ENCRYPTED PRIVATE KEY", Kind::EncryptedPkcs8) => true,
            ("RSA PRIVATE KEY", Kind::Pkcs8) => algorithm.is_none() || rsa,
            ("EC PRIVATE KEY", Kind::Pkcs8) => !rsa,
            ("RSA PRIVATE KEY", Kind::Pkcs1) | ("EC PRIVATE KEY", Kind::Sec1) => true,
            (_, Kind::Unknown) => true,
            _ => false,
        };
        let contents = match self.inner_label() {
            Some(inner) if sealed => format!("an encrypted {inner}"),
            _ => item.kind.to_string(),
        };
        let message = format!(
            "the label says {label:?} and the contents are {contents}: OpenSSL believes the label. Give it the right one"
        );
        (!fits).then(|| error("key-label", message))
    }

    /// The label under which the key, opened, stands in its own form.
    fn inner_label(&self) -> Option<&'static str> {
        let key = self.opened.as_ref()?;
        let forms = [(Format::Pkcs1, "RSA PRIVATE KEY"), (Format::Sec1, "EC PRIVATE KEY")];
        forms.into_iter().find(|(format, _)| key.danger_plain_der(*format).is_ok()).map(|(_, label)| label)
    }

    /// Whether the label of the block has to be another one.
    pub(super) fn is_mislabelled(&self) -> bool {
        self.findings.iter().any(|finding| finding.rule == "key-label")
    }

    fn judge_encryption(&mut self) {
        if let Some(refused) = self.scheme.as_ref().and_then(opening::refused) {
            self.note(refused);
        }
    }

    fn open(&mut self, found: &FoundKey) {
        match self.opener.unlocked(found) {
            Ok((key, blank)) => {
                let strange = key.strange().map(opening::strange);
                (self.opened, self.blank) = (Some(key), blank);
                if blank {
                    self.note(under_nothing(self.opener.given));
                } else if found.scheme().is_some()
                    && let Some(unfit) = opening::unfit(self.opener.given)
                {
                    self.note(unfit);
                }
                if let Some(strange) = strange {
                    self.note(strange);
                }
            }
            Err(refused) => self.note(closed(refused.without_place(), self.opener.given, found)),
        }
    }

    fn name_others(&mut self, keys: &[(usize, FoundKey)]) {
        if keys.len() > 1 {
            let others = keys.iter().filter(|(index, _)| Some(*index) != self.index);
            const FEW: usize = 4;
            let lines: Vec<_> = others.filter_map(|(_, key)| key.line()).collect();
            let few: Vec<_> = lines.iter().take(FEW).map(usize::to_string).collect();
            let others = match (few.as_slice(), lines.len()) {
                ([], _) => "the others".to_owned(),
                ([line], _) => format!("the one at line {line}"),
                (few, count) if count > FEW => format!("those at the lines {} and below", few.join(", ")),
                (few, _) => format!("those at the lines {}", few.join(", ")),
            };
            let message = format!(
                "the file holds {} private keys: the first that can be read is taken, not {others}",
                keys.len()
            );
            self.note(info("key-first", message));
        }
    }

    /// The public part, where the key opens.
    pub(super) fn public_key(&self) -> Option<&PublicKey> {
        self.opened.as_ref().map(PrivateKey::public_key)
    }

    /// Whether the certificate's file has the key, or may have had it.
    pub(super) fn is_within(&self, certificate: &CertificateFile<'_>) -> bool {
        self.sheet.name == certificate.sheet.name && (self.index.is_some() || self.sheet.lacks_key())
    }

    /// Whether a better file can be written.
    pub(super) fn is_mendable(&self) -> bool {
        self.mendable && !self.is_beyond_mending()
    }

    /// Whether a new file would fail as this one does, or perhaps lack the key that the certificate was issued for.
    pub(super) fn is_beyond_mending(&self) -> bool {
        self.findings.iter().any(stays) || self.sheet.lacks_key() && !self.paired
    }
}

/// A damaged block is no cause where OpenSSL reads a key all the same.
fn weighed(damage: &Finding, seen: bool) -> Finding {
    let mut finding = damage.clone();
    if seen {
        finding.severity = Severity::Warning;
    }
    finding
}

/// Whether a new file helps: not against a passphrase that is wrong, nor against what stays.
fn is_mendable(rule: &str) -> bool {
    !rule.starts_with("key-passphrase-") && !STAYING.contains(&rule)
}

/// Keys whose contents are damaged or not understood, and what only a person can change.
const STAYING: [&str; 5] =
    ["key-damaged", "key-derivation-limit", "key-openssh", opening::UNFIT, opening::VERSION];

/// Whether a new file with the same key would fail as this one does.
fn stays(finding: &Finding) -> bool {
    finding.is_error() && (STAYING.contains(&finding.rule) || pair::is_no_pair(finding))
}

/// What is there in place of a key.
fn no_key(sheet: &Sheet<'_>) -> Finding {
    let archive = sheet.archive.as_ref().map(Archive::mend);
    let (rule, mend) = match sheet.parts.first().map(|part| part.item.kind) {
        Some(Kind::Certificate) => ("key-is-certificate", "give the private key that belongs to it"),
        Some(Kind::PublicKey) => ("key-is-public-key", "give the private key that it was made from"),
        Some(Kind::Request) => ("key-is-request", "give the private key that signed it"),
        Some(Kind::Pkcs12) => ("key-is-pkcs12", archive.as_deref().unwrap_or("give the key in PEM")),
        _ => ("key-absent", "give the file with the private key"),
    };
    let message = format!("the key file holds {} and no private key: {mend}", sheet.contents());
    let place = sheet.parts.first().map_or_else(|| sheet.name.to_owned(), |part| sheet.place(&part.item));
    error(rule, message).at(place)
}

/// What curl says where it is given certificates alone. Without a certificate it does not come as far.
fn not_given(sheet: &Sheet<'_>) -> Option<Finding> {
    let message = "no private key is in this file, and --key was not given: curl then looks for the key here, and says \
                   `unable to set private key file`. Give the key, too";
    sheet.holds(Kind::Certificate).then(|| error("key-absent", message).at(sheet.name))
}
