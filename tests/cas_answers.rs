//! What servers answer to a validation, the good and the bad, without a network.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use std::time::SystemTime;

use authing::cas::{
    Authentication, Client, ClientOptions, FailureCode, Format, Protocol, VerificationFailure,
};
use authing::{ErrorKind, Result};
use http::Response;
use url::Url;

const SERVICE: &str = "https://me.example/cas?a=b&c=%2F";
const TICKET: &str = "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7";
const CAS: &str = "http://www.yale.edu/tp/cas";

fn options() -> ClientOptions {
    ClientOptions::new("https://sso.example/cas", SERVICE)
}

fn finish(options: ClientOptions, answer: Response<Vec<u8>>) -> Result<Authentication> {
    let validation = Client::with_options(options)?.validation(TICKET)?;
    validation.finish(&answer, SystemTime::now())
}

fn read(options: ClientOptions, body: &str) -> Result<Authentication> {
    finish(options, Response::new(body.as_bytes().to_vec()))
}

/// An XML answer with this inside `serviceResponse`.
fn xml(inside: &str) -> String {
    format!("<cas:serviceResponse xmlns:cas='{CAS}'>{inside}</cas:serviceResponse>")
}

/// An XML answer with this inside `authenticationSuccess`.
fn success(inside: &str) -> String {
    xml(&format!("<cas:authenticationSuccess>{inside}</cas:authenticationSuccess>"))
}

fn failure(result: Result<Authentication>) -> VerificationFailure {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    VerificationFailure::of(&error).unwrap().clone()
}

fn json(value: serde_json::Value) -> String {
    serde_json::json!({ "serviceResponse": value }).to_string()
}

mod requests {
    use super::*;

    fn url(options: ClientOptions) -> Url {
        let validation = Client::with_options(options).unwrap().validation(TICKET).unwrap();
        let request = validation.request(SystemTime::now()).unwrap();
        assert_eq!(request.method(), "GET");
        Url::parse(&request.uri().to_string()).unwrap()
    }

    fn query(url: &Url) -> Vec<(String, String)> {
        url.query_pairs().into_owned().collect()
    }

    #[test]
    fn each_protocol_has_its_endpoint() {
        for (protocol, plain, proxied) in [
            (Protocol::V1, "/cas/validate", "/cas/validate"),
            (Protocol::V2, "/cas/serviceValidate", "/cas/proxyValidate"),
            (Protocol::V3, "/cas/p3/serviceValidate", "/cas/p3/proxyValidate"),
        ] {
            let options = options().protocol(protocol);
            assert_eq!(url(options.clone()).path(), plain);
            let options = options.allow_proxy_chain(["https://portal.example/pgt"]);
            assert_eq!(url(options.clone()).path(), proxied);
            assert_eq!(url(options.allow_any_proxy()).path(), proxied);
        }
    }

    #[test]
    fn service_and_ticket_arrive_as_they_were_given() {
        let pairs = query(&url(options()));
        let expected = [("service", SERVICE), ("ticket", TICKET)];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn options_become_parameters() {
        let options = options()
            .renew(true)
            .format(Format::Json)
            .proxy_callback("https://me.example/pgt?x=1", authing::cas::MemoryPgtStore::new());
        let pairs = query(&url(options.clone()));
        let last: Vec<_> = pairs[2..].iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            last,
            [("renew", "true"), ("pgtUrl", "https://me.example/pgt?x=1"), ("format", "JSON")]
        );
        let pairs =
            query(&url(super::options().renew(true).protocol(Protocol::V1).format(Format::Json)));
        assert_eq!(pairs.len(), 3, "CAS 1.0 knows `renew` alone: {pairs:?}");
    }

    #[test]
    fn tickets_that_smuggle_something_are_never_sent() {
        let client = Client::with_options(options()).unwrap();
        for ticket in [
            "",
            " ",
            "ST-1 ",
            "ST-1&service=https://evil.example",
            "ST-1\r\nHost: evil",
            "ST-1\n",
            "ST-1\0",
            "ST-1#",
            "ST-1?",
            "ST-1%26",
            "ST-é",
            "ST-1<",
            "ST-1\"",
            &"A".repeat(5000),
        ] {
            let error = client.validation(ticket).unwrap_err();
            let failure = VerificationFailure::of(&error);
            assert!(
                matches!(failure, Some(VerificationFailure::MalformedTicket { .. })),
                "{ticket:?}: {error}"
            );
            // Without a server: it would be a transport error if it were sent.
            assert_eq!(client.validate(ticket).unwrap_err().kind(), ErrorKind::Verification);
        }
    }

