//! What each reader of a truststore demands: data, with a source per number.

/// The rules of one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// The reader, as `--for` names it.
    pub target: &'static str,
    /// Every certificate's issuer has to be in the store, up to a self-signed root.
    pub complete_chains: bool,
    /// The most certificates from one of the store to its root.
    pub longest_chain: Option<usize>,
    /// Two certificates with one subject have to have one issuer.
    pub one_issuer_per_subject: bool,
    /// The fewest bits of the digest in a signature.
    pub least_digest_bits: Option<u32>,
    /// The fewest bits of an RSA key.
    pub least_rsa_bits: Option<usize>,
    /// Whether Ed25519 keys and signatures are read.
    pub ed25519: bool,
    /// Whether a client needs the purpose clientAuth (or none at all).
    pub client_purpose: bool,
    /// Where the numbers come from.
    pub citation: &'static str,
}

impl Rules {
    /// Amazon API Gateway, custom domain name with mutual TLS.
    ///
    /// Chains of at most four certificates, complete to the root; SHA-256 or stronger; RSA from 2048 bits on or
    /// ECDSA; each subject has one issuer in the whole store. Revocation and purposes are not looked at.
    #[must_use]
    pub fn api_gateway() -> Self {
        Self {
            target: "api-gateway",
            complete_chains: true,
            longest_chain: Some(4),
            one_issuer_per_subject: true,
            least_digest_bits: Some(256),
            least_rsa_bits: Some(2048),
            ed25519: false,
            client_purpose: false,
            citation: "Amazon API Gateway developer guide, mutual TLS authentication",
        }
    }

    /// No reader in particular: only what every reader needs.
    #[must_use]
    pub fn none() -> Self {
        Self {
            target: "none",
            complete_chains: true,
            longest_chain: None,
            one_issuer_per_subject: false,
            least_digest_bits: None,
            least_rsa_bits: None,
            ed25519: true,
            client_purpose: true,
            citation: "RFC 5280 section 6",
        }
    }

    /// The rules of a reader by its name; `None` for one that certwright does not know.
    #[must_use]
    pub fn for_target(target: &str) -> Option<Self> {
        Self::all().into_iter().find(|rules| rules.target == target)
    }

    /// The rules of every reader that certwright knows.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::api_gateway(), Self::none()]
    }
}
