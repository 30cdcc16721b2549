//! The keys of an issuer, fetched when they are needed and kept while they are good.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Response, header};

use super::jose::JwkSet;
use crate::deadline::Deadline;
use crate::error::Result;
use crate::json;
use crate::oauth2;
use crate::single_flight::SingleFlight;

const OPERATION: &str = "key set";
/// How long a set is good whose server does not say.
const DEFAULT_AGE: Duration = Duration::from_secs(5 * 60);
const LEAST_AGE: Duration = Duration::from_secs(60);
const MOST_AGE: Duration = Duration::from_secs(24 * 3600);
/// How long after an attempt an unknown key or a failure can lead to another one.
const PAUSE: Duration = Duration::from_secs(60);
/// How long to wait for newer keys where there are some.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a set whose time is over serves while no newer one can be had.
const GRACE: Duration = Duration::from_secs(24 * 3600);

/// A cache of one issuer's keys, shared by all clones of a client.
#[derive(Debug)]
pub(super) struct KeyCache {
    url: Option<String>,
    cache: SingleFlight<Cached>,
}

#[derive(Clone, Debug)]
struct Cached {
    set: Arc<JwkSet>,
    /// The end of its time, as the server set it.
    fresh_until: SystemTime,
    /// The last attempt to fetch, successful or not.
    tried_at: SystemTime,
}

impl KeyCache {
    /// A cache for the keys at a URL; without one there are no keys.
    pub(super) fn new(url: Option<String>) -> Self {
        Self { url, cache: SingleFlight::new() }
    }

    /// The keys, fetched if there are none or their time is over.
    pub(super) fn keys(&self, client: &oauth2::Client, deadline: &Deadline) -> Result<Arc<JwkSet>> {
        let now = client.now();
        self.get(client, deadline, |cached| {
            is_in(cached.tried_at, cached.fresh_until, now) || is_recent(cached.tried_at, now)
        })
    }

    /// The keys after a token named one that is not among `seen`: fetched again unless somebody
    /// did a short while ago.
    pub(super) fn newer_keys(
        &self,
        client: &oauth2::Client,
        deadline: &Deadline,
        seen: &Arc<JwkSet>,
    ) -> Result<Arc<JwkSet>> {
        let now = client.now();
        self.get(client, deadline, |cached| {
            !Arc::ptr_eq(&cached.set, seen) || is_recent(cached.tried_at, now)
        })
    }

    fn get(
        &self,
        client: &oauth2::Client,
        deadline: &Deadline,
        is_good: impl Fn(&Cached) -> bool,
    ) -> Result<Arc<JwkSet>> {
        let Some(url) = &self.url else { return Ok(Arc::default()) };
        let cached = self.cache.get(deadline, is_good, || {
            let (now, last) = (client.now(), self.cache.cached());
            let patience = match last {
                Some(_) => Deadline::after(deadline.remaining()?.min(PATIENCE)),
                None => *deadline,
            };
            let fetched =
                client.get(OPERATION, url, None, patience).and_then(|answer| read(&answer));
            match (fetched, last) {
                (Ok((set, age)), _) => {
                    Ok(Cached { set: Arc::new(set), fresh_until: now + age, tried_at: now })
                }
                // Users whose key is known must not suffer from a server that is down.
                (Err(error), Some(last)) if now <= last.fresh_until + GRACE => {
                    log::warn!("{error}: the keys of before serve on");
                    Ok(Cached { tried_at: now, ..last })
                }
                (Err(error), _) => Err(error.with_operation(OPERATION)),
            }
        })?;
        Ok(cached.set)
    }
}

fn is_recent(tried_at: SystemTime, now: SystemTime) -> bool {
    is_in(tried_at, tried_at + PAUSE, now)
}

/// Whether it is between two times; a clock that was set back ends every time span.
fn is_in(start: SystemTime, end: SystemTime, now: SystemTime) -> bool {
    start <= now && now < end
}

/// The keys of an answer and how long they are good.
fn read(answer: &Response<Vec<u8>>) -> Result<(JwkSet, Duration)> {
    if !answer.status().is_success() {
        return Err(json::no_answer_of_the_service(answer, &[]));
    }
    let set = JwkSet::parse(answer.body())
        .map_err(|error| error.with_status(answer.status().as_u16()))?;
    Ok((set, age(answer)))
}

fn age(answer: &Response<Vec<u8>>) -> Duration {
    let directives = answer.headers().get_all(header::CACHE_CONTROL);
    let directives = directives.iter().filter_map(|value| value.to_str().ok());
    let max_age = directives.flat_map(|value| value.split(',')).find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        let is_max_age = name.trim().eq_ignore_ascii_case("max-age");
        is_max_age.then(|| seconds.trim().trim_matches('"').parse().ok()).flatten()
    });
    max_age.map_or(DEFAULT_AGE, |age| Duration::from_secs(age).clamp(LEAST_AGE, MOST_AGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_keys_is_the_servers_within_limits() {
        for (header, seconds) in [
            (None, 300),
            (Some("no-store"), 300),
            (Some("public, max-age=3600"), 3600),
            (Some("max-age=0"), 60),
            (Some("Max-Age=\"120\""), 120),
            (Some("max-age=999999999"), 86_400),
            (Some("max-age=-1"), 300),
            (Some("s-maxage=5"), 300),
        ] {
            let mut answer = Response::builder();
            if let Some(header) = header {
                answer = answer.header("cache-control", header);
            }
            let answer = answer.body(Vec::new()).unwrap();
            assert_eq!(age(&answer), Duration::from_secs(seconds), "{header:?}");
        }
    }
}
