//! What is wrong with a key, a certificate, a chain and a truststore, and the files that would be right.
//!
//! curl has one message for many faults, `(58) unable to set private key file: '…' type PEM`. [`examine`] tells them
//! apart. Which faults are causes, and which only look like one, was measured with curl 7.88 and OpenSSL 3.0;
//! `docs/doctor.md` lists them all.
//!
//! ```
//! use certwright::doctor::{Case, File, examine};
//! use certwright::{KeyType, PrivateKey, Format, Timestamp};
//!
//! let pem = PrivateKey::generate(KeyType::EcdsaP256)?.danger_plain_pem(Format::Pkcs8)?;
//! let indented: String = pem.lines().map(|line| format!("  {line}\n")).collect();
//!
//! let diagnosis = examine(&Case::at(Timestamp::now()).key(File::new("private.pem", indented.as_bytes())));
//! assert_eq!(diagnosis.findings[0].rule, "pem-indented");
//! assert_eq!(diagnosis.mends[0].name(), "private.pem");
//! assert_eq!(diagnosis.mends[0].contents(), pem.as_bytes());
//! # Ok::<(), certwright::Error>(())
//! ```

mod archive;
mod around;
mod certificate;
mod client;
mod ends;
mod fault;
mod key;
mod mend;
mod near;
mod opening;
mod order;
mod pair;
mod plain;
mod presented;
mod reader;
mod refusal;
mod salvage;
mod sheet;
mod store;
mod strays;
mod strength;
mod unread;
mod writing;

pub use mend::Mend;

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::key::KdfLimits;
use crate::secret::Passphrase;
use crate::timestamp::Timestamp;
use crate::truststore::Rules;

use archive::Role;
use certificate::CertificateFile;
use key::KeyFile;
use opening::Opener;
use sheet::Sheet;
use unread::Unread;

/// Where what is said here about curl comes from.
const MEASURED: &str = "measured: curl 7.88 with OpenSSL 3.0";

/// A file by its name, and what is in it. Nothing here reads files.
#[derive(Clone, Copy)]
pub struct File<'a> {
    name: &'a str,
    contents: Result<&'a [u8], Unread<'a>>,
}

impl<'a> File<'a> {
    /// A file with these contents.
    #[must_use]
    pub const fn new(name: &'a str, contents: &'a [u8]) -> Self {
        Self { name, contents: Ok(contents) }
    }

    /// A file that could not be read, for this reason.
    #[must_use]
    pub const fn unreadable(name: &'a str, reason: &'a str) -> Self {
        Self { name, contents: Err(Unread::Unreadable(reason)) }
    }

    /// A file that [`read`](crate::file::read) refuses, with this error.
    #[must_use]
    pub const fn refused(name: &'a str, error: &'a Error) -> Self {
        Self { name, contents: Err(Unread::Refused(error)) }
    }
}

impl std::fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The contents may be a private key.
        f.debug_tuple("File").field(&self.name).field(&self.contents.map(<[u8]>::len)).finish()
    }
}

/// The passphrase that the program which fails is given.
#[derive(Clone, Copy, Debug, Default)]
pub enum Given<'a> {
    /// None at all.
    #[default]
    Nothing,
    /// One without a single character.
    Empty,
    /// This one.
    Passphrase(&'a Passphrase),
}

impl<'a> Given<'a> {
    fn passphrase(self) -> Option<&'a Passphrase> {
        match self {
            Self::Nothing | Self::Empty => None,
            Self::Passphrase(passphrase) => Some(passphrase),
        }
    }
}

impl<'a> From<Option<&'a Passphrase>> for Given<'a> {
    fn from(passphrase: Option<&'a Passphrase>) -> Self {
        passphrase.map_or(Self::Nothing, Self::Passphrase)
    }
}

/// The files that do not work together, each as it is given to the program that fails.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Case<'a> {
    key: Option<File<'a>>,
    certificate: Option<File<'a>>,
    chain: Option<File<'a>>,
    truststore: Option<File<'a>>,
    rules: Option<&'a Rules>,
    passphrase: Given<'a>,
    limits: KdfLimits,
    at: Timestamp,
}

