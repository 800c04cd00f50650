//! certwright.toml: the profiles and the habits of authorities that a home keeps.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

use certwright::Error;
use certwright::profile::Settings;
use serde::Deserialize;

use super::{Home, Name};
use crate::error::Failure;
use crate::practice::Practice;
use crate::profiles;

/// The layout of a home, as certwright.toml names it.
const SCHEMA: u32 = 1;

/// What certwright.toml says in a new home.
const CONFIGURATION: &str = "\
# This folder holds a certificate authority: `certwright --home FOLDER ca list` shows it.
schema = 1
";

/// The settings of a home.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configuration {
    schema: u32,
    /// Profiles that commands can name.
    #[serde(default)]
    profiles: BTreeMap<String, Settings>,
    /// What authorities write into what they issue, by name.
    #[serde(default)]
    authorities: BTreeMap<String, Practice>,
}

impl Home {
    pub(crate) fn configuration(&self) -> PathBuf {
        self.root.join("certwright.toml")
    }

    /// The text of certwright.toml; that of a new one where there is none.
    fn text(&self) -> Result<String, Failure> {
        match profiles::read(&self.configuration()) {
            Err(Failure::Library(Error::Read { source, .. }))
                if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(CONFIGURATION.to_owned())
            }
            read => read,
        }
    }

    /// What certwright.toml says.
    pub(super) fn settings(&self) -> Result<Configuration, Failure> {
        self.parse(&self.text()?)
    }

    fn parse(&self, text: &str) -> Result<Configuration, Failure> {
        let read: Configuration =
            toml::from_str(text).map_err(|error| profiles::misread(&self.configuration(), text, &error))?;
        for (name, practice) in &read.authorities {
            practice.urls().map_err(|error| self.misconfigured(unfit(name, &error)))?;
        }
        match read.schema {
            SCHEMA => Ok(read),
            other => {
                Err(self.misconfigured(format!("its schema is {other}, this certwright knows {SCHEMA}")))
            }
        }
    }

    /// The named profiles, and the text that they stand in.
    pub(crate) fn profiles(&self) -> Result<(String, BTreeMap<String, Settings>), Failure> {
        let text = self.text()?;
        let profiles = self.parse(&text)?.profiles;
        Ok((text, profiles))
    }

    pub(super) fn misconfigured(&self, reason: String) -> Failure {
        Failure::Configuration { path: self.configuration(), reason }
    }

    /// What an authority writes into what it issues.
    pub(crate) fn practice(&self, name: &Name) -> Result<Practice, Failure> {
        Ok(self.settings()?.authorities.remove(name.as_str()).unwrap_or_default())
    }

    /// Fails where certwright.toml says something else about the authority already.
    fn may_keep(&self, name: &Name, practice: &Practice) -> Result<(), Failure> {
        let kept = self.settings()?.authorities.remove(name.as_str());
        if kept.is_some_and(|kept| kept != *practice) && !practice.is_usual() {
            return Err(self.misconfigured(format!("it has settings for {name} already: change them there")));
        }
        Ok(())
    }

    /// The whole of certwright.toml with an authority's table added; `None` where there is nothing to add.
    pub(crate) fn with_practice(&self, name: &Name, practice: &Practice) -> Result<Option<String>, Failure> {
        self.may_keep(name, practice)?;
        if practice.is_usual() || self.practice(name)? == *practice {
            return Ok(None);
        }
        let table = practice.table(name).map_err(|error| self.misconfigured(error.to_string()))?;
        let text = self.text()? + &table;
        // What could not be read again is not written.
        self.parse(&text)?;
        Ok(Some(text))
    }

    /// Marks a new home as one.
    pub(crate) fn mark(&self) {
        // Two processes may do this at once, with the same contents; without the file nothing is lost.
        let overwrite = certwright::file::Overwrite::Refuse;
        let access = certwright::file::Access::Everyone;
        drop(certwright::file::write(self.configuration(), CONFIGURATION.as_bytes(), access, overwrite));
    }
}

/// Why an authority's table cannot be used.
fn unfit(name: &str, error: &Error) -> String {
    match error {
        Error::Syntax { what, input, reason } => {
            format!("the {what} {input:?} of {name}: {reason}")
        }
        other => format!("the table of {name}: {other}"),
    }
}
