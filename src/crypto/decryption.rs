//! Decrypting what was encrypted for an RSA key: the key transport by `rsa`, AES-GCM by ring.
//!
//! `rsa` takes its OAEP hashes as types; ring's are wrapped for it, which saves further crates.

use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::digest;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Oaep, RsaPrivateKey};
use sha2::digest::{
    FixedOutput, FixedOutputReset, HashMarker, Output, OutputSizeUser, Reset, Update, consts,
};
use zeroize::Zeroizing;

use super::DigestMethod;

mod aes_cbc;

pub(crate) use self::aes_cbc::decrypt_aes_cbc;

/// A private key that keys are decrypted with.
#[derive(Clone)]
pub(crate) struct OaepKey(RsaPrivateKey);

impl OaepKey {
    /// A key from `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1); on failure says what is
    /// wrong, without any of it.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let key = match pem.contains("-----BEGIN RSA PRIVATE KEY-----") {
            true => RsaPrivateKey::from_pkcs1_pem(pem.trim()).ok(),
            false => RsaPrivateKey::from_pkcs8_pem(pem.trim()).ok(),
        };
        key.map(Self).ok_or_else(|| "is no RSA private key in PEM form".to_owned())
    }

    /// RSAES-OAEP (RFC 8017, 7.1.2), blinded.
    pub(crate) fn decrypt(
        &self,
        hash: DigestMethod,
        mgf: DigestMethod,
        label: &str,
        ciphertext: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut padding = match (hash, mgf) {
            (DigestMethod::Sha1, DigestMethod::Sha1) => Oaep::new_with_mgf_hash::<Sha1, Sha1>(),
            (DigestMethod::Sha1, DigestMethod::Sha256) => {
                Oaep::new_with_mgf_hash::<Sha1, sha2::Sha256>()
            }
            (DigestMethod::Sha256, DigestMethod::Sha1) => {
                Oaep::new_with_mgf_hash::<sha2::Sha256, Sha1>()
            }
            (DigestMethod::Sha256, DigestMethod::Sha256) => Oaep::new::<sha2::Sha256>(),
            (DigestMethod::Sha512, DigestMethod::Sha1) => {
                Oaep::new_with_mgf_hash::<sha2::Sha512, Sha1>()
            }
            (DigestMethod::Sha512, DigestMethod::Sha512) => Oaep::new::<sha2::Sha512>(),
            _ => return None,
        };
        padding.label = (!label.is_empty()).then(|| label.to_owned());
        self.0.decrypt_blinded(&mut rand::rngs::OsRng, padding, ciphertext).ok().map(Zeroizing::new)
    }
}

/// AES-GCM with the 96-bit nonce in front and the 128-bit tag behind (XML Encryption 1.1, section
/// 5.2.4). The key has 16 or 32 bytes.
pub(crate) fn decrypt_aes_gcm(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        32 => &AES_256_GCM,
        _ => return None,
    };
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let (nonce, ciphertext) = data.split_at_checked(12)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut ciphertext = ciphertext.to_vec();
    let plain = key.open_in_place(nonce, Aad::empty(), &mut ciphertext).ok()?;
    Some(plain.to_vec())
}

/// SHA-1 of ring, which OAEP may still use: it needs no resistance to collisions.
#[derive(Clone)]
struct Sha1(digest::Context);

impl Default for Sha1 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY))
    }
}

impl OutputSizeUser for Sha1 {
    type OutputSize = consts::U20;
}

impl HashMarker for Sha1 {}

impl Update for Sha1 {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
}

impl Reset for Sha1 {
    fn reset(&mut self) {
        *self = Self::default();
    }
}

impl FixedOutput for Sha1 {
    fn finalize_into(self, out: &mut Output<Self>) {
        out.copy_from_slice(self.0.finish().as_ref());
    }
}

impl FixedOutputReset for Sha1 {
    fn finalize_into_reset(&mut self, out: &mut Output<Self>) {
        std::mem::take(self).finalize_into(out);
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::OsRng;

    use super::*;

    #[test]
    fn every_pair_of_hashes_decrypts_what_was_encrypted_with_it() {
        let key = RsaPrivateKey::new(&mut OsRng, 1280).unwrap();
        let public = key.to_public_key();
        let key = OaepKey(key);
        use DigestMethod::*;
        for (hash, mgf, padding) in [
            (Sha1, Sha1, Oaep::new::<super::Sha1>()),
            (Sha256, Sha1, Oaep::new_with_mgf_hash::<sha2::Sha256, super::Sha1>()),
            (Sha256, Sha256, Oaep::new::<sha2::Sha256>()),
        ] {
            let sent = public.encrypt(&mut OsRng, padding, b"0123456789abcdef").unwrap();
            assert_eq!(key.decrypt(hash, mgf, "", &sent).unwrap().as_slice(), b"0123456789abcdef");
            assert!(key.decrypt(hash, mgf, "label", &sent).is_none());
            assert!(key.decrypt(hash, mgf, "", &sent[1..]).is_none());
        }
    }

    #[test]
    fn sha1_is_that_of_the_standard() {
        use sha2::Digest as _;
        let digest = super::Sha1::digest(b"abc");
        assert_eq!(digest[..4], [0xa9, 0x99, 0x3e, 0x36]);
    }

    #[test]
    fn gcm_refuses_what_was_changed_and_keys_of_another_length() {
        // Test case 3 of the specification of GCM, cut to one block of zeros (test case 2).
        let sealed: Vec<u8> = [
            &[0; 12][..],
            &[0x03, 0x88, 0xda, 0xce, 0x60, 0xb6, 0xa3, 0x92],
            &[0xf3, 0x28, 0xc2, 0xb9, 0x71, 0xb2, 0xfe, 0x78],
            &[0xab, 0x6e, 0x47, 0xd4, 0x2c, 0xec, 0x13, 0xbd],
            &[0xf5, 0x3a, 0x67, 0xb2, 0x12, 0x57, 0xbd, 0xdf],
        ]
        .concat();
        assert_eq!(decrypt_aes_gcm(&[0; 16], &sealed).unwrap(), [0; 16]);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(decrypt_aes_gcm(&[0; 16], &changed).is_none());
        }
        assert!(decrypt_aes_gcm(&[0; 24], &sealed).is_none());
        assert!(decrypt_aes_gcm(&[0; 16], &sealed[..11]).is_none());
    }
}
