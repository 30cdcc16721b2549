//! Applications: what users log in to.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::acl::{
    AccessTargets, Acl, ApplicationAccessPolicy, DefaultAccess, change, records, update_default,
};
use super::agreements::Agreements;
use super::one_or_more::OneOrMore;
use super::roles::Roles;
use super::tenants::Tenant;
use crate::client::Client;
use crate::error::Result;
use crate::json::null_as_default;
use crate::object::Object;
use crate::paging::List;
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::{User, choice, wire_enum};

const APPLICATIONS: &str = "/api/v2/applications";
/// Singular in some endpoints.
const APPLICATION: &str = "/api/v2/application";

wire_enum! {
    /// Who an application is for; newer Authing servers only.
    pub enum AppType {
        /// Users on their own.
        Individual = "INDIVIDUAL",
        /// Users of tenants.
        Tenant = "Tenant",
        /// Both.
        Both = "BOTH",
    }
}

choice! {
    /// Who an application is to be for; newer Authing servers only.
    pub enum ApplicationType {
        /// Users on their own.
        Individual = "INDIVIDUAL",
        /// Users of tenants; spelled so on the wire.
        Tenant = "Tenant",
        /// Both.
        Both = "BOTH",
    }
}

/// An application of the pool.
///
/// What the service configures for protocols, pages and connections differs between versions and
/// is left out; [`ManagementClient::rest`](crate::ManagementClient::rest) can read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Application {
    /// The id.
    pub id: String,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The first label of its host, unique among all applications.
    pub identifier: Option<String>,
    /// The secret; never written by serde.
    #[serde(skip_serializing)]
    pub secret: Option<Secret>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// The protocol it signs users in by, such as `oidc`.
    pub protocol: Option<String>,
    /// Where users may come back to after a login.
    #[serde(default, deserialize_with = "null_as_default")]
    pub redirect_uris: Vec<String>,
    /// Where users may come back to after a logout.
    #[serde(default, deserialize_with = "null_as_default")]
    pub logout_redirect_uris: Vec<String>,
    /// Whether the service made it.
    pub is_official: Option<bool>,
    /// Whether it is deleted.
    pub is_deleted: Option<bool>,
    /// Whether it is the one that the pool came with.
    pub is_default: Option<bool>,
    /// Whether it is an OpenID Connect provider.
    pub oidc_provider_enabled: Option<bool>,
    /// Whether it is an OAuth 2.0 provider.
    pub oauth_provider_enabled: Option<bool>,
    /// Whether it is a SAML provider.
    pub saml_provider_enabled: Option<bool>,
    /// Whether it is a CAS provider.
    pub cas_provider_enabled: Option<bool>,
    /// Whether nobody can register.
    pub register_disabled: Option<bool>,
    /// Whether the e-mail address has to be verified before a login.
    pub login_require_email_verified: Option<bool>,
    /// Whether sub-accounts exist.
    pub enable_sub_account: Option<bool>,
    /// Whether agreements are shown.
    pub agreement_enabled: Option<bool>,
    /// Whether second factors are left out.
    pub skip_mfa: Option<bool>,
    /// Who may log in.
    pub permission_strategy: Option<PermissionStrategy>,
    /// Who it is for; newer Authing servers only.
    pub app_type: Option<AppType>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// Who may log in to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PermissionStrategy {
    /// Whether there are any rules.
    pub enabled: Option<bool>,
    /// Who may where no rule says otherwise: `ALLOW_ALL` or `DENY_ALL`.
    pub default_strategy: Option<String>,
    /// The policy that allows.
    pub allow_policy_id: Option<String>,
    /// The policy that forbids.
    pub deny_policy_id: Option<String>,
}

/// An application with its tenants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplicationTenants {
    /// The id of the application.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// The first label of its host.
    pub domain: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The protocol it signs users in by.
    pub protocol: Option<String>,
    /// Whether it comes from the vendor's catalogue.
    pub is_integrate: Option<bool>,
    /// The tenants who use it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub tenants: Vec<Tenant>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// The applications of the pool:
/// [`ManagementClient::applications`](crate::ManagementClient::applications).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{AccessTargets, NewApplication};
///
/// let shop = NewApplication::new("Shop", "my-shop", "https://shop.example.com/callback");
/// let shop = admin.applications().create(shop)?;
/// admin.applications().deny_access(&shop.id, AccessTargets::groups("guests"))?;
/// // An application has roles and resources of its own:
/// admin.applications().roles(&shop.id).create("clerk")?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Applications {
    client: Client,
}

impl Applications {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// All applications. Nothing is sent before the list is read. `GET /api/v2/applications`.
    pub fn list(&self) -> List<Application> {
        self.client.rest_list(RestRequest::get(APPLICATIONS))
    }

    /// Creates an application. `POST /api/v2/applications`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when the identifier is taken.
    pub fn create(&self, application: NewApplication) -> Result<Application> {
        self.client.rest(&RestRequest::post(APPLICATIONS).json(application.members))
    }

