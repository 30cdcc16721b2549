//! The published attacks on SAML, and what a careless or hostile identity provider could send.

#![cfg(feature = "saml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

#[path = "support/saml_forge.rs"]
mod saml_forge;

use authing::saml::VerificationFailure as Failure;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_forge::*;

fn refused(response: &str) -> Failure {
    match finish(response) {
        Ok(assertion) => panic!("accepted: {assertion:?}\n{response}"),
        Err(error) => Failure::of(&error).unwrap_or_else(|| panic!("{error:?}")).clone(),
    }
}

fn genuine() -> (String, String) {
    let plain = assertion("_a", "bob");
    let signed = sign(&plain, "_a");
    (plain, signed)
}

fn evil() -> String {
    assertion("_evil", "admin")
}

#[test]
fn the_forge_makes_what_is_accepted() {
    let (_, signed) = genuine();
    let bob = finish(&response("_r", &signed)).unwrap();
    assert_eq!((bob.name_id.value.as_str(), bob.attribute("role")), ("bob", Some("bob")));
    let whole = sign(&response("_r", &assertion("_a", "bob")), "_r");
    assert_eq!(finish(&whole).unwrap().name_id.value, "bob");
    assert_eq!(finish(&sign(&response("_r", &signed), "_r")).unwrap().name_id.value, "bob");
}

#[test]
fn signature_wrapping_1_and_2_of_the_response() {
    let original = response("_r", &assertion("_a", "bob"));
    let info = signed_info(&original, "_r");
    let forged = response("_evil_r", &evil());
    // The original inside the signature, and beside it.
    let inside = signature_with(&info, &rsa(&info), &original);
    assert!(matches!(refused(&insert(&forged, &inside)), Failure::Misplaced { .. }));
    let beside = [signature_with(&info, &rsa(&info), ""), original.clone()].concat();
    assert!(matches!(refused(&insert(&forged, &beside)), Failure::Misplaced { .. }));
    // The signature alone.
    let moved = insert(&forged, &signature_with(&info, &rsa(&info), ""));
    let expected = "#_evil_r".to_owned();
    assert_eq!(refused(&moved), Failure::Reference { expected, got: Some("#_r".to_owned()) });
    let same_id = insert(&response("_r", &evil()), &signature_with(&info, &rsa(&info), ""));
    assert!(matches!(refused(&same_id), Failure::Digest { .. }));
}

#[test]
fn signature_wrapping_3_to_8_of_the_assertion() {
    let (plain, signed) = genuine();
    let signature = signature(&plain, "_a");
    let object = |content: &str| {
        let info = signed_info(&plain, "_a");
        signature_with(&info, &rsa(&info), &format!("<ds:Object>{content}</ds:Object>"))
    };
    let within = |outer: &str, inner: &str| {
        outer.replace("</saml:Assertion>", &format!("{inner}</saml:Assertion>"))
    };
    let extensions = |inner: &str| format!("<samlp:Extensions>{inner}</samlp:Extensions>");
    let two = Failure::Assertions { got: 2 };
    for (number, content) in [
        (3, [evil(), signed.clone()].concat()),
        (3, [signed.clone(), evil()].concat()),
        (5, [insert(&evil(), &signature), plain.clone()].concat()),
    ] {
        assert_eq!(refused(&response("_r", &content)), two, "{number}");
    }
    for (number, content) in [
        (4, within(&evil(), &signed)),
        (
            6,
            insert(
                &evil(),
                &signature.replace("</ds:Signature>", &format!("{plain}</ds:Signature>")),
            ),
        ),
        (7, [extensions(&evil()), signed.clone()].concat()),
        (7, [extensions(&signed), evil()].concat()),
        (8, insert(&evil(), &object(&plain))),
        (8, insert(&plain, &object(&evil()))),
    ] {
        let failure = refused(&response("_r", &content));
        assert!(matches!(failure, Failure::Misplaced { .. }), "{number}: {failure}");
    }
    // The signature of another assertion in one of the same ID.
    let same = insert(&assertion("_a", "admin"), &signature);
    assert!(matches!(refused(&response("_r", &same)), Failure::Digest { .. }));
}

