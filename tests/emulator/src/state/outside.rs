//! What lies outside the user pool: directories, WeChat, identity providers, browsers, registries
//! of persons and enterprises.

use std::collections::HashMap;

use serde_json::Value;

/// A kind of directory that users log in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectoryKind {
    Ldap,
    ActiveDirectory,
}

/// Where a code of WeChat comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WechatKind {
    Mobile,
    MiniProgram,
}

/// A code that WeChat gave to an app, good once.
#[derive(Debug, Clone)]
pub(crate) struct WechatCode {
    pub(crate) kind: WechatKind,
    pub(crate) code: String,
    pub(crate) openid: String,
    /// The phone number that goes with it, if the user let it be known.
    pub(crate) phone: Option<String>,
}

/// An identity provider of an enterprise.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) protocol: String,
    pub(crate) identifier: String,
    pub(crate) config: Value,
}

#[derive(Debug, Default)]
pub(crate) struct Outside {
    /// Kind, account and password.
    pub(crate) directory_users: Vec<(DirectoryKind, String, String)>,
    pub(crate) wechat_codes: Vec<WechatCode>,
    pub(crate) providers: Vec<Provider>,
    /// User ids by the cookie of their browser.
    pub(crate) browsers: HashMap<String, String>,
    /// Type, name, number and further number of persons and enterprises.
    pub(crate) principals: Vec<[String; 4]>,
    /// The record of the principal that a user was verified to be.
    pub(crate) verified: HashMap<String, Value>,
}
