//! Keys drawn while somebody waits.

use std::time::Duration;

use certwright::{Error, KeyType, PrivateKey};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws a key. People on a terminal see that a large RSA key takes a while, and for how long already.
pub(crate) fn key(kind: KeyType, silent: bool) -> Result<PrivateKey, Error> {
    let slow = matches!(kind, KeyType::Rsa3072 | KeyType::Rsa4096);
    if !slow || silent {
        return PrivateKey::generate(kind);
    }
    // Hidden by the crate where standard error is no terminal.
    let progress = ProgressBar::new_spinner().with_message(format!("drawing a key of type {kind}"));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(100));
    let key = PrivateKey::generate(kind);
    progress.finish_and_clear();
    key
}
