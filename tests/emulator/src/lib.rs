#![doc = include_str!("../README.md")]

mod caller;
mod clock;
mod emulator;
mod error;
mod fault;
mod faulty_body;
mod graphql;
mod intake;
mod jaccount;
mod operations;
mod page;
mod password;
mod record;
mod rest;
mod server;
mod state;

pub use emulator::{Builder, Emulator, FieldType, StoredUser, UserStatus};
pub use fault::Fault;
pub use record::{Channel, Message, RecordedRequest};
