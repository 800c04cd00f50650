//! What goes wrong in the program, beside what goes wrong in the library.

use std::path::{Path, PathBuf};

use certwright::{Certificate, Error, Finding, Found, KeyOperation};

use crate::input::Input;
use crate::nearest::{listed, meant};
use crate::passphrase::Source;
use crate::shell::quoted;
use crate::stream::is_descriptor;

/// Why a command failed. Messages complete the sentence "failed to …".
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Library(#[from] Error),
    #[error("find the authority {name:?}: {} has {}", home.display(), listed(names))]
    UnknownAuthority { name: String, home: PathBuf, names: Vec<String> },
    #[error("use the authority {name:?}: it is pending, it has a request and no certificate yet")]
    Pending { name: String, request: PathBuf },
    #[error("make the authority {name:?}: there is one of this name already")]
    AuthorityExists { name: String },
    #[error("activate {name:?}: it is active already")]
    AlreadyActive { name: String },
    #[error("find the profile {name:?}: {} has {}, and there is no file of this name", path.display(), listed(names))]
    UnknownProfile { name: String, path: PathBuf, names: Vec<String> },
    #[error("issue {what} after the profile {profile:?}: it describes something else")]
    ProfileUnfit { profile: String, what: &'static str },
    #[error("find a home in {}: there is no certwright.toml", home.display())]
    NoHome { home: PathBuf },
    #[error("open {}: it is gone, though this home has issued certificates", path.display())]
    LedgerLost { path: PathBuf },
    #[error("renew {name:?}: its issuer {issuer} is not in this home")]
    IssuerElsewhere { name: String, issuer: String, request: PathBuf },
    #[error("find the certificate {name:?}: {} has issued {}", home.display(), listed(names))]
    UnknownIssued { name: String, home: PathBuf, names: Vec<String> },
    #[error("find serial {serial}: the ledger has no certificate of this number")]
    UnknownSerial { serial: String },
    #[error("start a hierarchy in {}: there is one already", home.display())]
    HomeInUse { home: PathBuf },
    #[error("start a hierarchy in {}: {} would be in its way", home.display(), file.display())]
    HomeOccupied { home: PathBuf, file: PathBuf },
    #[error("start a hierarchy for {domain}: a client is called like the domain, and so is the server")]
    ClientIsDomain { domain: String },
    #[error("start a hierarchy for {domain}: its server's folder is called like it, and {reason}")]
    DomainUnfit { domain: String, reason: &'static str },
    #[error("write into {}: there is something in it already", path.display())]
    FolderInUse { path: PathBuf },
    #[error("read {}: {reason}", path.display())]
    Configuration { path: PathBuf, reason: String },
    #[error("{what}: no passphrase was given, and there is no terminal to ask on")]
    PassphraseNeeded { what: String, option: &'static str },
    #[error("{error}")]
    Passphrase { error: Error, from: Source },
    #[error(
        "use the new passphrase{}: it has a line break inside, and other programs read only its first line",
        at(from)
    )]
    PassphraseLines { from: Source },
    #[error("use the new passphrase{}: {why}", at(from))]
    PassphraseUnfit { from: Source, why: &'static str },
    #[error("read the passphrase: {variable} names -, which is standard input on a command line alone")]
    DashInVariable { variable: &'static str },
    #[error("read the passphrase from the terminal: {0}")]
    Prompt(std::io::Error),
    #[error("choose the passphrase: the two entries differ")]
    PassphraseRepeat,
    #[error("export the key: nobody said which passphrase it is to have")]
    ExportPassphrase,
    #[error("keep the passphrase in a p12 file: nobody said it, and the file is encrypted anew with it")]
    KeepInP12,
    #[error("export {name:?} as PKCS#12: it was issued for a request, so that its key is not here")]
    KeyElsewhere { name: String },
    #[error("keep the ledger at {}: the path of a ledger is UTF-8", path.display())]
    LedgerPath { path: PathBuf },
    #[error("write the chain: it is the root alone, which is not presented")]
    RootAlone,
    #[error("write {form} with encryption: only pkcs8 has one that is still safe")]
    PlainForm { form: String },
    #[error("follow the template {template}: it is not one for what is issued, {what}")]
    TemplateUnfit { template: String, what: &'static str, own: Option<&'static str> },
    #[error("write {}: {what}", path.display())]
    WouldLose { path: PathBuf, what: &'static str },
    #[error("write {}: two files would be one", path.display())]
    OnePlace { path: PathBuf },
    #[error("compare {key} with {certificate}: it is the second that holds the private key")]
    Swapped { key: Input, certificate: Input },
    #[error("{reason} (in {place})")]
    Unreadable { kind: &'static str, reason: String, hint: Option<String>, place: String },
    #[error("print the truststore: its reader takes two lists, in two files")]
    TwoFiles,
    #[error("{cause}; the certificate {serial} is signed and recorded all the same")]
    Signed { cause: Box<Failure>, serial: String },
    #[error("write to standard output: {0}")]
    Output(std::io::Error),
}

/// Where a passphrase came from, in a sentence about it.
fn at(from: &Source) -> String {
    match from {
        Source::File { input, .. } => format!(" in {input}"),
        Source::Terminal => String::new(),
    }
}

impl Failure {
    /// The same, about files of a certificate that is signed already.
    pub(crate) fn of_signed(self, certificate: &Certificate) -> Self {
        Self::Signed { cause: Box::new(self), serial: certificate.serial().to_string() }
    }

    /// A key would be lost whose file the command writes to.
    pub(crate) fn over_key(path: &Path) -> Self {
        Self::WouldLose { path: path.to_owned(), what: "the key is read from it, which would be lost" }
    }

    /// A stable name for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Library(error) => error.kind(),
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Pending { .. } => "pending-authority",
            Self::AuthorityExists { .. } => "authority-exists",
            Self::AlreadyActive { .. } => "already-active",
            Self::UnknownIssued { .. } => "unknown-certificate",
            Self::UnknownSerial { .. } => "unknown-serial",
            Self::UnknownProfile { .. } => "unknown-profile",
            Self::NoHome { .. } => "no-home",
            Self::LedgerLost { .. } => "ledger-lost",
            Self::IssuerElsewhere { .. } => "issuer-elsewhere",
            Self::HomeInUse { .. } | Self::HomeOccupied { .. } => "home-in-use",
            Self::FolderInUse { .. } => "folder-in-use",
            Self::Configuration { .. } => "configuration",
            Self::PassphraseNeeded { .. } => "passphrase-needed",
            Self::Passphrase { error, .. } => error.kind(),
            Self::PassphraseLines { .. } => "passphrase-lines",
            Self::PassphraseUnfit { .. } => "passphrase-unfit",
            Self::Prompt(_) => "prompt",
            Self::PassphraseRepeat => "passphrase-repeat",
            Self::ExportPassphrase => "export-passphrase",
            Self::KeyElsewhere { .. } => "key-elsewhere",
            Self::LedgerPath { .. } => "ledger-path",
            Self::RootAlone => "root-alone",
            Self::Swapped { .. } => "files-swapped",
            Self::Unreadable { kind, .. } => kind,
            Self::Signed { cause, .. } => cause.kind(),
            Self::Output(_) => "output",
            Self::ProfileUnfit { .. }
            | Self::ClientIsDomain { .. }
            | Self::DashInVariable { .. }
            | Self::DomainUnfit { .. }
            | Self::KeepInP12
            | Self::PlainForm { .. }
            | Self::OnePlace { .. }
            | Self::TemplateUnfit { .. }
            | Self::TwoFiles
            | Self::WouldLose { .. } => USAGE,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        if let Some(name) = self.meant() {
            return Some(format!("{name} may be meant"));
        }
        match self {
            Self::Library(error) => library_hint(error),
            Self::Signed { serial, .. } => Some(format!("`certwright ledger show {serial}` prints it")),
            Self::Swapped { key, certificate } => {
                let [key, certificate] = [key, certificate].map(|input| quoted(Path::new(&input.word())));
                let files = format!("{certificate} {key}");
                Some(format!("the other way round: `certwright key match {files}`"))
            }
            Self::Unreadable { hint, .. } => hint.clone(),
            Self::Passphrase { error, from } => from.hint(error),
            Self::Pending { name, request } => Some(pending_hint(name, request)),
            Self::IssuerElsewhere { request, .. } => Some(format!(
                "have {} certified again (`ca certify` of its issuer), then give the chain with --chain FILE",
                request.display()
            )),
            Self::PassphraseNeeded { option, .. } => Some(format!("name a file with {option} FILE")),
            Self::TemplateUnfit { own: Some(own), .. } => Some(format!("the template for it is {own}")),
            _ => self.advice().map(str::to_owned),
        }
    }

    /// What to do about it, where that depends on the kind alone.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::TwoFiles => "name a file with --out FILE",
            Self::PassphraseUnfit { .. } => "choose one of fewer than 1024 bytes, without NUL",
            Self::DashInVariable { .. } => "name a file there, ./- for one called -, or give the option",
            Self::PassphraseLines { .. } => "write one passphrase into the file, on one line",
            Self::UnknownAuthority { names, .. } if names.is_empty() => {
                "make one with `certwright ca root NAME --subject DN`, or name another folder with --home"
            }
            Self::UnknownAuthority { .. } => "`certwright ca list` shows the authorities of this home",
            Self::AuthorityExists { .. } => "choose another name: an authority is never overwritten",
            Self::AlreadyActive { .. } => {
                "`certwright ca renew NAME --chain FILE` takes another chain for its key; `certwright ca show NAME` shows what it has"
            }
            Self::UnknownIssued { .. } => "`certwright ledger list` shows everything that was issued",
            Self::UnknownSerial { .. } => "`certwright ledger list` shows the serials",
            Self::UnknownProfile { .. } => {
                "write it as a table [profiles.NAME] of certwright.toml, or as a file"
            }
            Self::ProfileUnfit { .. } => "name the profile of what the command issues",
            Self::NoHome { .. } => {
                "name the folder with --home, or make one with `certwright ca root NAME --subject DN`"
            }
            Self::LedgerLost { .. } => {
                "restore it from a backup: without it serials could be used again, and nothing can be revoked"
            }
            Self::HomeInUse { .. } => {
                "name a new folder with --home, or continue with `certwright issue client NAME --ca CA`"
            }
            Self::HomeOccupied { .. } => "move it away, or name a new folder with --home",
            Self::ClientIsDomain { .. } => "give the client another name with --client NAME",
            Self::DomainUnfit { .. } => {
                "start with the plain domain; a wildcard is then issued by `certwright issue server NAME --ca sub --dns \
                 '*.DOMAIN'`"
            }
            Self::FolderInUse { .. } => "name a new folder, so that nothing is mixed up",
            Self::PassphraseRepeat => "type the same passphrase twice",
            Self::ExportPassphrase => {
                "give one with --new-passphrase-file FILE, or leave it as it is with --keep-passphrase"
            }
            Self::KeepInP12 => {
                "give the passphrase that the key has with --passphrase-file FILE, or a new one with \
                 --new-passphrase-file FILE"
            }
            Self::KeyElsewhere { .. } => {
                "its key is where the request was made: write the certificates alone with --format pem, and make the p12 \
                 file there with `certwright openssl pkcs12 -export`"
            }
            Self::LedgerPath { .. } => "name another folder with --home, in whose path everything is UTF-8",
            Self::RootAlone => "write it with --with-root, or add the certificates that it issued",
            Self::PlainForm { .. } => "add --plain for an unencrypted key, or choose --to pkcs8",
            Self::TemplateUnfit { own: None, .. } => "there is no template for it: leave --template out",
            Self::WouldLose { .. } => "name another file with --out FILE",
            Self::OnePlace { .. } => "give each a file of its own (--out, --key-out, --crl-out)",
            Self::Configuration { .. } => "correct the file: docs/cli.md describes what it may say",
            // Those with a hint of their own, and the terminal, about which there is nothing to say.
            _ => return None,
        })
    }

    /// The name that was meant, where a slip is likely.
    fn meant(&self) -> Option<&str> {
        match self {
            Self::UnknownAuthority { name, names, .. } | Self::UnknownIssued { name, names, .. } => {
                meant(name, names)
            }
            _ => None,
        }
    }

    /// The findings that refused, where rules did.
    pub(crate) fn findings(&self) -> &[Finding] {
        match self {
            Self::Library(error) => error.findings(),
            _ => &[],
        }
    }

    /// 2 for a command line that does not make sense, 1 for everything else.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Signed { cause, .. } => cause.exit_code(),
            other if other.kind() == USAGE => 2,
            _ => 1,
        }
    }
}