#[test]
fn decoys_in_advice_object_and_extensions_are_refused() {
    let advice = |inner: &str| {
        assertion("_a", "bob").replace(
            "</saml:Conditions>",
            &format!("</saml:Conditions><saml:Advice>{inner}</saml:Advice>"),
        )
    };
    let (_, signed) = genuine();
    let decoy = signed.replace("_a\"", "_b\"");
    let text = sign(&advice(&decoy), "_a");
    assert!(matches!(refused(&response("_r", &text)), Failure::Misplaced { .. }));
    let stray = format!("<samlp:Extensions>{}</samlp:Extensions>", signature("x", "_a"));
    let text = response("_r", &[stray, signed].concat());
    assert!(matches!(refused(&text), Failure::Misplaced { element: "a Signature", .. }));
}

#[test]
fn stripped_doubled_and_broken_signatures_are_refused() {
    let (plain, signed) = genuine();
    let unsigned = Failure::Unsigned { element: "Assertion" };
    assert_eq!(refused(&response("_r", &plain)), unsigned);
    let twice = insert(&signed, &signature(&plain, "_a"));
    let second = Failure::SignatureForm { part: "a second Signature" };
    assert_eq!(refused(&response("_r", &twice)), second);
    // A good signature around does not excuse a bad one inside, nor the other way round.
    let bad = sign(&assertion("_a", "bob"), "_a").replace(">bob<", ">admin<");
    let around = sign(&response("_r", &bad), "_r");
    assert!(matches!(refused(&around), Failure::Digest { .. }));
    let around = sign(&response("_r", &signed), "_r").replace("_r\" InR", "_r\" Consent=\"x\" InR");
    assert!(matches!(refused(&around), Failure::Digest { .. }));
    let garbage = signed.replacen("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", 1);
    assert!(matches!(refused(&response("_r", &garbage)), Failure::Signature { keys: 1, .. }));
}

#[test]
fn every_byte_of_what_is_signed_counts() {
    let (_, signed) = genuine();
    let text = response("_r", &signed);
    let start = text.find("<saml:Assertion").unwrap();
    let end = text.find("</saml:Assertion>").unwrap();
    for at in (start..end).step_by(7) {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(finish(&changed).is_err(), "at {at}: {changed}");
    }
}

#[test]
fn comments_split_no_values() {
    let plain = assertion("_a", "admin@example.com.evil.com");
    let signed = sign(&plain, "_a");
    // Canonical form has no comments: the signature still holds.
    let split = signed.replace("admin@example.com.evil.com", "admin@example.com<!-- -->.evil.com");
    let accepted = finish(&response("_r", &split)).unwrap();
    assert_eq!(accepted.name_id.value, "admin@example.com.evil.com");
    assert_eq!(accepted.attribute("role"), Some("admin@example.com.evil.com"));
    for place in ["<ds:DigestValue>", "<ds:SignatureValue>", "<ds:SignedInfo>"] {
        for what in ["<!-- AAAA -->", "<?x y?>"] {
            let text = signed.replacen(place, &format!("{place}{what}"), 1);
            let failure = refused(&response("_r", &text));
            assert!(matches!(failure, Failure::SignatureForm { .. }), "{failure}");
        }
    }
}

#[test]
fn ids_name_one_element() {
    let (_, signed) = genuine();
    for duplicate in
        ["<x ID=\"_a\"></x>", "<x Id=\"_a\"></x>", "<x id=\"_a\"></x>", "<x xml:id=\"_a\"></x>"]
    {
        let extensions = format!("<samlp:Extensions>{duplicate}</samlp:Extensions>");
        let text = response("_r", &[extensions, signed.clone()].concat());
        assert_eq!(refused(&text), Failure::DuplicateId { id: "_a".to_owned() });
    }
    let same = response("_a", &signed);
    assert_eq!(refused(&same), Failure::DuplicateId { id: "_a".to_owned() });
    // An ID in another namespace is none.
    let namespaces = format!(" xmlns:saml=\"{SAML}\"");
    let foreign = assertion("_a", "bob")
        .replace(" ID=\"_a\"", "")
        .replacen(&namespaces, &format!("{namespaces} xmlns:x=\"urn:x\""), 1)
        .replacen("Version=\"2.0\"", "Version=\"2.0\" x:ID=\"_a\"", 1);
    let failure = refused(&response("_r", &sign(&foreign, "_a")));
    assert!(matches!(failure, Failure::Reference { .. }), "{failure}");
}

