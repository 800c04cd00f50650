//! PKCS#7 SignedData (RFC 5652 section 5.1) as a bag of certificates and CRLs. Signatures in it are not looked at.

use crate::der::{self, Element, tag};
use crate::error::Error;

use super::{Item, Kind, MOST, Remark};

/// 1.2.840.113549.1.7.2, id-signedData, with its tag and length.
const SIGNED_DATA: &[u8] = &[tag::OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const WHAT: &str = "PKCS#7 SignedData";
const CERTIFICATES: u8 = tag::context_constructed(0);
const CRLS: u8 = tag::context_constructed(1);

/// The certificates and CRLs of SignedData; `None` for anything else.
pub(super) fn contents(bytes: &[u8]) -> Result<Option<Vec<Item>>, Error> {
    if !is_signed_data(bytes) {
        return Ok(None);
    }
    // ContentInfo { contentType, [0] { SignedData } }
    let info = der::children(WHAT, tag::SEQUENCE, bytes)?;
    let Some(content) = info.get(1).filter(|content| content.tag == tag::context_constructed(0)) else {
        return Err(Error::decode(WHAT, "it has no content"));
    };
    let mut items = Vec::new();
    for field in der::children(WHAT, tag::SEQUENCE, content.contents)? {
        if matches!(field.tag, CERTIFICATES | CRLS) {
            let members = der::elements_within("the members of PKCS#7", field.contents, MOST)?;
            items.extend(members.iter().map(|member| item(field.tag, member)));
        }
    }
    match items.len() {
        0 => Err(Error::decode(WHAT, "it holds no certificate and no CRL")),
        _ => Ok(Some(items)),
    }
}

fn is_signed_data(bytes: &[u8]) -> bool {
    // Also with indefinite lengths, which the decoder then refuses by name.
    let definite = der::first(WHAT, bytes).is_ok_and(|(info, _)| info.contents.starts_with(SIGNED_DATA));
    definite || bytes.strip_prefix(&[tag::SEQUENCE, 0x80]).is_some_and(|rest| rest.starts_with(SIGNED_DATA))
}

/// The sets may also hold attribute certificates and other revocation information, all with tags of their own.
fn item(set: u8, member: &Element<'_>) -> Item {
    let kind = match (set, member.tag) {
        (CERTIFICATES, tag::SEQUENCE) => Kind::Certificate,
        (CRLS, tag::SEQUENCE) => Kind::Crl,
        _ => Kind::Unknown,
    };
    let mut item = Item::new(kind, member.raw);
    item.irregularities.push(Remark::FromPkcs7);
    item
}
