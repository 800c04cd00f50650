//! Certificates made by openssl, for tests that must not trust our own issuing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::peers;

/// `openssl ca` is the one command that takes both dates; any subject with a common name will do. `STRINGS` is
/// the mask of the string types that a subject is written in.
const CONFIG: &str = "\
[req]
distinguished_name = nothing
string_mask = STRINGS
[nothing]
[ca]
default_ca = workshop
[workshop]
database = index.txt
new_certs_dir = .
default_md = sha256
rand_serial = yes
unique_subject = no
policy = policy
[policy]
commonName = supplied
";

/// The extensions of an authority.
pub(crate) const CA: &str = "\
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
";

/// A folder in which openssl makes keys and certificates; gone when dropped.
pub(crate) struct Workshop {
    program: PathBuf,
    folder: TempDir,
}

/// A certificate and its key, as two PEM files.
#[derive(Clone)]
pub(crate) struct Made {
    /// The certificate alone.
    pub(crate) certificate: PathBuf,
    /// The private key, plain PKCS#8.
    pub(crate) key: PathBuf,
}

/// What a leaf may be used for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Extended key usage clientAuth.
    Client,
    /// Extended key usage serverAuth.
    Server,
}

/// When a certificate holds. Fixed dates, far from any clock the tests may run under.
#[derive(Clone, Copy)]
pub(crate) enum Dates {
    /// 2020 to the end of 2049.
    Current,
    /// The year 2020.
    Expired,
    /// From 2048 to 2049.
    Future,
}

impl Workshop {
    /// An empty workshop; `None` where openssl is missing.
    pub(crate) fn open() -> Option<Self> {
        let program = peers::find("openssl")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("index.txt"), "").expect("a writable folder");
        Some(Self { program, folder })
    }

    /// The place of a file in the workshop.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// A self-signed root with the common name `name`; its files are called `file.pem` and `file.key`.
    pub(crate) fn root(&self, file: &str, name: &str) -> Made {
        let made = self.key_for(file);
        self.sign(&made, &Order::named(name, CA));
        made
    }

    /// A self-signed certificate with this subject, in openssl's notation (`/DC=com/OU=a/CN=b`), its strings of
    /// the types in the mask (`utf8only`, `MASK:0x4`), and these extensions.
    pub(crate) fn self_signed(&self, file: &str, subject: &str, strings: &str, extensions: &str) -> Made {
        let made = self.key_for(file);
        let subject = subject.to_owned();
        self.sign(&made, &Order { subject, strings, extensions, issuer: None, dates: Dates::Current });
        made
    }

    /// A subordinate CA.
    pub(crate) fn subordinate(&self, file: &str, name: &str, issuer: &Made) -> Made {
        let made = self.key_for(file);
        self.sign(&made, &Order { issuer: Some(issuer), ..Order::named(name, CA) });
        made
    }

    /// A leaf whose common name is also its only DNS name.
    pub(crate) fn leaf(&self, file: &str, name: &str, issuer: &Made, purpose: Purpose, dates: Dates) -> Made {
        let usage = match purpose {
            Purpose::Client => "clientAuth",
            Purpose::Server => "serverAuth",
        };
        let extensions = format!(
            "basicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature\n\
             extendedKeyUsage = {usage}\nsubjectAltName = DNS:{name}\n"
        );
        let made = self.key_for(file);
        self.sign(&made, &Order { issuer: Some(issuer), dates, ..Order::named(name, &extensions) });
        made
    }

    /// Another certificate for a name and its key, which has one already: renewed, or by another issuer.
    pub(crate) fn again(
        &self,
        file: &str,
        name: &str,
        key: &Made,
        issuer: &Made,
        extensions: &str,
        dates: Dates,
    ) -> Made {
        let made = Made { certificate: self.path(&format!("{file}.pem")), key: key.key.clone() };
        self.sign(&made, &Order { issuer: Some(issuer), dates, ..Order::named(name, extensions) });
        made
    }

    /// Several PEM files in one.
    pub(crate) fn bundle(&self, file: &str, parts: &[&Path]) -> PathBuf {
        let whole: String =
            parts.iter().map(|part| fs::read_to_string(part).expect("a readable part")).collect();
        let path = self.path(file);
        fs::write(&path, whole).expect("a writable folder");
        path
    }

    /// Seals a key with a passphrase, as PKCS#8.
    pub(crate) fn encrypt(&self, key: &Path, out: &Path, passphrase: &str) {
        let passphrase = format!("pass:{passphrase}");
        let files = [OsStr::new("-in"), key.as_os_str(), OsStr::new("-out"), out.as_os_str()];
        let options = ["pkcs8", "-topk8", "-passout", &passphrase].map(OsStr::new);
        self.run(options.into_iter().chain(files));
    }

    /// Runs openssl in the workshop and returns its stdout; a failure ends the test.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        self.try_run(arguments).unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// The same, and what openssl said where it failed.
    pub(crate) fn try_run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<String, String> {
        let mut command = Command::new(&self.program);
        command.current_dir(self.folder.path()).args(arguments);
        let output = command.output().expect("openssl starts");
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn key_for(&self, file: &str) -> Made {
        let made =
            Made { certificate: self.path(&format!("{file}.pem")), key: self.path(&format!("{file}.key")) };
        let generate = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
        self.run(generate.map(OsStr::new).into_iter().chain([made.key.as_os_str()]));
        made
    }

    fn sign(&self, made: &Made, order: &Order<'_>) {
        let (start, end) = match order.dates {
            Dates::Current => ("20200101000000Z", "20491231235959Z"),
            Dates::Expired => ("20200101000000Z", "20201231235959Z"),
            Dates::Future => ("20480101000000Z", "20491231235959Z"),
        };
        fs::write(self.path("openssl.cnf"), CONFIG.replace("STRINGS", order.strings))
            .expect("a writable folder");
        fs::write(self.path("extensions"), order.extensions).expect("a writable folder");
        let request =
            ["req", "-new", "-config", "openssl.cnf", "-out", "request.csr", "-subj", &order.subject, "-key"];
        self.run(request.map(OsStr::new).into_iter().chain([made.key.as_os_str()]));
        let ca = ["ca", "-batch", "-notext", "-preserveDN", "-config", "openssl.cnf", "-in", "request.csr"];
        let rest = ["-extfile", "extensions", "-startdate", start, "-enddate", end, "-out"];
        let signer: Vec<&OsStr> = match order.issuer {
            None => vec!["-selfsign".as_ref(), "-keyfile".as_ref(), made.key.as_ref()],
            Some(ca) => vec!["-cert".as_ref(), ca.certificate.as_ref(), "-keyfile".as_ref(), ca.key.as_ref()],
        };
        let ca = ca.into_iter().chain(rest).map(OsStr::new);
        self.run(ca.chain([made.certificate.as_os_str()]).chain(signer));
    }
}

/// What openssl is asked to certify.
struct Order<'a> {
    subject: String,
    strings: &'a str,
    extensions: &'a str,
    issuer: Option<&'a Made>,
    dates: Dates,
}

impl<'a> Order<'a> {
    fn named(name: &str, extensions: &'a str) -> Self {
        let subject = format!("/CN={name}");
        Self { subject, strings: "utf8only", extensions, issuer: None, dates: Dates::Current }
    }
}
