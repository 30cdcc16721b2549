//! Providers that are down, slow, hostile, or simply another server.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use authing::ErrorKind;
use authing::http::{HttpOptions, Limits, Transport, TransportError, TransportFailure};
use authing::oidc::{Client, ClientAuth, ClientOptions, Expected, VerificationFailure as Failure};
use authing_emulator::{Emulator, Fault};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

const ISSUER: &str = "https://op.example.com";
const REDIRECT_URI: &str = "https://me.example/cb";

/// A provider inside the process: answers by path, counts requests, may be down.
#[derive(Debug, Default)]
struct Provider {
    answers: Mutex<HashMap<String, Response<Vec<u8>>>>,
    requests: Mutex<Vec<String>>,
    timeouts: Mutex<Vec<Duration>>,
    time: AtomicU64,
}

impl Provider {
    fn start() -> Arc<Self> {
        let provider = Arc::new(Self::default());
        provider.answer(
            "/.well-known/openid-configuration",
            &json!({
                "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/auth"),
                "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
                "userinfo_endpoint": format!("{ISSUER}/me"),
            }),
        );
        provider.publish(&[1]);
        provider.time.store(1_700_000_000, Ordering::SeqCst);
        provider
    }

    fn answer(&self, path: &str, json: &Value) {
        self.answer_with(path, Response::new(json.to_string().into_bytes()));
    }

    fn answer_with(&self, path: &str, answer: Response<Vec<u8>>) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    fn publish(&self, seeds: &[u8]) {
        let keys: Vec<_> = seeds
            .iter()
            .map(|seed| {
                let x = URL_SAFE_NO_PAD.encode(key(*seed).public_key());
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": format!("k{seed}") })
            })
            .collect();
        self.answer("/jwks", &json!({ "keys": keys }));
    }

    fn take_down(&self, path: &str) {
        self.answers.lock().unwrap().remove(path);
    }

    fn count(&self, path: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|known| *known == path).count()
    }

    fn advance(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    fn options(self: &Arc<Self>) -> ClientOptions {
        let clock = self.clone();
        ClientOptions::new("me", ClientAuth::none(), REDIRECT_URI)
            .http(HttpOptions::new().transport(self.clone()))
            .clock(move || UNIX_EPOCH + Duration::from_secs(clock.time.load(Ordering::SeqCst)))
    }

    fn client(self: &Arc<Self>) -> Client {
        Client::discover_with(ISSUER, self.options()).unwrap()
    }

    fn token(&self, seed: u8) -> String {
        let now = self.time.load(Ordering::SeqCst);
        let claims =
            json!({ "iss": ISSUER, "sub": "ann", "aud": "me", "iat": now, "exp": now + 60 });
        let header = json!({ "alg": "EdDSA", "kid": format!("k{seed}") });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(key(seed).sign(message.as_bytes())))
    }

    fn verify(&self, rp: &Client, seed: u8) -> authing::Result<()> {
        rp.verify_id_token(&self.token(seed), &Expected::new()).map(drop)
    }
}

impl Transport for Provider {
    fn send(
        &self,
        request: Request<Vec<u8>>,
        limits: &Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let path = request.uri().path().to_owned();
        self.requests.lock().unwrap().push(path.clone());
        self.timeouts.lock().unwrap().push(limits.timeout);
        let answer = self.answers.lock().unwrap().get(&path).cloned();
        answer.ok_or_else(|| TransportError::new(TransportFailure::Broken))
    }
}

fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn is_unknown_key(error: &authing::Error) -> bool {
    matches!(Failure::of(error), Some(Failure::UnknownKey { .. }))
}

