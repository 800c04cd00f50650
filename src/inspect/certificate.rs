//! Certificates, described.

use super::Row;
use crate::certificate::Certificate;
use crate::time::Window;
use crate::timestamp::Timestamp;

/// What a certificate says.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CertificateFacts {
    /// Whom it is about (RFC 4514).
    pub subject: String,
    /// Who issued it (RFC 4514).
    pub issuer: String,
    /// Its serial number in hexadecimal.
    pub serial: String,
    /// Its first second (RFC 3339).
    pub not_before: String,
    /// Its last second (RFC 3339).
    pub not_after: String,
    /// `valid`, `expired` or `not yet valid` at the moment of the report.
    pub state: &'static str,
    /// The validity as a bar, with the moment of the report in it.
    pub bar: String,
    /// The algorithm of its key.
    pub key: String,
    /// SHA-256 of its key (SPKI).
    pub key_fingerprint: String,
    /// The algorithm of its signature.
    pub signature: String,
    /// Whether it is an authority's.
    pub authority: bool,
    /// How many authorities may stand below it, where that is limited.
    pub path_length: Option<u32>,
    /// Key usage, by the names of RFC 5280.
    pub key_usage: Vec<String>,
    /// Extended key usage.
    pub extended_key_usage: Vec<String>,
    /// Its alternative names.
    pub alt_names: Vec<String>,
    /// SHA-256 of the certificate.
    pub fingerprint: String,
    /// Extensions that could not be read.
    pub faults: Vec<String>,
}

impl CertificateFacts {
    pub(super) fn of(certificate: &Certificate, at: Timestamp) -> Self {
        let (window, basic) = (certificate.window(), certificate.basic_constraints());
        let purposes = certificate.extended_key_usage().unwrap_or_default();
        let faults = &certificate.facts().faults;
        Self {
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial().to_string(),
            not_before: window.not_before.to_string(),
            not_after: window.not_after.to_string(),
            state: state(window, at),
            bar: bar(window, at),
            key: certificate.public_key().algorithm().to_string(),
            key_fingerprint: certificate.public_key().fingerprint().to_string(),
            signature: certificate.signature_algorithm().to_string(),
            authority: certificate.is_authority(),
            path_length: basic.and_then(|basic| basic.path_length),
            key_usage: certificate
                .key_usage()
                .unwrap_or_default()
                .names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            extended_key_usage: purposes.iter().map(ToString::to_string).collect(),
            alt_names: certificate.alt_names().iter().map(ToString::to_string).collect(),
            fingerprint: certificate.fingerprint().to_string(),
            faults: faults.iter().map(|(oid, reason)| format!("{oid}: {reason}")).collect(),
        }
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = vec![
            ("subject", self.subject.clone()),
            ("issuer", self.issuer.clone()),
            ("serial", self.serial.clone()),
            ("validity", format!("{} to {}", self.not_before, self.not_after)),
            ("", format!("{} {}", self.bar, self.state)),
            ("role", self.role()),
            ("key", format!("{}, SPKI SHA-256 {}", self.key, self.key_fingerprint)),
            ("signature", self.signature.clone()),
        ];
        let lists =
            [("usage", &self.key_usage), ("purposes", &self.extended_key_usage), ("names", &self.alt_names)];
        rows.extend(
            lists
                .into_iter()
                .filter(|(_, list)| !list.is_empty())
                .map(|(what, list)| (what, list.join(", "))),
        );
        rows.push(("SHA-256", self.fingerprint.clone()));
        rows.extend(self.faults.iter().map(|fault| ("unreadable", fault.clone())));
        rows
    }

    fn role(&self) -> String {
        match (self.authority, self.path_length) {
            (false, _) => "leaf".to_owned(),
            (true, None) => "authority".to_owned(),
            (true, Some(length)) => format!("authority, path length {length}"),
        }
    }
}

fn state(window: Window, at: Timestamp) -> &'static str {
    if at < window.not_before {
        "not yet valid"
    } else if at > window.not_after {
        "expired"
    } else {
        "valid"
    }
}

/// The cells of a bar.
const CELLS: u64 = 40;

/// The validity from its first to its last day: `=` what has passed, `-` what is left.
fn bar(window: Window, at: Timestamp) -> String {
    let passed = u64::try_from(at.seconds_since(window.not_before)).unwrap_or(0);
    let cells = passed.saturating_mul(CELLS).checked_div(window.seconds()).unwrap_or(CELLS).min(CELLS);
    let repeat = |text: &str, count: u64| text.repeat(usize::try_from(count).unwrap_or(0));
    format!("[{}{}]", repeat("=", cells), repeat("-", CELLS.saturating_sub(cells)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_shows_how_much_has_passed() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let window = Window { not_before: at("2026-01-01"), not_after: at("2026-12-31") };
        assert_eq!(bar(window, at("2025-01-01")), format!("[{}]", "-".repeat(40)));
        assert_eq!(bar(window, at("2027-01-01")), format!("[{}]", "=".repeat(40)));
        assert_eq!(bar(window, at("2026-07-03")), format!("[{}{}]", "=".repeat(20), "-".repeat(20)));
        let reversed = Window { not_before: window.not_after, not_after: window.not_before };
        assert_eq!(bar(reversed, at("2026-07-02")).len(), 42);
    }
}
