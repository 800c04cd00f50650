//! What a file contains: every block, described for people and as data, without a passphrase.

mod certificate;
mod key;
#[cfg(feature = "pkcs12")]
mod pkcs12;

pub use certificate::{CertificateFacts, RequestFacts};
pub use key::{EncryptionFacts, PrivateKeyFacts, PublicKeyFacts};
#[cfg(feature = "pkcs12")]
pub use pkcs12::Pkcs12Facts;

use std::fmt;

use crate::certificate::Certificate;
use crate::container::{self, Item, Kind};
use crate::csr::Csr;
use crate::error::Error;
use crate::key::{FoundKey, PublicKey};
use crate::timestamp::Timestamp;

/// What a file contains, in its order.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// One entry a structure.
    pub blocks: Vec<Block>,
}

/// One structure of a file.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Block {
    /// What it is, such as `a certificate`.
    pub kind: String,
    /// The label of its PEM block; none in DER.
    pub label: Option<String>,
    /// The line on which its PEM block begins; none in DER.
    pub line: Option<usize>,
    /// What it says.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub contents: Contents,
    /// What is irregular about how it is written.
    pub irregularities: Vec<String>,
}

/// What a structure says, by its kind.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Contents {
    /// A certificate.
    Certificate(Box<CertificateFacts>),
    /// A certificate request.
    Request(RequestFacts),
    /// A private key, plain or encrypted.
    PrivateKey(PrivateKeyFacts),
    /// A public key.
    PublicKey(PublicKeyFacts),
    /// A PKCS#12 file, as far as it is seen without its passphrase.
    #[cfg(feature = "pkcs12")]
    Pkcs12(Pkcs12Facts),
    /// Something that is recognised and not described further, by its size in bytes.
    Other {
        /// The size of its DER.
        bytes: usize,
    },
}

/// Describes everything in a file, PEM or DER, as of a moment.
///
/// # Errors
///
/// [`Error::Unexpected`] for an empty file or one without any structure; [`Error::Pem`], [`Error::Decode`],
/// [`Error::TrailingBytes`], [`Error::TooLarge`], [`Error::InvalidKey`] for a block that is unreadable;
/// [`Error::BadSignature`] for a request that its own key did not sign, [`Error::UnverifiableSignature`] for one whose
/// algorithm is not checked here; [`Error::UnsupportedKey`] for a private key without a public part that could be computed.
pub fn inspect(bytes: &[u8], at: Timestamp) -> Result<Report, Error> {
    let items = container::items(bytes)?;
    let certified = certified_keys(&items);
    let mut blocks = Vec::with_capacity(items.len());
    for (item, key) in items.iter().zip(FoundKey::in_items(&items)) {
        let contents = describe(item, at, key.as_ref(), &certified).map_err(|error| match item.line {
            Some(line) => error.at(format_args!("the block at line {line}")),
            None => error,
        })?;
        blocks.push(Block {
            kind: item.kind.to_string(),
            label: item.label.clone(),
            line: item.line,
            contents,
            irregularities: item.irregularities.iter().map(ToString::to_string).collect(),
        });
    }
    Ok(Report { blocks })
}

fn describe(
    item: &Item,
    at: Timestamp,
    key: Option<&FoundKey>,
    certified: &[(PublicKey, String)],
) -> Result<Contents, Error> {
    match item.kind {
        Kind::Certificate => {
            let certificate = Certificate::from_der(&item.der)?;
            Ok(Contents::Certificate(Box::new(CertificateFacts::of(&certificate, at))))
        }
        Kind::Request => Csr::from_der(&item.der).map(|csr| Contents::Request(RequestFacts::of(&csr))),
        Kind::PublicKey => {
            PublicKey::from_spki_der(&item.der).map(|key| Contents::PublicKey(PublicKeyFacts::of(&key)))
        }
        #[cfg(feature = "pkcs12")]
        Kind::Pkcs12 => Pkcs12Facts::of(&item.der).map(Contents::Pkcs12),
        _ => match key {
            Some(found) => PrivateKeyFacts::of(found, certified).map(Contents::PrivateKey),
            None => Ok(Contents::Other { bytes: item.der.len() }),
        },
    }
}

/// The keys of the certificates in the same file, each with its certificate's subject.
fn certified_keys(items: &[Item]) -> Vec<(PublicKey, String)> {
    items
        .iter()
        .filter(|item| item.kind == Kind::Certificate)
        .filter_map(|item| Certificate::from_der(&item.der).ok())
        .map(|certificate| (certificate.public_key().clone(), certificate.subject().to_string()))
        .collect()
}

/// A line of a description: what, and its value.
type Row = (&'static str, String);

impl Block {
    fn rows(&self) -> Vec<Row> {
        match &self.contents {
            Contents::Certificate(facts) => facts.rows(),
            Contents::Request(facts) => facts.rows(),
            Contents::PrivateKey(facts) => facts.rows(),
            Contents::PublicKey(facts) => facts.rows(),
            #[cfg(feature = "pkcs12")]
            Contents::Pkcs12(facts) => facts.rows(),
            Contents::Other { bytes } => vec![("size", format!("{bytes} bytes"))],
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        match (self.line, &self.label) {
            (Some(line), Some(label)) => writeln!(f, " (line {line}, {label})")?,
            _ => writeln!(f, " (DER)")?,
        }
        for (what, value) in self.rows() {
            writeln!(f, "  {what:<12} {value}")?;
        }
        self.irregularities.iter().try_for_each(|remark| writeln!(f, "  {:<12} {remark}", "irregular"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, block) in self.blocks.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "\n" })?;
            block.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Format, KeyType, PrivateKey};
    use crate::name::Subject;
    use crate::secret::Passphrase;

    fn now() -> Timestamp {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn an_encrypted_key_is_described_without_its_passphrase() {
        let key = PrivateKey::generate(KeyType::EcdsaP256).unwrap();
        let sealed = key.encrypt(&Passphrase::generate().unwrap()).unwrap();
        let text = inspect(sealed.to_pem().as_bytes(), now()).unwrap().to_string();
        assert!(text.contains("PBES2, PBKDF2-HMAC-SHA256, 600000 iterations, AES-256-CBC"), "{text}");
    }

    #[test]
    fn a_plain_key_and_a_request_are_described_in_the_order_of_the_file() {
        let key = PrivateKey::generate(KeyType::Ed25519).unwrap();
        let csr = Csr::create(&Subject::common_name("a").unwrap(), &key).unwrap();
        let text = [key.danger_plain_pem(Format::Pkcs8).unwrap().as_str(), &csr.to_pem()].concat();
        let report = inspect(text.as_bytes(), now()).unwrap();
        let kinds: Vec<_> = report.blocks.iter().map(|block| block.kind.as_str()).collect();
        assert_eq!(kinds, ["a private key", "a certificate request"]);
        assert!(report.to_string().contains(&key.public_key().fingerprint().to_string()));
    }

    #[test]
    fn an_empty_file_and_prose_are_errors() {
        for bytes in [&b""[..], b"\n", b"no block here\n"] {
            assert_eq!(inspect(bytes, now()).unwrap_err().kind(), "unexpected");
        }
    }
}
