//! Second factors: setting them up, and logins that go on with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::time::Duration;

use authing::mfa::{Challenge, FacePhotos, Mfa, Policy, Source};
use authing::{EmailScene, ErrorKind, File, Secret, codes};
use serde_json::Value;
use support::Cloud;

/// Gives the user an authenticator; answers its key and recovery code.
fn set_up(cloud: &Cloud, mfa: &Mfa) -> (Secret, Secret) {
    let new = mfa.associate().unwrap();
    mfa.confirm(cloud.emulator.totp(new.secret.expose())).unwrap();
    cloud.emulator.advance(Duration::from_secs(30));
    (new.secret, new.recovery_code)
}

/// What bob's login says that needs a second factor.
fn challenge(cloud: &Cloud) -> Challenge {
    let error = cloud.app.login_by_username("bob", "passw0rd!").unwrap_err();
    Challenge::of(&error).unwrap_or_else(|| panic!("{error:?}"))
}

#[test]
fn an_authenticator_is_made_confirmed_listed_and_deleted() {
    // authing-py 4.5.18 sends `authenticatorType`, which the service does not know.
    let cloud = Cloud::start();
    let mfa = cloud.bob().mfa();
    assert_eq!(mfa.authenticators().unwrap(), []);
    let new = mfa.associate().unwrap();
    assert!(new.qrcode_uri.expose().contains(new.secret.expose()));
    assert!(new.qrcode_data_url.expose().starts_with("data:"));
    assert!(!format!("{new:?}").contains(new.secret.expose()));
    assert_eq!(mfa.authenticators().unwrap()[0].enable, Some(false));

    let error = mfa.confirm("000000").unwrap_err();
    assert_eq!((error.code(), error.status()), (Some(codes::BAD_REQUEST), Some(400)), "{error}");
    mfa.confirm(cloud.emulator.totp(new.secret.expose())).unwrap();
    let [authenticator] = &mfa.authenticators().unwrap()[..] else { panic!() };
    assert_eq!(authenticator.enable, Some(true));
    assert_eq!(authenticator.source, Some(Source::Own));
    assert_eq!(authenticator.recovery_code, Some(new.recovery_code));
    assert_eq!(mfa.clone().source(Source::Application).authenticators().unwrap(), []);

    mfa.delete().unwrap();
    assert_eq!(mfa.authenticators().unwrap(), []);
    cloud.app.login_by_username("bob", "passw0rd!").unwrap();
}

#[test]
fn authenticators_want_a_valid_token() {
    let cloud = Cloud::start();
    let mfa = cloud.app.session("nonsense").mfa();
    for error in [
        mfa.authenticators().unwrap_err(),
        mfa.associate().unwrap_err(),
        mfa.confirm("1").unwrap_err(),
        mfa.delete().unwrap_err(),
        mfa.associate_face(FacePhotos::urls("a", "a")).unwrap_err(),
    ] {
        assert!(error.is_unauthorized(), "{error}");
    }
}

#[test]
fn a_login_goes_on_with_what_the_authenticator_shows() {
    let cloud = Cloud::start();
    let (secret, _) = set_up(&cloud, &cloud.bob().mfa());
    let challenge = challenge(&cloud);
    assert!(challenge.offers(&Policy::Otp));
    assert_eq!(challenge.username.as_deref(), Some("bob"));

    let login = cloud.app.mfa(&challenge);
    let error = login.verify_totp("000000").unwrap_err();
    assert_eq!((error.code(), error.status()), (Some(codes::WRONG_TOTP_CODE), Some(200)));
    let totp = cloud.emulator.totp(secret.expose());
    let session = login.verify_totp(totp.as_str()).unwrap();
    assert_eq!(session.current_user().unwrap().username.as_deref(), Some("bob"));
    assert!(login.verify_totp(totp).unwrap_err().is_unauthorized(), "the step is used up");
}

#[test]
fn a_kept_token_goes_on_as_well_and_is_no_session() {
    let cloud = Cloud::start();
    let (secret, _) = set_up(&cloud, &cloud.bob().mfa());
    let kept = challenge(&cloud).token().expose().to_owned();
    let error = cloud.app.session(kept.as_str()).current_user().unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    cloud.app.mfa(kept).verify_totp(cloud.emulator.totp(secret.expose())).unwrap();
}

#[test]
fn a_login_that_waits_too_long_starts_again() {
    let cloud = Cloud::start();
    let (secret, _) = set_up(&cloud, &cloud.bob().mfa());
    let login = cloud.app.mfa(&challenge(&cloud));
    cloud.emulator.advance(Duration::from_secs(361));
    let error = login.verify_totp(cloud.emulator.totp(secret.expose())).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn a_recovery_code_logs_in_once_and_comes_back_new() {
    // The JavaScript client reads the data alone and loses the new code.
    let cloud = Cloud::start();
    let (_, recovery) = set_up(&cloud, &cloud.bob().mfa());
    let login = cloud.app.mfa(&challenge(&cloud));
    let error = login.verify_totp_recovery_code("nonsense").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_RECOVERY_CODE), "{error}");
    let recovered = login.verify_totp_recovery_code(&recovery).unwrap();
    recovered.session.current_user().unwrap();
    let next = recovered.recovery_code.unwrap();
    assert_ne!(next, recovery);

    let login = cloud.app.mfa(&challenge(&cloud));
    let error = login.verify_totp_recovery_code(&recovery).unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_RECOVERY_CODE), "{error}");
    login.verify_totp_recovery_code(next).unwrap();
}

