//! The fuzz target for CAS answers as a bounded test: mutated answers, the same ones in each run.

#![cfg(feature = "cas")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

#[path = "../fuzz/cas_answer/exercise.rs"]
#[allow(unreachable_pub, reason = "public where it is a module of a program")]
mod exercise;

use std::path::Path;

const CASES: u32 = 20_000;

const SEEDS: &[&str] = &[
    "yes\nann\n",
    "no\n\n",
    "/cas?next=%2F&ticket=ST-1-abc&lang=en#top",
    "pgtIou=PGTIOU-1&pgtId=PGT-1",
    r#"<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess>
<cas:user>ann</cas:user><cas:attributes><cas:mail>a@b</cas:mail><cas:group>x</cas:group>
<cas:group><![CDATA[y]]></cas:group><cas:userAttributes><cas:attribute name="n">v</cas:attribute>
</cas:userAttributes></cas:attributes><cas:attribute name="n" value="v"/><!-- c -->
<cas:proxyGrantingTicket>PGTIOU-1</cas:proxyGrantingTicket><cas:proxies/>
</cas:authenticationSuccess></cas:serviceResponse>"#,
    r#"<serviceResponse xmlns="http://www.yale.edu/tp/cas"><authenticationFailure
code='INVALID_TICKET'>Ticket &#x27;ST-1&#x27; not recognized</authenticationFailure></serviceResponse>"#,
    r#"{"serviceResponse":{"authenticationSuccess":{"user":"ann","attributes":{"mail":["a@b"],
"authenticationDate":[1447320610.5],"n":null},"proxies":[],"proxyGrantingTicket":"PGTIOU-1"}}}"#,
    r#"{"serviceResponse":{"authenticationFailure":{"code":"INVALID_TICKET","description":"no"}}}"#,
    r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-1"
IssueInstant="2015-02-10T14:28:42Z"><samlp:SessionIndex>ST-1-abc</samlp:SessionIndex>
</samlp:LogoutRequest>"#,
    r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><Response
xmlns="urn:oasis:names:tc:SAML:1.0:protocol"><Status><StatusCode Value="samlp:Success"/></Status>
<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion"><Conditions NotBefore="2026-01-02T03:04:00Z"
NotOnOrAfter="2026-01-02T03:05:00Z"><AudienceRestrictionCondition><Audience>https://me.example/cas
</Audience></AudienceRestrictionCondition></Conditions><AuthenticationStatement
AuthenticationInstant="2026-01-02T03:04:00Z"><Subject><NameIdentifier>ann</NameIdentifier></Subject>
</AuthenticationStatement></Assertion></Response></e:Body></e:Envelope>"#,
];

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
    "<!DOCTYPE a>",
    "<?",
    "?>",
    "&",
    "&amp;",
    "&#10;",
    "&#0;",
    "'",
    "\"",
    "=",
    "cas:",
    "cas:user",
    "<cas:user>bob</cas:user>",
    "<cas:proxies>",
    "<cas:proxy>p</cas:proxy>",
    " xmlns:x='u'",
    " xmlns=''",
    "\u{feff}",
    "\0",
    "\r\n",
    "\n",
    "yes\n",
    "no\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "\\u0000",
    "\"user\":\"bob\",",
    "ticket=ST-2&",
    "?",
    "#",
    "%",
    "%00",
    "é",
    "中",
];

#[test]
fn no_input_makes_the_readers_panic_or_believe_too_much() {
    let seeds = seeds();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for case in 0..CASES {
        let data = mutated(&seeds, &mut random);
        let outcome = std::panic::catch_unwind(|| exercise::exercise(&data));
        assert!(outcome.is_ok(), "case {case}: {:?}", String::from_utf8_lossy(&data));
    }
}

#[test]
fn the_seeds_themselves_hold() {
    for seed in seeds() {
        exercise::exercise(&seed);
    }
}

/// Ours, and those of other projects where they are there.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    if let Some(folder) = std::env::var_os("AUTHING_VECTORS") {
        let files = std::fs::read_dir(Path::new(&folder).join("cas/files")).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        seeds.extend(paths.iter().map(|path| std::fs::read(path).unwrap()));
    }
    seeds
}

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(data.len() + 1);
        let end = (at + random.below(40)).min(data.len());
        match random.below(7) {
            0 => data.truncate(at),
            1 => drop(data.drain(at..end)),
            2 => {
                let piece = data[at..end].to_vec();
                data.splice(at..at, piece.repeat(1 + random.below(3)));
            }
            3 => {
                let word = WORDS[random.below(WORDS.len())];
                data.splice(at..at, word.bytes().collect::<Vec<_>>().repeat(1 + random.below(80)));
            }
            4 if at < data.len() => data[at] = u8::try_from(random.below(256)).unwrap(),
            5 => {
                let other = &seeds[random.below(seeds.len())];
                data.splice(at..at, other[random.below(other.len())..].to_vec());
            }
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                data.splice(at..end, word.bytes());
            }
        }
    }
    data
}

/// Xorshift: random enough to mutate with, and the same in each run.
struct Random(u64);

impl Random {
    /// A number below `limit`, which is not zero.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}
