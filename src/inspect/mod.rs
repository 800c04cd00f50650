//! What a file contains: every block, described for people and as data, without a passphrase.

mod certificate;
mod certified;
mod key;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod request;

pub use certificate::CertificateFacts;
pub use key::{EncryptionFacts, PrivateKeyFacts, PublicKeyFacts};
#[cfg(feature = "pkcs12")]
pub use pkcs12::Pkcs12Facts;
pub use request::RequestFacts;

use std::fmt;

use crate::certificate::{Certificate, NameCount};
use crate::container::{self, Item, Kind, Unread};
use crate::csr::Claim;
use crate::error::Error;
use crate::key::{FoundKey, PublicKey};
use crate::timestamp::Timestamp;

use certified::Certified;

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
    /// Why it could not be read, or is not what it claims to be; none for a block that is in order.
    pub fault: Option<Fault>,
}

/// What is wrong with a block.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Fault {
    /// The [`Error::kind`] of it.
    pub kind: &'static str,
    /// What is wrong, as the end of a sentence that begins with "failed to".
    pub reason: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        Self { kind: error.kind(), reason: error.to_string(), hint: error.hint().map(str::to_owned) }
    }
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
    /// Something that could not be read: [`Block::fault`] says why.
    Unreadable,
}

/// Describes everything in a file, PEM or DER, as of a moment.
///
/// A block that cannot be read does not hide the others: it has a [`Block::fault`]. So has a request that its own key
/// did not sign; one whose signature is of an algorithm that certwright does not verify has none.
///
/// # Errors
///
/// [`Error::Unexpected`] for an empty file or one without any structure; [`Error::Pem`], [`Error::Decode`],
/// [`Error::TrailingBytes`], [`Error::TooLarge`], [`Error::InvalidKey`], [`Error::CurveMissing`],
/// [`Error::UnsupportedKey`] (for a private key without a public part that could be computed) where nothing in the file
/// can be read.
pub fn inspect(bytes: &[u8], at: Timestamp) -> Result<Report, Error> {
    let parts = container::parts(bytes)?;
    let certified = Certified::new(&parts);
    let mut keys = FoundKey::in_items(parts.iter().flatten());
    let (mut blocks, mut refused, mut names) = (Vec::with_capacity(parts.len()), None, NameCount::default());
    for part in &parts {
        let item = match part {
            Ok(item) => item,
            Err(unread) => {
                blocks.push(Block::unread(unread));
                continue;
            }
        };
        let said = describe(item, at, keys.next().flatten().as_ref(), &certified, &mut names);
        let (contents, fault) = said.unwrap_or_else(|error| (Contents::Unreadable, Some(error)));
        blocks.push(Block::of(item, contents, fault.as_ref()));
        refused = refused.or(fault.map(|error| item.locate(error)));
    }
    match refused {
        Some(error) if blocks.iter().all(Block::is_unreadable) => Err(error),
        _ => Ok(Report { blocks }),
    }
}

/// What an item says, and what is wrong with that.
fn describe(
    item: &Item,
    at: Timestamp,
    key: Option<&FoundKey>,
    certified: &Certified<'_>,
    names: &mut NameCount,
) -> Result<(Contents, Option<Error>), Error> {
    let contents = match item.kind {
        Kind::Certificate => {
            let certificate = Certificate::from_der(&item.der)?;
            names.add(&certificate)?;
            Contents::Certificate(Box::new(CertificateFacts::of(&certificate, at)))
        }
        Kind::Request => return Claim::from_der(&item.der).map(request),
        Kind::PublicKey => Contents::PublicKey(PublicKeyFacts::of(&PublicKey::from_either(&item.der)?)),
        #[cfg(feature = "pkcs12")]
        Kind::Pkcs12 => Contents::Pkcs12(Pkcs12Facts::of(&item.der)?),
        _ => match key {
            Some(found) => Contents::PrivateKey(PrivateKeyFacts::of(found, certified)?),
            None => Contents::Other { bytes: item.der.len() },
        },
    };
    Ok((contents, None))
}

