//! Two certificates in one text, with one thing wrong in it.

/// 275 bytes: its base64 text ends in one `=`, its last line has 48 characters.
pub(crate) const ONE: &str = include_str!("one.pem");
pub(crate) const OTHER: &str = include_str!("other.pem");

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) text: Vec<u8>,
}

/// What documents are made of, for the property tests.
pub(crate) const FRAGMENTS: [&str; 28] = [
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "-----BEGIN X509 CRL-----",
    "-----END X509 CRL-----",
    "-----BEGIN certificate-----",
    "-----begin CERTIFICATE-----",
    "----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE------",
    "-----BEGIN OTHER-----",
    "-----END OTHER-----",
    "-----BEGIN A-B-----",
    "-----END A-B-----",
    "-----",
    "Proc-Type: 4,ENCRYPTED",
    "DEK-Info: AES-128-CBC,00",
    "  folded",
    "text",
    "\u{feff}",
    " ",
    "AAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AA==",
    "AB",
    "=",
    "\0",
];

fn one(change: impl Fn(&str) -> String) -> Vec<u8> {
    [change(ONE), OTHER.to_owned()].concat().into_bytes()
}

fn swap(from: &'static str, to: &'static str) -> Vec<u8> {
    one(|text| text.replacen(from, to, 1))
}

fn both(change: impl Fn(&str) -> String) -> Vec<u8> {
    change(&[ONE, OTHER].concat()).into_bytes()
}

fn lines(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(change).collect()
}

/// The base64 text without its line ends.
fn joined(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('-')).collect()
}

fn framed(body: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----\n")
}

fn wrapped(text: &str, width: usize) -> String {
    let joined = joined(text);
    let lines: Vec<_> = joined.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    framed(&format!("\n{}\n", lines.join("\n")))
}

pub(crate) fn rows() -> Vec<Row> {
    let rows = [layout(), surroundings(), base64(), boundaries(), encodings()].concat();
    rows.into_iter().map(|(name, text)| Row { name, text }).collect()
}

type Rows = Vec<(&'static str, Vec<u8>)>;

fn layout() -> Rows {
    vec![
        ("none", one(str::to_owned)),
        ("CRLF line ends", both(|text| text.replace('\n', "\r\n"))),
        ("CR line ends", both(|text| text.replace('\n', "\r"))),
        ("no line end at the end", both(|text| text.trim_end().to_owned())),
        ("indentation", one(|text| lines(text, |line| format!("  {line}\n")))),
        ("indented base64 text", one(|text| text.replace("\nMII", "\n MII"))),
        ("spaces at line ends", one(|text| text.replace('\n', " \n"))),
        ("a space within the base64 text", swap("MII", "M II")),
        ("a blank line between blocks", one(|text| format!("{text}\n"))),
        ("a blank line after BEGIN", swap("\nMII", "\n\nMII")),
        (
            "a blank line within the base64 text",
            one(|text| text.replacen("\n", "\n\n", 3).replacen("\n\n", "\n", 2)),
        ),
        ("lines of 76 characters", one(|text| wrapped(text, 76))),
        ("lines of 48 characters", one(|text| wrapped(text, 48))),
        ("base64 text on one line", one(|text| wrapped(text, usize::MAX))),
        ("the whole block on one line", one(|text| framed(&joined(text)))),
        ("spaces instead of line ends", both(|text| text.replace('\n', " "))),
        ("`\\n` written out", one(|text| text.trim_end().replace('\n', "\\n") + "\n")),
    ]
}

fn surroundings() -> Rows {
    vec![
        ("text before", one(|text| format!("subject=CN = one\n{text}"))),
        ("text between", one(|text| format!("{text}subject=CN = other\n"))),
        ("text after", both(|text| format!("{text}the end\n"))),
        ("text before BEGIN on its line", one(|text| format!("ca: {text}"))),
        ("a block commented out", one(|text| lines(text, |line| format!("# {line}\n")))),
        ("text after END on its line", one(|text| format!("{} # one\n", text.trim_end()))),
        ("headers", swap("\nMII", "\nComment: one\n\nMII")),
        ("headers without a blank line", swap("\nMII", "\nComment: one\nMII")),
        ("a boundary within a header", swap("\nMII", "\nComment: -----END CERTIFICATE-----\n\nMII")),
    ]
}

fn base64() -> Rows {
    vec![
        ("missing padding", swap("=\n", "\n")),
        ("too much padding", swap("=\n", "==\n")),
        ("trailing bits that are not zero", swap("A=\n", "B=\n")),
        ("a missing character", swap("MII", "MI")),
        ("a character that is not base64", swap("MII", "MI*")),
        ("a base64url character", swap("MII", "MI_")),
        ("an empty block", one(|text| format!("{}{text}", framed("\n")))),
    ]
}

fn boundaries() -> Rows {
    vec![
        ("glued blocks", one(|text| text.trim_end().to_owned())),
        ("label mismatch", swap("END CERTIFICATE", "END X509 CRL")),
        ("nested BEGIN", one(|text| format!("-----BEGIN CERTIFICATE-----\n{text}"))),
        ("missing END, then another block", swap("-----END CERTIFICATE-----\n", "")),
        (
            "missing END at the end",
            both(|text| text.trim_end().trim_end_matches("-----END CERTIFICATE-----").to_owned()),
        ),
        ("missing BEGIN", swap("-----BEGIN CERTIFICATE-----\n", "")),
        ("lower-case label", one(|text| text.replace("CERTIFICATE", "certificate"))),
        ("lower-case BEGIN and END", one(|text| text.replace("BEGIN", "begin").replace("END", "end"))),
        ("four dashes before BEGIN", swap("-----BEGIN", "----BEGIN")),
        ("six dashes before BEGIN", swap("-----BEGIN", "------BEGIN")),
        ("four dashes after the label", swap("CERTIFICATE-----\nMII", "CERTIFICATE----\nMII")),
        ("four dashes before END", swap("-----END", "----END")),
        (
            "four dashes after END",
            one(|text| format!("{}\n", text.trim_end().trim_end_matches('-').to_owned() + "----")),
        ),
        ("typographic dashes", one(|text| text.replace("-----", "\u{2013}\u{2013}\u{2013}\u{2013}\u{2013}"))),
        ("two spaces after BEGIN", swap("BEGIN ", "BEGIN  ")),
    ]
}

fn encodings() -> Rows {
    vec![
        ("byte order mark", one(|text| format!("\u{feff}{text}"))),
        ("byte order mark before the second block", one(|text| format!("{text}\u{feff}"))),
        ("NUL within the base64 text", swap("MII", "M\0I")),
        ("NUL before BEGIN", one(|text| format!("\0{text}"))),
        ("NUL at the end", both(|text| format!("{text}\0"))),
        ("UTF-16", one(str::to_owned).iter().flat_map(|byte| [*byte, 0]).collect()),
    ]
}
