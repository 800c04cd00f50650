//! The sentence that an error is, and what is left to say behind it.

use std::error::Error as StdError;
use std::fmt;

use super::Error;
use crate::finding::Finding;

// By hand: derived, it would come with a `source` that is the cause.
impl fmt::Display for Error {
    #[expect(clippy::too_many_lines, reason = "a sentence for each variant")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, source } => write!(f, "read {}: {source}", path.display()),
            Self::Write { path, source } => write!(f, "write {}: {source}", path.display()),
            Self::Exists { path } => write!(f, "write {}: it already exists", path.display()),
            Self::TooLarge { what, size, limit } => {
                write!(f, "read {what}: {size} is more than the limit of {limit}")
            }
            Self::At { place, error } => write!(f, "{error} (in {place})"),
            Self::Pem { line, column, fault } => {
                write!(f, "read PEM at line {line}, column {column}: {fault}")
            }
            Self::Decode { what, cause } => write!(f, "decode {what}: {cause}"),
            Self::TrailingBytes { what, count } => write!(f, "decode {what}: {count} bytes follow its end"),
            Self::Unexpected { expected, found } => write!(f, "find {expected}: the input holds {found}"),
            Self::PassphraseMissing { operation, scheme } => {
                write!(f, "{operation}: it is encrypted ({scheme}) and no passphrase was given")
            }
            Self::PassphraseWrong { operation, scheme } => {
                write!(f, "{operation}: the passphrase is wrong ({scheme})")
            }
            Self::PassphraseEmpty => f.write_str("use the passphrase: it is empty"),
            Self::UnsupportedEncryption { operation, scheme } => {
                write!(f, "{operation}: encryption with {scheme} is not supported")
            }
            Self::KeyDerivationLimit { operation, what, found, limit } => {
                write!(f, "{operation}: {what} of {found} is above the limit of {limit}")
            }
            Self::CurveMissing => f.write_str(
                "read the EC private key: it does not name its curve, and no EC PARAMETERS block stands before it",
            ),
            Self::InvalidKey { algorithm, reason } => write!(f, "read the {algorithm} private key: {reason}"),
            Self::UnsupportedKey { operation, algorithm } => {
                write!(f, "{operation} with {algorithm}: not supported")
            }
            Self::KeyMismatch { key, certificate } => write!(
                f,
                "pair the key with the certificate: their public keys differ (key {key}, certificate {certificate})"
            ),
            Self::KeyRefused { key, reason } => write!(f, "use the key {key}: {reason}"),
            Self::Random { cause } => write!(f, "draw random bytes: {cause}"),
            Self::Crypto { operation } => write!(f, "{operation}: the cryptographic library refused"),
            Self::Sign { cause } => write!(f, "sign with the private key: {cause}"),
            Self::Syntax { what, input, reason } => write!(f, "read the {what} {input:?}: {reason}"),
            Self::EmptyName { whom } => {
                write!(f, "use an empty distinguished name for {whom}: it would identify nobody")
            }
            Self::LifetimeZero => f.write_str("use a lifetime of zero: the shortest is one second"),
            Self::TimeRange => f.write_str(
                "express the time: it lies outside the years 1 to 9999, or outside what it is converted to",
            ),
            Self::EndsInThePast { requested, now } => {
                write!(f, "issue until {requested}: it is {now} already")
            }
            Self::OutlivesIssuer { requested, issuer_end, issuer } => {
                write!(f, "issue until {requested}: {issuer} ends on {issuer_end}")
            }
            Self::LifetimeTooLong { requested, latest, practice } => {
                write!(f, "issue until {requested}: {practice} goes no further than {latest}")
            }
            Self::LifetimeTooShort { granted, minimum, now } => {
                write!(f, "issue until {granted}: {minimum} were asked for at least, and it is {now}")
            }
            Self::OutsideRenewalWindow { subject, opens, closes, now } => {
                write!(f, "renew {subject}: it is renewed from {opens} to {closes}, and it is {now}")
            }
            Self::IssuerExpired { issuer, not_after, now } => {
                write!(f, "issue under {issuer}: it expired on {not_after}, and it is {now}")
            }
            Self::IssuerNotYetValid { issuer, not_before, now } => {
                write!(f, "issue under {issuer}: it is valid from {not_before}, and it is {now}")
            }
            Self::Profile { reason } => write!(f, "use the profile: {reason}"),
            Self::NotAnAuthority { subject, reason } => write!(f, "use {subject} as an authority: {reason}"),
            Self::BadSignature { subject, issuer } => {
                write!(f, "verify the signature of {subject} with the key of {issuer}: it does not match")
            }
            Self::UnverifiableSignature { subject, algorithm } => {
                write!(f, "verify the signature of {subject}: the algorithm {algorithm} is not supported")
            }
            Self::MissingIssuer { subject, issuer, .. } => {
                write!(f, "find the issuer of {subject}: no certificate of {issuer} is among those given")
            }
            Self::AmbiguousLeaf { count, candidates } => {
                write!(f, "choose the leaf: {count} of the certificates could be it ({candidates})")
            }
            Self::Chain { reason } => write!(f, "use the chain: {reason}"),
            Self::Mismatch { subject, reason } => write!(f, "accept the certificate of {subject}: {reason}"),
            Self::Refused { operation, findings } => write!(f, "{operation}: {}", summary(findings)),
            Self::Ledger { operation, cause } => write!(f, "{operation} the ledger: {cause}"),
            Self::LedgerUrl { url, reason } => write!(f, "open the ledger {url:?}: {reason}"),
            Self::LedgerState { serial, reason } => write!(f, "record serial {serial}: {reason}"),
        }
    }
}

impl StdError for Error {
    /// The source of the [cause](Error::cause): the cause itself is part of the sentence already.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause()?.source()
    }
}

/// The refusing findings in one line.
fn summary(findings: &[Finding]) -> String {
    let refusing: Vec<_> =
        findings.iter().filter(|f| f.is_error()).map(|f| format!("{} [{}]", f.message, f.rule)).collect();
    refusing.join("; ")
}
