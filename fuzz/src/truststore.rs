//! Truststores, judged by the rules of every reader.

use certwright::chain::Bag;
use certwright::truststore::{Rules, Truststore};
use certwright::{Certificate, Timestamp};

use super::bag::bags;

/// Every property of truststores.
pub fn holds(data: &[u8]) {
    let at = Timestamp::from_unix(1_800_000_000).expect("in range");
    for store in bags(data) {
        let chains = Bag::new(&store).order_all().map(|ordered| ordered.chains).unwrap_or_default();
        for rules in Rules::all() {
            let _findings = Truststore::check(&store, &rules, at);
            let _prediction = Truststore::predict(&store, &rules, &store, at);
            if let Ok(assembled) = Truststore::assemble(&chains, &rules, at) {
                keeps_its_rules(&assembled, &rules, at);
            }
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
