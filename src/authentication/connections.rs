//! Logging in by way of another identity provider: the addresses that a browser is sent to.
//!
//! The answer comes to the browser, as a message of the window that the address opened in
//! (`{code, message, data, event: {source: "authing", eventType}}`); `data` is the user, with the
//! token for [`AuthenticationClient::session`](crate::AuthenticationClient::session). Opening the
//! window and receiving the message is the page's part.
//!
//! ```
//! use authing::connections::SocialAuthorization;
//! # use authing::{AuthenticationClient, Options};
//!
//! # fn main() -> Result<(), authing::Error> {
//! let app = AuthenticationClient::new(Options::new().app("APP_ID", "https://my-app.authing.cn"))?;
//! let url = app.social_authorize_url(SocialAuthorization::new("github"))?;
//! assert_eq!(url, "https://my-app.authing.cn/connections/social/github?from_guard=1&app_id=APP_ID");
//! # Ok(())
//! # }
//! ```

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use url::Url;

use super::AuthenticationClient;
use crate::crypto::random_token;
use crate::error::{Error, ErrorKind, Result};
use crate::json::without_nulls;
use crate::rest::RestRequest;
use crate::types::{CustomValue, pairs, wire_enum};

/// Logging in by a social provider: see [`AuthenticationClient::social_authorize_url`].
#[derive(Clone, Debug)]
pub struct SocialAuthorization {
    provider: String,
    query: Vec<(&'static str, String)>,
}

impl SocialAuthorization {
    /// By a provider, such as `github`, `wechat:pc` or `google`.
    pub fn new(provider: impl Into<String>) -> Self {
        Self { provider: provider.into(), query: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.query.retain(|(known, _)| *known != name);
        self.query.push((name, value));
        self
    }

    /// Parameters for the provider, by name. Defaults to none.
    pub fn authorization_params<K: Into<String>, V: Into<Value>>(
        self,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.with("authorization_params", super::way::context_text(params))
    }

    /// What the user pool's pipeline functions get to see, by name. Defaults to nothing.
    pub fn context<K: Into<String>, V: Into<Value>>(
        self,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.with("context", super::way::context_text(context))
    }

    /// Values of user-defined fields to set, by key. Defaults to none.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values = pairs(custom_data).into_iter().map(|(key, value)| (key, value.to_json()));
        self.with("custom_data", super::way::context_text(values))
    }

    /// Whether the answer has the user's identities. Defaults to what the service does.
    pub fn with_identities(self, with_identities: bool) -> Self {
        self.with("with_identities", u8::from(with_identities).to_string())
    }

    /// Whether the answer has the user-defined values. Defaults to what the service does.
    pub fn with_custom_data(self, with_custom_data: bool) -> Self {
        self.with("with_custom_data", u8::from(with_custom_data).to_string())
    }

    /// The protocol that the login is part of, such as `oidc`. Defaults to none.
    pub fn protocol(self, protocol: impl Into<String>) -> Self {
        self.with("protocol", protocol.into())
    }

    /// The id of the interaction that the login is part of. Defaults to none.
    pub fn uuid(self, uuid: impl Into<String>) -> Self {
        self.with("uuid", uuid.into())
    }
}

wire_enum! {
    /// How an identity provider of an enterprise is connected.
    pub enum Protocol {
        /// OpenID Connect.
        Oidc = "oidc",
        /// SAML 2.0.
        Saml = "saml",
        /// CAS.
        Cas = "cas",
        /// OAuth 2.0.
        OAuth = "oauth",
        /// Azure Active Directory.
        AzureAd = "azure-ad",
    }
}

impl AuthenticationClient {
    /// The address at which a browser logs a user in by a social provider. Nothing is sent. It
    /// leads to `GET /connections/social/{provider}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] without [`app_id`](crate::Options::app_id); [`ErrorKind::Usage`] for
    /// an empty provider.
    pub fn social_authorize_url(&self, authorization: SocialAuthorization) -> Result<String> {
        let mut request = RestRequest::get("/connections/social")
            .segment(&authorization.provider)
            .query("from_guard", 1)
            .query("app_id", self.client.app_id()?);
        for (name, value) in authorization.query {
            request = request.query(name, value);
        }
        if let Some(tenant) = self.client.tenant_id() {
            request = request.query("tenant_id", tenant);
        }
        request.url(self.client.host()).map_err(|error| self.client.reported(error))
    }

