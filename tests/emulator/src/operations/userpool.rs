//! The user pool itself.

use serde_json::{Value, json};

use super::{Call, Operation};
use crate::error::ApiError;

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[("Query.userpool", userpool)];

/// The pool of the management token: its identity and the settings that the emulator lives by.
pub(crate) fn userpool(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let state = &*call.state;
    let settings = &state.settings;
    let mut pool = json!({
        "id": settings.user_pool_id,
        "name": "emulator",
        "domain": "emulator",
        "description": null,
        "secret": settings.user_pool_secret,
        "jwtSecret": state.tokens.pool_jwt_secret,
        "ownerId": null,
        "userpoolTypes": [],
        "logo": "",
        "createdAt": state.created_at,
        "updatedAt": state.created_at,
        "emailVerifiedDefault": false,
        "sendWelcomeEmail": false,
        "registerDisabled": false,
        "appSsoEnabled": false,
        "showWxQRCodeWhenRegisterDisabled": null,
        "allowedOrigins": null,
        "tokenExpiresAfter": settings.user_token_lifetime.as_secs(),
        "isDeleted": false,
        "frequentRegisterCheck": null,
        "loginFailCheck": {
            "enabled": true,
            "limit": state.wrong_passwords_before_captcha,
            "timeInterval": null,
        },
        "passwordUpdatePolicy": null,
        "loginPasswordFailCheck": null,
        "loginFailStrategy": "captcha",
        "changePhoneStrategy": null,
        "changeEmailStrategy": null,
        "qrcodeLoginStrategy": null,
        "app2WxappLoginStrategy": null,
        "whitelist": null,
        "customSMSProvider": null,
        "packageType": null,
        "useCustomUserStore": false,
        "loginRequireEmailVerified": false,
        "verifyCodeLength": null,
    });
    for (member, value) in &state.console.pool {
        pool[member] = value.clone();
    }
    if let Value::Array(types) = &mut pool["userpoolTypes"] {
        for kind in types.iter_mut().filter(|kind| kind.is_string()) {
            *kind = json!({ "code": kind });
        }
    }
    Ok(pool)
}
