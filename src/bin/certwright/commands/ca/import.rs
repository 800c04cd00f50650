//! An existing authority, continued.

use certwright::{Authority, Certificate, Error, Timestamp};

use super::ceremony::chain_of;
use super::{Context, report, stage_chain, stage_key, unused};
use crate::error::Failure;
use crate::home::Name;
use crate::input::Input;
use crate::output::Report;
use crate::passphrase::Passphrases;
use crate::practice::PracticeArgs;
use crate::values::input;

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// What the authority is called in this home.
    name: Name,
    /// Its certificate and its issuers up to the root, in any order.
    #[arg(long, value_name = "FILE", value_parser = input())]
    chain: Input,
    /// Its private key, in any form. It is written encrypted, whatever it was.
    #[arg(long, value_name = "FILE", value_parser = input())]
    key: Input,
    #[command(flatten)]
    practice: PracticeArgs,
    #[command(flatten)]
    passphrases: Passphrases,
}

pub(super) fn import(context: &Context, command: &Import) -> Result<Report, Failure> {
    let Import { name, chain, key, practice, passphrases } = command;
    let mut files = unused(context, name)?;
    files.keep(&context.home, name, practice.practice())?;
    let key = passphrases.open(key)?;
    let chain = chain_of(chain, key.public_key())?;
    current(chain.full(), context.home.now())?;
    let seal = passphrases.seal(&format!("the key of {name}"))?;
    stage_key(context, name, &key, &seal, &mut files)?;
    stage_chain(context, name, &chain, &mut files)?;
    // One that could not sign would be found out with the first certificate.
    key.sign(name.as_str().as_bytes())?;
    let authority = Authority::open(chain, key, &context.home.ledger()?)?;
    let files = files.commit_in(&context.home)?;
    let report = report(context, name, "imported", authority.chain(), &files);
    Ok(report.findings(&authority.findings()))
}

/// An authority whose chain is not valid now cannot issue.
pub(super) fn current(chain: &[Certificate], now: Timestamp) -> Result<(), Failure> {
    for certificate in chain {
        let (window, issuer) = (certificate.window(), certificate.subject().to_string());
        if now > window.not_after {
            return Err(Error::IssuerExpired { issuer, not_after: window.not_after, now }.into());
        }
        if now < window.not_before {
            return Err(Error::IssuerNotYetValid { issuer, not_before: window.not_before, now }.into());
        }
    }
    Ok(())
}
