//! Logging in by way of others: WeChat, identity providers of enterprises, a browser's session.

use serde_json::{Value, json};

use super::{Arguments, Call, authentication};
use crate::error::{ApiError, codes};
use crate::state::{User, WechatCode, WechatKind};

/// `GET connection/social/wechat:mobile/{user_pool_id}/callback`.
pub(crate) fn wechat_mobile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    if call.arguments.required("user_pool_id") != call.state.settings.user_pool_id {
        return Err(ApiError::new(codes::POOL_NOT_FOUND, "user pool does not exist"));
    }
    let code = redeem(call, WechatKind::Mobile)?;
    log_in(call, "wechat:mobile", code, false)
}

/// `POST connections/social/wechat-miniprogram/auth`.
pub(crate) fn mini_program(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    let code = redeem(call, WechatKind::MiniProgram)?;
    log_in(call, "wechat:miniprogram:default", code, false)
}

/// `POST connections/social/wechat-miniprogram/auth-by-phone`.
pub(crate) fn mini_program_phone(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    for name in ["iv", "encryptedData"] {
        call.arguments.text(name).ok_or_else(|| ApiError::missing(name))?;
    }
    let code = redeem(call, WechatKind::MiniProgram)?;
    log_in(call, "wechat:miniprogram:default", code, true)
}

/// A code of WeChat is good once.
fn redeem(call: &mut Call<'_>, kind: WechatKind) -> Result<WechatCode, ApiError> {
    let code = call.arguments.text("code").ok_or_else(|| ApiError::missing("code"))?;
    let codes = &mut call.state.outside.wechat_codes;
    let found = codes.iter().position(|known| known.kind == kind && known.code == code);
    let wrong = || ApiError::new(codes::LOGIN_DATA_WRONG, "WeChat does not know the code");
    Ok(codes.remove(found.ok_or_else(wrong)?))
}

fn log_in(
    call: &mut Call<'_>,
    provider: &str,
    code: WechatCode,
    by_phone: bool,
) -> Result<Value, ApiError> {
    let state = &mut *call.state;
    let phone = code.phone.filter(|_| by_phone);
    if by_phone && phone.is_none() {
        return Err(ApiError::new(codes::BAD_REQUEST, "there is no phone number in the data"));
    }
    let found = match &phone {
        Some(phone) => state.users.find_by("phone", phone),
        None => state.users.find_by_identity(provider, &code.openid),
    };
    let id = match found {
        Some(user) if user.is_locked() => {
            return Err(ApiError::new(codes::USER_LOCKED, "user is locked"));
        }
        Some(user) => user.id.clone(),
        None => {
            let mut user = User::new(&state.clock.iso());
            if let Some(phone) = phone {
                user.set("phone", phone);
                user.set("phoneVerified", true);
            }
            user.set("registerSource", json!([format!("social:{provider}")]));
            let identity = json!({
                "provider": provider,
                "userIdInIdp": code.openid,
                "openid": code.openid,
                "userId": user.id,
                "userPoolId": state.settings.user_pool_id,
                "isSocial": true,
            });
            user.set("identities", json!([identity]));
            let id = user.id.clone();
            state.users.add(user);
            id
        }
    };
    authentication::finish_login(state, &id, &Arguments::default())
}

/// `GET applications/{app_id}/public-config`.
pub(crate) fn public_config(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let settings = &call.state.settings;
    if call.arguments.required("app_id") != settings.app_id {
        return Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist"));
    }
    let providers = call.state.outside.providers.iter().map(|provider| {
        json!({
            "identifier": provider.identifier,
            "protocol": provider.protocol,
            "displayName": provider.identifier,
            "logo": null,
            "config": provider.config,
        })
    });
    Ok(json!({
        "id": settings.app_id,
        "userPoolId": settings.user_pool_id,
        "publicKey": call.state.password_key.public_pem(),
        "identityProviders": providers.collect::<Vec<_>>(),
        "passwordStrength": call.state.password_strength,
        "verifyCodeLength": 6,
    }))
}

/// `POST connections/oidc/start-interaction`. The misspelled member is the service's.
pub(crate) fn start_interaction(call: &mut Call<'_>) -> Result<Value, ApiError> {
    for name in ["state", "protocol", "userPoolId", "appId", "referer"] {
        call.arguments.text(name).ok_or_else(|| ApiError::missing(name))?;
    }
    let connection = call.arguments.object("connection");
    let identifier = connection.text("providerIentifier");
    let identifier = identifier.ok_or_else(|| ApiError::missing("connection.providerIentifier"))?;
    let protocol = call.arguments.required("protocol");
    let mut known = call.state.outside.providers.iter();
    match known.any(|known| known.identifier == identifier && known.protocol == protocol) {
        true => Ok(Value::Null),
        false => Err(ApiError::new(codes::BAD_REQUEST, "unknown identity provider")),
    }
}

/// `GET cas/session`: the whole answer, null for a browser that is not signed in.
pub(crate) fn browser_session(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let state = &*call.state;
    let cookies = call.caller.cookie.as_deref().unwrap_or_default();
    let browser =
        cookies.split("; ").find_map(|cookie| state.outside.browsers.get_key_value(cookie));
    let Some((cookie, id)) = browser else { return Ok(Value::Null) };
    let user = state.users.get(id).ok_or_else(ApiError::user_not_found)?;
    Ok(json!({
        "session": {
            "_id": cookie.split_once('=').map(|(_, value)| value),
            "cookie": { "originalMaxAge": null, "expires": null, "secure": true, "httpOnly": true,
                "path": "/", "sameSite": "none" },
            "appId": state.settings.app_id,
            "type": "oidc",
            "userId": id,
        },
        "userInfo": crate::rest::rest_user(state, user, false),
    }))
}
