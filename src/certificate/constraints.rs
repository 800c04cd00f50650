//! Name constraints of one certificate, held against the names of another (RFC 5280 section 4.2.1.10).

use super::Certificate;
use super::extension::NameConstraints;
use super::general_name::{GeneralName, general_name};
use crate::der::{self, tag};
use crate::name::Subject;
use crate::name::constraints::{
    Inside, directory_inside, dns_inside, dns_touches, email_inside, ip_inside, uri_inside,
};

const WHAT: &str = "name constraints";

/// The most comparisons of a name with a constraint for one pair of certificates: names times constraints
/// grow quadratically, and nobody honest needs more (Go has the same bound).
const MOST_COMPARISONS: usize = 250_000;

/// Why a certificate does not keep the constraints of an authority above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A name is outside everything that is permitted, or inside something that is excluded.
    Outside(String),
    /// A constraint or a name cannot be judged.
    Unclear(String),
    /// There are too many names and constraints.
    TooMuch,
}

/// Reads the extension. Subtrees have neither minimum nor maximum (RFC 5280).
pub(super) fn read(value: &[u8]) -> Result<NameConstraints, String> {
    let mut constraints = NameConstraints::default();
    let fields = der::children(WHAT, tag::SEQUENCE, value).and_then(|fields| der::optional(WHAT, fields));
    let fields = fields.map_err(|error| error.to_string())?;
    for field in &fields {
        match field.tag {
            0xa0 => constraints.permitted = subtrees(field.contents)?,
            0xa1 => constraints.excluded = subtrees(field.contents)?,
            _ => return Err("an unknown field".to_owned()),
        }
    }
    if fields.is_empty() { Err("it constrains nothing".to_owned()) } else { Ok(constraints) }
}

fn subtrees(contents: &[u8]) -> Result<Vec<GeneralName>, String> {
    let found = der::elements("a subtree", contents).map_err(|error| error.to_string())?;
    if found.is_empty() {
        return Err("a list of subtrees is empty".to_owned());
    }
    found
        .iter()
        .map(|subtree| {
            let parts = der::children("a subtree", tag::SEQUENCE, subtree.raw).map_err(|e| e.to_string())?;
            match parts.as_slice() {
                [base] => general_name(base),
                _ => Err("a subtree with a minimum or a maximum".to_owned()),
            }
        })
        .collect()
}

/// How many comparisons the constraints cost for a certificate. One of distinguished names, which are taken apart
/// for it, counts as sixteen.
pub(crate) fn work(constraints: &NameConstraints, certificate: &Certificate) -> usize {
    cost(constraints, &names(certificate))
}

fn cost(constraints: &NameConstraints, names: &[GeneralName]) -> usize {
    let subtrees = || constraints.permitted.iter().chain(&constraints.excluded);
    let directory = |name: &&GeneralName| matches!(name, GeneralName::Directory(_));
    let distinguished =
        names.iter().filter(directory).count().saturating_mul(subtrees().filter(directory).count());
    names.len().saturating_mul(subtrees().count()).saturating_add(distinguished.saturating_mul(15))
}

/// The first name of the certificate that breaks the constraints; nothing where all keep them.
pub(crate) fn violation(constraints: &NameConstraints, certificate: &Certificate) -> Option<Violation> {
    let names = names(certificate);
    if cost(constraints, &names) > MOST_COMPARISONS {
        return Some(Violation::TooMuch);
    }
    names.iter().find_map(|name| one(constraints, name).err())
}

/// The names that constraints apply to: the alternative names, the subject, and the mailboxes in the subject
/// where no alternative name is one.
fn names(certificate: &Certificate) -> Vec<GeneralName> {
    let mut names = certificate.alt_names().to_vec();
    let subject = certificate.subject();
    if !names.iter().any(|name| matches!(name, GeneralName::Email(_))) {
        names.extend(subject.values("emailAddress").into_iter().map(GeneralName::Email));
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    names
}

/// The first constraint that no name could be held against, and why.
pub(crate) fn unreadable(constraints: &NameConstraints) -> Option<(&GeneralName, &'static str)> {
    let some_host = || "a.example".to_owned();
    constraints.permitted.iter().chain(&constraints.excluded).find_map(|base| {
        let name = match base {
            GeneralName::Dns(_) => GeneralName::Dns(some_host()),
            GeneralName::Email(_) => GeneralName::Email(format!("a@{}", some_host())),
            GeneralName::Uri(_) => GeneralName::Uri(format!("a://{}", some_host())),
            GeneralName::Ip(_) => GeneralName::Ip(vec![0; 4]),
            other => other.clone(),
        };
        inside(base, &name, dns_inside).err().map(|reason| (base, reason))
    })
}

fn one(constraints: &NameConstraints, name: &GeneralName) -> Result<(), Violation> {
    let unclear = |reason| Violation::Unclear(format!("{name}: {reason}"));
    for base in constraints.excluded.iter().filter(|base| same_kind(base, name)) {
        if inside(base, name, dns_touches).map_err(unclear)? {
            return Err(Violation::Outside(format!("{name} is excluded by {base}")));
        }
    }
    let (mut listed, mut permitted) = (false, false);
    for base in constraints.permitted.iter().filter(|base| same_kind(base, name)) {
        listed = true;
        // Also the later ones are looked at: an unreadable constraint refuses wherever it stands.
        permitted |= inside(base, name, dns_inside).map_err(unclear)?;
    }
    if listed && !permitted {
        return Err(Violation::Outside(format!("{name} is outside of all that is permitted")));
    }
    Ok(())
}

fn same_kind(base: &GeneralName, name: &GeneralName) -> bool {
    match (base, name) {
        (GeneralName::Other { tag: one, .. }, GeneralName::Other { tag: other, .. }) => one == other,
        _ => std::mem::discriminant(base) == std::mem::discriminant(name),
    }
}

fn inside(base: &GeneralName, name: &GeneralName, dns: fn(&str, &str) -> Inside) -> Inside {
    match (base, name) {
        (GeneralName::Dns(base), GeneralName::Dns(name)) => dns(base, name),
        (GeneralName::Ip(base), GeneralName::Ip(name)) => ip_inside(base, name),
        (GeneralName::Email(base), GeneralName::Email(name)) => email_inside(base, name),
        (GeneralName::Uri(base), GeneralName::Uri(name)) => uri_inside(base, name),
        (GeneralName::Directory(base), GeneralName::Directory(name)) => Ok(directory_inside(base, name)),
        _ => Err("constraints on names of this kind are not understood"),
    }
}

impl NameConstraints {
    /// Whether a name keeps these constraints.
    #[must_use]
    pub fn allow(&self, name: &GeneralName) -> bool {
        one(self, name).is_ok()
    }

    /// Whether a distinguished name keeps these constraints.
    #[must_use]
    pub fn allow_subject(&self, subject: &Subject) -> bool {
        subject.is_empty() || self.allow(&GeneralName::Directory(subject.clone()))
    }
}
