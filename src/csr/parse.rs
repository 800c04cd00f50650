//! The strict reading of a request (RFC 2986 section 4).

use super::Parsed;
use super::attribute::{self, Attributes};
use crate::certificate;
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::key::{PublicKey, VerifyError};
use crate::name::Subject;

const WHAT: &str = "a certificate request";

/// The largest request that is read, in bytes: the limit of AWS Private CA, and room for a thousand host names.
const LARGEST: u64 = 32_768;

/// The request in these bytes, with its signature verified.
pub(super) fn request(der: &[u8]) -> Result<Parsed, Error> {
    let (parsed, verified) = claim(der)?;
    verified.map(|()| parsed)
}

/// The request in these bytes, and whether its own key signed it.
pub(super) fn claim(der: &[u8]) -> Result<(Parsed, Result<(), Error>), Error> {
    let size = der.len() as u64;
    if size > LARGEST {
        return Err(Error::TooLarge { what: "a certificate request, in bytes", size, limit: LARGEST });
    }
    let outer = der::children(WHAT, tag::SEQUENCE, der)?;
    let [info, algorithm, signed] = outer.as_slice() else {
        return Err(Error::decode(WHAT, "it has three parts: what is signed, the algorithm, the signature"));
    };
    der::check_canonical(WHAT, der)?;
    let mut parsed = body(info)?;
    let signature = whole_octets(signed)?;
    let verified = verify(&parsed, info.raw, algorithm.raw, signature);
    parsed.der = der.to_vec();
    parsed.algorithm = algorithm.raw.to_vec();
    parsed.signature = signature.to_vec();
    Ok((parsed, verified))
}

/// CertificationRequestInfo. Attributes are prescribed, possibly empty; some writers leave them out.
fn body(info: &Element<'_>) -> Result<Parsed, Error> {
    let fields = der::children(WHAT, tag::SEQUENCE, info.raw)?;
    let (version, subject, key, attributes) = match fields.as_slice() {
        [version, subject, key] => (version, subject, key, None),
        [version, subject, key, last] if last.tag == tag::context_constructed(0) => {
            (version, subject, key, Some(last))
        }
        _ => return Err(Error::decode(WHAT, "what is signed is version, subject, key and attributes")),
    };
    if version.tag != tag::INTEGER || version.contents != [0] {
        return Err(Error::decode(WHAT, "its version is not 1, the only one there is"));
    }
    let Attributes { extensions, others } = attributes.map(attribute::read).transpose()?.unwrap_or_default();
    let public_key = PublicKey::from_spki_der(key.raw)?;
    // The octets of a BIT STRING are no part of the DER that was checked.
    public_key.require_regular()?;
    Ok(Parsed {
        der: Vec::new(),
        subject: Subject::from_der(subject.raw)?,
        public_key,
        algorithm: Vec::new(),
        signature: Vec::new(),
        attributes: others,
        extensions: certificate::read_extensions(&extensions)?,
    })
}

fn whole_octets<'a>(signature: &Element<'a>) -> Result<&'a [u8], Error> {
    match (signature.tag, signature.contents) {
        (tag::BIT_STRING, [0, octets @ ..]) => Ok(octets),
        _ => Err(Error::decode(WHAT, "the signature is no whole number of octets")),
    }
}

fn verify(request: &Parsed, info: &[u8], algorithm: &[u8], signature: &[u8]) -> Result<(), Error> {
    let subject = || format!("the request of {}", request.subject);
    request.public_key.verify(algorithm, info, signature).map_err(|error| match error {
        VerifyError::BadSignature => {
            Error::BadSignature { subject: subject(), issuer: "the request itself".to_owned() }
        }
        VerifyError::UnsupportedAlgorithm { algorithm } => {
            Error::UnverifiableSignature { subject: subject(), algorithm }
        }
    })
}
