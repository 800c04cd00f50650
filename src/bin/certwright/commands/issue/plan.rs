//! What would be issued, field by field.

use certwright::chain::Chain;
use certwright::profile::Leaf;
use serde_json::json;

use super::options::Issue;
use super::{FILES, key, wishes};
use crate::commands::Context;
use crate::commands::ca::Absent;
use crate::describe;
use crate::error::Failure;
use crate::output::Report;
use crate::place;

/// The authority's key stays closed: a plan is not signed.
pub(super) fn plan(
    context: &Context,
    command: &Issue,
    profile: &Leaf,
    chain: Chain,
) -> Result<Report, Failure> {
    let (what, options) = (command.what(), command.options());
    place::vacant(&context.home.issued_folder(&options.name), &FILES, place::overwrite(options.force))?;
    let signer = Absent(chain.certificate().public_key().clone());
    let authority = context.home.authority(&options.ca, chain, signer)?;
    let key = key(context, options)?;
    let prepared = authority.prepare(profile, command.request(&key)?)?;
    let unsigned = prepared.unsigned();
    let window = unsigned.window();
    let names: Vec<_> = unsigned.alt_names().iter().map(ToString::to_string).collect();
    let purposes: Vec<_> =
        unsigned.extended_key_usage().unwrap_or_default().iter().map(ToString::to_string).collect();
    let plan = prepared.plan();
    let result = json!({
        "dry_run": true,
        "name": options.name.as_str(),
        "profile": what,
        "ca": options.ca.as_str(),
        "subject": unsigned.subject().to_string(),
        "names": names,
        "key_usage": unsigned.key_usage().map(|usage| usage.to_string()),
        "purposes": purposes,
        "not_before": window.not_before.to_string(),
        "not_after": window.not_after.to_string(),
        "validity": describe::granted(prepared.granted()),
        "plan": plan,
    });
    let mut shown = plan;
    // They are said as warnings.
    shown.findings.clear();
    let text = format!("would issue the {what} {} under {}\n{shown}", options.name, options.ca);
    let clamped = describe::clamped(prepared.granted());
    let report = Report::answer(result, text).findings(prepared.findings()).remarks(clamped);
    Ok(wishes(report, &key, unsigned))
}