#[test]
fn an_application_that_wants_a_code_by_text_message_gets_one() {
    let cloud = Cloud::start();
    cloud.bob();
    cloud.emulator.require_second_factor(&["SMS", "EMAIL"]);
    let challenge = challenge(&cloud);
    let policies: Vec<_> = challenge.factors.iter().map(|factor| &factor.policy).collect();
    assert_eq!(policies, [&Policy::Sms, &Policy::Email]);
    let login = cloud.app.mfa(&challenge);
    assert!(login.is_phone_bindable("13800000000").unwrap());
    let code = cloud.sms_code("13800000000");
    let error = login.verify_sms("13800000000", "wrong").unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_VERIFICATION_CODE), "{error}");
    let session = login.verify_sms("13800000000", code).unwrap();
    assert_eq!(session.current_user().unwrap().phone.as_deref(), Some("13800000000"));
}

#[test]
fn an_application_that_wants_a_code_by_email_gets_one() {
    let cloud = Cloud::start();
    cloud.bob();
    cloud.app.register_by_email("ann@example.com", "passw0rd!").unwrap();
    cloud.emulator.require_second_factor(&["EMAIL"]);
    let login = cloud.app.mfa(&challenge(&cloud));
    assert!(!login.is_email_bindable("ann@example.com").unwrap());
    assert!(login.is_email_bindable("bob@example.com").unwrap());
    let send = |scene| cloud.email_code("bob@example.com", scene);
    let code = send(EmailScene::ResetPassword);
    let error = login.verify_email("bob@example.com", code).unwrap_err();
    assert_eq!(error.code(), Some(codes::WRONG_VERIFICATION_CODE), "{error}");
    let session = login.verify_email("bob@example.com", send(EmailScene::MfaVerify)).unwrap();
    assert_eq!(session.user().unwrap().email.as_deref(), Some("bob@example.com"));
    let error = login.is_email_bindable("bob@example.com").unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn an_application_that_wants_an_authenticator_lets_one_be_made_on_the_way() {
    // The JavaScript client forgets the token when it confirms.
    let cloud = Cloud::start();
    cloud.bob();
    cloud.emulator.require_second_factor(&["OTP"]);
    let login = cloud.app.mfa(&challenge(&cloud)).source(Source::Application);
    assert_eq!(login.authenticators().unwrap(), []);
    let new = login.associate().unwrap();
    login.confirm(cloud.emulator.totp(new.secret.expose())).unwrap();
    cloud.emulator.advance(Duration::from_secs(30));
    login.verify_totp(cloud.emulator.totp(new.secret.expose())).unwrap();
    let body = &cloud.requests("/api/v2/mfa/totp/associate")[0].body;
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["source"], "APPLICATION");
}

#[test]
fn a_face_is_bound_by_url_and_logs_in() {
    // authing-py 4.5.18 sends the photo to be verified to the endpoint that binds one.
    let cloud = Cloud::start();
    let session = cloud.bob();
    let url = "https://example.com/bob.jpg";
    let user = session.mfa().associate_face(FacePhotos::urls(url, url)).unwrap();
    assert_eq!(user.id, session.user().unwrap().id);
    let error = session.mfa().associate_face(FacePhotos::urls(url, "https://x.cn/y")).unwrap_err();
    assert_eq!(error.code(), Some(codes::FACE_PHOTO_UNUSABLE_1701), "{error}");

    cloud.emulator.require_second_factor(&["FACE"]);
    let login = cloud.app.mfa(&challenge(&cloud));
    let error = login.verify_face("https://example.com/eve.jpg").unwrap_err();
    assert_eq!(error.code(), Some(codes::FACE_PHOTO_UNUSABLE_1702), "{error}");
    login.verify_face(url).unwrap();
    let body = &cloud.requests("/api/v2/mfa/face/associate")[0].body;
    assert!(body.contains(r#""isExternal":true"#), "{body}");
}

#[test]
fn a_face_is_bound_by_upload_on_the_way_in() {
    let cloud = Cloud::start();
    cloud.bob();
    cloud.emulator.require_second_factor(&["FACE"]);
    let upload = |content: &str| {
        let photo = File::new("face.jpeg", "image/jpeg", content);
        cloud.app.upload_face_photo(&photo).unwrap().key
    };
    let login = cloud.app.mfa(&challenge(&cloud));
    let blank = FacePhotos::uploads(upload(""), upload(""));
    let error = login.associate_face(blank).unwrap_err();
    assert_eq!(error.code(), Some(codes::FACE_PHOTO_UNUSABLE), "{error}");
    let session = login.associate_face(FacePhotos::uploads(upload("bob"), upload("bob"))).unwrap();
    session.current_user().unwrap();
    cloud.app.mfa(&challenge(&cloud)).verify_face(upload("bob")).unwrap();
    let request = &cloud.requests("/api/v2/upload")[0];
    assert_eq!(request.query.as_deref(), Some("folder=face-photo&private=true"));
}

#[test]
fn a_wrong_password_is_no_challenge() {
    let cloud = Cloud::start();
    set_up(&cloud, &cloud.bob().mfa());
    let error = cloud.app.login_by_username("bob", "wrong").unwrap_err();
    assert_eq!((error.kind(), Challenge::of(&error)), (ErrorKind::Api, None));
}
