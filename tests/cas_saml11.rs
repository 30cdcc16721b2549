//! Validation by SAML 1.1, without a network.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authing::cas::{
    Authentication, Client, ClientOptions, FailureCode, Protocol, VerificationFailure,
};
use authing::{DateTime, ErrorKind, Result};
use http::Response;
use url::Url;

const SERVICE: &str = "https://me.example/cas?a=b&c=%2F";
const TICKET: &str = "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7";
const NOW: &str = "2026-01-02T03:04:05Z";

fn client() -> Client {
    let options = ClientOptions::new("https://sso.example/cas", SERVICE);
    Client::with_options(options.protocol(Protocol::Saml11)).unwrap()
}

fn failure(result: Result<Authentication>) -> VerificationFailure {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    VerificationFailure::of(&error).unwrap().clone()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(DateTime::parse(NOW).unwrap().unix_millis() as u64)
}

fn answer() -> String {
    r#"<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/>
      <SOAP-ENV:Body>
        <Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" MajorVersion="1" MinorVersion="1">
          <Status><StatusCode Value="samlp:Success"></StatusCode></Status>
          <Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion">
            <Conditions NotBefore="2026-01-02T03:04:00Z" NotOnOrAfter="2026-01-02T03:05:00Z">
              <AudienceRestrictionCondition><Audience>
                https://me.example/cas?a=b&amp;c=%2F
              </Audience></AudienceRestrictionCondition>
            </Conditions>
            <AttributeStatement>
              <Subject><NameIdentifier>ann</NameIdentifier></Subject>
              <Attribute AttributeName="mail" AttributeNamespace="n"><AttributeValue>a@b</AttributeValue></Attribute>
              <Attribute AttributeName="group"><AttributeValue>x</AttributeValue><AttributeValue>y</AttributeValue></Attribute>
              <Attribute AttributeName="group"><AttributeValue>z</AttributeValue></Attribute>
            </AttributeStatement>
            <AuthenticationStatement AuthenticationInstant="2026-01-02T03:00:00Z">
              <Subject><NameIdentifier>ann</NameIdentifier></Subject>
            </AuthenticationStatement>
          </Assertion>
        </Response>
      </SOAP-ENV:Body>
    </SOAP-ENV:Envelope>"#
        .to_owned()
}

fn read_at(body: &str, now: SystemTime) -> Result<Authentication> {
    client().validation(TICKET)?.finish(&Response::new(body.as_bytes().to_vec()), now)
}

#[test]
fn the_request_carries_the_ticket_in_soap() {
    let client = client();
    let validation = client.validation(TICKET).unwrap();
    let request = validation.request(now()).unwrap();
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/cas/samlValidate"));
    let url = Url::parse(&request.uri().to_string()).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!(pairs, [("TARGET".to_owned(), SERVICE.to_owned())]);
    assert_eq!(request.headers()["content-type"], "text/xml; charset=utf-8");
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.contains(&format!("<samlp:AssertionArtifact>{TICKET}</samlp:AssertionArtifact>")));
    assert!(body.contains("IssueInstant=\"2026-01-02T03:04:05.000Z\""), "{body}");
    let id = |body: &str| body.split("RequestID=\"").nth(1).unwrap()[..33].to_owned();
    let again = client.validation(TICKET).unwrap().request(now()).unwrap();
    let again = std::str::from_utf8(again.body()).unwrap();
    assert_ne!(id(body), id(again), "each validation has an id of its own");
}

#[test]
fn user_and_attributes_are_read() {
    let who = read_at(&answer(), now()).unwrap();
    assert_eq!(who.user, "ann");
    assert_eq!(who.attributes.all("mail"), ["a@b"]);
    assert_eq!(who.attributes.all("group"), ["x", "y", "z"]);
    assert_eq!(who.authentication_date.unwrap().to_string(), "2026-01-02T03:00:00.000Z");
}

#[test]
fn a_fresh_login_that_was_demanded_must_be_in_the_answer() {
    let options = ClientOptions::new("https://sso.example/cas", SERVICE);
    let strict = Client::with_options(options.protocol(Protocol::Saml11).renew(true)).unwrap();
    let read = |body: String| {
        let validation = strict.validation(TICKET).unwrap();
        validation.finish(&Response::new(body.into_bytes()), now())
    };
    let with = |value: &str| {
        let attribute = format!(
            "<Attribute AttributeName='isFromNewLogin'><AttributeValue>{value}</AttributeValue>\
             </Attribute></AttributeStatement>"
        );
        answer().replace("</AttributeStatement>", &attribute)
    };
    assert!(read(with("true")).is_ok());
    for body in [answer(), with("false"), with("1")] {
        assert_eq!(failure(read(body)), VerificationFailure::NotFromNewLogin);
    }
}

