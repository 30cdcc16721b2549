//! Responses of other projects' test suites, decided as their rows say.

#![cfg(feature = "saml")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::saml::{Binding, IdpMetadata, ServiceProvider, VerificationFailure};
use authing::{DateTime, Error};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Vectors {
    default_policy: BTreeMap<String, Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    file: String,
    encoding: String,
    idp_entity_id: String,
    idp_cert: Value,
    sp_entity_id: String,
    acs_url: String,
    request_id: Option<String>,
    now: String,
    #[cfg_attr(not(feature = "saml-encryption"), allow(dead_code, reason = "for encryption"))]
    sp_private_key: Option<Value>,
    policy: BTreeMap<String, Value>,
    requires: Vec<String>,
    expect: String,
    reason: String,
    #[serde(default)]
    name_id: Option<String>,
    #[serde(default)]
    name_id_format: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    session_index: Option<String>,
    #[serde(default)]
    forbidden_values: Vec<String>,
    #[serde(default)]
    trim: bool,
    #[serde(default)]
    debatable: bool,
    also_ok: Option<Value>,
}

/// Abilities that are not offered, in the words of the rows.
fn not_offered(case: &Case) -> Option<&'static str> {
    let needs = |ability: &str| case.requires.iter().any(|r| r == ability);
    if needs("rsa1_5") {
        return Some("key transport RSA 1.5, which leaks the key");
    }
    if !cfg!(feature = "saml-encryption") && needs("encryption") {
        return Some("the feature saml-encryption");
    }
    // The library behind AES has keys of 128 and 256 bits.
    case.id.contains("aes192gcm").then_some("AES-192-GCM")
}

#[test]
fn every_response_is_decided_as_its_row_says() {
    let Some(folder) = std::env::var_os("AUTHING_VECTORS") else {
        println!("SKIPPED: AUTHING_VECTORS does not say where the vectors are");
        return;
    };
    let folder = PathBuf::from(folder).join("saml");
    let text = std::fs::read_to_string(folder.join("cases.json")).unwrap();
    let vectors: Vectors = serde_json::from_str(&text).unwrap();
    let (mut decided, mut skipped, mut debatable) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in &vectors.cases {
        if let Some(ability) = not_offered(case).filter(|_| case.expect == "accept") {
            println!("skipped {}: needs {ability}", case.id);
            skipped += 1;
            continue;
        }
        let outcome = verify(&folder, case, &vectors.default_policy);
        if std::env::var_os("SAML_VECTORS_VERBOSE").is_some() {
            let result = outcome.as_ref().map(|_| "accepted").map_err(ToString::to_string);
            println!("{}: {} ({}): {result:?}", case.id, case.expect, case.reason);
        }
        match mistake(case, outcome) {
            None => decided += 1,
            Some(_) if case.debatable => debatable += 1,
            Some(mistake) => wrong.push(format!("{}: {mistake}", case.id)),
        }
    }
    println!("{decided} decided as said, {debatable} debatable ones otherwise, {skipped} skipped");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(decided > 300);
}

