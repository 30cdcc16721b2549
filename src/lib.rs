//! A blocking SDK for identity clouds of the Authing family: Authing, Approw, private deployments.
//!
//! An [`AuthenticationClient`] acts for the end users of an application, a [`ManagementClient`] as
//! an administrator of the user pool. No async runtime, no type parameters, one request per call
//! on a kept-alive connection.
//!
//! ```
//! use authing::{AuthenticationClient, ManagementClient, NewUser, Options, ProfileUpdate, codes};
//!
//! // One options value for both; every field has a safe default.
//! let options = Options::new().user_pool("POOL_ID", "POOL_SECRET").app("APP_ID", "https://my-app.authing.cn");
//! # let emulator = authing_emulator::Emulator::start().unwrap();
//! # let options = Options::new()
//! #     .host(emulator.url())
//! #     .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
//! #     .app(emulator.app_id(), emulator.app_host())
//! #     .public_key_pem(emulator.public_key());
//!
//! let admin = ManagementClient::new(options.clone())?;
//! let ann = admin.users().create(NewUser::email("ann@example.com").password("s3cret!"))?;
//! for user in admin.users().list().page_size(100) {
//!     println!("{}", user?.id);
//! }
//!
//! let app = AuthenticationClient::new(options)?;
//! let session = app.login_by_email("ann@example.com", "s3cret!")?;
//! session.update_profile(ProfileUpdate::new().nickname("Ann"))?;
//! match app.login_by_email("ann@example.com", "wrong") {
//!     Err(error) if error.code() == Some(codes::WRONG_PASSWORD) => println!("try again"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), authing::Error>(())
//! ```
//!
//! # A tour
//!
//! - **Options.** [`Options`] is a plain value with chainable setters, or comes
//!   [from the environment](Options::from_env). It is checked once, where a client is made. A
//!   [`Cloud`] says whose cloud it is.
//! - **Users who sign in.** [`AuthenticationClient::register`] and
//!   [`login`](AuthenticationClient::login) take a [`Registration`] and a [`Login`] with all their
//!   options; `register_by_username("bob", "…")` and its kin are short for the common case.
//!   Logging in gives a [`Session`], which is where everything lives that a user does for himself:
//!   without one, those calls do not exist. [`Session::token`] is what to store,
//!   [`AuthenticationClient::session`] makes a session of it again.
//! - **Logins in two steps.** A login that needs a second factor, or a new password first, fails
//!   with an error that has what the next step needs: [`mfa::Challenge::of`],
//!   [`PasswordReset::of`]. [`mfa`] shows the whole dance; [`qr_code`] is logging in with a phone,
//!   [`connections`] with an account elsewhere.
//! - **Users as an administrator sees them.** [`ManagementClient::users`] lists, creates, finds
//!   and deletes. The management token is fetched and renewed behind the scenes.
//! - **Lists.** A [`List`] fetches its pages while you iterate over it, and gives every item once.
//! - **Errors.** One [`Error`] for everything: [`kind`](Error::kind) says who is to blame,
//!   [`code`](Error::code) is the service's number with a name in [`codes`], and predicates such
//!   as [`is_not_found`](Error::is_not_found) answer what programs ask.
//! - **What has no method yet.** [`ManagementClient::graphql`] and [`ManagementClient::rest`] run
//!   any document and any endpoint; so do [`Session::graphql`] and [`Session::rest`] as a user.
//! - **HTTP.** [`http`] has the limits, and the [`Transport`](http::Transport) trait to send the
//!   requests through something else.
//!
//! # Protocols
//!
//! Each is a Cargo feature, off by default, and a module of the feature's name: `oauth2`, `oidc`,
//! `saml` (and `saml-encryption`), `cas`, `jaccount`. They are relying parties of any server of the
//! protocol; `AuthenticationClient::oidc`, `oauth2`, `saml` and `cas` make them for an Authing app.
//!
//! # Time, retries, sizes
//!
//! A call takes at most [`Options::timeout`] (10 seconds), all included. What only reads is tried
//! up to three times when no connection came about or the server answers 429, 502, 503 or 504, and
//! waits as long as the server asks for; what changes something is sent once. Answers are read up
//! to [`Options::max_answer_size`] (1 MiB). Redirects are not followed.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod authentication;
mod client;
mod cloud;
pub mod codes;
mod credential;
mod crypto;
mod deadline;
mod error;
mod file;
mod graphql;
pub mod http;
#[cfg(feature = "jaccount")]
#[path = "../protocols/jaccount/mod.rs"]
pub mod jaccount;
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
#[cfg(test)]
mod schema_tests;
mod secret;
mod single_flight;
mod time;
mod types;
#[cfg(any(feature = "cas", feature = "saml"))]
mod xml;

