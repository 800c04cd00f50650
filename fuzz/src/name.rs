//! Distinguished names and DNS names, in DER and as text.

use certwright::{DnsName, Subject};

/// Every property of names.
pub fn holds(data: &[u8]) {
    bytes_are_kept(data);
    if let Ok(text) = std::str::from_utf8(data) {
        text_goes_there_and_back(text);
        dns_names_are_canonical(text);
    }
}

/// A name is its bytes, and no name can move the cursor of the terminal that it is printed on.
fn bytes_are_kept(der: &[u8]) {
    let Ok(subject) = Subject::from_der(der) else { return };
    assert_eq!(subject.as_der(), der);
    assert_eq!(subject.is_empty(), subject.attributes().is_empty());
    assert!(!subject.to_string().contains(|c: char| c.is_ascii_control()), "{subject:?}");
}

fn text_goes_there_and_back(text: &str) {
    let Ok(subject) = text.parse::<Subject>() else { return };
    let again = Subject::from_der(subject.as_der()).expect("what was written is DER");
    assert_eq!(subject, again);
    let printed = subject.to_string();
    // A value in hexadecimal may be of another string type, or longer, than the text of that attribute is written.
    // Names are printed for people: it is shown as its text all the same.
    if text.contains('#') {
        return;
    }
    assert_eq!(printed.parse::<Subject>().expect("what is printed is read"), subject, "{printed}");
}

fn dns_names_are_canonical(text: &str) {
    let Ok(name) = text.parse::<DnsName>() else { return };
    assert_eq!(name.as_str().parse::<DnsName>().expect("what is printed is read"), name);
    assert!(name.as_str().len() <= 253 && name.as_str().eq_ignore_ascii_case(text));
}
