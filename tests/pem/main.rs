//! PEM against other people's readers, and against its own promises.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper that fails ends the test that asked for it"
)]

mod readers;
mod rows;

#[allow(dead_code, reason = "each test file uses its part")]
#[path = "../support/peers.rs"]
mod peers;

#[allow(dead_code, reason = "the table of targets is for the replay")]
#[path = "../../fuzz/src/lib.rs"]
mod properties;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use certwright::pem::{self, Limits, Reading, encode};
use proptest::prelude::*;

const PREFACE: &str = "\
# Text formats: who reads what

This table is written by `tests/pem/main.rs` (`CERTWRIGHT_BLESS=1 cargo test --test pem` rewrites it), from two
certificates in one text with one thing wrong in it. Each reader is asked for the certificates of the text:

- *reads*: it gives both certificates;
- *reports*: certwright gives both, and says what is irregular and where (`Block::irregularities`);
- *refuses*: it gives an error; certwright's has line and column, and `pem::verdicts` gives the block that is whole;
- **drops**: it gives fewer certificates, and no error.

certwright's strict reading accepts what certwright writes. RFC 7468 itself also allows lines that end in CR, text
before a block and lower-case labels. OpenSSL is `openssl crl2pkcs7 -certfile` of version 3.0, which reads with
`PEM_X509_INFO_read_bio`, as OpenSSL loads truststores. rustls-pki-types is `CertificateDer::pem_slice_iter`.

";

#[test]
fn the_table_of_readers_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let table = table(&committed);
    if env::var_os("CERTWRIGHT_BLESS").is_some() {
        fs::write(&path, &table).expect("a writable docs folder");
    } else {
        assert_eq!(committed, table, "docs/formats.md is out of date: rewrite it with CERTWRIGHT_BLESS=1");
    }
}

/// The document. Where OpenSSL is missing, its column is taken from the committed one.
fn table(committed: &str) -> String {
    let openssl = readers::OpenSsl::find();
    let mut text = PREFACE.to_owned();
    text.push_str(
        "| irregularity | certwright strict | certwright tolerant | OpenSSL | rustls-pki-types |\n",
    );
    text.push_str("|---|---|---|---|---|\n");
    for rows::Row { name, text: bytes } in rows::rows() {
        let theirs = match &openssl {
            Some(openssl) => openssl.read(&bytes),
            None => committed_cell(committed, name),
        };
        let (strict, tolerant) = (readers::strict(&bytes), readers::tolerant(&bytes));
        let rustls = readers::pki_types(&bytes);
        writeln!(text, "| {name} | {strict} | {tolerant} | {theirs} | {rustls} |").expect("memory");
    }
    text
}

fn committed_cell(committed: &str, name: &str) -> String {
    let row = committed.lines().find(|line| line.starts_with(&format!("| {name} |")));
    row.and_then(|row| row.split(" | ").nth(3)).unwrap_or_default().to_owned()
}

/// Lines that documents are made of, good ones and bad ones.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(&rows::FRAGMENTS[..]).prop_map(|text: &str| text.as_bytes().to_vec());
    let base64 = "[A-Za-z0-9+/]{0,70}={0,3}".prop_map(String::into_bytes);
    prop_oneof![6 => known, 3 => base64, 1 => prop::collection::vec(any::<u8>(), 0..20)]
}

fn document() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(&["\n", "\r\n", "\r", " \n", "", "\n\n"][..]);
    prop::collection::vec((line(), end), 0..12)
        .prop_map(|lines| lines.iter().flat_map(|(line, end)| [&line[..], end.as_bytes()].concat()).collect())
}

/// Regular text of one to three blocks with a few bytes changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let block = (
        prop::sample::select(&["CERTIFICATE", "PRIVATE KEY", "X509 CRL"][..]),
        prop::collection::vec(any::<u8>(), 1..150),
    )
        .prop_map(|(label, contents)| encode(label, &contents).to_string());
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    (prop::collection::vec(block, 1..4), edits).prop_map(|(blocks, edits)| {
        let mut text = blocks.concat().into_bytes();
        for (at, byte) in edits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_properties_hold_for_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        properties::pem::holds(&bytes);
    }

    #[test]
    fn the_properties_hold_for_what_resembles_pem(text in document()) {
        properties::pem::holds(&text);
    }

    #[test]
    fn the_properties_hold_for_damaged_blocks(text in damaged()) {
        properties::pem::holds(&text);
    }
}

/// A refusal does not hide the block that is whole.
#[test]
fn verdicts_give_the_block_that_is_whole() {
    let written = readers::contents(&[rows::ONE, rows::OTHER].concat());
    for row in rows::rows().iter().filter(|row| row.name != "UTF-16") {
        let verdicts = pem::verdicts(&row.text, Reading::Tolerant, &Limits::default()).expect(row.name);
        let readable: Vec<_> = verdicts.into_iter().filter_map(|verdict| verdict.into_block().ok()).collect();
        let read = readers::raw(&readable);
        assert!(!read.is_empty() && read.iter().all(|one| written.contains(one)), "{}", row.name);
    }
}

/// The seeds that show the table's rows are the rows: `CERTWRIGHT_BLESS=1` rewrites them.
#[test]
fn every_row_is_a_seed_of_the_fuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/pem");
    for row in rows::rows() {
        let path: PathBuf =
            folder.join(format!("row-{}", row.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
        if env::var_os("CERTWRIGHT_BLESS").is_some() {
            fs::write(&path, &row.text).expect("a writable corpus");
        }
        assert!(fs::read(&path).is_ok_and(|seed| seed == row.text), "{}: rewrite it", path.display());
    }
}
