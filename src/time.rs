//! How long a certificate is asked to live, and who says what time it is.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::error::Error;
use crate::timestamp::Timestamp;

/// A source of the current time. The library asks for it in one place only: the ledger. One that several ledgers
/// share goes to each of them in an [`Arc`].
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A stopped clock: a moment is always itself. For tests, ceremonies and `--at`.
impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

impl<C: Clock + ?Sized> Clock for Box<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// The validity of a certificate: from its first to its last second, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// The first second (notBefore).
    pub not_before: Timestamp,
    /// The last second (notAfter).
    pub not_after: Timestamp,
}

impl Window {
    /// Whether the moment lies inside.
    #[must_use]
    pub fn contains(&self, moment: Timestamp) -> bool {
        self.not_before <= moment && moment <= self.not_after
    }

    /// Whether the other window lies inside this one; equal ends do.
    #[must_use]
    pub fn encloses(&self, other: &Self) -> bool {
        self.not_before <= other.not_before && other.not_after <= self.not_after
    }

    /// notAfter − notBefore + 1 s (RFC 5280 section 4.1.2.5); 0 where the window is reversed.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        let difference = self.not_after.seconds_since(self.not_before);
        u64::try_from(difference).map_or(0, |seconds| seconds.saturating_add(1))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.not_before, self.not_after)
    }
}

/// How long a certificate is asked to live: a calendar span counted from now, or a fixed end.
///
/// Both ends of a validity are inclusive (RFC 5280 section 4.1.2.5), so a span of 90 days ends one second
/// before the same time of the 90th day. The text form joins `y`, `mo`, `d`, `h`, `min`, `s`: `10y`, `13mo`,
/// `395d`, `12h`, `10y+1d`; an RFC 3339 date or date-time is a fixed end; `never` is no expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Span { months: u32, days: u32, seconds: u64 },
    Until(Timestamp),
}

impl Lifetime {
    /// So many calendar years.
    #[must_use]
    pub const fn years(years: u32) -> Self {
        Self::months(years.saturating_mul(12))
    }

    /// So many calendar months, clamped to the last day of a shorter month.
    #[must_use]
    pub const fn months(months: u32) -> Self {
        Self(Kind::Span { months, days: 0, seconds: 0 })
    }

    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self(Kind::Span { months: 0, days, seconds: 0 })
    }

    /// So many hours.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        // No number of hours overflows: 2^32 × 3600 is below 2^64.
        Self(Kind::Span { months: 0, days: 0, seconds: (hours as u64).saturating_mul(3600) })
    }

    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(Kind::Span { months: 0, days: 0, seconds: seconds as u64 })
    }

    /// To the end given, inclusive.
    #[must_use]
    pub const fn until(end: Timestamp) -> Self {
        Self(Kind::Until(end))
    }

    /// Without expiry: `99991231235959Z`.
    #[must_use]
    pub const fn no_expiry() -> Self {
        Self::until(Timestamp::NO_EXPIRY)
    }

    /// The last second of this lifetime when it begins at `now`.
    ///
    /// # Errors
    ///
    /// [`Error::LifetimeZero`] for an empty span, [`Error::TimeRange`] past the year 9999.
    pub fn end(&self, now: Timestamp) -> Result<Timestamp, Error> {
        match self.0 {
            Kind::Until(end) => Ok(end),
            Kind::Span { months: 0, days: 0, seconds: 0 } => Err(Error::LifetimeZero),
            Kind::Span { months, days, seconds } => {
                let last = i64::try_from(seconds).map_err(|_| Error::TimeRange)?.saturating_sub(1);
                now.plus_calendar(months, days).and_then(|t| t.plus_seconds(last)).ok_or(Error::TimeRange)
            }
        }
    }
}

impl FromStr for Lifetime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "never" {
            return Ok(Self::no_expiry());
        }
        if let Some(end) = Timestamp::parse(text) {
            return Ok(Self::until(end));
        }
        span(text).ok_or_else(|| {
            let reason = match has_unit_m(text) {
                true => "m could be months or minutes: write mo or min",
                false => "expected a span such as 10y, 13mo, 395d or 12h, a date, or `never`",
            };
            Error::syntax("lifetime", text, reason)
        })
    }
}

