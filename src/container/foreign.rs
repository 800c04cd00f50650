//! What is neither PEM nor DER and is given for a key or certificate all the same, by its name.

use super::mentions_a_block;
use crate::der::{self, tag};
use crate::pem::{self, Reading};
use crate::secret::Zeroizing;

/// What a file in another format begins with, what it is, and what converts it.
const FORMATS: &[(&[u8], &str)] = &[
    (&[0xfe, 0xed, 0xfe, 0xed], JAVA),
    (&[0xce, 0xce, 0xce, 0xce], JAVA),
    (&[0, 0, 0, 1, 0, 0, 0, 20], BOUNCY_CASTLE),
    (&[0, 0, 0, 2, 0, 0, 0, 20], BOUNCY_CASTLE),
    (b"\0\0\0\x07ssh-", DROPBEAR),
    (b"\0\0\0\x0bssh-", DROPBEAR),
    (b"\0\0\0\x13ecdsa-", DROPBEAR),
    (b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (&[0x1f, 0x8b], "a file that gzip compressed: unpack it first"),
    (&[0x1e, 0xf1, 0xb5, 0xb0], "a key in Microsoft's PVK format, which `openssl rsa -inform PVK` converts"),
    (b"PuTTY-User-Key-File-", "a key of PuTTY, which `puttygen FILE -O private-openssh -o NEW` converts"),
    (b"ssh-", OPENSSH),
    (b"ecdsa-sha2-", OPENSSH),
    (
        b"---- BEGIN SSH2 PUBLIC",
        "a public key in the format of SSH (RFC 4716), which no TLS takes: give the file that is wanted in PEM",
    ),
    (b"---- BEGIN SSH2 ENCRYPTED", "a key of SSH2, which `puttygen FILE -O private-openssh -o NEW` converts"),
    (
        b"$ANSIBLE_VAULT;",
        "a file that Ansible Vault encrypted, which `ansible-vault decrypt --output NEW FILE` opens",
    ),
    (b"age-encryption.org/", "a file that age encrypted, which `age -d -o NEW FILE` opens"),
    (b"Salted__", "a file that `openssl enc` encrypted: decrypt it with that first"),
    (
        b"apiVersion:",
        "a manifest of Kubernetes, whose secrets are base64 text: what is wanted is one of them, decoded",
    ),
    (b"<?xml", XML),
    (b"<RSAKeyValue", XML),
    (b"<!DOCTYPE", HTML),
    (b"<!doctype", HTML),
    (b"<html", HTML),
    (b"{", "JSON, perhaps a JSON Web Key (JWK): what is wanted is PEM"),
];

const JAVA: &str = "a Java key store (JKS or JCEKS), which `keytool -importkeystore -srckeystore FILE -destkeystore NEW \
                    -deststoretype PKCS12` converts";
const BOUNCY_CASTLE: &str = "a key store of Bouncy Castle (BKS, UBER or BCFKS), which `keytool -importkeystore -srckeystore FILE \
                             -srcstoretype BKS -destkeystore NEW -deststoretype PKCS12 -providerpath bcprov.jar -provider \
                             org.bouncycastle.jce.provider.BouncyCastleProvider` converts, with the name of its own kind";
const DROPBEAR: &str = "a key of Dropbear, which `dropbearconvert dropbear openssh FILE NEW` converts";
const OPENSSH: &str = "a public key in the format of OpenSSH, which `ssh-keygen -e -m PKCS8 -f FILE` converts; the private \
                       key stands in the file without .pub at the end of its name";
const XML: &str = "XML, perhaps with the numbers of a key: what is wanted is PEM";
const HTML: &str = "a page in HTML, perhaps what a server had to say instead of the file: fetch it again";
const PGP: &str = "a block of PGP, whose keys are none for TLS: give the file that is wanted in PEM";

/// The name of the format; none where it is none of them, or there is PEM in it.
pub(crate) fn name(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.trim_ascii_start();
    let known = FORMATS.iter().find(|(magic, _)| text.starts_with(magic));
    let name = known.filter(|_| !mentions_a_block(bytes)).map(|(_, name)| *name);
    name.or_else(|| is_pgp(text).then_some(PGP)).or_else(|| is_bcfks(bytes).then_some(BOUNCY_CASTLE))
}

/// Bouncy Castle's ObjectStore: a sealed structure like that of a private key, and what vouches for it.
fn is_bcfks(bytes: &[u8]) -> bool {
    let tags = |raw: &[u8]| -> Vec<u8> {
        let parts = der::children("a key store", tag::SEQUENCE, raw).unwrap_or_default();
        parts.iter().map(|part| part.tag).collect()
    };
    let parts = der::children("a key store", tag::SEQUENCE, bytes).unwrap_or_default();
    match parts.as_slice() {
        [store, check] => check.tag == tag::SEQUENCE && tags(store.raw) == [tag::SEQUENCE, tag::OCTET_STRING],
        _ => false,
    }
}

/// PGP's blocks look like those of PEM, and end in a check sum that is none.
fn is_pgp(text: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let labels = text.windows(BEGIN.len().saturating_add(4)).filter(|window| window.starts_with(BEGIN));
    let mut labels = labels.peekable();
    labels.peek().is_some() && labels.all(|label| label.ends_with(b"PGP "))
}

/// Base64 text that is not a block of PEM.
pub(crate) enum Bare {
    /// It is a whole file in PEM, as a Kubernetes secret holds it.
    File(Zeroizing<Vec<u8>>),
    /// The same, encoded once more.
    FileTwice(Zeroizing<Vec<u8>>),
    /// It is what stands between BEGIN and END.
    Contents(Zeroizing<Vec<u8>>),
}

impl Bare {
    pub(crate) const fn describe(&self) -> &'static str {
        match self {
            Self::File(_) => {
                "the base64 text of a PEM file, as in a Kubernetes secret: `base64 -d FILE` gives the file"
            }
            Self::FileTwice(_) => {
                "the base64 text of a PEM file, encoded twice: `base64 -d FILE | base64 -d` gives the file"
            }
            Self::Contents(_) => "base64 text without its lines of BEGIN and END",
        }
    }
}

