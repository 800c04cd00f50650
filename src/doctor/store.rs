//! Files of certificates only: the chain above the certificate, and the truststore of the other side.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::container::{Kind, Remark};
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::key::PublicKey;
use crate::timestamp::Timestamp;
use crate::truststore::{Ends, Form, PemReader, Rules, Truststore, place_in_store};

use super::certificate::{CertificateFile, Missed, dates, form, no_certificate, read};
use super::opening::Opener;
use super::order::{holder, is_root, upwards};
use super::reader::Reader;
use super::refusal::Judgement;
use super::sheet::{self, Sheet};
use super::{Given, archive, ends, error, strength};

/// A file of certificates.
pub(super) struct CertificatesFile<'a> {
    pub(super) sheet: Sheet<'a>,
    pub(super) findings: Vec<Finding>,
    pub(super) certificates: Vec<Certificate>,
    /// Those that are out of date.
    dated: Vec<(Certificate, Finding)>,
    pub(super) at: Timestamp,
    /// Whether a certificate is missing that was in the file once.
    incomplete: bool,
    /// The certificates as they should stand, where that is a better file.
    pub(super) mended: Option<Vec<Certificate>>,
}

impl<'a> CertificatesFile<'a> {
    pub(super) fn new(sheet: Sheet<'a>, at: Timestamp) -> Self {
        let (certificates, mut findings) = read(&sheet, Missed::Nothing);
        let dated = certificates.iter().filter_map(|(part, certificate)| {
            let place = sheet.parts.get(*part).map(|part| sheet.place(&part.item));
            Some((certificate.clone(), dates(certificate, at)?.at(place?)))
        });
        let dated = dated.collect();
        let certificates: Vec<_> = certificates.into_iter().map(|(_, certificate)| certificate).collect();
        if !certificates.is_empty() {
            findings.extend(form(&sheet).map(|finding| finding.at(sheet.name)));
        } else if sheet.damage.is_empty() {
            findings.push(no_certificate(&sheet));
        }
        Self { dated, ..Self::of(sheet, certificates, findings, at) }
    }

    /// A truststore, as its reader loads it.
    pub(super) fn store(sheet: Sheet<'a>, rules: &Rules, opener: Opener<'_>, at: Timestamp) -> Self {
        let (certificates, mut findings) = read(&sheet, Missed::Nothing);
        if rules.pem == PemReader::Rustls {
            findings = findings.into_iter().filter_map(as_rustls_reads).collect();
        }
        let mut certificates: Vec<_> = certificates.into_iter().map(|(_, certificate)| certificate).collect();
        let refused = rules.form_refusal(store_form(&sheet)).map(|finding| finding.at(sheet.name));
        match refused {
            _ if sheet.holds(Kind::Pkcs12) => {
                let unpacked = unpacked(&sheet, opener, &mut certificates);
                findings.extend(unpacked.into_iter().map(|finding| beside(finding, refused.as_ref())));
                findings.extend(refused);
            }
            Some(refused) => findings.push(refused),
            None if certificates.is_empty() && sheet.damage.is_empty() => {
                findings.push(no_certificate(&sheet));
            }
            None => {}
        }
        if !certificates.is_empty() {
            findings.extend(sheet.keys().first().map(|(_, key)| holds_key(&sheet, key.line())));
        }
        Self::of(sheet, certificates, findings, at)
    }

    fn of(sheet: Sheet<'a>, certificates: Vec<Certificate>, findings: Vec<Finding>, at: Timestamp) -> Self {
        let incomplete = sheet.lacks_certificate(certificates.len());
        let mendable = !certificates.is_empty() && !incomplete && findings.iter().any(Finding::is_error);
        let mended = mendable.then(|| certificates.clone());
        // A certificate out of date in a store is the reader's to judge, and most only warn.
        let dated = Vec::new();
        Self { sheet, findings, certificates, dated, at, incomplete, mended }
    }

