//! Organisations: trees of departments and who belongs where.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    Cloud as Vendor, ErrorKind, ListAuthorizedResources, ListUsers, ManagementClient, NewNode,
    NewOrg, NodeUpdate, OrgTree, SearchUsers, SyncSource,
};
use authing_emulator::Emulator;
use serde_json::json;
use support::{Cloud, options};

/// An organisation `root → (a → (c), b)`.
struct School {
    org: String,
    root: String,
    a: String,
    b: String,
    c: String,
}

fn school(cloud: &Cloud) -> School {
    let orgs = cloud.admin.orgs();
    let org = orgs.create(NewOrg::new("School").code("school").description("Old")).unwrap();
    let below = |parent: &str, name: &str| {
        orgs.add_node(&org.id, NewNode::below(parent, name).code(name)).unwrap().id
    };
    let root = org.root_node.id.clone();
    let a = below(&root, "a");
    let b = below(&root, "b");
    let c = below(&a, "c");
    School { org: org.id, root, a, b, c }
}

fn with_users(count: usize) -> (Cloud, Vec<String>) {
    let cloud = Cloud::from(Emulator::builder().seed_users(count));
    let ids = cloud.emulator.users().into_iter().map(|user| user.id).collect();
    (cloud, ids)
}

fn names(tree: &OrgTree) -> String {
    let children: Vec<String> = tree.children.iter().map(names).collect();
    format!("{}({})", tree.node.name, children.join(" "))
}

#[test]
fn an_organisation_is_made_and_read_as_a_tree() {
    let cloud = Cloud::start();
    let School { org, root, a, c, .. } = school(&cloud);
    let orgs = cloud.admin.orgs();
    let found = orgs.find_by_id(&org).unwrap();
    assert_eq!(found.nodes.len(), 4);
    assert_eq!(names(&found.tree()), "School(a(c()) b())");
    assert_eq!(found.root_node.description.as_deref(), Some("Old"));
    orgs.create(NewOrg::new("Other")).unwrap();
    assert_eq!(orgs.list().page_size(1).iter().count(), 2);
    assert!(orgs.create(NewOrg::new("x").code("school")).is_err());

    let node = orgs.node_by_id(&c).unwrap().unwrap();
    assert_eq!((node.depth, node.path.len()), (Some(2), 3));
    assert_eq!(node.name_path, ["School", "a", "c"]);
    assert_eq!(orgs.node_by_code(&org, "c").unwrap().unwrap().id, c);
    assert_eq!(orgs.root_node(&org).unwrap().id, root);
    assert!(orgs.is_root_node(&org, &root).unwrap() && !orgs.is_root_node(&org, &a).unwrap());
    assert_eq!(orgs.list_children(&a).unwrap()[0].id, c);
    assert_eq!(orgs.search_nodes("SCHO").unwrap()[0].id, root);
    assert_eq!(orgs.search_nodes("nothing").unwrap(), []);
    assert_eq!(orgs.node_by_id("x").unwrap(), None);
    assert_eq!(orgs.node_by_code(&org, "x").unwrap(), None);
    for error in [
        orgs.find_by_id("x").unwrap_err(),
        orgs.root_node("x").unwrap_err(),
        orgs.is_root_node(&org, "x").unwrap_err(),
        orgs.list_children("x").unwrap_err(),
        orgs.add_node("x", NewNode::below(&root, "y")).unwrap_err(),
        orgs.add_node(&org, NewNode::below("x", "y")).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn a_new_department_has_every_member_that_was_given() {
    // authing-py 4.5.18 ignores the names in other languages.
    let cloud = Cloud::start();
    let School { org, root, .. } = school(&cloud);
    let names = r#"{"en-US":"Lab"}"#;
    let node = NewNode::below(&root, "实验室").code("lab").order(3).description("d");
    let node = node.name_i18n(names).description_i18n(names);
    let node = cloud.admin.orgs().add_node(&org, node).unwrap();
    assert_eq!((node.order, node.name_i18n.as_deref()), (Some(3), Some(names)));
    assert_eq!(node.description_i18n.as_deref(), Some(names));
    let update = NodeUpdate::new().name("Laboratory").code("laboratory").description("D");
    let changed = cloud.admin.orgs().update_node(&node.id, update).unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.code.as_deref()),
        ("Laboratory", Some("laboratory"))
    );
    assert_eq!(changed.name_path, ["School", "Laboratory"]);
    assert!(cloud.admin.orgs().update_node("x", NodeUpdate::new()).unwrap_err().is_not_found());
}

