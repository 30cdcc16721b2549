//! Logins by QR code.

use serde_json::{Map, Value};

use super::random_hex;
use crate::error::{ApiError, codes};

/// How long a code is good, in seconds.
pub(crate) const CODE_LIFETIME: u64 = 120;

/// How long its ticket is good, in seconds: the default of the vendors' documents.
const TICKET_LIFETIME: u64 = 300;

/// How far the login by a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Unused,
    Scanned,
    Authorized,
    Cancelled,
}

/// A code and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct QrCode {
    pub(crate) random: String,
    pub(crate) progress: Progress,
    pub(crate) user_id: Option<String>,
    pub(crate) ticket: Option<String>,
    /// Custom data for the user who logs in.
    pub(crate) params: Map<String, Value>,
    pub(crate) with_custom_data: bool,
    expires_at: u64,
    ticket_expires_at: u64,
}

#[derive(Debug, Default)]
pub(crate) struct QrCodes {
    list: Vec<QrCode>,
    /// Whether tickets are exchanged for the management token alone.
    pub(crate) exchange_needs_management: bool,
}

impl QrCodes {
    pub(crate) fn add(
        &mut self,
        params: Map<String, Value>,
        with_custom_data: bool,
        now: u64,
    ) -> String {
        let random = random_hex(16);
        self.list.push(QrCode {
            random: random.clone(),
            progress: Progress::Unused,
            user_id: None,
            ticket: None,
            params,
            with_custom_data,
            expires_at: now.saturating_add(CODE_LIFETIME),
            ticket_expires_at: 0,
        });
        random
    }

    pub(crate) fn get(&self, random: &str) -> Result<&QrCode, ApiError> {
        self.list.iter().find(|code| code.random == random).ok_or_else(not_found)
    }

    /// Says that a user scanned a code, agreed or refused; each needs the step before it.
    pub(crate) fn answer(
        &mut self,
        random: &str,
        user_id: &str,
        progress: Progress,
        now: u64,
    ) -> Result<(), ApiError> {
        let code = self.list.iter_mut().find(|code| code.random == random).ok_or_else(not_found)?;
        let refused = |message| Err(ApiError::new(codes::BAD_REQUEST, message));
        if code.is_expired(now) {
            return refused("the QR code is expired");
        }
        match (progress, code.progress) {
            (Progress::Scanned, Progress::Unused) => code.user_id = Some(user_id.to_owned()),
            (Progress::Authorized | Progress::Cancelled, Progress::Scanned)
                if code.user_id.as_deref() == Some(user_id) => {}
            _ => return refused("the QR code was not scanned by this user just before"),
        }
        code.progress = progress;
        if progress == Progress::Authorized {
            code.ticket = Some(random_hex(16));
            code.ticket_expires_at = now.saturating_add(TICKET_LIFETIME);
        }
        Ok(())
    }

    /// Uses a ticket up.
    pub(crate) fn redeem(&mut self, ticket: &str, now: u64) -> Result<QrCode, ApiError> {
        let found = self
            .list
            .iter_mut()
            .find(|code| code.ticket.as_deref() == Some(ticket) && now < code.ticket_expires_at);
        let code = found.ok_or_else(|| {
            ApiError::new(codes::BAD_REQUEST, "the ticket is wrong, used up or expired")
        })?;
        let redeemed = code.clone();
        code.ticket = None;
        Ok(redeemed)
    }
}

impl QrCode {
    /// The number of its progress on the wire.
    pub(crate) fn status(&self, now: u64) -> i64 {
        match self.progress {
            Progress::Authorized => 2,
            Progress::Cancelled => 3,
            _ if self.is_expired(now) => -1,
            Progress::Unused => 0,
            Progress::Scanned => 1,
        }
    }

    fn is_expired(&self, now: u64) -> bool {
        self.expires_at <= now
    }
}

fn not_found() -> ApiError {
    ApiError::new(codes::QR_CODE_NOT_FOUND, "the QR code does not exist")
}
