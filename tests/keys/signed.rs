//! Signatures that openssl makes verify here, and ours there.

use certwright::{Certificate, KeyType, PrivateKey, PublicKey, VerifyError};

use super::made::Openssl;

/// AlgorithmIdentifiers in DER.
const RSA_SHA1: &str = "300d06092a864886f70d0101050500";
const RSA_SHA256: &str = "300d06092a864886f70d01010b0500";
const RSA_SHA256_BARE: &str = "300b06092a864886f70d01010b";
const RSA_SHA384: &str = "300d06092a864886f70d01010c0500";
const RSA_SHA512: &str = "300d06092a864886f70d01010d0500";
const ECDSA_SHA1: &str = "300906072a8648ce3d0401";
const ECDSA_SHA256: &str = "300a06082a8648ce3d040302";
const ECDSA_SHA384: &str = "300a06082a8648ce3d040303";
const ECDSA_SHA512: &str = "300a06082a8648ce3d040304";
const ED25519: &str = "300506032b6570";
/// SHA-256, MGF1 with SHA-256, a salt of 32 octets.
const PSS_SHA256: &str = "304106092a864886f70d01010a3034a00f300d06096086480165030402010500\
                          a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120";
/// The same with a salt of 20 octets.
const PSS_SHA256_SALT_20: &str = "304106092a864886f70d01010a3034a00f300d06096086480165030402010500\
                                  a11c301a06092a864886f70d010108300d06096086480165030402010500a203020114";

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |octet: u8| char::from(octet).to_digit(16).expect("hex");
    hex.as_bytes().chunks(2).map(|pair| (digit(pair[0]) * 16 + digit(pair[1])) as u8).collect()
}

struct Row {
    key: &'static [&'static str],
    sign: &'static [&'static str],
    algorithm: &'static str,
}

