//! How messages travel through the browser (SAML 2.0 Bindings, sections 3.4 and 3.5).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::deflate::{deflate, inflate};
use super::failure::{Check, VerificationFailure as Failure};
use super::signature::Verifier;
use super::signing::SigningKey;
use super::xml_writer::Element;
use super::{MAX_MESSAGE_SIZE, decode_base64};
use crate::error::Result;

/// A way through the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Binding {
    /// In the query of a URL that the browser is redirected to.
    HttpRedirect,
    /// In a form that the browser posts.
    HttpPost,
}

/// A message to hand to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outgoing {
    /// Redirect the browser to this URL, with status 302 or 303.
    Redirect(String),
    /// Answer with a page that posts this form: [`PostForm::html`].
    Post(PostForm),
}

/// A form for the browser to post.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostForm {
    /// Where it goes.
    pub action: String,
    /// Names and values of its fields.
    pub fields: Vec<(&'static str, String)>,
}

/// A message that the browser brought.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Received<'a> {
    /// The query of the request's URL, exactly as it was received: its signature is over that.
    Query(&'a str),
    /// The decoded value of the form field `SAMLRequest` or `SAMLResponse`.
    Form(&'a str),
}

/// Which of the two fields a message travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Request,
    Response,
}

impl Binding {
    pub(crate) fn uri(self) -> &'static str {
        match self {
            Self::HttpRedirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Self::HttpPost => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        }
    }

    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        [Self::HttpRedirect, Self::HttpPost].into_iter().find(|binding| binding.uri() == uri)
    }
}

impl Outgoing {
    /// The URL to redirect to, if it is a redirect.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Redirect(url) => Some(url),
            Self::Post(_) => None,
        }
    }

    /// The form to post, if it is one.
    pub fn form(&self) -> Option<&PostForm> {
        match self {
            Self::Redirect(_) => None,
            Self::Post(form) => Some(form),
        }
    }

    /// Puts a message on its way, signed if there is a key.
    pub(crate) fn new(
        binding: Binding,
        field: Field,
        location: &str,
        message: &Element,
        relay_state: Option<&str>,
        key: Option<&SigningKey>,
    ) -> Result<Self> {
        let mut text = message.to_xml();
        match binding {
            Binding::HttpRedirect => {
                let message = STANDARD.encode(deflate(text.as_bytes()));
                let mut query = format!("{}={}", field.name(), percent_encode(&message));
                if let Some(relay_state) = relay_state {
                    query += &format!("&RelayState={}", percent_encode(relay_state));
                }
                if let Some(key) = key {
                    query += &format!("&SigAlg={}", percent_encode(key.algorithm()));
                    let signature = STANDARD.encode(key.sign(query.as_bytes())?);
                    query += &format!("&Signature={}", percent_encode(&signature));
                }
                let separator = if location.contains('?') { '&' } else { '?' };
                Ok(Self::Redirect(format!("{location}{separator}{query}")))
            }
            Binding::HttpPost => {
                if let Some(key) = key {
                    text = key.sign_enveloped(&text)?;
                }
                let mut fields = vec![(field.name(), STANDARD.encode(text))];
                fields.extend(relay_state.map(|value| ("RelayState", value.to_owned())));
                Ok(Self::Post(PostForm { action: location.to_owned(), fields }))
            }
        }
    }
}

impl PostForm {
    /// A page that posts the form by itself, or with a button where scripts do not run.
    ///
    /// Its script is inline: a content security policy must allow it, and the identity provider's
    /// host as `form-action`.
    pub fn html(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| {
            let field = Element::new("input").attribute("type", "hidden").attribute("name", name);
            field.attribute("value", value)
        });
        let button = Element::new("noscript")
            .child(Element::new("button").attribute("type", "submit").text("Continue"));
        let form = Element::new("form")
            .attribute("method", "post")
            .attribute("action", &self.action)
            .children(fields)
            .child(button);
        // The end tags of void elements are what HTML has not.
        let form = form.to_xml().replace("></input>", ">");
        format!(
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>…</title></head>\
             <body>{form}<script>document.forms[0].submit()</script></body></html>\n"
        )
    }
}

