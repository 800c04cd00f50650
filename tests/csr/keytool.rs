//! Requests made by Java. It asks for its key identifier in every request, and labels the block NEW.

use super::bench::{
    Bench,
    Want::{self, Issued, Unverifiable},
};
use crate::support::peers;

/// Name, key, further arguments, what has to become of it.
type Row = (&'static str, &'static str, &'static [&'static str], Want);

const ROWS: &[Row] = &[
    ("P-256", "-keyalg EC -groupname secp256r1", &[], Issued("changed subjectKeyIdentifier")),
    // Java signs with SHA-384 here, and with SHA-512 above.
    ("P-384", "-keyalg EC -groupname secp384r1", &[], Issued("changed subjectKeyIdentifier")),
    ("P-521", "-keyalg EC -groupname secp521r1", &[], Issued("changed subjectKeyIdentifier")),
    ("Ed25519", "-keyalg Ed25519", &[], Issued("changed subjectKeyIdentifier")),
    ("RSA", "-keyalg RSA -keysize 2048", &[], Issued("changed subjectKeyIdentifier")),
    (
        "RSA-PSS",
        "-keyalg RSASSA-PSS -keysize 2048",
        &["-sigalg", "RSASSA-PSS"],
        Issued("changed subjectKeyIdentifier"),
    ),
    ("DSA", "-keyalg DSA -keysize 2048", &[], Unverifiable("DSA")),
    (
        "wishes",
        "-keyalg EC -groupname secp256r1",
        &["-ext", "san=dns:a.test,ip:10.0.0.1", "-ext", "bc:c=ca:true,pathlen:1", "-ext", "eku=clientAuth"],
        Issued(
            "changed subjectKeyIdentifier, granted subjectAltName, denied basicConstraints, granted extendedKeyUsage",
        ),
    ),
    (
        "key usage and an unknown extension",
        "-keyalg EC -groupname secp256r1",
        &["-ext", "ku:c=keyCertSign", "-ext", "2.999.7:critical=05:00"],
        Issued("unknown 2.999.7, changed subjectKeyIdentifier, changed keyUsage"),
    ),
];

#[test]
fn requests_of_java_are_answered() {
    let Some(keytool) = peers::find("keytool") else { return };
    let bench = Bench::new();
    for (index, (name, key, arguments, want)) in ROWS.iter().enumerate() {
        let store = format!("store-{index}.p12");
        let common = ["-keystore", &store, "-storepass", "change-me", "-alias", "key"];
        let generate = ["-genkeypair", "-dname", "CN=client, OU=a, OU=b, DC=example, DC=com"];
        let generate = generate.into_iter().chain(key.split(' ')).chain(common);
        bench.run(&keytool, &generate.collect::<Vec<_>>());
        let request =
            ["-certreq", "-file", "request.pem"].into_iter().chain(common).chain(arguments.iter().copied());
        bench.run(&keytool, &request.collect::<Vec<_>>());
        bench.judge(name, &bench.read("request.pem"), want);
    }
}
