//! Passwords: decrypted with the emulator's RSA key, kept as hashes only.

use std::sync::OnceLock;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey};

use crate::error::{ApiError, codes};

/// The service's own default key has this size; it allows passwords of 117 bytes.
const KEY_BITS: usize = 1024;

/// The shortest password the service takes, in characters.
const SHORTEST: usize = 6;

/// The key pair that clients encrypt passwords for.
pub(crate) struct PasswordKey {
    private: RsaPrivateKey,
    public_pem: String,
}

impl PasswordKey {
    /// A key made once per process, so that many emulators start quickly.
    pub(crate) fn generated() -> Result<Self, String> {
        static KEY: OnceLock<Result<RsaPrivateKey, String>> = OnceLock::new();
        let key = KEY.get_or_init(|| {
            RsaPrivateKey::new(&mut rand::rngs::OsRng, KEY_BITS)
                .map_err(|error| format!("cannot make an RSA key: {error}"))
        });
        Self::from_key(key.clone()?)
    }

    /// Reads a private key in PEM, PKCS#8 or PKCS#1.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let key = RsaPrivateKey::from_pkcs8_pem(pem)
            .or_else(|_| RsaPrivateKey::from_pkcs1_pem(pem))
            .map_err(|_| "not an RSA private key in PEM (PKCS#8 or PKCS#1)".to_owned())?;
        Self::from_key(key)
    }

    /// The public half, `BEGIN PUBLIC KEY`.
    pub(crate) fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// Undoes what clients do to a password: RSA PKCS#1 v1.5, then standard base64.
    ///
    /// Text that does not decrypt, a password in clear among it, is refused with code 2016.
    pub(crate) fn decrypt(&self, wire: &str) -> Result<String, ApiError> {
        let undecipherable = || {
            ApiError::new(
                codes::UNDECIPHERABLE_PASSWORD,
                "the password's ciphertext could not be decrypted",
            )
        };
        let ciphertext = STANDARD.decode(wire).map_err(|_| undecipherable())?;
        let plain =
            self.private.decrypt(Pkcs1v15Encrypt, &ciphertext).map_err(|_| undecipherable())?;
        String::from_utf8(plain).map_err(|_| undecipherable())
    }

    /// Decrypts a password that is about to be set, and applies the rules for new ones.
    pub(crate) fn decrypt_new(&self, wire: &str) -> Result<String, ApiError> {
        let missing = || ApiError::new(codes::PASSWORD_MISSING, "a password is required");
        if wire.is_empty() {
            return Err(missing());
        }
        let password = self.decrypt(wire)?;
        if password.is_empty() {
            return Err(missing());
        }
        if password.chars().count() < SHORTEST {
            return Err(ApiError::new(
                codes::PASSWORD_TOO_SHORT,
                "a password has at least 6 characters",
            ));
        }
        Ok(password)
    }

    fn from_key(private: RsaPrivateKey) -> Result<Self, String> {
        let public_pem = private
            .to_public_key()
            .to_public_key_pem(LineEnding::LF)
            .map_err(|error| format!("cannot write the public key: {error}"))?;
        Ok(Self { private, public_pem })
    }
}

/// Hashes a password for keeping.
pub(crate) fn hash(password: &str) -> Result<String, ApiError> {
    let salt = SaltString::generate(&mut OsRng);
    hasher()
        .and_then(|hasher| hasher.hash_password(password.as_bytes(), &salt))
        .map(|hash| hash.to_string())
        .map_err(|error| ApiError::new(1000, format!("cannot hash a password: {error}")))
}

/// Says whether `password` is the one that was hashed.
pub(crate) fn verify(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    hasher().is_ok_and(|hasher| hasher.verify_password(password.as_bytes(), &hash).is_ok())
}

