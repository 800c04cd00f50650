//! A root and a subordinate that publish, and requests for leaves of every kind.

use certwright::profile::{Criticality, Leaf, Policy, Root, Subordinate, Subtree, TlsFeature, Urls};
use certwright::{
    Authority, Certificate, ExtendedKeyUsage, KeyType, Ledger, Lifetime, PendingAuthority, PrivateKey,
    Request, Subject, Uri,
};

type NewLeaf = fn(Lifetime) -> Leaf;

/// The leaves that the default profiles make.
pub(crate) const LEAVES: [(&str, NewLeaf); 7] = [
    ("client", Leaf::client),
    ("server", Leaf::server),
    ("peer", Leaf::peer),
    ("email", Leaf::email),
    ("code-signing", Leaf::code_signing),
    ("time-stamping", Leaf::time_stamping),
    ("ocsp-signer", Leaf::ocsp_signer),
];

/// The kinds of keys that this build generates.
pub(crate) fn key_types() -> Vec<KeyType> {
    let rsa = |kind: &KeyType| kind.to_string().starts_with("rsa");
    KeyType::ALL.into_iter().filter(|kind| cfg!(feature = "rsa") || !rsa(kind)).collect()
}

pub(crate) struct Scene {
    pub(crate) ledger: Ledger,
    pub(crate) root: Authority,
    pub(crate) subordinate: Authority,
    kind: KeyType,
}

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

fn urls() -> Urls {
    Urls::new()
        .crl(uri("http://crl.example.test/ca.crl"))
        .ca_issuers(uri("http://ca.example.test/ca.cer"))
        .ocsp(uri("http://ocsp.example.test/"))
}

impl Scene {
    pub(crate) fn new(kind: KeyType) -> Self {
        let ledger = Ledger::in_memory();
        let key = PrivateKey::generate(kind).unwrap();
        let subject = "CN=Example Root CA,O=Example,C=DE".parse().unwrap();
        let root = Authority::root(&Root::new(Lifetime::years(10)), subject, key, &ledger).unwrap();
        let root = root.with_urls(urls());
        let key = PrivateKey::generate(kind).unwrap();
        let subject = "CN=Example Sub CA,OU=a,OU=b,O=Example,DC=example,DC=test".parse().unwrap();
        let pending = PendingAuthority::new(subject, key).unwrap();
        let chain = root.certify(&Subordinate::new(Lifetime::years(3)), pending.csr()).unwrap();
        let subordinate = pending.activate(chain, &ledger).unwrap().with_urls(urls());
        Self { ledger, root, subordinate, kind }
    }

    /// A server with everything that a leaf can have.
    pub(crate) fn laden(&self, key: &PrivateKey) -> Certificate {
        let policy = Policy::new("2.23.140.1.2.1".parse().unwrap());
        let with_cps =
            Policy::new("1.3.6.1.4.1.99999.1".parse().unwrap()).cps(uri("http://cps.example.test/"));
        let profile = Leaf::server(Lifetime::days(30))
            .policy(policy)
            .policy(with_cps)
            .tls_feature(TlsFeature::StatusRequest)
            .extension("1.3.6.1.4.1.99999.2".parse().unwrap(), Criticality::NotCritical, vec![5, 0])
            .unwrap();
        self.subordinate.issue(&profile, request("server", key)).unwrap().certificate().clone()
    }

    /// A subordinate with everything that an authority can have.
    pub(crate) fn constrained(&self) -> Certificate {
        let key = PrivateKey::generate(self.kind).unwrap();
        let pending = PendingAuthority::new(Subject::common_name("Constrained CA").unwrap(), key).unwrap();
        let subtree = |text: &str| text.parse::<Subtree>().unwrap();
        let profile = Subordinate::new(Lifetime::years(1))
            .path_length(2)
            .purpose(ExtendedKeyUsage::ServerAuth)
            .purpose(ExtendedKeyUsage::ClientAuth)
            .policy(Policy::new("1.3.6.1.4.1.99999.1".parse().unwrap()))
            .permit(subtree("DNS:example.test"))
            .permit(subtree("IP:10.0.0.0/8"))
            .permit(subtree("email:example.test"))
            .permit(subtree("directory:O=Example"))
            .exclude(subtree("DNS:secret.example.test"))
            .exclude(subtree("URI:.example.test"));
        self.root.certify(&profile, pending.csr()).unwrap().certificate().clone()
    }
}

/// A request with the names that a leaf of that kind has.
pub(crate) fn request(kind: &str, key: &PrivateKey) -> Request {
    let request = Request::new(key.public_key());
    let named = |name: &str| Subject::common_name(name).unwrap();
    match kind {
        "server" | "peer" => {
            let named = request.subject(named("server.example.test")).dns("server.example.test").unwrap();
            named.dns("*.api.example.test").unwrap().ip([192, 0, 2, 1].into())
        }
        "email" => request.subject(named("A Person")).email("person@example.test").unwrap(),
        "client" => {
            let named = request.subject(named("client")).dns("client.example.test").unwrap();
            named.uri("spiffe://example.test/client").unwrap()
        }
        other => request.subject(named(&format!("Example {other}"))),
    }
}