impl<'a> Case<'a> {
    /// No file yet, looked at as of this moment.
    pub const fn at(at: Timestamp) -> Self {
        Self {
            key: None,
            certificate: None,
            chain: None,
            truststore: None,
            rules: None,
            passphrase: Given::Nothing,
            limits: KdfLimits::USUAL,
            at,
        }
    }

    /// The private key: curl's `--key`. Where it is not given, curl looks for the key in the file of the certificate.
    pub const fn key(mut self, file: File<'a>) -> Self {
        self.key = Some(file);
        self
    }

    /// The certificate, with its intermediates: curl's `--cert`.
    pub const fn certificate(mut self, file: File<'a>) -> Self {
        self.certificate = Some(file);
        self
    }

    /// The certificates above it that the certificate file should have had.
    pub const fn chain(mut self, file: File<'a>) -> Self {
        self.chain = Some(file);
        self
    }

    /// The certificates by which the other side decides.
    pub const fn truststore(mut self, file: File<'a>) -> Self {
        self.truststore = Some(file);
        self
    }

    /// The rules of the other side; those that hold for everybody where none are given.
    pub const fn rules(mut self, rules: &'a Rules) -> Self {
        self.rules = Some(rules);
        self
    }

    /// The passphrase of the key: curl's `--pass`.
    pub fn passphrase(mut self, passphrase: impl Into<Given<'a>>) -> Self {
        self.passphrase = passphrase.into();
        self
    }

    /// How much work the files may ask for before something in them is opened; else the default.
    pub const fn limits(mut self, limits: KdfLimits) -> Self {
        self.limits = limits;
        self
    }
}

/// What is wrong, and what would be right.
#[derive(Debug)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The causes, those of error grade first. Each says what to do about it.
    pub findings: Vec<Finding>,
    /// Files to use instead of those given. A file that has no mend here is fine, or needs a person.
    pub mends: Vec<Mend>,
}

impl Diagnosis {
    /// Whether nothing was found that keeps the files from working.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        !self.findings.iter().any(Finding::is_error)
    }

    /// Whether something was not looked at, which says nothing about OpenSSL: the private key could not be opened here
    /// ([`is_key_judged`](Self::is_key_judged)), or a file is too large.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| [opening::NOT_UNDERSTOOD, unread::TOO_LARGE].contains(&finding.rule))
    }

    /// False where the private key could not be opened here: whether it is the certificate's, and whether the passphrase
    /// is right, is not known then.
    #[must_use]
    pub fn is_key_judged(&self) -> bool {
        !self.findings.iter().any(|finding| finding.rule == opening::NOT_UNDERSTOOD)
    }
}

/// Looks at the files, one by one and then together.
///
/// Not looked at: revocation, the names in a server's certificate, and file permissions. A private key is opened with
/// the passphrase given, else with the empty one, so this takes as long as the key's encryption asks for, twice or four
/// times; where that is little, what is nearly the passphrase is tried, too, and with it some more keys of the file.
#[must_use]
pub fn examine<'a>(case: &Case<'a>) -> Diagnosis {
    let mut findings = Vec::new();
    let mut read = |file: Option<File<'a>>| file.and_then(|file| Sheet::read(file, &mut findings));
    let opener = Opener { given: case.passphrase, limits: case.limits };
    let unpacked = |role| move |sheet| archive::unpacked(sheet, opener, role);
    let (own, others) = (unpacked(Role::Key), unpacked(Role::Certificate));
    let (mut key, mut certificate) = (read(case.key).map(own), read(case.certificate).map(others));
    // What else is wrong with them is judged as if they were given rightly.
    let swapped = match (&mut key, &mut certificate) {
        (Some(key), Some(certificate)) if pair::are_swapped(key, certificate) => {
            std::mem::swap(key, certificate);
            Some(pair::swapped(certificate.name))
        }
        _ => None,
    };
    let (chain, truststore) = (read(case.chain).map(others), read(case.truststore));
    let mut key = match case.key {
        Some(_) => key.map(|sheet| KeyFile::new(sheet, opener)),
        None => {
            let sheet = read(case.certificate).map(others);
            sheet.map(|sheet| KeyFile::of_certificate(sheet, opener))
        }
    };
    let mut certificate = certificate.map(|sheet| CertificateFile::new(sheet, case.at));
    let mut chain = chain.map(|sheet| store::CertificatesFile::new(sheet, case.at));
    let everybody = Rules::none();
    let rules = case.rules.unwrap_or(&everybody);
    let mut truststore =
        truststore.map(|sheet| store::CertificatesFile::store(sheet, rules, opener, case.at));
    if let (Some(key), Some(certificate)) = (&mut key, &mut certificate) {
        key.findings.extend(swapped);
        key.pair(certificate, chain.as_ref());
    }
    if let Some(certificate) = &mut certificate {
        let bag = chain.as_ref().map(store::CertificatesFile::certificates).unwrap_or_default();
        let reader = truststore.as_ref().and_then(|store| store.reader(rules, case.at));
        certificate.put_in_order(bag, reader.as_ref());
    }
    if let Some(chain) = &mut chain {
        chain.as_chain_of(certificate.as_ref());
    }
    if let Some(truststore) = &mut truststore {
        let above = chain.as_ref().map(store::CertificatesFile::certificates).unwrap_or_default();
        truststore.as_truststore(certificate.as_mut(), above, rules, case.at);
    }
    let mends =
        mend::all(key.as_ref(), certificate.as_ref(), chain.as_ref(), truststore.as_ref(), case.passphrase);
    findings.extend(key.into_iter().flat_map(|file| file.findings));
    findings.extend(certificate.into_iter().flat_map(|file| file.findings));
    findings.extend(chain.into_iter().chain(truststore).flat_map(|file| file.findings));
    Diagnosis { findings: arranged(findings), mends }
}

