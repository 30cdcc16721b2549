//! Who calls: what the headers of a request say, before any of it is checked.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};

/// The headers that operations look at. Both vendors' prefixes are understood.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    pub(crate) user_pool_id: Option<String>,
    pub(crate) app_id: Option<String>,
    /// The token of `authorization: Bearer TOKEN`.
    pub(crate) token: Option<String>,
    /// The header `cookie`.
    pub(crate) cookie: Option<String>,
}

impl Caller {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        Self {
            user_pool_id: vendor_header(headers, "userpool-id"),
            app_id: vendor_header(headers, "app-id"),
            token: authorization.and_then(bearer_token).map(str::to_owned),
            cookie: headers.get(COOKIE).and_then(|value| value.to_str().ok()).map(str::to_owned),
        }
    }
}

/// An empty header counts as absent: old clients send some headers without a value.
fn vendor_header(headers: &HeaderMap, name: &str) -> Option<String> {
    ["x-authing-", "x-approw-"].iter().find_map(|prefix| {
        let value = headers.get(format!("{prefix}{name}"))?.to_str().ok()?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    })
}

/// The token of a Bearer authorization. The scheme's name is case-insensitive (RFC 9110).
fn bearer_token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(headers: &[(&'static str, &str)]) -> Caller {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        Caller::from_headers(&headers)
    }

    #[test]
    fn both_header_families_are_read() {
        assert_eq!(caller(&[("x-authing-app-id", "a")]).app_id.as_deref(), Some("a"));
        assert_eq!(caller(&[("x-approw-userpool-id", "p")]).user_pool_id.as_deref(), Some("p"));
        assert_eq!(caller(&[("x-authing-app-id", "")]).app_id, None);
    }

    #[test]
    fn only_a_bearer_authorization_has_a_token() {
        assert_eq!(caller(&[("authorization", "bearer  t")]).token.as_deref(), Some("t"));
        for other in ["", "Bearer", "Bearer ", "Basic dXNlcg==", "t"] {
            assert_eq!(caller(&[("authorization", other)]).token, None, "{other:?}");
        }
    }
}
