//! Users.

use serde::{Deserialize, Serialize};

use super::wire_enum::wire_enum;
use super::{AuthorizedResource, CustomData, Group, Role, UserDepartment};
use crate::graphql::Fragment;
use crate::json::{null_as_default, without_nulls};
use crate::paging::Page;
use crate::secret::Secret;

/// A user of a user pool, with every member that the service knows.
///
/// It can be stored with serde, except for `password` and `token`, which are read but never
/// written: store a token on purpose, with [`Secret::expose`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: String,
    /// The resource name, such as `arn:cn:authing:POOL:user:ID`.
    pub arn: String,
    /// Whether the account can be used.
    pub status: Option<UserStatus>,
    /// The user pool.
    pub user_pool_id: String,
    /// The name to log in with, unique in the pool.
    pub username: Option<String>,
    /// The e-mail address, unique in the pool.
    pub email: Option<String>,
    /// Whether the address was verified.
    pub email_verified: Option<bool>,
    /// The phone number, unique in the pool.
    pub phone: Option<String>,
    /// Whether the number was verified.
    pub phone_verified: Option<bool>,
    /// The id across the applications of a social provider.
    pub unionid: Option<String>,
    /// The id in one application of a social provider.
    pub openid: Option<String>,
    /// The accounts at other identity providers that are linked to this one.
    #[serde(default, deserialize_with = "without_nulls")]
    pub identities: Vec<Identity>,
    /// The nickname.
    pub nickname: Option<String>,
    /// How the account came to be, such as `basic:email`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub register_source: Vec<String>,
    /// The URL of the picture.
    pub photo: Option<String>,
    /// The hash of the password, where the server tells it.
    #[serde(skip_serializing)]
    pub password: Option<Secret>,
    /// What a social provider told, as JSON text.
    pub oauth: Option<String>,
    /// The user's token (id_token), when one was issued.
    #[serde(skip_serializing)]
    pub token: Option<Secret>,
    /// When the token ends.
    pub token_expired_at: Option<String>,
    /// How often the user logged in.
    pub logins_count: Option<i64>,
    /// When the user last logged in, ISO 8601.
    pub last_login: Option<String>,
    /// From which address the user last logged in.
    #[serde(rename = "lastIP", alias = "lastIp")]
    pub last_ip: Option<String>,
    /// When the user registered, ISO 8601.
    pub signed_up: Option<String>,
    /// Whether the account is locked.
    pub blocked: Option<bool>,
    /// Whether the account is deleted.
    pub is_deleted: Option<bool>,
    /// The device.
    pub device: Option<String>,
    /// The browser.
    pub browser: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The middle name.
    pub middle_name: Option<String>,
    /// The URL of the profile page.
    pub profile: Option<String>,
    /// The name that the user wants to be called by.
    pub preferred_username: Option<String>,
    /// The URL of the web site.
    pub website: Option<String>,
    /// The gender: `M`, `F`, `U` (unknown).
    pub gender: Option<String>,
    /// The date of birth.
    pub birthdate: Option<String>,
    /// The time zone, such as `Asia/Shanghai`.
    pub zoneinfo: Option<String>,
    /// The language, such as `zh-CN`.
    pub locale: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The whole address, for a label.
    pub formatted: Option<String>,
    /// Street and number.
    pub street_address: Option<String>,
    /// The town.
    pub locality: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The province.
    pub province: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// When the account was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
    /// The roles; only where they were asked for.
    pub roles: Option<Page<Role>>,
    /// The groups; only where they were asked for.
    pub groups: Option<Page<Group>>,
    /// The departments; only where they were asked for.
    pub departments: Option<Page<UserDepartment>>,
    /// What the user may use; only where it was asked for.
    pub authorized_resources: Option<Page<AuthorizedResource>>,
    /// The id in a system of your own.
    pub external_id: Option<String>,
    /// The user-defined values; only where they were asked for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub custom_data: CustomData,
    /// The country code of the phone number, such as `+86`; newer Authing servers only.
    pub phone_country_code: Option<String>,
    /// The main department; newer Authing servers only.
    pub main_department_id: Option<String>,
    /// The code of the main department; newer Authing servers only.
    pub main_department_code: Option<String>,
}

/// An account at another identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Identity {
    /// The id in the application of the provider.
    pub openid: Option<String>,
    /// The user's id at the provider.
    pub user_id_in_idp: Option<String>,
    /// The user's id in the user pool.
    pub user_id: Option<String>,
    /// The connection to the provider.
    pub connection_id: Option<String>,
    /// Whether it is a social provider, not one of an enterprise.
    pub is_social: Option<bool>,
    /// The provider.
    pub provider: Option<String>,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// The provider's refresh token; never selected by this library's own calls.
    #[serde(skip_serializing)]
    pub refresh_token: Option<Secret>,
    /// The provider's access token; never selected by this library's own calls.
    #[serde(skip_serializing)]
    pub access_token: Option<Secret>,
    /// The kind of identity; newer Authing servers only.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The provider's id in the user pool; newer Authing servers only.
    pub ext_idp_id: Option<String>,
}

wire_enum! {
    /// Whether an account can be used.
    pub enum UserStatus {
        /// It can.
        Activated = "Activated",
        /// It is suspended.
        Suspended = "Suspended",
        /// Its owner left.
        Resigned = "Resigned",
        /// It is archived.
        Archived = "Archived",
    }
}

pub(super) const USER: Fragment = Fragment {
    name: "User",
    on: "User",
    members: "id arn status userPoolId username email emailVerified phone phoneVerified unionid \
              openid identities { ...Identity } nickname registerSource photo password oauth token \
              tokenExpiredAt loginsCount lastLogin lastIP signedUp blocked isDeleted device \
              browser company name givenName familyName middleName profile preferredUsername \
              website gender birthdate zoneinfo locale address formatted streetAddress locality \
              region postalCode city province country createdAt updatedAt externalId",
    newer: "phoneCountryCode mainDepartmentId mainDepartmentCode",
    custom_data: "customData { key value label dataType }",
};

pub(super) const IDENTITY: Fragment = Fragment {
    name: "Identity",
    on: "Identity",
    members: "openid userIdInIdp userId connectionId isSocial provider userPoolId",
    newer: "type extIdpId",
    custom_data: "",
};
