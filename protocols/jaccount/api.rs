//! The API: what jAccount's users have at the university.

use http::{HeaderValue, Request, Response, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::client::Client;
use super::lesson::Lesson;
use super::profile::Profile;
use crate::error::{Error, ErrorKind, Result};
use crate::http::retry_after;
use crate::json;
use crate::rest::RestRequest;
use crate::secret::Secret;

/// Something that the API can be asked for.
///
/// ```
/// use authing::jaccount::Api;
///
/// assert_eq!(Api::Profile.path(), "v1/me/profile");
/// assert_eq!(Api::from("v1/me/classes").path(), "v1/me/classes");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// Who the user is: `v1/me/profile`.
    Profile,
    /// What positions the user has: `v1/enterprise/user/positions`.
    Positions,
    /// What the user may do: `v1/enterprise/user/rights`.
    Rights,
    /// The user's lessons: `v1/me/lessons`.
    Lessons,
    /// The user's examinations: `v1/me/examinations`.
    Exams,
    /// Anything else, by its path, with or without a slash in front. What is not ASCII has to be
    /// percent-encoded.
    Path(String),
}

/// What the API answered: a list of things.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiAnswer {
    /// How many things there are, which may be more than the answer has.
    pub total: Option<u64>,
    /// The things.
    pub entities: Vec<Value>,
    all: Map<String, Value>,
}

impl Api {
    /// The path below the API's host, without a slash in front.
    pub fn path(&self) -> &str {
        match self {
            Self::Profile => "v1/me/profile",
            Self::Positions => "v1/enterprise/user/positions",
            Self::Rights => "v1/enterprise/user/rights",
            Self::Lessons => "v1/me/lessons",
            Self::Exams => "v1/me/examinations",
            Self::Path(path) => path.strip_prefix('/').unwrap_or(path),
        }
    }
}

impl From<&str> for Api {
    fn from(path: &str) -> Self {
        Self::from(path.to_owned())
    }
}

impl From<String> for Api {
    fn from(path: String) -> Self {
        Self::Path(path)
    }
}

