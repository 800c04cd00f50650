//! Files of every kind, described and diagnosed.

use certwright::doctor::{Case, Diagnosis, File, Given, examine};
use certwright::truststore::Rules;
use certwright::{KdfLimits, PrivateKey, Timestamp, inspect};

use super::pick;

/// Every property of `inspect` and `doctor`: the same bytes are the key, the certificate and, as a byte chooses, the
/// truststore of a reader.
pub fn holds(data: &[u8]) {
    let Some((choice, file)) = data.split_last() else { return };
    let at = Timestamp::from_unix(1_800_000_000).expect("in range");
    let rules = pick(&Rules::all(), *choice);
    let given = if choice & 0x80 == 0 { Given::Nothing } else { Given::Empty };
    // So that a run tries many files, not few derivations.
    let limits = KdfLimits::default().iterations(8192).scrypt_memory(1 << 20);
    let _described = inspect::inspect(file, at).map(|report| report.to_string());

    let alone = Case::at(at).key(File::new("key", file)).passphrase(given).limits(limits);
    mends_hold(&alone, &examine(&alone));
    let _pair = examine(&alone.certificate(File::new("certificate", file)));
    let store = Case::at(at).truststore(File::new("store", file)).rules(&rules);
    let _store = examine(&store.certificate(File::new("certificate", file)).limits(limits));
}

/// A key that was mended is a key, and nothing else is left to mend in it.
fn mends_hold(case: &Case<'_>, diagnosis: &Diagnosis) {
    let Some(mend) = diagnosis.mends.first() else { return };
    assert!(PrivateKey::read(mend.contents(), None).is_ok() || is_closed(mend.contents()), "{diagnosis:?}");
    let again = examine(&case.key(File::new("key", mend.contents())));
    assert!(again.mends.is_empty(), "{diagnosis:?} {again:?}");
}

/// Whether it is a key that nobody here can say more about.
fn is_closed(pem: &[u8]) -> bool {
    const KINDS: [&str; 4] =
        ["passphrase-missing", "unsupported-encryption", "unsupported-key", "key-derivation-limit"];
    PrivateKey::read(pem, None).is_err_and(|error| KINDS.contains(&error.kind()))
}
