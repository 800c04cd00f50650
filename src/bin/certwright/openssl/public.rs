//! Public keys.

use certwright::file::Access;
use certwright::{Algorithm, PublicKey};

use super::options::{Encoding, Options};
use super::{Refusal, place};
use crate::public;

/// A public key in and out.
pub(super) fn run(options: &Options) -> Result<(), Refusal> {
    if options.check {
        return Err(Refusal::Check { reason: "-pubin gives no private part to hold it against".to_owned() });
    }
    let bytes = place::read(options.input.as_deref())?;
    let key = public::read(&bytes)?;
    let mut output = Vec::new();
    if options.modulus {
        output.extend_from_slice(modulus(&key)?.as_bytes());
    }
    if !options.noout {
        output.extend_from_slice(&encoded(&key, options.outform));
    }
    if output.is_empty() {
        Ok(())
    } else {
        place::write(options.output.as_deref(), &output, Access::Everyone)
    }
}

pub(super) fn encoded(key: &PublicKey, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Pem => key.to_pem().into_bytes(),
        Encoding::Der => key.spki_der().to_vec(),
    }
}

/// `Modulus=` and the number, as openssl prints it.
pub(super) fn modulus(key: &PublicKey) -> Result<String, Refusal> {
    let none = || Refusal::Modulus { algorithm: key.algorithm().to_string() };
    let number = match key.algorithm() {
        Algorithm::Rsa { .. } | Algorithm::RsaPss { .. } => {
            first_integer(key.subject_public_key()).ok_or_else(none)?
        }
        _ => return Err(none()),
    };
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits: String = number.iter().skip(zeros).map(|byte| format!("{byte:02X}")).collect();
    Ok(format!("Modulus={digits}\n"))
}

/// The first INTEGER of a SEQUENCE in DER, which the library has read and found right.
fn first_integer(der: &[u8]) -> Option<&[u8]> {
    let (0x30, sequence, _) = element(der)? else { return None };
    let (0x02, number, _) = element(sequence)? else { return None };
    Some(number)
}

/// Tag, contents and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match length {
        0..0x80 => (usize::from(length), rest),
        _ => {
            let (octets, rest) =
                rest.split_at_checked(usize::from(length & 0x7f)).filter(|(o, _)| o.len() <= 4)?;
            (octets.iter().fold(0usize, |sum, octet| sum << 8 | usize::from(*octet)), rest)
        }
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}
