//! What a login says that needs a second factor.

use serde::Deserialize;
use serde_json::Value;

use crate::codes;
use crate::error::Error;
use crate::secret::Secret;
use crate::types::wire_enum;

/// A login that needs a second factor, as its error tells: the token for the next step, what it
/// can be, and who it is about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Challenge {
    token: Secret,
    /// What the user can choose from, in the order in which the application wants it shown.
    pub factors: Vec<Factor>,
    /// The phone number, for a text message.
    pub phone: Option<String>,
    /// The e-mail address, for a code.
    pub email: Option<String>,
    /// The user name, to be shown.
    pub username: Option<String>,
    /// The nickname, to be shown.
    pub nickname: Option<String>,
    /// The URL of the picture, to be shown.
    pub avatar: Option<String>,
}

/// A second factor that an application offers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Factor {
    /// Its kind.
    pub policy: Policy,
    /// Whether it is switched on.
    pub is_enabled: bool,
}

wire_enum! {
    /// A kind of second factor.
    pub enum Policy {
        /// An authenticator's one-time password:
        /// [`verify_totp`](super::PendingLogin::verify_totp).
        Otp = "OTP",
        /// A code by text message: [`verify_sms`](super::PendingLogin::verify_sms).
        Sms = "SMS",
        /// A code by e-mail: [`verify_email`](super::PendingLogin::verify_email).
        Email = "EMAIL",
        /// A photo of the face: [`verify_face`](super::PendingLogin::verify_face).
        Face = "FACE",
    }
}

impl Challenge {
    /// What the error of a login says, if it says that a second factor is needed
    /// ([`OTP_REQUIRED`](codes::OTP_REQUIRED), [`MFA_REQUIRED`](codes::MFA_REQUIRED)).
    pub fn of(error: &Error) -> Option<Self> {
        let code = error.code()?;
        if !matches!(code, codes::OTP_REQUIRED | codes::MFA_REQUIRED) {
            return None;
        }
        let data = error.data()?;
        let text = |name: &str| data.get(name)?.as_str().filter(|text| !text.is_empty());
        let factors = match code {
            codes::OTP_REQUIRED => vec![Factor { policy: Policy::Otp, is_enabled: true }],
            _ => factors(data),
        };
        let owned = |name| text(name).map(str::to_owned);
        Some(Self {
            token: text("mfaToken")?.into(),
            factors,
            phone: owned("phone"),
            email: owned("email"),
            username: owned("username"),
            nickname: owned("nickname"),
            avatar: owned("avatar"),
        })
    }

    /// The token for the next step. It is good for minutes and stands for the first factor: keep
    /// it where its user cannot see or change whose it is.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Whether a kind of second factor is there to choose.
    pub fn offers(&self, policy: &Policy) -> bool {
        self.factors.iter().any(|factor| factor.is_enabled && factor.policy == *policy)
    }
}

impl From<&Challenge> for Secret {
    fn from(challenge: &Challenge) -> Self {
        challenge.token.clone()
    }
}

/// The list of an application, sorted; what has not its shape is passed over.
fn factors(data: &Value) -> Vec<Factor> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct WireFactor {
        mfa_policy: Policy,
        #[serde(default)]
        status: Value,
        #[serde(default)]
        sort: Value,
    }
    let list = data.get("applicationMfa").and_then(Value::as_array);
    let mut factors: Vec<WireFactor> =
        list.into_iter().flatten().filter_map(|item| WireFactor::deserialize(item).ok()).collect();
    factors.sort_by_key(|factor| factor.sort.as_i64().unwrap_or(i64::MAX));
    let is_enabled = |status: &Value| match status {
        Value::Bool(status) => *status,
        Value::Number(status) => status.as_i64() != Some(0),
        _ => true,
    };
    factors
        .into_iter()
        .map(|factor| Factor { is_enabled: is_enabled(&factor.status), policy: factor.mfa_policy })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    fn error(code: i64, data: Value) -> Error {
        Error::new(ErrorKind::Api, "").with_code(Some(code)).with_data(Some(data))
    }

    #[test]
    fn an_authenticator_is_asked_for_by_1635() {
        let data = json!({"mfaToken": "t", "nickname": "Bob", "email": null, "username": "bob"});
        let challenge = Challenge::of(&error(1635, data)).unwrap();
        assert_eq!(challenge.token().expose(), "t");
        assert!(challenge.offers(&Policy::Otp) && !challenge.offers(&Policy::Sms));
        assert_eq!((challenge.nickname.as_deref(), challenge.email), (Some("Bob"), None));
    }

    #[test]
    fn the_factors_of_an_application_are_sorted_and_odd_ones_survived() {
        let data = json!({"mfaToken": "t", "phone": "138", "applicationMfa": [
            {"mfaPolicy": "EMAIL", "status": 0, "sort": 2},
            {"mfaPolicy": "SMS", "status": 1, "sort": 1},
            {"mfaPolicy": "VOICE", "status": true},
            {"status": 1}, 5,
        ]});
        let challenge = Challenge::of(&error(1636, data)).unwrap();
        let policies: Vec<_> = challenge.factors.iter().map(|f| f.policy.as_str()).collect();
        assert_eq!(policies, ["SMS", "EMAIL", "VOICE"]);
        assert!(challenge.offers(&Policy::Sms) && !challenge.offers(&Policy::Email));
    }

    #[test]
    fn other_errors_and_those_without_token_are_no_challenge() {
        for (code, data) in [
            (2006, json!({"mfaToken": "t"})),
            (1639, json!({"mfaToken": "t"})),
            (1635, json!({})),
            (1636, json!({"mfaToken": ""})),
            (1636, json!({"mfaToken": 5})),
        ] {
            assert_eq!(Challenge::of(&error(code, data.clone())), None, "{code} {data}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let challenge = Challenge::of(&error(1635, json!({"mfaToken": "hush"}))).unwrap();
        assert!(!format!("{challenge:?}").contains("hush"));
    }
}
