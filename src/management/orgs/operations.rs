//! The operations on organisations.

use crate::graphql::Operation;
use crate::json::Only;
use crate::management::lists::Part;
use crate::paging::Page;
use crate::types::{AuthorizedResource, CommonMessage, Node, Org, Role, User};

pub(super) const ORGS: Operation<Page<Org>> = Operation::query("orgs")
    .arguments(&[("page", "Int"), ("limit", "Int")])
    .selecting("{ totalCount list { id rootNode { ...Node } nodes { ...Node } } }");

pub(super) const ORG: Operation<Org> = Operation::query("org")
    .arguments(&[("id", "String!")])
    .selecting("{ id rootNode { ...Node } nodes { ...Node } }");

pub(super) const CREATE_ORG: Operation<Org> = Operation::mutation("createOrg")
    .arguments(&[("name", "String!"), ("code", "String"), ("description", "String")])
    .selecting("{ id rootNode { ...Node } nodes { ...Node } }");

pub(super) const DELETE_ORG: Operation<Option<CommonMessage>> =
    Operation::mutation("deleteOrg").arguments(&[("id", "String!")]).selecting("{ code message }");

pub(super) const ADD_NODE: Operation<Node> = Operation::mutation("addNodeV2")
    .arguments(&[
        ("orgId", "String!"),
        ("parentNodeId", "String"),
        ("name", "String!"),
        ("nameI18n", "String"),
        ("description", "String"),
        ("descriptionI18n", "String"),
        ("order", "Int"),
        ("code", "String"),
    ])
    .selecting("{ ...Node }");

pub(super) const UPDATE_NODE: Operation<Node> = Operation::mutation("updateNode")
    .arguments(&[
        ("id", "String!"),
        ("name", "String"),
        ("code", "String"),
        ("description", "String"),
    ])
    .selecting("{ ...Node }");

pub(super) const DELETE_NODE: Operation<Option<CommonMessage>> = Operation::mutation("deleteNode")
    .arguments(&[("orgId", "String!"), ("nodeId", "String!")])
    .selecting("{ code message }");

pub(super) const MOVE_NODE: Operation<Org> = Operation::mutation("moveNode")
    .arguments(&[("orgId", "String!"), ("nodeId", "String!"), ("targetParentId", "String!")])
    .selecting("{ id rootNode { ...Node } nodes { ...Node } }");

pub(super) const NODE_BY_ID: Operation<Option<Node>> =
    Operation::query("nodeById").arguments(&[("id", "String!")]).selecting("{ ...Node }");

pub(super) const NODE_BY_CODE: Operation<Option<Node>> = Operation::query("nodeByCode")
    .arguments(&[("orgId", "String!"), ("code", "String!")])
    .selecting("{ ...Node }");

pub(super) const ROOT_NODE: Operation<Node> =
    Operation::query("rootNode").arguments(&[("orgId", "String!")]).selecting("{ ...Node }");

pub(super) const IS_ROOT_NODE: Operation<Option<bool>> =
    Operation::query("isRootNode").arguments(&[("nodeId", "String!"), ("orgId", "String!")]);

pub(super) const CHILDREN_NODES: Operation<Vec<Node>> = Operation::query("childrenNodes")
    .arguments(&[("nodeId", "String!"), ("orgId", "String")])
    .selecting("{ ...Node }");

pub(super) const SEARCH_NODES: Operation<Vec<Node>> =
    Operation::query("searchNodes").arguments(&[("keyword", "String!")]).selecting("{ ...Node }");

pub(super) const NODE_USERS: Operation<Part<Page<User>>> = Operation::query("nodeById")
    .arguments(&[("id", "String!")])
    .inner_arguments(&[("page", "Int"), ("limit", "Int"), ("includeChildrenNodes", "Boolean")])
    .selecting(
        "{ users(page: $page, limit: $limit, includeChildrenNodes: $includeChildrenNodes) \
         { totalCount list { ...User } } }",
    );

pub(super) const NODE_ROLES: Operation<Part<Page<Role>>> = Operation::query("nodeById")
    .arguments(&[("id", "String!")])
    .inner_arguments(&[("namespace", "String")])
    .recent_only()
    .selecting("{ roles(namespace: $namespace) { totalCount list { ...Role } } }");

pub(super) const NODE_AUTHORIZED_RESOURCES: Operation<Part<Page<AuthorizedResource>>> =
    Operation::query("nodeById")
        .arguments(&[("id", "String!")])
        .inner_arguments(&[("namespace", "String"), ("resourceType", "String")])
        .selecting(
            "{ authorizedResources(namespace: $namespace, resourceType: $resourceType) \
             { totalCount list { ...AuthorizedResource } } }",
        );

pub(super) const NODE_AUTHORIZED_RESOURCES_BY_CODE: Operation<Part<Page<AuthorizedResource>>> =
    Operation::query("nodeByCode")
        .arguments(&[("orgId", "String!"), ("code", "String!")])
        .inner_arguments(&[("namespace", "String"), ("resourceType", "String")])
        .selecting(
            "{ authorizedResources(namespace: $namespace, resourceType: $resourceType) \
             { totalCount list { ...AuthorizedResource } } }",
        );

pub(super) const ADD_MEMBER: Operation<Only<String>> = Operation::mutation("addMember")
    .arguments(&[("nodeId", "String"), ("userIds", "[String!]!"), ("isLeader", "Boolean")])
    .selecting("{ id }");

pub(super) const REMOVE_MEMBER: Operation<Only<String>> = Operation::mutation("removeMember")
    .arguments(&[("nodeId", "String"), ("userIds", "[String!]!")])
    .selecting("{ id }");

pub(super) const MOVE_MEMBERS: Operation<Option<CommonMessage>> =
    Operation::mutation("moveMembers")
        .arguments(&[
            ("userIds", "[String!]!"),
            ("sourceNodeId", "String!"),
            ("targetNodeId", "String!"),
        ])
        .recent_only()
        .selecting("{ code message }");

pub(super) const SET_MAIN_DEPARTMENT: Operation<Option<CommonMessage>> =
    Operation::mutation("setMainDepartment")
        .arguments(&[("userId", "String!"), ("departmentId", "String")])
        .selecting("{ code message }");

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &ADD_MEMBER,
        &ADD_NODE,
        &CHILDREN_NODES,
        &CREATE_ORG,
        &DELETE_NODE,
        &DELETE_ORG,
        &IS_ROOT_NODE,
        &MOVE_MEMBERS,
        &MOVE_NODE,
        &NODE_AUTHORIZED_RESOURCES,
        &NODE_AUTHORIZED_RESOURCES_BY_CODE,
        &NODE_BY_CODE,
        &NODE_BY_ID,
        &NODE_ROLES,
        &NODE_USERS,
        &ORG,
        &ORGS,
        &REMOVE_MEMBER,
        &ROOT_NODE,
        &SEARCH_NODES,
        &SET_MAIN_DEPARTMENT,
        &UPDATE_NODE,
    ]
}
