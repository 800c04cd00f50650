//! `docs/cli.md` shows every command with what it prints: it is the transcript of one run, and stale when another run
//! prints something else.
//!
//! `CERTWRIGHT_BLESS=1 cargo test --all-features --test documented` writes it anew.

use std::env;
use std::fs;

use crate::mask::masked;
use crate::page::{PAGE, Role, Step, steps};
use crate::session::{self, Answer};
use crate::{on_disk, read};

/// Stands in the page for lines that are left out.
const LEFT_OUT: &str = "…";

#[test]
fn the_page_shows_what_the_program_prints() {
    let text = read(PAGE);
    let page: Vec<_> = text.lines().collect();
    let steps = steps(&page);
    assert!(!steps.is_empty(), "{PAGE} shows no commands");
    let answers = session::run(&page, &steps);
    assert_prepared(&steps, &answers);
    if env::var_os("CERTWRIGHT_BLESS").is_some() {
        fs::write(on_disk(PAGE), blessed(&page, &steps, &answers)).unwrap();
        return;
    }
    let stale: String =
        steps.iter().zip(&answers).filter_map(|(step, answer)| stale(&page, step, answer)).collect();
    assert!(
        stale.is_empty(),
        "{PAGE} is stale: run CERTWRIGHT_BLESS=1 cargo test --all-features --test documented\n{stale}"
    );
}

/// What readers do not see has nothing to show for itself but that it worked.
fn assert_prepared(steps: &[Step<'_>], answers: &[Answer]) {
    for (step, answer) in steps.iter().zip(answers) {
        let failed = step.role == Role::Hidden && !answer.succeeded;
        assert!(!failed, "{step} failed:\n{}", answer.printed);
    }
}

/// What the page shows beside what was printed, where the two differ.
fn stale(page: &[&str], step: &Step<'_>, answer: &Answer) -> Option<String> {
    let shown = shown(page, step)?;
    let printed = abbreviated(&answer.printed, shown);
    let alike = shown.iter().map(|line| masked(line)).eq(printed.iter().map(|line| masked(line)));
    (!alike).then(|| {
        let (shown, printed) = (shown.join("\n"), printed.join("\n"));
        format!("\n{step}\n--- shown\n{shown}\n--- printed\n{printed}\n")
    })
}

/// The page with the outputs of this run.
fn blessed(page: &[&str], steps: &[Step<'_>], answers: &[Answer]) -> String {
    let mut blessed = page.to_vec();
    // From the end, because a longer output moves what stands below it.
    for (step, answer) in steps.iter().zip(answers).rev() {
        if let Some(shown) = shown(page, step) {
            blessed.splice(step.lines.clone(), abbreviated(&answer.printed, shown));
        }
    }
    blessed.join("\n") + "\n"
}

/// The output of a command in the page.
fn shown<'a>(page: &'a [&'a str], step: &Step<'_>) -> Option<&'a [&'a str]> {
    (step.role == Role::Shown).then(|| &page[step.lines.clone()])
}

/// What was printed, with as many lines before and behind what is left out as the page shows.
fn abbreviated<'a>(printed: &'a str, shown: &[&str]) -> Vec<&'a str> {
    let lines: Vec<_> = printed.lines().collect();
    let Some(before) = shown.iter().position(|line| *line == LEFT_OUT) else { return lines };
    let behind = shown.len() - before - 1;
    match lines.len().checked_sub(behind) {
        Some(end) if before < end => [&lines[..before], &[LEFT_OUT], &lines[end..]].concat(),
        _ => lines,
    }
}
