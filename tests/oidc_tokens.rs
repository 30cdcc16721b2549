//! Tokens as an enemy makes them: each is refused, with its own reason.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failing test panics")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::oidc::{
    AccessTokenProfile, Algorithm, Expected, JwkSet, TokenRules, VerificationFailure as Failure,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng as _, SeedableRng as _};
use ring::digest::{SHA512, digest};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

const ISSUER: &str = "https://op.example.com";
const CLIENT: &str = "my-client";
const SECRET: &str = "a-client-secret-of-32-characters";
const NOW: i64 = 1_700_000_000;

fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn jwk(kid: Option<&str>, key: &Ed25519KeyPair) -> Value {
    let x = encode(key.public_key().as_ref());
    let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "use": "sig" });
    if let Some(kid) = kid {
        jwk["kid"] = kid.into();
    }
    jwk
}

fn set(keys: &[Value]) -> JwkSet {
    JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn keys() -> JwkSet {
    set(&[jwk(Some("k1"), &key(1))])
}

fn rules() -> TokenRules {
    TokenRules::new(ISSUER, CLIENT)
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
}

fn good() -> Value {
    json!({
        "iss": ISSUER, "sub": "ann", "aud": CLIENT, "exp": NOW + 300, "iat": NOW, "nonce": "n-1",
    })
}

/// The good claims with some members changed; null takes one out.
fn with(changes: &Value) -> Value {
    let mut claims = good();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(header: &str, payload: &str) -> String {
    let message = format!("{}.{}", encode(header), encode(payload));
    format!("{message}.{}", encode(key(1).sign(message.as_bytes())))
}

fn header() -> String {
    json!({ "alg": "EdDSA", "kid": "k1" }).to_string()
}

fn token(claims: &Value) -> String {
    signed(&header(), &claims.to_string())
}

fn verify(token: &str) -> Result<(), Failure> {
    verify_with(&rules(), token, &keys(), &Expected::new().nonce("n-1"))
}

fn verify_with(
    rules: &TokenRules,
    token: &str,
    keys: &JwkSet,
    expected: &Expected,
) -> Result<(), Failure> {
    let outcome = rules.verify_id_token(token, keys, expected, now());
    outcome.map(drop).map_err(|error| Failure::of(&error).expect("a reason").clone())
}

fn hs256(header: &str, claims: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", encode(header), encode(claims.to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(tag))
}

#[test]
fn a_good_token_is_good_and_says_who_the_user_is() {
    let claims = with(&json!({ "email": "ann@example.com", "groups": ["a"], "sid": "s" }));
    let verified = rules()
        .verify_id_token(&token(&claims), &keys(), &Expected::new().nonce("n-1"), now())
        .unwrap();
    assert_eq!((verified.sub.as_str(), verified.sid.as_deref()), ("ann", Some("s")));
    assert_eq!(verified.user.email.as_deref(), Some("ann@example.com"));
    assert_eq!(verified.claim("groups"), Some(&json!(["a"])));
}

#[test]
fn tokens_that_are_none_are_refused() {
    let good = token(&good());
    let parts: Vec<_> = good.split('.').collect();
    let payload = |payload: &str| signed(&header(), payload);
    for (token, part) in [
        (format!("{}=.{}.{}", parts[0], parts[1], parts[2]), "header"),
        (format!("{}.{}=.{}", parts[0], parts[1], parts[2]), "payload"),
        (format!("{}.{}.{}==", parts[0], parts[1], parts[2]), "signature"),
        (format!("{}.{} .{}", parts[0], parts[1], parts[2]), "payload"),
        (format!("{}.{}.{}+", parts[0], parts[1], parts[2]), "signature"),
        (format!("é{}.{}.{}", parts[0], parts[1], parts[2]), "header"),
    ] {
        assert_eq!(verify(&token), Err(Failure::Base64 { part }), "{token}");
    }
    for (token, got) in [
        (String::new(), 1),
        ("a".to_owned(), 1),
        (format!("{}.{}", parts[0], parts[1]), 2),
        (format!("{good}."), 4),
        (format!("{good}.a.b"), 5),
        (".".repeat(100_000), 100_001),
    ] {
        assert_eq!(verify(&token), Err(Failure::Segments { got }));
    }
    for token in ["..".to_owned(), signed("[]", "{}"), signed("{\"alg\":\"EdDSA\",}", "{}")] {
        assert!(matches!(verify(&token), Err(Failure::Json { part: "header", .. })), "{token}");
    }
    let nested = format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let twice = good_text().replace("{", "{\"sub\":\"bob\",");
    for token in [payload(""), payload("1"), payload("null"), payload(&nested), payload(&twice)] {
        assert!(matches!(verify(&token), Err(Failure::Json { part: "payload", .. })), "{token}");
    }
    let huge = with(&json!({ "padding": "x".repeat(200_000) }));
    assert!(matches!(verify(&token(&huge)), Err(Failure::TooLarge { .. })));
}

fn good_text() -> String {
    good().to_string()
}

#[test]
fn the_token_chooses_neither_its_algorithm_nor_its_key() {
    let claims = good().to_string();
    for name in ["none", "None", "nOnE", "", "HS256", "RS512x", "ES512", "A256GCM"] {
        let header = json!({ "alg": name, "kid": "k1" }).to_string();
        for token in [signed(&header, &claims), format!("{}.{}.", encode(&header), encode(&claims))]
        {
            let Err(Failure::Algorithm { got, expected }) = verify(&token) else {
                panic!("{name}")
            };
            assert_eq!((got.as_str(), expected.len()), (name, 9));
        }
    }
    for member in ["jwk", "jku", "x5u", "x5c"] {
        let own = json!({ "alg": "EdDSA", "kid": "k1", member: jwk(None, &key(1)) }).to_string();
        assert_eq!(verify(&signed(&own, &claims)), Err(Failure::HeaderKey { member }));
    }
    let crit = json!({ "alg": "EdDSA", "kid": "k1", "crit": ["b64"], "b64": false }).to_string();
    let names = vec!["b64".to_owned()];
    assert_eq!(verify(&signed(&crit, &claims)), Err(Failure::CriticalHeader { names }));
    for wrong in
        [json!({ "alg": 1 }), json!({ "alg": "EdDSA", "kid": 1 }), json!({ "alg": ["EdDSA"] })]
    {
        let token = signed(&wrong.to_string(), &claims);
        assert!(matches!(verify(&token), Err(Failure::Json { part: "header", .. })));
    }
    let twice = r#"{"alg":"none","alg":"EdDSA","kid":"k1"}"#;
    assert!(matches!(verify(&signed(twice, &claims)), Err(Failure::Json { .. })));
}

#[test]
fn a_shared_secret_is_ours_alone_and_long_enough() {
    let header = json!({ "alg": "HS256", "kid": "k1" }).to_string();
    let public = key(1).public_key().as_ref().to_vec();
    let rules = rules().algorithms([Algorithm::HS256, Algorithm::EdDSA]);
    let expected = Expected::new();
    // Signed with the published key as a secret, where no secret is set, and where one is.
    let forged = hs256(&header, &good(), &public);
    let verdict = verify_with(&rules, &forged, &keys(), &expected);
    assert!(matches!(verdict, Err(Failure::UnknownKey { .. })));
    let ours = rules.clone().client_secret(SECRET);
    let verdict = verify_with(&ours, &forged, &keys(), &expected);
    assert!(matches!(verdict, Err(Failure::Signature { algorithm: Algorithm::HS256, .. })));
    // A secret that is published among the keys counts for nothing.
    let published = json!({ "kty": "oct", "kid": "k1", "k": encode("x".repeat(32)) });
    let forged = hs256(&header, &good(), "x".repeat(32).as_bytes());
    assert!(verify_with(&ours, &forged, &set(&[published]), &expected).is_err());
    // With none at all, or a short one.
    assert!(verify_with(&ours, &hs256(&header, &good(), b""), &keys(), &expected).is_err());
    let weak = rules.client_secret("short");
    let verdict = verify_with(&weak, &hs256(&header, &good(), b"short"), &keys(), &expected);
    let reason = Failure::WeakKey { algorithm: Algorithm::HS256, least: 256, bits: 40 };
    assert_eq!(verdict, Err(reason));
    let right = hs256(&header, &good(), SECRET.as_bytes());
    assert_eq!(verify_with(&ours, &right, &keys(), &expected), Ok(()));
    let only_public = ours.algorithms(Algorithm::ASYMMETRIC);
    let verdict = verify_with(&only_public, &right, &keys(), &expected);
    assert!(matches!(verdict, Err(Failure::Algorithm { .. })));
}

#[test]
fn the_key_is_one_that_fits_and_no_other() {
    let claims = good().to_string();
    let (token, expected) = (token(&good()), Expected::new());
    let verdict = |keys: &[Value]| verify_with(&rules(), &token, &set(keys), &expected);
    let unknown =
        || Err(Failure::UnknownKey { algorithm: Algorithm::EdDSA, kid: Some("k1".into()) });
    let changed = |name: &str, value: Value| {
        let mut key = jwk(Some("k1"), &key(1));
        key[name] = value;
        verdict(&[key])
    };
    assert_eq!(verdict(&[]), unknown());
    assert_eq!(verdict(&[jwk(Some("k2"), &key(1))]), unknown());
    assert_eq!(changed("use", json!("enc")), unknown());
    assert_eq!(changed("alg", json!("ES256")), unknown());
    assert_eq!(changed("key_ops", json!(["sign"])), unknown());
    assert_eq!(changed("crv", json!("X25519")), unknown());
    assert_eq!(changed("kty", json!("EC")), unknown());
    assert_eq!(changed("d", json!("AAAA")), unknown());
    assert_eq!(changed("x", json!("AAAA")), unknown());
    assert_eq!(changed("kid", json!(5)), unknown());
    assert_eq!(changed("key_ops", json!(["verify"])), Ok(()));
    assert_eq!(verdict(&[jwk(None, &key(1))]), Ok(()));
    let other = Err(Failure::Signature { algorithm: Algorithm::EdDSA, kid: Some("k1".into()) });
    assert_eq!(verdict(&[jwk(Some("k1"), &key(2))]), other);
    // The same key twice is one; two of the same name are not.
    assert_eq!(verdict(&[jwk(Some("k1"), &key(1)), jwk(Some("k1"), &key(1))]), Ok(()));
    let both = verdict(&[jwk(Some("k1"), &key(1)), jwk(Some("k1"), &key(2))]);
    assert_eq!(both, Err(Failure::AmbiguousKey { kid: Some("k1".into()), candidates: 2 }));

    let nameless = signed(r#"{"alg":"EdDSA"}"#, &claims);
    let verdict = |keys: &[Value]| verify_with(&rules(), &nameless, &set(keys), &expected);
    assert_eq!(verdict(&[jwk(Some("k1"), &key(1))]), Ok(()));
    let both = verdict(&[jwk(Some("k1"), &key(1)), jwk(Some("k2"), &key(2))]);
    assert_eq!(both, Err(Failure::AmbiguousKey { kid: None, candidates: 2 }));
}

#[test]
fn weak_rsa_keys_wrong_curves_and_zero_signatures_are_refused() {
    let forged = |alg: &str, length: usize| {
        let header = json!({ "alg": alg, "kid": "k" }).to_string();
        format!("{}.{}.{}", encode(header), encode(good().to_string()), encode(vec![0; length]))
    };
    let verdict =
        |token: &str, key: Value| verify_with(&rules(), token, &set(&[key]), &Expected::new());
    let rsa = |bytes: usize, e: &str| {
        let mut n = vec![0xff; bytes];
        n[0] = 0x80;
        json!({ "kty": "RSA", "kid": "k", "n": encode(n), "e": e })
    };
    let weak = verdict(&forged("RS256", 128), rsa(128, "AQAB"));
    assert_eq!(
        weak,
        Err(Failure::WeakKey { algorithm: Algorithm::RS256, least: 2048, bits: 1024 })
    );
    for e in ["AQ", "Ag", "AQAB"] {
        let verdict = verdict(&forged("PS256", 256), rsa(256, e));
        assert!(matches!(verdict, Err(Failure::Signature { .. })), "{e}: {verdict:?}");
    }
    assert!(matches!(
        verdict(&forged("RS256", 256), rsa(256, "AA")),
        Err(Failure::UnknownKey { .. })
    ));
    let ec = |crv: &str, bytes: usize| {
        let coordinate = encode(vec![7; bytes]);
        json!({ "kty": "EC", "kid": "k", "crv": crv, "x": coordinate, "y": coordinate })
    };
    // Not on the curve; too short for it; another curve.
    let verdict_of = |alg: &str, key: Value| verdict(&forged(alg, 64), key);
    assert!(matches!(verdict_of("ES256", ec("P-256", 32)), Err(Failure::Signature { .. })));
    for key in [ec("P-256", 31), ec("P-384", 48), ec("secp256k1", 32), ec("P-256", 48)] {
        assert!(matches!(verdict_of("ES256", key), Err(Failure::UnknownKey { .. })));
    }
    // The base point of P-256 is a key; zeros are none of its signatures.
    let x = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY";
    let y = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
    let base = json!({ "kty": "EC", "kid": "k", "crv": "P-256", "x": x, "y": y });
    assert!(matches!(verdict_of("ES256", base), Err(Failure::Signature { .. })));
    let zeros = format!("{}.{}", token(&good()).rsplit_once('.').unwrap().0, encode([0; 64]));
    assert!(matches!(verify(&zeros), Err(Failure::Signature { .. })));
    assert!(matches!(verify(&zeros[..zeros.len() - 86]), Err(Failure::Signature { .. })));
}

#[test]
fn every_claim_that_is_wrong_is_refused_with_both_values() {
    let refused = |changes: Value| verify(&token(&with(&changes))).unwrap_err();
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(refused(json!({ claim: null })), Failure::MissingClaim { claim });
        let wrong = refused(json!({ claim: { "a": 1 } }));
        assert!(
            matches!(wrong, Failure::ClaimType { claim: c, got: "an object", .. } if c == claim)
        );
    }
    assert_eq!(refused(json!({ "sub": "" })), Failure::MissingClaim { claim: "sub" });
    for (claim, value) in [
        ("exp", json!("1700000300")),
        ("exp", json!(1e300)),
        ("nbf", json!("1")),
        ("aud", json!([1])),
        ("azp", json!(1)),
        ("nonce", json!(1)),
        ("auth_time", json!("1")),
    ] {
        let wrong = refused(json!({ claim: value }));
        assert!(matches!(wrong, Failure::ClaimType { claim: c, .. } if c == claim), "{wrong:?}");
    }
    for iss in [
        "https://op.example.com/",
        "https://evil.example",
        "op.example.com",
        "https://OP.example.com",
    ] {
        let (expected, got) = (ISSUER.to_owned(), iss.to_owned());
        assert_eq!(refused(json!({ "iss": iss })), Failure::Issuer { expected, got });
    }
    for aud in [json!("other"), json!([]), json!(["other", "my-client2"])] {
        assert!(matches!(refused(json!({ "aud": aud })), Failure::Audience { .. }));
    }
    let both = json!({ "aud": [CLIENT, "other"], "azp": CLIENT });
    assert!(
        matches!(refused(both.clone()), Failure::UntrustedAudience { got, .. } if got == "other")
    );
    let trusting = rules().trusted_audiences(["other"]);
    let verdict =
        |changes: &Value| verify_with(&trusting, &token(&with(changes)), &keys(), &Expected::new());
    assert_eq!(verdict(&both), Ok(()));
    let got = |azp: Option<&str>| {
        Err(Failure::AuthorizedParty { expected: CLIENT.into(), got: azp.map(str::to_owned) })
    };
    assert_eq!(verdict(&json!({ "aud": [CLIENT, "other"] })), got(None));
    assert_eq!(verdict(&json!({ "azp": "other" })), got(Some("other")));

    assert_eq!(refused(json!({ "exp": NOW - 60 })), Failure::Expired { exp: NOW - 60, now: NOW });
    assert_eq!(verify(&token(&with(&json!({ "exp": NOW - 59 })))), Ok(()));
    assert_eq!(verify(&token(&with(&json!({ "exp": 1_700_000_300.5 })))), Ok(()));
    assert_eq!(refused(json!({ "exp": i64::MIN })), Failure::Expired { exp: i64::MIN, now: NOW });
    assert_eq!(
        refused(json!({ "nbf": NOW + 61 })),
        Failure::NotYetValid { nbf: NOW + 61, now: NOW }
    );
    assert_eq!(
        refused(json!({ "iat": NOW + 61 })),
        Failure::IssuedInFuture { iat: NOW + 61, now: NOW }
    );
    assert_eq!(verify(&token(&with(&json!({ "nbf": NOW + 60, "iat": NOW + 60 })))), Ok(()));
    let expected = Some("n-1".to_owned());
    let got = Some("n-2".to_owned());
    assert_eq!(
        refused(json!({ "nonce": "n-2" })),
        Failure::Nonce { expected: expected.clone(), got }
    );
    assert_eq!(refused(json!({ "nonce": null })), Failure::Nonce { expected, got: None });
}

#[test]
fn what_the_login_demanded_is_held_against_the_token() {
    let verdict = |changes: Value, expected: Expected| {
        verify_with(&rules(), &token(&with(&changes)), &keys(), &expected)
    };
    let age = || Expected::new().max_age(Duration::from_secs(100));
    assert_eq!(verdict(json!({}), age()), Err(Failure::MissingClaim { claim: "auth_time" }));
    assert_eq!(verdict(json!({ "auth_time": NOW - 160 }), age()), Ok(()));
    let too_old = Failure::AuthenticationTooOld { auth_time: NOW - 161, now: NOW, max_age: 100 };
    assert_eq!(verdict(json!({ "auth_time": NOW - 161 }), age()), Err(too_old));
    assert!(verdict(json!({ "auth_time": NOW + 61 }), age()).is_err());
    let acr = || Expected::new().acr_values(["gold", "silver"]);
    assert_eq!(verdict(json!({ "acr": "silver" }), acr()), Ok(()));
    for wrong in [json!({}), json!({ "acr": "bronze" })] {
        assert!(matches!(verdict(wrong, acr()), Err(Failure::AuthenticationContext { .. })));
    }
    let subject = verdict(json!({}), Expected::new().subject("bob"));
    assert_eq!(subject, Err(Failure::Subject { expected: "bob".into(), got: "ann".into() }));

    // Ed25519 has SHA-512 inside, so that is what the hashes are made with.
    let hash = encode(&digest(&SHA512, b"token").as_ref()[..32]);
    let expected = || Expected::new().access_token("token");
    let strict = || Expected::new().access_token_from_authorization_endpoint("token");
    assert_eq!(verdict(json!({ "at_hash": hash }), strict()), Ok(()));
    assert_eq!(verdict(json!({}), expected()), Ok(()));
    assert_eq!(verdict(json!({}), strict()), Err(Failure::MissingClaim { claim: "at_hash" }));
    for wrong in [json!(hash[..20]), json!(""), json!("x")] {
        let verdict = verdict(json!({ "at_hash": wrong }), expected());
        assert!(matches!(verdict, Err(Failure::AccessTokenHash { .. })));
    }
    let code = || Expected::new().code_from_authorization_endpoint("token");
    assert_eq!(verdict(json!({ "c_hash": hash }), code()), Ok(()));
    assert_eq!(verdict(json!({}), code()), Err(Failure::MissingClaim { claim: "c_hash" }));
    assert!(matches!(verdict(json!({ "c_hash": "x" }), code()), Err(Failure::CodeHash { .. })));
}

#[test]
fn one_kind_of_token_is_not_taken_for_another() {
    let typed = |typ: &str, claims: &Value| {
        let header = json!({ "alg": "EdDSA", "kid": "k1", "typ": typ }).to_string();
        signed(&header, &claims.to_string())
    };
    for typ in ["JWT", "jwt", "application/jwt", "JOSE"] {
        assert_eq!(verify(&typed(typ, &good())), Ok(()), "{typ}");
    }
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT", "logout+jwt"] {
        assert!(matches!(verify(&typed(typ, &good())), Err(Failure::Type { .. })), "{typ}");
    }
    let api = TokenRules::new(ISSUER, "https://api.example");
    let access = json!({
        "iss": ISSUER, "sub": "ann", "aud": ["https://api.example", "https://b.example"],
        "exp": NOW + 300, "iat": NOW, "client_id": CLIENT, "jti": "1", "scope": "read write",
    });
    let verdict = |typ: &str, claims: &Value, profile| {
        let outcome = api.verify_access_token(&typed(typ, claims), &keys(), profile, now());
        outcome.map_err(|error| Failure::of(&error).expect("a reason").clone())
    };
    let (strict, plain) = (AccessTokenProfile::Rfc9068, AccessTokenProfile::Plain);
    let claims = verdict("at+jwt", &access, strict).unwrap();
    assert_eq!(claims.scopes, ["read", "write"]);
    assert!(claims.require_scope("read").is_ok() && claims.require_scope("rea").is_err());
    assert!(matches!(verdict("JWT", &access, strict), Err(Failure::Type { .. })));
    assert!(verdict("JWT", &access, plain).is_ok());
    assert!(matches!(verdict("logout+jwt", &access, plain), Err(Failure::Type { .. })));
    for claim in ["iss", "sub", "aud", "exp", "iat", "client_id", "jti"] {
        let mut less = access.clone();
        less.as_object_mut().unwrap().remove(claim);
        assert_eq!(verdict("at+jwt", &less, strict), Err(Failure::MissingClaim { claim }));
    }
    assert!(matches!(verdict("JWT", &good(), plain), Err(Failure::Audience { .. })));
}

#[test]
fn a_logout_token_is_verified_in_full() {
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let logout = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": NOW, "exp": NOW + 120, "jti": "j", "sub": "ann",
        "sid": "s", "events": event,
    });
    let verdict = |changes: Value| {
        let mut claims = logout.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let outcome = rules().verify_logout_token(&token(&claims), &keys(), now());
        outcome.map_err(|error| Failure::of(&error).expect("a reason").clone())
    };
    assert_eq!(verdict(json!({})).unwrap().sid.as_deref(), Some("s"));
    assert!(verdict(json!({ "sid": null })).unwrap().sid.is_none());
    assert_eq!(
        verdict(json!({ "sid": null, "sub": null })),
        Err(Failure::MissingClaim { claim: "sub" })
    );
    for events in [
        json!(null),
        json!({}),
        json!([]),
        json!("x"),
        json!({ "other": {} }),
        json!({ "http://schemas.openid.net/event/backchannel-logout": 1 }),
    ] {
        assert_eq!(verdict(json!({ "events": events })), Err(Failure::LogoutEvent));
    }
    let nonce = verdict(json!({ "nonce": "n-1" }));
    assert_eq!(nonce, Err(Failure::Nonce { expected: None, got: Some("n-1".into()) }));
    assert_eq!(verdict(json!({ "jti": null })), Err(Failure::MissingClaim { claim: "jti" }));
    assert!(matches!(verdict(json!({ "aud": "other" })), Err(Failure::Audience { .. })));
    assert!(matches!(verdict(json!({ "iss": "https://evil" })), Err(Failure::Issuer { .. })));
    let old = Failure::TooOld { iat: NOW - 661, now: NOW, limit: 600 };
    assert_eq!(verdict(json!({ "iat": NOW - 661 })), Err(old));
    assert!(matches!(verdict(json!({ "exp": NOW - 60 })), Err(Failure::Expired { .. })));
}

