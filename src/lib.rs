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
mod object;
mod operations;
mod options;
mod paging;
mod profile;
mod rest;
#[cfg(test)]
mod schema_tests;
mod secret;
mod single_flight;
mod time;
mod types;
#[cfg(feature = "cas")]
mod xml;

#[cfg(feature = "cas")]
#[path = "../protocols/cas/mod.rs"]
pub mod cas;

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
