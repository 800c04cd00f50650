//! Name constraints in every combination, in the manner of the BetterTLS suite: DNS and IP, permitted and excluded, of
//! the root, of the subordinate and of both, against leaves with every combination of names.

#![allow(clippy::unwrap_used, reason = "a test says by a panic that a rule is broken")]

mod forge;

use std::net::IpAddr;

use certwright::AltName;
use certwright::chain::{Purpose, Verifier};
use forge::{Made, authority, key, server, today};
use rcgen::{CidrSubnet, GeneralSubtree};

const HOST: &str = "localhost.example.com";
const ADDRESS: &str = "127.0.0.1";

/// What a list of subtrees says about one kind of name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    Nothing,
    Ours,
    Another,
}

const LISTED: [Listed; 3] = [Listed::Nothing, Listed::Ours, Listed::Another];

/// One authority's constraints.
#[derive(Clone, Copy, Debug)]
struct Constraints {
    dns_permitted: Listed,
    dns_excluded: Listed,
    ip_permitted: Listed,
    ip_excluded: Listed,
}

const NONE: Constraints = Constraints {
    dns_permitted: Listed::Nothing,
    dns_excluded: Listed::Nothing,
    ip_permitted: Listed::Nothing,
    ip_excluded: Listed::Nothing,
};

impl Constraints {
    fn every() -> impl Iterator<Item = Self> {
        let all = LISTED.into_iter();
        let pairs = all.flat_map(|one| LISTED.into_iter().map(move |other| (one, other)));
        let pairs: Vec<_> = pairs.collect();
        let four =
            pairs.clone().into_iter().flat_map(move |dns| pairs.clone().into_iter().map(move |ip| (dns, ip)));
        four.map(|((dns_permitted, dns_excluded), (ip_permitted, ip_excluded))| Self {
            dns_permitted,
            dns_excluded,
            ip_permitted,
            ip_excluded,
        })
    }

    /// RFC 5280 section 4.2.1.10, for names that lie inside `Ours` and outside `Another`.
    fn allow(self, names: Names) -> bool {
        let dns = self.dns_permitted != Listed::Another && self.dns_excluded != Listed::Ours;
        let ip = self.ip_permitted != Listed::Another && self.ip_excluded != Listed::Ours;
        (dns || !names.dns) && (ip || !names.ip)
    }

    fn permitted(self) -> Vec<GeneralSubtree> {
        [dns(self.dns_permitted), ip(self.ip_permitted)].into_iter().flatten().collect()
    }

    fn excluded(self) -> Vec<GeneralSubtree> {
        [dns(self.dns_excluded), ip(self.ip_excluded)].into_iter().flatten().collect()
    }
}

fn dns(listed: Listed) -> Option<GeneralSubtree> {
    match listed {
        Listed::Nothing => None,
        Listed::Ours => Some(GeneralSubtree::DnsName("example.com".to_owned())),
        Listed::Another => Some(GeneralSubtree::DnsName("example.net".to_owned())),
    }
}

fn ip(listed: Listed) -> Option<GeneralSubtree> {
    let subnet = |first: u8| CidrSubnet::V4([first, 0, 0, 0], [255, 0, 0, 0]);
    match listed {
        Listed::Nothing => None,
        Listed::Ours => Some(GeneralSubtree::IpAddress(subnet(127))),
        Listed::Another => Some(GeneralSubtree::IpAddress(subnet(10))),
    }
}

/// Which alternative names a leaf has. Its common name is the host's all the same, and never counts.
#[derive(Clone, Copy, Debug)]
struct Names {
    dns: bool,
    ip: bool,
}

const NAMES: [Names; 4] = [
    Names { dns: true, ip: true },
    Names { dns: true, ip: false },
    Names { dns: false, ip: true },
    Names { dns: false, ip: false },
];

fn leaf(names: Names, sub: &Made, key: &std::sync::Arc<rcgen::KeyPair>) -> Made {
    let mut plan = server(HOST).key(key).without_names();
    if names.dns {
        plan = plan.dns(HOST);
    }
    if names.ip {
        plan = plan.ip(ADDRESS.parse().unwrap());
    }
    plan.under(sub)
}

/// Whether a server's certificate is accepted for the host, for the address, and for whatever name it has.
fn verdicts(root: &Made, sub: &Made, leaf: &Made) -> [bool; 3] {
    let (anchors, others) = ([root.certificate.clone()], [sub.certificate.clone()]);
    let verifier = || Verifier::new(&anchors, today()).purpose(Purpose::Server);
    let address: IpAddr = ADDRESS.parse().unwrap();
    let verifiers = [
        verifier().expect(AltName::Dns(HOST.parse().unwrap())),
        verifier().expect(AltName::Ip(address)),
        verifier(),
    ];
    verifiers.map(|verifier| verifier.verify(&leaf.certificate, &others).is_ok())
}

#[test]
fn every_combination_is_judged_by_the_names_that_are_there() {
    // Making keys is what takes the time.
    let (root_key, sub_key, leaf_key) = (key(), key(), key());
    for constraints in Constraints::every() {
        for (of_root, of_sub) in [(constraints, NONE), (NONE, constraints)] {
            let constrained =
                |name: &str, own: Constraints| authority(name).constraints(own.permitted(), own.excluded());
            let root = constrained("Root", of_root).key(&root_key).self_signed();
            let sub = constrained("Sub", of_sub).key(&sub_key).under(&root);
            for names in NAMES {
                let leaf = leaf(names, &sub, &leaf_key);
                let allowed = constraints.allow(names);
                assert_eq!(
                    verdicts(&root, &sub, &leaf),
                    [allowed && names.dns, allowed && names.ip, allowed],
                    "{of_root:?} above {of_sub:?}: {names:?}"
                );
            }
        }
    }
}

/// Both have to allow what is below them.
#[test]
fn constraints_of_two_authorities_add_up() {
    let (root_key, sub_key, leaf_key) = (key(), key(), key());
    let permitted = |listed| Constraints { dns_permitted: listed, ..NONE };
    let excluded = |listed| Constraints { ip_excluded: listed, ..NONE };
    for of_root in LISTED.map(permitted) {
        for of_sub in LISTED.map(excluded) {
            let root = authority("Root").constraints(of_root.permitted(), of_root.excluded());
            let root = root.key(&root_key).self_signed();
            let sub = authority("Sub").constraints(of_sub.permitted(), of_sub.excluded());
            let sub = sub.key(&sub_key).under(&root);
            for names in NAMES {
                let [_, _, accepted] = verdicts(&root, &sub, &leaf(names, &sub, &leaf_key));
                let allowed = of_root.allow(names) && of_sub.allow(names);
                assert_eq!(accepted, allowed, "{of_root:?} above {of_sub:?}: {names:?}");
            }
        }
    }
}
