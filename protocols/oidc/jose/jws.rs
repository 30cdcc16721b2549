//! Signed tokens in their compact form (RFC 7515, sections 3, 5.2 and 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::json::{Object, parse_object};
use super::jwk::JwkSet;
use crate::crypto;
use crate::oauth2::Algorithm;
use crate::oidc::VerificationFailure;

/// Longer than any token that a header or a form carries.
const MOST_BYTES: usize = 128 * 1024;
/// Longer than any algorithm, type or key id.
const MOST_BYTES_OF_A_NAME: usize = 1024;
/// The header members that bring a key or say where to get one.
const HEADER_KEYS: [&str; 4] = ["jwk", "jku", "x5u", "x5c"];

/// A token whose signature was not looked at yet.
#[derive(Debug)]
pub(crate) struct Jws<'a> {
    pub(crate) algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
    /// What is signed.
    message: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// What signatures are verified with.
#[derive(Clone, Copy)]
pub(crate) struct KeySource<'a> {
    /// The keys that the issuer publishes.
    pub(crate) published: &'a JwkSet,
    /// The secret that the client shares with the issuer.
    pub(crate) secret: Option<&'a [u8]>,
    /// Whether the secret may be shorter than RFC 7518 wants.
    pub(crate) secret_may_be_short: bool,
}

impl<'a> Jws<'a> {
    /// Reads a token. Its algorithm has to be one of those `allowed`.
    pub(crate) fn parse(
        token: &'a str,
        allowed: &[Algorithm],
    ) -> Result<Self, VerificationFailure> {
        let (message, [header, payload, signature]) = split(token)?;
        let header = object("header", &decode("header", header)?)?;
        let algorithm = check_header(&header, allowed)?;
        Ok(Self {
            algorithm,
            kid: text(&header, "kid")?,
            typ: text(&header, "typ")?,
            message,
            payload: decode("payload", payload)?,
            signature: decode("signature", signature)?,
        })
    }

    /// The token's kind (`typ`), in lower case and without `application/` (RFC 7515, 4.1.9).
    pub(crate) fn typ(&self) -> Option<String> {
        let typ = self.typ.as_ref()?.to_ascii_lowercase();
        Some(typ.strip_prefix("application/").unwrap_or(&typ).to_owned())
    }

    /// What was signed, after the signature was verified.
    pub(crate) fn verify(self, keys: KeySource<'_>) -> Result<Vec<u8>, VerificationFailure> {
        let Self { algorithm, kid, message, payload, signature, .. } = self;
        match algorithm.is_symmetric() {
            true => verify_code(keys, algorithm, kid, message.as_bytes(), &signature)?,
            false => {
                let kid = kid.as_deref();
                keys.published.verify(algorithm, kid, message.as_bytes(), &signature)?;
            }
        }
        Ok(payload)
    }

    /// The claims, after the signature was verified.
    pub(crate) fn claims(self, keys: KeySource<'_>) -> Result<Object, VerificationFailure> {
        object("payload", &self.verify(keys)?)
    }
}

/// The claims that a token makes, whoever signed it, if anybody did.
#[cfg(feature = "jaccount")]
pub(crate) fn unverified_claims(token: &str) -> Result<Object, VerificationFailure> {
    let (_, [_, payload, _]) = split(token)?;
    object("payload", &decode("payload", payload)?)
}

/// What is signed, and the three parts: header, payload, signature.
fn split(token: &str) -> Result<(&str, [&str; 3]), VerificationFailure> {
    if token.len() > MOST_BYTES {
        let (bytes, limit) = (token.len(), MOST_BYTES);
        return Err(VerificationFailure::TooLarge { bytes, limit });
    }
    let segments = || VerificationFailure::Segments { got: token.split('.').count() };
    let (message, signature) = token.rsplit_once('.').ok_or_else(segments)?;
    let (header, payload) = message.split_once('.').ok_or_else(segments)?;
    if payload.contains('.') {
        return Err(segments());
    }
    Ok((message, [header, payload, signature]))
}

/// Refuses what no token of ours may have in its header.
fn check_header(header: &Object, allowed: &[Algorithm]) -> Result<Algorithm, VerificationFailure> {
    if let Some(names) = header.get("crit") {
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        let names = names.map(str::to_owned).collect();
        return Err(VerificationFailure::CriticalHeader { names });
    }
    if let Some(member) = HEADER_KEYS.into_iter().find(|member| header.contains_key(*member)) {
        return Err(VerificationFailure::HeaderKey { member });
    }
    let name = text(header, "alg")?.unwrap_or_default();
    Algorithm::from_name(&name)
        .filter(|algorithm| allowed.contains(algorithm))
        .ok_or_else(|| VerificationFailure::Algorithm { expected: allowed.to_vec(), got: name })
}

/// Verifies an authentication code. Only the client's own secret can have made it, whatever key id
/// the token says.
fn verify_code(
    keys: KeySource<'_>,
    algorithm: Algorithm,
    kid: Option<String>,
    message: &[u8],
    code: &[u8],
) -> Result<(), VerificationFailure> {
    let Some(secret) = keys.secret else {
        return Err(VerificationFailure::UnknownKey { algorithm, kid });
    };
    if !keys.secret_may_be_short {
        check_secret(algorithm, secret)?;
    }
    match crypto::verify_hmac(algorithm.hash(), secret, message, code) {
        true => Ok(()),
        false => Err(VerificationFailure::Signature { algorithm, kid }),
    }
}

/// A secret has at least as many bits as the hash (RFC 7518, section 3.2): a shorter one can be
/// found by trying.
fn check_secret(algorithm: Algorithm, secret: &[u8]) -> Result<(), VerificationFailure> {
    let least = match algorithm {
        Algorithm::HS512 => 512,
        Algorithm::HS384 => 384,
        _ => 256,
    };
    let bits = secret.len() * 8;
    match bits < least {
        true => Err(VerificationFailure::WeakKey { algorithm, least, bits }),
        false => Ok(()),
    }
}

fn object(part: &'static str, json: &[u8]) -> Result<Object, VerificationFailure> {
    parse_object(json).map_err(|reason| VerificationFailure::Json { part, reason })
}

fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, VerificationFailure> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| VerificationFailure::Base64 { part })
}

fn text(header: &Object, name: &'static str) -> Result<Option<String>, VerificationFailure> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= MOST_BYTES_OF_A_NAME => Ok(Some(text.clone())),
        Some(_) => {
            let reason = format!("`{name}` is no text, or a very long one");
            Err(VerificationFailure::Json { part: "header", reason })
        }
    }
}
