//! What each reader of a truststore demands: data, with a source per number.

use crate::certificate::SignatureAlgorithm;
use crate::chain::AnchorUse;
use crate::key::Algorithm;

use super::form::{Form, PemReader};
use super::keys::KeyKind;

/// Which certificates of a store end a client's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ends {
    /// Self-signed ones: the root has to be there.
    AtRoots,
    /// Any: a subordinate is trusted itself.
    Anywhere,
}

/// What a store has to hold besides anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// One file; the reader also builds paths over what is no anchor.
    Together,
    /// One file of anchors: the client has to present every intermediate that is not one.
    AnchorsOnly,
    /// Two lists, anchors and intermediates.
    Split,
}

/// Which CRLs a reader wants once it is given one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrlDemand {
    /// It reads none.
    None,
    /// One for every authority of the path, or it refuses everybody.
    EveryAuthority,
    /// It refuses what the CRLs list.
    Listed,
}

/// The rules of one reader. For a reader of your own take one that is near, [`Rules::none`] or another, and change
/// its fields.
///
/// ```
/// # use certwright::truststore::Rules;
/// let mut rules = Rules::none();
/// rules.target = "our front";
/// rules.most_intermediates = Some(1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// The reader, as `--for` names it.
    pub target: &'static str,
    /// Every certificate's issuer has to be in the store, up to a self-signed root.
    pub complete_chains: bool,
    /// The most certificates from one of the store to its root.
    pub longest_chain: Option<usize>,
    /// The most certificates from a client to the anchor, both counted.
    pub longest_client_chain: Option<usize>,
    /// The most intermediates between a client and its anchor.
    pub most_intermediates: Option<usize>,
    /// Two certificates with one subject have to have one issuer.
    pub one_issuer_per_subject: bool,
    /// The fewest bits of the digest in a signature.
    pub least_digest_bits: Option<u32>,
    /// The fewest bits of an RSA key.
    pub least_rsa_bits: Option<usize>,
    /// The kinds of keys that it verifies with.
    pub keys: &'static [KeyKind],
    /// Whether a client needs the purpose clientAuth (or none at all).
    pub client_purpose: bool,
    /// Whether the purpose has to stand in the client's certificate, and not only not be excluded.
    pub client_purpose_listed: bool,
    /// Whether anyExtendedKeyUsage stands for that purpose. RFC 5280 leaves it to the reader, and most say no.
    pub any_purpose: bool,
    /// Whether key usage bits count.
    pub key_usage: bool,
    /// Whether a client's certificate must not be an authority's.
    pub client_no_authority: bool,
    /// Which certificates of the store end a path.
    pub ends: Ends,
    /// What of an anchor counts: its dates and constraints, or its name and key.
    pub anchor_use: AnchorUse,
    /// Whether it looks for another path when the first one breaks. OpenSSL does not: of several certificates that may
    /// have issued one by name and key identifier it takes the first that is current, those of the store before those
    /// that are sent.
    pub backtracks: bool,
    /// The forms of file that it loads.
    pub forms: &'static [Form],
    /// How it reads PEM.
    pub pem: PemReader,
    /// Whether it is known to skip text between the blocks of PEM.
    pub comments: bool,
    /// How the store is laid out.
    pub layout: Layout,
    /// The most certificates in the store.
    pub most_certificates: Option<usize>,
    /// The most bytes of one certificate.
    pub largest_certificate: Option<usize>,
    /// The most bytes of the file.
    pub largest_store: Option<usize>,
    /// Whether one certificate that breaks a rule makes the reader refuse the whole store.
    pub all_or_nothing: bool,
    /// Which CRLs it wants.
    pub crls: CrlDemand,
    /// The most CRLs beside the store.
    pub most_crls: Option<usize>,
    /// The most bytes of one CRL.
    pub largest_crl: Option<usize>,
    /// The most entries of all CRLs together.
    pub most_revoked: Option<usize>,
    /// What its users have to know besides.
    pub notes: &'static [&'static str],
    /// Where the numbers come from.
    pub citation: &'static str,
}

const AWS_GATEWAY: &str = "Amazon API Gateway developer guide, mutual TLS authentication";
const AWS_BALANCER: &str = "Elastic Load Balancing user guide, mutual authentication with TLS";
const GOOGLE: &str = "Google Cloud load balancing, mutual TLS overview";
const CLOUDFLARE: &str = "Cloudflare SSL/TLS, bring your own CA for mTLS";
const NGINX: &str = "ngx_http_ssl_module; X509_STORE_CTX_set_depth(3); measured with nginx 1.22";
const HAPROXY: &str = "HAProxy configuration manual, ca-file, crl-file";
const ENVOY: &str = "Envoy, CertificateValidationContext";
const OPENSSL: &str = "openssl-verification-options(1); SSL_CTX_set_security_level(3)";
const RUSTLS: &str = "rustls-webpki 0.103, MAX_SUB_CA_COUNT";
const JAVA: &str =
    "java.security of OpenJDK 17, jdk.certpath.disabledAlgorithms; measured with its trust manager";
const STANDARD: &str = "RFC 5280 section 6";

