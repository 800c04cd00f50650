//! Names: who a certificate is about, and under which addresses.

mod alt;
mod attribute;
mod comparison;
mod conform;
pub(crate) mod constraints;
mod dns;
mod punycode;
mod rfc4514;
mod subject;

pub use alt::{AltName, EmailAddress, Uri};
pub use dns::DnsName;
pub use subject::{Attribute, Subject};

pub(crate) use alt::{email_fault, uri_fault};
pub(crate) use attribute::is_hidden;
pub(crate) use conform::NameFault;
pub(crate) use dns::{fault as dns_fault, host_fault};
pub(crate) use subject::hidden;
