//! What browsers are shown.

use axum::body::Body;
use http::{Response, StatusCode};

use crate::pages::{alert, credentials, escape, html};

const DENY: &str = "<form method=\"post\"><input type=\"hidden\" name=\"decision\" value=\"deny\">\
<button class=\"plain\" id=\"deny\">Cancel</button></form>";

pub(super) fn login(status: StatusCode, name: &str, message: Option<&str>) -> Response<Body> {
    let fields = credentials(name);
    let inside = format!(
        "{}<form method=\"post\">{fields}<button id=\"submit\">Sign in</button></form>{DENY}",
        alert(message)
    );
    html(status, "Sign in", &inside)
}

pub(super) fn consent(scope: &str) -> Response<Body> {
    let items: String =
        scope.split_whitespace().map(|scope| format!("<li>{}</li>", escape(scope))).collect();
    let inside = format!(
        "<p>The application asks for:</p><ul>{items}</ul>\
         <form method=\"post\"><input type=\"hidden\" name=\"decision\" value=\"allow\">\
         <button id=\"allow\">Allow</button></form>{DENY}"
    );
    html(StatusCode::OK, "Allow access?", &inside)
}

pub(super) fn device(status: StatusCode, code: &str, message: Option<&str>) -> Response<Body> {
    let inside = format!(
        "{}<form method=\"post\"><label for=\"user_code\">Code of the device</label>\
         <input id=\"user_code\" name=\"user_code\" value=\"{}\" required>{}\
         <button name=\"decision\" value=\"allow\" id=\"allow\">Connect</button>\
         <button name=\"decision\" value=\"deny\" class=\"plain\" id=\"deny\">Refuse</button></form>",
        alert(message),
        escape(code),
        credentials("")
    );
    html(status, "Connect a device", &inside)
}

pub(super) fn device_done() -> Response<Body> {
    html(StatusCode::OK, "Done", "<p>You can return to the device.</p>")
}

pub(super) fn signed_out() -> Response<Body> {
    html(StatusCode::OK, "You are signed out", "<p>Of this server.</p>")
}

pub(super) fn error(message: &str) -> Response<Body> {
    html(StatusCode::BAD_REQUEST, "This does not work", &alert(Some(message)))
}

/// A form that brings the answer to the application by itself.
pub(super) fn form_post(action: &str, fields: &[(&str, &str)]) -> Response<Body> {
    let fields: String = fields
        .iter()
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
        })
        .collect();
    let inside = format!(
        "<form method=\"post\" action=\"{}\">{fields}<button>Continue</button></form>\
         <script>document.forms[0].submit()</script>",
        escape(action)
    );
    html(StatusCode::OK, "One moment", &inside)
}
