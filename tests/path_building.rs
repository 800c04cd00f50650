//! Webs of cross-signed authorities, in the manner of the BetterTLS suite: wherever a path exists it is found within
//! the default limits, and nothing is accepted where each one is broken.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

mod forge;

use std::sync::Arc;

use certwright::Certificate;
use certwright::chain::{Purpose, Verifier};
use forge::{Made, Plan, authority, client, key, today};
use rcgen::{ExtendedKeyUsagePurpose, KeyPair};

/// Why an edge of the web cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    Expired,
    Constraints,
    Purpose,
    NoAuthority,
    PathLength,
    Critical,
    Signature,
}

const REASONS: [Broken; 7] = [
    Broken::Expired,
    Broken::Constraints,
    Broken::Purpose,
    Broken::NoAuthority,
    Broken::PathLength,
    Broken::Critical,
    Broken::Signature,
];

/// Authorities that certify one another: one name and key each, any number of certificates.
struct Web {
    names: Vec<String>,
    roots: Vec<Made>,
    leaf: Made,
    others: Vec<Certificate>,
}

impl Web {
    /// The first authority certifies the leaf.
    fn new(count: usize) -> Self {
        let names: Vec<_> = (0..count).map(|number| format!("CA {number}")).collect();
        let roots: Vec<_> = names.iter().map(|name| authority(name).self_signed()).collect();
        let leaf = client("client.example.com").under(&roots[0]);
        Self { names, roots, leaf, others: Vec::new() }
    }

    fn cross(&mut self, issuer: usize, subject: usize, broken: Option<Broken>) {
        let plan = authority(&self.names[subject]).key(&self.roots[subject].key);
        let made = match broken {
            Some(Broken::Signature) => plan.under(&authority(&self.names[issuer]).self_signed()),
            Some(reason) => breaking(plan, reason).under(&self.roots[issuer]),
            None => plan.under(&self.roots[issuer]),
        };
        self.others.push(made.certificate);
    }

    /// The names of the path, the anchor last; `None` where none is found.
    fn path(&self, anchors: &[usize]) -> Option<Vec<String>> {
        let anchors: Vec<_> = anchors.iter().map(|i| self.roots[*i].certificate.clone()).collect();
        let verifier = Verifier::new(&anchors, today()).purpose(Purpose::Client);
        let verified = verifier.verify(&self.leaf.certificate, &self.others).ok()?;
        Some(verified.path.iter().skip(1).map(|c| c.subject().to_string()).collect())
    }
}

fn breaking(plan: Plan, broken: Broken) -> Plan {
    match broken {
        Broken::Expired => plan.years(2010, 2011),
        Broken::Constraints => plan.permits_dns("example.net"),
        Broken::Purpose => plan.purposes(&[ExtendedKeyUsagePurpose::ServerAuth]),
        Broken::NoAuthority => plan.not_an_authority(),
        // Every path that uses it has an authority below.
        Broken::PathLength => plan.path_length(0),
        Broken::Critical => plan.extension(&[2, 999, 1], true, &[5, 0]),
        Broken::Signature => plan,
    }
}

fn named(path: &[usize]) -> Vec<String> {
    path.iter().map(|number| format!("CN=CA {number}")).collect()
}

/// Numbers without end, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        (1..items.len()).for_each(|index| items.swap(index, self.roll(index + 1)));
    }
}

/// Twelve authorities and a hundred and more cross-certificates, of which those of one path alone are sound.
#[test]
fn the_only_sound_path_of_a_web_is_found() {
    for seed in 0..16 {
        let mut dice = Dice(seed);
        let mut web = Web::new(12);
        let mut order: Vec<_> = (1..12).collect();
        dice.shuffle(&mut order);
        let sound: Vec<_> = std::iter::once(0).chain(order.into_iter().take(3 + dice.roll(4))).collect();
        sound.windows(2).for_each(|edge| web.cross(edge[1], edge[0], None));
        let anchor = *sound.last().unwrap();
        for _ in 0..120 {
            let (issuer, subject) = (dice.roll(12), dice.roll(12));
            // A path length of zero is sound directly above the leaf.
            let reason = REASONS[dice.roll(REASONS.len())];
            let binds = reason != Broken::PathLength || subject != 0;
            if issuer != subject && subject != anchor && binds {
                web.cross(issuer, subject, Some(reason));
            }
        }
        dice.shuffle(&mut web.others);
        assert_eq!(web.path(&[anchor]), Some(named(&sound)), "seed {seed}");
    }
}

