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

/// Our own program, where it was built with the measures.
pub(crate) fn certwright() -> Result<PathBuf, &'static str> {
    Ok(installed(&built()?, "certwright-linked"))
}

/// Our own program as one file, for musl, as docs/offline-ca.md builds it.
pub(crate) fn one_file() -> Result<PathBuf, &'static str> {
    let triple = format!("{}-unknown-linux-musl", env::consts::ARCH);
    if !is_installed(&triple) {
        return Err("left out: the target for musl is not installed");
    }
    if !cargo(&["build", "--target", &triple], &[]) {
        return Err("left out: the program does not build for musl here; why is said above");
    }
    let file = target().join(triple).join("release").join(built()?.file_name().unwrap());
    Ok(installed(&file, "certwright-one-file"))
}

/// Our own program linked with the system's C library into one file, the other way in docs/offline-ca.md.
pub(crate) fn linked_statically() -> Result<PathBuf, &'static str> {
    let (program, linked) = (built()?, certwright()?);
    if !cargo(&["rustc"], &["--", "-C", "target-feature=+crt-static"]) {
        return Err("left out: the program cannot be linked as one file here");
    }
    let file = target().join("release").join(program.file_name().unwrap());
    let alone = installed(&file, "certwright-linked-statically");
    if file == program {
        // Cargo has put it in the place of the other one.
        std::fs::rename(&linked, &program).unwrap();
    }
    Ok(alone)
}

/// Whether the compiler has the standard library of a target.
fn is_installed(triple: &str) -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = Command::new(rustc).args(["--print", "target-libdir", "--target", triple]).output();
    let folder = asked.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    folder.is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Has the program built once more; false where that does not work.
fn cargo(command: &[&str], rest: &[&str]) -> bool {
    let options = ["--quiet", "--release", "--features", "cli", "--bin", "certwright"];
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(command).args(options).arg("--target-dir").arg(target()).args(rest);
    // What Cargo says about this package, a build script takes for its own, and is run again for.
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
        cargo.env_remove(name);
    }
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success()
}

fn built() -> Result<PathBuf, &'static str> {
    // Cargo names the program also where its feature is off and it is not built.
    option_env!("CARGO_BIN_EXE_certwright")
        .map(PathBuf::from)
        .filter(|program| program.is_file())
        .ok_or("left out: the program is not built (--features cli)")
}

/// A copy: what a linker has just written lies in memory in small pieces, unlike a program that was installed, and is
/// slower to start.
fn installed(program: &Path, name: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::copy(program, &copy).unwrap();
    copy
}

/// Runs a program to its end and adds what it has spent.
pub(crate) fn run(command: &mut Command) {
    // Cargo's folders, in which every library would be looked for first.
    command.env_remove("LD_LIBRARY_PATH");
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

/// A program that loads a file of certificates over and over and prints the seconds that it has spent on it.
pub(crate) fn run_loader(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    let seconds: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    SPENT.set(SPENT.get() + seconds);
}

/// The loader of OpenSSL, compiled.
pub(crate) fn openssl_loader() -> Result<PathBuf, &'static str> {
    compile("load_pem.c", "load_pem_c", |source, program| {
        let mut command = Command::new("cc");
        command.args(["-O2", "-o"]).arg(program).arg(source).arg("-lcrypto");
        command
    })
    .ok_or("peer missing: cc, or the headers of OpenSSL")
}

/// The loader of Go, compiled.
pub(crate) fn go_loader() -> Result<PathBuf, &'static str> {
    compile("load_pem.go", "load_pem_go", |source, program| {
        let mut command = Command::new("go");
        command.args(["build", "-o"]).arg(program).arg(source);
        command
    })
    .ok_or("peer missing: go")
}

fn compile(source: &str, name: &str, command: impl FnOnce(&Path, &Path) -> Command) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(source);
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let output = command(&source, &program).output().ok()?;
    output.status.success().then_some(program)
}
