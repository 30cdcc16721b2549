//! OpenID Connect and OAuth 2.0 at an Authing app: the emulator.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

#[path = "support/browser.rs"]
mod browser;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use authing::oauth2::{self, CodeChallengeMethod, ErrorAnswer, TokenTypeHint};
use authing::oidc::{Client, ClientAuth, Prompt, Tokens, VerificationFailure};
use authing::{AuthenticationClient, ErrorKind, Options};
use authing_emulator::Emulator;
use browser::Browser;
use url::Url;

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

struct Cloud {
    emulator: Emulator,
    app: AuthenticationClient,
}

impl Cloud {
    fn start() -> Self {
        let emulator = Emulator::start().unwrap();
        let options = Options::new()
            .app(emulator.app_id(), emulator.app_host())
            .app_secret(emulator.app_secret())
            .public_key_pem(emulator.public_key())
            .redirect_uri(REDIRECT_URI);
        let app = AuthenticationClient::new(options).unwrap();
        app.register_by_username("ann", "passw0rd!").unwrap();
        Self { emulator, app }
    }

    fn user_id(&self) -> String {
        self.emulator.users()[0].id.clone()
    }
}

/// Signs in and allows what is asked for, as far as pages ask; returns where that leads.
fn sign_in(browser: &mut Browser, url: &str) -> String {
    let mut at = Url::parse(url).unwrap();
    let mut page = browser.get(url);
    for _ in 0..10 {
        if let Some(location) = &page.location {
            at = at.join(location).unwrap();
            if at.as_str().starts_with(REDIRECT_URI) {
                return at.into();
            }
            page = browser.get(at.as_str());
        } else if page.body.contains("id=\"password\"") {
            let fields = [("username", "ann"), ("password", "passw0rd!")];
            let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
            page = browser.post(at.as_str(), &fields);
        } else {
            let fields = page.hidden_fields().into_iter().filter(|(_, value)| value == "allow");
            page = browser.post(at.as_str(), &fields.collect::<Vec<_>>());
        }
    }
    panic!("stuck at {at}: {} {}", page.status, page.body)
}

fn log_in(rp: &Client, scopes: &[&str]) -> Tokens {
    let login = match scopes {
        [] => rp.login().start(),
        scopes => rp.login().scopes(scopes.iter().copied()).start(),
    };
    let callback = sign_in(&mut Browser::new(), &login.url);
    rp.finish(&callback, login.pending).unwrap()
}

#[test]
fn a_user_logs_in_with_either_signature_and_his_claims_are_told() {
    let cloud = Cloud::start();
    let rp = cloud.app.oidc().unwrap();
    for rsa in [false, true] {
        if rsa {
            cloud.emulator.sign_with_rsa();
        }
        let tokens = log_in(&rp, &[]);
        assert_eq!(tokens.claims().sub, cloud.user_id());
        assert_eq!(tokens.claims().user.preferred_username.as_deref(), Some("ann"));
        let info = rp.userinfo(&tokens).unwrap();
        assert_eq!(info.user, tokens.claims().user);
        let info = cloud.app.user_info_by_access_token(tokens.access_token()).unwrap();
        assert_eq!(info.sub, cloud.user_id());

        let claims = cloud.app.validate_id_token(tokens.id_token()).unwrap();
        assert_eq!(claims["sub"], cloud.user_id());
        let claims = cloud.app.validate_access_token(tokens.access_token()).unwrap();
        assert_eq!(claims["scope"], "openid profile email phone address");
        let error = cloud.app.validate_id_token("nonsense&x=y").unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(400)));
    }
}

#[test]
fn the_discovery_document_leads_to_the_same_app() {
    let cloud = Cloud::start();
    cloud.emulator.sign_with_rsa();
    let issuer = format!("{}/oidc", cloud.emulator.app_host());
    let auth = ClientAuth::basic(cloud.emulator.app_secret());
    let rp = Client::discover(&issuer, cloud.emulator.app_id(), auth, REDIRECT_URI).unwrap();
    assert_eq!(log_in(&rp, &["profile"]).claims().iss, issuer);
    cloud.emulator.rotate_keys(false).unwrap();
    let login = rp.login().start();
    let callback = sign_in(&mut Browser::new(), &login.url);
    let error = rp.finish(&callback, login.pending).unwrap_err();
    // The keys were fetched a moment ago; the unknown one does not lead to a flood.
    assert!(matches!(
        VerificationFailure::of(&error),
        Some(VerificationFailure::UnknownKey { .. })
    ));
}

