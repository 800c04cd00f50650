//! The door to what only old keys need: open with the feature `legacy-keys`, a wall without it.

#[cfg(feature = "legacy-keys")]
mod open;
#[cfg(not(feature = "legacy-keys"))]
#[path = "wall.rs"]
mod open;

pub(super) use self::open::{AVAILABLE, decrypt, open};
