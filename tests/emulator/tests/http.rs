//! The server as HTTP and GraphQL software: shapes, faults, connections, hostile input.

#[cfg(test)]
mod support;

use std::net::TcpStream;
use std::time::{Duration, Instant};

use authing_emulator::{Emulator, Fault};
use serde_json::{Value, json};
use support::{Client, LIST, LOGIN, PASSWORD, agent};

const INTROSPECTION: &str = "query IntrospectionQuery {
    __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType }
        directives { name description locations args { ...InputValue } }
    }
}
fragment FullType on __Type {
    kind name description
    fields(includeDeprecated: true) {
        name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
    }
    inputFields { ...InputValue }
    interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type {
    kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name } } } } } } }
}";

#[test]
fn clients_may_introspect_without_any_credential() {
    let emulator = Emulator::start().unwrap();
    let schema = Client::bare(&emulator).run(INTROSPECTION, json!({}));
    let types = schema["types"].as_array().unwrap();
    let query = types.iter().find(|found| found["name"] == "Query").unwrap();
    assert_eq!(query["fields"].as_array().unwrap().len(), 49);
}

#[test]
fn errors_before_execution_are_plain_strings() {
    let emulator = Emulator::start().unwrap();
    let client = Client::management(&emulator);
    for (query, variables) in [
        ("{ users", json!({})),
        ("{ users { nope } }", json!({})),
        ("{ nope }", json!({})),
        (LIST, json!({ "page": "one" })),
        (LOGIN, json!({})),
        ("query A { users { totalCount } } query B { users { totalCount } }", json!({})),
        ("subscription { users }", json!({})),
    ] {
        let (status, body) = client.post_graphql(query, variables);
        assert_eq!(status, 400, "{query}");
        assert!(body["errors"][0]["message"].is_string(), "{body}");
        assert!(body["errors"][0]["extensions"]["code"].is_string(), "{body}");
    }
}

#[test]
fn what_is_not_implemented_says_so() {
    let emulator = Emulator::builder().seed_users(1).start().unwrap();
    let client = Client::management(&emulator);
    let body = client.graphql("{ functions { totalCount } }", json!({}));
    let expected = "the emulator does not implement `Query.functions` yet";
    assert_eq!(body["errors"][0]["message"], expected);
    assert_eq!(body["data"], Value::Null);
    let (status, body) = client.get("/api/v2/nothing/here");
    assert_eq!((status, &body["code"]), (404, &json!(404)));
    assert_eq!(client.get("/graphql/v2").0, 404);
}

#[test]
fn the_user_pool_shows_itself() {
    let emulator = Emulator::start().unwrap();
    let pool = "{ userpool { id secret jwtSecret tokenExpiresAfter whitelist { emailEnabled } } }";
    let pool = Client::management(&emulator).run(pool, json!({}));
    assert_eq!(pool["id"], json!(emulator.user_pool_id()));
    assert_eq!(pool["tokenExpiresAfter"], 14 * 86_400);
}

#[test]
fn the_public_key_is_served() {
    let emulator = Emulator::start().unwrap();
    let (status, answer) = Client::bare(&emulator).get("/api/v2/.well-known");
    assert_eq!((status, &answer["code"]), (200, &json!(200)));
    assert_eq!(answer["data"]["publicKey"], json!(emulator.public_key()));
    assert!(emulator.public_key().starts_with("-----BEGIN PUBLIC KEY-----\n"));
}

