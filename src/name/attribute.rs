//! The attributes of distinguished names: keywords, string types and bounds (RFC 5280 appendix A.1).

use crate::der::tag;

/// How values of an attribute are written.
pub(super) struct AttributeType {
    /// The keyword of RFC 4514 or, where that has none, of X.520 as OpenSSL prints it.
    pub(super) keyword: &'static str,
    /// The DER content of its object identifier.
    pub(super) oid: &'static [u8],
    /// The string type that the attribute is written in.
    pub(super) string: u8,
    /// The upper bound in characters.
    pub(super) longest: usize,
}

const fn entry(keyword: &'static str, oid: &'static [u8], string: u8, longest: usize) -> AttributeType {
    AttributeType { keyword, oid, string, longest }
}

/// The bound of RFC 5280 `ub-name`, also used where X.520 sets none.
pub(super) const UB_NAME: usize = 32_768;

/// Every attribute with a keyword. Others are written by their object identifier.
pub(super) const ATTRIBUTES: &[AttributeType] = &[
    entry("CN", &[0x55, 4, 3], tag::UTF8_STRING, 64),
    entry("SN", &[0x55, 4, 4], tag::UTF8_STRING, UB_NAME),
    entry("serialNumber", &[0x55, 4, 5], tag::PRINTABLE_STRING, 64),
    entry("C", &[0x55, 4, 6], tag::PRINTABLE_STRING, 2),
    entry("L", &[0x55, 4, 7], tag::UTF8_STRING, 128),
    entry("ST", &[0x55, 4, 8], tag::UTF8_STRING, 128),
    entry("STREET", &[0x55, 4, 9], tag::UTF8_STRING, 128),
    entry("O", &[0x55, 4, 10], tag::UTF8_STRING, 64),
    entry("OU", &[0x55, 4, 11], tag::UTF8_STRING, 64),
    entry("title", &[0x55, 4, 12], tag::UTF8_STRING, 64),
    entry("description", &[0x55, 4, 13], tag::UTF8_STRING, 1024),
    entry("businessCategory", &[0x55, 4, 15], tag::UTF8_STRING, 128),
    entry("postalCode", &[0x55, 4, 17], tag::UTF8_STRING, 16),
    entry("name", &[0x55, 4, 41], tag::UTF8_STRING, UB_NAME),
    entry("GN", &[0x55, 4, 42], tag::UTF8_STRING, UB_NAME),
    entry("initials", &[0x55, 4, 43], tag::UTF8_STRING, UB_NAME),
    entry("generationQualifier", &[0x55, 4, 44], tag::UTF8_STRING, UB_NAME),
    entry("dnQualifier", &[0x55, 4, 46], tag::PRINTABLE_STRING, UB_NAME),
    entry("pseudonym", &[0x55, 4, 65], tag::UTF8_STRING, 128),
    entry("organizationIdentifier", &[0x55, 4, 97], tag::UTF8_STRING, UB_NAME),
    entry("UID", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1], tag::UTF8_STRING, 256),
    entry("DC", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25], tag::IA5_STRING, 63),
    entry("emailAddress", &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], tag::IA5_STRING, 255),
];

/// Other spellings that people write.
const ALIASES: &[(&str, &str)] = &[
    ("commonName", "CN"),
    ("surname", "SN"),
    ("countryName", "C"),
    ("localityName", "L"),
    ("S", "ST"),
    ("stateOrProvinceName", "ST"),
    ("streetAddress", "STREET"),
    ("organizationName", "O"),
    ("organizationalUnitName", "OU"),
    ("givenName", "GN"),
    ("userId", "UID"),
    ("domainComponent", "DC"),
    ("E", "emailAddress"),
];

/// The attribute with this keyword or alias, whatever the case.
pub(super) fn by_keyword(keyword: &str) -> Option<&'static AttributeType> {
    let canonical = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(keyword))
        .map_or(keyword, |(_, canonical)| canonical);
    ATTRIBUTES.iter().find(|a| a.keyword.eq_ignore_ascii_case(canonical))
}

/// The attribute with this object identifier.
pub(super) fn by_oid(oid: &[u8]) -> Option<&'static AttributeType> {
    ATTRIBUTES.iter().find(|a| a.oid == oid)
}

/// Whether a character controls a terminal, turns the direction of a text or has no width: what makes one name look
/// like another (Unicode Technical Report 36, section 2). The joiners U+200C and U+200D, which some scripts are spelled
/// with, are not among them.
pub(crate) fn is_hidden(c: char) -> bool {
    const FORMATS: [std::ops::RangeInclusive<char>; 9] = [
        '\u{ad}'..='\u{ad}',
        '\u{61c}'..='\u{61c}',
        '\u{180e}'..='\u{180e}',
        '\u{200b}'..='\u{200b}',
        '\u{200e}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{fff9}'..='\u{fffb}',
        '\u{e0000}'..='\u{e007f}',
    ];
    c.is_control() || c == '\u{feff}' || FORMATS.iter().any(|range| range.contains(&c))
}

/// Whether the string type can hold the character.
pub(super) fn allows(string: u8, c: char) -> bool {
    match string {
        // X.680 section 41.4
        tag::PRINTABLE_STRING => c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c),
        tag::IA5_STRING => c.is_ascii(),
        _ => true,
    }
}
