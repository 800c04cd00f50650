//! `-chain`: the issuers of the certificate that is exported.

use std::path::Path;

use certwright::{Certificate, Timestamp, chain};

use super::super::Refusal;
use super::options::Options;

/// The certificates above it, the root last. As with openssl a path ends at a root of `-CAfile`, and leads over other
/// certificates of that file and those of `-untrusted`.
pub(super) fn issuers(
    certificate: &Certificate,
    options: &Options,
    now: Timestamp,
) -> Result<Vec<Certificate>, Refusal> {
    let Some(trusted) = &options.trusted else {
        return Err(nothing(
            "-CAfile has to name the file with the trusted ones, here nothing is trusted by default",
        ));
    };
    let (roots, others): (Vec<_>, Vec<_>) = open(trusted)?.into_iter().partition(Certificate::is_self_signed);
    let untrusted = options.untrusted.as_deref().map(open).transpose()?.unwrap_or_default();
    let verified = chain::verify(certificate, &[others, untrusted].concat(), &roots, now);
    match verified {
        Ok(verified) => Ok(verified.path.into_iter().skip(1).collect()),
        Err(rejected) => Err(nothing(&rejected.to_string())),
    }
}

fn open(path: &Path) -> Result<Vec<Certificate>, Refusal> {
    Ok(Certificate::open_all(path)?)
}

fn nothing(reason: &str) -> Refusal {
    Refusal::Nothing { what: "issuers", reason: reason.to_owned() }
}
