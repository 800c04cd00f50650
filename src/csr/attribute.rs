//! The attributes of a request: the extensions that it asks for, and what else its writer put in.

use super::known;
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::oid::Oid;

const WHAT: &str = "the attributes of a request";

/// extensionRequest (RFC 2985 section 5.4.2), and the identifier that Microsoft used before.
const EXTENSION_REQUESTS: [&[u8]; 2] =
    [&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14], &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 14]];

/// An attribute of a request other than the extensions that it asks for, such as a challenge password.
///
/// Its values are not kept: a challenge password is a secret, and nothing here acts on any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsrAttribute {
    /// Its type.
    pub oid: Oid,
    /// The name of the type, where it has one (`challengePassword`, …).
    pub name: Option<&'static str>,
    /// How many values it has.
    pub values: usize,
}

#[derive(Default)]
pub(super) struct Attributes {
    /// The extensions, one DER element after the other.
    pub(super) extensions: Vec<u8>,
    pub(super) others: Vec<CsrAttribute>,
}

/// Reads the `[0]` element of a request.
pub(super) fn read(attributes: &Element<'_>) -> Result<Attributes, Error> {
    let mut read = Attributes::default();
    for attribute in der::elements(WHAT, attributes.contents)? {
        let parts = der::children(WHAT, tag::SEQUENCE, attribute.raw)?;
        let [kind, values] = parts.as_slice() else {
            return Err(Error::decode(WHAT, "an attribute is a type and a set of values"));
        };
        let values = der::children(WHAT, tag::SET, values.raw)?;
        match kind.tag {
            tag::OID if EXTENSION_REQUESTS.contains(&kind.contents) => extend(&mut read.extensions, &values)?,
            tag::OID => read.others.push(other(kind.contents, values.len())?),
            _ => return Err(Error::decode(WHAT, "an attribute's type is an object identifier")),
        }
    }
    Ok(read)
}

/// Several requests for extensions come to one: an extension that is there twice is a fault like any other.
fn extend(extensions: &mut Vec<u8>, values: &[Element<'_>]) -> Result<(), Error> {
    for value in values {
        if value.tag != tag::SEQUENCE {
            return Err(Error::decode(WHAT, "a request for extensions is a SEQUENCE of them"));
        }
        extensions.extend_from_slice(value.contents);
    }
    Ok(())
}

fn other(kind: &[u8], values: usize) -> Result<CsrAttribute, Error> {
    let oid = Oid::from_content(kind)?;
    Ok(CsrAttribute { name: known::attribute(&oid), oid, values })
}
