//! What an administrator does.

mod users;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::users::{
    ListUsers, NewIdentity, NewUser, SearchUsers, SortBy, UserField, UserKey, UserUpdate, Users,
};
use crate::client::Client;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::operations;
use crate::options::Options;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::LoginStatus;

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

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    users::operations()
}