#[test]
fn a_refresh_keeps_the_refresh_token_that_the_app_does_not_rotate() {
    let cloud = Cloud::start();
    let rp = cloud.app.oidc().unwrap();
    let tokens = log_in(&rp, &["profile", "offline_access"]);
    let next = rp.refresh(&tokens).unwrap();
    assert_eq!(next.refresh_token(), tokens.refresh_token());
    assert_ne!(next.access_token(), tokens.access_token());
    rp.oauth().revoke(tokens.refresh_token().unwrap(), Some(TokenTypeHint::RefreshToken)).unwrap();
    let error = rp.refresh(&next).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_grant");
    assert!(log_in(&rp, &["profile"]).refresh_token().is_none());
}

#[test]
fn tokens_are_introspected_and_revoked_at_both_protocols() {
    let cloud = Cloud::start();
    let rp = cloud.app.oidc().unwrap();
    let oauth = cloud.app.oauth2().unwrap();
    let login = oauth.login().unwrap().start();
    let callback = sign_in(&mut Browser::new(), &login.url);
    let plain = oauth.finish(&callback, login.pending).unwrap();
    let signed = log_in(&rp, &[]);
    for (client, token) in [(&oauth, &plain.access_token), (rp.oauth(), signed.access_token())] {
        let hint = Some(TokenTypeHint::AccessToken);
        let introspection = client.introspect(token, hint).unwrap();
        assert!(introspection.active);
        assert_eq!(introspection.sub, Some(cloud.user_id()));
        client.revoke(token, hint).unwrap();
        assert!(!client.introspect(token, hint).unwrap().active);
    }
    let error = cloud.app.user_info_by_oauth2_token(&plain.access_token).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(plain.scopes, Some(vec!["user".to_owned()]));
    let next = oauth.refresh(plain.refresh_token.unwrap()).unwrap();
    assert!(next.id_token.is_none());
    let user = cloud.app.user_info_by_oauth2_token(next.access_token).unwrap();
    assert_eq!(user["preferred_username"], "ann");
}

#[test]
fn every_client_authentication_that_the_app_knows_works_for_oauth_too() {
    let cloud = Cloud::start();
    let secret = cloud.emulator.app_secret();
    for auth in [ClientAuth::basic(secret), ClientAuth::post(secret), ClientAuth::none()] {
        let method = CodeChallengeMethod::Plain;
        let client = cloud
            .app
            .oauth2_with(|options| options.auth(auth).code_challenge_method(method))
            .unwrap();
        let login = client.login().unwrap().start();
        let callback = sign_in(&mut Browser::new(), &login.url);
        let tokens = client.finish(&callback, login.pending).unwrap();
        // The endpoint of OAuth 2.0 does not take the header; nobody has to know.
        client.revoke(tokens.access_token, None).unwrap();
    }
    let client = cloud.app.oauth2_with(|options| options.auth(ClientAuth::basic("wrong"))).unwrap();
    let error = client.password("ann", "passw0rd!", ["user"]).unwrap_err();
    let answer = ErrorAnswer::of(&error).unwrap();
    assert_eq!((answer.error.as_str(), answer.status), ("invalid_client", Some(401)));
}

#[test]
fn programs_and_passwords_get_tokens() {
    let cloud = Cloud::start();
    cloud.emulator.add_access_key("key", "key-secret", &["order:read"]);
    let tokens = cloud
        .app
        .access_token_by_client_credentials("key", "key-secret", ["order:read", "order:write"])
        .unwrap();
    assert_eq!(tokens.scopes, Some(vec!["order:read".to_owned()]));
    assert_eq!(tokens.member("rejected_scope").unwrap(), "order:write");
    let error =
        cloud.app.access_token_by_client_credentials("key", "wrong", ["order:read"]).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_client");

    let rp = cloud.app.oidc().unwrap();
    let tokens = rp.oauth().password("ann", "passw0rd!", ["openid", "email"]).unwrap();
    let expected = authing::oidc::Expected::new().access_token(&tokens.access_token);
    let claims = rp.verify_id_token(tokens.id_token.unwrap().expose(), &expected).unwrap();
    assert_eq!(claims.sub, cloud.user_id());
    let error = rp.oauth().password("ann", "wrong", ["openid"]).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_grant");
}

