//! Other people's programs, and ours, measured by the CPU time of their process.

use std::cell::Cell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

thread_local! {
    static SPENT: Cell<f64> = const { Cell::new(0.0) };
}

/// What all programs run so far have spent.
pub(crate) fn seconds() -> f64 {
    SPENT.get()
}

/// The openssl of this machine.
pub(crate) fn openssl() -> Result<PathBuf, &'static str> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found =
        env::split_paths(&path).map(|folder| folder.join("openssl")).find(|program| program.is_file());
    let program = found.ok_or("peer missing: openssl")?;
    match Path::new("/proc/self/schedstat").exists() {
        true => Ok(program),
        false => Err("left out: this system does not tell the CPU time of one process"),
    }
}

/// A peer written in C (`benches/peers`), compiled into the folder.
pub(crate) fn compile(source: &str, folder: &Path) -> Result<PathBuf, &'static str> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(source);
    let program = folder.join("peer");
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-o"]).arg(&program).arg(source).arg("-lcrypto");
    let compiled = compiler.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let succeeded = compiled.is_ok_and(|status| status.success());
    succeeded.then_some(program).ok_or("peer missing: a C compiler and OpenSSL's headers (libssl-dev)")
}

/// Our own program, where it was built with the measures.
pub(crate) fn certwright() -> Result<&'static str, &'static str> {
    // Cargo names the program also where its feature is off and it is not built.
    option_env!("CARGO_BIN_EXE_certwright")
        .filter(|program| Path::new(program).is_file())
        .ok_or("left out: the program is not built (--features cli)")
}

/// Runs a program to its end and adds what it has spent.
pub(crate) fn run(command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let pid = Pid::from_child(&child);
    // Ended and not yet reaped: its account can still be read, in nanoseconds.
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
    let account = std::fs::read_to_string(format!("/proc/{}/schedstat", child.id())).unwrap();
    let nanoseconds: f64 = account.split(' ').next().unwrap().parse().unwrap();
    assert!(child.wait().unwrap().success(), "{command:?}");
    SPENT.set(SPENT.get() + nanoseconds / 1e9);
}
