//! The page that shows what a terminal showed: in blocks of the kind `console`, commands behind `$ `, and what they
//! printed.
//!
//! `<!-- run: COMMAND -->` is a command that readers do not see, for what they would have beside the page. Where it stands
//! right above a block of another kind, it reads the block on its standard input.

use std::fmt;
use std::ops::Range;

/// Its path from the root of the repository.
pub(crate) const PAGE: &str = "docs/cli.md";

/// A command of the page.
pub(crate) struct Step<'a> {
    pub(crate) command: &'a str,
    pub(crate) role: Role,
    /// The index of its line.
    pub(crate) line: usize,
    /// The lines that belong to it: what it prints, or, where it is hidden, what it reads.
    pub(crate) lines: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Readers see it, and what it prints.
    Shown,
    /// Only the test sees it, and it has to succeed.
    Hidden,
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PAGE}, line {}: {}", self.line + 1, self.command)
    }
}

/// The commands of the page, in its order.
pub(crate) fn steps<'a>(page: &[&'a str]) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut block = None;
    for (line, &text) in page.iter().enumerate() {
        match (block, text.strip_prefix("```")) {
            (None, kind @ Some(_)) => block = kind,
            (Some(_), Some(_)) => block = None,
            (None, None) => steps.extend(hidden(line, text)),
            (Some("console"), None) if text.starts_with("$ ") => steps.push(shown(line, text)),
            (Some(kind), None) => {
                let owner = steps.last_mut().filter(|step| step.lines.end == line);
                assert!(
                    owner.is_some() || kind != "console",
                    "{PAGE}, line {}: printed by no command",
                    line + 1
                );
                owner.into_iter().for_each(|step| step.lines.end += 1);
            }
        }
    }
    steps
}

fn shown(line: usize, text: &str) -> Step<'_> {
    let command = text.trim_start_matches("$ ");
    Step { command, role: Role::Shown, line, lines: line + 1..line + 1 }
}

fn hidden(line: usize, text: &str) -> Option<Step<'_>> {
    let command = text.strip_prefix("<!-- run: ")?.strip_suffix(" -->")?;
    // Behind the line that begins a block, if there is one.
    Some(Step { command, role: Role::Hidden, line, lines: line + 2..line + 2 })
}
