//! Roles, groups and policies, as an administrator sees them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    BatchFailure, CustomValue, ErrorKind, GroupUpdate, ListAuthorizedResources, NewGroup,
    NewPolicy, NewRole, NewUser, OneOrMore, PolicyEffect, PolicyStatement, PolicyUpdate,
    RoleUpdate, Target, TargetType, Targets, UdfTarget, UdfType,
};
use authing_emulator::{Emulator, Fault};
use support::Cloud;

fn with_users(count: usize) -> (Cloud, Vec<String>) {
    let cloud = Cloud::from(Emulator::builder().seed_users(count));
    let ids = cloud.emulator.users().into_iter().map(|user| user.id).collect();
    (cloud, ids)
}

#[test]
fn roles_are_made_read_changed_and_deleted() {
    let cloud = Cloud::start();
    let roles = cloud.admin.roles();
    roles.create("staff").unwrap();
    let made = roles.create(NewRole::new("boss").description("Decides").parent("staff")).unwrap();
    assert_eq!(made.description.as_deref(), Some("Decides"));
    // The Python SDKs send the parent under a name that the service does not know.
    assert_eq!(made.parent.unwrap().code, "staff");
    assert_eq!(roles.detail("boss").unwrap().unwrap().parent.unwrap().code, "staff");
    assert!(roles.create("boss").is_err());
    assert!(roles.create(NewRole::new("x").parent("nobody")).unwrap_err().is_not_found());

    let update = RoleUpdate::new().description("Decides more").new_code("chief");
    assert_eq!(roles.update("boss", update).unwrap().code, "chief");
    assert_eq!(roles.detail("boss").unwrap(), None);
    assert!(roles.update("boss", RoleUpdate::new()).unwrap_err().is_not_found());

    let codes: Vec<String> =
        roles.list().page_size(1).iter().map(|role| role.unwrap().code).collect();
    assert_eq!(codes, ["staff", "chief"]);
    roles.delete("chief").unwrap();
    assert!(roles.delete("chief").unwrap_err().is_not_found());
    assert_eq!(roles.delete("").unwrap_err().kind(), ErrorKind::Usage);
    roles.create("a").unwrap();
    roles.delete_many(["a", "staff"]).unwrap();
    assert!(roles.delete_many("a").unwrap_err().is_not_found());
    assert_eq!(roles.list().page(1).unwrap().total, 0);
}

#[test]
fn a_namespace_has_roles_of_its_own() {
    let cloud = Cloud::start();
    let shop = cloud.admin.roles().in_namespace("shop");
    shop.create("clerk").unwrap();
    assert_eq!(shop.detail("clerk").unwrap().unwrap().namespace, "shop");
    assert_eq!(cloud.admin.roles().detail("clerk").unwrap(), None);
    assert_eq!(cloud.admin.roles().list().page(1).unwrap().total, 0);
}

