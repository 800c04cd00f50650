//! A folder to run the program in.

use std::collections::BTreeMap;
use std::fs;
#[cfg(unix)]
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use certwright::file::{Access, Overwrite};
use certwright::{Certificate, Encryption, Passphrase, PrivateKey};
use serde_json::Value;
use tempfile::TempDir;

/// The passphrase of authorities, in the file `ca.pass`.
pub(crate) const CA: &str = "ca secret";
/// The passphrase of leaves, in the file `leaf.pass`.
pub(crate) const LEAF: &str = "leaf secret";

/// A folder, gone when dropped.
pub(crate) struct Stage(TempDir);

/// What the program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    /// A folder with two passphrase files and no home.
    pub(crate) fn empty() -> Self {
        let stage = Self(tempfile::tempdir().unwrap());
        stage.secret("ca.pass", &format!("{CA}\n"));
        stage.secret("leaf.pass", &format!("{LEAF}\n"));
        stage
    }

    /// A home in `pki` with the active authorities `root` and `sub` and the pending `waiting`. Their keys open
    /// without much work.
    pub(crate) fn with_authorities() -> Self {
        static MODEL: OnceLock<Stage> = OnceLock::new();
        let model = MODEL.get_or_init(|| {
            let stage = Self::empty();
            stage.ok("ca root root --subject CN=Root --passphrase-file ca.pass");
            stage.ok("ca sub sub --issuer root --subject CN=Sub,O=Example --passphrase-file ca.pass");
            stage.ok("ca request waiting --subject CN=Waiting --passphrase-file ca.pass");
            for name in ["root", "sub", "waiting"] {
                lighten(&stage.path(&format!("pki/authorities/{name}/key.pem")));
            }
            stage
        });
        let stage = Self::empty();
        copy(&model.path("pki"), &stage.path("pki"));
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, contents: &str) {
        fs::write(self.path(name), contents).unwrap();
    }

    /// A file that only its owner can read.
    pub(crate) fn secret(&self, name: &str, contents: &str) {
        certwright::file::write(self.path(name), contents.as_bytes(), Access::Owner, Overwrite::Replace)
            .unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn certificates(&self, name: &str) -> Vec<Certificate> {
        Certificate::open_all(self.path(name)).unwrap()
    }

    /// The first certificate of a file.
    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        self.certificates(name)[0].clone()
    }

    pub(crate) fn key(&self, name: &str, passphrase: Option<&str>) -> Result<PrivateKey, certwright::Error> {
        let passphrase = passphrase.map(|text| Passphrase::from_bytes(text.as_bytes().to_vec()).unwrap());
        PrivateKey::open(self.path(name), passphrase.as_ref())
    }

    /// The program in this folder, with nothing in its environment, no other program to call, and no terminal.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_certwright"));
        command.current_dir(self.0.path()).env_clear().env("PATH", "").stdin(Stdio::null());
        command
    }

    /// Runs it with these words.
    pub(crate) fn run(&self, words: &str) -> Answer {
        self.run_with(&words.split_whitespace().collect::<Vec<_>>(), &[])
    }

    /// Runs it with these arguments and this environment.
    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
        Answer::of(self.command().args(arguments).envs(environment.iter().copied()).output().unwrap())
    }

    /// Runs it with these words, and this in a pipe to standard input.
    #[cfg(unix)]
    pub(crate) fn piped(&self, words: &str, input: &str) -> Answer {
        let mut program = self.command();
        program.args(words.split_whitespace()).stdin(Stdio::piped());
        let mut running = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Answer::of(running.wait_with_output().unwrap())
    }

    /// Runs it and expects success.
    pub(crate) fn ok(&self, words: &str) -> Answer {
        let answer = self.run(words);
        assert_eq!(answer.code, 0, "{words}: {answer:#?}");
        answer
    }

    /// The result of a command that succeeds.
    pub(crate) fn result(&self, words: &str) -> Value {
        self.ok(&format!("{words} --json")).document()["result"].take()
    }

    /// Runs it twice, for people and for programs, and expects a refusal of this kind that leaves everything
    /// as it was. The answer is the one for people.
    pub(crate) fn refused(&self, words: &str, code: i32, kind: &str) -> Answer {
        let before = self.everything();
        let document = self.run(&format!("{words} --json")).document();
        assert_eq!(document["ok"], false, "{words}: {document:#}");
        assert_eq!(document["error"]["kind"], kind, "{words}: {document:#}");
        let answer = self.run(words);
        assert_eq!(answer.code, code, "{words}: {answer:#?}");
        assert!(answer.stdout.is_empty(), "{words}: {answer:#?}");
        assert!(answer.stderr.contains("error: "), "{words}: {answer:#?}");
        assert_eq!(self.everything(), before, "{words} left something behind");
        answer
    }

    /// Every file and folder below, with its contents.
    pub(crate) fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(self.0.path(), &mut found);
        // What SQLite keeps while somebody reads.
        found.retain(|path, _| !path.to_string_lossy().contains("ledger.db-"));
        found
    }

    #[cfg(unix)]
    pub(crate) fn mode(&self, name: &str) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }
}

impl Answer {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one JSON document on standard output, which has every field that is promised.
    pub(crate) fn document(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self:#?}"));
        let fields: Vec<_> = document.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["schema", "command", "ok", "result", "findings", "error"]);
        assert!(self.stderr.is_empty(), "{self:#?}");
        document
    }

    /// The rules of the findings.
    pub(crate) fn rules(&self) -> Vec<String> {
        let document = self.document();
        let findings = document["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    }
}

/// Seals a key again with the same passphrase and next to no work.
fn lighten(path: &Path) {
    let passphrase = Passphrase::from_bytes(CA.into()).unwrap();
    let key = PrivateKey::open(path, Some(&passphrase)).unwrap();
    let sealed = key.encrypt_with(&passphrase, Encryption::Pbkdf2Iterations(1)).unwrap();
    fs::write(path, sealed.to_pem()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let contents = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
        if path.is_dir() {
            collect(&path, found);
        }
        found.insert(path, contents);
    }
}