/// The kind of what is wrong with a command line, and not with anything that it names.
const USAGE: &str = "usage";

/// The library's way out, with the option that takes it here.
fn library_hint(error: &Error) -> Option<String> {
    let ours = match error.without_place() {
        Error::IssuerExpired { .. } => {
            "an expired authority issues nothing: renew it with `certwright ca renew NAME`"
        }
        Error::Write { path, .. } if is_descriptor(path) && !path.exists() => {
            "name a file, or have the shell open the descriptor: 9>FILE opens number 9"
        }
        Error::Exists { path } if path.parent().is_some_and(is_issued) => {
            "`certwright rekey NAME`, `renew NAME` and `reissue NAME` replace it and keep the old files; --force replaces it too"
        }
        Error::Exists { .. } => "choose another name, or say that it may be replaced (--force)",
        Error::Unexpected { found: Found::Structures { .. }, .. } => {
            "`certwright inspect FILE` tells what a file holds"
        }
        Error::PassphraseMissing { .. } => "give the passphrase with --passphrase-file FILE",
        Error::UnsupportedEncryption { operation: KeyOperation::Open, .. } => {
            "decrypt the key with the program that wrote it, then encrypt it with `certwright key encrypt`"
        }
        Error::KeyMismatch { .. } => {
            "the key belongs to another certificate; `certwright key match KEY CERT` tells pairs apart"
        }
        Error::OutlivesIssuer { .. } => {
            "ask for a shorter lifetime, or for the issuer's own end with --bound clamp"
        }
        Error::LifetimeTooLong { .. } => {
            "the authority is short-lived (certwright.toml): ask for a week at most with --lifetime 7d, or for as long as it \
             grants with --bound clamp"
        }
        Error::Refused { operation, .. } if *operation == crate::commands::ca::RENEW => {
            "renew it so that this is kept, or replace first what stands below it (`certwright reissue NAME`, `certwright ca \
             renew NAME`)"
        }
        Error::Refused { findings, .. }
            if findings.iter().any(|f| f.is_error() && f.rule == "path-length") =>
        {
            "make the issuer with --path-length 1 or more, or issue from one above it"
        }
        Error::IssuerNotYetValid { .. } => "check the clock of this machine, or the --at option",
        Error::AmbiguousLeaf { .. } => "say which one is the leaf with --leaf FINGERPRINT or --leaf FILE",
        other => return other.hint().map(str::to_owned),
    };
    Some(ours.to_owned())
}

/// A folder of a home for what was issued under one name.
fn is_issued(folder: &Path) -> bool {
    folder.parent().and_then(Path::file_name).is_some_and(|name| name == "issued")
}

fn pending_hint(name: &str, request: &Path) -> String {
    format!("have {} certified, then `certwright ca activate {name} --chain FILE`", request.display())
}
