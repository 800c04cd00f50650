//! What authorities and issued certificates are called in a home.

use std::str::FromStr;

/// The name of an authority or of something issued: a folder's name on every system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let odd = |c: char| !(c.is_alphanumeric() || "._-@+ ".contains(c));
        match text {
            "" => Err("a name is not empty"),
            _ if text.starts_with(['.', '-', ' ']) => {
                Err("a name does not begin with a dot, a dash or a space")
            }
            _ if text.ends_with(['.', ' ']) => Err("a name does not end with a dot or a space"),
            _ if text.contains(odd) => Err("a name is made of letters, digits, spaces and . _ - @ +"),
            // The longest common name (RFC 5280, ub-common-name).
            _ if text.chars().count() > 64 => Err("a name has at most 64 characters"),
            _ => Ok(Self(text.to_owned())),
        }
    }
}
