//! Certificate policies by the graph of RFC 9618, which replaces the exponential tree of RFC 5280.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::{ANY_POLICY, Certificate};
use crate::finding::Finding;
use crate::oid::Oid;

use super::{Verifier, link, rules};

/// The policies of one depth, each with the policies above it and those that are expected below.
type Level = BTreeMap<Vec<u8>, Node>;

#[derive(Clone, Default)]
struct Node {
    /// Policies of the level above.
    parents: BTreeSet<Vec<u8>>,
    expected: BTreeSet<Vec<u8>>,
}

impl Node {
    fn below(parents: BTreeSet<Vec<u8>>, policy: &[u8]) -> Self {
        Self { parents, expected: BTreeSet::from([policy.to_vec()]) }
    }
}

/// The variables of RFC 5280 section 6.1.2; no graph is the NULL one.
struct State {
    graph: Option<Vec<Level>>,
    explicit: usize,
    mapping: usize,
    any: usize,
}

/// Why the path, the leaf first and the anchor last, is valid for no policy although it has to be.
pub(super) fn fault(verifier: &Verifier<'_>, path: &[&Certificate]) -> Option<Finding> {
    let below_anchor = path.split_last().map_or(&[][..], |(_, below)| below);
    if let Some(mapped) = below_anchor.iter().skip(1).find(|c| maps_any(c)) {
        let name = mapped.subject();
        return Some(rules::POLICIES.broken(format!("{name} maps anyPolicy (RFC 5280 section 6.1.4 (a))")));
    }
    // explicit_policy starts above the length of the path: only a constraint can bring it to zero.
    let constrained = below_anchor.iter().any(|c| c.facts().policy_constraints.is_some());
    if !constrained && !verifier.policies.require_explicit {
        return None;
    }
    process(verifier, below_anchor).err().map(|message| rules::POLICIES.broken(message))
}

fn maps_any(certificate: &Certificate) -> bool {
    let any = |policy: &Oid| policy.content() == ANY_POLICY;
    certificate.facts().policy_mappings.iter().any(|(one, other)| any(one) || any(other))
}

fn process(verifier: &Verifier<'_>, path: &[&Certificate]) -> Result<(), String> {
    let inputs = &verifier.policies;
    let start = |set: bool| if set { 0 } else { path.len().saturating_add(1) };
    let root = Level::from([(ANY_POLICY.to_vec(), Node::below(BTreeSet::new(), ANY_POLICY))]);
    let mut state = State {
        graph: Some(vec![root]),
        explicit: start(inputs.require_explicit),
        mapping: start(inputs.inhibit_mapping),
        any: start(inputs.inhibit_any),
    };
    for (index, certificate) in path.iter().enumerate().rev() {
        let last = index == 0;
        state.enter(certificate, last);
        if state.explicit == 0 && state.graph.is_none() {
            return Err(format!("{} is valid for no certificate policy", certificate.subject()));
        }
        if last { state.wrap_up(certificate) } else { state.prepare(certificate) }
    }
    let acceptable: Vec<_> = inputs.acceptable.iter().map(|policy| policy.content().to_vec()).collect();
    if state.explicit == 0 && !state.valid_for(&acceptable) {
        return Err("the path is valid for none of the certificate policies that are accepted".to_owned());
    }
    Ok(())
}

impl State {
    /// Section 6.1.3 (d) and (e): one more level.
    fn enter(&mut self, certificate: &Certificate, last: bool) {
        let Some(policies) = &certificate.facts().policies else {
            self.graph = None;
            return;
        };
        let self_issued = !last && link::is_self_issued(certificate);
        let any_counts = self.any > 0 || self_issued;
        let Some(graph) = &mut self.graph else { return };
        let Some(above) = graph.last() else { return };
        let mut level = Level::new();
        for policy in policies.iter().map(Oid::content).filter(|policy| *policy != ANY_POLICY) {
            add(&mut level, above, policy);
        }
        if any_counts && policies.iter().any(|policy| policy.content() == ANY_POLICY) {
            add_expected(&mut level, above);
        }
        if level.is_empty() { self.graph = None } else { graph.push(level) }
    }

