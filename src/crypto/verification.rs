//! Verifying signatures, by ring.

use ring::hmac;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::signature::{Curve, Hash, RsaPadding, hmac_key};

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
