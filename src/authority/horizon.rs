//! Until when an authority can still do what it is for.

use super::Authority;
use crate::error::Error;
use crate::profile::{Leaf, Subordinate};
use crate::timestamp::Timestamp;
use crate::validity;

mod sealed {
    use crate::key::PublicKey;
    use crate::time::Lifetime;

    pub trait Lasting {
        fn lifetime(&self, key: &PublicKey) -> Lifetime;
    }
}

use sealed::Lasting;

/// A profile of what an authority issues: [`Leaf`] or [`Subordinate`]. It is not for others to implement.
pub trait Dated: Lasting {}

impl Dated for Leaf {}
impl Dated for Subordinate {}

impl Lasting for Leaf {
    fn lifetime(&self, key: &crate::key::PublicKey) -> crate::time::Lifetime {
        self.shape(key).lifetime
    }
}

impl Lasting for Subordinate {
    fn lifetime(&self, _key: &crate::key::PublicKey) -> crate::time::Lifetime {
        self.shape().lifetime
    }
}

impl Authority {
    /// The last moment at which a certificate of this profile can be issued in its full length; nothing where its
    /// lifetime never fits into the authority's own, or its short-lived mode forbids it.
    ///
    /// After it, `Bound::Reject` refuses and `Bound::Clamp` grants less every day: renew the authority before.
    ///
    /// # Errors
    ///
    /// [`Error::LifetimeZero`].
    pub fn horizon(&self, profile: &impl Dated) -> Result<Option<Timestamp>, Error> {
        let lifetime = profile.lifetime(self.certificate().public_key());
        validity::horizon(lifetime, self.0.practice, self.0.chain.full())
    }
}
