//! Public keys by themselves.

use certwright::pem::{self, Reading};
use certwright::{Error, PublicKey};

/// The first public key in PEM, or one in DER.
pub(crate) fn read(bytes: &[u8]) -> Result<PublicKey, Error> {
    if bytes.first() == Some(&0x30) {
        return PublicKey::from_spki_der(bytes);
    }
    let blocks = pem::parse(bytes, Reading::Tolerant)?;
    let found = blocks.iter().map(pem::Block::label).collect::<Vec<_>>().join(", ");
    let block = blocks.iter().find(|block| block.label() == "PUBLIC KEY");
    PublicKey::from_spki_der(block.ok_or(Error::Unexpected { expected: "a public key", found })?.contents())
}