#[test]
fn the_form_of_a_signature_is_the_one_of_the_profile() {
    let plain = assertion("_a", "bob");
    let changed = |from: &str, to: &str| {
        let text = sign_changed(&plain, "_a", |info| {
            assert!(info.contains(from));
            info.replace(from, to)
        });
        refused(&response("_r", &text))
    };
    let transforms = "</ds:Transforms>";
    for (algorithm, content) in [
        ("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>self::x</ds:XPath>"),
        ("http://www.w3.org/TR/1999/REC-xslt-19991116", "<x></x>"),
        ("http://www.w3.org/2002/06/xmldsig-filter2", ""),
        ("http://www.w3.org/2000/09/xmldsig#base64", ""),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", ""),
        ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", ""),
    ] {
        let more =
            format!("<ds:Transform Algorithm=\"{algorithm}\">{content}</ds:Transform>{transforms}");
        assert_eq!(changed(transforms, &more), Failure::Transform { got: algorithm.to_owned() });
    }
    for algorithm in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "",
    ] {
        let failure = changed("http://www.w3.org/2001/10/xml-exc-c14n#", algorithm);
        assert_eq!(failure, Failure::Transform { got: algorithm.to_owned() });
    }
    for uri in
        ["", "#", "#xpointer(/)", "#xpointer(id('_a'))", "#_b", "https://evil.example/", "_a"]
    {
        let failure = changed("URI=\"#_a\"", &format!("URI=\"{uri}\""));
        let expected = "#_a".to_owned();
        assert_eq!(failure, Failure::Reference { expected, got: Some(uri.to_owned()) });
    }
    assert!(matches!(changed(" URI=\"#_a\"", ""), Failure::Reference { got: None, .. }));
    for (from, to, part) in [
        (
            "</ds:Reference>",
            "</ds:Reference><ds:Reference URI=\"#_r\"></ds:Reference>",
            "a second Reference",
        ),
        ("<ds:Transforms>", "<ds:Transforms></ds:Transforms><ds:Transforms>", "DigestMethod"),
        (
            "<ds:DigestValue>",
            "<ds:DigestValue></ds:DigestValue><ds:DigestValue>",
            "an element too many",
        ),
        (
            "rsa-sha256\">",
            "rsa-sha256\"><ds:HMACOutputLength>1</ds:HMACOutputLength>",
            "in SignatureMethod",
        ),
    ] {
        assert_eq!(changed(from, to), Failure::SignatureForm { part });
    }
    let list = "p ".repeat(33);
    let inclusive = format!(
        "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{list}\"></ec:InclusiveNamespaces></ds:Canon"
    );
    assert!(matches!(changed("</ds:Canon", &inclusive), Failure::SignatureForm { .. }));
    let many = format!("<ds:Transforms>{}", "<x></x>".repeat(33));
    assert!(matches!(changed("<ds:Transforms>", &many), Failure::SignatureForm { .. }));
    let one = signature(&plain, "_a");
    let info = signed_info(&plain, "_a");
    for twice in [
        one.replace("<ds:SignatureValue>", &format!("{info}<ds:SignatureValue>")),
        one.replace("</ds:Signature>", &format!("{info}</ds:Signature>")),
    ] {
        let failure = refused(&response("_r", &insert(&plain, &twice)));
        assert!(matches!(failure, Failure::SignatureForm { .. }), "{failure}");
    }
}

#[test]
fn only_strong_algorithms_and_pinned_keys_are_believed() {
    let plain = assertion("_a", "bob");
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "none",
        "",
    ] {
        let text = sign_changed(&plain, "_a", |info| {
            info.replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", algorithm)
        });
        let got = algorithm.to_owned();
        assert_eq!(refused(&response("_r", &text)), Failure::SignatureAlgorithm { got });
    }
    for algorithm in
        ["http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmldsig-more#md5"]
    {
        let text = sign_changed(&plain, "_a", |info| {
            info.replace("http://www.w3.org/2001/04/xmlenc#sha256", algorithm)
        });
        let got = algorithm.to_owned();
        assert_eq!(refused(&response("_r", &text)), Failure::DigestAlgorithm { got });
    }
    // HMAC keyed with the public key, under the name of an accepted algorithm.
    let info = signed_info(&plain, "_a");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, CERTIFICATE.as_bytes());
    let code = STANDARD.encode(ring::hmac::sign(&key, info.as_bytes()));
    let text = insert(&plain, &signature_with(&info, &code, ""));
    assert!(matches!(refused(&response("_r", &text)), Failure::Signature { .. }));
    // The attacker's own key and certificate in KeyInfo.
    let attacker = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["idp.example".to_owned()]).unwrap();
    let certificate = STANDARD.encode(certificate.self_signed(&attacker).unwrap().der());
    let info = info.replace("rsa-sha256", "ecdsa-sha256");
    let pair = ring::signature::EcdsaKeyPair::from_pkcs8(
        &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        &attacker.serialize_der(),
        &ring::rand::SystemRandom::new(),
    )
    .unwrap();
    let value = pair.sign(&ring::rand::SystemRandom::new(), info.as_bytes()).unwrap();
    let key_info = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    );
    let text = insert(&plain, &signature_with(&info, &STANDARD.encode(value), &key_info));
    assert!(matches!(refused(&response("_r", &text)), Failure::Signature { keys: 1, .. }));
}

