//! What is encrypted for the service provider (XML Encryption 1.1, as far as SAML uses it).

use std::fmt;
use std::sync::Arc;

use roxmltree::Node;
use zeroize::Zeroizing;

use super::failure::{Check, VerificationFailure as Failure};
use super::namespace::{DSIG, XENC, XENC11};
use super::settings::Settings;
use super::{MAX_MESSAGE_SIZE, decode_base64, element_text};
use crate::crypto::{DigestMethod, OaepKey, decrypt_aes_cbc, decrypt_aes_gcm};
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::xml;

/// Keys that are tried for one element; each is a private-key operation.
const MAX_KEYS: usize = 4;

/// Decrypts the keys that data is encrypted with. [`DecryptionKey`] does so in memory; implement
/// it where the private key is in a hardware security module.
pub trait Decrypt: fmt::Debug + Send + Sync {
    /// Decrypts a key by RSAES-OAEP (RFC 8017, section 7.1.2).
    ///
    /// It should take the same time whether it works or not.
    ///
    /// # Errors
    ///
    /// When it does not decrypt; nobody is told why.
    fn decrypt_key(
        &self,
        parameters: &OaepParameters,
        encrypted_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError>;
}

/// How a key was encrypted (XML Encryption 1.1, section 5.5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OaepParameters {
    /// The hash function.
    pub digest: OaepDigest,
    /// The hash function of the mask generation function MGF1.
    pub mgf_digest: OaepDigest,
    /// The label, `OAEPparams`; empty as a rule.
    pub label: Vec<u8>,
}

/// The hash functions of RSAES-OAEP. SHA-1 is no weakness there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum OaepDigest {
    Sha1,
    Sha256,
    Sha512,
}

/// A key does not decrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key does not decrypt")]
pub struct DecryptError;

/// An RSA private key in memory that decrypts.
///
/// The library behind it is the subject of RUSTSEC-2023-0071: an attacker who can measure many
/// decryptions precisely may learn the key. Every decryption is blinded, which makes that harder;
/// who must exclude it implements [`Decrypt`] with a hardware module. Use another key than for
/// signing.
#[derive(Clone)]
pub struct DecryptionKey(OaepKey);

