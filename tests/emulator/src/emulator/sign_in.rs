//! Handles on the ways of signing in, and on what lies outside the user pool.

use serde_json::Value;

use super::Emulator;
use crate::state::{
    DirectoryKind, Progress, Provider, User, WechatCode, WechatKind, random_hex, totp,
};

/// A kind of directory that users log in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Directory {
    /// LDAP.
    Ldap,
    /// Active Directory.
    ActiveDirectory,
}

/// Where a code of WeChat comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wechat {
    /// A mobile app.
    Mobile,
    /// A mini-program.
    MiniProgram,
}

impl Emulator {
    /// Makes an account in a directory; the user comes with the first login.
    pub fn add_directory_user(&self, directory: Directory, username: &str, password: &str) {
        let kind = match directory {
            Directory::Ldap => DirectoryKind::Ldap,
            Directory::ActiveDirectory => DirectoryKind::ActiveDirectory,
        };
        let account = (kind, username.to_owned(), password.to_owned());
        self.state(|state| state.outside.directory_users.push(account));
    }

    /// Makes a sub-account; answers the user's id. A password that cannot be hashed is none.
    pub fn add_sub_account(&self, account: &str, password: &str) -> String {
        self.state(|state| {
            let mut user = User::new(&state.clock.iso());
            user.set("username", account);
            user.is_sub_account = true;
            user.password_hash = crate::password::hash(password).ok();
            let id = user.id.clone();
            state.users.add(user);
            id
        })
    }

    /// Has WeChat give a code, good once, for somebody with an openid there and perhaps a phone
    /// number.
    pub fn wechat_code(&self, from: Wechat, openid: &str, phone: Option<&str>) -> String {
        let code = random_hex(8);
        let wechat_code = WechatCode {
            kind: match from {
                Wechat::Mobile => WechatKind::Mobile,
                Wechat::MiniProgram => WechatKind::MiniProgram,
            },
            code: code.clone(),
            openid: openid.to_owned(),
            phone: phone.map(str::to_owned),
        };
        self.state(|state| state.outside.wechat_codes.push(wechat_code));
        code
    }

    /// Connects an identity provider of an enterprise to the application, with the `config` that
    /// its public configuration shows.
    pub fn add_identity_provider(&self, protocol: &str, identifier: &str, config: Value) {
        let (protocol, identifier) = (protocol.to_owned(), identifier.to_owned());
        let provider = Provider { protocol, identifier, config };
        self.state(|state| state.outside.providers.push(provider));
    }

    /// Signs a user in with a browser; answers the browser's `cookie` header.
    pub fn browser_session(&self, user_id: &str) -> String {
        let cookie = format!("authing_session={}", random_hex(8));
        self.state(|state| state.outside.browsers.insert(cookie.clone(), user_id.to_owned()));
        cookie
    }

    /// Makes a person (`P`) or an enterprise (`E`) known, by name, number and bank card number or
    /// legal person: the verification of a principal knows nobody else.
    pub fn know_principal(&self, kind: &str, name: &str, id_card: &str, ext: &str) {
        let principal = [kind, name, id_card, ext].map(str::to_owned);
        self.state(|state| state.outside.principals.push(principal));
    }

    /// Makes a user change the password before the next login. Says whether there is such a user.
    pub fn force_password_reset(&self, user_id: &str) -> bool {
        self.change_user(user_id, |user| user.password_is_due = true)
    }

    /// Has the application ask every user for a second factor: any of `OTP`, `SMS`, `EMAIL` and
    /// `FACE`; none of them stops that.
    pub fn require_second_factor(&self, policies: &[&str]) {
        let policies = policies.iter().map(|policy| (*policy).to_owned()).collect();
        self.state(|state| state.mfa.policies = policies);
    }

    /// What an authenticator with this key, in base32, shows now by the emulator's clock; empty for
    /// a text that is no key.
    pub fn totp(&self, secret: &str) -> String {
        let seconds = self.state(|state| state.clock.seconds());
        totp::from_base32(secret)
            .map(|key| totp::totp(&key, totp::step_at(seconds)))
            .unwrap_or_default()
    }

    /// Has a user scan a QR code; says whether that was possible.
    pub fn scan_qr_code(&self, random: &str, user_id: &str) -> bool {
        self.answer_qr_code(random, user_id, Progress::Scanned)
    }

    /// Has the user who scanned a QR code agree; says whether that was possible.
    pub fn confirm_qr_code(&self, random: &str, user_id: &str) -> bool {
        self.answer_qr_code(random, user_id, Progress::Authorized)
    }

    /// Has the user who scanned a QR code refuse; says whether that was possible.
    pub fn cancel_qr_code(&self, random: &str, user_id: &str) -> bool {
        self.answer_qr_code(random, user_id, Progress::Cancelled)
    }

    /// Exchanges the tickets of QR codes for the management token alone, as a pool can be set to,
    /// or stops that.
    pub fn protect_qr_tickets(&self, protect: bool) {
        self.state(|state| state.qr_codes.exchange_needs_management = protect);
    }

    fn answer_qr_code(&self, random: &str, user_id: &str, progress: Progress) -> bool {
        self.state(|state| {
            let now = state.clock.seconds();
            state.qr_codes.answer(random, user_id, progress, now).is_ok()
        })
    }
}
