//! What there is to say about how a structure was found.

use std::fmt;

use crate::pem::Irregularity;

use super::kind::Kind;

/// Something irregular that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// In the text of the PEM block.
    Pem(Irregularity),
    /// The label says one thing, the content is another; the content decides.
    Label { label: String, content: Kind },
    /// A label of the past for what has another label today (RFC 7468 section 4).
    OldLabel { label: String, today: &'static str },
    /// OpenSSL's trust settings behind the certificate of a `TRUSTED CERTIFICATE` block; they were left out.
    TrustSettings { bytes: usize },
    /// Bytes behind the structure of a block, and what they begin with where they are whole structures; they were
    /// left out.
    TrailingBytes { bytes: usize, next: Option<Kind> },
    /// It was inside a PKCS#7 structure.
    FromPkcs7,
}

/// What to say about a label, given what the content is.
pub(super) fn on_label(label: &str, said: Option<Kind>, content: Kind) -> Option<Remark> {
    match (said, label) {
        (None, _) if content != Kind::Unknown => Some(Remark::Label { label: label.to_owned(), content }),
        (Some(said), _) if said != content => Some(Remark::Label { label: label.to_owned(), content }),
        (_, "X509 CERTIFICATE") => Some(old(label, "CERTIFICATE")),
        (_, "NEW CERTIFICATE REQUEST") => Some(old(label, "CERTIFICATE REQUEST")),
        (_, "CRL") => Some(old(label, "X509 CRL")),
        _ => None,
    }
}

fn old(label: &str, today: &'static str) -> Remark {
    Remark::OldLabel { label: label.to_owned(), today }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(irregularity) => irregularity.fmt(f),
            Self::Label { label, content } => write!(f, "the label is {label:?}, the content is {content}"),
            Self::OldLabel { label, today } => write!(f, "the label {label:?} is written {today:?} today"),
            Self::TrustSettings { bytes } => write!(f, "{bytes} bytes of OpenSSL trust settings left out"),
            Self::TrailingBytes { bytes, next: None } => {
                write!(f, "{bytes} bytes behind the structure left out")
            }
            Self::TrailingBytes { bytes, next: Some(kind) } => {
                write!(f, "{bytes} bytes behind the structure left out, another structure: {kind}")
            }
            Self::FromPkcs7 => f.write_str("taken out of a PKCS#7 structure"),
        }
    }
}
