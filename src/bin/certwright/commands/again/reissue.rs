//! `reissue`: other names, another profile, another key.

use certwright::{AltName, KeyType, PublicKey, Request, Subject};

use super::{Grant, NewKey, Old, placement, replace, report};
use crate::commands::Context;
use crate::draw;
use crate::error::Failure;
use crate::input::Input;
use crate::names::Names;
use crate::output::Report;
use crate::passphrase::Passphrases;
use crate::previous;
use crate::values;

#[derive(Debug, clap::Args)]
pub(crate) struct Reissue {
    #[command(flatten)]
    grant: Grant,
    /// The common name. Without this option the subject stays as it was.
    #[arg(long, value_name = "TEXT", value_parser = values::common_name)]
    cn: Option<Subject>,
    #[command(flatten)]
    names: Names,
    /// Draws a new key of this type. Without this option, and without --csr, the key stays.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", value_parser = values::key_type())]
    key: Option<KeyType>,
    /// Certifies the key of this request. Nothing else is taken from the request.
    #[arg(long, value_name = "FILE", conflicts_with = "key", value_parser = values::input())]
    csr: Option<Input>,
    #[command(flatten)]
    passphrases: Passphrases,
}

pub(crate) fn reissue(context: &Context, command: &Reissue) -> Result<Report, Failure> {
    let Reissue { grant, passphrases, .. } = command;
    let mut files = placement();
    let old = grant.old(context, &passphrases.opening, &mut files)?;
    let (public, new) = command.key(context, &old)?;
    let request = command.request(&old, &public)?;
    let prepared = old.authority.reissue(&old.certificate, &old.profile, request)?;
    match &new {
        Some(new) => old.replace_key(new, &mut files)?,
        None => previous::keep(&old.folder, &old.certificate, previous::CERTIFICATE, &mut files)?,
    }
    let (issued, files) = replace(context, &old.folder, prepared, files)?;
    new.iter().for_each(|new| old.forget_key(new));
    let shared = match &new {
        Some(NewKey::Drawn(_, seal)) => seal.remark(grant.name.as_str()),
        _ => None,
    };
    Ok(report("reissued", grant, &old, &issued, &files).remarks(shared))
}

impl Reissue {
    /// The key that is certified, and what is new about it.
    fn key(&self, context: &Context, old: &Old) -> Result<(PublicKey, Option<NewKey>), Failure> {
        match (&self.csr, self.key) {
            (Some(csr), _) => Ok((csr.request()?.public_key().clone(), Some(NewKey::Elsewhere))),
            (None, Some(kind)) => {
                let seal = self.passphrases.seal(&format!("the key of {}", self.grant.name))?;
                let key = draw::key(kind, context.silent)?;
                Ok((key.public_key().clone(), Some(NewKey::Drawn(Box::new(key), seal))))
            }
            (None, None) => Ok((old.certificate.public_key().clone(), None)),
        }
    }

    /// Names that are given take the place of all that were there.
    fn request(&self, old: &Old, key: &PublicKey) -> Result<Request, Failure> {
        let subject = self.cn.clone().unwrap_or_else(|| old.certificate.subject().clone());
        let mut names: Vec<_> = self.names.all().collect();
        if names.is_empty() {
            names = old.certificate.alt_names().iter().map(AltName::try_from).collect::<Result<_, _>>()?;
        }
        let request = Request::new(key).subject(subject);
        Ok(names.into_iter().fold(request, Request::alt_name))
    }
}
