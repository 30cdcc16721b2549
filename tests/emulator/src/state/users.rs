//! The users of the pool, in the order in which they were made.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{FieldDefinition, Settings, random_id};

/// One user: the members that go over the wire as they are, and what the service keeps to itself.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    /// Members of the GraphQL type `User` by their wire name.
    pub(crate) members: Map<String, Value>,
    pub(crate) password_hash: Option<String>,
    pub(crate) must_reset_password: bool,
    /// Whether the password is too old to log in with.
    pub(crate) password_is_due: bool,
    /// How hard the password was to guess when it was last typed: 1, 2 or 3.
    pub(crate) password_level: Option<u8>,
    pub(crate) is_sub_account: bool,
    /// Custom data by key, each value in the text form in which it is read.
    pub(crate) custom_data: BTreeMap<String, String>,
    /// Wrong passwords since the last right one.
    pub(crate) wrong_passwords: u32,
}

impl User {
    /// A user without any credential, made at `now`.
    pub(crate) fn new(now: &str) -> Self {
        let defaults = json!({
            "status": "Activated",
            "emailVerified": false,
            "phoneVerified": false,
            "identities": [],
            "registerSource": [],
            "loginsCount": 0,
            "gender": "U",
            "blocked": false,
            "isDeleted": false,
            "signedUp": now,
            "createdAt": now,
            "updatedAt": now,
        });
        let members = if let Value::Object(members) = defaults { members } else { Map::new() };
        Self {
            id: random_id(),
            members,
            password_hash: None,
            must_reset_password: false,
            password_is_due: false,
            password_level: None,
            is_sub_account: false,
            custom_data: BTreeMap::new(),
            wrong_passwords: 0,
        }
    }

    /// A member that is text; `None` if it is unset.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name).and_then(Value::as_str)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    /// Whether the user may not log in: blocked, or not in active service.
    pub(crate) fn is_locked(&self) -> bool {
        self.members.get("blocked") == Some(&Value::Bool(true))
            || self.text("status").is_some_and(|status| status != "Activated")
    }

    /// The `identities` that an OAuth or import source bound to this user.
    pub(crate) fn identities(&self) -> &[Value] {
        self.members.get("identities").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The user as the record that answers GraphQL fields. It never holds the password.
    pub(crate) fn record(&self, settings: &Settings) -> Value {
        let mut record = self.members.clone();
        record.insert("id".to_owned(), json!(self.id));
        record.insert("arn".to_owned(), json!(settings.user_arn(&self.id)));
        record.insert("userPoolId".to_owned(), json!(settings.user_pool_id));
        Value::Object(record)
    }

    /// The custom data as `customData` lists it: every defined field, null where unset.
    pub(crate) fn custom_data_records<'a>(
        &self,
        fields: impl Iterator<Item = &'a FieldDefinition>,
    ) -> Value {
        fields
            .map(|field| {
                json!({
                    "key": field.key,
                    "value": self.custom_data.get(&field.key),
                    "label": field.label,
                    "dataType": field.data_type,
                })
            })
            .collect()
    }
}

/// All users. Look-ups are linear: pools in tests are small, and order matters more.
#[derive(Debug, Default)]
pub(crate) struct Users {
    list: Vec<User>,
}

impl Users {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &User> {
        self.list.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn add(&mut self, user: User) {
        self.list.push(user);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&User> {
        self.list.iter().find(|user| user.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut User> {
        self.list.iter_mut().find(|user| user.id == id)
    }

    /// The user whose `member` is `value`. E-mail addresses match in any letter case.
    pub(crate) fn find_by(&self, member: &str, value: &str) -> Option<&User> {
        self.list.iter().find(|user| match user.text(member) {
            Some(own) if member == "email" => own.eq_ignore_ascii_case(value),
            own => own == Some(value),
        })
    }

    /// The user to whom an identity of another provider is bound.
    pub(crate) fn find_by_identity(&self, provider: &str, user_id: &str) -> Option<&User> {
        self.list.iter().find(|user| {
            user.identities().iter().any(|identity| {
                identity["provider"] == provider && identity["userIdInIdp"] == user_id
            })
        })
    }

    /// Removes a user; says whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|user| user.id != id);
        self.list.len() < before
    }
}
