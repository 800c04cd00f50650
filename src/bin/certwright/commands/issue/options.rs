//! What is issued, for whom: the command line of `issue`.

use certwright::profile::Leaf;
use certwright::{AltName, Csr, KeyType, Lifetime, PrivateKey, PublicKey, Request, Subject};

use crate::error::Failure;
use crate::home::{Home, Name};
use crate::input::Input;
use crate::names::Names;
use crate::passphrase::Passphrases;
use crate::profiles::ProfileArg;
use crate::values::{BoundArg, Term, common_name, input, key_type};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Issue {
    /// Issues a certificate for a TLS client.
    Client(Options),
    /// Issues a certificate for a TLS server. Without --dns it is issued for NAME, too, where that is a DNS name;
    /// without --ip where that is an IP address.
    Server(Options),
    /// Issues a certificate for a TLS client and server at once, such as a member of a cluster. It is issued for NAME
    /// as a server's is.
    Peer(Options),
    /// Issues a certificate for somebody who signs and reads mail. Without --email it is issued for NAME, where that is
    /// an address.
    Email(Options),
    /// Issues a certificate for somebody who signs programs.
    CodeSigning(Options),
    /// Issues a certificate for a time stamping service.
    TimeStamping(Options),
    /// Issues a certificate for an OCSP responder of the authority. It lives 30 days unless another term is given.
    Ocsp(Options),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What the certificate is called in this home, and its common name unless --cn gives another.
    pub(super) name: Name,
    /// The authority that issues it.
    #[arg(long, visible_alias = "issuer", value_name = "CA")]
    pub(super) ca: Name,
    /// The common name.
    #[arg(long, value_name = "TEXT", value_parser = common_name)]
    cn: Option<Subject>,
    #[command(flatten)]
    names: Names,
    #[command(flatten)]
    term: Term,
    /// What to do when it would outlive its issuer. Without this option it is refused.
    #[arg(long, value_enum)]
    bound: Option<BoundArg>,
    /// The type of its key.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    pub(super) key: KeyType,
    /// Certifies the key of this request instead of a new one. Nothing else is taken from the request, unless a
    /// --grant option says so; what became of everything that it asks for is told.
    #[arg(long, value_name = "FILE", conflicts_with = "key", value_parser = input())]
    pub(super) csr: Option<Input>,
    /// Grants every alternative name that the request asks for.
    #[arg(long, requires = "csr")]
    grant_names: bool,
    /// Grants the distinguished name that the request asks for, byte for byte.
    #[arg(long, requires = "csr", conflicts_with = "cn")]
    grant_subject: bool,
    /// Follows a template of AWS Private CA exactly, also where it departs from the standards, such as
    /// EndEntityClientAuthCertificate/V1. It has to be one for what is issued.
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "profile")]
    template: Option<String>,
    #[command(flatten)]
    profile: ProfileArg,
    /// Says in the certificate that nobody publishes whether it is revoked (RFC 9608), and names no CRL and no
    /// responder. Only for what lives a week at most.
    #[arg(long)]
    no_rev_avail: bool,
    /// Silences the warning with this id; may be given several times. The ledger records it.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Shows what would be issued, field by field. Nothing is signed, recorded or written, and no passphrase is needed.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Replaces what was issued under this name before.
    #[arg(long)]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) passphrases: Passphrases,
}

/// The key that is certified.
pub(super) enum Key {
    New(Box<PrivateKey>),
    Requested(Csr),
}

impl Key {
    pub(super) fn public(&self) -> &PublicKey {
        match self {
            Self::New(key) => key.public_key(),
            Self::Requested(request) => request.public_key(),
        }
    }

    /// The request that it came in.
    pub(super) fn request(&self) -> Option<&Csr> {
        match self {
            Self::New(_) => None,
            Self::Requested(request) => Some(request),
        }
    }
}

/// What a subcommand issues.
struct Kind {
    /// In words, and as the ledger has it.
    name: &'static str,
    /// The template of AWS Private CA that is for the same.
    template: Option<&'static str>,
}

const fn kind(name: &'static str, template: Option<&'static str>) -> Kind {
    Kind { name, template }
}

