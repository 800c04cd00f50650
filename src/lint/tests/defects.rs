//! One defect for each rule, as a change to a certificate that is in order.

use super::build::*;
use crate::certificate::oids;
use crate::der::{self, tag};
use crate::profile::oids as more;

pub(super) type Defect = (&'static str, fn(&mut Build));

/// Defects of a leaf.
pub(super) const LEAVES: &[Defect] = &[
    // fields
    ("version-three", |b| b.version = vec![0xa0, 3, 2, 1, 1]),
    ("serial-conforms", |b| b.serial = [0x80; 17].to_vec()),
    ("serial-conforms", |b| b.serial = [1; 21].to_vec()),
    ("serial-entropy", |b| b.serial = [1; 15].to_vec()),
    ("algorithms-agree", |b| b.inner = ECDSA_SHA1.to_vec()),
    ("signature-digest", |b| (b.inner, b.outer) = (ECDSA_SHA1.to_vec(), ECDSA_SHA1.to_vec())),
    ("validity-forward", |b| b.validity = ["261231235959Z", "260101000000Z"].map(str::to_owned)),
    ("time-encoding", |b| b.validity[1] = "20261231235959Z".to_owned()),
    // names
    ("name-attribute-length", |b| b.subject = rdn(&[0x55, 4, 10], tag::UTF8_STRING, &[b'a'; 65])),
    ("name-control-character", |b| b.subject = rdn(&[0x55, 4, 10], tag::UTF8_STRING, b"a\x00b")),
    ("name-characters", |b| b.subject = rdn(&[0x55, 4, 10], tag::PRINTABLE_STRING, b"a*b")),
    ("name-characters", |b| b.subject = rdn(&[0x55, 4, 6], tag::PRINTABLE_STRING, b"de")),
    ("name-string-type", |b| b.subject = rdn(&[0x55, 4, 6], tag::UTF8_STRING, b"DE")),
    ("name-string-deprecated", |b| b.subject = rdn(&[0x55, 4, 10], tag::TELETEX_STRING, b"a")),
    ("name-control-character", |b| {
        b.name(tag::context_constructed(4), &rdn(&[0x55, 4, 10], tag::UTF8_STRING, b"a\nb"));
        b.purposes(false, &[2]);
        b.subject = dn("CN=a");
    }),
    ("name-white-space", |b| b.subject = rdn(&[0x55, 4, 10], tag::UTF8_STRING, b"a ")),
    ("mailbox-only-in-subject", |b| b.subject = dn("emailAddress=a@b.example")),
    // keys
    ("rsa-key-size", |b| b.rsa(&[&SOUND[..254], &[7]].concat(), &[1, 0, 1])),
    ("rsa-key-size", |b| b.rsa_in(&[&[6], SOUND].concat(), &[1, 0, 1])),
    ("rsa-exponent", |b| b.rsa(SOUND, &[1])),
    ("rsa-exponent", |b| b.rsa(SOUND, &[1, 0, 0])),
    ("rsa-exponent-small", |b| b.rsa(SOUND, &[3])),
    ("rsa-encoding", |b| b.rsa_in(SOUND, &[1, 0, 1])),
    ("rsa-encoding", |b| b.rsa_in(&[&[0, 0], SOUND].concat(), &[1, 0, 1])),
    ("rsa-encoding", |b| b.rsa(SOUND, &[0, 1, 0, 1])),
    ("rsa-small-factor", |b| b.rsa(&[0xc3; 256], &[1, 0, 1])),
    ("rsa-roca", |b| b.rsa(ROCA, &[1, 0, 1])),
    ("rsa-close-primes", |b| b.rsa(CLOSE, &[1, 0, 1])),
    ("key-parameters", |b| {
        let algorithm = sequence(&[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1])]);
        b.rsa(SOUND, &[1, 0, 1]);
        let parts = der::children("a key", tag::SEQUENCE, &b.spki).unwrap();
        b.spki = sequence(&[&algorithm, parts[1].raw]);
    }),
    ("ec-curve-named", |b| {
        let identifier = sequence(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), &[0x30, 0]]);
        b.spki = sequence(&[&identifier, &der::bit_string(&[4; 65])]);
    }),
    ("ec-point-valid", |b| *b.spki.last_mut().unwrap() ^= 1),
    ("issuer-key-reused", |b| b.spki = KEYS[1].public_key().spki_der().to_vec()),
    ("issuer-key-reused", |b| b.spki = KEYS[0].public_key().spki_der().to_vec()),
    // extensions
    ("extension-duplicate", |b| b.extensions.push(b.extensions[0].clone())),
    ("extension-empty", |b| b.set(more::AUTHORITY_INFO_ACCESS, false, &[0x30, 0])),
    ("extension-empty", |b| b.set(more::POLICIES, false, &[0x30, 0])),
    ("extension-empty", |b| b.set(more::SUBJECT_DIRECTORY_ATTRIBUTES, false, &[0x30, 0])),
    // The period of use of a private key, which is without a constant, a CRL number, and QCStatements.
    ("extension-empty", |b| b.set(&[0x55, 0x1d, 16], false, &[0x30, 0])),
    ("extension-empty", |b| b.set(&[0x55, 0x1d, 20], false, &[0x30, 0])),
    ("extension-empty", |b| b.set(&[0x2b, 6, 1, 5, 5, 7, 1, 3], false, &[0x30, 0])),
    ("extension-readable", |b| b.set(oids::SUBJECT_KEY_ID, false, &[0x30, 1])),
    ("extension-criticality", |b| b.set(oids::KEY_USAGE, false, &SIGNS)),
    ("extension-criticality", |b| b.set(more::POLICIES, true, &sequence(&[&sequence(&[&oid(&[0x2a, 3])])]))),
    ("extension-criticality", |b| {
        b.set(oids::SUBJECT_ALT_NAME, true, &sequence(&[&der::element(tag::context(2), b"a.example")]));
    }),
    ("extension-criticality", |b| b.subject = vec![0x30, 0]),
    ("leaf-basic-constraints", |b| b.set(oids::BASIC_CONSTRAINTS, false, &[0x30, 0])),
    ("leaf-basic-constraints", |b| b.set(oids::BASIC_CONSTRAINTS, true, &[0x30, 0])),
    // alternative names
    ("alt-name-syntax", |b| {
        let names =
            [der::element(tag::context(2), b"a.example"), der::element(tag::context(2), b"*.b*.example")];
        b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
    }),
    ("alt-name-syntax", |b| {
        let names = [der::element(tag::context(2), b"a.example"), der::element(tag::context(7), &[10, 0, 0])];
        b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
    }),
    ("alt-name-syntax", |b| {
        let empty = der::element(tag::context_constructed(4), &[0x30, 0]);
        let names = [der::element(tag::context(2), b"a.example"), empty];
        b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
    }),
    ("alt-name-syntax", |b| {
        let other = der::element(0xa0, &[oid(&[0x2a, 3]), vec![0x0c, 0]].concat());
        let names = [der::element(tag::context(2), b"a.example"), other];
        b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
    }),
    ("uri-host-qualified", |b| {
        let names = [
            der::element(tag::context(2), b"a.example"),
            der::element(tag::context(6), b"spiffe://cluster/a"),
        ];
        b.set(oids::SUBJECT_ALT_NAME, false, &der::sequence(&names));
    }),
    ("leaf-has-a-name", |b| {
        b.subject = vec![0x30, 0];
        b.remove(oids::SUBJECT_ALT_NAME);
        b.purposes(false, &[2]);
    }),
    ("host-only-in-common-name", |b| b.name(tag::context(2), b"b.example")),
    ("server-names-no-host", |b| {
        b.subject = dn("CN=a");
        b.name(tag::context(1), b"a@b.example");
    }),
    // usage
    ("extension-readable", |b| b.set(oids::KEY_USAGE, true, &[3, 1, 0])),
    ("key-usage-fits-key", |b| b.set(oids::KEY_USAGE, true, &[3, 2, 5, 0xa0])),
    ("key-usage-fits-key", |b| b.spki = curve_25519(0x6e)),
    ("key-usage-fits-key", |b| {
        b.spki = curve_25519(0x70);
        b.set(oids::KEY_USAGE, true, &[3, 2, 3, 0x88]);
    }),
    ("key-usage-agreement", |b| b.set(oids::KEY_USAGE, true, &[3, 2, 0, 0x81])),
    ("key-usage-encoding", |b| b.set(oids::KEY_USAGE, true, &[3, 2, 0, 0x80])),
    ("any-purpose-critical", |b| {
        b.set(oids::EXTENDED_KEY_USAGE, true, &sequence(&[&oid(&[0x55, 0x1d, 0x25, 0])]));
    }),
    ("time-stamping-alone", |b| b.purposes(false, &[8])),
    ("time-stamping-alone", |b| b.purposes(true, &[8, 1])),
    ("ocsp-signer-no-check", |b| b.purposes(false, &[9])),
    ("ocsp-signer-not-looked-up", |b| {
        b.purposes(false, &[9]);
        b.set(more::OCSP_NO_CHECK, false, &[5, 0]);
        b.set(more::CRL_DISTRIBUTION_POINTS, false, &points("http://a.example/crl"));
    }),
    // authorities
    ("key-usage-present", |b| b.remove(oids::KEY_USAGE)),
    ("cert-sign-iff-authority", |b| b.set(oids::KEY_USAGE, true, &[3, 2, 2, 0x84])),
    // constraints and policies
    ("name-constraints-place", |b| b.set(oids::NAME_CONSTRAINTS, true, &constraints(b"example"))),
    ("policy-repeated", |b| {
        let policy = sequence(&[&oid(&[0x2a, 3])]);
        b.set(more::POLICIES, false, &sequence(&[&policy, &policy]));
    }),
    ("any-policy-qualifiers", |b| {
        let qualifier = sequence(&[&sequence(&[&oid(&[0x2a, 3]), &[5, 0]])]);
        b.set(more::POLICIES, false, &sequence(&[&sequence(&[&oid(more::ANY_POLICY), &qualifier])]));
    }),
    ("policy-limits-place", |b| b.set(more::INHIBIT_ANY_POLICY, true, &[2, 1, 0])),
    // revocation
    ("no-rev-avail", |b| {
        b.set(more::NO_REV_AVAIL, false, &[5, 0]);
        b.set(more::CRL_DISTRIBUTION_POINTS, false, &points("http://a.example/crl"));
    }),
    ("no-rev-avail", |b| {
        b.set(more::NO_REV_AVAIL, false, &[5, 0]);
        b.set(more::AUTHORITY_INFO_ACCESS, false, &access(more::OCSP, "http://a.example/"));
    }),
    ("revocation-address", |b| {
        b.set(more::CRL_DISTRIBUTION_POINTS, false, &points("HTTPS://a.example/crl"));
    }),
    ("revocation-address", |b| {
        b.set(more::CRL_DISTRIBUTION_POINTS, false, &points("ftp://a.example/crl"));
    }),
    ("revocation-address", |b| {
        b.set(more::AUTHORITY_INFO_ACCESS, false, &access(more::CA_ISSUERS, "https://a.example/"));
    }),
    // issuers
    ("issuer-name-exact", |b| b.issuer = rdn(&[0x55, 4, 3], tag::PRINTABLE_STRING, b"sub")),
    ("authority-key-id-present", |b| b.remove(oids::AUTHORITY_KEY_ID)),
    ("authority-key-id", |b| b.set(oids::AUTHORITY_KEY_ID, false, &sequence(&[&[0x80, 1, 7]]))),
    ("authority-key-id-whole", |b| {
        let id = KEYS[1].public_key().key_id();
        let parts = [der::element(tag::context(0), &id), der::element(tag::context(2), &[1])];
        b.set(oids::AUTHORITY_KEY_ID, false, &der::sequence(&parts));
    }),
    ("authority-key-id-whole", |b| {
        let issuer = der::element(0xa1, &der::element(0xa4, &dn("CN=other")));
        let id = der::element(tag::context(0), &KEYS[1].public_key().key_id());
        let parts = [id, issuer, der::element(tag::context(2), &[1; 17])];
        b.set(oids::AUTHORITY_KEY_ID, false, &der::sequence(&parts));
    }),
    ("inside-issuers-validity", |b| b.validity[1] = "270101000000Z".to_owned()),
    ("inside-issuers-validity", |b| b.validity[0] = "251231235959Z".to_owned()),
];

