//! What was being done with a key when it failed.

use std::fmt;

/// What was being done with a private key, or with a file that keys lie in. `Display` says it as a verb: "sign", "open
/// the private key".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyOperation {
    /// A new key was to be drawn.
    Generate,
    /// A private key was to be opened.
    Open,
    /// A PKCS#12 file was to be opened, whatever lies in it.
    OpenPkcs12,
    /// The public part of a private key was to be computed.
    ComputePublicPart,
    /// Both parts of a private key were to be held against each other.
    Check,
    /// The private key was to be written in PKCS#1.
    WritePkcs1,
    /// The private key was to be written in SEC1.
    WriteSec1,
    /// A PKCS#12 file was to be written, whatever lies in it.
    WritePkcs12,
    /// A private key was to be encrypted.
    Encrypt,
    /// Something was to be signed with the key, or its signature algorithm named.
    Sign,
    /// Certificates were to be signed with the key.
    SignCertificates,
}

impl fmt::Display for KeyOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Generate => "generate a key",
            Self::Open => "open the private key",
            Self::OpenPkcs12 => "open the PKCS#12 file",
            Self::ComputePublicPart => "compute the public part of a private key",
            Self::Check => "check a private key",
            Self::WritePkcs1 => "write a PKCS#1 key",
            Self::WriteSec1 => "write a SEC1 key",
            Self::WritePkcs12 => "write the PKCS#12 file",
            Self::Encrypt => "encrypt the private key",
            Self::Sign => "sign",
            Self::SignCertificates => "sign certificates",
        })
    }
}
