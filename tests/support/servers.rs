//! Real servers on 127.0.0.1, each on a port of its own, killed when dropped.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// How long a line of a server may take before the test gives up. Never waited for when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a server serves, and its own certificate (with intermediates) and plain key.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    /// The name it is called by.
    pub(crate) domain: &'a str,
    /// PEM: its certificate, then intermediates.
    pub(crate) cert: &'a Path,
    /// PEM, not encrypted.
    pub(crate) key: &'a Path,
}

/// A child that does not outlive its test.
pub(super) struct Running(pub(super) Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The lines that a server writes, in the order it writes them.
pub(crate) struct Log(Receiver<String>);

impl Log {
    /// Reads on, up to the next line that contains `text`, and returns that line; ends the test without one.
    pub(crate) fn expect(&self, text: &str) -> String {
        self.find(text).unwrap_or_else(|passed| panic!("no line says {text:?}; the log said {passed:#?}"))
    }

    /// As `expect`, but an error is all the lines up to the end of the server.
    pub(super) fn find(&self, text: &str) -> Result<String, Vec<String>> {
        let mut passed = Vec::new();
        loop {
            match self.0.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return Ok(line),
                Ok(line) => passed.push(line),
                Err(_) => return Err(passed),
            }
        }
    }

    /// A thread hands on the lines, because a pipe cannot be read with a time limit.
    pub(super) fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let stream = stream.expect("the stream is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stream).lines().map_while(Result::ok);
            lines.map(|line| sender.send(line)).find(Result::is_err)
        });
        Self(receiver)
    }
}

/// The gateway example, listening.
pub(crate) struct Gateway {
    /// The first line on its stdout.
    pub(crate) announcement: String,
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
    /// What it writes to stderr.
    pub(crate) log: Log,
    _running: Running,
}

/// A gateway that ended instead of listening.
#[derive(Debug)]
pub(crate) struct Stopped {
    /// Its exit code.
    pub(crate) exit: Option<i32>,
    /// All it wrote to stderr.
    pub(crate) stderr: String,
}

impl Gateway {
    /// Starts the gateway and waits until it listens; ends the test if it does not.
    pub(crate) fn start(site: Site<'_>, truststore: Option<&Path>) -> Self {
        Self::try_start(site, truststore).expect("the gateway listens")
    }

    /// Starts the gateway; an error is how it ended instead of listening.
    pub(crate) fn try_start(site: Site<'_>, truststore: Option<&Path>) -> Result<Self, Stopped> {
        let mut running = Running(gateway_command(site, truststore).spawn().expect("the gateway starts"));
        let (stdout, log) = (Log::of(running.0.stdout.take()), Log::of(running.0.stderr.take()));
        match stdout.0.recv_timeout(PATIENCE) {
            Ok(announcement) => {
                Ok(Self { port: port_in(&announcement), announcement, log, _running: running })
            }
            Err(RecvTimeoutError::Timeout) => panic!("the gateway neither listens nor ends"),
            Err(RecvTimeoutError::Disconnected) => {
                let exit = running.0.wait().expect("the gateway was started").code();
                Err(Stopped { exit, stderr: log.0.iter().collect::<Vec<_>>().join("\n") })
            }
        }
    }
}