/// Argon2id at its cheapest: tests log in thousands of times, and nobody attacks these hashes.
fn hasher() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// How hard a password is to guess: 1, 2 or 3, as `passwordSecurityLevel` has it.
pub(crate) fn level(password: &str) -> u8 {
    let has = |kind: fn(char) -> bool| password.contains(kind);
    let (lower, upper) = (has(|c| c.is_ascii_lowercase()), has(|c| c.is_ascii_uppercase()));
    let digit = has(|c| c.is_ascii_digit());
    match password.chars().count() {
        12.. if lower && upper && digit => 3,
        8.. if (lower || upper) && digit => 2,
        _ => 1,
    }
}

/// Why a password is too weak for a pool's rule, if it is: 0 takes any text, 1 asks for 6
/// characters, 2 besides for two of letters, digits and symbols, 3 for all of them.
pub(crate) fn weakness(password: &str, rule: u8) -> Option<&'static str> {
    let has = |kind: fn(char) -> bool| usize::from(password.contains(kind));
    let kinds = has(|c| c.is_ascii_alphabetic())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric());
    match rule {
        _ if password.is_empty() => Some("the password is empty"),
        1.. if password.chars().count() < 6 => Some("the password is shorter than 6 characters"),
        2 if kinds < 2 => Some("the password needs two of letters, digits and symbols"),
        3.. if kinds < 3 => Some("the password needs letters, digits and symbols"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::RsaPublicKey;
    use rsa::pkcs8::DecodePublicKey as _;

    fn encrypt(key: &PasswordKey, password: &str) -> String {
        let public = RsaPublicKey::from_public_key_pem(key.public_pem()).unwrap();
        let mut random = rand::rngs::OsRng;
        STANDARD.encode(public.encrypt(&mut random, Pkcs1v15Encrypt, password.as_bytes()).unwrap())
    }

    #[test]
    fn a_password_encrypted_for_the_public_key_decrypts() {
        let key = PasswordKey::generated().unwrap();
        assert_eq!(key.decrypt(&encrypt(&key, "pässwörd")).unwrap(), "pässwörd");
    }

    #[test]
    fn text_that_does_not_decrypt_is_refused_with_2016() {
        let key = PasswordKey::generated().unwrap();
        for wire in ["", "passw0rd!", "cGFzc3cwcmQ=", &"A".repeat(172)] {
            assert_eq!(key.decrypt(wire).unwrap_err().code, 2016, "{wire:?}");
        }
    }

    #[test]
    fn new_passwords_have_six_characters() {
        let key = PasswordKey::generated().unwrap();
        assert_eq!(key.decrypt_new(&encrypt(&key, "12345")).unwrap_err().code, 2029);
        assert_eq!(key.decrypt_new(&encrypt(&key, "")).unwrap_err().code, 2032);
        assert_eq!(key.decrypt_new("").unwrap_err().code, 2032);
        assert_eq!(key.decrypt_new(&encrypt(&key, "密码密码密码")).unwrap(), "密码密码密码");
    }

    #[test]
    fn a_hash_verifies_its_own_password_only() {
        let hash = hash("passw0rd!").unwrap();
        assert!(!hash.contains("passw0rd!"));
        assert!(verify("passw0rd!", &hash));
        assert!(!verify("passw0rd", &hash));
        assert!(!verify("passw0rd!", "not a hash"));
    }

    #[test]
    fn a_key_is_read_from_either_pem_form_and_nothing_else() {
        use rsa::pkcs1::EncodeRsaPrivateKey as _;
        use rsa::pkcs8::EncodePrivateKey as _;
        let key = PasswordKey::generated().unwrap();
        let pkcs8 = key.private.to_pkcs8_pem(LineEnding::LF).unwrap();
        let pkcs1 = key.private.to_pkcs1_pem(LineEnding::LF).unwrap();
        assert_eq!(PasswordKey::from_pem(&pkcs8).unwrap().public_pem(), key.public_pem());
        assert_eq!(PasswordKey::from_pem(&pkcs1).unwrap().public_pem(), key.public_pem());
        assert!(PasswordKey::from_pem(key.public_pem()).is_err());
    }
}
