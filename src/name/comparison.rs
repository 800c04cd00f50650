//! Names compared as RFC 5280 section 7.1 compares them: without regard to case, white space and string type.

use super::subject::{Attribute, Subject};

impl Subject {
    /// Whether it is the same name, byte for byte or as RFC 5280 section 7.1 compares them.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self == other || self.canonical() == other.canonical()
    }

    /// A form that is equal for names that compare equal. Never issued, never shown: only compared.
    ///
    /// Of the string preparation of RFC 4518 this does what names in certificates need: case folding and white
    /// space. Values of unknown string types compare by their bytes.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        self.canonical_rdns().concat()
    }

    /// The comparable form, RDN by RDN, each of them unambiguous when joined to others.
    pub(crate) fn canonical_rdns(&self) -> Vec<Vec<u8>> {
        let attributes = self.attributes();
        let mut rdns: Vec<Vec<Vec<u8>>> = Vec::new();
        for attribute in &attributes {
            let encoded = canonical_attribute(attribute);
            match rdns.get_mut(attribute.rdn) {
                Some(rdn) => rdn.push(encoded),
                None => rdns.push(vec![encoded]),
            }
        }
        rdns.into_iter().map(joined).collect()
    }
}

/// The attributes of an RDN are a set.
fn joined(mut attributes: Vec<Vec<u8>>) -> Vec<u8> {
    attributes.sort();
    let mut rdn = prefixed(&u32::try_from(attributes.len()).unwrap_or(u32::MAX).to_be_bytes());
    attributes.iter().for_each(|attribute| rdn.extend(prefixed(attribute)));
    rdn
}

fn canonical_attribute(attribute: &Attribute) -> Vec<u8> {
    let mut encoded = prefixed(attribute.oid.content());
    match &attribute.text {
        Some(text) => encoded.extend(folded(text).as_bytes()),
        None => encoded.extend(&attribute.value),
    }
    encoded
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Vec<u8> {
        text.parse::<Subject>().unwrap().canonical()
    }

    #[test]
    fn case_white_space_and_string_type_do_not_count() {
        assert_eq!(canonical("CN=Example  Root ,O=A"), canonical("CN=example root,O=a"));
        // countryName is a PrintableString here and a UTF8String there.
        let printable = Subject::from_der(b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02DE").unwrap();
        let utf8 = Subject::from_der(b"\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x0c\x02de").unwrap();
        assert_eq!(printable.canonical(), utf8.canonical());
        assert!(printable.matches(&utf8) && printable.matches(&printable));
        assert!(!printable.matches(&Subject::empty()));
    }

    #[test]
    fn order_and_grouping_of_rdns_count() {
        assert_ne!(canonical("CN=a,O=b"), canonical("O=b,CN=a"));
        assert_ne!(canonical("CN=a,O=b"), canonical("CN=a+O=b"));
        assert_ne!(canonical("CN=a"), canonical("CN=ab"));
        assert_ne!(canonical("CN=a,CN=b"), canonical("CN=a b"));
    }
}
