//! Single logout: what a server posts to the service when the user logs out elsewhere.

use url::form_urlencoded;

use super::authentication::SessionIndex;
use super::callback::check_ticket;
use super::failure;
use crate::error::{Error, Result};
use crate::time::DateTime;
use crate::xml;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Far beyond any real request; strangers may send larger ones.
const MAX_SIZE: usize = 64 * 1024;

/// A request to end a session, posted to the service's URL (CAS 3.0, 2.3.3 and appendix C).
///
/// **It is not signed.** Anyone who knows the address of the service can send one, and nothing in
/// it proves where it came from but the session index: the ticket that the session began with, which
/// only the browser, the server and you have seen. So:
///
/// - look the session up by [`session_index`](Self::session_index) and end that one alone;
/// - never act on [`name_id`](Self::name_id): it is easily guessed, and many servers leave it empty;
/// - keep tickets out of logs and of pages' addresses (redirect to [`Callback::url`]), since whoever
///   reads one can end its session;
/// - answer the same whether there was such a session or not, and let the path that takes these
///   requests do without your protection against forged forms (CSRF tokens), which the server cannot
///   have.
///
/// The worst that a forged request can do is to log a user out.
///
/// ```
/// use authing::cas::LogoutRequest;
///
/// let form = "logoutRequest=%3Csamlp%3ALogoutRequest+xmlns%3Asamlp%3D%22urn%3Aoasis%3Anames%3Atc\
///     %3ASAML%3A2.0%3Aprotocol%22+ID%3D%22LR-1%22%3E%3Csamlp%3ASessionIndex%3EST-1-abc\
///     %3C%2Fsamlp%3ASessionIndex%3E%3C%2Fsamlp%3ALogoutRequest%3E";
/// if let Some(request) = LogoutRequest::parse_form(form)? {
///     assert_eq!(request.session_index.as_str(), "ST-1-abc");
/// }
/// # Ok::<(), authing::Error>(())
/// ```
///
/// [`Callback::url`]: super::Callback::url
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// The session to end: compare it with
    /// [`Authentication::session_index`](super::Authentication::session_index).
    pub session_index: SessionIndex,
    /// The id of the request, as the server gave it.
    pub id: Option<String>,
    /// The user, as the server names them here. Not to be relied on.
    pub name_id: Option<String>,
    /// When the request was made, according to itself.
    pub issue_instant: Option<DateTime>,
}

impl LogoutRequest {
    /// Reads the body of a form that was posted to the service. `None` if it is another form.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) for a malformed request.
    pub fn parse_form(body: &str) -> Result<Option<Self>> {
        let mut pairs = form_urlencoded::parse(body.as_bytes());
        match pairs.find(|(name, _)| name == "logoutRequest") {
            Some((_, request)) => Self::parse(&request).map(Some),
            None => Ok(None),
        }
    }

    /// Reads the XML of a request.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`](crate::ErrorKind::Parse) for a malformed request.
    pub fn parse(request: &str) -> Result<Self> {
        let document = xml::parse(request.trim_start(), MAX_SIZE)
            .map_err(|error| broken(&error.to_string()).with_source(error))?;
        let root = document.root_element();
        if !root.has_tag_name((PROTOCOL, "LogoutRequest")) {
            return Err(broken("it is something else"));
        }
        let session_index = xml::only_child(root, PROTOCOL, "SessionIndex")
            .and_then(xml::text)
            .ok_or_else(|| broken("it has not one session index"))?;
        let session_index = session_index.trim();
        check_ticket(session_index).map_err(|_| broken("its session index is no ticket"))?;
        let name_id = xml::only_child(root, ASSERTION, "NameID").and_then(xml::text);
        Ok(Self {
            session_index: SessionIndex::new(session_index),
            id: xml::attribute(root, "ID").map(str::to_owned),
            name_id: name_id.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            issue_instant: xml::attribute(root, "IssueInstant").and_then(DateTime::parse),
        })
    }
}

fn broken(reason: &str) -> Error {
    failure::broken("this is no logout request", reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    const SPECIFIED: &str = r#"<samlp:LogoutRequest
        xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
        ID="LR-1" Version="2.0" IssueInstant="2015-02-10T14:28:42Z">
            <saml:NameID>@NOT_USED@</saml:NameID>
            <samlp:SessionIndex> ST-1-abc </samlp:SessionIndex>
        </samlp:LogoutRequest>"#;

    #[test]
    fn the_request_of_the_specification_is_read() {
        let request = LogoutRequest::parse(SPECIFIED).unwrap();
        assert_eq!(request.session_index.as_str(), "ST-1-abc");
        assert_eq!(request.id.as_deref(), Some("LR-1"));
        assert_eq!(request.name_id.as_deref(), Some("@NOT_USED@"));
        assert_eq!(request.issue_instant.unwrap().unix_millis(), 1_423_578_522_000);
        assert!(!format!("{request:?}").contains("abc"));
    }

    #[test]
    fn text_around_a_comment_is_one_session_index() {
        let request = SPECIFIED.replace("1-abc", "1-<!-- -->abc");
        let request = LogoutRequest::parse(&request).unwrap();
        assert_eq!(request.session_index.as_str(), "ST-1-abc");
    }

    #[test]
    fn forms_without_a_request_are_none() {
        assert_eq!(LogoutRequest::parse_form("").unwrap(), None);
        assert_eq!(LogoutRequest::parse_form("a=b&LogoutRequest=%3Ca%2F%3E").unwrap(), None);
    }

    #[test]
    fn malformed_requests_end_no_session() {
        let index = "<samlp:SessionIndex> ST-1-abc </samlp:SessionIndex>";
        for request in [
            "".to_owned(),
            "ST-1-abc".to_owned(),
            SPECIFIED.replace(index, ""),
            SPECIFIED.replace(index, &index.repeat(2)),
            SPECIFIED.replace("ST-1-abc", ""),
            SPECIFIED.replace("ST-1-abc", "<b>ST-1-abc</b>"),
            SPECIFIED.replace("ST-1-abc", "ST-1 ST-2"),
            SPECIFIED.replace("2.0:protocol", "1.0:protocol"),
            SPECIFIED.replace("samlp:SessionIndex", "saml:SessionIndex"),
            SPECIFIED.replace("LogoutRequest", "LogoutResponse"),
            SPECIFIED.replace("samlp:LogoutRequest", "saml:LogoutRequest"),
            SPECIFIED.replace("samlp:LogoutRequest", "LogoutRequest"),
            format!("<!DOCTYPE a [<!ENTITY b 'ST-1'>]>{SPECIFIED}"),
            format!("{SPECIFIED}{}", " ".repeat(MAX_SIZE)),
            SPECIFIED[..SPECIFIED.len() - 1].to_owned(),
        ] {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("logoutRequest", &request)
                .finish();
            let error = LogoutRequest::parse_form(&form).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parse, "{request}");
        }
    }
}
