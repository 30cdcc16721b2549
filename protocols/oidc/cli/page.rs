//! What the user sees in the browser after he logged in.

use crate::error::Error;

/// A page with one message.
#[derive(Debug)]
pub(super) struct Page {
    status: &'static str,
    icon: &'static str,
    title: &'static str,
    /// Why, in somebody else's words.
    reason: String,
    text: &'static str,
}

impl Page {
    pub(super) fn done() -> Self {
        Self {
            status: "200 OK",
            icon: "✓",
            title: "You are logged in",
            reason: String::new(),
            text: "You can close this window and return to the terminal.",
        }
    }

    /// The reason is the provider's or ours; neither holds a secret.
    pub(super) fn failed(error: &Error) -> Self {
        Self {
            status: "400 Bad Request",
            icon: "✕",
            title: "The login did not work",
            reason: error.to_string(),
            text: "Return to the terminal to try again.",
        }
    }

    pub(super) fn nothing_here() -> Self {
        Self {
            status: "404 Not Found",
            icon: "?",
            title: "Nothing here",
            reason: String::new(),
            text: "This address waits for a login that is going on.",
        }
    }

    /// The whole answer. Nothing may be loaded, framed, kept or passed on.
    pub(super) fn response(&self) -> Vec<u8> {
        let Self { status, icon, title, reason, text } = self;
        let body = TEMPLATE
            .replace("{title}", title)
            .replace("{icon}", icon)
            .replace("{text}", text)
            .replace("{reason}", &escape(reason));
        format!(
            "HTTP/1.1 {status}\r\n\
             content-type: text/html; charset=utf-8\r\n\
             content-length: {}\r\n\
             content-security-policy: default-src 'none'; style-src 'unsafe-inline'; \
             frame-ancestors 'none'\r\n\
             referrer-policy: no-referrer\r\n\
             cache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n\
             connection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

const TEMPLATE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 26rem; padding: 2rem; text-align: center; }
p.icon { font-size: 3rem; line-height: 1; margin: 0; }
h1 { font-size: 1.4rem; margin: .8rem 0 .4rem; }
p { margin: 0; overflow-wrap: anywhere; }
p.reason { margin-bottom: .8rem; opacity: .75; }
p.reason:empty { display: none; }
</style>
<main>
<p class="icon" aria-hidden="true">{icon}</p>
<h1>{title}</h1>
<p class="reason">{reason}</p>
<p>{text}</p>
</main>
</html>
"#;

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn what_a_provider_says_cannot_become_part_of_the_page() {
        let error = Error::new(ErrorKind::OAuth, "<script>alert(\"1\")</script>{title}");
        let page = String::from_utf8(Page::failed(&error).response()).unwrap();
        assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)") && !page.contains("<script"));
    }
}
