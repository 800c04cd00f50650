//! A PKCS#12 file taken apart.

use std::fmt::Write as _;

use certwright::file::Access;
use certwright::pkcs12::{self, Bag, BagContents};
use certwright::{Certificate, Format, Passphrase, PrivateKey, Timestamp, inspect};
use zeroize::Zeroizing;

use super::super::passphrase::{self, Given};
use super::super::{Refusal, convert, note, place};
use super::name;
use super::options::{LeftOut, Options};
use crate::output::complain;

pub(super) fn run(options: &Options, now: Timestamp) -> Result<(), Refusal> {
    let given = match &options.password {
        Some(source) => Given::of("-password", Some(source))?,
        None => Given::of("-passin", options.passin.as_deref())?,
    };
    let bytes = place::read(options.input.as_deref())?;
    // The passphrase is asked for only where there is one.
    let bags = given.open(options.input.as_deref(), true, |passphrase| pkcs12::bags(&bytes, passphrase))?;
    if !pkcs12::has_mac(&bytes)? {
        note("the file has no MAC: nobody notices where something in it was exchanged");
    }
    if options.info {
        inspect::inspect(&bytes, now)?.to_string().lines().for_each(complain);
    }
    if options.noout {
        options.idle(false).for_each(no_effect);
        return Ok(());
    }
    let chosen: Vec<_> = bags.iter().filter(|bag| is_wanted(bag, options.left_out)).collect();
    let holds_key = chosen.iter().any(|bag| matches!(bag.contents, BagContents::Key(_)));
    let sealing = (holds_key && !options.noenc).then(|| sealing(options)).transpose()?;
    // More than any file needs, so that keys are not moved about in memory.
    let mut output =
        Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(4).saturating_add(64 * 1024)));
    for bag in chosen {
        write(bag, sealing.as_ref(), &mut output)?;
    }
    options.idle(sealing.is_some()).for_each(no_effect);
    if sealing.is_some() {
        options.weaker_key.iter().for_each(|asked| {
            note(&format!("{asked} was asked for; written is PBES2 with AES-256-CBC, PBKDF2-HMAC-SHA256, 600000 iterations"));
        });
    }
    let access = if holds_key { Access::Owner } else { Access::Everyone };
    place::write(options.output.as_deref(), output.as_bytes(), access)?;
    if holds_key && options.noenc {
        note("the key is written without encryption: whoever reads it has it");
    }
    Ok(())
}

fn no_effect(option: &str) {
    note(&format!("-{option} has no effect here"));
}

/// openssl takes a certificate with a localKeyID for that of a key.
fn is_wanted(bag: &Bag, left_out: LeftOut) -> bool {
    let certificates = left_out.certificates;
    match (&bag.contents, &bag.local_key_id) {
        (BagContents::Key(_), _) => !left_out.keys,
        (_, Some(_)) => !certificates.all && !certificates.own,
        (_, None) => !certificates.all && !certificates.authorities,
    }
}

/// The passphrase for the keys that are written.
fn sealing(options: &Options) -> Result<Passphrase, Refusal> {
    let opening = options.password.as_ref().or(options.passin.as_ref());
    passphrase::sealing(options.passout.as_ref(), opening, options.output.as_deref())
}

fn write(bag: &Bag, sealing: Option<&Passphrase>, output: &mut String) -> Result<(), Refusal> {
    output.push_str(&labels(bag));
    match &bag.contents {
        BagContents::Key(key) => {
            output.push_str("Key Attributes: <No Attributes>\n");
            write_key(key, sealing, output)?;
        }
        BagContents::Certificate(certificate) => write_certificate(certificate, output),
        _ => {}
    }
    Ok(())
}

fn labels(bag: &Bag) -> String {
    let name = bag.display_name().map(|name| format!("    friendlyName: {name}\n"));
    let id = bag.local_key_id.as_ref().map(|id| {
        let octets: String = id.iter().map(|octet| format!("{octet:02X} ")).collect();
        format!("    localKeyID: {octets}\n")
    });
    match (name, id) {
        (None, None) => "Bag Attributes: <No Attributes>\n".to_owned(),
        (name, id) => format!("Bag Attributes\n{}{}", name.unwrap_or_default(), id.unwrap_or_default()),
    }
}

fn write_key(key: &PrivateKey, sealing: Option<&Passphrase>, output: &mut String) -> Result<(), Refusal> {
    let bare = convert::without_attributes(key);
    let key = bare.as_ref().unwrap_or(key);
    match sealing {
        Some(passphrase) => output.push_str(&key.encrypt(passphrase)?.to_pem()),
        None => output.push_str(&key.danger_plain_pem(Format::Pkcs8)?),
    }
    Ok(())
}

fn write_certificate(certificate: &Certificate, output: &mut String) {
    let (subject, issuer) = (certificate.subject(), certificate.issuer());
    // Writing to a String does not fail.
    let _written = write!(
        output,
        "subject={}\nissuer={}\n{}",
        name::on_one_line(subject),
        name::on_one_line(issuer),
        certificate.to_pem()
    );
}
