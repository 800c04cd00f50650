//! The command line: global options and the commands, one module each.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use certwright::Timestamp;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    again, ca, chain, completions, csr, doctor, export, inspect, issue, key, ledger, lint, man, quickstart,
    truststore,
};
use crate::conflicts;
use crate::later::Later;
use crate::openssl::Openssl;
use crate::values::{folder, time};

/// The command line, taken apart.
#[derive(Debug)]
pub(crate) struct Cli {
    pub(crate) global: Global,
    pub(crate) command: Command,
}

/// A certificate authority in a folder: root and subordinate authorities, client and server certificates,
/// truststores, chains and private keys, without OpenSSL.
#[derive(Debug, Parser)]
#[command(name = "certwright", version, after_help = EXIT_CODES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
struct Frame {
    #[command(flatten)]
    global: Global,
}

const EXIT_CODES: &str = "\
Exit codes: 0 for done; 1 for failed, or where the answer to the question asked is no; 2 for a command line \
that does not make sense.";

/// Options of every command, accepted before and after it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Global {
    /// The folder that holds the authorities, what they issued and their ledger. Without this option it is
    /// the one that CERTWRIGHT_HOME names, else ./pki.
    #[arg(long, global = true, help_heading = "Options of every command", value_name = "DIR", value_parser = folder())]
    pub(crate) home: Option<PathBuf>,
    /// Prints exactly one JSON document on standard output, and nothing else.
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub(crate) json: bool,
    /// Prints nothing but errors, warnings and what a command is asked to print.
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub(crate) quiet: bool,
    /// Acts as if it were this moment: an RFC 3339 date (midnight, UTC) or date-time.
    #[arg(long, global = true, help_heading = "Options of every command", value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Timestamp>,
}

// No documentation: clap would take it for that of the program.
// The commands, in the groups that `main` treats alike. A group is built when one of its names is met.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    InHome(InHome),
    #[command(flatten)]
    OnFiles(OnFiles),
    #[command(flatten)]
    AsAnother(AsAnother),
    #[command(flatten)]
    OfProgram(OfProgram),
}

// What works on the authorities in the home.
#[derive(Debug, Subcommand)]
pub(crate) enum InHome {
    /// Makes a whole hierarchy at once: a root, a subordinate, a server, clients and the truststore.
    Quickstart(Later<quickstart::Quickstart>),
    /// Makes authorities, has them certified, continues existing ones, and shows them.
    #[command(subcommand)]
    Ca(Later<ca::Ca>),
    /// Issues a certificate for a client, a server, a mailbox, a signer of programs, and others.
    #[command(subcommand)]
    Issue(Later<issue::Issue>),
    /// Gives a certificate another term with the same names and the same key, in its last 60 days.
    Renew(Later<again::Renew>),
    /// Gives a certificate another term with the same names and a new key, at any time.
    Rekey(Later<again::Rekey>),
    /// Puts a certificate with other names, another profile or another key in the place of one, at any time.
    Reissue(Later<again::Reissue>),
    /// Hands an issued certificate over: crt.pem and private.pem in a folder of their own.
    Export(Later<export::Export>),
    /// Shows the record of everything that was issued.
    #[command(subcommand)]
    Ledger(Later<ledger::Ledger>),
    /// Assembles and checks truststores for the system that will read them.
    #[command(subcommand)]
    Truststore(Later<truststore::Truststore>),
    /// Puts certificates in order, and verifies them.
    #[command(subcommand)]
    Chain(Later<chain::Chain>),
}

// What works on the files that it is given.
#[derive(Debug, Subcommand)]
pub(crate) enum OnFiles {
    /// Generates, converts, encrypts and compares private keys.
    #[command(subcommand)]
    Key(Later<key::Key>),
    /// Writes and reads certificate signing requests.
    #[command(subcommand)]
    Csr(Later<csr::Csr>),
    /// Says which rules a certificate breaks, whoever made it.
    Lint(Later<lint::Lint>),
    /// Says what files contain: certificates, requests and keys.
    Inspect(Later<inspect::Inspect>),
    /// Says why a key and a certificate do not work together, or with a truststore, and writes files that do.
    Doctor(Later<doctor::Doctor>),
}