fn gateway_command(site: Site<'_>, truststore: Option<&Path>) -> Command {
    let mut command = Command::new(gateway_program());
    command.args(["--listen", "127.0.0.1:0", "--domain", site.domain]);
    command.arg("--cert").arg(site.cert).arg("--key").arg(site.key);
    if let Some(file) = truststore {
        command.arg("--truststore").arg(file);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `target/PROFILE/examples/mtls_gateway`, two folders up from the test in `target/PROFILE/deps`.
/// `cargo test` builds it, `cargo test --test NAME` does not.
pub(crate) fn gateway_program() -> PathBuf {
    let test = env::current_exe().expect("the test has a path");
    let profile = test.parent().and_then(Path::parent).expect("the test lies in target/PROFILE/deps");
    let program = profile.join("examples").join(format!("mtls_gateway{}", env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "missing: run `cargo build --example mtls_gateway` ({})", program.display());
    program
}

fn port_in(announcement: &str) -> u16 {
    let address = announcement.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    let address: Option<SocketAddr> = address.and_then(|address| address.parse().ok());
    address.unwrap_or_else(|| panic!("no address in {announcement:?}")).port()
}

/// How nginx treats clients.
#[derive(Clone, Copy)]
pub(crate) enum Clients<'a> {
    /// `ssl_verify_client off`: nobody is asked for a certificate.
    Anyone,
    /// `ssl_verify_client optional`: a certificate is judged if there is one.
    Optional { truststore: &'a Path, depth: u8 },
    /// `ssl_verify_client on`: others get status 400, after the handshake.
    Required { truststore: &'a Path, depth: u8 },
}

/// nginx, listening. It answers every request with status 200 and
/// `{"statusCode": 200, "verify": "$ssl_client_verify", "subject": "$ssl_client_s_dn"}`.
pub(crate) struct Nginx {
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
    /// Its error log at level `info`: why a client was refused.
    pub(crate) log: Log,
    _prefix: TempDir,
    _running: Running,
}

impl Nginx {
    /// Starts nginx (`program` comes from `peers::find`) and waits until it listens; a refused configuration
    /// ends the test. nginx cannot pick a free port itself, so one that another test takes first is replaced.
    pub(crate) fn start(program: &Path, site: Site<'_>, clients: Clients<'_>) -> Self {
        for _ in 0..10 {
            match Self::try_start(program, free_port(), site, clients) {
                Ok(nginx) => return nginx,
                Err(log) if log.contains("Address already in use") => {}
                Err(log) => panic!("nginx does not start:\n{log}"),
            }
        }
        panic!("nginx finds no free port");
    }

    /// An error is all that nginx logged. Its version is the first line after the sockets are open; that it
    /// is our child who says so is more than a connection would prove.
    fn try_start(program: &Path, port: u16, site: Site<'_>, clients: Clients<'_>) -> Result<Self, String> {
        let prefix = tempfile::tempdir().expect("a temporary folder");
        let config = nginx_config(prefix.path(), port, site, clients);
        fs::write(prefix.path().join("nginx.conf"), config).expect("a writable folder");
        let mut running = Running(nginx_command(program, prefix.path()).spawn().expect("nginx starts"));
        let log = Log::of(running.0.stderr.take());
        log.find(": nginx/").map_err(|lines| lines.join("\n"))?;
        Ok(Self { port, log, _prefix: prefix, _running: running })
    }
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound socket").port()
}

fn nginx_command(program: &Path, prefix: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-p").arg(prefix).arg("-c").arg(prefix.join("nginx.conf")).args(["-e", "stderr"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// One process in the foreground, and every folder it writes to in its own prefix.
fn nginx_config(prefix: &Path, port: u16, site: Site<'_>, clients: Clients<'_>) -> String {
    let Site { domain, cert, key } = site;
    let (prefix, cert, key) = (prefix.display(), cert.display(), key.display());
    let clients = client_directives(clients);
    format!(
        r#"daemon off;
master_process off;
pid {prefix}/nginx.pid;
error_log stderr info;
events {{}}
http {{
    access_log off;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name {domain};
        ssl_certificate {cert};
        ssl_certificate_key {key};
        {clients}
        return 200 '{{"statusCode": 200, "verify": "$ssl_client_verify", "subject": "$ssl_client_s_dn"}}';
    }}
}}
"#
    )
}

fn client_directives(clients: Clients<'_>) -> String {
    let (mode, truststore, depth) = match clients {
        Clients::Anyone => return "ssl_verify_client off;".to_owned(),
        Clients::Optional { truststore, depth } => ("optional", truststore, depth),
        Clients::Required { truststore, depth } => ("on", truststore, depth),
    };
    let truststore = truststore.display();
    format!("ssl_verify_client {mode}; ssl_client_certificate {truststore}; ssl_verify_depth {depth};")
}
