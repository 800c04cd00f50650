//! Certificate revocation lists as they are: parsed once, immutable, byte-exact (RFC 5280 section 5).

mod reason;

pub use reason::CrlReason;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use x509_parser::extensions::X509Extension;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};
use x509_parser::time::ASN1Time;

use crate::certificate::{PointName, Reasons, SignatureAlgorithm, point_name, reasons};
use crate::container;
use crate::der::{self, tag};
use crate::error::Error;
use crate::file;
use crate::key::{PublicKey, VerifyError};
use crate::name::Subject;
use crate::oid::Oid;
use crate::pem;
use crate::serial::Serial;
use crate::timestamp::Timestamp;

const WHAT: &str = "a CRL";

const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
const INVALIDITY_DATE: &[u8] = &[0x55, 0x1d, 24];
const DELTA_INDICATOR: &[u8] = &[0x55, 0x1d, 27];
const ISSUING_POINT: &[u8] = &[0x55, 0x1d, 28];
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];

/// A certificate revocation list: its exact bytes and what they say. Cheap to clone.
///
/// That it was read says nothing about its signature, its dates or its scope.
#[derive(Clone)]
pub struct Crl(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
    tbs_algorithm: Vec<u8>,
    signature: Vec<u8>,
    issuer: Subject,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    /// Ascending by serial number, each one once for each issuer.
    revoked: Vec<Revoked>,
    facts: Facts,
}

/// What the extensions of a CRL say.
#[derive(Default)]
pub(crate) struct Facts {
    /// The INTEGER contents of the CRL number, and whether it is critical, which it must not be.
    pub(crate) number: Option<(Vec<u8>, bool)>,
    pub(crate) key_id: Option<Vec<u8>>,
    pub(crate) point: Option<IssuingPoint>,
    /// The CRL number of the base, in a delta CRL.
    pub(crate) base: Option<Vec<u8>>,
    /// Why nobody may rely on it: a critical extension that is not understood, an unreadable one.
    pub(crate) unusable: Option<String>,
}

/// The issuing distribution point (section 5.2.5): what the CRL covers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IssuingPoint {
    pub(crate) name: Option<PointName>,
    pub(crate) only_leaves: bool,
    pub(crate) only_authorities: bool,
    pub(crate) only_attributes: bool,
    pub(crate) indirect: bool,
    pub(crate) reasons: Option<Reasons>,
}

/// An entry of a CRL.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revoked {
    /// The serial number of the certificate.
    pub serial: Serial,
    /// Who issued the certificate, where an indirect CRL says that it was another than the CRL's issuer. Held once for
    /// all the entries that share it.
    pub issuer: Option<Arc<Subject>>,
    /// Since when.
    pub since: Timestamp,
    /// Why, where it is said. [`CrlReason::RemoveFromCrl`] takes an entry off in a delta CRL.
    pub reason: Option<CrlReason>,
}