/// A truststore's file, as its reader loads it.
#[derive(Debug)]
#[non_exhaustive]
pub struct StoreFile {
    /// The certificates in it, those too that the reader does not find.
    pub certificates: Vec<Certificate>,
    /// What keeps the reader from loading all of them, and private keys, the worst first. What its rules say about the
    /// certificates is left to [`Truststore::check`](crate::truststore::Truststore::check).
    pub findings: Vec<Finding>,
}

/// Reads one file of a truststore. A passphrase is needed for PKCS#12 alone.
#[must_use]
pub fn store_file<'a>(
    file: File<'_>,
    rules: &Rules,
    passphrase: impl Into<Given<'a>>,
    at: Timestamp,
) -> StoreFile {
    let opener = Opener { given: passphrase.into(), limits: KdfLimits::default() };
    let mut findings = Vec::new();
    let read = Sheet::read(file, &mut findings)
        .map(|sheet| store::CertificatesFile::store(sheet, rules, opener, at));
    let certificates = read.as_ref().map(|file| file.certificates().to_vec()).unwrap_or_default();
    findings.extend(read.into_iter().flat_map(|file| file.findings));
    StoreFile { certificates, findings: arranged(findings) }
}

/// The worst first; one fault of writing a file, at its first line, since one mend mends them all; and what two of
/// the files say alike, because they are one file, once.
fn arranged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), sheet::line_of(finding)));
    let mut said = HashSet::new();
    findings.retain(|finding| said.insert(subject(finding)));
    findings
}

/// What a finding is about: two about the same say nothing new.
fn subject(finding: &Finding) -> (&'static str, Option<String>, Option<String>) {
    match finding.rule.starts_with("pem-") {
        true => (finding.rule, sheet::file_of(finding).map(ToOwned::to_owned), None),
        false => (finding.rule, finding.place.clone(), Some(finding.message.clone())),
    }
}

fn error(rule: &'static str, message: impl Into<String>) -> Finding {
    Finding::new(rule, Severity::Error, MEASURED, message)
}

fn info(rule: &'static str, message: impl Into<String>) -> Finding {
    Finding::new(rule, Severity::Info, MEASURED, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_contents() {
        let key = "-----BEGIN PRIVATE KEY-----\n  c2VjcmV0\n -----END PRIVATE KEY-----\n";
        let case = Case::at(Timestamp::NO_EXPIRY).key(File::new("private.pem", key.as_bytes()));
        let text = format!("{case:?} {:?}", examine(&case));
        assert!(
            text.contains("private.pem") && !text.contains("c2VjcmV0") && !text.contains("115"),
            "{text}"
        );
    }
}