#[test]
fn what_has_no_canonical_form_is_refused() {
    let text = response("_r", &genuine().1);
    let text = text.replace("<samlp:Response ", "<samlp:Response xmlns:v=\"1\" ");
    assert_eq!(refused(&text), Failure::RelativeNamespace { got: "1".to_owned() });
}

#[test]
fn documents_that_are_made_to_cost_are_refused_before_they_do() {
    let malformed = |text: &str| match refused(text) {
        Failure::Malformed { reason } => reason,
        other => panic!("{other}"),
    };
    let (_, signed) = genuine();
    let good = response("_r", &signed);
    for doctype in [
        "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>",
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
        "<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/evil.dtd\">",
        "<!DOCTYPE r>",
    ] {
        let reason = malformed(&format!("{doctype}{good}"));
        assert!(reason.contains("document type"), "{reason}");
    }
    let nested = format!("{}{}", "<x>".repeat(10_000), "</x>".repeat(10_000));
    assert!(malformed(&response("_r", &nested)).contains("deeper"));
    let flood: String = (0..3000).map(|n| format!("<x xmlns:a{n}=\"urn:{n}\">")).collect();
    malformed(&response("_r", &flood));
    let wide: String = (0..10_000).map(|n| format!(" a{n}=\"\"")).collect();
    assert!(malformed(&response("_r", &format!("<x{wide}/>"))).contains("attributes"));
    let huge = response("_r", &"x".repeat(authing::saml::MAX_MESSAGE_SIZE));
    assert!(matches!(refused(&huge), Failure::Size { .. }));
    for text in ["", "x", "<", "<x/>", &good[..good.len() / 2], &format!("{good}<x/>")] {
        assert!(finish(text).is_err());
    }
    for bytes in [b"\xff\xfe<\0x\0/\0>\0".as_slice(), b"<x>\xe9</x>", b"\0"] {
        assert!(service_provider().finish(&STANDARD.encode(bytes), pending()).is_err());
    }
    for text in ["!", "PHg+=", "PHg", "PHg-", &STANDARD.encode(&good)[1..]] {
        assert!(service_provider().finish(text, pending()).is_err());
    }
}

