//! Acting as a proxy: proxy-granting tickets that come in, proxy tickets that are got with them.

use http::Response;
use url::form_urlencoded;

use super::callback::check_ticket;
use super::validation::{checked_markup, checked_status};
use super::xml;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// The request by which a server hands over a proxy-granting ticket (CAS 3.0, 2.5.4).
///
/// [`Client::receive_pgt`](super::Client::receive_pgt) reads and stores it; this is for a program
/// that stores it in its own way.
///
/// ```
/// use authing::cas::PgtCallback;
///
/// let callback = PgtCallback::parse("pgtIou=PGTIOU-85-8PFx8&pgtId=PGT-330-CSdUc")?;
/// assert_eq!(callback.map(|callback| callback.iou).as_deref(), Some("PGTIOU-85-8PFx8"));
/// assert!(PgtCallback::parse("")?.is_none());
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PgtCallback {
    /// What the answer to the validation will call the ticket.
    pub iou: String,
    /// The proxy-granting ticket.
    pub ticket: Secret,
}

impl PgtCallback {
    /// Reads the query of the request. `None` if it has neither parameter: so servers try whether
    /// the address answers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if one of the two is missing, is there twice,
    /// or has characters that no ticket has.
    pub fn parse(query: &str) -> Result<Option<Self>> {
        let values = |wanted: &str| -> Vec<String> {
            let pairs = form_urlencoded::parse(query.as_bytes());
            pairs.filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).collect()
        };
        match (&values("pgtIou")[..], &values("pgtId")[..]) {
            ([], []) => Ok(None),
            ([iou], [ticket]) if check_ticket(iou).is_ok() && check_ticket(ticket).is_ok() => {
                Ok(Some(Self { iou: iou.clone(), ticket: Secret::from(ticket.as_str()) }))
            }
            _ => Err(Error::usage("the callback has not one `pgtIou` and one `pgtId`")),
        }
    }
}

/// The proxy ticket in the answer of the server (CAS 3.0, 2.7.2). No error shows the
/// proxy-granting ticket, which remains valid when the server refuses.
pub(super) fn finish(answer: &Response<Vec<u8>>, granting: &Secret) -> Result<String> {
    let ticket = checked_markup(answer, granting).and_then(|()| {
        let text = xml::decode(answer.body())?;
        xml::parse_proxy(&text.replace(granting.expose(), "[redacted]"))
    });
    let ticket = checked_status(answer, ticket, granting)?;
    check_ticket(&ticket)?;
    Ok(ticket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cas::{FailureCode, VerificationFailure};
    use crate::error::ErrorKind;

    fn answer(inside: &str) -> Response<Vec<u8>> {
        let root = "serviceResponse xmlns='http://www.yale.edu/tp/cas'";
        Response::new(format!("<{root}>{inside}</serviceResponse>").into_bytes())
    }

    fn read(answer: &Response<Vec<u8>>) -> Result<String> {
        finish(answer, &Secret::from("PGT-1-hush"))
    }

    #[test]
    fn no_error_shows_the_proxy_granting_ticket() {
        let refusal = "<proxyFailure code='UNAUTHORIZED_SERVICE'>not for PGT-1-hush</proxyFailure>";
        let page = Response::new(b"<html>PGT-1-hush</html>".to_vec());
        for answer in [answer(refusal), page] {
            let error = read(&answer).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        }
    }

    #[test]
    fn callbacks_that_are_not_whole_are_refused() {
        for query in [
            "pgtIou=PGTIOU-1",
            "pgtId=PGT-1",
            "pgtIou=&pgtId=PGT-1",
            "pgtIou=PGTIOU-1&pgtId=",
            "pgtIou=PGTIOU-1&pgtId=PGT-1&pgtId=PGT-2",
            "pgtIou=PGTIOU-1%0A&pgtId=PGT-1",
            "pgtIou=PGTIOU-1&pgtId=PGT%26-1",
        ] {
            let error = PgtCallback::parse(query).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{query}");
        }
        assert_eq!(PgtCallback::parse("a=b").unwrap(), None);
        let callback = PgtCallback::parse("pgtIou=PGTIOU-1&pgtId=PGT-hush").unwrap().unwrap();
        assert_eq!(callback.ticket.expose(), "PGT-hush");
        assert!(!format!("{callback:?}").contains("hush"));
    }

    #[test]
    fn a_proxy_ticket_is_read() {
        let ticket = "<proxySuccess><proxyTicket> PT-1856-abc\n</proxyTicket></proxySuccess>";
        assert_eq!(read(&answer(ticket)).unwrap(), "PT-1856-abc");
    }

    #[test]
    fn a_refusal_to_give_a_proxy_ticket_has_its_code() {
        for name in ["proxyFailure", "authenticationFailure"] {
            let refusal = format!("<{name} code='UNAUTHORIZED_SERVICE'>no</{name}>");
            let error = read(&answer(&refusal)).unwrap_err();
            let failure = VerificationFailure::of(&error);
            let Some(VerificationFailure::Refused { code, .. }) = failure else {
                panic!("{error}")
            };
            assert_eq!(*code, Some(FailureCode::UnauthorizedService));
        }
    }

    #[test]
    fn what_has_not_one_proxy_ticket_gives_none() {
        for inside in [
            "",
            "<proxySuccess/>",
            "<proxySuccess><proxyTicket/></proxySuccess>",
            "<proxySuccess><proxyTicket>PT-1</proxyTicket><proxyTicket>PT-2</proxyTicket></proxySuccess>",
            "<proxySuccess><proxyTicket>PT 1</proxyTicket></proxySuccess>",
            "<proxySuccess><proxyTicket xmlns=''>PT-1</proxyTicket></proxySuccess>",
            "<authenticationSuccess><user>ann</user></authenticationSuccess>",
        ] {
            assert!(read(&answer(inside)).is_err(), "{inside}");
        }
        let mut found = answer("<proxySuccess><proxyTicket>PT-1</proxyTicket></proxySuccess>");
        *found.status_mut() = http::StatusCode::FOUND;
        assert_eq!(read(&found).unwrap_err().kind(), ErrorKind::Http);
    }
}
