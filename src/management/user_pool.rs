//! The user pool itself.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Fragment, Operation, Variables};
use crate::json::{null_as_default, without_nulls};
use crate::object::Object;
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::secret::Secret;

const UPDATE_USERPOOL: Operation<UserPool> = Operation::mutation("updateUserpool")
    .arguments(&[("input", "UpdateUserpoolInput!")])
    .selecting("{ ...UserPool }");

pub(crate) const USER_POOL: Fragment = Fragment {
    name: "UserPool",
    on: "UserPool",
    members: "id name domain description secret jwtSecret ownerId \
              userpoolTypes { code name description image sdks } logo createdAt updatedAt \
              emailVerifiedDefault sendWelcomeEmail registerDisabled appSsoEnabled \
              showWxQRCodeWhenRegisterDisabled allowedOrigins tokenExpiresAfter isDeleted \
              frequentRegisterCheck { timeInterval limit enabled } \
              loginFailCheck { timeInterval limit enabled } \
              changePhoneStrategy { verifyOldPhone } changeEmailStrategy { verifyOldEmail } \
              qrcodeLoginStrategy { qrcodeExpiresAfter returnFullUserInfo \
              allowExchangeUserInfoFromBrowser ticketExpiresAfter } \
              app2WxappLoginStrategy { ticketExpriresAfter ticketExchangeUserInfoNeedSecret } \
              whitelist { phoneEnabled emailEnabled usernameEnabled } \
              customSMSProvider { enabled provider config } packageType useCustomUserStore \
              loginRequireEmailVerified verifyCodeLength",
    newer: "passwordUpdatePolicy { enabled forcedCycle differenceCycle } \
            loginPasswordFailCheck { timeInterval limit enabled } loginFailStrategy",
    custom_data: "",
};

/// The user pool and its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserPool {
    /// The id.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The first label of its host.
    pub domain: String,
    /// A description for people.
    pub description: Option<String>,
    /// The secret; never written by serde.
    #[serde(skip_serializing)]
    pub secret: Option<Secret>,
    /// The key of HS256 tokens; never written by serde.
    #[serde(skip_serializing)]
    pub jwt_secret: Option<Secret>,
    /// Its owner.
    pub owner_id: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub userpool_types: Vec<UserPoolType>,
    /// The URL of its logo.
    pub logo: Option<String>,
    /// When it was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// Whether e-mail addresses count as verified from the start.
    pub email_verified_default: Option<bool>,
    /// Whether new users get a mail.
    pub send_welcome_email: Option<bool>,
    /// Whether nobody can register.
    pub register_disabled: Option<bool>,
    /// Whether applications share logins; deprecated by the service.
    pub app_sso_enabled: Option<bool>,
    /// Whether the WeChat code is shown although nobody can register.
    #[serde(rename = "showWxQRCodeWhenRegisterDisabled")]
    pub show_wx_qr_code_when_register_disabled: Option<bool>,
    /// The web origins that may call the service, one a line.
    pub allowed_origins: Option<String>,
    /// For how many seconds a login is valid.
    pub token_expires_after: Option<i64>,
    /// Whether it is deleted.
    pub is_deleted: Option<bool>,
    /// What happens to those who register often.
    pub frequent_register_check: Option<FrequencyCheck>,
    /// What happens after failed logins.
    pub login_fail_check: Option<FrequencyCheck>,
    /// How often passwords have to change; newer Authing servers only.
    pub password_update_policy: Option<PasswordUpdatePolicy>,
    /// What happens after wrong passwords; newer Authing servers only.
    pub login_password_fail_check: Option<FrequencyCheck>,
    /// What failed logins lead to, such as `captcha`; newer Authing servers only.
    pub login_fail_strategy: Option<String>,
    /// What changing a phone number takes.
    pub change_phone_strategy: Option<ChangePhoneStrategy>,
    /// What changing an e-mail address takes.
    pub change_email_strategy: Option<ChangeEmailStrategy>,
    /// How logins by QR code work.
    pub qrcode_login_strategy: Option<QrcodeLoginStrategy>,
    /// How logins from an app through a WeChat mini program work.
    pub app2_wxapp_login_strategy: Option<App2WxappLoginStrategy>,
    /// Which lists decide who may register.
    pub whitelist: Option<RegisterWhitelist>,
    /// Who sends text messages.
    #[serde(rename = "customSMSProvider")]
    pub custom_sms_provider: Option<CustomSmsProvider>,
    /// The number of the pool's plan.
    pub package_type: Option<i64>,
    /// Whether users are kept in a database of your own.
    pub use_custom_user_store: Option<bool>,
    /// Whether the e-mail address has to be verified before a login.
    pub login_require_email_verified: Option<bool>,
    /// How many digits verification codes have.
    pub verify_code_length: Option<i64>,
}

/// What a user pool is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserPoolType {
    /// The code.
    pub code: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// The SDKs that suit it.
    #[serde(default, deserialize_with = "without_nulls")]
    pub sdks: Vec<String>,
}