    /// Its reader, where the store is all there.
    pub(super) fn reader(&self, rules: &Rules, at: Timestamp) -> Option<Reader<'_>> {
        let whole = !self.incomplete && !self.certificates.is_empty();
        whole.then(|| Reader::new(&self.certificates, rules, at))
    }

    pub(super) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The certificate of a key.
    pub(super) fn certifying(&self, key: &PublicKey) -> Option<&Certificate> {
        self.certificates.iter().find(|one| key.matches(one.public_key()))
    }

    /// Holds it against the certificate that it should be the chain of.
    pub(super) fn as_chain_of(&mut self, certificate: Option<&CertificateFile<'_>>) {
        let file = certificate.filter(|file| !file.path.is_empty());
        self.judge_dates(file.map(|file| file.path.as_slice()));
        if self.incomplete {
            return;
        }
        let bag: Vec<_> = self.certificates.iter().collect();
        let own = |path: &[Certificate]| -> Vec<_> {
            path.iter().filter(|one| self.certificates.contains(one)).cloned().collect()
        };
        let ordered = match file {
            // The certificate's file may have some of the way.
            Some(file) => own(&file.path),
            None => {
                let starts = bag.iter().take(MOST_STARTS).map(|start| upwards(start, &bag, self.at));
                starts.max_by_key(Vec::len).unwrap_or_default()
            }
        };
        let leaf = file.and_then(|file| file.path.first());
        // It may be above the client on a way that was not taken.
        let related = leaf.is_some_and(|leaf| !own(&upwards(leaf, &bag, self.at)).is_empty());
        let warn = |rule, message: String| {
            Finding::new(rule, Severity::Warning, "RFC 8446 section 4.4.2", message).at(self.sheet.name)
        };
        if let (Some(leaf), true, false) = (leaf, ordered.is_empty() && !related, bag.is_empty()) {
            let missing = file.and_then(|file| file.path.last()).filter(|top| !top.is_self_issued());
            let missing = missing.map(|top| format!(", or lacks the certificate of {}", top.issuer()));
            let message = format!(
                "none of its certificates certifies {}: it is another one's chain{}",
                leaf.subject(),
                missing.unwrap_or_default()
            );
            self.findings.push(warn("chain-unrelated", message));
        } else if ordered.len() == bag.len() && ordered != self.certificates {
            let message =
                "the certificates are not in order, each followed by the one that certifies it".to_owned();
            self.findings.push(warn("chain-order", message));
            self.mended = Some(ordered);
        }
        let weak: Vec<_> = certificate.into_iter().flat_map(|file| self.too_weak(file)).collect();
        self.findings.extend(weak);
    }

    /// Those on the way count; where none is known, all but those that another one replaces.
    fn judge_dates(&mut self, path: Option<&[Certificate]>) {
        if self.dated.is_empty() {
            return;
        }
        let current = self.certificates.iter().filter(|one| one.window().contains(self.at));
        let replaced: HashSet<_> = current.filter(|_| path.is_none()).map(holder).collect();
        let counts = |one: &Certificate| {
            path.map_or_else(|| !replaced.contains(&holder(one)), |path| path.contains(one))
        };
        let dated = self.dated.iter().filter(|(one, _)| counts(one)).map(|(_, finding)| finding.clone());
        let dated: Vec<_> = dated.collect();
        self.findings.extend(dated);
    }

    /// What OpenSSL would not load of the certificates that the other file should have, too.
    fn too_weak(&self, file: &CertificateFile<'_>) -> Vec<Finding> {
        let own: HashSet<_> = file.certificates.iter().map(|(_, own)| own.fingerprint()).collect();
        let appended = file.presented.iter().filter(|certificate| !own.contains(&certificate.fingerprint()));
        let weigh = |finding: Finding| Finding { severity: Severity::Warning, ..finding }.at(self.sheet.name);
        appended.flat_map(strength::faults).map(weigh).collect()
    }

    /// Holds it against the rules of its reader, and the certificate against it; `above` are certificates at hand.
    pub(super) fn as_truststore(
        &mut self,
        certificate: Option<&mut CertificateFile<'_>>,
        above: &[Certificate],
        rules: &Rules,
        at: Timestamp,
    ) {
        if self.certificates.is_empty() {
            return;
        }
        let name = self.sheet.name;
        let within = |finding: Finding| {
            let place =
                finding.place.as_ref().map_or_else(|| name.to_owned(), |place| format!("{name}, {place}"));
            finding.at(place)
        };
        let incomplete = self.incomplete;
        let mut checked = Truststore::check(&self.certificates, rules, at);
        checked.retain(|finding| !(incomplete && finding.rule == LACKS_ISSUER));
        checked = checked.into_iter().map(|finding| self.weighed(finding, rules, at)).collect();
        if checked.iter().any(|finding| finding.rule == LACKS_ISSUER) && rules.ends == Ends::AtRoots {
            self.complete(above);
        }
        let judged = certificate.filter(|file| !file.is_incomplete() && !file.certificates.is_empty());
        let judgement = match (judged, self.reader(rules, at)) {
            (Some(file), Some(reader)) => self.judge(file, above, &reader),
            _ => Judgement { let_in: false, finding: None },
        };
        if judgement.let_in && !rules.all_or_nothing {
            checked.iter_mut().filter(|finding| finding.rule == LACKS_ISSUER).for_each(spare_client);
        }
        self.findings.extend(checked.into_iter().map(within));
        self.findings.extend(judgement.finding.map(|finding| match finding.place {
            None => within(finding),
            Some(_) => finding,
        }));
    }

    /// A certificate that is no authority's and certifies itself lets in the client that it is: no fault of a store, and
    /// seldom meant.
    fn weighed(&self, finding: Finding, rules: &Rules, at: Timestamp) -> Finding {
        if finding.rule != "store-holds-authorities" || self.certificates.len() > MOST_ITSELF {
            return finding;
        }
        let itself = |one: &&Certificate| finding.place == Some(place_in_store(one)) && is_root(one);
        let let_in = |one: &Certificate| {
            Truststore::predict(&self.certificates, rules, std::slice::from_ref(one), at).is_accepted()
        };
        if !self.certificates.iter().find(itself).is_some_and(let_in) {
            return finding;
        }
        let message = format!(
            "{}, and certifies itself: it lets in the client that it is, and nobody else",
            finding.message
        );
        Finding { severity: Severity::Warning, message, ..finding }
    }

    /// Adds what certifies its certificates, up to the root, without which the reader lets nobody in.
    fn complete(&mut self, above: &[Certificate]) {
        let bag: Vec<_> = self.certificates.iter().chain(above).collect();
        let mut whole = self.certificates.clone();
        for certificate in self.certificates.iter().take(MOST_STARTS) {
            let path = upwards(certificate, &bag, self.at);
            if path.last().is_some_and(is_root) {
                let missing: Vec<_> = path.into_iter().filter(|one| !whole.contains(one)).collect();
                whole.extend(missing);
            }
        }
        if whole != self.certificates {
            self.mended = Some(whole);
        }
    }
}

