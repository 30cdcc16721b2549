//! Against a real OpenID provider that was not written here: see tests/peers/oidc-provider.
//!
//! The tests run when `tests/peers/oidc-provider/check` has started it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/peer_pages.rs"]
mod peer_pages;

use std::collections::BTreeMap;
use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use authing::http::{HttpOptions, Limits, Transport, TransportError};
use authing::oauth2::{
    self, Endpoint, ErrorAnswer, Grant, ServerMetadata, SigningKey, TokenTypeHint,
};
use authing::oidc::{
    AccessTokenProfile, Algorithm, Client, ClientAuth, ClientOptions, Expected, JwkSet, Login,
    Prompt, ResponseMode, ResponseType, TokenRules, TokenVerifier, Tokens, VerificationFailure,
};
use authing::{ErrorKind, Secret};
use browser::{Browser, Service};
use peer_pages::{absolute, confirm_device, form, sign_in, walk};
use serde_json::{Value, json};
use url::Url;

const REDIRECT_URI: &str = "http://127.0.0.1/callback";
const API: &str = "urn:peer:api";

/// The secret of every client that has no other one.
const SECRET: &str = "peer-client-secret-of-more-than-64-characters-so-that-hs512-may-use-it-too";

fn issuer() -> String {
    setting("ISSUER")
}

/// A file of the running server.
fn file(name: &str) -> PathBuf {
    PathBuf::from(setting("RUN")).join(name)
}

fn setting(name: &str) -> String {
    env::var(format!("PEER_OIDC_{name}")).expect("started by tests/peers/oidc-provider/check")
}

fn discover(client_id: &str, auth: ClientAuth) -> Client {
    Client::discover(&issuer(), client_id, auth, REDIRECT_URI).unwrap()
}

fn log_in(rp: &Client, scopes: &[&str]) -> Tokens {
    let login = rp.login().scopes(scopes.iter().copied()).start();
    finish(rp, login)
}

