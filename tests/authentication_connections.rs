//! The addresses at which other identity providers log a user in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::collections::HashMap;

use authing::connections::{Protocol, SocialAuthorization};
use authing::{AuthenticationClient, ErrorKind, Options};
use serde_json::{Value, json};
use support::{Cloud, options};

/// Path and decoded query of an address.
fn parts(url: &str) -> (String, HashMap<String, String>) {
    let url = url::Url::parse(url).unwrap();
    (url.path().to_owned(), url.query_pairs().into_owned().collect())
}

fn app() -> AuthenticationClient {
    let options = Options::new().app("APP & ID", "https://app.example").tenant_id("t#1");
    AuthenticationClient::new(options).unwrap()
}

#[test]
fn a_social_address_has_every_option_encoded() {
    let authorization = SocialAuthorization::new("wechat:pc/x")
        .authorization_params([("scope", "a b")])
        .context([("source", "x&y")])
        .custom_data([("school", "SJTU")])
        .with_identities(true)
        .with_custom_data(false)
        .protocol("oidc")
        .uuid("u");
    let url = app().social_authorize_url(authorization).unwrap();
    assert!(url.starts_with("https://app.example/connections/social/wechat%3Apc%2Fx?"), "{url}");
    let (_, query) = parts(&url);
    for (name, value) in [
        ("from_guard", "1"),
        ("app_id", "APP & ID"),
        ("authorization_params", r#"{"scope":"a b"}"#),
        ("context", r#"{"source":"x&y"}"#),
        ("custom_data", r#"{"school":"SJTU"}"#),
        ("with_identities", "1"),
        ("with_custom_data", "0"),
        ("protocol", "oidc"),
        ("uuid", "u"),
        ("tenant_id", "t#1"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[test]
fn what_is_not_set_is_in_no_address() {
    let url = app().social_authorize_url(SocialAuthorization::new("github")).unwrap();
    let (_, query) = parts(&url);
    assert_eq!(query.len(), 3, "{url}");
}

#[test]
fn a_social_address_needs_provider_and_application() {
    let error = app().social_authorize_url(SocialAuthorization::new("")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let error = app().social_authorize_url(SocialAuthorization::new("..")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let app = AuthenticationClient::new(Options::new().user_pool_id("pool")).unwrap();
    let error = app.social_authorize_url(SocialAuthorization::new("github")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn an_enterprise_login_by_openid_connect_is_announced() {
    // The clients of old make state and nonce with a generator that can be predicted.
    let cloud = Cloud::start();
    let config = json!({
        "authorizationEdpoint": "https://idp.example/auth?tenant=7",
        "clientId": "client & id",
        "redirectUri": "https://app.example/back?a=b",
        "scopes": "openid profile",
        "responseType": "code",
    });
    cloud.emulator.add_identity_provider("oidc", "idp1", config);
    let address = || {
        let page = "https://me.example/login";
        parts(&cloud.app.enterprise_authorize_url(&Protocol::Oidc, "idp1", page).unwrap()).1
    };
    let (first, second) = (address(), address());
    for (name, value) in [
        ("tenant", "7"),
        ("client_id", "client & id"),
        ("redirect_uri", "https://app.example/back?a=b"),
        ("scope", "openid profile"),
        ("response_type", "code"),
    ] {
        assert_eq!(first[name], value);
    }
    for name in ["state", "nonce"] {
        assert!(first[name].len() >= 32 && first[name] != second[name]);
    }
    let sent = cloud.requests("/api/v2/connections/oidc/start-interaction");
    let sent: Value = serde_json::from_str(&sent[0].body).unwrap();
    assert_eq!(sent["state"], first["state"].as_str());
    assert_eq!(sent["connection"]["providerIentifier"], "idp1");
    assert_eq!(sent["userPoolId"], cloud.emulator.user_pool_id());
    assert_eq!(sent["referer"], "https://me.example/login");
}

#[test]
fn the_other_protocols_have_their_address_ready() {
    let cloud = Cloud::start();
    for (protocol, member) in [
        (Protocol::Saml, "samlRequest"),
        (Protocol::Cas, "casConnectionLoginUrl"),
        (Protocol::OAuth, "authUrl"),
        (Protocol::AzureAd, "authorizationUrl"),
    ] {
        let url = format!("https://idp.example/{protocol}?a=b%20c");
        let config = json!({ member: url });
        cloud.emulator.add_identity_provider(protocol.as_str(), "idp1", config);
        assert_eq!(cloud.app.enterprise_authorize_url(&protocol, "idp1", "").unwrap(), url);
    }
    assert!(cloud.requests("/api/v2/connections/oidc/start-interaction").is_empty());

    let config = json!({"samlRequest": "/connections/saml/idp2?a=b"});
    cloud.emulator.add_identity_provider("saml", "idp2", config);
    let url = cloud.app.enterprise_authorize_url(&Protocol::Saml, "idp2", "").unwrap();
    assert_eq!(url, format!("{}/connections/saml/idp2?a=b", cloud.emulator.app_host()));
}

#[test]
fn a_provider_that_is_not_there_or_broken_is_an_error() {
    let cloud = Cloud::start();
    cloud.emulator.add_identity_provider("saml", "idp1", json!({"samlRequest": "javascript:x()"}));
    cloud.emulator.add_identity_provider("cas", "idp2", Value::Null);
    let error = |protocol, identifier| {
        cloud.app.enterprise_authorize_url(&protocol, identifier, "").unwrap_err()
    };
    assert_eq!(error(Protocol::Saml, "idp2").kind(), ErrorKind::Usage);
    assert_eq!(error(Protocol::Saml, "idp1").kind(), ErrorKind::Parse);
    assert_eq!(error(Protocol::Cas, "idp2").kind(), ErrorKind::Parse);
    let other = options(&cloud.emulator).app_id("other");
    let other = AuthenticationClient::new(other).unwrap();
    let error = other.enterprise_authorize_url(&Protocol::Saml, "idp1", "").unwrap_err();
    assert!(error.is_not_found(), "{error}");
}
