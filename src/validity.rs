//! From when until when a certificate is granted, given who stands above it.

use crate::certificate::Certificate;
use crate::error::Error;
use crate::time::{Lifetime, Window};
use crate::timestamp::Timestamp;

/// What to do when a certificate would outlive one that it depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bound {
    /// Refuse, naming both dates.
    #[default]
    Reject,
    /// Grant until the earliest end on the path, and say so.
    Clamp,
}

/// The outcome of planning a validity: what was asked, what was granted, and who stood in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// What the lifetime asked for comes to.
    pub requested: Window,
    /// What the certificate carries.
    pub granted: Window,
    /// The subject whose end clamped the request, where one did.
    pub bounded_by: Option<String>,
}

/// Seconds by which the start is set back, so that clocks that are slow accept a fresh certificate.
const BACKDATE: i64 = 3600;

/// The validity for a certificate asked for now under the path given, the direct issuer first.
///
/// The start lies an hour back, but not before the start of any certificate on the path; the end counts from
/// now. The end lies inside every certificate on the path; equal ends are inside.
///
/// # Errors
///
/// [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`], [`Error::OutlivesIssuer`] under [`Bound::Reject`],
/// [`Error::EndsInThePast`], [`Error::LifetimeZero`], [`Error::TimeRange`].
pub(crate) fn plan(
    lifetime: Lifetime,
    bound: Bound,
    now: Timestamp,
    path: &[Certificate],
) -> Result<Granted, Error> {
    current(path, now)?;
    let backdated = now.plus_seconds(BACKDATE.saturating_neg()).ok_or(Error::TimeRange)?;
    let latest_start = path.iter().map(|issuer| issuer.window().not_before).max();
    let not_before = latest_start.map_or(backdated, |start| start.max(backdated));
    let requested = Window { not_before, not_after: lifetime.end(now)? };
    let granted = bounded(requested, bound, path)?;
    not_over(granted.granted, now)?;
    Ok(granted)
}

/// Checks that the window has not ended.
///
/// # Errors
///
/// [`Error::EndsInThePast`].
pub(crate) fn not_over(window: Window, now: Timestamp) -> Result<(), Error> {
    match window.not_after < now {
        true => Err(Error::EndsInThePast { requested: window.not_after, now }),
        false => Ok(()),
    }
}

/// Checks that every certificate of the path is valid now.
///
/// # Errors
///
/// [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`].
pub(crate) fn current(path: &[Certificate], now: Timestamp) -> Result<(), Error> {
    for certificate in path {
        let (window, issuer) = (certificate.window(), certificate.subject().to_string());
        if now > window.not_after {
            return Err(Error::IssuerExpired { issuer, not_after: window.not_after, now });
        }
        if now < window.not_before {
            return Err(Error::IssuerNotYetValid { issuer, not_before: window.not_before, now });
        }
    }
    Ok(())
}

fn bounded(requested: Window, bound: Bound, path: &[Certificate]) -> Result<Granted, Error> {
    // Among equal ends the certificate nearest to the new one is named.
    let earliest = path.iter().min_by_key(|issuer| issuer.window().not_after);
    let Some(issuer) = earliest.filter(|issuer| issuer.window().not_after < requested.not_after) else {
        return Ok(Granted { requested, granted: requested, bounded_by: None });
    };
    let (end, subject) = (issuer.window().not_after, issuer.subject().to_string());
    match bound {
        Bound::Reject => {
            Err(Error::OutlivesIssuer { requested: requested.not_after, issuer_end: end, issuer: subject })
        }
        Bound::Clamp => {
            let granted = Window { not_after: end, ..requested };
            Ok(Granted { requested, granted, bounded_by: Some(subject) })
        }
    }
}
