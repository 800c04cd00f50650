//! Why the gateway does not start, or keeps its old truststore.

use std::error::Error;
use std::io;
use std::iter;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem;
use rustls::server::VerifierBuilderError;

use crate::log;

/// Every message continues "failed to"; the cause is printed after it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("read a {wanted} from {}: {reason}", path.display())]
    Pem { wanted: &'static str, path: PathBuf, reason: String },
    #[error("use the key {}: it is encrypted", path.display())]
    EncryptedKey { path: PathBuf },
    #[error("serve {domain} with the certificate {}", path.display())]
    Identity { domain: String, path: PathBuf, source: rustls::Error },
    #[error("trust certificate {number} of {}: {reason}", path.display())]
    Anchor { number: usize, path: PathBuf, reason: String },
    #[error("trust {}: it lacks {issuer:?}, the issuer of {subject:?}", path.display())]
    IncompleteChain { path: PathBuf, subject: String, issuer: String },
    #[error("trust {}", path.display())]
    Verifier { path: PathBuf, source: VerifierBuilderError },
    #[error("set up TLS")]
    Tls(#[source] rustls::Error),
    #[error("listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("announce the address on stdout")]
    Announce(#[source] io::Error),
    #[error("start the runtime")]
    Runtime(#[source] io::Error),
}

impl Failure {
    /// A PEM file that does not hold what was `wanted`.
    pub(crate) fn pem(wanted: &'static str, path: &Path, error: &pem::Error) -> Self {
        let reason = match error {
            pem::Error::NoItemsFound => "there is none".to_owned(),
            // The library prints the marker as a list of numbers.
            pem::Error::MissingSectionEnd { end_marker } => {
                format!("the end of {:?} is missing", String::from_utf8_lossy(end_marker).trim_end())
            }
            other => other.to_string(),
        };
        Self::Pem { wanted, path: path.to_owned(), reason }
    }

    /// `failed to …`, with every cause.
    pub(crate) fn sentence(&self) -> String {
        let causes = iter::successors(self.source(), |cause| (*cause).source());
        causes.fold(format!("failed to {self}"), |sentence, cause| format!("{sentence}: {cause}"))
    }

    /// Prints the failure as the certwright program does: the error, then the way out.
    pub(crate) fn report(&self) {
        log::line(format_args!("error: {}", self.sentence()));
        if let Some(hint) = self.hint() {
            log::line(format_args!("hint: {hint}"));
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::EncryptedKey { path } => Some(format!(
                "a server starts without anyone to type a passphrase: make a plain copy with \
                 `certwright key decrypt {} --out plain.pem`",
                path.display()
            )),
            Self::IncompleteChain { .. } => {
                Some("a truststore holds every chain up to its self-signed root".to_owned())
            }
            _ => None,
        }
    }
}
