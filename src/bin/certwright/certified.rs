//! The public key that a certificate, a request or nothing else vouches for.

use certwright::{Certificate, Csr, Error, PublicKey};

/// The public key of the first certificate in a file, else of its request, else the one that it is.
pub(crate) fn certified(bytes: &[u8]) -> Result<PublicKey, Error> {
    const EXPECTED: &str = "a certificate, one certificate request or a public key";
    let certificate = Certificate::read(bytes).map(|certificate| certificate.public_key().clone());
    let request = || Csr::read(bytes).map(|request| request.public_key().clone());
    let read = unless_another_kind(certificate, request);
    unless_another_kind(read, || PublicKey::read(bytes)).map_err(|refused| match refused {
        Error::Unexpected { found, .. } => Error::Unexpected { expected: EXPECTED, found },
        other => other,
    })
}

/// What was read, unless the file holds something of another kind: what is wrong with one of the right kind is said.
fn unless_another_kind<T>(
    read: Result<T, Error>,
    next: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    match read {
        Err(Error::Unexpected { .. }) => next(),
        decided => decided,
    }
}
