//! Opening a private key, and what to say where it does not open.

use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::key::{EncryptionScheme, FoundKey, KdfLimits, PrivateKey, Strange};
use crate::secret::Passphrase;

use super::{Given, MEASURED, error, info, near};

/// Why OpenSSL passes over a key that is plain: it is not whole, or in the format of OpenSSH. The numbers of an RSA key it
/// takes as they are, whether they belong together or not.
pub(super) fn damaged(found: &FoundKey) -> Option<Finding> {
    let refused =
        found.scheme().is_none().then(|| found.open(None, &KdfLimits::default()).err()).flatten()?;
    let taken =
        |error: &Error| matches!(error, Error::InvalidKey { algorithm, .. } if algorithm.starts_with("RSA"));
    if taken(refused.without_place()) {
        return None;
    }
    Some(closed(refused.without_place(), Given::Nothing, found))
        .filter(|finding| ["key-damaged", "key-openssh"].contains(&finding.rule))
}

/// Why OpenSSL passes over a key that is encrypted: it has a passphrase, and does not know what to do with it. Without
/// one it gives up.
pub(super) fn unknown(found: &FoundKey, given: Given<'_>) -> Option<Finding> {
    let asks = !matches!(given, Given::Nothing);
    found.scheme().filter(|_| asks).and_then(refused)
}

/// What OpenSSL has against an encryption.
pub(super) fn refused(scheme: &EncryptionScheme) -> Option<Finding> {
    if !scheme.openssl_refuses_it() {
        None
    } else if scheme.is_scrypt() {
        Some(error("key-scrypt-memory", too_large(scheme)))
    } else {
        Some(error("key-encryption-legacy", legacy(scheme)))
    }
}

/// A derivation that OpenSSL knows, and has no memory for.
fn too_large(scheme: &EncryptionScheme) -> String {
    format!("the encryption ({scheme}) needs more than the 32 MiB that OpenSSL 3.0 gives scrypt: {SEAL}")
}

/// What OpenSSL makes of an encryption that it does not read by default, and the way out.
fn legacy(scheme: &EncryptionScheme) -> String {
    let legacy = scheme.legacy_provider_reads_it();
    let reads =
        if legacy { "OpenSSL 3.0 reads with its legacy provider only" } else { "OpenSSL 3.0 does not read" };
    let mend = if scheme.is_opened_here() {
        SEAL
    } else if legacy {
        "certwright does not read it either, so let OpenSSL encrypt it anew \
         (`openssl pkey -provider legacy -provider default -aes256 -in FILE -out NEW`)"
    } else {
        "nor does certwright, so the program that wrote it has to encrypt it anew, with AES-CBC under PBES2"
    };
    format!("the encryption ({scheme}) is one that {reads}: {mend}")
}

const SEAL: &str = "encrypt it anew, with PBES2 (`certwright key encrypt`)";

/// What may be derived several times over: to find what is nearly right, or which of several keys is meant.
pub(super) const AT_LITTLE_COST: KdfLimits = KdfLimits { iterations: 1_000_000, scrypt_memory: 1 << 26 };

/// What opens a key: the passphrase, within so much work.
#[derive(Clone, Copy)]
pub(super) struct Opener<'a> {
    pub(super) given: Given<'a>,
    pub(super) limits: KdfLimits,
}

impl Opener<'_> {
    /// The key as the passphrase opens it, else the empty one; and whether it was the empty one.
    pub(super) fn unlocked(&self, found: &FoundKey) -> Result<(PrivateKey, bool), Error> {
        let open = |passphrase| found.open(passphrase, &self.limits);
        match open(self.given.passphrase()) {
            Ok(key) => Ok((key, false)),
            Err(refused) => match refused.without_place() {
                Error::PassphraseMissing { .. } | Error::PassphraseWrong { .. } => {
                    open(Some(&Passphrase::empty())).map(|key| (key, true)).map_err(|_closed| refused)
                }
                _ => Err(refused),
            },
        }
    }
}

/// A key that the empty passphrase opens, which curl gets when told so.
pub(super) fn under_nothing(given: Given<'_>) -> Finding {
    const RULE: &str = "key-empty-passphrase";
    let found = "the key is encrypted under an empty passphrase";
    match given {
        Given::Empty => Finding::new(
            RULE,
            Severity::Warning,
            MEASURED,
            format!("{found}, which protects nothing: {SEAL}, under another passphrase"),
        ),
        Given::Nothing => error(
            RULE,
            format!("{found}, and there is none: give the empty one (curl: --pass ''), or decrypt the key"),
        ),
        Given::Passphrase(_) => error(
            RULE,
            format!(
                "{found}, and the one given is not empty: give the empty one (curl: --pass ''), or {SEAL}"
            ),
        ),
    }
}

