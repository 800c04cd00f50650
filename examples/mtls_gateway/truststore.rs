//! The truststore: whose clients come in.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::failure::Failure;

/// The certificates of a truststore file, each an anchor: a client may present its intermediates or leave
/// out those that are in the store, and a leaf that the root issued itself comes in, too.
pub(crate) struct Truststore {
    pub(crate) anchors: RootCertStore,
    /// Where it was read from, for messages.
    pub(crate) path: PathBuf,
    /// How many certificates the file holds.
    pub(crate) size: usize,
}

impl Truststore {
    /// Reads PEM. As API Gateway demands, every chain must be complete up to a self-signed root.
    pub(crate) fn parse(pem: &[u8], path: &Path) -> Result<Self, Failure> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|e| Failure::pem("certificate", path, &e))?;
        require_complete_chains(&certificates, path)?;
        let anchors = anchors(&certificates, path)?;
        Ok(Self { anchors, path: path.to_owned(), size: certificates.len() })
    }
}

fn anchors(certificates: &[CertificateDer<'static>], path: &Path) -> Result<RootCertStore, Failure> {
    let mut anchors = RootCertStore::empty();
    for (number, certificate) in (1..).zip(certificates) {
        anchors.add(certificate.clone()).map_err(|e| broken(number, path, e))?;
    }
    Ok(anchors)
}

/// Names are compared by their bytes; a root is a certificate that names itself as issuer.
fn require_complete_chains(certificates: &[CertificateDer<'_>], path: &Path) -> Result<(), Failure> {
    let parsed = parse_all(certificates, path)?;
    let subjects: HashSet<_> = parsed.iter().map(|c| c.subject().as_raw()).collect();
    match parsed.iter().find(|c| !subjects.contains(c.issuer().as_raw())) {
        None => Ok(()),
        Some(orphan) => Err(Failure::IncompleteChain {
            path: path.to_owned(),
            subject: orphan.subject().to_string(),
            issuer: orphan.issuer().to_string(),
        }),
    }
}

fn parse_all<'a>(
    certificates: &'a [CertificateDer<'_>],
    path: &Path,
) -> Result<Vec<X509Certificate<'a>>, Failure> {
    (1..)
        .zip(certificates)
        .map(|(number, der)| {
            let (_, certificate) = X509Certificate::from_der(der).map_err(|e| broken(number, path, e))?;
            Ok(certificate)
        })
        .collect()
}

fn broken(number: usize, path: &Path, reason: impl ToString) -> Failure {
    Failure::Anchor { number, path: path.to_owned(), reason: reason.to_string() }
}