    /// The address at which a browser logs a user in by an identity provider of an enterprise,
    /// which has an `identifier` in the console. `referer` is the address of the page that sends
    /// the browser there.
    ///
    /// The providers of the application are asked for
    /// (`GET /api/v2/applications/{app_id}/public-config`), and for OpenID Connect the login is
    /// announced (`POST /api/v2/connections/oidc/start-interaction`), with random state and nonce
    /// of 256 bits each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] without [`app_id`](crate::Options::app_id); [`ErrorKind::Usage`] when
    /// the application has no such provider; [`ErrorKind::Parse`] when its configuration has no
    /// address.
    pub fn enterprise_authorize_url(
        &self,
        protocol: &Protocol,
        identifier: &str,
        referer: &str,
    ) -> Result<String> {
        let app_id = self.client.app_id()?;
        let request =
            RestRequest::get("/api/v2/applications").segment(app_id).segment("public-config");
        let config: PublicConfig = self.client.rest(&request)?;
        let provider = config
            .identity_providers
            .iter()
            .find(|provider| provider.is(protocol, identifier))
            .ok_or_else(|| {
                let message = format!("the application has no {protocol} provider `{identifier}`");
                self.client.reported(Error::usage(message).with_operation(&request.operation()))
            })?;
        let state = random_token();
        let url = provider
            .login_url(self.client.host(), protocol, &state, &random_token())
            .map_err(|error| self.client.reported(error.with_operation(&request.operation())))?;
        if *protocol == Protocol::Oidc {
            let body = json!({
                "state": state,
                "protocol": protocol,
                "userPoolId": config.user_pool_id,
                "appId": app_id,
                "referer": referer,
                "connection": { "providerIentifier": identifier }, // spelled so on the wire
            });
            let request =
                RestRequest::post("/api/v2/connections/oidc/start-interaction").json(body);
            self.client.rest::<IgnoredAny>(&request)?;
        }
        Ok(url.into())
    }
}

/// What an application tells to everybody, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublicConfig {
    user_pool_id: Option<String>,
    #[serde(default, deserialize_with = "without_nulls")]
    identity_providers: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    identifier: Option<String>,
    protocol: Option<Protocol>,
    #[serde(default)]
    config: Value,
}

impl Provider {
    fn is(&self, protocol: &Protocol, identifier: &str) -> bool {
        self.protocol.as_ref() == Some(protocol) && self.identifier.as_deref() == Some(identifier)
    }

    /// The address of the provider. Only that of OpenID Connect is put together here: the service
    /// has those of the others ready.
    fn login_url(&self, host: &str, protocol: &Protocol, state: &str, nonce: &str) -> Result<Url> {
        let member = match protocol {
            Protocol::Oidc => "authorizationEdpoint", // spelled so on the wire
            Protocol::Saml => "samlRequest",
            Protocol::Cas => "casConnectionLoginUrl",
            Protocol::OAuth => "authUrl",
            Protocol::AzureAd => "authorizationUrl",
            Protocol::Unknown(_) => {
                return Err(Error::usage(format!("logging in by {protocol} is not known")));
            }
        };
        let text = |name: &str| self.config.get(name).and_then(Value::as_str);
        let broken = || {
            let message = format!("the provider's `{member}` is no address of a web page");
            Error::new(ErrorKind::Parse, message)
        };
        let address = text(member).ok_or_else(broken)?;
        // One that is relative is at the application's host.
        let url = Url::parse(host).and_then(|host| host.join(address));
        let mut url = url.map_err(|error| broken().with_source(error))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(broken());
        }
        if *protocol == Protocol::Oidc {
            let known = [
                ("client_id", text("clientId")),
                ("redirect_uri", text("redirectUri")),
                ("scope", text("scopes")),
                ("response_type", text("responseType")),
                ("state", Some(state)),
                ("nonce", Some(nonce)),
            ];
            let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
            url.query_pairs_mut().extend_pairs(known);
        }
        Ok(url)
    }
}
