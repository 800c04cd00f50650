//! The TLS configuration that holds at this moment, and its reload.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{SHA256, digest};
use rustls::ServerConfig;

use crate::failure::Failure;
use crate::identity::Identity;
use crate::log;
use crate::truststore::Truststore;

/// Hands every new connection its configuration.
pub(crate) enum Front {
    /// Without a truststore everyone is answered.
    Open(Arc<ServerConfig>),
    /// Only clients of the truststore are answered.
    Guarded(Guarded),
}

impl Front {
    /// A given truststore must exist and be sound when the gateway starts: a gateway that was told to
    /// guard and cannot must not open.
    pub(crate) fn new(identity: Identity, truststore: Option<PathBuf>) -> Result<Self, Failure> {
        match truststore {
            None => identity.config(None).map(Self::Open),
            Some(path) => Guarded::new(identity, path).map(Self::Guarded),
        }
    }

    /// The configuration for a connection that was just accepted.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        match self {
            Self::Open(config) => config.clone(),
            Self::Guarded(guarded) => guarded.config(),
        }
    }
}

/// A truststore file and the configuration made from its last sound content.
pub(crate) struct Guarded {
    identity: Identity,
    path: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    seen: Seen,
    config: Arc<ServerConfig>,
}

/// What was found at the last look, so that the same content is judged, and complained about, once.
#[derive(PartialEq)]
enum Seen {
    Content(Vec<u8>),
    Unreadable(io::ErrorKind),
}

impl Seen {
    fn of(found: &io::Result<Vec<u8>>) -> Self {
        match found {
            Ok(pem) => Self::Content(digest(&SHA256, pem).as_ref().to_vec()),
            Err(error) => Self::Unreadable(error.kind()),
        }
    }
}

impl Guarded {
    fn new(identity: Identity, path: PathBuf) -> Result<Self, Failure> {
        let found = fs::read(&path);
        let seen = Seen::of(&found);
        let (config, _) = configure(&identity, found, &path)?;
        Ok(Self { identity, path, current: Mutex::new(Current { seen, config }) })
    }

    /// Looks at the file's content, not at its date: two writes may share one tick of the file system's
    /// clock, and reading some kilobytes costs less than the handshake that follows.
    fn config(&self) -> Arc<ServerConfig> {
        let found = fs::read(&self.path);
        let seen = Seen::of(&found);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.seen != seen {
            current.seen = seen;
            if let Some(config) = self.reload(found) {
                current.config = config;
            }
        }
        current.config.clone()
    }

    /// `None` keeps what holds: a front must not fall open, or go dark, over a half-written file.
    fn reload(&self, found: io::Result<Vec<u8>>) -> Option<Arc<ServerConfig>> {
        match configure(&self.identity, found, &self.path) {
            Ok((config, size)) => {
                log::line(format_args!(
                    "truststore reloaded from {}: {size} certificates",
                    self.path.display()
                ));
                Some(config)
            }
            Err(failure) => {
                log::line(format_args!("truststore kept: {}", failure.sentence()));
                None
            }
        }
    }
}

fn configure(
    identity: &Identity,
    found: io::Result<Vec<u8>>,
    path: &Path,
) -> Result<(Arc<ServerConfig>, usize), Failure> {
    let pem = found.map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    let store = Truststore::parse(&pem, path)?;
    let size = store.size;
    Ok((identity.config(Some(store))?, size))
}
