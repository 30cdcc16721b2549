//! A client of the emulated jAccount, and ID tokens that somebody else made.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use authing::jaccount::{Client, ClientOptions, Login, Tokens};
use authing_emulator::{Emulator, Fault};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::browser::Browser;

pub const REDIRECT_URI: &str = "https://me.example/jaccount/auth?from=sjtu";
pub const PASSWORD: &str = "passw0rd!";
pub const ISSUER: &str = "https://jaccount.sjtu.edu.cn/oauth2/";
pub const TOKEN_PATH: &str = "/jaccount/oauth2/token";

pub struct Jaccount {
    pub emulator: Emulator,
    pub client: Client,
}

impl Jaccount {
    pub fn start() -> Self {
        let emulator = Emulator::start().unwrap();
        let client = Client::with_options(options(&emulator)).unwrap();
        Self { emulator, client }
    }

    /// The callback of a user who signs in.
    pub fn sign_in(&self, login: &Login, account: &str) -> String {
        Browser::new().sign_in(&login.url, account, PASSWORD).target().to_owned()
    }

    /// The tokens of a user who logs in.
    pub fn log_in(&self, account: &str, scopes: &[&str]) -> Tokens {
        let login = self.client.login().scopes(scopes.to_vec()).start();
        let callback = self.sign_in(&login, account);
        self.client.finish(&callback, login.pending).unwrap()
    }

    /// Finishes a login with an answer of the token endpoint that a test has made up of the nonce.
    pub fn finish_with(&self, answer: impl FnOnce(&str) -> Value) -> authing::Result<Tokens> {
        let login = self.client.login().start();
        let callback = self.sign_in(&login, "student");
        let nonce = parameters(&login.url)["nonce"].clone();
        let body = answer(&nonce).to_string();
        self.emulator.inject(Fault::on(TOKEN_PATH).status(200).body(body));
        self.client.finish(&callback, login.pending)
    }

    /// The claims that jAccount would make.
    pub fn claims(&self, nonce: &str) -> Value {
        let now = now();
        json!({
            "iss": ISSUER, "aud": self.emulator.app_id(), "sub": "student", "nonce": nonce,
            "exp": now + 600, "iat": now, "name": "张三", "code": "", "type": "student",
        })
    }

    /// A token that jAccount would make of claims.
    pub fn sign(&self, claims: &Value) -> String {
        sign(&json!({ "alg": "HS256", "typ": "JWT" }), claims, self.emulator.app_secret())
    }
}

pub fn options(emulator: &Emulator) -> ClientOptions {
    ClientOptions::new(emulator.app_id(), emulator.app_secret(), REDIRECT_URI)
        .host(emulator.jaccount_host())
        .api_host(emulator.jaccount_api_host())
}

/// A token with a signature made with HMAC and SHA-256, whatever its header says.
pub fn sign(header: &Value, claims: &Value, secret: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let code = ring::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(code))
}

/// An answer of the token endpoint.
pub fn answer(id_token: &str) -> Value {
    json!({ "access_token": "at-1", "token_type": "Bearer", "expires_in": 60, "id_token": id_token })
}

/// The parameters of a URL, or of a form.
pub fn parameters(text: &str) -> BTreeMap<String, String> {
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
