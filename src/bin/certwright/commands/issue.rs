//! `issue`: certificates for clients, servers, and peers that are both.

use std::net::IpAddr;
use std::path::PathBuf;

use certwright::chain::{self, Chain};
use certwright::file::Overwrite;
use certwright::profile::Leaf;
use certwright::{
    AltName, Authority, Certificate, Csr, DnsName, EmailAddress, Issued, KeyType, Lifetime, Prepared,
    PrivateKey, PublicKey, Request, Subject, Uri,
};
use serde_json::json;

use super::Context;
use super::ca::Absent;
use crate::describe;
use crate::error::Failure;
use crate::home::Name;
use crate::output::{Remark, Report};
use crate::passphrase::{Passphrases, Seal};
use crate::place::{self, Placement};
use crate::values::{BoundArg, Term, common_name, dns, email, key_type, uri};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Issue {
    /// Issues a certificate for a TLS client.
    Client(Options),
    /// Issues a certificate for a TLS server. Without --dns it is issued for NAME, where that is a DNS name.
    Server(Options),
    /// Issues a certificate for a TLS client and server at once, such as a member of a cluster.
    Peer(Options),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What the certificate is called in this home, and its common name unless --cn gives another.
    name: Name,
    /// The authority that issues it.
    #[arg(long, value_name = "CA")]
    ca: Name,
    /// The common name.
    #[arg(long, value_name = "TEXT", value_parser = common_name)]
    cn: Option<Subject>,
    /// A DNS name; may be given several times. A wildcard is a whole leftmost label.
    #[arg(long, value_name = "NAME", value_parser = dns)]
    dns: Vec<DnsName>,
    /// An IP address; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    ip: Vec<IpAddr>,
    /// An e-mail address; may be given several times.
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Vec<EmailAddress>,
    /// A URI; may be given several times.
    #[arg(long, value_name = "URI", value_parser = uri)]
    uri: Vec<Uri>,
    #[command(flatten)]
    term: Term,
    /// What to do when it would outlive its issuer.
    #[arg(long, value_enum, default_value_t)]
    bound: BoundArg,
    /// The type of its key.
    #[arg(long, value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    key: KeyType,
    /// Certifies the key of this request instead of a new one. Nothing else is taken from the request.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    csr: Option<PathBuf>,
    /// Shows what would be issued. Nothing is signed, recorded or written, and no passphrase is needed.
    #[arg(long)]
    dry_run: bool,
    /// Replaces what was issued under this name before.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    passphrases: Passphrases,
}

/// The key that is certified.
enum Key {
    New(Box<PrivateKey>),
    Requested(Csr),
}

impl Key {
    fn public(&self) -> &PublicKey {
        match self {
            Self::New(key) => key.public_key(),
            Self::Requested(request) => request.public_key(),
        }
    }
}

impl Issue {
    /// What it is for, its options, and its profile.
    fn parts(&self) -> (&'static str, &Options, fn(Lifetime) -> Leaf) {
        match self {
            Self::Client(options) => ("client", options, Leaf::client),
            Self::Server(options) => ("server", options, Leaf::server),
            Self::Peer(options) => ("peer", options, Leaf::peer),
        }
    }

    /// Whether other programs look for its host name.
    fn serves(&self) -> bool {
        !matches!(self, Self::Client(_))
    }
}

const FILES: [&str; 4] = ["private.pem", "certificate.pem", "chain.pem", "crt.pem"];

pub(crate) fn run(context: &Context, command: &Issue) -> Result<Report, Failure> {
    let (what, options, profile) = command.parts();
    let profile = profile(options.term.or(Lifetime::days(395))).bound(options.bound.into());
    let chain = context.home.chain(&options.ca)?;
    if options.dry_run {
        return plan(context, command, &profile, chain);
    }
    let folder = context.home.issued_folder(&options.name);
    place::vacant(&folder, &FILES, place::overwrite(options.force))?;
    let authority = context.home.open(&options.ca, &options.passphrases.opening)?;
    let seal = match options.csr {
        Some(_) => None,
        None => Some(options.passphrases.seal(&format!("the key of {}", options.name))?),
    };
    let key = key(context, options)?;
    let prepared = authority.prepare(&profile, request(command, &key)?)?;
    let (issued, files) = write(context, options, &key, seal.as_ref(), prepared)?;
    let report = report(what, options, &issued, &files).findings(issued.findings());
    Ok(report.remarks(describe::clamped(issued.granted())).remarks(secrets(context, options, seal.as_ref())))
}

fn key(context: &Context, options: &Options) -> Result<Key, Failure> {
    match &options.csr {
        Some(file) => Ok(Key::Requested(Csr::open(file)?)),
        None => Ok(Key::New(Box::new(describe::draw(options.key, context.silent)?))),
    }
}

/// The request for the names that the options give.
fn request(command: &Issue, key: &Key) -> Result<Request, Failure> {
    let (_, options, _) = command.parts();
    let subject = match &options.cn {
        Some(subject) => subject.clone(),
        None => Subject::common_name(options.name.as_str())?,
    };
    let dns = options.dns.iter().cloned().map(AltName::Dns);
    let ip = options.ip.iter().copied().map(AltName::Ip);
    let email = options.email.iter().cloned().map(AltName::Email);
    let uri = options.uri.iter().cloned().map(AltName::Uri);
    let own = options.name.as_str().parse().ok().filter(|_| command.serves() && options.dns.is_empty());
    let names = own.map(AltName::Dns).into_iter().chain(dns).chain(ip).chain(email).chain(uri);
    Ok(names.fold(Request::new(key.public()).subject(subject), Request::alt_name))
}

