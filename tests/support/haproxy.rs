//! HAProxy on 127.0.0.1, killed when dropped.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::servers::{Log, Running, Site, free_port};

/// HAProxy, listening. It answers every request of a client that it lets in with status 200.
pub(crate) struct HaProxy {
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
    _folder: TempDir,
    _running: Running,
}

impl HaProxy {
    /// Starts HAProxy (`program` comes from `peers::find`) and waits until it listens; a refused configuration ends
    /// the test. It cannot pick a free port itself, so one that another test takes first is replaced.
    pub(crate) fn start(program: &Path, site: Site<'_>, truststore: &Path) -> Self {
        for _ in 0..10 {
            match Self::try_start(program, free_port(), site, truststore) {
                Ok(haproxy) => return haproxy,
                Err(log) if log.contains("Address already in use") => {}
                Err(log) => panic!("haproxy does not start:\n{log}"),
            }
        }
        panic!("haproxy finds no free port");
    }

    /// An error is all that it logged. The master says when its worker listens, and the worker does not outlive it.
    fn try_start(program: &Path, port: u16, site: Site<'_>, truststore: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let read = |file: &Path| fs::read_to_string(file).expect("a file of the site");
        let write =
            |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a writable folder");
        write("site.pem", read(site.cert) + &read(site.key));
        write("haproxy.cfg", config(port, truststore));
        let mut command = Command::new(program);
        command.current_dir(folder.path()).args(["-W", "-db", "-f", "haproxy.cfg"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = Running(command.spawn().expect("haproxy starts"));
        Log::of(running.0.stderr.take()).find("Loading success").map_err(|lines| lines.join("\n"))?;
        Ok(Self { port, _folder: folder, _running: running })
    }
}

fn config(port: u16, truststore: &Path) -> String {
    let truststore = truststore.display();
    format!(
        r#"defaults
    mode http
    timeout client 30s
    timeout connect 30s
    timeout server 30s
frontend site
    bind 127.0.0.1:{port} ssl crt site.pem ca-file {truststore} verify required
    http-request return status 200 content-type application/json string "{{}}"
"#
    )
}
