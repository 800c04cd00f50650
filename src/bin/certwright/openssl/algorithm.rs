//! Names of algorithms as openssl knows them. All of them are answered with the same encryption; another name is a
//! mistake in the command line.

/// The families of its ciphers.
const CIPHERS: [&str; 14] = [
    "aes", "aria", "bf", "blowfish", "camellia", "cast", "chacha", "des", "desx", "idea", "rc", "seed", "sm",
    "id-aes",
];

/// The families of its digests.
const DIGESTS: [&str; 8] = ["md", "sha", "ripemd", "rmd", "blake", "whirlpool", "sm", "id-streebog"];

fn is_of(families: &[&str], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let follows = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphabetic());
    families.iter().any(|family| name.strip_prefix(family).is_some_and(follows))
}

/// `aes-256-cbc`, `des3`, `camellia128` …
pub(super) fn is_cipher(name: &str) -> bool {
    is_of(&CIPHERS, name)
}

/// `sha256`, `SHA2-512`, `md5` …
pub(super) fn is_digest(name: &str) -> bool {
    is_of(&DIGESTS, name)
}

/// `PBE-SHA1-3DES`, `pbeWithMD5AndDES-CBC`: a scheme from before PBES2.
pub(super) fn is_scheme(name: &str) -> bool {
    let start = name.get(..3).unwrap_or_default();
    start.eq_ignore_ascii_case("pbe") && name.len() > 3
}

/// `hmacWithSHA256` …
pub(super) fn is_pseudo_random_function(name: &str) -> bool {
    let (start, digest) = name.split_at_checked(8).unwrap_or_default();
    start.eq_ignore_ascii_case("hmacWith") && is_digest(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_openssl() {
        for name in
            ["aes256", "AES-256-CBC", "aes-128-gcm", "des3", "DES-EDE3-CBC", "rc2-40-cbc", "sm4", "cast5-cbc"]
        {
            assert!(is_cipher(name), "{name}");
        }
        for name in ["PBE-SHA1-3DES", "PBE-MD5-DES", "pbeWithSHA1And3-KeyTripleDES-CBC"] {
            assert!(is_scheme(name) && !is_cipher(name), "{name}");
        }
        for name in ["sha256", "SHA1", "md5", "sha3-256", "blake2b512"] {
            assert!(is_digest(name), "{name}");
        }
        assert!(is_pseudo_random_function("hmacWithSHA256"));
        for name in ["", "nonsense", "aesthetic", "describe", "hmacWith", "hmacWithNonsense", "pbe", "shadow"]
        {
            let known = [is_cipher(name), is_digest(name), is_scheme(name), is_pseudo_random_function(name)];
            assert_eq!(known, [false; 4], "{name}");
        }
    }
}
