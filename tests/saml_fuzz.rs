//! The fuzz targets for SAML as a bounded test: mutated messages, the same ones in each run.

#![cfg(feature = "saml")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

#[path = "../fuzz/saml_message/exercise.rs"]
#[allow(unreachable_pub, reason = "public where it is a module of a program")]
mod message;
#[path = "../fuzz/saml_response/exercise.rs"]
#[allow(unreachable_pub, reason = "public where it is a module of a program")]
mod response;
#[path = "support/saml_forge.rs"]
mod saml_forge;

use saml_forge::{assertion, sign};

const CASES: u32 = 4_000;

/// What mutations put in.
const WORDS: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x?>",
    "&amp;",
    "&#0;",
    "&x;",
    "\"",
    "'",
    "=",
    "\0",
    "\r",
    "\u{feff}",
    " ID=\"_a\"",
    " xmlns=\"\"",
    " xmlns:saml=\"urn:x\"",
    " xmlns:x=\"1\"",
    "<x>",
    "</x>",
    "admin",
    "<!DOCTYPE x>",
    "<saml:NameID>admin</saml:NameID>",
    "<saml:Assertion>",
    "</saml:Assertion>",
    "<ds:Signature>",
    "#",
    "é",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(usize::MAX) % end
    }
}

fn mutated(seed: &str, random: &mut Random) -> Vec<u8> {
    let mut data = seed.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(data.len() + 1);
        let end = (at + random.below(400)).min(data.len());
        match random.below(6) {
            0 => data.truncate(at),
            1 => drop(data.drain(at..end)),
            2 => {
                let piece = data[at..end].to_vec();
                let to = random.below(data.len() + 1);
                data.splice(to..to, piece);
            }
            3 | 4 => {
                let word = WORDS[random.below(WORDS.len())];
                let word = word.repeat(if random.below(20) == 0 { 500 } else { 1 });
                data.splice(at..at, word.bytes());
            }
            _ if at < data.len() => data[at] = u8::try_from(random.below(256)).unwrap(),
            _ => {}
        }
    }
    data
}

#[test]
fn no_change_to_a_signed_response_changes_what_comes_out() {
    let signed = sign(&assertion("_a", "bob"), "_a");
    let whole = sign(&saml_forge::response("_r", &signed), "_r");
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for seed in [saml_forge::response("_r", &signed), whole] {
        response::exercise(seed.as_bytes(), Some(&seed));
        for case in 0..CASES / 2 {
            let data = mutated(&seed, &mut random);
            let outcome = std::panic::catch_unwind(|| response::exercise(&data, Some(&seed)));
            assert!(outcome.is_ok(), "case {case}: {}", String::from_utf8_lossy(&data));
        }
    }
}

#[test]
fn no_metadata_query_or_form_makes_the_readers_panic() {
    let metadata = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"e\" validUntil=\"2030-01-01T00:00:00Z\">\
        <IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><KeyDescriptor/>\
        <SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"l\"/></IDPSSODescriptor></EntityDescriptor>";
    let query = "SAMLRequest=y0jNyclXyEAnAA%3D%3D&RelayState=r%20s&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256&Signature=AAAA";
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for seed in [metadata, query, "PHNhbWxwOkxvZ291dFJlcXVlc3QvPg=="] {
        for case in 0..CASES {
            let data = mutated(seed, &mut random);
            let outcome = std::panic::catch_unwind(|| message::exercise(&data));
            assert!(outcome.is_ok(), "case {case}: {}", String::from_utf8_lossy(&data));
        }
    }
}
