//! What stands in a file beside the way from the client to its root.

use crate::certificate::Certificate;
use crate::finding::Finding;

use super::certificate::CertificateFile;
use super::client::{fitness, shares_key};
use super::order::{is_root, is_twin};
use super::pair::MISMATCH;
use super::presented::{is_unchecked, out_of_date, warning};
use super::reader::{Destination, Way};

/// More strangers of a file than anybody reads of.
const MOST_NAMED: usize = 8;

impl CertificateFile<'_> {
    /// What is not on the way; the result are those that other readers may need.
    pub(super) fn judge_strays(
        &mut self,
        leaf: usize,
        own: &[Certificate],
        presented: &[Certificate],
        way: &Way,
    ) -> Vec<Certificate> {
        let Some(client) = presented.first() else { return Vec::new() };
        let is_clients = |one: &Certificate| shares_key(one, client);
        let is_stray = |one: &Certificate| !presented.contains(one) && (!is_root(one) || is_clients(one));
        let strays = own.iter().enumerate().filter(|(_, one)| is_stray(one));
        // The order says already that another one belongs there.
        let replaced = |index: usize, one: &Certificate| index == 0 && leaf > 0 && is_clients(one);
        let rivals = self.rivals(own, client, way);
        let (mut spare, mut named) = (Vec::new(), 0usize);
        for (index, stray) in strays.filter(|(index, one)| !replaced(*index, one)) {
            if rivals.contains(stray) {
                spare.push(stray.clone());
                continue;
            }
            let twin = way.path.iter().find(|one| is_twin(one, stray));
            let twin = twin.or(is_clients(stray).then_some(client));
            if twin.is_some_and(|twin| self.is_spare(stray, twin, presented)) {
                spare.extend((way.ends != Destination::Missed).then(|| stray.clone()));
                continue;
            }
            named = named.saturating_add(1);
            if named > MOST_NAMED {
                self.doubtful |= is_open(way);
                continue;
            }
            let needed = if twin.is_none() { self.needed(stray, way) } else { None };
            match needed {
                Some(finding) => {
                    self.findings.push(finding.at(self.place(index)));
                    spare.push(stray.clone());
                }
                None => self.judge_stray(index, stray, twin, presented),
            }
            self.doubtful |= way.ends == Destination::Unknown && is_impostor(stray, presented);
        }
        spare
    }

    /// Other certificates of the client that may be the one that is meant, and what is above them: nothing is known of
    /// the other side that tells them apart.
    fn rivals(&mut self, own: &[Certificate], client: &Certificate, way: &Way) -> Vec<Certificate> {
        if way.ends != Destination::Unknown {
            return Vec::new();
        }
        let is_rival = |one: &&Certificate| {
            let current = one.window().contains(self.at);
            *one != client && current && shares_key(one, client) && fitness(one) == fitness(client)
        };
        let rivals: Vec<_> = own.iter().filter(is_rival).cloned().collect();
        self.doubtful |= rivals.len() > MOST_NAMED;
        let above: Vec<_> = rivals.iter().take(MOST_NAMED).flat_map(|one| self.upwards_from(one)).collect();
        [rivals, above].concat()
    }

    /// Whether another reader may go over this one, which is as good as its twin on the way.
    fn is_spare(&self, stray: &Certificate, twin: &Certificate, presented: &[Certificate]) -> bool {
        stray.is_authority() && stray.window().contains(self.at) && presented.first() != Some(twin)
    }

    /// What is to be said of a certificate that is not on the way, and may well be needed.
    fn needed(&mut self, stray: &Certificate, way: &Way) -> Option<Finding> {
        let (client, top) = (way.path.first()?, way.path.last()?);
        let above = self.upwards_from(stray);
        if client.is_authority() && above.contains(client) {
            self.doubtful = true;
            return Some(warning(MISMATCH, below(stray, client)));
        }
        let leads_back = above.iter().any(|one| way.path.contains(one));
        let is_above = is_open(way) && stray.is_authority() && stray.subject() != top.issuer() && !leads_back;
        is_above.then(|| warning("chain-gap", gap(stray, top)))
    }

    fn judge_stray(
        &mut self,
        index: usize,
        stray: &Certificate,
        twin: Option<&Certificate>,
        presented: &[Certificate],
    ) {
        let (Some(client), Some(top)) = (presented.first(), presented.last()) else { return };
        let name = format!("{} (serial {})", stray.subject(), stray.serial());
        let (rule, message) = match twin {
            Some(twin) => {
                let why = if twin == client {
                    "is another certificate of the client".to_owned()
                } else if stray.is_authority() {
                    out_of_date(stray, self.at)
                } else {
                    "is no authority's certificate".to_owned()
                };
                let message = format!(
                    "{name} {why}, and another one (serial {}) takes its place: leave it out",
                    twin.serial()
                );
                ("chain-superseded", message)
            }
            None if is_impostor(stray, presented) => {
                let message = format!(
                    "{name} has the name of the issuer of {}, and its key did not sign that: it is damaged, or has \
                     another key. Give the one that did",
                    top.subject()
                );
                ("chain-unrelated", message)
            }
            None => {
                let message =
                    format!("{name} is not on the way from {} to its root: leave it out", client.subject());
                ("chain-unrelated", message)
            }
        };
        self.warn(rule, message, self.place(index));
    }
}

/// Whether the way ends where a certificate is missing, and nothing is known of what that leads to.
fn is_open(way: &Way) -> bool {
    way.ends == Destination::Unknown && way.path.last().is_some_and(|top| !top.is_self_issued())
}

fn gap(stray: &Certificate, top: &Certificate) -> String {
    format!(
        "{}, which certified {}, is not in the file, and {} (serial {}) may stand above it: then it belongs between the \
         two (give it with --chain, and doctor puts it there). Otherwise leave this one out",
        top.issuer(),
        top.subject(),
        stray.subject(),
        stray.serial(),
    )
}

fn below(client: &Certificate, authority: &Certificate) -> String {
    format!(
        "{} was certified by {}, whose key and certificate are given: curl presents the authority. Give the key of the \
         client and put its certificate first, if that is meant; an authority's key belongs on no client",
        client.subject(),
        authority.subject(),
    )
}

/// Whether it has the name of the one that is missing above, and is another.
fn is_impostor(stray: &Certificate, presented: &[Certificate]) -> bool {
    let named = presented.last().filter(|top| stray.subject() == top.issuer());
    named.is_some_and(|top| top.verify_signature(stray.public_key()).is_err() && !is_unchecked(top, stray))
}
