//! What the calls about users take.

use crate::object::Object;
use crate::profile::{profile_setters, text_setters};
use crate::secret::Secret;
use crate::types::{CustomValue, pairs};

/// A user to create: see [`Users::create`](super::Users::create).
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    pub(super) members: Object,
    pub(super) password: Option<Secret>,
    pub(super) custom_data: Vec<(String, CustomValue)>,
    /// Arguments beside the user.
    pub(super) options: Object,
    pub(super) identity: Option<Object>,
}

impl NewUser {
    /// A user with a name to log in with.
    pub fn username(username: impl Into<String>) -> Self {
        Self::with("username", username.into())
    }

    /// A user with an e-mail address.
    pub fn email(email: impl Into<String>) -> Self {
        Self::with("email", email.into())
    }

    /// A user with a phone number.
    pub fn phone(phone: impl Into<String>) -> Self {
        Self::with("phone", phone.into())
    }

    fn with(member: &str, value: String) -> Self {
        Self { members: Object::new().with(member, value), ..Self::default() }
    }

    /// A user name too.
    pub fn and_username(mut self, username: impl Into<String>) -> Self {
        self.members.set("username", username.into());
        self
    }

    /// An e-mail address too.
    pub fn and_email(mut self, email: impl Into<String>) -> Self {
        self.members.set("email", email.into());
        self
    }

    /// A phone number too.
    pub fn and_phone(mut self, phone: impl Into<String>) -> Self {
        self.members.set("phone", phone.into());
        self
    }

    /// The password, at most 117 bytes with the public clouds' key. Defaults to none.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    profile_setters!();

    text_setters! {
        /// The id in a system of your own.
        external_id = "externalId";
        /// The id across the applications of a social provider.
        unionid = "unionid";
        /// The id in one application of a social provider.
        openid = "openid";
        /// When the user last logged in, ISO 8601, when accounts move here from elsewhere.
        last_login = "lastLogin";
        /// From which address the user last logged in, when accounts move here from elsewhere.
        last_ip = "lastIP";
        /// When the user registered, ISO 8601, when accounts move here from elsewhere.
        signed_up = "signedUp";
    }

    /// How often the user logged in, when accounts move here from elsewhere.
    pub fn logins_count(mut self, logins_count: u32) -> Self {
        self.members.set("loginsCount", logins_count);
        self
    }

    /// How the account came to be, such as `import:manual`.
    pub fn register_source<I>(mut self, register_source: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let source: Vec<String> = register_source.into_iter().map(Into::into).collect();
        self.members.set("registerSource", source);
        self
    }

    /// Whether the e-mail address counts as verified. Defaults to what the user pool has set.
    pub fn email_verified(mut self, email_verified: bool) -> Self {
        self.members.set("emailVerified", email_verified);
        self
    }

    /// Whether the phone number counts as verified. Defaults to false.
    pub fn phone_verified(mut self, phone_verified: bool) -> Self {
        self.members.set("phoneVerified", phone_verified);
        self
    }

    /// Whether the account is locked. Defaults to false.
    pub fn blocked(mut self, blocked: bool) -> Self {
        self.members.set("blocked", blocked);
        self
    }

    /// Whether the account counts as deleted. Defaults to false.
    pub fn is_deleted(mut self, is_deleted: bool) -> Self {
        self.members.set("isDeleted", is_deleted);
        self
    }

    /// Keeps the given password as the user's own (`keepPassword`). Defaults to the service's
    /// default.
    pub fn keep_password(mut self, keep_password: bool) -> Self {
        self.options.set("keepPassword", keep_password);
        self
    }

    /// Makes the user choose a password at the first login; newer Authing servers only. Defaults
    /// to false.
    pub fn reset_password_on_first_login(mut self, reset: bool) -> Self {
        self.options.set("resetPasswordOnFirstLogin", reset);
        self
    }

