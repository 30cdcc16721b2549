//! Reading what service providers and browsers send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document;

/// The longest message that is inflated.
const MAX_SIZE: usize = 1 << 20;

/// An `AuthnRequest` or `LogoutRequest`, as far as it is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    pub(super) id: Option<String>,
    pub(super) issuer: String,
    pub(super) acs_url: String,
    pub(super) force_authn: bool,
    pub(super) is_passive: bool,
}

impl Request {
    pub(super) fn unsolicited(entity_id: &str, acs_url: &str) -> Self {
        Self { issuer: entity_id.to_owned(), acs_url: acs_url.to_owned(), ..Self::default() }
    }

    /// A request in a query, signed if there is a certificate.
    pub(super) fn from_query(
        query: &str,
        field: &str,
        certificate: Option<&str>,
    ) -> Result<Self, String> {
        Self::parse(&Self::check_query(query, field, certificate)?)
    }

    /// The message in a query, signed if there is a certificate.
    pub(super) fn check_query(
        query: &str,
        field: &str,
        certificate: Option<&str>,
    ) -> Result<String, String> {
        let parameters = Parameters::parse(query);
        if let Some(certificate) = certificate {
            let signature = parameters.get("Signature").ok_or("the request is not signed")?;
            let (signed, _) = query.split_once("&Signature=").ok_or("the signature is not last")?;
            if !document::verifies(certificate, signed, signature) {
                return Err("the signature of the request is wrong".to_owned());
            }
        }
        let message = parameters.get(field).ok_or("there is no message")?;
        let message = STANDARD.decode(message).map_err(|e| e.to_string())?;
        let message = miniz_oxide::inflate::decompress_to_vec_with_limit(&message, MAX_SIZE)
            .map_err(|e| e.to_string())?;
        String::from_utf8(message).map_err(|e| e.to_string())
    }

    pub(super) fn from_form(parameters: &Parameters, field: &str) -> Result<Self, String> {
        let message = parameters.get(field).ok_or("there is no message")?;
        let message = STANDARD.decode(message).map_err(|e| e.to_string())?;
        Self::parse(&String::from_utf8(message).map_err(|e| e.to_string())?)
    }

    /// What [`to_fields`](Self::to_fields) put into the login form.
    pub(super) fn from_login(parameters: &Parameters) -> Result<Self, String> {
        let text = |name| parameters.get(name).map(str::to_owned);
        Ok(Self {
            id: text("id"),
            issuer: text("issuer").ok_or("the form has no issuer")?,
            acs_url: text("acs_url").ok_or("the form has no acs_url")?,
            ..Self::default()
        })
    }

    pub(super) fn to_fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![("issuer", self.issuer.as_str()), ("acs_url", &self.acs_url)];
        fields.extend(self.id.as_deref().map(|id| ("id", id)));
        fields
    }

    fn parse(text: &str) -> Result<Self, String> {
        let document = roxmltree::Document::parse(text).map_err(|e| e.to_string())?;
        let root = document.root_element();
        let attribute = |name| root.attribute(name).map(str::to_owned);
        let issuer = root.children().find(|node| node.tag_name().name() == "Issuer");
        Ok(Self {
            id: Some(attribute("ID").ok_or("the request has no ID")?),
            issuer: issuer.and_then(|n| n.text()).ok_or("the request has no issuer")?.to_owned(),
            acs_url: attribute("AssertionConsumerServiceURL").unwrap_or_default(),
            force_authn: root.attribute("ForceAuthn") == Some("true"),
            is_passive: root.attribute("IsPassive") == Some("true"),
        })
    }
}

/// The parameters of a query or form.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (decode(name), decode(value))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(super) fn deflated(text: &str) -> String {
    STANDARD.encode(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 9))
}

pub(super) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            // Small digits, as some servers write them.
            _ => format!("%{byte:02x}"),
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
