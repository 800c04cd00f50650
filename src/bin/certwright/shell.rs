//! Command lines that people copy out of what the program says.

use std::path::Path;

use clap::Subcommand;

use crate::args::{Global, InHome};

/// The text, in which every `certwright …` in backquotes names the home, where the command line did.
pub(crate) fn in_home(global: &Global, text: &str) -> String {
    let Some(home) = &global.home else { return text.to_owned() };
    let option = format!("--home {}", quoted(home));
    let pieces = text.split("`certwright ");
    let mut said = String::new();
    for (index, piece) in pieces.enumerate() {
        if index > 0 {
            said.push_str("`certwright ");
            let command = piece.split([' ', '`']).next().unwrap_or_default();
            if InHome::has_subcommand(command) {
                said.push_str(&option);
                said.push(' ');
            }
        }
        said.push_str(piece);
    }
    said
}

/// The path for a shell.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if is_plain(&text) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Whether no shell and no configuration file reads anything into it.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-@+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_a_home_name_it() {
        let mut global = Global { home: None, json: false, quiet: false, at: None };
        let text =
            "`certwright ca list` and `certwright reissue NAME` do, `certwright key match KEY CERT` does not";
        assert_eq!(in_home(&global, text), text);
        global.home = Some("my pki".into());
        let named =
            text.replace("ca list", "--home 'my pki' ca list").replace("reissue", "--home 'my pki' reissue");
        assert_eq!(in_home(&global, text), named);
    }
}