    /// Section 6.1.4 (a) to (j): what the certificate says about those below it.
    fn prepare(&mut self, certificate: &Certificate) {
        let facts = certificate.facts();
        self.map(&facts.policy_mappings);
        if !link::is_self_issued(certificate) {
            for counter in [&mut self.explicit, &mut self.mapping, &mut self.any] {
                *counter = counter.saturating_sub(1);
            }
        }
        let constraints = facts.policy_constraints;
        lower(&mut self.explicit, constraints.and_then(|c| c.require_explicit));
        lower(&mut self.mapping, constraints.and_then(|c| c.inhibit_mapping));
        lower(&mut self.any, facts.inhibit_any_policy);
    }

    /// Section 6.1.4 (b), as RFC 9618 has it.
    fn map(&mut self, mappings: &[(Oid, Oid)]) {
        let Some(graph) = &mut self.graph else { return };
        let above_any = graph
            .len()
            .checked_sub(2)
            .and_then(|i| graph.get(i))
            .is_some_and(|level| level.contains_key(ANY_POLICY));
        let Some(level) = graph.last_mut() else { return };
        if self.mapping == 0 {
            mappings.iter().for_each(|(issuer, _)| drop(level.remove(issuer.content())));
            if level.is_empty() {
                self.graph = None;
            }
            return;
        }
        let mut mapped: BTreeMap<&[u8], BTreeSet<Vec<u8>>> = BTreeMap::new();
        for (issuer, subject) in mappings {
            mapped.entry(issuer.content()).or_default().insert(subject.content().to_vec());
        }
        for (issuer, subjects) in mapped {
            if let Some(node) = level.get_mut(issuer) {
                node.expected = subjects;
            } else if above_any && level.contains_key(ANY_POLICY) {
                let parents = BTreeSet::from([ANY_POLICY.to_vec()]);
                level.insert(issuer.to_vec(), Node { parents, expected: subjects });
            }
        }
    }

    /// Section 6.1.5 (a) and (b).
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit = self.explicit.saturating_sub(1);
        let required = certificate.facts().policy_constraints.and_then(|c| c.require_explicit);
        if required == Some(0) {
            self.explicit = 0;
        }
    }

    /// Section 6.1.5 (g): whether the policies of the authorities' domain meet those accepted; none given
    /// accepts any.
    fn valid_for(&self, acceptable: &[Vec<u8>]) -> bool {
        let Some((last, above)) = self.graph.as_ref().and_then(|graph| graph.split_last()) else {
            return false;
        };
        if acceptable.is_empty() || last.contains_key(ANY_POLICY) {
            return true;
        }
        let mut reached: BTreeSet<Vec<u8>> = last.keys().cloned().collect();
        for (level, over) in std::iter::once(last).chain(above.iter().rev()).zip(above.iter().rev()) {
            let mut parents = BTreeSet::new();
            for (policy, node) in level.iter().filter(|(policy, _)| reached.contains(*policy)) {
                // The policy nearest to the anchor is in the domain of those who decide.
                let own_domain = policy != ANY_POLICY && node.parents.contains(ANY_POLICY);
                if own_domain && acceptable.contains(policy) {
                    return true;
                }
                parents.extend(node.parents.iter().filter(|p| over.contains_key(*p)).cloned());
            }
            reached = parents;
        }
        false
    }
}

fn lower(counter: &mut usize, limit: Option<u32>) {
    if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) {
        *counter = limit.min(*counter);
    }
}

/// Section 6.1.3 (d)(1): under those that expect the policy, else under anyPolicy.
fn add(level: &mut Level, above: &Level, policy: &[u8]) {
    let mut parents = expecting(above, policy);
    if parents.is_empty() && above.contains_key(ANY_POLICY) {
        parents.insert(ANY_POLICY.to_vec());
    }
    if !parents.is_empty() {
        level.insert(policy.to_vec(), Node::below(parents, policy));
    }
}

/// Section 6.1.3 (d)(2): anyPolicy stands for all that is expected and not listed.
fn add_expected(level: &mut Level, above: &Level) {
    let expected: BTreeSet<_> = above.values().flat_map(|node| node.expected.iter().cloned()).collect();
    for policy in expected {
        let parents = expecting(above, &policy);
        level.entry(policy.clone()).or_insert_with(|| Node::below(parents, &policy));
    }
}

fn expecting(above: &Level, policy: &[u8]) -> BTreeSet<Vec<u8>> {
    let expecting = above.iter().filter(|(_, node)| node.expected.contains(policy));
    expecting.map(|(parent, _)| parent.clone()).collect()
}
