//! Command lines that do not make sense as a whole, though each argument does. None is refused after something was read
//! or written.

use std::path::PathBuf;

use certwright::FoundKey;
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, Error, Id};

use crate::args::program;
use crate::destination::is_standard_output;
use crate::input::Input;
use crate::passphrase;

/// The arguments of a command, and its name.
struct Line<'a> {
    matches: &'a ArgMatches,
    words: &'a [&'a str],
}

/// Files that a command writes.
const WRITTEN: [&str; 3] = ["out", "key_out", "crl_out"];

/// Refuses what conflicts. The words name the command.
pub(crate) fn refuse(matches: &ArgMatches, words: &[&str]) -> Result<(), Error> {
    let last =
        std::iter::successors(Some(matches), |matches| matches.subcommand().map(|(_, inner)| inner)).last();
    let Some(last) = last else { return Ok(()) };
    let line = Line { matches: last, words };
    line.one_document()?;
    line.one_reader()?;
    line.passphrase_kept()?;
    line.key_kept()
}

impl Line<'_> {
    /// Two things would go to standard output.
    fn one_document(&self) -> Result<(), Error> {
        if !self.matches.get_flag("json") {
            return Ok(());
        }
        let printed = |option: &&&str| self.written(option).is_some_and(|path| is_standard_output(path));
        let reason = if let Some(option) = WRITTEN.iter().find(printed) {
            format!("it prints one document, and {} prints a file", self.argument(option))
        } else if self.words.first() == Some(&"openssl") {
            "the stand-in for openssl prints what openssl prints".to_owned()
        } else {
            return Ok(());
        };
        Err(self.refused(&format!("the argument '--json' cannot be used here: {reason}")))
    }

    /// Two would read standard input, which gives what it holds once.
    fn one_reader(&self) -> Result<(), Error> {
        let dashes = |id: &Id| self.read(id).filter(|input| input.is_standard()).count();
        let ids = self.matches.ids();
        let readers: Vec<_> = ids.flat_map(|id| std::iter::repeat_n(id.as_str(), dashes(id))).collect();
        let [one, other, ..] = readers.as_slice() else { return Ok(()) };
        let [one, other] = [one, other].map(|id| self.argument(id));
        Err(self.refused(&format!(
            "'{one}' and '{other}' cannot both be -: standard input is read once, so name a file for one of them"
        )))
    }

    /// What is written would take the place of the passphrase that it needs.
    fn passphrase_kept(&self) -> Result<(), Error> {
        let written: Vec<_> =
            WRITTEN.iter().filter_map(|option| Some((*option, self.written(option)?))).collect();
        for (id, variable) in passphrase::FILES {
            if written.is_empty() || self.matches.try_contains_id(id).is_err() {
                continue;
            }
            let named = self.matches.try_get_one::<Input>(id).ok().flatten().cloned();
            let from = if named.is_some() { self.argument(id) } else { variable.to_owned() };
            let Some(holder) = named.or_else(|| passphrase::in_variable(variable)) else { continue };
            if let Some((option, path)) = written.iter().find(|(_, path)| holder.is_file_at(path)) {
                let (option, path) = (self.argument(option), path.display());
                return Err(self.refused(&format!(
                    "'{option}' cannot be {path}: the passphrase stands in it ({from}), so name another file"
                )));
            }
        }
        Ok(())
    }

    /// What is written would take the place of a private key that is read beside something else. The commands for keys
    /// have a rule of their own.
    fn key_kept(&self) -> Result<(), Error> {
        if self.words.first() == Some(&"key") {
            return Ok(());
        }
        for (option, path) in WRITTEN.iter().filter_map(|option| Some((option, self.written(option)?))) {
            let mut inputs = self.matches.ids().flat_map(|id| self.read(id));
            let holds_key = |input: &Input| input.read().is_ok_and(|bytes| FoundKey::all(&bytes).is_ok());
            if inputs.any(|input| input.is_file_at(path) && holds_key(input)) {
                let (option, path) = (self.argument(option), path.display());
                return Err(self.refused(&format!(
                    "'{option}' cannot be {path}: a private key stands in it, so name another file"
                )));
            }
        }
        Ok(())
    }

    fn written(&self, option: &str) -> Option<&PathBuf> {
        self.matches.try_get_one(option).ok().flatten()
    }

    fn read(&self, id: &Id) -> impl Iterator<Item = &Input> {
        self.matches.try_get_many(id.as_str()).ok().flatten().into_iter().flatten()
    }

    /// An argument, as the usage of the command names it.
    fn argument(&self, id: &str) -> String {
        let command = self.command();
        let mut arguments = command.get_arguments();
        arguments.find(|argument| argument.get_id() == id).map_or_else(|| id.to_owned(), ToString::to_string)
    }

    /// With the usage of the command.
    fn refused(&self, message: &str) -> Error {
        self.command().error(ErrorKind::ArgumentConflict, message)
    }

    /// The command that the words name, or as much of it as there is.
    fn command(&self) -> Command {
        let mut program = program();
        program.build();
        let named = self.words.iter().try_fold(&program, |command, word| command.find_subcommand(word));
        named.cloned().unwrap_or(program)
    }
}