/// Nothing that anybody sends makes the parser panic, and no change of a good token is accepted:
/// every byte of it counts.
#[test]
fn no_random_change_of_a_token_is_accepted() {
    let good = token(&good());
    let mut random = rand::rngs::StdRng::seed_from_u64(1);
    for _ in 0..20_000 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..random.gen_range(1..4) {
            let at = random.gen_range(0..bytes.len());
            match random.gen_range(0..4) {
                0 => bytes[at] = random.r#gen(),
                1 => bytes[at] = *b"AZaz09-_.=+/".get(random.gen_range(0..12)).unwrap(),
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"A.{\"\\"[random.gen_range(0..5)]),
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text == good || verify(&text).is_err(), "{text}");
    }
}

/// The parser agrees with serde on what JSON is, but for members that come twice.
#[test]
fn random_claims_are_read_as_serde_reads_them() {
    let mut random = rand::rngs::StdRng::seed_from_u64(2);
    for _ in 0..2000 {
        let extra = value(&mut random, 4);
        let claims = with(&json!({ "extra": [extra] }));
        let expected = Expected::new();
        let verified = rules().verify_id_token(&token(&claims), &keys(), &expected, now()).unwrap();
        let read: Value = serde_json::from_str(&claims.to_string()).unwrap();
        assert_eq!(verified.claim("extra"), read.get("extra"));
    }
}

fn value(random: &mut rand::rngs::StdRng, depth: usize) -> Value {
    match random.gen_range(0..if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(random.r#gen::<bool>()),
        2 => json!(random.r#gen::<i64>()),
        3 => json!(random.gen_range(-1e9..1e9)),
        4 => (0..random.gen_range(0..8)).map(|_| random.r#gen::<char>()).collect::<String>().into(),
        5 => (0..random.gen_range(0..4)).map(|_| value(random, depth - 1)).collect(),
        _ => {
            let members =
                (0..random.gen_range(0..4)).map(|n| (format!("m{n}"), value(random, depth - 1)));
            Value::Object(members.collect())
        }
    }
}