impl Crl {
    /// Reads one CRL in DER.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], [`Error::TrailingBytes`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        parse(der).map(|parsed| Self(Arc::new(parsed)))
    }

    /// Reads the first CRL in the bytes, PEM with anything around it, or DER. Those behind it are not looked at.
    ///
    /// # Errors
    ///
    /// Those of [`Crl::from_der`]; [`Error::Pem`]; [`Error::Unexpected`] where there is none.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Self::of_item(&container::first_crl(bytes)?)
    }

    /// Reads the first CRL in a file.
    ///
    /// # Errors
    ///
    /// Those of [`Crl::read`], and [`Error::Read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// Reads every CRL in the bytes, PEM or DER.
    ///
    /// # Errors
    ///
    /// Those of [`Crl::from_der`]; [`Error::Pem`]; [`Error::Unexpected`] where there is none.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        container::crls(bytes)?.iter().map(Self::of_item).collect()
    }

    fn of_item(item: &container::Item) -> Result<Self, Error> {
        Self::from_der(&item.der).map_err(|error| item.locate(error))
    }

    /// Reads every CRL in a file.
    ///
    /// # Errors
    ///
    /// Those of [`Crl::read_all`], and [`Error::Read`].
    pub fn open_all(path: impl AsRef<Path>) -> Result<Vec<Self>, Error> {
        let path = path.as_ref();
        Self::read_all(&file::read(path)?).map_err(|error| error.at(path.display()))
    }

    /// The exact bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// As one PEM block with a line end (RFC 7468).
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode_public("X509 CRL", self.der())
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Subject {
        &self.0.issuer
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> Timestamp {
        self.0.this_update
    }

    /// Until when the next one comes, where it says so.
    #[must_use]
    pub fn next_update(&self) -> Option<Timestamp> {
        self.0.next_update
    }

    /// The contents of the INTEGER that numbers it, where it is numbered.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.0.facts.number.as_ref().map(|(number, _)| number.as_slice())
    }

    /// Its entries, ascending by serial number.
    #[must_use]
    pub fn revoked(&self) -> &[Revoked] {
        &self.0.revoked
    }

    /// The entry for a serial number of the CRL's own issuer.
    #[must_use]
    pub fn entry(&self, serial: &Serial) -> Option<&Revoked> {
        self.entry_of(serial, self.issuer())
    }

    /// The entry for a serial number of this issuer, which in an indirect CRL may be another one.
    pub(crate) fn entry_of(&self, serial: &Serial, issuer: &Subject) -> Option<&Revoked> {
        let first = self.0.revoked.partition_point(|entry| entry.serial < *serial);
        let entries = self.0.revoked.get(first..)?.iter().take_while(|entry| entry.serial == *serial);
        let mut entries =
            entries.filter(|entry| entry.issuer.as_deref().unwrap_or(self.issuer()).matches(issuer));
        entries.next()
    }

    /// The algorithm of its signature.
    #[must_use]
    pub fn signature_algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::from_der(&self.0.algorithm)
    }

    /// Its signature: the octets of the BIT STRING.
    #[must_use]
    pub fn signature_value(&self) -> &[u8] {
        &self.0.signature
    }

    /// Whether the algorithm inside the signed part is the one outside.
    pub(crate) fn algorithms_agree(&self) -> bool {
        self.0.algorithm == self.0.tbs_algorithm
    }

    /// What its extensions say.
    pub(crate) fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Checks the signature with the issuer's key. Nothing else is checked.
    ///
    /// # Errors
    ///
    /// [`Error::BadSignature`], [`Error::UnverifiableSignature`].
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), Error> {
        let subject = || format!("the CRL of {}", self.issuer());
        let parsed = &self.0;
        issuer.verify(&parsed.algorithm, &parsed.tbs, &parsed.signature).map_err(|error| match error {
            VerifyError::BadSignature => {
                Error::BadSignature { subject: subject(), issuer: self.issuer().to_string() }
            }
            VerifyError::UnsupportedAlgorithm { algorithm } => {
                Error::UnverifiableSignature { subject: subject(), algorithm }
            }
        })
    }
}

impl AsRef<[u8]> for Crl {
    fn as_ref(&self) -> &[u8] {
        self.der()
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crl({}, {})", self.issuer(), self.this_update())
    }
}

fn parse(der: &[u8]) -> Result<Parsed, Error> {
    let outer = der::children(WHAT, tag::SEQUENCE, der)?;
    let [tbs, algorithm, signed] = outer.as_slice() else {
        return Err(Error::decode(WHAT, "it has three parts: what is signed, the algorithm, the signature"));
    };
    // x509-parser does not look at the class of a tag, nor at the octet that counts unused bits.
    let parts = (tbs.tag, algorithm.tag, signed.tag) == (tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING);
    let Some((0, signature)) = signed.contents.split_first().filter(|_| parts) else {
        return Err(Error::decode(
            WHAT,
            "a part of it has the wrong tag, or the signature is no whole number of octets",
        ));
    };
    der::check_canonical(WHAT, der)?;
    let (_, crl) =
        CertificateRevocationList::from_der(der).map_err(|error| Error::decode(WHAT, error.to_string()))?;
    let list = &crl.tbs_cert_list;
    let (revoked, entries_unusable) = entries(&list.revoked_certificates)?;
    let mut facts = Facts::default();
    extensions(list.extensions(), &mut facts);
    facts.unusable = facts.unusable.take().or(entries_unusable);
    let indirect = facts.point.as_ref().is_some_and(|point| point.indirect);
    if !indirect && revoked.iter().any(|entry| entry.issuer.is_some()) {
        facts.unusable = Some("an entry of another issuer in a CRL that is not indirect".to_owned());
    }
    if list.version.is_none() && !list.extensions().is_empty() {
        facts.unusable = Some("extensions in a CRL of version 1".to_owned());
    }
    Ok(Parsed {
        der: der.to_vec(),
        tbs: tbs.raw.to_vec(),
        algorithm: algorithm.raw.to_vec(),
        tbs_algorithm: tbs_algorithm(tbs)?,
        signature: signature.to_vec(),
        issuer: Subject::from_der(list.issuer.as_raw())?,
        this_update: timestamp(list.this_update)?,
        next_update: list.next_update.map(timestamp).transpose()?,
        revoked,
        facts,
    })
}

