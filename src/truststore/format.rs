//! The files that a store is written as.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::der::{self, tag};
use crate::pem;

/// PEM; with comments whose certificate each block is, its fingerprint, and its last second.
pub(super) fn pem(certificates: &[Certificate], comments: bool) -> String {
    let above = |certificate| if comments { comment(certificate) } else { String::new() };
    certificates.iter().map(|certificate| above(certificate) + &certificate.to_pem()).collect()
}

fn comment(certificate: &Certificate) -> String {
    let name = plain(&certificate.subject().to_string());
    let (fingerprint, end) = (certificate.fingerprint(), certificate.window().not_after);
    format!("# {name}\n# sha256 {fingerprint}\n# until {end}\n")
}

/// ASCII only, and nothing that a reader could take for the boundary of a block.
fn plain(text: &str) -> String {
    let ascii = |c: char| {
        if c.is_ascii_graphic() || c == ' ' { c.to_string() } else { c.escape_default().to_string() }
    };
    text.chars().map(ascii).collect::<String>().replace("--", "- -").replace("--", "- -")
}

/// id-signedData and id-data (RFC 5652).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];

/// SignedData without content and signers (RFC 5652 section 5.1): the `.p7b` of certificates alone.
pub(super) fn pkcs7(certificates: &[Certificate]) -> Vec<u8> {
    let mut set: Vec<_> = certificates.iter().map(Certificate::der).collect();
    // X.690 section 11.6: the elements of a SET OF ascend by their encodings. A p7b has no order.
    set.sort_unstable();
    let signed = der::sequence(&[
        der::element(tag::INTEGER, &[1]),
        der::element(tag::SET, &[]),
        der::sequence(&[der::element(tag::OID, DATA)]),
        der::constructed(tag::context_constructed(0), &set),
        der::element(tag::SET, &[]),
    ]);
    let content = der::element(tag::context_constructed(0), &signed);
    der::sequence(&[der::element(tag::OID, SIGNED_DATA), content])
}

pub(super) fn pkcs7_pem(certificates: &[Certificate]) -> String {
    pem::encode_public("PKCS7", &pkcs7(certificates))
}

/// One name each, as a Java key store wants it: the common name in lower case, numbered where it repeats.
pub(super) fn aliases(certificates: &[Certificate]) -> Vec<String> {
    let mut taken = HashSet::new();
    certificates
        .iter()
        .map(|certificate| {
            let common = certificate.subject().values("CN").pop().unwrap_or_else(|| "authority".to_owned());
            let base = common.to_lowercase();
            let numbered = (2u32..).map(|number| format!("{base} ({number})"));
            let mut free =
                std::iter::once(base.clone()).chain(numbered).filter(|alias| taken.insert(alias.clone()));
            free.next().unwrap_or(base)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_look_like_a_boundary() {
        assert_eq!(plain("CN=-----BEGIN X-----"), "CN=- - - - -BEGIN X- - - - -");
        assert_eq!(plain("CN=ü\n"), "CN=\\u{fc}\\n");
    }
}
