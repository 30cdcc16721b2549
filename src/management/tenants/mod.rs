//! Tenants: organisations of customers with users and login pages of their own.

mod providers;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use self::providers::{
    ConnectionState, ExtIdpConnectionUpdate, NewExtIdp, NewExtIdpConnection,
};
use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use crate::client::Client;
use crate::error::Result;
use crate::object::Object;
use crate::paging::List;
use crate::profile::text_setters;
use crate::rest::RestRequest;

/// Singular but for the list.
const TENANT: &str = "/api/v2/tenant";

/// A tenant. What the vendors document of it is typed; the rest is in [`other`](Self::other).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tenant {
    /// The id.
    pub id: String,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The style sheet of its login page.
    pub css: Option<String>,
    /// What its login page shows.
    pub sso_page_customization_settings: Option<SsoPageSettings>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// Every other member, as the service has it.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What the login page of a tenant shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct SsoPageSettings {
    /// Whether those who log in for the first time are registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_register_then_login: Option<bool>,
    /// Whether the way to a new password is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_forget_password: Option<bool>,
    /// Whether identity providers are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_idp: Option<bool>,
    /// Whether social logins are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hide_social_login: Option<bool>,
}

/// The tenants of the pool: [`ManagementClient::tenants`](crate::ManagementClient::tenants).
///
/// The vendors do not document the shapes of members and of identity providers: these answers are
/// JSON.
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::NewTenant;
///
/// let acme = admin.tenants().create(NewTenant::new("ACME", "APP_ID").description("A customer"))?;
/// admin.tenants().add_members(&acme.id, ["5f703fb5a8ea5c8b8a3e2a6b"])?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tenants {
    client: Client,
}

impl Tenants {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// All tenants. Nothing is sent before the list is read. `GET /api/v2/tenants`.
    pub fn list(&self) -> List<Tenant> {
        self.client.rest_list(RestRequest::get("/api/v2/tenants"))
    }

    /// A tenant. `GET /api/v2/tenant/{tenant}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn details(&self, tenant_id: &str) -> Result<Tenant> {
        self.client.rest(&RestRequest::get(TENANT).segment(tenant_id))
    }

    /// Creates a tenant. `POST /api/v2/tenant`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application.
    pub fn create(&self, tenant: NewTenant) -> Result<Tenant> {
        self.client.rest(&RestRequest::post(TENANT).json(tenant.members))
    }

    /// Changes a tenant, or how its login page looks, and returns it as it is then.
    /// `POST /api/v2/tenant/{tenant}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "config")]
    pub fn update(&self, tenant_id: &str, update: TenantUpdate) -> Result<Tenant> {
        self.client.rest(&RestRequest::post(TENANT).segment(tenant_id).json(update.members))
    }

    /// Deletes a tenant. `DELETE /api/v2/tenant/{tenant}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete(&self, tenant_id: &str) -> Result<()> {
        self.client.rest_command(&RestRequest::delete(TENANT).segment(tenant_id))
    }

    /// The members of a tenant, in a shape that the vendors do not document. Nothing is sent before
    /// the list is read. `GET /api/v2/tenant/{tenant}/users`.
    pub fn members(&self, tenant_id: &str) -> List<Value> {
        self.client.rest_list(RestRequest::get(TENANT).segment(tenant_id).segment("users"))
    }

    /// Makes users members of a tenant. `POST /api/v2/tenant/{tenant}/user`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown tenant or user; what was
    /// done is in [`BatchFailure`](crate::BatchFailure).
    pub fn add_members(&self, tenant_id: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        in_batches(user_ids.into().as_slice(), String::as_str, |ids| {
            let request = RestRequest::post(TENANT).segment(tenant_id).segment("user");
            self.client.rest_command(&request.json(json!({ "userIds": ids })))
        })
    }

    /// Makes a user a member no more. `DELETE /api/v2/tenant/{tenant}/user`.
    ///
    /// # Errors
    ///
    /// As [`add_members`](Self::add_members).
    #[doc(alias = "remove_members")]
    pub fn remove_member(&self, tenant_id: &str, user_id: &str) -> Result<()> {
        let user_id = self.client.named(user_id, "DELETE /api/v2/tenant/{tenant}/user")?;
        let request = RestRequest::delete(TENANT).segment(tenant_id).segment("user");
        self.client.rest_command(&request.query("userId", user_id))
    }
}

/// A tenant to create: see [`Tenants::create`].
#[derive(Clone, Debug)]
pub struct NewTenant {
    members: Object,
}

impl NewTenant {
    /// A tenant by its name for people, and the ids of the applications that its users log in to.
    pub fn new(name: impl Into<String>, app_ids: impl Into<OneOrMore>) -> Self {
        let members = Object::new().with("name", name.into());
        Self { members: members.with("appIds", app_ids.into().as_slice().join(",")) }
    }

    text_setters! {
        /// The URL of the logo. Defaults to none.
        logo = "logo";
        /// A description for people. Defaults to none.
        description = "description";
    }
}

/// What to change about a tenant; what is not set stays as it is. See [`Tenants::update`].
#[derive(Clone, Debug, Default)]
pub struct TenantUpdate {
    members: Object,
}

impl TenantUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// The name for people.
        name = "name";
        /// The URL of the logo.
        logo = "logo";
        /// A description for people.
        description = "description";
        /// The style sheet of the login page.
        css = "css";
    }

    /// The ids of the applications that its users log in to.
    pub fn app_ids(mut self, app_ids: impl Into<OneOrMore>) -> Self {
        self.members.set("appIds", app_ids.into().as_slice().join(","));
        self
    }

    /// What the login page shows.
    pub fn sso_page(mut self, settings: &SsoPageSettings) -> Self {
        self.members.set("ssoPageCustomizationSettings", json!(settings));
        self
    }
}
