//! The request that comes back from the login page.

use std::fmt;

use url::form_urlencoded;

use super::failure::VerificationFailure;
use crate::error::{Error, Result};

/// The longest ticket that is sent on. The specification asks for 32 characters and recommends 256
/// (CAS 3.0, 3.1.1); servers that make JSON Web Tokens of their tickets need more.
const LONGEST_TICKET: usize = 4096;

/// What came back from the login page: a ticket or none, and the address without it.
///
/// ```
/// use authing::cas::Callback;
///
/// let callback = Callback::parse("/cas?next=%2Fhome&ticket=ST-12-abc&lang=en#top")?;
/// assert_eq!(callback.ticket(), Some("ST-12-abc"));
/// assert_eq!(callback.url(), "/cas?next=%2Fhome&lang=en#top");
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    ticket: Option<String>,
    url: String,
}

impl Callback {
    /// Reads the address of the request: a URL, or path and query.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) if there are several tickets, or
    /// one that cannot be a ticket.
    pub fn parse(url: &str) -> Result<Self> {
        let (address, fragment) = match url.find('#') {
            Some(at) => url.split_at(at),
            None => (url, ""),
        };
        let Some((path, query)) = address.split_once('?') else {
            return Ok(Self { ticket: None, url: url.to_owned() });
        };
        // The others stay as they are, encoding and all.
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_ticket(pair)).collect();
        let url = match kept.is_empty() {
            true => format!("{path}{fragment}"),
            false => format!("{path}?{}{fragment}", kept.join("&")),
        };
        Ok(Self { ticket: ticket_of(query)?, url })
    }

    /// Reads the body of a form that was posted to the service, which is how the ticket comes back
    /// with [`ResponseMethod::Post`](super::ResponseMethod::Post). It has no address.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_form(body: &str) -> Result<Self> {
        Ok(Self { ticket: ticket_of(body)?, url: String::new() })
    }

    /// The ticket, to be validated with [`Client::validate`](super::Client::validate). There is none
    /// when the user came on their own, or there is no single sign-on to be used silently
    /// ([`Login::gateway`](super::Login::gateway)).
    pub fn ticket(&self) -> Option<&str> {
        self.ticket.as_deref()
    }

    /// The address without the ticket, otherwise unchanged: redirect the browser there once the
    /// ticket is validated, so that it stays neither in the history nor in what the page sends on.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("ticket", &self.ticket.as_ref().map(|_| "[redacted]"))
            .field("url", &self.url)
            .finish()
    }
}

/// Checks that a text can be a ticket (CAS 3.0, 3.7): what comes from a browser may be anything.
///
/// Beside letters, digits and hyphens, servers are known to use the characters of host names,
/// base64 and JSON Web Tokens.
pub(super) fn check_ticket(ticket: &str) -> Result<()> {
    let reason = if ticket.is_empty() {
        "it is empty".to_owned()
    } else if ticket.len() > LONGEST_TICKET {
        format!("it has {} bytes, at most {LONGEST_TICKET} are possible", ticket.len())
    } else {
        match ticket.chars().find(|c| !c.is_ascii_alphanumeric() && !"-._~+/=".contains(*c)) {
            Some(c) => format!("it has the character {c:?}"),
            None => return Ok(()),
        }
    };
    Err(Error::from(VerificationFailure::MalformedTicket { reason }))
}

fn is_ticket(pair: &str) -> bool {
    form_urlencoded::parse(pair.as_bytes()).any(|(name, _)| name == "ticket")
}

fn ticket_of(query: &str) -> Result<Option<String>> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut tickets: Vec<_> = pairs.filter(|(name, _)| name == "ticket").collect();
    if tickets.len() > 1 {
        return Err(VerificationFailure::Tickets { found: tickets.len() }.into());
    }
    let Some((_, ticket)) = tickets.pop() else { return Ok(None) };
    check_ticket(&ticket)?;
    Ok(Some(ticket.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticket_is_taken_out_and_all_else_left_as_it_is() {
        for (url, rest, ticket) in [
            ("https://a.example/?ticket=ST-1", "https://a.example/", Some("ST-1")),
            ("https://a.example?ticket=ST-1", "https://a.example", Some("ST-1")),
            ("/?ticket=ST-1#x?ticket=2", "/#x?ticket=2", Some("ST-1")),
            ("/?a=%2f+b&ticket=ST-1&a=%2F%20b&c", "/?a=%2f+b&a=%2F%20b&c", Some("ST-1")),
            ("/?ticket=ST-1&a=b", "/?a=b", Some("ST-1")),
            ("/?a=b&ticket=ST-1", "/?a=b", Some("ST-1")),
            ("/?a=b&%74icket=ST%2D1", "/?a=b", Some("ST-1")),
            ("/?myticket=1&ticketed=2&Ticket=3", "/?myticket=1&ticketed=2&Ticket=3", None),
            ("/?next=/x?ticket=ST-2", "/?next=/x?ticket=ST-2", None),
            ("/a/ticket=ST-1", "/a/ticket=ST-1", None),
            ("/#?ticket=ST-1", "/#?ticket=ST-1", None),
            ("/?", "/?", None),
            ("/?&&", "/?&&", None),
            ("", "", None),
        ] {
            let callback = Callback::parse(url).unwrap();
            assert_eq!((callback.url(), callback.ticket()), (rest, ticket), "{url}");
        }
    }

    #[test]
    fn a_ticket_that_smuggles_something_is_refused() {
        for ticket in [
            "",
            "ST-1%26service=https://evil.example",
            "ST-1%0d%0aHost:%20evil",
            "ST-1%0A",
            "%20ST-1",
            "ST%2D1%00",
            "ST-1%23",
            "ST-1%3Fa",
            "ST-1%25",
            "ST-%C3%A9",
            "ST-1+",
            "ST-1%3Cx%3E",
            "%FF",
        ] {
            let error = Callback::parse(&format!("/?ticket={ticket}")).unwrap_err();
            let failure = VerificationFailure::of(&error);
            assert!(
                matches!(failure, Some(VerificationFailure::MalformedTicket { .. })),
                "{ticket}: {error}"
            );
        }
        let error = Callback::parse(&format!("/?ticket={}", "A".repeat(4097))).unwrap_err();
        assert!(error.to_string().contains("4097 bytes"), "{error}");
    }

    #[test]
    fn tickets_of_real_servers_pass() {
        for ticket in [
            "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7",
            "ST-1-P_bw5ZFJ4SJ-xgPYpuMNmRk2cys-cas.example.edu",
            "PT-eyJhbGciOiJIUzUxMiJ9.ZXlKNmFYQWlPaUpFUlVZ.q-_w==",
        ] {
            let form = format!("ticket={ticket}");
            assert_eq!(Callback::parse_form(&form).unwrap().ticket(), Some(ticket));
        }
    }

    #[test]
    fn two_tickets_are_refused() {
        for url in ["/?ticket=ST-1&ticket=ST-2", "/?ticket=ST-1&a=b&ticket=ST-1"] {
            let error = Callback::parse(url).unwrap_err();
            let failure = VerificationFailure::of(&error);
            assert_eq!(failure, Some(&VerificationFailure::Tickets { found: 2 }));
        }
    }

    #[test]
    fn debug_hides_the_ticket() {
        let callback = Callback::parse("/a?ticket=ST-1-hush").unwrap();
        assert!(!format!("{callback:?}").contains("hush"));
    }
}
