//! What the ways of registering and logging in have in common.

use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::object::Object;

/// JSON text of an object, the form in which registering and logging in take a context.
pub(super) fn context_text<K: Into<String>, V: Into<Value>>(
    context: impl IntoIterator<Item = (K, V)>,
) -> String {
    let members = context.into_iter().map(|(key, value)| (key.into(), value.into()));
    Value::Object(members.collect()).to_string()
}

/// The service ignores what it does not know, and so an option would be lost in silence: members
/// that a way does not take are an error.
pub(super) fn check_options(
    client: &Client,
    members: &Object,
    taken: &[&str],
    way: &str,
) -> Result<()> {
    match members.names().find(|name| !taken.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let message = format!("`{}` does not go with {way}", setter(name));
            Err(client.reported(Error::usage(message)))
        }
    }
}

/// The name of the setter of a member: `captcha_code` of `captchaCode`.
fn setter(member: &str) -> String {
    match member {
        "params" => "custom_data".to_owned(),
        member => member.chars().fold(String::new(), |mut name, letter| {
            if letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
            name
        }),
    }
}
