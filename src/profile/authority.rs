//! The profiles of those who certify others.

use super::aws;
use super::constraints::Subtree;
use super::extras::Extras;
use super::shape::{Basic, Revocation, Shape};
use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::error::Error;
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
    template: Option<&'static aws::Template>,
    pub(super) extras: Extras,
}

impl Root {
    /// A root that lives so long. [Ten years](super::usual::ROOT) are usual.
    #[must_use]
    pub fn new(lifetime: Lifetime) -> Self {
        Self { lifetime, path_length: None, template: None, extras: Extras::default() }
    }

    /// A root after a template of AWS Private CA, by name: `RootCACertificate/V1`.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a name that is no template, or one of another kind.
    pub fn aws(template: &str, lifetime: Lifetime) -> Result<Self, Error> {
        match aws::find(template)? {
            found @ aws::Template { kind: aws::Kind::Root, .. } => {
                Ok(Self { template: Some(found), ..Self::new(lifetime) })
            }
            other => Err(other.of_another_kind("a root")),
        }
    }

    /// How many authorities may stand below it, one under the other.
    #[must_use]
    pub fn path_length(mut self, path_length: u8) -> Self {
        self.path_length = Some(path_length);
        self
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape {
            name: self.template.map_or("root", |template| template.name),
            basic: Basic::Authority { path_length: self.path_length },
            key_usage: AUTHORITY_USAGE,
            purposes: Vec::new(),
            purposes_critical: false,
            revocation: Revocation::Unchecked,
            lifetime: self.lifetime,
            bound: Bound::Reject,
            extras: self.extras.clone(),
            template: self.template,
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
    path_length: Option<u8>,
    bound: Bound,
    subject: Option<Subject>,
    purposes: Vec<ExtendedKeyUsage>,
    template: Option<&'static aws::Template>,
    pub(super) extras: Extras,
}

impl Subordinate {
    /// A subordinate that lives so long and has no authority below it. [Three years](super::usual::SUBORDINATE) are usual.
    #[must_use]
    pub fn new(lifetime: Lifetime) -> Self {
        Self {
            lifetime,
            path_length: Some(0),
            bound: Bound::default(),
            subject: None,
            purposes: Vec::new(),
            template: None,
            extras: Extras::default(),
        }
    }

    /// A subordinate after a template of AWS Private CA, by name: `SubordinateCACertificate_PathLen0/V1`.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a name that is no template, or one of another kind.
    pub fn aws(template: &str, lifetime: Lifetime) -> Result<Self, Error> {
        match aws::find(template)? {
            found @ aws::Template { kind: aws::Kind::Subordinate { path_length }, .. } => {
                Ok(Self { template: Some(found), path_length: Some(*path_length), ..Self::new(lifetime) })
            }
            other => Err(other.of_another_kind("a subordinate")),
        }
    }

    /// How long it is asked to live.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// How many authorities may stand below it, one under the other. A template has one of its own and takes no other.
    #[must_use]
    pub fn path_length(mut self, path_length: u8) -> Self {
        self.path_length = Some(path_length);
        self
    }

    /// The same, or no limit: only an authority that has none already is renewed so.
    pub(super) fn any_path_length(mut self, path_length: Option<u8>) -> Self {
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

    /// Limits everything below it to this purpose as well. Readers apply that, though RFC 5280 does not say so.
    #[must_use]
    pub fn purpose(mut self, purpose: ExtendedKeyUsage) -> Self {
        self.purposes.push(purpose);
        self
    }

    /// It may certify names of this kind only inside these subtrees.
    #[must_use]
    pub fn permit(mut self, subtree: Subtree) -> Self {
        self.extras.permitted.push(subtree);
        self
    }

    /// It may certify no name inside this subtree.
    #[must_use]
    pub fn exclude(mut self, subtree: Subtree) -> Self {
        self.extras.excluded.push(subtree);
        self
    }

    pub(crate) fn granted_subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    pub(crate) fn shape(&self) -> Shape {
        Shape {
            name: self.template.map_or("subordinate", |template| template.name),
            basic: Basic::Authority { path_length: self.path_length },
            key_usage: AUTHORITY_USAGE,
            purposes: self.purposes.clone(),
            purposes_critical: false,
            revocation: Revocation::Published,
            lifetime: self.lifetime,
            bound: self.bound,
            extras: self.extras.clone(),
            template: self.template,
        }
    }
}
