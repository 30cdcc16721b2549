//! The token endpoint, introspection and revocation (RFC 6749, RFC 7662, RFC 7009).

use axum::body::Body;
use axum::extract::State as Shares;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::client::Caller;
use super::keys::encoded;
use super::state::{REFRESH_TOKEN_LIFETIME, Session, TOKEN_LIFETIME, Token, claims, sign_in};
use super::{Flavour, Handle, Parameters, Refusal, device, json_response, parameters};
use crate::server::locked;
use crate::state::{State, random_hex};

pub(super) async fn grant(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
    flavour: Flavour,
) -> Response<Body> {
    let form = parameters(&body);
    let mut state = locked(&shared.state);
    let answer = Caller::identify(&state, &headers, &form).and_then(|caller| {
        let grant_type = form.get("grant_type").map_or("", String::as_str);
        match grant_type {
            "authorization_code" => by_code(&mut state, &caller, &form, flavour),
            "refresh_token" => by_refresh_token(&mut state, &caller, &form),
            "client_credentials" => by_client_credentials(&mut state, &caller, &form, flavour),
            "password" => by_password(&mut state, &caller, &form, flavour),
            device::GRANT_TYPE => device::grant(&mut state, &caller, &form),
            _ => Err(Refusal::new("unsupported_grant_type", "the grant type is unknown")),
        }
    });
    match answer {
        Ok(answer) => json_response(StatusCode::OK, &answer),
        Err(refusal) => refusal.response(),
    }
}

fn by_code(
    state: &mut State,
    caller: &Caller,
    form: &Parameters,
    flavour: Flavour,
) -> Result<Value, Refusal> {
    let invalid = |reason: &str| Refusal::new("invalid_grant", reason);
    // Used up, whatever becomes of this.
    let code = form.get("code").and_then(|code| state.oidc.codes.remove(code));
    let code = code.ok_or_else(|| invalid("the code is unknown or was used"))?;
    if code.expires_at <= state.clock.seconds() || code.flavour != flavour {
        return Err(invalid("the code has expired, or is for other endpoints"));
    }
    if form.get("redirect_uri") != code.query.get("redirect_uri") {
        return Err(invalid("the redirect URI is another one"));
    }
    let verifier = form.get("code_verifier");
    let challenge = verifier.map(|verifier| {
        match code.query.get("code_challenge_method").map(String::as_str) {
            Some("S256") => encoded(&Sha256::digest(verifier)),
            _ => verifier.clone(),
        }
    });
    if challenge.as_ref() != code.query.get("code_challenge") {
        return Err(invalid("the code verifier does not fit"));
    }
    if challenge.is_none() {
        caller.require_secret()?;
    }
    let nonce = code.query.get("nonce").cloned();
    issue(state, flavour, &code.session, &code.scope, nonce)
}

/// Gives new access and ID tokens; the refresh token stays the same until it ends.
fn by_refresh_token(
    state: &mut State,
    caller: &Caller,
    form: &Parameters,
) -> Result<Value, Refusal> {
    let invalid = || Refusal::new("invalid_grant", "the refresh token is unknown or has expired");
    let text = form.get("refresh_token").ok_or_else(invalid)?;
    let token = state.oidc.tokens.get(text).filter(|token| token.is_refresh).cloned();
    let token =
        token.filter(|token| token.expires_at > state.clock.seconds()).ok_or_else(invalid)?;
    let session = token.session.filter(|_| token.client_id == caller.id).ok_or_else(invalid)?;
    let scope = match form.get("scope") {
        Some(less) if less.split(' ').all(|s| token.scope.split(' ').any(|own| own == s)) => {
            less.clone()
        }
        Some(_) => return Err(Refusal::new("invalid_scope", "more than was granted")),
        None => token.scope,
    };
    let mut answer =
        issue(state, token.flavour, &session, &scope.replace("offline_access", ""), None)?;
    answer["scope"] = json!(scope);
    answer["refresh_token"] = json!(text);
    Ok(answer)
}

fn by_client_credentials(
    state: &mut State,
    caller: &Caller,
    form: &Parameters,
    flavour: Flavour,
) -> Result<Value, Refusal> {
    caller.require_secret()?;
    let Some(allowed) = &caller.scopes else {
        return Err(Refusal::new("unauthorized_client", "this takes an access key and its secret"));
    };
    let asked = form.get("scope").filter(|scope| !scope.is_empty());
    let asked = asked.ok_or_else(|| Refusal::new("invalid_scope", "`scope` is missing"))?;
    let (granted, rejected): (Vec<&str>, Vec<&str>) =
        asked.split_whitespace().partition(|scope| allowed.iter().any(|own| own == scope));
    let scope = granted.join(" ");
    let access_token = access_token(state, flavour, &caller.id, None, &scope)?;
    let mut answer = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME, "scope": scope,
    });
    if !rejected.is_empty() {
        answer["rejected_scope"] = json!(rejected.join(" "));
    }
    Ok(answer)
}

fn by_password(
    state: &mut State,
    caller: &Caller,
    form: &Parameters,
    flavour: Flavour,
) -> Result<Value, Refusal> {
    caller.require_secret()?;
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let session = sign_in(state, field("username"), field("password"))
        .ok_or_else(|| Refusal::new("invalid_grant", "wrong user name or password"))?;
    issue(state, flavour, &session, field("scope"), None)
}

