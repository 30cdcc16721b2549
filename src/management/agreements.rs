//! Agreements: what users of an application have to accept.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::client::Client;
use crate::error::Result;
use crate::object::Object;
use crate::paging::Page;
use crate::rest::RestRequest;
use crate::{Language, OneOrMore};

/// The agreements of an application:
/// [`Applications::agreements`](crate::Applications::agreements).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{AgreementInput, Language};
///
/// let agreements = admin.applications().agreements("APP_ID");
/// let terms = agreements.create(AgreementInput::new("Terms").language(Language::English))?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Agreements {
    client: Client,
    app_id: String,
}

/// Something that users have to accept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Agreement {
    /// The number.
    pub id: i64,
    /// The application.
    pub app_id: Option<String>,
    /// The text, which can be HTML.
    pub title: Option<String>,
    /// Whether nobody gets on without accepting it.
    pub required: Option<bool>,
    /// The language, such as `zh-CN`.
    pub lang: Option<String>,
    /// Its place among the others.
    pub order: Option<i64>,
    /// The user pool.
    pub user_pool_id: Option<String>,
}

impl Agreements {
    pub(super) fn new(client: &Client, app_id: &str) -> Self {
        Self { client: client.clone(), app_id: app_id.to_owned() }
    }

    /// All agreements, which the service answers at once.
    /// `GET /api/v2/applications/{app}/agreements`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application.
    pub fn list(&self) -> Result<Page<Agreement>> {
        self.client.rest(&self.request(RestRequest::get))
    }

    /// Adds an agreement. `POST /api/v2/applications/{app}/agreements`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown application.
    pub fn create(&self, agreement: AgreementInput) -> Result<Agreement> {
        self.client.rest(&self.request(RestRequest::post).json(agreement.members))
    }

    /// Changes an agreement and returns it as it is then.
    /// `PUT /api/v2/applications/{app}/agreements/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn modify(&self, id: i64, agreement: AgreementInput) -> Result<Agreement> {
        let request = self.request(RestRequest::put).segment(&id.to_string());
        self.client.rest(&request.json(agreement.members))
    }

    /// Deletes an agreement. `DELETE /api/v2/applications/{app}/agreements/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete(&self, id: i64) -> Result<()> {
        self.client.rest_command(&self.request(RestRequest::delete).segment(&id.to_string()))
    }

    /// Puts the agreements into an order. `POST /api/v2/applications/{app}/agreements/sort`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown agreement.
    pub fn sort(&self, ids: impl Into<OneOrMore<i64>>) -> Result<()> {
        let body = json!({ "ids": ids.into().as_slice() });
        self.client.rest_command(&self.request(RestRequest::post).segment("sort").json(body))
    }

    fn request(&self, method: fn(&str) -> RestRequest) -> RestRequest {
        method("/api/v2/applications").segment(&self.app_id).segment("agreements")
    }
}

/// An agreement to add, or what is to stand in an agreement's place.
#[derive(Clone, Debug)]
pub struct AgreementInput {
    members: Object,
}

impl AgreementInput {
    /// An agreement by its text, which can be HTML.
    pub fn new(title: impl Into<String>) -> Self {
        let members = Object::new()
            .with("title", title.into())
            .with("required", true)
            .with("lang", Language::Chinese.tag());
        Self { members }
    }

    /// Whether nobody gets on without accepting it. Defaults to true.
    pub fn required(mut self, required: bool) -> Self {
        self.members.set("required", required);
        self
    }

    /// The language. Defaults to Chinese, as the vendor's clients do.
    pub fn language(mut self, language: Language) -> Self {
        self.members.set("lang", language.tag());
        self
    }
}
