//! What an administrator does with users beyond their profiles.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    CustomValue, DateTime, EmailScene, ErrorKind, IdentityProvider, ListAuditLogs, ListUserActions,
    LoginStatusOf, NewTenant, NewUser, PrincipalInput, PrincipalType, UdfTarget, UdfType,
    UserMfaType,
};
use authing_emulator::{Emulator, Fault, UserStatus};
use serde_json::{Value, json};
use support::Cloud;

fn with_users(count: usize) -> (Cloud, Vec<String>) {
    let cloud = Cloud::from(Emulator::builder().seed_users(count));
    let ids = cloud.emulator.users().into_iter().map(|user| user.id).collect();
    (cloud, ids)
}

#[test]
fn fields_are_defined_listed_and_removed() {
    let cloud = Cloud::start();
    let udf = cloud.admin.udf();
    let field = udf.set(UdfTarget::User, "school", UdfType::String, "School").unwrap();
    assert_eq!((field.target_type.as_str(), field.label.as_deref()), ("USER", Some("School")));
    let field = udf.set_select(UdfTarget::User, "size", "Size", ["S", "L"]).unwrap();
    assert!(field.options.unwrap().contains("\"value\":\"L\""));
    assert_eq!(udf.list(UdfTarget::User).unwrap().len(), 2);
    assert_eq!(udf.list(UdfTarget::Role).unwrap(), []);
    udf.remove(UdfTarget::User, "size").unwrap();
    assert!(udf.remove(UdfTarget::User, "size").is_err());
    assert_eq!(udf.list(UdfTarget::User).unwrap().len(), 1);
    cloud.emulator.inject(Fault::on("setUdf").status(500));
    assert!(udf.set(UdfTarget::User, "a", UdfType::String, "A").is_err());
}

