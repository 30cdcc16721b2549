//! What users and administrators did.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::json::null_as_default;
use crate::paging::List;
use crate::rest::RestRequest;

/// The logs of the pool: [`ManagementClient::statistics`](crate::ManagementClient::statistics).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{ListAuditLogs, ListUserActions};
///
/// for action in admin.statistics().list_user_actions(ListUserActions::new().operation_name("login")) {
///     println!("{:?}", action?.timestamp);
/// }
/// let total = admin.statistics().list_audit_logs(ListAuditLogs::new()).page(1)?.total;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Statistics {
    client: Client,
}

impl Statistics {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// What users did. Nothing is sent before the list is read.
    /// `GET /api/v2/analysis/user-action`.
    pub fn list_user_actions(&self, filter: ListUserActions) -> List<UserAction> {
        let client = self.client.clone();
        List::new(move |page, limit| {
            let mut request = filter.query.apply(RestRequest::get("/api/v2/analysis/user-action"));
            for id in &filter.user_ids {
                let arn = format!("arn:cn:authing:{}:user:{id}", client.user_pool_id()?);
                request = request.query("operator_arn", arn);
            }
            client.rest(&request.query("page", page).query("limit", limit))
        })
    }

    /// What administrators did. Nothing is sent before the list is read.
    /// `GET /api/v2/analysis/audit`.
    pub fn list_audit_logs(&self, filter: ListAuditLogs) -> List<AuditLog> {
        self.client.rest_list(filter.query.apply(RestRequest::get("/api/v2/analysis/audit")))
    }
}

/// Parameters of a query, of which some come several times.
#[derive(Clone, Debug, Default)]
struct Query(Vec<(&'static str, String)>);

impl Query {
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    fn apply(&self, request: RestRequest) -> RestRequest {
        self.0.iter().fold(request, |request, (name, value)| request.query(name, value))
    }
}

/// Which actions of users are asked for; without a filter, all.
#[derive(Clone, Debug, Default)]
pub struct ListUserActions {
    query: Query,
    user_ids: Vec<String>,
}

impl ListUserActions {
    /// All actions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only from an address.
    pub fn client_ip(self, client_ip: impl Into<String>) -> Self {
        // In one word on the wire.
        self.with("clientip", client_ip)
    }

    /// Only operations of a name, such as `login`. Call it again for another one.
    pub fn operation_name(self, name: impl Into<String>) -> Self {
        self.with("operation_name", name)
    }

    /// Only by a user, named by [`User::arn`](crate::User::arn). Call it again for another one.
    pub fn operator_arn(self, arn: impl Into<String>) -> Self {
        self.with("operator_arn", arn)
    }

    /// Only by a user, named by id; [`operator_arn`](Self::operator_arn) is the form that every
    /// server understands. Call it again for another one.
    pub fn user_id(mut self, id: impl Into<String>) -> Self {
        self.user_ids.push(id.into());
        self
    }

    /// Only in an application. Call it again for another one.
    pub fn app_id(self, id: impl Into<String>) -> Self {
        self.with("app_id", id)
    }

    /// Leaves out what happened in no application.
    pub fn exclude_non_app_records(self) -> Self {
        self.with("exclude_non_app_records", "1")
    }

    /// Only from a time on, in the service's numbers (their unit is not documented).
    pub fn start(self, start: i64) -> Self {
        self.with("start", start.to_string())
    }

    /// Only up to a time, in the service's numbers (their unit is not documented).
    pub fn end(self, end: i64) -> Self {
        self.with("end", end.to_string())
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query = self.query.with(name, value);
        self
    }
}

/// Which actions of administrators are asked for; without a filter, all.
#[derive(Clone, Debug, Default)]
pub struct ListAuditLogs {
    query: Query,
}

impl ListAuditLogs {
    /// All actions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only from an address.
    pub fn client_ip(self, client_ip: impl Into<String>) -> Self {
        self.with("clientip", client_ip)
    }

    /// Only operations of a name. Call it again for another one.
    pub fn operation_name(self, name: impl Into<String>) -> Self {
        self.with("operation_name", name)
    }

    /// Only by an administrator, named by id. Call it again for another one.
    pub fn user_id(self, id: impl AsRef<str>) -> Self {
        // Without the pool, unlike the operators of user actions.
        self.with("operator_arn", format!("arn:cn:authing:user:{}", id.as_ref()))
    }

    /// Only in an application. Call it again for another one.
    pub fn app_id(self, id: impl Into<String>) -> Self {
        self.with("app_id", id)
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query = self.query.with(name, value);
        self
    }
}

/// Something that a user did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserAction {
    /// The resource name of the user.
    pub operator_arn: Option<String>,
    /// When the service noted it, ISO 8601.
    #[serde(rename = "@timestamp")]
    pub noted_at: Option<String>,
    /// When it happened.
    pub timestamp: Option<String>,
    /// The program, in its own words.
    pub user_agent: Option<String>,
    /// Where on earth, by address.
    pub geoip: Option<GeoIp>,
    /// The program, as the service understood it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub ua: Map<String, Value>,
    /// The user pool.
    pub userpool_id: Option<String>,
    /// The application.
    pub app_id: Option<String>,
    /// The name of what was done, such as `login`.
    pub operation_name: Option<String>,
    /// What was done, for people.
    pub operation_desc: Option<String>,
    /// The address.
    pub clientip: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// Who did it.
    pub user: Option<ActingUser>,
    /// The application, as the service shows it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub app: Map<String, Value>,
}

/// The user of a [`UserAction`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ActingUser {
    /// The id.
    pub id: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The URL of the picture.
    pub photo: Option<String>,
    /// The user pool.
    pub user_pool_id: Option<String>,
}

/// Something that an administrator did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditLog {
    /// The user pool.
    pub userpool_id: Option<String>,
    /// What kind of administrator.
    pub operator_type: Option<String>,
    /// Who did it.
    pub operator_detail: Option<AuditOperator>,
    /// The name of what was done.
    pub operation_name: Option<String>,
    /// Where on earth, by address.
    pub geoip: Option<GeoIp>,
    /// What kind of thing it was done to.
    pub resource_type: Option<String>,
    /// The thing, for people.
    pub resource_desc: Option<String>,
    /// The resource name of the thing.
    pub resource_arn: Option<String>,
    /// When it happened.
    pub timestamp: Option<String>,
}

/// The administrator of an [`AuditLog`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditOperator {
    /// The id.
    pub id: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
}

/// Where on earth an address is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GeoIp {
    /// The address.
    pub ip: Option<String>,
    /// The city.
    pub city_name: Option<String>,
    /// The region.
    pub region_name: Option<String>,
    /// The country.
    pub country_name: Option<String>,
}
