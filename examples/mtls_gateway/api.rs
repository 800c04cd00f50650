//! The API behind the front: one resource that hands out tokens.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HOST, HeaderValue};
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response, StatusCode};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::caller::hex;

/// What the gateway sends back.
pub(crate) type Answer = Response<Full<Bytes>>;

/// Answers `GET /` on the domain; everything else is refused as API Gateway does it, in JSON.
pub(crate) fn answer<B>(domain: &str, request: &Request<B>) -> Answer {
    if !is_for(domain, request) {
        return message(StatusCode::FORBIDDEN, "Forbidden");
    }
    match (request.uri().path(), request.method()) {
        ("/", &Method::GET) => token(),
        ("/", _) => method_not_allowed(),
        _ => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// HTTP/2 names its target in `:authority`, HTTP/1.1 in `Host` or in an absolute URI. A request may carry
/// several of them; each must be the domain, whichever of them a later reader would believe.
fn is_for<B>(domain: &str, request: &Request<B>) -> bool {
    let uri = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let hosts = request.headers().get_all(HOST).iter().map(HeaderValue::as_bytes);
    let mut targets = uri.into_iter().chain(hosts).peekable();
    targets.peek().is_some() && targets.all(|target| names(target, domain))
}

/// Any port is fine: the gateway may sit behind a forwarded one. User information is not (RFC 9110, 4.2.4).
fn names(target: &[u8], domain: &str) -> bool {
    Authority::try_from(target)
        .is_ok_and(|a| !a.as_str().contains('@') && a.host().eq_ignore_ascii_case(domain))
}

/// The answer in the form of a Lambda proxy: the body is a JSON document inside a string.
fn token() -> Answer {
    match (fresh_token(), now()) {
        (Some(token), Some(date)) => {
            let body = json!({ "Token": token, "Creation Date": date }).to_string();
            json_answer(StatusCode::OK, &json!({ "statusCode": 200, "body": body }))
        }
        _ => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    }
}

fn fresh_token() -> Option<String> {
    let mut token = [0; 16];
    SystemRandom::new().fill(&mut token).ok()?;
    Some(hex(&token))
}

fn now() -> Option<String> {
    OffsetDateTime::now_utc().replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}

/// RFC 9110, 15.5.6: a 405 says what would have been allowed.
fn method_not_allowed() -> Answer {
    let mut answer = message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    answer
}

fn message(status: StatusCode, message: &str) -> Answer {
    json_answer(status, &json!({ "message": message }))
}

fn json_answer(status: StatusCode, document: &Value) -> Answer {
    let mut answer = Response::new(Full::from(document.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
