#![doc = include_str!("../README.md")]

mod caller;
mod cas;
mod clock;
mod emulator;
mod error;
mod fault;
mod faulty_body;
mod graphql;
mod intake;
mod jaccount;
mod oidc;
mod operations;
mod pages;
mod password;
mod record;
mod rest;
mod saml;
mod server;
mod state;

pub use emulator::{Builder, Directory, Emulator, FieldType, StoredUser, UserStatus, Wechat};
pub use fault::Fault;
pub use record::{Channel, Message, RecordedRequest};
pub use saml::SamlIdp;
