//! Any file as the typed structures in it: PEM, DER, PKCS#7. The content decides, never the file's name.

mod behind;
mod foreign;
mod kind;
mod parts;
mod pkcs7;
mod remark;
mod select;

pub(crate) use self::behind::behind;
pub(crate) use self::foreign::{Bare, bare, name as foreign};
pub(crate) use self::kind::Kind;
pub(crate) use self::parts::{Unread, parts};
pub(crate) use self::remark::Remark;
#[cfg(feature = "pkcs12")]
pub(crate) use self::select::pkcs12;
pub(crate) use self::select::{
    certificates, crls, first_certificate, first_crl, locate_damage, request, unexpected,
};

use std::fmt;

use crate::der::{self, tag};
use crate::error::{Error, Found, PemFault};
use crate::pem::{self, Block, Reading};
use crate::secret::Zeroizing;

/// One structure, still encoded, and what there is to say about how it was found.
pub(crate) struct Item {
    pub(crate) kind: Kind,
    /// The label of its PEM block; of the PKCS#7 block for what was inside one.
    pub(crate) label: Option<String>,
    pub(crate) der: Zeroizing<Vec<u8>>,
    /// The line on which its PEM block begins.
    pub(crate) line: Option<usize>,
    /// RFC 1421 headers. With a `DEK-Info` among them, `der` is encrypted and the label decides the kind.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) irregularities: Vec<Remark>,
}

/// Everything in a file, in its order.
///
/// # Errors
///
/// [`Error::Unexpected`] for a file that is empty or neither PEM nor DER; [`Error::Pem`]; [`Error::Decode`] for
/// DER that is cut off or damaged; [`Error::TooLarge`].
pub(crate) fn items(bytes: &[u8]) -> Result<Vec<Item>, Error> {
    items_for("PEM or DER", bytes)
}

/// The same, where something certain is `expected`: the error says so.
///
/// # Errors
///
/// Those of [`items`].
pub(crate) fn items_for(expected: &'static str, bytes: &[u8]) -> Result<Vec<Item>, Error> {
    let unexpected = |found| Error::Unexpected { expected, found };
    if bytes.trim_ascii().is_empty() {
        return Err(unexpected(Found::Nothing));
    }
    if let Some(name) = foreign(bytes) {
        return Err(unexpected(Found::Foreign { name: Some(name) }));
    }
    let as_der = match looks_like_der(bytes) {
        true => from_der(bytes).or_else(|error| {
            let shorter = LINE_ENDS.iter().filter_map(|end| bytes.strip_suffix(*end));
            shorter.map(from_der).find_map(Result::ok).ok_or(error)
        }),
        false => Err(unexpected(Found::Foreign { name: None })),
    };
    as_der.or_else(|der_error| match pem::parse(bytes, Reading::Tolerant) {
        Ok(blocks) => from_blocks(blocks),
        Err(Error::Pem { fault: PemFault::NoBlock, .. }) => {
            let named = |bare: Bare| unexpected(Found::Foreign { name: Some(bare.describe()) });
            Err(bare(bytes).map_or(der_error, named))
        }
        // A data base, a picture, a program: no text that was saved in another encoding.
        Err(Error::Pem { fault: PemFault::NotText { .. }, .. })
            if !mentions_a_block(&without_nuls(bytes)) =>
        {
            Err(der_error)
        }
        // Text may begin like DER, and DER may hold any bytes: the error is that of what it resembles more.
        Err(_) if looks_like_der(bytes) && !mentions_a_block(bytes) => Err(der_error),
        Err(pem_error) => Err(pem_error),
    })
}

/// Every structure that certwright knows is a SEQUENCE, named EC parameters apart. Text may begin with the same
/// character, `0`, and of a hundred such texts one happens to be made of whole elements; but no structure is without
/// the tags of numbers and identifiers, which no text holds.
pub(crate) fn looks_like_der(bytes: &[u8]) -> bool {
    let begins = matches!(bytes, [tag::SEQUENCE, ..] | [tag::OID, ..]);
    begins && bytes.iter().any(|octet| octet.is_ascii_control() && !octet.is_ascii_whitespace())
}

/// What an editor or `echo` has put behind DER; readers that take the first structure of a file do not notice. The
/// carriage return may be the last octet of the structure.
const LINE_ENDS: [&[u8]; 3] = [b"\n", b"\r\n", b"\r"];

