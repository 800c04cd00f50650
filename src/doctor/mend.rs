//! The files that would be right.

use std::fmt;

use crate::certificate::Certificate;
use crate::chain;
use crate::container::{Item, Kind};
use crate::file::Access;
use crate::key::{Format, PrivateKey};
use crate::secret::{Passphrase, Zeroizing};

use super::Given;
use super::certificate::CertificateFile;
use super::key::KeyFile;
use super::pair::is_no_pair;
use super::salvage::rewrapped;
use super::sheet::{Form, Sheet};
use super::store::CertificatesFile;

/// A file to use instead of one that was given: wiped from memory on drop.
pub struct Mend {
    name: String,
    replaces: String,
    contents: Zeroizing<Vec<u8>>,
    access: Access,
}

impl Mend {
    /// A name for the file, without folders; no two mends of a diagnosis share one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file that it replaces, by the name it was given under.
    #[must_use]
    pub fn replaces(&self) -> &str {
        &self.replaces
    }

    /// What the file has to contain.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// Who may read it: the owner alone, where a private key is in it.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }
}

impl fmt::Debug for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, replaces, contents, access } = self;
        f.debug_struct("Mend")
            .field("name", name)
            .field("replaces", replaces)
            .field("contents", &format_args!("{} bytes", contents.len()))
            .field("access", access)
            .finish()
    }
}

/// Mends for every file that has one.
pub(super) fn all(
    key: Option<&KeyFile<'_>>,
    certificate: Option<&CertificateFile<'_>>,
    chain: Option<&CertificatesFile<'_>>,
    truststore: Option<&CertificatesFile<'_>>,
    given: Given<'_>,
) -> Vec<Mend> {
    let mut mends = Mends(Vec::new());
    match (key, certificate) {
        (Some(key), Some(certificate)) if key.is_within(certificate) => {
            mends.both(key, certificate, given);
        }
        _ => {
            if let Some(file) = key {
                mends.key(file, given);
            }
            let is_pair = !key.is_some_and(|key| key.findings.iter().any(is_no_pair));
            if let Some(file) = certificate.filter(|_| is_pair) {
                mends.certificate(file);
            }
        }
    }
    for file in chain.into_iter().chain(truststore) {
        if let Some(certificates) = &file.mended {
            mends.add(&file.sheet, "certificates", &chain::to_pem(certificates), Access::Everyone);
        }
    }
    mends.0
}

struct Mends(Vec<Mend>);

impl Mends {
    /// Key and certificate in one file.
    fn both(&mut self, key: &KeyFile<'_>, certificate: &CertificateFile<'_>, given: Given<'_>) {
        let wanted = key.is_mendable() || certificate.is_mendable();
        if !wanted || key.is_beyond_mending() || certificate.is_beyond_mending() {
            return;
        }
        let Some(pem) = key_pem(key, given) else { return };
        let whole = Zeroizing::new([certificates_pem(certificate).as_str(), &pem].concat());
        self.add(&key.sheet, "pair", &whole, Access::Owner);
    }

    fn key(&mut self, file: &KeyFile<'_>, given: Given<'_>) {
        if let Some(pem) = file.is_mendable().then(|| key_pem(file, given)).flatten() {
            let others =
                file.sheet.certificates().into_iter().filter_map(|(_, certificate)| certificate.ok());
            let certificates = chain::to_pem(&others.collect::<Vec<_>>());
            let whole = Zeroizing::new([pem.as_str(), &certificates].concat());
            self.add(&file.sheet, "key", &whole, Access::Owner);
        }
    }

    fn certificate(&mut self, file: &CertificateFile<'_>) {
        if !file.is_mendable() {
            return;
        }
        let keys: Vec<_> = file.sheet.keys().into_iter().map(|(index, _)| index).collect();
        let access = if keys.is_empty() { Access::Everyone } else { Access::Owner };
        let parts = keys.into_iter().filter_map(|index| file.sheet.parts.get(index));
        let keys: Vec<_> = parts.map(|part| wrapped(&part.item)).collect();
        let certificates = certificates_pem(file);
        // All of them at once: a text that grew would be copied, and wiped, for every key.
        let blocks: Vec<_> =
            std::iter::once(certificates.as_str()).chain(keys.iter().map(|key| key.as_str())).collect();
        self.add(&file.sheet, "certificate", &Zeroizing::new(blocks.concat()), access);
    }