impl DecryptionKey {
    /// A key from a PEM text: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when it is none.
    pub fn from_pem(pem: impl Into<Secret>) -> Result<Self> {
        let key = OaepKey::from_pem(pem.into().expose());
        key.map(Self).map_err(|reason| Error::config("decryption_key", reason))
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Decrypt for DecryptionKey {
    fn decrypt_key(
        &self,
        parameters: &OaepParameters,
        encrypted_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
        let OaepParameters { digest, mgf_digest, label } = parameters;
        let label = std::str::from_utf8(label).map_err(|_| DecryptError)?;
        let (digest, mgf_digest) = (digest.method(), mgf_digest.method());
        self.0.decrypt(digest, mgf_digest, label, encrypted_key).ok_or(DecryptError)
    }
}

impl OaepDigest {
    fn method(self) -> DigestMethod {
        match self {
            Self::Sha1 => DigestMethod::Sha1,
            Self::Sha256 => DigestMethod::Sha256,
            Self::Sha512 => DigestMethod::Sha512,
        }
    }
}

/// What a service provider decrypts with.
#[derive(Clone, Debug)]
pub(crate) struct Decryption {
    pub(crate) key: Arc<dyn Decrypt>,
    /// In base64.
    pub(crate) certificate: String,
    pub(crate) accept_cbc: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Gcm,
    Cbc,
}

/// The XML in an `EncryptedAssertion`, `EncryptedID` or `EncryptedAttribute`.
pub(crate) fn decrypt(
    settings: &Settings,
    element: Node<'_, '_>,
    what: &'static str,
) -> Check<String> {
    let missing = Failure::NoDecryptionKey { element: what };
    let decryption = settings.decryption.as_ref().ok_or(missing)?;
    let data = only(element, "EncryptedData")?;
    let (mode, key_length) = data_method(only(data, "EncryptionMethod")?, decryption.accept_cbc)?;
    let ciphertext = cipher_value(data)?;

    // Inside the data it is for, or beside it.
    let info = data.children().filter(|n| n.has_tag_name((DSIG, "KeyInfo")));
    let inside = info.flat_map(|info| xml::children(info, XENC, "EncryptedKey"));
    let keys = inside.chain(xml::children(element, XENC, "EncryptedKey"));
    let failed = Failure::Decryption { element: what };
    for encrypted_key in keys.take(MAX_KEYS) {
        let parameters = key_transport(only(encrypted_key, "EncryptionMethod")?)?;
        let encrypted = cipher_value(encrypted_key)?;
        let Ok(key) = decryption.key.decrypt_key(&parameters, &encrypted) else { continue };
        if key.len() != key_length {
            continue;
        }
        let plain = match mode {
            Mode::Gcm => decrypt_aes_gcm(&key, &ciphertext),
            Mode::Cbc => decrypt_aes_cbc(&key, &ciphertext),
        };
        let Some(plain) = plain.and_then(|plain| String::from_utf8(plain).ok()) else { continue };
        // Whether it is XML is not said apart from whether it decrypts.
        return match xml::parse(&plain, MAX_MESSAGE_SIZE) {
            Ok(_) => Ok(plain),
            Err(_) => Err(failed),
        };
    }
    Err(failed)
}

fn data_method(method: Node<'_, '_>, accept_cbc: bool) -> Check<(Mode, usize)> {
    let algorithm = xml::attribute(method, "Algorithm").unwrap_or_default();
    match algorithm {
        "http://www.w3.org/2009/xmlenc11#aes128-gcm" => Ok((Mode::Gcm, 16)),
        "http://www.w3.org/2009/xmlenc11#aes256-gcm" => Ok((Mode::Gcm, 32)),
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc" if accept_cbc => Ok((Mode::Cbc, 16)),
        "http://www.w3.org/2001/04/xmlenc#aes192-cbc" if accept_cbc => Ok((Mode::Cbc, 24)),
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc" if accept_cbc => Ok((Mode::Cbc, 32)),
        _ => Err(Failure::EncryptionAlgorithm { got: algorithm.to_owned() }),
    }
}

fn key_transport(method: Node<'_, '_>) -> Check<OaepParameters> {
    let algorithm = xml::attribute(method, "Algorithm").unwrap_or_default();
    let refused = |got: &str| Failure::EncryptionAlgorithm { got: got.to_owned() };
    let mgf = xml::children(method, XENC11, "MGF").next();
    let mgf_digest = match (algorithm, mgf.map(|mgf| xml::attribute(mgf, "Algorithm"))) {
        ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", None) => OaepDigest::Sha1,
        ("http://www.w3.org/2009/xmlenc11#rsa-oaep", None) => OaepDigest::Sha1,
        ("http://www.w3.org/2009/xmlenc11#rsa-oaep", Some(mgf)) => match mgf {
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha1") => OaepDigest::Sha1,
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha256") => OaepDigest::Sha256,
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha512") => OaepDigest::Sha512,
            other => return Err(refused(other.unwrap_or_default())),
        },
        _ => return Err(refused(algorithm)),
    };
    let digest = method.children().find(|n| n.has_tag_name((DSIG, "DigestMethod")));
    let digest = match digest.map(|digest| xml::attribute(digest, "Algorithm").unwrap_or_default())
    {
        None | Some("http://www.w3.org/2000/09/xmldsig#sha1") => OaepDigest::Sha1,
        Some("http://www.w3.org/2001/04/xmlenc#sha256") => OaepDigest::Sha256,
        Some("http://www.w3.org/2001/04/xmlenc#sha512") => OaepDigest::Sha512,
        Some(other) => return Err(refused(other)),
    };
    let label = xml::children(method, XENC, "OAEPparams").next();
    let label =
        label.map(|label| decode_base64("OAEPparams", &element_text(label)?)).transpose()?;
    Ok(OaepParameters { digest, mgf_digest, label: label.unwrap_or_default() })
}

fn cipher_value(parent: Node<'_, '_>) -> Check<Vec<u8>> {
    let value = only(only(parent, "CipherData")?, "CipherValue")?;
    decode_base64("CipherValue", &element_text(value)?)
}

fn only<'a, 'input: 'a>(parent: Node<'a, 'input>, name: &'static str) -> Check<Node<'a, 'input>> {
    let missing = Failure::Structure { parent: "an encrypted element", name };
    xml::only_child(parent, XENC, name).ok_or(missing)
}
