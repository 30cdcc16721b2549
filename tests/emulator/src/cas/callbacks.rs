//! Requests that the server itself makes: proxy-granting tickets, and news of a logout.

use std::time::Duration;

use url::form_urlencoded;

use super::pages::escape;
use crate::state::random_hex;

const TIMEOUT: Duration = Duration::from_secs(5);

/// Sends a proxy-granting ticket to its proxy; says whether it was taken.
pub(super) async fn deliver_pgt(url: String, ticket: String, iou: String) -> bool {
    let sent = tokio::task::spawn_blocking(move || {
        let request = agent().get(&url).query("pgtIou", &iou).query("pgtId", &ticket);
        request.call().is_ok_and(|answer| answer.status() == 200)
    });
    sent.await.unwrap_or(false)
}

/// Tells the services that their sessions are over. What they answer does not matter.
pub(super) async fn announce_logout(services: Vec<(String, String)>, now: String) {
    let sent = tokio::task::spawn_blocking(move || {
        for (ticket, service) in services {
            let request = format!(
                "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
                 xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"LR-{}\" Version=\"2.0\" \
                 IssueInstant=\"{now}\"><saml:NameID>@NOT_USED@</saml:NameID>\
                 <samlp:SessionIndex>{}</samlp:SessionIndex></samlp:LogoutRequest>",
                random_hex(16),
                escape(&ticket)
            );
            let mut form = form_urlencoded::Serializer::new(String::new());
            let body = form.append_pair("logoutRequest", &request).finish();
            let post = agent().post(&service);
            // A service that is gone has no session either.
            let _ = post.header("content-type", "application/x-www-form-urlencoded").send(body);
        }
    });
    // The thread is not cancelled; if the runtime ends, so does the need for the answer.
    let _ = sent.await;
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT))
        .build()
        .into()
}
