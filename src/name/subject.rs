//! Distinguished names, kept as the exact bytes of their DER.

use std::fmt;

use super::attribute::{AttributeType, allows, by_keyword, by_oid, is_hidden};
use super::rfc4514;
use crate::der::{self, tag};
use crate::error::Error;
use crate::oid::Oid;

const WHAT: &str = "distinguished name";

/// A distinguished name: an ordered sequence of relative names (RDNs), each of one or more attributes.
///
/// A name that is read keeps its bytes, whatever its string types and attributes; issuer names are copied,
/// never re-encoded. A name that is made from text is checked against RFC 5280 appendix A.
///
/// `FromStr` reads and `Display` writes RFC 4514: the last RDN comes first in the text, attributes of one RDN
/// are joined by `+`, and attributes may repeat.
///
/// ```
/// # use certwright::Subject;
/// let subject: Subject = "CN=Clients CA,OU=a,OU=b,DC=example,DC=com".parse()?;
/// assert_eq!(subject.to_string(), "CN=Clients CA,OU=a,OU=b,DC=example,DC=com");
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    der: Vec<u8>,
}

/// One attribute of a distinguished name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attribute {
    /// The position of its RDN in the DER, from 0.
    pub rdn: usize,
    /// The attribute's type.
    pub oid: Oid,
    /// The keyword, where the type has one (`CN`, `O`, …).
    pub keyword: Option<&'static str>,
    /// The value as text, where its string type is one that certwright reads.
    pub text: Option<String>,
    /// The DER of the value.
    pub value: Vec<u8>,
}

impl Subject {
    /// A name of one attribute, the common name.
    ///
    /// # Errors
    ///
    /// [`Error::Syntax`]: 1 to 64 characters, none of them a control character.
    pub fn common_name(name: &str) -> Result<Self, Error> {
        let attribute = by_keyword("CN").ok_or_else(|| Error::syntax(WHAT, name, "no such attribute"))?;
        Ok(Self::from_rdns(&[vec![encode(name, attribute, name)?]]))
    }

    /// The empty name, for leaves that are named by their alternative names alone.
    #[must_use]
    pub fn empty() -> Self {
        Self { der: vec![tag::SEQUENCE, 0] }
    }

    /// The name in these bytes, exactly.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::TrailingBytes`] where they are not the DER of a Name; [`Error::TooLarge`] where a
    /// value nests too deep.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        der::check_canonical(WHAT, der)?;
        Self::from_checked_der(der)
    }

    /// The same for a part of what [`der::check_canonical`] has let pass.
    pub(crate) fn from_checked_der(der: &[u8]) -> Result<Self, Error> {
        check(der)?;
        Ok(Self { der: der.to_vec() })
    }

    /// The DER of the name.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Whether it has no attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.der == [tag::SEQUENCE, 0]
    }

    /// Its attributes, in the order of the DER.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        // The bytes were parsed when the value was made.
        parse(&self.der).unwrap_or_default()
    }

    /// The values of the attribute with this keyword, in the order of the DER.
    #[must_use]
    pub fn values(&self, keyword: &str) -> Vec<String> {
        let wanted = by_keyword(keyword).map(|a| a.keyword);
        self.attributes()
            .into_iter()
            .filter(|a| wanted.is_some() && a.keyword == wanted)
            .filter_map(|a| a.text)
            .collect()
    }

    /// This name with one more RDN, given in DER, at its end; `None` where the result is no name.
    pub(crate) fn below(&self, rdn: &[u8]) -> Option<Self> {
        let own = der::single(WHAT, &self.der).ok()?;
        Self::from_der(&der::sequence(&[own.contents, rdn])).ok()
    }

    /// A name of these RDNs, each a list of encoded attributes.
    pub(super) fn from_rdns(rdns: &[Vec<Vec<u8>>]) -> Self {
        let sets: Vec<_> = rdns
            .iter()
            .map(|attributes| {
                let mut sorted = attributes.clone();
                // X.690 section 11.6: the elements of a SET OF ascend by their encodings.
                sorted.sort();
                der::constructed(tag::SET, &sorted)
            })
            .collect();
        Self { der: der::sequence(&sets) }
    }
}