    #[test]
    fn nothing_prints_a_ticket() {
        let validation = Client::with_options(options()).unwrap().validation(TICKET).unwrap();
        assert!(!format!("{validation:?}").contains(TICKET));
        let who = read(options(), &success("<cas:user>ann</cas:user>")).unwrap();
        assert!(!format!("{who:?}").contains(TICKET));
    }
}

mod xml_answers {
    use super::*;

    #[test]
    fn the_answer_of_the_specification_is_read() {
        let who = read(
            options(),
            &success(
                "
                <cas:user>username</cas:user>
                <cas:attributes>
                  <cas:firstname>John</cas:firstname>
                  <cas:affiliation>staff</cas:affiliation>
                  <cas:affiliation>faculty</cas:affiliation>
                  <cas:authenticationDate>2015-11-12T09:30:10Z</cas:authenticationDate>
                  <cas:longTermAuthenticationRequestTokenUsed>true</cas:longTermAuthenticationRequestTokenUsed>
                  <cas:isFromNewLogin>false</cas:isFromNewLogin>
                </cas:attributes>
                <cas:proxyGrantingTicket>PGTIOU-84678-8a9d</cas:proxyGrantingTicket>",
            ),
        )
        .unwrap();
        assert_eq!(who.user, "username");
        assert_eq!(who.attributes.get("firstname"), Some("John"));
        assert_eq!(who.attributes.all("affiliation"), ["staff", "faculty"]);
        assert_eq!(who.authentication_date.unwrap().to_string(), "2015-11-12T09:30:10.000Z");
        assert_eq!(who.is_from_new_login, Some(false));
        assert_eq!(who.long_term_authentication_request_token_used, Some(true));
        assert_eq!(who.proxy_granting_ticket_iou.as_deref(), Some("PGTIOU-84678-8a9d"));
        assert_eq!(who.session_index.as_str(), TICKET);
        assert!(who.proxies.is_empty());
    }

    #[test]
    fn every_style_of_attributes_is_read() {
        for inside in [
            "<cas:attributes><cas:mail>a@b</cas:mail><cas:group>x</cas:group><cas:group>y &amp; z\
             </cas:group></cas:attributes>",
            "<cas:mail>a@b</cas:mail><cas:group>x</cas:group><cas:group>y &amp; z</cas:group>",
            "<cas:attribute name='mail' value='a@b'/><cas:attribute name='group' value='x'/>\
             <cas:attribute name='group' value='y &amp; z'/>",
            "<cas:attributes><cas:attribute name='mail' value='a@b'/><cas:attribute name='group' \
             value='x'/><cas:attribute name='group' value='y &amp; z'/></cas:attributes>",
            "<cas:attributes><cas:userAttributes><cas:mail>a@b</cas:mail><cas:group>x</cas:group>\
             <cas:group>y &amp; z</cas:group></cas:userAttributes></cas:attributes>",
            "<cas:attributes><cas:userAttributes><cas:attribute name='mail'>a@b</cas:attribute>\
             <cas:attribute name='group'>x</cas:attribute><cas:attribute name='group'><![CDATA[y & \
             z]]></cas:attribute></cas:userAttributes></cas:attributes>",
            // Some servers write everything twice.
            "<cas:attributes><cas:mail>a@b</cas:mail><cas:group>x</cas:group><cas:group>y &amp; z\
             </cas:group></cas:attributes><cas:attribute name='mail' value='a@b'/><cas:attribute \
             name='group' value='x'/><cas:attribute name='group' value='y &amp; z'/>",
        ] {
            let body = success(&format!("<cas:user>ann</cas:user>{inside}"));
            let who = read(options(), &body).unwrap();
            assert_eq!(who.attributes.all("mail"), ["a@b"], "{inside}");
            assert_eq!(who.attributes.all("group"), ["x", "y & z"], "{inside}");
            assert_eq!(who.attributes.len(), 2, "{inside}");
        }
    }

