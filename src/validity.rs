//! From when until when a certificate is granted, given who stands above it.

use std::fmt;

use crate::certificate::Certificate;
use crate::error::Error;
use crate::name::Subject;
use crate::time::{Lifetime, Window};
use crate::timestamp::Timestamp;

/// What to do when a certificate would outlive one that it depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Bound {
    /// Refuse, naming both dates.
    #[default]
    Reject,
    /// Grant until the earliest end on the path, and say so.
    Clamp,
    /// The same, but refuse where less than this lifetime would be left.
    ClampAtLeast(Lifetime),
}

/// The outcome of planning a validity: what was asked, what was granted, and who stood in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Granted {
    /// What the lifetime asked for comes to.
    pub requested: Window,
    /// What the certificate carries.
    pub granted: Window,
    /// What clamped the request, where something did.
    pub bounded_by: Option<BoundedBy>,
}

/// What stands in the way of a lifetime. `Display` writes the issuer's subject, or says that it is the practice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum BoundedBy {
    /// A certificate on the path, of this subject, ends then.
    Issuer(Subject),
    /// The authority grants no longer lifetime: [`Authority::longest`](crate::Authority::longest),
    /// [`Authority::short_lived`](crate::Authority::short_lived).
    Practice,
}

impl fmt::Display for BoundedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer(subject) => subject.fmt(f),
            Self::Practice => f.write_str(PRACTICE),
        }
    }
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// How far back an authority's certificate may begin, and a leaf's.
const FURTHEST_AUTHORITY: i64 = DAY;
const FURTHEST_LEAF: i64 = 2 * DAY;

/// The longest lifetime in short-lived mode, in days: what need not be revoked because it ends before anybody would
/// learn of it (CA/B Baseline Requirements 1.6.1, "Short-lived Subscriber Certificate", from 2026-03-15 on).
pub(crate) const SHORT_LIVED_DAYS: u32 = 7;

/// How an authority issues, whatever the profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Practice {
    /// Nothing is valid for more seconds than this.
    longest: Option<i64>,
    /// Seconds by which a start is set back, so that clocks that are slow accept a fresh certificate.
    backdate: i64,
    /// Days before its end from which on a certificate may be renewed.
    renewal_days: u32,
}

impl Default for Practice {
    fn default() -> Self {
        Self { longest: None, backdate: HOUR, renewal_days: 60 }
    }
}

impl Practice {
    /// Nothing longer than so many days; of several limits the shortest holds.
    pub(crate) fn at_most(self, days: u32) -> Self {
        let limit = i64::from(days).saturating_mul(DAY);
        Self { longest: Some(self.longest.map_or(limit, |longest| longest.min(limit))), ..self }
    }

    /// Starts set back by so many seconds.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] above 48 hours.
    pub(crate) fn backdated(self, seconds: u32) -> Result<Self, Error> {
        match i64::from(seconds) {
            backdate if backdate <= FURTHEST_LEAF => Ok(Self { backdate, ..self }),
            beyond => Err(Error::Profile {
                reason: format!("a start is set back by {FURTHEST_LEAF} seconds at most, not by {beyond}"),
            }),
        }
    }

    pub(crate) fn renewed_within(self, days: u32) -> Self {
        Self { renewal_days: days, ..self }
    }

    /// Checks that a certificate may be renewed now.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideRenewalWindow`].
    pub(crate) fn renewable(&self, certificate: &Certificate, now: Timestamp) -> Result<(), Error> {
        let Window { not_before, not_after } = certificate.window();
        let before = i64::from(self.renewal_days).saturating_mul(DAY).saturating_neg();
        let opens = not_after.plus_seconds(before).unwrap_or(not_before).max(not_before);
        if (Window { not_before: opens, not_after }).contains(now) {
            return Ok(());
        }
        Err(Error::OutsideRenewalWindow {
            subject: certificate.subject().to_string(),
            opens,
            closes: not_after,
            now,
        })
    }
}

/// What a validity is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) lifetime: Lifetime,
    pub(crate) bound: Bound,
    /// Whether the certificate is an authority's.
    pub(crate) authority: bool,
    pub(crate) practice: Practice,
}

/// The validity for a certificate asked for now under the path given, the direct issuer first.
///
/// The start lies an hour back, but not before the start of any certificate on the path; the end counts from
/// now. The end lies inside every certificate on the path; equal ends are inside. Where the start would make the
/// certificate longer than the authority's practice allows, it lies less far back.
///
/// # Errors
///
/// [`Error::IssuerExpired`], [`Error::IssuerNotYetValid`], [`Error::OutlivesIssuer`] and
/// [`Error::LifetimeTooLong`] under [`Bound::Reject`], [`Error::LifetimeTooShort`], [`Error::EndsInThePast`],
/// [`Error::LifetimeZero`], [`Error::TimeRange`].
pub(crate) fn plan(terms: &Terms, now: Timestamp, path: &[Certificate]) -> Result<Granted, Error> {
    current(path, now)?;
    let asked = terms.lifetime.end(now)?;
    let (end, bounded_by) = bounded(asked, terms, now, path)?;
    let not_before = start(terms, now, end, path)?;
    let granted = Window { not_before, not_after: end };
    not_over(granted, now)?;
    long_enough(terms.bound, end, now)?;
    Ok(Granted { requested: Window { not_before, not_after: asked }, granted, bounded_by })
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
        let Window { not_before, not_after } = certificate.window();
        let issuer = || certificate.subject().to_string();
        if now > not_after {
            return Err(Error::IssuerExpired { issuer: issuer(), not_after, now });
        }
        if now < not_before {
            return Err(Error::IssuerNotYetValid { issuer: issuer(), not_before, now });
        }
    }
    Ok(())
}

