//! Sessions, codes and tokens.

use std::collections::{HashMap, HashSet};

use super::accounts::Account;
use crate::state::random_hex;

/// How long codes and access tokens are good, in seconds. The service does not document it.
const CODE_LIFETIME: u64 = 600;
pub(super) const TOKEN_LIFETIME: u64 = 3600;

/// What jAccount remembers.
#[derive(Debug, Default)]
pub(crate) struct Jaccount {
    /// The accounts that browsers are signed in to, by their cookie.
    sessions: HashMap<String, &'static Account>,
    codes: HashMap<String, (Grant, u64)>,
    access_tokens: HashMap<String, (Grant, u64)>,
    refresh_tokens: HashMap<String, Grant>,
}

/// What a login gave a client.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) account: &'static Account,
    pub(super) scopes: HashSet<String>,
    pub(super) redirect_uri: String,
    pub(super) nonce: Option<String>,
}

impl Grant {
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

impl Jaccount {
    pub(super) fn open_session(&mut self, account: &'static Account) -> String {
        let session = random_hex(16);
        self.sessions.insert(session.clone(), account);
        session
    }

    pub(super) fn session(&self, session: &str) -> Option<&'static Account> {
        self.sessions.get(session).copied()
    }

    pub(super) fn close_session(&mut self, session: &str) {
        self.sessions.remove(session);
    }

    pub(super) fn issue_code(&mut self, grant: Grant, now: u64) -> String {
        let code = random_hex(16);
        self.codes.insert(code.clone(), (grant, now + CODE_LIFETIME));
        code
    }

    /// Uses a code up.
    pub(super) fn take_code(&mut self, code: &str, now: u64) -> Option<Grant> {
        let (grant, end) = self.codes.remove(code)?;
        (now < end).then_some(grant)
    }

    pub(super) fn issue_access_token(&mut self, grant: Grant, now: u64) -> String {
        let token = random_hex(16);
        self.access_tokens.insert(token.clone(), (grant, now + TOKEN_LIFETIME));
        token
    }

    pub(super) fn access(&self, token: &str, now: u64) -> Option<&Grant> {
        let (grant, end) = self.access_tokens.get(token)?;
        (now < *end).then_some(grant)
    }

    pub(super) fn issue_refresh_token(&mut self, grant: Grant) -> String {
        let token = random_hex(16);
        self.refresh_tokens.insert(token.clone(), grant);
        token
    }

    pub(super) fn refresh(&self, token: &str) -> Option<Grant> {
        self.refresh_tokens.get(token).cloned()
    }

    pub(crate) fn revoke_all(&mut self) {
        self.codes.clear();
        self.access_tokens.clear();
        self.refresh_tokens.clear();
    }
}