#[test]
fn conditions_that_are_wrong_or_missing_are_refused() {
    type Test = fn(&Failure) -> bool;
    // An attribute of another namespace is another attribute, too.
    let cases: [(&str, &str, Test); 24] = [
        (
            " Recipient=\"https://me.example/acs\">",
            " xmlns:x=\"urn:x\" x:Recipient=\"https://me.example/acs\">",
            |f| !matches!(f, Failure::Time { .. }),
        ),
        (
            "<saml:Audience>https://me.example/saml<",
            "<saml:Audience>https://other.example/<",
            |f| matches!(f, Failure::Audience { .. }),
        ),
        (
            "<saml:AudienceRestriction><saml:Audience>https://me.example/saml</saml:Audience></saml:AudienceRestriction>",
            "",
            |f| matches!(f, Failure::Structure { name: "AudienceRestriction", .. }),
        ),
        (
            "</saml:AudienceRestriction>",
            "</saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>urn:other</saml:Audience></saml:AudienceRestriction>",
            |f| matches!(f, Failure::Audience { .. }),
        ),
        (
            "</saml:AudienceRestriction>",
            "</saml:AudienceRestriction><saml:Condition></saml:Condition>",
            |f| matches!(f, Failure::Condition { .. }),
        ),
        (
            "<saml:Conditions NotBefore=\"2026-01-01T00:00:00Z\"",
            "<saml:Conditions NotBefore=\"2026-01-01T00:01:31Z\"",
            |f| matches!(f, Failure::NotYetValid { .. }),
        ),
        (
            "NotOnOrAfter=\"2026-01-01T00:05:00Z\"><saml:AudienceRestriction",
            "NotOnOrAfter=\"2025-12-31T23:59:30Z\"><saml:AudienceRestriction",
            |f| matches!(f, Failure::Expired { .. }),
        ),
        (
            "NotOnOrAfter=\"2026-01-01T00:05:00Z\" Recipient",
            "NotOnOrAfter=\"2025-12-31T23:59:30Z\" Recipient",
            |f| matches!(f, Failure::Expired { .. }),
        ),
        (
            "NotOnOrAfter=\"2026-01-01T00:05:00Z\" Recipient",
            "NotOnOrAfter=\"2026-01-01\" Recipient",
            |f| matches!(f, Failure::Time { got: Some(_), .. }),
        ),
        (
            "NotOnOrAfter=\"2026-01-01T00:05:00Z\" Recipient",
            "NotOnOrAfter=\"99999999999999\" Recipient",
            |f| matches!(f, Failure::Time { got: Some(_), .. }),
        ),
        (" NotOnOrAfter=\"2026-01-01T00:05:00Z\" Recipient", " Recipient", |f| {
            matches!(f, Failure::Time { got: None, .. })
        }),
        (
            "SessionNotOnOrAfter=\"2026-01-01T08:00:00Z\"",
            "SessionNotOnOrAfter=\"2025-12-31T08:00:00Z\"",
            |f| matches!(f, Failure::Expired { what: "SessionNotOnOrAfter", .. }),
        ),
        ("Recipient=\"https://me.example/acs\"", "Recipient=\"https://other.example/\"", |f| {
            matches!(f, Failure::Recipient { got: Some(_), .. })
        }),
        (" Recipient=\"https://me.example/acs\"", "", |f| {
            matches!(f, Failure::Recipient { got: None, .. })
        }),
        ("Data InResponseTo=\"_request\"", "Data InResponseTo=\"_other\"", |f| {
            matches!(f, Failure::InResponseTo { got: Some(_), .. })
        }),
        ("Data InResponseTo=\"_request\"", "Data", |f| {
            matches!(f, Failure::InResponseTo { got: None, .. })
        }),
        (":cm:bearer", ":cm:holder-of-key", |f| matches!(f, Failure::Confirmation { .. })),
        (
            "<saml:Issuer>https://idp.example/</saml:Issuer>",
            "<saml:Issuer>https://other.example/</saml:Issuer>",
            |f| matches!(f, Failure::Issuer { .. }),
        ),
        ("<saml:Issuer>https://idp.example/</saml:Issuer>", "<saml:Issuer></saml:Issuer>", |f| {
            matches!(f, Failure::Issuer { .. })
        }),
        ("<saml:NameID>bob</saml:NameID>", "", |f| {
            matches!(f, Failure::Structure { name: "NameID", .. })
        }),
        ("<saml:NameID>bob</saml:NameID>", "<saml:NameID> </saml:NameID>", |f| {
            matches!(f, Failure::Structure { .. })
        }),
        ("<saml:NameID>bob</saml:NameID>", "<saml:NameID>bob<x></x></saml:NameID>", |f| {
            matches!(f, Failure::Malformed { .. })
        }),
        (
            "<saml:NameID>bob</saml:NameID>",
            "<saml:NameID>bob</saml:NameID><saml:NameID>admin</saml:NameID>",
            |f| matches!(f, Failure::Structure { .. }),
        ),
        ("Version=\"2.0\"", "Version=\"1.1\"", |f| matches!(f, Failure::Version { .. })),
    ];
    let plain = assertion("_a", "bob");
    for (from, to, expected) in cases {
        assert!(plain.contains(from), "{from}");
        let failure = refused(&response("_r", &sign(&plain.replacen(from, to, 1), "_a")));
        assert!(expected(&failure), "{to}: {failure}");
    }
    for element in ["Conditions", "Subject", "AuthnStatement"] {
        let (start, end) = (format!("<saml:{element}"), format!("</saml:{element}>"));
        let (before, rest) = plain.split_once(&start).unwrap();
        let (_, after) = rest.rsplit_once(&end).unwrap();
        let failure = refused(&response("_r", &sign(&[before, after].concat(), "_a")));
        assert!(matches!(failure, Failure::Structure { .. }), "{element}: {failure}");
    }
}

