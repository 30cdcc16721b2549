//! Published vectors (Wycheproof, RFC 7515, 7520, 8037), read where `AUTHING_VECTORS` says.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;
use crate::oauth2::Algorithm;

/// Accepted by the vectors and refused here, for a reason that is a rule of ours.
const STRICTER: [(&str, &str); 8] = [
    ("wycheproof/signature/346", "the key is for PS256, the token is signed with PS384"),
    ("wycheproof/signature/350", "the key is for PS256, the token is signed with PS384"),
    ("wycheproof/signature/347", "ES512 is not offered"),
    ("wycheproof/signature/351", "ES512 is not offered"),
    ("cookbook/jws/4_3.ecdsa_signature", "ES512 is not offered"),
    ("rfc7515/A.4", "ES512 is not offered"),
    ("wycheproof/signature/372", "a character that is none of base64url"),
    ("wycheproof/signature/373", "a character that is none of base64url"),
];

/// Refused by the vectors, and accepted here for a reason.
const MILDER: [(&str, &str); 7] = [
    ("wycheproof/key/1", "the client has one secret; that others exist does not matter"),
    ("wycheproof/key/4", "the client has one secret; that others exist does not matter"),
    ("wycheproof/crypto/47", "the client has one secret; that others exist does not matter"),
    ("wycheproof/key/7", "keys made by the defective generator of 2017 are not looked for"),
    ("wycheproof/crypto/46", "keys made by the defective generator of 2017 are not looked for"),
    ("wycheproof/signature/367", "published broken: the same text as 357, which is valid"),
    ("wycheproof/signature/370", "published broken: the same text as 357, which is valid"),
];

#[test]
fn published_vectors_are_accepted_and_refused_as_published() {
    let Some(root) = std::env::var_os("AUTHING_VECTORS") else {
        println!("skipped: AUTHING_VECTORS is not set");
        return;
    };
    let json = std::fs::read(PathBuf::from(root).join("jose/vectors.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(rows.len(), 492);
    let mut wrong = Vec::new();
    for row in &rows {
        let id = row["id"].as_str().unwrap();
        let outcome = verify(row);
        let expected = match row["expect"] == "accept" {
            true => !STRICTER.iter().any(|(stricter, _)| *stricter == id),
            false => MILDER.iter().any(|(milder, _)| *milder == id),
        };
        if outcome.is_ok() != expected {
            wrong.push(format!("{id} ({}): {outcome:?}", row["comment"]));
        }
        if let (Ok(payload), Some(published)) = (&outcome, row["payload_b64"].as_str()) {
            assert_eq!(*payload, STANDARD.decode(published).unwrap(), "{id}");
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn verify(row: &Value) -> Result<Vec<u8>, String> {
    let token = row["jws"].as_str().ok_or("no compact form")?;
    let allowed = [&Algorithm::ASYMMETRIC[..], &Algorithm::SYMMETRIC[..]].concat();
    let jws = Jws::parse(token, &allowed).map_err(|e| e.to_string())?;
    let set = JwkSet::parse(row["jwks"].to_string().as_bytes()).map_err(|e| e.to_string())?;
    let secret = secret(&row["jwks"]["keys"], token);
    let keys = KeySource { published: &set, secret: secret.as_deref(), secret_may_be_short: false };
    jws.verify(keys).map_err(|e| e.to_string())
}

/// The secret that a user would have configured: the vectors have it as a key of the set.
fn secret(keys: &Value, token: &str) -> Option<Vec<u8>> {
    let header: Value = serde_json::from_slice(&decode(token.split('.').next()?)).ok()?;
    let fits = |name: &str, value: &Value| value.is_null() || *value == header[name];
    let key = keys.as_array()?.iter().find(|key| {
        key["kty"] == "oct"
            && fits("kid", &key["kid"])
            && fits("alg", &key["alg"])
            && (key["use"].is_null() || key["use"] == "sig")
            && (key["key_ops"].is_null() || key["key_ops"].to_string().contains("verify"))
    })?;
    Some(decode(key["k"].as_str()?))
}

fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}
