//! Profiles as files describe them: named ones in certwright.toml, others in files of their own.

use std::path::{Path, PathBuf};

use certwright::profile::{Leaf, Profile, Root, Settings, Subordinate};
use certwright::{Error, Lifetime};
use toml::de::{DeTable, DeValue};

use crate::error::Failure;
use crate::home::Home;

/// The option of every command that issues something.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct ProfileArg {
    /// Issues after this profile: one of the tables [profiles.NAME] of certwright.toml, or a file of its own. Options
    /// of the command line go before what it says.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,
}

/// A profile to be, and where its settings stand.
pub(crate) struct Described {
    pub(crate) settings: Settings,
    source: Option<Source>,
}

/// Where settings stand.
struct Source {
    path: PathBuf,
    text: String,
    /// The table's name in certwright.toml; in a file of its own the settings are all there is.
    name: Option<String>,
}

impl ProfileArg {
    /// The settings that the option names, else those that are usual for this profile or template.
    pub(crate) fn or_usual(&self, home: &Home, usual: &str) -> Result<Described, Failure> {
        match &self.profile {
            Some(name) => find(home, name),
            None => Ok(Described { settings: Settings::new(usual), source: None }),
        }
    }
}

/// A name in certwright.toml goes before a file of the same name.
fn find(home: &Home, name: &str) -> Result<Described, Failure> {
    let (text, mut known) = home.profiles()?;
    if let Some(settings) = known.remove(name) {
        let source = Source { path: home.configuration(), text, name: Some(name.to_owned()) };
        return Ok(Described { settings, source: Some(source) });
    }
    let path = PathBuf::from(name);
    if !path.exists() {
        let names = known.into_keys().collect();
        return Err(Failure::UnknownProfile { name: name.to_owned(), path: home.configuration(), names });
    }
    let text = read(&path)?;
    let settings = toml::from_str(&text).map_err(|error| misread(&path, &text, &error))?;
    Ok(Described { settings, source: Some(Source { path, text, name: None }) })
}

/// The text of a settings file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let bytes = certwright::file::read(path)?;
    str::from_utf8(&bytes).map(str::to_owned).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
        let reason = format!("line {line}: it is not UTF-8");
        Failure::Configuration { path: path.to_owned(), reason }
    })
}

/// What TOML says of the text, with the line.
pub(crate) fn misread(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line = error.span().map(|span| format!("line {}: ", line(text, span.start))).unwrap_or_default();
    Failure::Configuration { path: path.to_owned(), reason: format!("{line}{}", error.message()) }
}

/// The line of a position, from 1.
fn line(text: &str, position: usize) -> usize {
    let before = text.as_bytes().get(..position).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}

impl Described {
    /// The settings, unless the command line says otherwise.
    pub(crate) fn with_lifetime(mut self, given: Option<Lifetime>) -> Self {
        self.settings.lifetime = given.map(|given| given.to_string()).or(self.settings.lifetime);
        self
    }

    /// A lifetime for when nobody has said one.
    pub(crate) fn usually(mut self, usual: Option<Lifetime>) -> Self {
        self.settings.lifetime = self.settings.lifetime.or(usual.map(|usual| usual.to_string()));
        self
    }

    pub(crate) fn with_bound(mut self, given: Option<&'static str>) -> Self {
        self.settings.bound = given.map(str::to_owned).or(self.settings.bound);
        self
    }

    pub(crate) fn with_path_length(mut self, given: Option<u8>) -> Self {
        self.settings.path_length = given.or(self.settings.path_length);
        self
    }

    pub(crate) fn allowing(mut self, rules: &[String]) -> Self {
        self.settings.allow.extend_from_slice(rules);
        self
    }

    pub(crate) fn leaf(&self) -> Result<Leaf, Failure> {
        match self.build()? {
            Profile::Leaf(leaf) => Ok(leaf),
            _ => Err(self.unfit("a leaf")),
        }
    }

    pub(crate) fn root(&self) -> Result<Root, Failure> {
        match self.build()? {
            Profile::Root(root) => Ok(root),
            _ => Err(self.unfit("a root")),
        }
    }

    pub(crate) fn subordinate(&self) -> Result<Subordinate, Failure> {
        match self.build()? {
            Profile::Subordinate(subordinate) => Ok(subordinate),
            _ => Err(self.unfit("a subordinate")),
        }
    }

    /// It describes something else than the command issues.
    pub(crate) fn unfit(&self, what: &'static str) -> Failure {
        Failure::ProfileUnfit { profile: self.settings.profile.clone(), what }
    }

    fn build(&self) -> Result<Profile, Failure> {
        self.settings.build().map_err(|error| match (&self.source, error) {
            (Some(source), Error::At { place, error }) => source.refused(&place, &error),
            // An option is refused in its own words.
            (None, Error::At { error, .. }) => (*error).into(),
            (_, error) => error.into(),
        })
    }
}

impl Source {
    /// An error of this setting, with its line where the text has one: the command line may have given the value.
    fn refused(&self, setting: &str, error: &Error) -> Failure {
        let line = self.line_of(setting).map(|line| format!("line {line}, ")).unwrap_or_default();
        Failure::Configuration {
            path: self.path.clone(),
            reason: format!("{line}{setting}: failed to {error}"),
        }
    }

    fn line_of(&self, setting: &str) -> Option<usize> {
        let document = DeTable::parse(&self.text).ok()?;
        let mut table = document.get_ref();
        if let Some(name) = &self.name {
            table = inside(inside(table, "profiles")?, name)?;
        }
        let (key, _) = table.iter().find(|(key, _)| key.get_ref().as_ref() == setting)?;
        Some(line(&self.text, key.span().start))
    }
}

fn inside<'a, 'b>(table: &'b DeTable<'a>, name: &str) -> Option<&'b DeTable<'a>> {
    let (_, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == name)?;
    match value.get_ref() {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    }
}
