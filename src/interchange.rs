//! Values to and from the types of rustls. The door to rustls-pki-types.

use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, CertificateSigningRequestDer, PrivateKeyDer,
    PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, UnixTime,
};
use std::time::Duration;

use crate::certificate::Certificate;
use crate::chain::Chain;
use crate::crl::Crl;
use crate::csr::Csr;
use crate::error::Error;
use crate::key::{Format, PrivateKey, PublicKey};
use crate::timestamp::Timestamp;

/// A structure of ours and its bytes in rustls, borrowed and by value.
macro_rules! interchange {
    ($($ours:ident, $theirs:ident;)+) => {$(
        impl TryFrom<&$theirs<'_>> for $ours {
            type Error = Error;

            fn try_from(der: &$theirs<'_>) -> Result<Self, Error> {
                Self::from_der(der)
            }
        }

        impl TryFrom<$theirs<'_>> for $ours {
            type Error = Error;

            fn try_from(der: $theirs<'_>) -> Result<Self, Error> {
                Self::from_der(&der)
            }
        }

        impl From<&$ours> for $theirs<'static> {
            fn from(ours: &$ours) -> Self {
                ours.der().to_vec().into()
            }
        }

        impl From<$ours> for $theirs<'static> {
            fn from(ours: $ours) -> Self {
                (&ours).into()
            }
        }
    )+};
}

interchange! {
    Certificate, CertificateDer;
    Crl, CertificateRevocationListDer;
    Csr, CertificateSigningRequestDer;
}

impl Chain {
    /// What its bearer presents in TLS, for a configuration of rustls: [`Chain::presented`], without the root.
    ///
    /// ```
    /// # use certwright::profile::{Leaf, Root};
    /// # use certwright::{Authority, Error, KeyType, Ledger, Lifetime, PrivateKey, Request, Subject};
    /// # let (name, key) = (Subject::common_name("localhost")?, || PrivateKey::generate(KeyType::EcdsaP256));
    /// # let root = Authority::root(&Root::new(Lifetime::years(1)), name, key()?, &Ledger::in_memory())?;
    /// # let key = key()?;
    /// # let request = Request::new(key.public_key()).dns("localhost")?;
    /// # let leaf = root.issue(&Leaf::server(Lifetime::days(7)), request)?;
    /// # let provider = rustls::crypto::ring::default_provider().into();
    /// let server = rustls::ServerConfig::builder_with_provider(provider)
    ///     .with_safe_default_protocol_versions()?
    ///     .with_no_client_auth()
    ///     .with_single_cert(leaf.chain().to_rustls(), key.danger_rustls()?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_rustls(&self) -> Vec<CertificateDer<'static>> {
        self.presented().iter().map(CertificateDer::from).collect()
    }
}

/// One structure of the form that it is said to have. [`PrivateKey::read`] takes what people have.
impl TryFrom<&PrivateKeyDer<'_>> for PrivateKey {
    type Error = Error;

    fn try_from(key: &PrivateKeyDer<'_>) -> Result<Self, Error> {
        let format = match key {
            PrivateKeyDer::Pkcs8(_) => Format::Pkcs8,
            PrivateKeyDer::Pkcs1(_) => Format::Pkcs1,
            PrivateKeyDer::Sec1(_) => Format::Sec1,
            _ => return Err(Error::decode("a private key", "its form is not known")),
        };
        Self::from_plain_der(format, key.secret_der())
    }
}

impl TryFrom<PrivateKeyDer<'_>> for PrivateKey {
    type Error = Error;

    fn try_from(key: PrivateKeyDer<'_>) -> Result<Self, Error> {
        (&key).try_into()
    }
}

impl PrivateKey {
    /// The key for rustls, **unencrypted**, in PKCS#8. The copy is not wiped when it is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`PrivateKey::danger_plain_der`].
    pub fn danger_rustls(&self) -> Result<PrivateKeyDer<'static>, Error> {
        let der = self.danger_plain_der(Format::Pkcs8)?;
        Ok(PrivatePkcs8KeyDer::from(der.to_vec()).into())
    }
}

impl TryFrom<&SubjectPublicKeyInfoDer<'_>> for PublicKey {
    type Error = Error;

    fn try_from(key: &SubjectPublicKeyInfoDer<'_>) -> Result<Self, Error> {
        Self::from_spki_der(key.as_ref())
    }
}

impl TryFrom<SubjectPublicKeyInfoDer<'_>> for PublicKey {
    type Error = Error;

    fn try_from(key: SubjectPublicKeyInfoDer<'_>) -> Result<Self, Error> {
        Self::from_spki_der(key.as_ref())
    }
}

impl<'a> From<&'a PublicKey> for SubjectPublicKeyInfoDer<'a> {
    fn from(key: &'a PublicKey) -> Self {
        key.spki_der().into()
    }
}

/// [`Error::TimeRange`] past the year 9999.
impl TryFrom<UnixTime> for Timestamp {
    type Error = Error;

    fn try_from(time: UnixTime) -> Result<Self, Error> {
        i64::try_from(time.as_secs()).ok().and_then(Self::from_unix).ok_or(Error::TimeRange)
    }
}

/// [`Error::TimeRange`] before 1970, where rustls begins to count.
impl TryFrom<Timestamp> for UnixTime {
    type Error = Error;

    fn try_from(moment: Timestamp) -> Result<Self, Error> {
        let seconds = u64::try_from(moment.unix()).map_err(|_| Error::TimeRange)?;
        Ok(Self::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