#[test]
fn departments_move_with_all_below_them_and_never_below_themselves() {
    let cloud = Cloud::start();
    let School { org, root, a, b, c } = school(&cloud);
    let orgs = cloud.admin.orgs();
    let moved = orgs.move_node(&org, &a, &b).unwrap();
    assert_eq!(names(&moved.tree()), "School(b(a(c())))");
    assert_eq!(orgs.node_by_id(&c).unwrap().unwrap().name_path, ["School", "b", "a", "c"]);
    assert!(orgs.move_node(&org, &b, &c).is_err(), "below itself");
    assert!(orgs.move_node(&org, &root, &a).is_err(), "the root");
    let other = orgs.create(NewOrg::new("Other")).unwrap().root_node.id;
    assert!(orgs.move_node(&org, &a, &other).is_err(), "to another organisation");
    assert!(orgs.move_node(&org, "x", &a).unwrap_err().is_not_found());
}

#[test]
fn only_leaves_are_deleted_and_the_root_with_its_organisation() {
    let (cloud, ids) = with_users(1);
    let School { org, root, a, c, .. } = school(&cloud);
    let orgs = cloud.admin.orgs();
    orgs.add_members(&c, &ids[0]).unwrap();
    assert!(orgs.delete_node(&org, &a).is_err(), "there is one below");
    assert!(orgs.delete_node(&org, &root).is_err(), "the root");
    orgs.delete_node(&org, &c).unwrap();
    assert!(orgs.delete_node(&org, &c).unwrap_err().is_not_found());
    assert_eq!(cloud.admin.users().list_departments(&ids[0]).unwrap().total, 0);
    orgs.delete_by_id(&org).unwrap();
    assert!(orgs.delete_by_id(&org).unwrap_err().is_not_found());
    assert_eq!(orgs.delete_by_id("").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(orgs.list().iter().count(), 0);
}

#[test]
fn users_join_move_and_leave_departments() {
    let (cloud, ids) = with_users(3);
    let School { org, root, a, b, c } = school(&cloud);
    let (orgs, users) = (cloud.admin.orgs(), cloud.admin.users());
    orgs.add_members(&a, [&ids[0], &ids[1]]).unwrap();
    orgs.add_leaders(&c, [&ids[1], &ids[2]]).unwrap();
    let count = |list: authing::List<authing::User>| list.page_size(1).iter().count();
    assert_eq!(count(orgs.list_members(&a)), 2);
    assert_eq!(count(orgs.list_members_below(&root)), 3, "each once");
    assert_eq!(count(orgs.list_members(&root)), 0);
    orgs.move_members([&ids[0]], &a, &b).unwrap();
    assert_eq!(count(orgs.list_members(&b)), 1);
    assert!(orgs.move_members([&ids[0]], &a, &b).is_err(), "no member any more");
    orgs.remove_members(&c, &ids[2]).unwrap();
    assert_eq!(count(orgs.list_members(&c)), 1);
    for error in [
        orgs.add_members("x", &ids[0]).unwrap_err(),
        orgs.add_leaders(&a, "nobody").unwrap_err(),
        orgs.remove_members("x", &ids[0]).unwrap_err(),
        orgs.list_members("x").page(1).unwrap_err(),
        orgs.list_members_below("x").page(1).unwrap_err(),
        users.list_departments("nobody").unwrap_err(),
        users.list_orgs("nobody").unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }

    orgs.set_main_department(&ids[1], &c).unwrap();
    let own = users.list_departments(&ids[1]).unwrap();
    let main: Vec<_> = own.items.iter().filter(|one| one.is_main_department).collect();
    assert_eq!((own.total, main.len(), main[0].department.id.as_str()), (2, 1, c.as_str()));
    assert_eq!(users.detail(&ids[1]).unwrap().unwrap().main_department_id, Some(c.clone()));
    assert!(orgs.set_main_department(&ids[0], &c).is_err(), "no member");
    assert_eq!(users.list_departments_in(&ids[1], "x").unwrap().total, 0);
    assert_eq!(users.list_departments_in(&ids[1], &org).unwrap().total, 2);
    let way = users.list_orgs(&ids[0]).unwrap();
    assert_eq!(way[0].path.last().unwrap().id, b);

    // The users see the same.
    let user = cloud.app.login_by_username("user00001", "passw0rd!").unwrap();
    assert_eq!(user.list_orgs().unwrap(), way);
    assert_eq!(user.list_departments().unwrap().total, 1);

    // Lists of users can leave members out, and searches can ask for them.
    cloud.admin.users().create(authing::NewUser::username("outside")).unwrap();
    let outside = users.list_with(ListUsers::new().exclude_users_in_org(true));
    let outside: Vec<_> = outside.iter().map(|user| user.unwrap().username.unwrap()).collect();
    assert_eq!(outside, ["user00003", "outside"]);
    let search = |below| {
        let search = SearchUsers::new("user").department(&root, below);
        users.search_with(search).iter().count()
    };
    assert_eq!((search(false), search(true)), (0, 2));
}

#[test]
fn departments_have_roles() {
    let (cloud, ids) = with_users(1);
    let School { org, a, .. } = school(&cloud);
    let orgs = cloud.admin.orgs();
    cloud.admin.roles().create("student").unwrap();
    orgs.add_roles(&a, "student").unwrap();
    orgs.add_members(&a, &ids[0]).unwrap();
    assert_eq!(orgs.list_roles(&a).unwrap().items[0].code, "student");
    assert_eq!(orgs.clone().in_namespace("shop").list_roles(&a).unwrap().total, 0);
    orgs.remove_roles(&a, "student").unwrap();
    assert_eq!(orgs.list_roles(&a).unwrap().total, 0);
    let all = ListAuthorizedResources::new;
    assert_eq!(orgs.list_authorized_resources(&a, all()).unwrap().total, 0);
    assert_eq!(orgs.list_authorized_resources_by_code(&org, "a", all()).unwrap().total, 0);
    for error in [
        orgs.add_roles("x", "student").unwrap_err(),
        orgs.add_roles(&a, "nothing").unwrap_err(),
        orgs.remove_roles("x", "student").unwrap_err(),
        orgs.list_roles("x").unwrap_err(),
        orgs.list_authorized_resources("x", all()).unwrap_err(),
        orgs.list_authorized_resources_by_code(&org, "x", all()).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn an_organisation_is_exported_and_imported_again() {
    let cloud = Cloud::start();
    let School { org, .. } = school(&cloud);
    let orgs = cloud.admin.orgs();
    let tree = orgs.export_by_org_id(&org).unwrap();
    assert_eq!(tree["children"][0]["children"][0]["name"], "c");
    orgs.delete_by_id(&org).unwrap();
    orgs.import_by_json(tree.clone()).unwrap();
    assert_eq!(orgs.export_all().unwrap(), json!([tree]));
    assert_eq!(names(&orgs.list().iter().next().unwrap().unwrap().tree()), "School(a(c()) b())");
    assert!(orgs.import_by_json(json!({"children": []})).is_err());
    assert!(orgs.export_by_org_id("x").unwrap_err().is_not_found());
    // Without an id, all organisations would be exported.
    assert_eq!(orgs.export_by_org_id("").unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_sync_is_asked_for_where_it_is_to_happen() {
    let cloud = Cloud::start();
    let orgs = cloud.admin.orgs();
    orgs.start_sync(SyncSource::WechatWork).unwrap();
    orgs.start_sync(SyncSource::DingTalk).unwrap();
    orgs.start_sync(SyncSource::active_directory("connector")).unwrap();
    assert_eq!(cloud.requests("/connections/enterprise/wechatwork/start-sync").len(), 1);
    assert_eq!(cloud.requests("/connections/enterprise/dingtalk/start-sync").len(), 1);
    // authing-py 4.5.18 refuses an id that is given and sends none that is not.
    assert!(cloud.requests("/api/v2/ad/sync")[0].body.contains("connector"));
    assert!(orgs.start_sync(SyncSource::active_directory("")).is_err());
}

#[test]
fn an_approw_server_is_not_asked_for_what_it_does_not_know() {
    let (cloud, ids) = with_users(1);
    let approw = ManagementClient::new(options(&cloud.emulator).cloud(Vendor::approw())).unwrap();
    for error in [
        approw.orgs().list_roles("x").unwrap_err(),
        approw.orgs().move_members(&ids[0], "x", "y").unwrap_err(),
        approw.users().send_first_login_verify_email(&ids[0], "x").unwrap_err(),
        approw
            .user_pool()
            .update(authing::UserPoolUpdate::new().login_fail_strategy("captcha"))
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    assert!(cloud.emulator.requests().is_empty());
}
