//! The stand-in for an API front: a custom domain behind mutual TLS, as API Gateway offers it.
//!
//! ```text
//! cargo run --example mtls_gateway -- --listen 127.0.0.1:8443 --domain api.example.test \
//!     --cert server/crt.pem --key server/plain.pem --truststore truststore.pem
//! ```
//!
//! The first line on stdout is `listening on https://DOMAIN:PORT (ADDRESS:PORT)`; programs that start the
//! gateway wait for it, so its form is stable. Everything else goes to stderr, one line an event:
//!
//! ```text
//! request from "CN=payments" sha256:5f…: GET / 200        who called, what for, the answer
//! request from anonymous: GET / 200                       the same without a truststore
//! refused 127.0.0.1:41234: peer sent no certificates      a handshake that failed, and why
//! truststore reloaded from truststore.pem: 2 certificates
//! truststore kept: failed to …                            the new file is broken; the old one holds
//! ```
//!
//! Only the custom domain is served: another name, an address or no name at all in the handshake (SNI) is
//! refused there; another name in the request is answered 403. `GET /` answers with a fresh token.
//!
//! Not checked: revocation (API Gateway does not check it either), and the dates of the truststore's own
//! certificates: like every anchor of rustls they are trusted by name and key.

mod api;
mod caller;
mod failure;
mod front;
mod identity;
mod log;
mod server;
mod truststore;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use rustls::pki_types::DnsName;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::failure::Failure;
use crate::front::Front;
use crate::identity::Identity;

/// An API behind mutual TLS, to try certificates and truststores against.
#[derive(Parser)]
struct Options {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The one domain that is served.
    #[arg(long, value_name = "NAME", value_parser = domain)]
    domain: DnsName<'static>,
    /// The server's certificate, then its intermediates (PEM).
    #[arg(long, value_name = "FILE")]
    cert: PathBuf,
    /// The server's private key, not encrypted (PEM: PKCS#8, PKCS#1 or SEC1).
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The certificates that client certificates must chain to (PEM). Without it no client is asked for one.
    #[arg(long, value_name = "FILE")]
    truststore: Option<PathBuf>,
}

fn domain(text: &str) -> Result<DnsName<'static>, String> {
    DnsName::try_from(text).map(|name| name.to_lowercase_owned()).map_err(|e| e.to_string())
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), Failure> {
    let identity = Identity::load(&options.domain, &options.cert, &options.key)?;
    let front = Arc::new(Front::new(identity, options.truststore)?);
    let runtime = Runtime::new().map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let listener = listen(options.listen).await?;
        announce(&options.domain, &listener).map_err(Failure::Announce)?;
        server::serve(listener, front, Arc::from(options.domain.as_ref())).await;
        Ok(())
    })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|source| Failure::Listen { address, source })
}

/// Says where the gateway listens. Flushed, because whoever reads it through a pipe is waiting for it.
fn announce(domain: &DnsName<'_>, listener: &TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening on https://{}:{} ({address})", domain.as_ref(), address.port())?;
    stdout.flush()
}
