//! The claims of a token, read strictly.

use serde_json::Value;

use super::failure::VerificationFailure;
use super::jose::Object;
use super::standard_claims::StandardClaims;

/// What a verified ID token says (OIDC Core, section 2).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IdTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// The user: an id that is unique and never given to another one at this issuer.
    pub sub: String,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// Its end, in seconds since 1970.
    pub exp: i64,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When the user signed in, in seconds since 1970.
    pub auth_time: Option<i64>,
    /// The nonce of the login.
    pub nonce: Option<String>,
    /// How well the user proved who he is.
    pub acr: Option<String>,
    /// How the user proved it, such as `pwd` or `otp`.
    pub amr: Vec<String>,
    /// The client it was issued to.
    pub azp: Option<String>,
    /// The session at the provider, which logout messages name.
    pub sid: Option<String>,
    /// What else it says of the user: name, e-mail address and so on.
    pub user: StandardClaims,
    pub(super) all: Object,
}

impl IdTokenClaims {
    /// Any claim by its name, as the token has it.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }

    /// What a token claims, whether or not it is true.
    #[cfg(feature = "jaccount")]
    pub(crate) fn decode_without_verification(token: &str) -> Result<Self, VerificationFailure> {
        Self::read(super::jose::unverified_claims(token)?)
    }

    pub(super) fn read(all: Object) -> Result<Self, VerificationFailure> {
        Ok(Self {
            iss: required_text(&all, "iss")?,
            sub: required_text(&all, "sub")?,
            aud: required(audience(&all)?, "aud")?,
            exp: required(time(&all, "exp")?, "exp")?,
            iat: required(time(&all, "iat")?, "iat")?,
            auth_time: time(&all, "auth_time")?,
            nonce: text(&all, "nonce")?,
            acr: text(&all, "acr")?,
            amr: texts(&all, "amr")?.unwrap_or_default(),
            azp: text(&all, "azp")?,
            sid: text(&all, "sid")?,
            user: StandardClaims::read(&all),
            all,
        })
    }
}

/// A claim that has to be there.
pub(super) fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, VerificationFailure> {
    claim.ok_or(VerificationFailure::MissingClaim { claim: name })
}

/// A text that has to be there; an empty one is as good as none.
pub(super) fn required_text(
    all: &Object,
    name: &'static str,
) -> Result<String, VerificationFailure> {
    required(text(all, name)?.filter(|text| !text.is_empty()), name)
}

pub(super) fn text(
    all: &Object,
    name: &'static str,
) -> Result<Option<String>, VerificationFailure> {
    match present(all, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(wrong_type(name, "text", other)),
    }
}

/// Seconds since 1970; parts of a second are dropped (RFC 7519, section 2, NumericDate).
pub(super) fn time(all: &Object, name: &'static str) -> Result<Option<i64>, VerificationFailure> {
    const EXPECTED: &str = "a number of seconds";
    let Some(value) = present(all, name) else { return Ok(None) };
    let Value::Number(number) = value else { return Err(wrong_type(name, EXPECTED, value)) };
    if let Some(seconds) = number.as_i64() {
        return Ok(Some(seconds));
    }
    match number.as_f64() {
        // Beyond 2^53 a float has no seconds any more.
        Some(seconds) if seconds.abs() < 9e15 => Ok(Some(seconds.floor() as i64)),
        _ => {
            let got = "a number out of range";
            Err(VerificationFailure::ClaimType { claim: name, expected: EXPECTED, got })
        }
    }
}

/// `aud`, which is a text or a list of texts.
pub(super) fn audience(all: &Object) -> Result<Option<Vec<String>>, VerificationFailure> {
    match present(all, "aud") {
        Some(Value::String(one)) => Ok(Some(vec![one.clone()])),
        _ => texts(all, "aud"),
    }
}

pub(super) fn texts(
    all: &Object,
    name: &'static str,
) -> Result<Option<Vec<String>>, VerificationFailure> {
    let Some(value) = present(all, name) else { return Ok(None) };
    let wrong = |got: &Value| wrong_type(name, "a list of texts", got);
    let list = value.as_array().ok_or_else(|| wrong(value))?;
    let texts = list.iter().map(|item| match item {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(other)),
    });
    texts.collect::<Result<_, _>>().map(Some)
}

/// A claim that is null is as good as none.
fn present<'a>(all: &'a Object, name: &str) -> Option<&'a Value> {
    all.get(name).filter(|value| !value.is_null())
}

fn wrong_type(claim: &'static str, expected: &'static str, got: &Value) -> VerificationFailure {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    VerificationFailure::ClaimType { claim, expected, got }
}
