//! Profiles as configuration files write them, in TOML.

use certwright::profile::{Profile, Settings};
use certwright::{AltName, Authority, PendingAuthority, Request, Subject};

use super::issue::judge::{self, Wanted};
use super::issue::scene;

/// Every property of settings: what is read can be written, and becomes a profile that issues or refuses, or an error.
pub fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(settings) = toml::from_str::<Settings>(text) else { return };
    goes_there_and_back(&settings);
    let extensions = !settings.extensions.is_empty();
    match settings.build() {
        Ok(Profile::Root(root)) => {
            let subject = Subject::common_name("Fuzzed").expect("a name");
            if let Err(error) = Authority::root(&root, subject, scene::pending_key(), &scene::ledger()) {
                judge::refused(&error);
            }
        }
        Ok(profile) => issues_or_refuses(&profile, extensions),
        Err(error) => {
            let kinds = ["profile", "syntax", "decode", "trailing-bytes", "too-large"];
            assert!(kinds.contains(&error.kind()), "{}: {error}", error.kind());
        }
    }
}

fn goes_there_and_back(settings: &Settings) {
    let written = toml::to_string(settings).expect("what is read can be written");
    assert_eq!(
        &toml::from_str::<Settings>(&written).expect("what is written is read"),
        settings,
        "{written}"
    );
}

fn issues_or_refuses(profile: &Profile, extensions: bool) {
    let authority = scene::authority(0);
    let subject = Subject::common_name("payments").expect("a name");
    let pending = PendingAuthority::new(subject.clone(), scene::pending_key()).expect("a request");
    let key = pending.csr().public_key().clone();
    let dns = AltName::Dns("payments.example.com".parse().expect("a name"));
    let (outcome, names) = match profile {
        Profile::Leaf(leaf) => {
            let request = Request::new(&key).subject(subject.clone()).alt_name(dns.clone());
            (authority.prepare(leaf, request), vec![dns])
        }
        Profile::Subordinate(below) => (authority.prepare_subordinate(below, pending.csr()), Vec::new()),
        _ => return,
    };
    match outcome {
        Ok(prepared) => judge::issued(prepared, &authority, &Wanted { subject, key, names, extensions }),
        Err(error) => judge::refused(&error),
    }
}
