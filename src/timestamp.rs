//! Points in time: whole seconds in UTC, as certificates carry them.

use std::fmt;

use ::time::format_description::well_known::Rfc3339;
use ::time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

/// A moment in UTC with whole seconds, between the years 0001 and 9999 (RFC 5280 section 4.1.2.5).
///
/// `FromStr` reads RFC 3339 dates (`2027-01-31`, midnight) and date-times; `Display` writes the latter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// `99991231235959Z`, by which RFC 5280 section 4.1.2.5 says that a certificate has no expiry.
    pub const NO_EXPIRY: Self = Self(::time::macros::datetime!(9999-12-31 23:59:59 UTC));

    /// The system's clock, cut to the second.
    #[must_use]
    pub fn now() -> Self {
        let now = OffsetDateTime::now_utc();
        Self(now.replace_nanosecond(0).unwrap_or(now))
    }

    /// The moment that many seconds after 1970-01-01T00:00:00Z; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(Self::in_range)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0.unix_timestamp()
    }

    /// The calendar year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// The moment so many seconds later (earlier where negative); `None` outside the years 1 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        self.0.checked_add(Duration::seconds(seconds)).and_then(Self::in_range)
    }

    /// The moment so many months, then days, later by the calendar. A day that the month reached does not
    /// have becomes that month's last day. `None` past the year 9999.
    #[must_use]
    pub fn plus_calendar(self, months: u32, days: u32) -> Option<Self> {
        let date = self.0.date();
        let index = i64::from(date.year()).checked_mul(12)?.checked_add(i64::from(u8::from(date.month())))?;
        let index = index.checked_add(i64::from(months))?.checked_sub(1)?;
        let year = i32::try_from(index.div_euclid(12)).ok()?;
        let month = Month::try_from(u8::try_from(index.rem_euclid(12)).ok()?.checked_add(1)?).ok()?;
        let day = date.day().min(month.length(year));
        let date = Date::from_calendar_date(year, month, day).ok()?;
        let moved = OffsetDateTime::new_utc(date, self.0.time());
        moved.checked_add(Duration::days(i64::from(days))).and_then(Self::in_range)
    }

    /// Seconds from `earlier` to `self`; negative where `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.unix().saturating_sub(earlier.unix())
    }

    /// The moment that an RFC 3339 date or date-time names, cut to the second.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = match text.len() {
            10 => OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339).ok()?,
            _ => OffsetDateTime::parse(text, &Rfc3339).ok()?,
        };
        moment.checked_to_offset(UtcOffset::UTC)?.replace_nanosecond(0).ok().and_then(Self::in_range)
    }

    /// As the `time` crate's type, for the encoders and parsers behind the doors.
    pub(crate) const fn as_offset(self) -> OffsetDateTime {
        self.0
    }

    fn in_range(moment: OffsetDateTime) -> Option<Self> {
        (1..=9999).contains(&moment.year()).then_some(Self(moment))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())?;
        write!(f, "T{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_month_later_is_clamped_to_the_months_end() {
        assert_eq!(at("2027-01-31").plus_calendar(1, 0), Some(at("2027-02-28")));
        assert_eq!(at("2028-01-31").plus_calendar(1, 0), Some(at("2028-02-29")));
        assert_eq!(at("2028-02-29").plus_calendar(12, 0), Some(at("2029-02-28")));
        assert_eq!(at("2026-12-15").plus_calendar(1, 0), Some(at("2027-01-15")));
    }

    #[test]
    fn arithmetic_past_the_year_9999_has_no_result() {
        assert_eq!(Timestamp::NO_EXPIRY.plus_seconds(1), None);
        assert_eq!(at("2026-01-01").plus_calendar(u32::MAX, 0), None);
        assert_eq!(at("2026-01-01").plus_calendar(0, u32::MAX), None);
    }

    #[test]
    fn offsets_become_utc_and_fractions_are_cut() {
        assert_eq!(at("2026-11-23T01:30:00.75+02:00").to_string(), "2026-11-22T23:30:00Z");
        assert_eq!(Timestamp::parse("9999-12-31T23:59:59-12:00"), None);
    }

    #[test]
    fn seconds_are_counted_from_1970() {
        for (unix, text) in [(0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z")] {
            let moment = Timestamp::from_unix(unix).unwrap();
            assert_eq!((moment, moment.unix(), format!("{moment:?}")), (at(text), unix, text.to_owned()));
        }
        assert_eq!(at("2026-11-23").year(), 2026);
        // Year 0 and year 10000 are none that a certificate can name.
        assert_eq!(Timestamp::from_unix(-62_135_596_801), None);
        assert_eq!(Timestamp::from_unix(253_402_300_800), None);
    }
}