#[test]
fn a_flood_of_unknown_keys_does_not_become_a_flood_of_fetches() {
    let provider = Provider::start();
    let rp = provider.client();
    provider.verify(&rp, 1).unwrap();
    for _ in 0..1000 {
        assert!(is_unknown_key(&provider.verify(&rp, 9).unwrap_err()));
    }
    assert_eq!(provider.count("/jwks"), 1);
    provider.advance(61);
    for _ in 0..1000 {
        assert!(is_unknown_key(&provider.verify(&rp, 9).unwrap_err()));
    }
    assert_eq!(provider.count("/jwks"), 2);
    // Nor does one of garbage, which needs no keys at all.
    provider.advance(61);
    for _ in 0..1000 {
        assert!(rp.verify_id_token("a.b.c", &Expected::new()).is_err());
    }
    assert_eq!(provider.count("/jwks"), 2);
}

#[test]
fn many_threads_fetch_the_keys_once() {
    let provider = Provider::start();
    let rp = provider.client();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| provider.verify(&rp.clone(), 1).unwrap());
        }
    });
    assert_eq!(provider.count("/jwks"), 1);
}

#[test]
fn keys_are_fetched_again_when_their_time_is_over_and_a_new_one_is_found_at_once() {
    let provider = Provider::start();
    let rp = provider.client();
    provider.verify(&rp, 1).unwrap();
    provider.advance(299);
    provider.verify(&rp, 1).unwrap();
    assert_eq!(provider.count("/jwks"), 1);
    provider.advance(1);
    provider.verify(&rp, 1).unwrap();
    assert_eq!(provider.count("/jwks"), 2);
    provider.publish(&[1, 2]);
    provider.advance(60);
    provider.verify(&rp, 2).unwrap();
    assert_eq!(provider.count("/jwks"), 3);
    // A key that is withdrawn stops working when the set is fetched next.
    provider.publish(&[2]);
    provider.advance(300);
    assert!(is_unknown_key(&provider.verify(&rp, 1).unwrap_err()));
}

#[test]
fn keys_that_cannot_be_fetched_serve_on_for_a_day_and_no_longer() {
    let provider = Provider::start();
    let rp = provider.client();
    provider.verify(&rp, 1).unwrap();
    for broken in [None, Some("<html>"), Some("{}"), Some("{\"keys\":1}")] {
        match broken {
            None => provider.take_down("/jwks"),
            Some(body) => provider.answer_with("/jwks", Response::new(body.as_bytes().to_vec())),
        }
        provider.advance(3600);
        let before = provider.count("/jwks");
        for _ in 0..100 {
            provider.verify(&rp, 1).unwrap();
            assert!(is_unknown_key(&provider.verify(&rp, 2).unwrap_err()));
        }
        assert_eq!(provider.count("/jwks") - before, 1, "{broken:?}");
    }
    provider.take_down("/jwks");
    provider.advance(24 * 3600);
    let error = provider.verify(&rp, 1).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Transport, "key set"));
    provider.publish(&[1]);
    provider.verify(&rp, 1).unwrap();
}

#[test]
fn who_has_keys_does_not_wait_long_for_newer_ones() {
    let provider = Provider::start();
    let rp = provider.client();
    provider.verify(&rp, 1).unwrap();
    provider.take_down("/jwks");
    provider.advance(301);
    provider.verify(&rp, 1).unwrap();
    let timeouts = provider.timeouts.lock().unwrap();
    let (first, last) = (timeouts[1], timeouts[2]);
    assert!(first > Duration::from_secs(5) && last <= Duration::from_secs(5), "{timeouts:?}");
}

#[test]
fn a_provider_without_keys_says_that_the_key_is_unknown() {
    let provider = Provider::start();
    provider.answer("/jwks", &json!({ "keys": [{ "kty": "oct", "k": "AAAA", "kid": "k1" }] }));
    assert!(is_unknown_key(&provider.verify(&provider.client(), 1).unwrap_err()));
}

