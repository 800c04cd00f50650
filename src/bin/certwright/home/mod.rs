//! The folder that holds a certificate authority: where things are, and what they are called.

mod configuration;
mod name;

use std::path::{Path, PathBuf};

use certwright::chain::Chain;
use certwright::{Authority, Certificate, Csr, Ledger, Signer, Timestamp};

pub(crate) use name::Name;

use crate::args::Global;
use crate::error::Failure;
use crate::passphrase::Opening;

/// A home and the clock of whoever works in it.
#[derive(Debug)]
pub(crate) struct Home {
    root: PathBuf,
    at: Option<Timestamp>,
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
        if !self.configuration().exists() {
            return Err(Failure::NoHome { home: self.root.clone() });
        }
        Ok(())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
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
        self.root.join("authorities").join(name.as_str())
    }

    pub(crate) fn issued_folder(&self, name: &Name) -> PathBuf {
        self.root.join("issued").join(name.as_str())
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

/// The folders that hold one of these files. Others are being made, or are not ours.
fn names(folder: &Path, marks: &[&str]) -> Vec<Name> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| marks.iter().any(|mark| entry.path().join(mark).exists()));
    let mut names: Vec<_> =
        folders.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok())).collect();
    names.sort();
    names
}
