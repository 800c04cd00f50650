//! Text that is mostly nearly right: joined from words that names, profiles and addresses are made of.

use arbitrary::Arbitrary;

use super::super::pick;

/// A text in the making.
#[derive(Debug, Arbitrary)]
pub(super) enum Text {
    Joined(Vec<u8>),
    Raw(String),
}

const WORDS: [&str; 64] = [
    "a",
    "b",
    "www",
    "example",
    "com",
    ".example.com",
    "example.com",
    ".",
    "*",
    "*.",
    "-",
    "_",
    "@",
    "a@example.com",
    "://",
    "https://",
    "spiffe://",
    "urn:",
    "mailto:",
    "/",
    ":",
    ":8443",
    "[::1]",
    "10.0.0.1",
    "10.0.0.0/8",
    "2001:db8::1",
    "xn--",
    "xn--nxasmq6b",
    "\u{e9}",
    "\u{4e16}",
    "\u{202e}",
    "\u{0}",
    "\n",
    " ",
    "  ",
    "=",
    ",",
    "+",
    "\\",
    "#",
    "\"",
    "CN=",
    "O=",
    "C=US",
    "DC=",
    "2.999.1=",
    "DNS:",
    "IP:",
    "email:",
    "URI:",
    "directory:",
    "clientAuth",
    "serverAuth",
    "OCSPSigning",
    "anyExtendedKeyUsage",
    "1.2.3.4",
    "2.5.29.32.0",
    "2.999",
    "0",
    "255",
    "%20",
    "?q",
    "~",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

impl Text {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Joined(words) => words.iter().map(|word| pick(&WORDS, *word)).collect(),
            Self::Raw(text) => text.clone(),
        }
    }
}
