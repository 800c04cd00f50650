//! RSA keys, whose search for primes the rsa crate does: ring has none.

use ::rsa::PrivateKey;
use ::rsa::pkcs1::EncodeRsaPrivateKey;

use super::super::algorithm::KeyType;
use crate::error::Error;
use crate::random::SysRng;
use crate::secret::Zeroizing;

/// The DER of a new RSAPrivateKey with the exponent 65537.
pub(super) fn generate(_kind: KeyType, bits: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let key = PrivateKey::new(&mut SysRng, bits).map_err(|cause| match cause {
        ::rsa::Error::Rng => Error::Random { cause: Box::new(cause) },
        _ => Error::Crypto { operation: "generate an RSA key" },
    })?;
    let der = key.to_pkcs1_der().map_err(|_encoding| Error::Crypto { operation: "encode an RSA key" })?;
    Ok(Zeroizing::new(der.as_bytes().to_vec()))
}
