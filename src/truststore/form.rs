//! The forms of a store's file, and how each reader takes them.

use std::fmt;

use crate::error::Error;
use crate::finding::{Finding, Severity};

use super::rules::Rules;

/// The form of a truststore's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// One PEM block below the other.
    Pem,
    /// The certificates in DER, one after the other.
    Der,
    /// PKCS#7 SignedData of certificates alone, in PEM or DER.
    Pkcs7,
    /// PKCS#12 with trusted-certificate entries, under a passphrase.
    Pkcs12,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pem => "PEM",
            Self::Der => "DER",
            Self::Pkcs7 => "PKCS#7",
            Self::Pkcs12 => "PKCS#12",
        })
    }
}

/// Whose reading of PEM a reader has: which irregular texts it loads, which it refuses and which it drops in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemReader {
    /// OpenSSL's; also where nothing is known.
    OpenSsl,
    /// That of rustls-pki-types, which takes lines that end in CR alone and blank lines, and no byte order mark.
    Rustls,
}

impl Rules {
    /// Refuses a form of file that the reader does not load.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], whose finding names the forms that it does load.
    pub fn require_form(&self, form: Form) -> Result<(), Error> {
        match self.form_refusal(form) {
            None => Ok(()),
            Some(finding) => {
                Err(Error::Refused { operation: "write the truststore", findings: vec![finding] })
            }
        }
    }

    pub(crate) fn form_refusal(&self, form: Form) -> Option<Finding> {
        let taken: Vec<_> = self.forms.iter().map(Form::to_string).collect();
        let message = || {
            format!(
                "{} does not load a truststore in {form}: write it as {}",
                self.target,
                taken.join(" or ")
            )
        };
        (!self.forms.contains(&form))
            .then(|| Finding::new("store-form", Severity::Error, self.citation, message()))
    }
}