/// An algorithm that cannot be verified says nothing about the request.
fn request(claim: Claim) -> (Contents, Option<Error>) {
    let facts = RequestFacts::of(&claim);
    let wrong = claim.possession.err().filter(|error| matches!(error, Error::BadSignature { .. }));
    (Contents::Request(facts), wrong)
}

/// A line of a description: what, and its value.
type Row = (&'static str, String);

impl Block {
    fn of(item: &Item, contents: Contents, fault: Option<&Error>) -> Self {
        Self {
            kind: item.kind.to_string(),
            label: item.label.clone(),
            line: item.line,
            contents,
            irregularities: item.irregularities.iter().map(ToString::to_string).collect(),
            fault: fault.map(Fault::from),
        }
    }

    fn unread(unread: &Unread) -> Self {
        Self {
            kind: "something unreadable".to_owned(),
            label: unread.label.clone(),
            line: unread.line,
            contents: Contents::Unreadable,
            irregularities: Vec::new(),
            fault: Some(Fault::from(&unread.error)),
        }
    }

    fn is_unreadable(&self) -> bool {
        matches!(self.contents, Contents::Unreadable)
    }

    fn rows(&self) -> Vec<Row> {
        match &self.contents {
            Contents::Certificate(facts) => facts.rows(),
            Contents::Request(facts) => facts.rows(),
            Contents::PrivateKey(facts) => facts.rows(),
            Contents::PublicKey(facts) => facts.rows(),
            #[cfg(feature = "pkcs12")]
            Contents::Pkcs12(facts) => facts.rows(),
            Contents::Other { bytes } => vec![("size", format!("{bytes} bytes"))],
            Contents::Unreadable => Vec::new(),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        match (self.line, &self.label) {
            (Some(line), Some(label)) => writeln!(f, " (line {line}, {label})")?,
            (Some(line), None) => writeln!(f, " (line {line})")?,
            (None, _) => writeln!(f, " (DER)")?,
        }
        let fault = self.fault.iter().map(|fault| ("fault", format!("failed to {}", fault.reason)));
        for (what, value) in self.rows().into_iter().chain(fault) {
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
    use crate::csr::Csr;
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
    fn an_unreadable_block_does_not_hide_the_others() {
        let key = PrivateKey::generate(KeyType::Ed25519).unwrap().public_key().to_pem();
        let garbage = crate::pem::encode("CERTIFICATE", b"no DER");
        let cut = key.split_at_checked(60).unwrap().0;
        let report = inspect([key.as_str(), garbage.as_str(), cut].concat().as_bytes(), now()).unwrap();
        let faults: Vec<_> = report.blocks.iter().map(|block| block.fault.as_ref().map(|f| f.kind)).collect();
        assert_eq!(faults, [None, Some("decode"), Some("pem")]);
        assert_eq!(inspect(garbage.as_bytes(), now()).unwrap_err().kind(), "decode");
    }

    #[test]
    fn a_request_that_its_key_did_not_sign_is_described_with_its_fault() {
        let key = PrivateKey::generate(KeyType::Ed25519).unwrap();
        let mut der = Csr::create(&Subject::common_name("a").unwrap(), &key).unwrap().der().to_vec();
        *der.last_mut().unwrap() ^= 1;
        let report = inspect(&der, now()).unwrap();
        assert_eq!(report.blocks[0].fault.as_ref().unwrap().kind, "bad-signature");
        assert!(report.to_string().contains("CN=a"), "{report}");
    }

    #[test]
    fn an_empty_file_and_prose_are_errors() {
        for bytes in [&b""[..], b"\n", b"no block here\n"] {
            assert_eq!(inspect(bytes, now()).unwrap_err().kind(), "unexpected");
        }
    }
}
