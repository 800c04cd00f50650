//! What the server shows of itself: its certificate chain and key, for the one domain.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, DnsName, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{
    NoServerSessionStorage, ResolvesServerCertUsingSni, ServerConfig, WebPkiClientVerifier,
};
use rustls::sign::CertifiedKey;

use crate::failure::Failure;
use crate::truststore::Truststore;

/// The anchors' names are sent to clients so that they can choose a certificate. The list has a length of
/// 16 bits (RFC 8446, 4.2.4); a long one is left out, which invites every certificate.
const LONGEST_HINTS: usize = 32_768;

/// A certificate for the domain with its key, and the cryptography both are used with.
pub(crate) struct Identity {
    /// Answers for the domain and for no other name: rustls refuses the rest in the handshake.
    resolver: Arc<ResolvesServerCertUsingSni>,
    provider: Arc<CryptoProvider>,
}

impl Identity {
    /// Reads both files. The key must belong to the certificate, and the certificate must name the domain.
    pub(crate) fn load(domain: &DnsName<'_>, cert: &Path, key: &Path) -> Result<Self, Failure> {
        let (chain, key) = (certificates(cert)?, private_key(key)?);
        let provider = Arc::new(ring::default_provider());
        let mut resolver = ResolvesServerCertUsingSni::new();
        CertifiedKey::from_der(chain, key, &provider)
            .and_then(|certified| resolver.add(domain.as_ref(), certified))
            .map_err(|source| Failure::Identity {
                domain: domain.as_ref().to_owned(),
                path: cert.to_owned(),
                source,
            })?;
        Ok(Self { resolver: Arc::new(resolver), provider })
    }

    /// A configuration that asks clients for a certificate if there is a truststore to judge it by.
    pub(crate) fn config(&self, truststore: Option<Truststore>) -> Result<Arc<ServerConfig>, Failure> {
        let builder = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(Failure::Tls)?;
        let builder = match truststore {
            Some(store) => builder.with_client_cert_verifier(self.verifier(store)?),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(self.resolver.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        judge_every_handshake(&mut config);
        Ok(Arc::new(config))
    }

    fn verifier(&self, store: Truststore) -> Result<Arc<dyn ClientCertVerifier>, Failure> {
        let Truststore { anchors, path, .. } = store;
        let hints: usize = anchors.subjects().iter().map(|name| name.as_ref().len()).sum();
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(anchors), self.provider.clone());
        let builder = if hints > LONGEST_HINTS { builder.clear_root_hint_subjects() } else { builder };
        builder.build().map_err(|source| Failure::Verifier { path, source })
    }
}

/// Turns session resumption off: a resumed session does not show its certificate again, so a client that
/// has expired since, or lost its place in the truststore, would still come in.
fn judge_every_handshake(config: &mut ServerConfig) {
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(path)?)
        .collect::<Result<_, _>>()
        .map_err(|e| Failure::pem("certificate", path, &e))?;
    match chain.is_empty() {
        true => Err(Failure::pem("certificate", path, &pem::Error::NoItemsFound)),
        false => Ok(chain),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let text = read(path)?;
    if is_encrypted(&text) {
        return Err(Failure::EncryptedKey { path: path.to_owned() });
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|e| Failure::pem("private key", path, &e))
}

/// PKCS#8 says it in the label, the traditional formats in a header (RFC 1421, 4.6.1.1).
fn is_encrypted(pem: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pem);
    text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
}
