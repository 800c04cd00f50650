//! Private keys: read in any form, written in the one asked for.

use certwright::file::Access;
use certwright::{Algorithm, EncryptedKey, Encryption, Format, Passphrase, PrivateKey};
use zeroize::Zeroizing;

use super::element::{Element, INTEGER, OCTET_STRING, SEQUENCE, written};
use super::options::{Command, Encoding, Options, Text};
use super::passphrase::{self, Given};
use super::{Refusal, algorithm, first, note, place, public, text};
use crate::output::complain;

pub(super) fn run(options: &Options) -> Result<(), Refusal> {
    let key = formed(open(options)?, options)?;
    let text = text(&key, options)?;
    // More than any key needs, so that it is not moved about in memory.
    let mut output = Zeroizing::new(Vec::with_capacity(64 * 1024));
    if options.command != Command::Pkey {
        output.extend_from_slice(text.as_bytes());
    }
    if options.modulus {
        output.extend_from_slice(public::modulus(key.public_key())?.as_bytes());
    }
    if options.check {
        output.extend_from_slice(check(&key, options)?.as_bytes());
    }
    let holds_key = !options.noout && !options.pubout;
    if holds_key {
        output.extend_from_slice(&encoded(&key, options)?);
    } else if !options.noout {
        output.extend_from_slice(&public::encoded(key.public_key(), options)?);
    }
    if options.command == Command::Pkey {
        output.extend_from_slice(text.as_bytes());
    }
    let mut idle = without_effect(options, holds_key);
    idle.extend((holds_key && has_no_other_form(&key, options)).then_some("-traditional"));
    idle.iter().for_each(|option| note(&format!("{option} has no effect here")));
    if output.is_empty() {
        return Ok(());
    }
    let secret = holds_key || wanted_text(options) == Text::All;
    let access = if secret { Access::Owner } else { Access::Everyone };
    place::write(options.output.as_deref(), &output, access)?;
    if !options.noout {
        wrote(options.command, key.public_key().algorithm());
    }
    if holds_key && encryption(options).is_none() {
        note("the key is written without encryption: whoever reads it has it");
    }
    Ok(())
}

/// What openssl says before it reads.
pub(super) fn reading(command: Command) {
    if command == Command::Ec {
        complain("read EC key");
    }
}

/// What openssl says where it could open what it writes to.
pub(super) fn wrote(command: Command, algorithm: &Algorithm) {
    match (command, algorithm) {
        (Command::Rsa, Algorithm::Rsa { .. } | Algorithm::RsaPss { .. }) => complain("writing RSA key"),
        (Command::Ec, Algorithm::EcdsaP256 | Algorithm::EcdsaP384 | Algorithm::EcdsaP521) => {
            complain("writing EC key");
        }
        _ => {}
    }
}

/// The lines of `-text`.
fn text(key: &PrivateKey, options: &Options) -> Result<Zeroizing<String>, Refusal> {
    match wanted_text(options) {
        Text::None => Ok(Zeroizing::default()),
        Text::All => text::private(key),
        Text::Public => text::public(key.public_key()).map(Zeroizing::new),
    }
}

/// Who asks `pkey` for the public key is told nothing else.
fn wanted_text(options: &Options) -> Text {
    match options.text {
        Text::All if options.command == Command::Pkey && options.pubout => Text::Public,
        text => text,
    }
}

/// Opens the key. The passphrase is asked for only where it is needed, as openssl does.
fn open(options: &Options) -> Result<PrivateKey, Refusal> {
    // A source on standard input comes before the key.
    let given = Given::of("-passin", options.passin.as_deref())?;
    reading(options.command);
    let bytes = place::read(options.input.as_deref())?;
    let read = |passphrase: Option<&Passphrase>| first::read(options.input.as_deref(), &bytes, passphrase);
    let opened = given.open(options.input.as_deref(), !reads_plain_only(options), read)?;
    Ok(without_attributes(&opened).unwrap_or(opened))
}

/// The key without the attributes that PKCS#8 may carry: openssl writes none.
pub(super) fn without_attributes(key: &PrivateKey) -> Option<PrivateKey> {
    let der = key.danger_plain_der(Format::Pkcs8).ok()?;
    let parts = Element::read(&der, SEQUENCE)?;
    // Version and algorithm are no secrets.
    let [version, algorithm] = [(INTEGER, parts.find(INTEGER)?), (SEQUENCE, parts.find(SEQUENCE)?)]
        .map(|(tag, contents)| written(tag, &[contents]));
    let private = written(OCTET_STRING, &[parts.find(OCTET_STRING)?]);
    PrivateKey::read(&written(SEQUENCE, &[&version, &algorithm, &private]), None).ok()
}

/// The key with its point in the form asked for.
fn formed(key: PrivateKey, options: &Options) -> Result<PrivateKey, Refusal> {
    match options.form {
        Some(form) => form.of_private(&key),
        None => Ok(key),
    }
}

