//! Keys that are written.

use certwright::{Format, KeyType};

use super::derivation::Derivation;
use super::kept::opened;
use super::{Form, Target};
use crate::draw;
use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::{Opening, Passphrases, SECOND_CHOICE};
use crate::values::{format, input, key_type};

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(SECOND_CHOICE)))]
pub(crate) struct Generate {
    /// The type of the key.
    #[arg(long = "type", visible_aliases = ["key", "key-type"], value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    kind: KeyType,
    /// Writes the key without encryption: whoever reads the file is its owner.
    #[arg(long, conflicts_with_all = ["scrypt", "new_passphrase_file", "passphrase_file"])]
    plain: bool,
    #[command(flatten)]
    derivation: Derivation,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    passphrases: Passphrases,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Encrypt {
    /// The private key, in any form.
    #[arg(value_name = "IN", value_parser = input())]
    input: Input,
    #[command(flatten)]
    derivation: Derivation,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    passphrases: Passphrases,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Decrypt {
    /// The private key, in any form.
    #[arg(value_name = "IN", value_parser = input())]
    input: Input,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    opening: Opening,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// The private key, in any form.
    #[arg(value_name = "IN", value_parser = input())]
    input: Input,
    /// The form to write: pkcs8 for every key, pkcs1 for RSA keys, sec1 for EC keys.
    #[arg(long, value_name = "FORM", value_parser = format())]
    to: Format,
    /// Writes DER instead of PEM.
    #[arg(long)]
    der: bool,
    /// Writes the key encrypted, which is the default; possible with pkcs8 only.
    #[arg(long, conflicts_with = "plain")]
    encrypt: bool,
    /// Writes the key without encryption: whoever reads the file is its owner.
    #[arg(long, conflicts_with_all = ["scrypt", "new_passphrase_file"])]
    plain: bool,
    #[command(flatten)]
    derivation: Derivation,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    passphrases: Passphrases,
}

fn form(
    plain: bool,
    format: Format,
    passphrases: &Passphrases,
    derivation: Derivation,
) -> Result<Form<'_>, Failure> {
    match (plain, format) {
        (true, format) => Ok(Form::Plain(format)),
        (false, Format::Pkcs8) => Ok(Form::Sealed(passphrases, derivation)),
        (false, other) => Err(Failure::PlainForm { form: other.to_string() }),
    }
}

pub(super) fn generate(command: &Generate, silent: bool) -> Result<Report, Failure> {
    let Generate { kind, plain, derivation, target, passphrases } = command;
    target.check()?;
    let form = form(*plain, Format::Pkcs8, passphrases, *derivation)?;
    target.write(&draw::key(*kind, silent)?, &form, false)
}

pub(super) fn encrypt(command: &Encrypt) -> Result<Report, Failure> {
    let Encrypt { input, derivation, target, passphrases } = command;
    target.check()?;
    target.write(
        &opened(input, target, &passphrases.opening)?,
        &Form::Sealed(passphrases, *derivation),
        false,
    )
}

pub(super) fn decrypt(command: &Decrypt) -> Result<Report, Failure> {
    let Decrypt { input, target, opening } = command;
    target.check()?;
    target.write(&opened(input, target, opening)?, &Form::Plain(Format::Pkcs8), false)
}

pub(super) fn convert(command: &Convert) -> Result<Report, Failure> {
    // `--encrypt` says what happens anyway; clap keeps it apart from `--plain`.
    let Convert { input, to, der, encrypt: _, plain, derivation, target, passphrases } = command;
    let form = form(*plain, *to, passphrases, *derivation)?;
    target.check()?;
    target.write(&opened(input, target, &passphrases.opening)?, &form, *der)
}
