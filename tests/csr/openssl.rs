//! Requests made by `openssl req`.

use super::bench::{Bench, Want};
use crate::support::peers;
use Want::{Issued, Nameless, Refused, Unverifiable};

/// Name, key, further arguments, extensions and attributes as configuration, what has to become of it.
type Row = (&'static str, &'static str, &'static str, &'static str, Want);

const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const P384: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-384";
const P521: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-521";
const RSA: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const PSS: &str = "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048";

const PSS_PADDING: &str = "-sigopt rsa_padding_mode:pss";

/// Keys and the algorithms that they sign with.
const ALGORITHMS: &[Row] = &[
    ("P-256", P256, "-sha256", "", Issued("")),
    ("P-256 with SHA-384", P256, "-sha384", "", Issued("")),
    ("P-256 with SHA-512", P256, "-sha512", "", Issued("")),
    ("P-256 with SHA-1", P256, "-sha1", "", Unverifiable("ecdsa-with-SHA1")),
    ("P-384", P384, "-sha384", "", Issued("")),
    ("P-384 with SHA-256, the default", P384, "", "", Issued("")),
    ("P-256 with SHA-224", P256, "-sha224", "", Issued("")),
    ("P-384 with SHA-512", P384, "-sha512", "", Issued("")),
    ("P-521 with SHA-256, the default", P521, "", "", Issued("")),
    ("P-521 with SHA-384", P521, "-sha384", "", Issued("")),
    ("P-521", P521, "-sha512", "", Issued("")),
    ("secp256k1", "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "", "", Issued("")),
    (
        "Brainpool",
        "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1",
        "",
        "",
        Unverifiable("brainpoolP256r1"),
    ),
    (
        "P-256 by its numbers",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
        "",
        "",
        Unverifiable("EC with explicit parameters"),
    ),
    ("Ed25519", "-algorithm ED25519", "", "", Issued("")),
    ("Ed448", "-algorithm ED448", "", "", Issued("")),
    ("RSA", RSA, "-sha256", "", Issued("")),
    ("RSA with SHA-384", RSA, "-sha384", "", Issued("")),
    ("RSA with SHA-512", RSA, "-sha512", "", Issued("")),
    ("RSA with SHA-1", RSA, "-sha1", "", Issued("")),
    ("RSA with SHA-224", RSA, "-sha224", "", Issued("")),
    ("RSA with MD5", RSA, "-md5", "", Unverifiable("md5WithRSAEncryption")),
    ("RSA 3072", "-algorithm RSA -pkeyopt rsa_keygen_bits:3072", "", "", Issued("")),
    ("RSA 1024", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "", "", Refused("rsa-key-size")),
    (
        "RSA signing with PSS",
        RSA,
        "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1",
        "",
        Issued(""),
    ),
    ("PSS without salt", RSA, "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:0", "", Issued("")),
    (
        "PSS with two digests",
        RSA,
        "-sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_mgf1_md:sha1",
        "",
        Issued(""),
    ),
    ("PSS with SHA-1", RSA, "-sha1 -sigopt rsa_padding_mode:pss", "", Issued("")),
    (
        "PSS with 2047 bits",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2047",
        PSS_PADDING,
        "",
        Refused("rsa-key-size"),
    ),
    (
        "PSS with 1025 bits",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:1025",
        PSS_PADDING,
        "",
        Refused("rsa-key-size"),
    ),
    ("RSA-PSS key, as it comes", PSS, "", "", Issued("")),
    ("RSA-PSS key", PSS, "-sha256 -sigopt rsa_pss_saltlen:-1", "", Issued("")),
    ("RSA-PSS key, longest salt", PSS, "-sha256 -sigopt rsa_pss_saltlen:-3", "", Issued("")),
];

/// Subjects, given by `-subj`.
const SUBJECTS: &[Row] = &[
    ("repeated OUs and DCs", P256, "-subj /DC=com/DC=example/OU=a/OU=b/CN=x", "", Issued("")),
    ("multi-valued RDN", P256, "-subj /O=a/CN=x+OU=b+emailAddress=a@b.test", "", Issued("")),
    ("UTF-8", P256, "-utf8 -subj /CN=Zoë/O=東京", "", Issued("")),
    ("escapes", P256, r"-subj /CN=a\/b,c\+d\=e", "", Issued("")),
    (
        "an empty subject, named by the names",
        P256,
        "-subj /",
        "subjectAltName=DNS:a.test",
        Issued("granted subjectAltName"),
    ),
    ("nameless", P256, "-subj /", "", Refused("leaf-has-a-name")),
];

/// Wishes.
const WISHES: &[Row] = &[
    (
        "every kind of name",
        P256,
        "",
        "subjectAltName=DNS:a.test,DNS:*.b.test,IP:10.0.0.1,IP:2001:db8::1,email:a@b.test,URI:spiffe://a.test/b",
        Issued("granted subjectAltName"),
    ),
    ("names in capitals", P256, "", "subjectAltName=DNS:A.Test", Issued("changed subjectAltName")),
    ("names twice", P256, "", "subjectAltName=DNS:a.test,DNS:a.test", Issued("changed subjectAltName")),
    ("names, critical", P256, "", "subjectAltName=critical,DNS:a.test", Issued("granted subjectAltName")),
    ("a name that is none", P256, "", "subjectAltName=DNS:a_b.test", Nameless("denied subjectAltName")),
    (
        "a name with a dot at its end",
        P256,
        "",
        "subjectAltName=DNS:a.test.",
        Nameless("denied subjectAltName"),
    ),
    ("an otherName", P256, "", "subjectAltName=otherName:2.999.1;UTF8:x", Nameless("denied subjectAltName")),
    ("a registered identifier", P256, "", "subjectAltName=RID:2.999.1", Nameless("denied subjectAltName")),
    (
        "an authority",
        P256,
        "",
        "basicConstraints=critical,CA:TRUE,pathlen:3",
        Issued("denied basicConstraints"),
    ),
    ("no authority", P256, "", "basicConstraints=CA:FALSE", Issued("granted basicConstraints")),
    (
        "an authority's key usage",
        P256,
        "",
        "keyUsage=critical,keyCertSign,cRLSign",
        Issued("changed keyUsage"),
    ),
    ("a leaf's key usage", P256, "", "keyUsage=critical,digitalSignature", Issued("granted keyUsage")),
    ("key usage that is not critical", P256, "", "keyUsage=digitalSignature", Issued("changed keyUsage")),
    (
        "the purpose of the profile",
        P256,
        "",
        "extendedKeyUsage=clientAuth",
        Issued("granted extendedKeyUsage"),
    ),
    (
        "any purpose",
        P256,
        "",
        "extendedKeyUsage=anyExtendedKeyUsage,serverAuth",
        Issued("changed extendedKeyUsage"),
    ),
    ("a key identifier", P256, "", "subjectKeyIdentifier=hash", Issued("changed subjectKeyIdentifier")),
    ("name constraints", P256, "", "nameConstraints=permitted;DNS:.test", Issued("denied nameConstraints")),
    ("policies", P256, "", "certificatePolicies=2.999.1.2", Issued("denied certificatePolicies")),
    (
        "policy constraints",
        P256,
        "",
        "policyConstraints=requireExplicitPolicy:0",
        Issued("denied policyConstraints"),
    ),
    ("no certificate status", P256, "", "noCheck=ignored", Issued("denied ocspNoCheck")),
    ("a TLS feature", P256, "", "tlsfeature=status_request", Issued("denied tlsFeature")),
    (
        "addresses",
        P256,
        "",
        "authorityInfoAccess=OCSP;URI:http://a.test",
        Issued("denied authorityInfoAccess"),
    ),
    (
        "distribution points",
        P256,
        "",
        "crlDistributionPoints=URI:http://a.test",
        Issued("denied cRLDistributionPoints"),
    ),
    ("Netscape's comment", P256, "", "nsComment=hello", Issued("denied netscapeComment")),
    ("an unknown extension", P256, "", "2.999.7=ASN1:UTF8String:x", Issued("unknown 2.999.7")),
    ("an unknown critical extension", P256, "", "1.2.3.4=critical,DER:0500", Issued("unknown 1.2.3.4")),
    ("unreadable key usage", P256, "", "keyUsage=DER:0c0178", Issued("changed keyUsage")),
    ("unreadable names", P256, "", "subjectAltName=DER:0500", Nameless("denied subjectAltName")),
    (
        "many wishes",
        P256,
        "",
        "basicConstraints=CA:TRUE\nkeyUsage=keyCertSign\nextendedKeyUsage=clientAuth\nsubjectAltName=DNS:a.test\n2.999.7=ASN1:NULL",
        Issued(
            "denied basicConstraints, changed keyUsage, granted extendedKeyUsage, granted subjectAltName, unknown 2.999.7",
        ),
    ),
    (
        "a challenge password",
        P256,
        "",
        "\n[attributes]\nchallengePassword=secret-word\nunstructuredName=x",
        Issued("denied unstructuredName, denied challengePassword"),
    ),
];

fn configuration(wishes: &str) -> String {
    let (extensions, attributes) = wishes.split_once("\n[attributes]\n").unwrap_or((wishes, ""));
    let asked = if extensions.is_empty() { "" } else { "req_extensions=wishes\n" };
    let others = if attributes.is_empty() { "" } else { "attributes=attributes\n" };
    format!(
        "[req]\nprompt=no\ndistinguished_name=name\nstring_mask=utf8only\n{asked}{others}[name]\nCN=client\n\
         [wishes]\n{extensions}\n[attributes]\n{attributes}\n"
    )
}

fn table(rows: &[Row]) {
    let Some(openssl) = peers::find("openssl") else { return };
    let bench = Bench::new();
    for (name, key, arguments, wishes, want) in rows {
        bench.write("wishes.cnf", configuration(wishes));
        let generate: Vec<_> = ["genpkey", "-out", "key.pem"].into_iter().chain(key.split(' ')).collect();
        bench.run(&openssl, &generate);
        let request = "req -new -config wishes.cnf -key key.pem -out request.pem";
        let arguments: Vec<_> =
            request.split(' ').chain(arguments.split(' ')).filter(|argument| !argument.is_empty()).collect();
        bench.run(&openssl, &arguments);
        bench.judge(name, &bench.read("request.pem"), want);
    }
}

#[test]
fn every_algorithm_is_verified_or_named() {
    table(ALGORITHMS);
}

#[test]
fn subjects_are_carried_byte_for_byte() {
    table(SUBJECTS);
}

#[test]
fn every_wish_is_answered() {
    table(WISHES);
}
