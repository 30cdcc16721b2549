//! What browsers are shown.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;\
background:#eef1f5;color:#1d2433;font:16px/1.5 system-ui,sans-serif}\
main{width:22rem;max-width:calc(100vw - 2rem);padding:2rem;background:#fff;border-radius:.75rem;\
box-shadow:0 1px 3px #0002,0 8px 24px #0001}\
h1{margin:0 0 1rem;font-size:1.4rem}\
label{display:block;margin:1rem 0 .25rem;font-size:.9rem;color:#4a5468}\
input{width:100%;padding:.6rem .7rem;border:1px solid #c4cbd8;border-radius:.4rem;font:inherit}\
button{width:100%;margin-top:1.25rem;padding:.65rem;border:0;border-radius:.4rem;\
background:#2f5bea;color:#fff;font:inherit;font-weight:600;cursor:pointer}\
button.plain{margin-top:.5rem;background:#e3e7ef;color:#1d2433}\
ul{margin:.5rem 0 0;padding-left:1.2rem}\
.alert{margin:0 0 1rem;padding:.6rem .8rem;border-radius:.4rem;background:#fdecea;color:#8c1d13}\
.note{margin:1.5rem 0 0;font-size:.8rem;color:#6b7385}";

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

fn credentials(name: &str) -> String {
    format!(
        "<label for=\"username\">User name or e-mail address</label>\
         <input id=\"username\" name=\"username\" value=\"{}\" autocomplete=\"username\" required>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" \
         autocomplete=\"current-password\" required>",
        escape(name)
    )
}

fn alert(message: Option<&str>) -> String {
    message.map_or(String::new(), |message| {
        format!("<p class=\"alert\" role=\"alert\">{}</p>", escape(message))
    })
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

fn html(status: StatusCode, title: &str, inside: &str) -> Response<Body> {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{inside}<p class=\"note\">Emulated identity cloud, for tests.\
         </p></main></body></html>\n"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
