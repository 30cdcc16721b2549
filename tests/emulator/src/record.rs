//! What tests read back: the requests that came in and the messages that went out.

/// One request as it arrived, also one that a [`Fault`](crate::Fault) then spoiled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP method, such as `POST`.
    pub method: String,
    /// The path, as it was encoded.
    pub path: String,
    /// The query string without its question mark.
    pub query: Option<String>,
    /// The headers in their order; names are in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// The root fields of a GraphQL operation, such as `loginByUsername`.
    pub operations: Vec<String>,
    /// Variables that were sent but that the document does not declare. The service ignores them,
    /// so that a test must look here to find a misspelled one.
    pub unknown_variables: Vec<String>,
    /// Which TCP connection it came over, counted from 1.
    pub connection: u64,
}

impl RecordedRequest {
    /// The first value of a header, found in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// How a [`Message`] went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Channel {
    /// A text message to a phone.
    Sms,
    /// An e-mail.
    Email,
}

/// A message with a verification code that the service would have sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// How it went out.
    pub channel: Channel,
    /// The phone number or e-mail address.
    pub to: String,
    /// The verification code it carries.
    pub code: String,
    /// What the code is for, such as `RESET_PASSWORD`.
    pub scene: String,
}
