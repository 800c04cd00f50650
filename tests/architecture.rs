//! The house holds: modules import only downwards, and every dependency has one door.

#![allow(
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a test says by a panic that a rule is broken"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the ground up. A module may import only those listed before it.
const FLOORS: &[&[&str]] = &[
    &[
        "timestamp",
        "finding",
        "error",
        "time",
        "file",
        "random",
        "secret",
        "digest",
        "serial",
        "oid",
        "der",
        "pem",
    ],
    &["name", "container", "key"],
    &["signer", "certificate", "csr", "crl", "validity", "profile", "baseline"],
    &["tbs", "lint", "chain", "pkcs12", "ledger"],
    &["issue", "truststore"],
    &["authority"],
    &["inspect", "doctor", "export", "interchange", "text"],
];

/// The modules through which a dependency enters the library; nobody else may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("rcgen", &["tbs"]),
    ("x509_parser", &["certificate", "csr", "crl"]),
    ("pem", &["pem"]),
    ("base64", &["pem"]),
    ("ring", &["digest", "key"]),
    ("time", &["timestamp"]),
    ("thiserror", &["error"]),
    ("strum", &["error"]),
    ("zeroize", &["file", "secret"]),
    ("subtle", &["secret"]),
    // Its PEM codec decodes secrets in buffers that are wiped.
    ("pkcs8", &["der", "key", "pem"]),
    ("rsa", &["key"]),
    ("p256", &["key"]),
    ("p384", &["key"]),
    ("p521", &["key"]),
    ("k256", &["key"]),
    ("crypto_bigint", &["key"]),
    ("curve25519_dalek", &["key"]),
    ("ed448_goldilocks", &["key"]),
    ("x448", &["key"]),
    ("pbkdf2", &["key"]),
    ("scrypt", &["key"]),
    ("sha1", &["key"]),
    ("sha2", &["key"]),
    ("sha3", &["key"]),
    ("aes", &["key"]),
    ("cbc", &["key"]),
    ("aes_gcm", &["key"]),
    ("des", &["key"]),
    ("md5", &["key"]),
    ("rc2", &["key"]),
    ("rc4", &["key"]),
    ("camellia", &["key"]),
    ("aria", &["key"]),
    ("blowfish", &["key"]),
    ("cast5", &["key"]),
    ("idea", &["key"]),
    ("ripemd", &["key"]),
    ("hmac", &["key"]),
    ("getrandom", &["random"]),
    ("idna", &["name"]),
    ("rusqlite", &["ledger"]),
    ("tempfile", &["file"]),
    ("rustls_pki_types", &["interchange"]),
];

/// A file may have this many lines before its tests.
const LONGEST_FILE: usize = 450;

