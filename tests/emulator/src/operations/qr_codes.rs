//! Logging in by QR code.

use serde_json::{Value, json};

use super::{Arguments, Call, authentication};
use crate::error::{ApiError, codes};
use crate::state::{CODE_LIFETIME, Progress};

/// `POST qrcode/gene`.
pub(crate) fn generate(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_pool_or_app()?;
    match call.arguments.text("scene") {
        Some("WXAPP_AUTH" | "APP_AUTH" | "WECHATMP_AUTH") => {}
        Some(_) => return Err(ApiError::new(codes::BAD_REQUEST, "unknown scene")),
        None => return Err(ApiError::missing("scene")),
    }
    let params = call.arguments.object("params");
    let params = params.members().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    let with_custom_data = call.arguments.flag("withCustomData");
    let state = &mut *call.state;
    let random = state.qr_codes.add(params, with_custom_data, state.clock.seconds());
    let url = format!("{}/qrcodes/{random}.png", state.settings.url);
    Ok(json!({ "random": random, "url": url, "customLogo": null, "expiresIn": CODE_LIFETIME }))
}

/// `GET qrcode/check`.
pub(crate) fn check(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let random = call.arguments.text("random").ok_or_else(|| ApiError::missing("random"))?;
    let state = &*call.state;
    let code = state.qr_codes.get(random)?;
    let user = code.user_id.as_deref().and_then(|id| state.users.get(id));
    let user_info =
        user.map(|user| json!({ "nickname": user.text("nickname"), "photo": user.text("photo") }));
    Ok(json!({
        "random": random,
        "status": code.status(state.clock.seconds()),
        "ticket": code.ticket,
        "userInfo": user_info,
        "scannedUserId": code.user_id,
    }))
}

/// `POST qrcode/userinfo`.
pub(crate) fn exchange(call: &mut Call<'_>) -> Result<Value, ApiError> {
    if call.state.qr_codes.exchange_needs_management {
        call.require_management()?;
    }
    let ticket = call.arguments.text("ticket").ok_or_else(|| ApiError::missing("ticket"))?;
    let state = &mut *call.state;
    let code = state.qr_codes.redeem(ticket, state.clock.seconds())?;
    let id = code.user_id.unwrap_or_default();
    let pairs: Vec<Value> =
        code.params.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    let values = state.custom_data.read_params(&Value::Array(pairs).to_string())?;
    let user = state.users.get_mut(&id).ok_or_else(ApiError::user_not_found)?;
    user.custom_data.extend(values);
    let mut record = authentication::finish_login(state, &id, &Arguments::default())?;
    if code.with_custom_data {
        let user = state.users.get(&id).ok_or_else(ApiError::user_not_found)?;
        record["customData"] = user.custom_data_records(state.custom_data.of("USER"));
    }
    Ok(record)
}

/// `POST qrcode/scanned`.
pub(crate) fn scanned(call: &mut Call<'_>) -> Result<Value, ApiError> {
    answer(call, Progress::Scanned)
}

/// `POST qrcode/confirm`.
pub(crate) fn confirm(call: &mut Call<'_>) -> Result<Value, ApiError> {
    answer(call, Progress::Authorized)
}

/// `POST qrcode/cancel`.
pub(crate) fn cancel(call: &mut Call<'_>) -> Result<Value, ApiError> {
    answer(call, Progress::Cancelled)
}

fn answer(call: &mut Call<'_>, progress: Progress) -> Result<Value, ApiError> {
    let id = call.require_user()?;
    let random = call.arguments.text("random").ok_or_else(|| ApiError::missing("random"))?;
    let state = &mut *call.state;
    let now = state.clock.seconds();
    state.qr_codes.answer(random, &id, progress, now)?;
    let status = state.qr_codes.get(random)?.status(now);
    Ok(json!({ "random": random, "status": status, "description": format!("{progress:?}") }))
}
