//! The certificate that is presented, with its intermediates.

use crate::certificate::Certificate;
use crate::container::{Kind, Remark};
use crate::finding::{Finding, Severity};
use crate::time::Window;
use crate::timestamp::Timestamp;

use super::archive::Archive;
use super::order::upwards;
use super::presented::is_no_client;
use super::sheet::{Form, Part, Sheet};
use super::{error, strength, writing};

const DATES: &str = "RFC 5280 section 4.1.2.5";

/// The rules of findings about dates.
const EXPIRED: &str = "certificate-expired";
const NOT_YET_VALID: &str = "certificate-not-yet-valid";

/// The file with the certificate.
pub(super) struct CertificateFile<'a> {
    pub(super) sheet: Sheet<'a>,
    pub(super) findings: Vec<Finding>,
    /// Those that can be read, with the part each is in.
    pub(super) certificates: Vec<(usize, Certificate)>,
    /// Which of them the key belongs to, where that is known.
    pub(super) leaf: Option<usize>,
    /// What should be presented: the leaf, then its intermediates.
    pub(super) presented: Vec<Certificate>,
    /// The way up from the leaf, those certificates too that only others have.
    pub(super) path: Vec<Certificate>,
    /// Whether something is wrong that a new file does away with.
    pub(super) mendable: bool,
    /// Whether a new file may lack what is needed: an issuer is missing, and another certificate of its name is there;
    /// or the other side lets in what is there, and would not what should be presented.
    pub(super) doubtful: bool,
    /// Whether the client's certificate is known to be missing: what is there is no chain of it.
    pub(super) lacks_client: bool,
    /// Whether the other side refuses the client for what its own certificate is.
    pub(super) unfit: bool,
    /// What is to be said when the other side refuses what is presented, for lack of an intermediate.
    pub(super) lacking: Option<usize>,
    pub(super) at: Timestamp,
}

impl<'a> CertificateFile<'a> {
    pub(super) fn new(sheet: Sheet<'a>, at: Timestamp) -> Self {
        let (certificates, findings) = read(&sheet, Missed::ButTheFirst);
        let mut file = Self {
            sheet,
            findings,
            certificates,
            leaf: None,
            presented: Vec::new(),
            path: Vec::new(),
            mendable: false,
            doubtful: false,
            lacks_client: false,
            unfit: false,
            lacking: None,
            at,
        };
        if file.certificates.is_empty()
            && file.sheet.damage.is_empty()
            && !file.sheet.holds(Kind::Certificate)
        {
            file.findings.push(no_certificate(&file.sheet));
        }
        file.judge_form();
        file.judge_neighbours();
        file.mendable =
            !file.certificates.is_empty() && file.findings.iter().any(|f| f.severity > Severity::Info);
        file.judge_strength();
        file
    }

    /// OpenSSL reads every block of the file, whatever is in it, and refuses the whole for one that it cannot.
    fn judge_neighbours(&mut self) {
        if !self.certificates.is_empty() {
            let others = self.sheet.parts.iter().filter(|part| part.item.kind != Kind::Certificate);
            self.findings.extend(others.flat_map(Part::stopping).cloned());
        }
    }

    fn judge_strength(&mut self) {
        let faults = self.certificates.iter().enumerate().flat_map(|(index, (_, certificate))| {
            let faults = strength::faults(certificate).into_iter();
            faults.map(move |finding| (index, finding))
        });
        let faults: Vec<_> = faults.map(|(index, finding)| finding.at(self.place(index))).collect();
        self.findings.extend(faults);
    }

    /// Whether a certificate is missing that was in the file once: what remains says nothing about the whole.
    pub(super) fn is_incomplete(&self) -> bool {
        self.lacks_client || self.sheet.lacks_certificate(self.certificates.len())
    }

    /// Whether a better file can be written.
    pub(super) fn is_mendable(&self) -> bool {
        self.mendable && !self.is_beyond_mending()
    }

