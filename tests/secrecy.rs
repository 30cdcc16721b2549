//! No secret is printed, logged or quoted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

mod support;

use std::fmt::Debug;
use std::sync::Mutex;

use authing::{
    AuthenticationClient, Login, ManagementClient, NewUser, ProfileUpdate, Registration,
    RestRequest, UserUpdate,
};
use authing_emulator::Fault;
use serde_json::json;
use support::{Cloud, options};

const PASSWORD: &str = "S3CRET-passw0rd";
const TOKEN: &str = "T0KEN-of-a-proof";

/// Keeps every line that the library logs, at every level, and those of its HTTP client that are
/// not for debugging it: those show URLs and, at the lowest level, all that goes over the wire.
struct Recorder(Mutex<Vec<String>>);

impl log::Log for Recorder {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().starts_with("authing") || record.level() <= log::Level::Info {
            self.0.lock().unwrap().push(format!("{}: {}", record.target(), record.args()));
        }
    }

    fn flush(&self) {}
}

static LOG: Recorder = Recorder(Mutex::new(Vec::new()));

#[test]
fn no_debug_no_display_and_no_log_line_shows_a_secret() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let cloud = Cloud::start();
    let options = options(&cloud.emulator).proxy("http://me:PR0XY-secret@127.0.0.1:9").no_proxy();
    let mut shown: Vec<String> = Vec::new();
    let mut show = |value: &dyn Debug| shown.push(format!("{value:?} {value:#?}"));

    let (app, admin) = (
        AuthenticationClient::new(options.clone()).unwrap(),
        ManagementClient::new(options.clone()).unwrap(),
    );
    let registration = Registration::username("bob", PASSWORD).generate_token(true);
    let login = Login::username("bob", PASSWORD);
    show(&(&options, &app, &admin, &registration, &login));
    show(&NewUser::username("x").password(PASSWORD));
    show(&UserUpdate::new().password(PASSWORD));
    show(&Registration::username("x", "y").phone_token(TOKEN).email_token(TOKEN));
    show(&ProfileUpdate::new().email("x", TOKEN).phone("y", TOKEN));
    let link = RestRequest::post("/x").query("code", TOKEN).json(json!({"userToken": TOKEN}));
    show(&link);
    let registered = app.register(registration).unwrap();
    let session = app.login(login.clone()).unwrap();
    let user = session.current_user().unwrap();
    show(&(&registered, &session, &user));
    show(&app.check_login_status(session.token()).unwrap());
    admin.users().create(NewUser::username("ann").password(PASSWORD)).unwrap();
    let json = serde_json::to_string(session.user().unwrap()).unwrap();
    shown.push(json);

    // A server that repeats what it was sent, in every place that an error quotes.
    let token = session.token().expose().to_owned();
    let management = cloud.requests("createUser")[0].header("authorization").unwrap().to_owned();
    let management = management.strip_prefix("Bearer ").unwrap().to_owned();
    let pool_secret = cloud.emulator.user_pool_secret().to_owned();
    let app_secret = cloud.emulator.app_secret().to_owned();
    let echo = format!("{PASSWORD} {token} {management} {pool_secret} {app_secret}");
    for (attempts, fault) in [
        (1, Fault::any().status(500).body(format!("<html>{echo}</html>"))),
        (1, Fault::any().status(200).body(format!(r#"{{"errors":[{{"message":"{echo}"}}]}}"#))),
        (1, Fault::any().status(200).body(format!(
            r#"{{"errors":[{{"message":{{"code":2006,"message":"{echo}","data":{{"token":"{token}","password":"{PASSWORD}"}}}}}}]}}"#
        ))),
        (1, Fault::any().status(200).body(format!(r#"{{"data":{{"loginByUsername":"{echo}"}}}}"#))),
        (1, Fault::any().status(200).body(format!(r#"{{"data": "{echo}"#))),
        (3, Fault::any().status(503).body(format!(r#"{{"token":"{token}","password":"{PASSWORD}"}}"#))),
        (1, Fault::any().drop_connection()),
    ] {
        cloud.emulator.inject(fault.clone());
        let error = app.login(login.clone()).unwrap_err();
        shown.push(format!("{error} {error:?} {error:#?}"));
        // Only a busy server is asked again; a fault that is left over would hit the next call.
        cloud.emulator.inject(fault.clone().times(attempts));
        let error = session.current_user().unwrap_err();
        // A stranger to this call: nobody can know that it is a password.
        shown.push(format!("{error} {error:?}").replace(PASSWORD, ""));
        cloud.emulator.inject(fault);
        let update = UserUpdate::new().password(PASSWORD);
        if let Err(error) = admin.users().update(&user.id, update) {
            shown.push(format!("{error} {error:?}"));
        }
    }
    // Also what went out beside the password, and as JSON writes it.
    cloud.emulator.inject(Fault::any().status(500).body(TOKEN).times(4));
    let proofs = Registration::username("x", PASSWORD).phone_token(TOKEN);
    let document = "query ($token: String) { checkLoginStatus(token: $token) { code } }";
    for error in [
        app.register(proofs).unwrap_err(),
        session.rest::<()>(&RestRequest::post("/x").json(json!({"userToken": TOKEN}))).unwrap_err(),
        session.rest::<()>(&RestRequest::get("/x").query("id_token", TOKEN)).unwrap_err(),
        session.graphql::<()>(document, json!({"token": TOKEN})).unwrap_err(),
    ] {
        assert_eq!(error.status(), Some(500), "{error}");
        shown.push(format!("{error} {error:?}"));
    }
    let logged = LOG.0.lock().unwrap();
    assert!(logged.iter().any(|line| line.contains("loginByUsername: POST /graphql/v2: 200")));

    for text in shown.iter().chain(logged.iter()) {
        for secret in
            [PASSWORD, TOKEN, &token, &management, &pool_secret, &app_secret, "PR0XY-secret"]
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
