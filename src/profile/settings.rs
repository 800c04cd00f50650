//! The serialised form of profiles: what stands in configuration files. Validated once, when it becomes a profile.

use serde::{Deserialize, Serialize};

use super::aws::{Kind, find};
use super::{Criticality, Leaf, Policy, Root, Subordinate, Subtree, TlsFeature, usual};
use crate::certificate::ExtendedKeyUsage;
use crate::digest::from_hex;
use crate::error::Error;
use crate::oid::Oid;
use crate::time::Lifetime;
use crate::validity::Bound;

/// A profile as a configuration file writes it.
///
/// ```
/// # use certwright::profile::{Profile, Settings};
/// # let text = r#"
/// profile = "server"
/// lifetime = "90d"
/// bound = "clamp"
/// tls-features = ["status-request"]
/// allow = ["leaf-from-root"]
///
/// [[policies]]
/// oid = "2.23.140.1.2.1"
/// # "#;
/// # #[cfg(feature = "cli")] {
/// let settings: Settings = toml::from_str(text)?;
/// assert!(matches!(settings.build()?, Profile::Leaf(_)));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// `root`, `subordinate`, `client`, `server`, `peer`, `email`, `code-signing`, `time-stamping`, `ocsp-signer`, or
    /// a template of AWS Private CA, such as `EndEntityClientAuthCertificate/V1`.
    pub profile: String,
    /// A lifetime such as `395d`; the usual one of the profile where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<String>,
    /// `reject` (the default) or `clamp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// How many authorities may stand below an authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u8>,
    /// What everything below a subordinate is limited to: `clientAuth`, or an object identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// What a subordinate may certify, such as `DNS:example.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permit: Vec<String>,
    /// What a subordinate may not certify.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// `status-request`, `status-request-v2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls_features: Vec<String>,
    /// Whether a leaf says that nobody publishes whether it is revoked (RFC 9608).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_rev_avail: bool,
    /// The ids of warnings that are silenced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Certificate policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicySettings>,
    /// Extensions of one's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<CustomExtension>,
}

/// A certificate policy as a configuration file writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct PolicySettings {
    /// The policy's object identifier.
    pub oid: String,
    /// Addresses of the practice statement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cps: Vec<String>,
}

/// An extension as a configuration file writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub struct CustomExtension {
    /// Its type.
    pub oid: String,
    /// Whether a reader that does not know it has to refuse the certificate.
    pub critical: bool,
    /// The DER of its value, in hexadecimal digits.
    pub value: String,
}

/// A profile of one of the three kinds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Profile {
    /// For [`Authority::root`](crate::Authority::root).
    Root(Root),
    /// For [`Authority::certify`](crate::Authority::certify).
    Subordinate(Subordinate),
    /// For [`Authority::prepare`](crate::Authority::prepare).
    Leaf(Leaf),
}

/// The most entries of a list: as many as a certificate has extensions, or policies.
const MOST: usize = 256;

type NewLeaf = fn(Lifetime) -> Leaf;

/// The constructors of the leaves, with their usual lifetime.
const LEAVES: [(&str, NewLeaf, Lifetime); 7] = [
    ("client", Leaf::client, usual::LEAF),
    ("server", Leaf::server, usual::LEAF),
    ("peer", Leaf::peer, usual::LEAF),
    ("email", Leaf::email, usual::LEAF),
    ("code-signing", Leaf::code_signing, usual::LEAF),
    ("time-stamping", Leaf::time_stamping, usual::LEAF),
    ("ocsp-signer", Leaf::ocsp_signer, usual::OCSP_SIGNER),
];

/// Adds what every kind of profile takes.
macro_rules! shared {
    ($settings:expr, $profile:expr) => {{
        let mut built = $profile;
        for policy in &$settings.policies {
            built = built.policy(at("policies", policy.build())?);
        }
        for extension in &$settings.extensions {
            let (oid, criticality, value) = at("extensions", extension.build())?;
            built = at("extensions", built.extension(oid, criticality, value))?;
        }
        for rule in &$settings.allow {
            built = built.allow(rule.as_str());
        }
        Ok(built)
    }};
}

impl Settings {
    /// The settings of this profile or template, everything else as usual.
    #[must_use]
    pub fn new(profile: impl Into<String>) -> Self {
        Self { profile: profile.into(), ..Self::default() }
    }

    /// The profile that the settings describe.
    ///
    /// # Errors
    ///
    /// [`Error::Profile`] for a name that is no profile, and for settings that its kind does not have;
    /// [`Error::Syntax`], [`Error::Decode`] for values that cannot be read; [`Error::TooLarge`] for lists of more than
    /// 256. Each but the last is an [`Error::At`] whose place is the setting, as the file calls it.
    pub fn build(&self) -> Result<Profile, Error> {
        self.bounded()?;
        match self.profile.as_str() {
            "root" => self.root(Root::new(self.lifetime(usual::ROOT)?)),
            "subordinate" => self.subordinate(Subordinate::new(self.lifetime(usual::SUBORDINATE)?)),
            name => match LEAVES.iter().find(|(leaf, _, _)| *leaf == name) {
                Some((_, new, usual)) => self.leaf(new(self.lifetime(*usual)?)),
                None => self.template(name),
            },
        }
    }

