//! What signatures are made of: digests, authentication codes, paddings and curves.

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

pub(super) fn hmac_key(hash: Hash, secret: &[u8]) -> hmac::Key {
    let algorithm = match hash {
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    hmac::Key::new(algorithm, secret)
}
