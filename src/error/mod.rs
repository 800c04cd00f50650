//! Everything that can go wrong, in one type.
//!
//! An error either prints its cause or returns it from `source`, so that a report of the whole chain says nothing
//! twice. [`Error`] prints it: most people see the first line only, and it has to be enough. As with
//! [`std::io::Error`], `source` is then what lies behind the cause, and [`Error::cause`] is the cause itself.

mod build;
mod found;
mod hint;
mod message;
mod operation;
mod pem;

pub use self::found::Found;
pub use self::operation::KeyOperation;
pub use self::pem::{NotText, PemFault};

use std::error::Error as StdError;
use std::path::PathBuf;

use crate::finding::Finding;
use crate::timestamp::Timestamp;

/// A cause from another library, kept whole.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why certwright refused or failed. Messages complete the sentence "failed to …".
///
/// Match on [`Error::without_place`]: around the variant that a function documents stands the file that was opened, and
/// the line of the PEM block that is damaged ([`Error::At`]).
///
/// ```
/// use certwright::{Error, PrivateKey};
/// # use certwright::{KeyType, Passphrase};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("ca.key");
/// # PrivateKey::create(&path, KeyType::Ed25519, &Passphrase::generate()?)?;
/// let refused = PrivateKey::open(&path, None).unwrap_err();
/// let asks_for_a_passphrase = matches!(refused.without_place(), Error::PassphraseMissing { .. });
/// # assert!(asks_for_a_passphrase);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Error::hint`] gives the way out where there is one, [`Error::kind`] a stable name for programs.
///
/// A message is whole: it says its place and its cause, too. Therefore `source` begins behind the cause, as that of
/// [`std::io::Error`] does, and a reporter that prints every source in turn repeats nothing. The cause itself, for a
/// look at its type, is [`Error::cause`].
///
/// ```
/// use std::io::ErrorKind;
/// # use certwright::Certificate;
/// let error = Certificate::open("no/such/file").unwrap_err();
/// let system = error.cause().and_then(|cause| cause.downcast_ref::<std::io::Error>());
/// assert!(system.is_some_and(|system| system.kind() == ErrorKind::NotFound));
/// ```
#[derive(Debug, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Error {
    // ---- files
    /// A file or folder could not be read.
    Read {
        /// What was to be read.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file or folder could not be written.
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file to be written is there already and nobody asked to replace it.
    Exists {
        /// The file that is in the way.
        path: PathBuf,
    },
    /// An input is larger than certwright reads of its kind.
    TooLarge {
        /// The kind of input and the unit counted.
        what: &'static str,
        /// What was found (at least).
        size: u64,
        /// What is allowed.
        limit: u64,
    },
    /// Something went wrong with a named file, entry or certificate.
    At {
        /// The file, entry or certificate.
        place: String,
        /// What went wrong there.
        error: Box<Error>,
    },

    // ---- encodings
    /// PEM text that cannot be read unambiguously.
    Pem {
        /// Line, counted from 1.
        line: usize,
        /// Column in bytes, counted from 1.
        column: usize,
        /// What is wrong there.
        fault: PemFault,
    },
    /// Bytes that are not the DER of what they should be.
    Decode {
        /// The structure expected.
        what: &'static str,
        /// The parser's reason.
        cause: Cause,
    },
    /// Bytes follow a complete structure.
    TrailingBytes {
        /// The structure that ended.
        what: &'static str,
        /// How many bytes follow.
        count: usize,
    },
    /// The input is something else than asked for.
    Unexpected {
        /// What was asked for.
        expected: &'static str,
        /// What is there.
        found: Found,
    },

    // ---- private keys
    /// The key, or the file that holds it, is encrypted and no passphrase was given.
    PassphraseMissing {
        /// What was being done.
        operation: KeyOperation,
        /// The encryption scheme found.
        scheme: String,
    },
    /// The passphrase does not open the key, or the file that holds it.
    PassphraseWrong {
        /// What was being done.
        operation: KeyOperation,
        /// The encryption scheme found.
        scheme: String,
    },
    /// A passphrase that cannot protect anything.
    PassphraseEmpty,
    /// The encryption is known and not supported.
    UnsupportedEncryption {
        /// What was being done.
        operation: KeyOperation,
        /// The encryption scheme found.
        scheme: String,
    },
    /// The encryption asks for more work than is allowed: of a file that comes from strangers, or of one that would be
    /// written and not be opened again.
    KeyDerivationLimit {
        /// What was being done.
        operation: KeyOperation,
        /// The parameter: PBKDF2 iterations, scrypt memory in bytes.
        what: &'static str,
        /// What the file asks for.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// An EC key in SEC1 does not name its curve, no EC PARAMETERS block stands before it, and its public part, which
    /// would tell, is missing or that of no known curve.
    CurveMissing,
    /// The key is readable, but its content contradicts itself.
    InvalidKey {
        /// The key's algorithm.
        algorithm: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The operation is not offered for this kind of key.
    UnsupportedKey {
        /// What was asked for.
        operation: KeyOperation,
        /// The key's algorithm or the key type's name.
        algorithm: String,
    },
    /// A private key and a certificate or request do not belong together.
    KeyMismatch {
        /// SHA-256 of the key's public part (SPKI).
        key: String,
        /// SHA-256 of the certificate's SPKI.
        certificate: String,
    },
    /// A public key that is not certified, or not signed with.
    KeyRefused {
        /// SHA-256 of the key (SPKI).
        key: String,
        /// Why it is refused.
        reason: String,
    },
    /// The system's source of randomness failed.
    Random {
        /// The system's reason.
        cause: Cause,
    },
    /// The cryptographic library refused an operation that should have worked.
    Crypto {
        /// What was attempted, as a verb.
        operation: &'static str,
    },
    /// A signer (a key, a token, a service) did not sign.
    Sign {
        /// The signer's reason.
        cause: Cause,
    },

    // ---- names, times, profiles
    /// A value that does not have the syntax of its kind.
    Syntax {
        /// The kind of value: distinguished name, DNS name, lifetime …
        what: &'static str,
        /// The text given.
        input: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// An authority needs a subject that is not empty.
    EmptyName {
        /// The bearer.
        whom: &'static str,
    },
    /// A lifetime shorter than one second.
    LifetimeZero,
    /// A moment that certificates, or the type that it was to become, cannot express.
    TimeRange,
    /// The certificate would end before it is issued.
    EndsInThePast {
        /// The end asked for, after any clamping.
        requested: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// The certificate would end after one that it depends on.
    OutlivesIssuer {
        /// The end asked for.
        requested: Timestamp,
        /// The earliest end on the path.
        issuer_end: Timestamp,
        /// Whose end that is.
        issuer: String,
    },
    /// The certificate would live longer than the authority's practice allows.
    LifetimeTooLong {
        /// The end asked for.
        requested: Timestamp,
        /// The latest end that is allowed.
        latest: Timestamp,
        /// What allows no more.
        practice: &'static str,
    },
    /// What would be left of the lifetime is less than the least that was asked for.
    LifetimeTooShort {
        /// The end that could be granted.
        granted: Timestamp,
        /// The lifetime asked for at least.
        minimum: String,
        /// The authority's clock.
        now: Timestamp,
    },
    /// A certificate is renewed too early, or after its end.
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
    IssuerExpired {
        /// The expired certificate's subject.
        issuer: String,
        /// Its end.
        not_after: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// The clock is before the start of a certificate on the issuer's path.
    IssuerNotYetValid {
        /// The subject of the certificate that is not valid yet.
        issuer: String,
        /// Its start.
        not_before: Timestamp,
        /// The authority's clock.
        now: Timestamp,
    },
    /// A profile setting out of its bounds.
    Profile {
        /// The setting and its bound.
        reason: String,
    },

    // ---- certificates and chains
    /// A certificate that must be an authority's is not.
    NotAnAuthority {
        /// The certificate's subject.
        subject: String,
        /// What it lacks.
        reason: &'static str,
    },
    /// A signature does not verify.
    BadSignature {
        /// The signed certificate or request, or "the message" ([`VerifyError`](crate::VerifyError) knows no more).
        subject: String,
        /// The supposed signer.
        issuer: String,
    },
    /// A signature's algorithm cannot be checked, which says nothing about the signature.
    UnverifiableSignature {
        /// The signed certificate or request, or "the message" ([`VerifyError`](crate::VerifyError) knows no more).
        subject: String,
        /// The algorithm found.
        algorithm: String,
    },
    /// No certificate among those given certifies this one.
    MissingIssuer {
        /// The certificate without issuer.
        subject: String,
        /// The issuer that it names.
        issuer: String,
        /// Where it says that its issuer can be fetched.
        ca_issuers: Option<String>,
    },
    /// The leaf cannot be told from the other certificates.
    AmbiguousLeaf {
        /// How many candidates there are.
        count: usize,
        /// Their subjects and fingerprints.
        candidates: String,
    },
    /// A chain that is not one: empty, out of order, or broken at a link.
    Chain {
        /// What is wrong, and at which certificate.
        reason: String,
    },
    /// A certificate or request is not what was certified or expected.
    Mismatch {
        /// The certificate's subject.
        subject: String,
        /// What differs.
        reason: String,
    },
    /// Rules of error grade refuse. Nothing was signed or assembled.
    Refused {
        /// What was attempted, as a verb.
        operation: &'static str,
        /// Every finding, the refusing ones first.
        findings: Vec<Finding>,
    },

    // ---- the ledger
    /// The ledger could not be opened, read or written.
    Ledger {
        /// What was attempted, as a verb.
        operation: &'static str,
        /// The store's reason.
        cause: Cause,
    },
    /// A ledger address that certwright does not know, or not in this build.
    LedgerUrl {
        /// The address given.
        url: String,
        /// Why it cannot be opened.
        reason: &'static str,
    },
    /// The ledger does not allow this step for this serial.
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

    /// What the error stands on, for `downcast_ref`, whatever the place: what the system, another library or a signer
    /// said, the [`PemFault`] of PEM, and what is wrong with DER. None where the variant says it all.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        match self.without_place() {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Pem { fault, .. } => Some(fault),
            Self::Decode { cause, .. }
            | Self::Random { cause }
            | Self::Sign { cause }
            | Self::Ledger { cause, .. } => Some(cause.as_ref()),
            _ => None,
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
}
