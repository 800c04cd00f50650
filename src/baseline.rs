//! What browsers allow: the CA/Browser Forum's Baseline Requirements for TLS servers, as dated tables. Lint says what
//! would die under them, verification by the policy of the public web applies them.

use crate::certificate::{Certificate, GeneralName};
use crate::key::Algorithm;
use crate::timestamp::Timestamp;

pub(crate) const DAY: u64 = 86_400;

/// Section 6.3.2: from when on leaves live at most so many days of 86,400 seconds.
const LIFETIMES: [(&str, u64); 5] =
    [("2018-03-01", 825), ("2020-09-01", 398), ("2026-03-15", 200), ("2027-03-15", 100), ("2029-03-15", 47)];

/// Section 7.1.4.3: since when subjects have no organizational unit.
const NO_ORGANIZATIONAL_UNIT: &str = "2022-09-01";

/// How many days a leaf that is issued at this moment may live; nothing is said before the first date.
pub(crate) fn leaf_days(issued: Timestamp) -> Option<u64> {
    LIFETIMES.iter().rev().find(|(since, _)| begun(since, issued)).map(|(_, days)| *days)
}

/// The organizational unit of the subject, where what is issued at this moment may have none.
pub(crate) fn organizational_unit(certificate: &Certificate, issued: Timestamp) -> Option<String> {
    let unit = certificate.subject().values("OU").into_iter().next()?;
    begun(NO_ORGANIZATIONAL_UNIT, issued).then_some(unit)
}

fn begun(since: &str, moment: Timestamp) -> bool {
    Timestamp::parse(since).is_some_and(|since| since <= moment)
}

/// Section 7.1.4.3: the first common name that is no copy, character for character, of an alternative name. Addresses
/// have one text form (RFC 5952).
pub(crate) fn stray_common_name(certificate: &Certificate) -> Option<String> {
    let listed = |common: &str| {
        certificate.alt_names().iter().any(|name| match name {
            GeneralName::Dns(name) => name == common,
            other => other.ip().is_some_and(|address| address.to_string() == common),
        })
    };
    certificate.subject().values("CN").into_iter().find(|common| !listed(common))
}

/// Section 6.1.5: the kinds of keys, whatever their size.
pub(crate) fn allows(algorithm: &Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Rsa { .. } | Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_shrink_on_their_days() {
        for (day, before, since) in [
            ("2018-03-01", None, 825),
            ("2020-09-01", Some(825), 398),
            ("2026-03-15", Some(398), 200),
            ("2027-03-15", Some(200), 100),
            ("2029-03-15", Some(100), 47),
        ] {
            let midnight: Timestamp = day.parse().unwrap();
            let second_before = midnight.plus_seconds(-1).unwrap();
            assert_eq!((leaf_days(second_before), leaf_days(midnight)), (before, Some(since)), "{day}");
        }
    }
}
