//! The names of ciphers under `DEK-Info`: OpenSSL judges them.

use certwright::doctor::{Case, File, Given, examine};
use certwright::{FoundKey, KdfLimits, Passphrase, Timestamp};

use super::made::{ALGORITHMS, Openssl};

const SECRET: &str = "hunter2";
const OLD: [&str; 4] = ["-provider", "legacy", "-provider", "default"];

/// What openssl writes under this name of a cipher, if it does.
fn written(openssl: &Openssl, plain: &[u8], name: &str) -> Option<String> {
    let cipher = format!("-{name}");
    let words = ["pkey", "-traditional", "-passout", "pass:hunter2", &cipher];
    let sealed = openssl.try_run(&[&words[..], &OLD].concat(), plain).ok()?;
    let text = String::from_utf8(sealed).expect("PEM");
    text.contains("DEK-Info: ").then_some(text)
}

/// The cipher's name in a file.
fn named(text: &str) -> &str {
    text.split_once("DEK-Info: ").and_then(|(_, rest)| rest.split_once(',')).expect("a name and a vector").0
}

/// Holds what is said of a file against what openssl does with it; whether openssl reads it by default.
fn judge(openssl: &Openssl, text: &str) -> bool {
    let name = named(text);
    let read = ["pkey", "-passin", "pass:hunter2"];
    let reads = openssl.try_run(&read, text.as_bytes()).is_ok();
    let with_legacy = openssl.try_run(&[&read[..], &OLD].concat(), text.as_bytes()).is_ok();
    let passphrase = Passphrase::from_bytes(SECRET.into()).expect("not empty");
    let found = FoundKey::all(text.as_bytes()).expect("a key").remove(0);
    let scheme = found.scheme().expect("what openssl reads has a scheme");
    assert_eq!((scheme.openssl_reads_it(), scheme.openssl_refuses_it()), (reads, !reads), "{name}: {scheme}");
    let opened = found.open(Some(&passphrase), &KdfLimits::default());
    match opened {
        Ok(_) => assert!(reads || with_legacy || name.contains("IDEA"), "{name}: {scheme}"),
        Err(error) => {
            let wanted = if cfg!(feature = "legacy-keys") { "unsupported-encryption" } else { error.kind() };
            assert_eq!(error.kind(), wanted, "{name}: {error}");
            let case = Case::at(Timestamp::now()).key(File::new("key", text.as_bytes()));
            let findings = examine(&case.passphrase(Given::from(Some(&passphrase)))).findings;
            let offered = findings.iter().any(|finding| finding.message.contains("-provider legacy"));
            assert_eq!(offered, with_legacy && !reads, "{name}: {findings:#?}");
        }
    }
    reads
}

#[test]
fn which_ciphers_openssl_reads_is_said_as_openssl_does() {
    let Some(openssl) = Openssl::find() else { return };
    let plain = openssl.generate(ALGORITHMS[0].1);
    let listed = String::from_utf8(openssl.run(&["list", "-cipher-algorithms"], b"")).expect("text");
    let (names, groups) = listed.split_once("Provided:").expect("both lists");
    let names = names.lines().filter_map(|line| line.trim().split(' ').next());
    let files: Vec<_> = names.filter_map(|name| written(&openssl, &plain, name)).collect();
    let mut verdicts = [0, 0];
    for file in &files {
        verdicts[usize::from(judge(&openssl, file))] += 1;
    }
    assert!(verdicts.iter().all(|count| *count > 5), "{verdicts:?}");
    // By their other names, OIDs apart, and in the other case.
    for group in groups.lines().filter_map(|line| line.trim().strip_prefix('{')?.split_once('}')) {
        let others: Vec<_> = group.0.split(',').map(str::trim).collect();
        let is_of_group = |text: &&String| others.iter().any(|other| other.eq_ignore_ascii_case(named(text)));
        let Some(file) = files.iter().find(is_of_group) else { continue };
        for other in others.iter().filter(|other| other.starts_with(|c: char| c.is_ascii_alphabetic())) {
            for other in [other.to_ascii_lowercase(), other.to_ascii_uppercase()] {
                let info = [named(file), other.as_str()].map(|name| format!("DEK-Info: {name},"));
                judge(&openssl, &file.replace(&info[0], &info[1]));
            }
        }
    }
}

/// What OpenSSL does not look at does no harm: digits behind the vector.
#[test]
fn what_stands_behind_the_vector_is_nothing_to_openssl() {
    let Some(openssl) = Openssl::find() else { return };
    let file = written(&openssl, &openssl.generate(ALGORITHMS[0].1), "aes-256-cbc").expect("written");
    let (headers, text) = file.split_once("\n\n").expect("headers");
    for behind in ["00", "ZZ", ",foo", " "] {
        assert!(judge(&openssl, &format!("{headers}{behind}\n\n{text}")), "{behind:?}");
    }
}
