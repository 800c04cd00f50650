//! Everything that can go wrong, in one type.

mod hint;
mod pem;

pub use self::pem::PemFault;

use std::error::Error as StdError;
use std::path::PathBuf;

use crate::finding::Finding;
use crate::timestamp::Timestamp;

/// A cause from another library, kept whole.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why certwright refused or failed. Messages complete the sentence "failed to …".
///
/// [`Error::hint`] gives the way out where there is one, [`Error::kind`] a stable name for programs.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Error {
    // ---- files
    /// A file or folder could not be read.
    #[error("read {}: {source}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file or folder could not be written.
    #[error("write {}: {source}", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file to be written is there already and nobody asked to replace it.
    #[error("write {}: it already exists", path.display())]
    Exists {
        /// The file that is in the way.
        path: PathBuf,
    },
    /// An input is larger than certwright reads of its kind.
    #[error("read {what}: {size} is more than the limit of {limit}")]
    TooLarge {
        /// The kind of input and the unit counted.
        what: &'static str,
        /// What was found (at least).
        size: u64,
        /// What is allowed.
        limit: u64,
    },
    /// Something went wrong with a named file, entry or certificate.
    #[error("{error} (in {place})")]
    At {
        /// The file, entry or certificate.
        place: String,
        /// What went wrong there.
        error: Box<Error>,
    },

    // ---- encodings
    /// PEM text that cannot be read unambiguously.
    #[error("read PEM at line {line}, column {column}: {fault}")]
    Pem {
        /// Line, counted from 1.
        line: usize,
        /// Column in bytes, counted from 1.
        column: usize,
        /// What is wrong there.
        fault: PemFault,
    },
    /// Bytes that are not the DER of what they should be.
    #[error("decode {what}: {cause}")]
    Decode {
        /// The structure expected.
        what: &'static str,
        /// The parser's reason.
        #[source]
        cause: Cause,
    },
    /// Bytes follow a complete structure.
    #[error("decode {what}: {count} bytes follow its end")]
    TrailingBytes {
        /// The structure that ended.
        what: &'static str,
        /// How many bytes follow.
        count: usize,
    },
    /// The input is something else than asked for.
    #[error("find {expected}: the input holds {found}")]
    Unexpected {
        /// What was asked for.
        expected: &'static str,
        /// What is there.
        found: String,
    },

    // ---- private keys
    /// The key is encrypted and no passphrase was given.
    #[error("open the private key: it is encrypted ({scheme}) and no passphrase was given")]
    PassphraseMissing {
        /// The encryption scheme found.
        scheme: String,
    },
    /// The passphrase does not open the key.
    #[error("open the private key: the passphrase is wrong ({scheme})")]
    PassphraseWrong {
        /// The encryption scheme found.
        scheme: String,
    },
    /// A passphrase that cannot protect anything.
    #[error("use the passphrase: it is empty")]
    PassphraseEmpty,
    /// The key's encryption is known and not supported.
    #[error("open the private key: encryption with {scheme} is not supported")]
    UnsupportedEncryption {
        /// The encryption scheme found.
        scheme: String,
    },
    /// The key's encryption asks for more work than is allowed for untrusted input.
    #[error("open the private key: {what} of {found} is above the limit of {limit}")]
    KeyDerivationLimit {
        /// The parameter: PBKDF2 iterations, scrypt memory in bytes.
        what: &'static str,
        /// What the file asks for.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The key is readable, but its content contradicts itself.
    #[error("read the {algorithm} private key: {reason}")]
    InvalidKey {
        /// The key's algorithm.
        algorithm: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The operation is not offered for this kind of key.
    #[error("{operation} with {algorithm}: not supported")]
    UnsupportedKey {
        /// What was asked for, as a verb ("sign", "generate a key").
        operation: &'static str,
        /// The key's algorithm or the key type's name.
        algorithm: String,
    },
    /// A private key and a certificate or request do not belong together.
    #[error(
        "pair the key with the certificate: their public keys differ (key {key}, certificate {certificate})"
    )]
    KeyMismatch {
        /// SHA-256 of the key's public part (SPKI).
        key: String,
        /// SHA-256 of the certificate's SPKI.
        certificate: String,
    },
    /// A public key that is not certified, or not signed with.
    #[error("use the key {key}: {reason}")]
    KeyRefused {
        /// SHA-256 of the key (SPKI).
        key: String,
        /// Why it is refused.
        reason: String,
    },
    /// The system's source of randomness failed.
    #[error("draw random bytes: {cause}")]
    Random {
        /// The system's reason.
        #[source]
        cause: Cause,
    },
    /// The cryptographic library refused an operation that should have worked.
    #[error("{operation}: the cryptographic library refused")]
    Crypto {
        /// What was attempted, as a verb.
        operation: &'static str,
    },
    /// A signer (a key, a token, a service) did not sign.
    #[error("sign with the authority's key: {cause}")]
    Sign {
        /// The signer's reason.
        #[source]
        cause: Cause,
    },

    // ---- names, times, profiles
    /// A value that does not have the syntax of its kind.
    #[error("read the {what} {input:?}: {reason}")]
    Syntax {
        /// The kind of value: distinguished name, DNS name, lifetime …
        what: &'static str,
        /// The text given.
        input: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// An authority needs a subject that is not empty.
    #[error("use an empty distinguished name for {whom}: it would identify nobody")]
    EmptyName {
        /// The bearer.
        whom: &'static str,
    },
    /// A lifetime shorter than one second.
    #[error("use a lifetime of zero: the shortest is one second")]
    LifetimeZero,
    /// A moment that certificates, or the type that it was to become, cannot express.
    #[error("express the time: it lies outside the years 1 to 9999, or outside what it is converted to")]
    TimeRange,
    /// The certificate would end before it is issued, or with less than its profile's minimum left.
    #[error("issue until {requested}: it is {now} already")]
    EndsInThePast {
        /// The end asked for, after any clamping.
        requested: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// The certificate would end after one that it depends on.
    #[error("issue until {requested}: {issuer} ends on {issuer_end}")]
    OutlivesIssuer {
        /// The end asked for.
        requested: Timestamp,
        /// The earliest end on the path.
        issuer_end: Timestamp,
        /// Whose end that is.
        issuer: String,
    },
    /// The certificate would live longer than the authority's practice allows.
    #[error("issue until {requested}: {practice} goes no further than {latest}")]
    LifetimeTooLong {
        /// The end asked for.
        requested: Timestamp,
        /// The latest end that is allowed.
        latest: Timestamp,
        /// What allows no more.
        practice: &'static str,
    },
    /// What would be left of the lifetime is less than the least that was asked for.
    #[error("issue until {granted}: {minimum} were asked for at least, and it is {now}")]
    LifetimeTooShort {
        /// The end that could be granted.
        granted: Timestamp,
        /// The lifetime asked for at least.
        minimum: String,
        /// The authority's clock.
        now: Timestamp,
    },
    /// A certificate is renewed too early, or after its end.
    #[error("renew {subject}: it is renewed from {opens} to {closes}, and it is {now}")]
    OutsideRenewalWindow {
        /// The certificate's subject.
        subject: String,
        /// When the renewal window opens.
        opens: Timestamp,
        /// The certificate's end.
        closes: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// A certificate on the issuer's path has expired.
    #[error("issue under {issuer}: it expired on {not_after}, and it is {now}")]
    IssuerExpired {
        /// The expired certificate's subject.
        issuer: String,
        /// Its end.
        not_after: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// The clock is before the start of a certificate on the issuer's path.
    #[error("issue under {issuer}: it is valid from {not_before}, and it is {now}")]
    IssuerNotYetValid {
        /// The subject of the certificate that is not valid yet.
        issuer: String,
        /// Its start.
        not_before: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// A profile setting out of its bounds.
    #[error("use the profile: {reason}")]
    Profile {
        /// The setting and its bound.
        reason: String,
    },

    // ---- certificates and chains
    /// A certificate that must be an authority's is not.
    #[error("use {subject} as an authority: {reason}")]
    NotAnAuthority {
        /// The certificate's subject.
        subject: String,
        /// What it lacks.
        reason: &'static str,
    },
    /// A signature does not verify.
    #[error("verify the signature of {subject} with the key of {issuer}: it does not match")]
    BadSignature {
        /// The signed certificate or request.
        subject: String,
        /// The supposed signer.
        issuer: String,
    },
    /// A signature's algorithm cannot be checked, which says nothing about the signature.
    #[error("verify the signature of {subject}: the algorithm {algorithm} is not supported")]
    UnverifiableSignature {
        /// The signed certificate or request.
        subject: String,
        /// The algorithm found.
        algorithm: String,
    },
    /// No certificate among those given certifies this one.
    #[error("find the issuer of {subject}: no certificate of {issuer} is among those given")]
    MissingIssuer {
        /// The certificate without issuer.
        subject: String,
        /// The issuer that it names.
        issuer: String,
        /// Where it says that its issuer can be fetched.
        ca_issuers: Option<String>,
    },
    /// The leaf cannot be told from the other certificates.
    #[error("choose the leaf: {count} of the certificates could be it ({candidates})")]
    AmbiguousLeaf {
        /// How many candidates there are.
        count: usize,
        /// Their subjects and fingerprints.
        candidates: String,
    },
    /// A chain that is not one: empty, out of order, or broken at a link.
    #[error("use the chain: {reason}")]
    Chain {
        /// What is wrong, and at which certificate.
        reason: String,
    },
    /// A certificate or request is not what was certified or expected.
    #[error("accept the certificate of {subject}: {reason}")]
    Mismatch {
        /// The certificate's subject.
        subject: String,
        /// What differs.
        reason: String,
    },
    /// Rules of error grade refuse. Nothing was signed or assembled.
    #[error("{operation}: {}", summary(findings))]
    Refused {
        /// What was attempted, as a verb.
        operation: &'static str,
        /// Every finding, the refusing ones first.
        findings: Vec<Finding>,
    },

    // ---- the ledger
    /// The ledger could not be opened, read or written.
    #[error("{operation} the ledger: {cause}")]
    Ledger {
        /// What was attempted, as a verb.
        operation: &'static str,
        /// The store's reason.
        #[source]
        cause: Cause,
    },
    /// A ledger address that certwright does not know, or not in this build.
    #[error("open the ledger {url:?}: {reason}")]
    LedgerUrl {
        /// The address given.
        url: String,
        /// Why it cannot be opened.
        reason: &'static str,
    },
    /// The ledger does not allow this step for this serial.
    #[error("record serial {serial}: {reason}")]
    LedgerState {
        /// The serial number in hexadecimal.
        serial: String,
        /// What stands in the way.
        reason: &'static str,
    },
}

impl Error {
    /// A stable, machine-readable name of the variant, in kebab-case; for a located error, of what happened there.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::At { error, .. } => error.kind(),
            other => other.into(),
        }
    }

    /// The same error, at a file, an entry or a certificate.
    #[must_use]
    pub fn at(self, place: impl std::fmt::Display) -> Self {
        Self::At { place: place.to_string(), error: Box::new(self) }
    }

    /// The error without its place.
    #[must_use]
    pub fn without_place(&self) -> &Self {
        match self {
            Self::At { error, .. } => error.without_place(),
            other => other,
        }
    }

    /// The findings that refused, where rules did.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self.without_place() {
            Self::Refused { findings, .. } => findings,
            _ => &[],
        }
    }

    pub(crate) fn decode(what: &'static str, cause: impl Into<Cause>) -> Self {
        Self::Decode { what, cause: cause.into() }
    }

    pub(crate) fn syntax(what: &'static str, input: &str, reason: impl Into<String>) -> Self {
        Self::Syntax { what, input: input.to_owned(), reason: reason.into() }
    }
}

/// The refusing findings in one line.
fn summary(findings: &[Finding]) -> String {
    let refusing: Vec<_> =
        findings.iter().filter(|f| f.is_error()).map(|f| format!("{} [{}]", f.message, f.rule)).collect();
    refusing.join("; ")
}
