//! ECPrivateKey (RFC 5915): the private part of EC keys, by itself or inside PKCS#8.

use super::curve::Curve;
use super::explicit;
use super::oid::{self, Oid};
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::secret::Zeroizing;

const WHAT: &str = "an EC private key (SEC1)";

/// ECPrivateKey, taken apart.
pub(super) struct EcPrivateKey<'a> {
    /// The private number as written: some writers drop leading zeros, some add one.
    pub(super) scalar: &'a [u8],
    /// The curve, by name or by numbers: the DER inside `[0]`.
    pub(super) parameters: Option<Element<'a>>,
    /// The public point.
    pub(super) public: Option<&'a [u8]>,
}

impl<'a> EcPrivateKey<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let parts = der::children(WHAT, tag::SEQUENCE, bytes)?;
        let [version, scalar, optional @ ..] = parts.as_slice() else {
            return Err(Error::decode(WHAT, "version or private number missing"));
        };
        if version.raw != [tag::INTEGER, 1, 1] || scalar.tag != tag::OCTET_STRING {
            return Err(Error::decode(WHAT, "expected version 1 and an OCTET STRING"));
        }
        let mut key = Self { scalar: scalar.contents, parameters: None, public: None };
        for part in optional {
            key.take(part)?;
        }
        Ok(key)
    }

    fn take(&mut self, part: &Element<'a>) -> Result<(), Error> {
        if part.tag == tag::context_constructed(0) && self.parameters.is_none() && self.public.is_none() {
            self.parameters = Some(der::single(WHAT, part.contents)?);
            Ok(())
        } else if part.tag == tag::context_constructed(1) && self.public.is_none() {
            self.public = Some(whole_octets(WHAT, &der::single(WHAT, part.contents)?)?);
            Ok(())
        } else {
            Err(Error::decode(WHAT, format!("unexpected element with tag {:#04x}", part.tag)))
        }
    }

    /// The curve, where it is named or recognised by its numbers.
    pub(super) fn curve(&self) -> Result<Option<Oid>, Error> {
        match &self.parameters {
            Some(parameters) if parameters.tag == tag::OID => oid::read(WHAT, parameters).map(Some),
            Some(parameters) => Ok(explicit::curve(parameters).map(Curve::oid)),
            None => Ok(None),
        }
    }
}

/// The octets of a BIT STRING without unused bits.
pub(super) fn whole_octets<'a>(what: &'static str, element: &Element<'a>) -> Result<&'a [u8], Error> {
    match (element.tag, element.contents) {
        (tag::BIT_STRING, [0, octets @ ..]) => Ok(octets),
        _ => Err(Error::decode(what, "expected a BIT STRING of whole octets")),
    }
}

/// The DER of ECPrivateKey, in the form that OpenSSL writes: by itself with the curve, inside PKCS#8 without.
pub(super) fn encode(scalar: &[u8], parameters: Option<&[u8]>, public: Option<&[u8]>) -> Zeroizing<Vec<u8>> {
    let scalar = Zeroizing::new(der::element(tag::OCTET_STRING, scalar));
    let parameters =
        parameters.map(|curve| der::element(tag::context_constructed(0), curve)).unwrap_or_default();
    let public = public.map(|public| der::element(tag::context_constructed(1), &der::bit_string(public)));
    let public = public.unwrap_or_default();
    Zeroizing::new(der::sequence(&[&[tag::INTEGER, 1, 1][..], &scalar, &parameters, &public]))
}

/// The scalar in exactly `length` octets: leading zeros are added or taken away.
pub(super) fn fixed_length(scalar: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let surplus = scalar.len().saturating_sub(length);
    let (zeros, significant) = scalar.split_at_checked(surplus)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut fixed = Zeroizing::new(Vec::with_capacity(length));
    fixed.resize(length.saturating_sub(significant.len()), 0);
    fixed.extend_from_slice(significant);
    Some(fixed)
}
