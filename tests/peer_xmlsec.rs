//! Responses that xmlsec signed and encrypted: run by `tests/peers/xmlsec/check`.

#![cfg(feature = "saml-encryption")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_forge.rs"]
mod saml_forge;

use std::path::PathBuf;

use authing::saml::{DecryptionKey, IdpMetadata, ServiceProvider};
use saml_forge::{ACS, ENTITY, now, pending};
use serde_json::Value;

#[test]
#[ignore = "needs xmlsec"]
fn responses_of_xmlsec_are_accepted_in_every_form() {
    let folder = PathBuf::from(std::env::var_os("PEER_XMLSEC").unwrap());
    let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut accepted = 0;
    for line in file("responses.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let certificate = file(&format!("{}.crt", row["key"].as_str().unwrap()));
        let idp =
            IdpMetadata::new("https://idp.example/").signing_certificate(&certificate).unwrap();
        let sp = ServiceProvider::new(ENTITY, ACS, idp)
            .unwrap()
            .clock(now)
            .decryption_key(DecryptionKey::from_pem(file("rsa.key")).unwrap(), &file("rsa.crt"))
            .unwrap()
            .accept_cbc(true);
        let outcome = sp.finish(row["response"].as_str().unwrap(), pending());
        let assertion = outcome.unwrap_or_else(|error| panic!("{}: {error}", row["about"]));
        assert_eq!(assertion.name_id.value, "zoë & co");
        assert_eq!(assertion.attribute("n"), Some("<v>\r"));
        accepted += 1;
    }
    assert!(accepted > 40, "{accepted}");
}
