//! `docs/rules.md` lists every rule: it is written from the registry, and stale when it differs.
//!
//! `CERTWRIGHT_BLESS=1 cargo test --test rules` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says by a panic that a rule is broken")]

use std::fmt::Write as _;
use std::path::Path;

use certwright::Severity;
use certwright::lint::{Rule, RuleSet, rules};

const HEAD: &str = "\
# Rules

What certificates are held to. This page is written from the registry of rules (`CERTWRIGHT_BLESS=1 cargo test --test
rules`); a test fails where it is stale.

A certificate that breaks a rule of weight **error** is not issued. A **warning** is reported and recorded in the
ledger; `allow` silences it by its id, which is recorded too. The second weight is for certificates that somebody else
made (`certwright lint`): what is a mistake to make is not always a reason to refuse what is there. A dash means that
the rule is not applied.
";

const PUBLIC: &str = "
## Certificates that browsers trust

Applied only when asked for (`certwright lint --public`), as of the moment that `--at` names, or of the certificate's
own start.
";

fn weight(severity: Option<Severity>) -> String {
    severity.map_or_else(|| "–".to_owned(), |severity| severity.to_string())
}

fn table(text: &mut String, set: RuleSet) {
    text.push_str("\n| id | issued here | made by others | demand | source |\n|---|---|---|---|---|\n");
    for rule in rules().filter(|rule| rule.set() == set) {
        let (issued, foreign) = match set {
            RuleSet::Public => (None, rule.foreign()),
            _ => (rule.issued(), rule.foreign()),
        };
        let (id, demand, citation) = (rule.id(), rule.demand(), rule.citation());
        writeln!(text, "| `{id}` | {} | {} | {demand} | {citation} |", weight(issued), weight(foreign))
            .unwrap();
    }
}

#[test]
fn the_page_lists_every_rule() {
    let mut text = HEAD.to_owned();
    table(&mut text, RuleSet::Internet);
    text.push_str(PUBLIC);
    table(&mut text, RuleSet::Public);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    if std::env::var_os("CERTWRIGHT_BLESS").is_some() {
        std::fs::write(&page, &text).unwrap();
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(written == text, "docs/rules.md is stale: run CERTWRIGHT_BLESS=1 cargo test --test rules");
}

#[test]
fn every_rule_can_be_looked_up_and_explains_itself() {
    for rule in rules() {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.id().chars().all(plain), "{}", rule.id());
        assert!(rule.demand().ends_with('.') && !rule.citation().is_empty(), "{}", rule.id());
        assert!(rule.issued().or(rule.foreign()).is_some(), "{}", rule.id());
    }
    let ids: std::collections::BTreeSet<_> = rules().map(Rule::id).collect();
    assert_eq!(ids.len(), rules().count());
}
