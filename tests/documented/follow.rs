//! Pages that show commands without their output: each command does its work, or is refused where the page says so.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use crate::support::peers;
use crate::support::servers::gateway_program;
use crate::{path_with, read};

/// The port that the pages name.
const PORT: &str = "8443";

/// What the scripts have beside the page. A server has no time limit of its own: it ends with the page.
const PRELUDE: &str = r#"
set -eu
shopt -s expand_aliases
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
listening() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do kill -0 $!; done; }
refused() { echo "the page says that this is refused: $1" >&2; exit 1; }
"#;

#[test]
fn the_tutorial_works_as_it_stands() {
    if peers::find("curl").is_some() {
        follow(&shown("docs/tutorial.md"), &[]);
    }
}

#[test]
fn the_ceremony_of_an_offline_root_works_as_it_stands() {
    follow(&shown("docs/offline-ca.md"), &[]);
}

#[test]
fn the_program_of_the_readme_works_as_it_stands() {
    let blocks = shown("README.md").into_iter().filter(|block| block.starts_with("certwright "));
    follow(&blocks.collect::<Vec<_>>(), &["ca.pass", "payments.pass"]);
}

/// The commands that a page shows.
fn shown(page: &str) -> Vec<String> {
    let text = read(page);
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let blocks: Vec<_> = blocks.collect();
    assert!(!blocks.is_empty(), "{page} shows no commands");
    blocks
}

/// Runs the commands in an empty folder, apart from files with a passphrase.
fn follow(blocks: &[String], passphrases: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    for name in passphrases {
        fs::write(folder.path().join(name), format!("for {name}\n")).unwrap();
    }
    let port = free_port().to_string();
    let lines = blocks.iter().flat_map(|block| block.lines()).map(|line| checked(line, &port));
    let script: Vec<_> = lines.collect();
    let script = format!("{PRELUDE}{}", script.join("\n")).replace(PORT, &port);
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path_with(&[gateway_program()]))
        .env_remove("CERTWRIGHT_HOME")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    assert!(output.status.success(), "{}\n{script}", said.concat());
}

/// A line of a page, which has to do what its remark says.
fn checked(line: &str, port: &str) -> String {
    match line.split_once(" # ") {
        Some((command, "refused")) => format!("if {command}; then refused '{}'; fi", command.trim()),
        _ if line.ends_with(" &") => format!("{line}\nlistening {port}"),
        // The port is free again when the server has ended.
        _ if line == "kill $!" => "kill $!; wait $! || true".to_owned(),
        _ => line.to_owned(),
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).unwrap().port()
}
