//! Why the other side refuses a client, and what to do about it.

use crate::certificate::{Certificate, ExtendedKeyUsage};
use crate::finding::{Finding, Severity};
use crate::name::Subject;
use crate::truststore::{Refusal, Rules};

use super::certificate::CertificateFile;
use super::order::{is_root, knows, upwards};
use super::presented::other_purpose;
use super::reader::Reader;
use super::store::CertificatesFile;

/// What the other side does with the client, and what is to be said of it.
pub(super) struct Judgement {
    pub(super) let_in: bool,
    pub(super) finding: Option<Finding>,
}

impl CertificatesFile<'_> {
    /// Whether the reader will let the client in.
    pub(super) fn judge(
        &self,
        file: &mut CertificateFile<'_>,
        above: &[Certificate],
        reader: &Reader<'_>,
    ) -> Judgement {
        match reader.decide(&file.sent()) {
            Err(refusal) => Judgement { let_in: false, finding: self.cause(&refusal, file, above, reader) },
            Ok(verified) => {
                file.drop_end();
                Judgement { let_in: true, finding: deep(&verified.path, &reader.rules) }
            }
        }
    }

    /// Why the reader will not let the client in, unless another finding says so already.
    fn cause(
        &self,
        refusal: &Refusal,
        file: &mut CertificateFile<'_>,
        above: &[Certificate],
        reader: &Reader<'_>,
    ) -> Option<Finding> {
        if reader.lets_in(&file.held()) && file.blame_missed() {
            return None;
        }
        if reader.lets_in(&file.presented) {
            let appended = file.blame_intermediate();
            let held = reader.decide(&file.held()).err();
            let told = self.told(held.as_ref().unwrap_or(refusal), None, reader);
            if let Some(misleading) = file.blame_choice(&told) {
                return Some(misleading);
            }
            if appended {
                return None;
            }
        }
        // With what is at hand it comes further, and falls over something else.
        let beyond = reader.decide(&file.presented).err();
        let beyond = beyond
            .filter(|beyond| refusal.finding.rule == "client-chain" && beyond.finding.rule != "client-chain");
        let refusal = beyond.as_ref().filter(|_| file.blame_intermediate()).unwrap_or(refusal);
        let finding = &refusal.finding;
        if is_named_already(finding, file) {
            return None;
        }
        let known = [file.held(), above.to_vec()].concat();
        let message = self.told(refusal, self.advice(finding, &known).as_deref(), reader);
        let place = self.fault_in(finding, file, &known).or_else(|| finding.place.clone());
        Some(Finding { message, place, ..finding.clone() })
    }

    /// Where in the certificate's file the fault is, if it is not the store's.
    fn fault_in(
        &self,
        finding: &Finding,
        file: &mut CertificateFile<'_>,
        known: &[Certificate],
    ) -> Option<String> {
        let client = known.first()?;
        if finding.rule == "client-chain" && self.issuer_missing(client, known).is_some() {
            // It says that, too.
            file.drop_end();
            return file.place_of(client);
        }
        let faulty = match finding.rule {
            "client-chain" => client.is_self_signed().then_some(client),
            "client-no-authority" => Some(client),
            "client-purpose" if other_purpose(client).is_some() => Some(client),
            "client-purpose" => Some(file.path.iter().find(|one| lacks_purpose(one)).unwrap_or(client)),
            _ => None,
        };
        let place = file.place_of(faulty?)?;
        file.unfit = true;
        Some(place)
    }

    /// The issuer of the client, of which no certificate is at hand, and which most stores leave to the client.
    fn issuer_missing<'n>(&self, client: &'n Certificate, known: &[Certificate]) -> Option<&'n Subject> {
        let top = upwards(client, &known.iter().collect::<Vec<_>>(), self.at);
        let alone = top.len() == 1 && !client.is_self_issued();
        let issuer = Some(client.issuer()).filter(|_| alone)?;
        // One of this name that did not sign is another authority's.
        let named = known.iter().chain(&self.certificates).any(|one| one.subject() == issuer);
        (!named).then_some(issuer)
    }

    /// A refusal as the client sees it. nginx answers with status 400 instead.
    fn told(&self, refusal: &Refusal, advice: Option<&str>, reader: &Reader<'_>) -> String {
        let mut message = refusal.finding.message.clone();
        if let Some(alert) = refusal.alert.filter(|_| reader.rules.target != "nginx") {
            message.push_str(&format!(" (curl says: {})", as_curl_says(alert)));
        }
        if let Some(advice) = advice {
            message.push_str(&format!(": {advice}"));
        }
        message
    }

    /// What to do about a refusal; `known` are the client and what is known to be above it.
    fn advice(&self, finding: &Finding, known: &[Certificate]) -> Option<String> {
        const ANOTHERS: &str = "the store is that of another authority, or lacks this one";
        let client = known.first()?;
        if let ("client-chain", Some(issuer)) = (finding.rule, self.issuer_missing(client, known)) {
            return Some(format!(
                "the file lacks the certificate of {issuer}, most likely an intermediate: {APPEND}. Else {ANOTHERS}"
            ));
        }
        let advice = match finding.rule {
            "client-chain-length" => {
                "let the reader follow more certificates (nginx: ssl_verify_depth counts the intermediates), or \
                 have the client certified by an authority nearer to the root"
            }
            "client-validity" => "renew the one that has expired, in the store, too",
            "client-purpose" | "client-no-authority" if client.is_authority() => {
                "it is an authority's certificate: give the one that was issued to the client, and its key"
            }
            "client-purpose" => "have it certified for clients (`certwright issue client`)",
            "client-chain" if knows(&self.certificates, known, self.at) => return None,
            "client-chain" if client.is_self_signed() => {
                "it certifies itself: have it certified by an authority of the store, or put it there"
            }
            "client-chain" if self.ends_at_root(client, known) => {
                "its chain is complete, and its root is not in the store: give the other side this root, or have the \
                 client certified by an authority of the store"
            }
            "client-chain" => {
                return Some(format!("{ANOTHERS}; or an intermediate is missing in the file: {APPEND}"));
            }
            _ => return None,
        };
        Some(advice.to_owned())
    }

    /// Whether the way from the client up to its root is known.
    fn ends_at_root(&self, client: &Certificate, known: &[Certificate]) -> bool {
        upwards(client, &known.iter().collect::<Vec<_>>(), self.at).last().is_some_and(is_root)
    }
}

