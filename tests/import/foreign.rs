//! Certificates put together from DER, so that everything in them can be wrong.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use certwright::chain::to_pem;
use certwright::profile::{Leaf, Subordinate};
use certwright::{
    Authority, Certificate, Csr, KeyType, Lifetime, PendingAuthority, PrivateKey, Request, Subject, Timestamp,
};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;

/// When everything here happens.
const NOW: &str = "2026-11-23T12:00:00Z";

pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyType::EcdsaP256).unwrap()
}

pub(crate) fn tlv(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let header = match length {
        0..0x80 => vec![tag, u8::try_from(length).unwrap()],
        0x80..0x100 => vec![tag, 0x81, u8::try_from(length).unwrap()],
        _ => [&[tag, 0x82][..], &u16::try_from(length).unwrap().to_be_bytes()].concat(),
    };
    [header, contents.to_vec()].concat()
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An extension: the last octet of its identifier below 2.5.29, criticality, value.
pub(crate) fn extension(last: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&[6, 3, 0x55, 0x1d, last], critical, &tlv(4, value)])
}

pub(crate) fn is_authority() -> Vec<u8> {
    extension(19, true, &[0x30, 3, 1, 1, 0xff])
}

pub(crate) fn signs_certificates() -> Vec<u8> {
    extension(15, true, &[3, 2, 1, 6])
}

pub(crate) fn key_id() -> Vec<u8> {
    extension(14, false, &tlv(4, b"any octets will do"))
}

/// A certificate that is to be made.
pub(crate) struct Draft {
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Option<Vec<u8>>,
    pub(crate) dates: (&'static str, &'static str),
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl Draft {
    /// A sound authority of this name, from 2020 to 2049.
    pub(crate) fn authority(subject: &[u8]) -> Self {
        Self {
            subject: subject.to_vec(),
            issuer: None,
            dates: ("200101000000Z", "491231235959Z"),
            extensions: vec![is_authority(), signs_certificates(), key_id()],
        }
    }

    /// For the key, signed by the signer.
    pub(crate) fn sign(&self, key: &PrivateKey, signer: &PrivateKey) -> Vec<u8> {
        let algorithm = signer.public_key().signature_algorithm().unwrap();
        let validity = sequence(&[&tlv(0x17, self.dates.0.as_bytes()), &tlv(0x17, self.dates.1.as_bytes())]);
        let extensions = tlv(0xa3, &tlv(0x30, &self.extensions.concat()));
        let (version, extensions): (&[u8], &[u8]) = match self.extensions.is_empty() {
            true => (&[], &[]),
            false => (&[0xa0, 3, 2, 1, 2], &extensions),
        };
        let issuer = self.issuer.as_ref().unwrap_or(&self.subject);
        let spki = key.public_key().spki_der();
        let fields = [version, &[2, 1, 7], algorithm, issuer, &validity, &self.subject, spki, extensions];
        let tbs = sequence(&fields);
        let signature = [&[0][..], &signer.sign(&tbs).unwrap()].concat();
        sequence(&[&tbs, algorithm, &tlv(3, &signature)])
    }

    pub(crate) fn self_signed(&self, key: &PrivateKey) -> Certificate {
        Certificate::from_der(&self.sign(key, key)).unwrap()
    }
}

/// Issues a leaf, a subordinate and a leaf below that one; every issuer name has to be the issuer's own bytes. Returns
/// both leaves with everything above them but the root.
pub(crate) fn issue_below(authority: &Authority, now: Timestamp, name: &str) -> [Vec<Certificate>; 2] {
    let profile = Leaf::client(Lifetime::days(30));
    let request = || Request::new(key().public_key()).subject(Subject::common_name("leaf").unwrap());
    let leaf = authority.issue(&profile, request()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let signer = key();
    let csr = Csr::create(&Subject::common_name("sub").unwrap(), &signer).unwrap();
    let chain = authority.certify(&Subordinate::new(Lifetime::days(60)), &csr);
    let chain = chain.unwrap_or_else(|error| panic!("{name}: {error}"));
    let ledger = certwright::Ledger::in_memory().with_clock(now);
    let below = PendingAuthority::open(csr, signer).unwrap().activate(chain, &ledger).unwrap();
    let far = below.issue(&profile, request()).unwrap();
    let own = authority.certificate();
    for issued in [leaf.certificate(), below.certificate()] {
        assert_eq!(issued.issuer().as_der(), own.subject().as_der(), "{name}");
        let named = issued.authority_key_id().unwrap().key_id.as_deref().unwrap();
        assert_eq!(named, own.subject_key_id().unwrap_or(&own.public_key().key_id_sha1()), "{name}");
    }
    [leaf.chain().presented().to_vec(), far.chain().presented().to_vec()]
}

/// openssl's opinion of chains under a root, at a moment.
pub(crate) fn verify(
    openssl: &Path,
    folder: &Path,
    root: &Certificate,
    chains: &[Vec<Certificate>],
    now: Timestamp,
    options: &str,
) -> Result<(), String> {
    let now = now.unix().to_string();
    fs::write(folder.join("root.pem"), root.to_pem()).unwrap();
    for chain in chains {
        fs::write(folder.join("leaf.pem"), chain[0].to_pem()).unwrap();
        fs::write(folder.join("others.pem"), to_pem(&chain[1..])).unwrap();
        let mut arguments = vec!["verify", "-attime", &now, "-purpose", "sslclient", "-CAfile", "root.pem"];
        arguments.extend(options.split(' ').filter(|option| !option.is_empty()));
        if chain.len() > 1 {
            arguments.extend(["-untrusted", "others.pem"]);
        }
        let output =
            Command::new(openssl).args(arguments).arg("leaf.pem").current_dir(folder).output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    Ok(())
}

/// The opinion of rustls, which compares names byte for byte and does not look into them.
pub(crate) fn rustls_accepts(root: &Certificate, chains: &[Vec<Certificate>]) -> Result<(), rustls::Error> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(root.into())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let verifier = verifier.map_err(|error| rustls::Error::General(error.to_string()))?;
    let seconds = u64::try_from(moment().unix()).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    for chain in chains {
        let ders: Vec<CertificateDer<'static>> = chain.iter().map(CertificateDer::from).collect();
        verifier.verify_client_cert(&ders[0], &ders[1..], now)?;
    }
    Ok(())
}

pub(crate) fn moment() -> Timestamp {
    NOW.parse().unwrap()
}
