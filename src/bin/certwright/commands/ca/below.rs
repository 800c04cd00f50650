//! What stands below an authority of a home: every file that has its certificate in a chain.

use std::collections::HashSet;
use std::path::PathBuf;

use certwright::chain::{self, Chain};
use certwright::{Certificate, Error, Finding, Timestamp, lint};

use super::Context;
use crate::error::Failure;
use crate::home::{Name, Stored};
use crate::place::Placement;

/// What is refused where something below would break.
pub(crate) const RENEW: &str = "renew the authority";

/// Everything of a home that holds an authority's certificate.
pub(super) struct Below(Vec<Standing>);

/// One chain, cut off where the authority's certificate stands in it.
struct Standing {
    file: PathBuf,
    /// What is left: the lowest first.
    lower: Vec<Certificate>,
    /// The file for the same without its first certificate, which only leaves have.
    rest: Option<PathBuf>,
}

impl Below {
    /// Reads all of it. One that cannot be read could not be given another certificate either.
    pub(super) fn of(context: &Context, authority: &Name, old: &Certificate) -> Result<Self, Failure> {
        let (home, mut found) = (&context.home, Vec::new());
        for name in home.authorities().into_iter().filter(|name| name != authority) {
            if let Stored::Active(chain) = home.stored(&name)? {
                let file = home.authority_folder(&name).join("chain.pem");
                found.extend(Standing::cut(chain.full(), old, file, None));
            }
        }
        for name in home.issued() {
            let folder = home.issued_folder(&name);
            let (file, rest) = (folder.join("crt.pem"), folder.join("chain.pem"));
            found.extend(Standing::cut(&Certificate::open_all(&file)?, old, file, Some(rest)));
        }
        Ok(Self(found))
    }

    /// What will be wrong with it under the new path, its lowest certificate first, and was not under the old one.
    /// Errors refuse the renewal; what has ended does not matter any more.
    pub(super) fn judge(
        &self,
        old: &[Certificate],
        new: &[Certificate],
        now: Timestamp,
    ) -> Result<Vec<Finding>, Failure> {
        let (mut judged, mut findings) = (HashSet::new(), Vec::new());
        for Standing { file, lower, .. } in &self.0 {
            let mut above = lower.as_slice();
            while let Some((certificate, rest)) = above.split_first() {
                above = rest;
                if certificate.window().not_after >= now && judged.insert(certificate.fingerprint()) {
                    let found = lint::check_under(certificate, &[rest, old].concat(), &[rest, new].concat());
                    findings.extend(found.into_iter().map(|finding| finding.at(file.display().to_string())));
                }
            }
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if findings.first().is_some_and(Finding::is_error) {
            return Err(Error::Refused { operation: RENEW, findings }.into());
        }
        Ok(findings)
    }

    /// Fails where one of the files could not be written.
    pub(super) fn reserve(&self, files: &mut Placement) -> Result<(), Failure> {
        let mut below =
            self.0.iter().flat_map(|standing| std::iter::once(&standing.file).chain(&standing.rest));
        below.try_for_each(|file| files.reserve(file))
    }

    /// Stages every file with the new chain in the place of the old certificate.
    pub(super) fn stage(&self, new: &Chain, files: &mut Placement) -> Result<(), Failure> {
        let presented = if new.issuers().is_empty() { &[][..] } else { new.presented() };
        for Standing { file, lower, rest } in &self.0 {
            let above = if rest.is_some() { presented } else { new.full() };
            let all = [lower, above].concat();
            files.public(file.clone(), &chain::to_pem(&all))?;
            if let Some(rest) = rest {
                files.public(rest.clone(), &chain::to_pem(all.get(1..).unwrap_or_default()))?;
            }
        }
        Ok(())
    }
}

impl Standing {
    fn cut(chain: &[Certificate], old: &Certificate, file: PathBuf, rest: Option<PathBuf>) -> Option<Self> {
        let position = chain.iter().position(|other| other == old)?;
        let lower = chain.get(..position)?.to_vec();
        Some(Self { file, lower, rest })
    }
}