const LISTED_BY_AWS: &[KeyKind] = &[KeyKind::Rsa, KeyKind::NistCurve];
/// OpenJDK 17: SunEC has the curves of NIST alone since 16.
const JAVA_KEYS: &[KeyKind] =
    &[KeyKind::Rsa, KeyKind::RsaPss, KeyKind::NistCurve, KeyKind::Ed25519, KeyKind::Ed448, KeyKind::Dsa];
/// At security level 2.
const OPENSSL_KEYS: &[KeyKind] = &[
    KeyKind::Rsa,
    KeyKind::RsaPss,
    KeyKind::NistCurve,
    KeyKind::OtherCurve,
    KeyKind::Ed25519,
    KeyKind::Ed448,
    KeyKind::Dsa,
];
const EVERY_FORM: &[Form] = &[Form::Pem, Form::Der, Form::Pkcs7, Form::Pkcs12];

/// What holds where a reader's row says nothing else.
const COMMON: Rules = Rules {
    target: "none",
    complete_chains: true,
    longest_chain: None,
    longest_client_chain: None,
    most_intermediates: None,
    one_issuer_per_subject: false,
    least_digest_bits: None,
    least_rsa_bits: None,
    keys: KeyKind::EVERY,
    client_purpose: true,
    client_purpose_listed: false,
    any_purpose: false, // X509_check_purpose(3); measured with OpenSSL 3.0 and rustls
    key_usage: true,
    client_no_authority: false,
    ends: Ends::AtRoots,
    anchor_use: AnchorUse::Certificate,
    backtracks: true,
    forms: &[Form::Pem],
    pem: PemReader::OpenSsl,
    comments: true,
    layout: Layout::Together,
    most_certificates: None,
    largest_certificate: None,
    largest_store: None,
    all_or_nothing: false,
    crls: CrlDemand::None,
    most_crls: None,
    largest_crl: None,
    most_revoked: None,
    notes: &[],
    citation: STANDARD,
};

/// OpenSSL 3 at security level 2, which Debian and OpenSSL itself from 3.2 on have as their default: 112 bits of
/// security, so no SHA-1, and curves from 224 bits on.
const AT_LEVEL_TWO: Rules = Rules {
    target: "openssl",
    least_digest_bits: Some(224),
    // It rounds to multiples of 8 what it estimates of a modulus: 112 from here on. Measured: RSA_security_bits, and
    // curl and s_server with keys of 1962 and 1963 bits.
    least_rsa_bits: Some(1963),
    keys: OPENSSL_KEYS,
    most_intermediates: Some(100), // the default depth of X509_VERIFY_PARAM
    backtracks: false,             // X509_STORE_CTX_get1_issuer; measured with OpenSSL 3.0
    citation: OPENSSL,
    ..COMMON
};

/// What works for it works for readers that look back, too.
const NO_READER: Rules = Rules { forms: EVERY_FORM, backtracks: false, ..COMMON };