fn verify(
    folder: &Path,
    case: &Case,
    defaults: &BTreeMap<String, Value>,
) -> Result<authing::saml::Assertion, Error> {
    let policy = |name: &str| case.policy.get(name).or(defaults.get(name)).unwrap().clone();
    let mut idp = IdpMetadata::new(&case.idp_entity_id)
        .single_sign_on(Binding::HttpRedirect, "https://idp.example/");
    for path in paths(&case.idp_cert) {
        let pem = std::fs::read_to_string(folder.join(path)).unwrap();
        // A few rows pin keys of kinds that verify nothing here.
        idp = idp.clone().signing_certificate(&pem).unwrap_or(idp);
    }
    let mut sp = ServiceProvider::new(&case.sp_entity_id, &case.acs_url, idp)?;
    if policy("allow_sha1") == json!(true) {
        sp = sp.dangerous().accept_sha1();
    }
    if policy("min_rsa_bits").as_u64().unwrap() < 2048 {
        sp = sp.dangerous().accept_short_rsa_keys();
    }
    #[cfg(feature = "saml-encryption")]
    for path in case.sp_private_key.iter().flat_map(paths) {
        let pem = std::fs::read_to_string(folder.join(path)).unwrap();
        let key = authing::saml::DecryptionKey::from_pem(pem).unwrap();
        let certificate = include_str!("../protocols/saml/testdata/idp.crt");
        sp = sp.decryption_key(key, certificate).unwrap();
        sp = sp.accept_cbc(policy("allow_cbc") == json!(true));
    }
    let skew = policy("clock_skew_s").as_u64().unwrap();
    let now = DateTime::parse(&case.now).unwrap();
    let time: SystemTime =
        UNIX_EPOCH + Duration::from_millis(now.unix_millis().try_into().unwrap());
    let sp = sp.leeway(Duration::from_secs(skew)).clock(move || time);

    let bytes = std::fs::read(folder.join(&case.file)).unwrap();
    let response = match case.encoding.as_str() {
        "xml" => STANDARD.encode(bytes),
        _ => String::from_utf8(bytes).unwrap(),
    };
    match &case.request_id {
        Some(id) if policy("allow_unsolicited") == json!(false) => {
            let pending = json!({ "request_id": id, "issued_at": now, "relay_state": null });
            sp.finish(&response, serde_json::from_value(pending).unwrap())
        }
        _ => sp.finish_unsolicited(&response),
    }
}

fn mistake(case: &Case, outcome: Result<authing::saml::Assertion, Error>) -> Option<String> {
    let also = case.also_ok.as_ref().map(|also| also["outcome"].as_str().unwrap_or_default());
    let assertion = match outcome {
        Err(error) if case.expect == "reject" || also == Some("reject") => {
            let config = error.kind() == authing::ErrorKind::Config;
            return (VerificationFailure::of(&error).is_none() && !config)
                .then(|| format!("refused without a reason: {error}"));
        }
        Err(error) => return Some(format!("refused ({error}), though {}", case.reason)),
        Ok(assertion) => assertion,
    };
    let shown = format!("{assertion:?}");
    if let Some(forbidden) = case.forbidden_values.iter().find(|v| shown.contains(v.as_str())) {
        return Some(format!("accepted with {forbidden}"));
    }
    if case.expect == "reject" {
        return (also != Some("accept")).then(|| format!("accepted, though {}", case.reason));
    }
    let trim = |text: &str| if case.trim { text.trim().to_owned() } else { text.to_owned() };
    let mut attributes = BTreeMap::<String, Vec<String>>::new();
    for attribute in &assertion.attributes {
        let values = attribute.values.iter().map(|v| trim(v.as_str().unwrap_or_default()));
        attributes.entry(attribute.name.clone()).or_default().extend(values);
    }
    let expected: BTreeMap<String, Vec<String>> = case
        .attributes
        .iter()
        .map(|(name, values)| (name.clone(), values.iter().map(|v| trim(v)).collect()))
        .collect();
    if attributes != expected {
        return Some(format!("attributes {attributes:?}, not {expected:?}"));
    }
    let name = &assertion.name_id;
    if Some(trim(&name.value)) != case.name_id.as_deref().map(trim) {
        return Some(format!("name {name:?}, not {:?}", case.name_id));
    }
    if name.format != case.name_id_format {
        return Some(format!("format {:?}, not {:?}", name.format, case.name_id_format));
    }
    (assertion.session_index != case.session_index)
        .then(|| format!("session {:?}, not {:?}", assertion.session_index, case.session_index))
}

fn paths(value: &Value) -> Vec<String> {
    match value {
        Value::String(path) => vec![path.clone()],
        Value::Array(paths) => paths.iter().map(|p| p.as_str().unwrap().to_owned()).collect(),
        _ => Vec::new(),
    }
}
