//! A user's own account: linked accounts, picture, safety, identity, the browser's session.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{
    ErrorKind, File, NewIdentity, NewUser, PasswordSecurityLevel, PrincipalInput, PrincipalType,
    Session, codes,
};
use support::Cloud;

/// A user with an account at a social provider, and a password to log in by.
fn social_user(cloud: &Cloud, name: &str, provider: &str) -> Session {
    let identity = NewIdentity::new(provider, name).is_social(true);
    let user = NewUser::username(name).password("passw0rd!").identity(identity);
    cloud.admin.users().create(user).unwrap();
    cloud.app.login_by_username(name, "passw0rd!").unwrap()
}

#[test]
fn accounts_are_linked_and_unlinked() {
    let cloud = Cloud::start();
    let bob = cloud.bob();
    let github = social_user(&cloud, "octobob", "github");
    bob.link_account(github.token()).unwrap();
    let user = bob.current_user().unwrap();
    assert_eq!(user.identities[0].provider.as_deref(), Some("github"));
    assert!(github.current_user().unwrap_err().is_unauthorized(), "it is one account now");
    bob.unlink_account("github").unwrap();
    assert!(bob.current_user().unwrap().identities.is_empty());
}

#[test]
fn a_refusal_to_link_or_unlink_is_an_error() {
    // The Python clients ignore the code and report success.
    let cloud = Cloud::start();
    let bob = cloud.bob();
    assert_eq!(bob.link_account(bob.token()).unwrap_err().kind(), ErrorKind::Api);
    assert!(bob.link_account("nonsense").unwrap_err().is_unauthorized());
    let error = bob.unlink_account("wechat:pc").unwrap_err();
    assert_eq!(error.code(), Some(2216), "{error}");
    assert!(cloud.app.session("nonsense").unlink_account("github").unwrap_err().is_unauthorized());
}

#[test]
fn no_error_shows_the_token_of_the_other_account() {
    let cloud = Cloud::start();
    let bob = cloud.bob();
    let page = r#"<p>opaque-secret-token</p>"#;
    cloud.emulator.inject(authing_emulator::Fault::on("/api/v2/users/link").status(502).body(page));
    let error = bob.link_account("opaque-secret-token").unwrap_err();
    assert!(error.message().contains("<p>") && !error.message().contains("opaque"), "{error}");
}

#[test]
fn the_safety_of_an_account_is_told() {
    let cloud = Cloud::start();
    cloud.app.register_by_email("ann@example.com", "aVeryLongPassw0rd").unwrap();
    let session = cloud.app.login_by_email("ann@example.com", "aVeryLongPassw0rd").unwrap();
    let level = session.security_level().unwrap();
    assert_eq!((level.email, level.phone), (Some(true), Some(false)));
    assert_eq!((level.password, level.mfa), (Some(true), Some(false)));
    assert_eq!(level.password_security_level, Some(PasswordSecurityLevel::High));
    assert_eq!(level.score, Some(60.0));
    assert!(cloud.app.session("nonsense").security_level().unwrap_err().is_unauthorized());
}

#[test]
fn a_principal_is_verified_and_its_numbers_are_in_no_address() {
    // authing-py 4.5.18 puts the number of the identity card into the query string.
    let cloud = Cloud::start();
    let session = cloud.bob();
    cloud.emulator.know_principal("P", "Bob Li", "310104199001011234", "6222020000001234567");
    assert_eq!(session.principal().unwrap(), None);
    let wrong = PrincipalInput::person("Bob Li", "310104199001011235", "6222020000001234567");
    assert!(!format!("{wrong:?}").contains("310104"));
    let error = session.authenticate_principal(wrong).unwrap_err();
    assert_eq!(error.code(), Some(codes::BAD_REQUEST), "{error}");
    let right = PrincipalInput::person("Bob Li", "310104199001011234", "6222020000001234567");
    session.authenticate_principal(right).unwrap();
    let principal = session.principal().unwrap().unwrap();
    assert_eq!(principal.principal_type, Some(PrincipalType::Person));
    assert_eq!(principal.principal_name.as_deref(), Some("Bob Li"));
    for request in cloud.emulator.requests() {
        assert!(!format!("{}{:?}", request.path, request.query).contains("310104"));
    }
    assert!(cloud.app.session("nonsense").principal().unwrap_err().is_unauthorized());
}

#[test]
fn an_enterprise_is_verified_too() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    cloud.emulator.know_principal("E", "ACME", "91310000", "Ann Wang");
    session
        .authenticate_principal(PrincipalInput::enterprise("ACME", "91310000", "Ann Wang"))
        .unwrap();
    let principal = session.principal().unwrap().unwrap();
    assert_eq!(principal.principal_type, Some(PrincipalType::Enterprise));
}

#[test]
fn a_picture_is_uploaded_and_becomes_the_users() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let picture = File::new("me.png", "image/png", b"\x89PNG\r\n\x1a\n\0\xff".to_vec());
    let user = session.update_avatar(&picture).unwrap();
    let url = user.photo.unwrap();
    assert!(url.contains("/files/avatar/"), "{url}");
    let upload = cloud.app.upload_avatar(&picture).unwrap();
    assert!(upload.key.starts_with("avatar/") && upload.url.is_some());
    let error = cloud.app.session("nonsense").update_avatar(&picture).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    cloud.emulator.inject(authing_emulator::Fault::on("/api/v2/upload").body(r#"{"code":1001}"#));
    let error = cloud.app.upload_avatar(&picture).unwrap_err();
    assert_eq!(error.code(), Some(codes::OPERATION_NOT_PERMITTED));
}

#[test]
fn a_browsers_session_is_tracked_by_its_cookie() {
    let cloud = Cloud::start();
    let id = cloud.bob().user().unwrap().id.clone();
    let cookie = cloud.emulator.browser_session(&id);
    let tracked = cloud.app.track_session(format!("a=b; {cookie}")).unwrap().unwrap();
    assert_eq!(tracked.user_info.unwrap().id, id);
    assert_eq!(tracked.session.unwrap().user_id, Some(id.clone()));
    assert_eq!(cloud.app.track_session("a=b").unwrap(), None);
    assert_eq!(cloud.app.track_session("").unwrap(), None);
    assert_eq!(cloud.requests("/cas/session")[2].header("cookie"), None);
    let error = cloud.app.track_session("a\r\nb").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(!format!("{error:?}").contains("\\r"), "{error:?}");
    for (body, kind) in [
        (r#"{"code":2020,"message":"no"}"#, ErrorKind::Api),
        ("<html>", ErrorKind::Http),
        ("[]", ErrorKind::Parse),
    ] {
        cloud.emulator.inject(authing_emulator::Fault::on("/cas/session").status(200).body(body));
        assert_eq!(cloud.app.track_session("a=b").unwrap_err().kind(), kind, "{body}");
    }
}
