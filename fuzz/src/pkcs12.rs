//! PKCS#12 files, with a passphrase that is right for the seeds.

use certwright::{Error, KdfLimits, Passphrase, PrivateKey, Timestamp, inspect, pkcs12};

/// What the seeds are encrypted with.
const PASSPHRASE: &[u8] = b"secret";

/// Every property of PKCS#12 files.
pub fn holds(data: &[u8]) {
    let passphrase = Passphrase::from_bytes(PASSPHRASE.to_vec()).expect("not empty");
    let mut limits = KdfLimits::default();
    // So that a run tries many files, not few derivations.
    (limits.iterations, limits.scrypt_memory) = (8192, 1 << 20);
    let Ok(contents) = pkcs12::open_within(data, Some(&passphrase), &limits) else { return };
    inspect::inspect(data, Timestamp::now()).expect("what opens is described");
    if let Some(key) = contents.keys.first() {
        let again = PrivateKey::read_within(data, Some(&passphrase), &limits).expect("it opens again");
        assert!(contents.keys.iter().any(|key| key.public_key() == again.public_key()), "{key:?}");
    }
    match pkcs12::open_within(data, None, &limits) {
        Ok(_) | Err(Error::PassphraseMissing { .. }) => {}
        Err(other) => panic!("{other}"),
    }
}
