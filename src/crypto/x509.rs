//! Public keys out of certificates, the signatures they verify, and the key pairs that make them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    UnparsedPublicKey, VerificationAlgorithm,
};

/// The hash functions of signatures over XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigestMethod {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignatureMethod {
    RsaPkcs1(DigestMethod),
    RsaPss(DigestMethod),
    EcdsaP256,
    EcdsaP384,
}

/// A public key that signatures are checked with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    kind: KeyKind,
    /// As in the certificate: `RSAPublicKey` (RFC 8017, A.1.1), or the point.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyKind {
    Rsa,
    P256,
    P384,
}

/// A private key that signs, with SHA-256 for RSA and P-256, SHA-384 for P-384.
pub(crate) enum SigningKeyPair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl DigestMethod {
    pub(crate) fn digest(self, data: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, data).as_ref().to_vec()
    }
}

impl PublicKey {
    /// The key in a certificate (RFC 5280) in DER. Who signed it and how long it is valid is not
    /// looked at.
    pub(crate) fn from_certificate(der: &[u8]) -> Option<Self> {
        let (certificate, _) = Der(der).expect(SEQUENCE)?;
        let (mut body, _) = certificate.expect(SEQUENCE)?;
        if let Some((_, rest)) = body.expect(VERSION) {
            body = rest;
        }
        // Serial number, signature algorithm, issuer, validity, subject.
        for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
            body = body.expect(tag)?.1;
        }
        Self::from_spki(body)
    }

    /// The key in PEM: `CERTIFICATE` or `PUBLIC KEY`.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        match pem_body(pem, "CERTIFICATE") {
            Some(der) => Self::from_certificate(&der),
            None => Self::from_spki(Der(&pem_body(pem, "PUBLIC KEY")?)),
        }
    }

    /// Whether this key made the signature. RSA keys have from 2048 to 8192 bits, from 1024 if
    /// short ones are allowed.
    pub(crate) fn verifies(
        &self,
        method: SignatureMethod,
        short_rsa: bool,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        use DigestMethod::*;
        use SignatureMethod::*;
        let algorithm: &dyn VerificationAlgorithm = match (self.kind, method, short_rsa) {
            (KeyKind::Rsa, RsaPkcs1(Sha1), false) => {
                &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY
            }
            (KeyKind::Rsa, RsaPkcs1(Sha1), true) => {
                &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
            }
            (KeyKind::Rsa, RsaPkcs1(Sha256), true) => {
                &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
            }
            (KeyKind::Rsa, RsaPkcs1(Sha512), true) => {
                &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
            }
            (KeyKind::Rsa, RsaPkcs1(Sha256), false) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (KeyKind::Rsa, RsaPkcs1(Sha384), _) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (KeyKind::Rsa, RsaPkcs1(Sha512), false) => &signature::RSA_PKCS1_2048_8192_SHA512,
            (KeyKind::Rsa, RsaPss(Sha256), _) => &signature::RSA_PSS_2048_8192_SHA256,
            (KeyKind::Rsa, RsaPss(Sha384), _) => &signature::RSA_PSS_2048_8192_SHA384,
            (KeyKind::Rsa, RsaPss(Sha512), _) => &signature::RSA_PSS_2048_8192_SHA512,
            (KeyKind::P256, EcdsaP256, _) => &ECDSA_P256_SHA256_FIXED,
            (KeyKind::P384, EcdsaP384, _) => &ECDSA_P384_SHA384_FIXED,
            _ => return false,
        };
        UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signature).is_ok()
    }

    /// `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).
    fn from_spki(der: Der<'_>) -> Option<Self> {
        let (info, _) = der.expect(SEQUENCE)?;
        let (algorithm, rest) = info.expect(SEQUENCE)?;
        let (id, parameters) = algorithm.expect(OBJECT_IDENTIFIER)?;
        let (bits, _) = rest.expect(BIT_STRING)?;
        let curve = || parameters.expect(OBJECT_IDENTIFIER).map(|(curve, _)| curve.0);
        let kind = match id.0 {
            RSA_ENCRYPTION => KeyKind::Rsa,
            EC_PUBLIC_KEY if curve() == Some(PRIME256V1) => KeyKind::P256,
            EC_PUBLIC_KEY if curve() == Some(SECP384R1) => KeyKind::P384,
            _ => return None,
        };
        // The first byte counts unused bits, of which keys have none.
        let bytes = bits.0.strip_prefix(&[0])?.to_vec();
        Some(Self { kind, bytes })
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl SigningKeyPair {
    /// A key from `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1); on failure says what is
    /// wrong, without any of it.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        if let Some(der) = pem_body(pem, "RSA PRIVATE KEY") {
            let key = RsaKeyPair::from_der(&der);
            return key.map(Self::Rsa).map_err(|e| format!("is no RSA key that can be used ({e})"));
        }
        let der = pem_body(pem, "PRIVATE KEY").ok_or("is no private key in PEM form")?;
        let ecdsa = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, &der, &SystemRandom::new());
        match RsaKeyPair::from_pkcs8(&der) {
            Ok(key) => Ok(Self::Rsa(key)),
            Err(rsa) => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .map(Self::P256)
                .or_else(|_| ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Self::P384))
                .map_err(|_| format!("is no key for RSA, P-256 or P-384 that can be used ({rsa})")),
        }
    }

    pub(crate) fn method(&self) -> SignatureMethod {
        match self {
            Self::Rsa(_) => SignatureMethod::RsaPkcs1(DigestMethod::Sha256),
            Self::P256(_) => SignatureMethod::EcdsaP256,
            Self::P384(_) => SignatureMethod::EcdsaP384,
        }
    }

    /// Whether `key` is the public half.
    pub(crate) fn belongs_to(&self, key: &PublicKey) -> bool {
        match self {
            Self::Rsa(pair) => key.bytes == pair.public_key().as_ref(),
            Self::P256(pair) | Self::P384(pair) => key.bytes == pair.public_key().as_ref(),
        }
    }

    /// The signature, `r` and `s` one behind the other for ECDSA.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |error| format!("the message could not be signed ({error})");
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(key) | Self::P384(key) => {
                Ok(key.sign(&random, message).map_err(failed)?.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for SigningKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What is between the lines of a PEM text (RFC 7468) with this label.
pub(crate) fn pem_body(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME256V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECP384R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];

/// Values in DER one behind the other (X.690).
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The contents of the first value, if it has this tag, and what follows.
    fn expect(self, wanted: u8) -> Option<(Self, Self)> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(length)?;
        (*tag == wanted).then_some((Self(contents), Self(rest)))
    }
}