#[test]
fn requests_are_recorded_as_they_came() {
    let emulator = Emulator::start().unwrap();
    let client = Client::new(&emulator).with_header("x-authing-lang", "en-US");
    client.get("/api/v2/users/me?a=b%20c");
    let login = json!({ "input": client.login("bob", PASSWORD), "clientip": "192.0.2.1" });
    client.graphql(LOGIN, login);
    let requests = emulator.requests();
    let [first, second] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((first.method.as_str(), first.path.as_str()), ("GET", "/api/v2/users/me"));
    assert_eq!(first.query.as_deref(), Some("a=b%20c"));
    assert_eq!(first.header("X-Authing-Lang"), Some("en-US"));
    assert_eq!(first.header("x-absent"), None);
    assert_eq!(second.operations, ["loginByUsername"]);
    assert_eq!(second.unknown_variables, ["clientip"]);
    assert!(second.body.contains("loginByUsername"));
    assert_eq!(first.connection, second.connection);
    assert_eq!(emulator.connections(), 1, "connections are kept alive");
    emulator.clear_requests();
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_fault_answers_in_place_of_the_emulator() {
    let emulator = Emulator::start().unwrap();
    let client = Client::management(&emulator);
    emulator.inject(Fault::on("users").status(503).header("retry-after", "1").times(2));
    emulator.inject(Fault::on("/api/v2/.well-known").content_type("text/html").body("<html>"));
    for _ in 0..2 {
        assert_eq!(client.post_graphql(LIST, json!({})), (503, json!("")));
    }
    client.run(LIST, json!({}));
    assert_eq!(client.get("/api/v2/.well-known"), (500, json!("<html>")));
    assert_eq!(client.get("/api/v2/.well-known").0, 200);
    emulator.inject(Fault::any());
    assert_eq!(client.get("/api/v2/.well-known"), (500, json!("")));
    emulator.inject(Fault::any().times(0));
    emulator.inject(Fault::any().status(42));
    assert_eq!(client.get("/api/v2/.well-known").0, 500, "a status that is none");
    let recorded = emulator.requests();
    assert_eq!(recorded.iter().filter(|request| request.operations == ["users"]).count(), 3);
}

#[test]
fn a_fault_delays_the_real_answer() {
    let emulator = Emulator::start().unwrap();
    let client = Client::bare(&emulator);
    emulator.inject(Fault::any().delay(Duration::from_millis(150)));
    let start = Instant::now();
    assert_eq!(client.get("/api/v2/.well-known").0, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_fault_drops_the_connection() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::any().drop_connection());
    let url = format!("{}/api/v2/.well-known", emulator.url());
    agent().get(&url).call().unwrap_err();
    assert_eq!(emulator.requests().len(), 1, "it is recorded all the same");
    agent().get(&url).call().unwrap();
}

#[test]
fn a_fault_cuts_the_body_short() {
    let emulator = Emulator::start().unwrap();
    let whole = support::raw(&emulator, "GET /api/v2/.well-known HTTP/1.1\r\nconnection: close");
    emulator.inject(Fault::any().truncate(10));
    let cut = support::raw(&emulator, "GET /api/v2/.well-known HTTP/1.1");
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    let (_, whole) = whole.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, &whole[..10]);
    assert!(head.to_lowercase().contains(&format!("content-length: {}", whole.len())), "{head}");
    emulator.inject(Fault::any().status(200).body("0123456789").truncate(0));
    let cut = support::raw(&emulator, "GET / HTTP/1.1");
    assert!(cut.ends_with("\r\n\r\n"), "{cut}");
    emulator.inject(Fault::any().truncate(1_000_000));
    assert_eq!(Client::bare(&emulator).get("/api/v2/.well-known").1["code"], 200);
}

#[test]
fn a_fault_answers_with_a_huge_body() {
    let emulator = Emulator::start().unwrap();
    for bytes in [0, 5, 11, 12, 3_000_000] {
        emulator.inject(Fault::any().huge(bytes));
        let mut response = agent().get(emulator.url()).call().unwrap();
        let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        assert_eq!(body.len(), bytes);
        if bytes > 10 {
            assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({ "data": {} }));
        }
    }
}

#[test]
fn a_fault_sends_the_body_byte_by_byte() {
    let emulator = Emulator::start().unwrap();
    let every = Duration::from_millis(10);
    emulator.inject(Fault::any().status(200).body("ten bytes!").trickle(every));
    let start = Instant::now();
    let answer = Client::bare(&emulator).get("/");
    assert_eq!(answer, (200, json!("ten bytes!")));
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn dropping_the_emulator_ends_hanging_requests_promptly() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::any().hang().times(4));
    let url = emulator.url().to_owned();
    let requests: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || agent().get(url).call().map(|_| ()))
        })
        .collect();
    while emulator.requests().len() < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let idle = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let start = Instant::now();
    drop(emulator);
    for request in requests {
        request.join().unwrap().unwrap_err();
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    drop(idle);
    agent().get(url).call().unwrap_err();
}