#[test]
fn roles_are_given_to_users_and_groups_and_taken_again() {
    let (cloud, ids) = with_users(3);
    let roles = cloud.admin.roles();
    roles.create("student").unwrap();
    roles.add_users("student", [&ids[0], &ids[1]]).unwrap();
    let names = |list: authing::List<authing::User>| {
        list.page_size(1).iter().map(|user| user.unwrap().username.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(names(roles.list_users("student")), ["user00001", "user00002"]);
    assert_eq!(names(roles.find_users("student", "00002")), ["user00002"]);
    assert!(roles.find_users("nothing", "").page(1).unwrap_err().is_not_found());
    roles.remove_users("student", &ids[0]).unwrap();
    assert_eq!(names(roles.list_users("student")), ["user00002"]);
    assert!(roles.add_users("nothing", &ids[0]).unwrap_err().is_not_found());
    assert!(roles.add_users("student", "nobody").unwrap_err().is_not_found());
    assert!(roles.remove_users("student", "nobody").unwrap_err().is_not_found());
    let error = roles.list_users("nothing").page(1).unwrap_err();
    assert!(error.is_not_found() && error.operation() == "role", "{error}");

    cloud.admin.groups().create(NewGroup::new("class", "Class")).unwrap();
    roles.add_groups("student", "class").unwrap();
    roles.remove_groups("student", "class").unwrap();
    assert!(roles.add_groups("student", "nothing").unwrap_err().is_not_found());
}

#[test]
fn a_user_is_given_roles_groups_and_policies() {
    let (cloud, ids) = with_users(1);
    let (users, ann) = (cloud.admin.users(), ids[0].as_str());
    cloud.admin.roles().create("student").unwrap();
    cloud.admin.roles().in_namespace("shop").create("clerk").unwrap();
    users.add_roles(ann, "student").unwrap();
    users.clone().in_namespace("shop").add_roles(ann, "clerk").unwrap();
    let codes = |users: &authing::Users| {
        let roles = users.list_roles(ann).unwrap();
        roles.items.into_iter().map(|role| role.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&users), ["student", "clerk"]);
    assert_eq!(codes(&users.clone().in_namespace("shop")), ["clerk"]);
    assert!(users.has_role(ann, "student").unwrap());
    assert!(!users.has_role(ann, "clerk").unwrap());
    assert!(users.clone().in_namespace("shop").has_role(ann, "clerk").unwrap());
    assert!(users.has_role("nobody", "student").unwrap_err().is_not_found());
    users.remove_roles(ann, "student").unwrap();
    assert_eq!(codes(&users), ["clerk"]);
    assert!(users.add_roles(ann, "nothing").unwrap_err().is_not_found());
    assert!(users.remove_roles("nobody", "student").unwrap_err().is_not_found());
    assert!(users.list_roles("nobody").unwrap_err().is_not_found());

    cloud.admin.groups().create(NewGroup::new("class", "Class")).unwrap();
    users.add_group(ann, "class").unwrap();
    assert_eq!(users.list_groups(ann).unwrap().items[0].code, "class");
    users.remove_group(ann, "class").unwrap();
    assert_eq!(users.list_groups(ann).unwrap().total, 0);
    assert!(users.add_group(ann, "nothing").unwrap_err().is_not_found());
    assert!(users.remove_group("nobody", "class").unwrap_err().is_not_found());
    assert!(users.list_groups("nobody").unwrap_err().is_not_found());

    let policy = NewPolicy::new("readers", PolicyStatement::allow("books", "read"));
    cloud.admin.policies().create(policy).unwrap();
    users.add_policies(ann, "readers").unwrap();
    let given = users.list_policies(ann).iter().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!((given.len(), given[0].code.as_str()), (1, "readers"));
    users.remove_policies(ann, "readers").unwrap();
    assert_eq!(users.list_policies(ann).page(1).unwrap().total, 0);
    assert!(users.add_policies(ann, "nothing").unwrap_err().is_not_found());
    assert!(users.remove_policies("nobody", "readers").unwrap_err().is_not_found());
}

#[test]
fn policies_of_a_role_are_given_to_the_role() {
    // The JavaScript SDK gives them to a user whose id is the role's code.
    let cloud = Cloud::start();
    let (roles, policies) = (cloud.admin.roles(), cloud.admin.policies());
    roles.create("student").unwrap();
    policies.create(NewPolicy::new("readers", PolicyStatement::allow("*", "read"))).unwrap();
    roles.add_policies("student", "readers").unwrap();
    let given = roles.list_policies("student").iter().next().unwrap().unwrap();
    assert_eq!((given.target_type, given.code.as_str()), (TargetType::Role, "readers"));
    roles.remove_policies("student", "readers").unwrap();
    assert_eq!(roles.list_policies("student").page(1).unwrap().total, 0);
    assert!(roles.add_policies("nothing", "readers").unwrap_err().is_not_found());
    assert!(roles.remove_policies("student", "nothing").unwrap_err().is_not_found());
}

#[test]
fn user_defined_values_of_roles_keep_their_types() {
    let cloud = Cloud::start();
    let roles = cloud.admin.roles();
    let one = roles.create("one").unwrap().id;
    let two = roles.create("two").unwrap().id;
    cloud.admin.udf().set(UdfTarget::Role, "rank", UdfType::Number, "Rank").unwrap();
    cloud.admin.udf().set(UdfTarget::Role, "open", UdfType::Boolean, "Open").unwrap();
    let all =
        roles.set_udf_value(&one, [("rank", CustomValue::from(1)), ("open", true.into())]).unwrap();
    assert_eq!(all.get("open"), Some(&CustomValue::Boolean(true)));
    assert_eq!(roles.udf_value(&one).unwrap().get("rank"), Some(&CustomValue::from(1)));
    assert_eq!(roles.specific_udf_value(&one, "rank").unwrap(), Some(1.into()));
    assert_eq!(roles.specific_udf_value(&one, "nothing").unwrap(), None);
    roles.set_udf_value_batch([(&one, "rank", 3), (&two, "rank", 4)]).unwrap();
    let many = roles.udf_value_batch([&one, &two]).unwrap();
    assert_eq!(many[1].target_id, two);
    assert_eq!(many[1].data.get("rank"), Some(&CustomValue::from(4)));
    let left = roles.remove_udf_value(&one, "rank").unwrap();
    assert_eq!((left.get("rank"), left.get("open").is_some()), (None, true));
    assert!(roles.set_udf_value(&one, [("rank", "no number")]).is_err());
    assert!(roles.set_udf_value_batch([(&one, "nothing", 1)]).is_err());
    assert!(roles.remove_udf_value("", "rank").is_err());
}

#[test]
fn groups_are_made_read_changed_filled_and_deleted() {
    let (cloud, ids) = with_users(3);
    let groups = cloud.admin.groups();
    groups.create(NewGroup::new("staff", "Staff").description("All")).unwrap();
    assert!(groups.create(NewGroup::new("staff", "Again")).is_err());
    groups.create(NewGroup::new("guests", "Guests")).unwrap();
    assert_eq!(groups.list().page_size(1).iter().count(), 2);
    assert_eq!(groups.detail("staff").unwrap().unwrap().description.as_deref(), Some("All"));
    assert_eq!(groups.detail("nothing").unwrap(), None);
    groups.add_users("staff", [&ids[0], &ids[1], &ids[2]]).unwrap();
    groups.remove_users("staff", &ids[1]).unwrap();
    assert!(groups.add_users("nothing", &ids[0]).unwrap_err().is_not_found());
    assert!(groups.remove_users("staff", "nobody").unwrap_err().is_not_found());
    // The members stay when the group gets another code.
    let update = GroupUpdate::new().name("Crew").new_code("crew").description("All of us");
    assert_eq!(groups.update("staff", update).unwrap().name, "Crew");
    assert!(groups.update("staff", GroupUpdate::new()).unwrap_err().is_not_found());
    assert_eq!(groups.list_users("crew").page_size(1).iter().count(), 2);
    assert!(groups.list_users("staff").page(1).unwrap_err().is_not_found());
    groups.delete("crew").unwrap();
    assert!(groups.delete("crew").unwrap_err().is_not_found());
    assert_eq!(groups.delete("").unwrap_err().kind(), ErrorKind::Usage);
    groups.delete_many(["guests"]).unwrap();
    let resources = ListAuthorizedResources::new();
    assert!(groups.list_authorized_resources("crew", resources).unwrap_err().is_not_found());
}

#[test]
fn custom_data_of_members_comes_when_asked_for() {
    let cloud = Cloud::start();
    cloud.admin.udf().set(UdfTarget::User, "age", UdfType::Number, "Age").unwrap();
    let ann = NewUser::username("ann").custom_data([("age", 30)]);
    let ann = cloud.admin.users().create(ann).unwrap().id;
    cloud.admin.roles().create("student").unwrap();
    cloud.admin.groups().create(NewGroup::new("class", "Class")).unwrap();
    cloud.admin.roles().add_users("student", &ann).unwrap();
    cloud.admin.groups().add_users("class", &ann).unwrap();
    let first = |list: authing::List<authing::User>| list.iter().next().unwrap().unwrap();
    let (roles, groups) = (cloud.admin.roles(), cloud.admin.groups());
    assert!(first(roles.list_users("student")).custom_data.is_empty());
    for list in
        [roles.list_users_with_custom_data("student"), groups.list_users_with_custom_data("class")]
    {
        assert_eq!(first(list).custom_data.get("age"), Some(&CustomValue::from(30)));
    }
}

#[test]
fn policies_are_made_read_changed_and_deleted() {
    let cloud = Cloud::start();
    let policies = cloud.admin.policies();
    let statements = [
        PolicyStatement::allow("books:*", ["books:read", "books:list"]),
        PolicyStatement::deny("books:secret", "*").condition("ip", "Equal", "10.0.0.1"),
    ];
    let made = policies.create(NewPolicy::new("readers", statements.clone()).description("May"));
    let made = made.unwrap();
    assert_eq!(made.statements, statements);
    assert_eq!(made.statements[1].effect, Some(PolicyEffect::Deny));
    assert_eq!(policies.detail("readers").unwrap().unwrap().statements, statements);
    assert!(policies.create(NewPolicy::new("readers", statements[0].clone())).is_err());

    let update = PolicyUpdate::new().statements(statements[0].clone()).new_code("reading");
    let changed = policies.update("readers", update.description("Must")).unwrap();
    assert_eq!((changed.statements.len(), changed.code.as_str()), (1, "reading"));
    assert_eq!(changed.description.as_deref(), Some("Must"));
    assert!(policies.update("readers", PolicyUpdate::new()).unwrap_err().is_not_found());
    assert_eq!(policies.detail("readers").unwrap(), None);
    assert_eq!(policies.list().iter().count(), 1);
    assert_eq!(policies.list_custom().iter().count(), 1);
    assert_eq!(policies.clone().in_namespace("shop").list().iter().count(), 0);
    policies.delete("reading").unwrap();
    assert!(policies.delete("reading").unwrap_err().is_not_found());
    policies.create(NewPolicy::new("a", statements[0].clone())).unwrap();
    policies.delete_many("a").unwrap();
    assert!(policies.delete_many(["a"]).unwrap_err().is_not_found());
}

#[test]
fn assignments_are_made_listed_switched_and_removed() {
    let (cloud, ids) = with_users(2);
    let (policies, acl) = (cloud.admin.policies(), cloud.admin.acl());
    policies.create(NewPolicy::new("readers", PolicyStatement::allow("books", "read"))).unwrap();
    policies.add_assignments("readers", Targets::users([&ids[0], &ids[1]])).unwrap();
    let given: Vec<_> =
        policies.list_assignments("readers").page_size(1).iter().map(Result::unwrap).collect();
    assert_eq!(given.len(), 2);
    assert_eq!(given[0].target_identifier, ids[0]);
    assert_eq!(policies.detail("readers").unwrap().unwrap().assignments_count, 2);
    assert!(acl.is_allowed(&ids[0], "read", "books").unwrap());

    policies.disable_assignment("readers", Target::user(&ids[0])).unwrap();
    assert!(!acl.is_allowed(&ids[0], "read", "books").unwrap());
    assert!(acl.is_allowed(&ids[1], "read", "books").unwrap());
    policies.enable_assignment("readers", Target::user(&ids[0])).unwrap();
    assert!(acl.is_allowed(&ids[0], "read", "books").unwrap());
    policies.remove_assignments("readers", Targets::users(&ids[0])).unwrap();
    assert!(!acl.is_allowed(&ids[0], "read", "books").unwrap());

    for error in [
        policies.enable_assignment("readers", Target::role("nobody")).unwrap_err(),
        policies.disable_assignment("nothing", Target::user(&ids[0])).unwrap_err(),
        policies.add_assignments("nothing", Targets::users(&ids[0])).unwrap_err(),
        policies.add_assignments("readers", Targets::groups("nothing")).unwrap_err(),
        policies.remove_assignments("readers", Targets::departments("nothing")).unwrap_err(),
        policies
            .add_assignments("readers", Targets::programmatic_access_accounts("x"))
            .unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
}

#[test]
fn a_target_without_a_name_is_not_everybody() {
    let cloud = Cloud::start();
    let all = ListAuthorizedResources::new;
    for error in [
        cloud.admin.policies().list_assignments("").page(1).unwrap_err(),
        cloud.admin.roles().list_policies("").page(1).unwrap_err(),
        cloud.admin.users().list_policies("").page(1).unwrap_err(),
        cloud.admin.acl().list_authorized_resources(Target::user(""), all()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    assert!(cloud.emulator.requests().is_empty());
}

#[test]
fn a_batch_goes_out_in_parts_and_says_what_was_not_done() {
    let (cloud, ids) = with_users(200);
    let groups = cloud.admin.groups();
    groups.create(NewGroup::new("all", "All")).unwrap();
    groups.add_users("all", OneOrMore::new(&ids).unwrap()).unwrap();
    assert_eq!(cloud.requests("addUserToGroup").len(), 3);
    assert_eq!(groups.list_users("all").page(1).unwrap().total, 200);

    let mut with_a_stranger = ids.clone();
    with_a_stranger[100] = "nobody".to_owned();
    let error = groups.remove_users("all", OneOrMore::new(&with_a_stranger).unwrap()).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let failure = BatchFailure::of(&error).unwrap();
    assert_eq!(failure.done(), 80);
    assert_eq!(failure.failed(), &with_a_stranger[80..160]);
    assert_eq!(failure.not_sent(), &with_a_stranger[160..]);
    assert_eq!(groups.list_users("all").page(1).unwrap().total, 120);

    // Reading in batches says the same.
    cloud.emulator.inject(Fault::on("userBatch").status(500));
    let error = cloud.admin.users().batch_get(&ids).unwrap_err();
    assert_eq!(BatchFailure::of(&error).unwrap().failed().len(), 80);
    assert!(OneOrMore::new([""; 0]).is_err());
}
