//! Until the readers of PEM and of containers stand on their own floors.

pub(super) mod pem {
    use crate::secret::Zeroizing;

    pub(crate) fn encode(label: &str, contents: &[u8]) -> Zeroizing<String> {
        let text = pkcs8::der::pem::encode_string(label, pkcs8::LineEnding::LF, contents);
        Zeroizing::new(text.unwrap_or_default())
    }
}

pub(super) mod container {
    use crate::error::Error;
    use crate::secret::Zeroizing;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[allow(dead_code)]
    pub(crate) enum Kind {
        Certificate,
        Pkcs8,
        EncryptedPkcs8,
        Pkcs1,
        Sec1,
        PublicKey,
        EcParameters,
        Unknown,
    }

    #[allow(dead_code)]
    pub(crate) struct Item {
        pub(crate) kind: Kind,
        pub(crate) label: Option<String>,
        pub(crate) der: Zeroizing<Vec<u8>>,
        pub(crate) line: Option<usize>,
        pub(crate) headers: Vec<(String, String)>,
    }

    pub(crate) fn items(bytes: &[u8]) -> Result<Vec<Item>, Error> {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        if !text.contains("-----BEGIN ") {
            return Ok(vec![item(super::super::read::kind_of(bytes), None, bytes, Vec::new())]);
        }
        let mut found = Vec::new();
        for block in text.split("-----BEGIN ").skip(1) {
            let (label, rest) = block.split_once("-----").unwrap_or_default();
            let (body, _) = rest.split_once("-----END").unwrap_or_default();
            let (headers, body): (Vec<_>, Vec<_>) = body.lines().partition(|line| line.contains(": "));
            let base64 = body.concat();
            let whole = format!("-----BEGIN X-----\n{}\n-----END X-----\n", wrapped(&base64));
            let (_, der) = pkcs8::der::pem::decode_vec(whole.as_bytes())
                .map_err(|error| Error::decode("PEM", error.to_string()))?;
            let kind = match label {
                "CERTIFICATE" => Kind::Certificate,
                "PRIVATE KEY" => Kind::Pkcs8,
                "ENCRYPTED PRIVATE KEY" => Kind::EncryptedPkcs8,
                "RSA PRIVATE KEY" => Kind::Pkcs1,
                "EC PRIVATE KEY" => Kind::Sec1,
                "PUBLIC KEY" => Kind::PublicKey,
                "EC PARAMETERS" => Kind::EcParameters,
                _ => Kind::Unknown,
            };
            let headers = headers.iter().filter_map(|line| line.split_once(": "));
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            found.push(item(kind, Some(label.to_owned()), &der, headers));
        }
        Ok(found)
    }

    fn wrapped(base64: &str) -> String {
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        lines.join("\n")
    }

    fn item(kind: Kind, label: Option<String>, der: &[u8], headers: Vec<(String, String)>) -> Item {
        Item { kind, label, der: Zeroizing::new(der.to_vec()), line: None, headers }
    }
}