fn mentions_a_block(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    bytes.windows(BEGIN.len()).any(|window| window == BEGIN)
}

/// UTF-16 of ASCII, as ASCII.
fn without_nuls(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    text.extend(bytes.iter().filter(|byte| **byte != 0));
    text
}

fn from_der(bytes: &[u8]) -> Result<Vec<Item>, Error> {
    if pkcs12_in_ber(bytes) {
        // BER of indefinite length ends in zeros.
        return Ok(vec![Item::new(Kind::Pkcs12, bytes.trim_ascii_end())]);
    }
    let structures = der::elements_within("the structures of a file", bytes, MOST)?;
    let mut items = Vec::with_capacity(structures.len());
    for structure in structures {
        match pkcs7::contents(structure.raw)? {
            Some(inner) => items.extend(inner),
            None => items.push(Item::new(Kind::of_content(structure.raw), structure.raw)),
        }
        within_bounds(items.len())?;
    }
    Ok(items)
}

/// The most structures of one file, as many as the blocks of PEM text: two octets make one, and each takes a hundred
/// times that in memory.
const MOST: usize = 65_536;

fn within_bounds(structures: usize) -> Result<(), Error> {
    let (size, limit) = (structures as u64, MOST as u64);
    match size <= limit {
        true => Ok(()),
        false => Err(Error::TooLarge { what: "the structures in one file", size, limit }),
    }
}

/// SEQUENCE of indefinite length, INTEGER 3: PKCS#12 as Windows and Java write it.
fn pkcs12_in_ber(bytes: &[u8]) -> bool {
    bytes.starts_with(&[tag::SEQUENCE, 0x80, tag::INTEGER, 1, 3, tag::SEQUENCE])
}

fn from_blocks(blocks: Vec<Block>) -> Result<Vec<Item>, Error> {
    let mut items = Vec::with_capacity(blocks.len());
    for block in blocks {
        let line = block.lines().0;
        items.extend(from_block(block).map_err(|error| error.at(format_args!("the block at line {line}")))?);
        within_bounds(items.len())?;
    }
    Ok(items)
}

/// What one PEM block holds: a PKCS#7 structure may hold several certificates.
pub(crate) fn from_block(block: Block) -> Result<Vec<Item>, Error> {
    let label = block.label().to_owned();
    let line = Some(block.lines().0);
    let headers = block.headers().to_vec();
    let mut remarks: Vec<_> = block.irregularities().iter().copied().map(Remark::Pem).collect();
    let der = block.into_contents();
    if let Some(inner) = pkcs7::contents(&der)? {
        return Ok(inner.into_iter().map(|item| item.of_block(&label, line, &remarks)).collect());
    }
    let (kind, der) = match encrypted(&headers) {
        true => (Kind::of_label(&label).unwrap_or(Kind::Unknown), der),
        false => typed(&label, der, &mut remarks),
    };
    Ok(vec![Item { kind, label: Some(label), der, line, headers, irregularities: remarks }])
}

/// Whether the contents are encrypted in the way of RFC 1421, and so have no shape.
fn encrypted(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("DEK-Info"))
}

/// The kind of a block's contents, without what follows the first structure.
fn typed(label: &str, der: Zeroizing<Vec<u8>>, remarks: &mut Vec<Remark>) -> (Kind, Zeroizing<Vec<u8>>) {
    let said = Kind::of_label(label);
    let (content, length) = match der::first("DER", &der) {
        Ok((structure, _)) => (Kind::of_content(structure.raw), structure.raw.len()),
        Err(_) if pkcs12_in_ber(&der) => (Kind::Pkcs12, der.len()),
        Err(_) => (Kind::Unknown, der.len()),
    };
    remarks.extend(remark::on_label(label, said, content));
    // Unknown contents under a known label go to that kind's parser, which says what is wrong with them.
    let kind = if content == Kind::Unknown { said.unwrap_or(content) } else { content };
    (kind, shortened(label, der, length, remarks))
}

/// The label of OpenSSL's certificates with settings of trust behind them.
const TRUSTED: &str = "TRUSTED CERTIFICATE";

