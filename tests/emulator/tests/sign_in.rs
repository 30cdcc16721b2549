//! The other ways of signing in, by the wire notes alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[cfg(test)]
mod support;

use std::time::Duration;

use authing_emulator::{Directory, Emulator, Wechat};
use serde_json::json;
use support::{Client, LOGIN, PASSWORD};

const FORCED: &str = "mutation ($token: String!, $old: String!, $new: String!) {
    resetPasswordByForceResetToken(token: $token, oldPassword: $old, newPassword: $new) { code }
}";

#[test]
fn a_directory_checks_a_password_in_clear_text() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    emulator.add_directory_user(Directory::Ldap, "ann", "ldap pass");
    let log_in = |path: &str, password: &str| {
        client.post(path, &json!({ "username": "ann", "password": password })).1
    };
    let path = "/api/v2/ldap/verify-user";
    assert_eq!(log_in(path, "wrong")["code"], 2006);
    assert_eq!(log_in("/api/v2/ad/verify-user", "ldap pass")["code"], 2004);
    let first = log_in(path, "ldap pass");
    assert!(first["data"]["token"].is_string(), "{first}");
    assert_eq!(log_in(path, "ldap pass")["data"]["id"], first["data"]["id"]);
}

#[test]
fn a_qr_code_goes_through_its_states() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let bob = client.signed_in("bob");
    let make = || {
        let (_, made) = client.post("/api/v2/qrcode/gene", &json!({ "scene": "APP_AUTH" }));
        made["data"]["random"].as_str().unwrap().to_owned()
    };
    let check = |random: &str| {
        client.get(&format!("/api/v2/qrcode/check?random={random}")).1["data"].clone()
    };
    let answer = |step: &str, random: &str| {
        bob.post(&format!("/api/v2/qrcode/{step}"), &json!({ "random": random })).1
    };

    let random = make();
    assert_eq!(check(&random)["status"], 0);
    assert_eq!(answer("confirm", &random)["code"], 400, "scanned first");
    assert_eq!(answer("scanned", &random)["data"]["status"], 1);
    assert_eq!(check(&random)["scannedUserId"], id.as_str());
    answer("confirm", &random);
    let ticket = check(&random)["ticket"].clone();
    let (_, user) = client.post("/api/v2/qrcode/userinfo", &json!({ "ticket": ticket }));
    assert!(user["data"]["token"].is_string(), "{user}");
    let (_, again) = client.post("/api/v2/qrcode/userinfo", &json!({ "ticket": ticket }));
    assert_eq!(again["code"], 400);

    let random = make();
    answer("scanned", &random);
    answer("cancel", &random);
    assert_eq!(check(&random)["status"], 3);

    let random = make();
    emulator.advance(Duration::from_secs(121));
    assert_eq!(check(&random)["status"], -1);
    assert_eq!(answer("scanned", &random)["code"], 400);
    assert_eq!(client.get("/api/v2/qrcode/check?random=x").1["code"], 2241);
}

#[test]
fn a_password_that_is_due_is_changed_before_the_login() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    assert!(emulator.force_password_reset(&id));
    let refused = client.refused(LOGIN, json!({ "input": client.login("bob", PASSWORD) }));
    assert_eq!(refused["code"], 2058);
    let reset = |old: &str| {
        json!({
            "token": refused["data"]["token"],
            "old": client.encrypt(old),
            "new": client.encrypt("new passw0rd"),
        })
    };
    assert_eq!(client.code(FORCED, reset("wrong")), 2203);
    client.run(FORCED, reset(PASSWORD));
    assert_eq!(client.code(FORCED, reset("new passw0rd")), 2020, "the token is used up");
    let input = client.login("bob", "new passw0rd");
    client.run(LOGIN, json!({ "input": input }));
}

#[test]
fn a_code_of_wechat_is_good_once_and_knows_its_user_again() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let log_in = |code: &str| {
        let pool = emulator.user_pool_id();
        client.get(&format!("/connection/social/wechat:mobile/{pool}/callback?code={code}")).1
    };
    let code = emulator.wechat_code(Wechat::Mobile, "openid", None);
    let user = log_in(&code);
    assert!(user["data"]["token"].is_string(), "{user}");
    assert_eq!(log_in(&code)["code"], 2207);
    let code = emulator.wechat_code(Wechat::Mobile, "openid", None);
    assert_eq!(log_in(&code)["data"]["id"], user["data"]["id"]);
}

#[test]
fn a_text_message_follows_another_after_a_minute() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let send = |phone: &str| client.post("/api/v2/sms/send", &json!({ "phone": phone })).1;
    assert_eq!(send("138")["code"], 200);
    assert_eq!(send("138")["code"], 1000);
    assert_eq!(send("139")["code"], 200);
    emulator.advance(Duration::from_secs(60));
    assert_eq!(send("138")["code"], 200);
    assert_eq!(emulator.messages().len(), 3);
}

#[test]
fn a_pool_has_a_rule_for_passwords() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let check =
        "query ($password: String!) { checkPasswordStrength(password: $password) { valid } }";
    let valid =
        |password: &str| client.run(check, json!({ "password": password }))["valid"] == true;
    for (rule, password, expected) in [
        (0, "a", true),
        (0, "", false),
        (1, "abcde", false),
        (1, "abcdef", true),
        (2, "abcdef", false),
        (2, "abcde1", true),
        (3, "abcde1", false),
        (3, "abcd1!", true),
    ] {
        emulator.set_password_strength(rule);
        assert_eq!(valid(password), expected, "{rule} {password}");
    }
}