/// Writes the key, issues, writes the rest; places everything together.
fn write(
    context: &Context,
    options: &Options,
    key: &Key,
    seal: Option<&Seal>,
    prepared: Prepared,
) -> Result<(Issued, Vec<PathBuf>), Failure> {
    let folder = context.home.issued_folder(&options.name);
    let overwrite = place::overwrite(options.force);
    let mut files = Placement::new(overwrite);
    match (key, seal) {
        (Key::New(key), Some(seal)) => {
            files.secret(folder.join("private.pem"), seal.close(key)?.to_pem().as_bytes())?;
        }
        _ => {
            place::probe(&folder.join("certificate.pem"), overwrite)?;
            own_key(&folder, key)?;
        }
    }
    files.take_turn(&context.home);
    place::vacant(&folder, &FILES, overwrite)?;
    let issued = prepared.sign()?;
    stage(&folder, issued.chain(), &mut files)?;
    Ok((issued, files.commit_in(&context.home)?))
}

/// Stages the three files about a leaf's certificate.
pub(crate) fn stage(folder: &std::path::Path, chain: &Chain, files: &mut Placement) -> Result<(), Failure> {
    files.public(folder.join("certificate.pem"), &chain.certificate().to_pem())?;
    files.public(folder.join("chain.pem"), &chain::to_pem(chain.intermediates()))?;
    files.public(folder.join("crt.pem"), &chain::to_pem(chain.presented()))
}

/// A key that is there already has to be the one that the request proves: it stays.
fn own_key(folder: &std::path::Path, key: &Key) -> Result<(), Failure> {
    let path = folder.join("private.pem");
    if !path.exists() {
        return Ok(());
    }
    let certified = Certificate::open_all(folder.join("certificate.pem")).unwrap_or_default();
    match certified.first().is_some_and(|certificate| certificate.public_key() == key.public()) {
        true => Ok(()),
        false => Err(Failure::OtherKey { path }),
    }
}

/// Warnings about the passphrase that the key was given.
fn secrets(context: &Context, options: &Options, seal: Option<&Seal>) -> Vec<Remark> {
    let Some(seal) = seal else { return Vec::new() };
    let left = context.home.issued_folder(&options.name).join("passphrase");
    let stale = left.exists() && !seal.opens(&left);
    let message = || format!("{} does not open the new key; remove it", left.display());
    let stale = stale.then(|| Remark::warning("passphrase-stale", message()));
    seal.remark(options.name.as_str()).into_iter().chain(stale).collect()
}

fn report(what: &str, options: &Options, issued: &Issued, files: &[PathBuf]) -> Report {
    let (name, ca, certificate) = (&options.name, &options.ca, issued.certificate());
    let summary = format!(
        "issued the {what} {name} under {ca}\n{}{}",
        describe::lines(certificate),
        describe::files(files)
    );
    let result = json!({
        "name": name.as_str(),
        "profile": what,
        "ca": ca.as_str(),
        "certificate": describe::certificate(certificate),
        "validity": describe::granted(issued.granted()),
        "files": describe::paths(files),
    });
    Report::done(result, summary)
}

/// What would be issued. The authority's key stays closed: a plan is not signed.
fn plan(context: &Context, command: &Issue, profile: &Leaf, chain: Chain) -> Result<Report, Failure> {
    let (what, options, _) = command.parts();
    place::vacant(&context.home.issued_folder(&options.name), &FILES, place::overwrite(options.force))?;
    let signer = Absent(chain.certificate().public_key().clone());
    let authority = Authority::open(chain, signer, &context.home.ledger()?)?;
    let prepared = authority.prepare(profile, request(command, &key(context, options)?)?)?;
    let unsigned = prepared.unsigned();
    let window = unsigned.window();
    let names: Vec<_> = unsigned.alt_names().iter().map(ToString::to_string).collect();
    let usage = unsigned.key_usage().map(|usage| usage.to_string());
    let purposes: Vec<_> =
        unsigned.extended_key_usage().unwrap_or_default().iter().map(ToString::to_string).collect();
    let mut text = format!("would issue the {what} {} under {}\n", options.name, options.ca);
    for (label, value) in [
        ("subject", unsigned.subject().to_string()),
        ("names", names.join(", ")),
        ("issuer", unsigned.issuer().to_string()),
        ("valid", format!("{} to {}", window.not_before, window.not_after)),
        ("key", unsigned.public_key().algorithm().to_string()),
        ("usage", usage.clone().unwrap_or_default()),
        ("purposes", purposes.join(", ")),
    ] {
        text.push_str(&if value.is_empty() { String::new() } else { describe::row(label, value) });
    }
    let result = json!({
        "dry_run": true,
        "name": options.name.as_str(),
        "profile": what,
        "ca": options.ca.as_str(),
        "subject": unsigned.subject().to_string(),
        "names": names,
        "key_usage": usage,
        "purposes": purposes,
        "not_before": window.not_before.to_string(),
        "not_after": window.not_after.to_string(),
        "validity": describe::granted(prepared.granted()),
    });
    let clamped = describe::clamped(prepared.granted());
    Ok(Report::answer(result, text).findings(prepared.findings()).remarks(clamped))
}

/// Issues a leaf into a hierarchy that is being made.
pub(crate) fn into_new(
    folder: &std::path::Path,
    key: &PrivateKey,
    seal: &Seal,
    prepared: Prepared,
    files: &mut Placement,
) -> Result<Issued, Failure> {
    files.secret(folder.join("private.pem"), seal.close(key)?.to_pem().as_bytes())?;
    let issued = prepared.sign()?;
    stage(folder, issued.chain(), files)?;
    Ok(issued)
}

/// Nothing of an earlier hierarchy is replaced by a new one.
pub(crate) const NEW: Overwrite = Overwrite::Refuse;
