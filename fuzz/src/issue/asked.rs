//! What is asked for: a request and a profile, made of arbitrary values.

use arbitrary::Arbitrary;
use certwright::profile::{Criticality, Leaf, Policy, Subordinate, TlsFeature, Urls, aws_templates};
use certwright::{
    AltName, Authority, Bound, DnsName, Error, ExtendedKeyUsage, Lifetime, Oid, PendingAuthority, Prepared,
    PublicKey, Request, Subject, Timestamp, Uri,
};

use super::super::pick;
use super::judge::Wanted;
use super::scene;
use super::subject::Name;
use super::words::Text;

/// Who is asked for what.
#[derive(Debug, Arbitrary)]
pub(super) struct Asked {
    authority: u8,
    practice: Practice,
    urls: Vec<(u8, Text)>,
    profile: Kind,
    lifetime: Life,
    clamp: bool,
    shared: Shared,
    subject: Name,
    key: u8,
    alt_names: Vec<Alt>,
}

#[derive(Debug, Arbitrary)]
struct Practice {
    short_lived: bool,
    longest: Option<u16>,
    backdate: Option<u32>,
}

#[derive(Debug, Arbitrary)]
enum Kind {
    Leaf { kind: u8, features: Vec<bool> },
    Template(u8),
    Subordinate { path_length: u8, purposes: Vec<Text>, permit: Vec<Text>, exclude: Vec<Text>, renamed: bool },
    TemplateBelow(u8),
}

#[derive(Debug, Arbitrary)]
enum Life {
    Days(u16),
    Months(u16),
    Seconds(u32),
    Until(i64),
    Text(Text),
}

/// What profiles of every kind take.
#[derive(Debug, Arbitrary)]
struct Shared {
    policies: Vec<(Text, Option<Text>)>,
    extensions: Vec<(Text, bool, Vec<u8>)>,
    allow: Vec<u8>,
}

#[derive(Debug, Arbitrary)]
enum Alt {
    Dns(Text),
    Ip(std::net::IpAddr),
    Email(Text),
    Uri(Text),
    Directory(Name),
}

const LEAVES: [fn(Lifetime) -> Leaf; 7] = [
    Leaf::client,
    Leaf::server,
    Leaf::peer,
    Leaf::email,
    Leaf::code_signing,
    Leaf::time_stamping,
    Leaf::ocsp_signer,
];

/// Adds what profiles of every kind take; gives nothing where one of the values cannot be made.
macro_rules! with_shared {
    ($profile:expr, $shared:expr) => {{
        let mut profile = $profile;
        for (oid, cps) in &$shared.policies {
            let policy = Policy::new(oid.text().parse().ok()?);
            profile = profile.policy(match cps {
                Some(address) => policy.cps(address.text().parse().ok()?),
                None => policy,
            });
        }
        for (oid, critical, value) in &$shared.extensions {
            let criticality = if *critical { Criticality::Critical } else { Criticality::NotCritical };
            profile = profile.extension(oid.text().parse().ok()?, criticality, value.clone()).ok()?;
        }
        $shared.allow.iter().fold(profile, |profile, rule| profile.allow(rule_id(*rule)))
    }};
}

fn rule_id(choice: u8) -> &'static str {
    let ids: Vec<_> = certwright::lint::rules().map(|rule| rule.id()).collect();
    pick(&ids, choice)
}

impl Asked {
    /// The authority with its habits and addresses; nothing where one of them cannot be made.
    pub(super) fn authority(&self) -> Option<Authority> {
        let Practice { short_lived, longest, backdate } = self.practice;
        let authority = scene::authority(self.authority);
        let authority = if short_lived { authority.short_lived() } else { authority };
        let authority = match longest {
            Some(days) => authority.longest(u32::from(days)),
            None => authority,
        };
        let authority = match backdate {
            Some(seconds) => authority.backdate(seconds).ok()?,
            None => authority,
        };
        let add = |urls: Urls, (kind, address): &(u8, Text)| {
            let address: Uri = address.text().parse().ok()?;
            Some(match kind % 3 {
                0 => urls.crl(address),
                1 => urls.ocsp(address),
                _ => urls.ca_issuers(address),
            })
        };
        Some(authority.with_urls(self.urls.iter().try_fold(Urls::new(), add)?))
    }

