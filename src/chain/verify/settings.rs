//! The choices of whoever verifies, as enums.

use crate::certificate::{ExtendedKeyUsage, KeyUsage};
use crate::oid::Oid;

/// How strict a verification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// RFC 5280 section 6: what decides whether a path holds. Prefer this one.
    #[default]
    Path,
    /// And the MUSTs of RFC 5280 section 4 for every certificate of the path: identifiers, serial numbers,
    /// criticality, syntax of names. A certificate that breaks them works in most programs.
    Profile,
    /// And the rules of the public web (CA/B Baseline Requirements): names, lifetimes by date, kinds of keys.
    /// Name constraints may be non-critical there.
    PublicWeb,
}

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// A TLS client.
    Client,
    /// A TLS server.
    Server,
}

impl Purpose {
    pub(super) const fn extended(self) -> ExtendedKeyUsage {
        match self {
            Self::Client => ExtendedKeyUsage::ClientAuth,
            Self::Server => ExtendedKeyUsage::ServerAuth,
        }
    }

    /// The key usage bits of which one is enough (RFC 5280 section 4.2.1.12).
    pub(super) const fn usages(self) -> KeyUsage {
        let signs = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT);
        match self {
            Self::Client => signs,
            Self::Server => signs.with(KeyUsage::KEY_ENCIPHERMENT),
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Client => "TLS clients",
            Self::Server => "TLS servers",
        }
    }
}

/// Whether the extended key usage of authorities limits what is below them.
///
/// RFC 5280 does not say so; OpenSSL, webpki, Go, Windows and browsers do it, so it is on wherever a purpose is
/// asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nesting {
    /// An authority whose purposes do not include the one asked for breaks the path.
    #[default]
    Enforced,
    /// Only the certificate itself is looked at.
    Ignored,
}

/// Whether key usage bits count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyUsageRule {
    /// Authorities need keyCertSign, and the certificate itself a bit that fits its purpose, where they list bits.
    #[default]
    Enforced,
    /// They are not looked at, as rustls does it. Only to predict such a reader.
    Ignored,
}

/// Which certificates of a path need a CRL that covers them, once CRLs are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coverage {
    /// Every certificate below the anchor (as nginx and Envoy demand).
    #[default]
    Every,
    /// The certificate itself; others are refused where a CRL lists them.
    Leaf,
    /// None: a certificate is refused where a CRL lists it. **Prefer one of the others**: who withholds a CRL
    /// hides a revocation.
    Known,
}

/// What of an anchor counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnchorUse {
    /// All of it: nothing below an expired root holds.
    #[default]
    Certificate,
    /// Its name, its key and its name constraints, as rustls does it: dates and other extensions are not looked at.
    NameAndKey,
    /// Its name and its key alone, as Java does it: its name constraints are not looked at either.
    KeyAlone,
}

/// The inputs of RFC 5280 section 6.1.1 about policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedPolicies {
    /// user-initial-policy-set; empty for any policy.
    pub acceptable: Vec<Oid>,
    /// initial-explicit-policy: the path has to be valid for one of them.
    pub require_explicit: bool,
    /// initial-policy-mapping-inhibit.
    pub inhibit_mapping: bool,
    /// initial-any-policy-inhibit.
    pub inhibit_any: bool,
}

/// Bounds of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most intermediates between the certificate and its anchor; self-issued ones do not count, as for
    /// pathLenConstraint.
    pub intermediates: Option<usize>,
    /// The most certificates in a path, anchor included.
    pub longest: usize,
    /// The most signatures that are checked; each pair is checked once.
    pub signatures: usize,
    /// The most certificates that are tried as the next one of a path.
    pub steps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // No honest path comes near: the deepest that is known, the US federal bridge, has about a dozen.
        Self { intermediates: None, longest: 32, signatures: 1_000, steps: 20_000 }
    }
}

macro_rules! setters {
    ($name:ident: $($(#[$doc:meta])* $field:ident: $kind:ty),+ $(,)?) => {
        impl $name {
            $($(#[$doc])* #[must_use] pub fn $field(mut self, value: $kind) -> Self { self.$field = value; self })+
        }
    };
}

setters!(Limits:
    /// The same bounds with another most number of intermediates.
    intermediates: Option<usize>,
    /// The same bounds with another longest path.
    longest: usize,
    /// The same bounds with another number of signatures.
    signatures: usize,
    /// The same bounds with another number of steps.
    steps: usize,
);

setters!(AcceptedPolicies:
    /// The same inputs with these acceptable policies.
    acceptable: Vec<Oid>,
    /// The same inputs with initial-explicit-policy set so.
    require_explicit: bool,
    /// The same inputs with initial-policy-mapping-inhibit set so.
    inhibit_mapping: bool,
    /// The same inputs with initial-any-policy-inhibit set so.
    inhibit_any: bool,
);
