//! `quickstart`: a whole hierarchy, from an empty folder to the first answer of an API with mutual TLS.

mod guide;

use std::path::PathBuf;

use certwright::chain::Chain;
use certwright::profile::{Leaf, Root, Subordinate, usual};
use certwright::truststore::{Rules, Truststore};
use certwright::{
    AltName, Authority, DnsName, KeyType, Ledger, Passphrase, PendingAuthority, PrivateKey, Request, Subject,
};

use super::{Context, issue};
use crate::draw;
use crate::error::Failure;
use crate::home::Name;
use crate::output::{Remark, Report};
use crate::passphrase::{Passphrases, Seal};
use crate::place::Placement;
use crate::values::{dns, key_type};

#[derive(Debug, clap::Args)]
#[command(mut_arg("passphrase_file", |option| option.help(AUTHORITIES_FILE)))]
#[command(mut_arg("new_passphrase_file", |option| option.help(LEAVES_FILE)))]
pub(crate) struct Quickstart {
    /// The domain that the server answers for.
    #[arg(long, value_name = "DOMAIN", value_parser = dns)]
    domain: DnsName,
    /// A client; may be given several times. Without this option there is one, called client.
    #[arg(long = "client", value_name = "NAME")]
    clients: Vec<Name>,
    /// The type of every key.
    #[arg(long, visible_aliases = ["type", "key-type"], value_name = "TYPE", default_value = "p256", value_parser = key_type())]
    key: KeyType,
    #[command(flatten)]
    passphrases: Passphrases,
}

const AUTHORITIES_FILE: &str = "A file with the passphrase of the authorities' keys; one line end at its end is not part \
                                of it. Without this option it is the file that CERTWRIGHT_PASSPHRASE_FILE names, else the \
                                one of the other keys, else a passphrase is drawn";
const LEAVES_FILE: &str = "A file with the passphrase of the keys of the server and the clients. Without this option it is \
                           the file that CERTWRIGHT_NEW_PASSPHRASE_FILE names, else the one of the authorities' keys, else \
                           a passphrase is drawn for each";

/// What was made, for the report.
struct Made {
    root: Chain,
    sub: Chain,
    /// The server first, then the clients.
    leaves: Vec<(Name, Chain)>,
    target: &'static str,
    /// Whether a passphrase was drawn for the authorities.
    drawn: bool,
    /// The file with the passphrase of the leaves; one was drawn for each where there is none.
    leaf_file: Option<PathBuf>,
}

const ROOT: &str = "root";
const SUB: &str = "sub";

pub(crate) fn run(context: &Context, command: &Quickstart) -> Result<Report, Failure> {
    let home = &context.home;
    unused(context)?;
    let names = leaves(command)?;
    let mut work = Work {
        context,
        command,
        ledger: home.ledger()?,
        files: Placement::new(issue::NEW),
        remarks: Vec::new(),
    };
    let (authorities, drawn) = work.authorities_seal()?;
    let (root, sub) = work.authorities(&authorities)?;
    let mut issued = Vec::new();
    let given = command.passphrases.given()?;
    work.remarks.extend(given.as_ref().and_then(|leaves| shared(&authorities, leaves)));
    for (index, name) in names.into_iter().enumerate() {
        let drawn;
        let seal = match &given {
            Some(seal) => seal,
            None => {
                drawn = work.draw(home.issued_folder(&name).join("passphrase"))?;
                &drawn
            }
        };
        let chain = work.leaf(&sub, &name, seal, index == 0)?;
        issued.push((name, chain));
    }
    let target = work.truststore(sub.chain())?;
    let Work { files, remarks, .. } = work;
    let files = files.commit_in(home)?;
    let (root, sub) = (root.chain().clone(), sub.chain().clone());
    let leaf_file = command.passphrases.seal_file();
    let made = Made { root, sub, leaves: issued, target, drawn, leaf_file };
    Ok(guide::report(context, &command.domain, &made, &files).remarks(remarks))
}

/// Nothing of an earlier hierarchy is touched, and nothing else that lies there.
fn unused(context: &Context) -> Result<(), Failure> {
    let (home, folder) = (&context.home, context.home.root().to_owned());
    if home.ledger_file().exists() || !home.authorities().is_empty() || !home.issued().is_empty() {
        return Err(Failure::HomeInUse { home: folder });
    }
    match [home.truststore(), home.passphrase()].into_iter().find(|file| file.exists()) {
        Some(file) => Err(Failure::HomeOccupied { home: folder, file }),
        None => Ok(()),
    }
}

/// The warning that whoever gets a leaf's passphrase has that of the authorities.
fn shared(authorities: &Seal, leaves: &Seal) -> Option<Remark> {
    let message = "the keys of the server and the clients have the passphrase of the authorities: whoever gets it can \
                   open the authorities' keys, too (--passphrase-file names that of the authorities, \
                   --new-passphrase-file that of the others)";
    (authorities.passphrase == leaves.passphrase).then(|| Remark::warning("passphrase-shared", message))
}