const RSA_2048: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const RSA_1024: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const P521: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
const SECP256K1: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"];
const PSS_32: &[&str] = &["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];
const PSS_20: &[&str] = &["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"];

const VERIFIED: &[Row] = &[
    Row { key: RSA_2048, sign: &["-sha1"], algorithm: RSA_SHA1 },
    Row { key: RSA_2048, sign: &["-sha256"], algorithm: RSA_SHA256 },
    Row { key: RSA_2048, sign: &["-sha256"], algorithm: RSA_SHA256_BARE },
    Row { key: RSA_2048, sign: &["-sha384"], algorithm: RSA_SHA384 },
    Row { key: RSA_2048, sign: &["-sha512"], algorithm: RSA_SHA512 },
    Row { key: RSA_2048, sign: PSS_32, algorithm: PSS_SHA256 },
    Row { key: RSA_1024, sign: &["-sha1"], algorithm: RSA_SHA1 },
    Row { key: RSA_1024, sign: &["-sha256"], algorithm: RSA_SHA256 },
    Row { key: RSA_1024, sign: &["-sha512"], algorithm: RSA_SHA512 },
    Row { key: P256, sign: &["-sha256"], algorithm: ECDSA_SHA256 },
    Row { key: P256, sign: &["-sha384"], algorithm: ECDSA_SHA384 },
    Row { key: P384, sign: &["-sha256"], algorithm: ECDSA_SHA256 },
    Row { key: P384, sign: &["-sha384"], algorithm: ECDSA_SHA384 },
    // What ring leaves out.
    Row { key: RSA_2048, sign: PSS_20, algorithm: PSS_SHA256_SALT_20 },
    Row { key: RSA_1024, sign: &["-sha384"], algorithm: RSA_SHA384 },
    Row { key: P256, sign: &["-sha512"], algorithm: ECDSA_SHA512 },
    Row { key: P521, sign: &["-sha256"], algorithm: ECDSA_SHA256 },
    Row { key: P521, sign: &["-sha512"], algorithm: ECDSA_SHA512 },
    Row { key: SECP256K1, sign: &["-sha256"], algorithm: ECDSA_SHA256 },
];

const UNSUPPORTED: &[Row] = &[
    Row { key: RSA_2048, sign: &["-sha256"], algorithm: ECDSA_SHA256 },
    Row { key: P256, sign: &["-sha1"], algorithm: ECDSA_SHA1 },
    Row { key: P256, sign: &["-sha256"], algorithm: RSA_SHA256 },
    Row { key: P256, sign: &["-sha256"], algorithm: ED25519 },
];

/// The key's public part and openssl's signature over `message`.
fn signed(openssl: &Openssl, row: &Row) -> (PublicKey, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key.pem");
    let key = openssl.generate(row.key);
    std::fs::write(&path, &key).expect("written");
    let path = path.to_string_lossy();
    let arguments = [&["dgst"], row.sign, &["-sign", &path]].concat();
    let public = PublicKey::from_spki_der(&openssl.public(&key, "")).expect("a public key");
    (public, openssl.run(&arguments, b"message"))
}

#[test]
fn signatures_by_openssl_verify() {
    let Some(openssl) = Openssl::find() else { return };
    for row in VERIFIED {
        let (public, signature) = signed(&openssl, row);
        let algorithm = bytes(row.algorithm);
        public.verify(&algorithm, b"message", &signature).unwrap_or_else(|e| panic!("{:?}: {e}", row.sign));
        assert_eq!(public.verify(&algorithm, b"massage", &signature), Err(VerifyError::BadSignature));
    }
}

#[test]
fn what_is_not_checked_is_not_called_a_bad_signature() {
    let Some(openssl) = Openssl::find() else { return };
    for row in UNSUPPORTED {
        let (public, signature) = signed(&openssl, row);
        let verdict = public.verify(&bytes(row.algorithm), b"message", &signature);
        let said = |error: &VerifyError| matches!(error, VerifyError::UnsupportedAlgorithm { algorithm } if !algorithm.is_empty());
        assert!(verdict.as_ref().is_err_and(said), "{:?}: {verdict:?}", row.sign);
    }
}

/// RFC 4055 section 3.3: what the key's own parameters exclude is no signature of it.
#[test]
fn a_key_that_is_limited_to_parameters_of_pss_is_taken_with_no_others() {
    let Some(openssl) = Openssl::find() else { return };
    const LIMITED: &[&str] = &[
        "-algorithm",
        "RSA-PSS",
        "-pkeyopt",
        "rsa_keygen_bits:2048",
        "-pkeyopt",
        "rsa_pss_keygen_md:sha256",
        "-pkeyopt",
        "rsa_pss_keygen_mgf1_md:sha256",
        "-pkeyopt",
        "rsa_pss_keygen_saltlen:32",
    ];
    let (limited, signature) = signed(&openssl, &Row { key: LIMITED, sign: PSS_32, algorithm: PSS_SHA256 });
    limited.verify(&bytes(PSS_SHA256), b"message", &signature).expect("within its limits");
    // The same numbers without limits: openssl signs with them under a shorter salt.
    let (free, short) = signed(&openssl, &Row { key: RSA_2048, sign: PSS_20, algorithm: PSS_SHA256_SALT_20 });
    free.verify(&bytes(PSS_SHA256_SALT_20), b"message", &short).expect("without limits");
    let identifier = limited.spki_der();
    let head = identifier.len() - free.subject_public_key().len();
    let spki = [&identifier[..head], free.subject_public_key()].concat();
    let narrowed = PublicKey::from_spki_der(&spki).expect("the same length");
    assert_eq!(
        narrowed.verify(&bytes(PSS_SHA256_SALT_20), b"message", &short),
        Err(VerifyError::BadSignature)
    );
}

/// The digest of PSS stands in its parameters, and counts like that of every other signature.
#[test]
fn sha_1_is_weak_under_pss_too() {
    let Some(openssl) = Openssl::find() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key.pem").to_string_lossy().into_owned();
    std::fs::write(&path, openssl.generate(RSA_2048)).expect("written");
    for (digest, bits) in [("-sha1", 160), ("-sha256", 256), ("-sha512", 512)] {
        let made = openssl.run(
            &["req", "-x509", "-subj", "/CN=a", "-key", &path, digest, "-sigopt", "rsa_padding_mode:pss"],
            b"",
        );
        let certificate = Certificate::read(&made).expect("a certificate");
        assert_eq!(certificate.signature_algorithm().digest_bits, Some(bits), "{digest}");
        certificate.verify_signature(certificate.public_key()).expect("its own signature");
    }
}

#[test]
fn openssl_verifies_what_we_sign() {
    let Some(openssl) = Openssl::find() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for (kind, hash) in [
        (KeyType::EcdsaP256, "-sha256"),
        (KeyType::EcdsaP384, "-sha384"),
        #[cfg(feature = "rsa")]
        (KeyType::Rsa2048, "-sha256"),
    ] {
        let key = PrivateKey::generate(kind).expect("a key");
        std::fs::write(path("public.pem"), key.public_key().to_pem()).expect("written");
        std::fs::write(path("signature"), key.sign(b"message").expect("signs")).expect("written");
        let (public, signature) = (path("public.pem"), path("signature"));
        openssl.run(&["dgst", hash, "-verify", &public, "-signature", &signature], b"message");
    }
}
