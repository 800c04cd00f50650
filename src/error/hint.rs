//! The way out of an error, where there is one.

use super::{Error, PemFault};

impl Error {
    /// What to do about it, as a sentence for people. It names no option of any program.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::At { error, .. } => error.hint(),
            Self::Exists { .. } => Some("choose another name, or say that it may be replaced"),
            Self::Pem { fault, .. } => pem(fault),
            Self::TrailingBytes { .. } => {
                Some("the file holds more than one structure, or was damaged in transfer")
            }
            Self::Unexpected { .. } => Some("look into the file: `inspect` tells what it holds"),
            Self::PassphraseMissing { .. } => Some("give the passphrase that it was encrypted with"),
            Self::PassphraseWrong { .. } => Some(
                "check the passphrase; in a file, one line end after it is ignored and anything else counts",
            ),
            Self::UnsupportedEncryption { .. } => {
                Some("decrypt the key with the program that wrote it, then encrypt it again here")
            }
            Self::PassphraseEmpty => {
                Some("give a passphrase of at least one byte; in a file it stands on the first line")
            }
            Self::KeyMismatch { .. } => {
                Some("the key belongs to another certificate: those of a pair have the same public key")
            }
            Self::OutlivesIssuer { .. } => {
                Some("ask for a shorter lifetime, or have it clamped to the issuer's own end")
            }
            Self::IssuerExpired { .. } => Some("an expired authority issues nothing: renew it first"),
            Self::IssuerNotYetValid { .. } => {
                Some("check the clock: the authority begins later than the time that it shows")
            }
            Self::LifetimeZero => Some("write a lifetime such as 395d, 13mo or 10y"),
            Self::LifetimeTooLong { .. } => Some("ask for a shorter lifetime, or have it clamped"),
            Self::OutsideRenewalWindow { .. } => {
                Some("rekey or reissue at any time; a renewal with the same key waits for its window")
            }
            Self::Refused { findings, .. }
                if findings.iter().any(|f| f.is_error() && f.rule == "path-length") =>
            {
                Some("make the issuer with a longer path length (--path-length), or issue from one above it")
            }
            Self::KeyRefused { .. } => Some("make a new key"),
            Self::MissingIssuer { ca_issuers: Some(_), .. } => Some(
                "the certificate names an address for its issuer's certificate (AIA): fetch it and add it",
            ),
            Self::MissingIssuer { ca_issuers: None, .. } => Some("add the issuer's certificate to the input"),
            Self::AmbiguousLeaf { .. } => Some("say which one is the leaf, by its fingerprint"),
            Self::UnsupportedKey { operation, .. } if operation.starts_with("write") => {
                Some("PKCS#8 holds keys of every kind")
            }
            Self::UnsupportedKey { operation, .. } if operation.starts_with("compute") => Some(
                "have the program that wrote the key write it with its public part, as `openssl ec` does",
            ),
            Self::UnsupportedKey { .. } => {
                Some("use one of p256, p384, ed25519, rsa-2048, rsa-3072, rsa-4096")
            }
            _ => None,
        }
    }
}

fn pem(fault: &PemFault) -> Option<&str> {
    Some(match fault {
        PemFault::MissingEnd { .. } => "the file was cut off while it was copied: copy it again, whole",
        PemFault::NestedBegin { .. } => "the end of the outer block was lost: copy that block again, whole",
        PemFault::LabelMismatch { .. } => "two blocks were cut together: copy each of them again, whole",
        PemFault::BadBoundary { .. } => "five dashes, BEGIN or END, the label in capitals, five dashes",
        PemFault::BadHeader { .. } => "headers stand directly below BEGIN, with a blank line below them",
        PemFault::NotText { .. } => "save the file as plain ASCII or UTF-8 text",
        _ => return None,
    })
}