#[test]
fn many_clients_are_served_at_once() {
    let emulator = Emulator::builder().seed_users(8).start().unwrap();
    std::thread::scope(|scope| {
        for number in 1..=8 {
            let emulator = &emulator;
            scope.spawn(move || {
                let client = Client::new(emulator);
                for logins in 1..=10 {
                    let user = client.log_in(&format!("user{number:05}"));
                    assert_eq!(user["loginsCount"], logins);
                }
            });
        }
    });
    assert_eq!(emulator.requests().len(), 80);
    assert_eq!(emulator.connections(), 8);
}

#[test]
fn hostile_requests_are_refused_and_harm_nothing() {
    let emulator = Emulator::start().unwrap();
    let client = Client::management(&emulator);
    let query = |text: String| json!({ "query": text }).to_string().into_bytes();
    let nested = |levels: usize| "{ users { list ".repeat(levels) + &"} }".repeat(levels);
    let wide = "a: users { totalCount } ".repeat(3_000);
    let many: String = (0..3_000).map(|n| format!("a{n}: __typename ")).collect();
    let types = "{ __schema ".to_owned()
        + &"{ types { fields { type ".repeat(15)
        + "{ name }"
        + &"} } }".repeat(15)
        + "}";
    let list_value =
        format!("{{ users(page: {}1{}) {{ totalCount }} }}", "[".repeat(9000), "]".repeat(9000));
    let spreads = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned();
    let chain: String = (0..2_000)
        .map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1))
        .collect::<String>()
        + "fragment F2000 on Query { __typename } { ...F0 }";
    for (what, body, expected) in [
        ("empty", Vec::new(), 400),
        ("no JSON", b"query { users }".to_vec(), 400),
        ("cut JSON", b"{\"query\": \"{ users".to_vec(), 400),
        ("not UTF-8", vec![0xff; 100], 400),
        ("a batch", b"[{\"query\": \"{ __typename }\"}]".to_vec(), 400),
        ("deep JSON", "[".repeat(100_000).into_bytes(), 400),
        ("no query", b"{}".to_vec(), 400),
        ("an empty query", query(String::new()), 400),
        ("deep selections", query(nested(20_000)), 400),
        ("rather deep selections", query(nested(30)), 400),
        ("a deep value", query(list_value), 400),
        ("many tokens", query("a ".repeat(2_000_000)), 400),
        ("one field often", query(format!("{{ {wide} }}")), 400),
        ("many fields", query(format!("{{ {many} }}")), 400),
        ("introspection without end", query(types), 400),
        ("a cycle of fragments", query(spreads), 400),
        ("a chain of fragments", query(chain), 400),
        ("braces", query("{".repeat(100_000)), 400),
        ("a large body", vec![b' '; 9 * 1024 * 1024], 413),
    ] {
        let start = Instant::now();
        let (status, answer) = client.post_raw("/graphql/v2", "application/json", &body);
        assert_eq!(status, expected, "{what}: {answer}");
        assert!(start.elapsed() < Duration::from_secs(5), "{what} took {:?}", start.elapsed());
    }
    let body = query("{ __typename }".to_owned());
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        assert_eq!(client.post_raw("/graphql/v2", content_type, &body).0, 400, "{content_type}");
    }
    let charset = "application/json; charset=utf-8";
    assert_eq!(client.post_raw("/graphql/v2", charset, &body).0, 200);
    for path in ["/api/v2/users/%ff", "/api/v2/users/%00", "/api/v2/users/a%2fb", "//", "/%"] {
        let (status, _) = client.get(path);
        assert!(status < 500, "{path}: {status}");
    }
    for body in
        [&b"{"[..], b"[]", b"{\"ids\": 1, \"type\": 2}", b"{\"ids\":[null],\"type\":\"id\"}"]
    {
        assert!(client.post_raw("/api/v2/users/batch", "application/json", body).0 < 500);
    }
    assert!(support::raw(&emulator, "nonsense").starts_with("HTTP/1.1 400"));
    client.run(LIST, json!({}));
}