// What answers in another program's words.
#[derive(Debug, Subcommand)]
pub(crate) enum AsAnother {
    /// Understands `openssl rsa`, `pkey`, `ec`, `pkcs8` and `pkcs12`, so that scripts run with openssl aliased to it.
    Openssl(Openssl),
}

// What works on the program itself.
#[derive(Debug, Subcommand)]
pub(crate) enum OfProgram {
    /// Prints the completion script for a shell.
    Completions(Later<completions::Completions>),
    /// Prints the manual page, or writes one for each command.
    Man(Later<man::Man>),
}

/// The program with all its commands.
pub(crate) fn program() -> clap::Command {
    Command::augment_subcommands(Frame::command())
}

/// The program with the one command that the arguments begin with, and in it the next one alone: clap copies the options
/// of every command into each that there is, which takes longer than most commands do.
fn program_of(arguments: &[OsString]) -> Option<clap::Command> {
    let name = arguments.get(1)?.to_str()?;
    let mut group = group::<InHome>(name)
        .or_else(|| group::<OnFiles>(name))
        .or_else(|| group::<AsAnother>(name))
        .or_else(|| group::<OfProgram>(name))?;
    let command = std::mem::take(group.find_subcommand_mut(name)?);
    let (frame, inner) = (Frame::command(), arguments.get(2).and_then(|word| inner(name, word)));
    Some(match inner {
        Some(inner) => {
            let command = command.defer(std::convert::identity).subcommand(inner);
            // It is asked for by its own word, which this is not.
            frame.disable_help_subcommand(true).subcommand(command)
        }
        None => frame.subcommand(command),
    })
}

/// A command inside another one.
fn inner(name: &str, word: &OsStr) -> Option<clap::Command> {
    let augment = match name {
        "ca" => ca::Ca::augment_subcommands,
        "chain" => chain::Chain::augment_subcommands,
        "csr" => csr::Csr::augment_subcommands,
        "issue" => issue::Issue::augment_subcommands,
        "key" => key::Key::augment_subcommands,
        "ledger" => ledger::Ledger::augment_subcommands,
        "truststore" => truststore::Truststore::augment_subcommands,
        _ => return None,
    };
    augment(clap::Command::new("")).find_subcommand_mut(word).map(std::mem::take)
}

fn group<G: Subcommand>(name: &str) -> Option<clap::Command> {
    G::has_subcommand(name).then(|| G::augment_subcommands(clap::Command::new("")))
}

/// The command line taken apart, and the command's name in words.
pub(crate) fn parse(arguments: &[OsString]) -> Result<(Cli, String), clap::Error> {
    let asked = program_of(arguments).unwrap_or_else(program);
    // It is needed until the program ends, and taking it down would take as long as putting it up.
    let mut matches = Box::leak(Box::new(asked)).try_get_matches_from_mut(arguments)?;
    let name = words(&matches).join(" ");
    conflicts::refuse(&matches, &words(&matches))?;
    understand(&mut matches).map(|cli| (cli, name)).map_err(|error| error.format(&mut program()))
}

/// Takes the values out: clap copies all of them otherwise, once for each level of commands.
fn understand(matches: &mut ArgMatches) -> Result<Cli, clap::Error> {
    let (global, command) = (Global::from_arg_matches_mut(matches)?, Command::from_arg_matches_mut(matches)?);
    Ok(Cli { global, command })
}

fn words(matches: &ArgMatches) -> Vec<&str> {
    std::iter::successors(matches.subcommand(), |(_, inner)| inner.subcommand())
        .map(|(name, _)| name)
        .collect()
}

/// Whether JSON was asked for, on a command line that could not be taken apart.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_inside_another_is_found_alone() {
        let mut program = program();
        program.build();
        let mut found = 0;
        for outer in program.get_subcommands().filter(|outer| outer.get_name() != "help") {
            for one in outer.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help") {
                assert!(inner(outer.get_name(), OsStr::new(one)).is_some(), "{} {one}", outer.get_name());
                found += 1;
            }
        }
        assert!(found > 30, "{found}");
    }
}
