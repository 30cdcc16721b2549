//! Management and user tokens: their life, and whom they are good for.

#[cfg(test)]
mod support;

use std::time::Duration;

use authing_emulator::Emulator;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Value, json};
use support::{CURRENT, Client, LIST};

const ACCESS_TOKEN: &str = "query ($userPoolId: String!, $secret: String!) {
    accessToken(userPoolId: $userPoolId, secret: $secret) { accessToken exp iat }
}";

const STATUS: &str = "query ($token: String) {
    checkLoginStatus(token: $token) { code message status exp iat data { id userPoolId arn } }
}";

#[test]
fn a_management_token_is_issued_for_the_pool_secret() {
    let lifetime = Duration::from_secs(600);
    let emulator = Emulator::builder().management_token_lifetime(lifetime).start().unwrap();
    let client = Client::bare(&emulator);
    let (pool, secret) = (emulator.user_pool_id(), emulator.user_pool_secret());
    let token = client.run(ACCESS_TOKEN, json!({ "userPoolId": pool, "secret": secret }));
    assert_eq!(token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap(), 600);
    assert_eq!(client.code(ACCESS_TOKEN, json!({ "userPoolId": "x", "secret": secret })), 2224);
    assert_eq!(client.code(ACCESS_TOKEN, json!({ "userPoolId": pool, "secret": "x" })), 2207);

    let (status, token) = client
        .post("/api/v2/userpools/access-token", &json!({ "userPoolId": pool, "secret": secret }));
    assert_eq!(status, 200);
    let session = Client::bare(&emulator).with_token(token["accessToken"].as_str().unwrap());
    session.run(LIST, json!({}));
    let (_, refused) =
        client.post("/api/v2/userpools/access-token", &json!({ "userPoolId": pool, "secret": "" }));
    assert_eq!(refused["code"], 2207);
}

#[test]
fn management_operations_want_the_management_token() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    assert_eq!(client.code(LIST, json!({})), 2020);
    assert_eq!(client.signed_in("bob").code(LIST, json!({})), 1001);
    assert_eq!(Client::bare(&emulator).with_token("garbage").code(LIST, json!({})), 2020);
    Client::management(&emulator).run(LIST, json!({}));
}

#[test]
fn tokens_expire_by_the_emulators_clock() {
    let emulator = Emulator::builder()
        .management_token_lifetime(Duration::from_secs(100))
        .user_token_lifetime(Duration::from_secs(200))
        .start()
        .unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let (management, session) = (Client::management(&emulator), client.signed_in("bob"));
    emulator.advance(Duration::from_secs(101));
    assert_eq!(management.code(LIST, json!({})), 2206);
    session.run(CURRENT, json!({}));
    emulator.advance(Duration::from_secs(100));
    assert_eq!(session.code(CURRENT, json!({})), 2206);
    client.signed_in("bob").run(CURRENT, json!({}));
}

#[test]
fn revoked_tokens_are_as_good_as_none() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let (management, session) = (Client::management(&emulator), client.signed_in("bob"));
    emulator.revoke_tokens();
    assert_eq!(management.code(LIST, json!({})), 2020);
    assert_eq!(session.code(CURRENT, json!({})), 2020);
    Client::management(&emulator).run(LIST, json!({}));
}

#[test]
fn a_user_token_is_an_id_token_of_the_application() {
    let emulator = Emulator::builder().app_host("https://app.example.com/").start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let token = client.log_in("bob")["token"].as_str().unwrap().to_owned();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[emulator.app_id()]);
    validation.set_issuer(&["https://app.example.com/oidc"]);
    let key = DecodingKey::from_secret(emulator.app_secret().as_bytes());
    let claims = decode::<Value>(&token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], json!(id));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 14 * 86_400);
    assert_eq!(claims["data"]["userPoolId"], json!(emulator.user_pool_id()));
    assert!(claims.get("nonce").is_none());
}

