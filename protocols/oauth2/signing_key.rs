//! The private key of a client, which it signs assertions with.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Algorithm;
use crate::crypto::{self, Curve, PrivateKey, RsaNumbers};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The key of a client that authenticates with `private_key_jwt`.
///
/// ```no_run
/// use authing::oauth2::{Algorithm, ClientAuth, SigningKey};
///
/// let pem = std::fs::read_to_string("client-key.pem")?;
/// let key = SigningKey::from_pem(Algorithm::ES256, &pem)?.key_id("2026-01");
/// let auth = ClientAuth::private_key_jwt(key);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SigningKey {
    algorithm: Algorithm,
    kid: Option<String>,
    key: Arc<Key>,
}

#[derive(Debug)]
enum Key {
    Private(Box<PrivateKey>),
    Shared(Secret),
}

impl SigningKey {
    /// Reads a private key in PEM form: PKCS#8 (`BEGIN PRIVATE KEY`), for RSA also PKCS#1.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when it is no key of that algorithm, an RSA
    /// key has less than 2048 bits, or the algorithm is one of a shared secret.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self> {
        let key = match algorithm {
            Algorithm::ES256 => PrivateKey::ecdsa_from_pem(Curve::P256, pem),
            Algorithm::ES384 => PrivateKey::ecdsa_from_pem(Curve::P384, pem),
            Algorithm::EdDSA => PrivateKey::ed25519_from_pem(pem),
            _ if algorithm.rsa_padding().is_some() => PrivateKey::rsa_from_pem(pem),
            _ => Err(format!("cannot be used for {algorithm}")),
        };
        Self::new(algorithm, None, key)
    }

    /// Reads a private key as a JSON Web Key (RFC 7517), with its `kid` if it has one.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem).
    pub fn from_jwk(algorithm: Algorithm, json: &str) -> Result<Self> {
        let jwk: Map<String, Value> = serde_json::from_str(json)
            .map_err(|_| Error::config("signing_key", "is no JSON Web Key"))?;
        let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
        Self::new(algorithm, kid, private_key(algorithm, &jwk))
    }

    fn new(
        algorithm: Algorithm,
        kid: Option<String>,
        key: Result<PrivateKey, String>,
    ) -> Result<Self> {
        let key = key.map_err(|reason| Error::config("signing_key", reason))?;
        Ok(Self { algorithm, kid, key: Arc::new(Key::Private(Box::new(key))) })
    }

    /// A secret as a key, for `client_secret_jwt`.
    pub(super) fn shared(algorithm: Algorithm, secret: Secret) -> Self {
        Self { algorithm, kid: None, key: Arc::new(Key::Shared(secret)) }
    }

    /// The id under which the server knows the key. Defaults to the `kid` of the JSON Web Key, or
    /// none.
    pub fn key_id(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// The algorithm it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A signed token with these claims (RFC 7515, section 3.1).
    pub(super) fn sign(&self, claims: &Value) -> Result<Secret> {
        let mut header = serde_json::json!({ "alg": self.algorithm.name(), "typ": "JWT" });
        if let Some(kid) = &self.kid {
            header["kid"] = kid.as_str().into();
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let hash = self.algorithm.hash();
        let signature = match &*self.key {
            Key::Private(key) => key
                .sign(self.algorithm.rsa_padding(), hash, message.as_bytes())
                .map_err(|reason| Error::config("signing_key", reason))?,
            Key::Shared(secret) => {
                crypto::hmac(hash, secret.expose().as_bytes(), message.as_bytes())
            }
        };
        Ok(Secret::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

fn private_key(algorithm: Algorithm, jwk: &Map<String, Value>) -> Result<PrivateKey, String> {
    let number = |name: &str| {
        let text = jwk.get(name).and_then(Value::as_str);
        text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or_else(|| format!("has no `{name}`"))
    };
    let ecdsa = |curve| {
        let point = [vec![4], number("x")?, number("y")?].concat();
        PrivateKey::ecdsa_from_numbers(curve, &number("d")?, &point)
    };
    match algorithm {
        Algorithm::ES256 => ecdsa(Curve::P256),
        Algorithm::ES384 => ecdsa(Curve::P384),
        Algorithm::EdDSA => PrivateKey::ed25519_from_numbers(&number("d")?, &number("x")?),
        _ if algorithm.rsa_padding().is_some() => PrivateKey::rsa_from_numbers(&RsaNumbers {
            n: number("n")?,
            e: number("e")?,
            d: number("d")?,
            p: number("p")?,
            q: number("q")?,
            dp: number("dp")?,
            dq: number("dq")?,
            qi: number("qi")?,
        }),
        _ => Err(format!("cannot be used for {algorithm}")),
    }
}
