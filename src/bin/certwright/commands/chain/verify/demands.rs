//! What is demanded of a certificate and of the path above it.

use certwright::chain::{self, AcceptedPolicies, Limits, Verifier};
use certwright::{AltName, Oid};
use clap::ValueEnum;

use crate::values::{alt_name, oid};

#[derive(Debug, clap::Args)]
pub(super) struct Demands {
    /// What the certificate has to be usable for. Without this option purposes are not looked at.
    #[arg(long, value_enum)]
    purpose: Option<Purpose>,
    /// A DNS name, IP address, e-mail address or URI that the certificate has to carry; may be given several times.
    #[arg(long, value_name = "NAME", value_parser = alt_name)]
    name: Vec<AltName>,
    /// How strict to be.
    #[arg(long, value_enum, value_name = "RULES", default_value_t)]
    rules: Strictness,
    /// Which certificates need a revocation list that covers them, once --crl is given.
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    crl_coverage: CrlCoverage,
    /// The most intermediates between the certificate and the one that is trusted; self-issued ones do not count.
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// A certificate policy that is accepted, by its OID; may be given several times. Without this option any is.
    #[arg(long, value_name = "OID", value_parser = oid)]
    policy: Vec<Oid>,
    /// The path has to be valid for a policy that is accepted (initial-explicit-policy).
    #[arg(long)]
    explicit_policy: bool,
    /// Policies count only under their own OIDs (initial-policy-mapping-inhibit).
    #[arg(long)]
    inhibit_mapping: bool,
    /// anyPolicy stands for no other policy (initial-any-policy-inhibit).
    #[arg(long)]
    inhibit_any_policy: bool,
}

impl Demands {
    /// The verifier with these demands.
    pub(super) fn of<'a>(&self, verifier: Verifier<'a>) -> Verifier<'a> {
        let policies = AcceptedPolicies::default()
            .acceptable(self.policy.clone())
            .require_explicit(self.explicit_policy)
            .inhibit_mapping(self.inhibit_mapping)
            .inhibit_any(self.inhibit_any_policy);
        let mut verifier = verifier
            .policy(self.rules.into())
            .coverage(self.crl_coverage.into())
            .limits(Limits::default().intermediates(self.depth))
            .certificate_policies(policies);
        if let Some(purpose) = self.purpose {
            verifier = verifier.purpose(purpose.into());
        }
        self.name.iter().cloned().fold(verifier, Verifier::expect)
    }
}

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Purpose {
    /// A TLS client.
    Client,
    /// A TLS server.
    Server,
}

impl From<Purpose> for chain::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Client => Self::Client,
            Purpose::Server => Self::Server,
        }
    }
}

/// How strict a verification is.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Strictness {
    /// What decides whether a path holds (RFC 5280 section 6).
    #[default]
    Path,
    /// And what every certificate of it has to be like (RFC 5280 section 4).
    Profile,
    /// And the rules of certificates that browsers trust.
    PublicWeb,
}

impl From<Strictness> for chain::Policy {
    fn from(strictness: Strictness) -> Self {
        match strictness {
            Strictness::Path => Self::Path,
            Strictness::Profile => Self::Profile,
            Strictness::PublicWeb => Self::PublicWeb,
        }
    }
}

/// Which certificates of a path need a CRL that covers them.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum CrlCoverage {
    /// Each one below the trusted one.
    #[default]
    Every,
    /// The certificate itself.
    Leaf,
    /// None: who withholds a list hides a revocation.
    Known,
}

impl From<CrlCoverage> for chain::Coverage {
    fn from(coverage: CrlCoverage) -> Self {
        match coverage {
            CrlCoverage::Every => Self::Every,
            CrlCoverage::Leaf => Self::Leaf,
            CrlCoverage::Known => Self::Known,
        }
    }
}