    /// One mend a file, each under a name of its own.
    fn add(&mut self, sheet: &Sheet<'_>, role: &str, text: &str, access: Access) {
        if self.0.iter().any(|mend| mend.replaces == sheet.name) {
            return;
        }
        let mut name = file_name(sheet);
        while self.0.iter().any(|mend| mend.name == name) {
            name = format!("{role}-{name}");
        }
        let contents = Zeroizing::new(text.as_bytes().to_vec());
        self.0.push(Mend { name, replaces: sheet.name.to_owned(), contents, access });
    }
}

/// The name without folders; `.pem` instead of what says DER.
fn file_name(sheet: &Sheet<'_>) -> String {
    let name = sheet.name.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or("file");
    match name.rsplit_once('.') {
        Some((stem, end))
            if matches!(end.to_ascii_lowercase().as_str(), "der" | "p7b" | "p7c" | "p7" | "p12" | "pfx") =>
        {
            format!("{stem}.pem")
        }
        None if sheet.form == Form::Der => format!("{name}.pem"),
        _ => name.to_owned(),
    }
}

/// What should be presented; where no order was found, what is there.
fn certificates_pem(file: &CertificateFile<'_>) -> String {
    match file.presented.as_slice() {
        [] => chain::to_pem(&file.certificates.iter().map(|(_, c)| c.clone()).collect::<Vec<Certificate>>()),
        presented => chain::to_pem(presented),
    }
}

/// The key in a form that OpenSSL reads; `None` where it would have to be opened for that, and does not open. A key
/// that was encrypted stays encrypted, with the same passphrase; one under the empty passphrase, which protects
/// nothing, gets the one given, and is plain where there is none.
fn key_pem(file: &KeyFile<'_>, given: Given<'_>) -> Option<Zeroizing<String>> {
    let item = &file.sheet.parts.get(file.index?)?.item;
    if let (true, Some(key)) = (file.blank, &file.opened) {
        return match given.passphrase() {
            Some(passphrase) => sealed(key, passphrase),
            None => key.danger_plain_pem(Format::Pkcs8).ok(),
        };
    }
    let strange = file.opened.as_ref().and_then(PrivateKey::strange).is_some();
    let mislabelled = file.is_mislabelled() && !item.headers.is_empty();
    match (&file.scheme, &file.opened, given.passphrase()) {
        (Some(scheme), Some(key), Some(passphrase))
            if strange || mislabelled || scheme.openssl_refuses_it() =>
        {
            sealed(key, passphrase)
        }
        (Some(scheme), ..) => (!scheme.openssl_refuses_it()).then(|| wrapped(item)),
        // By itself it has to name its curve, which may stand in a block of its own.
        (None, Some(key), _) if item.kind == Kind::Sec1 => {
            key.danger_plain_pem(Format::Sec1).or_else(|_no_curve| key.danger_plain_pem(Format::Pkcs8)).ok()
        }
        (None, Some(key), _) if strange => key.danger_plain_pem(Format::Pkcs8).ok(),
        (None, ..) => Some(wrapped(item)),
    }
}

fn sealed(key: &PrivateKey, passphrase: &Passphrase) -> Option<Zeroizing<String>> {
    key.encrypt(passphrase).ok().map(|sealed| Zeroizing::new(sealed.to_pem().to_owned()))
}

/// The same contents, written as they should be.
fn wrapped(item: &Item) -> Zeroizing<String> {
    let label = match item.kind {
        Kind::Pkcs8 => "PRIVATE KEY",
        Kind::EncryptedPkcs8 => "ENCRYPTED PRIVATE KEY",
        Kind::Pkcs1 => "RSA PRIVATE KEY",
        Kind::Sec1 => "EC PRIVATE KEY",
        _ => item.label.as_deref().unwrap_or("PRIVATE KEY"),
    };
    // Headers that do not say how the block is encrypted are what was wrong with it.
    let info = item.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("DEK-Info"));
    let encryption = info.map(|(_, value)| value.split_whitespace().collect::<String>());
    rewrapped(label, encryption.as_deref(), &item.der)
}
