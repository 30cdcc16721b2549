//! The only module that knows the cryptographic libraries.

#[cfg(feature = "saml-encryption")]
mod decryption;
#[cfg(feature = "oauth2")]
mod signature;
#[cfg(feature = "oauth2")]
mod signing;
#[cfg(feature = "oidc")]
mod verification;
#[cfg(feature = "saml")]
mod x509;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::OsRng;
use rand::{Rng as _, RngCore as _};
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Encrypt, RsaPublicKey};

#[cfg(feature = "saml-encryption")]
pub(crate) use self::decryption::*;
#[cfg(feature = "oauth2")]
pub(crate) use self::signature::{Curve, Hash, RsaPadding, digest, hmac};
#[cfg(feature = "oauth2")]
pub(crate) use self::signing::{PrivateKey, RsaNumbers};
#[cfg(feature = "oidc")]
pub(crate) use self::verification::{verify_ecdsa, verify_ed25519, verify_hmac, verify_rsa};
#[cfg(feature = "saml")]
pub(crate) use self::x509::*;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The password key of the public Authing and Approw clouds.
const CLOUD_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC4xKeUgQ+Aoz7TLfAfs9+paePb
5KIofVthEopwrXFkp8OCeocaTHt9ICjTT2QeJh6cZaDaArfZ873GPUn00eOIZ7Ae
+TiA2BKHbCvloW3w5Lnqm70iSsUi5Fmu9/2+68GZRH9L7Mlh8cFksCicW2Y2W2uM
GKl64GDcIq3au+aqJQIDAQAB
-----END PUBLIC KEY-----
";

/// Bytes that PKCS#1 v1.5 padding takes of a key's length (RFC 8017, 7.2.1).
const PADDING: usize = 11;

/// The public key that passwords are encrypted with on their way to the server.
#[derive(Clone, Debug)]
pub(crate) struct PasswordKey(RsaPublicKey);

impl PasswordKey {
    pub(crate) fn of_the_public_clouds() -> Result<Self> {
        Self::from_pem(CLOUD_KEY).map_err(|reason| Error::config("public_key_pem", reason))
    }

    /// Reads `BEGIN PUBLIC KEY` (SPKI) or `BEGIN RSA PUBLIC KEY` (PKCS#1); on failure says what is
    /// wrong.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let pem = pem.trim();
        let key = if pem.starts_with("-----BEGIN RSA PUBLIC KEY-----") {
            RsaPublicKey::from_pkcs1_pem(pem).map_err(|e| e.to_string())
        } else {
            RsaPublicKey::from_public_key_pem(pem).map_err(|e| e.to_string())
        };
        key.map(Self).map_err(|e| format!("is no RSA public key in PEM form ({e})"))
    }

    /// RSA with PKCS#1 v1.5 padding over the UTF-8 password, in base64. Each call gives another
    /// ciphertext; the caller's value is not changed.
    pub(crate) fn encrypt(&self, password: &Secret) -> Result<String> {
        let (length, most) = (password.expose().len(), self.0.size().saturating_sub(PADDING));
        if length > most {
            return Err(Error::usage(format!(
                "the password has {length} bytes, the server's key can encrypt at most {most}"
            )));
        }
        self.0
            .encrypt(&mut OsRng, Pkcs1v15Encrypt, password.expose().as_bytes())
            .map(|ciphertext| STANDARD.encode(ciphertext))
            .map_err(|e| Error::usage("the password could not be encrypted").with_source(e))
    }
}

/// 128 bits in hexadecimal digits, to name a request with.
#[cfg(any(feature = "cas", feature = "saml"))]
pub(crate) fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|e| Error::usage("the operating system has no randomness").with_source(e))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A number from 0 to 1, for spreading retries.
pub(crate) fn random_fraction() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness the wait is the longest one; that is no reason to fail.
    match OsRng.try_fill_bytes(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

/// 256 bits from the operating system, in the 43 characters of unpadded base64url.
///
/// # Panics
///
/// When the operating system has no random numbers, as rand does.
pub(crate) fn random_token() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// So many random characters of an alphabet of up to 256.
///
/// # Panics
///
/// When the operating system has no random numbers, as rand does.
pub(crate) fn random_text(alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| char::from(alphabet[OsRng.gen_range(0..alphabet.len())])).collect()
}

#[cfg(test)]
mod tests {
    use rsa::RsaPrivateKey;
    use rsa::pkcs1::EncodeRsaPublicKey as _;
    use rsa::pkcs8::{EncodePublicKey as _, LineEnding};

    use super::*;

    #[test]
    fn both_pem_forms_encrypt_what_the_private_key_decrypts() {
        let private = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
        let public = private.to_public_key();
        for pem in [
            public.to_public_key_pem(LineEnding::LF).unwrap(),
            public.to_public_key_pem(LineEnding::CRLF).unwrap(),
            public.to_pkcs1_pem(LineEnding::LF).unwrap(),
        ] {
            let key = PasswordKey::from_pem(&pem).unwrap();
            let password = Secret::from("pässwörd");
            let first = key.encrypt(&password).unwrap();
            assert_ne!(first, key.encrypt(&password).unwrap());
            let plain = private.decrypt(Pkcs1v15Encrypt, &STANDARD.decode(first).unwrap()).unwrap();
            assert_eq!(plain, "pässwörd".as_bytes());
        }
    }

    #[test]
    fn the_cloud_key_takes_117_bytes_and_no_more() {
        let key = PasswordKey::of_the_public_clouds().unwrap();
        assert!(key.encrypt(&Secret::new("x".repeat(117))).is_ok());
        let error = key.encrypt(&Secret::new("ü".repeat(59))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the password has 118 bytes, the server's key can encrypt at most 117"
        );
    }

    #[test]
    fn what_is_no_public_key_is_refused_with_a_reason() {
        for pem in ["", "key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"] {
            assert!(PasswordKey::from_pem(pem).unwrap_err().starts_with("is no RSA public key"));
        }
    }
}
