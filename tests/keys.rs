//! Every private key that people have: files made by openssl at test time, and stored ones that it cannot make.

mod keys {
    pub(crate) mod made;
    pub(crate) mod read;
    pub(crate) mod refused;
    pub(crate) mod stored;
    pub(crate) mod written;
}
#[allow(unused, reason = "each test file uses its part of what is shared")]
mod support;
