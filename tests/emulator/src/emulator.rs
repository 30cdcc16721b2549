//! The emulator as its users see it: a builder, a running server, and handles on its state.

mod access;
mod builder;
mod sign_in;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Map, Value};

pub use builder::Builder;
pub use sign_in::{Directory, Wechat};

use crate::fault::Fault;
use crate::jaccount;
use crate::oidc::Algorithm;
use crate::record::{Message, RecordedRequest};
use crate::saml::SamlIdp;
use crate::server::{Server, Shared, locked};
use crate::state::{FieldDefinition, Settings, State, User};

/// A running identity cloud on a loopback port. Dropping it stops it.
///
/// ```
/// let emulator = authing_emulator::Emulator::start()?;
/// assert!(emulator.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Emulator {
    settings: Settings,
    public_key: String,
    shared: Arc<Shared>,
    _server: Server,
}

impl Emulator {
    /// Starts an emulator with random ids and secrets on a free loopback port.
    ///
    /// # Errors
    ///
    /// When no port can be opened or no thread started.
    pub fn start() -> std::io::Result<Emulator> {
        Emulator::builder().start()
    }

    /// An emulator to be set up before it starts.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The core host, such as `http://127.0.0.1:34567`.
    pub fn url(&self) -> &str {
        &self.settings.url
    }

    /// The application's host. The same as [`url`](Emulator::url) unless it was set.
    pub fn app_host(&self) -> &str {
        &self.settings.app_host
    }

    /// The id of the user pool.
    pub fn user_pool_id(&self) -> &str {
        &self.settings.user_pool_id
    }

    /// The secret that management tokens are issued for.
    pub fn user_pool_secret(&self) -> &str {
        &self.settings.user_pool_secret
    }

    /// The id of the application.
    pub fn app_id(&self) -> &str {
        &self.settings.app_id
    }

    /// The application's secret, which signs user tokens (HS256).
    pub fn app_secret(&self) -> &str {
        &self.settings.app_secret
    }

    /// The key that clients encrypt passwords for: PEM, `BEGIN PUBLIC KEY`.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The host of jAccount, with a slash at its end. Its client is the application.
    pub fn jaccount_host(&self) -> String {
        format!("{}{}", self.settings.url, jaccount::HOST_PATH)
    }

    /// The host of jAccount's API, with a slash at its end.
    pub fn jaccount_api_host(&self) -> String {
        format!("{}{}", self.settings.url, jaccount::API_PATH)
    }