/// Defects of a subordinate.
pub(super) const SUBORDINATES: &[Defect] = &[
    ("extension-criticality", |b| b.set(oids::BASIC_CONSTRAINTS, false, &[0x30, 6, 1, 1, 0xff, 2, 1, 0])),
    ("subject-key-id-present", |b| b.remove(oids::SUBJECT_KEY_ID)),
    ("key-usage-present", |b| b.remove(oids::KEY_USAGE)),
    ("cert-sign-iff-authority", |b| b.set(oids::KEY_USAGE, true, &SIGNS)),
    ("authority-key-usage", |b| b.set(oids::KEY_USAGE, true, &[3, 2, 1, 0xc6])),
    ("authority-purposes", |b| b.purposes(false, &[9])),
    ("authority-purposes", |b| {
        b.set(oids::EXTENDED_KEY_USAGE, false, &sequence(&[&oid(&[0x55, 0x1d, 0x25, 0])]));
    }),
    ("name-constraints-subtrees", |b| b.set(oids::NAME_CONSTRAINTS, true, &[0x30, 2, 0xa0, 0])),
    ("extension-empty", |b| b.set(oids::NAME_CONSTRAINTS, true, &[0x30, 0])),
    ("policy-mapping", |b| {
        let pair = sequence(&[&oid(&[0x2a, 3]), &oid(more::ANY_POLICY)]);
        b.set(more::POLICIES, false, &sequence(&[&sequence(&[&oid(&[0x2a, 3])])]));
        b.set(more::POLICY_MAPPINGS, true, &sequence(&[&pair]));
    }),
    ("policy-mapping-listed", |b| {
        b.set(more::POLICY_MAPPINGS, true, &sequence(&[&sequence(&[&oid(&[0x2a, 3]), &oid(&[0x2a, 4])])]));
    }),
    ("extension-criticality", |b| b.set(more::INHIBIT_ANY_POLICY, false, &[2, 1, 0])),
    ("extension-criticality", |b| {
        let policy = oid(&[0x2a, 3]);
        b.set(more::POLICIES, false, &sequence(&[&sequence(&[&policy])]));
        b.set(more::POLICY_MAPPINGS, false, &sequence(&[&sequence(&[&policy, &policy])]));
    }),
    ("name-constraints-syntax", |b| b.set(oids::NAME_CONSTRAINTS, true, &constraints(b".example"))),
    ("no-rev-avail", |b| b.set(more::NO_REV_AVAIL, false, &[5, 0])),
    ("authority-has-subject", |b| b.subject = vec![0x30, 0]),
];