    /// Deletes an application. `DELETE /api/v2/applications/{app}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete(&self, app_id: &str) -> Result<()> {
        self.client.rest_command(&RestRequest::delete(APPLICATIONS).segment(app_id))
    }

    /// An application. `GET /api/v2/applications/{app}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn find_by_id(&self, app_id: &str) -> Result<Application> {
        self.client.rest(&RestRequest::get(APPLICATIONS).segment(app_id))
    }

    /// The resources of an application, which are those of the namespace that its id names.
    pub fn resources(&self, app_id: &str) -> Acl {
        Acl::new(&self.client).in_namespace(app_id)
    }

    /// The roles of an application, which are those of the namespace that its id names.
    pub fn roles(&self, app_id: &str) -> Roles {
        Roles::new(&self.client).in_namespace(app_id)
    }

    /// What users of an application have to agree to.
    pub fn agreements(&self, app_id: &str) -> Agreements {
        Agreements::new(&self.client, app_id)
    }

    /// The rules on who may log in. Nothing is sent before the list is read.
    /// `GET /api/v2/applications/{app}/authorization/records`.
    pub fn access_policies(&self, app_id: &str) -> List<ApplicationAccessPolicy> {
        records(&self.client, app_id)
    }

    /// Lets targets log in. `POST /api/v2/applications/{app}/authorization/allow`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application or target;
    /// what was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn allow_access(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, "allow", targets, Some(app_id))
    }

    /// Forbids targets to log in. `POST /api/v2/applications/{app}/authorization/deny`.
    ///
    /// # Errors
    ///
    /// As [`allow_access`](Self::allow_access).
    pub fn deny_access(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, "deny", targets, Some(app_id))
    }

    /// Puts rules that were disabled into force again.
    /// `POST /api/v2/applications/{app}/authorization/enable-effect`.
    ///
    /// # Errors
    ///
    /// As [`allow_access`](Self::allow_access).
    pub fn enable_access_policy(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, "enable-effect", targets, Some(app_id))
    }

    /// Puts rules out of force and keeps them.
    /// `POST /api/v2/applications/{app}/authorization/disable-effect`.
    ///
    /// # Errors
    ///
    /// As [`allow_access`](Self::allow_access).
    pub fn disable_access_policy(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, "disable-effect", targets, Some(app_id))
    }

    /// Deletes rules. `POST /api/v2/applications/{app}/authorization/revoke`.
    ///
    /// # Errors
    ///
    /// As [`allow_access`](Self::allow_access).
    pub fn delete_access_policy(&self, app_id: &str, targets: AccessTargets) -> Result<()> {
        change(&self.client, app_id, "revoke", targets, Some(app_id))
    }

    /// Says who may log in where no rule says otherwise. `POST /api/v2/applications/{app}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_default_access_policy(
        &self,
        app_id: &str,
        default_access: DefaultAccess,
    ) -> Result<Application> {
        update_default(&self.client, app_id, default_access)
    }

    /// Says who an application is for; newer Authing servers only. `POST /api/v2/applications/{app}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn change_application_type(
        &self,
        app_id: &str,
        application_type: ApplicationType,
    ) -> Result<Application> {
        let body = json!({ "appType": application_type.as_str() });
        self.client.rest(&RestRequest::post(APPLICATIONS).segment(app_id).json(body))
    }

    /// Gives an application a new secret; the old one is worth nothing from then on.
    /// `PATCH /api/v2/application/{app}/refresh-secret`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn refresh_application_secret(&self, app_id: &str) -> Result<Application> {
        let request = RestRequest::patch(APPLICATION).segment(app_id).segment("refresh-secret");
        self.client.rest(&request)
    }

    /// The users who are logged in to an application. Nothing is sent before the list is read.
    /// `GET /api/v2/applications/{app}/active-users`.
    pub fn active_users(&self, app_id: &str) -> List<User> {
        let request = RestRequest::get(APPLICATIONS).segment(app_id).segment("active-users");
        self.client.rest_list(request)
    }

    /// The tenants who use an application. `GET /api/v2/application/{app}/tenants`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn application_tenants(&self, app_id: &str) -> Result<ApplicationTenants> {
        self.client.rest(&RestRequest::get(APPLICATION).segment(app_id).segment("tenants"))
    }
}

/// An application to create: see [`Applications::create`].
#[derive(Clone, Debug)]
pub struct NewApplication {
    members: Object,
}

impl NewApplication {
    /// An application by its name for people, the first label of its host, and where users may come
    /// back to after a login.
    pub fn new(
        name: impl Into<String>,
        identifier: impl Into<String>,
        redirect_uris: impl Into<OneOrMore>,
    ) -> Self {
        let members = Object::new()
            .with("name", name.into())
            .with("identifier", identifier.into())
            .with("redirectUris", redirect_uris.into().as_slice());
        Self { members }
    }

    text_setters! {
        /// The URL of the logo. Defaults to the service's.
        logo = "logo";
    }
}
