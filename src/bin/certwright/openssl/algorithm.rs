//! Names of algorithms, as far as to tell them from mistakes: by their families, or as identifiers. All of them are
//! answered with the same encryption.

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
    is_identifier(&name) || families.iter().any(|family| name.strip_prefix(family).is_some_and(follows))
}

/// `1.2.840.113549.3.7`
fn is_identifier(name: &str) -> bool {
    name.contains('.') && name.bytes().all(|octet| octet == b'.' || octet.is_ascii_digit())
}

/// `aes-256-cbc`, `des3`, `camellia128` …
pub(super) fn is_cipher(name: &str) -> bool {
    is_of(&CIPHERS, name)
}

/// A cipher that is an option of its own: `-aes256`, `-AES-256-CBC`. All of them come out as PBES2 with AES-256.
pub(super) fn is_option(name: &str) -> bool {
    is_cipher(name) && !is_identifier(name)
}

/// What is written in any case.
pub(super) fn is_aes256(cipher: &str) -> bool {
    ["aes256", "aes-256-cbc"].iter().any(|name| cipher.eq_ignore_ascii_case(name))
}

/// `sha256`, `SHA2-512`, `RSA-SHA256`, `md5` …
pub(super) fn is_digest(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let alias = ["rsa-", "ssl3-"].into_iter().find_map(|prefix| lower.strip_prefix(prefix));
    is_of(&DIGESTS, alias.unwrap_or(&lower))
}

/// `PBE-SHA1-3DES`, `pbeWithMD5AndDES-CBC`: a scheme from before PBES2.
pub(super) fn is_scheme(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    is_identifier(name) || lower.starts_with("pbe-") || lower.starts_with("pbewith")
}

/// `hmacWithSHA256`, `hmac-sha1` …
pub(super) fn is_pseudo_random_function(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let digest = ["hmacwith", "hmac-"].into_iter().find_map(|prefix| lower.strip_prefix(prefix));
    is_identifier(name) || digest.is_some_and(is_digest)
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
        for name in ["hmacWithSHA256", "HMAC-SHA1"] {
            assert!(is_pseudo_random_function(name), "{name}");
        }
        let identifier = "1.2.840.113549.1.12.1.3";
        assert!(is_cipher(identifier) && is_scheme(identifier) && is_pseudo_random_function(identifier));
        for name in ["", "nonsense", "aesthetic", "describe", "hmacWith", "hmacWithNonsense", "pbe", "shadow"]
        {
            let known = [is_cipher(name), is_digest(name), is_scheme(name), is_pseudo_random_function(name)];
            assert_eq!(known, [false; 4], "{name}");
        }
    }
}
