//! Where a user belongs and what he may do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{ListAuthorizedResources, ResourceType, Session, UserKey};
use support::Cloud;

fn id(session: &Session) -> String {
    session.user().unwrap().id.clone()
}

#[test]
fn organisations_come_with_the_way_to_the_user() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    assert_eq!(session.list_orgs().unwrap(), []);
    let (org, root) = cloud.emulator.add_org("ACME");
    let sales = cloud.emulator.add_department(&org, &root, "Sales", "sales");
    assert!(cloud.emulator.join_department(&id(&session), &sales, true));

    let [found] = &session.list_orgs().unwrap()[..] else { panic!() };
    assert_eq!((found.id.as_str(), found.root_node_id.as_deref()), (&*org, Some(&*root)));
    let names: Vec<_> = found.path.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["ACME", "Sales"]);
    let error = cloud.app.session("nonsense").list_orgs().unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn departments_are_listed_for_all_organisations_and_for_one() {
    // authing-py 4.5.18 returns a wrapper around them.
    let cloud = Cloud::start();
    let session = cloud.bob();
    assert_eq!(session.list_departments().unwrap().total, 0);
    let (org, root) = cloud.emulator.add_org("ACME");
    let sales = cloud.emulator.add_department(&org, &root, "Sales", "sales");
    let (_, other_root) = cloud.emulator.add_org("Other");
    cloud.emulator.join_department(&id(&session), &sales, true);
    cloud.emulator.join_department(&id(&session), &other_root, false);

    let all = session.list_departments().unwrap();
    assert_eq!(all.total, 2);
    let [first, second] = &all.items[..] else { panic!() };
    assert!(first.is_main_department && !second.is_main_department);
    assert_eq!(first.department.code.as_deref(), Some("sales"));
    assert_eq!(first.department.code_path, [None, Some("sales".to_owned())]);
    assert_eq!(first.department.depth, Some(1));
    let one = session.list_departments_in(org).unwrap();
    assert_eq!((one.total, one.items[0].department.name.as_str()), (1, "Sales"));
    assert!(cloud.app.session("nonsense").list_departments().unwrap_err().is_unauthorized());
}

#[test]
fn roles_are_listed_with_their_parents_and_by_namespace() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let staff = cloud.emulator.add_role("default", "staff", None);
    let admin = cloud.emulator.add_role("default", "admin", Some(&staff));
    let guest = cloud.emulator.add_role("shop", "guest", None);
    for role in [&admin, &guest] {
        cloud.emulator.give_role(&id(&session), role);
    }
    let roles = session.list_roles().unwrap();
    assert_eq!(roles.total, 2);
    assert_eq!(roles.items[0].parent.as_ref().unwrap().code, "staff");
    let shop = session.list_roles_in("shop").unwrap();
    assert_eq!((shop.total, shop.items[0].code.as_str()), (1, "guest"));

    assert!(session.has_role("admin").unwrap() && !session.has_role("staff").unwrap());
    assert!(session.has_role_in("guest", "shop").unwrap());
    assert!(!session.has_role_in("admin", "shop").unwrap());
    let stranger = cloud.app.session("nonsense");
    assert!(stranger.list_roles().unwrap_err().is_unauthorized());
    assert!(stranger.has_role("admin").unwrap_err().is_unauthorized());
}

#[test]
fn every_kind_of_resource_is_listed_with_the_token() {
    // approw-py refuses "DATA", crashes without a type, and sends no token.
    let cloud = Cloud::start();
    let session = cloud.bob();
    let kinds = ["DATA", "API", "MENU", "UI", "BUTTON"];
    for kind in kinds {
        let code = kind.to_lowercase();
        cloud.emulator.allow_resource(&id(&session), "default", &code, Some(kind), Some(&["read"]));
    }
    cloud.emulator.allow_resource(&id(&session), "shop", "cart", None, None);

    let list = |resources| session.list_authorized_resources_with(resources).unwrap();
    assert_eq!(list(ListAuthorizedResources::new()).total, 6);
    assert_eq!(session.list_authorized_resources("default").unwrap().total, 5);
    for kind in &kinds {
        let of_type =
            ListAuthorizedResources::in_namespace("default").of_type(ResourceType::from(*kind));
        let page = list(of_type);
        assert_eq!(page.total, 1, "{kind}");
        assert_eq!(page.items[0].kind, Some(ResourceType::from(*kind)));
        assert_eq!(page.items[0].actions, ["read"]);
    }
    let shop = session.list_authorized_resources("shop").unwrap();
    assert_eq!((shop.items[0].kind.as_ref(), shop.items[0].actions.len()), (None, 0));
    assert_eq!(session.list_authorized_resources("none").unwrap().items, []);
    for request in cloud.requests("user") {
        let token = format!("Bearer {}", session.token().expose());
        assert_eq!(request.header("authorization"), Some(token.as_str()));
    }
    let stranger = cloud.app.session("nonsense");
    assert!(stranger.list_authorized_resources("default").unwrap_err().is_unauthorized());
}

#[test]
fn a_resource_of_an_unknown_type_and_one_with_nulls_are_kept() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let body = r#"{"data":{"user":{"authorizedResources":{"totalCount":2,"list":[
        {"code":"deck","type":"HOLOGRAM","actions":["see"],"apiIdentifier":"x"},
        {"code":"void","type":null,"actions":null}]}}}}"#;
    cloud.emulator.inject(authing_emulator::Fault::on("user").status(200).body(body));
    let resources = session.list_authorized_resources("default").unwrap().items;
    assert_eq!(resources[0].kind, Some(ResourceType::Unknown("HOLOGRAM".to_owned())));
    assert_eq!((resources[1].kind.as_ref(), resources[1].actions.len()), (None, 0));
    for body in [r#"{"data":{"user":null}}"#, r#"{"data":{"user":{"authorizedResources":null}}}"#] {
        cloud.emulator.inject(authing_emulator::Fault::on("user").status(200).body(body));
        assert_eq!(session.list_authorized_resources("default").unwrap().items, []);
    }
}

#[test]
fn all_applications_come_whatever_the_page_size() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    assert_eq!(session.list_applications().iter().count(), 0);
    for number in 0..5 {
        cloud.emulator.allow_application(&id(&session), &format!("app{number}"));
    }
    let names = |size| -> Vec<_> {
        let list = session.list_applications().page_size(size);
        list.into_iter().map(|application| application.unwrap().name.unwrap()).collect()
    };
    assert_eq!(names(2), ["app0", "app1", "app2", "app3", "app4"]);
    assert_eq!(names(50).len(), 5);
    assert_eq!(session.list_applications().page_size(2).page(3).unwrap().items.len(), 1);
    let error = cloud.app.session("nonsense").list_applications().page(1).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn whether_a_user_exists_is_told_without_a_token() {
    let cloud = Cloud::start();
    cloud.bob();
    assert!(cloud.app.is_user_exists(UserKey::username("bob")).unwrap());
    for key in [
        UserKey::username("ann"),
        UserKey::email("bob@example.com"),
        UserKey::phone("13800000000"),
        UserKey::external_id("bob"),
    ] {
        assert!(!cloud.app.is_user_exists(key).unwrap());
    }
    cloud.emulator.inject(authing_emulator::Fault::on("isUserExists").status(500));
    assert!(cloud.app.is_user_exists(UserKey::username("bob")).is_err());
}