/// The names of the leaves, the server's first.
fn leaves(command: &Quickstart) -> Result<Vec<Name>, Failure> {
    let domain = command.domain.to_string();
    let server: Name =
        domain.parse().map_err(|reason| Failure::DomainUnfit { domain: domain.clone(), reason })?;
    if command.clients.contains(&server) {
        return Err(Failure::ClientIsDomain { domain });
    }
    let mut names = vec![server];
    for client in &command.clients {
        if !names.contains(client) {
            names.push(client.clone());
        }
    }
    if command.clients.is_empty() {
        names.extend("client".parse::<Name>().ok());
    }
    Ok(names)
}

/// A hierarchy that is being made; dropped, it leaves nothing behind but what the ledger recorded.
struct Work<'a> {
    context: &'a Context,
    command: &'a Quickstart,
    ledger: Ledger,
    files: Placement,
    remarks: Vec<Remark>,
}

impl Work<'_> {
    /// The passphrase of the authorities: from a file, else drawn and kept in the home.
    fn authorities_seal(&mut self) -> Result<(Seal, bool), Failure> {
        let passphrases = &self.command.passphrases;
        if let Some(passphrase) = passphrases.opening.given()? {
            return Ok((Seal::new(passphrase, false), false));
        }
        if let Some(seal) = passphrases.own()? {
            return Ok((seal, false));
        }
        Ok((self.draw(self.context.home.passphrase())?, true))
    }

    fn draw(&mut self, file: PathBuf) -> Result<Seal, Failure> {
        let passphrase = Passphrase::generate()?;
        let line = zeroize::Zeroizing::new([passphrase.reveal(), b"\n"].concat());
        self.files.secret(file, &line)?;
        Ok(Seal::new(passphrase, false))
    }

    fn key(&self) -> Result<PrivateKey, Failure> {
        Ok(draw::key(self.command.key, self.context.silent)?)
    }

    fn authorities(&mut self, seal: &Seal) -> Result<(Authority, Authority), Failure> {
        let (root, sub) = (name(ROOT)?, name(SUB)?);
        let key = self.key()?;
        super::ca::stage_key(self.context, &root, &key, seal, &mut self.files)?;
        // Another process may have begun at the same time.
        self.files.take_turn(&self.context.home);
        unused(self.context)?;
        let profile = Root::new(usual::ROOT);
        let subject = self.subject("Root CA")?;
        let authority = Authority::root(&profile, subject, key, &self.ledger)?;
        super::ca::stage_chain(self.context, &root, authority.chain(), &mut self.files)?;
        let key = self.key()?;
        super::ca::stage_key(self.context, &sub, &key, seal, &mut self.files)?;
        let pending = PendingAuthority::new(self.subject("Issuing CA")?, key)?;
        let request = self.context.home.authority_folder(&sub).join("request.csr");
        self.files.public(request, &pending.csr().to_pem())?;
        let chain = authority.certify(&Subordinate::new(usual::SUBORDINATE), pending.csr())?;
        let subordinate = pending.activate(chain, &self.ledger).map_err(certwright::Error::from)?;
        super::ca::stage_chain(self.context, &sub, subordinate.chain(), &mut self.files)?;
        Ok((authority, subordinate))
    }

    /// The domain and what the authority is, or only the latter where both are too long.
    fn subject(&self, what: &str) -> Result<Subject, Failure> {
        let long = Subject::common_name(&format!("{} {what}", self.command.domain));
        Ok(long.or_else(|_| Subject::common_name(what))?)
    }

    fn leaf(&mut self, sub: &Authority, name: &Name, seal: &Seal, server: bool) -> Result<Chain, Failure> {
        let key = self.key()?;
        let subject = Subject::common_name(name.as_str())?;
        let request = Request::new(key.public_key()).subject(subject);
        let (profile, request) = if server {
            (Leaf::server(usual::LEAF), request.alt_name(AltName::Dns(self.command.domain.clone())))
        } else {
            (Leaf::client(usual::LEAF), request)
        };
        let prepared = sub.prepare(&profile, request)?;
        let folder = self.context.home.issued_folder(name);
        let issued = issue::into_new(&folder, &key, seal, prepared, &mut self.files)?;
        self.remarks.extend(issued.findings().iter().map(Remark::from));
        Ok(issued.chain().clone())
    }

    /// For API Gateway where it takes the kind of key, else for no reader in particular.
    fn truststore(&mut self, chain: &Chain) -> Result<&'static str, Failure> {
        let rules = match self.command.key {
            KeyType::Ed25519 => Rules::none(),
            _ => Rules::api_gateway(),
        };
        let store = Truststore::assemble([chain], &rules, self.context.home.now())?;
        self.files.public(self.context.home.truststore(), &store.to_plain_pem())?;
        self.remarks.extend(store.findings().iter().map(Remark::from));
        Ok(rules.target)
    }
}

fn name(text: &'static str) -> Result<Name, Failure> {
    text.parse().map_err(|reason: &str| {
        let (what, input, reason) = ("name", text.to_owned(), reason.to_owned());
        Failure::Library(certwright::Error::Syntax { what, input, reason })
    })
}