/// An attribute in DER, its value checked against the bounds of its type.
pub(super) fn encode(input: &str, attribute: &AttributeType, value: &str) -> Result<Vec<u8>, Error> {
    let refused = |reason: String| Err(Error::syntax(WHAT, input, format!("{} {reason}", attribute.keyword)));
    let characters = value.chars().count();
    if characters == 0 {
        return refused("is empty".to_owned());
    }
    if characters > attribute.longest {
        return refused(format!("has {characters} characters, at most {} are allowed", attribute.longest));
    }
    if attribute.keyword == "C" && !(characters == 2 && value.chars().all(|c| c.is_ascii_uppercase())) {
        return refused("is a country code of two capital letters (ISO 3166)".to_owned());
    }
    if let Some(reason) = hidden(value) {
        return refused(reason);
    }
    if let Some(bad) = value.chars().find(|c| !allows(attribute.string, *c)) {
        return refused(format!("cannot hold the character {bad:?}"));
    }
    Ok(raw(attribute.oid, &der::element(attribute.string, value.as_bytes())))
}

/// Why a new name or remark cannot have this value: what it holds is not seen.
pub(crate) fn hidden(value: &str) -> Option<String> {
    let found = value.chars().find(|c| is_hidden(*c))?;
    Some(format!("holds the character {}, which is not seen", found.escape_unicode()))
}

/// An attribute in DER around a value that is encoded already.
pub(super) fn raw(oid: &[u8], value: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::element(tag::OID, oid), value])
}

/// The same as [`parse`], with nothing kept.
fn check(bytes: &[u8]) -> Result<(), Error> {
    each_attribute(bytes, |_, _, _| {})
}

fn parse(bytes: &[u8]) -> Result<Vec<Attribute>, Error> {
    let mut attributes = Vec::new();
    each_attribute(bytes, |rdn, oid, value| {
        attributes.push(Attribute {
            rdn,
            keyword: by_oid(oid.content()).map(|a| a.keyword),
            oid,
            text: text(value),
            value: value.raw.to_vec(),
        });
    })?;
    Ok(attributes)
}

fn each_attribute(bytes: &[u8], mut take: impl FnMut(usize, Oid, &der::Element<'_>)) -> Result<(), Error> {
    for (rdn, set) in der::children(WHAT, tag::SEQUENCE, bytes)?.iter().enumerate() {
        let members = der::children(WHAT, tag::SET, set.raw)?;
        if members.is_empty() {
            return Err(Error::decode(WHAT, "an RDN without attributes"));
        }
        for member in members {
            let parts = der::children(WHAT, tag::SEQUENCE, member.raw)?;
            let [kind, value] = parts.as_slice() else {
                return Err(Error::decode(WHAT, "an attribute is a type and a value"));
            };
            if kind.tag != tag::OID {
                return Err(Error::decode(WHAT, "an attribute's type is an object identifier"));
            }
            take(rdn, Oid::from_content(kind.contents)?, value);
        }
    }
    Ok(())
}

/// The text of a string value; `None` for other types and for illegal contents.
fn text(value: &der::Element<'_>) -> Option<String> {
    match value.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | tag::NUMERIC_STRING => {
            String::from_utf8(value.contents.to_vec()).ok()
        }
        // In practice Latin-1, whatever T.61 says; byte-exactness does not depend on it.
        tag::TELETEX_STRING => Some(value.contents.iter().map(|b| char::from(*b)).collect()),
        tag::BMP_STRING if value.contents.len().is_multiple_of(2) => {
            let units = value.contents.chunks_exact(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0,
            });
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        tag::UNIVERSAL_STRING if value.contents.len().is_multiple_of(4) => {
            let scalars = value.contents.chunks_exact(4).map(|four| <[u8; 4]>::try_from(four).ok());
            scalars.map(|four| four.map(u32::from_be_bytes).and_then(char::from_u32)).collect()
        }
        _ => None,
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        rfc4514::write(&self.attributes(), f)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({self})")
    }
}

impl AsRef<[u8]> for Subject {
    fn as_ref(&self) -> &[u8] {
        self.as_der()
    }
}