    /// Keeps the search for what is listed twice short.
    fn bounded(&self) -> Result<(), Error> {
        let lists = [
            ("the list of purposes", self.purposes.len()),
            ("the list of permitted names", self.permit.len()),
            ("the list of excluded names", self.exclude.len()),
            ("the list of TLS features", self.tls_features.len()),
            ("the list of allowed warnings", self.allow.len()),
            ("the list of policies", self.policies.len()),
            ("the list of extensions", self.extensions.len()),
        ];
        match lists.into_iter().find(|(_, length)| *length > MOST) {
            None => Ok(()),
            Some((what, length)) => Err(Error::TooLarge { what, size: length as u64, limit: MOST as u64 }),
        }
    }

    fn template(&self, name: &str) -> Result<Profile, Error> {
        match at("profile", find(name))?.kind {
            Kind::Root => self.root(Root::aws(name, self.lifetime(usual::ROOT)?)?),
            Kind::Subordinate { .. } => {
                self.subordinate(Subordinate::aws(name, self.lifetime(usual::SUBORDINATE)?)?)
            }
            Kind::Leaf { .. } => self.leaf(Leaf::aws(name, self.lifetime(usual::LEAF)?)?),
        }
    }

    fn lifetime(&self, usual: Lifetime) -> Result<Lifetime, Error> {
        at("lifetime", self.lifetime.as_deref().map_or(Ok(usual), str::parse))
    }

    fn bound(&self) -> Result<Bound, Error> {
        match self.bound.as_deref() {
            None | Some("reject") => Ok(Bound::Reject),
            Some("clamp") => Ok(Bound::Clamp),
            Some(other) => at("bound", Err(Error::syntax("bound", other, "expected reject or clamp"))),
        }
    }

