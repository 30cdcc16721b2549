//! Users, as an administrator sees them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    CustomValue, ErrorKind, ListUsers, NewIdentity, NewUser, RestRequest, SearchUsers, SortBy,
    UserField, UserKey, UserUpdate, codes,
};
use authing_emulator::{Emulator, FieldType};
use serde_json::{Value, json};
use support::Cloud;

fn with_users(count: usize) -> Cloud {
    Cloud::from(Emulator::builder().seed_users(count))
}

#[test]
fn a_list_gives_every_user_once_in_order_over_all_its_pages() {
    let cloud = with_users(23);
    let list = cloud.admin.users().list().page_size(5);
    let names: Vec<String> = list.iter().map(|user| user.unwrap().username.unwrap()).collect();
    let expected: Vec<String> = (1..=23).map(|n| format!("user{n:05}")).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    assert_eq!(cloud.requests("users").len(), 5);

    let page = list.page(5).unwrap();
    assert_eq!((page.total, page.items.len()), (23, 3));
    assert_eq!(list.page(6).unwrap().items, []);
}

#[test]
fn a_list_is_sorted_as_asked() {
    let cloud = with_users(3);
    let names = |sort_by| {
        let list = cloud.admin.users().list_with(ListUsers::new().sort_by(sort_by));
        list.iter().map(|user| user.unwrap().username.unwrap()).collect::<Vec<_>>()
    };
    let oldest = names(SortBy::CreatedAtAscending);
    assert_eq!(oldest, ["user00001", "user00002", "user00003"]);
    let newest: Vec<String> = oldest.into_iter().rev().collect();
    assert_eq!(names(SortBy::CreatedAtDescending), newest);
}

#[test]
fn an_empty_pool_is_an_empty_list() {
    let cloud = Cloud::start();
    assert_eq!(cloud.admin.users().list().iter().count(), 0);
    assert_eq!(cloud.admin.users().list().page(1).unwrap().total, 0);
}

#[test]
fn an_error_in_the_middle_ends_a_list_after_it_was_told() {
    let cloud = with_users(6);
    let mut users = cloud.admin.users().list().page_size(2).iter();
    users.next().unwrap().unwrap();
    users.next().unwrap().unwrap();
    cloud.emulator.inject(authing_emulator::Fault::on("users").status(500));
    assert_eq!(users.next().unwrap().unwrap_err().status(), Some(500));
    assert!(users.next().is_none());
}

#[test]
fn every_option_of_a_new_user_arrives() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("school", FieldType::String, "School");
    cloud.emulator.define_field("level", FieldType::Object, "Level");
    let user = NewUser::email("ann@example.com")
        .and_username("ann")
        .and_phone("13800000000")
        .password("s3cret!")
        .nickname("Ann")
        .external_id("10010")
        .email_verified(true)
        .phone_verified(false)
        .blocked(false)
        .logins_count(7)
        .register_source(["import:manual"])
        .keep_password(true)
        .identity(NewIdentity::new("github", "g-1").is_social(true).openid("o-1"))
        .custom_data([("school", "SJTU".into()), ("level", CustomValue::from(json!({"a": 1})))]);
    let ann = cloud.admin.users().create(user).unwrap();
    assert_eq!(ann.email.as_deref(), Some("ann@example.com"));
    assert_eq!(ann.username.as_deref(), Some("ann"));
    assert_eq!(ann.phone.as_deref(), Some("13800000000"));
    assert_eq!(ann.nickname.as_deref(), Some("Ann"));
    assert_eq!(ann.external_id.as_deref(), Some("10010"));
    assert_eq!((ann.email_verified, ann.logins_count), (Some(true), Some(7)));
    assert_eq!(ann.register_source, ["import:manual"]);
    assert_eq!(ann.custom_data.get("school"), Some(&CustomValue::from("SJTU")));
    assert_eq!(ann.custom_data.get("level"), Some(&CustomValue::from(json!({"a": 1}))));
    assert_eq!(ann.identities[0].user_id_in_idp.as_deref(), Some("g-1"));
    cloud.app.login_by_email("ann@example.com", "s3cret!").unwrap();

    let body = &cloud.requests("createUser")[0].body;
    let variables = serde_json::from_str::<Value>(body).unwrap()["variables"].take();
    assert_eq!(variables["keepPassword"], true);
    assert!(variables.get("resetPasswordOnFirstLogin").is_none(), "{variables}");
}

