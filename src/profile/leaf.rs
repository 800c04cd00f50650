//! The profiles of those who certify nobody.

use super::aws;
use super::extras::Extras;
use super::policy::TlsFeature;
use super::shape::{Basic, Revocation, Shape};
use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::error::Error;
use crate::key::{Algorithm, PublicKey};
use crate::time::Lifetime;
use crate::validity::Bound;

/// The profile of a leaf: somebody who certifies nobody.
#[derive(Clone, Debug)]
pub struct Leaf {
    purpose: Purpose,
    lifetime: Lifetime,
    bound: Bound,
    pub(super) extras: Extras,
}

#[derive(Clone, Copy, Debug)]
enum Purpose {
    Client,
    Server,
    Peer,
    Email,
    CodeSigning,
    TimeStamping,
    OcspSigner,
    Aws(&'static aws::Template),
}

impl Leaf {
    /// A TLS client.
    #[must_use]
    pub fn client(lifetime: Lifetime) -> Self {
        Self::new(Purpose::Client, lifetime)
    }

    /// A TLS server.
    #[must_use]
    pub fn server(lifetime: Lifetime) -> Self {
        Self::new(Purpose::Server, lifetime)
    }

    /// A TLS client and server at once, such as a member of a cluster.
    #[must_use]
    pub fn peer(lifetime: Lifetime) -> Self {
        Self::new(Purpose::Peer, lifetime)
    }

    /// Someone who signs and reads mail.
    #[must_use]
    pub fn email(lifetime: Lifetime) -> Self {
        Self::new(Purpose::Email, lifetime)
    }

    /// Someone who signs programs.
    #[must_use]
    pub fn code_signing(lifetime: Lifetime) -> Self {
        Self::new(Purpose::CodeSigning, lifetime)
    }

    /// A time stamping service: that purpose alone, and critical (RFC 3161 section 2.3).
    #[must_use]
    pub fn time_stamping(lifetime: Lifetime) -> Self {
        Self::new(Purpose::TimeStamping, lifetime)
    }

    /// An OCSP responder of the authority that issues it. Nobody asks whether it is revoked itself
    /// (ocsp-nocheck, RFC 6960 section 4.2.2.2.1), so it should live shortly: [30 days](super::usual::OCSP_SIGNER)
    /// are usual.
    #[must_use]
    pub fn ocsp_signer(lifetime: Lifetime) -> Self {
        Self::new(Purpose::OcspSigner, lifetime)
    }

    /// A leaf after a template of AWS Private CA, by name, such as `EndEntityClientAuthCertificate/V1`.
    ///
    /// The templates differ from certwright's own profiles where AWS differs from the standards; the rules that
    /// they waive are recorded in the ledger. Prefer the other profiles unless a reader expects these.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a name that is no template, or one of another kind.
    pub fn aws(template: &str, lifetime: Lifetime) -> Result<Self, Error> {
        match aws::find(template)? {
            found @ aws::Template { kind: aws::Kind::Leaf { .. }, .. } => {
                Ok(Self::new(Purpose::Aws(found), lifetime))
            }
            other => Err(other.of_another_kind("a leaf")),
        }
    }

    fn new(purpose: Purpose, lifetime: Lifetime) -> Self {
        Self { purpose, lifetime, bound: Bound::default(), extras: Extras::default() }
    }

    /// How long it is asked to live.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// What to do when it would outlive its issuer.
    #[must_use]
    pub fn bound(mut self, bound: Bound) -> Self {
        self.bound = bound;
        self
    }

    /// Makes the server promise a TLS feature (RFC 7633).
    #[must_use]
    pub fn tls_feature(mut self, feature: TlsFeature) -> Self {
        self.extras.features.push(feature);
        self
    }

    /// Says that nobody publishes whether it is revoked (noRevAvail, RFC 9608): neither the authority's CRL nor its
    /// responder is named. Only for what ends before a revocation would reach anybody, a week at most.
    #[must_use]
    pub fn no_rev_avail(mut self) -> Self {
        self.extras.no_rev_avail = true;
        self
    }

    pub(crate) fn shape(&self, key: &PublicKey) -> Shape {
        let shape = Shape {
            name: self.purpose.name(),
            basic: Basic::Absent,
            key_usage: self.purpose.key_usage(key),
            purposes: self.purpose.purposes().to_vec(),
            purposes_critical: matches!(self.purpose, Purpose::TimeStamping),
            revocation: match self.purpose {
                Purpose::OcspSigner => Revocation::Unchecked,
                _ if self.extras.no_rev_avail => Revocation::Unchecked,
                _ => Revocation::Published,
            },
            lifetime: self.lifetime,
            bound: self.bound,
            extras: self.extras.clone(),
            template: None,
        };
        match self.purpose {
            Purpose::Aws(template) => template.leaf(shape),
            _ => shape,
        }
    }
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Peer => "peer",
            Self::Email => "email",
            Self::CodeSigning => "code-signing",
            Self::TimeStamping => "time-stamping",
            Self::OcspSigner => "ocsp-signer",
            Self::Aws(template) => template.name,
        }
    }

    fn purposes(self) -> &'static [ExtendedKeyUsage] {
        match self {
            Self::Client => &[ExtendedKeyUsage::ClientAuth],
            Self::Server => &[ExtendedKeyUsage::ServerAuth],
            Self::Peer => &[ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth],
            Self::Email => &[ExtendedKeyUsage::EmailProtection],
            Self::CodeSigning => &[ExtendedKeyUsage::CodeSigning],
            Self::TimeStamping => &[ExtendedKeyUsage::TimeStamping],
            Self::OcspSigner => &[ExtendedKeyUsage::OcspSigning],
            Self::Aws(template) => template.kind.purposes(),
        }
    }

    /// Key transport exists for RSA only: up to TLS 1.2 for servers (RFC 5246 section 7.4.2), and for mail, where
    /// EC keys agree on a key instead (RFC 8551, RFC 5753). Ed25519 can neither.
    fn key_usage(self, key: &PublicKey) -> KeyUsage {
        let signature = KeyUsage::DIGITAL_SIGNATURE;
        match (self, key.algorithm()) {
            (Self::Server | Self::Peer | Self::Email, Algorithm::Rsa { .. }) => {
                signature.with(KeyUsage::KEY_ENCIPHERMENT)
            }
            (Self::Email, Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521) => {
                signature.with(KeyUsage::KEY_AGREEMENT)
            }
            _ => signature,
        }
    }
}