    /// Refuses settings that this kind of profile does not have.
    fn without(&self, kind: &str, unfit: &[(&'static str, bool)]) -> Result<(), Error> {
        match unfit.iter().find(|(_, present)| *present) {
            Some((setting, _)) => {
                at(setting, Err(Error::Profile { reason: format!("{kind} has no setting `{setting}`") }))
            }
            None => Ok(()),
        }
    }

    fn root(&self, root: Root) -> Result<Profile, Error> {
        self.without(
            "a root",
            &[
                ("bound", self.bound.is_some()),
                ("purposes", !self.purposes.is_empty()),
                ("permit", !self.permit.is_empty()),
                ("exclude", !self.exclude.is_empty()),
                ("tls-features", !self.tls_features.is_empty()),
                ("no-rev-avail", self.no_rev_avail),
            ],
        )?;
        let root = self.path_length.map_or(root.clone(), |length| root.path_length(length));
        shared!(self, root).map(Profile::Root)
    }

    fn subordinate(&self, subordinate: Subordinate) -> Result<Profile, Error> {
        let unfit = [("tls-features", !self.tls_features.is_empty()), ("no-rev-avail", self.no_rev_avail)];
        self.without("a subordinate", &unfit)?;
        let mut built = subordinate.bound(self.bound()?);
        if let Some(length) = self.path_length {
            built = built.path_length(length);
        }
        for text in &self.purposes {
            built = built.purpose(at("purposes", purpose(text))?);
        }
        for subtree in &self.permit {
            built = built.permit(at("permit", subtree.parse::<Subtree>())?);
        }
        for subtree in &self.exclude {
            built = built.exclude(at("exclude", subtree.parse::<Subtree>())?);
        }
        shared!(self, built).map(Profile::Subordinate)
    }

    fn leaf(&self, leaf: Leaf) -> Result<Profile, Error> {
        self.without(
            "a leaf",
            &[
                ("path-length", self.path_length.is_some()),
                ("purposes", !self.purposes.is_empty()),
                ("permit", !self.permit.is_empty()),
                ("exclude", !self.exclude.is_empty()),
            ],
        )?;
        let mut built = leaf.bound(self.bound()?);
        for feature in &self.tls_features {
            built = built.tls_feature(at("tls-features", tls_feature(feature))?);
        }
        if self.no_rev_avail {
            built = built.no_rev_avail();
        }
        shared!(self, built).map(Profile::Leaf)
    }
}

/// The result, at the setting that it comes from.
fn at<T>(setting: &'static str, result: Result<T, Error>) -> Result<T, Error> {
    result.map_err(|error| error.at(setting))
}

impl PolicySettings {
    fn build(&self) -> Result<Policy, Error> {
        let policy = Policy::new(self.oid.parse()?);
        self.cps.iter().try_fold(policy, |policy, address| Ok(policy.cps(address.parse()?)))
    }
}

impl CustomExtension {
    fn build(&self) -> Result<(Oid, Criticality, Vec<u8>), Error> {
        let value = from_hex(&self.value).ok_or_else(|| {
            Error::syntax("extension", &self.value, "expected the DER of its value in hexadecimal digits")
        })?;
        let criticality = if self.critical { Criticality::Critical } else { Criticality::NotCritical };
        Ok((self.oid.parse()?, criticality, value))
    }
}

fn tls_feature(text: &str) -> Result<TlsFeature, Error> {
    match text {
        "status-request" => Ok(TlsFeature::StatusRequest),
        "status-request-v2" => Ok(TlsFeature::StatusRequestV2),
        other => Err(Error::syntax("TLS feature", other, "expected status-request or status-request-v2")),
    }
}

/// A purpose by its name in RFC 5280, or by its identifier.
fn purpose(text: &str) -> Result<ExtendedKeyUsage, Error> {
    let named = [
        ExtendedKeyUsage::ServerAuth,
        ExtendedKeyUsage::ClientAuth,
        ExtendedKeyUsage::CodeSigning,
        ExtendedKeyUsage::EmailProtection,
        ExtendedKeyUsage::TimeStamping,
    ];
    match named.into_iter().find(|purpose| purpose.to_string() == text) {
        Some(purpose) => Ok(purpose),
        None => Ok(ExtendedKeyUsage::from_oid(&text.parse()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Settings), profile: &str) -> &'static str {
        let mut settings = Settings::new(profile);
        change(&mut settings);
        settings.build().map(drop).unwrap_err().kind()
    }

    #[test]
    fn every_profile_and_template_has_a_name() {
        for name in LEAVES.iter().map(|(name, _, _)| *name).chain(["root", "subordinate"]) {
            assert!(Settings::new(name).build().is_ok(), "{name}");
        }
        for name in super::super::aws_templates() {
            assert!(Settings::new(name).build().is_ok(), "{name}");
        }
        assert_eq!(refused(|_| (), "clients"), "profile");
    }

    #[test]
    fn a_setting_that_the_profile_does_not_have_is_refused() {
        assert_eq!(refused(|s| s.path_length = Some(1), "client"), "profile");
        assert_eq!(refused(|s| s.purposes = vec!["clientAuth".to_owned()], "server"), "profile");
        assert_eq!(refused(|s| s.permit = vec!["DNS:a.example".to_owned()], "root"), "profile");
        assert_eq!(refused(|s| s.bound = Some("clamp".to_owned()), "root"), "profile");
        assert_eq!(refused(|s| s.tls_features = vec!["status-request".to_owned()], "subordinate"), "profile");
        assert_eq!(refused(|s| s.no_rev_avail = true, "subordinate"), "profile");
    }

    #[test]
    fn a_refused_setting_is_named() {
        let named = |change: fn(&mut Settings), profile: &str| {
            let mut settings = Settings::new(profile);
            change(&mut settings);
            match settings.build().map(drop).unwrap_err() {
                Error::At { place, .. } => place,
                other => other.to_string(),
            }
        };
        assert_eq!(named(|_| (), "clients"), "profile");
        assert_eq!(named(|s| s.lifetime = Some("long".to_owned()), "client"), "lifetime");
        assert_eq!(named(|s| s.path_length = Some(1), "client"), "path-length");
        assert_eq!(named(|s| s.permit = vec!["a".to_owned()], "subordinate"), "permit");
        assert_eq!(named(|s| s.policies = vec![PolicySettings::default()], "root"), "policies");
    }

    #[test]
    fn values_are_read_once_and_refused_with_their_kind() {
        for (kind, found) in [
            ("syntax", refused(|s| s.lifetime = Some("long".to_owned()), "client")),
            ("syntax", refused(|s| s.bound = Some("stretch".to_owned()), "client")),
            ("syntax", refused(|s| s.tls_features = vec!["x".to_owned()], "client")),
            ("syntax", refused(|s| s.permit = vec!["a.example".to_owned()], "subordinate")),
            ("syntax", refused(|s| s.purposes = vec!["anything".to_owned()], "subordinate")),
            ("syntax", refused(|s| s.policies = vec![PolicySettings::default()], "client")),
        ] {
            assert_eq!(found, kind);
        }
        let own =
            |oid: &str| CustomExtension { oid: oid.to_owned(), critical: false, value: "0500".to_owned() };
        assert_eq!(refused(|s| s.extensions = vec![own("2.5.29.15")], "client"), "profile");
        assert_eq!(refused(|s| s.extensions = vec![own("1.2.3"), own("1.2.3")], "client"), "profile");
        assert_eq!(purpose("1.3.6.1.5.5.7.3.2").unwrap(), ExtendedKeyUsage::ClientAuth);
    }
}
