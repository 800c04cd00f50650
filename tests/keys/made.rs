//! Keys made by openssl, in the forms that it writes.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use certwright::{Algorithm, Error, Format, PrivateKey, Zeroizing};

use crate::support::peers;

/// The passphrases under which keys are sealed: plain, long, and not ASCII.
pub(crate) const PASSPHRASES: [&str; 3] = [
    "hunter2",
    "a passphrase that is longer than any block of any hash function, so that it is hashed first: 0123456789012345678901234567890123456789",
    "Straße Ω 🔑",
];

/// How openssl generates each algorithm.
pub(crate) const ALGORITHMS: &[(&str, &[&str])] = &[
    ("RSA 2048 bits", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
    ("ECDSA P-256", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("ECDSA P-384", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ("Ed25519", &["-algorithm", "ED25519"]),
    ("ECDSA P-521", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
    ("ECDSA secp256k1", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]),
    ("Ed448", &["-algorithm", "ED448"]),
    ("X25519", &["-algorithm", "X25519"]),
    ("X448", &["-algorithm", "X448"]),
    ("RSA 512 bits", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"]),
    ("RSA 1024 bits", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
    ("RSA 2056 bits", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2056"]),
    (
        "RSA 2048 bits, e=3",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3"],
    ),
    (
        "RSA 2048 bits, three primes",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_primes:3"],
    ),
    ("RSA-PSS 2048 bits", &["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]),
    ("EC brainpoolP256r1", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"]),
];

/// The first four sign here.
pub(crate) const SIGNING: usize = 4;

/// The key in this form; none where keys of its kind do not have it, which is what is said about it then.
pub(crate) fn plain(key: &PrivateKey, format: Format) -> Option<Zeroizing<String>> {
    let algorithm = key.public_key().algorithm();
    let exists = match format {
        Format::Pkcs1 => matches!(algorithm, Algorithm::Rsa { .. }),
        Format::Sec1 => matches!(
            algorithm,
            Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521 | Algorithm::Secp256k1
        ),
        _ => true,
    };
    match key.danger_plain_pem(format) {
        Ok(written) if exists => Some(written),
        Err(Error::UnsupportedKey { .. }) if !exists => None,
        other => panic!("{format} of {key:?}: {:?}", other.map(drop)),
    }
}

/// openssl, run with input and output in memory.
pub(crate) struct Openssl(PathBuf);

impl Openssl {
    pub(crate) fn find() -> Option<Self> {
        peers::find("openssl").map(Self)
    }

    /// What it writes, or what it says when it fails.
    pub(crate) fn try_run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut command = Command::new(&self.0);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("openssl starts");
        // A failure to write means that openssl has ended, which its status tells.
        child.stdin.take().expect("piped").write_all(input).ok();
        let output = child.wait_with_output().expect("openssl ends");
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        self.try_run(arguments, input).unwrap_or_else(|error| panic!("openssl {arguments:?}: {error}"))
    }

    /// A new key in PKCS#8.
    pub(crate) fn generate(&self, options: &[&str]) -> Vec<u8> {
        self.run(&[&["genpkey"], options].concat(), b"")
    }

    /// The key in the form of its algorithm, in PEM and in DER; newer algorithms have only PKCS#8.
    pub(crate) fn traditional(&self, key: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let pem = self.try_run(&["pkey", "-traditional"], key).ok()?;
        Some((pem, self.run(&["pkey", "-traditional", "-outform", "DER"], key)))
    }

    /// The SubjectPublicKeyInfo in DER, as openssl sees it.
    pub(crate) fn public(&self, key: &[u8], passphrase: &str) -> Vec<u8> {
        let passin = format!("pass:{passphrase}");
        self.run(&["pkey", "-pubout", "-outform", "DER", "-passin", &passin], key)
    }
}