/// The last moment at which a certificate of that lifetime can be issued under the path without being clamped;
/// nothing where there is none.
///
/// # Errors
///
/// [`Error::LifetimeZero`].
pub(crate) fn horizon(
    lifetime: Lifetime,
    practice: Practice,
    path: &[Certificate],
) -> Result<Option<Timestamp>, Error> {
    let first = path.iter().map(|issuer| issuer.window().not_before).max();
    let last = path.iter().map(|issuer| issuer.window().not_after).min();
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    // Past the year 9999 is past every end.
    let end = |from: Timestamp| match lifetime.end(from) {
        Err(Error::TimeRange) => Ok(None),
        other => other.map(|end| Some(end).filter(|end| *end <= last)),
    };
    let Some(latest) = search(first, last, |from| end(from).map(|end| end.is_some()))? else {
        return Ok(None);
    };
    // A fixed end is the horizon itself: nothing is issued after it.
    let latest = end(latest)?.map_or(latest, |end| end.min(latest));
    let seconds = end(latest)?.map_or(0, |end| end.seconds_since(latest).saturating_add(1));
    let allowed = latest >= first && practice.longest.is_none_or(|longest| seconds <= longest);
    Ok(allowed.then_some(latest))
}

/// The last moment between the two, both included, at which it fits; ends never come earlier when starts come later.
fn search(
    first: Timestamp,
    last: Timestamp,
    fits: impl Fn(Timestamp) -> Result<bool, Error>,
) -> Result<Option<Timestamp>, Error> {
    if !fits(first)? {
        return Ok(None);
    }
    let (mut fitting, mut beyond) = (first.unix(), last.unix().saturating_add(1));
    while beyond.saturating_sub(fitting) > 1 {
        let middle = fitting.midpoint(beyond);
        match Timestamp::from_unix(middle) {
            Some(moment) if fits(moment)? => fitting = middle,
            _ => beyond = middle,
        }
    }
    Ok(Timestamp::from_unix(fitting))
}

/// The end that is granted, and what clamped it.
fn bounded(
    asked: Timestamp,
    terms: &Terms,
    now: Timestamp,
    path: &[Certificate],
) -> Result<(Timestamp, Option<BoundedBy>), Error> {
    // Among equal ends the certificate nearest to the new one is named, and any of them before the practice.
    let issuer = path.iter().min_by_key(|issuer| issuer.window().not_after);
    let issuer =
        issuer.map(|issuer| (issuer.window().not_after, BoundedBy::Issuer(issuer.subject().clone())));
    let latest = terms.practice.longest.and_then(|longest| now.plus_seconds(longest.saturating_sub(1)));
    let ends = [issuer, latest.map(|latest| (latest, BoundedBy::Practice))];
    let earliest = ends.into_iter().flatten().min_by_key(|(end, _)| *end).filter(|(end, _)| *end < asked);
    match (terms.bound, earliest) {
        (_, None) => Ok((asked, None)),
        (Bound::Reject, Some((issuer_end, BoundedBy::Issuer(issuer)))) => {
            Err(Error::OutlivesIssuer { requested: asked, issuer_end, issuer: issuer.to_string() })
        }
        (Bound::Reject, Some((latest, BoundedBy::Practice))) => {
            Err(Error::LifetimeTooLong { requested: asked, latest, practice: PRACTICE })
        }
        (_, Some((end, by))) => Ok((end, Some(by))),
    }
}

const PRACTICE: &str = "the longest lifetime that the authority grants";

fn long_enough(bound: Bound, granted: Timestamp, now: Timestamp) -> Result<(), Error> {
    let Bound::ClampAtLeast(minimum) = bound else { return Ok(()) };
    match minimum.end(now)? <= granted {
        true => Ok(()),
        false => Err(Error::LifetimeTooShort { granted, minimum: minimum.to_string(), now }),
    }
}

/// As far back as the practice says, as the kind allows, as the path reaches, and as the longest lifetime leaves room.
fn start(terms: &Terms, now: Timestamp, end: Timestamp, path: &[Certificate]) -> Result<Timestamp, Error> {
    let furthest = if terms.authority { FURTHEST_AUTHORITY } else { FURTHEST_LEAF };
    let backdate = terms.practice.backdate.min(furthest);
    let backdated = now.plus_seconds(backdate.saturating_neg()).ok_or(Error::TimeRange)?;
    let on_path = path.iter().map(|issuer| issuer.window().not_before).max();
    // Both ends are inside: a day from midnight ends at 23:59:59.
    let room = |longest: i64| end.plus_seconds(1i64.saturating_sub(longest));
    let roomy = terms.practice.longest.and_then(room);
    Ok([on_path, roomy].into_iter().flatten().fold(backdated, Timestamp::max))
}

#[cfg(test)]
mod tests;
