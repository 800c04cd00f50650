//! HMAC (RFC 2104) with a hash of the SHA-3 family.
//!
//! The hmac crate has two: one for hashes that are taken block by block, which those of SHA-3 are not, and one for all
//! others, which leaves the padded key in memory and hashes it anew in each round.

use pbkdf2::hmac::KeyInit;
use pbkdf2::hmac::digest::common::{BlockSizeUser, InvalidLength, KeySizeUser};
use pbkdf2::hmac::digest::{Digest, FixedOutput, Key, MacMarker, Output, OutputSizeUser, Update};

use super::hash::digest;
use crate::secret::Zeroizing;

/// Both hashes with the key already in them. They wipe themselves on drop; what is moved or returned on the way leaves
/// copies on the stack.
#[derive(Clone)]
pub(super) struct Hmac<D> {
    inner: D,
    outer: D,
}

impl<D: Digest + BlockSizeUser> KeyInit for Hmac<D> {
    fn new(key: &Key<Self>) -> Self {
        Self::keyed(key)
    }

    fn new_from_slice(key: &[u8]) -> Result<Self, InvalidLength> {
        Ok(Self::keyed(key))
    }
}

impl<D: Digest + BlockSizeUser> Hmac<D> {
    fn keyed(key: &[u8]) -> Self {
        let mut block = Zeroizing::new(vec![0; D::block_size()]);
        let hashed = (key.len() > block.len()).then(|| digest::<D>(&[key]));
        let key = hashed.as_deref().map_or(key, Vec::as_slice);
        block.iter_mut().zip(key).for_each(|(octet, key)| *octet = *key);
        let mut padded = |pad: u8| {
            block.iter_mut().for_each(|octet| *octet ^= pad);
            D::new().chain_update(&*block)
        };
        let inner = padded(0x36);
        // The first pad is taken off with the second.
        Self { inner, outer: padded(0x36 ^ 0x5c) }
    }
}

impl<D: Update> Update for Hmac<D> {
    fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }
}

impl<D: OutputSizeUser> OutputSizeUser for Hmac<D> {
    type OutputSize = D::OutputSize;
}

impl<D: FixedOutput + Update> FixedOutput for Hmac<D> {
    fn finalize_into(self, out: &mut Output<Self>) {
        let Self { inner, mut outer } = self;
        outer.update(&inner.finalize_fixed());
        outer.finalize_into(out);
    }
}

impl<D: BlockSizeUser> KeySizeUser for Hmac<D> {
    type KeySize = D::BlockSize;
}

impl<D> MacMarker for Hmac<D> {}