    /// Whether no new file is of use: it would lack a certificate, OpenSSL would not load it either, or the other side
    /// would refuse the client all the same.
    pub(super) fn is_beyond_mending(&self) -> bool {
        self.is_incomplete()
            || self.doubtful
            || self.unfit
            || self.findings.iter().any(stays)
            || !self.presented.iter().all(strength::suffices)
    }

    fn judge_form(&mut self) {
        if self.certificates.is_empty() {
            return;
        }
        if let Some(finding) = form(&self.sheet) {
            self.findings.push(finding.at(self.sheet.name));
        }
    }

    /// The first certificate: the one that curl takes for the client's own.
    pub(super) fn first(&self) -> Option<&Certificate> {
        self.certificates.first().map(|(_, certificate)| certificate)
    }

    /// The client's certificate, where the one of this number is an authority's beside it: whose key that is is no
    /// question of order.
    pub(super) fn client_beside(&self, authority: usize) -> Option<&Certificate> {
        let (_, own) = self.certificates.get(authority).filter(|(_, one)| one.is_authority())?;
        let first = self.first()?;
        if !first.is_authority() {
            return Some(first);
        }
        let (_, client) = self.client().filter(|(_, client)| !client.is_authority())?;
        // One that is fit for a client, too, is taken for it: where it stands first, nothing speaks against that.
        let is_meant = is_no_client(own) || authority > 0 && self.upwards_from(client).contains(own);
        is_meant.then_some(client)
    }

    /// A certificate, and what is above it in the file.
    pub(super) fn upwards_from(&self, certificate: &Certificate) -> Vec<Certificate> {
        let bag: Vec<_> = self.certificates.iter().map(|(_, one)| one).collect();
        upwards(certificate, &bag, self.at)
    }

    /// Whether this is an authority's certificate in a file from which others are missing: its client's may be, too.
    pub(super) fn may_be_left_over(&self, index: usize) -> bool {
        self.is_incomplete()
            && self.certificates.get(index).is_some_and(|(_, certificate)| certificate.is_authority())
    }

    /// The other side refuses what the file holds and would take what should be presented: the intermediate missing
    /// is the cause. False where none is missing.
    pub(super) fn blame_intermediate(&mut self) -> bool {
        let finding = self.lacking.and_then(|index| self.findings.get_mut(index));
        finding.map(|finding| finding.severity = Severity::Error).is_some()
    }

    /// The other side has what the file ends without, or another finding says what that is.
    pub(super) fn drop_end(&mut self) {
        self.findings.retain(|finding| finding.rule != "chain-end");
    }

    /// What curl would send if it found every certificate of the file, in its order.
    pub(super) fn held(&self) -> Vec<Certificate> {
        self.leaf_first(self.certificates.iter().map(|(_, certificate)| certificate.clone()))
    }

    /// What curl sends: what it finds of that.
    pub(super) fn sent(&self) -> Vec<Certificate> {
        let missed = |part: &usize| {
            self.sheet.parts.get(*part).is_some_and(|part| writing::is_missed(&part.faults, part.begin()))
        };
        let found = self.certificates.iter().filter(|(part, _)| !missed(part));
        self.leaf_first(found.map(|(_, certificate)| certificate.clone()))
    }

    /// A file in the wrong order is judged as if it were right: the order is a finding of its own.
    fn leaf_first(&self, own: impl Iterator<Item = Certificate>) -> Vec<Certificate> {
        match self.presented.first() {
            Some(leaf) => std::iter::once(leaf.clone()).chain(own.filter(|other| other != leaf)).collect(),
            None => own.collect(),
        }
    }

    /// The other side refuses what curl finds in the file and would take all of it: what curl does not find is the
    /// cause. False where it finds everything.
    pub(super) fn blame_missed(&mut self) -> bool {
        let missed = self.findings.iter_mut().filter(|finding| writing::is_about_missed(finding));
        missed.map(|finding| finding.severity = Severity::Error).count() > 0
    }

