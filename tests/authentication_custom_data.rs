//! The user-defined values of the signed-in user.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{CustomValue, DateTime, ErrorKind};
use authing_emulator::FieldType;
use serde_json::{Value, json};
use support::Cloud;

fn with_fields() -> Cloud {
    let cloud = Cloud::start();
    for (key, kind) in [
        ("school", FieldType::String),
        ("age", FieldType::Number),
        ("hired", FieldType::DateTime),
        ("active", FieldType::Boolean),
        ("tags", FieldType::Object),
        ("colour", FieldType::Select),
    ] {
        cloud.emulator.define_field(key, kind, "A label");
    }
    cloud
}

#[test]
fn values_of_every_type_come_back_as_they_were_set() {
    let cloud = with_fields();
    let session = cloud.bob();
    assert!(session.list_udv().unwrap().is_empty());
    let values = [
        ("school", CustomValue::from("\"SJTU\" 上海 5")),
        ("age", 30.into()),
        ("hired", DateTime::parse("9999-12-31T23:59:59.999Z").unwrap().into()),
        ("active", true.into()),
        ("tags", json!({"a": [1, null]}).into()),
        ("colour", CustomValue::Select("red".to_owned())),
    ];
    let data = session.set_udf_value(values.clone()).unwrap();
    for (key, value) in &values {
        assert_eq!(data.get(key), Some(value));
    }
    assert_eq!(session.list_udv().unwrap(), data);
    assert_eq!(data.fields()[0].label.as_deref(), Some("A label"));
}

#[test]
fn one_value_is_set_as_json_text_and_removed() {
    // The JSON text of a string carries quotes: 5 the text is not 5 the number.
    let cloud = with_fields();
    let session = cloud.bob();
    let data = session.set_udv("school", "5").unwrap();
    assert_eq!(data.get("school"), Some(&CustomValue::from("5")));
    let sent: Value = serde_json::from_str(&cloud.requests("setUdv")[0].body).unwrap();
    assert_eq!(sent["variables"]["value"], "\"5\"");
    session.set_udv("age", 5).unwrap();
    let data = session.remove_udv("school").unwrap();
    assert_eq!((data.get("school"), data.fields().len()), (None, 1));
}

#[test]
fn each_call_is_one_request_with_the_token_alone_too() {
    // The Python clients ask for the user before each of these.
    let cloud = with_fields();
    let session = cloud.app.session(cloud.bob().token());
    cloud.emulator.clear_requests();
    session.set_udv("age", 5).unwrap();
    session.list_udv().unwrap();
    session.remove_udv("age").unwrap();
    assert_eq!(cloud.emulator.requests().len(), 3);
}

#[test]
fn what_does_not_fit_its_field_is_refused() {
    let cloud = with_fields();
    let session = cloud.bob();
    for error in [
        session.set_udv("age", "many").unwrap_err(),
        session.set_udv("unknown", 1).unwrap_err(),
        session.set_udf_value([("active", CustomValue::from(1))]).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Api, "{error}");
    }
    assert!(session.list_udv().unwrap().is_empty(), "nothing was set");
}

#[test]
fn a_token_that_is_not_valid_reaches_nobodys_values() {
    let cloud = with_fields();
    let bob = cloud.bob();
    // A forged token whose payload names bob.
    let payload = bob.token().expose().split('.').nth(1).unwrap();
    for token in [format!("e30.{payload}.AAAA"), "nonsense".to_owned(), "a.b.c".to_owned()] {
        let session = cloud.app.session(token);
        assert!(session.list_udv().unwrap_err().is_unauthorized());
        assert!(session.set_udv("age", 5).unwrap_err().is_unauthorized());
        assert!(session.remove_udv("age").unwrap_err().is_unauthorized());
    }
}
