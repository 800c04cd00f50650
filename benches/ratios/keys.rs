//! Private keys: opened, converted, generated.

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;

use certwright::{Format, KeyType, Passphrase, PrivateKey};
use tempfile::TempDir;

use crate::harness::{Average, Bench};
use crate::peer;

const ITERATIONS: u32 = 600_000;

fn passphrase() -> Passphrase {
    Passphrase::from_bytes(b"secret".to_vec()).unwrap()
}

/// A key as certwright writes it.
fn sealed() -> String {
    PrivateKey::generate(KeyType::EcdsaP256).unwrap().encrypt(&passphrase()).unwrap().to_pem()
}

fn decrypt(sealed: String) -> Box<dyn FnMut()> {
    let passphrase = passphrase();
    Box::new(move || {
        black_box(PrivateKey::read(sealed.as_bytes(), Some(&passphrase)).unwrap());
    })
}

/// Divided by the derivation alone, as RustCrypto's crate does it.
pub(crate) fn decrypt_against_primitive() -> Bench {
    let theirs = || {
        let mut key = [0; 32];
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(b"secret", &[7; 16], ITERATIONS, &mut key);
        black_box(key);
    };
    Bench {
        goal: 1.1,
        repeats: 1,
        average: Average::Median,
        ours: decrypt(sealed()),
        theirs: Box::new(theirs),
    }
}

/// Divided by `openssl pkcs8` opening the same key.
pub(crate) fn decrypt_against_openssl() -> Result<Bench, &'static str> {
    let openssl = peer::openssl()?;
    let folder = tempfile::tempdir().unwrap();
    let sealed = sealed();
    std::fs::write(folder.path().join("key.pem"), &sealed).unwrap();
    let theirs = move || {
        let options = ["pkcs8", "-in", "key.pem", "-passin", "pass:secret", "-out", "plain.pem"];
        peer::run(Command::new(&openssl).args(options).current_dir(folder.path()));
    };
    Ok(Bench {
        goal: 0.6,
        repeats: 1,
        average: Average::Median,
        ours: decrypt(sealed),
        theirs: Box::new(theirs),
    })
}

/// The whole program converting a plain RSA key to PKCS#1, divided by `openssl rsa -in a -out b`.
pub(crate) fn convert_against_openssl() -> Result<Bench, &'static str> {
    Ok(convert(peer::certwright()?, peer::openssl()?, TempDir::new().unwrap()))
}

/// The same of the program as one file, which loads no libraries.
pub(crate) fn convert_one_file_against_openssl() -> Result<Bench, &'static str> {
    Ok(convert(peer::one_file()?, peer::openssl()?, TempDir::new().unwrap()))
}

/// The same of the program that is linked with the system's C library into one file, in memory where the system has
/// files there: without what a disk takes.
pub(crate) fn convert_linked_statically_against_openssl() -> Result<Bench, &'static str> {
    let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
    Ok(convert(peer::linked_statically()?, peer::openssl()?, folder))
}

fn convert(program: PathBuf, openssl: PathBuf, folder: TempDir) -> Bench {
    let path = folder.path().to_owned();
    let key = PrivateKey::generate(KeyType::Rsa2048).unwrap();
    std::fs::write(path.join("a"), key.danger_plain_pem(Format::Pkcs8).unwrap().as_bytes()).unwrap();
    let ours = move || {
        let options = ["key", "convert", "a", "--to", "pkcs1", "--plain", "--force", "--out", "ours"];
        peer::run(Command::new(&program).args(options).current_dir(&path));
    };
    let theirs = move || {
        let options = ["rsa", "-in", "a", "-traditional", "-out", "theirs"];
        peer::run(Command::new(&openssl).args(options).current_dir(folder.path()));
    };
    Bench { goal: 0.25, repeats: 5, average: Average::Median, ours: Box::new(ours), theirs: Box::new(theirs) }
}

/// Two keys a round, so that the full form compares 82 of them.
pub(crate) fn rsa_against_openssl() -> Result<Bench, &'static str> {
    if !cfg!(feature = "rsa") {
        return Err("left out: the feature rsa is off");
    }
    let openssl = peer::openssl()?;
    let ours = || {
        black_box(PrivateKey::generate(KeyType::Rsa2048).unwrap());
    };
    let theirs = move || peer::run(Command::new(&openssl).args(["genrsa", "2048"]));
    Ok(Bench {
        goal: 0.5,
        repeats: 2,
        average: Average::Mean,
        ours: Box::new(ours),
        theirs: Box::new(theirs),
    })
}