    #[test]
    fn text_is_taken_whole_around_comments_and_in_cdata() {
        let body = success(
            "<cas:user>adm<!-- x -->in<![CDATA[istrator]]><?x?></cas:user><cas:attributes>\
             <cas:mail>a@b.example<!-- -->.evil</cas:mail><cas:empty/></cas:attributes>",
        );
        let who = read(options(), &body).unwrap();
        assert_eq!(who.user, "administrator");
        assert_eq!(who.attributes.get("mail"), Some("a@b.example.evil"));
        assert_eq!(who.attributes.get("empty"), Some(""));
    }

    #[test]
    fn another_prefix_of_the_same_namespace_is_the_same() {
        for body in [
            format!(
                "\u{feff}<?xml version='1.0'?>\n<serviceResponse xmlns='{CAS}'>\
                 <authenticationSuccess><user>\n ann\n</user></authenticationSuccess></serviceResponse>"
            ),
            success("<cas:user>ann</cas:user>").replace("cas:", "x:").replace(":cas=", ":x="),
        ] {
            assert_eq!(read(options(), &body).unwrap().user, "ann");
        }
    }

    #[test]
    fn elements_of_other_namespaces_say_nothing() {
        let body = success(
            "<cas:user>ann</cas:user><user>bob</user><x:user xmlns:x='urn:x'>bob</x:user>\
             <mail>a</mail><cas:attributes><mail>b</mail><x:mail xmlns:x='urn:x'>c</x:mail>\
             </cas:attributes><x:proxies xmlns:x='urn:x'><x:proxy>d</x:proxy></x:proxies>",
        );
        let who = read(options(), &body).unwrap();
        assert_eq!(who.user, "ann");
        assert!(who.attributes.is_empty() && who.proxies.is_empty(), "{who:?}");
    }

    #[test]
    fn a_refusal_has_code_and_description() {
        let refusal = |code: &str| {
            xml(&format!(
                "<cas:authenticationFailure code='{code}'>\n  Ticket ST-1 not\n recognized\n\
                 </cas:authenticationFailure>"
            ))
        };
        for (text, code) in [
            ("INVALID_REQUEST", FailureCode::InvalidRequest),
            ("INVALID_TICKET_SPEC", FailureCode::InvalidTicketSpec),
            ("UNAUTHORIZED_SERVICE_PROXY", FailureCode::UnauthorizedServiceProxy),
            ("INVALID_PROXY_CALLBACK", FailureCode::InvalidProxyCallback),
            ("INVALID_TICKET", FailureCode::InvalidTicket),
            ("INVALID_SERVICE", FailureCode::InvalidService),
            ("INTERNAL_ERROR", FailureCode::InternalError),
            ("BLOCKED", FailureCode::Unknown("BLOCKED".to_owned())),
        ] {
            let expected = VerificationFailure::Refused {
                code: Some(code),
                description: "Ticket ST-1 not recognized".to_owned(),
            };
            assert_eq!(failure(read(options(), &refusal(text))), expected);
        }
        let bare = failure(read(options(), &xml("<cas:authenticationFailure/>")));
        assert!(matches!(bare, VerificationFailure::Refused { code: None, .. }));
    }

    #[test]
    fn there_is_one_user_or_none_at_all() {
        for (inside, found) in [
            ("", 0),
            ("<cas:attributes><cas:user>ann</cas:user></cas:attributes>", 0),
            ("<cas:User>ann</cas:User>", 0),
            ("<user>ann</user>", 0),
            ("<user xmlns='urn:x'>ann</user>", 0),
            ("<cas:user>ann</cas:user><cas:user>ann</cas:user>", 2),
            ("<cas:user>ann</cas:user><cas:attributes/><cas:user>bob</cas:user>", 2),
        ] {
            let failure = failure(read(options(), &success(inside)));
            assert_eq!(failure, VerificationFailure::Users { found }, "{inside}");
        }
    }

    #[test]
    fn an_empty_user_is_none() {
        for user in ["", " ", "\n\t", "<!-- ann -->", "<![CDATA[]]>", "a&#10;b", "a&#x85;b"] {
            let body = success(&format!("<cas:user>{user}</cas:user>"));
            assert_eq!(failure(read(options(), &body)), VerificationFailure::MalformedUser);
        }
    }