#[test]
fn responses_that_are_wrong_outside_the_assertion_are_refused() {
    type Test = fn(&Failure) -> bool;
    let cases: [(&str, &str, Test); 9] = [
        ("Destination=\"https://me.example/acs\"", "Destination=\"https://other.example/\"", |f| {
            matches!(f, Failure::Destination { .. })
        }),
        ("InResponseTo=\"_request\" Issue", "InResponseTo=\"_other\" Issue", |f| {
            matches!(f, Failure::InResponseTo { .. })
        }),
        ("InResponseTo=\"_request\" Issue", "Issue", |f| {
            matches!(f, Failure::InResponseTo { got: None, .. })
        }),
        ("status:Success", "status:Requester", |f| matches!(f, Failure::Status { .. })),
        ("Version=\"2.0\"", "Version=\"1.0\"", |f| matches!(f, Failure::Version { .. })),
        (">https://idp.example/<", ">https://other.example/<", |f| {
            matches!(f, Failure::Issuer { element: "Response", .. })
        }),
        ("samlp:Response", "samlp:ArtifactResponse", |f| matches!(f, Failure::Message { .. })),
        (SUCCESS, "", |f| matches!(f, Failure::Structure { name: "Status", .. })),
        (SAMLP, "urn:oasis:names:tc:SAML:1.0:protocol", |f| matches!(f, Failure::Message { .. })),
    ];
    let (_, signed) = genuine();
    for (from, to, expected) in cases {
        let text = response("_r", "").replace(from, to);
        let end = text.rfind("</").unwrap();
        let text = [&text[..end], &signed, &text[end..]].concat();
        let failure = refused(&text);
        assert!(expected(&failure), "{to}: {failure}");
    }
    let none = refused(&response("_r", ""));
    assert_eq!(none, Failure::Assertions { got: 0 });
    // Where the response is signed, it must say where it goes.
    let nowhere = response("_r", &assertion("_a", "bob"))
        .replace(" Destination=\"https://me.example/acs\"", "");
    assert!(matches!(refused(&sign(&nowhere, "_r")), Failure::Destination { got: None, .. }));
}

#[test]
fn an_encrypted_assertion_beside_a_signed_one_is_refused() {
    let (_, signed) = genuine();
    let encrypted = "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"></saml:EncryptedAssertion>";
    for content in [[encrypted, &signed].concat(), [&signed, encrypted].concat()] {
        assert_eq!(refused(&response("_r", &content)), Failure::Assertions { got: 2 });
    }
    let alone = refused(&sign(&response("_r", encrypted), "_r"));
    assert_eq!(alone, Failure::NoDecryptionKey { element: "EncryptedAssertion" });
}

#[test]
fn an_assertion_with_two_confirmations_is_remembered_for_the_longer_one() {
    let longer = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
        <saml:SubjectConfirmationData InResponseTo=\"_request\" NotOnOrAfter=\"2026-01-01T00:30:00Z\" Recipient=\"https://me.example/acs\">\
        </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>";
    let text = assertion("_a", "bob")
        .replace("</saml:Subject>", longer)
        .replace(" NotOnOrAfter=\"2026-01-01T00:05:00Z\"><saml:Aud", "><saml:Aud");
    let text = STANDARD.encode(response("_r", &sign(&text, "_a")));
    let sp = service_provider();
    sp.finish(&text, pending()).unwrap();
    let later = now() + std::time::Duration::from_secs(1200);
    let error = sp.clock(move || later).finish(&text, pending()).unwrap_err();
    assert!(matches!(Failure::of(&error), Some(Failure::Replayed { .. })), "{error}");
}

#[test]
fn expired_metadata_signs_nobody_on() {
    let text = format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://idp.example/\" validUntil=\"2026-01-01T00:00:10Z\">\
         <IDPSSODescriptor protocolSupportEnumeration=\"{SAMLP}\"><KeyDescriptor><KeyInfo xmlns=\"{DS}\"><X509Data><X509Certificate>{}</X509Certificate>\
         </X509Data></KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>",
        CERTIFICATE.lines().filter(|line| !line.starts_with("---")).collect::<String>()
    );
    let idp = authing::saml::IdpMetadata::parse(&text).unwrap();
    let sp = authing::saml::ServiceProvider::new(ENTITY, ACS, idp).unwrap().clock(now);
    let error = sp.finish(&STANDARD.encode(response("_r", &genuine().1)), pending()).unwrap_err();
    assert!(matches!(Failure::of(&error), Some(Failure::Expired { .. })), "{error}");
}
