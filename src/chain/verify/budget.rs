//! What the search for one certificate has spent on CRLs, over all paths and the paths of their signers.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::digest::Fingerprint;

use super::settings::Limits;

/// The signatures of CRLs, each checked once with each key, and the searches for the paths of those who made them.
pub(super) struct Budget {
    limits: Limits,
    signatures: Cell<usize>,
    steps: Cell<usize>,
    signed: RefCell<HashMap<(*const Crl, Fingerprint), bool>>,
    trusted: RefCell<HashMap<(Fingerprint, Fingerprint, usize), bool>>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            signatures: Cell::new(0),
            steps: Cell::new(0),
            signed: RefCell::default(),
            trusted: RefCell::default(),
        }
    }

    /// Whether anything was left undone: what was found then proves nothing.
    pub(super) fn is_spent(&self) -> bool {
        self.signatures.get() > self.limits.signatures || self.steps.get() > self.limits.steps
    }

    /// Whether one more signature may be checked.
    pub(super) fn signature(&self) -> bool {
        self.signatures.set(self.signatures.get().saturating_add(1));
        !self.is_spent()
    }

    /// Whether the search for the path of a signer may take one more step.
    pub(super) fn step(&self) -> bool {
        self.steps.set(self.steps.get().saturating_add(1));
        !self.is_spent()
    }

    /// Whether the certificate's key signed the CRL, which is one of those that the verifier borrows.
    pub(super) fn signed(&self, crl: &Crl, by: &Certificate) -> bool {
        let pair = (std::ptr::from_ref(crl), by.fingerprint());
        if let Some(known) = self.signed.borrow().get(&pair) {
            return *known;
        }
        let signed = self.signature() && crl.verify_signature(by.public_key()).is_ok();
        self.signed.borrow_mut().insert(pair, signed);
        signed
    }

    /// Whether a signer has a path to the anchor, which is looked for once at each depth.
    pub(super) fn trusted(
        &self,
        signer: &Certificate,
        anchor: &Certificate,
        nested: usize,
        search: impl FnOnce() -> bool,
    ) -> bool {
        let question = (signer.fingerprint(), anchor.fingerprint(), nested);
        if let Some(known) = self.trusted.borrow().get(&question) {
            return *known;
        }
        let trusted = !self.is_spent() && search();
        self.trusted.borrow_mut().insert(question, trusted);
        trusted
    }
}