/// The settings are read and written in the same form.
macro_rules! settings {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])+ $(#[serde $serde:tt])? $field:ident: $kind:ty, )+
        }
    )+) => {
        $(
            $(#[$attribute])*
            #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(default, rename_all = "camelCase")]
            #[non_exhaustive]
            pub struct $name {
                $(
                    $(#[doc = $doc])+
                    $(#[serde $serde])?
                    #[serde(skip_serializing_if = "Option::is_none")]
                    pub $field: Option<$kind>,
                )+
            }

            impl $name {
                /// Settings in which nothing is set.
                pub fn new() -> Self {
                    Self::default()
                }

                $(
                    $(#[doc = $doc])+
                    ///
                    /// Defaults to unset.
                    pub fn $field(mut self, $field: impl Into<$kind>) -> Self {
                        self.$field = Some($field.into());
                        self
                    }
                )+
            }
        )+
    };
}

settings! {
    /// What happens when somebody tries too often.
    pub struct FrequencyCheck {
        /// Whether it is checked.
        enabled: bool,
        /// How many times are too often.
        limit: i32,
        /// In how many seconds.
        time_interval: i32,
    }

    /// How often passwords have to change.
    pub struct PasswordUpdatePolicy {
        /// Whether they have to.
        enabled: bool,
        /// After how many days.
        forced_cycle: i32,
        /// From how many earlier passwords a new one has to differ.
        difference_cycle: i32,
    }

    /// What changing a phone number takes.
    pub struct ChangePhoneStrategy {
        /// A code that was sent to the old number.
        verify_old_phone: bool,
    }

    /// What changing an e-mail address takes.
    pub struct ChangeEmailStrategy {
        /// A code that was sent to the old address.
        verify_old_email: bool,
    }

    /// How logins by QR code work.
    pub struct QrcodeLoginStrategy {
        /// For how many seconds a code is valid.
        qrcode_expires_after: i32,
        /// Whether asking for a code's state tells all about the user.
        return_full_user_info: bool,
        /// Whether browsers may exchange a ticket for the user.
        allow_exchange_user_info_from_browser: bool,
        /// For how many seconds a ticket is valid.
        ticket_expires_after: i32,
    }

    /// How logins from an app through a WeChat mini program work.
    pub struct App2WxappLoginStrategy {
        /// For how many seconds a ticket is valid; misspelled on the wire.
        #[serde(rename = "ticketExpriresAfter")]
        ticket_expires_after: i32,
        /// Whether exchanging a ticket takes the pool's secret.
        ticket_exchange_user_info_need_secret: bool,
    }

    /// Which whitelists decide who may register.
    pub struct RegisterWhitelist {
        /// The one of phone numbers.
        phone_enabled: bool,
        /// The one of e-mail addresses.
        email_enabled: bool,
        /// The one of user names.
        username_enabled: bool,
    }
}

/// Who sends text messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomSmsProvider {
    /// Whether it is somebody else than the service.
    pub enabled: Option<bool>,
    /// Who.
    pub provider: Option<String>,
    /// How to reach it, as JSON text with secrets; never written by serde.
    #[serde(skip_serializing)]
    pub config: Option<Secret>,
}

/// A variable of the environment in which the pool's own code runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentVariable {
    /// The name.
    pub key: String,
    /// The value: any JSON value.
    pub value: Value,
}

/// The user pool itself: [`ManagementClient::user_pool`](crate::ManagementClient::user_pool).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{FrequencyCheck, UserPoolUpdate};
///
/// let check = FrequencyCheck::new().enabled(true).limit(3).time_interval(300);
/// admin.user_pool().update(UserPoolUpdate::new().name("Staff").login_fail_check(check))?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct UserPoolSettings {
    client: Client,
}

impl UserPoolSettings {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// The user pool. `GET /api/v2/userpools/detail`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn detail(&self) -> Result<UserPool> {
        self.client.rest(&RestRequest::get("/api/v2/userpools/detail"))
    }

    /// Changes the user pool and returns it as it is then. GraphQL `updateUserpool`.
    ///
    /// # Errors
    ///
    /// [`DOMAIN_ALREADY_TAKEN`](crate::codes::DOMAIN_ALREADY_TAKEN), for example; and
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) in Approw mode for a setting that an Approw
    /// server does not know.
    pub fn update(&self, update: UserPoolUpdate) -> Result<UserPool> {
        let UserPoolUpdate { mut members, sms, newer } = update;
        if let Some(newer) = newer.filter(|_| !self.client.is_recent()) {
            let error = crate::Error::usage(format!("an Approw server does not know `{newer}`"));
            return Err(self.client.reported(error.with_operation(UPDATE_USERPOOL.field)));
        }
        let mut variables = Variables::new();
        if let Some((provider, config)) = sms {
            let config_text = config.expose();
            let sms = json!({ "enabled": true, "provider": provider, "config": config_text });
            members.set("customSMSProvider", sms);
            variables = variables.hiding(&config);
        }
        self.client.graphql(&UPDATE_USERPOOL, variables.with("input", members))
    }

    /// The environment variables. `GET /api/v2/env`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn list_env(&self) -> Result<Vec<EnvironmentVariable>> {
        self.client.rest(&RestRequest::get("/api/v2/env"))
    }

    /// Sets an environment variable and returns all of them. `POST /api/v2/env`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn add_env(
        &self,
        key: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Vec<EnvironmentVariable>> {
        let body = json!({ "key": key.into(), "value": value.into() });
        self.client.rest(&RestRequest::post("/api/v2/env").json(body))
    }

    /// Removes an environment variable and returns those that are left.
    /// `DELETE /api/v2/env/{key}`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn remove_env(&self, key: &str) -> Result<Vec<EnvironmentVariable>> {
        self.client.rest(&RestRequest::delete("/api/v2/env").segment(key))
    }
}

