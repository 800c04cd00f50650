//! Random bytes from the operating system.

pub(crate) use getrandom::SysRng;
use getrandom::rand_core::TryRng;

use crate::error::Error;

/// Fills the buffer from the system's cryptographic random source.
///
/// # Errors
///
/// [`Error::Random`] where the system has none to give.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<(), Error> {
    SysRng.try_fill_bytes(buffer).map_err(|error| Error::Random { cause: Box::new(error) })
}

/// So many random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut buffer = [0; N];
    fill(&mut buffer)?;
    Ok(buffer)
}
