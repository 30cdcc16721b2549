//! Identity providers that tenants bring with them.

use serde_json::{Map, Value};

use super::Tenants;
use crate::OneOrMore;
use crate::error::Result;
use crate::object::Object;
use crate::profile::text_setters;
use crate::rest::RestRequest;

const EXT_IDP: &str = "/api/v2/extIdp";
const EXT_IDP_CONNECTION: &str = "/api/v2/extIdpConn";

/// The shapes of these answers are not documented by the vendors; they are JSON.
impl Tenants {
    /// The identity providers of a tenant. `GET /api/v2/extIdp`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_ext_idp(&self, tenant_id: &str) -> Result<Value> {
        self.client.rest(&RestRequest::get(EXT_IDP).query("tenantId", tenant_id))
    }

    /// An identity provider with its connections. `GET /api/v2/extIdp/{provider}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn ext_idp_detail(&self, ext_idp_id: &str) -> Result<Value> {
        self.client.rest(&RestRequest::get(EXT_IDP).segment(ext_idp_id))
    }

    /// Creates an identity provider. `POST /api/v2/extIdp`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when an identifier is taken.
    pub fn create_ext_idp(&self, provider: NewExtIdp) -> Result<Value> {
        self.client.rest(&RestRequest::post(EXT_IDP).json(provider.members))
    }

    /// Gives an identity provider another name. `PUT /api/v2/extIdp/{provider}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_ext_idp(&self, ext_idp_id: &str, name: impl Into<String>) -> Result<Value> {
        let body = Object::new().with("name", name.into());
        self.client.rest(&RestRequest::put(EXT_IDP).segment(ext_idp_id).json(body))
    }

    /// Deletes an identity provider. `DELETE /api/v2/extIdp/{provider}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_ext_idp(&self, ext_idp_id: &str) -> Result<()> {
        self.client.rest_command(&RestRequest::delete(EXT_IDP).segment(ext_idp_id))
    }

    /// Adds a connection to an identity provider. `POST /api/v2/extIdpConn`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown provider.
    pub fn create_ext_idp_connection(
        &self,
        ext_idp_id: &str,
        connection: NewExtIdpConnection,
    ) -> Result<Value> {
        let body = connection.members.with("extIdpId", ext_idp_id);
        self.client.rest(&RestRequest::post(EXT_IDP_CONNECTION).json(body))
    }

    /// Changes a connection. `PUT /api/v2/extIdpConn/{connection}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_ext_idp_connection(
        &self,
        connection_id: &str,
        update: ExtIdpConnectionUpdate,
    ) -> Result<Value> {
        let request = RestRequest::put(EXT_IDP_CONNECTION).segment(connection_id);
        self.client.rest(&request.json(update.members))
    }

    /// Deletes a connection. `DELETE /api/v2/extIdpConn/{connection}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn delete_ext_idp_connection(&self, connection_id: &str) -> Result<()> {
        let request = RestRequest::delete(EXT_IDP_CONNECTION).segment(connection_id);
        self.client.rest_command(&request)
    }

    /// Asks the service about the identifier of a connection that is to be made.
    /// `POST /api/v2/check/extIdpConn/identifier`.
    ///
    /// Whether success means that it is free or that it is taken is not documented, and the vendor's
    /// own clients contradict each other: try it with your server before you rely on it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service says no, whatever that means.
    pub fn check_ext_idp_connection_identifier_unique(&self, identifier: &str) -> Result<()> {
        let body = Object::new().with("identifier", identifier);
        let request = RestRequest::post("/api/v2/check/extIdpConn/identifier");
        self.client.rest_command(&request.json(body))
    }

    /// Switches a connection on or off. `PUT /api/v2/extIdpConn/{connection}/state`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn change_ext_idp_connection_state(
        &self,
        connection_id: &str,
        state: ConnectionState,
    ) -> Result<()> {
        let request = RestRequest::put(EXT_IDP_CONNECTION).segment(connection_id);
        self.client.rest_command(&request.segment("state").json(state.members))
    }

    /// Switches all connections of an identity provider on or off.
    /// `PUT /api/v2/extIdp/{provider}/connState`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn batch_change_ext_idp_connection_state(
        &self,
        ext_idp_id: &str,
        state: ConnectionState,
    ) -> Result<()> {
        let request = RestRequest::put(EXT_IDP).segment(ext_idp_id);
        self.client.rest_command(&request.segment("connState").json(state.members))
    }
}

/// An identity provider to create: see [`Tenants::create_ext_idp`].
#[derive(Clone, Debug)]
pub struct NewExtIdp {
    members: Object,
}

impl NewExtIdp {
    /// A provider by its name for people, its type such as `oidc`, and how to reach it.
    pub fn new(
        name: impl Into<String>,
        kind: impl Into<String>,
        connections: impl Into<OneOrMore<NewExtIdpConnection>>,
    ) -> Self {
        let connections = connections.into().into_vec().into_iter();
        let connections: Vec<Value> = connections.map(|one| one.members.into()).collect();
        let members = Object::new().with("name", name.into()).with("type", kind.into());
        Self { members: members.with("connections", connections) }
    }

    text_setters! {
        /// The tenant it is for. Defaults to the whole user pool.
        tenant_id = "tenantId";
    }
}

/// How to reach an identity provider.
#[derive(Clone, Debug)]
pub struct NewExtIdpConnection {
    members: Object,
}

impl NewExtIdpConnection {
    /// A connection by its type, its identifier, which is unique, and its name for people; `fields`
    /// is what the type needs, such as a client id.
    pub fn new(
        kind: impl Into<String>,
        identifier: impl Into<String>,
        display_name: impl Into<String>,
        fields: Map<String, Value>,
    ) -> Self {
        let members = Object::new()
            .with("type", kind.into())
            .with("identifier", identifier.into())
            .with("displayName", display_name.into())
            .with("fields", fields);
        Self { members }
    }

    text_setters! {
        /// The URL of the logo. Defaults to none.
        logo = "logo";
    }

    /// The members by which its users are matched with those of the pool. Defaults to none.
    pub fn user_match_fields(mut self, fields: impl Into<OneOrMore>) -> Self {
        self.members.set("userMatchFields", fields.into().as_slice());
        self
    }
}

/// What is to stand in a connection's place.
#[derive(Clone, Debug)]
pub struct ExtIdpConnectionUpdate {
    members: Object,
}

impl ExtIdpConnectionUpdate {
    /// A name for people, and what the connection's type needs.
    pub fn new(display_name: impl Into<String>, fields: Map<String, Value>) -> Self {
        let members = Object::new().with("displayName", display_name.into());
        Self { members: members.with("fields", fields) }
    }

    text_setters! {
        /// The URL of the logo.
        logo = "logo";
    }

    /// The members by which its users are matched with those of the pool.
    pub fn user_match_fields(mut self, fields: impl Into<OneOrMore>) -> Self {
        self.members.set("userMatchFields", fields.into().as_slice());
        self
    }
}

/// Whether a connection is to be on, and where.
#[derive(Clone, Debug)]
pub struct ConnectionState {
    members: Object,
}

impl ConnectionState {
    /// On, everywhere unless it is said where.
    pub fn enabled() -> Self {
        Self { members: Object::new().with("enabled", true) }
    }

    /// Off, everywhere unless it is said where.
    pub fn disabled() -> Self {
        Self { members: Object::new().with("enabled", false) }
    }

    text_setters! {
        /// In one application.
        app_id = "appId";
        /// For one tenant.
        tenant_id = "tenantId";
    }
}
