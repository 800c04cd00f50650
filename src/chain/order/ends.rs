//! The lower ends of a bag: what certifies nothing else that is in it.

use std::collections::HashMap;

use super::budget::Budget;
use crate::certificate::Certificate;
use crate::chain::pair::KeyIds;
use crate::error::Error;

/// Those that certify no other of these. Links are those of chains: names, key identifiers, signatures.
///
/// # Errors
///
/// [`Error::TooLarge`] where so many certificates share a name that the work is out of proportion.
pub(super) fn ends<'a>(bag: &[&'a Certificate]) -> Result<Vec<&'a Certificate>, Error> {
    let mut budget = Budget::of(bag.len());
    let mut by_issuer: HashMap<Vec<u8>, Vec<&Certificate>> = HashMap::new();
    for certificate in bag {
        by_issuer.entry(certificate.issuer().canonical()).or_default().push(certificate);
    }
    let mut ends = Vec::new();
    for issuer in bag {
        let named = by_issuer.get(&issuer.subject().canonical()).map(Vec::as_slice).unwrap_or_default();
        if !certifies_one_of(issuer, named, &mut budget)? {
            ends.push(*issuer);
        }
    }
    Ok(ends)
}

fn certifies_one_of(
    issuer: &Certificate,
    named: &[&Certificate],
    budget: &mut Budget,
) -> Result<bool, Error> {
    for child in named.iter().filter(|child| **child != issuer) {
        if KeyIds::of(child, issuer) == KeyIds::Differ {
            continue;
        }
        budget.spend()?;
        if child.verify_signature(issuer.public_key()).is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}
