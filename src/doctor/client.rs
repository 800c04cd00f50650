//! Which certificate of a file is the client's own, where a key has several: renewed, or beside one that certifies itself.

use std::cmp::Reverse;

use crate::certificate::Certificate;
use crate::chain::Bag;
use crate::finding::{Finding, Severity};
use crate::key::PublicKey;
use crate::timestamp::Timestamp;

use super::certificate::CertificateFile;
use super::error;
use super::order::{is_root, is_twin};
use super::presented::{other_purpose, out_of_date};
use super::reader::{Destination, Reader, Way};

/// With how many certificates of one key the other side is asked: each may cost some hundred verifications.
const MOST_ASKED: usize = 8;

impl CertificateFile<'_> {
    /// Which certificate is that of a key: the best of them by itself.
    pub(super) fn certifying(&self, key: &PublicKey) -> Option<usize> {
        let all = self.certificates.iter().map(|(_, certificate)| certificate).enumerate();
        let certified = all.filter(|(_, one)| key.matches(one.public_key()));
        certified.min_by_key(|(_, one)| worth(one, self.at)).map(|(index, _)| index)
    }

    /// The client's certificate, with its number: that of the key, where that is known.
    pub(super) fn client(&self) -> Option<(usize, &Certificate)> {
        let guessed = || {
            let own: Vec<_> = self.certificates.iter().map(|(_, certificate)| certificate.clone()).collect();
            guess_leaf(&own, self.at)
        };
        let leaf = self.leaf.unwrap_or_else(guessed);
        Some((leaf, &self.certificates.get(leaf)?.1))
    }

    /// The client's certificate and its way up: of those with one key the first that the other side lets in. What is
    /// sent begins with it, whatever the file begins with.
    pub(super) fn choose(
        &mut self,
        more: &[Certificate],
        reader: Option<&Reader<'_>>,
    ) -> Option<(usize, Way)> {
        let (leaf, client) = self.client().map(|(leaf, client)| (leaf, client.clone()))?;
        let mut best: Option<(usize, Way)> = None;
        let rank = |way: &Way| (Reverse(way.ends), way.path.first().map(fitness));
        for (index, one) in self.candidates(leaf, &client, reader.is_some()) {
            self.presented = vec![one];
            let known = [self.held(), more.to_vec()].concat();
            let way = Way::find(&self.sent(), &known, reader, self.at);
            let reached = way.ends == Destination::Reached;
            if best.as_ref().is_none_or(|(_, best)| rank(&way) < rank(best)) {
                best = Some((index, way));
            }
            if reached {
                break;
            }
        }
        self.presented = best.iter().filter_map(|(_, way)| way.path.first().cloned()).collect();
        best
    }

    /// The certificates with the client's key in the order of the file. Without the other side the one that is the best
    /// by itself is taken.
    fn candidates(&self, leaf: usize, client: &Certificate, asked: bool) -> Vec<(usize, Certificate)> {
        let is_current = |one: &Certificate| one.window().contains(self.at);
        let all = self.certificates.iter().map(|(_, one)| one).enumerate();
        let is_asked =
            |one: &Certificate| asked && shares_key(one, client) && is_current(one) == is_current(client);
        let mut room = MOST_ASKED;
        let mut is_candidate = |index: usize, one: &Certificate| {
            let fits = room > 0 && is_asked(one);
            room = room.saturating_sub(usize::from(fits));
            fits || index == leaf
        };
        all.filter(|(index, one)| is_candidate(*index, one))
            .map(|(index, one)| (index, one.clone()))
            .collect()
    }

    /// Where another one stands first, curl presents that.
    pub(super) fn judge_first(&mut self, leaf: usize, way: &Way) {
        let (Some(first), Some(client)) = (self.first().filter(|_| leaf > 0), way.path.first()) else {
            return;
        };
        let (mut severity, subject) = (Severity::Error, client.subject());
        let message = if !shares_key(first, client) {
            let why = if self.leaf.is_some() {
                format!("the key belongs to {subject}")
            } else {
                format!("{subject} is the one that certifies no other of them")
            };
            format!(
                "the first certificate is that of {}, and {why}: curl takes the first for its own. Put that of the \
                 client first, its issuers below it",
                first.subject(),
            )
        } else if !first.window().contains(self.at) {
            format!(
                "the first certificate {}, and {subject} was certified anew (serial {}): curl takes the first for its \
                 own. Put the new one first, and leave the old one out",
                out_of_date(first, self.at),
                client.serial(),
            )
        } else {
            // Without the other side it is not known that it refuses the first.
            if way.ends == Destination::Unknown {
                severity = Severity::Warning;
            }
            format!(
                "the first certificate {}, and the same key has another, for {subject} (serial {}, issued by {}): curl \
                 takes the first for its own. Put the other one first, its issuers below it, and leave the first one \
                 out",
                drawback(first),
                client.serial(),
                client.issuer(),
            )
        };
        let finding = error("certificate-order", message).at(self.place(0));
        self.findings.push(Finding { severity, ..finding });
        self.mendable = true;
    }
}

/// Whether both are for one key; true of one and itself.
pub(super) fn shares_key(one: &Certificate, other: &Certificate) -> bool {
    one.public_key().matches(other.public_key())
}

/// How little a certificate is that of a client, by itself: it is for something else; nobody else issued it, as one that
/// is made with the key until the right one comes, or it is an authority's.
pub(super) fn fitness(certificate: &Certificate) -> (bool, bool) {
    (other_purpose(certificate).is_some(), is_root(certificate) || certificate.is_authority())
}

/// The less, the better.
fn worth(certificate: &Certificate, at: Timestamp) -> (bool, (bool, bool)) {
    (!certificate.window().contains(at), fitness(certificate))
}

/// What speaks against the one that stands first.
fn drawback(first: &Certificate) -> String {
    match other_purpose(first) {
        Some(purpose) => format!("is for {purpose}"),
        None if is_root(first) => "certifies itself".to_owned(),
        None if first.is_authority() => "is an authority's".to_owned(),
        None => {
            format!("(serial {}, issued by {}) is refused by the other side", first.serial(), first.issuer())
        }
    }
}

/// The only certificate that is no authority's, else the only one that certifies none of the others, else the first.
/// Of a client's certificates it is the best by itself.
fn guess_leaf(own: &[Certificate], at: Timestamp) -> usize {
    let leaves: Vec<_> = own.iter().filter(|certificate| !certificate.is_authority()).collect();
    let only = match leaves.as_slice() {
        [leaf] => Some(*leaf),
        [first, others @ ..] if others.iter().all(|other| is_twin(first, other)) => {
            leaves.iter().min_by_key(|leaf| worth(leaf, at)).copied()
        }
        // So many certificates of one name that it takes too long to tell are no chain.
        _ => Bag::new(own).ends().ok().filter(|ends| ends.len() == 1).and_then(|mut ends| ends.pop()),
    };
    only.and_then(|leaf| own.iter().position(|certificate| certificate == leaf)).unwrap_or(0)
}
