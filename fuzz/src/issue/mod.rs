//! Certificates that are issued for whatever request, profile and authority.

mod asked;
pub mod judge;
pub mod scene;
mod subject;
mod words;

use arbitrary::{Arbitrary, Unstructured};

use self::asked::Asked;

/// Every property of issuing: what is asked for is refused for a reason that a caller can act on, or issued as planned.
pub fn holds(data: &[u8]) {
    let Ok(asked) = Asked::arbitrary_take_rest(Unstructured::new(data)) else { return };
    let Some(authority) = asked.authority() else { return };
    match asked.prepared(&authority) {
        Some(Ok((prepared, wanted))) => judge::issued(prepared, &authority, &wanted),
        Some(Err(error)) => judge::refused(&error),
        None => {}
    }
}
