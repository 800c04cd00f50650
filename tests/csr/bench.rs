//! What is done with every request: issued for under one authority, and judged by openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use certwright::profile::{Leaf, Root};
use certwright::{Authority, Csr, Error, Issued, KeyType, Ledger, Lifetime, PrivateKey, Request, Subject};
use tempfile::TempDir;

use crate::support::peers;

/// What has to become of a request.
pub(crate) enum Want {
    /// A client certificate is issued with its names granted; these are the answers, separated by commas,
    /// without subject and key, which are always granted byte for byte.
    Issued(&'static str),
    /// The same, but the alternative names cannot be granted, and are not asked for again.
    Nameless(&'static str),
    /// The algorithm of its signature cannot be checked; this is its name.
    Unverifiable(&'static str),
    /// It is read, and nothing is issued for it, because of this rule.
    Refused(&'static str),
    /// It is not read; the kind of the error.
    Unread(&'static str),
}

/// An authority, and a folder for openssl.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    openssl: Option<PathBuf>,
    authority: Authority,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let subject = Subject::common_name("bench").unwrap();
        let root = Root::new(Lifetime::years(10));
        let authority = Authority::root(&root, subject, key, &Ledger::in_memory()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.pem"), authority.certificate().to_pem()).unwrap();
        Self { folder, openssl: peers::find("openssl"), authority }
    }

    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Runs a program in the folder; a failure ends the test.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        let output = command.args(arguments).current_dir(self.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(file), text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(file)).unwrap()
    }

    /// A client certificate for the request, with the alternative names that it asks for.
    pub(crate) fn issue(&self, csr: &Csr, names: bool) -> Result<Issued, Error> {
        let request = Request::from_csr(csr);
        let request = if names { request.grant_alt_names()? } else { request };
        self.authority.issue(&Leaf::client(Lifetime::days(30)), request)
    }

    /// Holds what becomes of the request against what has to.
    pub(crate) fn judge(&self, name: &str, request: &[u8], want: &Want) {
        let read = Csr::read(request);
        match (want, read) {
            (Want::Issued(answers), Ok(csr)) => self.answers(name, &csr, true, answers),
            (Want::Nameless(answers), Ok(csr)) => {
                assert!(self.issue(&csr, true).is_err(), "{name}: names that cannot be granted were");
                self.answers(name, &csr, false, answers);
            }
            (Want::Refused(rule), Ok(csr)) => {
                let error = self.issue(&csr, true).expect_err(name);
                assert!(error.findings().iter().any(|found| found.rule == *rule), "{name}: {error}");
            }
            (Want::Unverifiable(algorithm), Err(error)) => {
                assert_eq!(error.kind(), "unverifiable-signature", "{name}: {error}");
                assert!(error.to_string().contains(algorithm), "{name}: {error}");
            }
            (Want::Unread(kind), Err(error)) => assert_eq!(error.kind(), *kind, "{name}: {error}"),
            (_, Ok(csr)) => panic!("{name}: {csr:?} was read"),
            (_, Err(error)) => panic!("{name}: {error}"),
        }
    }

    fn answers(&self, name: &str, csr: &Csr, names: bool, wanted: &str) {
        let issued = self.issue(csr, names).unwrap_or_else(|error| panic!("{name}: {error}"));
        let certificate = issued.certificate();
        assert_eq!(certificate.public_key().spki_der(), csr.public_key().spki_der(), "{name}");
        assert_eq!(certificate.subject().as_der(), csr.subject().as_der(), "{name}");
        assert!(!certificate.is_authority(), "{name}");
        assert_changed_is_refused(name, csr);
        let report = csr.report(certificate);
        let found: Vec<_> =
            report.answers().iter().map(|answer| format!("{} {}", answer.verdict, answer.name)).collect();
        assert_eq!(found[..2], ["granted subject", "granted public key"], "{name}:\n{report}");
        let mut wanted: Vec<_> = wanted.split(", ").filter(|answer| !answer.is_empty()).collect();
        // Java writes extensions in an order of its own.
        let mut found = found[2..].to_vec();
        found.sort();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{name}:\n{report}");
        self.verify(name, &certificate.to_pem());
    }

    /// openssl's opinion of a certificate under the authority.
    pub(crate) fn verify(&self, name: &str, certificate: &str) {
        let Some(openssl) = &self.openssl else { return };
        self.write("leaf.pem", certificate);
        let arguments =
            ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "root.pem", "leaf.pem"];
        let said = self.run(openssl, &arguments);
        assert_eq!(said.trim(), "leaf.pem: OK", "{name}");
    }
}

/// Whatever the algorithm: a changed signature, or a changed request, is told from one that cannot be checked.
fn assert_changed_is_refused(name: &str, csr: &Csr) {
    let mut der = csr.der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    assert_eq!(Csr::from_der(&der).unwrap_err().kind(), "bad-signature", "{name}");
    let mut der = csr.der().to_vec();
    let subject = csr.subject().as_der();
    let Some(at) =
        der.windows(subject.len()).position(|window| window == subject && !csr.subject().is_empty())
    else {
        return;
    };
    der[at + subject.len() - 1] ^= 1;
    let kind = Csr::from_der(&der).unwrap_err().kind();
    assert!(["bad-signature", "decode"].contains(&kind), "{name}: {kind}");
}
