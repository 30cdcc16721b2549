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
    [core::PATHS, cas::PATHS, jaccount::PATHS, oauth2::PATHS, oidc::PATHS, saml::PATHS].concat()
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
    authing::Acl::allow(any(), "", "", any());
    authing::Acl::allow_access_application(any(), "", any());
    authing::Acl::application_access_policies(any(), "");
    authing::Acl::authorize_resource(any(), "", any::<authing::Grant>());
    authing::Acl::authorized_targets(any(), any());
    authing::Acl::create_namespace(any(), any());
    authing::Acl::create_programmatic_access_account(any(), "", any(), any());
    authing::Acl::create_resource(any(), any());
    authing::Acl::delete_application_access_policies(any(), "", any());
    authing::Acl::delete_namespace(any(), "");
    authing::Acl::delete_namespace_by_id(any(), any());
    authing::Acl::delete_programmatic_access_account(any(), "");
    authing::Acl::delete_resource(any(), "");
    authing::Acl::deny_access_application(any(), "", any());
    authing::Acl::disable_application_access_policies(any(), "", any());
    authing::Acl::disable_programmatic_access_account(any(), "");
    authing::Acl::enable_application_access_policies(any(), "", any());
    authing::Acl::enable_programmatic_access_account(any(), "");
    authing::Acl::is_allowed(any(), "", "", "");
    authing::Acl::list_authorized_resources(any(), any(), any());
    authing::Acl::list_namespaces(any());
    authing::Acl::list_resources(any());
    authing::Acl::list_resources_of(any(), any());
    authing::Acl::programmatic_access_account_list(any(), "");
    authing::Acl::refresh_programmatic_access_account_secret(any(), "");
    authing::Acl::resource_by_code(any(), "");
    authing::Acl::resource_by_id(any(), "");
    authing::Acl::revoke_resource(any(), "", any::<authing::Target>());
    authing::Acl::update_default_application_access_policy(any(), "", any());
    authing::Acl::update_namespace(any(), "", any());
    authing::Acl::update_namespace_by_id(any(), any(), any());
    authing::Acl::update_resource(any(), "", any());
    authing::Agreements::create(any(), any());
    authing::Agreements::delete(any(), any());
    authing::Agreements::list(any());
    authing::Agreements::modify(any(), any(), any());
    authing::Agreements::sort(any(), any::<i64>());
    authing::Applications::access_policies(any(), "");
    authing::Applications::active_users(any(), "");
    authing::Applications::agreements(any(), "");
    authing::Applications::allow_access(any(), "", any());
    authing::Applications::application_tenants(any(), "");
    authing::Applications::change_application_type(any(), "", any());
    authing::Applications::create(any(), any());
    authing::Applications::delete(any(), "");
    authing::Applications::delete_access_policy(any(), "", any());
    authing::Applications::deny_access(any(), "", any());
    authing::Applications::disable_access_policy(any(), "", any());
    authing::Applications::enable_access_policy(any(), "", any());
    authing::Applications::find_by_id(any(), "");
    authing::Applications::list(any());
    authing::Applications::refresh_application_secret(any(), "");
    authing::Applications::resources(any(), "");
    authing::Applications::roles(any(), "");
    authing::Applications::update_default_access_policy(any(), "", any());
    authing::Groups::add_users(any(), "", "");
    authing::Groups::create(any(), any());
    authing::Groups::delete(any(), "");
    authing::Groups::delete_many(any(), "");
    authing::Groups::detail(any(), "");
    authing::Groups::list(any());
    authing::Groups::list_authorized_resources(any(), "", any());
    authing::Groups::list_users(any(), "");
    authing::Groups::list_users_with_custom_data(any(), "");
    authing::Groups::remove_users(any(), "", "");
    authing::Groups::update(any(), "", any());
    authing::ManagementClient::is_password_valid(any(), "");
    authing::ManagementClient::send_email(any(), "", any());
    authing::Mfa::import_totp(any(), "", "");
    authing::Mfa::import_totp_with_recovery_code(any(), "", "", "");
    authing::Mfa::status(any(), "");
    authing::Mfa::un_associate_mfa(any(), "", any());
    authing::Orgs::add_members(any(), "", "");
    authing::Orgs::add_node(any(), "", any());
    authing::Orgs::add_roles(any(), "", "");
    authing::Orgs::create(any(), any());
    authing::Orgs::delete_by_id(any(), "");
    authing::Orgs::delete_node(any(), "", "");
    authing::Orgs::export_all(any());
    authing::Orgs::export_by_org_id(any(), "");
    authing::Orgs::find_by_id(any(), "");
    authing::Orgs::import_by_json(any(), "");
    authing::Orgs::is_root_node(any(), "", "");
    authing::Orgs::list(any());
    authing::Orgs::list_authorized_resources(any(), "", any());
    authing::Orgs::list_authorized_resources_by_code(any(), "", "", any());
    authing::Orgs::list_children(any(), "");
    authing::Orgs::list_members(any(), "");
    authing::Orgs::list_members_below(any(), "");
    authing::Orgs::list_roles(any(), "");
    authing::Orgs::move_members(any(), "", "", "");
    authing::Orgs::move_node(any(), "", "", "");
    authing::Orgs::node_by_id(any(), "");
    authing::Orgs::remove_members(any(), "", "");
    authing::Orgs::remove_roles(any(), "", "");
    authing::Orgs::root_node(any(), "");
    authing::Orgs::search_nodes(any(), "");
    authing::Orgs::set_main_department(any(), "", "");
    authing::Orgs::start_sync(any(), any());
    authing::Orgs::update_node(any(), "", any());
    authing::Policies::add_assignments(any(), "", any());
    authing::Policies::add_assignments_inherited(any(), "", any());
    authing::Policies::create(any(), any());
    authing::Policies::delete(any(), "");
    authing::Policies::delete_many(any(), "");
    authing::Policies::detail(any(), "");
    authing::Policies::disable_assignment(any(), "", any());
    authing::Policies::enable_assignment(any(), "", any());
    authing::Policies::list(any());
    authing::Policies::list_assignments(any(), "");
    authing::Policies::remove_assignments(any(), "", any());
    authing::Policies::update(any(), "", any());
    authing::Principals::authenticate(any(), "", any());
    authing::Principals::detail(any(), "");
    authing::Roles::add_policies(any(), "", "");
    authing::Roles::add_users(any(), "", "");
    authing::Roles::create(any(), "");
    authing::Roles::delete(any(), "");
    authing::Roles::delete_many(any(), "");
    authing::Roles::detail(any(), "");
    authing::Roles::find_users(any(), "", "");
    authing::Roles::list(any());
    authing::Roles::list_authorized_resources(any(), "", any());
    authing::Roles::list_policies(any(), "");
    authing::Roles::list_users(any(), "");
    authing::Roles::list_users_with_custom_data(any(), "");
    authing::Roles::remove_policies(any(), "", "");
    authing::Roles::remove_udf_value(any(), "", "");
    authing::Roles::remove_users(any(), "", "");
    authing::Roles::set_udf_value(any(), "", [("", "")]);
    authing::Roles::set_udf_value_batch(any(), [("", "", "")]);
    authing::Roles::specific_udf_value(any(), "", "");
    authing::Roles::udf_value(any(), "");
    authing::Roles::udf_value_batch(any(), "");
    authing::Roles::update(any(), "", any());
    authing::Statistics::list_audit_logs(any(), any());
    authing::Statistics::list_user_actions(any(), any());
    authing::Tenants::add_members(any(), "", "");
    authing::Tenants::batch_change_ext_idp_connection_state(any(), "", any());
    authing::Tenants::change_ext_idp_connection_state(any(), "", any());
    authing::Tenants::check_ext_idp_connection_identifier_unique(any(), "");
    authing::Tenants::create(any(), any());
    authing::Tenants::create_ext_idp(any(), any());
    authing::Tenants::create_ext_idp_connection(any(), "", any());
    authing::Tenants::delete(any(), "");
    authing::Tenants::delete_ext_idp(any(), "");
    authing::Tenants::delete_ext_idp_connection(any(), "");
    authing::Tenants::details(any(), "");
    authing::Tenants::ext_idp_detail(any(), "");
    authing::Tenants::list(any());
    authing::Tenants::list_ext_idp(any(), "");
    authing::Tenants::members(any(), "");
    authing::Tenants::remove_member(any(), "", "");
    authing::Tenants::update(any(), "", any());
    authing::Tenants::update_ext_idp(any(), "", "");
    authing::Tenants::update_ext_idp_connection(any(), "", any());
    authing::Udf::list(any(), any());
    authing::Udf::list_udf_value(any(), any(), "");
    authing::Udf::remove(any(), any(), "");
    authing::Udf::set(any(), any(), "", any(), "");
    authing::Udf::set_select(any(), any(), "", "", "");
    authing::Udf::set_udf_value_batch(any(), any(), "", [("", "")]);
    authing::UserPoolSettings::add_env(any(), "", "");
    authing::UserPoolSettings::detail(any());
    authing::UserPoolSettings::list_env(any());
    authing::UserPoolSettings::remove_env(any(), "");
    authing::UserPoolSettings::update(any(), any());
    authing::Users::add_group(any(), "", "");
    authing::Users::add_policies(any(), "", "");
    authing::Users::add_roles(any(), "", "");
    authing::Users::application_login_user_num(any(), "");
    authing::Users::check_login_status(any(), any());
    authing::Users::check_resource_permission_batch(any(), "", "");
    authing::Users::filter(any(), any());
    authing::Users::has_role(any(), "", "");
    authing::Users::kick(any(), "");
    authing::Users::link_identity(any(), "", "", any());
    authing::Users::list_archived_users(any());
    authing::Users::list_authorized_resources(any(), "", any());
    authing::Users::list_authorized_resources_of_resource_kind(any(), "", "");
    authing::Users::list_departments(any(), "");
    authing::Users::list_departments_in(any(), "", "");
    authing::Users::list_groups(any(), "");
    authing::Users::list_orgs(any(), "");
    authing::Users::list_policies(any(), "");
    authing::Users::list_roles(any(), "");
    authing::Users::list_user_actions(any(), any());
    authing::Users::logout(any(), "");
    authing::Users::logout_of(any(), "", "");
    authing::Users::refresh_token(any(), "");
    authing::Users::remove_group(any(), "", "");
    authing::Users::remove_policies(any(), "", "");
    authing::Users::remove_roles(any(), "", "");
    authing::Users::remove_udf_value(any(), "", "");
    authing::Users::send_first_login_verify_email(any(), "", "");
    authing::Users::set_udf_value(any(), "", [("", "")]);
    authing::Users::set_udf_value_batch(any(), [("", "", "")]);
    authing::Users::set_udv(any(), "", "", "");
    authing::Users::udf_field_user_num(any(), "", "");
    authing::Users::udf_value(any(), "");
    authing::Users::udf_value_batch(any(), "");
    authing::Users::unlink_identity(any(), "", any());
    authing::Users::user_tenants(any(), "");
    authing::Whitelist::add(any(), any(), "");
    authing::Whitelist::disable(any(), any());
    authing::Whitelist::enable(any(), any());
    authing::Whitelist::list(any(), any());
    authing::Whitelist::remove(any(), any(), "");
}