    /// What is inside of `serviceResponse`, with a namespace of its own.
    fn inner(body: &str) -> String {
        let (start, end) = (body.find('>').unwrap() + 1, body.rfind('<').unwrap());
        let declared = format!("Success xmlns:cas='{CAS}'>");
        body[start..end].replacen("Success>", &declared, 1)
    }

    #[test]
    fn what_is_not_the_documents_shape_is_no_answer() {
        let user = "<cas:user>ann</cas:user>";
        let good = success(user);
        for body in [
            // Another namespace, or none.
            good.replace(CAS, "http://www.yale.edu/tp/cas/"),
            good.replace(CAS, "HTTP://www.yale.edu/tp/cas"),
            good.replace("cas:", "").replace(":cas=", ":x="),
            format!("<serviceResponse>{}</serviceResponse>", inner(&good)),
            format!("<x:serviceResponse xmlns:x='urn:x'>{}</x:serviceResponse>", inner(&good)),
            // Another root, another order.
            format!("<a xmlns:cas='{CAS}'>{good}</a>"),
            xml(user),
            xml(""),
            xml(&good),
            xml("<cas:proxySuccess><cas:proxyTicket>PT-1</cas:proxyTicket></cas:proxySuccess>"),
            format!(
                "<cas:authenticationSuccess xmlns:cas='{CAS}'>{user}</cas:authenticationSuccess>"
            ),
            // Both, or twice.
            xml(&format!(
                "<cas:authenticationFailure code='INVALID_TICKET'/><cas:authenticationSuccess>{user}\
                 </cas:authenticationSuccess>"
            )),
            xml(&format!("<cas:authenticationSuccess>{user}</cas:authenticationSuccess>").repeat(2)),
            xml(&format!("<x:authenticationSuccess xmlns:x='u'>{user}</x:authenticationSuccess>")),
            // A user with a structure.
            success("<cas:user><b>ann</b></cas:user>"),
            success("<cas:user>ann<b/></cas:user>"),
            // Lists of proxies that hide one.
            success(&format!("{user}<cas:proxies><cas:proxi>a</cas:proxi></cas:proxies>")),
            success(&format!("{user}<cas:proxies><proxy>a</proxy></cas:proxies>")),
            success(&format!("{user}<cas:proxies><cas:proxy/></cas:proxies>")),
            success(&format!("{user}<cas:proxies>https://p/</cas:proxies>")),
            success(&format!(
                "{user}<cas:proxies/><cas:proxies><cas:proxy>a</cas:proxy></cas:proxies>"
            )),
            success(&format!(
                "{user}<cas:proxyGrantingTicket>a</cas:proxyGrantingTicket><cas:proxyGrantingTicket>b\
                 </cas:proxyGrantingTicket>"
            )),
            // Not XML, more than XML, too much XML.
            format!("{good}x"),
            good.replace("</cas:user>", ""),
            good.replace("ann", "a & b"),
            good.replace("ann", "&ann;"),
            good.replace("ann", &"<a>".repeat(100_000)),
            format!("<!DOCTYPE x>{good}"),
            format!("<?xml version='1.0' encoding='UTF-16'?>{}", good.replace("ann", "änn")),
        ] {
            let error = read(options(), &body).unwrap_err();
            let start: String = body.chars().take(300).collect();
            assert_eq!(error.kind(), ErrorKind::Parse, "{start}");
            assert!(error.to_string().len() < 1000, "{error}");
        }
    }

    #[test]
    fn entity_bombs_are_refused_unopened() {
        let mut bomb = "<!DOCTYPE r [<!ENTITY a 'ha'>".to_owned();
        for (name, inner) in ('b'..='z').zip('a'..='y') {
            let inner = format!("&{inner};").repeat(10);
            bomb.push_str(&format!("<!ENTITY {name} '{inner}'>"));
        }
        bomb.push_str(&format!("]>{}", success("<cas:user>&z;</cas:user>")));
        let external = format!(
            "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>{}",
            success("<cas:user>&a;</cas:user>")
        );
        for body in [bomb, external] {
            let error = read(options(), &body).unwrap_err();
            assert!(error.to_string().contains("document type declaration"), "{error}");
        }
    }

    #[test]
    fn a_truncated_answer_is_refused_wherever_it_ends() {
        let whole =
            success("<cas:user>ann</cas:user><cas:attributes><cas:a>b</cas:a></cas:attributes>");
        assert!(read(options(), &whole).is_ok());
        for end in 0..whole.len() {
            assert!(read(options(), &whole[..end]).is_err(), "{}", &whole[..end]);
        }
    }
}

