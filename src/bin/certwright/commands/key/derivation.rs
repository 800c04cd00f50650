//! How a passphrase becomes the key that encrypts a key.

use certwright::Encryption;

use crate::output::Remark;

/// The most that OpenSSL 3.0 reads, and so curl: 16 MiB.
const READABLE: u8 = 14;

/// Options of the commands that encrypt.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Derivation {
    /// Derives with scrypt instead of PBKDF2, N = 2^14, r = 8, p = 1; or with a larger N, as --scrypt=15, which asks
    /// for twice the memory and which OpenSSL 3.0 cannot read.
    #[arg(
        long,
        value_name = "LOG_N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "14",
        value_parser = log_n
    )]
    scrypt: Option<u8>,
}

fn log_n(text: &str) -> Result<u8, String> {
    let read = text.parse().ok().filter(|log_n| (READABLE..=20).contains(log_n));
    read.ok_or_else(|| format!("it is a number from {READABLE} to 20"))
}

impl Derivation {
    pub(super) fn encryption(self) -> Encryption {
        self.scrypt.map_or(Encryption::Pbkdf2, |log_n| Encryption::Scrypt { log_n })
    }

    /// The warning that OpenSSL cannot open what is written.
    pub(super) fn remark(self) -> Option<Remark> {
        let log_n = self.scrypt.filter(|log_n| *log_n > READABLE)?;
        let message = format!(
            "scrypt with N = 2^{log_n} needs more than the 32 MiB that OpenSSL 3.0 gives it: curl cannot open the key"
        );
        Some(Remark::warning("key-scrypt-memory", message))
    }
}
