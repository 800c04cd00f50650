//! The object identifiers of keys and signatures.

pub(super) use pkcs8::ObjectIdentifier as Oid;

use crate::der::{Element, tag};
use crate::error::Error;

macro_rules! oids {
    ($($(#[$gate:meta])? $name:ident = $dotted:literal;)*) => {
        $($(#[$gate])? pub(super) const $name: Oid = Oid::new_unwrap($dotted);)*
    };
}

oids! {
    RSA = "1.2.840.113549.1.1.1";
    RSA_X500 = "2.5.8.1.1";
    RSA_PSS = "1.2.840.113549.1.1.10";
    MGF1 = "1.2.840.113549.1.1.8";
    RSA_SHA1 = "1.2.840.113549.1.1.5";
    RSA_SHA224 = "1.2.840.113549.1.1.14";
    RSA_SHA256 = "1.2.840.113549.1.1.11";
    RSA_SHA384 = "1.2.840.113549.1.1.12";
    RSA_SHA512 = "1.2.840.113549.1.1.13";
    SHA1 = "1.3.14.3.2.26";
    SHA224 = "2.16.840.1.101.3.4.2.4";
    SHA256 = "2.16.840.1.101.3.4.2.1";
    SHA384 = "2.16.840.1.101.3.4.2.2";
    SHA512 = "2.16.840.1.101.3.4.2.3";

    PBKDF2 = "1.2.840.113549.1.5.12";
    #[cfg(feature = "pkcs12")]
    PBMAC1 = "1.2.840.113549.1.5.14";

    EC = "1.2.840.10045.2.1";
    P256 = "1.2.840.10045.3.1.7";
    P384 = "1.3.132.0.34";
    P521 = "1.3.132.0.35";
    SECP256K1 = "1.3.132.0.10";
    ECDSA_SHA224 = "1.2.840.10045.4.3.1";
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    ECDSA_SHA384 = "1.2.840.10045.4.3.3";
    ECDSA_SHA512 = "1.2.840.10045.4.3.4";

    X25519 = "1.3.101.110";
    X448 = "1.3.101.111";
    ED25519 = "1.3.101.112";
    ED448 = "1.3.101.113";
    DSA = "1.2.840.10040.4.1";
}

/// The object identifier that the element holds.
pub(super) fn read(what: &'static str, element: &Element<'_>) -> Result<Oid, Error> {
    if element.tag != tag::OID {
        return Err(Error::decode(what, format!("expected an OID, found tag {:#04x}", element.tag)));
    }
    Oid::from_bytes(element.contents).map_err(|error| Error::decode(what, error.to_string()))
}
