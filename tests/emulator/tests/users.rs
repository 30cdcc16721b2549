//! Users: made, read, found, listed, changed and deleted.

#[cfg(test)]
mod support;

use authing_emulator::{Emulator, FieldType};
use serde_json::{Value, json};
use support::{CREATE, CURRENT, Client, LIST, LOGIN, PASSWORD, UPDATE, names};

const FIND: &str = "query ($email: String, $phone: String, $username: String, $externalId: String,
        $identity: FindUserByIdentityInput) {
    findUser(email: $email, phone: $phone, username: $username, externalId: $externalId,
        identity: $identity) { id username }
}";

const BATCH: &str =
    "query ($ids: [String!]!, $type: String) { userBatch(ids: $ids, type: $type) { id username } }";

const SEARCH: &str = "query ($query: String!, $fields: [String], $page: Int, $limit: Int) {
    searchUser(query: $query, fields: $fields, page: $page, limit: $limit) {
        totalCount list { username }
    }
}";

#[test]
fn a_created_user_has_what_was_sent() {
    let emulator = Emulator::start().unwrap();
    emulator.define_field("school", FieldType::String, "School");
    let management = Client::management(&emulator);
    let user = management.run(
        CREATE,
        json!({
            "userInfo": {
                "username": "bob",
                "email": "bob@example.com",
                "emailVerified": true,
                "externalId": "e1",
                "password": management.encrypt(PASSWORD),
            },
            "params": "[{\"key\":\"school\",\"value\":\"SJTU\"}]",
            "identity": { "provider": "wechat", "userIdInIdp": "w1", "isSocial": true },
        }),
    );
    assert_eq!(user["emailVerified"], true);
    assert_eq!(user["password"], Value::Null);
    assert_eq!(user["customData"][0]["value"], "SJTU");
    let identity = &user["identities"][0];
    assert_eq!((&identity["provider"], &identity["isSocial"]), (&json!("wechat"), &json!(true)));
    assert_eq!(identity["userId"], user["id"]);
    assert_eq!(user["id"].as_str().unwrap().len(), 24);
    Client::new(&emulator).log_in("bob");
}

#[test]
fn creation_refuses_what_the_error_table_says() {
    let emulator = Emulator::start().unwrap();
    let management = Client::management(&emulator);
    let first = json!({
        "userInfo": {
            "username": "bob", "email": "bob@example.com", "phone": "13800000000",
            "externalId": "e1",
        },
        "identity": { "provider": "wechat", "userIdInIdp": "w1" },
    });
    management.run(CREATE, first);
    let short = management.encrypt("short");
    for (variables, code) in [
        (json!({ "userInfo": {} }), 2231),
        (json!({ "userInfo": { "username": "bob" } }), 2034),
        (json!({ "userInfo": { "email": "BOB@example.com" } }), 2026),
        (json!({ "userInfo": { "phone": "13800000000" } }), 2026),
        (json!({ "userInfo": { "externalId": "e1" } }), 2026),
        (json!({ "userInfo": { "email": "bob" } }), 2003),
        (json!({ "userInfo": { "username": "a", "password": PASSWORD } }), 2016),
        (json!({ "userInfo": { "username": "a", "password": short } }), 2029),
        (json!({ "userInfo": { "username": "a" }, "params": "no JSON" }), 400),
        (
            json!({
                "userInfo": { "username": "a" },
                "identity": { "provider": "wechat", "userIdInIdp": "w1" },
            }),
            2215,
        ),
    ] {
        assert_eq!(management.code(CREATE, variables.clone()), code, "{variables}");
    }
    let keep =
        json!({ "userInfo": { "username": "kept", "password": short }, "keepPassword": true });
    management.run(CREATE, keep);
    assert_eq!(emulator.user_count(), 2);
    let client = Client::new(&emulator);
    assert_eq!(client.code(CREATE, json!({ "userInfo": { "username": "a" } })), 2020);
}