pub(super) fn curve_25519(last: u8) -> Vec<u8> {
    sequence(&[&[0x30, 5, 6, 3, 0x2b, 0x65, last], &der::bit_string(&[9; 32])])
}

pub(super) fn points(address: &str) -> Vec<u8> {
    let name = der::element(tag::context(6), address.as_bytes());
    let name = der::element(0xa0, &der::element(0xa0, &name));
    sequence(&[&sequence(&[&name])])
}

pub(super) fn access(method: &[u8], address: &str) -> Vec<u8> {
    sequence(&[&sequence(&[&oid(method), &der::element(tag::context(6), address.as_bytes())])])
}

/// Only DNS names below the base.
pub(super) fn constraints(base: &[u8]) -> Vec<u8> {
    sequence(&[&der::element(0xa0, &sequence(&[&der::element(tag::context(2), base)]))])
}

/// A modulus of two random primes.
pub(super) const SOUND: &[u8] = b"\
    \xc9\xb6\x90\xfa\x9a\x34\xa2\xa8\x3b\x71\xd2\x6f\x88\x5a\x0d\x4a\xf3\xe9\x75\x83\x34\x82\x43\xde\
    \x15\x9d\xa8\x38\x02\xd3\xa5\xd7\xdd\xe7\x7f\xdd\xa8\x01\xe2\x2c\x1b\x5b\xe0\x23\xbd\xfa\x31\xca\
    \x59\x7d\x67\x86\x38\x7a\x69\xb4\x65\x0e\xf6\x8b\x6d\xfe\x83\x78\x05\xbc\x63\xd7\xe0\x18\x70\x1d\
    \xda\x3b\xaa\x88\xfb\xa1\x6e\x7b\xf7\x67\x62\x88\x6f\x3e\xc4\xfb\x42\x7b\xf4\x76\x37\x2b\x89\xd6\
    \xf5\x39\xd9\x49\x29\x3f\x80\xa0\x86\x02\xd2\x60\x6b\xe5\xce\xc6\xab\x6d\xa3\x82\x48\x49\x5b\xc4\
    \xc9\x42\x10\xa7\xa1\x66\x14\xb6\x0b\x73\xd9\xad\x5b\xa6\x28\x21\x30\x1c\x28\xa4\x8c\x09\xb3\x9f\
    \x2e\x3a\xce\xd9\xbf\x0b\x71\xdb\x64\x84\x1c\x2f\x56\x27\x00\x3a\xb9\xbc\x94\xbb\xa9\x6e\xdf\x5f\
    \x69\xe7\x76\x68\x9c\x0f\x15\xd8\x85\xa3\x6a\xb5\xc8\xae\x09\x3b\x6b\xdd\xe2\x45\x4c\x2c\x42\x9f\
    \xcc\xde\xa1\x94\x1b\x1b\xe8\x58\x1e\xed\x1e\x8d\x06\x5d\xed\xcc\x95\x4a\xe8\xfd\x9f\x21\x50\x93\
    \x54\xd1\xb3\xd7\x54\x13\xd3\x93\x0d\xa6\x3a\xb4\x3e\x57\x07\x94\x8b\xe7\xd5\x63\x08\x67\xd1\x26\
    \xd3\x27\x8f\xd3\xe8\xba\x20\x1a\xdb\x25\xef\xa6\x2a\x1c\x84\x51\
";

