//! The private key, by itself and beside its certificate.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::container::Kind;
use crate::finding::{Finding, Severity};
use crate::key::{Algorithm, EncryptionScheme, FoundKey, PrivateKey, PublicKey};

use super::archive::Archive;
use super::certificate::CertificateFile;
use super::opening::{self, Opener, closed, damaged, under_nothing};
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
    opener: Opener<'a>,
    /// Whether it was given as the key's.
    apart: bool,
    /// Whether something is wrong that a new file does away with.
    mendable: bool,
    /// Whether it is the certificate's.
    paired: bool,
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
    fn note(&mut self, finding: Finding) {
        let place = self.index.and_then(|index| self.sheet.parts.get(index));
        let place = place.map_or_else(|| self.sheet.name.to_owned(), |part| self.sheet.place(&part.item));
        self.findings.push(finding.at(place));
    }

    fn judge_writing(&mut self, index: usize) {
        let Some(part) = self.sheet.parts.get(index) else { return };
        let (faults, kind, label) = (part.faults.clone(), part.item.kind, self.misleading_label(index));
        self.findings.extend(faults);
        if let Some(label) = label {
            let message = format!(
                "the label says {label:?} and the contents are {kind}: OpenSSL believes the label. Give it the right one"
            );
            self.note(error("key-label", message));
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

    /// The label of the key's block, where OpenSSL looks for something else under it.
    fn misleading_label(&self, index: usize) -> Option<String> {
        let item = &self.sheet.parts.get(index)?.item;
        let label = item.label.clone()?.to_ascii_uppercase();
        let algorithm = self.opened.as_ref().map(|key| key.public_key().algorithm());
        let rsa = matches!(algorithm, Some(Algorithm::Rsa { .. }));
        let fits = match (label.as_str(), item.kind) {
            // Encrypted as a whole: only the label says what is inside.
            _ if !item.headers.is_empty() => true,
            ("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY", Kind::Pkcs8) => true,
            ("ENCRYPTED PRIVATE KEY", Kind::EncryptedPkcs8) => true,
            ("RSA PRIVATE KEY", Kind::Pkcs8) => algorithm.is_none() || rsa,
            ("EC PRIVATE KEY", Kind::Pkcs8) => !rsa,
            ("RSA PRIVATE KEY", Kind::Pkcs1) | ("EC PRIVATE KEY", Kind::Sec1) => true,
            (_, Kind::Unknown) => true,
            _ => false,
        };
        (!fits).then_some(label)
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
            let lines: Vec<_> =
                others.filter_map(|(_, key)| key.line()).map(|line| line.to_string()).collect();
            let others = match lines.as_slice() {
                [] => "the others".to_owned(),
                [line] => format!("the one at line {line}"),
                lines => format!("those at the lines {}", lines.join(", ")),
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

    /// Holds the key against the certificates.
    pub(super) fn pair(&mut self, certificate: &mut CertificateFile<'_>) {
        if self.index.is_none() && certificate.swapped_with(&self.sheet) {
            self.findings.retain(|finding| !finding.is_error());
            self.note(error(
                "files-swapped",
                "the key file holds the certificate and the certificate file the key: give them the other way round",
            ));
            return;
        }
        let Some(key) = self.public_key().cloned() else {
            if self.is_locked() {
                self.take_another(certificate);
            }
            return;
        };
        let astray = |index| certificate.client_before(index).map(|client| key_of_authority(&key, client));
        let certified = certificate.certifying(&key).map(|index| (index, astray(index)));
        match certified {
            Some((index, None)) => {
                certificate.leaf = Some(index);
                self.paired = true;
            }
            _ if self.take_another(certificate) => {}
            Some((_, Some(finding))) => self.note(finding),
            // The right one may be what cannot be read.
            None if self.sheet.lacks_key() => self.blame_damage(),
            None if certificate.is_incomplete() => {}
            None => {
                if let Some(first) = certificate.first() {
                    self.note(mismatch(&key, first));
                }
            }
        }
    }

    /// The right key may stand in the file, behind a wrong one.
    fn take_another(&mut self, certificate: &mut CertificateFile<'_>) -> bool {
        let others = self.sheet.keys().into_iter().filter(|(index, _)| Some(*index) != self.index);
        let cheap =
            |found: &FoundKey| found.scheme().is_none_or(|scheme| scheme.is_within(&opening::AT_LITTLE_COST));
        for (index, found) in others.filter(|(_, found)| cheap(found)).take(MOST_OTHERS) {
            let Ok((key, blank)) = self.opener.unlocked(&found) else { continue };
            let Some(certified) = certificate.certifying(key.public_key()) else { continue };
            if certificate.client_before(certified).is_some() || certificate.may_be_left_over(certified) {
                continue;
            }
            self.prefer(index, found.scheme().cloned(), key, blank);
            certificate.leaf = Some(certified);
            return true;
        }
        false
    }

    /// Whether the key asks for another passphrase than is given.
    fn is_locked(&self) -> bool {
        self.findings.iter().any(|finding| finding.rule.starts_with("key-passphrase-"))
    }

    /// Takes another key of the file than OpenSSL does.
    fn prefer(&mut self, index: usize, scheme: Option<EncryptionScheme>, key: PrivateKey, blank: bool) {
        match self.sheet.parts.get(index).filter(|_| Some(index) < self.index) {
            Some(part) if part.seen => self.blame_encryption(index),
            Some(part) => {
                self.findings.extend(part.faults.iter().cloned());
                self.blame_damage();
            }
            None => self.blame_first(),
        }
        (self.index, self.scheme, self.opened) = (Some(index), scheme, Some(key));
        self.blank = blank;
        if blank {
            self.note(under_nothing(self.opener.given));
        }
        (self.mendable, self.paired) = (true, true);
    }

    /// OpenSSL takes the first key, or asks for its passphrase: what else is wrong with that key matters no more.
    fn blame_first(&mut self) {
        let message = match self.opened {
            Some(_) => {
                "the first private key of the file is not that of the certificate, another one is: put that one first"
            }
            None => {
                "the first private key of the file asks for another passphrase, and the key of the certificate stands \
                 behind it: put that one first"
            }
        };
        let first = self.index.and_then(|index| self.sheet.parts.get(index));
        let place = first.map(|part| self.sheet.place(&part.item));
        let about_first = |finding: &Finding| finding.rule.starts_with("key-") && finding.place == place;
        self.findings.retain(|finding| !(finding.is_error() && about_first(finding)));
        self.note(error("key-not-first", message));
    }

    /// OpenSSL reads on over the encryption of this key, which it does not know.
    fn blame_encryption(&mut self, index: usize) {
        let place = self.sheet.parts.get(index).map(|part| self.sheet.place(&part.item));
        let about = |finding: &&mut Finding| finding.rule.starts_with("key-") && finding.place == place;
        let blamed = self.findings.iter_mut().filter(about);
        blamed.for_each(|finding| finding.severity = Severity::Error);
    }

    /// OpenSSL reads on over what is damaged, and does not find the right key there.
    fn blame_damage(&mut self) {
        let damage: HashSet<_> = self.sheet.damage.iter().map(|one| (one.rule, &one.place)).collect();
        let about = |finding: &Finding| damage.contains(&(finding.rule, &finding.place));
        let blamed = self.findings.iter_mut().filter(|finding| about(finding));
        blamed.for_each(|finding| finding.severity = Severity::Error);
    }

    /// Whether the certificate's file has the key, or may have had it.
    pub(super) fn is_within(&self, certificate: &CertificateFile<'_>) -> bool {
        self.sheet.name == certificate.sheet.name && (self.index.is_some() || self.sheet.lacks_key())
    }

    /// Whether a better file can be written.
    pub(super) fn is_mendable(&self) -> bool {
        self.mendable && !self.is_beyond_mending()
    }

    /// Whether a new file would perhaps lack the key that the certificate was issued for.
    pub(super) fn is_beyond_mending(&self) -> bool {
        self.sheet.lacks_key() && !self.paired
    }
}

/// How many more keys of a file are opened: each may cost a second.
const MOST_OTHERS: usize = 4;

/// A damaged block is no cause where OpenSSL reads a key all the same.
fn weighed(damage: &Finding, seen: bool) -> Finding {
    let mut finding = damage.clone();
    if seen {
        finding.severity = Severity::Warning;
    }
    finding
}

/// Whether a new file helps: not against a passphrase that is wrong, nor for a key whose contents are damaged or not
/// understood.
fn is_mendable(rule: &str) -> bool {
    let beyond = ["key-damaged", "key-derivation-limit", "key-openssh", opening::UNFIT, opening::VERSION];
    !rule.starts_with("key-passphrase-") && !beyond.contains(&rule)
}

fn mismatch(key: &PublicKey, certificate: &Certificate) -> Finding {
    let certified = certificate.public_key();
    error(
        "key-mismatch",
        format!(
            "the key is not that of the certificate {} (key: {}, SPKI SHA-256 {}; certificate: {}, {}): \
             find the pair that belongs together with `certwright key match KEY CERT`",
            certificate.subject(),
            key.algorithm(),
            key.fingerprint(),
            certified.algorithm(),
            certified.fingerprint(),
        ),
    )
}

/// The key of an issuer beside its client's certificate.
fn key_of_authority(key: &PublicKey, client: &Certificate) -> Finding {
    error(
        "key-mismatch",
        format!(
            "the key (SPKI SHA-256 {}) is that of an authority in the file, and the certificate is that of {}: give \
             the key that {} was issued for; an authority's key belongs on no client",
            key.fingerprint(),
            client.subject(),
            client.subject(),
        ),
    )
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
