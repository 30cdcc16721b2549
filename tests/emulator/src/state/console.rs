//! What an administrator sets up: applications, the pool's settings, tenants, and the logs.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Settings, random_hex};
use crate::clock::Clock;

/// Records as they go over the wire, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Console {
    /// Members of `Application`.
    pub(crate) applications: Vec<Value>,
    pub(crate) agreements: Vec<Value>,
    /// Rules on who may log in to an application, with the application in `appId`.
    pub(crate) access_rules: Vec<Value>,
    pub(crate) programmatic_accounts: Vec<Value>,
    pub(crate) environment: BTreeMap<String, Value>,
    /// The kind of a list, and an entry.
    pub(crate) whitelist: Vec<(String, Value)>,
    /// Members of `UserPool` that were changed.
    pub(crate) pool: Map<String, Value>,
    pub(crate) tenants: Vec<Value>,
    /// Tenant and user.
    pub(crate) tenant_members: Vec<(String, String)>,
    /// External identity providers with their `connections`.
    pub(crate) providers: Vec<Value>,
    /// What administrators did, the latest last.
    pub(crate) audit: Vec<Value>,
    /// What users did, the latest last.
    pub(crate) actions: Vec<Value>,
    /// User and application, for every login that has not ended.
    pub(crate) logins: Vec<(String, String)>,
    /// How often a source of organisations was asked to sync.
    pub(crate) syncs: Vec<String>,
}

impl Console {
    pub(crate) fn new(settings: &Settings, clock: &Clock) -> Self {
        let now = clock.iso();
        let own = application(
            settings,
            &settings.app_id,
            &settings.app_secret,
            &json!({ "name": "emulator", "identifier": "emulator", "isDefault": true }),
            &now,
        );
        Self { applications: vec![own], ..Self::default() }
    }

    pub(crate) fn application(&self, id: &str) -> Option<&Value> {
        self.applications.iter().find(|application| application["id"] == id)
    }
}

/// An application with what its maker chose.
pub(crate) fn application(
    settings: &Settings,
    id: &str,
    secret: &str,
    chosen: &Value,
    now: &str,
) -> Value {
    let mut record = json!({
        "id": id,
        "createdAt": now,
        "updatedAt": now,
        "userPoolId": settings.user_pool_id,
        "protocol": "oidc",
        "isOfficial": false,
        "isDeleted": false,
        "isDefault": false,
        "name": null,
        "description": null,
        "identifier": null,
        "secret": secret,
        "jwks": null,
        "logo": null,
        "redirectUris": [],
        "logoutRedirectUris": [],
        "oidcProviderEnabled": true,
        "oauthProviderEnabled": false,
        "samlProviderEnabled": false,
        "casProviderEnabled": false,
        "registerDisabled": false,
        "loginTabs": { "list": ["password"] },
        "css": null,
        "enableSubAccount": false,
        "loginRequireEmailVerified": false,
        "agreementEnabled": false,
        "skipMfa": false,
        "permissionStrategy": {
            "enabled": false,
            "defaultStrategy": "ALLOW_ALL",
            "allowPolicyId": random_hex(12),
            "denyPolicyId": random_hex(12),
        },
        "qrcodeScanning": { "redirect": true, "interval": 800 },
        "appType": "INDIVIDUAL",
    });
    for (member, value) in chosen.as_object().into_iter().flatten() {
        record[member] = value.clone();
    }
    record
}