/// The first or second child of the TBS, depending on whether the version is written.
fn tbs_algorithm(tbs: &der::Element<'_>) -> Result<Vec<u8>, Error> {
    let (first, rest) = der::first(WHAT, tbs.contents)?;
    match first.tag {
        tag::INTEGER => der::first(WHAT, rest).map(|(second, _)| second.raw.to_vec()),
        _ => Ok(first.raw.to_vec()),
    }
}

fn timestamp(time: ASN1Time) -> Result<Timestamp, Error> {
    Timestamp::from_unix(time.timestamp())
        .ok_or_else(|| Error::decode(WHAT, "a date outside the years 1 to 9999"))
}

/// The entries, and why they cannot be relied on, where that is so.
fn entries(found: &[RevokedCertificate<'_>]) -> Result<(Vec<Revoked>, Option<String>), Error> {
    let mut unusable = None;
    // Section 5.3.3: an entry without it has the issuer of the one before. Shared, because a name of many kilobytes may
    // stand before a hundred thousand entries.
    let mut issuer = None;
    let mut revoked = Vec::with_capacity(found.len());
    for entry in found {
        let (mut reason, since) = (None, timestamp(entry.revocation_date)?);
        for extension in entry.extensions() {
            match extension.oid.as_bytes() {
                // ENUMERATED of one octet.
                REASON_CODE => reason = extension.value.last().copied().map(CrlReason::from_code),
                INVALIDITY_DATE => {}
                CERTIFICATE_ISSUER => match directory_name(extension.value) {
                    Some(name) => issuer = Some(Arc::new(name)),
                    None => unusable = Some("an entry names its issuer in an unknown way"),
                },
                _ if extension.critical => unusable = Some("an entry has an unknown critical extension"),
                _ => {}
            }
        }
        revoked.push(Revoked {
            serial: Serial::from_content(entry.raw_serial()),
            issuer: issuer.clone(),
            since,
            reason,
        });
    }
    revoked.sort_by(|one, other| one.serial.cmp(&other.serial));
    // Equal serials of several issuers may alternate: the first one of each is found first.
    revoked.dedup_by(|later, earlier| later.serial == earlier.serial && later.issuer == earlier.issuer);
    Ok((revoked, unusable.map(str::to_owned)))
}

/// The one distinguished name of GeneralNames.
fn directory_name(value: &[u8]) -> Option<Subject> {
    let names = der::children(WHAT, tag::SEQUENCE, value).ok()?;
    let name = names.iter().find(|name| name.tag == tag::context_constructed(4))?;
    Subject::from_der(name.contents).ok()
}

fn extensions(found: &[X509Extension<'_>], facts: &mut Facts) {
    for extension in found {
        if let Err(reason) = extension_fact(extension, facts) {
            facts.unusable = Some(reason);
        }
    }
}

fn extension_fact(extension: &X509Extension<'_>, facts: &mut Facts) -> Result<(), String> {
    let value = extension.value;
    match extension.oid.as_bytes() {
        CRL_NUMBER => facts.number = Some((integer(value)?, extension.critical)),
        DELTA_INDICATOR => facts.base = Some(integer(value)?),
        ISSUING_POINT => facts.point = Some(issuing_point(value)?),
        AUTHORITY_KEY_ID => facts.key_id = key_id(value)?,
        oid if extension.critical => {
            let name = Oid::from_content(oid).map_or_else(|_| "malformed".to_owned(), |oid| oid.to_string());
            return Err(format!("the critical extension {name} is not understood"));
        }
        _ => {}
    }
    Ok(())
}

fn integer(value: &[u8]) -> Result<Vec<u8>, String> {
    match der::single(WHAT, value) {
        Ok(element) if element.tag == tag::INTEGER => Ok(element.contents.to_vec()),
        _ => Err("a number is malformed".to_owned()),
    }
}

fn key_id(value: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let fields = der::children(WHAT, tag::SEQUENCE, value).map_err(|error| error.to_string())?;
    Ok(fields.iter().find(|field| field.tag == tag::context(0)).map(|field| field.contents.to_vec()))
}

fn issuing_point(value: &[u8]) -> Result<IssuingPoint, String> {
    let mut point = IssuingPoint::default();
    let fields = der::children(WHAT, tag::SEQUENCE, value).and_then(|fields| der::optional(WHAT, fields));
    for field in fields.map_err(|error| error.to_string())? {
        let set = field.contents == [0xff];
        match field.tag {
            0xa0 => point.name = Some(point_name(field.contents)?),
            0x81 => point.only_leaves = set,
            0x82 => point.only_authorities = set,
            0x83 => point.reasons = Some(reasons(field.contents)?),
            0x84 => point.indirect = set,
            0x85 => point.only_attributes = set,
            _ => return Err("an unknown field of the issuing distribution point".to_owned()),
        }
    }
    Ok(point)
}
