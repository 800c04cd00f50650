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
        &["CA:TRUE", "CA:FALSE"],
    ),
    ("ocsp-signer", &["OCSP Signing", "OCSP No Check"], &["CRL Distribution", "OCSP - URI"]),
    ("laden", &["TLS Feature", "status_request", "CPS: http://cps.example.test/"], &["CA:TRUE", "CA:FALSE"]),
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

/// A finding of somebody else's that is accepted: its code, a part of its message, and the reason.
struct Exception {
    code: &'static str,
    about: &'static str,
    reason: &'static str,
}

const PKILINT: [Exception; 4] = [
    Exception {
        code: "pkix.invalid_domain_name_syntax",
        about: "*.api.example.test",
        reason: "RFC 5280 leaves wildcards open, RFC 9525 section 6.3 defines them: the linter for RFC 5280 alone knows none",
    },
    Exception {
        code: "pkix.invalid_domain_name_syntax",
        about: "localhost",
        reason: "RFC 5280 asks for the preferred name syntax of RFC 1034, which a single label has: the linter wants a dot",
    },
    Exception {
        code: "pkix.invalid_uri_syntax",
        about: "urn:uuid:",
        reason: "RFC 8141: a URI needs no authority; the linter wants one",
    },
    Exception {
        code: "pkix.invalid_uri_syntax",
        about: "spiffe://",
        reason: "the linter knows a fixed list of schemes; RFC 3986 section 3.1 has none",
    },
];

const ZLINT: [Exception; 0] = [];

/// Splits findings, each a certificate's name, a code and a message, by whether an exception covers them. One that
/// covers nothing is stale.
fn assert_excused(linter: &str, found: &[(String, String, String)], exceptions: &[Exception]) {
    let covers = |e: &Exception, code: &str, message: &str| {
        e.code == code && message.contains(e.about) && !e.reason.is_empty()
    };
    let wrong: Vec<_> =
        found.iter().filter(|(_, code, text)| !exceptions.iter().any(|e| covers(e, code, text))).collect();
    assert!(wrong.is_empty(), "{linter}: {wrong:#?}");
    let stale = exceptions.iter().find(|e| !found.iter().any(|(_, code, text)| covers(e, code, text)));
    assert!(stale.is_none(), "{linter} no longer says {:?}", stale.map(|e| e.code));
}

fn report(program: &Path, arguments: &[&str], folder: &Path, name: &str) -> serde_json::Value {
    let (_, text) = run(program, arguments, folder);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{name}: {text}"))
}

/// Lints file after file in one process: starting Python takes longer than linting.
const PKILINT_DRIVER: &str = "
import sys
from pkilint.bin import lint_pkix_cert
for file in sys.argv[1:]:
    lint_pkix_cert.main(['lint', '-s', 'WARNING', '-f', 'json', file])
";

/// The interpreter that a script names in its first line.
fn interpreter(script: &Path) -> std::path::PathBuf {
    let text = std::fs::read_to_string(script).unwrap();
    text.lines().next().and_then(|line| line.strip_prefix("#!")).expect("a script").trim().into()
}

pub(crate) fn pkilint(issued: &[(String, Certificate)]) {
    let Some(lint) = peers::find("lint_pkix_cert") else { return };
    let (folder, files) = files(issued);
    let mut arguments = vec!["-c", PKILINT_DRIVER];
    arguments.extend(files.iter().map(|(_, file)| file.as_str()));
    let (read, text) = run(&interpreter(&lint), &arguments, folder.path());
    assert!(read, "{text}");
    let reports: Vec<serde_json::Value> =
        serde_json::Deserializer::from_str(&text).into_iter().map(|report| report.expect(&text)).collect();
    assert_eq!(reports.len(), files.len(), "{text}");
    let mut found = Vec::new();
    for ((name, _), report) in files.iter().zip(&reports) {
        let results = report["results"].as_array().unwrap();
        for finding in results.iter().flat_map(|result| result["finding_descriptions"].as_array().unwrap()) {
            let code = finding["code"].as_str().unwrap().to_owned();
            found.push((name.clone(), code, finding["message"].as_str().unwrap_or_default().to_owned()));
        }
    }
    assert_excused("pkilint", &found, &PKILINT);
}

/// It exits with 0 whatever it finds.
pub(crate) fn zlint(issued: &[(String, Certificate)]) {
    let Some(zlint) = peers::find_optional("zlint") else { return };
    let (folder, files) = files(issued);
    let mut found = Vec::new();
    for (name, file) in &files {
        let sources = "CABF_BR,CABF_EV,CABF_SMIME_BR,Mozilla,Apple,ETSI_ESI";
        let report = report(&zlint, &["-excludeSources", sources, file], folder.path(), name);
        for (rule, verdict) in report.as_object().unwrap() {
            if ["warn", "error", "fatal"].contains(&verdict["result"].as_str().unwrap_or_default()) {
                found.push((name.clone(), rule.clone(), verdict["details"].to_string()));
            }
        }
    }
    assert_excused("zlint", &found, &ZLINT);
}
