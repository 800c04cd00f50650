//! A patient, curl's word on it, and doctor's.

use std::fs;
use std::path::{Path, PathBuf};

use certwright::doctor::{Case, Diagnosis, File, Given, examine};
use certwright::{Passphrase, Timestamp};

use crate::support::curl::{Answer, Curl};
use crate::support::peers;
use crate::support::scene::{DOMAIN, Scene};

/// What is given to curl.
#[derive(Clone)]
pub(crate) struct Patient {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) pass: Option<&'static str>,
}

impl Patient {
    /// The client of the scene, in good health.
    pub(crate) fn healthy(scene: &Scene) -> Self {
        Self { cert: scene.client.certificate.clone(), key: scene.client.key.clone(), pass: None }
    }

    /// Real curl, without a terminal on which it could ask for a passphrase.
    pub(crate) fn send(&self, scene: &Scene, port: u16) -> Answer {
        let curl = match peers::find("setsid") {
            Some(setsid) => Curl::without_terminal(&setsid, &scene.curl, DOMAIN, port),
            None => Curl::to(&scene.curl, DOMAIN, port),
        };
        let call = curl.trust(&scene.web.certificate).client(&self.cert, &self.key);
        match self.pass {
            Some(passphrase) => call.passphrase(passphrase).send(),
            None => call.send(),
        }
    }

    /// What doctor says.
    pub(crate) fn diagnose(&self, truststore: Option<&Path>) -> Diagnosis {
        let passphrase = self.pass.filter(|text| !text.is_empty()).map(passphrase);
        let given = match (self.pass, &passphrase) {
            (Some(""), _) => Given::Empty,
            (_, passphrase) => passphrase.as_ref().into(),
        };
        let (key, cert) = (Contents::of(&self.key), Contents::of(&self.cert));
        let truststore = truststore.map(Contents::of);
        let mut case = Case::at(Timestamp::now()).key(key.file()).certificate(cert.file()).passphrase(given);
        if let Some(truststore) = &truststore {
            case = case.truststore(truststore.file());
        }
        examine(&case)
    }

    /// The patient with the repaired files.
    pub(crate) fn mended(&self, diagnosis: &Diagnosis, folder: &Path) -> Self {
        let mended = |path: &Path| {
            let mend = diagnosis.mends.iter().find(|mend| Path::new(mend.replaces()) == path);
            mend.map_or_else(
                || path.to_owned(),
                |mend| {
                    let path = folder.join(mend.name());
                    fs::write(&path, mend.contents()).expect("a writable folder");
                    path
                },
            )
        };
        Self { cert: mended(&self.cert), key: mended(&self.key), pass: self.pass }
    }
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::from_bytes(text.as_bytes().to_vec()).expect("not empty")
}

/// The rules of error grade that a diagnosis names.
pub(crate) fn errors(diagnosis: &Diagnosis) -> Vec<&'static str> {
    diagnosis.findings.iter().filter(|finding| finding.is_error()).map(|finding| finding.rule).collect()
}

/// A file as the program would read it.
struct Contents(String, Result<Vec<u8>, String>);

impl Contents {
    fn of(path: &Path) -> Self {
        Self(path.display().to_string(), fs::read(path).map_err(|error| error.to_string()))
    }

    fn file(&self) -> File<'_> {
        match &self.1 {
            Ok(bytes) => File::new(&self.0, bytes),
            Err(reason) => File::unreadable(&self.0, reason),
        }
    }
}