#[test]
fn pages_count_from_one_and_have_ten_users() {
    let emulator = Emulator::builder().seed_users(23).start().unwrap();
    let management = Client::management(&emulator);
    let page = |variables: Value| management.run(LIST, variables);
    let first = page(json!({}));
    assert_eq!(first["totalCount"], 23);
    assert_eq!(names(&first["list"])[..2], ["user00001", "user00002"]);
    assert_eq!(first["list"].as_array().unwrap().len(), 10);
    assert_eq!(page(json!({ "page": 3 }))["list"].as_array().unwrap().len(), 3);
    assert_eq!(page(json!({ "page": 4 }))["list"], json!([]));
    assert_eq!(page(json!({ "page": 0 })), first);
    assert_eq!(names(&page(json!({ "page": 2, "limit": 22 }))["list"]), ["user00023"]);
    let newest = page(json!({ "limit": 1, "sortBy": "CREATEDAT_DESC" }));
    assert_eq!(names(&newest["list"]), ["user00023"]);
    for page_number in [i32::MAX, i32::MIN] {
        page(json!({ "page": page_number, "limit": i32::MAX }));
    }
}

#[test]
fn the_latest_change_comes_first_when_sorted_so() {
    let emulator = Emulator::builder().seed_users(3).start().unwrap();
    let management = Client::management(&emulator);
    emulator.advance(std::time::Duration::from_secs(1));
    let id = &emulator.users()[1].id;
    management.run(UPDATE, json!({ "id": id, "input": { "nickname": "x" } }));
    let list = |sort_by: &str| management.run(LIST, json!({ "sortBy": sort_by }))["list"].clone();
    assert_eq!(names(&list("UPDATEDAT_DESC"))[0], "user00002");
    assert_eq!(names(&list("UPDATEDAT_ASC"))[2], "user00002");
}

#[test]
fn seeded_users_log_in() {
    let emulator = Emulator::builder().seed_users(1).start().unwrap();
    Client::new(&emulator).log_in("user00001");
    assert_eq!(emulator.users()[0].email.as_deref(), Some("user00001@example.com"));
}

#[test]
fn the_current_user_needs_no_id_and_others_need_the_management_token() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (bob, ann) = (client.register_user("bob"), client.register_user("ann"));
    let session = client.signed_in("bob");
    assert_eq!(session.run(CURRENT, json!({}))["id"], json!(bob));
    assert_eq!(session.run(CURRENT, json!({ "id": bob }))["id"], json!(bob));
    assert_eq!(session.code(CURRENT, json!({ "id": ann })), 1001);
    assert_eq!(client.code(CURRENT, json!({})), 2020);
    let management = Client::management(&emulator);
    assert_eq!(management.run(CURRENT, json!({ "id": ann }))["username"], "ann");
    assert_eq!(management.run(CURRENT, json!({ "id": "nobody" })), Value::Null);
    assert_eq!(management.code(CURRENT, json!({})), 2231);
}

#[test]
fn users_are_found_by_credential_and_identity() {
    let emulator = Emulator::start().unwrap();
    let management = Client::management(&emulator);
    let info = json!({
        "username": "bob", "email": "bob@example.com", "phone": "13800000000", "externalId": "e1",
    });
    let identity = json!({ "provider": "wechat", "userIdInIdp": "w1" });
    management.run(CREATE, json!({ "userInfo": info, "identity": identity }));
    for (name, value) in info.as_object().unwrap() {
        assert_eq!(management.run(FIND, json!({ name: value }))["username"], "bob", "{name}");
        assert_eq!(management.run(FIND, json!({ name: "other" })), Value::Null, "{name}");
    }
    assert_eq!(management.run(FIND, json!({ "identity": identity }))["username"], "bob");
    let other = json!({ "provider": "wechat", "userIdInIdp": "w2" });
    assert_eq!(management.run(FIND, json!({ "identity": other })), Value::Null);
    let incomplete = json!({ "provider": "wechat" });
    assert_eq!(management.code(FIND, json!({ "identity": incomplete })), 2231);
    assert_eq!(management.code(FIND, json!({})), 2231);
}

#[test]
fn existence_is_asked_without_a_token() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let exists = "query ($username: String, $email: String) {
        isUserExists(username: $username, email: $email)
    }";
    assert_eq!(client.run(exists, json!({ "username": "bob" })), true);
    assert_eq!(client.run(exists, json!({ "username": "ann" })), false);
    assert_eq!(client.run(exists, json!({ "username": "ann", "email": null })), false);
    assert_eq!(client.code(exists, json!({})), 2231);
    assert_eq!(Client::bare(&emulator).code(exists, json!({ "username": "bob" })), 2101);
}

