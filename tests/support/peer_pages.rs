//! The pages of the OpenID provider in tests/peers/oidc-provider.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]
#![allow(unreachable_pub, reason = "part of a test program")]

use url::Url;

use crate::browser::{Browser, Page};

const REDIRECT_URI: &str = "http://127.0.0.1/callback";

/// Signs in as alice, consents, and returns where the provider sends the browser.
pub fn sign_in(browser: &mut Browser, url: &str) -> String {
    walk(browser, url, &["login", "confirm"])
}

/// Follows redirects and submits the forms whose action ends with one of `actions`.
pub fn walk(browser: &mut Browser, url: &str, actions: &[&str]) -> String {
    let mut at = Url::parse(url).unwrap();
    let mut page = browser.get(url);
    for _ in 0..20 {
        if let Some(location) = &page.location {
            at = at.join(location).unwrap();
            if at.as_str().starts_with(REDIRECT_URI) || at.path() == "/logged-out" {
                return at.into();
            }
            page = browser.get(at.as_str());
            continue;
        }
        let Some((action, mut fields)) = form(&page, actions) else { break };
        if action.ends_with("/login") {
            fields.push(("login".to_owned(), "alice".to_owned()));
            fields.push(("password".to_owned(), "alice-password".to_owned()));
        }
        if action.ends_with("session/end/confirm") {
            fields.push(("logout".to_owned(), "yes".to_owned()));
        }
        if action.starts_with(REDIRECT_URI) {
            // form_post: the browser would post this.
            let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            return url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish();
        }
        at = at.join(&action).unwrap();
        page = browser.post(at.as_str(), &fields);
    }
    panic!("stuck at {at}: {} {}", page.status, page.body)
}

/// The action and hidden fields of the first form whose action ends with one of these.
pub fn form(page: &Page, actions: &[&str]) -> Option<(String, Vec<(String, String)>)> {
    page.body.split("<form").skip(1).find_map(|rest| {
        let body = rest.split("</form>").next()?.to_owned();
        let action = body.split("action=\"").nth(1)?.split('"').next()?.replace("&amp;", "&");
        let fits = actions.iter().any(|end| action.ends_with(end));
        let part = Page { status: 200, location: None, body };
        fits.then(|| (action, part.hidden_fields()))
    })
}

/// A URL at the provider.
pub fn absolute(action: &str) -> String {
    Url::parse(&crate::issuer()).unwrap().join(action).unwrap().into()
}

/// Confirms a device as alice.
pub fn confirm_device(browser: &mut Browser, url: &str) {
    let mut page = browser.get(url);
    let mut at = Url::parse(url).unwrap();
    for _ in 0..20 {
        if let Some(location) = &page.location {
            at = at.join(location).unwrap();
            page = browser.get(at.as_str());
        } else if page.body.contains("Device connected") {
            return;
        } else if let Some((action, mut fields)) = form(&page, &["login", "confirm", "/device"]) {
            if action.ends_with("/login") {
                fields.push(("login".to_owned(), "alice".to_owned()));
                fields.push(("password".to_owned(), "alice-password".to_owned()));
            }
            at = at.join(&action).unwrap();
            page = browser.post(at.as_str(), &fields);
        }
    }
    panic!("stuck at {at}: {} {}", page.status, page.body)
}
