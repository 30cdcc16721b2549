//! CAS: single sign-on as universities run it (feature `cas`).
//!
//! A user without a session is sent to the server's login page and comes back with a *ticket*. The
//! application asks the server, on a connection of its own, whose ticket that is; it works once,
//! for this service, for some seconds.
//!
//! ```no_run
//! use authing::cas;
//!
//! let sso = cas::Client::new("https://sso.example.edu/cas", "https://me.example/cas")?;
//!
//! // 1. Send the browser there.
//! println!("Location: {}", sso.login_url());
//!
//! // 2. It comes back to the service.
//! let callback = cas::Callback::parse("https://me.example/cas?ticket=ST-1856339-aA5Yuvrxzpv8")?;
//! if let Some(ticket) = callback.ticket() {
//!     let who = sso.validate(ticket)?;
//!     println!("{} {:?}", who.user, who.attributes.get("mail"));
//! }
//!
//! // 3. To log out, end your own session, then send the browser there.
//! println!("Location: {}", sso.logout_url());
//! # Ok::<(), authing::Error>(())
//! ```
//!
//! | task | with |
//! | --- | --- |
//! | ask for a password even if there is single sign-on, or do not ask at all | [`Login::renew`], [`Login::gateway`] |
//! | come back to another page, make sure that the login began in this browser | [`Client::for_service`] |
//! | CAS 1.0 or 2.0, JSON, SAML 1.1 | [`ClientOptions::protocol`], [`ClientOptions::format`] |
//! | accept tickets of proxies | [`ClientOptions::allow_proxy_chain`] |
//! | call other services in the user's name | [`ClientOptions::proxy_callback`], [`Client::proxy_ticket`] |
//! | end a session when the user logs out elsewhere | [`LogoutRequest`] |
//! | send the requests yourself | [`Client::validation`] |
//! | an Authing app | [`AuthenticationClient::cas`](crate::AuthenticationClient::cas) |
//!
//! The rules are those of the CAS Protocol Specification 3.0 of the Apereo Foundation; section
//! numbers in this module are of that document.

mod attributes;
mod authentication;
mod authing_app;
mod callback;
mod client;
mod failure;
mod json;
mod logout_request;
mod options;
mod pgt_store;
mod proxy;
mod saml11;
mod text;
mod urls;
mod validation;
mod xml;

pub use self::attributes::Attributes;
pub use self::authentication::{Authentication, SessionIndex};
pub use self::callback::Callback;
pub use self::client::Client;
pub use self::failure::{FailureCode, VerificationFailure};
pub use self::logout_request::LogoutRequest;
pub use self::options::{ClientOptions, Format, Protocol};
pub use self::pgt_store::{MemoryPgtStore, PgtStore, PgtStoreError};
pub use self::proxy::PgtCallback;
pub use self::urls::{Login, Logout, ResponseMethod};
pub use self::validation::Validation;