    /// What the authority makes of it.
    pub(super) fn prepared(&self, authority: &Authority) -> Option<Result<(Prepared, Wanted), Error>> {
        let lifetime = self.lifetime.lifetime()?;
        let bound = if self.clamp { Bound::Clamp } else { Bound::Reject };
        match &self.profile {
            Kind::Leaf { kind, features } => {
                let leaf = pick(&LEAVES, *kind)(lifetime).bound(bound);
                self.leaf(
                    authority,
                    features.iter().fold(leaf, |leaf, feature| leaf.tls_feature(tls(*feature))),
                )
            }
            Kind::Template(choice) => {
                self.leaf(authority, Leaf::aws(template(*choice), lifetime).ok()?.bound(bound))
            }
            Kind::Subordinate { path_length, .. } => {
                let below = Subordinate::new(lifetime).path_length(*path_length).bound(bound);
                self.below(authority, self.names_of_below(below)?)
            }
            Kind::TemplateBelow(choice) => {
                self.below(authority, Subordinate::aws(template(*choice), lifetime).ok()?.bound(bound))
            }
        }
    }

    fn leaf(&self, authority: &Authority, profile: Leaf) -> Option<Result<(Prepared, Wanted), Error>> {
        let profile = with_shared!(profile, self.shared);
        let key = scene::subject_key(self.key);
        let subject = self.subject.subject()?;
        let names = self.alt_names.iter().map(Alt::name).collect::<Option<Vec<_>>>()?;
        let request = Request::new(&key).subject(subject.clone());
        let request = names.iter().cloned().fold(request, Request::alt_name);
        let wanted = self.wanted(subject, key, names);
        Some(authority.prepare(&profile, request).map(|prepared| (prepared, wanted)))
    }

    fn wanted(&self, subject: Subject, key: PublicKey, names: Vec<AltName>) -> Wanted {
        Wanted { subject, key, names, extensions: !self.shared.extensions.is_empty() }
    }

    fn names_of_below(&self, mut profile: Subordinate) -> Option<Subordinate> {
        let Kind::Subordinate { purposes, permit, exclude, renamed, .. } = &self.profile else { return None };
        for purpose in purposes {
            profile = profile.purpose(purpose_of(&purpose.text())?);
        }
        for subtree in permit {
            profile = profile.permit(subtree.text().parse().ok()?);
        }
        for subtree in exclude {
            profile = profile.exclude(subtree.text().parse().ok()?);
        }
        Some(if *renamed { profile.subject(self.subject.subject()?) } else { profile })
    }

    fn below(
        &self,
        authority: &Authority,
        profile: Subordinate,
    ) -> Option<Result<(Prepared, Wanted), Error>> {
        let profile = with_shared!(profile, self.shared);
        let subject = self.subject.subject()?;
        let pending = PendingAuthority::new(subject.clone(), scene::pending_key()).ok()?;
        let key = pending.csr().public_key().clone();
        let wanted = self.wanted(subject, key, Vec::new());
        Some(authority.prepare_subordinate(&profile, pending.csr()).map(|prepared| (prepared, wanted)))
    }
}

fn tls(both: bool) -> TlsFeature {
    if both { TlsFeature::StatusRequestV2 } else { TlsFeature::StatusRequest }
}

fn template(choice: u8) -> &'static str {
    let templates: Vec<_> = aws_templates().collect();
    pick(&templates, choice)
}

fn purpose_of(text: &str) -> Option<ExtendedKeyUsage> {
    Some(match text {
        "clientAuth" => ExtendedKeyUsage::ClientAuth,
        "serverAuth" => ExtendedKeyUsage::ServerAuth,
        "OCSPSigning" => ExtendedKeyUsage::OcspSigning,
        "anyExtendedKeyUsage" => ExtendedKeyUsage::Any,
        other => ExtendedKeyUsage::Other(other.parse::<Oid>().ok()?),
    })
}

impl Life {
    fn lifetime(&self) -> Option<Lifetime> {
        match self {
            Self::Days(days) => Some(Lifetime::days(u32::from(*days))),
            Self::Months(months) => Some(Lifetime::months(u32::from(*months))),
            Self::Seconds(seconds) => Some(Lifetime::seconds(*seconds)),
            Self::Until(unix) => Timestamp::from_unix(*unix).map(Lifetime::until),
            Self::Text(text) => text.text().parse().ok(),
        }
    }
}

impl Alt {
    fn name(&self) -> Option<AltName> {
        Some(match self {
            Self::Dns(text) => AltName::Dns(text.text().parse::<DnsName>().ok()?),
            Self::Ip(address) => AltName::Ip(*address),
            Self::Email(text) => AltName::Email(text.text().parse().ok()?),
            Self::Uri(text) => AltName::Uri(text.text().parse().ok()?),
            Self::Directory(name) => AltName::Directory(name.subject()?),
        })
    }
}
