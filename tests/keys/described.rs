//! What is told about an encrypted key without its passphrase.

use certwright::{FoundKey, Strength};

use super::made::{ALGORITHMS, Openssl};

struct Row {
    options: &'static [&'static str],
    described: &'static str,
    strength: Strength,
    /// OpenSSL 3 opens it without its legacy provider.
    readable: bool,
}

const PKCS8: &[Row] = &[
    Row {
        options: &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"],
        described: "PBES2, PBKDF2-HMAC-SHA1, 2048 iterations, AES-256-CBC",
        strength: Strength::Weak,
        readable: true,
    },
    Row {
        options: &["-v2", "aes-128-cbc", "-iter", "600000"],
        described: "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-128-CBC",
        strength: Strength::Strong,
        readable: true,
    },
    Row {
        options: &["-v2", "des3"],
        described: "PBES2, PBKDF2-HMAC-SHA256, 2048 iterations, 3DES-CBC",
        strength: Strength::Weak,
        readable: true,
    },
    Row {
        options: &["-scrypt"],
        described: "PBES2, scrypt N=2^14 r=8 p=1, AES-256-CBC",
        strength: Strength::Strong,
        readable: true,
    },
    Row {
        options: &["-v2", "rc2-40-cbc"],
        described: "PBES2, PBKDF2-HMAC-SHA256, 2048 iterations, RC2-40-CBC",
        strength: Strength::Broken,
        readable: false,
    },
    Row {
        options: &["-v1", "PBE-MD5-DES"],
        described: "PBES1, MD5, 2048 iterations, DES-CBC",
        strength: Strength::Broken,
        readable: false,
    },
    Row {
        options: &["-v1", "PBE-SHA1-3DES"],
        described: "PKCS#12 PBE, SHA1, 2048 iterations, 3DES-CBC",
        strength: Strength::Weak,
        readable: true,
    },
    Row {
        options: &["-v1", "PBE-SHA1-RC4-128"],
        described: "PKCS#12 PBE, SHA1, 2048 iterations, RC4-128",
        strength: Strength::Broken,
        readable: false,
    },
    Row {
        options: &["-v2", "aria-256-cbc", "-iter", "600000"],
        described: "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, ARIA-256-CBC",
        strength: Strength::Strong,
        readable: true,
    },
    Row {
        options: &["-v2", "cast5-cbc", "-iter", "600000"],
        described: "PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, CAST5-CBC",
        strength: Strength::Weak,
        readable: false,
    },
];

const TRADITIONAL: &[Row] = &[
    Row {
        options: &["-aes-128-cbc"],
        described: "DEK-Info, MD5, 1 iteration, AES-128-CBC",
        strength: Strength::Weak,
        readable: true,
    },
    Row {
        options: &["-des-cbc"],
        described: "DEK-Info, MD5, 1 iteration, DES-CBC",
        strength: Strength::Broken,
        readable: false,
    },
    Row {
        options: &["-camellia-256-cbc"],
        described: "DEK-Info, MD5, 1 iteration, Camellia-256-CBC",
        strength: Strength::Weak,
        readable: true,
    },
    Row {
        options: &["-bf-cbc"],
        described: "DEK-Info, MD5, 1 iteration, Blowfish-CBC",
        strength: Strength::Weak,
        readable: false,
    },
];

#[test]
fn schemes_need_no_passphrase_to_be_described() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[0].1);
    let rows = PKCS8.iter().map(|row| (&["pkcs8", "-topk8"][..], row));
    let rows = rows.chain(TRADITIONAL.iter().map(|row| (&["pkey", "-traditional"][..], row)));
    for (command, row) in rows {
        let rest = ["-passout", "pass:hunter2", "-provider", "legacy", "-provider", "default"];
        let sealed = openssl.run(&[command, row.options, &rest].concat(), &plain);
        let found = FoundKey::all(&sealed).expect("a key");
        let scheme = found[0].scheme().expect("encrypted");
        assert_eq!(scheme.to_string(), row.described);
        assert_eq!(scheme.strength(), Some(row.strength), "{scheme}");
        assert_eq!(scheme.openssl_reads_it(), row.readable, "{scheme}");
        let opened = openssl.try_run(&["pkey", "-passin", "pass:hunter2"], &sealed);
        assert_eq!(opened.is_ok(), row.readable, "{scheme}");
    }
}

#[test]
fn only_what_certwright_writes_is_said_to_be_its_own() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[0].1);
    let ours = |options: &[&str]| {
        let command = ["pkcs8", "-topk8", "-iter", "600000", "-passout", "pass:hunter2"];
        let sealed = openssl.run(&[&command, options].concat(), &plain);
        FoundKey::all(&sealed).expect("a key")[0].scheme().expect("encrypted").origin() == Some("certwright")
    };
    assert!(ours(&["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"]));
    assert!(!ours(&["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"]));
    assert!(!ours(&["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256"]));
}
