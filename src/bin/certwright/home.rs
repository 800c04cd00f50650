//! The folder that holds a certificate authority: where things are, and what they are called.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use certwright::chain::Chain;
use certwright::profile::Settings;
use certwright::{Authority, Certificate, Csr, Error, Ledger, Signer, Timestamp};
use serde::Deserialize;

use crate::args::Global;
use crate::error::Failure;
use crate::passphrase::Opening;
use crate::practice::Practice;
use crate::profiles;

/// The layout below, as certwright.toml names it.
const SCHEMA: u32 = 1;

/// What certwright.toml says in a new home.
const CONFIGURATION: &str = "\
# This folder holds a certificate authority: `certwright --home FOLDER ca list` shows it.
schema = 1
";

/// A home and the clock of whoever works in it.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
    at: Option<Timestamp>,
}

/// The settings of a home.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    schema: u32,
    /// Profiles that commands can name.
    #[serde(default)]
    profiles: BTreeMap<String, Settings>,
    /// What authorities write into what they issue, by name.
    #[serde(default)]
    authorities: BTreeMap<String, Practice>,
}

/// How far an authority has come, and what it has.
pub(crate) enum Stored {
    Active(Chain),
    Pending(Csr),
}

impl Home {
    /// The home that the command line names. It need not exist.
    pub(crate) fn of(global: &Global) -> Result<Self, Failure> {
        let named =
            || std::env::var_os("CERTWRIGHT_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = global.home.clone().or_else(named).unwrap_or_else(|| PathBuf::from("pki"));
        let home = Self { root, at: global.at };
        home.check()?;
        Ok(home)
    }

    fn check(&self) -> Result<(), Failure> {
        if self.root.is_file() {
            return Err(Failure::NoHome { home: self.root.clone() });
        }
        self.settings().map(drop)
    }

    /// Fails where there is no home: an answer about nothing would look like a good one.
    pub(crate) fn must_exist(&self) -> Result<(), Failure> {
        match self.configuration().exists() {
            true => Ok(()),
            false => Err(Failure::NoHome { home: self.root.clone() }),
        }
    }

    /// The text of certwright.toml; that of a new one where there is none.
    fn text(&self) -> Result<String, Failure> {
        match profiles::read(&self.configuration()) {
            Err(Failure::Library(Error::Read { source, .. }))
                if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(CONFIGURATION.to_owned())
            }
            read => read,
        }
    }

    /// What certwright.toml says.
    fn settings(&self) -> Result<Configuration, Failure> {
        self.parse(&self.text()?)
    }

    fn parse(&self, text: &str) -> Result<Configuration, Failure> {
        let read: Configuration =
            toml::from_str(text).map_err(|error| profiles::misread(&self.configuration(), text, &error))?;
        for (name, practice) in &read.authorities {
            practice.urls().map_err(|error| self.misconfigured(unfit(name, &error)))?;
        }
        match read.schema {
            SCHEMA => Ok(read),
            other => {
                Err(self.misconfigured(format!("its schema is {other}, this certwright knows {SCHEMA}")))
            }
        }
    }

    /// The named profiles, and the text that they stand in.
    pub(crate) fn profiles(&self) -> Result<(String, BTreeMap<String, Settings>), Failure> {
        let text = self.text()?;
        let profiles = self.parse(&text)?.profiles;
        Ok((text, profiles))
    }

    fn misconfigured(&self, reason: String) -> Failure {
        Failure::Configuration { path: self.configuration(), reason }
    }

    /// What an authority writes into what it issues.
    pub(crate) fn practice(&self, name: &Name) -> Result<Practice, Failure> {
        Ok(self.settings()?.authorities.remove(name.as_str()).unwrap_or_default())
    }

    /// Fails where certwright.toml says something else about the authority already.
    fn may_keep(&self, name: &Name, practice: &Practice) -> Result<(), Failure> {
        let kept = self.settings()?.authorities.remove(name.as_str());
        match kept.is_some_and(|kept| kept != *practice) && !practice.is_usual() {
            true => Err(self.misconfigured(format!("it has settings for {name} already: change them there"))),
            false => Ok(()),
        }
    }

    /// The whole of certwright.toml with an authority's table added; `None` where there is nothing to add.
    pub(crate) fn with_practice(&self, name: &Name, practice: &Practice) -> Result<Option<String>, Failure> {
        self.may_keep(name, practice)?;
        if practice.is_usual() || self.practice(name)? == *practice {
            return Ok(None);
        }
        let table = practice.table(name).map_err(|error| self.misconfigured(error.to_string()))?;
        let text = self.text()? + &table;
        // What could not be read again is not written.
        self.parse(&text)?;
        Ok(Some(text))
    }

    /// Marks a new home as one.
    pub(crate) fn mark(&self) {
        // Two processes may do this at once, with the same contents; without the file nothing is lost.
        let overwrite = certwright::file::Overwrite::Refuse;
        let access = certwright::file::Access::Everyone;
        drop(certwright::file::write(self.configuration(), CONFIGURATION.as_bytes(), access, overwrite));
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        self.root.join("certwright.toml")
    }

    pub(crate) fn passphrase(&self) -> PathBuf {
        self.root.join("passphrase")
    }

