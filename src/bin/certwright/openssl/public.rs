//! Public keys.

use certwright::file::Access;
use certwright::{Algorithm, PublicKey, pem};

use super::element::{Element, INTEGER, SEQUENCE};
use super::options::{Command, Encoding, Options, Text};
use super::{Refusal, convert, note, place, text};

/// A public key in and out.
pub(super) fn run(options: &Options) -> Result<(), Refusal> {
    if options.check {
        return Err(Refusal::Check { reason: "-pubin gives no private part to hold it against".to_owned() });
    }
    convert::reading(options.command);
    let bytes = place::read(options.input.as_deref())?;
    let key = PublicKey::read(&bytes)?;
    let key = options.form.map_or_else(|| Ok(key.clone()), |form| form.of_public(&key))?;
    let text = if options.text == Text::None { String::new() } else { text::public(&key)? };
    let modulus = if options.modulus { modulus(&key)? } else { String::new() };
    let encoded = if options.noout { Vec::new() } else { encoded(&key, options)? };
    let output = match options.command {
        Command::Pkey => [encoded, text.into_bytes()].concat(),
        _ => [text.into_bytes(), modulus.into_bytes(), encoded].concat(),
    };
    let idle = convert::without_effect(options, false);
    idle.iter().for_each(|option| note(&format!("{option} has no effect here")));
    if output.is_empty() {
        return Ok(());
    }
    place::write(options.output.as_deref(), &output, Access::Everyone)?;
    if !options.noout {
        convert::wrote(options.command, key.algorithm());
    }
    Ok(())
}

/// The key as it is asked for: a SubjectPublicKeyInfo, or an RSAPublicKey by itself.
pub(super) fn encoded(key: &PublicKey, options: &Options) -> Result<Vec<u8>, Refusal> {
    if options.rsa_public && !matches!(key.algorithm(), Algorithm::Rsa { .. }) {
        return Err(Refusal::RsaPublic { algorithm: key.algorithm().to_string() });
    }
    Ok(match (options.outform, options.rsa_public) {
        (Encoding::Pem, false) => key.to_pem().into_bytes(),
        (Encoding::Der, false) => key.spki_der().to_vec(),
        (Encoding::Pem, true) => pem::encode("RSA PUBLIC KEY", key.subject_public_key()).as_bytes().to_vec(),
        (Encoding::Der, true) => key.subject_public_key().to_vec(),
    })
}

/// `Modulus=` and the number, as openssl prints it.
pub(super) fn modulus(key: &PublicKey) -> Result<String, Refusal> {
    let none = || Refusal::Modulus { algorithm: key.algorithm().to_string() };
    let number = match key.algorithm() {
        Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => Element::read(key.subject_public_key(), SEQUENCE)
            .and_then(|key| key.find(INTEGER))
            .ok_or_else(none)?,
        _ => return Err(none()),
    };
    let digits: String = number.iter().map(|byte| format!("{byte:02X}")).collect();
    Ok(format!("Modulus={}\n", digits.trim_start_matches('0')))
}