#[test]
fn a_device_is_connected_refused_or_given_up() {
    let cloud = Cloud::start();
    let issuer = format!("{}/oidc", cloud.emulator.app_host());
    let options = oauth2::ClientOptions::new(cloud.emulator.app_id(), ClientAuth::none());
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = ahead.clone();
    let options = options
        .clock(move || SystemTime::now() + Duration::from_secs(clock.load(Ordering::SeqCst)));
    let metadata_of = |rp: Client| rp.metadata().clone();
    let rp = Client::discover(&issuer, "x", ClientAuth::none(), REDIRECT_URI).unwrap();
    let client = oauth2::Client::new(metadata_of(rp), options).unwrap();
    let decide = |device: &oauth2::DeviceLogin, decision: &str| {
        let fields = [
            ("user_code", device.user_code.as_str()),
            ("username", "ann"),
            ("password", "passw0rd!"),
            ("decision", decision),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Browser::new().post(&device.verification_uri, &fields).status, 200);
    };
    let mut device = client.device_login(["openid"]).unwrap();
    assert!(client.poll_device(&mut device).unwrap().is_none());
    decide(&device, "allow");
    let tokens = client.wait_for_device(&mut device, || true).unwrap().unwrap();
    assert!(tokens.id_token.is_some());

    let mut device = client.device_login(["openid"]).unwrap();
    decide(&device, "deny");
    let error = client.poll_device(&mut device).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "access_denied");

    let mut device = client.device_login(["openid"]).unwrap();
    ahead.store(601, Ordering::SeqCst);
    let error = client.poll_device(&mut device).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "expired_token");
}

#[test]
fn a_login_on_another_device_is_verified_too() {
    let cloud = Cloud::start();
    let issuer = format!("{}/oidc", cloud.emulator.app_host());
    cloud.emulator.sign_with_rsa();
    let id = cloud.emulator.app_id();
    let rp = Client::discover(&issuer, id, ClientAuth::none(), REDIRECT_URI).unwrap();
    let confirm = |device: &oauth2::DeviceLogin| {
        let fields = [
            ("user_code", device.user_code.as_str()),
            ("username", "ann"),
            ("password", "passw0rd!"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Browser::new().post(&device.verification_uri, &fields).status, 200);
    };
    let tokens = rp.login_from_device(["profile"], confirm, || true).unwrap().unwrap();
    assert_eq!(tokens.claims().sub, cloud.user_id());
    assert_eq!(tokens.scopes().unwrap(), ["openid", "profile"]);
    assert!(rp.login_from_device(["profile"], |_| {}, || false).unwrap().is_none());
}

#[test]
fn the_session_at_the_app_ends_by_either_logout_url() {
    let cloud = Cloud::start();
    let rp = cloud.app.oidc().unwrap();
    for plain in [true, false] {
        let mut browser = Browser::new();
        let login = rp.login().start();
        let callback = sign_in(&mut browser, &login.url);
        let tokens = rp.finish(&callback, login.pending).unwrap();
        let silent = rp.login().prompt([Prompt::None]).start();
        let callback = sign_in(&mut browser, &silent.url);
        rp.finish(&callback, silent.pending).unwrap();

        let home = "http://127.0.0.1/?a=b&c=d";
        let url = match plain {
            true => cloud.app.logout_url(Some(home)),
            false => rp.logout_url(&tokens, home).unwrap(),
        };
        assert_eq!(browser.get(&url).target(), home);
        let silent = rp.login().prompt([Prompt::None]).start();
        let callback = sign_in(&mut browser, &silent.url);
        let error = rp.finish(&callback, silent.pending).unwrap_err();
        assert_eq!(ErrorAnswer::of(&error).unwrap().error, "login_required");
    }
}

#[test]
fn a_code_is_worth_nothing_without_the_verifier_of_its_login() {
    let cloud = Cloud::start();
    let rp = cloud.app.oidc().unwrap();
    let (mine, stolen) = (rp.login().start(), rp.login().start());
    let callback = sign_in(&mut Browser::new(), &stolen.url);
    let injected = callback.replace(stolen.pending.state(), mine.pending.state());
    let error = rp.finish(&injected, mine.pending).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "invalid_grant");
}