#[test]
fn batches_have_at_most_80_ids() {
    let emulator = Emulator::builder().seed_users(81).start().unwrap();
    let management = Client::management(&emulator);
    let ids: Vec<String> = emulator.users().into_iter().map(|user| user.id).collect();
    let batch = management.run(BATCH, json!({ "ids": ids[..80] }));
    assert_eq!(batch.as_array().unwrap().len(), 80);
    assert_eq!(management.code(BATCH, json!({ "ids": ids })), 2030);
    let wanted = json!({ "ids": ["user00003", "nobody", "user00001"], "type": "username" });
    assert_eq!(names(&management.run(BATCH, wanted)), ["user00003", "user00001"]);
    assert_eq!(management.code(BATCH, json!({ "ids": [], "type": "shoe size" })), 2015);

    let rest = |body: Value| management.post("/api/v2/users/batch", &body).1;
    let answer = rest(json!({ "ids": ["user00002@example.com"], "type": "email" }));
    assert_eq!((&answer["code"], names(&answer["data"])), (&json!(200), vec!["user00002"]));
    assert_eq!(rest(json!({ "ids": ids, "type": "id" }))["code"], 2030);
    assert_eq!(rest(json!({ "ids": [] }))["code"], 2231);
    assert_eq!(rest(json!([]))["code"], 400);
}

#[test]
fn a_search_looks_into_the_named_fields() {
    let emulator = Emulator::builder().seed_users(12).start().unwrap();
    let management = Client::management(&emulator);
    management.run(CREATE, json!({ "userInfo": { "username": "bob", "nickname": "USER00001" } }));
    let search = |variables: Value| management.run(SEARCH, variables);
    let found = search(json!({ "query": "uSer00001" }));
    assert_eq!(names(&found["list"]), ["user00001", "bob"]);
    let found = search(json!({ "query": "user00001", "fields": ["nickname"] }));
    assert_eq!(names(&found["list"]), ["bob"]);
    let found = search(json!({ "query": "example.com", "page": 2 }));
    assert_eq!(found["totalCount"], 12);
    assert_eq!(names(&found["list"]), ["user00011", "user00012"]);
    assert_eq!(search(json!({ "query": "nobody" })), json!({ "totalCount": 0, "list": [] }));
    assert_eq!(management.code(SEARCH, json!({ "query": " " })), 2014);
    let unknown = json!({ "query": "a", "fields": ["shoeSize"] });
    assert_eq!(management.code(SEARCH, unknown), 2015);
}

#[test]
fn a_user_changes_the_own_profile_but_not_the_owners_members() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (bob, ann) = (client.register_user("bob"), client.register_user("ann"));
    let session = client.signed_in("bob");
    let update = |input: Value| json!({ "input": input });
    let user = session.run(UPDATE, update(json!({ "nickname": "Bobby", "email": null })));
    assert_eq!(user["nickname"], "Bobby");
    session.run(UPDATE, json!({ "id": bob, "input": { "nickname": "B" } }));
    for (input, code) in [
        (json!({ "email": "new@example.com" }), 2225),
        (json!({ "phone": "13800000000" }), 2226),
        (json!({ "password": client.encrypt("new password") }), 2019),
        (json!({ "blocked": true }), 2018),
        (json!({ "emailVerified": true }), 2018),
        (json!({ "username": "ann" }), 2034),
    ] {
        assert_eq!(session.code(UPDATE, update(input.clone())), code, "{input}");
    }
    assert_eq!(session.code(UPDATE, json!({ "id": ann, "input": {} })), 2202);
    assert_eq!(client.code(UPDATE, update(json!({}))), 2020);
    assert_eq!(session.run(UPDATE, update(json!({})))["nickname"], "B", "nothing else changed");
}

