//! A PKCS#12 file made of a key and certificates.

use certwright::file::Access;
use certwright::pkcs12::Builder;
use certwright::{Certificate, Passphrase, PrivateKey, Timestamp};

use super::super::passphrase::{self, Given};
use super::super::{Refusal, first, note, place};
use super::above;
use super::options::{Options, USUAL_ITERATIONS};

pub(super) fn run(options: &Options, now: Timestamp) -> Result<(), Refusal> {
    let left_out = options.left_out;
    if options.noout || (left_out.keys && left_out.certificates.all) {
        let reason = "-noout, or -nokeys with -nocerts, leaves nothing".to_owned();
        return Err(Refusal::Nothing { what: "keys and certificates", reason });
    }
    let input = place::read(options.input.as_deref())?;
    let key = (!left_out.keys).then(|| key(&input, options)).transpose()?;
    let certificates = certificates(&input, key.as_ref(), options, now)?;
    let passphrase = sealing(options)?;
    let file = assembled(key.as_ref(), &certificates, options).seal(&passphrase)?;
    let iterations = options.iterations.max(USUAL_ITERATIONS);
    options.weaker.iter().for_each(|asked| {
        note(&format!(
            "{asked} was asked for; written is PBES2 with PBKDF2-HMAC-SHA256, {iterations} iterations and \
             AES-256-CBC, and a MAC, which old readers may refuse"
        ));
    });
    place::write(options.output.as_deref(), &file, Access::Owner)
}

/// The key of `-inkey`, else that of `-in`.
fn key(input: &[u8], options: &Options) -> Result<PrivateKey, Refusal> {
    let named = options.inkey.as_deref().map(|path| place::read(Some(path))).transpose()?;
    let place = if named.is_some() { &options.inkey } else { &options.input };
    let bytes = named.as_deref().map_or(input, |named: &Vec<u8>| named);
    let read = |passphrase: Option<&Passphrase>| first::read(place.as_deref(), bytes, passphrase);
    Given::of("-passin", options.passin.as_deref())?.open(place.as_deref(), true, read)
}

/// The certificates, that of the key first.
fn certificates(
    input: &[u8],
    key: Option<&PrivateKey>,
    options: &Options,
    now: Timestamp,
) -> Result<Vec<Certificate>, Refusal> {
    let mut certificates = Vec::new();
    if !options.left_out.certificates.all {
        certificates = Certificate::read_all(input).map_err(|error| match &options.input {
            Some(path) => error.at(path.display()),
            None => error,
        })?;
        if let Some(key) = key {
            let own = certificates.iter().position(|c| key.public_key().matches(c.public_key()));
            let own = own.ok_or_else(|| Refusal::Nothing {
                what: "certificate of the key",
                reason: format!("of {} in the input, none is for this key", certificates.len()),
            })?;
            let own = certificates.remove(own);
            certificates.insert(0, own);
        }
        if let Some(own) = certificates.first().filter(|_| options.chain) {
            for issuer in above::issuers(&own.clone(), options, now)? {
                if !certificates.contains(&issuer) {
                    certificates.push(issuer);
                }
            }
        }
    } else if options.chain {
        note("-chain has no effect with -nocerts");
    }
    for path in &options.certfiles {
        certificates.extend(Certificate::open_all(path)?);
    }
    Ok(certificates)
}

fn assembled<'a>(
    key: Option<&'a PrivateKey>,
    certificates: &'a [Certificate],
    options: &'a Options,
) -> Builder<'a> {
    let name = options.name.as_deref();
    let mut builder = Builder::default().iterations(options.iterations);
    if let Some(key) = key {
        builder = builder.key(key, name);
    }
    // Without a key, every certificate is somebody else's.
    let own = key.map(|_| name).into_iter();
    let others = options.canames.iter().map(|name| Some(name.as_str())).chain(std::iter::repeat(None));
    certificates
        .iter()
        .zip(own.chain(others))
        .fold(builder, |builder, (c, name)| builder.certificate(c, name))
}

/// The passphrase of the file.
fn sealing(options: &Options) -> Result<Passphrase, Refusal> {
    let source = options.password.as_ref().or(options.passout.as_ref());
    passphrase::sealing(source, options.passin.as_ref(), options.output.as_deref())
}
