//! What an administrator does.

mod acl;
mod agreements;
mod applications;
mod batch;
mod groups;
mod lists;
mod mfa;
mod one_or_more;
mod orgs;
mod policies;
mod principal;
mod roles;
mod statistics;
mod targets;
mod tenants;
mod udf;
mod user_pool;
mod users;
mod whitelist;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::acl::{
    AccessPolicy, AccessTargets, Acl, Allowed, ApplicationAccessPolicy, AuthorizedTarget,
    DefaultAccess, FindTargets, NamespaceUpdate, NewNamespace, NewResource,
    ProgrammaticAccessAccount, Resource, ResourceAction, ResourceKind, ResourceNamespace,
    ResourceUpdate,
};
pub use self::agreements::{Agreement, AgreementInput, Agreements};
pub use self::applications::{
    AppType, Application, ApplicationTenants, ApplicationType, Applications, NewApplication,
    PermissionStrategy,
};
pub use self::batch::BatchFailure;
pub use self::groups::{GroupUpdate, Groups, NewGroup};
pub use self::mfa::{ImportedTotp, Mfa, MfaStatus, UserMfaType};
pub use self::one_or_more::OneOrMore;
pub use self::orgs::{NewNode, NewOrg, NodeUpdate, Orgs, SyncSource};
pub use self::policies::{
    NewPolicy, Policies, Policy, PolicyAssignment, PolicyCondition, PolicyEffect, PolicyStatement,
    PolicyUpdate,
};
pub use self::principal::Principals;
pub use self::roles::{NewRole, RoleUpdate, Roles};
pub use self::statistics::{
    ActingUser, AuditLog, AuditOperator, GeoIp, ListAuditLogs, ListUserActions, Statistics,
    UserAction,
};
pub use self::targets::{Grant, Target, TargetKind, TargetType, Targets};
pub use self::tenants::{
    ConnectionState, ExtIdpConnectionUpdate, NewExtIdp, NewExtIdpConnection, NewTenant,
    SsoPageSettings, Tenant, TenantUpdate, Tenants,
};
pub use self::udf::{TargetCustomData, Udf, UdfTarget, UdfType, UserDefinedField};
pub(crate) use self::user_pool::USER_POOL;
pub use self::user_pool::{
    App2WxappLoginStrategy, ChangeEmailStrategy, ChangePhoneStrategy, CustomSmsProvider,
    EnvironmentVariable, FrequencyCheck, PasswordUpdatePolicy, QrcodeLoginStrategy,
    RegisterWhitelist, UserPool, UserPoolSettings, UserPoolType, UserPoolUpdate,
};
pub use self::users::{
    IdentityProvider, ListUsers, LoginStatusOf, NewIdentity, NewUser, RefreshedToken,
    ResourcePermission, SearchUsers, SortBy, UserField, UserKey, UserLoginStatus, UserUpdate,
    Users,
};
pub use self::whitelist::{Whitelist, WhitelistEntry, WhitelistType};
use crate::client::Client;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::graphql::Variables;
use crate::operations;
use crate::options::Options;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::{EmailScene, LoginStatus};

/// Acts as an administrator of a user pool.
///
/// It signs in by itself: the first call fetches a management token with the user pool's secret,
/// later ones share it, however many threads there are, and it is renewed in time. Make the client
/// once and clone it freely.
///
/// ```no_run
/// use authing::{ManagementClient, NewUser, Options};
///
/// let admin = ManagementClient::new(Options::new().user_pool("POOL_ID", "POOL_SECRET"))?;
/// let ann = admin.users().create(NewUser::email("ann@example.com").password("s3cret!"))?;
/// for user in admin.users().list() {
///     println!("{}", user?.id);
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManagementClient {
    client: Client,
}

impl ManagementClient {
    /// Makes a client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) with the option's name when
    /// [`user_pool`](Options::user_pool) is not set and no [`token`](Options::token) makes up for
    /// the secret, or an option is malformed.
    pub fn new(options: Options) -> Result<Self> {
        let client = Client::at_core_host(&options)?;
        let Options { user_pool_id, user_pool_secret, token, .. } = options;
        let user_pool_id =
            user_pool_id.ok_or_else(|| Error::config("user_pool", "is missing: id and secret"))?;
        let credential = match (token, user_pool_secret) {
            (Some(token), _) => Credential::Token(token),
            (None, Some(secret)) if secret.is_empty() => {
                return Err(Error::config("user_pool", "has an empty secret"));
            }
            (None, Some(secret)) => Credential::user_pool(user_pool_id, secret),
            (None, None) => return Err(Error::config("user_pool", "is missing its secret")),
        };
        Ok(Self { client: client.with_credential(credential) })
    }

    /// The users of the pool.
    pub fn users(&self) -> Users {
        Users::new(&self.client)
    }

    /// The roles of the pool, or of a namespace.
    pub fn roles(&self) -> Roles {
        Roles::new(&self.client)
    }