mod json_answers {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn the_answer_of_the_specification_is_read() {
        let who = read(
            options().format(Format::Json),
            &json(value!({ "authenticationSuccess": {
                "user": "username",
                "proxyGrantingTicket": "PGTIOU-84678-8a9d",
                "attributes": {
                    "mail": "a@b", "group": ["x", "y"], "age": 5, "admin": true, "none": null,
                    "address": {"city": "Z"}, "authenticationDate": [1447320610.5],
                    "isFromNewLogin": [true],
                },
            }})),
        )
        .unwrap();
        assert_eq!(who.user, "username");
        assert_eq!(who.proxy_granting_ticket_iou.as_deref(), Some("PGTIOU-84678-8a9d"));
        assert_eq!(who.attributes.get("mail"), Some("a@b"));
        assert_eq!(who.attributes.all("group"), ["x", "y"]);
        assert_eq!(who.attributes.get("age"), Some("5"));
        assert_eq!(who.attributes.get("admin"), Some("true"));
        assert_eq!(who.attributes.get("none"), None);
        assert_eq!(who.attributes.get("address"), Some(r#"{"city":"Z"}"#));
        assert_eq!(who.authentication_date.unwrap().to_string(), "2015-11-12T09:30:10.500Z");
        assert_eq!(who.is_from_new_login, Some(true));
    }

    #[test]
    fn servers_may_answer_in_the_other_format() {
        let body = json(value!({ "authenticationSuccess": { "user": "ann" } }));
        assert_eq!(read(options(), &format!(" \n{body}")).unwrap().user, "ann");
        let body = success("<cas:user>ann</cas:user>");
        assert_eq!(read(options().format(Format::Json), &body).unwrap().user, "ann");
    }

    #[test]
    fn a_refusal_is_read_at_both_places() {
        let refusal = value!({ "authenticationFailure": {
            "code": "INVALID_SERVICE", "description": "not yours",
        }});
        for body in [json(refusal.clone()), refusal.to_string()] {
            let expected = VerificationFailure::Refused {
                code: Some(FailureCode::InvalidService),
                description: "not yours".to_owned(),
            };
            assert_eq!(failure(read(options(), &body)), expected);
        }
    }

    #[test]
    fn a_proxied_ticket_is_refused_here_too() {
        let body =
            json(value!({ "authenticationSuccess": { "user": "ann", "proxies": ["https://p/"] } }));
        let failure = failure(read(options(), &body));
        assert!(matches!(failure, VerificationFailure::ProxyChain { .. }));
    }

    #[test]
    fn what_is_not_the_documents_shape_is_no_answer() {
        for body in [
            "{}",
            "{",
            r#"{"serviceResponse":null}"#,
            r#"{"serviceResponse":{}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":null}}"#,
            r#"{"authenticationSuccess":{"user":"ann"}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann","user":"bob"}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":["ann","bob"]}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":{"name":"ann"}}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":7}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":"ann"}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann"},"authenticationFailure":{}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann"}},"authenticationFailure":{}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann","proxies":"https://p/"}}}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann"}}} {}"#,
            r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann"#,
        ] {
            let error = read(options(), body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parse, "{body}: {error}");
        }
        let deep = format!(r#"{{"serviceResponse":{}"#, r#"{"a":"#.repeat(100_000));
        assert_eq!(read(options(), &deep).unwrap_err().kind(), ErrorKind::Parse);
    }

    #[test]
    fn a_user_that_is_missing_or_empty_is_none() {
        for (user, expected) in [
            (value!({}), VerificationFailure::Users { found: 0 }),
            (value!({ "user": null }), VerificationFailure::Users { found: 0 }),
            (value!({ "user": " " }), VerificationFailure::MalformedUser),
            (value!({ "user": "a\r\nb" }), VerificationFailure::MalformedUser),
        ] {
            let body = json(value!({ "authenticationSuccess": user }));
            assert_eq!(failure(read(options(), &body)), expected);
        }
    }
}

mod policies {
    use super::*;

    fn proxied(proxies: &[&str]) -> String {
        let list: String =
            proxies.iter().map(|p| format!("<cas:proxy> {p}\n</cas:proxy>")).collect();
        success(&format!("<cas:user>ann</cas:user><cas:proxies>{list}</cas:proxies>"))
    }

    #[test]
    fn a_proxied_ticket_is_refused_unless_its_chain_is_allowed() {
        let chain = ["https://back.example/pgt", "https://portal.example/pgt"];
        let allowed =
            options().allow_proxy_chain(["https://other.example/pgt"]).allow_proxy_chain(chain);
        assert_eq!(read(allowed.clone(), &proxied(&chain)).unwrap().proxies, chain);
        assert!(read(options().allow_any_proxy(), &proxied(&chain)).is_ok());
        assert!(read(allowed.clone(), &proxied(&[])).is_ok());

        let refused = failure(read(options(), &proxied(&chain)));
        let VerificationFailure::ProxyChain { chain: got, allowed: none } = refused else {
            panic!()
        };
        assert!(got == chain && none.is_empty());
        for chain in
            [&chain[..1], &chain[1..], &["https://portal.example/pgt", "https://back.example/pgt"]]
        {
            let refused = failure(read(allowed.clone(), &proxied(chain)));
            assert!(matches!(refused, VerificationFailure::ProxyChain { .. }), "{chain:?}");
        }
    }

    #[test]
    fn a_fresh_login_that_was_demanded_is_checked() {
        let answer = |flag: &str| {
            success(&format!(
                "<cas:user>ann</cas:user><cas:attributes><cas:isFromNewLogin>{flag}\
                 </cas:isFromNewLogin></cas:attributes>"
            ))
        };
        assert!(read(options(), &answer("false")).is_ok());
        assert!(read(options().renew(true), &answer("true")).is_ok());
        let refused = failure(read(options().renew(true), &answer("False")));
        assert_eq!(refused, VerificationFailure::NotFromNewLogin);
    }

    #[test]
    fn an_authentication_survives_being_stored() {
        let who = read(options(), &success("<cas:user>ann</cas:user><cas:a>b</cas:a>")).unwrap();
        let text = serde_json::to_string(&who).unwrap();
        assert_eq!(serde_json::from_str::<Authentication>(&text).unwrap(), who);
    }
}

mod statuses {
    use super::*;

    fn with_status(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .header("location", "https://sso.example/login")
            .header("content-type", "text/html; charset=utf-8")
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn success_comes_with_status_200_alone() {
        for protocol in [Protocol::V1, Protocol::V2, Protocol::V3] {
            let body = match protocol {
                Protocol::V1 => "yes\nann\n".to_owned(),
                _ => success("<cas:user>ann</cas:user>"),
            };
            let options = options().protocol(protocol);
            assert!(finish(options.clone(), with_status(200, &body)).is_ok());
            for status in [201, 204, 206, 301, 302, 303, 307, 401, 403, 404, 500, 503] {
                let error = finish(options.clone(), with_status(status, &body)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Http, "{status}: {error}");
                assert_eq!(error.status(), Some(status));
            }
        }
    }

    #[test]
    fn a_refusal_counts_with_an_error_status_and_not_with_a_redirect() {
        let body = xml("<cas:authenticationFailure code='INVALID_TICKET'/>");
        let error = finish(options(), with_status(400, &body)).unwrap_err();
        assert!(VerificationFailure::of(&error).is_some());
        assert_eq!(error.status(), Some(400));
        let error = finish(options(), with_status(302, &body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Http);
        assert!(error.to_string().contains("redirects"), "{error}");
    }

    #[test]
    fn a_web_page_is_no_answer_whatever_is_in_it() {
        let good = success("<cas:user>ann</cas:user>");
        for page in [
            "<!DOCTYPE html><html><body>Log in, please</body></html>".to_owned(),
            format!("<html><body>{good}</body></html>"),
            format!("\n<HTML>{good}</HTML>"),
            "Log in, please".to_owned(),
            String::new(),
        ] {
            for protocol in [Protocol::V2, Protocol::V3, Protocol::Saml11] {
                let options = options().protocol(protocol);
                let error = finish(options, with_status(200, &page)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Http, "{page}: {error}");
            }
            let error =
                finish(options().protocol(Protocol::V1), with_status(200, &page)).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Http | ErrorKind::Parse), "{page}: {error}");
        }
    }
}
