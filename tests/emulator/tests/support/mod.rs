//! A tiny client, written against the wire notes, for the emulator's own tests.

#![allow(dead_code, reason = "each test program uses a part of it")]

use authing_emulator::Emulator;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::{Pkcs1v15Encrypt, RsaPublicKey};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) const PASSWORD: &str = "passw0rd!";

/// An HTTP client that keeps connections and never turns a status into an error.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

/// Calls one emulator with given headers.
pub(crate) struct Client<'a> {
    pub(crate) emulator: &'a Emulator,
    pub(crate) agent: ureq::Agent,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<'a> Client<'a> {
    /// A client that says which application it belongs to, and nothing else.
    pub(crate) fn new(emulator: &'a Emulator) -> Self {
        let headers = vec![("x-authing-app-id", emulator.app_id().to_owned())];
        Self { emulator, agent: agent(), headers }
    }

    pub(crate) fn bare(emulator: &'a Emulator) -> Self {
        Self { emulator, agent: agent(), headers: Vec::new() }
    }

    /// A client with a management token.
    pub(crate) fn management(emulator: &'a Emulator) -> Self {
        let client = Self::bare(emulator);
        let answer = client.graphql(
            "query ($userPoolId: String!, $secret: String!) {
                accessToken(userPoolId: $userPoolId, secret: $secret) { accessToken exp iat }
            }",
            json!({
                "userPoolId": emulator.user_pool_id(),
                "secret": emulator.user_pool_secret(),
            }),
        );
        let token = answer["data"]["accessToken"]["accessToken"].as_str().unwrap().to_owned();
        client.with_token(&token)
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "authorization");
        self.headers.push(("authorization", format!("Bearer {token}")));
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Status and body of a GraphQL request.
    pub(crate) fn post_graphql(&self, query: &str, variables: Value) -> (u16, Value) {
        self.post("/graphql/v2", &json!({ "query": query, "variables": variables }))
    }

    /// The body of a GraphQL request that reached execution.
    pub(crate) fn graphql(&self, query: &str, variables: Value) -> Value {
        let (status, body) = self.post_graphql(query, variables);
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The answer of one operation, called by its selection.
    pub(crate) fn run(&self, query: &str, variables: Value) -> Value {
        let body = self.graphql(query, variables);
        assert!(body.get("errors").is_none(), "{body}");
        body["data"].as_object().unwrap().values().next().unwrap().clone()
    }

    /// The business error of one operation.
    pub(crate) fn refused(&self, query: &str, variables: Value) -> Value {
        let body = self.graphql(query, variables);
        let message = body["errors"][0]["message"].clone();
        assert!(message.is_object(), "{body}");
        message
    }

    pub(crate) fn code(&self, query: &str, variables: Value) -> i64 {
        self.refused(query, variables)["code"].as_i64().unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.post_raw(path, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn post_raw(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}{path}", self.emulator.url()));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut response = request.header("content-type", content_type).send(body).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let mut request = self.agent.get(format!("{}{path}", self.emulator.url()));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut response = request.call().unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Encrypts a password as clients do.
    pub(crate) fn encrypt(&self, password: &str) -> String {
        encrypt(self.emulator, password)
    }

    pub(crate) fn register(&self, input: Value) -> Value {
        self.graphql(REGISTER, json!({ "input": input }))
    }

    /// Registers by user name and answers the id.
    pub(crate) fn register_user(&self, username: &str) -> String {
        let input = json!({ "username": username, "password": self.encrypt(PASSWORD) });
        let id = &self.register(input)["data"]["registerByUsername"]["id"];
        id.as_str().unwrap().to_owned()
    }

    /// Logs in by user name with [`PASSWORD`] and answers the user.
    pub(crate) fn log_in(&self, username: &str) -> Value {
        self.run(LOGIN, json!({ "input": self.login(username, PASSWORD) }))
    }

    pub(crate) fn login(&self, username: &str, password: &str) -> Value {
        json!({ "username": username, "password": self.encrypt(password) })
    }

    /// A client with the token of a user who logs in.
    pub(crate) fn signed_in(&self, username: &str) -> Client<'a> {
        let user = self.log_in(username);
        Client::bare(self.emulator).with_token(user["token"].as_str().unwrap())
    }

    /// Has a code sent to a phone and reads it.
    pub(crate) fn sms_code(&self, phone: &str) -> String {
        let send = || self.post("/api/v2/sms/send", &json!({ "phone": phone })).1;
        let mut answer = send();
        if answer["code"] == 1000 {
            // One message per minute.
            self.emulator.advance(Duration::from_secs(60));
            answer = send();
        }
        assert_eq!(answer["code"], 200, "{answer}");
        self.emulator.messages().pop().unwrap().code
    }

    /// Has a code sent to an address and reads it.
    pub(crate) fn email_code(&self, email: &str, scene: &str) -> String {
        let send = "mutation ($email: String!, $scene: EmailScene!) {
            sendEmail(email: $email, scene: $scene) { code message }
        }";
        let answer = self.run(send, json!({ "email": email, "scene": scene }));
        assert_eq!(answer["code"], 200, "{answer}");
        self.emulator.messages().pop().unwrap().code
    }
}

