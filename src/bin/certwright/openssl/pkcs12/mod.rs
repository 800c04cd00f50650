//! `openssl pkcs12`: files with keys and certificates, taken apart and made.

mod above;
mod export;
mod import;
mod name;
mod options;

pub(super) use self::options::{HELP, Options};

use certwright::Timestamp;

use super::{Refusal, note};

pub(super) fn run(options: &Options, now: Timestamp) -> Result<(), Refusal> {
    let beside = if options.export { "with" } else { "without" };
    options.without_effect().for_each(|option| note(&format!("-{option} has no effect {beside} -export")));
    if options.export { export::run(options, now) } else { import::run(options, now) }
}
