//! Programmatic access accounts: keys for programs that call an application's APIs.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Acl;
use crate::crypto;
use crate::error::Result;
use crate::object::Object;
use crate::paging::List;
use crate::rest::RestRequest;
use crate::secret::Secret;

const ACCOUNTS: &str = "/api/v2/applications/programmatic-access-accounts";

/// The characters of a secret that this library makes, as the vendor's own clients have them.
const ALPHABET: &[u8] = b"abcdefhijkmnprstwxyz2345678";
const SECRET_LENGTH: usize = 32;

/// A key of a program.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProgrammaticAccessAccount {
    /// The id.
    pub id: String,
    /// The application.
    pub app_id: Option<String>,
    /// The secret; never written by serde.
    #[serde(skip_serializing)]
    pub secret: Option<Secret>,
    /// Remarks for people.
    pub remarks: Option<String>,
    /// For how many seconds its tokens are valid.
    pub token_lifetime: Option<i64>,
    /// Whether it can be used.
    pub enabled: Option<bool>,
    /// The user it acts for.
    pub user_id: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

impl fmt::Debug for ProgrammaticAccessAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgrammaticAccessAccount")
            .field("id", &self.id)
            .field("app_id", &self.app_id)
            .field("remarks", &self.remarks)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

impl Acl {
    /// The accounts of an application. Nothing is sent before the list is read.
    /// `GET /api/v2/applications/{app}/programmatic-access-accounts`.
    pub fn programmatic_access_account_list(
        &self,
        app_id: &str,
    ) -> List<ProgrammaticAccessAccount> {
        self.client.rest_list(accounts_of(RestRequest::get, app_id))
    }

    /// Creates an account; its tokens are valid for `token_lifetime` seconds (the vendor's clients
    /// take 600). `POST /api/v2/applications/{app}/programmatic-access-accounts`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application.
    pub fn create_programmatic_access_account(
        &self,
        app_id: &str,
        token_lifetime: u32,
        remarks: Option<&str>,
    ) -> Result<ProgrammaticAccessAccount> {
        let body = Object::new().with("tokenLifetime", token_lifetime).with("remarks", remarks);
        self.client.rest(&accounts_of(RestRequest::post, app_id).json(body))
    }

    /// Lets an account be used. `PATCH /api/v2/applications/programmatic-access-accounts`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn enable_programmatic_access_account(
        &self,
        id: &str,
    ) -> Result<ProgrammaticAccessAccount> {
        self.change_account(&json!({ "id": id, "enabled": true }), None)
    }

    /// Lets an account be used no more. `PATCH /api/v2/applications/programmatic-access-accounts`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn disable_programmatic_access_account(
        &self,
        id: &str,
    ) -> Result<ProgrammaticAccessAccount> {
        self.change_account(&json!({ "id": id, "enabled": false }), None)
    }

    /// Gives an account a new secret, which the client makes: 32 characters from the operating
    /// system's generator, 152 bits. `PATCH /api/v2/applications/programmatic-access-accounts`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn refresh_programmatic_access_account_secret(
        &self,
        id: &str,
    ) -> Result<ProgrammaticAccessAccount> {
        let secret = Secret::new(crypto::random_text(ALPHABET, SECRET_LENGTH));
        self.change_account(&json!({ "id": id, "secret": secret.expose() }), Some(&secret))
    }

    /// Deletes an account. `DELETE /api/v2/applications/programmatic-access-accounts`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_programmatic_access_account(&self, id: &str) -> Result<()> {
        let id = self.client.named(id, "delete_programmatic_access_account")?;
        self.client.rest_command(&RestRequest::delete(ACCOUNTS).query("id", id))
    }

    fn change_account(
        &self,
        body: &serde_json::Value,
        secret: Option<&Secret>,
    ) -> Result<ProgrammaticAccessAccount> {
        let request = RestRequest::patch(ACCOUNTS).json(body.clone());
        self.client.rest(&match secret {
            Some(secret) => request.hiding(secret),
            None => request,
        })
    }
}

fn accounts_of(method: fn(&str) -> RestRequest, app_id: &str) -> RestRequest {
    method("/api/v2/applications").segment(app_id).segment("programmatic-access-accounts")
}
