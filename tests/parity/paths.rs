//! The items that `tests/parity.tsv` names, each as a reference that compiles.
//!
//! An entry is the path of a function or method with arguments of the right types: a method that
//! is renamed, or takes something else, is an error of the compiler here.

/// A value of any type, for code that is compiled and never run.
fn any<T>() -> T {
    unreachable!("the references are never run")
}

/// The paths of a group as the table writes them, and the references; those of a feature compile
/// with it.
macro_rules! paths {
    (
        $group:ident $( #[$condition:meta] )?;
        $( $first:ident $( :: $rest:ident )* ( $( $argument:expr ),* ) $( -> $type:ty )?; )*
    ) => {
        mod $group {
            pub(super) const PATHS: &[&str] =
                &[$( concat!(stringify!($first), $( "::", stringify!($rest) ),*) ),*];

            $( #[$condition] )?
            #[allow(dead_code, unreachable_code, reason = "that it compiles is all")]
            fn references() {
                #[allow(unused_imports, reason = "some groups may not need it")]
                use super::any;

                $( let _ $( : $type )? = $first $( :: $rest )* ( $( $argument ),* ); )*
            }
        }
    };
}

/// The paths as the table writes them.
pub(crate) fn paths() -> Vec<&'static str> {
    [core::PATHS, cas::PATHS, oauth2::PATHS, oidc::PATHS, saml::PATHS].concat()
}

paths! {
    core;
    authing::AuthenticationClient::check_login_status(any(), "");
    authing::AuthenticationClient::check_password_strength(any(), "");
    authing::AuthenticationClient::check_qr_code(any(), "");
    authing::AuthenticationClient::compute_password_security_level("");
    authing::AuthenticationClient::enterprise_authorize_url(any(), any(), "", "");
    authing::AuthenticationClient::exchange_qr_ticket(any(), "");
    authing::AuthenticationClient::generate_qr_code(any(), any());
    authing::AuthenticationClient::is_user_exists(any(), any());
    authing::AuthenticationClient::login(any(), any());
    authing::AuthenticationClient::login_by_ad(any(), "", "");
    authing::AuthenticationClient::login_by_email(any(), "", "");
    authing::AuthenticationClient::login_by_ldap(any(), "", "");
    authing::AuthenticationClient::login_by_phone_code(any(), "", "");
    authing::AuthenticationClient::login_by_phone_password(any(), "", "");
    authing::AuthenticationClient::login_by_qr_code(any(), any(), any());
    authing::AuthenticationClient::login_by_sub_account(any(), "", "");
    authing::AuthenticationClient::login_by_username(any(), "", "");
    authing::AuthenticationClient::mfa(any(), "");
    authing::AuthenticationClient::register(any(), any());
    authing::AuthenticationClient::register_by_email(any(), "", "");
    authing::AuthenticationClient::register_by_phone_code(any(), "", "");
    authing::AuthenticationClient::register_by_username(any(), "", "");
    authing::AuthenticationClient::reset_password_by_email_code(any(), "", "", "");
    authing::AuthenticationClient::reset_password_by_first_token(any(), "", "");
    authing::AuthenticationClient::reset_password_by_phone_code(any(), "", "", "");
    authing::AuthenticationClient::reset_password_with_force_reset(any(), "", "", "");
    authing::AuthenticationClient::send_email(any(), "", any());
    authing::AuthenticationClient::send_sms_code(any(), "");
    authing::AuthenticationClient::session(any(), "");
    authing::AuthenticationClient::social_authorize_url(any(), any());
    authing::AuthenticationClient::track_session(any(), "");
    authing::AuthenticationClient::upload_avatar(any(), any());
    authing::AuthenticationClient::upload_face_photo(any(), any());
    authing::AuthenticationClient::wechat_login(any(), "");
    authing::AuthenticationClient::wechat_login_with(any(), any());
    authing::ManagementClient::check_login_status(any(), "");
    authing::ManagementClient::graphql(any(), "", any::<serde_json::Value>()) -> authing::Result<()>;
    authing::ManagementClient::rest(any(), any()) -> authing::Result<()>;
    authing::ManagementClient::users(any());
    authing::Options::language(any(), any());
    authing::Options::public_key_from_server(any());
    authing::PasswordReset::of(any());
    authing::Session::authenticate_principal(any(), any());
    authing::Session::bind_email(any(), "", "");
    authing::Session::bind_phone(any(), "", "");
    authing::Session::current_user(any());
    authing::Session::graphql(any(), "", any::<serde_json::Value>()) -> authing::Result<()>;
    authing::Session::has_role(any(), "");
    authing::Session::has_role_in(any(), "", "");
    authing::Session::link_account(any(), "");
    authing::Session::list_applications(any());
    authing::Session::list_authorized_resources(any(), "");
    authing::Session::list_authorized_resources_with(any(), any());
    authing::Session::list_departments(any());
    authing::Session::list_departments_in(any(), "");
    authing::Session::list_orgs(any());
    authing::Session::list_roles(any());
    authing::Session::list_roles_in(any(), "");
    authing::Session::list_udv(any());
    authing::Session::logout(any());
    authing::Session::principal(any());
    authing::Session::refresh_token(any());
    authing::Session::remove_udv(any(), "");
    authing::Session::rest(any(), any()) -> authing::Result<()>;
    authing::Session::security_level(any());
    authing::Session::set_password(any(), "");
    authing::Session::set_udf_value(any(), [("", 1)]);
    authing::Session::set_udv(any(), "", 1);
    authing::Session::token(any());
    authing::Session::unbind_email(any());
    authing::Session::unbind_phone(any());
    authing::Session::unlink_account(any(), "");
    authing::Session::update_avatar(any(), any());
    authing::Session::update_email(any(), "", "");
    authing::Session::update_email_with_old(any(), "", "", "", "");
    authing::Session::update_password(any(), "", "");
    authing::Session::update_phone(any(), "", "");
    authing::Session::update_phone_with_old(any(), "", "", "", "");
    authing::Session::update_profile(any(), any());
    authing::Session::user(any());
    authing::Users::batch_get(any(), [""]);
    authing::Users::batch_get_by(any(), any(), [""]);
    authing::Users::create(any(), any());
    authing::Users::delete(any(), "");
    authing::Users::delete_many(any(), [""]);
    authing::Users::detail(any(), "");
    authing::Users::exists(any(), any());
    authing::Users::find(any(), any());
    authing::Users::find_by_identity(any(), "", "");
    authing::Users::list(any());
    authing::Users::list_with(any(), any());
    authing::Users::search(any(), "");
    authing::Users::search_with(any(), any());
    authing::Users::update(any(), "", any());
    authing::mfa::FacePhotos::uploads("", "");
    authing::mfa::FacePhotos::urls("", "");
    authing::mfa::Mfa::associate(any());
    authing::mfa::Mfa::associate_face(any(), any());
    authing::mfa::Mfa::authenticators(any());
    authing::mfa::Mfa::confirm(any(), "");
    authing::mfa::Mfa::delete(any());
    authing::mfa::PendingLogin::associate(any());
    authing::mfa::PendingLogin::associate_face(any(), any());
    authing::mfa::PendingLogin::authenticators(any());
    authing::mfa::PendingLogin::confirm(any(), "");
    authing::mfa::PendingLogin::is_email_bindable(any(), "");
    authing::mfa::PendingLogin::is_phone_bindable(any(), "");
    authing::mfa::PendingLogin::verify_email(any(), "", "");
    authing::mfa::PendingLogin::verify_face(any(), "");
    authing::mfa::PendingLogin::verify_sms(any(), "", "");
    authing::mfa::PendingLogin::verify_totp(any(), "");
    authing::mfa::PendingLogin::verify_totp_recovery_code(any(), "");
    authing::qr_code::Cancel::cancel(any());
}

paths! {
    cas #[cfg(feature = "cas")];
    authing::AuthenticationClient::cas(any(), "");
    authing::AuthenticationClient::validate_ticket_v1(any(), "", "");
    authing::AuthenticationClient::validate_ticket_v2(any(), "", "", any());
    authing::cas::Client::logout(any());
}

paths! {
    oauth2 #[cfg(feature = "oauth2")];
    authing::AuthenticationClient::access_token_by_client_credentials(any(), "", "", [""]);
    authing::AuthenticationClient::logout_url(any(), any());
    authing::oauth2::Client::client_credentials(any(), [""]);
    authing::oauth2::Client::finish(any(), "", any());
    authing::oauth2::Client::introspect(any(), "", any());
    authing::oauth2::Client::login(any());
    authing::oauth2::Client::refresh(any(), "");
    authing::oauth2::Client::revoke(any(), "", any());
    authing::oauth2::CodeVerifier::challenge(any(), any());
    authing::oauth2::CodeVerifier::generate();
}

paths! {
    oidc #[cfg(feature = "oidc")];
    authing::AuthenticationClient::user_info_by_access_token(any(), "");
    authing::AuthenticationClient::validate_access_token(any(), "");
    authing::AuthenticationClient::validate_id_token(any(), "");
    authing::oidc::Client::finish(any(), "", any());
    authing::oidc::Client::login(any());
    authing::oidc::Client::logout_url(any(), any(), "");
    authing::oidc::Client::refresh(any(), any());
}

paths! {
    saml #[cfg(feature = "saml")];
    authing::AuthenticationClient::saml_authorize_url(any());
}