#[test]
fn values_of_every_type_come_back_as_they_went_for_every_target() {
    let (cloud, ids) = with_users(1);
    let udf = cloud.admin.udf();
    let role = cloud.admin.roles().create("student").unwrap().id;
    let org = cloud.admin.orgs().create(authing::NewOrg::new("School")).unwrap();
    let values = [
        ("text", UdfType::String, CustomValue::from("5 \"quoted\" \u{1F600}")),
        ("digits", UdfType::String, CustomValue::from("5")),
        ("number", UdfType::Number, CustomValue::from(-5)),
        (
            "fraction",
            UdfType::Number,
            CustomValue::Number(serde_json::Number::from_f64(0.25).unwrap()),
        ),
        ("yes", UdfType::Boolean, CustomValue::from(true)),
        ("object", UdfType::Object, CustomValue::from(json!({"a": [1, null, "x"]}))),
        ("date", UdfType::DateTime, DateTime::from_unix_millis(1_620_894_600_123).into()),
        ("far", UdfType::DateTime, DateTime::from_unix_millis(99_999_999_999_999).into()),
        ("choice", UdfType::Select, CustomValue::Select("L".to_owned())),
    ];
    for (target, id) in [
        (UdfTarget::User, ids[0].as_str()),
        (UdfTarget::Role, role.as_str()),
        (UdfTarget::Node, org.root_node.id.as_str()),
        (UdfTarget::Org, org.id.as_str()),
        (UdfTarget::UserPool, cloud.emulator.user_pool_id()),
        (UdfTarget::Permission, "permission"),
        (UdfTarget::Application, cloud.emulator.app_id()),
    ] {
        for (key, kind, _) in &values {
            udf.set(target, *key, *kind, *key).unwrap();
        }
        let pairs = values.iter().map(|(key, _, value)| (*key, value.clone()));
        udf.set_udf_value_batch(target, id, pairs).unwrap();
        let read = udf.list_udf_value(target, id).unwrap();
        for (key, _, value) in &values {
            assert_eq!(read.get(key), Some(value), "{target:?} {key}");
        }
        let many = udf.list_udf_value_batch(target, id).unwrap();
        assert_eq!(many[0].data, read, "{target:?}");
        let one = udf.set_value(target, id, "number", 7).unwrap();
        assert_eq!(one.get("number"), Some(&CustomValue::from(7)));
        assert_eq!(udf.remove_value(target, id, "number").unwrap().get("number"), None);
        assert!(udf.set_value(target, id, "number", "seven").is_err());
        assert!(udf.set_udf_value_batch(target, id, [("nothing", 1)]).is_err());
    }
    assert!(udf.list_udf_value(UdfTarget::User, "nobody").unwrap_err().is_not_found());
    assert!(udf.list_udf_value_batch(UdfTarget::User, "nobody").unwrap_err().is_not_found());
    assert!(udf.remove_value(UdfTarget::User, "nobody", "number").unwrap_err().is_not_found());
    assert_eq!(udf.list_udf_value(UdfTarget::User, "").unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn users_have_user_defined_values() {
    let (cloud, ids) = with_users(100);
    let users = cloud.admin.users();
    cloud.admin.udf().set(UdfTarget::User, "age", UdfType::Number, "Age").unwrap();
    cloud.admin.udf().set(UdfTarget::User, "at", UdfType::String, "At").unwrap();
    users.set_udv(&ids[0], "age", 30).unwrap();
    users.set_udf_value(&ids[0], [("age", CustomValue::from(31)), ("at", "SJTU".into())]).unwrap();
    assert_eq!(users.udf_value(&ids[0]).unwrap().fields().len(), 2);
    users.set_udf_value_batch(ids.iter().map(|id| (id, "age", 40))).unwrap();
    assert_eq!(cloud.requests("setUdfValueBatch").len(), 2);
    // authing-py 4.5.18 sends the ids under a name that the service does not know.
    let many = users.udf_value_batch(authing::OneOrMore::new(&ids).unwrap()).unwrap();
    assert_eq!((many.len(), many[99].data.get("age")), (100, Some(&CustomValue::from(40))));
    let left = users.remove_udf_value(&ids[0], "age").unwrap();
    assert_eq!((left.get("age"), left.get("at").is_some()), (None, true));
    for error in [
        users.set_udv("nobody", "age", 1).unwrap_err(),
        users.set_udf_value("nobody", [("age", 1)]).unwrap_err(),
        users.set_udf_value_batch([("nobody", "age", 1)]).unwrap_err(),
        users.udf_value("nobody").unwrap_err(),
        users.udf_value_batch("nobody").unwrap_err(),
        users.remove_udf_value("nobody", "age").unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn logins_are_seen_renewed_and_ended() {
    let (cloud, ids) = with_users(2);
    let (users, app) = (cloud.admin.users(), cloud.emulator.app_id());
    let status = |id: &str| users.check_login_status(LoginStatusOf::user(id)).unwrap();
    assert!(!status(&ids[0]).is_login);
    let session = cloud.app.login_by_username("user00001", "passw0rd!").unwrap();
    let seen = status(&ids[0]);
    assert!(seen.is_login && seen.user.unwrap().id == ids[0] && seen.applications[0].id == app);
    let elsewhere = LoginStatusOf::user(&ids[0]).app_id("elsewhere").device_id("d");
    assert!(!users.check_login_status(elsewhere).unwrap().is_login);
    assert!(users.check_login_status(LoginStatusOf::user("x")).unwrap_err().is_not_found());
    assert_eq!(cloud.admin.applications().active_users(app).iter().count(), 1);

    let token = users.refresh_token(&ids[0]).unwrap();
    assert!(cloud.admin.check_login_status(token.token.unwrap()).unwrap().is_valid());
    assert!(users.refresh_token("x").unwrap_err().is_not_found());
    assert_eq!(users.refresh_token("").unwrap_err().kind(), ErrorKind::Usage);

    users.kick([&ids[0], &ids[1]]).unwrap();
    assert!(session.current_user().unwrap_err().is_unauthorized());
    assert!(!status(&ids[0]).is_login);
    assert!(users.kick("x").unwrap_err().is_not_found());

    let session = cloud.app.login_by_username("user00002", "passw0rd!").unwrap();
    users.logout_of(&ids[1], app).unwrap();
    assert!(session.current_user().unwrap_err().is_unauthorized());
    let session = cloud.app.login_by_username("user00002", "passw0rd!").unwrap();
    users.logout(&ids[1]).unwrap();
    assert!(session.current_user().unwrap_err().is_unauthorized());
    assert!(users.logout("x").unwrap_err().is_not_found());
    assert!(users.logout_of(&ids[1], "x").unwrap_err().is_not_found());
    assert_eq!(users.logout("").unwrap_err().kind(), ErrorKind::Usage);
    // It looks like reading and is none: it is never sent twice.
    cloud.emulator.inject(Fault::on("/logout").status(503));
    cloud.emulator.clear_requests();
    assert!(users.logout(&ids[1]).is_err());
    assert_eq!(cloud.requests("/logout").len(), 1);
}

#[test]
fn archived_users_are_listed_apart() {
    let (cloud, ids) = with_users(3);
    assert!(cloud.emulator.set_status(&ids[1], UserStatus::Archived));
    let archived = cloud.admin.users().list_archived_users();
    let archived: Vec<_> = archived.page_size(1).iter().map(|user| user.unwrap().id).collect();
    assert_eq!(archived, [ids[1].clone()]);
    assert_eq!(cloud.admin.users().list().page(1).unwrap().total, 2);
    cloud.emulator.inject(Fault::on("archivedUsers").status(500));
    assert!(cloud.admin.users().list_archived_users().page(1).is_err());
}

#[test]
fn users_are_filtered_where_the_form_of_filters_is_not_known() {
    let (cloud, _) = with_users(3);
    assert_eq!(cloud.admin.users().filter(Vec::new()).page_size(2).iter().count(), 3);
    assert!(cloud.admin.users().filter(vec![json!({"odd": 1})]).page(1).is_err());
}

#[test]
fn identities_are_linked_and_unlinked() {
    let (cloud, ids) = with_users(2);
    let users = cloud.admin.users();
    let github = || IdentityProvider::social("github").kind("openid");
    users.link_identity(&ids[0], "g-1", github()).unwrap();
    assert_eq!(users.find_by_identity("github", "g-1").unwrap().unwrap().id, ids[0]);
    assert!(users.link_identity(&ids[1], "g-1", github()).is_err(), "another user's");
    users.unlink_identity(&ids[0], github()).unwrap();
    assert!(users.unlink_identity(&ids[0], github()).unwrap_err().is_not_found());
    let saml = IdentityProvider::enterprise("saml");
    assert!(users.link_identity("x", "s", saml).unwrap_err().is_not_found());
}

#[test]
fn the_first_login_mail_is_sent() {
    let (cloud, ids) = with_users(1);
    let (users, app) = (cloud.admin.users(), cloud.emulator.app_id());
    users.send_first_login_verify_email(&ids[0], app).unwrap();
    assert_eq!(cloud.emulator.messages()[0].to, "user00001@example.com");
    assert!(users.send_first_login_verify_email("x", app).unwrap_err().is_not_found());
    assert!(users.send_first_login_verify_email(&ids[0], "x").unwrap_err().is_not_found());
    cloud.admin.send_email("ann@example.com", EmailScene::VerifyEmail).unwrap();
    assert_eq!(cloud.emulator.messages()[1].to, "ann@example.com");
    assert!(cloud.admin.send_email("nonsense", EmailScene::VerifyEmail).is_err());
    // The Python SDK sends this one without a token.
    assert!(cloud.requests("sendEmail")[0].header("authorization").is_some());
}

#[test]
fn passwords_are_checked_against_the_rules() {
    let cloud = Cloud::start();
    assert!(cloud.admin.is_password_valid("long enough").unwrap()[0].valid);
    let verdict = &cloud.admin.is_password_valid("short").unwrap()[0];
    assert!(!verdict.valid && verdict.message.is_some());
    cloud.emulator.inject(Fault::on("/api/v2/password/check").status(500).body("hunter22 is bad"));
    let error = cloud.admin.is_password_valid("hunter22").unwrap_err();
    assert!(!error.to_string().contains("hunter22"), "{error}");
}

#[test]
fn second_factors_are_seen_taken_and_imported() {
    let (cloud, ids) = with_users(1);
    let mfa = cloud.admin.mfa();
    assert!(!mfa.status(&ids[0]).unwrap().otp);
    let made = mfa.import_totp(&ids[0], "JBSWY3DPEHPK3PXP").unwrap();
    assert_eq!((made.enable, made.user_id.as_deref()), (Some(true), Some(ids[0].as_str())));
    assert!(mfa.status(&ids[0]).unwrap().otp);
    let error = cloud.app.login_by_username("user00001", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(authing::codes::OTP_REQUIRED));
    mfa.un_associate_mfa(&ids[0], UserMfaType::Otp).unwrap();
    assert!(mfa.un_associate_mfa(&ids[0], UserMfaType::Face).unwrap_err().is_not_found());
    cloud.app.login_by_username("user00001", "passw0rd!").unwrap();
    let made = mfa.import_totp_with_recovery_code(&ids[0], "JBSWY3DPEHPK3PXP", "1234-5678");
    assert_eq!(made.unwrap().recovery_code.unwrap().expose(), "1234-5678");
    assert!(mfa.status("x").unwrap_err().is_not_found());
    assert!(mfa.import_totp("x", "JBSWY3DPEHPK3PXP").unwrap_err().is_not_found());
    assert!(mfa.import_totp_with_recovery_code(&ids[0], "1 is no base32", "x").is_err());
}

#[test]
fn identities_are_verified_and_their_numbers_stay_out_of_the_address() {
    let (cloud, ids) = with_users(1);
    let principal = cloud.admin.principal();
    assert_eq!(principal.detail(&ids[0]).unwrap(), None);
    cloud.emulator.know_principal("P", "Ann", "110105", "621700");
    let ann = || PrincipalInput::person("Ann", "110105", "621700");
    principal.authenticate(&ids[0], ann()).unwrap();
    let found = principal.detail(&ids[0]).unwrap().unwrap();
    assert_eq!(found.principal_type, Some(PrincipalType::Person));
    let path = format!("/api/v2/users/{}/management/principal_authentication", ids[0]);
    for request in cloud.requests(&path) {
        assert_eq!(request.query, None);
    }
    let acme = PrincipalInput::enterprise("ACME", "1", "Eve");
    assert!(principal.authenticate(&ids[0], acme).is_err());
    assert!(principal.authenticate("x", ann()).unwrap_err().is_not_found());
    assert!(principal.detail("x").unwrap_err().is_not_found());
}

#[test]
fn what_users_did_is_listed_and_filtered() {
    let (cloud, ids) = with_users(2);
    for name in ["user00001", "user00002", "user00001"] {
        cloud.app.login_by_username(name, "passw0rd!").unwrap();
    }
    cloud.app.register_by_username("eve", "passw0rd!").unwrap();
    let users = cloud.admin.users();
    let count =
        |filter: ListUserActions| users.list_user_actions(filter).page_size(1).iter().count();
    let all = ListUserActions::new;
    assert_eq!(count(all()), 4);
    assert_eq!(count(all().operation_name("login")), 3);
    assert_eq!(count(all().operation_name("login").operation_name("register")), 4);
    assert_eq!(count(all().user_id(&ids[0])), 2);
    assert_eq!(count(all().user_id(&ids[0]).user_id(&ids[1])), 3);
    let arn = users.detail(&ids[1]).unwrap().unwrap().arn;
    assert_eq!(count(all().operator_arn(arn)), 1);
    assert_eq!(count(all().client_ip("10.0.0.1")), 0);
    assert_eq!(count(all().app_id(cloud.emulator.app_id()).exclude_non_app_records()), 4);
    assert_eq!(count(all().start(0).end(i64::MAX)), 4);
    let last = cloud.admin.statistics().list_user_actions(all()).iter().next().unwrap().unwrap();
    assert_eq!(last.operation_name.as_deref(), Some("register"));
    assert_eq!(last.user.unwrap().display_name.as_deref(), Some("eve"));
    // The Python SDKs send the text None for filters that were not given.
    let sent = cloud.requests("/api/v2/analysis/user-action");
    assert_eq!(sent[0].query.as_deref(), Some("page=1&limit=1"));
    assert_eq!(users.application_login_user_num(cloud.emulator.app_id()).unwrap(), json!(2));
    assert!(users.application_login_user_num("x").unwrap_err().is_not_found());
    cloud.admin.udf().set(UdfTarget::User, "age", UdfType::Number, "Age").unwrap();
    users.set_udv(&ids[0], "age", 1).unwrap();
    let found: Value = users.udf_field_user_num("age", cloud.emulator.app_id()).unwrap();
    assert_eq!(found, json!(1));
    assert!(users.udf_field_user_num("age", "x").unwrap_err().is_not_found());
    cloud.emulator.inject(Fault::on("/api/v2/analysis/user-action").status(500));
    assert!(users.list_user_actions(all()).page(1).is_err());
}

#[test]
fn what_administrators_did_is_listed_and_filtered() {
    // authing-py 4.5.18 sends page and limit as the operation's name.
    let cloud = Cloud::start();
    cloud.admin.users().create(NewUser::username("ann")).unwrap();
    cloud.admin.roles().create("student").unwrap();
    let count = |filter: ListAuditLogs| {
        cloud.admin.statistics().list_audit_logs(filter).page_size(1).iter().count()
    };
    let all = ListAuditLogs::new;
    assert_eq!(count(all()), 2);
    assert_eq!(count(all().operation_name("createRole")), 1);
    assert_eq!(count(all().operation_name("createRole").operation_name("createUser")), 2);
    assert_eq!(count(all().user_id(cloud.emulator.user_pool_id())), 2);
    assert_eq!(count(all().user_id("somebody")), 0);
    assert_eq!(count(all().client_ip("10.0.0.1")), 0);
    assert_eq!(count(all().app_id("x")), 0);
    let last = cloud.admin.statistics().list_audit_logs(all()).iter().next().unwrap().unwrap();
    assert_eq!(last.resource_desc.as_deref(), Some("student"));
    assert!(last.operator_detail.unwrap().id.is_some());
    cloud.emulator.inject(Fault::on("/api/v2/analysis/audit").status(500));
    assert!(cloud.admin.statistics().list_audit_logs(all()).page(1).is_err());
}

#[test]
fn a_user_who_is_deleted_is_gone_everywhere() {
    let (cloud, ids) = with_users(2);
    let admin = &cloud.admin;
    admin.roles().create("student").unwrap();
    admin.roles().add_users("student", [&ids[0], &ids[1]]).unwrap();
    let org = admin.orgs().create(authing::NewOrg::new("School")).unwrap();
    admin.orgs().add_members(&org.root_node.id, [&ids[0], &ids[1]]).unwrap();
    admin.users().delete(&ids[0]).unwrap();
    assert_eq!(admin.roles().list_users("student").iter().count(), 1);
    assert_eq!(admin.orgs().list_members(&org.root_node.id).iter().count(), 1);
}

#[test]
fn a_users_tenants_are_listed() {
    let (cloud, ids) = with_users(1);
    let tenant = NewTenant::new("ACME", cloud.emulator.app_id());
    let tenant = cloud.admin.tenants().create(tenant).unwrap();
    assert_eq!(cloud.admin.users().user_tenants(&ids[0]).unwrap(), []);
    cloud.admin.tenants().add_members(&tenant.id, &ids[0]).unwrap();
    assert_eq!(cloud.admin.users().user_tenants(&ids[0]).unwrap()[0].id, tenant.id);
    assert!(cloud.admin.users().user_tenants("x").unwrap_err().is_not_found());
}
