//! Second factors, by the wire notes alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[cfg(test)]
mod support;

use std::time::Duration;

use authing_emulator::Emulator;
use serde_json::{Value, json};
use support::{Client, LOGIN, PASSWORD};

const TOTP: &str = "/api/v2/mfa/totp/associate";

/// Registers bob and gives him an authenticator; answers its key and recovery code.
fn bob_with_authenticator(client: &Client<'_>) -> (String, String) {
    client.register_user("bob");
    let bob = client.signed_in("bob");
    let (_, new) = bob.post(TOTP, &json!({ "authenticator_type": "totp" }));
    let secret = new["data"]["secret"].as_str().unwrap().to_owned();
    let recovery = new["data"]["recovery_code"].as_str().unwrap().to_owned();
    let totp = client.emulator.totp(&secret);
    let confirm = json!({ "authenticator_type": "totp", "totp": totp });
    let (_, confirmed) = bob.post("/api/v2/mfa/totp/associate/confirm", &confirm);
    assert_eq!(confirmed["code"], 200, "{confirmed}");
    client.emulator.advance(Duration::from_secs(30));
    (secret, recovery)
}

/// The data of the refused login, and a client with its token.
fn challenge<'a>(client: &Client<'a>, code: i64) -> (Value, Client<'a>) {
    let refused = client.refused(LOGIN, json!({ "input": client.login("bob", PASSWORD) }));
    assert_eq!(refused["code"], code);
    let token = refused["data"]["mfaToken"].as_str().unwrap().to_owned();
    (refused["data"].clone(), Client::bare(client.emulator).with_token(&token))
}

#[test]
fn a_login_with_an_authenticator_takes_two_steps() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (secret, _) = bob_with_authenticator(&client);
    let (data, mfa) = challenge(&client, 1635);
    assert_eq!(data["username"], "bob");
    let (status, wrong) = mfa.post("/api/v2/mfa/totp/verify", &json!({ "totp": "000000" }));
    assert_eq!((status, &wrong["code"]), (200, &json!(6001)));
    assert_eq!(mfa.get("/api/v2/users/me").1["code"], 2020, "no token of a user yet");
    let body = json!({ "totp": emulator.totp(&secret) });
    let (_, user) = mfa.post("/api/v2/mfa/totp/verify", &body);
    assert!(user["data"]["token"].is_string(), "{user}");
    assert_eq!(mfa.post("/api/v2/mfa/totp/verify", &body).1["code"], 2020, "used up");
}

#[test]
fn an_unconfirmed_authenticator_is_not_asked_for_and_a_wrong_code_is_http_400() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let bob = client.signed_in("bob");
    assert_eq!(bob.post(TOTP, &json!({ "authenticatorType": "totp" })).1["code"], 2231);
    assert_eq!(bob.post(TOTP, &json!({ "authenticator_type": "totp" })).1["code"], 200);
    let confirm = json!({ "authenticator_type": "totp", "totp": "000000" });
    let (status, answer) = bob.post("/api/v2/mfa/totp/associate/confirm", &confirm);
    assert_eq!((status, &answer["code"]), (400, &json!(400)));
    let (_, list) = bob.get("/api/v2/mfa/authenticator?type=totp");
    assert_eq!(list["data"][0]["enable"], false);
    client.log_in("bob");
}

#[test]
fn a_recovery_code_answers_a_new_one_beside_the_data() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (_, recovery) = bob_with_authenticator(&client);
    let (_, mfa) = challenge(&client, 1635);
    let wrong = json!({ "recoveryCode": "nonsense" });
    assert_eq!(mfa.post("/api/v2/mfa/totp/recovery", &wrong).1["code"], 6002);
    let (_, answer) = mfa.post("/api/v2/mfa/totp/recovery", &json!({ "recoveryCode": recovery }));
    assert!(answer["data"]["token"].is_string(), "{answer}");
    assert!(answer["recoveryCode"].is_string() && answer["recoveryCode"] != recovery.as_str());
}

#[test]
fn the_token_of_the_first_step_lasts_six_minutes() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (secret, _) = bob_with_authenticator(&client);
    let (_, mfa) = challenge(&client, 1635);
    emulator.advance(Duration::from_secs(361));
    let body = json!({ "totp": emulator.totp(&secret) });
    assert_eq!(mfa.post("/api/v2/mfa/totp/verify", &body).1["code"], 2206);
}

#[test]
fn an_application_can_ask_for_codes() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    emulator.require_second_factor(&["SMS", "EMAIL"]);
    let (data, mfa) = challenge(&client, 1636);
    assert_eq!(data["applicationMfa"][1], json!({ "mfaPolicy": "EMAIL", "status": 1, "sort": 2 }));
    let check = |body| mfa.post("/api/v2/applications/mfa/check", &body).1["data"].clone();
    assert_eq!(check(json!({ "phone": "13800000000" })), true);
    let code = client.sms_code("13800000000");
    let wrong = json!({ "phone": "13800000001", "code": code });
    assert_eq!(mfa.post("/api/v2/applications/mfa/sms/verify", &wrong).1["code"], 2001);
    let right = json!({ "phone": "13800000000", "code": code });
    let (_, user) = mfa.post("/api/v2/applications/mfa/sms/verify", &right);
    assert_eq!(user["data"]["phone"], "13800000000", "{user}");

    let (_, mfa) = challenge(&client, 1636);
    let code = client.email_code("bob@example.com", "MFA_VERIFY");
    let body = json!({ "email": "bob@example.com", "code": code });
    assert_eq!(mfa.post("/api/v2/applications/mfa/email/verify", &body).1["code"], 200);
}
