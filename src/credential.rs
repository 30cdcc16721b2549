//! What requests are sent with: nothing, a token, or the token of the user pool, which is fetched
//! once, shared by all threads, and renewed in time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde::Deserialize;

use crate::deadline::Deadline;
use crate::error::{Error, ErrorKind, Result};
use crate::graphql::{Operation, Variables};
use crate::secret::Secret;
use crate::single_flight::SingleFlight;
use crate::time;

/// How long before its end a management token is renewed.
const MARGIN: Duration = Duration::from_secs(3600);

pub(crate) const ACCESS_TOKEN: Operation<AccessToken> = Operation::query("accessToken")
    .arguments(&[("userPoolId", "String!"), ("secret", "String!")])
    .selecting("{ accessToken exp iat }");

/// What is sent as `authorization`.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    None,
    Token(Secret),
    UserPool(Arc<UserPoolToken>),
}

/// The management token of a user pool.
#[derive(Debug)]
pub(crate) struct UserPoolToken {
    user_pool_id: String,
    secret: Secret,
    cache: SingleFlight<Cached>,
}

#[derive(Clone, Debug)]
struct Cached {
    token: Secret,
    /// When it is to be renewed, by the clock of this machine; none if the server set no end.
    renew_at: Option<Instant>,
}

/// `exp` and `iat` are seconds since 1970 by the server's clock.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessToken {
    access_token: Option<Secret>,
    exp: Option<i64>,
    iat: Option<i64>,
}

impl Credential {
    pub(crate) fn user_pool(user_pool_id: String, secret: Secret) -> Self {
        let cache = SingleFlight::new();
        Self::UserPool(Arc::new(UserPoolToken { user_pool_id, secret, cache }))
    }

    /// The token to use. `fetch` runs [`ACCESS_TOKEN`].
    pub(crate) fn token(
        &self,
        deadline: &Deadline,
        fetch: impl Fn(Variables) -> Result<AccessToken>,
    ) -> Result<Secret> {
        match self {
            Self::None => Err(Error::usage("there is no token")),
            Self::Token(token) => Ok(token.clone()),
            Self::UserPool(pool) => Ok(pool.current(deadline, fetch)?.0),
        }
    }

    /// Calls `send` with the token to use. `fetch` runs [`ACCESS_TOKEN`].
    pub(crate) fn apply<T>(
        &self,
        deadline: &Deadline,
        fetch: impl Fn(Variables) -> Result<AccessToken>,
        send: impl Fn(Option<&Secret>) -> Result<T>,
    ) -> Result<T> {
        match self {
            Self::None => send(None),
            Self::Token(token) => send(Some(token)),
            Self::UserPool(pool) => pool.apply(deadline, fetch, |token| send(Some(token))),
        }
    }
}

impl UserPoolToken {
    /// Calls `send` with a token; once more with a new one when the server says that it is not, or
    /// no longer, valid. Such a call was refused before it did anything, so that repeating it is
    /// safe for mutations too; one of which a part was done is not repeated.
    fn apply<T>(
        &self,
        deadline: &Deadline,
        fetch: impl Fn(Variables) -> Result<AccessToken>,
        send: impl Fn(&Secret) -> Result<T>,
    ) -> Result<T> {
        let (first, fetched) = self.current(deadline, &fetch)?;
        match send(&first) {
            Err(error) if error.is_unauthorized() && !error.is_partial() && !fetched => {
                self.cache.forget(|cached| cached.token == first);
                send(&self.current(deadline, &fetch)?.0)
            }
            outcome => outcome,
        }
    }

    /// The token to use, and whether it was fetched just now.
    fn current(
        &self,
        deadline: &Deadline,
        fetch: impl Fn(Variables) -> Result<AccessToken>,
    ) -> Result<(Secret, bool)> {
        let mut fetched = false;
        let is_good = |cached: &Cached| cached.renew_at.is_none_or(|at| Instant::now() < at);
        let cached = self.cache.get(deadline, is_good, || {
            fetched = true;
            Cached::new(fetch(self.variables())?)
        })?;
        Ok((cached.token, fetched))
    }

