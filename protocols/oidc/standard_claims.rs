//! What a provider says of a user.

use serde_json::Value;

use super::jose::Object;
use crate::time::DateTime;

/// The standard claims (OIDC Core, section 5.1), in ID tokens and in answers of the userinfo
/// endpoint. Which of them are there depends on the scope and on the provider.
///
/// They decide nothing, and providers take liberties with them: one that is of another type than
/// the standard says counts as missing, and is to be had by its name where the claims are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandardClaims {
    /// The full name, as it is displayed.
    pub name: Option<String>,
    /// The given names.
    pub given_name: Option<String>,
    /// The surnames.
    pub family_name: Option<String>,
    /// The middle names.
    pub middle_name: Option<String>,
    /// The casual name.
    pub nickname: Option<String>,
    /// The name that the user wants to be called by; it need not be unique.
    pub preferred_username: Option<String>,
    /// The URL of a page about the user.
    pub profile: Option<String>,
    /// The URL of a picture.
    pub picture: Option<String>,
    /// The URL of a page of the user's.
    pub website: Option<String>,
    /// The e-mail address; see `email_verified`.
    pub email: Option<String>,
    /// Whether the provider knows that the e-mail address is the user's.
    pub email_verified: Option<bool>,
    /// The gender, such as `female` or `male`.
    pub gender: Option<String>,
    /// The birthday as `YYYY-MM-DD`; the year may be `0000`, or stand alone.
    pub birthdate: Option<String>,
    /// The time zone, such as `Asia/Shanghai`.
    pub zoneinfo: Option<String>,
    /// The language, such as `zh-CN`.
    pub locale: Option<String>,
    /// The telephone number.
    pub phone_number: Option<String>,
    /// Whether the provider knows that the telephone number is the user's.
    pub phone_number_verified: Option<bool>,
    /// The postal address.
    pub address: Option<Address>,
    /// When all this was last changed.
    pub updated_at: Option<DateTime>,
}

/// A postal address (OIDC Core, section 5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// The whole of it, in lines.
    pub formatted: Option<String>,
    /// Street and house number.
    pub street_address: Option<String>,
    /// The city.
    pub locality: Option<String>,
    /// The province or state.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The country.
    pub country: Option<String>,
}

impl StandardClaims {
    pub(super) fn read(all: &Object) -> Self {
        let text = |name| text(all, name);
        let boolean = |name| boolean(all, name);
        Self {
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            middle_name: text("middle_name"),
            nickname: text("nickname"),
            preferred_username: text("preferred_username"),
            profile: text("profile"),
            picture: text("picture"),
            website: text("website"),
            email: text("email"),
            email_verified: boolean("email_verified"),
            gender: text("gender"),
            birthdate: text("birthdate"),
            zoneinfo: text("zoneinfo"),
            locale: text("locale"),
            phone_number: text("phone_number"),
            phone_number_verified: boolean("phone_number_verified"),
            address: all.get("address").and_then(Address::read),
            updated_at: all.get("updated_at").and_then(date),
        }
    }
}

impl Address {
    /// Some providers write an address as text.
    fn read(value: &Value) -> Option<Self> {
        let all = match value {
            Value::String(formatted) => {
                return Some(Self { formatted: Some(formatted.clone()), ..Self::default() });
            }
            other => other.as_object()?,
        };
        Some(Self {
            formatted: text(all, "formatted"),
            street_address: text(all, "street_address"),
            locality: text(all, "locality"),
            region: text(all, "region"),
            postal_code: text(all, "postal_code"),
            country: text(all, "country"),
        })
    }
}

fn text(all: &Object, name: &str) -> Option<String> {
    all.get(name)?.as_str().map(str::to_owned)
}

/// Some providers write booleans as text.
fn boolean(all: &Object, name: &str) -> Option<bool> {
    match all.get(name)? {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Seconds since 1970; some providers write ISO 8601.
fn date(value: &Value) -> Option<DateTime> {
    match value {
        Value::Number(seconds) => {
            seconds.as_i64()?.checked_mul(1000).map(DateTime::from_unix_millis)
        }
        Value::String(text) => DateTime::parse(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn liberties_of_providers_are_read_and_other_types_are_missing() {
        let all = json!({
            "name": "Ann", "email": 5, "email_verified": "true", "phone_number_verified": 1,
            "address": "1 Road", "updated_at": "2021-05-13T00:00:00Z", "locale": null,
        });
        let claims = StandardClaims::read(all.as_object().unwrap());
        assert_eq!(claims.name.as_deref(), Some("Ann"));
        assert_eq!((claims.email, claims.locale), (None, None));
        assert_eq!((claims.email_verified, claims.phone_number_verified), (Some(true), None));
        assert_eq!(claims.address.unwrap().formatted.as_deref(), Some("1 Road"));
        assert_eq!(claims.updated_at, DateTime::parse("2021-05-13T00:00:00Z"));
        assert_eq!(date(&json!(i64::MAX)), None);
    }
}