/// What to change about the user pool; what is not set stays as it is. See
/// [`UserPoolSettings::update`].
#[derive(Clone, Debug, Default)]
pub struct UserPoolUpdate {
    members: Object,
    /// Who sends text messages, and how to reach it.
    sms: Option<(String, Secret)>,
    /// A member that an Approw server does not know.
    newer: Option<&'static str>,
}

/// Setters of members of any type.
macro_rules! setters {
    ($( $(#[$doc:meta])* $setter:ident: $kind:ty = $member:literal; )*) => {
        $(
            $(#[$doc])*
            pub fn $setter(mut self, value: $kind) -> Self {
                self.members.set($member, json!(value));
                self
            }
        )*
    };
}

impl UserPoolUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// The name for people.
        name = "name";
        /// The URL of the logo.
        logo = "logo";
        /// The first label of the host.
        domain = "domain";
        /// A description for people.
        description = "description";
        /// The web origins that may call the service, one a line.
        allowed_origins = "allowedOrigins";
    }

    setters! {
        /// Whether e-mail addresses count as verified from the start.
        email_verified_default: bool = "emailVerifiedDefault";
        /// Whether new users get a mail.
        send_welcome_email: bool = "sendWelcomeEmail";
        /// Whether nobody can register.
        register_disabled: bool = "registerDisabled";
        /// For how many seconds a login is valid.
        token_expires_after: u32 = "tokenExpiresAfter";
        /// What happens to those who register often.
        frequent_register_check: FrequencyCheck = "frequentRegisterCheck";
        /// What happens after failed logins.
        login_fail_check: FrequencyCheck = "loginFailCheck";
        /// What changing a phone number takes.
        change_phone_strategy: ChangePhoneStrategy = "changePhoneStrategy";
        /// What changing an e-mail address takes.
        change_email_strategy: ChangeEmailStrategy = "changeEmailStrategy";
        /// How logins by QR code work.
        qrcode_login_strategy: QrcodeLoginStrategy = "qrcodeLoginStrategy";
        /// How logins from an app through a WeChat mini program work.
        app2_wxapp_login_strategy: App2WxappLoginStrategy = "app2WxappLoginStrategy";
        /// Which whitelists decide who may register.
        whitelist: RegisterWhitelist = "whitelist";
        /// Whether the e-mail address has to be verified before a login.
        login_require_email_verified: bool = "loginRequireEmailVerified";
        /// How many digits verification codes have.
        verify_code_length: u32 = "verifyCodeLength";
    }

    /// What the pool is for, by the codes of types.
    pub fn userpool_types(mut self, codes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let codes: Vec<String> = codes.into_iter().map(Into::into).collect();
        self.members.set("userpoolTypes", codes);
        self
    }

    /// Somebody else than the service to send text messages: who, and how to reach it as JSON text.
    pub fn custom_sms_provider(
        mut self,
        provider: impl Into<String>,
        config: impl Into<Secret>,
    ) -> Self {
        self.sms = Some((provider.into(), config.into()));
        self
    }

    /// How often passwords have to change; newer Authing servers only.
    pub fn password_update_policy(self, policy: &PasswordUpdatePolicy) -> Self {
        self.newer("passwordUpdatePolicy", json!(policy))
    }

    /// What happens after wrong passwords; newer Authing servers only.
    pub fn login_password_fail_check(self, check: &FrequencyCheck) -> Self {
        self.newer("loginPasswordFailCheck", json!(check))
    }

    /// What failed logins lead to, such as `captcha`; newer Authing servers only.
    pub fn login_fail_strategy(self, strategy: impl Into<String>) -> Self {
        self.newer("loginFailStrategy", json!(strategy.into()))
    }

    fn newer(mut self, member: &'static str, value: Value) -> Self {
        self.members.set(member, value);
        self.newer = Some(member);
        self
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&UPDATE_USERPOOL]
}
