//! OAuth 2.0 on the wire: what is sent, and how a client waits for a device.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use authing::ErrorKind;
use authing::http::{HttpOptions, Limits, Transport, TransportError, TransportFailure};
use authing::oauth2::{
    ACCESS_TOKEN, Algorithm, Client, ClientAuth, ClientOptions, CodeChallengeMethod, CodeVerifier,
    Endpoint, ErrorAnswer, Grant, JWT, ServerMetadata, SigningKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Request, Response};
use ring::rand::SystemRandom;
use ring::signature::*;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

const SERVER: &str = "https://as.example.com";
const TOKENS: &str = r#"{"access_token":"t","token_type":"bearer","expires_in":60}"#;

/// Gives prepared answers, and keeps the requests.
#[derive(Debug, Default)]
struct Server {
    answers: Mutex<VecDeque<Response<Vec<u8>>>>,
    requests: Mutex<Vec<Request<Vec<u8>>>>,
}

impl Server {
    fn answering(answers: &[(u16, &str)]) -> Arc<Self> {
        let server = Self::default();
        for (status, body) in answers {
            let answer =
                Response::builder().status(*status).body(body.as_bytes().to_vec()).unwrap();
            server.answers.lock().unwrap().push_back(answer);
        }
        Arc::new(server)
    }

    fn client(self: &Arc<Self>, auth: ClientAuth) -> Client {
        let options = ClientOptions::new("me", auth).redirect_uri("https://me.example/cb");
        self.client_with(options)
    }

    fn client_with(self: &Arc<Self>, options: ClientOptions) -> Client {
        let metadata = ServerMetadata::new(SERVER)
            .authorization_endpoint(format!("{SERVER}/authorize?tenant=a"))
            .token_endpoint(format!("{SERVER}/token"))
            .revocation_endpoint(format!("{SERVER}/revoke"))
            .device_authorization_endpoint(format!("{SERVER}/device"));
        let http = HttpOptions::new().transport(self.clone());
        Client::new(metadata, options.http(http)).unwrap()
    }

    /// The form of the last request.
    fn form(&self) -> BTreeMap<String, String> {
        let requests = self.requests.lock().unwrap();
        form_urlencoded::parse(requests.last().unwrap().body()).into_owned().collect()
    }

    fn header(&self, name: &str) -> Option<String> {
        let requests = self.requests.lock().unwrap();
        let value = requests.last().unwrap().headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: Request<Vec<u8>>,
        _: &Limits,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.ok_or_else(|| TransportError::new(TransportFailure::Broken))
    }
}

#[test]
fn a_login_has_all_that_protects_it_and_nothing_can_take_it_away() {
    let server = Server::answering(&[]);
    let client = server.client(ClientAuth::none());
    let login = client
        .login()
        .unwrap()
        .scopes(["a", "b c"])
        .parameter("state", "mine")
        .parameter("code_challenge", "mine")
        .parameter("redirect_uri", "https://evil.example")
        .parameter("extra", "x y&z")
        .start();
    let url = Url::parse(&login.url).unwrap();
    let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(url.query_pairs().count(), query.len(), "none twice");
    assert_eq!((query["tenant"].as_str(), query["extra"].as_str()), ("a", "x y&z"));
    assert_eq!((query["scope"].as_str(), query["response_type"].as_str()), ("a b c", "code"));
    assert_eq!(query["redirect_uri"], "https://me.example/cb");
    assert_eq!((query["state"].as_str(), query["state"].len()), (login.pending.state(), 43));
    assert_eq!(
        (query["code_challenge_method"].as_str(), query["code_challenge"].len()),
        ("S256", 43)
    );

    let callback = format!("https://me.example/cb?code=c&state={}", login.pending.state());
    assert!(client.finish(&callback, login.pending).is_err());
    let form = server.form();
    let verifier = CodeVerifier::from_text(form["code_verifier"].as_str()).unwrap();
    assert_eq!(verifier.challenge(CodeChallengeMethod::S256), query["code_challenge"]);
    assert_eq!((form["code"].as_str(), form["client_id"].as_str()), ("c", "me"));
}

