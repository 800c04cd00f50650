//! One line from the terminal, which does not show it. The system edits the line; nothing here knows what its bytes mean.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::OFlags;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

use super::signals::Held;

const TERMINAL: &str = "/dev/tty";
/// The longest line that Linux edits, with its end; other systems have shorter ones.
const LONGEST: usize = 4096;
/// In place of a key, that there is none (`_POSIX_VDISABLE`): Linux says 0, the BSDs 255.
const NO_KEY: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

/// The terminal of the process, wherever its streams lead.
pub(super) struct Terminal {
    /// Never waits: a signal is to be heard meanwhile.
    keyboard: File,
    screen: File,
}

/// What comes of a question.
pub(super) enum Typed {
    /// Without its end.
    Line(Vec<u8>),
    Signal(i32),
}

impl Terminal {
    pub(super) fn open() -> io::Result<Self> {
        let without_waiting = OFlags::NONBLOCK.bits().cast_signed();
        Ok(Self {
            keyboard: File::options().read(true).custom_flags(without_waiting).open(TERMINAL)?,
            screen: File::options().write(true).open(TERMINAL)?,
        })
    }

    /// Asks, and reads the answer in silence.
    pub(super) fn ask(&self, question: &str, signals: &Held) -> io::Result<Typed> {
        let modes = tcgetattr(&self.screen)?;
        // What is typed before the question belongs to the answer, as with openssl.
        tcsetattr(&self.screen, OptionalActions::Now, &silent(&modes))?;
        let typed = self.say(question).and_then(|()| self.read(signals));
        let then = match typed {
            // What was typed ahead belongs to whoever asks next.
            Ok(Typed::Line(_)) => OptionalActions::Now,
            // Whoever reads next, a shell perhaps, is not to get the rest of a passphrase.
            Ok(Typed::Signal(_)) | Err(_) => OptionalActions::Flush,
        };
        // A terminal that is gone needs no echo, and no end of the line.
        let _restored = tcsetattr(&self.screen, then, &modes);
        let _said = self.say("\n");
        typed
    }

    fn say(&self, text: &str) -> io::Result<()> {
        (&self.screen).write_all(text.as_bytes())
    }

    fn read(&self, signals: &Held) -> io::Result<Typed> {
        // Of its full size at once: one that grew would leave copies behind.
        let mut line = Zeroizing::new(vec![0; LONGEST]);
        let mut length: usize = 0;
        loop {
            if let Some(signal) = signals.wait(&self.keyboard)? {
                return Ok(Typed::Signal(signal));
            }
            let room = line.get_mut(length..).filter(|room| !room.is_empty()).ok_or_else(too_long)?;
            length = match (&self.keyboard).read(room) {
                Ok(0) if length == 0 => return Err(ended()),
                Ok(0) => break,
                Ok(read) => length.saturating_add(read),
                Err(error) if is_nothing_yet(&error) => length,
                Err(error) => return Err(error),
            };
            if line.get(..length).is_some_and(|read| read.ends_with(b"\n")) {
                length = length.saturating_sub(1);
                break;
            }
        }
        line.truncate(length);
        Ok(Typed::Line(std::mem::take(&mut *line)))
    }
}

/// The modes in which the terminal edits a line, ends it with Enter, sends the signals that end a program, and shows
/// nothing. Ctrl-Z stops nothing, but is a byte like others: a stop would leave the terminal silent. A handler that first
/// restores it would be there after the question too, and a process with such a handler cannot stop as without: the
/// system alone knows whether anybody could continue it.
fn silent(modes: &Termios) -> Termios {
    let mut silent = modes.clone();
    silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
    silent.local_modes.insert(LocalModes::ICANON | LocalModes::ISIG);
    silent.input_modes.insert(InputModes::ICRNL);
    silent.special_codes[SpecialCodeIndex::VSUSP] = NO_KEY;
    // Ctrl-Y, which stops whoever reads it.
    #[cfg(target_vendor = "apple")]
    {
        silent.special_codes[SpecialCodeIndex::VDSUSP] = NO_KEY;
    }
    silent
}

fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Ctrl-D, or a terminal that is gone.
fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it ended before anything was typed")
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a line of more than {LONGEST} bytes"))
}
