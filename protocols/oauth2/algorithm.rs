//! The algorithms that tokens and client assertions are signed with.

use std::fmt;

use crate::crypto::{Hash, RsaPadding};

/// A signature algorithm of JOSE (RFC 7518, section 3.1; RFC 8037). There is no `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA with PKCS#1 v1.5 padding and SHA-256.
    RS256,
    /// RSA with PKCS#1 v1.5 padding and SHA-384.
    RS384,
    /// RSA with PKCS#1 v1.5 padding and SHA-512.
    RS512,
    /// RSA-PSS with SHA-256.
    PS256,
    /// RSA-PSS with SHA-384.
    PS384,
    /// RSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// Ed25519, the one curve of EdDSA that is offered.
    EdDSA,
    /// HMAC with SHA-256 and the client's own secret.
    HS256,
    /// HMAC with SHA-384 and the client's own secret.
    HS384,
    /// HMAC with SHA-512 and the client's own secret.
    HS512,
}

impl Algorithm {
    /// Those that are verified with a public key: what is allowed unless something else is said.
    pub const ASYMMETRIC: [Self; 9] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::EdDSA,
    ];

    /// Those that are verified with the client's own secret.
    pub const SYMMETRIC: [Self; 3] = [Self::HS256, Self::HS384, Self::HS512];

    /// The algorithm of this name, which is case-sensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ASYMMETRIC.into_iter().chain(Self::SYMMETRIC).find(|known| known.name() == name)
    }

    /// The name on the wire, such as `RS256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    /// Whether signer and verifier share a secret.
    pub fn is_symmetric(self) -> bool {
        Self::SYMMETRIC.contains(&self)
    }

    /// The hash that it is made with, which `at_hash` and `c_hash` are made with too. Ed25519 has
    /// SHA-512 inside.
    pub(crate) fn hash(self) -> Hash {
        match self {
            Self::RS256 | Self::PS256 | Self::ES256 | Self::HS256 => Hash::Sha256,
            Self::RS384 | Self::PS384 | Self::ES384 | Self::HS384 => Hash::Sha384,
            Self::RS512 | Self::PS512 | Self::EdDSA | Self::HS512 => Hash::Sha512,
        }
    }

    pub(crate) fn rsa_padding(self) -> Option<RsaPadding> {
        match self {
            Self::RS256 | Self::RS384 | Self::RS512 => Some(RsaPadding::Pkcs1),
            Self::PS256 | Self::PS384 | Self::PS512 => Some(RsaPadding::Pss),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact_and_none_is_no_algorithm() {
        for algorithm in Algorithm::ASYMMETRIC.into_iter().chain(Algorithm::SYMMETRIC) {
            assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
        }
        for name in ["none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "ES512", "HS1"] {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
        }
    }
}
