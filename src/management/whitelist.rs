//! Whitelists: who may register.

use serde::{Deserialize, Serialize};

use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use super::user_pool::{RegisterWhitelist, UserPoolSettings, UserPoolUpdate};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::types::choice;

const WHITELIST: Operation<Vec<WhitelistEntry>> = Operation::query("whitelist")
    .arguments(&[("type", "WhitelistType!")])
    .selecting("{ createdAt updatedAt value }");

const ADD_WHITELIST: Operation<Vec<Option<WhitelistEntry>>> = Operation::mutation("addWhitelist")
    .arguments(&[("type", "WhitelistType!"), ("list", "[String!]!")])
    .selecting("{ createdAt updatedAt value }");

const REMOVE_WHITELIST: Operation<Vec<Option<WhitelistEntry>>> =
    Operation::mutation("removeWhitelist")
        .arguments(&[("type", "WhitelistType!"), ("list", "[String!]!")])
        .selecting("{ createdAt updatedAt value }");

choice! {
    /// What a whitelist has in it.
    pub enum WhitelistType {
        /// User names.
        Username = "USERNAME",
        /// E-mail addresses.
        Email = "EMAIL",
        /// Phone numbers.
        Phone = "PHONE",
    }
}

/// Somebody who may register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WhitelistEntry {
    /// The user name, e-mail address or phone number.
    pub value: String,
    /// When it came to the list, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// The whitelists of the pool: [`ManagementClient::whitelist`](crate::ManagementClient::whitelist).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::WhitelistType;
///
/// admin.whitelist().add(WhitelistType::Email, ["ann@example.com", "bob@example.com"])?;
/// admin.whitelist().enable(WhitelistType::Email)?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Whitelist {
    client: Client,
}

impl Whitelist {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Everybody on a list, which the service answers at once. GraphQL `whitelist`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn list(&self, kind: WhitelistType) -> Result<Vec<WhitelistEntry>> {
        self.client.graphql(&WHITELIST, Variables::new().with("type", kind.as_str()))
    }

    /// Puts values on a list and returns what the service has of them then. GraphQL
    /// `addWhitelist`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked; what was done is in
    /// [`BatchFailure`](crate::BatchFailure).
    pub fn add(
        &self,
        kind: WhitelistType,
        values: impl Into<OneOrMore>,
    ) -> Result<Vec<WhitelistEntry>> {
        self.change(&ADD_WHITELIST, kind, &values.into())
    }

    /// Takes values from a list and returns what the service says of them. GraphQL
    /// `removeWhitelist`.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub fn remove(
        &self,
        kind: WhitelistType,
        values: impl Into<OneOrMore>,
    ) -> Result<Vec<WhitelistEntry>> {
        self.change(&REMOVE_WHITELIST, kind, &values.into())
    }

    /// Lets only those register who are on a list. GraphQL `updateUserpool`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    #[doc(alias = "enable_white_list")]
    pub fn enable(&self, kind: WhitelistType) -> Result<()> {
        self.switch(kind, true)
    }

    /// Lets everybody register, on a list or not. GraphQL `updateUserpool`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    #[doc(alias = "disable_white_list")]
    pub fn disable(&self, kind: WhitelistType) -> Result<()> {
        self.switch(kind, false)
    }

    fn change(
        &self,
        operation: &Operation<Vec<Option<WhitelistEntry>>>,
        kind: WhitelistType,
        values: &OneOrMore,
    ) -> Result<Vec<WhitelistEntry>> {
        let mut entries = Vec::new();
        in_batches(values.as_slice(), String::as_str, |values| {
            let variables = Variables::new().with("type", kind.as_str()).with("list", values);
            entries.extend(self.client.graphql(operation, variables)?.into_iter().flatten());
            Ok(())
        })?;
        Ok(entries)
    }

    fn switch(&self, kind: WhitelistType, on: bool) -> Result<()> {
        let lists = RegisterWhitelist::new();
        let lists = match kind {
            WhitelistType::Username => lists.username_enabled(on),
            WhitelistType::Email => lists.email_enabled(on),
            WhitelistType::Phone => lists.phone_enabled(on),
        };
        let update = UserPoolUpdate::new().whitelist(lists);
        UserPoolSettings::new(&self.client).update(update).map(drop)
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&ADD_WHITELIST, &REMOVE_WHITELIST, &WHITELIST]
}
