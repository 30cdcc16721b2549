//! The error codes of the service, as named constants.
//!
//! [`Error::code`](crate::Error::code) is compared with these. One number can mean slightly
//! different things in different places, so look at [`Error::operation`](crate::Error::operation)
//! as well; a server newer than this list sends numbers that are not in it.
//!
//! ```
//! use authing::codes;
//!
//! assert_eq!(codes::USER_NOT_FOUND, 2004);
//! assert_eq!(codes::meaning(2006), Some("Wrong password."));
//! assert_eq!(codes::meaning(1), None);
//! ```

macro_rules! codes {
    ($( #[doc = $meaning:literal] $name:ident = $code:literal; )*) => {
        $( #[doc = $meaning] pub const $name: i64 = $code; )*

        /// What a code means, in one sentence, or `None` for a code that is not documented.
        pub fn meaning(code: i64) -> Option<&'static str> {
            match code {
                $( $code => Some($meaning.trim_ascii()), )*
                _ => None,
            }
        }
    };
}

codes! {
    /// The request, a TOTP code that confirms an authenticator, or a token that is validated is wrong.
    BAD_REQUEST = 400;
    /// System busy, try later.
    SYSTEM_BUSY = 1000;
    /// Operation not permitted.
    OPERATION_NOT_PERMITTED = 1001;
    /// Logging in too often.
    LOGGING_IN_TOO_OFTEN = 1002;
    /// Account name duplicated.
    ACCOUNT_NAME_DUPLICATED = 1108;
    /// A message to show to the user; its exact meaning is not published.
    MESSAGE_TO_SHOW = 1576;
    /// Login flow ended.
    LOGIN_FLOW_ENDED = 1600;
    /// A one-time password is needed as second factor; the data has the `mfaToken` for that call.
    OTP_REQUIRED = 1635;
    /// The application wants a second factor (SMS, e-mail, TOTP, face); the data has the `mfaToken` and the choices.
    MFA_REQUIRED = 1636;
    /// The password must be changed at the first login; the data has the `token` for that call.
    FIRST_LOGIN_PASSWORD_RESET_REQUIRED = 1639;
    /// Social login: bind to an existing account.
    SOCIAL_BIND_REQUIRED = 1640;
    /// Social login: bind to an existing account or create one.
    SOCIAL_BIND_OR_CREATE_REQUIRED = 1641;
    /// Profile must be completed.
    PROFILE_INCOMPLETE = 1642;
    /// Account locked, user may unlock it.
    ACCOUNT_LOCKED_UNLOCKABLE = 1643;
    /// Continue at the tenant portal.
    CONTINUE_AT_TENANT_PORTAL = 1644;
    /// Profile must be completed (tenant).
    TENANT_PROFILE_INCOMPLETE = 1645;
    /// Social login: bind without asking.
    SOCIAL_BIND_WITHOUT_ASKING = 1666;
    /// Login flow aborted.
    LOGIN_FLOW_ABORTED = 1699;
    /// Face photo not usable, take another.
    FACE_PHOTO_UNUSABLE = 1700;
    /// Face photo not usable, take another.
    FACE_PHOTO_UNUSABLE_1701 = 1701;
    /// Face photo not usable, take another.
    FACE_PHOTO_UNUSABLE_1702 = 1702;
    /// Account behaves abnormally, captcha needed.
    CAPTCHA_REQUIRED = 2000;
    /// Wrong verification code.
    WRONG_VERIFICATION_CODE = 2001;
    /// Monthly login quota used up.
    LOGIN_QUOTA_USED_UP = 2002;
    /// Malformed email at register or login.
    MALFORMED_LOGIN_EMAIL = 2003;
    /// User does not exist.
    USER_NOT_FOUND = 2004;
    /// User is locked.
    USER_LOCKED = 2005;
    /// Wrong password.
    WRONG_PASSWORD = 2006;
    /// Illegal application name.
    ILLEGAL_APPLICATION_NAME = 2007;
    /// Application name already used by the same owner.
    APPLICATION_NAME_ALREADY_USED = 2008;
    /// Illegal application type.
    ILLEGAL_APPLICATION_TYPE = 2009;
    /// Application id required.
    APPLICATION_ID_REQUIRED = 2010;
    /// Application does not exist.
    APPLICATION_NOT_FOUND = 2011;
    /// Default user group missing.
    DEFAULT_USER_GROUP_MISSING = 2012;
    /// Illegal application description.
    ILLEGAL_APPLICATION_DESCRIPTION = 2013;
    /// Malformed user search input.
    MALFORMED_USER_SEARCH = 2014;
    /// Illegal user search type.
    ILLEGAL_USER_SEARCH_TYPE = 2015;
    /// The password's ciphertext could not be decrypted: the public key is not the server's.
    PASSWORD_NOT_DECRYPTABLE = 2016;
    /// Macro error in a mail template's metadata.
    MAIL_TEMPLATE_MACRO_ERROR = 2017;
    /// User may not change this item.
    USER_MAY_NOT_CHANGE_THIS = 2018;
    /// Verification needed before a password change.
    VERIFICATION_REQUIRED_FOR_PASSWORD_CHANGE = 2019;
    /// Not logged in, or no right to this request.
    NOT_LOGGED_IN = 2020;
    /// Mail not sent, template unavailable.
    MAIL_TEMPLATE_UNAVAILABLE = 2021;
    /// Email verification failed, template unavailable.
    VERIFICATION_MAIL_TEMPLATE_UNAVAILABLE = 2022;
    /// Email verification failed, link expired.
    EMAIL_VERIFICATION_LINK_EXPIRED = 2023;
    /// Description longer than 140 characters.
    DESCRIPTION_TOO_LONG = 2024;
    /// Default mail provider failed.
    DEFAULT_MAIL_PROVIDER_FAILED = 2025;
    /// User already exists.
    USER_ALREADY_EXISTS = 2026;
    /// Account was made through OAuth and has no password.
    ACCOUNT_HAS_NO_PASSWORD = 2027;
    /// Valid phone or email required.
    PHONE_OR_EMAIL_REQUIRED = 2028;
    /// Password shorter than 6 characters.
    PASSWORD_TOO_SHORT = 2029;
    /// More than 80 users in one query.
    TOO_MANY_USERS_IN_QUERY = 2030;
    /// Registration disabled for this application.
    REGISTRATION_DISABLED = 2031;
    /// Password required for registration.
    PASSWORD_REQUIRED = 2032;
    /// Username already exists.
    USERNAME_ALREADY_EXISTS = 2034;
    /// Phone already bound.
    PHONE_ALREADY_BOUND = 2035;
    /// User not in this user pool.
    USER_NOT_IN_USER_POOL = 2036;
    /// Old email does not match.
    OLD_EMAIL_MISMATCH = 2037;
    /// Old phone does not match.
    OLD_PHONE_MISMATCH = 2038;
    /// Domain already taken.
    DOMAIN_ALREADY_TAKEN = 2039;
    /// Head count limit reached.
    HEAD_COUNT_LIMIT_REACHED = 2040;
    /// Unverified email may not register.
    EMAIL_NOT_VERIFIED = 2042;
    /// Locked after too many failed logins.
    LOCKED_AFTER_FAILED_LOGINS = 2057;
    /// The password must be reset; the data has the `token` for that call.
    PASSWORD_RESET_FORCED = 2058;
    /// Password unsafe, hint only.
    PASSWORD_UNSAFE_HINT = 2061;
    /// Password unsafe, must be reset.
    PASSWORD_UNSAFE = 2071;
    /// Registering too often.
    REGISTERING_TOO_OFTEN = 2100;
    /// Application id missing.
    APPLICATION_ID_MISSING = 2101;
    /// Email already bound.
    EMAIL_ALREADY_BOUND = 2200;
    /// Original password required.
    OLD_PASSWORD_REQUIRED = 2201;
    /// Changed data does not belong to the current user.
    NOT_DATA_OF_CURRENT_USER = 2202;
    /// Original password wrong.
    WRONG_OLD_PASSWORD = 2203;
    /// Malformed email.
    MALFORMED_EMAIL = 2204;
    /// Parameter registerInClient missing.
    REGISTER_IN_CLIENT_MISSING = 2205;
    /// Login expired, log in again.
    LOGIN_EXPIRED = 2206;
    /// Login data wrong, log in again.
    LOGIN_DATA_WRONG = 2207;
    /// Use another email.
    USE_ANOTHER_EMAIL = 2208;
    /// User may not be deleted by the caller.
    USER_MAY_NOT_BE_DELETED = 2209;
    /// Delete failed (user missing, or another failure).
    DELETE_FAILED = 2210;
    /// Parameter username missing.
    USERNAME_MISSING = 2211;
    /// Root user cannot be deleted.
    ROOT_USER_MAY_NOT_BE_DELETED = 2212;
    /// This OAuth login method is already bound.
    OAUTH_LOGIN_ALREADY_BOUND = 2213;
    /// Reading the bound OAuth login methods failed.
    OAUTH_LOGINS_UNREADABLE = 2214;
    /// That OAuth account is bound to another user.
    OAUTH_ACCOUNT_BOUND_TO_ANOTHER_USER = 2215;
    /// No such OAuth login method bound.
    OAUTH_LOGIN_NOT_BOUND = 2216;
    /// Last login method (OAuth or email) cannot be unbound.
    LAST_LOGIN_METHOD = 2217;
    /// No email bound, password change refused.
    NO_EMAIL_FOR_PASSWORD_CHANGE = 2218;
    /// No email bound, nothing to unbind.
    NO_EMAIL_TO_UNBIND = 2219;
    /// OAuth application name already exists.
    OAUTH_APPLICATION_NAME_ALREADY_EXISTS = 2220;
    /// OAuth application does not exist.
    OAUTH_APPLICATION_NOT_FOUND = 2221;
    /// Reserved domain.
    DOMAIN_RESERVED = 2222;
    /// Domain already in use.
    DOMAIN_ALREADY_IN_USE = 2223;
    /// User pool does not exist.
    USER_POOL_NOT_FOUND = 2224;
    /// UpdateUser cannot change the email, use updateEmail.
    EMAIL_NOT_CHANGEABLE_BY_UPDATE = 2225;
    /// UpdateUser cannot change the phone, use updatePhone.
    PHONE_NOT_CHANGEABLE_BY_UPDATE = 2226;
    /// Old email must be verified first.
    OLD_EMAIL_NOT_VERIFIED = 2227;
    /// Old phone must be verified first.
    OLD_PHONE_NOT_VERIFIED = 2228;
    /// New email equals old email.
    EMAIL_UNCHANGED = 2229;
    /// New phone equals old phone.
    PHONE_UNCHANGED = 2230;
    /// Request parameters missing.
    REQUEST_PARAMETERS_MISSING = 2231;
    /// QR code does not exist.
    QR_CODE_NOT_FOUND = 2241;
    /// Verification code expired.
    VERIFICATION_CODE_EXPIRED = 2300;
    /// Wrong password.
    WRONG_PASSWORD_2333 = 2333;
    /// Mobile application SSO session does not exist.
    SSO_SESSION_NOT_FOUND = 2401;
    /// Several accounts match, choose one to bind.
    SEVERAL_ACCOUNTS_TO_BIND = 2921;
    /// Several accounts match, choose one to log in.
    SEVERAL_ACCOUNTS_TO_LOG_IN = 2930;
    /// Namespace to delete does not exist.
    NAMESPACE_TO_DELETE_NOT_FOUND = 3003;
    /// Namespace to update does not exist.
    NAMESPACE_TO_UPDATE_NOT_FOUND = 3005;
    /// Macro execution failed.
    MACRO_FAILED = 3012;
    /// Mail failed, unknown error.
    MAIL_FAILED = 3013;
    /// Mail failed, no transporter.
    MAIL_TRANSPORTER_MISSING = 3014;
    /// May not add a collaborator.
    MAY_NOT_ADD_COLLABORATOR = 3617;
    /// May not add a permission item.
    MAY_NOT_ADD_PERMISSION = 3618;
    /// May not view the user pools this user collaborates in.
    MAY_NOT_VIEW_COLLABORATED_USER_POOLS = 3619;
    /// Collaborator already exists.
    COLLABORATOR_ALREADY_EXISTS = 3620;
    /// May not delete a collaboration.
    MAY_NOT_DELETE_COLLABORATION = 3621;
    /// May not list collaborators.
    MAY_NOT_LIST_COLLABORATORS = 3622;
    /// Collaboration does not exist.
    COLLABORATION_NOT_FOUND = 3623;
    /// May not change a collaborator.
    MAY_NOT_CHANGE_COLLABORATOR = 3624;
    /// Subdomain already taken.
    SUBDOMAIN_ALREADY_TAKEN = 3829;
    /// Invitation expired.
    INVITATION_EXPIRED = 4032;
    /// Invitation page expired.
    INVITATION_PAGE_EXPIRED = 4033;
    /// OIDC application does not exist.
    OIDC_APPLICATION_NOT_FOUND = 4212;
    /// Application of the order not found.
    ORDER_APPLICATION_NOT_FOUND = 5000;
    /// Order does not exist.
    ORDER_NOT_FOUND = 5001;
    /// Order creation failed.
    ORDER_CREATION_FAILED = 5022;
    /// Alipay order creation failed.
    ALIPAY_ORDER_CREATION_FAILED = 5023;
    /// Order creation failed, unknown error.
    ORDER_CREATION_FAILED_5024 = 5024;
    /// Order creation failed, illegal price.
    ORDER_PRICE_ILLEGAL = 5025;
    /// LDAP failure.
    LDAP_FAILURE = 5584;
    /// Wrong TOTP code.
    WRONG_TOTP_CODE = 6001;
    /// Wrong recovery code.
    WRONG_RECOVERY_CODE = 6002;
    /// SAML SP application does not exist.
    SAML_SP_APPLICATION_NOT_FOUND = 7348;
    /// Error while returning a SAML assertion.
    SAML_ASSERTION_FAILED = 8128;
    /// A message to show to the user; its exact meaning is not published.
    MESSAGE_TO_SHOW_2120008 = 2120008;
    /// User has no right to log in to this application.
    MAY_NOT_USE_APPLICATION = 2130010;
    /// LDAP server address invalid.
    LDAP_ADDRESS_INVALID = 2820002;
    /// Billing limit reached.
    BILLING_LIMIT_REACHED = 3720001;
    /// Billing limit reached.
    BILLING_LIMIT_REACHED_3720002 = 3720002;
    /// Billing limit reached.
    BILLING_LIMIT_REACHED_3720003 = 3720003;
}

/// What was asked for does not exist.
pub(crate) const NOT_FOUND: &[i64] = &[
    404,
    USER_NOT_FOUND,
    APPLICATION_NOT_FOUND,
    USER_NOT_IN_USER_POOL,
    OAUTH_LOGIN_NOT_BOUND,
    OAUTH_APPLICATION_NOT_FOUND,
    USER_POOL_NOT_FOUND,
    QR_CODE_NOT_FOUND,
    SSO_SESSION_NOT_FOUND,
    NAMESPACE_TO_DELETE_NOT_FOUND,
    NAMESPACE_TO_UPDATE_NOT_FOUND,
    COLLABORATION_NOT_FOUND,
    OIDC_APPLICATION_NOT_FOUND,
    ORDER_APPLICATION_NOT_FOUND,
    ORDER_NOT_FOUND,
    SAML_SP_APPLICATION_NOT_FOUND,
];

/// The caller is not, or no longer, signed in.
pub(crate) const UNAUTHORIZED: &[i64] = &[401, NOT_LOGGED_IN, LOGIN_EXPIRED, LOGIN_DATA_WRONG];

/// What was to be made exists already.
pub(crate) const ALREADY_EXISTS: &[i64] = &[
    ACCOUNT_NAME_DUPLICATED,
    APPLICATION_NAME_ALREADY_USED,
    USER_ALREADY_EXISTS,
    USERNAME_ALREADY_EXISTS,
    PHONE_ALREADY_BOUND,
    DOMAIN_ALREADY_TAKEN,
    EMAIL_ALREADY_BOUND,
    OAUTH_LOGIN_ALREADY_BOUND,
    OAUTH_APPLICATION_NAME_ALREADY_EXISTS,
    DOMAIN_ALREADY_IN_USE,
    COLLABORATOR_ALREADY_EXISTS,
    SUBDOMAIN_ALREADY_TAKEN,
];

/// Too many requests in too short a time.
pub(crate) const RATE_LIMITED: &[i64] = &[429, LOGGING_IN_TOO_OFTEN, REGISTERING_TOO_OFTEN];