fn shortened(
    label: &str,
    mut der: Zeroizing<Vec<u8>>,
    length: usize,
    remarks: &mut Vec<Remark>,
) -> Zeroizing<Vec<u8>> {
    match der.len().saturating_sub(length) {
        0 => {}
        bytes if label == TRUSTED => remarks.push(Remark::TrustSettings { bytes }),
        bytes => {
            let rest = behind::structures(der.get(length..).unwrap_or_default());
            remarks.push(Remark::TrailingBytes { bytes, next: rest.first().map(|(kind, _)| *kind) });
        }
    }
    der.truncate(length);
    der
}

/// Without the contents, which may be a private key.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, label, der, line, headers, irregularities } = self;
        f.debug_struct("Item")
            .field("kind", kind)
            .field("label", label)
            .field("der", &format_args!("{} bytes", der.len()))
            .field("line", line)
            .field("headers", headers)
            .field("irregularities", irregularities)
            .finish()
    }
}

impl Item {
    fn new(kind: Kind, der: &[u8]) -> Self {
        let der = Zeroizing::new(der.to_vec());
        Self { kind, label: None, der, line: None, headers: Vec::new(), irregularities: Vec::new() }
    }

    fn of_block(mut self, label: &str, line: Option<usize>, remarks: &[Remark]) -> Self {
        self.label = Some(label.to_owned());
        self.line = line;
        self.irregularities.splice(0..0, remarks.iter().cloned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    const WORKS: &str = "the test's own material";

    fn key() -> KeyPair {
        KeyPair::generate().expect(WORKS)
    }

    fn certificate() -> Vec<u8> {
        let params = CertificateParams::new(vec!["a.example".to_owned()]).expect(WORKS);
        params.self_signed(&key()).expect(WORKS).der().to_vec()
    }

    fn request() -> Vec<u8> {
        CertificateParams::default().serialize_request(&key()).expect(WORKS).der().to_vec()
    }

    fn crl() -> Vec<u8> {
        let key = key();
        let mut ca = CertificateParams::default();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let crl = rcgen::CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2026, 1, 1),
            next_update: rcgen::date_time_ymd(2026, 2, 1),
            crl_number: 1u64.into(),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        crl.signed_by(&rcgen::Issuer::new(ca, key)).expect(WORKS).der().to_vec()
    }

    fn pkcs7(certificate: &[u8], crl: &[u8]) -> Vec<u8> {
        let data = der::sequence(&[
            der::element(tag::INTEGER, &[1]),
            der::element(tag::SET, &[]),
            der::sequence(&[[tag::OID, 1, 0x2a]]),
            der::element(tag::context_constructed(0), certificate),
            der::element(tag::context_constructed(1), crl),
            der::element(tag::SET, &[]),
        ]);
        let oid = [tag::OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
        der::sequence(&[oid.to_vec(), der::element(tag::context_constructed(0), &data)])
    }

    fn kinds(bytes: &[u8]) -> Vec<Kind> {
        items(bytes).expect(WORKS).iter().map(|item| item.kind).collect()
    }

    fn encode(label: &str, contents: &[u8]) -> Vec<u8> {
        pem::encode(label, contents).as_bytes().to_vec()
    }

    #[test]
    fn a_file_has_as_many_structures_as_blocks_at_most() {
        let most = MOST;
        let many = |count: usize| [tag::SEQUENCE, 0].repeat(count);
        assert_eq!(kinds(&many(most)).len(), most);
        for bytes in [many(most.saturating_add(1)), pkcs7(&many(most.saturating_add(1)), &[])] {
            assert!(matches!(items(&bytes), Err(Error::TooLarge { .. })));
            assert!(matches!(parts(&bytes), Err(Error::TooLarge { .. })));
        }
        let half = encode("PKCS7", &pkcs7(&many(most / 2 + 1), &[]));
        let damaged = [&half[..], &half[..], b"-----BEGIN X-----\n"].concat();
        assert!(matches!(parts(&damaged), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn the_content_decides_what_a_structure_is() {
        let oid = [tag::OID, 1, 0x2a];
        let integers = |count| der::sequence(&vec![[tag::INTEGER, 1, 0]; count]);
        let number = |length| der::element(tag::INTEGER, &vec![1; length]);
        let pair = |one, other| der::sequence(&[number(one), number(other)]);
        let algorithm = der::sequence(&[oid]);
        let octets = der::element(tag::OCTET_STRING, b"x");
        for (der, kind) in [
            (certificate(), Kind::Certificate),
            (request(), Kind::Request),
            (crl(), Kind::Crl),
            (key().serialize_der(), Kind::Pkcs8),
            (der::sequence(&[algorithm.clone(), octets.clone()]), Kind::EncryptedPkcs8),
            (der::sequence(&[algorithm.clone(), octets.clone(), octets.clone()]), Kind::Unknown),
            (integers(9), Kind::Pkcs1),
            (integers(2), Kind::Unknown),
            (pair(256, 3), Kind::PublicKey),
            // Parameters of Diffie-Hellman.
            (der::sequence(&[number(257), der::element(tag::INTEGER, &[2])]), Kind::Unknown),
            (der::sequence(&[number(257), der::element(tag::INTEGER, &[5])]), Kind::Unknown),
            // A signature with an EC key.
            (pair(66, 66), Kind::Unknown),
            (der::sequence(&[der::element(tag::INTEGER, &[1]), octets]), Kind::Sec1),
            (der::sequence(&[algorithm.clone(), der::bit_string(b"x")]), Kind::PublicKey),
            (oid.to_vec(), Kind::EcParameters),
            (der::sequence(&[vec![tag::INTEGER, 1, 3], algorithm]), Kind::Pkcs12),
            (vec![0x30, 0x80, 2, 1, 3, 0x30, 0x80], Kind::Pkcs12),
        ] {
            assert_eq!(kinds(&der), [kind], "{der:02x?}");
            assert_eq!(kinds(&encode("ANYTHING", &der)), [kind], "{der:02x?}");
        }
    }

    #[test]
    fn structures_may_follow_one_another() {
        let both = [certificate(), key().serialize_der()].concat();
        assert_eq!(kinds(&both), [Kind::Certificate, Kind::Pkcs8]);
        let cut = both.get(..both.len() - 1).unwrap_or_default();
        assert_eq!(items(cut).unwrap_err().kind(), "decode");
    }

    #[test]
    fn pkcs7_is_flattened() {
        let (certificate, crl) = (certificate(), crl());
        let bag = pkcs7(&certificate, &crl);
        for bytes in [bag.clone(), encode("PKCS7", &bag), encode("CMS", &bag)] {
            let found = items(&bytes).expect(WORKS);
            assert_eq!(
                found.iter().map(|item| item.kind).collect::<Vec<_>>(),
                [Kind::Certificate, Kind::Crl]
            );
            assert_eq!(found.first().map(|item| item.der.to_vec()), Some(certificate.clone()));
            assert!(found.iter().all(|item| item.irregularities == [Remark::FromPkcs7]));
        }
        assert_eq!(items(&pkcs7(&[], &[])).unwrap_err().kind(), "decode");
    }

    #[test]
    fn trust_settings_and_trailing_bytes_are_left_out_and_reported() {
        let certificate = certificate();
        let more = [certificate.clone(), der::sequence(&[[tag::OID, 1, 0x2a]])].concat();
        for (label, remark) in [
            ("TRUSTED CERTIFICATE", Remark::TrustSettings { bytes: 5 }),
            ("CERTIFICATE", Remark::TrailingBytes { bytes: 5, next: None }),
        ] {
            let found = items(&encode(label, &more)).expect(WORKS);
            assert_eq!(found.len(), 1);
            assert!(
                found.iter().all(|item| *item.der == certificate && item.irregularities == [remark.clone()])
            );
        }
    }

    #[test]
    fn another_structure_behind_the_first_is_named() {
        let (one, other) = (certificate(), certificate());
        let text = encode("CERTIFICATE", &[one.clone(), other.clone(), one.clone()].concat());
        let found = items(&text).expect(WORKS);
        let remark = found.first().and_then(|item| item.irregularities.first()).map(ToString::to_string);
        assert!(remark.is_some_and(|remark| remark.ends_with("left out, another structure: a certificate")));
        let behind = |bytes: &[u8]| {
            let blocks = pem::parse(&encode("CERTIFICATE", bytes), Reading::Tolerant).expect(WORKS);
            blocks.iter().flat_map(behind).map(|item| item.der.to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(behind(&[one.clone(), other.clone(), one.clone()].concat()), [other.clone(), one.clone()]);
        // What is no structure that is known makes all of it mere bytes.
        for unknown in [&b"more"[..], &[tag::SEQUENCE, 0], &[tag::SEQUENCE, 9]] {
            assert!(behind(&[one.as_slice(), &other, unknown].concat()).is_empty(), "{unknown:02x?}");
        }
    }

    #[test]
    fn labels_that_contradict_or_are_old_are_reported() {
        let label = |label: &str, der: &[u8]| items(&encode(label, der)).expect(WORKS).remove(0);
        let item = label("PRIVATE KEY", &certificate());
        assert_eq!(item.kind, Kind::Certificate);
        assert!(matches!(&item.irregularities[..], [Remark::Label { content: Kind::Certificate, .. }]));
        let item = label("NEW CERTIFICATE REQUEST", &request());
        assert!(matches!(&item.irregularities[..], [Remark::OldLabel { today: "CERTIFICATE REQUEST", .. }]));
        // Content without a known shape is the label's, so that the right parser refuses it.
        let item = label("CERTIFICATE", b"garbage");
        assert_eq!((item.kind, item.irregularities.len()), (Kind::Certificate, 1));
        assert_eq!(label("OPENSSH PRIVATE KEY", b"openssh-key-v1").kind, Kind::Unknown);
    }

    #[test]
    fn an_encrypted_key_of_the_old_kind_is_what_its_label_says() {
        let text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n\
                    MAA=\n-----END RSA PRIVATE KEY-----\n";
        let item = items(text.as_bytes()).expect(WORKS).remove(0);
        assert_eq!((item.kind, item.headers.len()), (Kind::Pkcs1, 2));
    }

    #[test]
    fn what_is_there_instead_is_named() {
        let mixed =
            [encode("CERTIFICATE", &certificate()), encode("PRIVATE KEY", &key().serialize_der())].concat();
        let message = |result: Result<_, Error>| result.map(drop).unwrap_err().to_string();
        assert_eq!(certificates(&mixed).map(|items| items.len()).ok(), Some(1));
        let found = message(certificates(&encode("PRIVATE KEY", &key().serialize_der())));
        assert!(found.starts_with("find a certificate: the input holds a private key (line "), "{found}");
        let two = [mixed.clone(), mixed.clone()].concat();
        let key = |bytes: &[u8]| select::one(bytes, "a private key", &[Kind::Pkcs8]).map(|item| vec![item]);
        assert!(key(&mixed).is_ok());
        assert!(message(key(&two)).starts_with("find a private key: the input holds a private key (line "));
        assert_eq!(message(key(&certificate())), "find a private key: the input holds a certificate");
        assert_eq!(message(certificates(b" \n")), "find a certificate: the input holds nothing: it is empty");
        assert_eq!(
            message(items(b"hello").map(|_| vec![])),
            "find PEM or DER: the input holds no PEM block and no DER"
        );
    }

    #[test]
    fn a_java_key_store_is_named_with_the_way_out() {
        for magic in [[0xfe, 0xed, 0xfe, 0xed], [0xce; 4]] {
            let error = items(&[&magic[..], &[0, 0, 0, 2]].concat()).unwrap_err().to_string();
            assert!(error.contains("Java key store") && error.contains("keytool"), "{error}");
        }
    }

    #[test]
    fn debug_prints_no_content() {
        let found = items(&encode("PRIVATE KEY", b"secret")).expect(WORKS);
        assert!(format!("{found:?}").contains("der: 6 bytes"), "{found:?}");
    }

    #[test]
    fn text_that_begins_like_der_is_read_as_text() {
        let text = [b"0 s:CN = a\n".to_vec(), encode("CERTIFICATE", &certificate())].concat();
        assert_eq!(kinds(&text), [Kind::Certificate]);
        // With so many line ends behind it that the whole is DER.
        let lines = |count: usize| [text.clone(), b"\n".repeat(count)].concat();
        let whole = (0..200).map(lines).find(|text| der::elements("DER", text).is_ok()).expect(WORKS);
        assert_eq!(kinds(&whole), [Kind::Certificate]);
        assert_eq!(items(b"0 s:CN").unwrap_err().kind(), "unexpected");
        assert_eq!(items(b"0 s:CN\n-----BEGIN A-----\n").unwrap_err().kind(), "pem");
    }
}
