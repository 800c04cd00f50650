//! One line an event, on stderr.

use std::fmt;
use std::io::{self, Write};

/// Writes a line. A reader that went away must not take the server down, as `eprintln!` would.
pub(crate) fn line(line: fmt::Arguments<'_>) {
    writeln!(io::stderr().lock(), "{line}").ok();
}
