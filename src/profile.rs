//! What a certificate may be: root, subordinate and leaf are different types with different freedoms.

use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::key::{Algorithm, PublicKey};
use crate::name::Subject;
use crate::time::Lifetime;
use crate::validity::Bound;

/// What every authority's key is used for (RFC 5280 section 4.2.1.3).
const AUTHORITY_USAGE: KeyUsage =
    KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN).with(KeyUsage::CRL_SIGN);

/// The profile of a root: self-signed, without a path length unless one is set.
#[derive(Clone, Debug)]
pub struct Root {
    lifetime: Lifetime,
    path_length: Option<u8>,
}

impl Root {
    /// A root that lives so long. Ten years are usual.
    #[must_use]
    pub fn new(lifetime: Lifetime) -> Self {
        Self { lifetime, path_length: None }
    }

    /// How many authorities may stand below it, one under the other.
    #[must_use]
    pub fn path_length(mut self, path_length: u8) -> Self {
        self.path_length = Some(path_length);
        self
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape {
            name: "root",
            authority: Some(Constraint { path_length: self.path_length }),
            key_usage: AUTHORITY_USAGE,
            purposes: Vec::new(),
            lifetime: self.lifetime,
            bound: Bound::Reject,
        }
    }
}

/// The profile of a subordinate authority: it may issue leaves only, unless a path length is set.
///
/// A leaf's profile certifies no authority:
///
/// ```compile_fail
/// # use certwright::{Authority, Error, Lifetime, PendingAuthority, profile::{Leaf, Subordinate}};
/// # fn certify(root: &Authority, pending: &PendingAuthority) -> Result<(), Error> {
/// root.certify(&Leaf::client(Lifetime::days(395)), pending.csr())?;
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # use certwright::{Authority, Error, Lifetime, PendingAuthority, profile::{Leaf, Subordinate}};
/// # fn certify(root: &Authority, pending: &PendingAuthority) -> Result<(), Error> {
/// root.certify(&Subordinate::new(Lifetime::days(395)), pending.csr())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Subordinate {
    lifetime: Lifetime,
    path_length: u8,
    bound: Bound,
    subject: Option<Subject>,
}

impl Subordinate {
    /// A subordinate that lives so long and has no authority below it. Three years are usual.
    #[must_use]
    pub fn new(lifetime: Lifetime) -> Self {
        Self { lifetime, path_length: 0, bound: Bound::default(), subject: None }
    }

    /// How many authorities may stand below it, one under the other.
    #[must_use]
    pub fn path_length(mut self, path_length: u8) -> Self {
        self.path_length = path_length;
        self
    }

    /// What to do when it would outlive its issuer.
    #[must_use]
    pub fn bound(mut self, bound: Bound) -> Self {
        self.bound = bound;
        self
    }

    /// Grants this subject instead of the one that the request asks for.
    #[must_use]
    pub fn subject(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn granted_subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape {
            name: "subordinate",
            authority: Some(Constraint { path_length: Some(self.path_length) }),
            key_usage: AUTHORITY_USAGE,
            purposes: Vec::new(),
            lifetime: self.lifetime,
            bound: self.bound,
        }
    }
}

/// The profile of a leaf: somebody who certifies nobody.
#[derive(Clone, Debug)]
pub struct Leaf {
    purpose: Purpose,
    lifetime: Lifetime,
    bound: Bound,
}

#[derive(Clone, Copy, Debug)]
enum Purpose {
    Client,
    Server,
    Peer,
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

    fn new(purpose: Purpose, lifetime: Lifetime) -> Self {
        Self { purpose, lifetime, bound: Bound::default() }
    }

    /// What to do when it would outlive its issuer.
    #[must_use]
    pub fn bound(mut self, bound: Bound) -> Self {
        self.bound = bound;
        self
    }

    pub(crate) fn shape(&self, key: &PublicKey) -> Shape {
        let (name, purposes) = match self.purpose {
            Purpose::Client => ("client", vec![ExtendedKeyUsage::ClientAuth]),
            Purpose::Server => ("server", vec![ExtendedKeyUsage::ServerAuth]),
            Purpose::Peer => ("peer", vec![ExtendedKeyUsage::ServerAuth, ExtendedKeyUsage::ClientAuth]),
        };
        Shape {
            name,
            authority: None,
            key_usage: self.key_usage(key),
            purposes,
            lifetime: self.lifetime,
            bound: self.bound,
        }
    }

    /// Key transport exists for RSA servers only, and only up to TLS 1.2 (RFC 5246 section 7.4.2).
    fn key_usage(&self, key: &PublicKey) -> KeyUsage {
        match (self.purpose, key.algorithm()) {
            (Purpose::Server | Purpose::Peer, Algorithm::Rsa { .. }) => {
                KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT)
            }
            _ => KeyUsage::DIGITAL_SIGNATURE,
        }
    }
}

/// What a profile comes to for one certificate.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// The profile's name, for the ledger and for people.
    pub(crate) name: &'static str,
    /// Basic constraints with cA; `None` for leaves.
    pub(crate) authority: Option<Constraint>,
    pub(crate) key_usage: KeyUsage,
    pub(crate) purposes: Vec<ExtendedKeyUsage>,
    pub(crate) lifetime: Lifetime,
    pub(crate) bound: Bound,
}

/// How far down an authority may certify authorities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint {
    pub(crate) path_length: Option<u8>,
}
