//! Keys encrypted under the schemes of the 1990s, opened.

#[path = "derive.rs"]
mod derive;

use aria::{Aria128, Aria192, Aria256};
use blowfish::Blowfish;
use camellia::{Camellia128, Camellia192, Camellia256};
use cast5::Cast5;
use des::{Des, TdesEde2};
use idea::Idea;
use md5::Md5;
use rc2::Rc2;
use rc4::{KeyInit, Rc4, StreamCipher};
use sha1::Sha1;

use self::derive::{bytes_to_key, pbkdf1};
use super::super::cipher::{self, Cipher, Garbled};
use super::super::kdf::KdfLimits;
use super::super::pkcs12_kdf::{self, Purpose};
use super::super::scheme::{Derivation, Pbes1Hash, holds_structure};
use crate::error::Error;
use crate::secret::Zeroizing;

pub(in super::super) const AVAILABLE: bool = true;

type Opened = Result<Zeroizing<Vec<u8>>, Garbled>;

/// Decrypts with a cipher that only old keys use.
pub(in super::super) fn decrypt(cipher: Cipher, key: &[u8], iv: &[u8], data: &[u8]) -> Opened {
    match cipher {
        Cipher::Des => cipher::decrypt::<Des>(key, iv, data),
        Cipher::TwoKeyTripleDes => cipher::decrypt::<TdesEde2>(key, iv, data),
        Cipher::Rc2 { effective_bits, .. } => rc2(key, effective_bits, iv, data),
        Cipher::Rc4 { .. } => rc4(key, data),
        Cipher::Camellia128 => cipher::decrypt::<Camellia128>(key, iv, data),
        Cipher::Camellia192 => cipher::decrypt::<Camellia192>(key, iv, data),
        Cipher::Camellia256 => cipher::decrypt::<Camellia256>(key, iv, data),
        Cipher::Aria128 => cipher::decrypt::<Aria128>(key, iv, data),
        Cipher::Aria192 => cipher::decrypt::<Aria192>(key, iv, data),
        Cipher::Aria256 => cipher::decrypt::<Aria256>(key, iv, data),
        Cipher::Blowfish => cipher::decrypt::<Blowfish>(key, iv, data),
        Cipher::Cast5 => cipher::decrypt::<Cast5>(key, iv, data),
        Cipher::Idea => cipher::decrypt::<Idea>(key, iv, data),
        // These are no old ones.
        Cipher::Aes128 | Cipher::Aes192 | Cipher::Aes256 | Cipher::TripleDes => Err(Garbled::Whole),
        Cipher::Aes128Gcm | Cipher::Aes192Gcm | Cipher::Aes256Gcm => Err(Garbled::Whole),
    }
}

fn rc2(key: &[u8], effective_bits: usize, iv: &[u8], data: &[u8]) -> Opened {
    use cbc::cipher::InnerIvInit;
    // The crate indexes by both lengths: RFC 2268 section 2 has 1 to 128 octets and 1 to 1024 bits.
    if !(1..=128).contains(&key.len()) || !(1..=1024).contains(&effective_bits) {
        return Err(Garbled::Whole);
    }
    let rc2 = Rc2::new_with_eff_key_len(key, effective_bits);
    let mode = cbc::Decryptor::inner_iv_slice_init(rc2, iv).map_err(|_length| Garbled::Whole)?;
    cipher::unpad(mode, data)
}

fn rc4(key: &[u8], data: &[u8]) -> Opened {
    let mut buffer = Zeroizing::new(data.to_vec());
    let mut stream = Rc4::new_from_slice(key).map_err(|_length| Garbled::Whole)?;
    stream.try_apply_keystream(&mut buffer).map_err(|_end| Garbled::Whole)?;
    Ok(buffer)
}

/// Derives key and vector in the way of the scheme, and decrypts.
pub(in super::super) fn open(
    derivation: &Derivation,
    cipher: Cipher,
    passphrase: &[u8],
    limits: &KdfLimits,
    data: &[u8],
) -> Result<Opened, Error> {
    Ok(match derivation {
        Derivation::Pbes1 { hash, salt, iterations } => {
            let iterations = limits.allowed(*iterations)?;
            let (key, iv) = match hash {
                Pbes1Hash::Md5 => pbkdf1::<Md5>(passphrase, salt, iterations),
                Pbes1Hash::Sha1 => pbkdf1::<Sha1>(passphrase, salt, iterations),
            };
            cipher.decrypt(&key, &iv, data)
        }
        Derivation::Pkcs12 { hash, salt, iterations } => {
            let iterations = limits.allowed(*iterations)?;
            pkcs12(
                cipher,
                passphrase,
                |password, part| pkcs12_kdf::derive(*hash, password, salt, iterations, part),
                data,
            )
        }
        Derivation::DekInfo { iv } => {
            let salt = iv.get(..8).unwrap_or_default();
            cipher.decrypt(&bytes_to_key(passphrase, salt, cipher.key_length()), iv, data)
        }
    })
}

/// Decrypts under the encoding of the passphrase that leaves a structure behind, where there is more than one.
fn pkcs12(
    cipher: Cipher,
    passphrase: &[u8],
    derive: impl Fn(&[u8], (Purpose, usize)) -> Zeroizing<Vec<u8>>,
    data: &[u8],
) -> Opened {
    let decrypted = |password: &[u8]| {
        let key = derive(password, (Purpose::Key, cipher.key_length()));
        cipher.decrypt(&key, &derive(password, (Purpose::Iv, cipher.iv_length())), data)
    };
    let passwords = pkcs12_kdf::encodings(passphrase);
    match passwords.as_slice() {
        [only] => decrypted(only),
        several => several.iter().map(|p| decrypted(p)).find(holds_structure).unwrap_or(Err(Garbled::Whole)),
    }
}