    /// Values of user-defined fields, by key. The fields have to be defined in the user pool.
    pub fn custom_data<K: Into<String>, V: Into<CustomValue>>(
        mut self,
        custom_data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.custom_data = pairs(custom_data);
        self
    }

    /// An account at another identity provider that logs in as this user; newer Authing servers
    /// only.
    pub fn identity(mut self, identity: NewIdentity) -> Self {
        self.identity = Some(identity.members);
        self
    }
}

/// An account at another identity provider: see [`NewUser::identity`].
#[derive(Clone, Debug)]
pub struct NewIdentity {
    members: Object,
}

impl NewIdentity {
    /// The account `user_id_in_idp` at `provider`.
    pub fn new(provider: impl Into<String>, user_id_in_idp: impl Into<String>) -> Self {
        let members = Object::new()
            .with("provider", provider.into())
            .with("userIdInIdp", user_id_in_idp.into());
        Self { members }
    }

    text_setters! {
        /// The id in the application of the provider.
        openid = "openid";
        /// The connection to the provider.
        connection_id = "connectionId";
    }

    /// Whether it is a social provider, not one of an enterprise.
    pub fn is_social(mut self, is_social: bool) -> Self {
        self.members.set("isSocial", is_social);
        self
    }
}

/// What to change about a user; what is not set stays as it is, empty text clears. See
/// [`Users::update`](super::Users::update).
#[derive(Clone, Debug, Default)]
pub struct UserUpdate {
    pub(super) members: Object,
    pub(super) password: Option<Secret>,
}

impl UserUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The password, at most 117 bytes with the public clouds' key.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    profile_setters!();

    text_setters! {
        /// The name to log in with.
        username = "username";
        /// The e-mail address.
        email = "email";
        /// The phone number.
        phone = "phone";
        /// The city.
        city = "city";
        /// The province.
        province = "province";
        /// The id in a system of your own.
        external_id = "externalId";
        /// The id across the applications of a social provider.
        unionid = "unionid";
        /// The id in one application of a social provider.
        openid = "openid";
        /// When the user's tokens end: `0` ends them now.
        token_expired_at = "tokenExpiredAt";
        /// When the user last logged in, ISO 8601.
        last_login = "lastLogin";
        /// From which address the user last logged in.
        last_ip = "lastIP";
        /// The country code of the phone number, such as `+86`; newer Authing servers only.
        phone_country_code = "phoneCountryCode";
        /// The main department; newer Authing servers only.
        main_department_id = "mainDepartmentId";
        /// The code of the main department; newer Authing servers only.
        main_department_code = "mainDepartmentCode";
    }

    /// How often the user logged in.
    pub fn logins_count(mut self, logins_count: u32) -> Self {
        self.members.set("loginsCount", logins_count);
        self
    }

    /// Whether the e-mail address counts as verified.
    pub fn email_verified(mut self, email_verified: bool) -> Self {
        self.members.set("emailVerified", email_verified);
        self
    }

    /// Whether the phone number counts as verified.
    pub fn phone_verified(mut self, phone_verified: bool) -> Self {
        self.members.set("phoneVerified", phone_verified);
        self
    }

    /// Locks or unlocks the account.
    pub fn blocked(mut self, blocked: bool) -> Self {
        self.members.set("blocked", blocked);
        self
    }
}

/// What names a user, beside the id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserKey {
    /// The name to log in with.
    Username(String),
    /// The e-mail address.
    Email(String),
    /// The phone number.
    Phone(String),
    /// The id in a system of your own.
    ExternalId(String),
}

impl UserKey {
    /// By the name to log in with.
    pub fn username(username: impl Into<String>) -> Self {
        Self::Username(username.into())
    }

    /// By e-mail address.
    pub fn email(email: impl Into<String>) -> Self {
        Self::Email(email.into())
    }

    /// By phone number.
    pub fn phone(phone: impl Into<String>) -> Self {
        Self::Phone(phone.into())
    }

    /// By the id in a system of your own.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }

