//! Until when an authority can still do what it is for.

use super::Authority;
use crate::error::Error;
use crate::profile::{Leaf, Subordinate};
use crate::time::Lifetime;
use crate::timestamp::Timestamp;
use crate::validity;

impl From<&Leaf> for Lifetime {
    fn from(profile: &Leaf) -> Self {
        profile.lifetime()
    }
}

impl From<&Subordinate> for Lifetime {
    fn from(profile: &Subordinate) -> Self {
        profile.lifetime()
    }
}

impl Authority {
    /// The last moment at which a certificate of this profile, or of this lifetime, can be issued in its full length;
    /// nothing where it never fits into the authority's own, or its short-lived mode forbids it.
    ///
    /// After it, `Bound::Reject` refuses and `Bound::Clamp` grants less every day: renew the authority before.
    ///
    /// # Errors
    ///
    /// [`Error::LifetimeZero`].
    pub fn horizon(&self, profile: impl Into<Lifetime>) -> Result<Option<Timestamp>, Error> {
        validity::horizon(profile.into(), self.0.practice, self.0.chain.full())
    }
}