#[test]
fn a_discovery_document_is_that_of_the_issuer_and_safe_or_there_is_no_client() {
    let provider = Provider::start();
    let discover = |issuer: &str| Client::discover_with(issuer, provider.options());
    let path = "/.well-known/openid-configuration";
    let document = |changes: Value| {
        let mut document = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/auth"),
            "token_endpoint": format!("{ISSUER}/token"),
        });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    };
    for (changes, reason) in [
        (json!({ "issuer": "https://evil.example" }), "but the server says that it is"),
        (json!({ "issuer": format!("{ISSUER}/") }), "but the server says that it is"),
        (json!({ "issuer": null }), "`issuer` is missing"),
        (json!({ "issuer": 5 }), "`issuer` is missing or not text"),
        (json!({ "token_endpoint": null }), "option `token_endpoint`"),
        (json!({ "authorization_endpoint": null }), "option `authorization_endpoint`"),
        (json!({ "token_endpoint": "http://op.example.com/token" }), "is not https"),
        (json!({ "jwks_uri": "file:///etc/passwd" }), "has no host"),
        (json!({ "jwks_uri": "nonsense" }), "is no URL"),
        (
            json!({ "authorization_endpoint": "javascript:alert(1)" }),
            "option `authorization_endpoint`",
        ),
    ] {
        provider.answer(path, &document(changes.clone()));
        let error = discover(ISSUER).unwrap_err().to_string();
        assert!(error.contains(reason), "{changes}: {error}");
    }
    for (answer, kind) in [
        (Response::new(b"<html>".to_vec()), ErrorKind::Http),
        (Response::new(b"{\"issuer\":".to_vec()), ErrorKind::Parse),
        (Response::new(Vec::new()), ErrorKind::Http),
        (Response::builder().status(404).body(b"{}".to_vec()).unwrap(), ErrorKind::Http),
        (
            Response::builder()
                .status(302)
                .header("location", "https://evil")
                .body(Vec::new())
                .unwrap(),
            ErrorKind::Http,
        ),
        (Response::new(vec![b' '; 2 << 20]), ErrorKind::Http),
    ] {
        provider.answer_with(path, answer);
        assert_eq!(discover(ISSUER).unwrap_err().kind(), kind);
    }
    for issuer in
        ["http://op.example.com", "op.example.com", "", "https://op.example.com?x=y", "ftp://a"]
    {
        let error = discover(issuer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{issuer}: {error}");
    }
}

#[test]
fn an_issuer_with_a_placeholder_is_taken_only_if_asked_for() {
    let provider = Provider::start();
    let template = format!("{ISSUER}/{{tenantid}}/v2.0");
    let common = format!("{ISSUER}/common/v2.0");
    provider.answer(
        "/common/v2.0/.well-known/openid-configuration",
        &json!({
            "issuer": template, "authorization_endpoint": format!("{ISSUER}/auth"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        }),
    );
    assert!(Client::discover_with(&common, provider.options()).is_err());
    let options = provider.options().issuer_placeholder("{tenantid}", "tid");
    let rp = Client::discover_with(&common, options).unwrap();
    let verify = |iss: &str, tid: Value| {
        let now = provider.time.load(Ordering::SeqCst);
        let claims = json!({ "iss": iss, "tid": tid, "sub": "ann", "aud": "me", "iat": now, "exp": now + 60 });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message =
            format!("{}.{}", encode(&json!({ "alg": "EdDSA", "kid": "k1" })), encode(&claims));
        let token =
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(key(1).sign(message.as_bytes())));
        rp.verify_id_token(&token, &Expected::new()).map(drop)
    };
    verify(&format!("{ISSUER}/t-1/v2.0"), json!("t-1")).unwrap();
    for (iss, tid) in [
        (format!("{ISSUER}/t-1/v2.0"), json!("t-2")),
        (format!("{ISSUER}/t-1/v2.0"), json!(null)),
        (format!("{ISSUER}/a/b/v2.0"), json!("a/b")),
        (format!("{ISSUER}//v2.0"), json!("")),
        (common.clone(), json!("t-1")),
    ] {
        let error = verify(&iss, tid).unwrap_err();
        assert!(matches!(Failure::of(&error), Some(Failure::Issuer { .. })), "{error}");
    }
}

