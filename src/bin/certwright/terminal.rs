//! What is typed on the terminal, unseen.

#[cfg(unix)]
mod line;
#[cfg(unix)]
mod signals;

use std::io::{self, IsTerminal};

use crate::output::shown;

/// Whether there is somebody to ask: a terminal to ask on, and one of the program's streams leads to one. Without the
/// latter nobody watches, though the terminal may be there: the program runs inside another one.
pub(crate) fn can_ask() -> bool {
    (io::stdin().is_terminal() || io::stderr().is_terminal()) && is_there()
}

/// Asks for a secret, and gives the bytes as they were typed. What the name of a file holds is shown, not obeyed. Who
/// interrupts the question ends the program, and gets the terminal back as it was.
#[cfg(unix)]
pub(crate) fn ask(question: &str) -> io::Result<Vec<u8>> {
    let (terminal, signals) = (line::Terminal::open()?, signals::held()?);
    match terminal.ask(&shown(question), &signals)? {
        line::Typed::Line(line) => Ok(line),
        line::Typed::Signal(signal) => Err(signals::obey(signal)),
    }
}

#[cfg(unix)]
fn is_there() -> bool {
    line::Terminal::open().is_ok()
}

/// Elsewhere an interrupted program leaves nothing behind.
#[cfg(not(unix))]
pub(crate) fn ask(question: &str) -> io::Result<Vec<u8>> {
    rpassword::prompt_password(shown(question)).map(String::into_bytes)
}

#[cfg(not(unix))]
fn is_there() -> bool {
    true
}
