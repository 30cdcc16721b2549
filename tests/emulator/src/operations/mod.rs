//! The operations, one file per resource, and the tables that find them by their GraphQL name.
//!
//! To add one: write a function over a [`Call`] that answers a JSON record with the members of the
//! GraphQL type, and name it in its file's `OPERATIONS`. Members of an answer that need work of
//! their own (an argument, a look-up) go into `MEMBERS`.

pub(crate) mod access;
pub(crate) mod accounts;
mod arguments;
pub(crate) mod authentication;
pub(crate) mod connections;
pub(crate) mod contacts;
mod custom_data;
pub(crate) mod directories;
pub(crate) mod management;
pub(crate) mod mfa;
pub(crate) mod passwords;
pub(crate) mod qr_codes;
pub(crate) mod registration;
pub(crate) mod tokens;
pub(crate) mod user_lists;
pub(crate) mod userpool;
pub(crate) mod users;

use serde_json::Value;

pub(crate) use arguments::Arguments;

use crate::caller::Caller;
use crate::error::{ApiError, codes};
use crate::state::{Bearer, State, Step};

/// Answers one root field with a record, a list, a plain value or null.
pub(crate) type Operation = fn(&mut Call<'_>) -> Result<Value, ApiError>;

/// Answers one member of an object, given the object's record.
pub(crate) type Member = fn(&mut Call<'_>, &Value) -> Result<Value, ApiError>;

/// Finds the operation behind a root field, named such as `Query.user`.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    let tables = [
        authentication::OPERATIONS,
        contacts::OPERATIONS,
        custom_data::OPERATIONS,
        management::acl::OPERATIONS,
        management::groups::OPERATIONS,
        management::orgs::OPERATIONS,
        management::policies::OPERATIONS,
        management::pool::OPERATIONS,
        management::roles::OPERATIONS,
        management::users::OPERATIONS,
        passwords::OPERATIONS,
        registration::OPERATIONS,
        tokens::OPERATIONS,
        user_lists::OPERATIONS,
        userpool::OPERATIONS,
        users::OPERATIONS,
    ];
    tables.into_iter().flatten().find(|(known, _)| *known == name).map(|(_, found)| *found)
}

/// Finds the function behind a member that is not plainly part of the record.
pub(crate) fn member(name: &str) -> Option<Member> {
    let tables = [
        access::MEMBERS,
        management::groups::MEMBERS,
        management::orgs::MEMBERS,
        management::policies::MEMBERS,
        management::roles::MEMBERS,
        users::MEMBERS,
    ];
    tables.into_iter().flatten().find(|(known, _)| *known == name).map(|(_, found)| *found)
}

/// One operation in progress: the locked state, who calls, and with which arguments.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) caller: &'a Caller,
    pub(crate) arguments: Arguments,
}

impl Call<'_> {
    /// Refuses headers that name another pool or application than the emulator's.
    pub(crate) fn check_headers(&self) -> Result<(), ApiError> {
        let settings = &self.state.settings;
        if self.caller.user_pool_id.as_ref().is_some_and(|id| *id != settings.user_pool_id) {
            return Err(ApiError::new(codes::POOL_NOT_FOUND, "user pool does not exist"));
        }
        if self.caller.app_id.as_ref().is_some_and(|id| *id != settings.app_id) {
            return Err(ApiError::new(codes::APP_NOT_FOUND, "application does not exist"));
        }
        Ok(())
    }

    /// Requires that a header says which pool or application is meant: operations that no token
    /// accompanies cannot know otherwise.
    pub(crate) fn require_pool_or_app(&self) -> Result<(), ApiError> {
        if self.caller.user_pool_id.is_none() && self.caller.app_id.is_none() {
            return Err(ApiError::new(
                codes::APP_MISSING,
                "application id missing: send the header userpool-id or app-id",
            ));
        }
        Ok(())
    }

    /// Checks the bearer token. A user's is good only while the user exists and is not locked.
    pub(crate) fn bearer(&self) -> Result<Bearer, ApiError> {
        let token = self.caller.token.as_deref().ok_or_else(ApiError::not_logged_in)?;
        let state = &*self.state;
        let (bearer, _) = state.tokens.check(&state.settings, token, state.clock.seconds())?;
        if let Bearer::User { id, .. } | Bearer::Step { id, .. } = &bearer {
            let user = state.users.get(id).ok_or_else(ApiError::not_logged_in)?;
            if user.is_locked() {
                return Err(ApiError::new(codes::USER_LOCKED, "user is locked"));
            }
        }
        Ok(bearer)
    }

    /// Requires the management token: none answers 2020, a user's 1001.
    pub(crate) fn require_management(&self) -> Result<(), ApiError> {
        match self.bearer()? {
            Bearer::Management => Ok(()),
            _ => Err(ApiError::not_permitted()),
        }
    }

    /// Requires a signed-in user and answers the user's id.
    pub(crate) fn require_user(&self) -> Result<String, ApiError> {
        match self.bearer()? {
            Bearer::User { id, .. } => Ok(id),
            _ => Err(ApiError::not_logged_in()),
        }
    }

    /// Requires the token of a login that waits for its second factor; answers user and token id.
    pub(crate) fn require_mfa(&self) -> Result<(String, String), ApiError> {
        match self.bearer()? {
            Bearer::Step { step: Step::Mfa, id, token_id } => Ok((id, token_id)),
            _ => Err(ApiError::not_logged_in()),
        }
    }

    /// Requires a signed-in user, or one whose login waits for the second factor.
    pub(crate) fn require_user_or_mfa(&self) -> Result<String, ApiError> {
        match self.bearer()? {
            Bearer::User { id, .. } | Bearer::Step { step: Step::Mfa, id, .. } => Ok(id),
            _ => Err(ApiError::not_logged_in()),
        }
    }

    /// The user an operation is about: without `id` the signed-in one; with `id` any user for the
    /// management token, and for a user's token the user alone.
    pub(crate) fn subject(&self, id: Option<&str>) -> Result<String, ApiError> {
        match (self.bearer()?, id) {
            (Bearer::Management, Some(id)) => Ok(id.to_owned()),
            (Bearer::Management, None) => Err(ApiError::missing("id")),
            (Bearer::User { id, .. }, None) => Ok(id),
            (Bearer::User { id, .. }, Some(asked)) if id == asked => Ok(id),
            (Bearer::User { .. }, Some(_)) => Err(ApiError::not_permitted()),
            (Bearer::Step { .. }, _) => Err(ApiError::not_logged_in()),
        }
    }
}

/// The answer `CommonMessage` of a success.
pub(crate) fn success(message: &str) -> Value {
    serde_json::json!({ "code": 200, "message": message })
}
