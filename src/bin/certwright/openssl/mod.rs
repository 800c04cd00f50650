//! `openssl rsa|pkey|ec|pkcs8|pkcs12`: the flags that people have in their scripts and tutorials, with openssl's
//! defaults.
//!
//! It speaks openssl's language where the rest of the program speaks its own: single-dash options, plain output unless
//! asked otherwise, files that are replaced, exit code 1 for everything that fails, and no JSON. What it writes under a
//! passphrase is PBES2 at today's strength, whatever cipher was asked for.

mod algorithm;
mod convert;
mod element;
mod first;
mod flags;
mod former;
mod options;
mod passphrase;
mod pkcs12;
mod place;
mod point;
mod pss;
mod public;
mod text;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use certwright::{Found, Timestamp};

use crate::output::{complain, shown};

/// What openssl would have been given. clap hands it on unread: it has no long options with a single dash, and takes
/// `-in` for `-i -n`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Openssl {
    /// rsa, pkey, ec, pkcs8 or pkcs12, and its options; `-help` after one of them lists those.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    arguments: Vec<OsString>,
}

/// Without the arguments: one of them may be a passphrase.
impl std::fmt::Debug for Openssl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Openssl(…)")
    }
}

/// Why the stand-in does not do what was asked. Messages complete the sentence "failed to …".
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Library(#[from] certwright::Error),
    #[error("run `openssl {command}`: the stand-in knows {}, pkcs12", options::COMMANDS.map(|(name, _)| name).join(", "))]
    Command { command: String },
    #[error("run `openssl {command}`: the option {option} is not supported")]
    Option { command: &'static str, option: String },
    #[error("run `openssl {command}`: the option {option} needs a value")]
    Value { command: &'static str, option: String },
    #[error("run `openssl {command}`: the value {value:?} of {option} is not supported")]
    Unsupported { command: &'static str, option: String, value: String },
    #[error("run `openssl {command}`: {value:?} is no option; files are named by -in and -out")]
    Argument { command: &'static str, value: String },
    #[error(
        "run `openssl {command}`: an argument is no option; files are named by -in and -out, and a passphrase by \
         -passin or -passout, in quotes where it has spaces"
    )]
    Stray { command: &'static str },
    #[error("read the passphrase by {source_text:?}: {reason}")]
    Passphrase { source_text: String, reason: String },
    #[error(
        "read the passphrase by {source_text:?}: its line is longer than {longest} bytes, which is all that openssl \
         takes of it"
    )]
    LongLine { source_text: String, longest: usize },
    /// The passphrase is wrong, and what to do about it depends on who said it.
    #[error("{error}")]
    Wrong { error: certwright::Error, hint: String },
    #[error("{what}: no passphrase was given, and there is no terminal to ask on")]
    NoPassphrase { what: String, option: &'static str },
    #[error("use the new passphrase: {why}")]
    Unfit { why: &'static str },
    #[error("read the passphrase from the terminal: {0}")]
    Prompt(std::io::Error),
    #[error("choose the passphrase: the two entries differ")]
    Repeat,
    #[error("find the {what} to export: {reason}")]
    Nothing { what: &'static str, reason: String },
    #[error("check the key: {reason}")]
    Check { reason: String },
    #[error("print the modulus: a key of the kind {algorithm} has none")]
    Modulus { algorithm: String },
    #[error(
        "write the public key by itself in PKCS#1: that is for RSA, and this key is of the kind {algorithm}"
    )]
    RsaPublic { algorithm: String },
    #[error(
        "write the point in another form: with a key of the kind {algorithm} given like this that is not supported"
    )]
    Point { algorithm: String },
    #[error("print the key: text for a key of the kind {algorithm} is not supported")]
    Text { algorithm: String },
    #[error("read the standard input: {0}")]
    Input(std::io::Error),
    #[error("write {}: its folder does not exist", path.display())]
    NoFolder { path: PathBuf },
    #[error("write {place}: {source}")]
    Output { place: String, source: std::io::Error },
}

impl Refusal {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Library(error) => match error.without_place() {
                certwright::Error::PassphraseMissing { .. } => "give it with -passin file:FILE".to_owned(),
                certwright::Error::Unexpected { found: Found::Structures { .. }, .. } => {
                    "`certwright inspect FILE` tells what a file holds".to_owned()
                }
                certwright::Error::PassphraseEmpty => {
                    "nothing is encrypted under an empty passphrase, which protects nothing: name another one"
                        .to_owned()
                }
                other => return other.hint().map(str::to_owned),
            },
            Self::Wrong { hint, .. } => hint.clone(),
            Self::Command { command } => elsewhere(command),
            Self::LongLine { .. } => {
                "take a shorter one; what is sealed under this one opens with `certwright key decrypt`"
                    .to_owned()
            }
            Self::Unfit { .. } => "choose one of fewer than 1024 bytes, without NUL".to_owned(),
            Self::NoFolder { .. } => "make the folder first, as for openssl".to_owned(),
            Self::Option { command, .. }
            | Self::Value { command, .. }
            | Self::Unsupported { command, .. } => {
                format!(
                    "`certwright openssl {command} -help` lists what is supported; what is not is never passed over"
                )
            }
            Self::NoPassphrase { option, .. } => {
                format!("give it with {option}, as file:FILE or env:VARIABLE")
            }
            _ => return None,
        })
    }
}

/// What does the same as a command of openssl's that has no stand-in, and how to reach openssl itself.
fn elsewhere(command: &str) -> String {
    let own = match command {
        "genrsa" | "genpkey" | "ecparam" => "keys are drawn by `certwright key generate`",
        "req" => "requests are made by `certwright csr create`, authorities by `certwright ca root`",
        "x509" | "asn1parse" | "crl" => {
            "`certwright inspect` shows what a file holds, and `certwright issue` makes certificates"
        }
        "ca" => "certificates are made by `certwright ca` and `certwright issue`",
        "verify" => "chains are verified by `certwright chain verify`",
        _ => return format!("call openssl itself{ITSELF}"),
    };
    format!("{own}; openssl itself is called{ITSELF}")
}

const ITSELF: &str = " by its path, such as /usr/bin/openssl, or behind an alias as `\\openssl`";

pub(crate) fn run(command: &Openssl, now: Timestamp) -> ExitCode {
    match answer(&command.arguments, now) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            complain(&shown(&format!("error: failed to {refusal}")));
            if let Some(hint) = refusal.hint() {
                complain(&shown(&format!("hint: {hint}")));
            }
            ExitCode::FAILURE
        }
    }
}

fn answer(arguments: &[OsString], now: Timestamp) -> Result<(), Refusal> {
    match options::parse(arguments)? {
        options::Asked::Help(text) => place::print(text.as_bytes()),
        options::Asked::Conversion(options) if options.pubin => public::run(&options),
        options::Asked::Conversion(options) => convert::run(&options),
        options::Asked::Pkcs12(options) => pkcs12::run(&options, now),
    }
}

fn note(text: &str) {
    complain(&shown(&format!("note: {text}")));
}
