//! What the emulated cloud remembers, all of it in memory.
//!
//! One lock guards a [`State`]; an operation holds it from its first check to its last change, so
//! that of two requests for one user name exactly one wins.

mod access;
mod console;
mod custom_data;
mod mfa;
mod outside;
mod qr_codes;
mod tokens;
pub(crate) mod totp;
mod users;
mod verification;

use std::collections::HashMap;
use std::time::Duration;

use rand::RngCore as _;

pub(crate) use access::{
    Access, Assignment, DEFAULT_NAMESPACE, Grant, NewNode, Statement, Target, glob, pruned,
};
pub(crate) use console::{Console, application};
pub(crate) use custom_data::{CustomData, FieldDefinition};
pub(crate) use mfa::{Authenticator, Mfa};
pub(crate) use outside::{DirectoryKind, Outside, Provider, WechatCode, WechatKind};
pub(crate) use qr_codes::{CODE_LIFETIME, Progress, QrCodes};
pub(crate) use tokens::{Bearer, IssuedToken, Step, Tokens};
pub(crate) use users::{User, Users};
pub(crate) use verification::{SMS_SCENE, Verification};

use crate::cas::Cas;
use crate::clock::Clock;
use crate::jaccount::Jaccount;
use crate::oidc::Oidc;
use crate::password::PasswordKey;
use crate::saml::Saml;

/// How many wrong passwords in a row make a captcha necessary.
const WRONG_PASSWORDS_BEFORE_CAPTCHA: u32 = 5;

/// The parts of the set-up that never change while the emulator runs.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) url: String,
    pub(crate) app_host: String,
    pub(crate) user_pool_id: String,
    pub(crate) user_pool_secret: String,
    pub(crate) app_id: String,
    pub(crate) app_secret: String,
    pub(crate) management_token_lifetime: Duration,
    pub(crate) user_token_lifetime: Duration,
}

impl Settings {
    /// The resource name of a user.
    pub(crate) fn user_arn(&self, user_id: &str) -> String {
        format!("arn:cn:authing:{}:user:{user_id}", self.user_pool_id)
    }
}

/// Everything that requests read and change.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) password_key: PasswordKey,
    pub(crate) clock: Clock,
    pub(crate) created_at: String,
    pub(crate) users: Users,
    pub(crate) tokens: Tokens,
    pub(crate) custom_data: CustomData,
    pub(crate) verification: Verification,
    pub(crate) access: Access,
    pub(crate) console: Console,
    pub(crate) mfa: Mfa,
    pub(crate) qr_codes: QrCodes,
    pub(crate) outside: Outside,
    /// Uploaded files by key.
    pub(crate) uploads: HashMap<String, Vec<u8>>,
    /// The pool's rule for passwords, from 0 to 3.
    pub(crate) password_strength: u8,
    pub(crate) jaccount: Jaccount,
    pub(crate) cas: Cas,
    pub(crate) oidc: Oidc,
    pub(crate) saml: Saml,
    /// The captcha text that logins accept.
    pub(crate) captcha: String,
    pub(crate) wrong_passwords_before_captcha: u32,
    /// Answer logins with a null token, as an application set so does.
    pub(crate) withhold_tokens: bool,
}

impl State {
    pub(crate) fn new(settings: Settings, password_key: PasswordKey) -> Self {
        let clock = Clock::default();
        let console = Console::new(&settings, &clock);
        Self {
            created_at: clock.iso(),
            settings,
            password_key,
            clock,
            users: Users::default(),
            tokens: Tokens::new(),
            custom_data: CustomData::default(),
            verification: Verification::default(),
            access: Access::with_default_namespace(),
            console,
            mfa: Mfa::default(),
            qr_codes: QrCodes::default(),
            outside: Outside::default(),
            uploads: HashMap::new(),
            password_strength: 1,
            jaccount: Jaccount::default(),
            cas: Cas::default(),
            oidc: Oidc::default(),
            saml: Saml::default(),
            captcha: random_hex(2),
            wrong_passwords_before_captcha: WRONG_PASSWORDS_BEFORE_CAPTCHA,
            withhold_tokens: false,
        }
    }
}

/// An id as the service makes them: 24 hexadecimal digits.
pub(crate) fn random_id() -> String {
    random_hex(12)
}

/// Twice as many hexadecimal digits as `bytes`, from the operating system's generator.
pub(crate) fn random_hex(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    rand::rngs::OsRng.fill_bytes(&mut buffer);
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}
