//! SafeContents (RFC 7292 section 4.2): the bags in which keys and certificates lie.

use super::{WHAT, ber, malformed};
use crate::der::{self, Element, tag};
use crate::error::Error;
use crate::name::is_hidden;
use crate::secret::Zeroizing;

/// A bag: what lies in it, and what it is called.
pub(super) struct Bag {
    pub(super) value: Value,
    pub(super) labels: Labels,
}

/// What lies in a bag, in DER.
pub(super) enum Value {
    /// PrivateKeyInfo.
    Key(Zeroizing<Vec<u8>>),
    /// EncryptedPrivateKeyInfo.
    SealedKey(Vec<u8>),
    Certificate(Vec<u8>),
}

/// The attributes of a bag by which people and programs find it (RFC 2985 section 5.5). Others are not read.
#[derive(Clone, Default)]
pub(crate) struct Labels {
    pub(crate) friendly_name: Option<String>,
    pub(crate) local_key_id: Option<Vec<u8>>,
}

impl Labels {
    pub(super) fn display_name(&self) -> Option<String> {
        self.friendly_name.as_deref().map(displayed)
    }
}

/// A name for a terminal: each hidden character is U+FFFD.
pub(crate) fn displayed(name: &str) -> String {
    name.chars().map(|c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

pub(super) const FRIENDLY_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 20];
pub(super) const LOCAL_KEY_ID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 21];

/// pkcs-12-bagtypes, 1.2.840.113549.1.12.10.1, without the number of the bag.
const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1];
/// x509Certificate, 1.2.840.113549.1.9.22.1.
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1];

/// The most bags of one safe.
pub(super) const MOST: usize = 65_536;

const EXPLICIT: u8 = tag::context_constructed(0);

/// The bags of SafeContents, in their order, those of a safe in a bag among them. CRLs, secrets and bags of unknown kinds
/// are left out.
pub(super) fn read(safe: &[u8]) -> Result<Vec<Bag>, Error> {
    let mut bags = Vec::new();
    // Nothing nests deeper than what is read as BER may.
    collect(&ber::to_der(safe)?, &mut bags)?;
    Ok(bags)
}

fn collect(safe: &[u8], bags: &mut Vec<Bag>) -> Result<(), Error> {
    let contents = der::contents(WHAT, tag::SEQUENCE, safe)?;
    for bag in der::elements_within("the bags of a PKCS#12 safe", contents, MOST)? {
        let parts = der::children(WHAT, tag::SEQUENCE, bag.raw)?;
        let [kind, value, attributes @ ..] = parts.as_slice() else {
            return Err(malformed("a bag is incomplete"));
        };
        let value = explicit(value)?;
        let value = match kind.contents.strip_prefix(BAGS) {
            Some([1]) => Some(Value::Key(Zeroizing::new(value.to_vec()))),
            Some([2]) => Some(Value::SealedKey(value.to_vec())),
            Some([3]) => certificate(value)?.map(Value::Certificate),
            Some([6]) => {
                collect(value, bags)?;
                None
            }
            _ => None,
        };
        // A malformed name keeps no key from its owner.
        let labels = attributes.first().and_then(|attributes| labels(attributes).ok()).unwrap_or_default();
        bags.extend(value.map(|value| Bag { value, labels }));
    }
    Ok(())
}

/// The labels in a SET of attributes, each an OID and a SET of values.
fn labels(attributes: &Element<'_>) -> Result<Labels, Error> {
    let mut labels = Labels::default();
    for attribute in der::children(WHAT, tag::SET, attributes.raw)? {
        let parts = der::children(WHAT, tag::SEQUENCE, attribute.raw)?;
        let [kind, values] = parts.as_slice() else { return Err(malformed("an attribute is incomplete")) };
        let values = der::children(WHAT, tag::SET, values.raw)?;
        match (kind.contents, values.as_slice()) {
            (FRIENDLY_NAME, [Element { tag: tag::BMP_STRING, contents, .. }]) => {
                let units =
                    contents.chunks_exact(2).map(|unit| unit.iter().fold(0, |u, o| u << 8 | u16::from(*o)));
                labels.friendly_name =
                    Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect());
            }
            (LOCAL_KEY_ID, [Element { tag: tag::OCTET_STRING, contents, .. }]) => {
                labels.local_key_id = Some(contents.to_vec());
            }
            _ => {}
        }
    }
    Ok(labels)
}

/// CertBag: a kind, and the certificate in an OCTET STRING.
fn certificate(bag: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    match der::children(WHAT, tag::SEQUENCE, bag)?.as_slice() {
        [kind, value] if kind.contents == X509 => {
            let octets = der::single(WHAT, explicit(value)?)?;
            match octets.tag {
                tag::OCTET_STRING => Ok(Some(octets.contents.to_vec())),
                _ => Err(malformed("a certificate is in no OCTET STRING")),
            }
        }
        [_, _] => Ok(None),
        _ => Err(malformed("a certificate bag is incomplete")),
    }
}

/// What is inside `[0]`.
pub(super) fn explicit<'a>(element: &Element<'a>) -> Result<&'a [u8], Error> {
    if element.tag == EXPLICIT { Ok(element.contents) } else { Err(malformed("a value is not in [0]")) }
}

/// A bag of that number around a value, with these attributes.
pub(super) fn write(number: u8, value: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let kind = der::element(tag::OID, &[BAGS, &[number]].concat());
    let mut sorted = attributes.to_vec();
    // X.690 section 11.6: the elements of a SET OF ascend.
    sorted.sort_unstable();
    let attributes = der::constructed(tag::SET, &sorted);
    let attributes = if sorted.is_empty() { Vec::new() } else { attributes };
    der::sequence(&[kind, der::element(EXPLICIT, value), attributes])
}

/// The value of a certificate's bag.
pub(super) fn certificate_value(certificate: &[u8]) -> Vec<u8> {
    let value = der::element(EXPLICIT, &der::element(tag::OCTET_STRING, certificate));
    der::sequence(&[der::element(tag::OID, X509), value])
}
