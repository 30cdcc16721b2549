//! The command line of the program.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use authing_emulator::{Builder, Emulator};

pub(crate) const HELP: &str = "\
An identity cloud of the Authing family in a process, for tests.

Usage: authing-emulator [FLAG VALUE]...

Prints one line of JSON when it is ready, with the URL, the ids, the secrets and
the public key that clients need, and serves until SIGINT or SIGTERM.

  --listen ADDRESS                    default 127.0.0.1:0, a free port
  --user-pool-id ID                   default random
  --user-pool-secret SECRET           default random
  --app-id ID                         default random
  --app-secret SECRET                 default random
  --app-host URL                      default the URL it listens on
  --private-key FILE                  RSA key in PEM that passwords are decrypted
                                      with; default one made at the start
  --management-token-lifetime SECONDS default 7200
  --user-token-lifetime SECONDS       default 1209600
  --seed-users COUNT                  default 0; user00001 and so on, each with
                                      the password passw0rd!
  --help
";

/// What the command line asks for.
pub(crate) enum Asked {
    Run(Box<Flags>),
    Help,
}

/// The flags as they were given.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    listen: Option<SocketAddr>,
    user_pool_id: Option<String>,
    user_pool_secret: Option<String>,
    app_id: Option<String>,
    app_secret: Option<String>,
    app_host: Option<String>,
    private_key: Option<String>,
    management_token_lifetime: Option<Duration>,
    user_token_lifetime: Option<Duration>,
    seed_users: usize,
}

/// Reads `--flag value` and `--flag=value`. The error is a sentence for the user.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let mut flags = Flags::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let argument = text(argument)?;
        if argument == "--help" || argument == "-h" {
            return Ok(Asked::Help);
        }
        let (flag, mut given) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || match given.take() {
            Some(value) => Ok(value),
            None => match arguments.next() {
                Some(value) => text(value),
                None => Err(format!("the flag {flag} needs a value")),
            },
        };
        let bad = |what: &str, value: &str| format!("{flag}: {value:?} is not {what}");
        match flag.as_str() {
            "--listen" => {
                let value = value()?;
                let address =
                    value.parse().map_err(|_| bad("an address such as 127.0.0.1:8080", &value))?;
                flags.listen = Some(address);
            }
            "--user-pool-id" => flags.user_pool_id = Some(non_empty(&flag, value()?)?),
            "--user-pool-secret" => flags.user_pool_secret = Some(non_empty(&flag, value()?)?),
            "--app-id" => flags.app_id = Some(non_empty(&flag, value()?)?),
            "--app-secret" => flags.app_secret = Some(non_empty(&flag, value()?)?),
            "--app-host" => flags.app_host = Some(non_empty(&flag, value()?)?),
            "--private-key" => flags.private_key = Some(non_empty(&flag, value()?)?),
            "--management-token-lifetime" | "--user-token-lifetime" => {
                let value = value()?;
                let seconds = value.parse().map_err(|_| bad("a count of seconds", &value))?;
                let lifetime = Some(Duration::from_secs(seconds));
                match flag.as_str() {
                    "--user-token-lifetime" => flags.user_token_lifetime = lifetime,
                    _ => flags.management_token_lifetime = lifetime,
                }
            }
            "--seed-users" => {
                let value = value()?;
                flags.seed_users = value.parse().map_err(|_| bad("a count", &value))?;
            }
            _ => return Err(format!("unknown flag {flag:?}")),
        }
    }
    Ok(Asked::Run(Box::new(flags)))
}

impl Flags {
    /// An emulator set up by the flags. Reads the private key's file.
    pub(crate) fn builder(self) -> io::Result<Builder> {
        let mut builder = Emulator::builder().seed_users(self.seed_users);
        if let Some(address) = self.listen {
            builder = builder.listen(address);
        }
        if let Some(id) = self.user_pool_id {
            builder = builder.user_pool_id(&id);
        }
        if let Some(secret) = self.user_pool_secret {
            builder = builder.user_pool_secret(&secret);
        }
        if let Some(id) = self.app_id {
            builder = builder.app_id(&id);
        }
        if let Some(secret) = self.app_secret {
            builder = builder.app_secret(&secret);
        }
        if let Some(url) = self.app_host {
            builder = builder.app_host(&url);
        }
        if let Some(path) = self.private_key {
            let pem = std::fs::read_to_string(&path)
                .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))?;
            builder = builder.private_key_pem(&pem);
        }
        if let Some(lifetime) = self.management_token_lifetime {
            builder = builder.management_token_lifetime(lifetime);
        }
        if let Some(lifetime) = self.user_token_lifetime {
            builder = builder.user_token_lifetime(lifetime);
        }
        Ok(builder)
    }
}

fn text(argument: OsString) -> Result<String, String> {
    argument.into_string().map_err(|argument| format!("{argument:?} is not UTF-8"))
}

fn non_empty(flag: &str, value: String) -> Result<String, String> {
    if value.is_empty() { Err(format!("the flag {flag} needs a value")) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Flags, String> {
        match parse(arguments.iter().map(OsString::from))? {
            Asked::Run(flags) => Ok(*flags),
            Asked::Help => Err("help".to_owned()),
        }
    }

    #[test]
    fn flags_take_values_in_both_forms() {
        let flags =
            parsed(&["--listen", "127.0.0.1:80", "--app-id=a=b", "--seed-users", "3"]).unwrap();
        assert_eq!(flags.listen.unwrap().port(), 80);
        assert_eq!(flags.app_id.as_deref(), Some("a=b"));
        assert_eq!(flags.seed_users, 3);
    }

    #[test]
    fn bad_flags_are_named_in_the_error() {
        for (arguments, named) in [
            (&["--listen"][..], "--listen needs a value"),
            (&["--listen", "here"], "\"here\" is not an address"),
            (&["--app-id="], "--app-id needs a value"),
            (&["--user-token-lifetime", "-1"], "not a count of seconds"),
            (&["--seed-users=many"], "not a count"),
            (&["--colour"], "unknown flag \"--colour\""),
            (&["8080"], "unknown flag \"8080\""),
            (&["--help"], "help"),
        ] {
            let message = parsed(arguments).unwrap_err();
            assert!(message.contains(named), "{message}");
        }
    }
}
