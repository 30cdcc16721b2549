//! Signatures, authentication codes and digests, by ring.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use ring::{digest, hmac};

/// The SHA-2 functions that signatures are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// How an RSA signature is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaPadding {
    Pkcs1,
    /// With a salt as long as the hash, and MGF1 with that hash.
    Pss,
}

/// The curves of ECDSA; each goes with one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
}

/// Whether an RSA key made this signature. Keys of less than 2048 or more than 8192 bits, and
/// exponents below 3, made none.
pub(crate) fn verify_rsa(
    (padding, hash): (RsaPadding, Hash),
    (modulus, exponent): (&[u8], &[u8]),
    message: &[u8],
    signature: &[u8],
) -> bool {
    let parameters: &RsaParameters = match (padding, hash) {
        (RsaPadding::Pkcs1, Hash::Sha256) => &RSA_PKCS1_2048_8192_SHA256,
        (RsaPadding::Pkcs1, Hash::Sha384) => &RSA_PKCS1_2048_8192_SHA384,
        (RsaPadding::Pkcs1, Hash::Sha512) => &RSA_PKCS1_2048_8192_SHA512,
        (RsaPadding::Pss, Hash::Sha256) => &RSA_PSS_2048_8192_SHA256,
        (RsaPadding::Pss, Hash::Sha384) => &RSA_PSS_2048_8192_SHA384,
        (RsaPadding::Pss, Hash::Sha512) => &RSA_PSS_2048_8192_SHA512,
    };
    let key = RsaPublicKeyComponents { n: modulus, e: exponent };
    key.verify(parameters, message, signature).is_ok()
}

/// Whether a key, as an uncompressed point, made this signature, `r` and `s` one behind the other.
pub(crate) fn verify_ecdsa(curve: Curve, point: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let algorithm: &dyn VerificationAlgorithm = match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED,
    };
    UnparsedPublicKey::new(algorithm, point).verify(message, signature).is_ok()
}

/// Whether an Ed25519 key made this signature.
pub(crate) fn verify_ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
}

/// Whether this is the message's HMAC, in a time that does not tell how much of it is.
pub(crate) fn verify_hmac(hash: Hash, secret: &[u8], message: &[u8], code: &[u8]) -> bool {
    hmac::verify(&hmac_key(hash, secret), message, code).is_ok()
}

/// The message's HMAC (RFC 2104).
pub(crate) fn hmac(hash: Hash, secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac_key(hash, secret), message).as_ref().to_vec()
}

/// The digest of `data`.
pub(crate) fn digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    };
    digest::digest(algorithm, data).as_ref().to_vec()
}

fn hmac_key(hash: Hash, secret: &[u8]) -> hmac::Key {
    let algorithm = match hash {
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    hmac::Key::new(algorithm, secret)
}
