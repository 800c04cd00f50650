//! Truststores, judged by the rules of every reader.

use certwright::chain::Bag;
use certwright::truststore::{Rules, Truststore};
use certwright::{Certificate, Timestamp};

use super::bag::bags;
use super::pick;

/// Every property of truststores, by the rules of the reader that the last byte chooses.
pub fn holds(data: &[u8]) {
    let at = Timestamp::from_unix(1_800_000_000).expect("in range");
    let rules = &pick(&Rules::all(), data.last().copied().unwrap_or_default());
    for store in bags(data) {
        let chains = Bag::new(&store).order_all().map(|ordered| ordered.chains).unwrap_or_default();
        let _findings = Truststore::check(&store, rules, at);
        let _prediction = Truststore::predict(&store, rules, &store, at);
        if let Ok(assembled) = Truststore::assemble(&chains, rules, at) {
            keeps_its_rules(&assembled, rules, at);
        }
    }
}

/// What is assembled breaks no rule of error grade, and is read back as it is.
fn keeps_its_rules(store: &Truststore, rules: &Rules, at: Timestamp) {
    let findings = Truststore::check(store.certificates(), rules, at);
    assert!(!findings.iter().any(certwright::Finding::is_error), "{}: {findings:?}", rules.target);
    if !store.certificates().is_empty() {
        let again = Certificate::read_all(store.to_pem().as_bytes()).expect("what is written is read");
        assert_eq!(again, store.certificates());
    }
}