    /// Whether OpenSSL loads every certificate that would be sent.
    pub(super) fn is_strong(&self) -> bool {
        !self.findings.iter().any(strength::is_about)
    }

    pub(super) fn has_bad_dates(&self) -> bool {
        self.findings.iter().any(is_about_dates)
    }

    /// Where it stands in the file, if it does.
    pub(super) fn place_of(&self, certificate: &Certificate) -> Option<String> {
        let index = self.certificates.iter().position(|(_, own)| own == certificate)?;
        Some(self.place(index))
    }

    pub(super) fn place(&self, index: usize) -> String {
        let part = self.certificates.get(index).and_then(|(part, _)| self.sheet.parts.get(*part));
        part.map_or_else(|| self.sheet.name.to_owned(), |part| self.sheet.place(&part.item))
    }
}

/// Which blocks a reader may pass over without an error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missed {
    /// All but the first: curl's `--cert`.
    ButTheFirst,
    /// None: a certificate that is missed is missing.
    Nothing,
}

/// The certificates of a file, and what is wrong with each.
pub(super) fn read(sheet: &Sheet<'_>, missed: Missed) -> (Vec<(usize, Certificate)>, Vec<Finding>) {
    let mut findings: Vec<_> = sheet.remarks.iter().chain(&sheet.damage).cloned().collect();
    let mut certificates: Vec<(usize, Certificate)> = Vec::new();
    for (index, certificate) in sheet.certificates() {
        let Some(part) = sheet.parts.get(index) else { continue };
        let place = sheet.place(&part.item);
        let lenient = missed == Missed::ButTheFirst && !certificates.is_empty();
        if lenient {
            findings.extend(writing::as_missed(&part.faults, part.begin()));
        } else {
            findings.extend(part.faults.iter().cloned());
        }
        match certificate {
            Ok(certificate) => {
                let wrapped = wrapping(part.item.label.as_deref(), lenient, &part.item.irregularities);
                findings.extend(wrapped.map(|finding| weighed(finding, lenient).at(place)));
                certificates.push((index, certificate));
            }
            Err(refused) => {
                let message = format!("failed to {refused}: copy the certificate again");
                findings.push(error("certificate-damaged", message).at(place));
            }
        }
    }
    (certificates, findings)
}

/// What stands behind a certificate counts in the first block only, where OpenSSL looks for settings of trust.
fn weighed(finding: Finding, lenient: bool) -> Finding {
    if lenient && ["certificate-trailing-bytes", "certificate-not-alone"].contains(&finding.rule) {
        Finding { severity: Severity::Warning, ..finding }
    } else {
        finding
    }
}

/// The labels that OpenSSL takes for a certificate's.
const LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];
/// The one that it takes for the first certificate of a file, and for those of a truststore.
const WITH_SETTINGS: &str = "TRUSTED CERTIFICATE";

/// The label, and what stands behind the certificate in its block.
fn wrapping(label: Option<&str>, lenient: bool, remarks: &[Remark]) -> Option<Finding> {
    let label = label.filter(|_| !remarks.contains(&Remark::FromPkcs7)).map(str::to_ascii_uppercase);
    let is_known = |label: &str| LABELS.contains(&label) || label == WITH_SETTINGS && !lenient;
    if let Some(label) = label.filter(|label| !is_known(label)) {
        let message = format!("a certificate under the label {label:?} is not found: label it CERTIFICATE");
        return Some(error("certificate-label", message));
    }
    let trailing = remarks.iter().find_map(|remark| match remark {
        Remark::TrailingBytes { next, .. } => Some(next.is_some()),
        _ => None,
    });
    let message = "bytes follow the certificate in its block, for which OpenSSL refuses the first of a file: take them away";
    trailing.map(|whole| if whole { writing::hidden() } else { error("certificate-trailing-bytes", message) })
}

