//! Who calls.

use std::fmt;

use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The client of a connection, as its log lines name it.
#[derive(Debug)]
pub(crate) enum Caller {
    /// No certificate was asked for.
    Anonymous,
    /// The certificate passed the truststore.
    Known {
        /// Its subject, last RDN last.
        subject: String,
        /// The SHA-256 of the certificate in lowercase hex.
        fingerprint: String,
    },
}

impl Caller {
    /// The caller behind the chain that a client presented.
    pub(crate) fn of(presented: Option<&[CertificateDer<'_>]>) -> Self {
        match presented.and_then(<[_]>::first) {
            None => Self::Anonymous,
            Some(leaf) => Self::Known { subject: subject(leaf), fingerprint: fingerprint(leaf) },
        }
    }
}

/// The subject is quoted and escaped: whoever obtains a certificate must not be able to forge log lines.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Known { subject, fingerprint } => write!(f, "{subject:?} sha256:{fingerprint}"),
        }
    }
}

/// rustls accepted the certificate with another parser; what this one cannot read is known by its digest.
fn subject(leaf: &CertificateDer<'_>) -> String {
    X509Certificate::from_der(leaf).map_or_else(|_| String::new(), |(_, c)| c.subject().to_string())
}

fn fingerprint(leaf: &CertificateDer<'_>) -> String {
    hex(digest(&SHA256, leaf).as_ref())
}

/// Lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
