//! Requests made by Python's cryptography package: what the other tools cannot be brought to write.

use std::process::Command;

use super::bench::{
    Bench,
    Want::{self, Issued, Nameless, Refused, Unread, Unverifiable},
};
use crate::support::peers;

/// The file that the script writes, what has to become of it.
const ROWS: &[(&str, Want)] = &[
    ("p256", Issued("")),
    ("p384-sha256", Issued("")),
    ("p521", Issued("")),
    ("p224", Unverifiable("P-224")),
    ("p256-sha3", Unverifiable("2.16.840.1.101.3.4.3.10")),
    ("ed25519", Issued("")),
    ("ed448", Issued("")),
    ("dsa", Unverifiable("DSA")),
    ("rsa", Issued("")),
    ("rsa-pss", Issued("")),
    ("rsa-pss-salt-20", Issued("")),
    ("odd-attribute", Issued("")),
    ("bmp", Issued("")),
    ("t61", Issued("")),
    ("universal", Issued("")),
    ("dc", Issued("")),
    ("long-name", Refused("name-attribute-length")),
    ("empty", Issued("")),
    ("other-name", Nameless("denied subjectAltName")),
    ("directory-name", Issued("granted subjectAltName")),
    ("six-names", Issued("granted subjectAltName")),
    ("too-many-names", Unread("too-large")),
    ("many-names", Issued("granted subjectAltName")),
    ("authority", Issued("denied basicConstraints")),
    ("unknown", Issued("unknown 2.999.9999999999.7, denied certificateTemplate")),
    ("not-der", Issued("changed keyUsage")),
    ("client-auth", Issued("granted extendedKeyUsage")),
    ("password", Issued("denied challengePassword")),
    ("odd-attributes", Issued("unknown 2.999.5, denied unstructuredName")),
];

#[test]
fn requests_of_pyca_are_answered() {
    let Some(python) = peers::find("python3") else { return };
    let bench = Bench::new();
    let import = Command::new(&python).args(["-c", "import cryptography"]).output().unwrap();
    if !import.status.success() {
        assert!(
            !peers::required(),
            "peer missing: cryptography for {} (CERTWRIGHT_PEERS=required)",
            python.display()
        );
        eprintln!("peer missing: cryptography for {}", python.display());
        return;
    }
    bench.run(&python, &["-c", include_str!("pyca.py")]);
    for (name, want) in ROWS {
        bench.judge(name, &bench.read(&format!("{name}.pem")), want);
    }
}
