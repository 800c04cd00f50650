//! `rekey`: the same names with a new key.

use certwright::KeyType;

use super::{Grant, NewKey, key_type, placement, replace, report};
use crate::commands::Context;
use crate::draw;
use crate::error::Failure;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Passphrases;
use crate::values;

#[derive(Debug, clap::Args)]
pub(crate) struct Rekey {
    #[command(flatten)]
    grant: Grant,
    /// The type of the new key. Without this option it is that of the old one.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", value_parser = values::key_type())]
    key: Option<KeyType>,
    /// Certifies the key of this request instead of a new one. Nothing else is taken from the request.
    #[arg(long, value_name = "FILE", conflicts_with = "key", value_parser = values::input())]
    csr: Option<Input>,
    #[command(flatten)]
    passphrases: Passphrases,
}

pub(crate) fn rekey(context: &Context, command: &Rekey) -> Result<Report, Failure> {
    let Rekey { grant, key, csr, passphrases } = command;
    let mut files = placement();
    let old = grant.old(context, &passphrases.opening, &mut files)?;
    let (public, new) = match csr {
        Some(csr) => (csr.request()?.public_key().clone(), NewKey::Elsewhere),
        None => {
            let seal = passphrases.seal(&format!("the key of {}", grant.name))?;
            let kind = key.or_else(|| key_type(&old.certificate)).unwrap_or_default();
            let key = draw::key(kind, context.silent)?;
            (key.public_key().clone(), NewKey::Drawn(Box::new(key), seal))
        }
    };
    let prepared = old.authority.rekey(&old.certificate, &old.profile, &public)?;
    old.replace_key(&new, &mut files)?;
    let (issued, files) = replace(context, &old.folder, prepared, files)?;
    old.forget_key(&new);
    let shared = match &new {
        NewKey::Drawn(_, seal) => seal.remark(grant.name.as_str()),
        NewKey::Elsewhere => None,
    };
    Ok(report("rekeyed", grant, &old, &issued, &files).remarks(shared))
}