fn finish(rp: &Client, login: Login) -> Tokens {
    let callback = sign_in(&mut Browser::new(), &login.url);
    rp.finish(&callback, login.pending).unwrap()
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_login_with_pkce_gives_verified_claims_userinfo_and_a_logout_url() {
    let rp = discover("basic", ClientAuth::basic(SECRET));
    let login = rp
        .login()
        .scopes(["profile", "email", "address", "phone"])
        .login_hint("alice")
        .ui_locales(["en"])
        .max_age(Duration::from_secs(3600))
        .acr_values(["urn:peer:acr:password"])
        .start();
    // The pending login survives storage.
    let stored = serde_json::to_string(&login.pending).unwrap();
    let mut browser = Browser::new();
    let callback = sign_in(&mut browser, &login.url);
    let tokens = rp.finish(&callback, serde_json::from_str(&stored).unwrap()).unwrap();

    let claims = tokens.claims();
    assert_eq!((claims.sub.as_str(), claims.aud.as_slice()), ("alice", &["basic".to_owned()][..]));
    assert_eq!(claims.acr.as_deref(), Some("urn:peer:acr:password"));
    assert!(claims.auth_time.is_some() && claims.claim("auth_time").is_some());
    let info = rp.userinfo(&tokens).unwrap();
    assert_eq!(info.user.name.as_deref(), Some("Alice Example"));
    assert_eq!(
        (info.user.email_verified, info.user.phone_number_verified),
        (Some(true), Some(false))
    );
    assert_eq!(info.user.address.unwrap().locality.as_deref(), Some("Exampleham"));
    let error = rp.userinfo_of(tokens.access_token(), "bob").unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Subject { .. })));
    let error = rp.userinfo_of(&Secret::from("nonsense"), "alice").unwrap_err();
    assert!(error.is_unauthorized(), "{error}");

    // The session is there, so that a login without a question works; logging out ends it.
    let silent = rp.login().prompt([Prompt::None]).start();
    let callback = walk(&mut browser, &silent.url, &[]);
    let again = rp.finish(&callback, silent.pending).unwrap();
    assert_eq!(again.claims().sub, "alice");
    let url = rp.logout_url(&again, "http://127.0.0.1/logged-out").unwrap();
    let end = walk(&mut browser, &url, &["session/end/confirm"]);
    assert!(end.starts_with("http://127.0.0.1/logged-out"), "{end}");
    let silent = rp.login().prompt([Prompt::None]).start();
    let callback = walk(&mut browser, &silent.url, &[]);
    let error = rp.finish(&callback, silent.pending).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "login_required");
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_user_who_says_no_is_an_oauth_error_and_a_code_works_once() {
    let rp = discover("basic", ClientAuth::basic(SECRET));
    let login = rp.login().start();
    let callback = walk(&mut Browser::new(), &login.url, &["abort"]);
    let error = rp.finish(&callback, login.pending).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OAuth);
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "access_denied");

    let login = rp.login().start();
    let callback = sign_in(&mut Browser::new(), &login.url);
    rp.finish(&callback, login.pending.clone()).unwrap();
    let error = rp.finish(&callback, login.pending).unwrap_err();
    let answer = ErrorAnswer::of(&error).unwrap();
    assert_eq!((answer.error.as_str(), answer.status), ("invalid_grant", Some(400)));

    // Somebody else's callback.
    let (mine, other) = (rp.login().start(), rp.login().start());
    let callback = sign_in(&mut Browser::new(), &other.url);
    assert_eq!(rp.finish(&callback, mine.pending).unwrap_err().kind(), ErrorKind::Verification);
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn every_way_of_client_authentication_works() {
    let keys = std::fs::read_to_string(file("client-jwks.json")).unwrap();
    let keys: Value = serde_json::from_str(&keys).unwrap();
    let key = |kid: &str, algorithm| {
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
        ClientAuth::private_key_jwt(SigningKey::from_jwk(algorithm, &key.to_string()).unwrap())
    };
    for (client_id, auth) in [
        ("basic", ClientAuth::basic(SECRET)),
        ("odd:id %&+", ClientAuth::basic("odd:secret %&+/=?@~")),
        ("post", ClientAuth::post(SECRET)),
        ("public", ClientAuth::none()),
        ("secret-jwt", ClientAuth::client_secret_jwt(SECRET, Algorithm::HS256)),
        ("secret-jwt", ClientAuth::client_secret_jwt(SECRET, Algorithm::HS512)),
        ("private-key-jwt", key("client-rsa", Algorithm::RS256)),
        ("private-key-jwt", key("client-rsa", Algorithm::RS384)),
        ("private-key-jwt", key("client-rsa", Algorithm::RS512)),
        ("private-key-jwt", key("client-rsa", Algorithm::PS256)),
        ("private-key-jwt", key("client-rsa", Algorithm::PS512)),
        ("private-key-jwt", key("client-ec", Algorithm::ES256)),
        ("private-key-jwt", key("client-ed", Algorithm::EdDSA)),
    ] {
        let name = format!("{client_id} {auth:?}");
        let tokens = log_in(&discover(client_id, auth), &[]);
        assert_eq!(tokens.claims().sub, "alice", "{name}");
    }
    let wrong = discover("basic", ClientAuth::basic("wrong"));
    let login = wrong.login().start();
    let callback = sign_in(&mut Browser::new(), &login.url);
    let error = wrong.finish(&callback, login.pending).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_client");
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn every_signature_algorithm_is_verified_and_another_implementation_agrees() {
    let keys: Value =
        serde_json::from_str(&Browser::new().get(&format!("{}/jwks", issuer())).body).unwrap();
    let set = JwkSet::parse(keys.to_string().as_bytes()).unwrap();
    let mut tokens_file = std::fs::File::create(file("tokens.jsonl")).unwrap();
    for algorithm in Algorithm::ASYMMETRIC.into_iter().chain(Algorithm::SYMMETRIC) {
        let client_id = format!("idtoken-{}", algorithm.name().to_lowercase());
        let options = ClientOptions::new(&client_id, ClientAuth::basic(SECRET), REDIRECT_URI)
            .algorithms([algorithm]);
        let rp = Client::discover_with(&issuer(), options).unwrap();
        let tokens = log_in(&rp, &["profile"]);
        let token = tokens.id_token().expose();
        let rules =
            TokenRules::new(issuer(), &client_id).algorithms([algorithm]).client_secret(SECRET);
        let (expected, now) = (Expected::new(), SystemTime::now());
        let verify = |token: &str| rules.verify_id_token(token, &set, &expected, now);
        assert_eq!(&verify(token).unwrap(), tokens.claims(), "{algorithm}");

        let claims = claims(token);
        let row = |token: &str, good: bool| {
            let secret = algorithm.is_symmetric().then_some(SECRET);
            json!({ "token": token, "keys": keys, "secret": secret, "alg": algorithm.name(),
                    "good": good, "claims": claims })
        };
        writeln!(tokens_file, "{}", row(token, true)).unwrap();
        for bad in damaged(token) {
            let outcome = verify(&bad);
            writeln!(tokens_file, "{}", row(&bad, outcome.is_ok())).unwrap();
            assert!(outcome.is_err(), "{algorithm}: {bad}");
        }
        // Whoever allows another algorithm alone does not take it.
        let other = if algorithm == Algorithm::RS256 { Algorithm::ES256 } else { Algorithm::RS256 };
        let rules = rules.clone().algorithms([other]);
        let error = rules.verify_id_token(token, &set, &expected, now).unwrap_err();
        assert!(matches!(
            VerificationFailure::of(&error),
            Some(VerificationFailure::Algorithm { .. })
        ));
    }
}

/// The token with one character of each part changed, and without its signature.
fn damaged(token: &str) -> Vec<String> {
    let parts: Vec<_> = token.split('.').collect();
    let change = |text: &str| {
        let at = text.len() / 2;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    };
    vec![
        format!("{}.{}.{}", parts[0], change(parts[1]), parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], change(parts[2])),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len())),
    ]
}

fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn hybrid_flows_and_form_posts_are_verified() {
    let rp = discover("hybrid", ClientAuth::basic(SECRET));
    for response_type in
        [ResponseType::CodeIdToken, ResponseType::CodeToken, ResponseType::CodeIdTokenToken]
    {
        for mode in [ResponseMode::Fragment, ResponseMode::FormPost] {
            let login = rp.login().response_type(response_type).response_mode(mode).start();
            let callback =
                walk(&mut Browser::new(), &login.url, &["login", "confirm", "/callback"]);
            let tokens = rp.finish(&callback, login.pending.clone()).unwrap();
            assert_eq!(tokens.claims().sub, "alice");

            // The code of another login does not fit the hash.
            if response_type != ResponseType::CodeToken && mode == ResponseMode::FormPost {
                let code = callback.split('&').find(|part| part.starts_with("code=")).unwrap();
                let other = callback.replace(code, "code=another");
                let error = rp.finish(&other, login.pending).unwrap_err();
                let failure = VerificationFailure::of(&error);
                assert!(matches!(failure, Some(VerificationFailure::CodeHash { .. })), "{error}");
            }
        }
    }
    let rp = discover("basic", ClientAuth::basic(SECRET));
    let login = rp.login().response_mode(ResponseMode::FormPost).start();
    let form = walk(&mut Browser::new(), &login.url, &["login", "confirm", "/callback"]);
    assert!(form.contains("code="), "{form}");
    assert_eq!(rp.finish(&form, login.pending).unwrap().claims().sub, "alice");
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn refresh_rotates_and_an_old_refresh_token_is_refused() {
    let rp = discover("basic", ClientAuth::basic(SECRET));
    let login = rp.login().scopes(["offline_access"]).prompt([Prompt::Consent]).start();
    let first = finish(&rp, login);
    let second = rp.refresh(&first).unwrap();
    assert_ne!(first.refresh_token(), second.refresh_token());
    assert_ne!(first.access_token(), second.access_token());
    assert_eq!(second.claims().sub, "alice");
    let third = rp.refresh(&second).unwrap();
    let error = rp.refresh(&first).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_grant");
    // This provider then revokes what came of it.
    assert!(rp.refresh(&third).is_err());
    let without = log_in(&rp, &[]);
    assert_eq!(rp.refresh(&without).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn tokens_are_introspected_and_revoked() {
    let options = ClientOptions::new("basic", ClientAuth::basic(SECRET), REDIRECT_URI)
        .auth_at(Endpoint::Revocation, ClientAuth::basic(SECRET));
    let rp = Client::discover_with(&issuer(), options).unwrap();
    let tokens = log_in(&rp, &["email"]);
    let introspection =
        rp.oauth().introspect(tokens.access_token(), Some(TokenTypeHint::AccessToken)).unwrap();
    assert!(introspection.active);
    assert_eq!(introspection.sub.as_deref(), Some("alice"));
    assert!(introspection.scopes.contains(&"email".to_owned()));
    rp.oauth().revoke(tokens.access_token(), None).unwrap();
    assert!(!rp.oauth().introspect(tokens.access_token(), None).unwrap().active);
    rp.oauth().revoke("unknown", Some(TokenTypeHint::RefreshToken)).unwrap();
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_machine_gets_an_access_token_that_an_api_verifies() {
    let options = oauth2::ClientOptions::new("machine", ClientAuth::basic(SECRET));
    let machine = oauth2::Client::discover_with(&issuer(), options).unwrap();
    let plain = machine.client_credentials(["api:read"]).unwrap();
    assert!(plain.expires_at.is_some() && plain.refresh_token.is_none());

    let grant = Grant::client_credentials().scopes(["api:read"]).resource(API);
    let token = machine.tokens(&grant).unwrap().access_token;
    let verifier = TokenVerifier::discover(&issuer(), API).unwrap();
    let claims = verifier.verify(token.expose()).unwrap();
    assert_eq!(claims.client_id.as_deref(), Some("machine"));
    claims.require_scope("api:read").unwrap();
    let error = claims.require_scope("api:write").unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Scope { .. })));
    verifier.clone().profile(AccessTokenProfile::Plain).verify(token.expose()).unwrap();

    let other = TokenVerifier::discover(&issuer(), "urn:other").unwrap();
    let error = other.verify(token.expose()).unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Audience { .. })));
    let rp = discover("basic", ClientAuth::basic(SECRET));
    let id_token = log_in(&rp, &[]).id_token().clone();
    let error = rp.token_verifier("basic").verify(id_token.expose()).unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Type { .. })));
    let error = rp.verify_id_token(token.expose(), &Expected::new()).unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Type { .. })));

    let error = machine.tokens(&Grant::client_credentials().resource("urn:other")).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_target");
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_device_waits_for_its_user() {
    let options = oauth2::ClientOptions::new("device", ClientAuth::none());
    let client = oauth2::Client::discover_with(&issuer(), options).unwrap();
    let mut device = client.device_login(["openid"]).unwrap();
    assert!(client.poll_device(&mut device).unwrap().is_none());
    let url = device.verification_uri_complete.clone().unwrap();
    let mut browser = Browser::new();
    confirm_device(&mut browser, &url);
    let tokens = client.poll_device(&mut device).unwrap().expect("the user confirmed");
    assert!(tokens.id_token.is_some());

    let mut refused = client.device_login(["openid"]).unwrap();
    let page = browser.get(refused.verification_uri_complete.as_deref().unwrap());
    let (action, mut fields) = form(&page, &["/device"]).unwrap();
    let page = browser.post(&absolute(&action), &fields);
    (_, fields) = form(&page, &["/device"]).unwrap();
    fields.push(("abort".to_owned(), "yes".to_owned()));
    browser.post(&absolute(&action), &fields);
    let error = client.poll_device(&mut refused).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "access_denied");
    let mut cancelled = client.device_login(["openid"]).unwrap();
    assert!(client.wait_for_device(&mut cancelled, || false).unwrap().is_none());
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_login_is_pushed_in_advance() {
    let rp = discover("par", ClientAuth::basic(SECRET));
    let login = rp.login().scopes(["email"]).push().unwrap();
    assert!(login.url.contains("request_uri=") && !login.url.contains("nonce"), "{}", login.url);
    assert_eq!(finish(&rp, login).claims().sub, "alice");
    let refused = rp.login().parameter("response_mode", "nonsense").push().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::OAuth);
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn signed_userinfo_is_verified() {
    let rp = discover("userinfo-signed", ClientAuth::basic(SECRET));
    let info = rp.userinfo(&log_in(&rp, &["profile"])).unwrap();
    assert_eq!((info.sub.as_str(), info.user.given_name.as_deref()), ("alice", Some("Alice")));
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_back_channel_logout_is_verified_and_not_taken_twice() {
    let service = Service::start();
    let options = json!({
        "client_name": "back-channel", "redirect_uris": [REDIRECT_URI], "application_type": "native",
        "post_logout_redirect_uris": ["http://127.0.0.1/logged-out"],
        "backchannel_logout_uri": format!("{}/logout", service.url),
        "backchannel_logout_session_required": true,
    });
    let registered = register(&options);
    let text = |name: &str| registered[name].as_str().unwrap().to_owned();
    let rp = discover(&text("client_id"), ClientAuth::basic(text("client_secret")));
    let mut browser = Browser::new();
    let login = rp.login().start();
    let callback = sign_in(&mut browser, &login.url);
    let tokens = rp.finish(&callback, login.pending).unwrap();
    let sid = tokens.claims().sid.clone().expect("a session id");
    let url = rp.logout_url(&tokens, "http://127.0.0.1/logged-out").unwrap();
    walk(&mut browser, &url, &["session/end/confirm"]);

    let posted = service.next("POST").body;
    let token = url::form_urlencoded::parse(posted.as_bytes())
        .find_map(|(name, value)| (name == "logout_token").then(|| value.into_owned()))
        .unwrap();
    let logout = rp.back_channel_logout(&token).unwrap();
    assert_eq!((logout.sid, logout.sub.as_deref()), (Some(sid), Some("alice")));
    let error = rp.back_channel_logout(&token).unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::Replayed { .. })));
    // An ID token is no logout token, and the other way round.
    let error = rp.back_channel_logout(tokens.id_token().expose()).unwrap_err();
    assert!(matches!(VerificationFailure::of(&error), Some(VerificationFailure::LogoutEvent)));
    assert!(rp.verify_id_token(&token, &Expected::new()).is_err());
}

