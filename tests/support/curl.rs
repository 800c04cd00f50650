//! Real curl.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// One call of curl, ready to be sent.
pub(crate) struct Curl {
    command: Command,
    url: String,
}

/// What curl said.
#[derive(Debug)]
pub(crate) struct Answer {
    /// curl's exit code: 0 for any HTTP answer, 58 for an unusable key, see `is_refused`.
    pub(crate) exit: i32,
    /// The HTTP status; 0 without an HTTP answer.
    pub(crate) status: u16,
    /// The HTTP version: `1.1` or `2`; `0` without an HTTP answer.
    pub(crate) version: String,
    /// The body of the answer.
    pub(crate) body: String,
    /// What curl wrote to stderr.
    pub(crate) stderr: String,
}

impl Curl {
    /// A call of `https://DOMAIN:PORT/`, which is resolved to 127.0.0.1; `program` comes from `peers::find`.
    pub(crate) fn to(program: &Path, domain: &str, port: u16) -> Self {
        Self::by(Command::new(program), domain, port)
    }

    /// The same without a terminal on which OpenSSL could ask for a passphrase; `setsid` comes from `peers::find`.
    pub(crate) fn without_terminal(setsid: &Path, program: &Path, domain: &str, port: u16) -> Self {
        let mut command = Command::new(setsid);
        command.arg("--wait").arg(program);
        Self::by(command, domain, port)
    }

    fn by(mut command: Command, domain: &str, port: u16) -> Self {
        // `-q` comes first: no configuration file of the user, no proxy, no progress bar, no endless wait.
        command.args(["-q", "--noproxy", "*", "--silent", "--show-error", "--max-time", "30"]);
        command.args(["--write-out", "\n%{http_code} %{http_version}"]);
        command.arg("--resolve").arg(format!("{domain}:{port}:127.0.0.1"));
        Self { command, url: format!("https://{domain}:{port}/") }
    }

    /// Trusts the server certificates of these CAs.
    pub(crate) fn trust(self, cacert: &Path) -> Self {
        self.arg("--cacert").arg(cacert)
    }

    /// Presents a client certificate (with its intermediates) and its key.
    pub(crate) fn client(self, cert: &Path, key: &Path) -> Self {
        self.arg("--cert").arg(cert).arg("--key").arg(key)
    }

    /// The passphrase of the client's key.
    pub(crate) fn passphrase(self, passphrase: &str) -> Self {
        self.arg("--pass").arg(passphrase)
    }

    /// Speaks HTTP/1.1 only.
    pub(crate) fn http1(self) -> Self {
        self.arg("--http1.1")
    }

    /// Offers HTTP/2.
    pub(crate) fn http2(self) -> Self {
        self.arg("--http2")
    }

    /// Calls another URL than the root of the domain.
    pub(crate) fn url(mut self, url: String) -> Self {
        self.url = url;
        self
    }

    /// Any other option of curl.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Runs curl to its end.
    pub(crate) fn send(mut self) -> Answer {
        let output = self.command.arg(&self.url).output().expect("curl starts");
        Answer::read(&output)
    }
}

impl Answer {
    /// Ends the test unless the status is 200.
    #[track_caller]
    pub(crate) fn assert_answered(&self) {
        assert_eq!((self.exit, self.status), (0, 200), "not answered: {self:?}");
    }

    /// Whether the handshake was refused: no HTTP answer came, for a reason of TLS (35, or 98 when a missing
    /// certificate is the reason) or of the closed connection: with TLS 1.3 a client learns the verdict only
    /// when it reads (56) or writes (55).
    pub(crate) fn is_refused(&self) -> bool {
        self.status == 0 && matches!(self.exit, 35 | 55 | 56 | 98)
    }

    fn read(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let stdout = text(&output.stdout);
        let (body, numbers) = stdout.rsplit_once('\n').expect("curl ends with our format");
        let (status, version) = numbers.split_once(' ').expect("status and version");
        Self {
            exit: output.status.code().expect("curl ends by itself"),
            status: status.parse().expect("curl prints the status as a number"),
            version: version.to_owned(),
            body: body.to_owned(),
            stderr: text(&output.stderr),
        }
    }
}
