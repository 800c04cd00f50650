//! Requests made by GnuTLS.

use super::bench::{
    Bench,
    Want::{self, Issued, Nameless},
};
use crate::support::peers;

/// Name, key, template, what has to become of it. GnuTLS asks for basic constraints in every request.
type Row = (&'static str, &'static str, &'static str, Want);

const ROWS: &[Row] = &[
    ("P-256", "ecdsa --curve secp256r1", "cn = client", Issued("granted basicConstraints, granted keyUsage")),
    ("P-384", "ecdsa --curve secp384r1", "cn = client", Issued("granted basicConstraints, granted keyUsage")),
    ("P-521", "ecdsa --curve secp521r1", "cn = client", Issued("granted basicConstraints, granted keyUsage")),
    ("Ed25519", "ed25519", "cn = client", Issued("granted basicConstraints, granted keyUsage")),
    ("RSA", "rsa --bits 2048", "cn = client", Issued("granted basicConstraints, granted keyUsage")),
    (
        "RSA-PSS",
        "rsa-pss --hash sha256 --salt-size 32 --bits 2048",
        "cn = client",
        Issued("granted basicConstraints, granted keyUsage"),
    ),
    (
        "names",
        "ecdsa --curve secp256r1",
        "cn = client\nunit = a\nunit = b\ndns_name = a.test\nip_address = 10.0.0.1\nemail = a@b.test\nuri = urn:x:y",
        Issued("granted subjectAltName, granted basicConstraints, granted keyUsage"),
    ),
    (
        "an authority",
        "ecdsa --curve secp256r1",
        "cn = client\nca\npath_len = 2\ncert_signing_key\ncrl_signing_key",
        Issued("denied basicConstraints, changed keyUsage"),
    ),
    (
        "purposes",
        "ecdsa --curve secp256r1",
        "cn = client\ntls_www_client\nsigning_key",
        Issued("granted basicConstraints, granted keyUsage, changed extendedKeyUsage"),
    ),
    (
        "an unknown extension and an otherName",
        "ecdsa --curve secp256r1",
        "cn = client\nadd_extension = \"2.999.7 0x0500\"\nother_name_utf8 = \"2.999.1 x\"",
        Nameless("denied subjectAltName, granted basicConstraints, granted keyUsage, unknown 2.999.7"),
    ),
    (
        "a challenge password",
        "ecdsa --curve secp256r1",
        "cn = client\nchallenge_password = secret-word",
        Issued("granted basicConstraints, granted keyUsage, denied challengePassword"),
    ),
];

#[test]
fn requests_of_gnutls_are_answered() {
    let Some(certtool) = peers::find("certtool") else { return };
    let bench = Bench::new();
    for (name, key, template, want) in ROWS {
        let generate = "--generate-privkey --outfile key.pem --key-type";
        bench.run(&certtool, &generate.split(' ').chain(key.split(' ')).collect::<Vec<_>>());
        bench.write("template", template);
        let request = "--generate-request --load-privkey key.pem --template template --outfile request.pem";
        bench.run(&certtool, &request.split(' ').collect::<Vec<_>>());
        bench.judge(name, &bench.read("request.pem"), want);
    }
}
