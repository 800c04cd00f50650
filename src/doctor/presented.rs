//! What of a file should be presented: the client's certificate and its intermediates, each followed by its issuer.

use std::collections::{HashMap, HashSet};

use crate::certificate::{Certificate, ExtendedKeyUsage, KeyUsage};
use crate::finding::{Finding, Severity};
use crate::timestamp::Timestamp;

use super::certificate::{CertificateFile, dates};
use super::client::shares_key;
use super::order::{is_root, is_twin};
use super::reader::{Destination, Reader};
use super::{info, strength};

/// RFC 5246 asks for the order; RFC 8446 keeps it, and only asks readers to be lenient.
const ORDER: &str = "RFC 8446 section 4.4.2";
/// The rules about the order, and about what is missing in it or too much.
const OF_ORDER: [&str; 5] =
    ["chain-root-included", "chain-order", "chain-superseded", "chain-unrelated", "intermediate-missing"];
/// What a reader of OpenSSL does, and tells.
const ONE_WAY: &str = "measured: OpenSSL 3.0, which goes up one way and does not look back";

/// What OpenSSL asks of a client's certificate.
const PURPOSE: &str = "X509_check_purpose(3); measured: curl 7.88 with OpenSSL 3.0";
const SIGNING: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT);

impl CertificateFile<'_> {
    /// Holds the certificates against the order in which they are presented; `more` are at hand and not in the file.
    pub(super) fn put_in_order(&mut self, more: &[Certificate], reader: Option<&Reader<'_>>) {
        let own: Vec<_> = self.certificates.iter().map(|(_, certificate)| certificate.clone()).collect();
        if self.is_incomplete() {
            self.judge_dates(None);
            return;
        }
        let Some((leaf, way)) = self.choose(more, reader) else { return };
        let Some(client) = way.path.first() else { return };
        self.findings.extend(strength::unusable(client).map(|finding| finding.at(self.place(leaf))));
        let known = [self.held(), more.to_vec()].concat();
        let presented: Vec<_> =
            without_root(&way.path).into_iter().filter(|one| known.contains(one)).collect();
        self.judge_dates(Some(&way.path));
        self.judge_first(leaf, &way);
        self.judge_rest(&own, &presented);
        let spare = self.judge_strays(leaf, &own, &presented, &way);
        self.judge_links(&own, &way.path, &presented);
        self.judge_signatures(&way.path);
        if reader.is_none() {
            self.judge_purpose(leaf, client);
        }
        if way.ends == Destination::Unknown {
            self.judge_choice(&spare, &way.path);
        }
        self.presented = [presented, spare].concat();
        self.doubtful |=
            way.ends == Destination::Reached && !reader.is_none_or(|r| r.lets_in(&self.presented));
        self.path = way.path;
    }

    /// Those on the way: a certificate that another one replaces does no harm. All where no way is known.
    fn judge_dates(&mut self, path: Option<&[Certificate]>) {
        let counts = |one: &Certificate| path.is_none_or(|path| path.contains(one));
        let counted = self.certificates.iter().enumerate().filter(|(_, (_, one))| counts(one));
        let out = counted.filter_map(|(index, (_, one))| Some(dates(one, self.at)?.at(self.place(index))));
        let out: Vec<_> = out.collect();
        self.findings.extend(out);
    }

    /// What stands below the client's certificate.
    fn judge_rest(&mut self, own: &[Certificate], presented: &[Certificate]) {
        let client = presented.first();
        let root =
            own.iter().position(|one| is_root(one) && !client.is_some_and(|client| shares_key(one, client)));
        if let Some(root) = root {
            let message = "the root stands in the file: nobody needs to be sent it. It may be left out";
            let finding = Finding::new("chain-root-included", Severity::Info, ORDER, message);
            self.findings.push(finding.at(self.place(root)));
            self.mendable = true;
        }
        let found: Vec<_> = own
            .iter()
            .filter(|one| Some(*one) != client && presented.contains(one) && !is_root(one))
            .collect();
        let wanted: Vec<_> = presented.iter().skip(1).filter(|one| own.contains(one)).collect();
        if found != wanted {
            self.warn(
                "chain-order",
                "each certificate has to be followed by the one that certifies it".to_owned(),
                self.sheet.name.to_owned(),
            );
        }
    }

    fn judge_links(&mut self, own: &[Certificate], path: &[Certificate], presented: &[Certificate]) {
        if let Some(missing) = presented.iter().find(|certificate| !own.contains(certificate)) {
            let message = format!(
                "the intermediate {} is not in the file, and only this file is presented: append it",
                missing.subject()
            );
            self.lacking = Some(self.findings.len());
            self.warn("intermediate-missing", message, self.sheet.name.to_owned());
        } else if let Some(last) = path.last().filter(|last| !last.is_self_issued()) {
            let aia = last.ca_issuers().first().map(|url| format!("; it can be fetched from {url}"));
            let message = format!(
                "the file ends with {}: the other side needs the certificate of its issuer, {}{}",
                last.subject(),
                last.issuer(),
                aia.unwrap_or_default()
            );
            self.findings.push(info("chain-end", message).at(self.sheet.name));
        }
    }

    /// Without the other side, which says it better.
    fn judge_purpose(&mut self, leaf: usize, client: &Certificate) {
        let Some(wrong) = other_purpose(client) else { return };
        let way_out = if client.is_authority() {
            "It is an authority's: give the one that was issued to the client"
        } else {
            "Have it certified for clients (`certwright issue client`), unless it is a server's"
        };
        let message = format!(
            "{} is for {wrong}: as a client's it is refused (OpenSSL says: 26: unsuitable certificate purpose; curl: \
             alert unsupported certificate). {way_out}",
            client.subject()
        );
        let finding = Finding::new("certificate-purpose", Severity::Warning, PURPOSE, message);
        self.findings.push(finding.at(self.place(leaf)));
    }

    /// Which of two ways the other side knows is for its store to say.
    fn judge_choice(&mut self, spare: &[Certificate], path: &[Certificate]) {
        let twins = spare.iter().find_map(|one| Some((one, path.iter().find(|twin| is_twin(one, twin))?)));
        let Some((other, taken)) = twins else { return };
        let takes = if path.first() == Some(taken) { "curl presents" } else { "OpenSSL takes" };
        let message = format!(
            "two certificates for {} stand in the file, issued by {} (serial {}) and by {} (serial {}): {takes} the \
             first, whether it leads to the store of the other side or not. Give the other side's certificates \
             (--truststore), and it is seen which one has to stay",
            other.subject(),
            taken.issuer(),
            taken.serial(),
            other.issuer(),
            other.serial()
        );
        self.findings
            .push(Finding::new("chain-choice", Severity::Info, ONE_WAY, message).at(self.sheet.name));
    }

    /// What is not known of a signature is said.
    fn judge_signatures(&mut self, path: &[Certificate]) {
        let links = path.iter().zip(path.iter().skip(1));
        for (child, issuer) in links {
            if is_unchecked(child, issuer) {
                let message = child.unchecked_by(issuer);
                let own = self.certificates.iter().position(|(_, own)| own == child);
                let place = own.map_or_else(|| self.sheet.name.to_owned(), |index| self.place(index));
                self.findings.push(info("signature-unchecked", message).at(place));
            }
        }
    }

    /// Warns of what a new file does away with.
    pub(super) fn warn(&mut self, rule: &'static str, message: String, place: String) {
        self.findings.push(warning(rule, message).at(place));
        self.mendable = true;
    }

    /// The other side refuses what is sent, and would take what should be presented: another certificate of an issuer's
    /// name leads it astray. None where there is no such certificate.
    pub(super) fn blame_choice(&mut self, refusal: &str) -> Option<Finding> {
        let (_, above) = self.presented.split_first()?;
        let meant: HashSet<_> = self.presented.iter().map(Certificate::fingerprint).collect();
        let mut named = HashMap::new();
        for right in above {
            named.entry(right.subject()).or_insert(right);
        }
        let own = self.certificates.iter().map(|(_, certificate)| certificate);
        let mut others = own.enumerate().filter(|(_, one)| !meant.contains(&one.fingerprint()));
        let (index, taken, right) =
            others.find_map(|(index, one)| Some((index, one, *named.get(one.subject())?)))?;
        let message = format!(
            "of the certificates for {} the other side takes this one (serial {}, issued by {}), and refuses the client: \
             {refusal}. Over the one with the serial {}, issued by {}, it lets the client in: leave this one out",
            taken.subject(),
            taken.serial(),
            taken.issuer(),
            right.serial(),
            right.issuer()
        );
        let place = self.place(index);
        // It says what another finding says of this certificate.
        let of_order = |finding: &Finding| OF_ORDER.contains(&finding.rule);
        self.findings.retain(|finding| !of_order(finding) || finding.place.as_ref() != Some(&place));
        self.mendable = true;
        Some(Finding::new("chain-misleading", Severity::Error, ONE_WAY, message).at(place))
    }
}

