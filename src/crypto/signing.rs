//! Private keys that sign.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::rsa::KeyPairComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};

use super::{Curve, Hash, RsaPadding};

/// A private key. Errors say what is wrong with it, without any of it.
pub(crate) enum PrivateKey {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// The numbers of an RSA key, big-endian (RFC 8017, section 3.2).
pub(crate) struct RsaNumbers {
    pub(crate) n: Vec<u8>,
    pub(crate) e: Vec<u8>,
    pub(crate) d: Vec<u8>,
    pub(crate) p: Vec<u8>,
    pub(crate) q: Vec<u8>,
    pub(crate) dp: Vec<u8>,
    pub(crate) dq: Vec<u8>,
    pub(crate) qi: Vec<u8>,
}

impl PrivateKey {
    /// An RSA key from `BEGIN PRIVATE KEY` (PKCS#8) or `BEGIN RSA PRIVATE KEY` (PKCS#1).
    pub(crate) fn rsa_from_pem(pem: &str) -> Result<Self, String> {
        let key = match der(pem, "RSA PRIVATE KEY") {
            Some(der) => RsaKeyPair::from_der(&der),
            None => RsaKeyPair::from_pkcs8(&pkcs8(pem)?),
        };
        key.map(Self::Rsa).map_err(|e| format!("is no RSA key that can be used ({e})"))
    }

    pub(crate) fn rsa_from_numbers(numbers: &RsaNumbers) -> Result<Self, String> {
        let RsaNumbers { n, e, d, p, q, dp, dq, qi } = numbers;
        let public_key = ring::signature::RsaPublicKeyComponents { n, e };
        let parts = KeyPairComponents { public_key, d, p, q, dP: dp, dQ: dq, qInv: qi };
        RsaKeyPair::from_components(&parts)
            .map(Self::Rsa)
            .map_err(|e| format!("is no RSA key that can be used ({e})"))
    }

    /// A key on a curve from `BEGIN PRIVATE KEY` (PKCS#8).
    pub(crate) fn ecdsa_from_pem(curve: Curve, pem: &str) -> Result<Self, String> {
        EcdsaKeyPair::from_pkcs8(ecdsa(curve), &pkcs8(pem)?, &SystemRandom::new())
            .map(Self::Ecdsa)
            .map_err(|e| format!("is no key on that curve ({e})"))
    }

    /// A key on a curve from its scalar and its uncompressed point.
    pub(crate) fn ecdsa_from_numbers(curve: Curve, d: &[u8], point: &[u8]) -> Result<Self, String> {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_private_key_and_public_key(ecdsa(curve), d, point, &random)
            .map(Self::Ecdsa)
            .map_err(|e| format!("is no key on that curve ({e})"))
    }

    /// An Ed25519 key from `BEGIN PRIVATE KEY` (PKCS#8), with or without the public half.
    pub(crate) fn ed25519_from_pem(pem: &str) -> Result<Self, String> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8(pem)?)
            .map(Self::Ed25519)
            .map_err(|e| format!("is no Ed25519 key ({e})"))
    }

    pub(crate) fn ed25519_from_numbers(d: &[u8], x: &[u8]) -> Result<Self, String> {
        Ed25519KeyPair::from_seed_and_public_key(d, x)
            .map(Self::Ed25519)
            .map_err(|e| format!("is no Ed25519 key ({e})"))
    }

    /// The signature over a message, `r` and `s` one behind the other for ECDSA. The padding and
    /// hash count for RSA alone.
    pub(crate) fn sign(
        &self,
        rsa: Option<RsaPadding>,
        hash: Hash,
        message: &[u8],
    ) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(rsa_encoding(rsa, hash), &random, message, &mut signature)
                    .map_err(|e| format!("cannot sign ({e})"))?;
                Ok(signature)
            }
            Self::Ecdsa(key) => {
                let signature = key.sign(&random, message);
                Ok(signature.map_err(|e| format!("cannot sign ({e})"))?.as_ref().to_vec())
            }
            Self::Ed25519(key) => Ok(key.sign(message).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

fn ecdsa(curve: Curve) -> &'static ring::signature::EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
    }
}

fn rsa_encoding(padding: Option<RsaPadding>, hash: Hash) -> &'static dyn RsaEncoding {
    match (padding, hash) {
        (Some(RsaPadding::Pss), Hash::Sha256) => &RSA_PSS_SHA256,
        (Some(RsaPadding::Pss), Hash::Sha384) => &RSA_PSS_SHA384,
        (Some(RsaPadding::Pss), Hash::Sha512) => &RSA_PSS_SHA512,
        (_, Hash::Sha256) => &RSA_PKCS1_SHA256,
        (_, Hash::Sha384) => &RSA_PKCS1_SHA384,
        (_, Hash::Sha512) => &RSA_PKCS1_SHA512,
    }
}

fn pkcs8(pem: &str) -> Result<Vec<u8>, String> {
    der(pem, "PRIVATE KEY").ok_or_else(|| "is no private key in PEM form (PKCS#8)".to_owned())
}

/// What is between the lines of a PEM file (RFC 7468) that has this label.
fn der(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
