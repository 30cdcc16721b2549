//! The operations on users.

use crate::graphql::Operation;
use crate::paging::Page;
use crate::types::{CommonMessage, User};

pub(super) const USERS: Operation<Page<User>> = Operation::query("users")
    .arguments(&[("page", "Int"), ("limit", "Int"), ("sortBy", "SortByEnum")])
    .newer_arguments(&[("excludeUsersInOrg", "Boolean")])
    .selecting("{ totalCount list { ...User } }");

pub(super) const SEARCH_USER: Operation<Page<User>> = Operation::query("searchUser")
    .arguments(&[
        ("query", "String!"),
        ("fields", "[String]"),
        ("page", "Int"),
        ("limit", "Int"),
        ("departmentOpts", "[SearchUserDepartmentOpt]"),
        ("groupOpts", "[SearchUserGroupOpt]"),
        ("roleOpts", "[SearchUserRoleOpt]"),
    ])
    .selecting("{ totalCount list { ...User } }");

pub(super) const FIND_USER: Operation<Option<User>> = Operation::query("findUser")
    .arguments(&[
        ("email", "String"),
        ("phone", "String"),
        ("username", "String"),
        ("externalId", "String"),
    ])
    .newer_arguments(&[("identity", "FindUserByIdentityInput")])
    .selecting("{ ...User }");

pub(super) const USER_BATCH: Operation<Vec<User>> = Operation::query("userBatch")
    .arguments(&[("ids", "[String!]!"), ("type", "String")])
    .selecting("{ ...User }");

pub(super) const CREATE_USER: Operation<User> = Operation::mutation("createUser")
    .arguments(&[
        ("userInfo", "CreateUserInput!"),
        ("keepPassword", "Boolean"),
        ("params", "String"),
    ])
    .newer_arguments(&[
        ("resetPasswordOnFirstLogin", "Boolean"),
        ("identity", "CreateUserIdentityInput"),
    ])
    .selecting("{ ...User }");

pub(super) const DELETE_USER: Operation<Option<CommonMessage>> =
    Operation::mutation("deleteUser").arguments(&[("id", "String!")]).selecting("{ code message }");

pub(super) const DELETE_USERS: Operation<Option<CommonMessage>> =
    Operation::mutation("deleteUsers")
        .arguments(&[("ids", "[String!]!")])
        .selecting("{ code message }");

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&USERS, &SEARCH_USER, &FIND_USER, &USER_BATCH, &CREATE_USER, &DELETE_USER, &DELETE_USERS]
}