paths! {
    cas #[cfg(feature = "cas")];
    authing::AuthenticationClient::cas(any(), "");
    authing::AuthenticationClient::validate_ticket_v1(any(), "", "");
    authing::AuthenticationClient::validate_ticket_v2(any(), "", "", any());
    authing::cas::Client::logout(any());
}

paths! {
    jaccount #[cfg(feature = "jaccount")];
    authing::jaccount::Client::api_request(any(), "", any::<authing::jaccount::Api>(), any());
    authing::jaccount::Client::bare_logout_url(any(), "");
    authing::jaccount::Client::call_api(any(), "", any::<authing::jaccount::Api>(), any());
    authing::jaccount::Client::exams(any(), "");
    authing::jaccount::Client::finish(any(), "", any());
    authing::jaccount::Client::lessons(any(), "");
    authing::jaccount::Client::login(any());
    authing::jaccount::Client::logout_url(any(), "", any());
    authing::jaccount::Client::new("", "", "");
    authing::jaccount::Client::positions(any(), "");
    authing::jaccount::Client::profile(any(), "");
    authing::jaccount::Client::read_tokens(any(), any(), any(), any());
    authing::jaccount::Client::refresh(any(), any());
    authing::jaccount::Client::refresh_request(any(), "");
    authing::jaccount::Client::rights(any(), "");
    authing::jaccount::Client::token_request(any(), "", any());
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