fn register(client: &Value) -> Value {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent
        .post(format!("{}/reg", issuer()))
        .header("authorization", format!("Bearer {}", "peer-initial-access-token"))
        .header("content-type", "application/json")
        .send(client.to_string())
        .unwrap();
    let body = answer.body_mut().read_to_string().unwrap();
    assert_eq!(answer.status(), 201, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn keys_that_the_provider_rotates_are_found_and_looked_for_once_a_minute() {
    let clock = Arc::new(AtomicU64::new(0));
    let transport = Arc::new(Counting::default());
    let ahead = clock.clone();
    let options = ClientOptions::new("basic", ClientAuth::basic(SECRET), REDIRECT_URI)
        .clock(move || SystemTime::now() + Duration::from_secs(ahead.load(Ordering::SeqCst)))
        .leeway(Duration::from_secs(600))
        .http(HttpOptions::new().transport(transport.clone()));
    let rp = Client::discover_with(&issuer(), options).unwrap();
    let fetches = || transport.count("/jwks");
    log_in(&rp, &[]);
    log_in(&rp, &[]);
    assert_eq!(fetches(), 1);

    rotate("");
    // The set was fetched a moment ago: the new key is not looked for yet.
    let login = rp.login().start();
    let callback = sign_in(&mut Browser::new(), &login.url);
    let error = rp.finish(&callback, login.pending).unwrap_err();
    assert!(matches!(
        VerificationFailure::of(&error),
        Some(VerificationFailure::UnknownKey { .. })
    ));
    assert_eq!(fetches(), 1);

    clock.store(61, Ordering::SeqCst);
    log_in(&rp, &[]);
    assert_eq!(fetches(), 2);
    rotate("?forget=1");
    clock.store(150, Ordering::SeqCst);
    log_in(&rp, &[]);
    assert_eq!(fetches(), 3);
}

fn rotate(query: &str) {
    let page = Browser::new().post(&format!("{}/__peer/rotate-keys{query}", issuer()), &[]);
    assert_eq!(page.status, 200, "{}", page.body);
}

/// Sends requests and counts them by path.
#[derive(Debug, Default)]
struct Counting(Mutex<BTreeMap<String, usize>>);

impl Counting {
    fn count(&self, path: &str) -> usize {
        self.0.lock().unwrap().get(path).copied().unwrap_or(0)
    }
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
        _: &Limits,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        *self.0.lock().unwrap().entry(request.uri().path().to_owned()).or_default() += 1;
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let (parts, mut body) = agent.run(request).unwrap().into_parts();
        Ok(http::Response::from_parts(parts, body.read_to_vec().unwrap()))
    }
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_program_on_the_command_line_logs_its_user_in() {
    let rp = discover("public", ClientAuth::none());
    let tokens = rp
        .cli_login()
        .scopes(["profile"])
        .timeout(Duration::from_secs(60))
        .run(|url| {
            let url = url.to_owned();
            std::thread::spawn(move || {
                let mut browser = Browser::new();
                let callback = sign_in(&mut browser, &url);
                let port = Url::parse(&callback).unwrap().port().unwrap();
                // What else looks at the port is not heard.
                let stray = browser.get(&format!("http://127.0.0.1:{port}/favicon.ico"));
                assert_eq!(stray.status, 404);
                let stray =
                    browser.get(&format!("http://127.0.0.1:{port}/callback?code=x&state=y"));
                assert_eq!(stray.status, 404);
                let page = browser.get(&callback);
                assert!(page.status == 200 && page.body.contains("return to the terminal"));
            });
        })
        .unwrap();
    assert_eq!(tokens.claims().sub, "alice");
}

#[test]
#[ignore = "needs tests/peers/oidc-provider"]
fn a_discovery_document_of_another_issuer_is_refused() {
    for other in [format!("{}/", issuer()), issuer().replace("127.0.0.1", "localhost")] {
        let error =
            Client::discover(&other, "basic", ClientAuth::none(), REDIRECT_URI).unwrap_err();
        assert!(error.to_string().contains("but the server says that it is"), "{error}");
    }
    let document = Browser::new().get(&format!("{}/.well-known/openid-configuration", issuer()));
    let metadata = ServerMetadata::parse(document.body.as_bytes()).unwrap();
    assert_eq!(metadata.issuer, issuer());
    assert!(metadata.member("scopes_supported").is_some());
}
