//! What became of what a request asked for.

use std::fmt;

use super::{Csr, CsrAttribute, known};
use crate::certificate::{self, Certificate, Extension, Extensions, oids};
use crate::der::{self, tag};
use crate::digest::hex;

/// What became of one thing that a request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Verdict {
    /// It stands in the certificate as it was asked for.
    Granted,
    /// The certificate says something else about it.
    Changed,
    /// The certificate says nothing about it.
    Denied,
    /// It is of a type that certwright does not know, and it is not in the certificate.
    Unknown,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Granted => "granted",
            Self::Changed => "changed",
            Self::Denied => "denied",
            Self::Unknown => "unknown",
        })
    }
}

/// The part of a request that an [`Answer`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Item {
    /// The subject.
    Subject,
    /// The public key.
    Key,
    /// An extension.
    Extension,
    /// Another attribute.
    Attribute,
}

/// What became of one thing that a request asked for, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// Which part of the request this is.
    pub item: Item,
    /// Its name, or its object identifier where certwright knows no name: `subjectAltName`, `2.999.1`.
    pub name: String,
    /// What was asked for.
    pub asked: String,
    /// What became of it.
    pub verdict: Verdict,
    /// What the certificate says instead, where it was changed.
    pub issued: Option<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:8} {}", self.verdict, self.name)?;
        f.write_str(if self.asked.is_empty() { "" } else { ": " })?;
        f.write_str(&self.asked)?;
        self.issued.as_ref().map_or(Ok(()), |issued| write!(f, " -> {issued}"))
    }
}

/// An answer for everything that a request asked for: subject, key, each extension, each attribute, in this order.
///
/// `Display` writes one line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct CsrReport {
    answers: Vec<Answer>,
}

impl CsrReport {
    /// The answers.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The answer about the extension with this name or identifier; the first where it was asked for twice.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.item == Item::Extension && answer.name == name)
    }

    /// Whether everything was granted.
    #[must_use]
    pub fn all_granted(&self) -> bool {
        self.answers.iter().all(|answer| answer.verdict == Verdict::Granted)
    }
}

impl fmt::Display for CsrReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.answers.iter().try_for_each(|answer| writeln!(f, "{answer}"))
    }
}

pub(super) fn compare(csr: &Csr, certificate: &Certificate) -> CsrReport {
    let subject = field(Item::Subject, "subject", csr.subject(), certificate.subject());
    let key = field(Item::Key, "public key", &Key(csr.public_key()), &Key(certificate.public_key()));
    let extensions = csr.extensions().iter().map(|asked| extension(asked, certificate));
    let attributes = csr.attributes().iter().map(attribute);
    CsrReport { answers: [subject, key].into_iter().chain(extensions).chain(attributes).collect() }
}

/// The extensions that a request asks for, in words.
pub(super) fn wishes(csr: &Csr) -> Vec<String> {
    csr.extensions().iter().map(|asked| format!("{}: {}", named(asked), describe(asked))).collect()
}

fn named(extension: &Extension) -> String {
    known::extension(&extension.oid).map_or_else(|| extension.oid.to_string(), str::to_owned)
}

#[derive(PartialEq)]
struct Key<'a>(&'a crate::key::PublicKey);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.0.algorithm(), self.0.fingerprint())
    }
}

fn field<T: PartialEq + fmt::Display>(item: Item, name: &str, asked: &T, issued: &T) -> Answer {
    let verdict = if asked == issued { Verdict::Granted } else { Verdict::Changed };
    let instead = (verdict == Verdict::Changed).then(|| issued.to_string());
    Answer { item, name: name.to_owned(), asked: asked.to_string(), verdict, issued: instead }
}

fn extension(asked: &Extension, certificate: &Certificate) -> Answer {
    let issued = certificate.extensions().iter().find(|issued| issued.oid == asked.oid);
    let unknown = known::extension(&asked.oid).is_none();
    let verdict = match issued {
        Some(issued) if same(asked, issued) => Verdict::Granted,
        Some(_) => Verdict::Changed,
        None if is_no_authority(asked) && !certificate.is_authority() => Verdict::Granted,
        None if unknown => Verdict::Unknown,
        None => Verdict::Denied,
    };
    Answer {
        item: Item::Extension,
        name: named(asked),
        asked: describe(asked),
        verdict,
        issued: issued.filter(|_| verdict == Verdict::Changed).map(describe),
    }
}

/// The criticality of alternative names is not the requester's to choose: it follows from the subject.
fn same(asked: &Extension, issued: &Extension) -> bool {
    let criticality = asked.critical == issued.critical || asked.oid.content() == oids::SUBJECT_ALT_NAME;
    asked.value == issued.value && criticality
}

/// Basic constraints without cA say what their absence says (RFC 5280 section 4.2.1.9).
fn is_no_authority(asked: &Extension) -> bool {
    facts(asked).basic_constraints.is_some_and(|basic| !basic.authority)
}

fn attribute(asked: &CsrAttribute) -> Answer {
    Answer {
        item: Item::Attribute,
        name: asked.name.map_or_else(|| asked.oid.to_string(), str::to_owned),
        asked: String::new(),
        verdict: if asked.name.is_some() { Verdict::Denied } else { Verdict::Unknown },
        issued: None,
    }
}

/// The extension by itself, read as one of a certificate.
fn facts(extension: &Extension) -> Extensions {
    let critical = if extension.critical { der::element(tag::BOOLEAN, &[0xff]) } else { Vec::new() };
    let oid = der::element(tag::OID, extension.oid.content());
    let value = der::element(tag::OCTET_STRING, &extension.value);
    certificate::read_extensions(&der::sequence(&[oid, critical, value])).unwrap_or_default()
}

/// Values that have no words are shown up to this many bytes.
const SHOWN: usize = 32;

fn describe(extension: &Extension) -> String {
    let critical = if extension.critical { "critical, " } else { "" };
    format!("{critical}{}", contents(extension))
}

fn contents(extension: &Extension) -> String {
    let facts = facts(extension);
    if let Some((_, reason)) = facts.faults.first() {
        return format!("malformed ({reason})");
    }
    if let Some(basic) = facts.basic_constraints {
        let authority = if basic.authority { "CA:TRUE" } else { "CA:FALSE" };
        let length = basic.path_length.map(|length| format!(", path length {length}")).unwrap_or_default();
        return format!("{authority}{length}");
    }
    let listed = facts
        .key_usage
        .map(|usage| usage.to_string())
        .or_else(|| facts.extended_key_usage.map(|purposes| join(&purposes)))
        .or_else(|| facts.alt_names.map(|names| join(&names)));
    listed.unwrap_or_else(|| raw(&extension.value))
}

fn join<T: fmt::Display>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

fn raw(value: &[u8]) -> String {
    match value.get(..SHOWN) {
        Some(start) if value.len() > SHOWN => format!("{}… ({} bytes)", hex(start), value.len()),
        _ => hex(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid::Oid;

    #[test]
    fn every_extension_that_is_written_or_read_has_a_name() {
        for content in
            [oids::SUBJECT_KEY_ID, oids::KEY_USAGE, oids::SUBJECT_ALT_NAME, oids::BASIC_CONSTRAINTS]
        {
            assert!(known::extension(&Oid::from_content(content).unwrap()).is_some());
        }
        assert_eq!(known::extension(&"2.999.1".parse().unwrap()), None);
    }
}