/// What the base64 text holds of which the file consists.
pub(crate) fn bare(bytes: &[u8]) -> Option<Bare> {
    let contents = decoded(bytes)?;
    if mentions_a_block(&contents) {
        return Some(Bare::File(contents));
    }
    if let Some(file) = decoded(&contents).filter(|file| mentions_a_block(file)) {
        return Some(Bare::FileTwice(file));
    }
    // Every structure is a SEQUENCE.
    der::contents("DER", tag::SEQUENCE, &contents).is_ok().then_some(Bare::Contents(contents))
}

fn decoded(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n \t".contains(byte);
    if !bytes.iter().all(is_base64) {
        return None;
    }
    // In a block, it is decoded by the reader of blocks.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_add(64)));
    for part in [&b"-----BEGIN X-----\n"[..], bytes.trim_ascii(), b"\n-----END X-----\n"] {
        text.extend_from_slice(part);
    }
    Some(pem::parse(&text, Reading::Tolerant).ok()?.pop()?.into_contents())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_told_by_what_it_holds() {
        let block = pem::encode("X", &[0x30, 3, 2, 1, 5]);
        let inside: String = block.lines().filter(|line| !line.starts_with('-')).collect();
        assert!(
            matches!(bare(inside.as_bytes()), Some(Bare::Contents(der)) if der.as_slice() == [0x30, 3, 2, 1, 5])
        );
        let twice = pem::encode("X", block.as_bytes());
        let twice: Vec<_> = twice.lines().filter(|line| !line.starts_with('-')).collect();
        for text in [twice.join("\n"), twice.concat() + "\n"] {
            assert!(
                matches!(bare(text.as_bytes()), Some(Bare::File(file)) if file.as_slice() == block.as_bytes())
            );
        }
        let thrice = pem::encode("X", twice.concat().as_bytes());
        let thrice: String = thrice.lines().filter(|line| !line.starts_with('-')).collect();
        assert!(
            matches!(bare(thrice.as_bytes()), Some(Bare::FileTwice(file)) if file.as_slice() == block.as_bytes())
        );
        for text in ["", "some words", "MIGH", "BQA=", block.as_str()] {
            assert!(bare(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn other_formats_have_names_unless_pem_is_among_them() {
        assert!(name(b"PuTTY-User-Key-File-3: ssh-ed25519\n").is_some_and(|name| name.contains("PuTTY")));
        let block = pem::encode("X", &[0x30, 0]);
        assert!(name(format!("{{\"key\": \"{}\"}}", block.as_str()).as_bytes()).is_none());
        assert!(name(&[0x30, 0]).is_none());
        let pgp =
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOY\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n";
        assert!(name(pgp.as_bytes()).is_some_and(|name| name.contains("PGP")));
        for with_pem in [format!("{pgp}{}", block.as_str()), format!("{}{pgp}", block.as_str())] {
            assert!(name(with_pem.as_bytes()).is_none());
        }
        for (text, word) in [
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "RFC 4716"),
            ("\n<!DOCTYPE html>", "HTML"),
            ("<?xml version='1.0'?>", "XML"),
            ("$ANSIBLE_VAULT;1.1;AES256\n", "ansible-vault decrypt"),
            ("\0\0\0\x02\0\0\0\x14salt", "Bouncy Castle"),
            ("\0\0\0\x0bssh-ed25519", "dropbearconvert"),
            ("\x30\x08\x30\x04\x30\x00\x04\x00\x30\x00", "BCFKS"),
            ("apiVersion: v1\n", "Kubernetes"),
        ] {
            assert!(name(text.as_bytes()).is_some_and(|name| name.contains(word)), "{text}");
        }
    }
}
