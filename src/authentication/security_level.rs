//! How safe an account and a password are.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::session::Session;
use crate::error::Result;
use crate::rest::RestRequest;

/// How safe an account is, as the service sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecurityLevel {
    /// The sum of it, from 0 to 100.
    pub score: Option<f64>,
    /// Whether there is an e-mail address.
    pub email: Option<bool>,
    /// Whether there is a phone number.
    pub phone: Option<bool>,
    /// Whether there is a password.
    pub password: Option<bool>,
    /// Whether there is a second factor.
    pub mfa: Option<bool>,
    /// How hard the password is to guess; none if the service has not looked at it yet.
    pub password_security_level: Option<PasswordSecurityLevel>,
}

/// How hard a password is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PasswordSecurityLevel {
    /// Easy: 1 on the wire.
    Low,
    /// Middle: 2 on the wire.
    Middle,
    /// Hard: 3 on the wire.
    High,
    /// A level that this version of the library does not know.
    Unknown(i64),
}

impl PasswordSecurityLevel {
    /// The level by the rule of the vendors' JavaScript client. That of the Python clients is the
    /// same, but no valid regular expression there.
    pub(super) fn of(password: &str) -> Self {
        let length = password.encode_utf16().count();
        let has = |kind: fn(&u8) -> bool| password.as_bytes().iter().any(kind);
        let has_digit = has(u8::is_ascii_digit);
        let (has_lower, has_upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
        if length >= 12 && has_digit && has_lower && has_upper {
            Self::High
        } else if length >= 8 && has_digit && (has_lower || has_upper) {
            Self::Middle
        } else {
            Self::Low
        }
    }

    /// The number on the wire.
    fn number(self) -> i64 {
        match self {
            Self::Low => 1,
            Self::Middle => 2,
            Self::High => 3,
            Self::Unknown(number) => number,
        }
    }
}

impl Serialize for PasswordSecurityLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

impl<'de> Deserialize<'de> for PasswordSecurityLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Value::deserialize(deserializer)?;
        let number = number.as_i64().or_else(|| number.as_str()?.parse().ok());
        Ok(match number.unwrap_or_default() {
            1 => Self::Low,
            2 => Self::Middle,
            3 => Self::High,
            number => Self::Unknown(number),
        })
    }
}

impl Session {
    /// How safe the user's account is. `GET /api/v2/users/me/security-level`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// # let session = app.session("TOKEN");
    /// if session.security_level()?.mfa == Some(false) {
    ///     println!("Set up an authenticator!");
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    pub fn security_level(&self) -> Result<SecurityLevel> {
        self.client.rest(&RestRequest::get("/api/v2/users/me/security-level"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_length_and_kinds_of_characters() {
        use PasswordSecurityLevel::{High, Low, Middle};
        for (password, level) in [
            ("", Low),
            ("abcdefghijklmnop", Low),
            ("12345678901234", Low),
            ("abc1234", Low),
            ("abcd1234", Middle),
            ("ABCD1234", Middle),
            ("abcdefgh1234", Middle),
            ("abcdefgH123", Middle),
            ("abcdefgH1234", High),
            // What the Python clients' expression cannot match: line ends, other scripts.
            ("aB3\n\n\n\n\n\n\n\n\n", High),
            ("aB3密码密码密码密码密", High),
            ("密码密码密码密码密码密码", Low),
        ] {
            assert_eq!(PasswordSecurityLevel::of(password), level, "{password:?}");
        }
        assert!(Low < Middle && Middle < High);
    }

    #[test]
    fn an_answer_with_nulls_and_unknown_levels_is_read() {
        let level: SecurityLevel = serde_json::from_str(
            r#"{"email":true,"mfa":false,"password":null,"passwordSecurityLevel":null,"score":70}"#,
        )
        .unwrap();
        assert_eq!((level.email, level.score), (Some(true), Some(70.0)));
        assert_eq!(level.password_security_level, None);
        for (json, expected) in [
            ("3", PasswordSecurityLevel::High),
            ("\"2\"", PasswordSecurityLevel::Middle),
            ("9", PasswordSecurityLevel::Unknown(9)),
        ] {
            assert_eq!(serde_json::from_str::<PasswordSecurityLevel>(json).unwrap(), expected);
        }
    }
}
