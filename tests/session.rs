//! What a signed-in user does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::time::Duration;

use authing::{ErrorKind, Login, ProfileUpdate, RestRequest, codes};
use authing_emulator::Emulator;
use serde_json::{Value, json};
use support::Cloud;

#[test]
fn a_profile_is_updated_and_what_is_not_set_stays() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let update = ProfileUpdate::new().nickname("Nick").city("Shanghai");
    let user = session.update_profile(update).unwrap();
    assert_eq!(user.nickname.as_deref(), Some("Nick"));
    session.update_profile(ProfileUpdate::new().company("ACME")).unwrap();
    let user = session.current_user().unwrap();
    assert_eq!(user.nickname.as_deref(), Some("Nick"));
    assert_eq!(user.city.as_deref(), Some("Shanghai"));
    assert_eq!(user.company.as_deref(), Some("ACME"));
}

#[test]
fn a_profile_cannot_take_another_users_name_or_change_the_email() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    cloud.app.register_by_username("ann", "passw0rd!").unwrap();
    let error = session.update_profile(ProfileUpdate::new().username("ann")).unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    let update = ProfileUpdate::new().email("bob@example.com", "forged");
    let error = session.update_profile(update).unwrap_err();
    assert_eq!(error.code(), Some(codes::EMAIL_NOT_CHANGEABLE_BY_UPDATE), "{error}");
    let update = ProfileUpdate::new().phone("13800000000", "forged");
    let error = session.update_profile(update).unwrap_err();
    assert_eq!(error.code(), Some(codes::PHONE_NOT_CHANGEABLE_BY_UPDATE), "{error}");
}

#[test]
fn a_password_is_changed_with_the_old_one() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let error = session.update_password("new passw0rd", "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_OLD_PASSWORD), "{error}");
    let error = session.set_password("new passw0rd").unwrap_err();
    assert_eq!(error.code(), Some(codes::OLD_PASSWORD_REQUIRED), "{error}");
    let error = session.update_password("short", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::PASSWORD_TOO_SHORT), "{error}");

    session.update_password("new passw0rd", "passw0rd!").unwrap();
    cloud.app.login_by_username("bob", "new passw0rd").unwrap();
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_PASSWORD));
}

#[test]
fn a_refreshed_token_gives_a_new_session_and_says_when_it_ends() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    assert_eq!(session.expires_at(), None);
    cloud.emulator.advance(Duration::from_secs(60));
    let fresh = session.refresh_token().unwrap();
    assert_ne!(fresh.token(), session.token());
    assert!(fresh.expires_at().unwrap() > 0);
    assert_eq!(fresh.current_user().unwrap().username.as_deref(), Some("bob"));
    assert_eq!(fresh.user().unwrap().id, session.user().unwrap().id);
}

#[test]
fn after_logout_the_token_is_worth_nothing() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    session.clone().logout().unwrap();
    let error = session.current_user().unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert!(session.logout().unwrap_err().is_unauthorized());
    let request = &cloud.requests("/api/v2/logout")[0];
    let expected = format!("app_id={}", cloud.emulator.app_id());
    assert_eq!((request.method.as_str(), request.query.as_deref()), ("GET", Some(&*expected)));
}

#[test]
fn every_call_of_a_session_says_that_its_token_is_not_valid_any_more() {
    let lifetime = Duration::from_secs(100);
    let cloud = Cloud::from(Emulator::builder().user_token_lifetime(lifetime));
    let session = cloud.bob();
    cloud.emulator.advance(Duration::from_secs(101));
    for error in [
        session.current_user().unwrap_err(),
        session.update_profile(ProfileUpdate::new().nickname("x")).unwrap_err(),
        session.update_password("new passw0rd", "passw0rd!").unwrap_err(),
        session.refresh_token().unwrap_err(),
        session.clone().logout().unwrap_err(),
        cloud.app.session("nonsense").current_user().unwrap_err(),
    ] {
        assert!(error.is_unauthorized() && error.kind() == ErrorKind::Api, "{error}");
    }
}

#[test]
fn a_token_with_a_line_break_is_refused_before_anything_is_sent() {
    let cloud = Cloud::start();
    let error = cloud.app.session("a\r\nx-evil: 1").current_user().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(!error.to_string().contains("evil") && cloud.emulator.requests().is_empty());
}

#[test]
fn sessions_of_several_users_do_not_mix() {
    let cloud = Cloud::start();
    cloud.app.register_by_username("ann", "passw0rd!").unwrap();
    let bob = cloud.bob();
    let ann = cloud.app.login_by_username("ann", "passw0rd!").unwrap();
    std::thread::scope(|scope| {
        for (name, session) in [("bob", &bob), ("ann", &ann)] {
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(session.current_user().unwrap().username.as_deref(), Some(name));
                }
            });
        }
    });
}

#[test]
fn what_has_no_method_goes_through_graphql_and_rest() {
    let cloud = Cloud::start();
    let session = cloud.bob();
    let answer: Value = session.graphql("{ user { username } }", json!({})).unwrap();
    assert_eq!(answer, json!({"user": {"username": "bob"}}));
    let login = Login::username("bob", "passw0rd!").client_ip("192.0.2.7");
    let session = cloud.app.login(login).unwrap();
    let user: authing::User = session.rest(&RestRequest::get("/api/v2/users/me")).unwrap();
    assert_eq!(user.username.as_deref(), Some("bob"));
    assert_eq!(user.last_ip.as_deref(), Some("192.0.2.7"), "REST spells it lastIp");
}