    /// The groups of the pool.
    pub fn groups(&self) -> Groups {
        Groups::new(&self.client)
    }

    /// The policies of the pool, or of a namespace.
    pub fn policies(&self) -> Policies {
        Policies::new(&self.client)
    }

    /// Access control: namespaces, resources, and who may use them.
    pub fn acl(&self) -> Acl {
        Acl::new(&self.client)
    }

    /// The organisations of the pool and their departments.
    pub fn orgs(&self) -> Orgs {
        Orgs::new(&self.client)
    }

    /// User-defined fields.
    pub fn udf(&self) -> Udf {
        Udf::new(&self.client)
    }

    /// The applications of the pool.
    pub fn applications(&self) -> Applications {
        Applications::new(&self.client)
    }

    /// The user pool itself.
    pub fn user_pool(&self) -> UserPoolSettings {
        UserPoolSettings::new(&self.client)
    }

    /// The lists of those who may register.
    pub fn whitelist(&self) -> Whitelist {
        Whitelist::new(&self.client)
    }

    /// The logs of what users and administrators did.
    #[doc(alias = "audit_log")]
    #[doc(alias = "user_action")]
    pub fn statistics(&self) -> Statistics {
        Statistics::new(&self.client)
    }

    /// The tenants of the pool.
    pub fn tenants(&self) -> Tenants {
        Tenants::new(&self.client)
    }

    /// Second factors of users.
    pub fn mfa(&self) -> Mfa {
        Mfa::new(&self.client)
    }

    /// Verified identities of users.
    pub fn principal(&self) -> Principals {
        Principals::new(&self.client)
    }

    /// Sends an e-mail with a code for a scene. GraphQL `sendEmail`.
    ///
    /// # Errors
    ///
    /// [`MALFORMED_EMAIL`](crate::codes::MALFORMED_EMAIL), or whatever keeps the service from
    /// sending.
    pub fn send_email(&self, email: impl Into<String>, scene: EmailScene) -> Result<()> {
        let variables = Variables::new().with("email", email.into()).with("scene", scene.as_str());
        self.client.command(&operations::SEND_EMAIL, variables)
    }

    /// Checks a password, which is sent in clear, against the pool's rules.
    /// `POST /api/v2/password/check`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A bad password is no error.
    pub fn is_password_valid(&self, password: impl Into<Secret>) -> Result<Vec<PasswordVerdict>> {
        let password = password.into();
        let body = json!({ "password": password.expose() });
        let request = RestRequest::post("/api/v2/password/check").json(body);
        self.client.rest(&request.hiding(&password))
    }

    /// The management token that calls are made with, fetched or renewed if need be. For calls that
    /// you send yourself; the library's own need no help. GraphQL `accessToken`.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub fn access_token(&self) -> Result<Secret> {
        self.client.access_token()
    }

    /// Asks the server whether a user's token is valid.
    ///
    /// An invalid token is no error: look at [`LoginStatus::is_valid`]. GraphQL
    /// `checkLoginStatus`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn check_login_status(&self, token: impl Into<Secret>) -> Result<LoginStatus> {
        operations::check_login_status(&self.client, &token.into())
    }

    /// Runs any GraphQL document, for what has no method yet. The answer is the whole member
    /// `data`, as the type that you expect.
    ///
    /// `variables` is a JSON object; the server ignores those that the document does not declare.
    /// A document without mutations may be sent again after a failure to connect.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use serde::Deserialize;
    /// use serde_json::json;
    ///
    /// #[derive(Deserialize)]
    /// struct Answer {
    ///     #[serde(rename = "isDomainAvaliable")] // spelled so on the wire
    ///     available: bool,
    /// }
    ///
    /// let document = "query ($domain: String!) { isDomainAvaliable(domain: $domain) }";
    /// let answer: Answer = admin.graphql(document, json!({ "domain": "my-company" }))?;
    /// println!("{}", answer.available);
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the answer has errors, also beside data;
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) when the data is not of your type.
    pub fn graphql<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: impl Into<Value>,
    ) -> Result<T> {
        self.client.graphql_document(document, variables.into())
    }

    /// Sends any REST request, for what has no method yet. The answer is the member `data` of the
    /// envelope, as the type that you expect; `()` where there is none.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::RestRequest;
    ///
    /// let pool: serde_json::Value = admin.rest(&RestRequest::get("/api/v2/userpools/detail"))?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a malformed path;
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the envelope's code is not 200;
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) when the data is not of your type.
    pub fn rest<T: DeserializeOwned>(&self, request: &RestRequest) -> Result<T> {
        self.client.rest(request)
    }
}

/// What one of the pool's rules says of a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PasswordVerdict {
    /// Whether the rule is kept.
    pub valid: bool,
    /// The rule, for people.
    pub message: Option<String>,
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    [
        acl::operations(),
        groups::operations(),
        orgs::operations(),
        policies::operations(),
        roles::operations(),
        udf::operations(),
        user_pool::operations(),
        users::operations(),
        whitelist::operations(),
    ]
    .concat()
}