#[test]
fn the_same_input_can_be_sent_twice() {
    // The Python SDKs encrypt in the caller's value, so that a second try encrypts twice.
    let cloud = Cloud::start();
    let user = NewUser::username("ann").password("s3cret!");
    let ann = cloud.admin.users().create(user.clone()).unwrap();
    cloud.admin.users().delete(&ann.id).unwrap();
    cloud.admin.users().create(user).unwrap();
    cloud.app.login_by_username("ann", "s3cret!").unwrap();
}

#[test]
fn creating_fails_with_the_documented_codes() {
    let cloud = Cloud::start();
    let users = cloud.admin.users();
    users.create(NewUser::username("ann").and_email("ann@example.com")).unwrap();
    assert!(users.create(NewUser::username("ann")).unwrap_err().is_already_exists());
    assert!(users.create(NewUser::email("ann@example.com")).unwrap_err().is_already_exists());
    let error = users.create(NewUser::username("eve").password("x".repeat(118))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[test]
fn a_user_is_updated_and_the_password_with_it() {
    let cloud = Cloud::start();
    let bob = cloud.app.register_by_username("bob", "passw0rd!").unwrap().user;
    let update = UserUpdate::new()
        .nickname("Bobby")
        .email("bob@example.com")
        .email_verified(true)
        .password("another one");
    let user = cloud.admin.users().update(&bob.id, update).unwrap();
    assert_eq!(user.nickname.as_deref(), Some("Bobby"));
    assert_eq!(user.email.as_deref(), Some("bob@example.com"));
    cloud.app.login_by_email("bob@example.com", "another one").unwrap();

    cloud.admin.users().update(&bob.id, UserUpdate::new().blocked(true)).unwrap();
    let error = cloud.app.login_by_username("bob", "another one").unwrap_err();
    assert_eq!(error.code(), Some(codes::USER_LOCKED));
}

#[test]
fn updating_fails_for_strangers_and_for_taken_names() {
    let cloud = with_users(2);
    let first = cloud.admin.users().list().page(1).unwrap().items.remove(0);
    let error = cloud.admin.users().update("nobody", UserUpdate::new().nickname("x")).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let other =
        if first.username.as_deref() == Some("user00001") { "user00002" } else { "user00001" };
    let error = cloud.admin.users().update(&first.id, UserUpdate::new().username(other));
    assert!(error.unwrap_err().is_already_exists());
}

#[test]
fn an_empty_id_never_reaches_the_server() {
    // Without an id, some operations would be about the caller.
    let cloud = Cloud::start();
    let users = cloud.admin.users();
    for error in [
        users.update("", UserUpdate::new()).unwrap_err(),
        users.detail("").unwrap_err(),
        users.delete("").unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(!error.operation().is_empty());
    }
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn a_user_is_found_by_every_key_and_nobody_is_none() {
    let cloud = Cloud::start();
    let users = cloud.admin.users();
    let ann = NewUser::email("ann@example.com").and_username("ann").and_phone("13800000000");
    let ann = ann.external_id("10010").identity(NewIdentity::new("github", "g-1"));
    let ann = users.create(ann).unwrap();
    for key in [
        UserKey::email("ann@example.com"),
        UserKey::username("ann"),
        UserKey::phone("13800000000"),
        UserKey::external_id("10010"),
    ] {
        assert_eq!(users.find(key.clone()).unwrap().unwrap().id, ann.id, "{key:?}");
        assert!(users.exists(key).unwrap());
    }
    assert_eq!(users.find_by_identity("github", "g-1").unwrap().unwrap().id, ann.id);
    assert_eq!(users.detail(&ann.id).unwrap().unwrap().id, ann.id);

    for key in [UserKey::email("x@example.com"), UserKey::username("x"), UserKey::phone("1")] {
        assert_eq!(users.find(key.clone()).unwrap(), None);
        assert!(!users.exists(key).unwrap());
    }
    assert_eq!(users.find_by_identity("github", "g-2").unwrap(), None);
    assert_eq!(users.detail("nobody").unwrap(), None);
}

#[test]
fn users_are_searched_with_paging() {
    let cloud = with_users(12);
    let users = cloud.admin.users();
    assert_eq!(users.search("user0001").page_size(2).iter().count(), 3);
    assert_eq!(users.search("nobody").iter().count(), 0);
    let by_email = SearchUsers::new("user00003").fields(["email"]);
    assert_eq!(users.search_with(by_email).iter().count(), 1);
}

#[test]
fn a_batch_of_any_size_is_looked_up_in_chunks_of_eighty() {
    let cloud = with_users(161);
    let users = cloud.admin.users();
    let ids: Vec<String> = users.list().page_size(50).iter().map(|user| user.unwrap().id).collect();
    cloud.emulator.clear_requests();
    let found = users.batch_get(&ids).unwrap();
    assert_eq!(
        found.iter().map(|user| &user.id).collect::<Vec<_>>(),
        ids.iter().collect::<Vec<_>>()
    );
    assert_eq!(cloud.requests("userBatch").len(), 3);

    let names = ["user00001", "nobody", "user00161"];
    let found = users.batch_get_by(UserField::Username, names).unwrap();
    assert_eq!(found.len(), 2);
    cloud.emulator.clear_requests();
    assert_eq!(users.batch_get([""; 0]).unwrap(), []);
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn users_are_deleted_one_and_many() {
    let cloud = with_users(4);
    let users = cloud.admin.users();
    let ids: Vec<String> = users.list().iter().map(|user| user.unwrap().id).collect();
    users.delete(&ids[0]).unwrap();
    assert!(users.delete(&ids[0]).is_err());
    users.delete_many(&ids[1..3]).unwrap();
    assert_eq!(users.list().page(1).unwrap().total, 1);
    cloud.emulator.clear_requests();
    users.delete_many([""; 0]).unwrap();
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn custom_data_comes_with_a_list_only_when_asked_for() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("age", FieldType::Number, "Age");
    cloud.admin.users().create(NewUser::username("ann").custom_data([("age", 30)])).unwrap();
    let first = |list: authing::List<authing::User>| list.iter().next().unwrap().unwrap();
    assert!(first(cloud.admin.users().list()).custom_data.is_empty());
    let ann = first(cloud.admin.users().list_with(ListUsers::new().with_custom_data()));
    assert_eq!(ann.custom_data.get("age"), Some(&CustomValue::from(30)));
    assert_eq!(ann.custom_data.fields()[0].label.as_deref(), Some("Age"));
    let search = SearchUsers::new("ann").with_custom_data();
    assert!(!first(cloud.admin.users().search_with(search)).custom_data.is_empty());
}

#[test]
fn the_escape_hatch_runs_any_document_and_any_endpoint() {
    let cloud = with_users(3);
    let document = "query ($limit: Int) { users(limit: $limit) { totalCount list { username } } }";
    let answer: Value = cloud.admin.graphql(document, json!({"limit": 1})).unwrap();
    assert_eq!(answer["users"]["totalCount"], 3);
    assert_eq!(answer["users"]["list"].as_array().unwrap().len(), 1);
    let id = cloud.admin.users().list().page(1).unwrap().items[0].id.clone();
    let user: authing::User =
        cloud.admin.rest(&RestRequest::get("/api/v2/users").segment(&id)).unwrap();
    assert_eq!(user.id, id);

    let error = cloud.admin.graphql::<Value>("{ nonsense }", json!({})).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, None));
    assert!(error.message().contains("nonsense"), "{error}");
    let error = cloud.admin.rest::<Value>(&RestRequest::get("/api/v2/nothing")).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.operation(), "GET /api/v2/nothing");
    let error = cloud.admin.rest::<Value>(&RestRequest::get("nothing")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
