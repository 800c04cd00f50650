//! Bags of certificates, put in order.

use certwright::Certificate;
use certwright::chain::{Chain, order, to_pem};

/// More certificates than this show nothing new and take long.
const MOST: usize = 12;

/// Every property of ordering.
pub fn holds(data: &[u8]) {
    let bag = Certificate::read_all(data).unwrap_or_default();
    if bag.is_empty() || bag.len() > MOST {
        return;
    }
    let reversed: Vec<_> = bag.iter().rev().cloned().collect();
    match (order(&bag, None), order(&reversed, None)) {
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
