//! Logging in by QR code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use authing::qr_code::{Cancel, NewQrCode, Progress, QrCode, QrCodeFailure, Wait};
use authing::{AuthenticationClient, CustomValue, ErrorKind, Options, Session, codes};
use authing_emulator::{Fault, FieldType};
use serde_json::{Value, json};
use support::Cloud;

/// Asks without pause.
fn wait() -> Wait {
    Wait::new().poll_interval(Duration::ZERO).timeout(Duration::from_secs(60))
}

impl Cloud {
    fn qr_code(&self) -> QrCode {
        self.app.generate_qr_code(NewQrCode::app()).unwrap()
    }
}

/// Lets the app's user take a step whenever the one who waits sees the step before it.
fn answering(session: &Session, code: &QrCode, agrees: bool) -> Wait {
    let (session, random) = (session.clone(), code.random.clone());
    wait().on_status(move |status| match status.status {
        Progress::Unused => session.scan_qr_code(&random).unwrap(),
        Progress::Scanned if agrees => session.confirm_qr_code(&random).unwrap(),
        Progress::Scanned => session.cancel_qr_code(&random).unwrap(),
        _ => {}
    })
}

#[test]
fn a_user_who_scans_and_agrees_is_logged_in() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    let code = cloud.qr_code();
    assert!(code.url.starts_with("http") && code.expires_in.is_some());
    let session = cloud.app.login_by_qr_code(&code, answering(&phone, &code, true)).unwrap();
    assert_eq!(session.current_user().unwrap().username.as_deref(), Some("bob"));
    assert_ne!(session.token(), phone.token());
}

#[test]
fn whoever_waits_sees_how_far_it_is_and_who_scanned() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    let code = cloud.qr_code();
    let status = cloud.app.check_qr_code(&code.random).unwrap();
    assert_eq!((status.status, status.ticket), (Progress::Unused, None));
    phone.scan_qr_code(&code.random).unwrap();
    let status = cloud.app.check_qr_code(&code.random).unwrap();
    assert_eq!(status.status, Progress::Scanned);
    assert_eq!(status.scanned_user_id.as_deref(), phone.user().map(|user| user.id.as_str()));

    let seen = Arc::new(Mutex::new(Vec::new()));
    let (log, emulator) = (Arc::clone(&seen), phone.clone());
    let random = code.random.clone();
    let wait = wait().on_status(move |status| {
        log.lock().unwrap().push(status.status);
        if status.status == Progress::Scanned {
            emulator.confirm_qr_code(&random).unwrap();
        }
    });
    cloud.app.login_by_qr_code(&code, wait).unwrap();
    assert_eq!(*seen.lock().unwrap(), [Progress::Scanned, Progress::Authorized]);
}

#[test]
fn a_user_who_refuses_ends_it() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    let code = cloud.qr_code();
    let error = cloud.app.login_by_qr_code(&code, answering(&phone, &code, false)).unwrap_err();
    assert_eq!(QrCodeFailure::of(&error), Some(QrCodeFailure::Refused));
    assert_eq!(error.to_string(), "login_by_qr_code: the user refused to log in");
}

#[test]
fn a_code_that_is_too_old_ends_it() {
    let cloud = Cloud::start();
    let code = cloud.qr_code();
    cloud.emulator.advance(Duration::from_secs(3600));
    let error = cloud.app.login_by_qr_code(&code, wait()).unwrap_err();
    assert_eq!(QrCodeFailure::of(&error), Some(QrCodeFailure::Expired));
    assert_eq!(error.kind(), ErrorKind::Api);
    let error = cloud.bob().scan_qr_code(&code.random).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "{error}");
}

#[test]
fn a_code_that_is_not_known_ends_it() {
    let cloud = Cloud::start();
    let mut code = cloud.qr_code();
    code.random = "nonsense & more".to_owned();
    let error = cloud.app.login_by_qr_code(&code, wait()).unwrap_err();
    assert_eq!(error.code(), Some(codes::QR_CODE_NOT_FOUND), "{error}");
    let error = cloud.app.check_qr_code("nonsense").unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(cloud.bob().confirm_qr_code("nonsense").unwrap_err().is_not_found());
}

#[test]
fn the_time_limit_ends_it_after_at_least_one_question() {
    let cloud = Cloud::start();
    let code = cloud.qr_code();
    let error = cloud.app.login_by_qr_code(&code, Wait::new().timeout(Duration::ZERO)).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(QrCodeFailure::of(&error), Some(QrCodeFailure::TimedOut));
    assert_eq!(cloud.requests("/api/v2/qrcode/check").len(), 1);
}

#[test]
fn another_thread_ends_it_at_once() {
    let cloud = Cloud::start();
    let code = cloud.qr_code();
    let cancel = Cancel::new();
    // Only being cancelled can end this test: the next question would come in an hour.
    let hour = Duration::from_secs(3600);
    let wait = Wait::new().timeout(hour).poll_interval(hour).cancel(&cancel);
    let error = thread::scope(|scope| {
        let waiting = scope.spawn(|| cloud.app.login_by_qr_code(&code, wait));
        cancel.cancel();
        waiting.join().unwrap().unwrap_err()
    });
    assert_eq!(QrCodeFailure::of(&error), Some(QrCodeFailure::Cancelled));

    cloud.emulator.clear_requests();
    let wait = Wait::new().cancel(&cancel);
    assert!(cancel.is_cancelled() && cloud.app.login_by_qr_code(&code, wait).is_err());
    assert!(cloud.emulator.requests().is_empty(), "not even asked");
}