    pub(crate) fn truststore(&self) -> PathBuf {
        self.root.join("truststore.pem")
    }

    pub(crate) fn ledger_file(&self) -> PathBuf {
        self.root.join("ledger.db")
    }

    pub(crate) fn authority_folder(&self, name: &Name) -> PathBuf {
        self.root.join("authorities").join(&name.0)
    }

    pub(crate) fn issued_folder(&self, name: &Name) -> PathBuf {
        self.root.join("issued").join(&name.0)
    }

    /// The time, by the command line or by the machine.
    pub(crate) fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(Timestamp::now)
    }

    /// The record, which is made with its first entry.
    pub(crate) fn ledger(&self) -> Result<Ledger, Failure> {
        let path = self.ledger_file();
        let text = path.to_str().ok_or_else(|| Failure::LedgerPath { path: path.clone() })?;
        if !self.issued().is_empty() && path.try_exists().is_ok_and(|there| !there) {
            return Err(Failure::LedgerLost { path: path.clone() });
        }
        let ledger = Ledger::open(&format!("sqlite:{text}"))?;
        Ok(match self.at {
            Some(moment) => ledger.with_clock(moment),
            None => ledger,
        })
    }

    /// The names of the authorities, in order.
    pub(crate) fn authorities(&self) -> Vec<Name> {
        names(&self.root.join("authorities"), &["chain.pem", "request.csr"])
    }

    /// The names under which something was issued, in order.
    pub(crate) fn issued(&self) -> Vec<Name> {
        names(&self.root.join("issued"), &["certificate.pem"])
    }

    /// Whether there is an authority of this name, in whatever state.
    pub(crate) fn has_authority(&self, name: &Name) -> bool {
        self.authority_folder(name).exists()
    }

    /// An authority as it stands in the home.
    pub(crate) fn stored(&self, name: &Name) -> Result<Stored, Failure> {
        let folder = self.authority_folder(name);
        let (chain, request) = (folder.join("chain.pem"), folder.join("request.csr"));
        if chain.exists() {
            let certificates = Certificate::open_all(&chain)?;
            let chain = Chain::new(certificates).map_err(|error| error.at(chain.display()))?;
            return Ok(Stored::Active(chain));
        }
        if request.exists() {
            return Ok(Stored::Pending(Csr::open(&request)?));
        }
        let names = self.authorities().iter().map(Name::to_string).collect();
        Err(Failure::UnknownAuthority { name: name.to_string(), home: self.root.clone(), names })
    }

    /// The chain of an active authority.
    pub(crate) fn chain(&self, name: &Name) -> Result<Chain, Failure> {
        match self.stored(name)? {
            Stored::Active(chain) => Ok(chain),
            Stored::Pending(_) => {
                let request = self.authority_folder(name).join("request.csr");
                Err(Failure::Pending { name: name.to_string(), request })
            }
        }
    }

    /// An active authority with its key.
    pub(crate) fn open(&self, name: &Name, opening: &Opening) -> Result<Authority, Failure> {
        let chain = self.chain(name)?;
        let key = opening.open(&self.authority_folder(name).join("key.pem"))?;
        self.authority(name, chain, key)
    }

    /// An authority of this chain, in the habit that the home keeps for the name.
    pub(crate) fn authority(
        &self,
        name: &Name,
        chain: Chain,
        signer: impl Signer + 'static,
    ) -> Result<Authority, Failure> {
        let authority = Authority::open(chain, signer, &self.ledger()?)?;
        self.practice(name)?.apply(authority).map_err(|error| self.misconfigured(error.to_string()))
    }

    /// The folder of something that was issued.
    pub(crate) fn find_issued(&self, name: &Name) -> Result<PathBuf, Failure> {
        let folder = self.issued_folder(name);
        if folder.join("certificate.pem").exists() {
            return Ok(folder);
        }
        let names = self.issued().iter().map(Name::to_string).collect();
        Err(Failure::UnknownIssued { name: name.to_string(), home: self.root.clone(), names })
    }
}

/// Why an authority's table cannot be used.
fn unfit(name: &str, error: &Error) -> String {
    match error {
        Error::Syntax { what, input, reason } => {
            format!("the {what} {input:?} of {name}: {reason}")
        }
        other => format!("the table of {name}: {other}"),
    }
}

/// The folders that hold one of these files. Others are being made, or are not ours.
fn names(folder: &Path, marks: &[&str]) -> Vec<Name> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| marks.iter().any(|mark| entry.path().join(mark).exists()));
    let mut names: Vec<_> =
        folders.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    names.sort();
    names
}

/// The name of an authority or of something issued: a folder's name on every system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let odd = |c: char| !(c.is_alphanumeric() || "._-@+ ".contains(c));
        match text {
            "" => Err("a name is not empty"),
            _ if text.starts_with(['.', '-', ' ']) => {
                Err("a name does not begin with a dot, a dash or a space")
            }
            _ if text.ends_with(['.', ' ']) => Err("a name does not end with a dot or a space"),
            _ if text.contains(odd) => Err("a name is made of letters, digits, spaces and . _ - @ +"),
            // The longest common name (RFC 5280, ub-common-name).
            _ if text.chars().count() > 64 => Err("a name has at most 64 characters"),
            _ => Ok(Self(text.to_owned())),
        }
    }
}