/// A modulus of two neighbouring primes.
pub(super) const CLOSE: &[u8] = b"\
    \xc6\x87\x4c\xa6\x23\x1e\xce\xac\xe0\x23\x67\x16\x71\x33\x56\x00\x99\xe8\xd3\x9d\x0f\xba\x43\xd2\
    \x63\xc9\xbe\xc7\x04\xec\x63\xab\x8a\x2b\x3d\x9b\x3c\x43\x94\xf0\x28\x77\xa2\xfd\x06\x2b\xed\x40\
    \xed\x44\xd3\x5b\x41\xda\xec\xdd\x8a\x3d\x99\xbe\x93\x45\x8a\xa8\x3e\x63\x3f\xb9\xea\xd0\x5f\xee\
    \x95\x3f\x36\x0f\x85\x6c\xbe\x13\xf6\x63\x03\x5d\x54\x82\x57\x8f\x09\xf5\x4e\x41\x07\x5d\xc6\xaf\
    \xa1\x06\x33\x23\x72\x3e\x6d\x65\xfd\xff\x71\x54\x57\x8e\xb4\xe2\x34\xd0\x3c\x77\x48\xe7\xd9\xa6\
    \xc7\xdb\xc1\x82\xdd\xf1\x80\x48\x2a\xb4\xad\x16\xec\xa9\xe5\xb9\xc2\x7a\x3c\xaf\x61\x39\x93\x84\
    \x45\x8c\xd3\xaf\xf1\x0a\xec\xcb\x4a\x3c\x4d\x18\x5e\x7e\x3d\x75\xc2\x9d\xc2\xa8\x7d\xe1\x1a\xbb\
    \xd3\x7f\x57\x38\xc5\x95\xbd\x5a\x30\x16\xef\x22\x48\x3b\x54\xb0\x5a\xcb\xd3\xac\x6a\x12\x73\x7a\
    \x9f\xdd\x16\xb2\x47\x4a\x9d\x9a\x67\x7b\xac\x23\x42\xb4\x52\x8c\x8e\xd8\xab\x95\x8f\xcf\x86\x43\
    \xb4\x68\x9c\x97\x1b\xd0\xf4\x4d\x10\x4a\x40\x6b\x0c\x7e\xc1\xda\xe4\xee\xb6\x7b\x10\x7d\x97\xac\
    \xde\x6c\x87\x38\xd6\x2b\xae\x36\x20\x7f\xc5\x7c\xb6\x8c\xd9\x31\
";