#[test]
fn a_failure_that_may_pass_does_not_end_it() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    let code = cloud.qr_code();
    cloud.emulator.inject(Fault::on("/api/v2/qrcode/check").drop_connection().times(5));
    cloud.app.login_by_qr_code(&code, answering(&phone, &code, true)).unwrap();

    let code = cloud.qr_code();
    cloud.emulator.inject(Fault::on("/api/v2/qrcode/check").status(500));
    let error = cloud.app.login_by_qr_code(&code, wait()).unwrap_err();
    assert_eq!((error.status(), QrCodeFailure::of(&error)), (Some(500), None));
}

#[test]
fn a_ticket_is_exchanged_once_and_in_time() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    let ticket = |code: &QrCode| {
        phone.scan_qr_code(&code.random).unwrap();
        phone.confirm_qr_code(&code.random).unwrap();
        cloud.app.check_qr_code(&code.random).unwrap().ticket.unwrap()
    };
    let first = ticket(&cloud.qr_code());
    cloud.app.exchange_qr_ticket(&first).unwrap();
    let error = cloud.app.exchange_qr_ticket(&first).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "{error}");
    let late = ticket(&cloud.qr_code());
    cloud.emulator.advance(Duration::from_secs(301));
    assert_eq!(cloud.app.exchange_qr_ticket(late).unwrap_err().kind(), ErrorKind::Api);
}

#[test]
fn a_pool_that_protects_its_tickets_gets_the_management_token() {
    let cloud = Cloud::start();
    let phone = cloud.bob();
    cloud.emulator.protect_qr_tickets(true);
    let code = cloud.qr_code();
    cloud.app.login_by_qr_code(&code, answering(&phone, &code, true)).unwrap();

    let options = Options::new().app(cloud.emulator.app_id(), cloud.emulator.url());
    let public = AuthenticationClient::new(options).unwrap();
    let code = cloud.qr_code();
    let error = public.login_by_qr_code(&code, answering(&phone, &code, true)).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
}

#[test]
fn every_option_of_a_code_arrives() {
    let cloud = Cloud::start();
    cloud.emulator.define_field("school", FieldType::String, "School");
    let phone = cloud.bob();
    let code = NewQrCode::app()
        .context([("source", "test")])
        .custom_data([("school", "SJTU")])
        .code_data([("a", 1)])
        .ext_idp_conn_id("conn")
        .with_custom_data();
    let code = cloud.app.generate_qr_code(code).unwrap();
    let session = cloud.app.login_by_qr_code(&code, answering(&phone, &code, true)).unwrap();
    let school = session.user().unwrap().custom_data.get("school").cloned();
    assert_eq!(school, Some(CustomValue::from("SJTU")));

    let sent: Value = serde_json::from_str(&cloud.requests("/api/v2/qrcode/gene")[0].body).unwrap();
    assert_eq!(sent["scene"], "APP_AUTH");
    assert_eq!(sent["context"]["source"], "test");
    assert_eq!((&sent["customData"]["a"], &sent["extIdpConnId"]), (&1.into(), &"conn".into()));
    for (code, scene) in [
        (NewQrCode::wechat_mini_program(), "WXAPP_AUTH"),
        (NewQrCode::wechat_official_account(), "WECHATMP_AUTH"),
    ] {
        cloud.emulator.clear_requests();
        cloud.app.generate_qr_code(code).unwrap();
        assert!(cloud.emulator.requests()[0].body.contains(scene));
    }
    cloud.emulator.inject(Fault::on("/api/v2/qrcode/gene").body(r#"{"code":1001}"#));
    let error = cloud.app.generate_qr_code(NewQrCode::app()).unwrap_err();
    assert_eq!(error.code(), Some(codes::OPERATION_NOT_PERMITTED), "{error}");
}

#[test]
fn a_pool_that_answers_the_whole_user_needs_no_ticket() {
    let cloud = Cloud::start();
    let bob = cloud.bob();
    let user = serde_json::to_value(bob.user().unwrap()).unwrap();
    let answer = |extra: Value| {
        let mut data = json!({"random": "r", "status": 2, "ticket": null, "userInfo": user});
        data["userInfo"].as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let body = json!({"code": 200, "data": data}).to_string();
        cloud.emulator.inject(Fault::on("/api/v2/qrcode/check").status(200).body(body));
    };
    let code = cloud.qr_code();
    answer(json!({"token": bob.token().expose(), "nickname": "Bob"}));
    let session = cloud.app.login_by_qr_code(&code, wait()).unwrap();
    assert_eq!(session.token(), bob.token());
    answer(json!({"token": bob.token().expose(), "nickname": "Bob"}));
    let status = cloud.app.check_qr_code(&code.random).unwrap();
    assert_eq!(status.nickname.as_deref(), Some("Bob"));
    assert!(!format!("{status:?}").contains(bob.token().expose()));
    answer(json!({}));
    let error = cloud.app.login_by_qr_code(&code, wait()).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Parse, "the answer has no ticket"));
}

#[test]
fn what_scans_has_to_be_signed_in_and_agrees_only_to_what_it_scanned() {
    let cloud = Cloud::start();
    let code = cloud.qr_code();
    let error = cloud.app.session("nonsense").scan_qr_code(&code.random).unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    let phone = cloud.bob();
    for error in [
        phone.confirm_qr_code(&code.random).unwrap_err(),
        phone.cancel_qr_code(&code.random).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Api);
    }
}
