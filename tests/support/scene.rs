//! A domain with a server, and clients it should and should not answer; all made by openssl.

use std::path::PathBuf;

use super::curl::Curl;
use super::openssl::{Dates, Made, Purpose, Workshop};
use super::peers;
use super::servers::{Gateway, Site};

/// What the servers serve.
pub(crate) const DOMAIN: &str = "api.example.test";

/// A web CA with the server's certificate; a client CA with a subordinate and a client.
pub(crate) struct Scene {
    /// The program.
    pub(crate) curl: PathBuf,
    /// Makes more certificates.
    pub(crate) shop: Workshop,
    /// The CA of the server.
    pub(crate) web: Made,
    /// The server of the domain.
    pub(crate) server: Made,
    /// The CA `Client Root`.
    pub(crate) root: Made,
    /// Its subordinate, `Clients CA`.
    pub(crate) sub: Made,
    /// A client of the subordinate, `payments`.
    pub(crate) client: Made,
    /// The subordinate, then the root.
    pub(crate) truststore: PathBuf,
}

impl Scene {
    /// `None` where curl or openssl is missing.
    pub(crate) fn set() -> Option<Self> {
        let (curl, shop) = (peers::find("curl")?, Workshop::open()?);
        let web = shop.root("web", "Web Root");
        let server = shop.leaf("server", DOMAIN, &web, Purpose::Server, Dates::Current);
        let root = shop.root("root", "Client Root");
        let sub = shop.subordinate("sub", "Clients CA", &root);
        let client = shop.leaf("client", "payments", &sub, Purpose::Client, Dates::Current);
        let truststore = shop.bundle("truststore.pem", &[&sub.certificate, &root.certificate]);
        Some(Self { curl, shop, web, server, root, sub, client, truststore })
    }

    /// What a server needs to serve the domain.
    pub(crate) fn site(&self) -> Site<'_> {
        Site { domain: DOMAIN, cert: &self.server.certificate, key: &self.server.key }
    }

    /// A gateway that answers the clients of the truststore.
    pub(crate) fn guarded(&self) -> Gateway {
        Gateway::start(self.site(), Some(&self.truststore))
    }

    /// A call that trusts the server and presents nothing.
    pub(crate) fn call(&self, port: u16) -> Curl {
        Curl::to(&self.curl, DOMAIN, port).trust(&self.web.certificate)
    }

    /// A call of a client that presents its certificate alone.
    pub(crate) fn call_as(&self, client: &Made, port: u16) -> Curl {
        self.call(port).client(&client.certificate, &client.key)
    }

    /// A rogue CA with the names of the real one, and a client of it with the real client's name.
    pub(crate) fn rogue(&self) -> (PathBuf, Made) {
        let root = self.shop.root("rogue-root", "Client Root");
        let sub = self.shop.subordinate("rogue-sub", "Clients CA", &root);
        let client = self.shop.leaf("rogue", "payments", &sub, Purpose::Client, Dates::Current);
        let parts = [&client.certificate, &sub.certificate, &root.certificate];
        (self.shop.bundle("rogue-chain.pem", &parts.map(PathBuf::as_path)), client)
    }
}