/// `pkcs8 -nocrypt` without -topk8 expects a plain key.
fn reads_plain_only(options: &Options) -> bool {
    options.nocrypt && !options.topk8
}

/// The private key in the form asked for.
fn encoded(key: &PrivateKey, options: &Options) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    if let Some(encryption) = encryption(options) {
        let sealed = seal(key, encryption, options)?;
        return Ok(Zeroizing::new(match options.outform {
            Encoding::Pem => sealed.to_pem().into_bytes(),
            Encoding::Der => sealed.der().to_vec(),
        }));
    }
    let format = format(key, options);
    match options.outform {
        Encoding::Pem => Ok(Zeroizing::new(key.danger_plain_pem(format)?.as_bytes().to_vec())),
        Encoding::Der => Ok(key.danger_plain_der(format)?),
    }
}

/// Whether to encrypt, and how: `pkcs8 -topk8` does unless told not to, the others only when told to.
fn encryption(options: &Options) -> Option<Encryption> {
    let asked = options.protection.is_some();
    let wanted = match options.command {
        Command::Pkcs8 => options.topk8 && !options.nocrypt,
        Command::Rsa | Command::Pkey | Command::Ec => asked,
    };
    wanted.then_some(match options.iterations {
        _ if options.scrypt => Encryption::Scrypt { log_n: 14 },
        Some(iterations) => Encryption::Pbkdf2Iterations(iterations),
        None => Encryption::Pbkdf2,
    })
}

fn seal(key: &PrivateKey, encryption: Encryption, options: &Options) -> Result<EncryptedKey, Refusal> {
    let passphrase =
        passphrase::sealing(options.passout.as_ref(), options.passin.as_ref(), options.output.as_deref())?;
    let sealed = key.encrypt_with(&passphrase, encryption)?;
    let asked = differences(options);
    if !asked.is_empty() {
        note(&format!("{} was asked for; written is {}", asked.join(" and "), sealed.scheme()));
    }
    Ok(sealed)
}

/// What was asked for and is not written, because something stronger is.
fn differences(options: &Options) -> Vec<String> {
    let mut asked = Vec::new();
    match &options.protection {
        Some(cipher) if !algorithm::is_aes256(cipher) => asked.push(cipher.clone()),
        _ => {}
    }
    let sha256 = |prf: &String| prf.eq_ignore_ascii_case("hmacWithSHA256");
    asked.extend(options.prf.clone().filter(|prf| !options.scrypt && !sha256(prf)));
    if (options.traditional && !options.topk8)
        || (options.command == Command::Ec && options.protection.is_some())
    {
        asked.push("the traditional form, whose encryption is one round of MD5".to_owned());
    }
    asked
}

/// Options that openssl passes over in silence beside the others.
pub(super) fn without_effect(options: &Options, holds_key: bool) -> Vec<&'static str> {
    let sealed = holds_key && encryption(options).is_some();
    let scrypt = options.scrypt;
    let idle = [
        ("the cipher", !sealed && options.protection.is_some()),
        ("-scrypt", !sealed && scrypt),
        ("-passout", !sealed && options.passout.is_some()),
        ("-iter", (!sealed || scrypt) && options.iterations.is_some()),
        ("-v2prf", (!sealed || scrypt) && options.prf.is_some()),
        ("-traditional", (!holds_key || options.topk8) && options.traditional),
    ];
    idle.into_iter().filter_map(|(option, is_idle)| is_idle.then_some(option)).collect()
}

/// The form that openssl writes: PKCS#8, except for `ec`, -traditional, and DER by `pkey` and `pkcs8`.
fn format(key: &PrivateKey, options: &Options) -> Format {
    let traditional = match options.command {
        Command::Ec => true,
        Command::Rsa => options.traditional,
        Command::Pkey => options.traditional || options.outform == Encoding::Der,
        Command::Pkcs8 => !options.topk8 && (options.traditional || options.outform == Encoding::Der),
    };
    match key.public_key().algorithm() {
        Algorithm::Rsa { .. } if traditional => Format::Pkcs1,
        _ if traditional && key.danger_plain_der(Format::Sec1).is_ok() => Format::Sec1,
        // Newer algorithms have no other form.
        _ => Format::Pkcs8,
    }
}

/// Whether the traditional form is asked for, and the kind of key has none here.
fn has_no_other_form(key: &PrivateKey, options: &Options) -> bool {
    options.traditional
        && encryption(options).is_none()
        && format(key, options) == Format::Pkcs8
        && !options.topk8
}

/// Holds the private part against the public one.
fn check(key: &PrivateKey, options: &Options) -> Result<&'static str, Refusal> {
    key.check().map_err(|error| Refusal::Check { reason: error.to_string() })?;
    match (options.command, key.public_key().algorithm()) {
        (Command::Rsa, Algorithm::Rsa { .. } | Algorithm::RsaPss { .. }) => Ok("RSA key ok\n"),
        // `ec` says it where it does not get in the way.
        (Command::Ec, _) => {
            complain("EC Key valid.");
            Ok("")
        }
        _ => Ok("Key is valid\n"),
    }
}
