//! What was made, and what to do with it.

use std::path::{Path, PathBuf};

use certwright::DnsName;
use certwright::chain::Chain;
use serde_json::json;

use super::{Context, Made, ROOT, SUB};
use crate::describe;
use crate::output::Report;
use crate::picture::{self, Row};
use crate::shell::{is_plain, quoted};

pub(super) fn report(context: &Context, domain: &DnsName, made: &Made, files: &[PathBuf]) -> Report {
    let commands = Commands::of(context, domain, made);
    let leaf = |(name, chain): &(crate::home::Name, Chain)| json!({ "name": name.as_str(), "certificate": describe::certificate(chain.certificate()) });
    let result = json!({
        "home": context.home.root().display().to_string(),
        "root": describe::certificate(made.root.certificate()),
        "sub": describe::certificate(made.sub.certificate()),
        "server": made.leaves.first().map(leaf),
        "clients": made.leaves.iter().skip(1).map(leaf).collect::<Vec<_>>(),
        "truststore": { "for": made.target, "file": context.home.truststore().display().to_string() },
        "curl": { "refused": commands.refused, "accepted": commands.accepted },
        "files": describe::paths(files),
    });
    let parts =
        [tree(context, files), picture(made), truststore(made), secrets(context, made), commands.text()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Report::done(result, parts.join("\n"))
}

/// The folders that were made, and what lies in each.
fn tree(context: &Context, files: &[PathBuf]) -> String {
    let root = context.home.root();
    let mut folders: Vec<(&Path, Vec<String>)> = Vec::new();
    for file in files {
        let Ok(inside) = file.strip_prefix(root) else { continue };
        let folder = inside.parent().unwrap_or(Path::new(""));
        let name = inside.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, names)) => names.push(name),
            None => folders.push((folder, vec![name])),
        }
    }
    folders.sort();
    if let Some((_, names)) = folders.iter_mut().find(|(folder, _)| folder.as_os_str().is_empty()) {
        names.extend(["ledger.db", "certwright.toml"].map(str::to_owned));
    }
    let widest = folders.iter().map(|(folder, _)| folder.display().to_string().chars().count()).max();
    let widest = widest.unwrap_or_default().saturating_add(1);
    let mut text = format!("made {}\n", root.display());
    for (folder, names) in &mut folders {
        names.sort();
        let folder =
            if folder.as_os_str().is_empty() { ".".to_owned() } else { format!("{}/", folder.display()) };
        text.push_str(&format!("  {folder:<widest$}  {}\n", names.join(" ")));
    }
    text
}

fn picture(made: &Made) -> String {
    let row = |name: &str, chain: &Chain, depth| Row {
        name: name.to_owned(),
        window: chain.certificate().window(),
        depth,
    };
    let mut rows = vec![row(ROOT, &made.root, 0), row(SUB, &made.sub, 1)];
    rows.extend(made.leaves.iter().map(|(name, chain)| row(name.as_str(), chain, 2)));
    picture::hierarchy(&rows, picture::columns())
}

fn truststore(made: &Made) -> String {
    match made.target {
        "none" => "truststore.pem: the subordinate, then the root. API Gateway does not take Ed25519 keys, so it is \
                   made for no reader in particular.\n"
            .to_owned(),
        target => format!("truststore.pem: the subordinate, then the root, by the rules of {target}.\n"),
    }
}

/// What was drawn is said aloud, and where it lies.
fn secrets(context: &Context, made: &Made) -> String {
    let mut text = String::new();
    if made.drawn {
        let file = context.home.passphrase();
        text.push_str(&format!(
            "The passphrase of both authorities was drawn and lies in {}.\n",
            file.display()
        ));
    }
    if made.leaf_file.is_none() {
        text.push_str("Each private.pem has a passphrase of its own, in the file passphrase beside it.\n");
    }
    if made.drawn || made.leaf_file.is_none() {
        text.push_str("Only you can read these files. Move them to where your secrets are kept.\n");
    }
    text
}

struct Commands {
    refused: String,
    accepted: String,
    server: String,
}

impl Commands {
    fn of(context: &Context, domain: &DnsName, made: &Made) -> Self {
        let home = &context.home;
        let root = home.root().join("authorities").join(ROOT).join("certificate.pem");
        let trust = format!("curl --cacert {}", quoted(&root));
        let folder = |index: usize| {
            made.leaves.get(index).map(|(name, _)| home.issued_folder(name)).unwrap_or_default()
        };
        let (server, client) = (folder(0), folder(1));
        let passphrase = |folder: &Path| made.leaf_file.clone().unwrap_or_else(|| folder.join("passphrase"));
        let pass = format!("\"$(cat {})\"", quoted(&passphrase(&client)));
        let accepted = format!(
            "{trust} --cert {} --key {} --pass {pass} https://{domain}/",
            quoted(&client.join("crt.pem")),
            quoted(&client.join("private.pem")),
        );
        let server = [
            format!("  ssl_certificate         {};\n", absolute(&server.join("crt.pem"))),
            format!("  ssl_certificate_key     {};\n", absolute(&server.join("private.pem"))),
            format!("  ssl_password_file       {};\n", absolute(&passphrase(&server))),
            format!("  ssl_client_certificate  {};\n", absolute(&home.truststore())),
            "  ssl_verify_client       on;\n".to_owned(),
        ];
        Self { refused: format!("{trust} https://{domain}/"), accepted, server: server.concat() }
    }

    fn text(&self) -> String {
        format!(
            "A server that answers only these clients, in the words of nginx:\n{}\n\
             Refused, without a certificate:\n  {}\n\n\
             Accepted:\n  {}\n",
            self.server, self.refused, self.accepted
        )
    }
}

/// The path for a configuration file of nginx, which does not know the working folder.
fn absolute(path: &Path) -> String {
    let text = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    if is_plain(&text) { text } else { format!("\"{}\"", text.replace('"', "\\\"")) }
}
