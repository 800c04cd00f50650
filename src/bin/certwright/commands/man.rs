//! `man`: the manual pages of the program, one for each command.

use std::io::Write;
use std::path::PathBuf;

use clap_mangen::Man as Page;
use serde_json::json;

use crate::args;
use crate::describe;
use crate::error::Failure;
use crate::output::Report;
use crate::place::{self, Placement};
use crate::values::folder;

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// The folder for all pages, one for each command. Without this option the program's own page is printed.
    #[arg(long, value_name = "DIR", value_parser = folder())]
    out: Option<PathBuf>,
    /// Replaces pages that exist.
    #[arg(long, requires = "out")]
    force: bool,
}

pub(crate) fn run(command: &Man) -> Result<Report, Failure> {
    let mut program = args::program().disable_help_subcommand(true);
    program.build();
    let Some(out) = &command.out else {
        let page = render(&program)?;
        return Ok(Report::answer(json!({ "page": page }), page));
    };
    let mut files = Placement::new(place::overwrite(command.force));
    let mut waiting = vec![program];
    while let Some(page) = waiting.pop() {
        let name = page.get_display_name().unwrap_or_else(|| page.get_name());
        files.public(out.join(format!("{name}.1")), &render(&page)?)?;
        waiting.extend(page.get_subcommands().cloned());
    }
    let files = files.commit()?;
    let summary = format!("wrote {} pages into {}\n", files.len(), out.display());
    Ok(Report::done(json!({ "files": describe::paths(&files) }), summary))
}

/// As clap_mangen renders a page, but for the synopsis: its own names options without their values.
fn render(command: &clap::Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    sections(command, &mut page).map_err(Failure::Output)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn sections(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let man = Page::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    writeln!(page, ".SH SYNOPSIS\n{}", synopsis(command))?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(page)?;
    }
    if command.get_after_help().is_some() {
        man.render_extra_section(page)?;
    }
    if command.get_version().is_some() {
        man.render_version_section(page)?;
    }
    Ok(())
}

/// The usage, with dashes that roff does not break lines at.
fn synopsis(command: &clap::Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage.trim_start_matches("Usage: ").replace('-', "\\-")
}