pub(crate) fn encrypt(emulator: &Emulator, password: &str) -> String {
    let key = RsaPublicKey::from_public_key_pem(emulator.public_key()).unwrap();
    let mut random = rsa::rand_core::OsRng;
    STANDARD.encode(key.encrypt(&mut random, Pkcs1v15Encrypt, password.as_bytes()).unwrap())
}

/// Sends a request head as it is, and reads to the end of the connection.
pub(crate) fn raw(emulator: &Emulator, head: &str) -> String {
    let mut stream = TcpStream::connect(emulator.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    write!(stream, "{head}\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

/// The user names of a list.
pub(crate) fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

pub(crate) const REGISTER: &str = "mutation ($input: RegisterByUsernameInput!) {
    registerByUsername(input: $input) {
        id username email nickname token tokenExpiredAt loginsCount lastIP registerSource
        password customData { key value dataType label }
    }
}";

pub(crate) const REGISTER_EMAIL: &str = "mutation ($input: RegisterByEmailInput!) {
    registerByEmail(input: $input) { id email token }
}";

pub(crate) const LOGIN: &str = "mutation ($input: LoginByUsernameInput!) {
    loginByUsername(input: $input) {
        id username token tokenExpiredAt loginsCount lastIP lastLogin
        customData { key value }
    }
}";

pub(crate) const LOGIN_EMAIL: &str = "mutation ($input: LoginByEmailInput!) {
    loginByEmail(input: $input) { id email token }
}";

pub(crate) const CREATE: &str = "mutation ($userInfo: CreateUserInput!, $keepPassword: Boolean,
        $resetPasswordOnFirstLogin: Boolean, $params: String, $identity: CreateUserIdentityInput) {
    createUser(userInfo: $userInfo, keepPassword: $keepPassword, params: $params,
            resetPasswordOnFirstLogin: $resetPasswordOnFirstLogin, identity: $identity) {
        id username email emailVerified phone password externalId createdAt
        identities { provider userIdInIdp userId userPoolId isSocial }
        customData { key value dataType label }
    }
}";

pub(crate) const UPDATE: &str = "mutation ($id: String, $input: UpdateUserInput!) {
    updateUser(id: $id, input: $input) { id username email phone nickname blocked updatedAt }
}";

pub(crate) const CURRENT: &str = "query ($id: String) { user(id: $id) { id username email } }";

pub(crate) const LIST: &str = "query ($page: Int, $limit: Int, $sortBy: SortByEnum) {
    users(page: $page, limit: $limit, sortBy: $sortBy) { totalCount list { id username } }
}";
