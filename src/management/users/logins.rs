//! The logins of users, and what users did.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Users;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::json::null_as_default;
use crate::management::OneOrMore;
use crate::management::applications::Application;
use crate::management::batch::in_batches;
use crate::management::statistics::{ListUserActions, Statistics, UserAction};
use crate::object::Object;
use crate::paging::{List, Page};
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::{CommonMessage, User};

const REFRESH_TOKEN: Operation<Option<RefreshedToken>> = Operation::mutation("refreshToken")
    .arguments(&[("id", "String")])
    .selecting("{ token iat exp }");

const ARCHIVED_USERS: Operation<Page<User>> = Operation::query("archivedUsers")
    .arguments(&[("page", "Int"), ("limit", "Int")])
    .selecting("{ totalCount list { ...User } }");

const SEND_FIRST_LOGIN_VERIFY_EMAIL: Operation<Option<CommonMessage>> =
    Operation::mutation("sendFirstLoginVerifyEmail")
        .arguments(&[("userId", "String!"), ("appId", "String!")])
        .recent_only()
        .selecting("{ code message }");

/// A new token of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefreshedToken {
    /// The token; never written by serde.
    #[serde(skip_serializing)]
    pub token: Option<Secret>,
    /// When it was issued, in seconds since 1970.
    pub iat: Option<i64>,
    /// When it ends, in seconds since 1970.
    pub exp: Option<i64>,
}

/// Whether and where a user is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserLoginStatus {
    /// Whether he is.
    pub is_login: bool,
    /// The user.
    pub user: Option<User>,
    /// Where.
    #[serde(default, rename = "application", deserialize_with = "null_as_default")]
    pub applications: Vec<Application>,
}

impl Users {
    /// Makes a new token for a user. GraphQL `refreshToken`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`].
    pub fn refresh_token(&self, user_id: &str) -> Result<RefreshedToken> {
        let id = self.client.named(user_id, REFRESH_TOKEN.field)?;
        let token = self.client.graphql(&REFRESH_TOKEN, Variables::new().with("id", id))?;
        token.ok_or_else(|| {
            self.client.reported(Error::absent("user").with_operation(REFRESH_TOKEN.field))
        })
    }

    /// Ends all logins of users. `POST /api/v2/users/kick`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`]; what was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn kick(&self, user_ids: impl Into<OneOrMore>) -> Result<()> {
        in_batches(user_ids.into().as_slice(), String::as_str, |ids| {
            let body = json!({ "userIds": ids });
            self.client.rest_command(&RestRequest::post("/api/v2/users/kick").json(body))
        })
    }

    /// Ends the logins of a user in all applications. `GET /logout`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`].
    pub fn logout(&self, user_id: &str) -> Result<()> {
        self.end_logins(user_id, None)
    }

    /// Ends the logins of a user in one application. `GET /logout`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`].
    pub fn logout_of(&self, user_id: &str, app_id: &str) -> Result<()> {
        self.end_logins(user_id, Some(app_id))
    }

    fn end_logins(&self, user_id: &str, app_id: Option<&str>) -> Result<()> {
        let user_id = self.client.named(user_id, "GET /logout")?;
        let request = RestRequest::get("/logout").query("userId", user_id).once();
        self.client.rest_command(&match app_id {
            Some(app_id) => request.query("appId", app_id),
            None => request,
        })
    }

    /// Whether and where a user is logged in. `GET /api/v2/users/login-status`.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::LoginStatusOf;
    ///
    /// let ann = LoginStatusOf::user("5f703fb5a8ea5c8b8a3e2a6b").app_id("APP_ID");
    /// if admin.users().check_login_status(ann)?.is_login {
    ///     println!("at work");
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`].
    pub fn check_login_status(&self, of: LoginStatusOf) -> Result<UserLoginStatus> {
        let request = RestRequest::get("/api/v2/users/login-status");
        self.client.rest(&of.members.texts().fold(request, |r, (name, value)| r.query(name, value)))
    }

    /// What users did. Nothing is sent before the list is read.
    /// `GET /api/v2/analysis/user-action`.
    pub fn list_user_actions(&self, filter: ListUserActions) -> List<UserAction> {
        Statistics::new(&self.client).list_user_actions(filter)
    }

    /// The users who were archived. Nothing is sent before the list is read. GraphQL
    /// `archivedUsers`.
    pub fn list_archived_users(&self) -> List<User> {
        self.client.list(&ARCHIVED_USERS, Variables::new())
    }

    /// The users who match all of several conditions, whose form the vendors do not document; none
    /// for all users. Nothing is sent before the list is read. `POST /api/v2/users/filter`.
    pub fn filter(&self, conditions: Vec<Value>) -> List<User> {
        let client = self.client.clone();
        List::new(move |page, limit| {
            let body = json!({ "page": page, "limit": limit, "filter": conditions });
            client.rest(&RestRequest::post("/api/v2/users/filter").json(body))
        })
    }

    /// Sends a user the mail that verifies the address at the first login; newer Authing servers
    /// only. GraphQL `sendFirstLoginVerifyEmail`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] for an unknown user or application, or
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) in Approw mode.
    pub fn send_first_login_verify_email(&self, user_id: &str, app_id: &str) -> Result<()> {
        let variables = Variables::new().with("userId", user_id).with("appId", app_id);
        self.client.command(&SEND_FIRST_LOGIN_VERIFY_EMAIL, variables)
    }

    /// How many users logged in to an application, in a form that the vendors do not document.
    /// `GET /api/v2/analysis/total-login-count`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] for an unknown application.
    pub fn application_login_user_num(&self, app_id: &str) -> Result<Value> {
        let request = RestRequest::get("/api/v2/analysis/total-login-count");
        self.client.rest(&request.query("appId", app_id))
    }

    /// How many users of an application have a value in a user-defined field, in a form that the
    /// vendors do not document. `GET /api/v2/analysis/exist-defined-field-count`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] for an unknown application.
    pub fn udf_field_user_num(&self, key: &str, app_id: &str) -> Result<Value> {
        let request = RestRequest::get("/api/v2/analysis/exist-defined-field-count");
        self.client.rest(&request.query("definedFieldKey", key).query("appId", app_id))
    }
}

/// Whose login is asked for: see [`Users::check_login_status`].
#[derive(Clone, Debug)]
pub struct LoginStatusOf {
    members: Object,
}

impl LoginStatusOf {
    /// A user, by id.
    pub fn user(id: impl Into<String>) -> Self {
        Self { members: Object::new().with("userId", id.into()) }
    }

    text_setters! {
        /// In one application. Defaults to any.
        app_id = "appId";
        /// On one device. Defaults to any.
        device_id = "deviceId";
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&ARCHIVED_USERS, &REFRESH_TOKEN, &SEND_FIRST_LOGIN_VERIFY_EMAIL]
}
