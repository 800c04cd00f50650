//! Subjects, from text and from DER as other programs write it.

use arbitrary::Arbitrary;
use certwright::Subject;

use super::super::pick;
use super::words::Text;

/// A subject in the making.
#[derive(Debug, Arbitrary)]
pub(super) enum Name {
    Empty,
    Cn(Text),
    Text(Text),
    Der(Vec<Vec<Attribute>>),
}

#[derive(Debug, Arbitrary)]
pub(super) struct Attribute {
    kind: u8,
    string: u8,
    value: Text,
}

/// CN, C, O, OU, serialNumber, emailAddress, DC, 2.999.3.
const KINDS: [&[u8]; 8] = [
    &[0x55, 4, 3],
    &[0x55, 4, 6],
    &[0x55, 4, 10],
    &[0x55, 4, 11],
    &[0x55, 4, 5],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1],
    &[9, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 0x19],
    &[0x88, 0x37, 3],
];

/// UTF8String, PrintableString, TeletexString, IA5String, UniversalString, BMPString, and an INTEGER.
const STRINGS: [u8; 7] = [0x0c, 0x13, 0x14, 0x16, 0x1c, 0x1e, 0x02];

impl Name {
    /// Nothing where there is no such name.
    pub(super) fn subject(&self) -> Option<Subject> {
        match self {
            Self::Empty => Some(Subject::empty()),
            Self::Cn(text) => Subject::common_name(&text.text()).ok(),
            Self::Text(text) => text.text().parse().ok(),
            Self::Der(rdns) => {
                Subject::from_der(&tlv(0x30, &rdns.iter().flat_map(|rdn| set(rdn)).collect::<Vec<_>>())).ok()
            }
        }
    }
}

fn set(rdn: &[Attribute]) -> Vec<u8> {
    let mut attributes: Vec<_> = rdn.iter().map(Attribute::der).collect();
    attributes.sort();
    tlv(0x31, &attributes.concat())
}

impl Attribute {
    fn der(&self) -> Vec<u8> {
        let kind = tlv(6, pick(&KINDS, self.kind));
        let value = tlv(pick(&STRINGS, self.string), self.value.text().as_bytes());
        tlv(0x30, &[kind, value].concat())
    }
}

fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let header = match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => vec![tag, short],
        Ok(long) => vec![tag, 0x81, long],
        Err(_) => [&[tag, 0x84][..], &u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()].concat(),
    };
    [&header[..], contents].concat()
}
