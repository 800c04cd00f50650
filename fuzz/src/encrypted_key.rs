//! Private keys in every form, encrypted ones with a passphrase that is right for the seeds.

use certwright::{Error, Format, KdfLimits, Passphrase, PrivateKey};

/// What the seeds are encrypted with.
const PASSPHRASE: &[u8] = b"secret";

/// Every property of private keys.
pub fn holds(data: &[u8]) {
    let passphrase = Passphrase::from_bytes(PASSPHRASE.to_vec()).expect("not empty");
    let mut limits = KdfLimits::default();
    // So that a run tries many keys, not few derivations.
    (limits.iterations, limits.scrypt_memory) = (2048, 1 << 20);
    if let Ok(key) = PrivateKey::read_within(data, Some(&passphrase), &limits) {
        goes_there_and_back(&key);
        opens_without_passphrase_or_asks_for_it(data, &key, &limits);
    }
}

/// In every form that the key can be written in, it is read again and has the same public part.
fn goes_there_and_back(key: &PrivateKey) {
    for format in Format::ALL {
        let Ok(text) = key.danger_plain_pem(format) else { continue };
        let again = PrivateKey::read(text.as_bytes(), None).expect("what is written is read");
        assert_eq!(again.public_key().spki_der(), key.public_key().spki_der(), "{format}");
    }
}

fn opens_without_passphrase_or_asks_for_it(data: &[u8], key: &PrivateKey, limits: &KdfLimits) {
    match PrivateKey::read_within(data, None, limits) {
        Ok(plain) => assert_eq!(plain.public_key().spki_der(), key.public_key().spki_der()),
        Err(Error::PassphraseMissing { .. }) => {}
        Err(other) => panic!("{other}"),
    }
}
