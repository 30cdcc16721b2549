//! Custom data: fields and values.

#[cfg(test)]
mod support;

use authing_emulator::{Emulator, FieldType};
use serde_json::{Value, json};
use support::Client;

const SET_FIELD: &str = "mutation ($targetType: UDFTargetType!, $key: String!,
        $dataType: UDFDataType!, $label: String!, $options: String) {
    setUdf(targetType: $targetType, key: $key, dataType: $dataType, label: $label,
        options: $options) { targetType dataType key label options }
}";

const FIELDS: &str = "query ($type: UDFTargetType!) { udf(targetType: $type) { key dataType } }";

const VALUES: &str = "query ($type: UDFTargetType!, $id: String!) {
    udv(targetType: $type, targetId: $id) { key dataType value label }
}";

const SET: &str = "mutation ($type: UDFTargetType!, $id: String!, $key: String!, $value: String!) {
    setUdv(targetType: $type, targetId: $id, key: $key, value: $value) { key value }
}";

const SET_BATCH: &str = "mutation ($id: String!, $list: [UserDefinedDataInput!]) {
    setUdvBatch(targetType: USER, targetId: $id, udvList: $list) { key value }
}";

#[test]
fn fields_are_defined_listed_and_removed() {
    let emulator = Emulator::start().unwrap();
    let management = Client::management(&emulator);
    let field = json!({
        "targetType": "ROLE", "key": "k", "dataType": "NUMBER", "label": "K", "options": null,
    });
    assert_eq!(management.run(SET_FIELD, field.clone()), field);
    let listed = management.run(FIELDS, json!({ "type": "ROLE" }));
    assert_eq!(listed, json!([{ "key": "k", "dataType": "NUMBER" }]));
    assert_eq!(management.run(FIELDS, json!({ "type": "USER" })), json!([]));
    assert_eq!(Client::new(&emulator).code(FIELDS, json!({ "type": "USER" })), 2020);
    let remove = "mutation { removeUdf(targetType: ROLE, key: \"k\") { code } }";
    assert_eq!(management.run(remove, json!({}))["code"], 200);
    assert_eq!(management.code(remove, json!({})), 400);
}

#[test]
fn values_are_written_as_json_text_and_read_as_text() {
    let emulator = Emulator::start().unwrap();
    for (key, data_type) in [
        ("string", FieldType::String),
        ("number", FieldType::Number),
        ("date", FieldType::DateTime),
        ("boolean", FieldType::Boolean),
        ("object", FieldType::Object),
        ("select", FieldType::Select),
    ] {
        emulator.define_field(key, data_type, key);
    }
    let id = Client::new(&emulator).register_user("bob");
    let management = Client::management(&emulator);
    let set =
        |key: &str, value: &str| json!({ "type": "USER", "id": id, "key": key, "value": value });
    for (key, value, read) in [
        ("string", "\"text\"", "text"),
        ("number", "1.5", "1.5"),
        ("date", "\"2026-01-31T00:00:00.000Z\"", "2026-01-31T00:00:00.000Z"),
        ("boolean", "true", "true"),
        ("object", "{\"a\":[1]}", "{\"a\":[1]}"),
        ("select", "\"one\"", "one"),
    ] {
        let values = management.run(SET, set(key, value));
        let values = values.as_array().unwrap();
        assert_eq!(values.last().unwrap(), &json!({ "key": key, "value": read }));
    }
    for (key, value) in [
        ("string", "text"),
        ("string", "1"),
        ("number", "\"1\""),
        ("boolean", "\"true\""),
        ("object", "\"{}\""),
        ("undefined", "1"),
    ] {
        assert_eq!(management.code(SET, set(key, value)), 400, "{key}: {value}");
    }
    let values = management.run(VALUES, json!({ "type": "USER", "id": id }));
    assert_eq!(values.as_array().unwrap().len(), 6);
    assert_eq!(values[0]["label"], "string");
    assert_eq!(management.code(VALUES, json!({ "type": "USER", "id": "nobody" })), 2004);
}

#[test]
fn a_user_reaches_the_own_values_alone() {
    let emulator = Emulator::start().unwrap();
    emulator.define_field("a", FieldType::String, "A");
    emulator.define_field("b", FieldType::Number, "B");
    let client = Client::new(&emulator);
    let (bob, ann) = (client.register_user("bob"), client.register_user("ann"));
    let session = client.signed_in("bob");
    let list = json!([{ "key": "a", "value": "\"x\"" }, { "key": "b", "value": "1" }]);
    session.run(SET_BATCH, json!({ "id": bob, "list": list }));
    let list = json!([{ "key": "a", "value": null }, { "key": "b", "value": "2" }]);
    let values = session.run(SET_BATCH, json!({ "id": bob, "list": list }));
    assert_eq!(values, json!([{ "key": "b", "value": "2" }]));
    let list = json!([{ "key": "a", "value": "\"y\"" }, { "key": "b", "value": "bad" }]);
    assert_eq!(session.code(SET_BATCH, json!({ "id": bob, "list": list })), 400);
    assert_eq!(emulator.users()[0].custom_data.get("a"), None, "all or nothing");

    let remove = "mutation ($id: String!, $key: String!) {
        removeUdv(targetType: USER, targetId: $id, key: $key) { key }
    }";
    assert_eq!(session.run(remove, json!({ "id": bob, "key": "b" })), json!([]));
    for (document, variables) in [
        (VALUES, json!({ "type": "USER", "id": ann })),
        (VALUES, json!({ "type": "ROLE", "id": bob })),
        (SET_BATCH, json!({ "id": ann, "list": [] })),
        (remove, json!({ "id": ann, "key": "a" })),
    ] {
        assert_eq!(session.code(document, variables.clone()), 2202, "{variables}");
        assert_eq!(client.code(document, variables), 2020);
    }
}

#[test]
fn batches_reach_many_targets() {
    let emulator = Emulator::builder().seed_users(2).start().unwrap();
    emulator.define_field("a", FieldType::Number, "A");
    let management = Client::management(&emulator);
    let field = json!({ "targetType": "ROLE", "key": "r", "dataType": "STRING", "label": "R" });
    management.run(SET_FIELD, field);
    let set = "mutation ($type: UDFTargetType!, $input: [SetUdfValueBatchInput!]!) {
        setUdfValueBatch(targetType: $type, input: $input) { code }
    }";
    let get = "query ($type: UDFTargetType!, $ids: [String]!) {
        udfValueBatch(targetType: $type, targetIds: $ids) { targetId data { key value } }
    }";
    let ids: Vec<Value> = emulator.users().into_iter().map(|user| json!(user.id)).collect();
    let input = json!([{ "targetId": ids[1], "key": "a", "value": "7" }]);
    assert_eq!(management.run(set, json!({ "type": "USER", "input": input }))["code"], 200);
    let found = management.run(get, json!({ "type": "USER", "ids": ids }));
    assert_eq!(found[0], json!({ "targetId": ids[0], "data": [] }));
    assert_eq!(found[1]["data"], json!([{ "key": "a", "value": "7" }]));
    let input = json!([{ "targetId": "admin", "key": "r", "value": "\"x\"" }]);
    management.run(set, json!({ "type": "ROLE", "input": input }));
    let found = management.run(get, json!({ "type": "ROLE", "ids": ["admin"] }));
    assert_eq!(found[0]["data"], json!([{ "key": "r", "value": "x" }]));
}