/// Every reader, one row each.
const TABLE: &[Rules] = &[
    Rules {
        target: "api-gateway",
        longest_chain: Some(4),         // "a maximum of four certificates in the chain"
        longest_client_chain: Some(4),  // the same limit, seen from the client
        one_issuer_per_subject: true,   // two issuers of one subject are refused at upload
        least_digest_bits: Some(256),   // SHA-256 or stronger
        least_rsa_bits: Some(2048),     // RSA 2048 or stronger, ECDSA 256 or stronger
        keys: LISTED_BY_AWS,            // no Ed25519 in its list
        client_purpose: false,          // EKU is not looked at
        comments: false,                // unverified
        most_certificates: Some(1000),  // unverified
        largest_store: Some(1_000_000), // 1 MB, unverified
        all_or_nothing: true,
        notes: &[
            "disable the default endpoint, or mutual TLS can be bypassed",
            "nothing warns when a certificate of the store expires; revocation is not checked",
        ],
        citation: AWS_GATEWAY,
        ..COMMON
    },
    Rules {
        target: "alb",
        longest_chain: Some(4),
        longest_client_chain: Some(4),
        least_digest_bits: Some(256),
        least_rsa_bits: Some(2048),
        keys: LISTED_BY_AWS,               // RSA and ECDSA only
        comments: false,                   // unverified
        most_certificates: Some(25),       // CA certificates per store
        largest_certificate: Some(16_384), // 16 KB each
        all_or_nothing: true,              // one bad certificate fails the store
        crls: CrlDemand::Listed,
        most_crls: Some(30),
        largest_crl: Some(50_000_000), // 50 MB
        most_revoked: Some(500_000),
        citation: AWS_BALANCER,
        ..COMMON
    },
    Rules {
        target: "gcp",
        least_digest_bits: Some(256), // SHA-256 or stronger
        client_purpose_listed: true,  // clientAuth has to be there
        client_no_authority: true,    // cA must not be true
        comments: false,              // unverified
        layout: Layout::Split,
        citation: GOOGLE,
        ..COMMON
    },
    Rules {
        target: "cloudflare",
        most_certificates: Some(5), // CAs
        comments: false,            // unverified
        citation: CLOUDFLARE,
        ..COMMON
    },
    Rules {
        target: "nginx",
        most_intermediates: Some(1), // ssl_verify_depth, default 1
        crls: CrlDemand::EveryAuthority,
        notes: &["ssl_verify_depth counts intermediates; with ssl_crl every CA needs a CRL"],
        citation: NGINX,
        ..AT_LEVEL_TWO
    },
    Rules { target: "haproxy", crls: CrlDemand::EveryAuthority, citation: HAPROXY, ..AT_LEVEL_TWO },
    Rules {
        target: "envoy",
        complete_chains: false,        // partial chains are on
        most_intermediates: Some(100), // max_verify_depth, default 100
        ends: Ends::Anywhere,
        least_digest_bits: Some(256), // BoringSSL verifies no SHA-1 signatures (unverified)
        keys: &[KeyKind::Rsa, KeyKind::NistCurve, KeyKind::Ed25519], // what BoringSSL has (unverified)
        crls: CrlDemand::EveryAuthority,
        citation: ENVOY,
        ..COMMON
    },
    AT_LEVEL_TWO,
    Rules {
        target: "rustls",
        complete_chains: false,
        most_intermediates: Some(6),  // MAX_SUB_CA_COUNT
        least_digest_bits: Some(256), // no SHA-1 in its providers
        least_rsa_bits: Some(2048),   // ring and aws-lc-rs verify 2048 to 8192
        keys: &[KeyKind::Rsa, KeyKind::NistCurve, KeyKind::Ed25519], // webpki's ring and aws_lc_rs algorithms
        client_no_authority: true,    // CaUsedAsEndEntity
        key_usage: false,             // webpki does not read it
        ends: Ends::Anywhere,
        anchor_use: AnchorUse::NameAndKey,
        forms: &[Form::Pem, Form::Der], // CertificateDer
        pem: PemReader::Rustls,
        layout: Layout::AnchorsOnly,
        crls: CrlDemand::EveryAuthority,
        citation: RUSTLS,
        ..COMMON
    },
    Rules {
        target: "java",
        complete_chains: false,
        least_digest_bits: Some(160), // disabledAlgorithms: MD5; SHA-1 only under the roots that Java ships
        least_rsa_bits: Some(1024),   // disabledAlgorithms: RSA keySize < 1024
        any_purpose: true,            // sun.security.validator.EndEntityChecker.checkEKU
        keys: JAVA_KEYS,
        forms: EVERY_FORM, // KeyStore; CertificateFactory
        ends: Ends::Anywhere,
        anchor_use: AnchorUse::KeyAlone, // RFC 5280 section 6.1.1 (d); TrustAnchor without nameConstraints
        layout: Layout::AnchorsOnly,
        notes: &[
            "a PKCS#12 trust store needs an alias of its own for every certificate",
            "SHA-1 is still accepted under authorities of your own",
            "jdk.tls.maxCertificateChainLength limits what a client sends, to 10 certificates by default",
        ],
        citation: JAVA,
        ..COMMON
    },
    NO_READER,
];

impl Rules {
    /// Amazon API Gateway, custom domain name with mutual TLS.
    ///
    /// Chains of at most four certificates, complete to the root; SHA-256 or stronger; RSA from 2048 bits on or
    /// ECDSA; each subject has one issuer in the whole store. Revocation and purposes are not looked at.
    #[must_use]
    pub fn api_gateway() -> Self {
        Self::for_target("api-gateway").unwrap_or(COMMON)
    }

    /// No reader in particular: only what every reader needs.
    #[must_use]
    pub const fn none() -> Self {
        NO_READER
    }

    /// The rules of a reader by its name; `None` for one that certwright does not know.
    #[must_use]
    pub fn for_target(target: &str) -> Option<Self> {
        TABLE.iter().find(|rules| rules.target == target).cloned()
    }

    /// Whether the reader does not verify with such a key.
    pub(super) fn refuses_key(&self, algorithm: &Algorithm) -> bool {
        let known = KeyKind::of(algorithm).is_some_and(|kind| self.keys.contains(&kind));
        !known || self.refuses_length(algorithm)
    }

    /// Whether such a key is too short for the reader.
    pub(crate) fn refuses_length(&self, algorithm: &Algorithm) -> bool {
        match algorithm {
            Algorithm::Rsa { bits } | Algorithm::RsaPss { bits } => {
                self.least_rsa_bits.is_some_and(|least| *bits < least)
            }
            _ => {
                KeyKind::of(algorithm) == Some(KeyKind::ShortCurve)
                    && !self.keys.contains(&KeyKind::ShortCurve)
            }
        }
    }

    /// Whether the digest of such a signature is too short for the reader.
    pub(crate) fn refuses_digest(&self, algorithm: &SignatureAlgorithm) -> bool {
        let least = self.least_digest_bits.unwrap_or(0);
        algorithm.digest_bits.is_some_and(|bits| bits < least)
    }

    /// The rules of every reader that certwright knows.
    #[must_use]
    pub fn all() -> Vec<Self> {
        TABLE.to_vec()
    }
}