/// A message with what its binding says about it.
pub(crate) struct Message {
    pub(crate) text: String,
    /// Whether the query it came in is signed.
    pub(crate) signed: bool,
    pub(crate) relay_state: Option<String>,
}

impl Received<'_> {
    /// The message's XML. The signature of a query is verified if there is one; that of a form
    /// field is inside the XML.
    pub(crate) fn open(self, field: Field, verifier: Verifier<'_>) -> Check<Message> {
        match self {
            Self::Form(value) => {
                Ok(Message { text: decode_form(value)?, signed: false, relay_state: None })
            }
            Self::Query(query) => open_query(query, field, verifier),
        }
    }
}

/// The XML in a form field.
pub(crate) fn decode_form(value: &str) -> Check<String> {
    // Four characters for three bytes, and line ends.
    let limit = MAX_MESSAGE_SIZE / 3 * 4 + MAX_MESSAGE_SIZE / 16;
    if value.len() > limit {
        return Err(Failure::Size { size: value.len(), limit });
    }
    utf8(decode_base64(Field::Response.name(), value)?)
}

fn open_query(query: &str, field: Field, verifier: Verifier<'_>) -> Check<Message> {
    if query.len() > MAX_MESSAGE_SIZE {
        return Err(Failure::Size { size: query.len(), limit: MAX_MESSAGE_SIZE });
    }
    let raw = |name| parameter(query, name);
    let message = raw(field.name())?.ok_or(Failure::Parameter { name: field.name() })?;
    let (relay_state, algorithm) = (raw("RelayState")?, raw("SigAlg")?);
    let signed = match (raw("Signature")?, algorithm) {
        (None, None) => false,
        (None, Some(_)) => return Err(Failure::Parameter { name: "Signature" }),
        (Some(_), None) => return Err(Failure::Parameter { name: "SigAlg" }),
        (Some(signature), Some(algorithm)) => {
            // As received and in this order, whatever the order of the query.
            let mut signed = format!("{}={message}", field.name());
            if let Some(relay_state) = relay_state {
                signed += &format!("&RelayState={relay_state}");
            }
            signed += &format!("&SigAlg={algorithm}");
            let algorithm = percent_decode(algorithm, "SigAlg")?;
            let signature = decode_base64("Signature", &percent_decode(signature, "Signature")?)?;
            verifier.detached(&algorithm, signed.as_bytes(), &signature)?;
            true
        }
    };
    let compressed = decode_base64(field.name(), &percent_decode(message, field.name())?)?;
    let text = utf8(inflate(&compressed, MAX_MESSAGE_SIZE)?)?;
    let relay_state = relay_state.map(|value| percent_decode(value, "RelayState")).transpose()?;
    Ok(Message { text, signed, relay_state })
}

/// The value of a parameter as it stands in the query. Two of a name would let two readers see two
/// messages.
fn parameter<'a>(query: &'a str, name: &'static str) -> Check<Option<&'a str>> {
    let mut found = None;
    for part in query.strip_prefix('?').unwrap_or(query).split('&') {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        // A name in another spelling would be this parameter for some readers.
        if percent_decode(key, name).is_ok_and(|key| key == name) {
            if found.is_some() || key != name {
                return Err(Failure::Parameter { name });
            }
            found = Some(value);
        }
    }
    Ok(found)
}

impl Field {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri())
    }
}

fn utf8(bytes: Vec<u8>) -> Check<String> {
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Malformed { reason: crate::xml::XmlError::Encoding.to_string() })?;
    crate::xml::decode(text.as_bytes())?;
    Ok(text)
}

/// RFC 3986, section 2: all but the unreserved characters, with capital digits. Some receivers
/// encode again before they verify.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn percent_decode(text: &str, name: &'static str) -> Check<String> {
    let malformed = || Failure::Parameter { name };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(), digit());
                match (high, low) {
                    (Some(high), Some(low)) => (high << 4 | low) as u8,
                    _ => return Err(malformed()),
                }
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}
