//! What is typed on the terminal, unseen.

use std::io;

/// Asks for a secret. Who interrupts the question ends the program, and gets the terminal back as it was.
pub(crate) fn ask(question: &str) -> io::Result<Vec<u8>> {
    echo::kept(|| rpassword::prompt_password(question)).map(String::into_bytes)
}

/// The terminal's echo, which is off while somebody types a secret.
#[cfg(unix)]
mod echo {
    use std::fs::File;
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, LazyLock};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::SIGINT;
    use signal_hook::flag::register_conditional_default;
    use signal_hook::low_level::emulate_default_handler;

    /// What is off while a secret is typed. rpassword turns it off, too, but only after it has printed the question: an
    /// interruption that is typed before that has to reach it as a character, like any later one.
    const ECHO_AND_SIGNALS: LocalModes =
        LocalModes::ECHO.union(LocalModes::ECHONL).union(LocalModes::ICANON).union(LocalModes::ISIG);

    /// Whether an interruption ends the program at once.
    static ENDS: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
        let ends = Arc::new(AtomicBool::new(true));
        // Where that fails, it always does, as without us.
        let _registered = register_conditional_default(SIGINT, Arc::clone(&ends));
        ends
    });

    /// rpassword raises the signal before it has turned the echo on again, and not every shell does that itself: so the
    /// signal waits for the answer.
    pub(super) fn kept<T>(question: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        ENDS.store(false, Ordering::SeqCst);
        let terminal = silent();
        let answer = question();
        if let Some((terminal, modes)) = terminal {
            // A terminal that is gone needs no echo.
            let _restored = tcsetattr(&terminal, OptionalActions::Now, &modes);
        }
        ENDS.store(true, Ordering::SeqCst);
        if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
            emulate_default_handler(SIGINT)?;
        }
        answer
    }

    /// The terminal, silent, and its modes from before.
    fn silent() -> Option<(File, Termios)> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
        let modes = tcgetattr(&terminal).ok()?;
        let mut silent = modes.clone();
        silent.local_modes.remove(ECHO_AND_SIGNALS);
        tcsetattr(&terminal, OptionalActions::Now, &silent).ok()?;
        Some((terminal, modes))
    }
}

/// Elsewhere an interrupted program leaves nothing behind.
#[cfg(not(unix))]
mod echo {
    pub(super) fn kept<T>(question: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        question()
    }
}