#[test]
fn grants_are_sent_as_the_standards_have_them() {
    let server = Server::answering(&[
        (200, TOKENS),
        (
            200,
            r#"{"access_token":"j","token_type":"N_A","issued_token_type":"urn:ietf:params:oauth:token-type:jwt"}"#,
        ),
        (200, r#"{"access_token":"t","token_type":"Bearer","refresh_token":"r2"}"#),
        (200, TOKENS),
    ]);
    let client = server.client(ClientAuth::basic("s"));
    client.password("ann", "p&ss", ["x"]).unwrap();
    assert_eq!(
        (server.form()["grant_type"].as_str(), server.form()["password"].as_str()),
        ("password", "p&ss")
    );
    assert_eq!(server.header("authorization").unwrap(), "Basic bWU6cw==");
    assert!(!server.form().contains_key("client_id"));

    let grant = Grant::token_exchange("subject", ACCESS_TOKEN)
        .actor_token("actor", JWT)
        .parameter("requested_token_type", JWT)
        .resource("https://api.example");
    let exchanged = client.tokens(&grant).unwrap();
    assert_eq!(exchanged.issued_token_type.as_deref(), Some(JWT));
    let form = server.form();
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:token-exchange");
    assert_eq!(
        (form["subject_token_type"].as_str(), form["actor_token"].as_str()),
        (ACCESS_TOKEN, "actor")
    );

    // The new refresh token if there is one, else the old one.
    let rotated = client.refresh("r1").unwrap();
    assert_eq!(rotated.refresh_token.unwrap().expose(), "r2");
    let kept = client.refresh("r1").unwrap();
    assert_eq!(kept.refresh_token.unwrap().expose(), "r1");
}

#[test]
fn an_endpoint_can_have_its_own_authentication() {
    let server = Server::answering(&[(200, TOKENS), (200, "")]);
    let options = ClientOptions::new("me", ClientAuth::basic("s"))
        .auth_at(Endpoint::Revocation, ClientAuth::post("other"));
    let client = server.client_with(options);
    client.client_credentials(["a"]).unwrap();
    assert!(server.header("authorization").is_some());
    client.revoke("t", None).unwrap();
    assert_eq!(
        (server.header("authorization"), server.form()["client_secret"].as_str()),
        (None, "other")
    );
}

#[test]
fn a_device_waits_as_long_as_the_server_says_and_longer_when_it_is_told_to() {
    let device = r#"{"device_code":"d","user_code":"u","verification_uri":"https://as/d","expires_in":600,"interval":2}"#;
    let server = Server::answering(&[
        (200, device),
        (400, r#"{"error":"authorization_pending"}"#),
        (400, r#"{"error":"slow_down"}"#),
        (503, "busy"),
        (200, TOKENS),
        (200, &device.replace("\"interval\":2", "\"interval\":1e9")),
        (400, r#"{"error":"expired_token"}"#),
    ]);
    let client = server.client(ClientAuth::none());
    let mut device = client.device_login(["a"]).unwrap();
    let seconds = Duration::from_secs;
    assert_eq!(device.interval(), seconds(2));
    for interval in [2, 7, 14] {
        assert!(client.poll_device(&mut device).unwrap().is_none());
        assert_eq!(device.interval(), seconds(interval));
    }
    assert!(client.poll_device(&mut device).unwrap().is_some());
    assert_eq!(server.form()["device_code"], "d");
    let mut device = client.device_login::<&str>([]).unwrap();
    assert_eq!(device.interval(), seconds(120));
    let mut asked = 0;
    let outcome = client.wait_for_device(&mut device, || {
        asked += 1;
        false
    });
    assert!(outcome.unwrap().is_none() && asked == 1);
    let error = client.poll_device(&mut device).unwrap_err();
    assert_eq!(ErrorAnswer::of(&error).unwrap().error, "expired_token");
}

#[test]
fn what_is_not_there_is_named() {
    let server = Server::answering(&[]);
    let client = server.client_with(ClientOptions::new("me", ClientAuth::none()));
    for (error, name) in [
        (client.login().map(drop).unwrap_err(), "redirect_uri"),
        (client.introspect("t", None).map(drop).unwrap_err(), "introspection_endpoint"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(name), "{error}");
    }
    for (algorithm, pem) in [
        (Algorithm::RS256, "nonsense"),
        (Algorithm::ES256, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        (Algorithm::HS256, ""),
    ] {
        let error = SigningKey::from_pem(algorithm, pem).unwrap_err();
        assert!(error.to_string().starts_with("option `signing_key`"), "{error}");
    }
    assert!(SigningKey::from_jwk(Algorithm::ES256, r#"{"kty":"EC","d":"AAAA"}"#).is_err());
    assert!(server.requests.lock().unwrap().is_empty(), "nothing was sent");
}

#[test]
fn assertions_are_signed_by_the_key_of_the_client_and_say_who_and_for_whom() {
    let random = SystemRandom::new();
    let pem = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    };
    let es256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let es384 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let public = |algorithm, der: &[u8]| {
        EcdsaKeyPair::from_pkcs8(algorithm, der, &random).unwrap().public_key().as_ref().to_vec()
    };
    let p256 = public(&ECDSA_P256_SHA256_FIXED_SIGNING, es256.as_ref());
    let p384 = public(&ECDSA_P384_SHA384_FIXED_SIGNING, es384.as_ref());
    // RFC 8410, section 10.3: without the public half, as OpenSSL writes it.
    let ed = STANDARD
        .decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC")
        .unwrap();
    let ed_public = STANDARD.decode("Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").unwrap();
    let rsa = RsaPrivateKey::new(&mut rand::rngs::OsRng, 2048).unwrap();
    let rsa_public = rsa.to_public_key().to_pkcs1_der().unwrap().into_vec();
    let pkcs8 = rsa.to_pkcs8_der().unwrap().as_bytes().to_vec();
    let pkcs1 = rsa.to_pkcs1_der().unwrap().as_bytes().to_vec();

    let rows: [(Algorithm, String, &dyn VerificationAlgorithm, Vec<u8>); 9] = [
        (Algorithm::ES256, pem("PRIVATE KEY", es256.as_ref()), &ECDSA_P256_SHA256_FIXED, p256),
        (Algorithm::ES384, pem("PRIVATE KEY", es384.as_ref()), &ECDSA_P384_SHA384_FIXED, p384),
        (Algorithm::EdDSA, pem("PRIVATE KEY", &ed), &ED25519, ed_public),
        (
            Algorithm::RS256,
            pem("PRIVATE KEY", &pkcs8),
            &RSA_PKCS1_2048_8192_SHA256,
            rsa_public.clone(),
        ),
        (
            Algorithm::RS384,
            pem("RSA PRIVATE KEY", &pkcs1),
            &RSA_PKCS1_2048_8192_SHA384,
            rsa_public.clone(),
        ),
        (
            Algorithm::RS512,
            pem("PRIVATE KEY", &pkcs8),
            &RSA_PKCS1_2048_8192_SHA512,
            rsa_public.clone(),
        ),
        (
            Algorithm::PS256,
            pem("PRIVATE KEY", &pkcs8),
            &RSA_PSS_2048_8192_SHA256,
            rsa_public.clone(),
        ),
        (
            Algorithm::PS384,
            pem("PRIVATE KEY", &pkcs8),
            &RSA_PSS_2048_8192_SHA384,
            rsa_public.clone(),
        ),
        (
            Algorithm::PS512,
            pem("PRIVATE KEY", &pkcs8),
            &RSA_PSS_2048_8192_SHA512,
            rsa_public.clone(),
        ),
    ];
    for (algorithm, pem, verification, public) in rows {
        let server = Server::answering(&[(200, TOKENS)]);
        let key = SigningKey::from_pem(algorithm, &pem).unwrap().key_id("k");
        assert!(!format!("{key:?}").contains(&pem[40..60]));
        server.client(ClientAuth::private_key_jwt(key)).client_credentials(["a"]).unwrap();
        let form = server.form();
        assert!(!form.contains_key("client_secret"));
        let (message, signature) = form["client_assertion"].rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = UnparsedPublicKey::new(verification, public);
        key.verify(message.as_bytes(), &signature).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let json = |part: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!(json(header), json!({ "alg": algorithm.name(), "typ": "JWT", "kid": "k" }));
        let claims = json(claims);
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("me"), &json!("me")));
        assert_eq!(claims["aud"], SERVER);
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
        assert_eq!(claims["jti"].as_str().unwrap().len(), 43);
        // A key of another kind is refused where it is read.
        let other = if algorithm == Algorithm::ES256 { Algorithm::RS256 } else { Algorithm::ES256 };
        assert!(SigningKey::from_pem(other, &pem).is_err());
    }
}
