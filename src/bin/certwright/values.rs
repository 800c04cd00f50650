//! Values of options: read by the library, refused in its words.

use std::path::PathBuf;
use std::str::FromStr;

use certwright::truststore::Rules;
use certwright::{
    AltName, Bound, DnsName, EmailAddress, Error, Format, KeyType, Lifetime, Oid, Subject, Timestamp, Uri,
};
use clap::ValueEnum;
use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};

use crate::destination::is_standard_output;
use crate::input::Input;

/// A value that the library reads. The option and the text stand in clap's message already.
fn read<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error| match error {
        Error::Syntax { reason, .. } => reason,
        other => other.to_string(),
    })
}

/// A folder of files. Standard output is none.
pub(crate) fn folder() -> impl TypedValueParser<Value = PathBuf> {
    const NONE: &str =
        "it is a folder of several files, which standard output is not: name one, or ./- for one called -";
    PathBufValueParser::new().try_map(|path| if is_standard_output(&path) { Err(NONE) } else { Ok(path) })
}

/// A file to read. `-` is standard input, as it is standard output with `--out`.
pub(crate) fn input() -> impl TypedValueParser<Value = Input> {
    PathBufValueParser::new().map(Input::named)
}

pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    read(text)
}

pub(crate) fn lifetime(text: &str) -> Result<Lifetime, String> {
    read(text)
}

pub(crate) fn subject(text: &str) -> Result<Subject, String> {
    read(text)
}

/// A common name: text, not a distinguished name.
pub(crate) fn common_name(text: &str) -> Result<Subject, String> {
    Subject::common_name(text).map_err(|error| match error {
        Error::Syntax { reason, .. } => reason,
        other => other.to_string(),
    })
}

pub(crate) fn dns(text: &str) -> Result<DnsName, String> {
    read(text)
}

pub(crate) fn email(text: &str) -> Result<EmailAddress, String> {
    read(text)
}

pub(crate) fn oid(text: &str) -> Result<Oid, String> {
    read(text)
}

pub(crate) fn uri(text: &str) -> Result<Uri, String> {
    read(text)
}

/// A name of whatever kind it looks like.
pub(crate) fn alt_name(text: &str) -> Result<AltName, String> {
    match text.parse() {
        Ok(address) => Ok(AltName::Ip(address)),
        Err(_) if text.contains("://") || text.starts_with("urn:") => uri(text).map(AltName::Uri),
        Err(_) if text.contains('@') => email(text).map(AltName::Email),
        Err(_) => dns(text).map(AltName::Dns),
    }
}

/// The names stand here a second time so that they complete and appear in the help.
pub(crate) fn key_type() -> impl TypedValueParser<Value = KeyType> {
    PossibleValuesParser::new(["p256", "p384", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"])
        .try_map(|text| text.parse::<KeyType>())
}

pub(crate) fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(["pkcs8", "pkcs1", "sec1"]).try_map(|text| text.parse::<Format>())
}

/// The reader of a truststore, by its name.
pub(crate) fn target() -> impl TypedValueParser<Value = Rules> {
    PossibleValuesParser::new(Rules::all().into_iter().map(|rules| rules.target))
        .try_map(|text| Rules::for_target(&text).ok_or("certwright does not know this reader"))
}

/// What to do when a certificate would outlive its issuer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum BoundArg {
    /// Refuse, naming both dates.
    Reject,
    /// Grant until the issuer's end, and say so.
    Clamp,
}

impl From<BoundArg> for Bound {
    fn from(bound: BoundArg) -> Self {
        match bound {
            BoundArg::Reject => Self::Reject,
            BoundArg::Clamp => Self::Clamp,
        }
    }
}

impl BoundArg {
    /// As settings name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Clamp => "clamp",
        }
    }
}

/// How long: `--lifetime` or `--until`, or the default of the profile.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Term {
    /// How long it is valid from now: a span in y, mo, d, h, min or s, such as 10y, 13mo, 395d or 12h, a combination
    /// such as 1y+30d, or a date.
    #[arg(long, value_name = "SPAN", value_parser = lifetime)]
    lifetime: Option<Lifetime>,
    /// The last moment of its validity: an RFC 3339 date (its midnight, UTC) or date-time.
    #[arg(long, value_name = "DATE", value_parser = time, conflicts_with = "lifetime")]
    until: Option<Timestamp>,
}

impl Term {
    pub(crate) fn given(self) -> Option<Lifetime> {
        self.until.map(Lifetime::until).or(self.lifetime)
    }
}
