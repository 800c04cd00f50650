//! What is typed on the terminal, unseen.

use std::io;

/// Asks for a secret.
pub(crate) fn ask(question: &str) -> io::Result<Vec<u8>> {
    echo::kept(|| rpassword::prompt_password(question)).map(String::into_bytes)
}

/// The terminal's echo, which is off while somebody types a secret.
#[cfg(unix)]
mod echo {
    use std::fs::File;
    use std::io::{self, Write};
    use std::sync::{Mutex, MutexGuard, Once, PoisonError};
    use std::thread;

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGINT, TERM_SIGNALS};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// The terminal and its modes from before the question that is being asked.
    static ASKED: Mutex<Option<(File, Termios)>> = Mutex::new(None);

    /// Does something that turns the echo off. A signal that ends the program meanwhile turns it on again: not every shell
    /// does.
    pub(super) fn kept<T>(question: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        static WATCH: Once = Once::new();
        *asked() = terminal();
        WATCH.call_once(|| drop(Signals::new(TERM_SIGNALS).map(|signals| thread::spawn(|| end(signals)))));
        let answer = question();
        *asked() = None;
        if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
            // The key itself was read, and the signal that stands for it is on its way: whichever comes first.
            let _ended = emulate_default_handler(SIGINT);
        }
        answer
    }

    fn terminal() -> Option<(File, Termios)> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let modes = tcgetattr(&terminal).ok()?;
        Some((terminal, modes))
    }

    fn asked() -> MutexGuard<'static, Option<(File, Termios)>> {
        ASKED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the program as the signal would have.
    fn end(mut signals: Signals) {
        for signal in signals.forever() {
            if let Some((terminal, modes)) = &mut *asked() {
                // Nobody is left to tell where that fails.
                let _restored = tcsetattr(&*terminal, OptionalActions::Now, modes);
                let _below_the_question = terminal.write_all(b"\n");
            }
            let _ended = emulate_default_handler(signal);
        }
    }
}

/// Elsewhere an interrupted program leaves nothing behind.
#[cfg(not(unix))]
mod echo {
    pub(super) fn kept<T>(question: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        question()
    }
}
