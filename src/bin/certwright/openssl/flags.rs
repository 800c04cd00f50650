//! A command line taken apart as openssl does: one dash or two, and a value behind the option or behind `=`.

use std::ffi::{OsStr, OsString};

use super::Refusal;

/// Where the value of an option comes from.
pub(super) type Value<'a> = dyn FnMut() -> Result<OsString, Refusal> + 'a;

/// The options of one command.
pub(super) trait Flags {
    /// What openssl calls the command.
    fn command(&self) -> &'static str;

    /// Takes an option without value; false where it is none that this command knows.
    fn switch(&mut self, option: &str) -> bool;

    /// Takes an option with its value.
    fn take(&mut self, option: &str, value: &mut Value<'_>) -> Result<(), Refusal>;
}

/// What became of the arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    Options,
    /// They ask for help.
    Help,
}

/// `-provider`: what the legacy one is loaded for, old keys and files, is opened here in any case.
pub(super) fn provider(command: &'static str, value: &OsStr) -> Result<(), Refusal> {
    match value.to_str() {
        Some("legacy" | "default" | "base") => Ok(()),
        _ => Err(Refusal::Unsupported {
            command,
            option: "-provider".to_owned(),
            value: value.to_string_lossy().into_owned(),
        }),
    }
}

/// Takes all arguments.
pub(super) fn fill(options: &mut dyn Flags, arguments: &[OsString]) -> Result<Filled, Refusal> {
    let command = options.command();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (option, attached) = split(argument);
        let Some(option) = option else { return Err(stray(command, argument, arguments)) };
        // No option has one: this is a passphrase that a space or `=` would have parted from its option.
        if option.contains(':') {
            return Err(Refusal::Stray { command });
        }
        if matches!(option.as_str(), "help" | "h" | "?") {
            return Ok(Filled::Help);
        }
        if attached.is_none() && options.switch(&option) {
            continue;
        }
        let mut value = || {
            let value = attached.clone().or_else(|| rest.next().cloned());
            value.ok_or(Refusal::Value { command, option: format!("-{option}") })
        };
        options.take(&option, &mut value)?;
    }
    Ok(Filled::Options)
}

/// What stands where an option should: a passphrase, or beside one a piece of it, is not repeated.
fn stray(command: &'static str, argument: &OsStr, arguments: &[OsString]) -> Refusal {
    const SECRETS: [&str; 3] = ["passin", "passout", "password"];
    let is_secret =
        |argument: &OsString| split(argument).0.is_some_and(|name| SECRETS.contains(&name.as_str()));
    let is_source = argument.to_string_lossy().starts_with("pass:");
    if is_source || arguments.iter().any(is_secret) {
        Refusal::Stray { command }
    } else {
        Refusal::Argument { command, value: argument.to_string_lossy().into_owned() }
    }
}

/// `-name`, `--name`, `-name=value`; no name for anything else. A value that is not UTF-8 stands by itself.
fn split(argument: &OsStr) -> (Option<String>, Option<OsString>) {
    let text = argument.to_str().unwrap_or_default();
    let Some(name) =
        text.strip_prefix("--").or_else(|| text.strip_prefix('-')).filter(|name| !name.is_empty())
    else {
        return (None, None);
    };
    match name.split_once('=') {
        Some((name, value)) => (Some(name.to_owned()), Some(value.into())),
        None => (Some(name.to_owned()), None),
    }
}
