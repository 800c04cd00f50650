//! What can be added to a profile of any kind.

use super::constraints::Subtree;
use super::encode;
use super::policy::{Policy, TlsFeature};
use crate::certificate::Extension;

/// Settings that profiles share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(super) policies: Vec<Policy>,
    pub(super) permitted: Vec<Subtree>,
    pub(super) excluded: Vec<Subtree>,
    pub(super) features: Vec<TlsFeature>,
    /// Nobody publishes whether it is revoked.
    pub(super) no_rev_avail: bool,
    pub(super) custom: Vec<Extension>,
    pub(crate) allowed: Vec<String>,
}

impl Extras {
    pub(super) fn extensions(&self) -> Vec<Extension> {
        let known = [
            encode::name_constraints(&self.permitted, &self.excluded),
            encode::policies(&self.policies),
            encode::tls_features(&self.features),
            self.no_rev_avail.then(encode::no_rev_avail).flatten(),
        ];
        known.into_iter().flatten().chain(self.custom.iter().cloned()).collect()
    }

    pub(super) fn adds_extensions(&self) -> bool {
        !self.extensions().is_empty()
    }
}

/// The settings that every kind of profile takes; each of the types has a field `extras`.
macro_rules! shared_settings {
    ($($profile:ty),*) => {$(
        impl $profile {
            /// Adds a policy (RFC 5280 section 4.2.1.4).
            #[must_use]
            pub fn policy(mut self, policy: Policy) -> Self {
                self.extras.policies.push(policy);
                self
            }

            /// Adds an extension with this value in DER.
            ///
            /// # Errors
            ///
            /// [`Error::Profile`] for one that certwright writes itself, or that is there already;
            /// [`Error::Decode`] and [`Error::TrailingBytes`] where the value is not one element of DER.
            pub fn extension(
                mut self,
                oid: Oid,
                criticality: Criticality,
                value: Vec<u8>,
            ) -> Result<Self, Error> {
                if self.extras.custom.iter().any(|extension| extension.oid == oid) {
                    return Err(Error::Profile { reason: format!("the extension {oid} is there twice") });
                }
                self.extras.custom.push(policy::custom(oid, criticality, value)?);
                Ok(self)
            }

            /// Silences the warning with this id; the ledger records that. What refuses cannot be silenced.
            ///
            /// Whether there is such a warning is checked when a certificate is prepared.
            #[must_use]
            pub fn allow(mut self, rule: impl Into<String>) -> Self {
                self.extras.allowed.push(rule.into());
                self
            }
        }
    )*};
}

pub(super) use shared_settings;
