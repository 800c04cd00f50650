//! Bags of certificates: those that are in the bytes, and those that the bytes choose.

use std::sync::OnceLock;

use certwright::Certificate;

use super::pick;

/// More certificates than this show nothing new and take long.
const MOST: usize = 8;

/// What the bytes hold as PEM or DER, and what they choose, one certificate a byte. Empty and large bags are left out.
pub fn bags(data: &[u8]) -> Vec<Vec<Certificate>> {
    let held = Certificate::read_all(data).unwrap_or_default();
    let all = known();
    let chosen = data.iter().take(MOST).map(|byte| pick(all, *byte)).collect();
    [held, chosen].into_iter().filter(|bag: &Vec<_>| (1..=MOST).contains(&bag.len())).collect()
}

/// Certificates that belong together in more ways than one.
fn known() -> &'static [Certificate] {
    static KNOWN: OnceLock<Vec<Certificate>> = OnceLock::new();
    KNOWN.get_or_init(|| Certificate::read_all(include_bytes!("../material/bag.pem")).expect("certificates"))
}