/// All tokens for a user.
pub(super) fn issue(
    state: &mut State,
    flavour: Flavour,
    session: &Session,
    scope: &str,
    nonce: Option<String>,
) -> Result<Value, Refusal> {
    let (client_id, now) = (state.settings.app_id.clone(), state.clock.seconds());
    let access_token = access_token(state, flavour, &client_id, Some(session), scope)?;
    let mut answer = json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME, "scope": scope,
    });
    let has = |wanted: &str| scope.split_whitespace().any(|scope| scope == wanted);
    if flavour == Flavour::Oidc && has("openid") {
        let mut members = claims(state, session, scope);
        let hash = Sha256::digest(access_token.as_bytes());
        members.extend(standard(state, &client_id, now));
        members.insert("auth_time".to_owned(), json!(session.auth_time));
        members.insert("sid".to_owned(), json!(session.sid));
        members.insert("at_hash".to_owned(), json!(encoded(&hash[..hash.len() / 2])));
        if let Some(nonce) = nonce {
            members.insert("nonce".to_owned(), json!(nonce));
        }
        answer["id_token"] = json!(sign(state, &Value::Object(members))?);
    }
    if flavour == Flavour::Oauth || has("offline_access") {
        let text = random_hex(20);
        let token = Token {
            is_refresh: true,
            flavour,
            client_id,
            session: Some(session.clone()),
            scope: scope.to_owned(),
            issued_at: now,
            expires_at: now + REFRESH_TOKEN_LIFETIME,
        };
        state.oidc.tokens.insert(text.clone(), token);
        answer["refresh_token"] = json!(text);
    }
    Ok(answer)
}

/// A signed access token of OpenID Connect, an opaque one of OAuth 2.0.
fn access_token(
    state: &mut State,
    flavour: Flavour,
    client_id: &str,
    session: Option<&Session>,
    scope: &str,
) -> Result<String, Refusal> {
    let now = state.clock.seconds();
    let text = match flavour {
        Flavour::Oauth => random_hex(20),
        Flavour::Oidc => {
            let mut members = standard(state, client_id, now);
            members.insert("jti".to_owned(), json!(random_hex(16)));
            members.insert("sub".to_owned(), json!(session.map_or(client_id, |s| &s.user_id)));
            members.insert("scope".to_owned(), json!(scope));
            sign(state, &Value::Object(members))?
        }
    };
    let token = Token {
        is_refresh: false,
        flavour,
        client_id: client_id.to_owned(),
        session: session.cloned(),
        scope: scope.to_owned(),
        issued_at: now,
        expires_at: now + TOKEN_LIFETIME,
    };
    state.oidc.tokens.insert(text.clone(), token);
    Ok(text)
}

fn standard(state: &State, client_id: &str, now: u64) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("iss".to_owned(), json!(format!("{}/oidc", state.settings.app_host)));
    members.insert("aud".to_owned(), json!(client_id));
    members.insert("iat".to_owned(), json!(now));
    members.insert("exp".to_owned(), json!(now + TOKEN_LIFETIME));
    members
}

fn sign(state: &mut State, claims: &Value) -> Result<String, Refusal> {
    state.oidc.keys.sign(&state.settings.app_secret, claims)
}

pub(super) async fn introspect(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let form = parameters(&body);
    let state = locked(&shared.state);
    if let Err(refusal) = Caller::identify(&state, &headers, &form).and_then(|c| c.require_secret())
    {
        return refusal.response();
    }
    let now = state.clock.seconds();
    let token = form.get("token").and_then(|token| state.oidc.tokens.get(token));
    let answer = match token.filter(|token| token.expires_at > now) {
        None => json!({ "active": false }),
        Some(token) => json!({
            "active": true,
            "sub": token.session.as_ref().map_or(&token.client_id, |session| &session.user_id),
            "client_id": token.client_id,
            "scope": token.scope,
            "iat": token.issued_at,
            "exp": token.expires_at,
            "iss": format!("{}/oidc", state.settings.app_host),
            "token_type": "Bearer",
        }),
    };
    json_response(StatusCode::OK, &answer)
}

/// Success has an empty body. The endpoint of OAuth 2.0 does not take the header.
pub(super) async fn revoke(
    Shares(shared): Handle,
    headers: HeaderMap,
    body: Bytes,
    flavour: Flavour,
) -> Response<Body> {
    let form = parameters(&body);
    let mut state = locked(&shared.state);
    match Caller::identify(&state, &headers, &form) {
        Ok(caller) if caller.is_basic && flavour == Flavour::Oauth => {
            Refusal::new("invalid_client", "client_secret_basic is not taken here").response()
        }
        Ok(_) => {
            let revoked = form.get("token").and_then(|token| state.oidc.tokens.remove(token));
            // With a refresh token go the access tokens of the same login.
            if let Some(Token { is_refresh: true, session: Some(session), .. }) = revoked {
                let same =
                    |token: &Token| token.session.as_ref().is_some_and(|s| s.sid == session.sid);
                state.oidc.tokens.retain(|_, token| !same(token));
            }
            Response::new(Body::empty())
        }
        Err(refusal) => refusal.response(),
    }
}
