//! The alternative names that a command line gives.

use std::net::IpAddr;

use certwright::{AltName, DnsName, EmailAddress, Uri};

use crate::values::{dns, email, uri};

/// Options of the commands that name somebody.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Names {
    /// A DNS name; may be given several times. A wildcard is a whole leftmost label.
    #[arg(long, value_name = "NAME", value_parser = dns)]
    dns: Vec<DnsName>,
    /// An IP address; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    ip: Vec<IpAddr>,
    /// An e-mail address; may be given several times.
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Vec<EmailAddress>,
    /// A URI; may be given several times.
    #[arg(long, value_name = "URI", value_parser = uri)]
    uri: Vec<Uri>,
}

impl Names {
    pub(crate) fn has_host(&self) -> bool {
        !self.dns.is_empty()
    }

    pub(crate) fn has_address(&self) -> bool {
        !self.ip.is_empty()
    }

    pub(crate) fn has_email(&self) -> bool {
        !self.email.is_empty()
    }

    /// All of them, by kind.
    pub(crate) fn all(&self) -> impl Iterator<Item = AltName> {
        let dns = self.dns.iter().cloned().map(AltName::Dns);
        let ip = self.ip.iter().copied().map(AltName::Ip);
        let email = self.email.iter().cloned().map(AltName::Email);
        let uri = self.uri.iter().cloned().map(AltName::Uri);
        dns.chain(ip).chain(email).chain(uri)
    }
}
