//! `ca`: authorities are made, certified, continued and shown.

mod below;
mod ceremony;
mod create;
mod cross;
mod elsewhere;
mod horizon;
mod import;
mod renew;
mod show;

pub(crate) use below::RENEW;

use std::path::{Path, PathBuf};

use certwright::file::Overwrite;
use certwright::{Issued, KeyType, Prepared, PrivateKey, PublicKey, Signer, SignerError, Subject};
use serde_json::json;

use super::Context;
use crate::describe;
use crate::draw;
use crate::error::Failure;
use crate::home::Name;
use crate::output::Report;
use crate::passphrase::{Passphrases, Seal};
use crate::place::Placement;
use crate::practice::PracticeArgs;
use crate::values::{key_type, subject};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ca {
    /// Makes a root: an authority that certifies itself and other authorities.
    Root(create::Root),
    /// Makes a subordinate authority under one of this home: key, request, certification and activation in one go.
    Sub(create::Sub),
    /// Makes a key and a request for an authority that somebody else will certify. It is pending until then.
    Request(ceremony::Request),
    /// Certifies the request of a subordinate authority and writes its chain.
    Certify(ceremony::Certify),
    /// Certifies an authority that has a certificate already: what it issued is trusted under this one, too.
    CrossSign(cross::CrossSign),
    /// Activates a pending authority with the chain that was certified for it.
    Activate(ceremony::Activate),
    /// Continues an existing authority, whoever made it: its names are kept byte for byte.
    Import(import::Import),
    /// Gives an authority another term with the same name and the same key, at any time: what it issued stays valid.
    Renew(renew::Renew),
    /// Lists the authorities of this home with their states.
    List,
    /// Shows an authority: its certificate and everything above it.
    Show(show::Show),
    /// Says until when each authority can still issue in full length.
    Horizon(horizon::Horizon),
}

pub(crate) fn run(context: &Context, command: &Ca) -> Result<Report, Failure> {
    match command {
        Ca::Root(command) => create::root(context, command),
        Ca::Sub(command) => create::sub(context, command),
        Ca::Request(command) => ceremony::request(context, command),
        Ca::Certify(command) => ceremony::certify(context, command),
        Ca::CrossSign(command) => cross::cross_sign(context, command),
        Ca::Activate(command) => ceremony::activate(context, command),
        Ca::Import(command) => import::import(context, command),
        Ca::Renew(command) => renew::renew(context, command),
        Ca::List => show::list(context),
        Ca::Show(command) => show::show(context, command),
        Ca::Horizon(command) => horizon::horizon(context, command),
    }
}

/// What every new authority needs.
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// What the authority is called in this home.
    name: Name,
    /// Its distinguished name, as RFC 4514 writes it: "CN=Example CA,O=Example,C=DE". Only a common name is needed.
    #[arg(long, value_name = "DN", value_parser = subject)]
    subject: Subject,
    /// The type of its key.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    key: KeyType,
    #[command(flatten)]
    practice: PracticeArgs,
    #[command(flatten)]
    passphrases: Passphrases,
}

impl New {
    /// Draws the key; its sealed form is staged in the authority's folder.
    fn key(&self, context: &Context, files: &mut Placement) -> Result<PrivateKey, Failure> {
        files.keep(&context.home, &self.name, self.practice.practice())?;
        let seal = self.passphrases.seal(&format!("the key of {}", self.name))?;
        let key = draw::key(self.key, context.silent)?;
        stage_key(context, &self.name, &key, &seal, files)?;
        claim(context, &self.name, files)?;
        Ok(key)
    }
}

pub(crate) fn stage_key(
    context: &Context,
    name: &Name,
    key: &PrivateKey,
    seal: &Seal,
    files: &mut Placement,
) -> Result<(), Failure> {
    let sealed = seal.close(key)?;
    files.secret(context.home.authority_folder(name).join("key.pem"), sealed.to_pem().as_bytes())
}

/// Stages what an active authority has beside its key.
pub(crate) fn stage_chain(
    context: &Context,
    name: &Name,
    chain: &certwright::chain::Chain,
    files: &mut Placement,
) -> Result<(), Failure> {
    let folder = context.home.authority_folder(name);
    files.public(folder.join("certificate.pem"), &chain.certificate().to_pem())?;
    files.public(folder.join("chain.pem"), &certwright::chain::to_pem(chain.full()))
}

/// Refuses a name that an authority has already; an authority is never overwritten.
fn unused(context: &Context, name: &Name) -> Result<Placement, Failure> {
    if context.home.has_authority(name) {
        return Err(Failure::AuthorityExists { name: name.to_string() });
    }
    Ok(Placement::new(Overwrite::Refuse))
}

/// Keeps others from taking the name while its certificate is signed.
fn claim(context: &Context, name: &Name, files: &mut Placement) -> Result<(), Failure> {
    files.take_turn(&context.home);
    if context.home.authority_folder(name).join("key.pem").exists() {
        return Err(Failure::AuthorityExists { name: name.to_string() });
    }
    Ok(())
}

/// Signs a certificate whose chain goes into one file, wherever that is.
fn into_file(prepared: Prepared, out: &Path, overwrite: Overwrite) -> Result<Issued, Failure> {
    let mut files = Placement::new(overwrite);
    files.reserve(out)?;
    let issued = prepared.sign()?;
    let chain = certwright::chain::to_pem(issued.chain().full());
    let placed = files.public(out.to_owned(), &chain).and_then(|()| files.commit());
    placed.map_err(|cause| cause.of_signed(issued.certificate()))?;
    Ok(issued)
}

/// What is said of a certificate whose chain went into one file.
fn signed(done: &str, issued: &Issued, out: &Path) -> Report {
    let certificate = issued.certificate();
    let summary = format!(
        "{done} {}\n{}{}",
        certificate.subject(),
        describe::lines(certificate),
        describe::row("chain", out.display())
    );
    let result = json!({
        "certificate": describe::certificate(certificate),
        "validity": describe::granted(issued.granted()),
        "files": [out.display().to_string()],
    });
    let report = Report::done(result, summary).findings(issued.findings());
    report.remarks(describe::clamped(issued.granted()))
}

/// The key of an authority whose private part is not needed: it signs nothing.
pub(crate) struct Absent(pub(crate) PublicKey);

impl Signer for Absent {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError::new("its private key was not opened"))
    }
}

/// What there is to say about an authority that was made.
fn report(
    context: &Context,
    name: &Name,
    what: &str,
    chain: &certwright::chain::Chain,
    files: &[PathBuf],
) -> Report {
    let certificate = chain.certificate();
    let summary = format!("{what} {name}\n{}{}", describe::lines(certificate), describe::files(files));
    let result = serde_json::json!({
        "name": name.as_str(),
        "state": "active",
        "home": context.home.root().display().to_string(),
        "certificate": describe::certificate(certificate),
        "files": describe::paths(files),
    });
    Report::done(result, summary)
}
