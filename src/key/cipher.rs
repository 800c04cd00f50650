//! The ciphers that private keys are encrypted with.

use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::Aead;
use aes_gcm::aead::consts::{U12, U16};
use aes_gcm::{AesGcm, Nonce};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser, KeyInit,
    KeyIvInit,
};
use des::TdesEde3;

use super::{legacy, shape};
use crate::secret::Zeroizing;

/// A cipher with its key's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    /// In Galois/Counter Mode, with a nonce of 12 octets and a tag of 16.
    Aes128Gcm,
    Aes192Gcm,
    Aes256Gcm,
    TripleDes,
    /// Triple DES with the first key used again as the third.
    TwoKeyTripleDes,
    Des,
    Rc2 {
        key_length: usize,
        effective_bits: usize,
    },
    Rc4 {
        key_length: usize,
    },
    Camellia128,
    Camellia192,
    Camellia256,
    Aria128,
    Aria192,
    Aria256,
    /// With keys of 128 bits, as OpenSSL writes it; so is CAST5.
    Blowfish,
    Cast5,
    Idea,
}

/// A decryption that did not work: the padding is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Garbled {
    /// And so is the beginning: the passphrase is wrong, or what its key is derived with is damaged.
    Whole,
    /// But it begins as a private key does, or is no whole number of blocks: the file is damaged.
    End,
}

impl Cipher {
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes128Gcm | Self::Camellia128 | Self::Aria128 => 16,
            Self::TwoKeyTripleDes | Self::Blowfish | Self::Cast5 | Self::Idea => 16,
            Self::Aes192 | Self::Aes192Gcm | Self::Camellia192 | Self::Aria192 | Self::TripleDes => 24,
            Self::Aes256 | Self::Aes256Gcm | Self::Camellia256 | Self::Aria256 => 32,
            Self::Des => 8,
            Self::Rc2 { key_length, .. } | Self::Rc4 { key_length } => key_length,
        }
    }

    /// The length of the initialisation vector: of a block, or of the nonce.
    pub(super) const fn iv_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm => 12,
            Self::Camellia128 | Self::Camellia192 | Self::Camellia256 => 16,
            Self::Aria128 | Self::Aria192 | Self::Aria256 => 16,
            Self::TripleDes | Self::TwoKeyTripleDes | Self::Des | Self::Rc2 { .. } => 8,
            Self::Blowfish | Self::Cast5 | Self::Idea => 8,
            Self::Rc4 { .. } => 0,
        }
    }

    pub(super) const fn is_aes(self) -> bool {
        matches!(self, Self::Aes128 | Self::Aes192 | Self::Aes256) || self.is_gcm()
    }

    pub(super) const fn is_gcm(self) -> bool {
        matches!(self, Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm)
    }

    /// Whether it is opened only with the feature `legacy-keys`.
    pub(super) const fn is_legacy(self) -> bool {
        !(self.is_aes() || matches!(self, Self::TripleDes))
    }

    /// What was encrypted under this key, in CBC mode where the cipher names no other (RC4: as a stream).
    pub(super) fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Garbled> {
        match self {
            Self::Aes128 => decrypt::<Aes128>(key, iv, data),
            Self::Aes192 => decrypt::<Aes192>(key, iv, data),
            Self::Aes256 => decrypt::<Aes256>(key, iv, data),
            Self::TripleDes => decrypt::<TdesEde3>(key, iv, data),
            Self::Aes128Gcm => authenticated::<Aes128>(key, iv, data),
            Self::Aes192Gcm => authenticated::<Aes192>(key, iv, data),
            Self::Aes256Gcm => authenticated::<Aes256>(key, iv, data),
            legacy => legacy::decrypt(legacy, key, iv, data),
        }
    }
}

/// CBC with the padding of PKCS#7, in a buffer that is wiped whatever happens.
pub(super) fn decrypt<C>(key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Garbled>
where
    C: BlockCipherDecrypt + KeyInit,
{
    let decryptor = cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_length| Garbled::Whole)?;
    unpad(decryptor, data)
}

/// GCM, whose tag is held against the whole before anything is decrypted: damage looks like a wrong passphrase.
fn authenticated<C>(key: &[u8], nonce: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Garbled>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let gcm = AesGcm::<C, U12>::new_from_slice(key).map_err(|_length| Garbled::Whole)?;
    let nonce = Nonce::try_from(nonce).map_err(|_length| Garbled::Whole)?;
    gcm.decrypt(&nonce, data).map(Zeroizing::new).map_err(|_tag| Garbled::Whole)
}

/// The plain text behind a block mode that is ready to run.
pub(super) fn unpad<M: BlockModeDecrypt>(mode: M, data: &[u8]) -> Result<Zeroizing<Vec<u8>>, Garbled> {
    if data.is_empty() || !data.len().is_multiple_of(M::block_size()) {
        return Err(Garbled::End);
    }
    let mut buffer = Zeroizing::new(data.to_vec());
    // Whole blocks are decrypted in any case, in place.
    match mode.decrypt_padded::<Pkcs7>(&mut buffer).map(<[u8]>::len) {
        Ok(length) => {
            buffer.truncate(length);
            Ok(buffer)
        }
        Err(_padding) if shape::begins(&buffer) => Err(Garbled::End),
        Err(_padding) => Err(Garbled::Whole),
    }
}

/// AES-256 in CBC mode: what certwright writes. None only for a key or vector of the wrong length.
pub(super) fn encrypt_aes256(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    encrypt::<Aes256>(key, iv, plain)
}

fn encrypt<C: BlockCipherEncrypt + KeyInit>(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    // The plain text is encrypted in place, one block longer for its padding.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len().saturating_add(16)));
    buffer.extend_from_slice(plain);
    buffer.resize(plain.len().saturating_add(16), 0);
    let encryptor = cbc::Encryptor::<C>::new_from_slices(key, iv).ok()?;
    encryptor.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).ok().map(<[u8]>::to_vec)
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aes128 => f.write_str("AES-128-CBC"),
            Self::Aes192 => f.write_str("AES-192-CBC"),
            Self::Aes256 => f.write_str("AES-256-CBC"),
            Self::Aes128Gcm => f.write_str("AES-128-GCM"),
            Self::Aes192Gcm => f.write_str("AES-192-GCM"),
            Self::Aes256Gcm => f.write_str("AES-256-GCM"),
            Self::TripleDes => f.write_str("3DES-CBC"),
            Self::TwoKeyTripleDes => f.write_str("2-key 3DES-CBC"),
            Self::Des => f.write_str("DES-CBC"),
            Self::Rc2 { effective_bits, .. } => write!(f, "RC2-{effective_bits}-CBC"),
            Self::Rc4 { key_length } => write!(f, "RC4-{}", key_length.saturating_mul(8)),
            Self::Camellia128 => f.write_str("Camellia-128-CBC"),
            Self::Camellia192 => f.write_str("Camellia-192-CBC"),
            Self::Camellia256 => f.write_str("Camellia-256-CBC"),
            Self::Aria128 => f.write_str("ARIA-128-CBC"),
            Self::Aria192 => f.write_str("ARIA-192-CBC"),
            Self::Aria256 => f.write_str("ARIA-256-CBC"),
            Self::Blowfish => f.write_str("Blowfish-CBC"),
            Self::Cast5 => f.write_str("CAST5-CBC"),
            Self::Idea => f.write_str("IDEA-CBC"),
        }
    }
}