/// Whether one of the terms is in a unit that two people read differently.
fn has_unit_m(text: &str) -> bool {
    text.split('+').any(|term| term.strip_suffix('m').is_some_and(|count| count.parse::<u64>().is_ok()))
}

/// One or more terms of digits and unit, optionally joined by `+`.
fn span(text: &str) -> Option<Lifetime> {
    let (mut months, mut days, mut seconds) = (0u64, 0u64, 0u64);
    let mut rest = text;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let number: u64 = number.parse().ok()?;
        let unit_end = tail.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_end)?;
        let (field, factor) = match unit {
            "y" => (&mut months, 12),
            "mo" => (&mut months, 1),
            "d" => (&mut days, 1),
            "h" => (&mut seconds, 3600),
            "min" => (&mut seconds, 60),
            "s" => (&mut seconds, 1),
            _ => return None,
        };
        *field = field.checked_add(number.checked_mul(factor)?)?;
        if tail.is_empty() {
            let (months, days) = (months.try_into().ok()?, days.try_into().ok()?);
            return Some(Lifetime(Kind::Span { months, days, seconds }));
        }
        rest = tail.strip_prefix('+').unwrap_or(tail);
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (months, days, seconds) = match self.0 {
            Kind::Until(end) if end == Timestamp::NO_EXPIRY => return f.write_str("never"),
            Kind::Until(end) => return end.fmt(f),
            Kind::Span { months, days, seconds } => (months, days, seconds),
        };
        let calendar = [(months / 12, "y"), (months % 12, "mo"), (days, "d")];
        let clock = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
        let terms = calendar.map(|(n, unit)| (u64::from(n), unit)).into_iter().chain(clock);
        let written: Vec<_> = terms.filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
        f.write_str(if written.is_empty() { "0s" } else { "" })?;
        f.write_str(&written.join("+"))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or_else(|| {
            Error::syntax("time", text, "expected an RFC 3339 date or date-time, such as 2027-01-31")
        })
    }
}

/// Cut to the second, towards the past; [`Error::TimeRange`] outside the years 1 to 9999.
impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self, Error> {
        let whole = |duration: Duration| i64::try_from(duration.as_secs()).ok();
        let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => whole(since),
            Err(before) => {
                let part = i64::from(before.duration().subsec_nanos() > 0);
                whole(before.duration()).and_then(|seconds| seconds.checked_neg()?.checked_sub(part))
            }
        };
        seconds.and_then(Self::from_unix).ok_or(Error::TimeRange)
    }
}

/// [`Error::TimeRange`] where the system counts from later on, as Windows does from 1601.
impl TryFrom<Timestamp> for SystemTime {
    type Error = Error;