struct Source {
    /// The top-level module the file belongs to; `lib` for the crate root.
    module: String,
    path: PathBuf,
    /// Code without comments and without the unit tests at the end.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .into_iter()
        .filter(|path| !path.starts_with(root.join("bin")) && !path.ends_with("tests.rs"))
        .map(|path| {
            let relative = path.strip_prefix(&root).expect("inside src");
            let first = relative.iter().next().expect("has a name").to_string_lossy().into_owned();
            read(first.trim_end_matches(".rs").to_owned(), path)
        })
        .collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("readable source folder") {
        let path = entry.expect("readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn read(module: String, path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).expect("readable source");
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = body
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    Source { module, path, code, lines: body.lines().count() }
}

fn order() -> BTreeMap<&'static str, usize> {
    FLOORS.iter().copied().flatten().enumerate().map(|(index, name)| (*name, index)).collect()
}

/// Every name that follows `prefix` in `code`, also inside `use crate::{a, b::c}` and in paths.
fn names_after(code: &str, prefix: &str) -> Vec<String> {
    code.match_indices(prefix)
        .filter(|(at, _)| {
            let before = code.get(..*at).and_then(|s| s.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
        .flat_map(|(at, _)| {
            let rest = code.get(at + prefix.len()..).unwrap_or_default();
            match rest.strip_prefix('{') {
                Some(group) => first_names(group),
                None => vec![identifier(rest)],
            }
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// The first identifier of each item of a use group, up to its closing brace.
fn first_names(group: &str) -> Vec<String> {
    let (mut depth, mut item, mut items) = (0usize, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ => {}
        }
        if !(c == ',' && depth == 0) {
            item.push(c);
        }
    }
    items.push(item);
    items.iter().map(|i| identifier(i.trim())).collect()
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn modules_import_only_downwards() {
    let order = order();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| s.module != "lib") {
        let Some(own) = order.get(source.module.as_str()) else {
            wrong.push(format!("{}: module `{}` stands on no floor", source.path.display(), source.module));
            continue;
        };
        for name in names_after(&source.code, "crate::") {
            match order.get(name.as_str()) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("{}: imports `{name}` from above", source.path.display())),
                None => wrong.push(format!("{}: imports `{name}` by its re-export", source.path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "imports that break the floors:\n{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_one_door() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (dependency, doors) in DOORS {
            if doors.contains(&source.module.as_str()) {
                continue;
            }
            // A module of ours may share the name: then the crate is written `::name`.
            let shared = order().contains_key(dependency);
            let named = match shared {
                true => source.code.contains(&format!(" ::{dependency}::")),
                false => names_dependency(&source.code, dependency),
            };
            if named {
                wrong.push(format!("{}: names `{dependency}` outside its door", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "dependencies outside their doors:\n{}", wrong.join("\n"));
}

fn names_dependency(code: &str, dependency: &str) -> bool {
    code.match_indices(&format!("{dependency}::")).any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default();
        // `crate::x509_parser::…` or `my_rcgen::…` would be something else.
        !before.ends_with("::")
            && !before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
            || before.ends_with(" ::")
    })
}

#[test]
fn every_dependency_is_assigned_a_door() {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("manifest");
    // The program's own dependencies, and serde, whose derives stand beside the types they describe.
    let elsewhere = [
        "serde",
        "clap",
        "clap_complete",
        "clap_mangen",
        "indicatif",
        "serde_json",
        "toml",
        "rpassword",
        "terminal_size",
        "strsim",
        "rustix",
        "signal_hook",
        "dlmalloc",
    ];
    let strangers: Vec<_> = dependencies(&manifest)
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.replace('-', "_")))
        .filter(|name| !name.starts_with('#'))
        .filter(|name| !elsewhere.contains(&name.as_str()) && !DOORS.iter().any(|(door, _)| door == name))
        .collect();
    assert!(strangers.is_empty(), "dependencies without a door in this test: {strangers:?}");
}

/// The lines of the tables of dependencies: that of every system, and those of some.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let tables = manifest.split("\n[").filter_map(|table| table.split_once("]\n"));
    let ours = tables.filter(|(name, _)| {
        *name == "dependencies" || (name.starts_with("target.") && name.ends_with(".dependencies"))
    });
    ours.flat_map(|(_, lines)| lines.lines())
}

#[test]
fn dependencies_of_some_systems_are_seen() {
    let manifest = "\n[package]\na = 1\n\n[dependencies]\nb = 1\n\n[target.'cfg(unix)'.dependencies]\nc = 1\n\n\
                    [dev-dependencies]\nd = 1\n";
    assert_eq!(
        dependencies(manifest).filter(|line| !line.is_empty()).collect::<Vec<_>>(),
        ["b = 1", "c = 1"]
    );
}

#[test]
fn no_file_is_long() {
    let long: Vec<_> =
        sources().into_iter().filter(|s| s.lines > LONGEST_FILE).map(|s| (s.path, s.lines)).collect();
    assert!(long.is_empty(), "files above {LONGEST_FILE} lines: {long:?}");
}
