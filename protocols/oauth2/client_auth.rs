//! How a client proves to an endpoint who it is.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use serde_json::json;
use url::form_urlencoded;

use super::Algorithm;
use super::form::Form;
use super::signing_key::SigningKey;
use crate::crypto;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::time::unix_millis;

/// How long an assertion is valid, in seconds.
const ASSERTION_LIFETIME: i64 = 60;

/// How a client authenticates itself (RFC 6749, section 2.3; OIDC Core, section 9).
///
/// ```
/// use authing::oauth2::ClientAuth;
///
/// let auth = ClientAuth::basic("client-secret");
/// ```
#[derive(Clone, Debug)]
pub struct ClientAuth(Method);

#[derive(Clone, Debug)]
enum Method {
    None,
    Post(Secret),
    Basic(Secret),
    SecretJwt(SigningKey, Secret),
    PrivateKeyJwt(SigningKey),
}

impl ClientAuth {
    /// `none`: a public client, such as a program on the user's machine, which can keep no secret.
    pub fn none() -> Self {
        Self(Method::None)
    }

    /// `client_secret_post`: the secret in the form.
    pub fn post(secret: impl Into<Secret>) -> Self {
        Self(Method::Post(secret.into()))
    }

    /// `client_secret_basic`: id and secret in the `authorization` header, each form-encoded first
    /// (RFC 6749, section 2.3.1).
    pub fn basic(secret: impl Into<Secret>) -> Self {
        Self(Method::Basic(secret.into()))
    }

    /// `client_secret_jwt`: a token signed with the secret, which itself is not sent. Takes one of
    /// [`Algorithm::SYMMETRIC`]; any other counts as HS256.
    pub fn client_secret_jwt(secret: impl Into<Secret>, algorithm: Algorithm) -> Self {
        let algorithm = if algorithm.is_symmetric() { algorithm } else { Algorithm::HS256 };
        let secret = secret.into();
        Self(Method::SecretJwt(SigningKey::shared(algorithm, secret.clone()), secret))
    }

    /// `private_key_jwt`: a token signed with the client's private key.
    pub fn private_key_jwt(key: SigningKey) -> Self {
        Self(Method::PrivateKeyJwt(key))
    }

    /// The secret that is shared with the server, if there is one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match &self.0 {
            Method::Post(secret) | Method::Basic(secret) | Method::SecretJwt(_, secret) => {
                Some(secret)
            }
            Method::None | Method::PrivateKeyJwt(_) => None,
        }
    }

    /// Adds what proves who the client is to a form, or gives the header that does. An assertion is
    /// meant for `audience`.
    pub(super) fn apply(
        &self,
        client_id: &str,
        audience: &str,
        form: &mut Form,
        now: SystemTime,
    ) -> Result<Option<HeaderValue>> {
        match &self.0 {
            Method::None => form.set("client_id", client_id),
            Method::Post(secret) => {
                form.set("client_id", client_id);
                form.set("client_secret", secret);
            }
            Method::Basic(secret) => return basic_header(client_id, secret).map(Some),
            Method::SecretJwt(key, _) | Method::PrivateKeyJwt(key) => {
                let issued = unix_millis(now) / 1000;
                let assertion = key.sign(&json!({
                    "iss": client_id,
                    "sub": client_id,
                    "aud": audience,
                    "jti": crypto::random_token(),
                    "iat": issued,
                    "exp": issued + ASSERTION_LIFETIME,
                }))?;
                form.set("client_id", client_id);
                form.set("client_assertion_type", ASSERTION_TYPE);
                form.set("client_assertion", assertion);
            }
        }
        Ok(None)
    }
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn basic_header(client_id: &str, secret: &Secret) -> Result<HeaderValue> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encode(client_id), encode(secret.expose()));
    let mut header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(credentials)))
        .map_err(|e| Error::usage("the client's credentials make no header").with_source(e))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_encoded_before_base64() {
        let header = basic_header("odd:id %&+", &Secret::from("s:é &")).unwrap();
        let text = header.to_str().unwrap().strip_prefix("Basic ").unwrap();
        let decoded = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        assert_eq!(decoded, "odd%3Aid+%25%26%2B:s%3A%C3%A9+%26");
        assert!(header.is_sensitive());
    }

    #[test]
    fn the_secret_goes_where_the_method_says_and_nowhere_else() {
        let apply = |auth: ClientAuth| {
            let mut form = Form::new();
            let now = SystemTime::UNIX_EPOCH;
            let header = auth.apply("me", "https://op.example", &mut form, now).unwrap();
            (form.encode(), header.is_some())
        };
        assert_eq!(apply(ClientAuth::none()), ("client_id=me".to_owned(), false));
        let posted = ("client_id=me&client_secret=s%26".to_owned(), false);
        assert_eq!(apply(ClientAuth::post("s&")), posted);
        assert_eq!(apply(ClientAuth::basic("s")), (String::new(), true));
        let (form, header) = apply(ClientAuth::client_secret_jwt("hush", Algorithm::HS512));
        assert!(form.contains("client_assertion=eyJ") && !form.contains("hush") && !header);
        assert!(
            !format!("{:?}", ClientAuth::client_secret_jwt("hush", Algorithm::HS256))
                .contains("hush")
        );
    }
}
