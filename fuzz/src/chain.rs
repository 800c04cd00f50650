//! Bags of certificates, put in order.

use std::collections::BTreeSet;

use certwright::chain::{Bag, Chain, Ordered, Verifier, order, to_pem};
use certwright::{Certificate, Error, Timestamp};

use super::bag::bags;

/// Every property of ordering and verifying.
pub fn holds(data: &[u8]) {
    for bag in bags(data) {
        let first = order(&bag, None);
        for other in rearranged(&bag) {
            is_the_same(&bag, &first, &order(&other, None));
            verifies_alike(&bag, &other);
            assert_eq!(all_of(&bag), all_of(&other), "the order of the input decides");
        }
    }
}

/// The bag turned around, and begun in its middle.
fn rearranged(bag: &[Certificate]) -> [Vec<Certificate>; 2] {
    let mut turned = bag.to_vec();
    turned.rotate_left(bag.len() / 2);
    [bag.iter().rev().cloned().collect(), turned]
}

fn is_the_same(bag: &[Certificate], one: &Result<Ordered, Error>, other: &Result<Ordered, Error>) {
    match (one, other) {
        (Ok(ordered), Ok(again)) => {
            assert_eq!(ordered.chain, again.chain, "the order of the input decides");
            is_a_chain(&ordered.chain);
            assert_eq!(ordered.chain.full().len() + ordered.unused.len(), bag.len(), "something is lost");
        }
        (Err(error), Err(again)) => assert_eq!(error.kind(), again.kind(), "{error}; {again}"),
        (one, other) => panic!("the order of the input decides: {one:?}, {other:?}"),
    }
}

fn is_a_chain(chain: &Chain) {
    assert!(chain.anchor().is_self_issued());
    for (child, parent) in chain.full().iter().zip(chain.issuers()) {
        child.verify_signature(parent.public_key()).expect("a link");
    }
    let again = Certificate::read_all(to_pem(chain.full()).as_bytes()).expect("what is written is read");
    assert_eq!(again, chain.full());
}

/// Every chain that can be made of the bag.
fn all_of(bag: &[Certificate]) -> Option<BTreeSet<String>> {
    let ordered = Bag::new(bag).order_all().ok()?;
    Some(ordered.chains.iter().map(|chain| to_pem(chain.full())).collect())
}

/// Whatever is trusted of it, a path is found however the bag is shuffled, or none is.
fn verifies_alike(bag: &[Certificate], other: &[Certificate]) {
    let now = Timestamp::from_unix(1_800_000_000).expect("in range");
    let (Some(certificate), Some(anchor)) = (bag.first(), bag.last()) else { return };
    let anchors = [anchor.clone()];
    let verifier = Verifier::new(&anchors, now);
    let (found, again) = (verifier.verify(certificate, bag), verifier.verify(certificate, other));
    assert_eq!(found.is_ok(), again.is_ok(), "{found:?}; {again:?}");
}
