//! Every call of an administrator tells when the service refuses it, and by which operation.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failing test panics")]

mod support;

use std::fmt::Debug;

use authing::{ErrorKind, List, ManagementClient, Result};
use support::{Cloud, options};

/// The error of a call that must not work.
fn refused<T: Debug>(name: &str, outcome: Result<T>) {
    let error = outcome.expect_err(name);
    assert_eq!(error.kind(), ErrorKind::Api, "{name}: {error}");
    assert!(error.is_unauthorized(), "{name}: {error}");
    assert!(!error.operation().is_empty(), "{name}: {error}");
}

/// The same for a list, which is refused where it is read, and then ends.
fn refused_list<T: Debug>(name: &str, list: &List<T>) {
    refused(name, list.page(1));
    let mut items = list.iter();
    refused(name, items.next().unwrap());
    assert!(items.next().is_none(), "{name}");
}

#[test]
fn whatever_is_read_with_a_token_that_is_none_is_refused() {
    let cloud = Cloud::start();
    let admin = ManagementClient::new(options(&cloud.emulator).token("no token")).unwrap();

    let users = admin.users();
    refused_list("users.list", &users.list());
    refused_list("users.search", &users.search("x"));
    refused_list("users.list_archived_users", &users.list_archived_users());
    refused("users.detail", users.detail("u"));
    refused("users.batch_get", users.batch_get(["u"]));
    refused("users.list_roles", users.list_roles("u"));
    refused("users.list_groups", users.list_groups("u"));
    refused("users.list_orgs", users.list_orgs("u"));
    refused("users.list_departments", users.list_departments("u"));
    refused_list("users.list_policies", &users.list_policies("u"));
    refused("users.has_role", users.has_role("u", "r"));
    refused("users.udf_value", users.udf_value("u"));
    refused("users.user_tenants", users.user_tenants("u"));

    let roles = admin.roles();
    refused_list("roles.list", &roles.list());
    refused("roles.detail", roles.detail("r"));
    refused_list("roles.list_users", &roles.list_users("r"));
    refused_list("roles.list_policies", &roles.list_policies("r"));
    refused("roles.udf_value", roles.udf_value("r"));

    let groups = admin.groups();
    refused_list("groups.list", &groups.list());
    refused("groups.detail", groups.detail("g"));
    refused_list("groups.list_users", &groups.list_users("g"));

    let policies = admin.policies();
    refused_list("policies.list", &policies.list());
    refused("policies.detail", policies.detail("p"));
    refused_list("policies.list_assignments", &policies.list_assignments("p"));

    let acl = admin.acl();
    refused("acl.is_allowed", acl.is_allowed("u", "a", "r"));
    refused_list("acl.list_namespaces", &acl.list_namespaces());
    refused_list("acl.list_resources", &acl.list_resources());
    refused("acl.resource_by_code", acl.resource_by_code("r"));
    refused("acl.resource_by_id", acl.resource_by_id("r"));

    let orgs = admin.orgs();
    refused_list("orgs.list", &orgs.list());
    refused("orgs.find_by_id", orgs.find_by_id("o"));
    refused("orgs.root_node", orgs.root_node("o"));
    refused("orgs.node_by_id", orgs.node_by_id("n"));
    refused("orgs.list_children", orgs.list_children("n"));
    refused("orgs.search_nodes", orgs.search_nodes("n"));
    refused("orgs.is_root_node", orgs.is_root_node("o", "n"));
    refused_list("orgs.list_members", &orgs.list_members("n"));
    refused("orgs.export_all", orgs.export_all());
    refused("orgs.export_by_org_id", orgs.export_by_org_id("o"));

    let applications = admin.applications();
    refused_list("applications.list", &applications.list());
    refused("applications.find_by_id", applications.find_by_id("a"));
    refused_list("applications.resources", &applications.resources("a").list_resources());
    refused_list("applications.active_users", &applications.active_users("a"));

    let tenants = admin.tenants();
    refused_list("tenants.list", &tenants.list());
    refused("tenants.details", tenants.details("t"));

    refused("mfa.status", admin.mfa().status("u"));
    refused("user_pool.detail", admin.user_pool().detail());
}
