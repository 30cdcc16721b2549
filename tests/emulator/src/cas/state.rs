//! Single sign-on, and the tickets that came of it.

use std::collections::{HashMap, HashSet};

use crate::state::random_hex;

/// How long a ticket waits for its validation, in seconds.
const TICKET_LIFETIME: u64 = 10;

/// All that CAS remembers.
#[derive(Debug, Default)]
pub(crate) struct Cas {
    sessions: HashMap<String, Session>,
    tickets: HashMap<String, Ticket>,
    proxies: HashMap<String, Proxy>,
    /// One for each form that was shown, so that no form is posted from elsewhere.
    login_tickets: HashSet<String>,
}

#[derive(Debug)]
struct Session {
    user_id: String,
    /// When the user typed in a password, in ISO 8601.
    since: String,
    /// Who has to be told of its end: the ticket and its service.
    services: Vec<(String, String)>,
}

#[derive(Debug)]
struct Ticket {
    granted: Granted,
    service: String,
    issued_at: u64,
}

#[derive(Debug)]
struct Proxy {
    session: String,
    /// Its own address first.
    proxies: Vec<String>,
}

/// What a ticket stands for.
#[derive(Debug, Clone)]
pub(crate) struct Granted {
    pub(super) user_id: String,
    pub(super) session: String,
    pub(super) authentication_date: String,
    pub(super) is_from_new_login: bool,
    /// The nearest first.
    pub(super) proxies: Vec<String>,
}

/// What a validation asks of a ticket.
pub(super) struct Demand<'a> {
    pub(super) service: &'a str,
    pub(super) renew: bool,
    pub(super) proxied: bool,
}

/// A refusal in the protocol's words.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) description: String,
}

impl Failure {
    pub(super) fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }
}

impl Cas {
    pub(super) fn login_ticket(&mut self) -> String {
        let ticket = format!("LT-{}", random_hex(16));
        self.login_tickets.insert(ticket.clone());
        ticket
    }

    pub(super) fn take_login_ticket(&mut self, ticket: &str) -> bool {
        self.login_tickets.remove(ticket)
    }

    pub(super) fn open_session(&mut self, user_id: &str, since: &str) -> String {
        let name = format!("TGT-{}", random_hex(16));
        let session =
            Session { user_id: user_id.to_owned(), since: since.to_owned(), services: Vec::new() };
        self.sessions.insert(name.clone(), session);
        name
    }

    pub(super) fn has_session(&self, name: &str) -> bool {
        self.sessions.contains_key(name)
    }

    /// Ends a session with all that depends on it; returns the tickets to be announced, each with
    /// its service.
    pub(super) fn close_session(&mut self, name: &str) -> Vec<(String, String)> {
        let Some(session) = self.sessions.remove(name) else { return Vec::new() };
        self.tickets.retain(|_, ticket| ticket.granted.session != name);
        self.proxies.retain(|_, proxy| proxy.session != name);
        session.services
    }

    /// A service ticket; `None` if the session is gone.
    pub(super) fn grant(
        &mut self,
        session: &str,
        service: &str,
        is_from_new_login: bool,
        now: u64,
    ) -> Option<String> {
        self.issue("ST", session, service, is_from_new_login, Vec::new(), now)
    }

    /// A proxy-granting ticket and its IOU.
    pub(super) fn grant_to_proxy(&mut self, granted: &Granted, url: &str) -> (String, String) {
        let ticket = format!("PGT-{}", random_hex(16));
        let proxies = [vec![url.to_owned()], granted.proxies.clone()].concat();
        let proxy = Proxy { session: granted.session.clone(), proxies };
        self.proxies.insert(ticket.clone(), proxy);
        (ticket, format!("PGTIOU-{}", random_hex(16)))
    }

    pub(super) fn revoke_pgt(&mut self, ticket: &str) {
        self.proxies.remove(ticket);
    }

    /// A proxy ticket for another service.
    pub(super) fn grant_by_proxy(
        &mut self,
        pgt: &str,
        target: &str,
        now: u64,
    ) -> Result<String, Failure> {
        let unknown = || Failure::new("INVALID_TICKET", "the proxy-granting ticket is not known");
        let proxy = self.proxies.get(pgt).ok_or_else(unknown)?;
        let (session, proxies) = (proxy.session.clone(), proxy.proxies.clone());
        self.issue("PT", &session, target, false, proxies, now).ok_or_else(unknown)
    }

    /// Uses a ticket up: it is gone whatever becomes of this.
    pub(super) fn take(
        &mut self,
        name: &str,
        demand: &Demand<'_>,
        now: u64,
    ) -> Result<Granted, Failure> {
        let ticket = self.tickets.remove(name);
        let ticket = ticket.filter(|ticket| now < ticket.issued_at + TICKET_LIFETIME);
        let Some(Ticket { granted, service, .. }) = ticket else {
            return Err(Failure::new("INVALID_TICKET", "the ticket is unknown, used or expired"));
        };
        if service != demand.service {
            let description = format!("the ticket is not for {}", demand.service);
            return Err(Failure::new("INVALID_SERVICE", description));
        }
        if !granted.proxies.is_empty() && !demand.proxied {
            return Err(Failure::new("INVALID_TICKET_SPEC", "the ticket is a proxy ticket"));
        }
        if demand.renew && !granted.is_from_new_login {
            return Err(Failure::new("INVALID_TICKET", "the ticket is not from a new login"));
        }
        if let Some(session) = self.sessions.get_mut(&granted.session) {
            session.services.push((name.to_owned(), service));
        }
        Ok(granted)
    }

    fn issue(
        &mut self,
        kind: &str,
        session_name: &str,
        service: &str,
        is_from_new_login: bool,
        proxies: Vec<String>,
        now: u64,
    ) -> Option<String> {
        let session = self.sessions.get(session_name)?;
        let name = format!("{kind}-{}", random_hex(16));
        let granted = Granted {
            user_id: session.user_id.clone(),
            session: session_name.to_owned(),
            authentication_date: session.since.clone(),
            is_from_new_login,
            proxies,
        };
        let ticket = Ticket { granted, service: service.to_owned(), issued_at: now };
        self.tickets.insert(name.clone(), ticket);
        Some(name)
    }
}
