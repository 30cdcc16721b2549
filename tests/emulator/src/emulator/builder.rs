//! The set-up of an emulator.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::Emulator;
use crate::graphql;
use crate::password::{self, PasswordKey};
use crate::server::{Server, Shared};
use crate::state::{Settings, State, User, random_hex, random_id};

/// What documentation samples suggest for the tokens of an application's users.
const USER_TOKEN_LIFETIME: Duration = Duration::from_secs(14 * 24 * 3600);

/// The service does not document it.
const MANAGEMENT_TOKEN_LIFETIME: Duration = Duration::from_secs(7200);

/// The password of seeded users.
const SEED_PASSWORD: &str = "passw0rd!";

/// Sets up an [`Emulator`]. Every method takes and returns the builder.
#[derive(Default)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: Option<SocketAddr>,
    user_pool_id: Option<String>,
    user_pool_secret: Option<String>,
    app_id: Option<String>,
    app_secret: Option<String>,
    app_host: Option<String>,
    private_key_pem: Option<String>,
    management_token_lifetime: Option<Duration>,
    user_token_lifetime: Option<Duration>,
    seed_users: usize,
}

impl Builder {
    /// The address to listen on. Defaults to a free port of 127.0.0.1.
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = Some(address);
        self
    }

    /// Id and secret of the user pool. Default to random ones.
    pub fn user_pool(self, id: &str, secret: &str) -> Builder {
        self.user_pool_id(id).user_pool_secret(secret)
    }

    /// The id of the user pool. Defaults to a random one.
    pub fn user_pool_id(mut self, id: &str) -> Builder {
        self.user_pool_id = Some(id.to_owned());
        self
    }

    /// The secret of the user pool. Defaults to a random one.
    pub fn user_pool_secret(mut self, secret: &str) -> Builder {
        self.user_pool_secret = Some(secret.to_owned());
        self
    }

    /// Id and secret of the application. Default to random ones.
    pub fn app(self, id: &str, secret: &str) -> Builder {
        self.app_id(id).app_secret(secret)
    }

    /// The id of the application. Defaults to a random one.
    pub fn app_id(mut self, id: &str) -> Builder {
        self.app_id = Some(id.to_owned());
        self
    }

    /// The secret of the application. Defaults to a random one.
    pub fn app_secret(mut self, secret: &str) -> Builder {
        self.app_secret = Some(secret.to_owned());
        self
    }

    /// The application's host, part of the issuer in tokens. Defaults to the address it listens
    /// on.
    pub fn app_host(mut self, url: &str) -> Builder {
        self.app_host = Some(url.trim_end_matches('/').to_owned());
        self
    }

    /// The private key that passwords are decrypted with: RSA in PEM, PKCS#8 or PKCS#1. Defaults
    /// to a key of 1024 bits made once per process.
    pub fn private_key_pem(mut self, pem: &str) -> Builder {
        self.private_key_pem = Some(pem.to_owned());
        self
    }

    /// How long management tokens are valid, in whole seconds. Defaults to two hours.
    pub fn management_token_lifetime(mut self, lifetime: Duration) -> Builder {
        self.management_token_lifetime = Some(lifetime);
        self
    }

    /// How long user tokens are valid, in whole seconds. Defaults to 14 days.
    pub fn user_token_lifetime(mut self, lifetime: Duration) -> Builder {
        self.user_token_lifetime = Some(lifetime);
        self
    }

    /// Starts with this many users: `user00001` with the address `user00001@example.com`, and so
    /// on, all with the password `passw0rd!`. Defaults to none.
    pub fn seed_users(mut self, count: usize) -> Builder {
        self.seed_users = count;
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on, the private key is not one
    /// ([`io::ErrorKind::InvalidInput`]), or no thread can be started.
    pub fn start(self) -> io::Result<Emulator> {
        graphql::schema().map_err(io::Error::other)?;
        let password_key = match &self.private_key_pem {
            Some(pem) => PasswordKey::from_pem(pem)
                .map_err(|message| io::Error::new(io::ErrorKind::InvalidInput, message))?,
            None => PasswordKey::generated().map_err(io::Error::other)?,
        };
        let address = self.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 0).into());
        let listener = TcpListener::bind(address)?;
        let url = format!("http://{}", listener.local_addr()?);
        let random_secret = || random_hex(16);
        let settings = Settings {
            app_host: self.app_host.unwrap_or_else(|| url.clone()),
            url,
            user_pool_id: self.user_pool_id.unwrap_or_else(random_id),
            user_pool_secret: self.user_pool_secret.unwrap_or_else(random_secret),
            app_id: self.app_id.unwrap_or_else(random_id),
            app_secret: self.app_secret.unwrap_or_else(random_secret),
            management_token_lifetime: self
                .management_token_lifetime
                .unwrap_or(MANAGEMENT_TOKEN_LIFETIME),
            user_token_lifetime: self.user_token_lifetime.unwrap_or(USER_TOKEN_LIFETIME),
        };
        let public_key = password_key.public_pem().to_owned();
        let mut state = State::new(settings.clone(), password_key);
        seed(&mut state, self.seed_users)?;
        let shared = Arc::new(Shared::new(state));
        let server = Server::start(listener, Arc::clone(&shared))?;
        Ok(Emulator { settings, public_key, shared, _server: server })
    }
}

/// The secrets of a builder are test data, but printing a private key helps nobody.
impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builder")
            .field("listen", &self.listen)
            .field("app_host", &self.app_host)
            .field("seed_users", &self.seed_users)
            .finish_non_exhaustive()
    }
}

fn seed(state: &mut State, count: usize) -> io::Result<()> {
    if count == 0 {
        return Ok(());
    }
    // One hash for all: seeding ten thousand users must not take ten thousand hashes.
    let hash = password::hash(SEED_PASSWORD).map_err(|error| io::Error::other(error.message))?;
    for number in 1..=count {
        let name = format!("user{number:05}");
        let mut user = User::new(&state.clock.iso());
        user.set("email", format!("{name}@example.com"));
        user.set("username", name);
        user.set("registerSource", json!(["import:manual"]));
        user.password_hash = Some(hash.clone());
        state.users.add(user);
    }
    Ok(())
}