/// The rule of passphrases that curl cannot be told.
pub(super) const UNFIT: &str = "passphrase-unfit";

/// A passphrase that is right, and that nobody can tell curl. OpenSSL has room for 1024 bytes with a NUL at the end
/// (PEM_BUFSIZE).
pub(super) fn unfit(given: Given<'_>) -> Option<Finding> {
    const LONGEST: usize = 1023;
    let text = given.passphrase()?.reveal();
    let why = if text.contains(&0) {
        "has a NUL inside, where it ends for curl and OpenSSL"
    } else if text.len() > LONGEST {
        "has more than 1,023 bytes, which is all that curl and OpenSSL take"
    } else {
        return None;
    };
    Some(error(UNFIT, format!("the passphrase opens the key, and {why}: {SEAL}, under another passphrase")))
}

/// A key that is opened here, and that OpenSSL does not read as it stands.
pub(super) fn strange(form: Strange) -> Finding {
    let (rule, reads, mend) = match form {
        Strange::Version => (
            VERSION,
            "OpenSSL 3.0 does not read it, and certwright does not know its algorithm",
            "let the program that wrote it write version 1, of an algorithm that OpenSSL knows",
        ),
        Strange::Narrowed => ("key-form", "OpenSSL finds the passphrase wrong", SEAL),
        _ => ("key-form", "OpenSSL 3.0 does not read it", "convert it (`certwright key convert`)"),
    };
    error(rule, format!("the key {form}: {reads}; {mend}"))
}

/// The rule of keys whose form cannot be changed here.
pub(super) const VERSION: &str = "key-version";

/// The rule of keys that are not opened here.
pub(super) const NOT_UNDERSTOOD: &str = "key-not-understood";

const OPENSSH: &str = "OPENSSH PRIVATE KEY";

/// The passphrase, where it is the reason why something does not open.
pub(super) fn locked(
    refused: &Error,
    given: Given<'_>,
    what: &str,
    why: impl FnOnce(&Passphrase) -> &'static str,
) -> Option<Finding> {
    Some(match (refused, given) {
        (Error::PassphraseMissing { scheme, .. }, Given::Empty) => error(
            "key-passphrase-empty",
            format!(
                "the {what} is encrypted ({scheme}) and the passphrase is empty: give the one it was encrypted with"
            ),
        ),
        (Error::PassphraseMissing { scheme, .. }, _) => missing(what, scheme),
        (Error::PassphraseWrong { scheme, .. }, Given::Passphrase(passphrase)) => {
            let why = why(passphrase);
            error(
                "key-passphrase-wrong",
                format!("the passphrase does not open the {what} ({scheme}): {why}"),
            )
        }
        _ => return None,
    })
}

fn missing(what: &str, scheme: &str) -> Finding {
    error(
        "key-passphrase-missing",
        format!("the {what} is encrypted ({scheme}) and there is no passphrase: give it (curl: --pass)"),
    )
}

/// Why a key does not open.
pub(super) fn closed(refused: &Error, given: Given<'_>, found: &FoundKey) -> Finding {
    let why = |passphrase: &Passphrase| near::miss(passphrase, near::opens(found));
    if let Some(locked) = locked(refused, given, "key", why) {
        return locked;
    }
    match (refused, given) {
        _ if found.label() == Some(OPENSSH) => error(
            "key-openssh",
            "the key is in the format of OpenSSH, which OpenSSL does not read: `ssh-keygen -p -m PKCS8 -f FILE` rewrites \
             FILE, so do it with a copy; it leaves Ed25519 keys as they are, so make a new key instead of one",
        ),
        (Error::UnsupportedEncryption { scheme, .. }, Given::Nothing) => missing("key", scheme),
        (Error::KeyDerivationLimit { .. }, _) => error(
            "key-derivation-limit",
            format!("failed to {refused}: nobody should open a key that asks for so much"),
        ),
        // Not opened here, which says nothing about OpenSSL: its verdict on the encryption is a finding of its own.
        (Error::UnsupportedKey { .. } | Error::UnsupportedEncryption { .. }, _) => {
            info(NOT_UNDERSTOOD, format!("failed to {refused}"))
        }
        _ => error("key-damaged", format!("failed to {refused}: copy the key again from where it was made")),
    }
}