/// The same web with one more edge broken: nothing is accepted, and the search ends.
#[test]
fn a_web_without_a_sound_path_is_refused() {
    for seed in 0..8 {
        let mut dice = Dice(1000 + seed);
        let mut web = Web::new(12);
        for _ in 0..120 {
            let (issuer, subject) = (dice.roll(11), dice.roll(11));
            if issuer != subject {
                web.cross(issuer, subject, None);
            }
        }
        // The anchor is reached over broken edges only.
        (0..11).for_each(|subject| web.cross(11, subject, Some(REASONS[dice.roll(4)])));
        dice.shuffle(&mut web.others);
        assert_eq!(web.path(&[11]), None, "seed {seed}");
    }
}

/// Everyone certifies everyone, and the anchor allows one authority below it: only a short path fits.
#[test]
fn the_short_path_of_a_full_mesh_is_found() {
    const MESH: usize = 11;
    let mut web = Web::new(MESH + 1);
    for issuer in 0..MESH {
        (0..MESH).filter(|subject| *subject != issuer).for_each(|subject| web.cross(issuer, subject, None));
    }
    let anchored = authority("CA 7").key(&web.roots[7].key).path_length(1).under(&web.roots[MESH]);
    web.others.push(anchored.certificate);
    for seed in 0..10 {
        Dice(seed).shuffle(&mut web.others);
        assert_eq!(web.path(&[MESH]), Some(named(&[0, 7, MESH])), "seed {seed}");
    }
}

/// A full mesh whose only way out stands under name constraints that every certificate but the right one breaks.
#[test]
fn the_one_unconstrained_way_out_of_a_mesh_is_found() {
    const MESH: usize = 9;
    let mut web = Web::new(MESH + 2);
    for issuer in 0..MESH {
        (0..MESH).filter(|subject| *subject != issuer).for_each(|subject| web.cross(issuer, subject, None));
    }
    (0..MESH).for_each(|subject| web.cross(MESH, subject, None));
    let gate = |plan: Plan| plan.key(&web.roots[MESH].key).under(&web.roots[MESH + 1]).certificate;
    let constrained = gate(authority("CA 9").permits_dns("example.net"));
    let free = gate(authority("CA 9").years(2025, 2030));
    web.others.extend([constrained, free]);
    assert_eq!(web.path(&[MESH + 1]), Some(named(&[0, MESH, MESH + 1])));
}

/// Four organisations with authorities of their own around a bridge (RFC 4158 section 1.5.3): every anchor verifies
/// every leaf, and none does once the bridge is broken.
#[test]
fn a_bridge_connects_those_around_it() {
    for broken in REASONS.into_iter().map(Some).chain([None]) {
        // 0 issues, 1 is above it; 2, 3 and 4 are the other principals; 5 is the bridge.
        let mut web = Web::new(6);
        web.cross(1, 0, None);
        for principal in [1, 2, 3, 4] {
            web.cross(principal, 5, None);
            web.cross(5, principal, broken.filter(|_| principal == 1));
        }
        assert_eq!(web.path(&[1]), Some(named(&[0, 1])));
        for anchor in [2, 3, 4] {
            let expected = broken.is_none().then(|| named(&[0, 1, 5, anchor]));
            assert_eq!(web.path(&[anchor]), expected, "{broken:?} from {anchor}");
        }
    }
}

/// Forty authorities of one name and keys of their own: only the signature tells them apart.
#[test]
fn a_crowd_of_one_name_is_told_apart_by_signatures() {
    let root = authority("Root").self_signed();
    let keys: Vec<Arc<KeyPair>> = (0..40).map(|_| key()).collect();
    let twins: Vec<_> = keys.iter().map(|key| authority("Twin").key(key).under(&root)).collect();
    let lower: Vec<_> = twins.iter().map(|twin| authority("Lower").under(twin)).collect();
    let others: Vec<_> = twins.iter().chain(&lower).map(|made| made.certificate.clone()).collect();
    let anchors = [root.certificate.clone()];
    for index in [0, 17, 39] {
        let leaf = client("a.example.com").under(&lower[index]);
        let verified = Verifier::new(&anchors, today()).verify(&leaf.certificate, &others).unwrap();
        assert_eq!(verified.path[1..3], [lower[index].certificate.clone(), twins[index].certificate.clone()]);
    }
}

/// A store of twenty anchors, and a line of thirty authorities as its longest path.
#[test]
fn a_long_line_is_climbed_to_one_of_many_anchors() {
    let mut web = Web::new(50);
    (0..29).for_each(|subject| web.cross(subject + 1, subject, None));
    let anchors: Vec<_> = (29..50).collect();
    assert_eq!(web.path(&anchors), Some(named(&(0..30).collect::<Vec<_>>())));
}
