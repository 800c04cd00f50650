//! Where keys come from and go to: standard input and output, or files.

use std::io::{self, Write};
use std::path::Path;

use certwright::file::{self, Access, Overwrite};
use zeroize::Zeroizing;

use super::Refusal;
use super::former::Former;
use crate::destination::Destination;
use crate::input::all_of_standard_input;
use crate::stream::Stream;

/// All of a file, or of standard input.
pub(super) fn read(path: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    if let Some(path) = path.filter(|path| *path != Path::new("-")) {
        return Ok(file::read(path)?);
    }
    Ok(all_of_standard_input()?)
}

/// Writes a file, whole, in place of what is there, or to standard output.
pub(super) fn write(path: Option<&Path>, contents: &[u8], access: Access) -> Result<(), Refusal> {
    let Some(path) = path else { return print(contents) };
    match Destination::to_write(path, access)? {
        Destination::StandardOutput => print(contents),
        Destination::Stream(path) => Ok(Stream::open(&path, access)?.write(contents)?),
        // openssl makes no folders: a misspelt one is an error.
        Destination::File(target) if !in_a_folder(&target) => Err(Refusal::NoFolder { path: target }),
        Destination::File(target) => {
            let former = Former::of(&target);
            file::write(&target, contents, access, Overwrite::Replace)?;
            former.compare(&target);
            Ok(())
        }
    }
}

fn in_a_folder(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder.as_os_str().is_empty() || folder.is_dir())
}

pub(super) fn print(contents: &[u8]) -> Result<(), Refusal> {
    let mut out = io::stdout().lock();
    match out.write_all(contents).and_then(|()| out.flush()) {
        // Whoever closed the pipe has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Refusal::Output { place: "to standard output".to_owned(), source }),
        Ok(()) => Ok(()),
    }
}