impl Client {
    /// Asks the API for anything, with more parameters for the query.
    ///
    /// ```no_run
    /// # let sjtu = authing::jaccount::Client::new("id", "secret", "https://me.example/auth")?;
    /// # let access_token = authing::Secret::default();
    /// let answer = sjtu.call_api(&access_token, "v1/me/classes", &[("offset", "10")])?;
    /// println!("{} of {:?}", answer.entities.len(), answer.total);
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`] when `errno` is not 0: it is the error's [`code`](Error::code), and
    /// `error` its [`message`](Error::message). [`ErrorKind::Http`] when something else answered,
    /// [`ErrorKind::Parse`] when the answer has not the documented shape, [`ErrorKind::Usage`] when
    /// the path is none.
    pub fn call_api(
        &self,
        access_token: impl Into<Secret>,
        api: impl Into<Api>,
        parameters: &[(&str, &str)],
    ) -> Result<ApiAnswer> {
        let (access_token, api) = (access_token.into(), api.into());
        let operation = operation(&api);
        let request = self.api_request(&access_token, api, parameters)?;
        let answer = self.send(&operation, request, true)?;
        ApiAnswer::read_hiding(&answer, &[access_token])
            .map_err(|error| error.with_operation(&operation))
    }

    /// The request of [`call_api`](Self::call_api), for a program that sends it in its own way.
    /// Its URL holds the access token: do not log it. The answer is read by [`ApiAnswer::read`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] when the path is none, or a parameter is one of those that the client
    /// sets: `access_token`, `client_id`.
    pub fn api_request(
        &self,
        access_token: impl Into<Secret>,
        api: impl Into<Api>,
        parameters: &[(&str, &str)],
    ) -> Result<Request<Vec<u8>>> {
        let (access_token, api) = (access_token.into(), api.into());
        if api.path().is_empty() {
            return Err(Error::usage("the path is empty"));
        }
        let mut request = RestRequest::get(&format!("/{}", api.path()))
            .query("access_token", access_token.expose())
            .query("client_id", self.client_id());
        for (name, value) in parameters {
            if matches!(*name, "access_token" | "client_id") {
                return Err(Error::usage(format!("`{name}` is set by the client")));
            }
            request = request.query(name, value);
        }
        let url = request.url(&self.options().api_host)?;
        Request::builder()
            .uri(url)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            .body(Vec::new())
            .map_err(|e| Error::usage("the path makes no URL").with_source(e))
    }

    /// Who the user is. How much of it comes depends on the scopes: `basic` gives the name,
    /// `essential` also number, type and organisation, `profile` and `privacy` more.
    ///
    /// # Errors
    ///
    /// As [`call_api`](Self::call_api).
    pub fn profile(&self, access_token: impl Into<Secret>) -> Result<Profile> {
        let api = Api::Profile;
        let profiles = self.typed(access_token, api.clone())?;
        let missing = || Error::new(ErrorKind::Parse, "the answer has no profile");
        profiles.into_iter().next().ok_or_else(|| missing().with_operation(&operation(&api)))
    }

    /// The user's lessons, which need the scope `lessons`.
    ///
    /// # Errors
    ///
    /// As [`call_api`](Self::call_api).
    pub fn lessons(&self, access_token: impl Into<Secret>) -> Result<Vec<Lesson>> {
        self.typed(access_token, Api::Lessons)
    }

    /// The user's examinations, which need the scope `exams`. What they look like is not
    /// documented.
    ///
    /// # Errors
    ///
    /// As [`call_api`](Self::call_api).
    pub fn exams(&self, access_token: impl Into<Secret>) -> Result<Vec<Value>> {
        Ok(self.call_api(access_token, Api::Exams, &[])?.entities)
    }

    /// The positions that the user has. What they look like is not documented.
    ///
    /// # Errors
    ///
    /// As [`call_api`](Self::call_api).
    pub fn positions(&self, access_token: impl Into<Secret>) -> Result<Vec<Value>> {
        Ok(self.call_api(access_token, Api::Positions, &[])?.entities)
    }

    /// What the user may do. What it looks like is not documented.
    ///
    /// # Errors
    ///
    /// As [`call_api`](Self::call_api).
    pub fn rights(&self, access_token: impl Into<Secret>) -> Result<Vec<Value>> {
        Ok(self.call_api(access_token, Api::Rights, &[])?.entities)
    }

    fn typed<T: DeserializeOwned>(
        &self,
        access_token: impl Into<Secret>,
        api: Api,
    ) -> Result<Vec<T>> {
        let operation = operation(&api);
        let answer = self.call_api(access_token, api, &[])?;
        answer.typed().map_err(|error| error.with_operation(&operation))
    }
}

impl ApiAnswer {
    /// Reads an answer of the API.
    ///
    /// ```
    /// use authing::jaccount::ApiAnswer;
    ///
    /// let body = br#"{"errno": 0, "error": "success", "total": 1, "entities": [{"name": "Ann"}]}"#;
    /// let answer = ApiAnswer::read(&http::Response::new(body.to_vec()))?;
    /// assert_eq!(answer.entities[0]["name"], "Ann");
    ///
    /// let body = br#"{"errno": 42, "error": "no permission"}"#;
    /// let error = ApiAnswer::read(&http::Response::new(body.to_vec())).unwrap_err();
    /// assert_eq!((error.code(), error.message()), (Some(42), "no permission"));
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Client::call_api`] about the answer.
    pub fn read(answer: &Response<Vec<u8>>) -> Result<Self> {
        Self::read_hiding(answer, &[])
    }

    fn read_hiding(answer: &Response<Vec<u8>>, secrets: &[Secret]) -> Result<Self> {
        let status = answer.status();
        let mut all: Map<String, Value> = json::envelope(answer, secrets)?;
        match all.get("errno").and_then(number) {
            Some(0) if status.is_success() => {}
            Some(0) | None => return Err(json::no_result(answer, secrets)),
            Some(errno) => {
                let text = all.get("error").and_then(Value::as_str).map(str::to_owned);
                return Err(json::api_error(None, text, None, secrets)
                    .with_foreign_code(errno)
                    .with_status(status.as_u16())
                    .with_retry_after(retry_after(answer)));
            }
        }
        let entities = match all.remove("entities") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entities)) => entities,
            Some(_) => {
                let message = "the answer's `entities` are no list";
                return Err(Error::new(ErrorKind::Parse, message).with_status(status.as_u16()));
            }
        };
        let total = all.get("total").and_then(number).and_then(|total| total.try_into().ok());
        Ok(Self { total, entities, all })
    }

    /// The things as a type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] with the path of what does not fit.
    pub fn typed<T: DeserializeOwned>(self) -> Result<Vec<T>> {
        json::read(Value::Array(self.entities))
    }

    /// Any member of the answer by its name, beside `entities`.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }
}

fn operation(api: &Api) -> String {
    format!("GET /{}", api.path())
}

/// A whole number, or the text of one.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
