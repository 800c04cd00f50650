//! What a certificate may be: root, subordinate and leaf are different types with different freedoms.

mod authority;
mod aws;
mod constraints;
mod encode;
mod extras;
mod leaf;
mod like;
pub(crate) mod oids;
mod policy;
#[cfg(feature = "serde")]
mod settings;
mod shape;
mod urls;
pub mod usual;

pub use authority::{Root, Subordinate};
pub use aws::aws_templates;
pub use constraints::Subtree;
pub use leaf::Leaf;
pub use policy::{Criticality, Policy, TlsFeature};
#[cfg(feature = "serde")]
pub use settings::{CustomExtension, PolicySettings, Profile, Settings};
pub use urls::Urls;

#[cfg(test)]
pub(crate) use aws::TEMPLATES;
pub(crate) use encode::alt_names;
pub(crate) use shape::{Basic, Shape};

use crate::error::Error;
use crate::oid::Oid;
use extras::shared_settings;

shared_settings!(Root, Subordinate, Leaf);
