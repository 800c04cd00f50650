//! Signals that come while the terminal is silent: they wait until it is as before.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag::{register_conditional_default, register_usize};
use signal_hook::low_level::{emulate_default_handler, pipe};

/// What somebody types to end a program, and what ends it from elsewhere.
const HELD: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];
/// Those that are typed. Who types them means the question, also where whoever started the program has it ignore them, as
/// shells do in the background.
const TYPED: [i32; 2] = [SIGINT, SIGQUIT];
/// Apple's `poll` knows no terminals (poll(2), BUGS): there they are looked at again and again.
const POLLS_TERMINALS: bool = !cfg!(target_vendor = "apple");
const AGAIN: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

struct Signals {
    /// Whether a signal does at once what it does without us.
    at_once: Arc<AtomicBool>,
    /// The last one, or 0.
    caught: Arc<AtomicUsize>,
    /// Readable after a signal.
    bell: UnixStream,
}

/// They are registered once: a signal whose handler goes does not get its former one back.
static SIGNALS: LazyLock<io::Result<Signals>> = LazyLock::new(Signals::register);

/// While this is there, signals wait for it.
pub(super) struct Held(&'static Signals);

pub(super) fn held() -> io::Result<Held> {
    let signals = SIGNALS.as_ref().map_err(|error| io::Error::from(error.kind()))?;
    // One that is ignored without a question.
    let _before = signals.caught();
    signals.at_once.store(false, Ordering::SeqCst);
    Ok(Held(signals))
}

/// Ends the program as the signal does without us. Why it did not is all that comes back.
pub(super) fn obey(signal: i32) -> io::Error {
    emulate_default_handler(signal).err().unwrap_or_else(|| io::ErrorKind::Interrupted.into())
}

impl Signals {
    fn register() -> io::Result<Self> {
        let (bell, ring) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        let signals = Self { at_once: Arc::new(AtomicBool::new(true)), caught: Arc::default(), bell };
        let ignored = ignored();
        for signal in HELD {
            if !is_in(ignored, signal) {
                register_conditional_default(signal, Arc::clone(&signals.at_once))?;
            } else if !TYPED.contains(&signal) {
                continue;
            }
            register_usize(signal, Arc::clone(&signals.caught), signal.unsigned_abs() as usize)?;
            pipe::register(signal, ring.try_clone()?)?;
        }
        Ok(signals)
    }

    fn caught(&self) -> Option<i32> {
        i32::try_from(self.caught.swap(0, Ordering::SeqCst)).ok().filter(|signal| *signal != 0)
    }
}

impl Held {
    /// Waits until something is typed, or a signal comes.
    pub(super) fn wait(&self, keyboard: &File) -> io::Result<Option<i32>> {
        let Signals { bell, .. } = self.0;
        let mut sources = [PollFd::new(bell, PollFlags::IN), PollFd::new(keyboard, PollFlags::IN)];
        let polled = if POLLS_TERMINALS {
            poll(&mut sources, None)
        } else {
            sources.first_mut().map_or(Ok(0), |bell| poll(std::slice::from_mut(bell), Some(&AGAIN)))
        };
        match polled {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut rings = [0; 64];
        let mut bell = bell;
        while bell.read(&mut rings).is_ok_and(|read| read > 0) {}
        Ok(self.0.caught())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.at_once.store(true, Ordering::SeqCst);
        // One that came since the last wait.
        if let Some(signal) = self.0.caught() {
            let _obeyed = obey(signal);
        }
    }
}

/// The signals that whoever started the program has it ignore (`trap '' HUP`), as Linux tells it. Where the system does
/// not tell it, none: from its first question on, the program is ended by what it was started to ignore.
fn ignored() -> u64 {
    let facts = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = facts.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The first bit stands for the first signal, whose number is 1.
fn is_in(mask: u64, signal: i32) -> bool {
    signal
        .unsigned_abs()
        .checked_sub(1)
        .and_then(|bit| mask.checked_shr(bit))
        .is_some_and(|rest| rest & 1 == 1)
}