#[cfg(feature = "cas")]
#[path = "../protocols/cas/mod.rs"]
pub mod cas;

#[cfg(feature = "saml")]
#[path = "../protocols/saml/mod.rs"]
pub mod saml;

pub use self::authentication::{
    AllowedApplication, AuthenticationClient, BrowserSession, Login, PasswordReset,
    PasswordSecurityLevel, PasswordStrength, Phone, Profile, ProfileUpdate, Registered,
    Registration, SecurityLevel, Session, TrackedSession, Upload, WechatLogin, connections, mfa,
    qr_code,
};
pub use self::cloud::{Cloud, Language};
pub use self::error::{Error, ErrorKind, Result};
pub use self::file::File;
pub use self::management::{
    AccessPolicy, AccessTargets, Acl, ActingUser, Agreement, AgreementInput, Agreements, Allowed,
    App2WxappLoginStrategy, AppType, Application, ApplicationAccessPolicy, ApplicationTenants,
    ApplicationType, Applications, AuditLog, AuditOperator, AuthorizedTarget, BatchFailure,
    ChangeEmailStrategy, ChangePhoneStrategy, ConnectionState, CustomSmsProvider, DefaultAccess,
    EnvironmentVariable, ExtIdpConnectionUpdate, FindTargets, FrequencyCheck, GeoIp, Grant,
    GroupUpdate, Groups, IdentityProvider, ImportedTotp, ListAuditLogs, ListUserActions, ListUsers,
    LoginStatusOf, ManagementClient, Mfa, MfaStatus, NamespaceUpdate, NewApplication, NewExtIdp,
    NewExtIdpConnection, NewGroup, NewIdentity, NewNamespace, NewNode, NewOrg, NewPolicy,
    NewResource, NewRole, NewTenant, NewUser, NodeUpdate, OneOrMore, Orgs, PasswordUpdatePolicy,
    PasswordVerdict, PermissionStrategy, Policies, Policy, PolicyAssignment, PolicyCondition,
    PolicyEffect, PolicyStatement, PolicyUpdate, Principals, ProgrammaticAccessAccount,
    QrcodeLoginStrategy, RefreshedToken, RegisterWhitelist, Resource, ResourceAction, ResourceKind,
    ResourceNamespace, ResourcePermission, ResourceUpdate, RoleUpdate, Roles, SearchUsers, SortBy,
    SsoPageSettings, Statistics, SyncSource, Target, TargetCustomData, TargetKind, TargetType,
    Targets, Tenant, TenantUpdate, Tenants, Udf, UdfTarget, UdfType, UserAction, UserDefinedField,
    UserField, UserKey, UserLoginStatus, UserMfaType, UserPool, UserPoolSettings, UserPoolType,
    UserPoolUpdate, UserUpdate, Users, Whitelist, WhitelistEntry, WhitelistType,
};
pub use self::options::Options;
pub use self::paging::{Items, List, Page};
pub use self::rest::RestRequest;
pub use self::secret::Secret;
pub use self::time::DateTime;
pub use self::types::{
    AuthorizedResource, CustomData, CustomField, CustomValue, EmailScene, FieldType, Group,
    Identity, ListAuthorizedResources, LoginStatus, Node, Org, OrgTree, Principal, PrincipalInput,
    PrincipalType, ResourceType, Role, TokenOwner, User, UserDepartment, UserOrg, UserStatus,
};

/// The code of the README compiles.
#[cfg(all(doctest, feature = "cas", feature = "jaccount", feature = "oidc", feature = "saml"))]
#[doc = include_str!("../README.md")]
struct Readme;
