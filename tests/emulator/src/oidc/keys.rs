//! The keys that tokens are signed with.

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};

use super::Refusal;
use crate::state::random_hex;

/// How the application's tokens are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// With the application's secret: the default of a new application.
    #[default]
    Hs256,
    /// With a key that is published.
    Rs256,
}

/// The RSA keys, the newest first. They are made when they are needed first.
#[derive(Default)]
pub(crate) struct Keys {
    pub(super) algorithm: Algorithm,
    list: Vec<Key>,
}

struct Key {
    kid: String,
    private: RsaPrivateKey,
}

impl Keys {
    pub(crate) fn sign_with(&mut self, algorithm: Algorithm) {
        self.algorithm = algorithm;
    }

    /// Signs with a new key from now on. The old ones stay published, or not.
    pub(crate) fn rotate(&mut self, forget: bool) -> Result<(), String> {
        if forget {
            self.list.clear();
        }
        let private = RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048)
            .map_err(|error| format!("cannot make an RSA key: {error}"))?;
        self.list.insert(0, Key { kid: random_hex(8), private });
        Ok(())
    }

    pub(super) fn published(&mut self) -> Result<Value, Refusal> {
        self.current()?;
        let keys = self.list.iter().map(|key| {
            let public = RsaPublicKey::from(&key.private);
            json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid,
                "n": encoded(&public.n().to_bytes_be()),
                "e": encoded(&public.e().to_bytes_be()),
            })
        });
        Ok(json!({ "keys": keys.collect::<Vec<_>>() }))
    }

    /// A signed token.
    pub(super) fn sign(&mut self, app_secret: &str, claims: &Value) -> Result<String, Refusal> {
        let failed = |error: String| Refusal::new("server_error", error);
        let (header, key) = match self.algorithm {
            Algorithm::Hs256 => {
                let key = EncodingKey::from_secret(app_secret.as_bytes());
                (Header::new(jsonwebtoken::Algorithm::HS256), key)
            }
            Algorithm::Rs256 => {
                let key = self.current()?;
                let der = key.private.to_pkcs1_der().map_err(|error| failed(error.to_string()))?;
                let mut header = Header::new(jsonwebtoken::Algorithm::RS256);
                header.kid = Some(key.kid.clone());
                (header, EncodingKey::from_rsa_der(der.as_bytes()))
            }
        };
        encode(&header, claims, &key).map_err(|error| failed(error.to_string()))
    }

    /// The claims of a token that this application signed, expired or not.
    pub(super) fn open(&self, app_secret: &str, token: &str) -> Option<Value> {
        let read = |algorithm, key: &DecodingKey| {
            let mut validation = Validation::new(algorithm);
            validation.validate_exp = false;
            validation.validate_aud = false;
            validation.required_spec_claims.clear();
            decode::<Value>(token, key, &validation).ok().map(|data| data.claims)
        };
        let secret = DecodingKey::from_secret(app_secret.as_bytes());
        read(jsonwebtoken::Algorithm::HS256, &secret).or_else(|| {
            self.list.iter().find_map(|key| {
                let (n, e) = (key.private.n().to_bytes_be(), key.private.e().to_bytes_be());
                let key = DecodingKey::from_rsa_raw_components(&n, &e);
                read(jsonwebtoken::Algorithm::RS256, &key)
            })
        })
    }

    fn current(&mut self) -> Result<&Key, Refusal> {
        if self.list.is_empty() {
            self.rotate(false).map_err(|error| Refusal::new("server_error", error))?;
        }
        self.list.first().ok_or_else(|| Refusal::new("server_error", "there is no key"))
    }
}

pub(super) fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