/// Error 35 of curl up to TLS 1.2, where the server answers before the client is done, 56 in TLS 1.3 (RFC 8446 section
/// 6.2). One alert it takes, up to TLS 1.2, for its own verdict on the server.
fn as_curl_says(alert: &str) -> String {
    match alert {
        "certificate expired" => {
            format!("(60) SSL certificate verification failed, or in TLS 1.3 (56), alert {alert}")
        }
        _ => format!("(35) or (56), alert {alert}"),
    }
}

const APPEND: &str = "append it (give it with --chain, and doctor does)";

/// Whether a list of purposes leaves out that of clients.
fn lacks_purpose(certificate: &Certificate) -> bool {
    let listed = certificate.extended_key_usage();
    listed.is_some_and(|listed| !listed.contains(&ExtendedKeyUsage::ClientAuth))
}

/// Whether another finding says the same.
fn is_named_already(finding: &Finding, file: &CertificateFile<'_>) -> bool {
    match finding.rule {
        "client-validity" => file.has_bad_dates(),
        // What curl's own OpenSSL refuses does not come as far as the other side.
        "client-key" | "client-signature" => !file.is_strong(),
        // Some readers refuse everybody for a fault of the store.
        rule => rule.starts_with("store-"),
    }
}

/// The client gets in here; a reader that counts intermediates may need to be told.
fn deep(path: &[Certificate], rules: &Rules) -> Option<Finding> {
    let intermediates = path.len().saturating_sub(2);
    let message = format!(
        "{intermediates} intermediates stand between the client and its root: nginx needs ssl_verify_depth \
         {intermediates} and has 1 by default, or it refuses with error 2, 20 or 21"
    );
    let counted = rules.most_intermediates.is_none() && intermediates > 1;
    counted.then(|| Finding::new("verify-depth", Severity::Info, "measured: nginx 1.22", message))
}
