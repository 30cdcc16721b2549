//! An emulator with clients of it, as most tests need them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(dead_code, unreachable_pub, reason = "every test program uses another part of it")]

use std::time::Duration;

use authing::{AuthenticationClient, EmailScene, Language, ManagementClient, Options, Session};
use authing_emulator::{Builder, Emulator, RecordedRequest};

/// A running emulator, an administrator and an application.
pub struct Cloud {
    pub emulator: Emulator,
    pub admin: ManagementClient,
    pub app: AuthenticationClient,
}

impl Cloud {
    pub fn start() -> Self {
        Self::from(Emulator::builder())
    }

    pub fn from(builder: Builder) -> Self {
        let emulator = builder.start().unwrap();
        let options = options(&emulator);
        Self {
            admin: ManagementClient::new(options.clone()).unwrap(),
            app: AuthenticationClient::new(options).unwrap(),
            emulator,
        }
    }

    /// A registered and signed-in user.
    pub fn bob(&self) -> Session {
        self.app.register_by_username("bob", "passw0rd!").unwrap();
        self.app.login_by_username("bob", "passw0rd!").unwrap()
    }

    /// Has a code sent to a phone and reads it. There is one message per minute: the clock is
    /// moved on first.
    pub fn sms_code(&self, phone: &str) -> String {
        self.emulator.advance(Duration::from_secs(60));
        self.app.send_sms_code(phone).unwrap();
        self.emulator.messages().pop().unwrap().code
    }

    /// Has a code sent to an e-mail address and reads it.
    pub fn email_code(&self, email: &str, scene: EmailScene) -> String {
        self.app.send_email(email, scene).unwrap();
        self.emulator.messages().pop().unwrap().code
    }

    /// The requests that the emulator saw for an operation or path.
    pub fn requests(&self, operation: &str) -> Vec<RecordedRequest> {
        let requests = self.emulator.requests().into_iter();
        requests
            .filter(|r| r.path == operation || r.operations.iter().any(|o| o == operation))
            .collect()
    }
}

impl Drop for Cloud {
    /// The service ignores variables that it does not know, which hides wrong names.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            for request in self.emulator.requests() {
                assert!(request.unknown_variables.is_empty(), "{request:?}");
            }
        }
    }
}

/// Options for everything that the emulator serves.
pub fn options(emulator: &Emulator) -> Options {
    Options::new()
        .host(emulator.url())
        .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
        .app(emulator.app_id(), emulator.app_host())
        .app_secret(emulator.app_secret())
        .public_key_pem(emulator.public_key())
        .language(Language::English)
}
