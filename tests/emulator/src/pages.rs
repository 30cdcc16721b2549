//! The look of what browsers are shown.

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
input:focus{outline:2px solid #2f5bea;border-color:transparent}\
button{width:100%;margin-top:1.5rem;padding:.65rem;border:0;border-radius:.4rem;background:#2f5bea;\
color:#fff;font:inherit;font-weight:600;cursor:pointer}\
button.plain{margin-top:.5rem;background:#e3e7ef;color:#1d2433}\
.alert{margin:0 0 1rem;padding:.6rem .8rem;border-radius:.4rem;background:#fdecea;color:#8c1d13}\
.note{margin:1.5rem 0 0;font-size:.8rem;color:#6b7385}";

/// A page with a title; `inside` is HTML.
pub(crate) fn html(status: StatusCode, title: &str, inside: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(page(title, inside)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// The message of a failure, in HTML.
pub(crate) fn alert(message: Option<&str>) -> String {
    message.map_or(String::new(), |message| {
        format!("<p class=\"alert\" role=\"alert\">{}</p>", escape(message))
    })
}

/// The fields of name and password, in HTML.
pub(crate) fn credentials(name: &str) -> String {
    format!(
        "<label for=\"username\">User name or e-mail address</label>\
         <input id=\"username\" name=\"username\" value=\"{}\" autocomplete=\"username\" \
         autofocus required>\
         <label for=\"password\">Password</label>\
         <input id=\"password\" name=\"password\" type=\"password\" \
         autocomplete=\"current-password\" required>",
        escape(name)
    )
}

/// Text for HTML and XML, in content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

pub(crate) fn page(title: &str, inside: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"icon\" href=\"data:,\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{inside}<p class=\"note\">Emulated identity cloud, for tests.\
         </p></main></body></html>\n"
    )
}