impl std::str::FromStr for Subject {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        rfc4514::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rdn_comes_first_in_the_text() {
        let subject: Subject = "CN=a,DC=example,DC=com".parse().unwrap();
        let order: Vec<_> = subject.attributes().into_iter().filter_map(|a| a.text).collect();
        assert_eq!(order, ["com", "example", "a"]);
    }

    #[test]
    fn a_name_answers_for_its_attributes() {
        let subject: Subject = "CN=a,OU=b+2.999=x,OU=c".parse().unwrap();
        assert_eq!(subject.values("ou"), ["c", "b"]);
        assert_eq!([subject.values("O"), subject.values("nobody")], [[""; 0]; 2]);
        assert!(Subject::empty().is_empty() && !subject.is_empty());
        assert_eq!(subject.as_ref(), subject.as_der());
        assert_eq!(format!("{subject:?}"), format!("Subject({subject})"));
    }

    #[test]
    fn a_name_below_another_ends_in_one_more_rdn() {
        let above: Subject = "OU=b,O=a".parse().unwrap();
        let rdn = der::constructed(tag::SET, &[raw(&[0x55, 4, 3], &der::element(tag::UTF8_STRING, b"c"))]);
        assert_eq!(above.below(&rdn).unwrap(), "CN=c,OU=b,O=a".parse().unwrap());
        assert_eq!(above.below(&[tag::SET, 0]), None);
    }

    #[test]
    fn multi_valued_rdns_are_sorted_as_der_demands() {
        let one: Subject = "OU=b+CN=a,O=x".parse().unwrap();
        let two: Subject = "CN=a+OU=b,O=x".parse().unwrap();
        assert_eq!(one, two);
        assert_eq!(one.attributes().iter().map(|a| a.rdn).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn bounds_of_appendix_a_are_kept() {
        assert!(Subject::common_name(&"x".repeat(64)).is_ok());
        for bad in ["", &"x".repeat(65), "a\u{0}b", "a\nb"] {
            assert_eq!(Subject::common_name(bad).unwrap_err().kind(), "syntax", "{bad:?}");
        }
        for bad in ["C=DEU", "C=de", "DC=ü", "serialNumber=a*b"] {
            assert_eq!(bad.parse::<Subject>().unwrap_err().kind(), "syntax", "{bad:?}");
        }
    }

    #[test]
    fn foreign_names_keep_their_bytes_whatever_they_hold() {
        // 2.999.1 = an INTEGER, in an RDN; illegal PrintableString; T61 above 0x80.
        let odd = raw(&[0x88, 0x37, 1], &der::element(tag::INTEGER, &[5]));
        let star = raw(&[0x55, 4, 3], &der::element(tag::PRINTABLE_STRING, b"a*@&_"));
        let t61 = raw(&[0x55, 4, 10], &der::element(tag::TELETEX_STRING, &[0xe4]));
        let name = Subject::from_rdns(&[vec![odd], vec![star], vec![t61]]);
        let read = Subject::from_der(name.as_der()).unwrap();
        assert_eq!(read.as_der(), name.as_der());
        assert_eq!(read.to_string(), "O=ä,CN=a*@&_,2.999.1=#020105");
    }

    #[test]
    fn characters_of_two_and_four_octets_are_whole_or_no_text() {
        for (string, value, expected) in [
            (tag::BMP_STRING, &[0, b'a', 0x4e, 0x16][..], Some("a世")),
            (tag::BMP_STRING, &[0, b'a', 0], None),
            (tag::BMP_STRING, &[0xd8, 0], None),
            (tag::UNIVERSAL_STRING, &[0, 1, 0xf6, 0], Some("😀")),
            (tag::UNIVERSAL_STRING, &[0, 0, 0, b'a', 0, 0], None),
            (tag::UNIVERSAL_STRING, &[0, 0x11, 0, 0], None),
        ] {
            let name = Subject::from_rdns(&[vec![raw(&[0x55, 4, 3], &der::element(string, value))]]);
            assert_eq!(name.attributes()[0].text.as_deref(), expected, "{value:02x?}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bytes in
            [&b""[..], b"\x30", b"\x30\x00\x00", b"\x31\x00", b"\x30\x02\x31\x00", b"\x30\x80\x00\x00"]
        {
            assert!(Subject::from_der(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
