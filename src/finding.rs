//! What lint, truststore rules and doctor have to say about a thing.

use std::fmt;

/// How much a [`Finding`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Allowed, and seldom what is wanted.
    Warning,
    /// Refused: certwright does not issue or assemble this, or the reader named will not take it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One remark about a certificate, a truststore or a file. Rule ids are stable; `docs/rules.md` lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Finding {
    /// The rule's stable id, such as `leaf-from-root`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with the values that show it.
    pub message: String,
    /// The clause or document that the rule comes from.
    pub citation: &'static str,
    /// Where it was found: a file, a line, a certificate's subject.
    pub place: Option<String>,
}

impl Finding {
    pub(crate) fn new(
        rule: &'static str,
        severity: Severity,
        citation: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { rule, severity, message: message.into(), citation, place: None }
    }

    /// The same finding, at a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Whether the rule refuses.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.rule, self.message)?;
        match &self.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}