#[test]
fn forged_tokens_are_refused() {
    let emulator = Emulator::start().unwrap();
    let other = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let token = client.log_in("bob")["token"].as_str().unwrap().to_owned();
    let [_, payload, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    let secret = EncodingKey::from_secret(emulator.app_secret().as_bytes());
    let sign =
        |claims: &Value, algorithm| encode(&Header::new(algorithm), claims, &secret).unwrap();
    let changed = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let mut elevated = claims.clone();
    elevated["data"]["type"] = json!("userPool");
    let foreign = Client::new(&other);
    foreign.register_user("bob");
    for (what, forged) in [
        ("no signature", format!("{none}.{payload}.")),
        ("algorithm none", format!("{none}.{payload}.{signature}")),
        ("cut signature", token[..token.len() - 4].to_owned()),
        ("another algorithm", sign(&claims, Algorithm::HS512)),
        ("made up", sign(&changed("jti", json!("made up")), Algorithm::HS256)),
        ("elevated", sign(&elevated, Algorithm::HS256)),
        ("of another emulator", foreign.log_in("bob")["token"].as_str().unwrap().to_owned()),
        ("empty parts", "..".to_owned()),
    ] {
        let session = Client::bare(&emulator).with_token(&forged);
        assert_eq!(session.code(CURRENT, json!({})), 2020, "{what}");
        assert_eq!(session.code(LIST, json!({})), 2020, "{what}");
    }
    Client::bare(&emulator).with_token(&token).run(CURRENT, json!({}));
}

#[test]
fn a_token_dies_with_its_user_and_rests_with_a_block() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let session = client.signed_in("bob");
    emulator.block(&id);
    assert_eq!(session.code(CURRENT, json!({})), 2005);
    emulator.set_blocked(&id, false);
    session.run(CURRENT, json!({}));
    let delete = "mutation ($id: String!) { deleteUser(id: $id) { code message } }";
    Client::management(&emulator).run(delete, json!({ "id": id }));
    assert_eq!(session.code(CURRENT, json!({})), 2020);
}

#[test]
fn login_status_is_an_answer_for_good_and_bad_tokens() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let token = client.log_in("bob")["token"].clone();
    let status = client.run(STATUS, json!({ "token": token }));
    assert_eq!((&status["code"], &status["status"]), (&json!(200), &json!(true)));
    assert_eq!(status["data"]["id"], json!(id));
    assert_eq!(status["data"]["userPoolId"], json!(emulator.user_pool_id()));
    assert!(status["exp"].as_u64() > status["iat"].as_u64());

    let session = Client::bare(&emulator).with_token(token.as_str().unwrap());
    assert_eq!(session.run(STATUS, json!({}))["status"], true, "the bearer's own by default");
    emulator.advance(Duration::from_secs(15 * 86_400));
    for (token, code) in [(token, 2206), (json!("garbage"), 2020), (Value::Null, 2020)] {
        let status = client.run(STATUS, json!({ "token": token }));
        assert_eq!((&status["code"], &status["status"]), (&json!(code), &json!(false)));
        assert_eq!(status["data"], Value::Null);
    }
}

#[test]
fn tokens_are_renewed() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let other = client.register_user("ann");
    let (management, session) = (Client::management(&emulator), client.signed_in("bob"));
    let refresh = "mutation ($id: String) { refreshToken(id: $id) { token iat exp } }";
    let own = session.run(refresh, json!({}));
    Client::bare(&emulator).with_token(own["token"].as_str().unwrap()).run(CURRENT, json!({}));
    let by_owner = management.run(refresh, json!({ "id": id }));
    assert_eq!(by_owner["exp"].as_i64().unwrap() - by_owner["iat"].as_i64().unwrap(), 14 * 86_400);
    session.run(refresh, json!({ "id": id }));
    assert_eq!(session.code(refresh, json!({ "id": other })), 1001);
    assert_eq!(management.code(refresh, json!({ "id": "nobody" })), 2004);
    assert_eq!(management.code(refresh, json!({})), 2231);
    assert_eq!(client.code(refresh, json!({})), 2020);

    let refresh = "mutation ($accessToken: String) {
        refreshAccessToken(accessToken: $accessToken) { accessToken exp iat }
    }";
    let renewed = management.run(refresh, json!({}))["accessToken"].clone();
    let renewed = client.run(refresh, json!({ "accessToken": renewed }))["accessToken"].clone();
    Client::bare(&emulator).with_token(renewed.as_str().unwrap()).run(LIST, json!({}));
    management.run(LIST, json!({}));
    assert_eq!(session.code(refresh, json!({})), 1001);
    assert_eq!(client.code(refresh, json!({ "accessToken": "garbage" })), 2020);
}
