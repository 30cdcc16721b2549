//! What browsers are shown.

use axum::body::Body;
use http::{Response, StatusCode};

use super::typed;
pub(super) use crate::pages::escape;
use crate::pages::{alert, credentials, page};

pub(super) fn html(status: StatusCode, page: String) -> Response<Body> {
    let mut response = typed(page, "text/html; charset=utf-8");
    *response.status_mut() = status;
    response
}

/// The form; it is posted to the address that it is at, parameters and all.
pub(super) fn login(login_ticket: &str, message: Option<&str>) -> String {
    let inside = format!(
        "{}<form method=\"post\"><input type=\"hidden\" name=\"lt\" value=\"{}\">{}\
         <button type=\"submit\">Sign in</button></form>",
        alert(message),
        escape(login_ticket),
        credentials("")
    );
    page("Sign in", &inside)
}

pub(super) fn signed_in() -> String {
    page("You are signed in", "<p>Applications will not ask for your password again.</p>")
}

pub(super) fn signed_out() -> String {
    page("You are signed out", "<p>Of this server and of the applications you used.</p>")
}

pub(super) fn failure(message: &str) -> String {
    page("This does not work", &alert(Some(message)))
}

/// A form that brings the ticket to the service by itself.
pub(super) fn post_back(service: &str, ticket: &str) -> String {
    page(
        "One moment",
        &format!(
            "<form method=\"post\" action=\"{}\">\
             <input type=\"hidden\" name=\"ticket\" value=\"{}\">\
             <button type=\"submit\">Continue</button></form>\
             <script>document.forms[0].submit()</script>",
            escape(service),
            escape(ticket)
        ),
    )
}
