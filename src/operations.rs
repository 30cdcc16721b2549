//! The operations that users and administrators share.

use crate::client::Client;
use crate::error::{ErrorKind, Result};
use crate::graphql::{Operation, Variables};
use crate::management::UserKey;
use crate::secret::Secret;
use crate::types::{CommonMessage, CustomData, LoginStatus, User};

/// One user; without id the one whose token is sent.
pub(crate) const USER: Operation<Option<User>> =
    Operation::query("user").arguments(&[("id", "String")]).selecting("{ ...User }");

/// Changes a user; without id the one whose token is sent.
pub(crate) const UPDATE_USER: Operation<User> = Operation::mutation("updateUser")
    .arguments(&[("id", "String"), ("input", "UpdateUserInput!")])
    .newer_arguments(&[("emailToken", "String"), ("phoneToken", "String")])
    .selecting("{ ...User }");

pub(crate) const IS_USER_EXISTS: Operation<Option<bool>> = Operation::query("isUserExists")
    .arguments(&[
        ("email", "String"),
        ("phone", "String"),
        ("username", "String"),
        ("externalId", "String"),
    ]);

pub(crate) const CHECK_LOGIN_STATUS: Operation<Option<LoginStatus>> =
    Operation::query("checkLoginStatus")
        .arguments(&[("token", "String")])
        .selecting("{ code message status exp iat data { id userPoolId arn } }");

pub(crate) const UDV: Operation<CustomData> = Operation::query("udv")
    .arguments(&[("targetType", "UDFTargetType!"), ("targetId", "String!")])
    .selecting("{ key dataType value label }");

pub(crate) const SET_UDV: Operation<Option<CustomData>> = Operation::mutation("setUdv")
    .arguments(&[
        ("targetType", "UDFTargetType!"),
        ("targetId", "String!"),
        ("key", "String!"),
        ("value", "String!"),
    ])
    .selecting("{ key dataType value label }");

pub(crate) const SET_UDV_BATCH: Operation<Option<CustomData>> = Operation::mutation("setUdvBatch")
    .arguments(&[
        ("targetType", "UDFTargetType!"),
        ("targetId", "String!"),
        ("udvList", "[UserDefinedDataInput!]"),
    ])
    .selecting("{ key dataType value label }");

pub(crate) const REMOVE_UDV: Operation<Option<CustomData>> = Operation::mutation("removeUdv")
    .arguments(&[("targetType", "UDFTargetType!"), ("targetId", "String!"), ("key", "String!")])
    .selecting("{ key dataType value label }");

pub(crate) const SEND_EMAIL: Operation<Option<CommonMessage>> = Operation::mutation("sendEmail")
    .arguments(&[("email", "String!"), ("scene", "EmailScene!")])
    .selecting("{ code message }");

/// Whether a user exists.
pub(crate) fn is_user_exists(client: &Client, key: UserKey) -> Result<bool> {
    let answer = client.graphql(&IS_USER_EXISTS, Variables::from(key.into_members()))?;
    Ok(answer.unwrap_or(false))
}

/// What the server says of a user's token. One that it refuses by an error is as invalid as one that
/// it calls invalid; that another server, or the service for another reason, refuses is an error.
pub(crate) fn check_login_status(client: &Client, token: &Secret) -> Result<LoginStatus> {
    let variables = Variables::new().with("token", token.expose()).hiding(token);
    let status = client.graphql_or(&CHECK_LOGIN_STATUS, variables, |error| {
        let is_of_the_token = error.kind() == ErrorKind::Api
            && error.operation() == CHECK_LOGIN_STATUS.field
            && error.is_unauthorized();
        match is_of_the_token {
            true => Ok(Some(LoginStatus {
                code: error.code(),
                message: Some(error.message().to_owned()),
                status: Some(false),
                ..LoginStatus::default()
            })),
            false => Err(error),
        }
    });
    Ok(status?.unwrap_or_default())
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![
        &CHECK_LOGIN_STATUS,
        &IS_USER_EXISTS,
        &REMOVE_UDV,
        &SEND_EMAIL,
        &SET_UDV,
        &SET_UDV_BATCH,
        &UDV,
        &USER,
        &UPDATE_USER,
    ]
}