#[test]
fn an_assertion_counts_in_its_time_with_a_minute_of_leeway() {
    let at = |seconds: i64| {
        let base = DateTime::parse("2026-01-02T03:04:00Z").unwrap().unix_millis();
        UNIX_EPOCH + Duration::from_millis((base + seconds * 1000) as u64)
    };
    for (seconds, ok) in [(-61, false), (-60, true), (0, true), (119, true), (120, false)] {
        assert_eq!(read_at(&answer(), at(seconds)).is_ok(), ok, "{seconds}");
    }
    let early = failure(read_at(&answer(), at(-61)));
    assert!(matches!(early, VerificationFailure::NotYetValid { .. }));
    let late = failure(read_at(&answer(), at(120)));
    assert!(matches!(late, VerificationFailure::Expired { .. }));
}

#[test]
fn a_refusal_has_the_code_of_its_status() {
    let refused = answer().replace("samlp:Success\">", "samlp:RequestDenied\">ticket not found");
    let expected = VerificationFailure::Refused {
        code: Some(FailureCode::Unknown("RequestDenied".to_owned())),
        description: "ticket not found".to_owned(),
    };
    assert_eq!(failure(read_at(&refused, now())), expected);
}

#[test]
fn assertions_for_others_are_refused() {
    let other = answer().replace("me.example", "evil.example");
    assert!(matches!(failure(read_at(&other, now())), VerificationFailure::Audience { .. }));
    let second = answer().replace(
        "</AudienceRestrictionCondition>",
        "</AudienceRestrictionCondition><AudienceRestrictionCondition><Audience>x</Audience>\
         </AudienceRestrictionCondition>",
    );
    assert!(matches!(failure(read_at(&second, now())), VerificationFailure::Audience { .. }));
    let response = answer().replace("MajorVersion", "InResponseTo='_other' MajorVersion");
    assert!(matches!(failure(read_at(&response, now())), VerificationFailure::InResponseTo { .. }));
}

#[test]
fn there_is_one_user() {
    let two = answer().replacen(">ann<", ">bob<", 1);
    assert_eq!(failure(read_at(&two, now())), VerificationFailure::Users { found: 2 });
    let none = answer().replace("NameIdentifier", "Name");
    assert_eq!(failure(read_at(&none, now())), VerificationFailure::Users { found: 0 });
    let empty = answer().replace(">ann<", "> <");
    assert_eq!(failure(read_at(&empty, now())), VerificationFailure::MalformedUser);
    let whole = answer().replace(">ann<", ">an<!-- -->n<");
    assert_eq!(read_at(&whole, now()).unwrap().user, "ann");
}

#[test]
fn what_lacks_a_part_is_no_answer() {
    let assertion = {
        let answer = answer();
        let (start, end) =
            (answer.find("<Assertion").unwrap(), answer.find("</Assertion>").unwrap());
        answer[start..end + "</Assertion>".len()].to_owned()
    };
    for body in [
        answer().replace("schemas.xmlsoap.org", "schemas.example"),
        answer().replace("1.0:protocol", "2.0:protocol"),
        answer().replace("1.0:assertion", "2.0:assertion"),
        answer().replace(&assertion, ""),
        answer().replace(&assertion, &assertion.repeat(2)),
        answer().replace(" Value=\"samlp:Success\"", ""),
        answer().replace("Conditions", "Condition"),
        answer().replace("NotOnOrAfter", "Until"),
        answer().replace("NotBefore=\"2026", "NotBefore=\"x"),
        answer().replace("AudienceRestrictionCondition", "Other"),
        answer().replace(">ann<", "><b>ann</b><"),
        answer().replace("Envelope", "Letter"),
    ] {
        let error = read_at(&body, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parse, "{error}\n{body}");
    }
    let whole = answer();
    for end in (0..whole.len()).step_by(7) {
        assert!(read_at(&whole[..end], now()).is_err());
    }
}
