//! Identity clouds of the Authing family, for synchronous programs.

mod authentication;
mod client;
mod cloud;
pub mod codes;
mod credential;
mod crypto;
mod deadline;
mod error;
mod graphql;
pub mod http;
mod json;
mod management;
#[cfg(feature = "oauth2")]
#[path = "../protocols/oauth2/mod.rs"]
pub mod oauth2;
mod object;
#[cfg(feature = "oidc")]
#[path = "../protocols/oidc/mod.rs"]
pub mod oidc;
mod operations;
mod options;
mod paging;
mod profile;
mod rest;
mod secret;
mod single_flight;
mod time;
mod types;

pub use self::authentication::{
    AuthenticationClient, Login, Profile, ProfileUpdate, Registered, Registration, Session,
};
pub use self::cloud::{Cloud, Language};
pub use self::error::{Error, ErrorKind, Result};
pub use self::management::{
    ListUsers, ManagementClient, NewIdentity, NewUser, SearchUsers, SortBy, UserField, UserKey,
    UserUpdate, Users,
};
pub use self::options::Options;
pub use self::paging::{Items, List, Page};
pub use self::rest::RestRequest;
pub use self::secret::Secret;
pub use self::time::DateTime;
pub use self::types::{
    AuthorizedResource, CustomData, CustomField, CustomValue, FieldType, Group, Identity,
    LoginStatus, Node, ResourceType, Role, TokenOwner, User, UserDepartment, UserStatus,
};