/// A modulus of two primes of the form `k·M + (65537^a mod M)`.
pub(super) const ROCA: &[u8] = b"\
    \xa9\x09\x9a\xd3\xe6\xea\x6a\x0b\x9e\x23\xc6\x44\x18\xd0\x64\x7b\x36\x03\x50\x25\xda\x7f\x60\xfd\
    \x7a\xab\x0d\x2d\x87\xf1\x10\x5f\xb0\x3a\xb0\xfa\xba\x0f\xa8\xfd\x99\x7a\xa0\x61\x81\x7a\xb4\x59\
    \x5f\x42\x1a\xe2\x67\xfb\xf0\x11\x09\x8c\x5f\x13\xfe\x70\xea\xa3\xc5\xdf\x92\xc9\x6d\x6e\x10\x6f\
    \x0f\x72\xf1\x8e\x34\x41\x59\x05\xa5\x17\xe4\x02\xe6\x90\x0f\xf1\xb9\xf7\x50\xa6\xa4\x27\x16\xd4\
    \xaa\xd6\x5b\x65\xdf\x6c\x39\x7f\x29\x98\xbf\xfc\x1f\x0d\xee\x07\x04\x67\x40\xb8\x02\x95\x2d\x95\
    \xa0\x82\x85\xc7\x16\xe5\xe6\x90\x14\xa4\x50\x6c\x02\x4f\xde\x38\x4d\xd3\x20\x4f\xed\x37\x97\x5e\
    \x5c\x2d\x8c\xd4\x28\x8f\x0c\x8f\xce\x55\x5f\xdc\x38\x47\x3e\xee\xbe\x4b\xa0\x31\x11\x2c\x77\xc1\
    \xdd\x0c\x28\x2c\x1f\x50\x31\xd8\x7d\x29\xff\x14\x3d\xcd\xbe\xb0\x47\xc6\x46\xcc\xc0\xdf\xfe\xe6\
    \xd4\xbc\x50\x7b\xe4\x66\xf7\xb2\xe6\xcc\xef\x1b\xcb\x70\xd6\x05\xc2\x45\x00\xaf\x1e\x35\x15\xab\
    \x76\x8f\x5c\x3c\x92\x58\x50\xe7\xa6\x59\x62\xca\x5c\x54\x00\xbc\x6e\xa2\xdd\xc5\xc7\xf7\xa6\xf2\
    \x3e\x76\x6c\xda\x17\x53\x7e\x90\xb6\xdc\x80\x5a\x4e\xd2\xb2\x15\
";