    /// The requests so far, in the order of their arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        locked(&self.shared.requests).clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        locked(&self.shared.requests).clear();
    }

    /// How many TCP connections were accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The text messages and e-mails so far.
    pub fn messages(&self) -> Vec<Message> {
        self.state(|state| state.verification.messages().to_vec())
    }

    /// Queues a fault. It hits the first requests that match it; of several faults that match a
    /// request, the one injected first does.
    pub fn inject(&self, fault: Fault) {
        locked(&self.shared.faults).inject(fault);
    }

    /// Moves the emulator's clock forward, so that tokens expire.
    pub fn advance(&self, by: Duration) {
        self.state(|state| state.clock.advance(by));
    }

    /// Makes every token issued so far invalid, management tokens too.
    pub fn revoke_tokens(&self) {
        self.state(|state| {
            state.tokens.revoke_all();
            state.jaccount.revoke_all();
        });
    }

    /// The users, in the order in which they were made.
    pub fn users(&self) -> Vec<StoredUser> {
        self.state(|state| state.users.iter().map(StoredUser::new).collect())
    }

    /// How many users there are.
    pub fn user_count(&self) -> usize {
        self.state(|state| state.users.len())
    }

    /// Blocks a user, or lifts the block. Says whether there is such a user.
    pub fn set_blocked(&self, user_id: &str, blocked: bool) -> bool {
        self.change_user(user_id, |user| user.set("blocked", blocked))
    }

    /// Blocks a user. Says whether there is such a user.
    pub fn block(&self, user_id: &str) -> bool {
        self.set_blocked(user_id, true)
    }

    /// Gives a user a status such as `Suspended` or `Activated`. Says whether there is such a
    /// user.
    pub fn set_status(&self, user_id: &str, status: UserStatus) -> bool {
        self.change_user(user_id, |user| user.set("status", status.name()))
    }

    /// Answers logins with a null token from now on, as an application set so does, or stops that.
    pub fn withhold_tokens(&self, withhold: bool) {
        self.state(|state| state.withhold_tokens = withhold);
    }

    /// Defines a custom field of users. Values of undefined fields are ignored.
    pub fn define_field(&self, key: &str, data_type: FieldType, label: &str) {
        self.state(|state| {
            state.custom_data.define(FieldDefinition {
                target_type: "USER".to_owned(),
                key: key.to_owned(),
                data_type: data_type.name().to_owned(),
                label: Some(label.to_owned()),
                options: None,
            });
        });
    }

    /// Sets up the SAML identity provider of the application, and its service provider.
    pub fn set_saml(&self, idp: SamlIdp) {
        self.state(|state| state.saml.idp = idp);
    }

    /// The captcha text that logins accept.
    pub fn captcha(&self) -> String {
        self.state(|state| state.captcha.clone())
    }

    /// Asks for a captcha after this many wrong passwords in a row. Defaults to 5.
    pub fn captcha_after(&self, wrong_passwords: u32) {
        self.state(|state| state.wrong_passwords_before_captcha = wrong_passwords);
    }

    /// The pool's rule for passwords, which `checkPasswordStrength` tells: 0 takes any text, 1 asks
    /// for 6 characters, 2 besides for two of letters, digits and symbols, 3 for all of them.
    /// Defaults to 1.
    pub fn set_password_strength(&self, rule: u8) {
        self.state(|state| state.password_strength = rule);
    }

    /// Signs the tokens of OpenID Connect with a published RSA key (RS256) from now on, instead of
    /// the application's secret (HS256).
    pub fn sign_with_rsa(&self) {
        self.state(|state| state.oidc.keys.sign_with(Algorithm::Rs256));
    }

    /// Signs with a new RSA key from now on. The old ones stay published unless they are to be
    /// forgotten.
    ///
    /// # Errors
    ///
    /// When the key cannot be made.
    pub fn rotate_keys(&self, forget: bool) -> std::io::Result<()> {
        self.state(|state| state.oidc.keys.rotate(forget)).map_err(std::io::Error::other)
    }

    /// Registers an address that logins and logouts may lead to. Those on the loopback interface
    /// need no registration.
    pub fn allow_redirect_uri(&self, uri: &str) {
        self.state(|state| state.oidc.redirect_uris.push(uri.to_owned()));
    }

    /// Makes an access key with which programs get tokens for these scopes.
    pub fn add_access_key(&self, key: &str, secret: &str, scopes: &[&str]) {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self.state(|state| {
            state.oidc.access_keys.insert(key.to_owned(), (secret.to_owned(), scopes))
        });
    }

    fn state<T>(&self, run: impl FnOnce(&mut State) -> T) -> T {
        run(&mut locked(&self.shared.state))
    }

    fn change_user(&self, id: &str, change: impl FnOnce(&mut User)) -> bool {
        self.state(|state| state.users.get_mut(id).map(change).is_some())
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Emulator")
            .field("url", &self.settings.url)
            .field("user_pool_id", &self.settings.user_pool_id)
            .field("app_id", &self.settings.app_id)
            .finish_non_exhaustive()
    }
}

/// A user as the emulator keeps one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredUser {
    /// The id, 24 hexadecimal digits.
    pub id: String,
    /// The user name.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The custom data by key, in the text form in which it is read.
    pub custom_data: BTreeMap<String, String>,
    /// The members of the GraphQL type `User` that are set, by their wire name.
    pub members: Map<String, Value>,
}

impl StoredUser {
    fn new(user: &User) -> Self {
        let text = |name| user.text(name).map(str::to_owned);
        Self {
            id: user.id.clone(),
            username: text("username"),
            email: text("email"),
            phone: text("phone"),
            custom_data: user.custom_data.clone(),
            members: user.members.clone(),
        }
    }
}

/// The status of a user in the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserStatus {
    /// May log in.
    Activated,
    /// May not log in for now.
    Suspended,
    /// Has left.
    Resigned,
    /// Is kept for the record.
    Archived,
}

impl UserStatus {
    fn name(self) -> &'static str {
        match self {
            UserStatus::Activated => "Activated",
            UserStatus::Suspended => "Suspended",
            UserStatus::Resigned => "Resigned",
            UserStatus::Archived => "Archived",
        }
    }
}

/// The type of a custom field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldType {
    /// Text.
    String,
    /// A number.
    Number,
    /// A moment: milliseconds since the epoch, or ISO 8601.
    DateTime,
    /// True or false.
    Boolean,
    /// Any JSON value.
    Object,
    /// One of a list of texts.
    Select,
}

impl FieldType {
    fn name(self) -> &'static str {
        match self {
            FieldType::String => "STRING",
            FieldType::Number => "NUMBER",
            FieldType::DateTime => "DATETIME",
            FieldType::Boolean => "BOOLEAN",
            FieldType::Object => "OBJECT",
            FieldType::Select => "SELECT",
        }
    }
}