#[test]
fn a_token_endpoint_that_does_not_behave_is_an_error_and_no_panic() {
    let emulator = Emulator::start().unwrap();
    let metadata = authing::oauth2::ServerMetadata::new("http://127.0.0.1/")
        .authorization_endpoint(format!("{}/oidc/auth", emulator.url()))
        .token_endpoint(format!("{}/oidc/token", emulator.url()));
    let http = HttpOptions::new().timeout(Duration::from_millis(500));
    let options =
        ClientOptions::new(emulator.app_id(), ClientAuth::post("hush-hush"), REDIRECT_URI);
    let rp = Client::new(metadata, options.http(http)).unwrap();
    for (fault, kind, reason) in [
        (
            Fault::any().status(302).header("location", "https://evil.example/"),
            ErrorKind::Http,
            "redirects",
        ),
        (Fault::any().status(307).header("location", "/elsewhere"), ErrorKind::Http, "redirects"),
        (Fault::any().hang(), ErrorKind::Timeout, "no answer within"),
        (
            Fault::any().status(200).content_type("text/html").body("<html>hush-hush</html>"),
            ErrorKind::Http,
            "text/html",
        ),
        (Fault::any().huge(10 << 20), ErrorKind::Http, "more than 1048576 bytes"),
        (Fault::any().drop_connection(), ErrorKind::Transport, "broke"),
        (Fault::any().truncate(20), ErrorKind::Transport, ""),
        (Fault::any().status(200).body("{\"access_token\":"), ErrorKind::Parse, "cut off"),
        (Fault::any().status(200).body("{}"), ErrorKind::Parse, "`access_token` is missing"),
        (Fault::any().status(200).body("[]"), ErrorKind::Parse, "documented shape"),
        (Fault::any().status(500).body("{}"), ErrorKind::Http, ""),
        (
            Fault::any()
                .status(200)
                .body("{\"error\":\"invalid_grant\",\"error_description\":\"hush-hush\"}"),
            ErrorKind::OAuth,
            "invalid_grant: [redacted]",
        ),
        (
            Fault::any().status(200).body("{\"access_token\":\"t\",\"token_type\":\"Bearer\"}"),
            ErrorKind::Parse,
            "no ID token",
        ),
        (
            Fault::any()
                .status(200)
                .body("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"id_token\":\"x\"}"),
            ErrorKind::Verification,
            "has 1 parts",
        ),
    ] {
        emulator.clear_requests();
        emulator.inject(fault);
        let login = rp.login().start();
        let callback = format!("{REDIRECT_URI}?code=c&state={}", login.pending.state());
        let error = rp.finish(&callback, login.pending).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(reason) && !text.contains("hush-hush"), "{text}");
        // A code is sent once, whatever happens.
        assert_eq!(emulator.requests().len(), 1, "{error}");
    }
}

#[test]
fn front_channel_logouts_are_checked() {
    let rp = Provider::start().client();
    let query = |iss: &str, sid: &str| format!("https://me.example/logout?iss={iss}&sid={sid}");
    assert_eq!(rp.front_channel_logout(&query(ISSUER, "s%201"), None).unwrap(), "s 1");
    for bad in [
        query("https://evil.example", "s"),
        format!("iss={ISSUER}"),
        "sid=s".to_owned(),
        format!("iss={ISSUER}&sid=a&sid=b"),
        String::new(),
    ] {
        let error = rp.front_channel_logout(&bad, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{bad}");
    }
}

#[test]
fn nothing_secret_is_printed() {
    let provider = Provider::start();
    let options = ClientOptions::new("me", ClientAuth::basic("s-secret"), REDIRECT_URI)
        .http(HttpOptions::new().transport(provider));
    let rp = Client::discover_with(ISSUER, options.clone()).unwrap();
    let login = rp.login().start();
    let text = format!("{options:?} {rp:?} {:?}", login.pending);
    let verifier = serde_json::to_value(&login.pending).unwrap()["oauth"]["code_verifier"].clone();
    assert!(!text.contains("s-secret") && !text.contains(verifier.as_str().unwrap()), "{text}");
}