    pub(crate) fn into_members(self) -> Object {
        match self {
            Self::Username(username) => Object::new().with("username", username),
            Self::Email(email) => Object::new().with("email", email),
            Self::Phone(phone) => Object::new().with("phone", phone),
            Self::ExternalId(external_id) => Object::new().with("externalId", external_id),
        }
    }
}

/// The member by which [`Users::batch_get_by`](super::Users::batch_get_by) looks users up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserField {
    /// The id.
    Id,
    /// The name to log in with.
    Username,
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
    /// The id in a system of your own.
    ExternalId,
}

impl UserField {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Username => "username",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::ExternalId => "externalId",
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortBy {
    /// The newest first.
    CreatedAtDescending,
    /// The oldest first.
    CreatedAtAscending,
    /// The last changed first.
    UpdatedAtDescending,
    /// The last changed last.
    UpdatedAtAscending,
}

impl SortBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAtDescending => "CREATEDAT_DESC",
            Self::CreatedAtAscending => "CREATEDAT_ASC",
            Self::UpdatedAtDescending => "UPDATEDAT_DESC",
            Self::UpdatedAtAscending => "UPDATEDAT_ASC",
        }
    }
}

/// How to list users: see [`Users::list_with`](super::Users::list_with).
#[derive(Clone, Debug, Default)]
pub struct ListUsers {
    pub(super) members: Object,
    pub(super) custom_data: bool,
}

impl ListUsers {
    /// All users in the service's order.
    pub fn new() -> Self {
        Self::default()
    }

    /// The order. Defaults to the service's.
    pub fn sort_by(mut self, sort_by: SortBy) -> Self {
        self.members.set("sortBy", sort_by.as_str());
        self
    }

    /// Leaves out the members of organisations; newer Authing servers only. Defaults to false.
    pub fn exclude_users_in_org(mut self, exclude: bool) -> Self {
        self.members.set("excludeUsersInOrg", exclude);
        self
    }

    /// Asks for user-defined values too. Defaults to no.
    pub fn with_custom_data(mut self) -> Self {
        self.custom_data = true;
        self
    }
}

/// What to search for: see [`Users::search_with`](super::Users::search_with).
#[derive(Clone, Debug)]
pub struct SearchUsers {
    pub(super) members: Object,
    pub(super) custom_data: bool,
    departments: Vec<Object>,
    groups: Vec<Object>,
    roles: Vec<Object>,
}

impl SearchUsers {
    /// Users who match a text.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            members: Object::new().with("query", query.into()),
            custom_data: false,
            departments: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
        }
    }

    /// The members to look at, such as `username` or `email`. Defaults to the service's choice.
    pub fn fields<I>(mut self, fields: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let fields: Vec<String> = fields.into_iter().map(Into::into).collect();
        self.members.set("fields", fields);
        self
    }

    /// Only members of a department, with those of the departments below it if `include_children`.
    /// Call it again for another one.
    pub fn department(mut self, id: impl Into<String>, include_children: bool) -> Self {
        self.departments.push(
            Object::new()
                .with("departmentId", id.into())
                .with("includeChildrenDepartments", include_children),
        );
        self.members.set("departmentOpts", self.departments.clone());
        self
    }

    /// Only members of a group, by its code. Call it again for another one.
    pub fn group(mut self, code: impl Into<String>) -> Self {
        self.groups.push(Object::new().with("code", code.into()));
        self.members.set("groupOpts", self.groups.clone());
        self
    }

    /// Only those with a role, by its code and namespace (`default` for most). Call it again for
    /// another one.
    pub fn role(mut self, code: impl Into<String>, namespace: impl Into<String>) -> Self {
        self.roles
            .push(Object::new().with("code", code.into()).with("namespace", namespace.into()));
        self.members.set("roleOpts", self.roles.clone());
        self
    }

    /// Asks for user-defined values too. Defaults to no.
    pub fn with_custom_data(mut self) -> Self {
        self.custom_data = true;
        self
    }
}
