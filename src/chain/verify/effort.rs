//! What a search may cost, and what it has cost.

use super::settings::Limits;

/// How many certificates one search may look at that have the name of an issuer: there may be thousands of one name.
const MOST_LOOKS: usize = 1_000_000;

/// The most comparisons of names with constraints in one search: four times what one pair of certificates may cost.
const MOST_COMPARISONS: usize = 1_000_000;

/// Each kind of work that a search does.
#[derive(Clone, Copy, Default)]
struct Work {
    steps: usize,
    signatures: usize,
    looks: usize,
    comparisons: usize,
}

impl Work {
    fn of_one(limits: &Limits) -> Self {
        let Limits { steps, signatures, .. } = *limits;
        Self { steps, signatures, looks: MOST_LOOKS, comparisons: MOST_COMPARISONS }
    }

    /// Honest stores need a signature a certificate, and a step for each authority above it. In a mesh of authorities
    /// that certify each other, many may use up what one may; steps are cheap.
    fn of_all(limits: &Limits, certificates: usize) -> Self {
        let few = certificates.saturating_mul(4);
        let several = Self::of_one(limits).map(|one| one.saturating_mul(4).saturating_add(few));
        Self { steps: limits.steps.saturating_mul(25).saturating_add(few), ..several }
    }

    fn map(self, change: impl Fn(usize) -> usize) -> Self {
        let Self { steps, signatures, looks, comparisons } = self;
        Self {
            steps: change(steps),
            signatures: change(signatures),
            looks: change(looks),
            comparisons: change(comparisons),
        }
    }

    fn join(self, other: Self, with: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            steps: with(self.steps, other.steps),
            signatures: with(self.signatures, other.signatures),
            looks: with(self.looks, other.looks),
            comparisons: with(self.comparisons, other.comparisons),
        }
    }
}

/// The work of one search, or of the searches for all certificates of a store, each of which may cost what one may and
/// all of which together cost in proportion to the store.
pub(super) struct Effort {
    spent: Work,
    most: Work,
    one: Work,
    all: Work,
}

impl Effort {
    pub(super) fn of_one(limits: &Limits) -> Self {
        let one = Work::of_one(limits);
        Self { spent: Work::default(), most: one, one, all: one }
    }

    pub(super) fn of_all(limits: &Limits, certificates: usize) -> Self {
        let all = Work::of_all(limits, certificates);
        Self { all, ..Self::of_one(limits) }
    }

    /// The search for the next certificate begins.
    pub(super) fn next(&mut self) {
        let one = self.spent.join(self.one, usize::saturating_add);
        self.most = one.join(self.all, usize::min);
    }

    /// The same search begins again: signatures are remembered.
    pub(super) fn again(&mut self) {
        self.spent = Work { signatures: self.spent.signatures, ..Work::default() };
    }

    /// Whether one more certificate may be tried as the next one of a path.
    pub(super) fn step(&mut self) -> bool {
        self.spent.steps = self.spent.steps.saturating_add(1);
        self.spent.steps <= self.most.steps
    }

    /// Whether one more signature may be checked.
    pub(super) fn signature(&mut self) -> bool {
        self.spent.signatures = self.spent.signatures.saturating_add(1);
        self.spent.signatures <= self.most.signatures
    }

    /// Whether so many more certificates of one name may be looked at.
    pub(super) fn look(&mut self, count: usize) -> bool {
        self.spent.looks = self.spent.looks.saturating_add(count);
        self.spent.looks <= self.most.looks
    }

    /// Whether names may be compared with constraints, so many times: one pair of certificates has a limit of its own.
    pub(super) fn compare(&mut self, count: usize) -> bool {
        let allowed = self.spent.comparisons <= self.most.comparisons;
        self.spent.comparisons = self.spent.comparisons.saturating_add(count);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(effort: &mut Effort) -> [usize; 2] {
        let mut count = |work: fn(&mut Effort) -> bool| {
            std::iter::repeat_with(|| work(effort)).take_while(|on| *on).count()
        };
        [count(Effort::step), count(Effort::signature)]
    }

    #[test]
    fn each_search_costs_what_one_may_and_all_cost_in_proportion_to_the_store() {
        let limits = Limits::default().steps(10).signatures(5);
        let mut one = Effort::of_one(&limits);
        assert_eq!(spend(&mut one), [10, 5]);
        one.again();
        assert_eq!(spend(&mut one), [10, 0], "signatures are remembered");

        let mut all = Effort::of_all(&limits, 100);
        let spent = (0..1_000).map(|_| {
            all.next();
            spend(&mut all)
        });
        let spent = spent.fold([0, 0], |[a, b], [c, d]| [a + c, b + d]);
        // Each time that nothing is left is counted, too.
        assert!(spent[0] <= 650 && spent[1] <= 420, "{spent:?}");
    }

    #[test]
    fn looks_and_comparisons_have_bounds() {
        let mut effort = Effort::of_one(&Limits::default());
        assert!(effort.look(MOST_LOOKS) && !effort.look(1));
        assert!(effort.compare(MOST_COMPARISONS + 1), "the first pair is always compared");
        assert!(!effort.compare(1));
    }
}