impl Issue {
    fn parts(&self) -> (Kind, &Options) {
        match self {
            Self::Client(options) => (kind("client", Some("EndEntityClientAuthCertificate/V1")), options),
            Self::Server(options) => (kind("server", Some("EndEntityServerAuthCertificate/V1")), options),
            Self::Peer(options) => (kind("peer", Some("EndEntityCertificate/V1")), options),
            Self::Email(options) => (kind("email", None), options),
            Self::CodeSigning(options) => (kind("code-signing", Some("CodeSigningCertificate/V1")), options),
            Self::TimeStamping(options) => (kind("time-stamping", None), options),
            Self::Ocsp(options) => (kind("ocsp-signer", Some("OCSPSigningCertificate/V1")), options),
        }
    }

    pub(super) fn options(&self) -> &Options {
        self.parts().1
    }

    /// What it is for.
    pub(super) fn what(&self) -> &'static str {
        self.parts().0.name
    }

    /// The profile: that of the subcommand, a template, or one that a file describes.
    pub(super) fn profile(&self, home: &Home) -> Result<Leaf, Failure> {
        let (kind, options) = self.parts();
        let usual = options.template.as_deref().unwrap_or(kind.name);
        let mut described = options.profile.or_usual(home, usual)?;
        let named = described.settings.profile.as_str();
        let own = |template: &str| kind.template.is_some_and(|own| template.ends_with(own));
        if let Some(template) = options.template.as_ref().filter(|template| !own(template)) {
            // A template that makes no leaf, or that there is none of, is refused as that.
            Leaf::aws(template, Lifetime::days(1))?;
            return Err(Failure::TemplateUnfit {
                template: template.clone(),
                what: kind.name,
                own: kind.template,
            });
        }
        if named != kind.name && !own(named) {
            // A name that is no profile is refused as that.
            described.leaf()?;
            return Err(described.unfit(kind.name));
        }
        described.settings.no_rev_avail |= options.no_rev_avail;
        described.with_lifetime(options.term.given()).with_bound(options.bound.map(BoundArg::name)).leaf()
    }

    /// The request for the names that the options give, or grant.
    pub(super) fn request(&self, key: &Key) -> Result<Request, Failure> {
        let options = self.options();
        let mut request = match key {
            Key::New(key) => Request::new(key.public_key()),
            Key::Requested(csr) => Request::from_csr(csr),
        };
        if !options.grant_subject {
            request = request.subject(match &options.cn {
                Some(subject) => subject.clone(),
                None => Subject::common_name(options.name.as_str())?,
            });
        }
        if options.grant_names {
            request = request.grant_alt_names()?;
        }
        let own = self.own_name(key);
        let named = own.into_iter().chain(options.names.all()).fold(request, Request::alt_name);
        Ok(options.allow.iter().fold(named, |request, rule| request.allow(rule.as_str())))
    }

    /// What to know about NAME in a certificate that was asked for addresses only.
    pub(super) fn hosted(&self, key: &Key) -> Option<String> {
        let options = self.options();
        let own =
            self.own_name(key).filter(|own| matches!(own, AltName::Dns(_)) && options.names.has_address())?;
        Some(format!(
            "{own} stands in the certificate, too, because {} is called so: --dns gives another",
            options.name
        ))
    }

    /// NAME, where other programs look for it in the certificate and none of its kind is given or granted.
    pub(super) fn own_name(&self, key: &Key) -> Option<AltName> {
        let options = self.options();
        if options.grant_names && key.request().is_some_and(|csr| !csr.alt_names().is_empty()) {
            return None;
        }
        let name = options.name.as_str();
        match self {
            Self::Server(_) | Self::Peer(_) => match name.parse() {
                _ if options.names.has_host() => None,
                Ok(address) => (!options.names.has_address()).then_some(AltName::Ip(address)),
                Err(_) => name.parse().ok().map(AltName::Dns),
            },
            Self::Email(_) if options.names.has_email() => None,
            Self::Email(_) => name.parse().ok().map(AltName::Email),
            _ => None,
        }
    }
}