/// From how many certificates of a file the way up is looked for: each may cost some hundred verifications.
const MOST_STARTS: usize = 256;

/// The most certificates of a store in which clients are looked for: each is held against the whole store.
const MOST_ITSELF: usize = 64;

/// What others are refused for, and this client is not.
fn spare_client(finding: &mut Finding) {
    finding.severity = Severity::Warning;
    finding.message.push_str("; this client is let in over another way");
}

/// The rule of stores that end without a root.
const LACKS_ISSUER: &str = "store-chain-complete";

fn store_form(sheet: &Sheet<'_>) -> Form {
    let pkcs7 = sheet.parts.iter().any(|part| part.item.irregularities.contains(&Remark::FromPkcs7));
    match sheet.form {
        _ if sheet.holds(Kind::Pkcs12) => Form::Pkcs12,
        _ if pkcs7 => Form::Pkcs7,
        sheet::Form::Der => Form::Der,
        sheet::Form::Pem => Form::Pem,
    }
}

/// The certificates of the first PKCS#12 file in it; the findings say what keeps it closed. Further ones are in no file
/// that somebody has, and would each cost the work of one.
fn unpacked(sheet: &Sheet<'_>, opener: Opener<'_>, certificates: &mut Vec<Certificate>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut parts = sheet.parts.iter().filter(|part| part.item.kind == Kind::Pkcs12);
    if let Some(part) = parts.next() {
        match archive::open(&part.item.der, opener) {
            Ok(archived) => {
                findings.extend(archived.keys.first().map(|_| holds_key(sheet, part.item.line)));
                certificates.extend(archived.certificates);
            }
            Err(refused) => {
                let message = closed(&part.item.der, refused.without_place(), opener.given);
                findings.push(error("store-closed", message).at(sheet.place(&part.item)));
            }
        }
    }
    findings.extend(parts.next().map(|part| {
        error("store-closed", "a further PKCS#12 file, which is not opened: take it apart")
            .at(sheet.place(&part.item))
    }));
    findings
}

/// Why a PKCS#12 file stays closed. Its passphrase is not curl's to give.
fn closed(der: &[u8], refused: &Error, given: Given<'_>) -> String {
    match (refused, given) {
        (Error::PassphraseMissing { scheme, .. }, Given::Nothing) => {
            format!("the PKCS#12 file is encrypted ({scheme}) and there is no passphrase: give it")
        }
        _ => archive::locked(der, refused, given)
            .map_or_else(|| format!("failed to {refused}"), |locked| locked.message),
    }
}

/// What the reader does not load in this form anyway, it is not kept from by the passphrase.
fn beside(finding: Finding, refused: Option<&Finding>) -> Finding {
    if finding.rule == "store-closed" && refused.is_some() {
        Finding { severity: Severity::Warning, ..finding }
    } else {
        finding
    }
}

fn holds_key(sheet: &Sheet<'_>, line: Option<usize>) -> Finding {
    let place = line.map_or_else(|| sheet.name.to_owned(), |line| sheet::at_line(sheet.name, line));
    let message =
        "a private key stands in the truststore, which others read: take it out, and replace that key";
    error("truststore-holds-key", message).at(place)
}

/// What rustls-pki-types reads and OpenSSL does not is no fault, and the other way round (`docs/formats.md`).
fn as_rustls_reads(finding: Finding) -> Option<Finding> {
    match finding.rule {
        "pem-carriage-return" | "pem-blank-line" => None,
        "pem-byte-order-mark" if !finding.is_error() => {
            let message = "a UTF-8 byte order mark comes first, for which the first certificate is not found: \
                           save the file without it";
            Some(Finding { severity: Severity::Error, message: message.to_owned(), ..finding })
        }
        ends::UNSEEN => {
            let message =
                "characters that are not seen stand at line ends, where base64 text has none: take them away";
            Some(Finding { severity: Severity::Error, message: message.to_owned(), ..finding })
        }
        _ => Some(finding),
    }
}
