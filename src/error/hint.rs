//! The way out of an error, where there is one.

use std::io::ErrorKind;

use super::{Error, Found, KeyOperation, PemFault};

impl Error {
    /// What to do about it, as a sentence for people. It names no command and no option of certwright's own program,
    /// which whoever embeds the library does not have.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::At { error, .. } => error.hint(),
            Self::Read { source, .. } => read(source.kind()),
            Self::Write { source, .. } => write(source.kind()),
            Self::Exists { .. } => Some("choose another name, or say that it may be replaced"),
            Self::Pem { fault, .. } => pem(fault),
            Self::TrailingBytes { .. } => {
                Some("the file holds more than one structure, or was damaged in transfer")
            }
            Self::Unexpected { found, .. } => unexpected(found),
            Self::PassphraseMissing { .. } => Some("give the passphrase that it was encrypted with"),
            Self::PassphraseWrong { .. } => Some(
                "check the passphrase; in a file, one line end after it is ignored and anything else counts",
            ),
            Self::UnsupportedEncryption { operation, .. } => Some(decrypted_elsewhere(*operation)),
            Self::KeyDerivationLimit { operation, .. } => Some(too_much_work(*operation)),
            Self::InvalidKey { .. } => {
                Some("the key was damaged or put together from two: copy it again from where it was made")
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
                Some("make the issuer with a longer path length, or issue from one above it")
            }
            Self::KeyRefused { .. } => Some("make a new key"),
            Self::TooLarge { .. } => Some("name another file: nothing of this kind is so large"),
            Self::Ledger { .. } => Some(
                "check that you may write to the folder of the ledger, and that nothing else stands in its place",
            ),
            Self::MissingIssuer { ca_issuers, .. } => Some(issuer(ca_issuers.is_some())),
            Self::AmbiguousLeaf { .. } => Some("say which one is the leaf, by its fingerprint"),
            Self::UnsupportedKey { operation, .. } => unsupported(*operation),
            Self::CurveMissing => {
                Some("put before it what `openssl ecparam -name CURVE` writes, with the curve that is meant")
            }
            _ => None,
        }
    }
}

fn issuer(has_address: bool) -> &'static str {
    if has_address {
        "the certificate names an address for its issuer's certificate (AIA): fetch it and add it"
    } else {
        "add the issuer's certificate to the input"
    }
}

fn decrypted_elsewhere(operation: KeyOperation) -> &'static str {
    if operation == KeyOperation::OpenPkcs12 {
        "open the file with the program that wrote it, and write it anew under a passphrase and PBES2"
    } else {
        "decrypt the key with the program that wrote it, then encrypt it again here"
    }
}

fn too_much_work(operation: KeyOperation) -> &'static str {
    match operation {
        KeyOperation::WritePkcs12 | KeyOperation::Encrypt => "ask for less: nobody would open it",
        _ => "who made the file can open it, and write it anew with less work",
    }
}

/// For a key of a kind that something cannot be done with.
fn unsupported(operation: KeyOperation) -> Option<&'static str> {
    Some(match operation {
        KeyOperation::WritePkcs1 | KeyOperation::WriteSec1 => "PKCS#8 holds keys of every kind",
        KeyOperation::ComputePublicPart => {
            "have the program that wrote the key write it with its public part, as `openssl ec` does"
        }
        KeyOperation::Open => {
            "it is neither converted nor certified here: RSA, EC and the keys of RFC 8410 (Ed25519 and its kin) are"
        }
        KeyOperation::Check => "have OpenSSL check it: `openssl pkey -check -noout -in FILE`",
        // What generates no RSA keys was built without them.
        KeyOperation::Generate => "use p256, p384 or ed25519, or a build with the feature `rsa`",
        KeyOperation::Sign | KeyOperation::SignCertificates => {
            "use one of p256, p384, ed25519, rsa-2048, rsa-3072, rsa-4096"
        }
        KeyOperation::OpenPkcs12 | KeyOperation::WritePkcs12 | KeyOperation::Encrypt => return None,
    })
}

fn read(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "check the name; a relative path begins in the working folder",
        ErrorKind::PermissionDenied => "check that you may read it",
        ErrorKind::IsADirectory => "name a file, not a folder",
        _ => return None,
    })
}

fn write(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotADirectory => "check that the folder exists: a file stands in its place",
        ErrorKind::IsADirectory => "name a file in the folder, not the folder itself",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk",
        ErrorKind::PermissionDenied => {
            "check that you may write into its folder: a file is written there under another name, then renamed"
        }
        ErrorKind::ResourceBusy => {
            "what is mounted by itself cannot be replaced: write under another name, and copy it there"
        }
        _ => "check that the folder exists and that you may write to it",
    })
}

fn unexpected(found: &Found) -> Option<&'static str> {
    Some(match found {
        Found::Nothing => "copy the file again: nothing of it arrived",
        Found::Foreign { name: None } => {
            "certificates, requests and keys are text between lines of BEGIN and END (PEM), or DER"
        }
        // What converts it is said with its name.
        Found::Foreign { name: Some(_) } => return None,
        Found::Structures { .. } => "look into the file: `inspect` tells what it holds",
    })
}

fn pem(fault: &PemFault) -> Option<&str> {
    Some(match fault {
        PemFault::MissingEnd { .. } => "the file was cut off while it was copied: copy it again, whole",
        PemFault::NestedBegin { .. } => "the end of the outer block was lost: copy that block again, whole",
        PemFault::LabelMismatch { .. } => "two blocks were cut together: copy each of them again, whole",
        PemFault::BadBoundary { .. } => "five dashes, BEGIN or END, the label in capitals, five dashes",
        PemFault::BadHeader { .. } => "headers stand directly below BEGIN, with a blank line below them",
        PemFault::BadBase64 { .. } => "the text was damaged while it was copied: copy the block again, whole",
        PemFault::StrayEnd { .. } => "the beginning of a block was lost: copy that block again, whole",
        PemFault::NotText { .. } => "save the file as plain ASCII or UTF-8 text",
        _ => return None,
    })
}
