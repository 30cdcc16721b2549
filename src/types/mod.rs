//! The wire's types, one resource a file.

mod authorized_resource;
mod common_message;
mod custom_data;
mod department;
mod email_scene;
mod group;
mod login_status;
mod org;
mod principal;

mod role;
mod user;
mod user_org;
mod wire_enum;

pub use self::authorized_resource::{AuthorizedResource, ListAuthorizedResources, ResourceType};
pub(crate) use self::common_message::CommonMessage;
pub use self::custom_data::{CustomData, CustomField, CustomValue, FieldType};
pub(crate) use self::custom_data::{pairs, params};
pub use self::department::{Node, UserDepartment};
pub use self::email_scene::EmailScene;
pub use self::group::Group;
pub use self::login_status::{LoginStatus, TokenOwner};
pub use self::org::{Org, OrgTree};
pub use self::principal::{Principal, PrincipalInput, PrincipalType};
pub use self::role::Role;
pub use self::user::{Identity, User, UserStatus};
pub(crate) use self::user_org::OrgPath;
pub use self::user_org::UserOrg;
pub(crate) use self::wire_enum::{choice, wire_enum};
use crate::graphql::Fragment;

/// What documents can spread.
pub(crate) const FRAGMENTS: &[Fragment] = &[
    authorized_resource::AUTHORIZED_RESOURCE,
    department::NODE,
    group::GROUP,
    role::ROLE,
    user::IDENTITY,
    user::USER,
    crate::management::USER_POOL,
];
