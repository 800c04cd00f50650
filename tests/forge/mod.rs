//! Certificates of every shape, right and wrong, made by rcgen: tests must not trust our own issuing.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that fails ends the test that asked for it"
)]

use std::sync::Arc;

use certwright::{Certificate, Crl, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};

/// The day of the tests; certificates run from 2025 to 2034 unless said otherwise.
pub(crate) const TODAY: &str = "2026-11-23T12:00:00Z";

pub(crate) fn today() -> Timestamp {
    TODAY.parse().unwrap()
}

/// A certificate with what is needed to issue below it.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) certificate: Certificate,
    pub(crate) key: Arc<KeyPair>,
    params: CertificateParams,
}

impl Made {
    pub(crate) fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &*self.key)
    }

    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

pub(crate) fn key() -> Arc<KeyPair> {
    Arc::new(KeyPair::generate().unwrap())
}

/// A certificate in the making.
pub(crate) struct Plan {
    params: CertificateParams,
    key: Option<Arc<KeyPair>>,
}

/// An authority of this common name.
pub(crate) fn authority(name: &str) -> Plan {
    let mut plan = plan(name);
    plan.params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    plan.params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    plan
}

/// A TLS client of this common name, which is its DNS name, too.
pub(crate) fn client(name: &str) -> Plan {
    leaf(name, ExtendedKeyUsagePurpose::ClientAuth)
}

/// A TLS server of this name.
pub(crate) fn server(name: &str) -> Plan {
    leaf(name, ExtendedKeyUsagePurpose::ServerAuth)
}

fn leaf(name: &str, purpose: ExtendedKeyUsagePurpose) -> Plan {
    let mut plan = plan(name).dns(name);
    plan.params.is_ca = IsCa::ExplicitNoCa;
    plan.params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    plan.params.extended_key_usages = vec![purpose];
    plan
}

fn plan(name: &str) -> Plan {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2034, 1, 1);
    params.use_authority_key_identifier_extension = true;
    Plan { params, key: None }
}

impl Plan {
    pub(crate) fn dns(mut self, name: &str) -> Self {
        self.params.subject_alt_names.push(SanType::DnsName(name.try_into().unwrap()));
        self
    }

    pub(crate) fn email(mut self, address: &str) -> Self {
        self.params.subject_alt_names.push(SanType::Rfc822Name(address.try_into().unwrap()));
        self
    }

    /// The names of a leaf are those added after this.
    pub(crate) fn without_names(mut self) -> Self {
        self.params.subject_alt_names.clear();
        self
    }

    pub(crate) fn years(mut self, from: i32, until: i32) -> Self {
        self.params.not_before = date_time_ymd(from, 1, 1);
        self.params.not_after = date_time_ymd(until, 1, 1);
        self
    }

    pub(crate) fn path_length(mut self, length: u8) -> Self {
        self.params.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
        self
    }

    pub(crate) fn not_an_authority(mut self) -> Self {
        self.params.is_ca = IsCa::ExplicitNoCa;
        self
    }

    pub(crate) fn usages(mut self, usages: &[KeyUsagePurpose]) -> Self {
        self.params.key_usages = usages.to_vec();
        self
    }

    pub(crate) fn purposes(mut self, purposes: &[ExtendedKeyUsagePurpose]) -> Self {
        self.params.extended_key_usages = purposes.to_vec();
        self
    }

    pub(crate) fn ip(mut self, address: std::net::IpAddr) -> Self {
        self.params.subject_alt_names.push(SanType::IpAddress(address));
        self
    }

    pub(crate) fn permits_dns(self, base: &str) -> Self {
        self.constraints(vec![GeneralSubtree::DnsName(base.to_owned())], Vec::new())
    }

    /// No constraints where both are empty.
    pub(crate) fn constraints(
        mut self,
        permitted: Vec<GeneralSubtree>,
        excluded: Vec<GeneralSubtree>,
    ) -> Self {
        let some = !permitted.is_empty() || !excluded.is_empty();
        self.params.name_constraints =
            some.then_some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded });
        self
    }

    pub(crate) fn extension(mut self, oid: &[u64], critical: bool, value: &[u8]) -> Self {
        let mut extension = CustomExtension::from_oid_content(oid, value.to_vec());
        extension.set_criticality(critical);
        self.params.custom_extensions.push(extension);
        self
    }

    pub(crate) fn key(mut self, key: &Arc<KeyPair>) -> Self {
        self.key = Some(Arc::clone(key));
        self
    }

    pub(crate) fn self_signed(self) -> Made {
        let key = self.key.unwrap_or_else(key);
        let made = self.params.self_signed(&*key).unwrap();
        Made { certificate: Certificate::from_der(made.der()).unwrap(), key, params: self.params }
    }

    pub(crate) fn under(self, issuer: &Made) -> Made {
        let key = self.key.unwrap_or_else(key);
        let made = self.params.signed_by(&*key, &issuer.issuer()).unwrap();
        Made { certificate: Certificate::from_der(made.der()).unwrap(), key, params: self.params }
    }
}

/// A CRL of the middle of 2025, good until the start of a year.
pub(crate) fn crl(issuer: &Made, until: i32, revoked: &[&Made]) -> Crl {
    let revoked_certs = revoked
        .iter()
        .map(|made| rcgen::RevokedCertParams {
            serial_number: rcgen::SerialNumber::from_slice(made.certificate.serial().content()),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: Some(rcgen::RevocationReason::KeyCompromise),
            invalidity_date: None,
        })
        .collect();
    let params = rcgen::CertificateRevocationListParams {
        this_update: date_time_ymd(2025, 6, 1),
        next_update: date_time_ymd(until, 1, 1),
        crl_number: 1u64.into(),
        issuing_distribution_point: None,
        revoked_certs,
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    Crl::from_der(params.signed_by(&issuer.issuer()).unwrap().der()).unwrap()
}

/// The certificates alone.
pub(crate) fn certificates<const N: usize>(made: [&Made; N]) -> Vec<Certificate> {
    made.iter().map(|made| made.certificate.clone()).collect()
}