    fn try_from(moment: Timestamp) -> Result<Self, Error> {
        let distance = Duration::from_secs(moment.unix().unsigned_abs());
        let time = match moment.unix() < 0 {
            true => Self::UNIX_EPOCH.checked_sub(distance),
            false => Self::UNIX_EPOCH.checked_add(distance),
        };
        time.ok_or(Error::TimeRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_span_ends_one_second_early_because_both_ends_count() {
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(Lifetime::days(90).end(now).unwrap(), at("2027-02-21T11:59:59Z"));
        assert_eq!(Lifetime::years(10).end(now).unwrap(), at("2036-11-23T11:59:59Z"));
        assert_eq!(Lifetime::seconds(1).end(now).unwrap(), now);
    }

    #[test]
    fn many_hours_are_counted_exactly() {
        let now = at("2026-01-01");
        let end = Lifetime::hours(2_000_000).end(now).unwrap();
        assert_eq!(end.seconds_since(now), 2_000_000 * 3_600 - 1);
        assert_eq!("2000000h".parse::<Lifetime>().unwrap(), Lifetime::hours(2_000_000));
        assert!(matches!(Lifetime::hours(u32::MAX).end(now), Err(Error::TimeRange)));
        assert!(matches!(
            "18446744073709551615s".parse::<Lifetime>().unwrap().end(now),
            Err(Error::TimeRange)
        ));
    }

    #[test]
    fn text_forms_name_the_same_lifetimes() {
        for (text, lifetime) in [
            ("10y", Lifetime::years(10)),
            ("13mo", Lifetime::months(13)),
            ("395d", Lifetime::days(395)),
            ("12h", Lifetime::hours(12)),
            ("never", Lifetime::no_expiry()),
            ("2027-01-01", Lifetime::until(at("2027-01-01T00:00:00Z"))),
        ] {
            assert_eq!(text.parse::<Lifetime>().unwrap(), lifetime, "{text}");
        }
        assert_eq!("10y+1d".parse::<Lifetime>().unwrap(), "10y1d".parse().unwrap());
        assert_eq!("10y+1d".parse::<Lifetime>().unwrap().to_string(), "10y+1d");
    }

    #[test]
    fn a_lifetime_is_written_as_it_is_read() {
        for text in ["10y", "1y+1mo", "395d", "12h", "90min", "1d+36h", "61s", "1h+1min+1s", "never", "0s"] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!(lifetime.to_string().parse::<Lifetime>().unwrap(), lifetime, "{text}");
        }
        for (lifetime, written) in [
            (Lifetime::hours(12), "12h"),
            (Lifetime::seconds(5_400), "1h+30min"),
            (Lifetime::seconds(61), "1min+1s"),
            (Lifetime::seconds(0), "0s"),
        ] {
            assert_eq!(lifetime.to_string(), written);
        }
    }

    #[test]
    fn what_is_no_lifetime_is_a_syntax_error() {
        for text in ["", "10", "y", "-1d", "1.5y", "10 y", "99999999999d", "10y+", "5w", "2027-02-30"] {
            assert!(matches!(text.parse::<Lifetime>(), Err(Error::Syntax { .. })), "{text:?}");
        }
    }

    #[test]
    fn zero_is_refused_when_used() {
        assert!(matches!(Lifetime::days(0).end(at("2026-01-01")), Err(Error::LifetimeZero)));
        assert!(matches!(Lifetime::years(9000).end(at("2026-01-01")), Err(Error::TimeRange)));
    }

    #[test]
    fn both_ends_of_a_window_are_inside() {
        let window = |start: &str, end: &str| Window { not_before: at(start), not_after: at(end) };
        let day = window("2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z");
        for (moment, inside) in [
            ("2026-11-22T23:59:59Z", false),
            ("2026-11-23T00:00:00Z", true),
            ("2026-11-23T23:59:59Z", true),
            ("2026-11-24T00:00:00Z", false),
        ] {
            assert_eq!(day.contains(at(moment)), inside, "{moment}");
        }
        let hour = window("2026-11-23T00:00:00Z", "2026-11-23T00:59:59Z");
        let late = window("2026-11-23T23:00:00Z", "2026-11-24T00:00:00Z");
        let early = window("2026-11-22T23:59:59Z", "2026-11-23T01:00:00Z");
        assert!(day.encloses(&day) && day.encloses(&hour));
        assert!(![late, early].iter().any(|other| day.encloses(other)) && !hour.encloses(&day));
        assert_eq!((day.seconds(), hour.seconds()), (86_400, 3_600));
        assert_eq!(window("2026-11-24", "2026-11-23").seconds(), 0);
        assert_eq!(day.to_string(), "2026-11-23T00:00:00Z to 2026-11-23T23:59:59Z");
    }

    #[test]
    fn every_unit_is_counted_and_every_kind_printed() {
        let all: Lifetime = "1y+2mo+3d+4h+5min+6s".parse().unwrap();
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(all.end(now).unwrap(), at("2027-03-04T04:05:05Z"));
        assert_eq!(Lifetime::no_expiry().to_string(), "never");
        assert_eq!(Lifetime::until(now).to_string(), "2026-01-01T00:00:00Z");
    }
}
