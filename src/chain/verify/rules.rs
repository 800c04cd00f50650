//! The rules of a verification: a stable id and the clause it comes from.

use crate::finding::{Finding, Severity};

/// A rule that refuses.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    citation: &'static str,
}

impl Rule {
    pub(super) fn broken(self, message: impl Into<String>) -> Finding {
        Finding::new(self.id, Severity::Error, self.citation, message)
    }

    pub(super) fn warns(self, message: impl Into<String>) -> Finding {
        Finding::new(self.id, Severity::Warning, self.citation, message)
    }
}

pub(super) const fn rule(id: &'static str, citation: &'static str) -> Rule {
    Rule { id, citation }
}

// What every path is held to.
pub(super) const SIGNATURE: Rule = rule("signature-verifies", "RFC 5280 section 6.1.3 (a)(1)");
pub(super) const DIGEST: Rule = rule("signature-digest-strong", "RFC 9155, RFC 6194: SHA-1 collides");
pub(super) const VALID: Rule = rule("valid-at-the-time", "RFC 5280 section 6.1.3 (a)(2)");
pub(super) const REVOKED: Rule = rule("not-revoked", "RFC 5280 section 6.1.3 (a)(3)");
pub(super) const REVOCATION: Rule = rule("revocation-known", "RFC 5280 section 6.3.3");
pub(super) const ISSUER: Rule = rule("issuer-known", "RFC 5280 section 6.1.3 (a)(4)");
pub(super) const CONSTRAINTS: Rule = rule("name-constraints", "RFC 5280 section 4.2.1.10");
pub(super) const POLICIES: Rule = rule("certificate-policies", "RFC 5280 section 6.1.5 (g), RFC 9618");
pub(super) const AUTHORITY: Rule = rule("issuer-is-authority", "RFC 5280 section 6.1.4 (k)");
pub(super) const PATH_LENGTH: Rule = rule("path-length", "RFC 5280 section 6.1.4 (l)");
pub(super) const CERT_SIGN: Rule = rule("issuer-signs-certificates", "RFC 5280 section 6.1.4 (n)");
pub(super) const CRITICAL: Rule = rule("critical-extension-known", "RFC 5280 section 6.1.4 (o)");
pub(super) const READABLE: Rule = rule("extension-readable", "RFC 5280 section 4.2");
pub(super) const ALGORITHMS: Rule = rule("algorithms-agree", "RFC 5280 section 4.1.1.2");
pub(super) const PURPOSE: Rule = rule("purpose", "RFC 5280 section 4.2.1.12");
pub(super) const NESTED: Rule = rule("purpose-nested", "CA/B Baseline Requirements 7.1.2.2, webpki, OpenSSL");
pub(super) const USAGE: Rule = rule("key-usage-fits-purpose", "RFC 5280 section 4.2.1.3");
pub(super) const NAME: Rule = rule("name-expected", "RFC 9525 section 6");
pub(super) const DEPTH: Rule = rule("path-depth", "the limit that was asked for");
pub(super) const BUDGET: Rule = rule("search-budget", "certwright: bounded work");
