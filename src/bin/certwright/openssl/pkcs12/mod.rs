//! `openssl pkcs12`: files with keys and certificates, taken apart and made.

mod export;
mod import;
mod name;
mod options;

pub(super) use self::options::{HELP, Options};

use super::Refusal;

pub(super) fn run(options: &Options) -> Result<(), Refusal> {
    if options.export { export::run(options) } else { import::run(options) }
}
