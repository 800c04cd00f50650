//! Other people's opinions of certificates.

use std::path::Path;
use std::process::Command;

use certwright::Certificate;

use crate::support::peers;

/// The certificates as files, and their folder, which is gone when dropped.
fn files(issued: &[(String, Certificate)]) -> (tempfile::TempDir, Vec<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let written = issued.iter().map(|(name, certificate)| {
        let file = format!("{}.pem", name.replace(' ', "-"));
        std::fs::write(folder.path().join(&file), certificate.to_pem()).unwrap();
        (name.clone(), file)
    });
    let written = written.collect();
    (folder, written)
}

fn run(program: &Path, arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// What `openssl x509 -text` has to say of every certificate whose name ends so, and what it must not.
const TEXT: [(&str, &[&str], &[&str]); 6] = [
    (
        "root",
        &["CA:TRUE", "Certificate Sign, CRL Sign"],
        &["pathlen", "Authority Key Identifier", "CRL Distribution"],
    ),
    (
        "subordinate",
        &["CA:TRUE, pathlen:0", "CRL Distribution Points", "CA Issuers"],
        &["Extended Key Usage"],
    ),
    (
        "server",
        &["TLS Web Server Authentication", "DNS:*.api.example.test", "IP Address:192.0.2.1"],
        &["CA:"],
    ),
    ("ocsp-signer", &["OCSP Signing", "OCSP No Check"], &["CRL Distribution", "OCSP - URI"]),
    ("laden", &["TLS Feature", "status_request", "CPS: http://cps.example.test/"], &["CA:"]),
    (
        "constrained",
        &["Name Constraints: critical", "IP:10.0.0.0/255.0.0.0", "DNS:secret.example.test"],
        &["<"],
    ),
];

pub(crate) fn openssl(issued: &[(String, Certificate)]) {
    let Some(openssl) = peers::find("openssl") else { return };
    let (folder, files) = files(issued);
    for (name, file) in &files {
        let (read, text) = run(&openssl, &["x509", "-noout", "-text", "-in", file], folder.path());
        assert!(read, "{name}: {text}");
        for (kind, present, absent) in TEXT.iter().filter(|(kind, _, _)| name.ends_with(&format!(" {kind}")))
        {
            for expected in *present {
                assert!(text.contains(expected), "{name} ({kind}) lacks {expected}:\n{text}");
            }
            for unwanted in *absent {
                assert!(!text.contains(unwanted), "{name} ({kind}) has {unwanted}:\n{text}");
            }
        }
    }
}

/// Findings that are accepted, each with the reason.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

pub(crate) fn pkilint(issued: &[(String, Certificate)]) {
    let Some(lint) = peers::find_optional("lint_pkix_cert") else { return };
    let (folder, files) = files(issued);
    let mut wrong = Vec::new();
    for (name, file) in &files {
        let (_, text) = run(&lint, &["lint", "-s", "WARNING", "-f", "json", file], folder.path());
        let report: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{name}: {text}"));
        let results = report["results"].as_array().unwrap();
        for finding in results.iter().flat_map(|result| result["finding_descriptions"].as_array().unwrap()) {
            let code = finding["code"].as_str().unwrap();
            let accepted = |(file, rule, _): &(&str, &str, &str)| name.ends_with(file) && *rule == code;
            if !EXCEPTIONS.iter().any(accepted) {
                wrong.push(format!("{name}: {finding}"));
            }
        }
    }
    assert!(wrong.is_empty(), "pkilint:\n{}", wrong.join("\n"));
}

pub(crate) fn zlint(issued: &[(String, Certificate)]) {
    let Some(zlint) = peers::find_optional("zlint") else { return };
    let (folder, files) = files(issued);
    let mut wrong = Vec::new();
    for (name, file) in &files {
        let sources = "CABF_BR,CABF_EV,CABF_SMIME_BR,Mozilla,Apple,ETSI_ESI";
        let (_, text) = run(&zlint, &["-excludeSources", sources, file], folder.path());
        let report: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{name}: {text}"));
        for (rule, verdict) in report.as_object().unwrap() {
            let result = verdict["result"].as_str().unwrap_or_default();
            let accepted = |(file, code, _): &(&str, &str, &str)| name.ends_with(file) && code == rule;
            if ["warn", "error", "fatal"].contains(&result) && !EXCEPTIONS.iter().any(accepted) {
                wrong.push(format!("{name}: {rule} {result}"));
            }
        }
    }
    assert!(wrong.is_empty(), "zlint:\n{}", wrong.join("\n"));
}
