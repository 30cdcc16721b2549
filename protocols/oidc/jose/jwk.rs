//! The published keys of an issuer (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::json::{Object, parse_object};
use crate::crypto::{self, Curve};
use crate::error::{Error, ErrorKind, Result};
use crate::oauth2::Algorithm;
use crate::oidc::VerificationFailure;

/// The bits that an RSA key needs (RFC 7518, section 3.3).
const LEAST_RSA_BITS: usize = 2048;
/// More keys than any issuer publishes.
const MOST_KEYS: usize = 256;

/// The public keys of an issuer: a JWK Set (RFC 7517, section 5).
///
/// Keys of types and curves that are not offered are left out, and so are secret ones: a published
/// secret is none.
///
/// ```
/// use authing::oidc::JwkSet;
///
/// let keys = JwkSet::parse(br#"{"keys": [
///     {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty": "oct", "k": "c2VjcmV0"}
/// ]}"#)?;
/// assert_eq!(keys.len(), 1);
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Jwk {
    kid: Option<String>,
    /// The one algorithm that the key is for, if it says so.
    alg: Option<String>,
    material: Material,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    /// Big-endian, without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// The uncompressed point.
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519 {
        public: Vec<u8>,
    },
}

impl JwkSet {
    /// A set without keys, for tokens that are verified with the client's secret.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads a JWK Set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] when it is no JSON object with an array `keys`, or has more than 256
    /// keys. A key that cannot be used is no error.
    pub fn parse(json: &[u8]) -> Result<Self> {
        let broken = |reason: &str| {
            Error::new(ErrorKind::Parse, format!("the answer is no set of keys: {reason}"))
        };
        let set = parse_object(json).map_err(|reason| broken(&reason))?;
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or_else(|| broken("it has no array `keys`"))?;
        if keys.len() > MOST_KEYS {
            return Err(broken("it has too many keys"));
        }
        let mut set = Self::default();
        for key in keys.iter().filter_map(Value::as_object).filter_map(Jwk::read) {
            if !set.keys.contains(&key) {
                set.keys.push(key);
            }
        }
        Ok(set)
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key can be used.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Verifies a signature with the one key that fits.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerificationFailure> {
        let key = self.choose(algorithm, kid)?;
        key.check_strength(algorithm)?;
        match key.verify(algorithm, message, signature) {
            true => Ok(()),
            false => Err(VerificationFailure::Signature {
                algorithm,
                kid: key.kid.clone().or(kid.map(str::to_owned)),
            }),
        }
    }

    fn choose(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<&Jwk, VerificationFailure> {
        let owned = || kid.map(str::to_owned);
        let of_this_id = self.keys.iter().filter(|key| {
            // A key without an id may be meant by any.
            kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid
        });
        let mut fitting = of_this_id.filter(|key| key.fits(algorithm));
        match (fitting.next(), fitting.count()) {
            (None, _) => Err(VerificationFailure::UnknownKey { algorithm, kid: owned() }),
            (Some(key), 0) => Ok(key),
            (Some(_), more) => {
                Err(VerificationFailure::AmbiguousKey { kid: owned(), candidates: more + 1 })
            }
        }
    }
}

impl Jwk {
    /// A key that can verify signatures, or nothing.
    fn read(members: &Object) -> Option<Self> {
        let is_for_signatures = match members.get("use") {
            None | Some(Value::Null) => true,
            Some(usage) => usage == "sig",
        };
        let may_verify = match members.get("key_ops") {
            None | Some(Value::Null) => true,
            Some(operations) => operations.as_array()?.iter().any(|name| name == "verify"),
        };
        // Whoever publishes a private key has lost it.
        if !is_for_signatures || !may_verify || members.contains_key("d") {
            return None;
        }
        let material = match members.get("kty")?.as_str()? {
            "RSA" => Material::Rsa {
                modulus: positive_integer(members, "n")?,
                exponent: positive_integer(members, "e")?,
            },
            "EC" => ec_point(members)?,
            "OKP" if members.get("crv")? == "Ed25519" => {
                Material::Ed25519 { public: octets(members, "x").filter(|x| x.len() == 32)? }
            }
            _ => return None,
        };
        Some(Self { kid: text(members, "kid")?, alg: text(members, "alg")?, material })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        if self.alg.as_deref().is_some_and(|alg| alg != algorithm.name()) {
            return false;
        }
        match &self.material {
            Material::Rsa { .. } => algorithm.rsa_padding().is_some(),
            Material::Ec { curve: Curve::P256, .. } => algorithm == Algorithm::ES256,
            Material::Ec { curve: Curve::P384, .. } => algorithm == Algorithm::ES384,
            Material::Ed25519 { .. } => algorithm == Algorithm::EdDSA,
        }
    }

    fn check_strength(&self, algorithm: Algorithm) -> Result<(), VerificationFailure> {
        let Material::Rsa { modulus, .. } = &self.material else { return Ok(()) };
        let leading = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
        let bits = modulus.len() * 8 - leading;
        match bits < LEAST_RSA_BITS {
            true => Err(VerificationFailure::WeakKey { algorithm, least: LEAST_RSA_BITS, bits }),
            false => Ok(()),
        }
    }

    fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Rsa { modulus, exponent } => algorithm.rsa_padding().is_some_and(|padding| {
                let (how, key) = ((padding, algorithm.hash()), (&modulus[..], &exponent[..]));
                crypto::verify_rsa(how, key, message, signature)
            }),
            Material::Ec { curve, point } => {
                crypto::verify_ecdsa(*curve, point, message, signature)
            }
            Material::Ed25519 { public } => crypto::verify_ed25519(public, message, signature),
        }
    }
}

fn ec_point(members: &Object) -> Option<Material> {
    let (curve, length) = match members.get("crv")?.as_str()? {
        "P-256" => (Curve::P256, 32),
        "P-384" => (Curve::P384, 48),
        _ => return None,
    };
    let mut point = vec![4];
    for name in ["x", "y"] {
        point.extend(octets(members, name).filter(|octets| octets.len() == length)?);
    }
    Some(Material::Ec { curve, point })
}

/// Some issuers write a leading zero byte, which RFC 7518 does not want and which means nothing.
fn positive_integer(members: &Object, name: &str) -> Option<Vec<u8>> {
    let octets = octets(members, name)?;
    let start = octets.iter().position(|byte| *byte != 0)?;
    Some(octets[start..].to_vec())
}

fn octets(members: &Object, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(members.get(name)?.as_str()?).ok()
}

/// A member that is text or missing; a key with another one is not to be used.
fn text(members: &Object, name: &str) -> Option<Option<String>> {
    match members.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_str().map(|text| Some(text.to_owned())),
    }
}