/// What a certificate is for, where that is not for a client.
pub(super) fn other_purpose(certificate: &Certificate) -> Option<String> {
    match (certificate.extended_key_usage(), certificate.key_usage()) {
        (Some(listed), _) if !listed.contains(&ExtendedKeyUsage::ClientAuth) => {
            Some(listed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        (_, Some(usage)) if !usage.intersects(SIGNING) => Some(usage.to_string()),
        _ => None,
    }
}

/// Whether it is an authority's, and can be nothing else.
pub(super) fn is_no_client(certificate: &Certificate) -> bool {
    certificate.is_authority() && other_purpose(certificate).is_some()
}

pub(super) fn warning(rule: &'static str, message: String) -> Finding {
    Finding::new(rule, Severity::Warning, ORDER, message)
}

pub(super) fn is_unchecked(child: &Certificate, issuer: &Certificate) -> bool {
    child.is_unverifiable_by(issuer.public_key())
}

pub(super) fn out_of_date(certificate: &Certificate, at: Timestamp) -> String {
    let window = certificate.window();
    if at < window.not_before {
        format!("is valid from {} on", window.not_before)
    } else if at > window.not_after {
        format!("expired on {}", window.not_after)
    } else {
        "is an older one".to_owned()
    }
}

/// The path without a root that has certified others.
fn without_root(path: &[Certificate]) -> Vec<Certificate> {
    match path.split_last() {
        Some((last, below)) if !below.is_empty() && is_root(last) => below.to_vec(),
        _ => path.to_vec(),
    }
}
