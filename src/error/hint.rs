//! The way out of an error, where there is one.

use super::{Error, PemFault};

impl Error {
    /// What to do about it, as a sentence for the person in front of the terminal.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::At { error, .. } => error.hint(),
            Self::Exists { .. } => Some("choose another name, or say that it may be replaced (--force)"),
            Self::Pem { fault, .. } => pem(fault),
            Self::TrailingBytes { .. } => {
                Some("the file holds more than one structure, or was damaged in transfer")
            }
            Self::Unexpected { .. } => Some("`certwright inspect FILE` tells what a file holds"),
            Self::PassphraseMissing { .. } => Some("give the passphrase with --passphrase-file FILE"),
            Self::PassphraseWrong { .. } => Some(
                "check the passphrase file; one line end after the passphrase is ignored, anything else counts",
            ),
            Self::PassphraseEmpty => Some("write a passphrase into the file, on its first line"),
            Self::UnsupportedEncryption { .. } => Some(
                "decrypt the key with the program that wrote it, then encrypt it with `certwright key encrypt`",
            ),
            Self::KeyMismatch { .. } => Some(
                "the key belongs to another certificate; `certwright key match KEY CERT` tells pairs apart",
            ),
            Self::OutlivesIssuer { .. } => {
                Some("ask for a shorter lifetime, or for the issuer's own end with --bound clamp")
            }
            Self::IssuerExpired { .. } => Some("an expired authority issues nothing: renew it first"),
            Self::IssuerNotYetValid { .. } => Some("check the clock of this machine, or the --at option"),
            Self::LifetimeZero => Some("write a lifetime such as 395d, 13mo or 10y"),
            Self::LifetimeTooLong { .. } => Some("ask for a shorter lifetime, or have it clamped"),
            Self::OutsideRenewalWindow { .. } => {
                Some("rekey or reissue at any time; a renewal with the same key waits for its window")
            }
            Self::KeyRefused { .. } => Some("make a new key"),
            Self::MissingIssuer { ca_issuers: Some(_), .. } => Some(
                "the certificate names an address for its issuer's certificate (AIA): fetch it and add it",
            ),
            Self::MissingIssuer { ca_issuers: None, .. } => Some("add the issuer's certificate to the input"),
            Self::AmbiguousLeaf { .. } => {
                Some("say which one is the leaf with --leaf FINGERPRINT or --leaf FILE")
            }
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
