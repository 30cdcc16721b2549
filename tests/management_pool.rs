//! Applications, tenants and the user pool itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    AccessTargets, AgreementInput, ApplicationType, ConnectionState, DefaultAccess, ErrorKind,
    ExtIdpConnectionUpdate, FrequencyCheck, Grant, Language, ListAuthorizedResources,
    ManagementClient, NewApplication, NewExtIdp, NewExtIdpConnection, NewResource, NewTenant,
    NewUser, OneOrMore, ResourceKind, ResourceUpdate, RoleUpdate, SsoPageSettings, Target,
    TenantUpdate, UserPoolUpdate, WhitelistType,
};
use authing_emulator::{Emulator, Fault};
use serde_json::{Map, json};
use support::{Cloud, options};

fn with_users(count: usize) -> (Cloud, Vec<String>) {
    let cloud = Cloud::from(Emulator::builder().seed_users(count));
    let ids = cloud.emulator.users().into_iter().map(|user| user.id).collect();
    (cloud, ids)
}

fn shop(cloud: &Cloud) -> String {
    let shop = NewApplication::new("Shop", "shop", ["https://shop.example.com/cb"]);
    cloud.admin.applications().create(shop.logo("https://shop.example.com/logo")).unwrap().id
}

#[test]
fn applications_are_made_listed_changed_and_deleted() {
    let cloud = Cloud::start();
    let applications = cloud.admin.applications();
    let shop = shop(&cloud);
    assert!(applications.create(NewApplication::new("x", "shop", "https://x.example")).is_err());
    assert_eq!(applications.list().page_size(1).iter().count(), 2);
    let found = applications.find_by_id(&shop).unwrap();
    assert_eq!(found.redirect_uris, ["https://shop.example.com/cb"]);
    let old = found.secret.clone().unwrap();
    assert!(!format!("{found:?}").contains(old.expose()));
    let new = applications.refresh_application_secret(&shop).unwrap().secret.unwrap();
    assert!(new != old);
    let tenants = applications.change_application_type(&shop, ApplicationType::Tenant).unwrap();
    assert_eq!(tenants.app_type.unwrap().as_str(), "Tenant");
    let strategy = applications.update_default_access_policy(&shop, DefaultAccess::DenyAll);
    let strategy = strategy.unwrap().permission_strategy.unwrap().default_strategy;
    assert_eq!(strategy.as_deref(), Some("DENY_ALL"));
    applications.delete(&shop).unwrap();
    for error in [
        applications.delete(&shop).unwrap_err(),
        applications.find_by_id(&shop).unwrap_err(),
        applications.refresh_application_secret(&shop).unwrap_err(),
        applications.change_application_type(&shop, ApplicationType::Both).unwrap_err(),
        applications.update_default_access_policy(&shop, DefaultAccess::AllowAll).unwrap_err(),
        applications.active_users(&shop).page(1).unwrap_err(),
        applications.application_tenants(&shop).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(applications.find_by_id("").unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn an_application_has_resources_and_roles_of_its_own() {
    let (cloud, ids) = with_users(1);
    let shop = shop(&cloud);
    let resources = cloud.admin.applications().resources(&shop);
    let roles = cloud.admin.applications().roles(&shop);
    let orders = NewResource::new("orders", ResourceKind::Data, [("read", "Read")]);
    resources.create_resource(orders).unwrap();
    assert_eq!(resources.list_resources().iter().count(), 1);
    assert_eq!(cloud.admin.acl().list_resources().iter().count(), 0);
    // approw-py updates a resource by creating it again.
    let update = ResourceUpdate::new().description("All of them");
    assert!(resources.update_resource("orders", update).unwrap().description.is_some());
    assert_eq!(cloud.requests("/api/v2/resources/orders").len(), 1);

    roles.create("clerk").unwrap();
    assert_eq!(roles.detail("clerk").unwrap().unwrap().namespace, shop);
    roles.update("clerk", RoleUpdate::new().description("Sells")).unwrap();
    roles.add_users("clerk", &ids[0]).unwrap();
    resources.authorize_resource("orders", Grant::new(Target::role("clerk"), "read")).unwrap();
    assert!(resources.is_allowed(&ids[0], "read", "orders").unwrap());
    let own = ListAuthorizedResources::new();
    assert_eq!(roles.list_authorized_resources("clerk", own).unwrap().total, 1);
    assert_eq!(roles.list_users("clerk").iter().count(), 1);
    roles.remove_users("clerk", &ids[0]).unwrap();
    assert_eq!(roles.list().iter().count(), 1);
    roles.delete("clerk").unwrap();
    resources.delete_resource("orders").unwrap();
    assert!(resources.delete_resource("orders").unwrap_err().is_not_found());
}

#[test]
fn rules_of_an_application_are_kept_in_its_namespace() {
    let (cloud, ids) = with_users(1);
    let shop = shop(&cloud);
    let applications = cloud.admin.applications();
    applications.roles(&shop).create("clerk").unwrap();
    applications.allow_access(&shop, AccessTargets::roles("clerk")).unwrap();
    let rule = applications.access_policies(&shop).iter().next().unwrap().unwrap();
    assert_eq!(rule.namespace.as_deref(), Some(shop.as_str()));
    applications.disable_access_policy(&shop, AccessTargets::roles("clerk")).unwrap();
    applications.enable_access_policy(&shop, AccessTargets::roles("clerk")).unwrap();
    applications.deny_access(&shop, AccessTargets::roles("clerk")).unwrap();
    applications.delete_access_policy(&shop, AccessTargets::roles("clerk")).unwrap();
    // The Python client for Approw drops page and limit here.
    assert_eq!(applications.access_policies(&shop).page_size(1).page(1).unwrap().total, 0);
    let targets = || AccessTargets::users(&ids[0]).namespace("default").inherit_by_children(true);
    for error in [
        applications.allow_access("x", targets()).unwrap_err(),
        applications.deny_access("x", targets()).unwrap_err(),
        applications.enable_access_policy(&shop, targets()).unwrap_err(),
        applications.disable_access_policy(&shop, targets()).unwrap_err(),
        applications.delete_access_policy("x", targets()).unwrap_err(),
        applications.access_policies("x").page(1).unwrap_err(),
        applications.allow_access(&shop, AccessTargets::departments("x")).unwrap_err(),
        applications.allow_access(&shop, AccessTargets::groups("x")).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn agreements_are_made_changed_sorted_and_deleted() {
    let cloud = Cloud::start();
    let agreements = cloud.admin.applications().agreements(cloud.emulator.app_id());
    let terms = agreements.create(AgreementInput::new("Terms").language(Language::English));
    let terms = terms.unwrap();
    assert_eq!((terms.required, terms.lang.as_deref()), (Some(true), Some("en-US")));
    let news = agreements.create(AgreementInput::new("News").required(false)).unwrap();
    assert_eq!((news.required, news.lang.as_deref()), (Some(false), Some("zh-CN")));
    agreements.sort([news.id, terms.id]).unwrap();
    let titles = || {
        let all = agreements.list().unwrap().items.into_iter();
        all.map(|agreement| agreement.title.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(titles(), ["News", "Terms"]);
    agreements.modify(terms.id, AgreementInput::new("Rules")).unwrap();
    agreements.delete(news.id).unwrap();
    assert_eq!(titles(), ["Rules"]);
    let nowhere = cloud.admin.applications().agreements("x");
    for error in [
        agreements.delete(news.id).unwrap_err(),
        agreements.modify(news.id, AgreementInput::new("x")).unwrap_err(),
        agreements.sort([news.id]).unwrap_err(),
        nowhere.list().unwrap_err(),
        nowhere.create(AgreementInput::new("x")).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
    assert!(OneOrMore::<i64>::of([]).is_err());
}

#[test]
fn active_users_come_in_pages() {
    // authing-py 4.5.18 sends the page size without its name.
    let (cloud, _) = with_users(2);
    for name in ["user00001", "user00002", "user00001"] {
        cloud.app.login_by_username(name, "passw0rd!").unwrap();
    }
    let active = cloud.admin.applications().active_users(cloud.emulator.app_id());
    assert_eq!(active.page_size(1).iter().count(), 2);
    let path = format!("/api/v2/applications/{}/active-users", cloud.emulator.app_id());
    assert_eq!(cloud.requests(&path)[0].query.as_deref(), Some("page=1&limit=1"));
}

#[test]
fn the_user_pool_is_read_and_changed() {
    let cloud = Cloud::start();
    let pool = cloud.admin.user_pool();
    let found = pool.detail().unwrap();
    assert_eq!(found.id, cloud.emulator.user_pool_id());
    assert!(!format!("{found:?}").contains(cloud.emulator.user_pool_secret()));
    let check = FrequencyCheck::new().enabled(true).limit(3).time_interval(300);
    let update = UserPoolUpdate::new()
        .name("Staff")
        .description("All")
        .register_disabled(true)
        .token_expires_after(3600)
        .login_fail_check(check.clone())
        .login_password_fail_check(&check)
        .userpool_types(["toc"])
        .custom_sms_provider("ali", r#"{"secret":"hush"}"#);
    assert!(!format!("{update:?}").contains("hush"));
    let changed = pool.update(update).unwrap();
    assert_eq!((changed.name.as_str(), changed.register_disabled), ("Staff", Some(true)));
    assert_eq!(changed.login_fail_check, Some(check));
    assert_eq!(changed.userpool_types[0].code.as_deref(), Some("toc"));
    assert!(!format!("{changed:?}").contains("hush"));
    assert_eq!(pool.detail().unwrap().name, "Staff");
    cloud.emulator.inject(Fault::any().status(500).times(2));
    assert!(pool.detail().is_err());
    assert!(pool.update(UserPoolUpdate::new().name("x")).is_err());
}

#[test]
fn the_environment_is_set_and_cleared() {
    let cloud = Cloud::start();
    let pool = cloud.admin.user_pool();
    assert_eq!(pool.list_env().unwrap(), []);
    pool.add_env("LEVEL", json!({"a": 1})).unwrap();
    let all = pool.add_env("NAME", "x").unwrap();
    assert_eq!((all.len(), &all[0].value), (2, &json!({"a": 1})));
    assert_eq!(pool.remove_env("LEVEL").unwrap().len(), 1);
    assert!(pool.remove_env("LEVEL").unwrap_err().is_not_found());
    assert!(pool.add_env("", 1).is_err());
    cloud.emulator.inject(Fault::on("/api/v2/env").status(500));
    assert!(pool.list_env().is_err());
}

#[test]
fn a_whitelist_decides_who_may_register() {
    // authing-py 4.5.18 switches lists by names that the service does not have.
    let cloud = Cloud::start();
    let list = cloud.admin.whitelist();
    let added = list.add(WhitelistType::Username, ["ann", "bob"]).unwrap();
    assert_eq!(added.len(), 2);
    assert_eq!(list.list(WhitelistType::Username).unwrap().len(), 2);
    assert_eq!(list.list(WhitelistType::Email).unwrap(), []);
    cloud.app.register_by_username("eve", "passw0rd!").unwrap();
    list.enable(WhitelistType::Username).unwrap();
    cloud.app.register_by_username("ann", "passw0rd!").unwrap();
    assert!(cloud.app.register_by_username("mallory", "passw0rd!").is_err());
    assert_eq!(list.remove(WhitelistType::Username, "bob").unwrap()[0].value, "bob");
    assert!(cloud.app.register_by_username("bob", "passw0rd!").is_err());
    list.enable(WhitelistType::Phone).unwrap();
    list.disable(WhitelistType::Username).unwrap();
    cloud.app.register_by_username("bob", "passw0rd!").unwrap();
    for (operation, result) in [("whitelist", Some(())), ("addWhitelist", None)] {
        cloud.emulator.inject(Fault::on(operation).status(500));
        let failed = match result {
            Some(()) => list.list(WhitelistType::Phone).is_err(),
            None => list.add(WhitelistType::Phone, "1").is_err(),
        };
        assert!(failed, "{operation}");
    }
    cloud.emulator.inject(Fault::on("removeWhitelist").status(500));
    assert!(list.remove(WhitelistType::Phone, "1").is_err());
    cloud.emulator.inject(Fault::on("updateUserpool").status(500).times(2));
    assert!(list.enable(WhitelistType::Email).is_err());
    assert!(list.disable(WhitelistType::Email).is_err());
}

#[test]
fn tenants_are_made_changed_filled_and_deleted() {
    let (cloud, ids) = with_users(2);
    let (tenants, app) = (cloud.admin.tenants(), cloud.emulator.app_id());
    let shop = shop(&cloud);
    let acme = NewTenant::new("ACME", [app, &shop]).description("A customer").logo("l");
    let acme = tenants.create(acme).unwrap();
    assert_eq!(acme.other["appIds"], format!("{app},{shop}"));
    assert!(tenants.create(NewTenant::new("x", "nothing")).unwrap_err().is_not_found());
    assert_eq!(tenants.list().page_size(1).iter().count(), 1);
    let page: SsoPageSettings = serde_json::from_value(json!({"hideIdp": true})).unwrap();
    let update = TenantUpdate::new().name("Acme").css("a{}").app_ids(app).sso_page(&page);
    let changed = tenants.update(&acme.id, update).unwrap();
    assert_eq!(changed.sso_page_customization_settings.unwrap().hide_idp, Some(true));
    assert_eq!(tenants.details(&acme.id).unwrap().name.as_deref(), Some("Acme"));
    let of_app = cloud.admin.applications().application_tenants(app).unwrap();
    assert_eq!(of_app.tenants[0].id, acme.id);
    tenants.add_members(&acme.id, [&ids[0], &ids[1]]).unwrap();
    assert_eq!(tenants.members(&acme.id).page_size(1).iter().count(), 2);
    tenants.remove_member(&acme.id, &ids[0]).unwrap();
    assert!(tenants.remove_member(&acme.id, &ids[0]).unwrap_err().is_not_found());
    assert!(tenants.add_members(&acme.id, "nobody").unwrap_err().is_not_found());
    tenants.delete(&acme.id).unwrap();
    for error in [
        tenants.delete(&acme.id).unwrap_err(),
        tenants.details(&acme.id).unwrap_err(),
        tenants.update(&acme.id, TenantUpdate::new()).unwrap_err(),
        tenants.members(&acme.id).page(1).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
    cloud.emulator.inject(Fault::on("/api/v2/tenants").status(500));
    assert!(tenants.list().page(1).is_err());
}

#[test]
fn tenants_bring_identity_providers() {
    let cloud = Cloud::start();
    let tenants = cloud.admin.tenants();
    let acme = tenants.create(NewTenant::new("ACME", cloud.emulator.app_id())).unwrap().id;
    let connection = |identifier: &str| {
        let fields = Map::from_iter([("clientId".to_owned(), json!("id"))]);
        NewExtIdpConnection::new("oidc", identifier, "Log in", fields).user_match_fields("email")
    };
    let made = NewExtIdp::new("Okta", "oidc", connection("okta")).tenant_id(&acme);
    let made = tenants.create_ext_idp(made).unwrap();
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["connections"][0]["fields"]["clientId"], "id");
    assert!(tenants.create_ext_idp(NewExtIdp::new("x", "oidc", connection("okta"))).is_err());
    assert_eq!(tenants.list_ext_idp(&acme).unwrap()[0]["id"], id);
    tenants.update_ext_idp(id, "Okta 2").unwrap();
    assert_eq!(tenants.ext_idp_detail(id).unwrap()["name"], "Okta 2");

    let second = tenants.create_ext_idp_connection(id, connection("second")).unwrap();
    let second = second["id"].as_str().unwrap();
    let update = ExtIdpConnectionUpdate::new("Second", Map::new()).logo("l");
    let changed = tenants.update_ext_idp_connection(second, update.clone()).unwrap();
    assert_eq!(changed["displayName"], "Second");
    tenants.change_ext_idp_connection_state(second, ConnectionState::enabled()).unwrap();
    let off = ConnectionState::disabled().tenant_id(&acme);
    tenants.batch_change_ext_idp_connection_state(id, off.clone()).unwrap();
    assert_eq!(tenants.ext_idp_detail(id).unwrap()["connections"][1]["enabled"], false);
    tenants.check_ext_idp_connection_identifier_unique("third").unwrap();
    assert!(tenants.check_ext_idp_connection_identifier_unique("second").is_err());
    tenants.delete_ext_idp_connection(second).unwrap();
    tenants.delete_ext_idp(id).unwrap();
    // The JavaScript client swallows these errors.
    for error in [
        tenants.delete_ext_idp(id).unwrap_err(),
        tenants.ext_idp_detail(id).unwrap_err(),
        tenants.update_ext_idp(id, "x").unwrap_err(),
        tenants.list_ext_idp("x").unwrap_err(),
        tenants.create_ext_idp_connection(id, connection("x")).unwrap_err(),
        tenants.update_ext_idp_connection(second, update).unwrap_err(),
        tenants.delete_ext_idp_connection(second).unwrap_err(),
        tenants.change_ext_idp_connection_state(second, off.clone()).unwrap_err(),
        tenants.batch_change_ext_idp_connection_state(id, off).unwrap_err(),
    ] {
        assert!(error.is_not_found() || error.operation().contains("/extIdp "), "{error}");
    }
}

#[test]
fn the_management_token_is_shared_with_calls_of_ones_own() {
    let cloud = Cloud::start();
    let token = cloud.admin.access_token().unwrap();
    cloud.admin.users().create(NewUser::username("ann")).unwrap();
    assert!(cloud.admin.access_token().unwrap() == token);
    assert_eq!(cloud.requests("accessToken").len(), 1);
    let wrong = options(&cloud.emulator).user_pool(cloud.emulator.user_pool_id(), "wrong");
    assert!(ManagementClient::new(wrong).unwrap().access_token().unwrap_err().is_unauthorized());
}
