//! How many names certificates may have: two octets of DER make one, and each takes a hundred times that in memory.

use super::Certificate;
use super::distribution::{DistributionPoint, PointName};
use super::extension::Extensions;
use crate::error::Error;

/// The most general names in the extensions of one certificate: those of content delivery networks have some hundreds.
const MOST: usize = 16_384;

/// The most of the certificates of one file together.
const MOST_OF_A_FILE: usize = 1_048_576;

/// Refuses more than one certificate may have.
pub(super) fn within_bounds(read: &Extensions) -> Result<(), Error> {
    at_most("the names in a certificate's extensions", count(read), MOST)
}

/// All general names that were read, wherever they stand.
fn count(read: &Extensions) -> usize {
    let alternative = read.alt_names.as_ref().map_or(0, Vec::len);
    let issuer = read.authority_key_id.as_ref().and_then(|id| id.issuer.as_ref()).map_or(0, Vec::len);
    let constraints = read.name_constraints.as_ref();
    let constraints = constraints.map_or(0, |all| all.permitted.len().saturating_add(all.excluded.len()));
    let points = read.crl_distribution_points.iter().chain(&read.freshest_crl).map(of_point);
    points.chain([alternative, issuer, constraints]).fold(0, usize::saturating_add)
}

fn of_point(point: &DistributionPoint) -> usize {
    let full = match &point.name {
        Some(PointName::Full(names)) => names.len(),
        _ => 0,
    };
    full.saturating_add(point.crl_issuer.len())
}

fn at_most(what: &'static str, count: usize, most: usize) -> Result<(), Error> {
    let (size, limit) = (count as u64, most as u64);
    if count <= most { Ok(()) } else { Err(Error::TooLarge { what, size, limit }) }
}

/// Counts the names in the extensions of the certificates of a file.
#[derive(Default)]
pub(crate) struct NameCount(usize);

impl NameCount {
    /// Adds those of one certificate.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] where they are more than a file may have: they do not count for those that come next.
    pub(crate) fn add(&mut self, certificate: &Certificate) -> Result<(), Error> {
        let count = self.0.saturating_add(count(&certificate.0.extensions));
        at_most("the names of the certificates in one file", count, MOST_OF_A_FILE)?;
        self.0 = count;
        Ok(())
    }
}
