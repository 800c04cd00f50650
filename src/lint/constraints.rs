//! Name constraints: where they stand, and that names keep them.

use super::registry::Rule;
use super::{Subject, error, when};
use crate::certificate::{Violation, oids, unreadable_constraint, violation};

pub(super) const RULES: &[Rule] = &[
    error(
        "name-constraints-place",
        "RFC 5280 section 4.2.1.10",
        "Only authorities carry name constraints.",
        name_constraints_place,
    ),
    error(
        "name-constraints-subtrees",
        "RFC 5280 section 4.2.1.10",
        "Name constraints have at least one subtree.",
        name_constraints_subtrees,
    ),
    error(
        "name-constraints-syntax",
        "RFC 5280 section 4.2.1.10",
        "Every constraint can be judged: DNS names without leading dot, hosts, ranges with a prefix, and no other kinds of \
         names.",
        name_constraints_syntax,
    )
    .warns_of_foreign(),
    error(
        "name-constraints-kept",
        "RFC 5280 section 4.2.1.10",
        "Every name keeps the constraints of every authority above; one that cannot be judged is refused.",
        name_constraints_kept,
    ),
];

fn name_constraints_place(subject: &Subject<'_>) -> Option<String> {
    let present = subject.certificate.facts().find(oids::NAME_CONSTRAINTS).is_some();
    when(present && !subject.certificate.is_authority(), || "a leaf has name constraints".to_owned())
}

/// The empty extension has a rule of its own; here, the lists inside are.
pub(super) fn name_constraints_subtrees(subject: &Subject<'_>) -> Option<String> {
    let value = &subject.certificate.facts().find(oids::NAME_CONSTRAINTS)?.value;
    let lists = crate::der::children("name constraints", crate::der::tag::SEQUENCE, value).ok()?;
    when(lists.iter().any(|list| list.contents.is_empty()), || "a list of subtrees is empty".to_owned())
}

fn name_constraints_syntax(subject: &Subject<'_>) -> Option<String> {
    let (base, reason) = unreadable_constraint(subject.certificate.facts().name_constraints.as_ref()?)?;
    Some(format!("{base}: {reason}"))
}

/// Self-issued intermediates are exempt, a self-issued leaf is not.
fn name_constraints_kept(subject: &Subject<'_>) -> Option<String> {
    if subject.certificate.is_self_issued() && subject.certificate.is_authority() {
        return None;
    }
    subject.ancestors.iter().find_map(|issuer| {
        let constraints = issuer.facts().name_constraints.as_ref()?;
        let reason = match violation(constraints, subject.certificate)? {
            Violation::Outside(reason) | Violation::Unclear(reason) => reason,
            Violation::TooMuch => "there are too many names and constraints to compare".to_owned(),
        };
        Some(format!("by the constraints of {}: {reason}", issuer.subject()))
    })
}
