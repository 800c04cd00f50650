//! Until when an authority can still do what it is for.

use super::Authority;
use crate::error::Error;
use crate::time::Lifetime;
use crate::timestamp::Timestamp;
use crate::validity;

impl Authority {
    /// The last moment at which a certificate can be issued for this lifetime in its full length, such as that of a
    /// profile; nothing where it never fits into the authority's own, or its short-lived mode forbids it.
    ///
    /// After it, `Bound::Reject` refuses and `Bound::Clamp` grants less every day: renew the authority before.
    ///
    /// # Errors
    ///
    /// [`Error::LifetimeZero`].
    pub fn horizon(&self, lifetime: Lifetime) -> Result<Option<Timestamp>, Error> {
        validity::horizon(lifetime, self.0.practice, self.0.chain.full())
    }
}
