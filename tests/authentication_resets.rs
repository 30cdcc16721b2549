//! Logins that end in a password that has to be changed first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use authing::{ErrorKind, NewUser, PasswordReset, codes};
use support::Cloud;

#[test]
fn a_first_login_goes_on_with_the_token_of_its_error() {
    let cloud = Cloud::start();
    let bob = NewUser::username("bob").password("initial pw").reset_password_on_first_login(true);
    cloud.admin.users().create(bob).unwrap();

    let error = cloud.app.login_by_username("bob", "initial pw").unwrap_err();
    assert_eq!(error.code(), Some(codes::FIRST_LOGIN_PASSWORD_RESET_REQUIRED));
    let Some(PasswordReset::FirstLogin { token }) = PasswordReset::of(&error) else {
        panic!("{error:?}")
    };
    assert!(!format!("{error:?}").contains(token.expose()));
    let error = cloud.app.reset_password_by_first_token(&token, "short").unwrap_err();
    assert_eq!(error.code(), Some(codes::PASSWORD_TOO_SHORT), "{error}");
    cloud.app.reset_password_by_first_token(&token, "passw0rd!").unwrap();
    cloud.app.login_by_username("bob", "passw0rd!").unwrap();

    let error = cloud.app.reset_password_by_first_token(&token, "passw0rd?").unwrap_err();
    assert!(error.is_unauthorized(), "good once: {error}");
    let sent = cloud.requests("resetPasswordByFirstLoginToken");
    assert!(sent.iter().all(|request| !request.body.contains("passw0rd")));
}

#[test]
fn a_forced_reset_goes_on_with_the_token_of_its_error() {
    let cloud = Cloud::start();
    let id = cloud.bob().user().unwrap().id.clone();
    assert!(cloud.emulator.force_password_reset(&id));

    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    let Some(PasswordReset::Forced { token }) = PasswordReset::of(&error) else {
        panic!("{error:?}")
    };
    let reset = |old: &str| cloud.app.reset_password_with_force_reset(&token, old, "new passw0rd");
    let error = reset("wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_OLD_PASSWORD), "{error}");
    reset("passw0rd!").unwrap();
    cloud.app.login_by_username("bob", "new passw0rd").unwrap();
    assert!(reset("new passw0rd").unwrap_err().is_unauthorized());
    let sent = cloud.requests("resetPasswordByForceResetToken");
    assert!(sent.iter().all(|request| !request.body.contains("passw0rd")), "both are encrypted");
}

#[test]
fn the_token_of_one_kind_of_reset_is_no_good_for_the_other() {
    let cloud = Cloud::start();
    let id = cloud.bob().user().unwrap().id.clone();
    cloud.emulator.force_password_reset(&id);
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    let Some(PasswordReset::Forced { token }) = PasswordReset::of(&error) else {
        panic!("{error:?}")
    };
    let error = cloud.app.reset_password_by_first_token(&token, "new passw0rd").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(cloud.app.session(&token).current_user().unwrap_err().is_unauthorized());
}

#[test]
fn an_ordinary_refusal_is_no_reset() {
    let cloud = Cloud::start();
    cloud.bob();
    let error = cloud.app.login_by_username("bob", "wrong").unwrap_err();
    assert_eq!(PasswordReset::of(&error), None);
}