#[test]
fn the_owner_changes_any_user() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    let (bob, _) = (client.register_user("bob"), client.register_user("ann"));
    let management = Client::management(&emulator);
    let update = |input: Value| json!({ "id": bob, "input": input });
    let password = client.encrypt("new password");
    let input = json!({ "email": "b@example.com", "phone": "13800000000", "password": password });
    let user = management.run(UPDATE, update(input));
    assert_eq!(user["email"], "b@example.com");
    assert_eq!(user["phone"], "13800000000");
    client.run(LOGIN, json!({ "input": client.login("bob", "new password") }));
    management.run(UPDATE, update(json!({ "email": "b@example.com" })));
    let created = json!({ "userInfo": { "email": "c@example.com", "phone": "13900000000" } });
    management.run(CREATE, created);
    for (input, code) in [
        (json!({ "email": "b" }), 2204),
        (json!({ "email": "C@example.com" }), 2200),
        (json!({ "phone": "13900000000" }), 2035),
        (json!({ "username": "ann" }), 2034),
        (json!({ "password": client.encrypt("short") }), 2029),
        (json!({ "password": "in clear" }), 2016),
    ] {
        assert_eq!(management.code(UPDATE, update(input.clone())), code, "{input}");
    }
    assert_eq!(management.code(UPDATE, json!({ "id": "nobody", "input": {} })), 2004);
    assert_eq!(management.code(UPDATE, json!({ "input": {} })), 2231);
    management.run(UPDATE, update(json!({ "blocked": true })));
    assert_eq!(client.code(LOGIN, json!({ "input": client.login("bob", "new password") })), 2005);
}

#[test]
fn the_oldest_logout_puts_the_expiry_to_zero() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let session = client.signed_in("bob");
    session.run(UPDATE, json!({ "input": { "tokenExpiredAt": "0" } }));
    assert_eq!(session.code(CURRENT, json!({})), 2020);
    client.signed_in("bob").run(CURRENT, json!({}));
}

#[test]
fn users_are_deleted() {
    let emulator = Emulator::builder().seed_users(4).start().unwrap();
    let management = Client::management(&emulator);
    let ids: Vec<String> = emulator.users().into_iter().map(|user| user.id).collect();
    let one = "mutation ($id: String!) { deleteUser(id: $id) { code message } }";
    let many = "mutation ($ids: [String!]!) { deleteUsers(ids: $ids) { code message } }";
    assert_eq!(management.run(one, json!({ "id": ids[0] }))["code"], 200);
    assert_eq!(management.code(one, json!({ "id": ids[0] })), 2004);
    assert_eq!(management.run(many, json!({ "ids": [ids[0], ids[1], ids[2]] }))["code"], 200);
    assert_eq!(emulator.users().len(), 1);
    let session = Client::new(&emulator).signed_in("user00004");
    assert_eq!(session.code(one, json!({ "id": ids[3] })), 1001);
    assert_eq!(session.code(many, json!({ "ids": ids })), 1001);
}

#[test]
fn rest_answers_users_in_an_envelope() {
    let emulator = Emulator::start().unwrap();
    emulator.define_field("school", FieldType::String, "School");
    let client = Client::new(&emulator);
    let id = client.register_user("bob");
    let token = client.log_in("bob")["token"].clone();
    let session = Client::bare(&emulator).with_token(token.as_str().unwrap());
    let (_, me) = session.get("/api/v2/users/me");
    assert_eq!(me["code"], 200);
    assert_eq!(me["data"]["id"], json!(id));
    assert_eq!(me["data"]["token"], token);
    assert_eq!(client.get("/api/v2/users/me").1["code"], 2020);
    assert_eq!(Client::management(&emulator).get("/api/v2/users/me").1["code"], 2020);

    let management = Client::management(&emulator);
    let detail = management.get(&format!("/api/v2/users/{id}")).1;
    assert_eq!(detail["data"]["username"], "bob");
    assert!(detail["data"].get("customData").is_none());
    for flag in ["1", "true"] {
        let detail = management.get(&format!("/api/v2/users/{id}?with_custom_data={flag}")).1;
        assert_eq!(detail["data"]["customData"][0]["key"], "school");
    }
    assert_eq!(management.get("/api/v2/users/nobody").1["code"], 2004);
    assert_eq!(session.get(&format!("/api/v2/users/{id}")).1["code"], 1001);
}

#[test]
fn logout_makes_the_token_invalid() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator);
    client.register_user("bob");
    let (session, other) = (client.signed_in("bob"), client.signed_in("bob"));
    let path = format!("/api/v2/logout?app_id={}", emulator.app_id());
    assert_eq!(session.get("/api/v2/logout").1["code"], 2101);
    assert_eq!(session.get("/api/v2/logout?app_id=x").1["code"], 2011);
    assert_eq!(session.get(&path).1["code"], 200);
    assert_eq!(session.get(&path).1["code"], 2020);
    assert_eq!(session.get("/api/v2/users/me").1["code"], 2020);
    other.run(CURRENT, json!({}));
}