    fn variables(&self) -> Variables {
        Variables::new()
            .with("userPoolId", self.user_pool_id.as_str())
            .with("secret", self.secret.expose())
    }
}

impl Cached {
    fn new(answer: AccessToken) -> Result<Self> {
        let AccessToken { access_token, exp, iat } = answer;
        let token = access_token
            .filter(|token| !token.is_empty())
            .ok_or_else(|| Error::new(ErrorKind::Parse, "the answer has no management token"))?;
        // The difference of two times of the server's is right also where the clocks differ.
        let iat = iat.unwrap_or_else(|| time::unix_millis(SystemTime::now()) / 1000);
        let renew_at = exp.and_then(|exp| {
            let seconds = exp.saturating_sub(iat).try_into().unwrap_or(0);
            Instant::now().checked_add(time_to_renewal(Duration::from_secs(seconds)))
        });
        Ok(Self { token, renew_at })
    }
}

/// After how much of its life a token is renewed: a margin of more than half of it would fetch a
/// short-lived one on every call.
fn time_to_renewal(lifetime: Duration) -> Duration {
    lifetime - MARGIN.min(lifetime / 2)
}

/// What the tests check against the schema.
#[cfg(test)]
pub(crate) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&ACCESS_TOKEN]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_an_hour_before_they_end_and_short_lived_ones_at_half_their_life() {
        for (lifetime, renewal) in [(1_296_000, 1_292_400), (7200, 3600), (3600, 1800), (0, 0)] {
            assert_eq!(
                time_to_renewal(Duration::from_secs(lifetime)),
                Duration::from_secs(renewal),
                "{lifetime}"
            );
        }
    }

    #[test]
    fn the_life_of_a_token_is_measured_by_the_servers_clock() {
        let answer = r#"{"accessToken": "t", "iat": 1000, "exp": 8200}"#;
        let cached = Cached::new(serde_json::from_str(answer).unwrap()).unwrap();
        assert!(cached.renew_at.unwrap() > Instant::now() + Duration::from_secs(3500));
    }

    #[test]
    fn a_token_that_another_thread_has_fetched_meanwhile_is_not_thrown_away() {
        let pool = UserPoolToken {
            user_pool_id: "pool".to_owned(),
            secret: Secret::from("secret"),
            cache: SingleFlight::new(),
        };
        let deadline = Deadline::after(Duration::from_secs(5));
        let fetch = |token: &str| {
            let answer = serde_json::json!({ "accessToken": token });
            Ok(serde_json::from_value::<AccessToken>(answer).unwrap())
        };
        let expired = || Error::new(ErrorKind::Api, "no").with_code(Some(2020));
        pool.apply(&deadline, |_| fetch("old"), |_| Ok(())).unwrap();
        let sent = pool.apply(
            &deadline,
            |_| Err(Error::usage("fetched once too often")),
            |token| {
                if token.expose() == "old" {
                    // The other thread is refused first and has a new token already.
                    pool.cache.forget(|_| true);
                    pool.apply(&deadline, |_| fetch("new"), |_| Ok(())).unwrap();
                    return Err(expired());
                }
                Ok(token.expose().to_owned())
            },
        );
        assert_eq!(sent.unwrap(), "new");
    }

    #[test]
    fn an_answer_without_token_is_an_error_and_odd_times_are_survived() {
        let read = |json: &str| Cached::new(serde_json::from_str(json).unwrap());
        for json in ["{}", r#"{"accessToken": null}"#, r#"{"accessToken": "", "exp": 1}"#] {
            assert_eq!(read(json).unwrap_err().kind(), ErrorKind::Parse, "{json}");
        }
        assert_eq!(read(r#"{"accessToken": "t"}"#).unwrap().renew_at, None);
        for (exp, iat) in [(i64::MAX, i64::MIN), (i64::MIN, i64::MAX), (5, 10)] {
            assert!(
                read(&format!(r#"{{"accessToken": "t", "exp": {exp}, "iat": {iat}}}"#)).is_ok()
            );
        }
    }
}
