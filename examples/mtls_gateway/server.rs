//! Accepts connections, shakes hands, speaks HTTP/1.1 or HTTP/2.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::server::Acceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::api::{self, Answer};
use crate::caller::Caller;
use crate::front::Front;
use crate::log;

/// A handshake takes milliseconds; whoever needs longer only holds a place.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// The time for one request head, which also ends an idle HTTP/1.1 connection.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// No connection outlives this: it also bounds an HTTP/2 peer that stays silent after the handshake.
const CONNECTION_TIME: Duration = Duration::from_secs(300);
/// Below the usual limit of 1,024 open files, so that accepting does not run out of them.
const CONNECTIONS: usize = 256;

type Request = hyper::Request<hyper::body::Incoming>;
type Tls = TlsStream<TcpStream>;

/// Serves until the process ends. A connection that fails concerns nobody but its peer.
pub(crate) async fn serve(listener: TcpListener, front: Arc<Front>, domain: Arc<str>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    // The semaphore is never closed, so this loop does not end.
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (front, domain) = (front.clone(), domain.clone());
                tokio::spawn(async move {
                    connection(stream, peer, &front, &domain).await;
                    drop(place);
                });
            }
            Err(error) => log::line(format_args!("failed to accept a connection: {error}")),
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, front: &Front, domain: &str) {
    let handshake = timeout(HANDSHAKE_TIME, shake_hands(stream, front, domain)).await;
    match handshake.unwrap_or_else(|_| Err("the handshake took too long".to_owned())) {
        Ok(tls) => converse(tls, peer, domain).await,
        Err(reason) => log::line(format_args!("refused {peer}: {reason}")),
    }
}

/// The configuration is chosen when the client has spoken, so it is never older than the connection.
async fn shake_hands(stream: TcpStream, front: &Front, domain: &str) -> Result<Tls, String> {
    let start =
        LazyConfigAcceptor::new(Acceptor::default(), stream).await.map_err(|error| error.to_string())?;
    let asked = start.client_hello().server_name().map(str::to_owned);
    start.into_stream(front.config()).await.map_err(|error| reason(asked.as_deref(), domain, &error))
}

/// rustls reports an unserved name as a missing certificate; the log says what was asked for.
fn reason(asked: Option<&str>, domain: &str, error: &io::Error) -> String {
    match asked {
        None => "the client named no domain (SNI)".to_owned(),
        Some(name) if !name.eq_ignore_ascii_case(domain) => format!("{name:?} is not served"),
        Some(_) => error.to_string(),
    }
}

async fn converse(tls: Tls, peer: SocketAddr, domain: &str) {
    let end = match timeout(CONNECTION_TIME, serve_http(tls, domain)).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its time was up".to_owned(),
    };
    log::line(format_args!("closed {peer}: {end}"));
}

/// ALPN has settled the protocol; a client without ALPN speaks HTTP/1.1.
async fn serve_http(tls: Tls, domain: &str) -> hyper::Result<()> {
    let (_, session) = tls.get_ref();
    let caller = Caller::of(session.peer_certificates());
    let http2 = session.alpn_protocol() == Some(b"h2");
    let service = service_fn(|request| ready(Ok::<_, Infallible>(respond(&caller, domain, &request))));
    let io = TokioIo::new(tls);
    match http2 {
        true => http2::Builder::new(TokioExecutor::new()).serve_connection(io, service).await,
        false => {
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIME)
                .serve_connection(io, service)
                .await
        }
    }
}

fn respond(caller: &Caller, domain: &str, request: &Request) -> Answer {
    let answer = api::answer(domain, request);
    let (method, path, status) = (request.method(), request.uri().path(), answer.status().as_u16());
    log::line(format_args!("request from {caller}: {method} {path} {status}"));
    answer
}
