//! Business errors: what the service answers when it understood a request and refuses it.

use serde_json::{Value, json};

/// Codes of the service's published error table that the emulator answers with.
pub(crate) mod codes {
    pub(crate) const BAD_REQUEST: i64 = 400;
    pub(crate) const NOT_FOUND: i64 = 404;
    pub(crate) const SYSTEM_BUSY: i64 = 1000;
    pub(crate) const NOT_PERMITTED: i64 = 1001;
    pub(crate) const OTP_NEEDED: i64 = 1635;
    pub(crate) const SECOND_FACTOR_NEEDED: i64 = 1636;
    pub(crate) const RESET_PASSWORD_AT_FIRST_LOGIN: i64 = 1639;
    pub(crate) const FACE_UNUSABLE: i64 = 1700;
    pub(crate) const FACES_DIFFER: i64 = 1701;
    pub(crate) const FACE_IS_ANOTHER: i64 = 1702;
    pub(crate) const CAPTCHA_NEEDED: i64 = 2000;
    pub(crate) const WRONG_CODE: i64 = 2001;
    pub(crate) const MALFORMED_EMAIL: i64 = 2003;
    pub(crate) const USER_NOT_FOUND: i64 = 2004;
    pub(crate) const USER_LOCKED: i64 = 2005;
    pub(crate) const WRONG_PASSWORD: i64 = 2006;
    pub(crate) const APP_NOT_FOUND: i64 = 2011;
    pub(crate) const MALFORMED_SEARCH: i64 = 2014;
    pub(crate) const ILLEGAL_SEARCH_TYPE: i64 = 2015;
    pub(crate) const UNDECIPHERABLE_PASSWORD: i64 = 2016;
    pub(crate) const ITEM_NOT_CHANGEABLE: i64 = 2018;
    pub(crate) const VERIFICATION_NEEDED: i64 = 2019;
    pub(crate) const NOT_LOGGED_IN: i64 = 2020;
    pub(crate) const USER_EXISTS: i64 = 2026;
    pub(crate) const PASSWORD_TOO_SHORT: i64 = 2029;
    pub(crate) const TOO_MANY_USERS: i64 = 2030;
    pub(crate) const PASSWORD_MISSING: i64 = 2032;
    pub(crate) const USERNAME_EXISTS: i64 = 2034;
    pub(crate) const PHONE_BOUND: i64 = 2035;
    pub(crate) const OLD_EMAIL_DIFFERS: i64 = 2037;
    pub(crate) const OLD_PHONE_DIFFERS: i64 = 2038;
    pub(crate) const PASSWORD_RESET_FORCED: i64 = 2058;
    pub(crate) const APP_MISSING: i64 = 2101;
    pub(crate) const EMAIL_BOUND: i64 = 2200;
    pub(crate) const OLD_PASSWORD_MISSING: i64 = 2201;
    pub(crate) const NOT_OWN_DATA: i64 = 2202;
    pub(crate) const OLD_PASSWORD_WRONG: i64 = 2203;
    pub(crate) const MALFORMED_NEW_EMAIL: i64 = 2204;
    pub(crate) const LOGIN_EXPIRED: i64 = 2206;
    pub(crate) const LOGIN_DATA_WRONG: i64 = 2207;
    pub(crate) const USERNAME_MISSING: i64 = 2211;
    pub(crate) const IDENTITY_TAKEN: i64 = 2215;
    pub(crate) const IDENTITY_NOT_BOUND: i64 = 2216;
    pub(crate) const LAST_LOGIN_METHOD: i64 = 2217;
    pub(crate) const NO_EMAIL_TO_UNBIND: i64 = 2219;
    pub(crate) const POOL_NOT_FOUND: i64 = 2224;
    pub(crate) const EMAIL_BY_UPDATE_USER: i64 = 2225;
    pub(crate) const PHONE_BY_UPDATE_USER: i64 = 2226;
    pub(crate) const OLD_EMAIL_NEEDED: i64 = 2227;
    pub(crate) const OLD_PHONE_NEEDED: i64 = 2228;
    pub(crate) const NEW_EMAIL_EQUALS_OLD: i64 = 2229;
    pub(crate) const NEW_PHONE_EQUALS_OLD: i64 = 2230;
    pub(crate) const PARAMETERS_MISSING: i64 = 2231;
    pub(crate) const QR_CODE_NOT_FOUND: i64 = 2241;
    pub(crate) const CODE_EXPIRED: i64 = 2300;
    pub(crate) const WRONG_TOTP: i64 = 6001;
    pub(crate) const WRONG_RECOVERY_CODE: i64 = 6002;
}

/// A refusal with the code, the message and the data that go over the wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) data: Value,
}

impl ApiError {
    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Value::Null }
    }

    pub(crate) fn with_data(mut self, data: Value) -> Self {
        self.data = data;
        self
    }

    pub(crate) fn not_logged_in() -> Self {
        Self::new(codes::NOT_LOGGED_IN, "not logged in, or no right to this request")
    }

    pub(crate) fn not_permitted() -> Self {
        Self::new(codes::NOT_PERMITTED, "operation not permitted")
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new(codes::USER_NOT_FOUND, "user does not exist")
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(codes::PARAMETERS_MISSING, format!("request parameters missing: {what}"))
    }

    /// The object that GraphQL errors carry as their `message` and REST answers as their body.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "code": self.code, "message": self.message, "data": self.data })
    }
}
