//! What an authority writes into everything that it issues: kept in certwright.toml, one table for each.

use std::collections::BTreeMap;

use certwright::profile::Urls;
use certwright::{Authority, Uri};
use serde::{Deserialize, Serialize};

use crate::home::Name;
use crate::values::uri;

/// Options of the commands that make an authority. They are kept in certwright.toml.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PracticeArgs {
    /// Where its CRL will be found; may be given several times. It stands in everything that the authority issues.
    #[arg(long, value_name = "URL", value_parser = uri)]
    crl_url: Vec<Uri>,
    /// Where its own certificate will be found; may be given several times. It stands in everything that it issues.
    #[arg(long, value_name = "URL", value_parser = uri)]
    ca_issuers_url: Vec<Uri>,
    /// Where its OCSP responder will answer; may be given several times. It stands in everything that it issues.
    #[arg(long, value_name = "URL", value_parser = uri)]
    ocsp_url: Vec<Uri>,
    /// Issues nothing that is valid for more than seven days.
    #[arg(long)]
    short_lived: bool,
}

impl PracticeArgs {
    pub(crate) fn practice(&self) -> Practice {
        let texts = |addresses: &[Uri]| addresses.iter().map(ToString::to_string).collect();
        Practice {
            crl_urls: texts(&self.crl_url),
            ca_issuers_urls: texts(&self.ca_issuers_url),
            ocsp_urls: texts(&self.ocsp_url),
            short_lived: self.short_lived,
        }
    }
}

/// The same, as certwright.toml has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Practice {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    crl_urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ca_issuers_urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ocsp_urls: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    short_lived: bool,
}

impl Practice {
    /// Nothing to keep.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// For people, a line for each address.
    pub(crate) fn rows(&self) -> Vec<(&'static str, String)> {
        let lists =
            [("CRL", &self.crl_urls), ("issuer at", &self.ca_issuers_urls), ("OCSP", &self.ocsp_urls)];
        let addresses =
            lists.into_iter().flat_map(|(what, list)| list.iter().map(move |url| (what, url.clone())));
        let brief = self.short_lived.then(|| ("issues", "nothing for more than seven days".to_owned()));
        addresses.chain(brief).collect()
    }

    /// The authority, in the habit of it.
    pub(crate) fn apply(&self, authority: Authority) -> Result<Authority, certwright::Error> {
        let authority = authority.with_urls(self.urls()?);
        Ok(if self.short_lived { authority.short_lived() } else { authority })
    }

    /// Its addresses, each of which has to be one.
    pub(crate) fn urls(&self) -> Result<Urls, certwright::Error> {
        let mut urls = Urls::new();
        for address in &self.crl_urls {
            urls = urls.crl(address.parse()?);
        }
        for address in &self.ca_issuers_urls {
            urls = urls.ca_issuers(address.parse()?);
        }
        for address in &self.ocsp_urls {
            urls = urls.ocsp(address.parse()?);
        }
        Ok(urls)
    }

    /// The table that is added to certwright.toml. What stands there is left as it is.
    pub(crate) fn table(&self, name: &Name) -> Result<String, toml::ser::Error> {
        #[derive(Serialize)]
        struct Tables<'a> {
            authorities: BTreeMap<&'a str, &'a Practice>,
        }
        let authorities = BTreeMap::from([(name.as_str(), self)]);
        toml::to_string(&Tables { authorities }).map(|text| format!("\n{text}"))
    }
}