/// Whether a new file with the same certificates would fail as this one does.
fn stays(finding: &Finding) -> bool {
    finding.is_error() && (is_about_dates(finding) || finding.rule == strength::UNUSABLE)
}

pub(super) fn is_about_dates(finding: &Finding) -> bool {
    [EXPIRED, NOT_YET_VALID].contains(&finding.rule)
}

pub(super) fn dates(certificate: &Certificate, at: Timestamp) -> Option<Finding> {
    let (window, subject) = (certificate.window(), certificate.subject());
    let Window { not_before, not_after } = window;
    let (rule, message) = if at > not_after {
        (EXPIRED, format!("{subject} expired on {not_after}: {}", renewal(certificate)))
    } else if at < not_before {
        (NOT_YET_VALID, format!("{subject} is valid from {not_before} on, and it is {at}: check the clock"))
    } else {
        return None;
    };
    Some(Finding::new(rule, Severity::Error, DATES, message))
}

/// What is to be done about a certificate that has expired: who issued it, certwright or another, is not known.
fn renewal(certificate: &Certificate) -> String {
    let issuer = certificate.issuer();
    if !certificate.is_authority() {
        return format!(
            "it has to be renewed by its issuer, {issuer} (`certwright renew`, where that is certwright's)"
        );
    }
    if certificate.is_self_issued() {
        return "it has to be renewed (`certwright ca renew`, where it is certwright's), and given to everybody who \
                trusts it"
            .to_owned();
    }
    format!(
        "get the current one of this authority from its issuer, {issuer} (`certwright ca renew`, where it is \
         certwright's), and give it with --chain, so that doctor puts it in the place of this one"
    )
}

/// A wrapping that readers of PEM do not look into.
pub(super) fn form(sheet: &Sheet<'_>) -> Option<Finding> {
    if let Some(archive) = &sheet.archive {
        let message =
            format!("the certificate is in a PKCS#12 file, and PEM is expected: {}", archive.mend());
        return Some(error("certificate-is-pkcs12", message));
    }
    let pkcs7 = sheet.parts.iter().any(|part| part.item.irregularities.contains(&Remark::FromPkcs7));
    match (pkcs7, sheet.form) {
        (true, form) => {
            let form = if form == Form::Der { "-inform DER " } else { "" };
            let message = format!(
                "the certificates are in a PKCS#7 structure: write them as PEM (`openssl pkcs7 -print_certs {form}-in FILE \
                 -out NEW`)"
            );
            Some(error("certificate-is-pkcs7", message))
        }
        (false, Form::Der) => {
            let message = "the certificate is in DER, and PEM is expected: convert it (`openssl x509 -inform DER -in FILE \
                           -out NEW`), or say `--cert-type DER` to curl";
            Some(error("certificate-der", message))
        }
        (false, Form::Pem) => None,
    }
}

/// What is there in place of a certificate.
pub(super) fn no_certificate(sheet: &Sheet<'_>) -> Finding {
    let archive = sheet.archive.as_ref().map(Archive::mend);
    let (rule, mend) = match sheet.parts.first().map(|part| part.item.kind) {
        Some(Kind::Request) => ("certificate-is-request", "have it certified, and give the certificate"),
        Some(Kind::Pkcs12) => {
            ("certificate-is-pkcs12", archive.as_deref().unwrap_or("give the certificates in PEM"))
        }
        Some(kind) if Kind::PRIVATE_KEYS.contains(&kind) => {
            ("certificate-is-key", "give the certificate that was issued for it")
        }
        _ => ("certificate-absent", "give the file with the certificate"),
    };
    let message = format!("the certificate file holds {} and no certificate: {mend}", sheet.contents());
    let place = sheet.parts.first().map_or_else(|| sheet.name.to_owned(), |part| sheet.place(&part.item));
    error(rule, message).at(place)
}
