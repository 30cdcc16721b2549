//! A user whose ticket was validated.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::failure::VerificationFailure;
use crate::error::Result;
use crate::time::DateTime;

/// Who has logged in, according to the server.
///
/// It can be stored: keep it in the user's session, and the session under
/// [`session_index`](Self::session_index) if you take part in single logout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Authentication {
    /// The user's name at the server, never empty. White space around it is removed.
    pub user: String,
    /// What else the server says, the typed attributes below included.
    pub attributes: Attributes,
    /// The proxies that the ticket came by, the nearest first; empty for a ticket that the user
    /// brought. All of them are allowed by the options.
    pub proxies: Vec<String>,
    /// What the proxy-granting ticket for this login is fetched with
    /// ([`Client::proxy_granting_ticket`](super::Client::proxy_granting_ticket)).
    pub proxy_granting_ticket_iou: Option<String>,
    /// When the user typed in a password, which single sign-on may have been long ago
    /// (`authenticationDate`, CAS 3.0, 2.5.2). `None` too if it could not be read.
    pub authentication_date: Option<DateTime>,
    /// Whether the user typed in a password for this very ticket (`isFromNewLogin`).
    pub is_from_new_login: Option<bool>,
    /// Whether the user was remembered (`longTermAuthenticationRequestTokenUsed`).
    pub long_term_authentication_request_token_used: Option<bool>,
    /// The name that single logout knows this session by.
    pub session_index: SessionIndex,
}

/// What a session is called in single logout: the ticket that it began with.
///
/// Whoever knows it can end the session, so `Debug` does not show it. It is a key for a map, or for
/// a column of your session table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionIndex(String);

impl SessionIndex {
    pub(super) fn new(ticket: impl Into<String>) -> Self {
        Self(ticket.into())
    }

    /// The ticket, to store and look up.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What an answer says, whatever form it came in, before it is held against what was asked.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Success {
    pub(super) user: String,
    pub(super) attributes: Attributes,
    pub(super) proxies: Vec<String>,
    pub(super) proxy_granting_ticket_iou: Option<String>,
    /// Where it is no attribute.
    pub(super) authentication_date: Option<DateTime>,
}

impl Success {
    pub(super) fn of(user: &str) -> Result<Self> {
        let user = user.trim();
        if user.is_empty() || user.chars().any(char::is_control) {
            return Err(VerificationFailure::MalformedUser.into());
        }
        Ok(Self { user: user.to_owned(), ..Self::default() })
    }

    pub(super) fn authentication(self, ticket: &str) -> Authentication {
        let attributes = self.attributes;
        Authentication {
            user: self.user,
            proxies: self.proxies,
            proxy_granting_ticket_iou: self.proxy_granting_ticket_iou,
            authentication_date: attributes.date("authenticationDate").or(self.authentication_date),
            is_from_new_login: attributes.flag("isFromNewLogin"),
            long_term_authentication_request_token_used: attributes
                .flag("longTermAuthenticationRequestTokenUsed"),
            session_index: SessionIndex::new(ticket),
            attributes,
        }
    }
}
