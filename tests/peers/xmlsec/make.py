"""Makes documents with their canonical form, and signed and encrypted responses: make.py FOLDER"""
import base64, json, os, random, subprocess, sys

import xmlsec
from lxml import etree

folder = sys.argv[1]
T = xmlsec.constants
NS = {"a": "urn:oasis:names:tc:SAML:2.0:assertion", "p": "urn:oasis:names:tc:SAML:2.0:protocol"}

# ---- documents

PREFIXES = ["", "a", "b", "c", "ab"]
# libxml2 does not escape the ampersand of a namespace name, which the standard asks for.
URIS = ["urn:1", "urn:2", "http://example.com/x?y=z", "urn:3"]
TEXTS = ["x", "é", "中文 ", "&amp;", "&lt;b&gt;", "&#13;", "\r\n", "\t", "]]&gt;", "<![CDATA[<&>]]>", "&#x1F600;", '"', "'", " "]
VALUES = ["", "v", "&#10;", "&#9;", "&#13;", "a\tb\nc", "&quot;", "&gt;", "&lt;", "&amp;", "é", "  "]


def element(rng, scope, depth, mark):
    scope = dict(scope)
    declared = {}
    for prefix in PREFIXES:
        if rng.random() < 0.2:
            declared[prefix] = rng.choice(URIS + ([""] if prefix == "" else []))
    scope.update(declared)
    prefix = rng.choice([p for p in scope if p == "" or scope[p]])
    name = (prefix + ":" if prefix else "") + rng.choice("xyz")
    attributes = {}
    for _ in range(rng.randrange(4)):
        p = rng.choice([p for p in scope if p == "" or scope[p]] + ["xml"])
        local = rng.choice(["k", "l", "m", "K"])
        key = (scope.get(p, "xml") if p else None, local)
        attributes.setdefault(key, ((p + ":" if p else "") + local, "".join(rng.choices(VALUES, k=2))))
    pairs = [("xmlns" + (":" + p if p else ""), u.replace("&", "&amp;")) for p, u in declared.items()] + list(attributes.values())
    if mark:
        pairs.append(("apex", ""))
    rng.shuffle(pairs)
    quote = lambda v: "'" + v.replace("'", "&#39;") + "'" if rng.random() < 0.5 else '"' + v + '"'
    start = "<" + name + "".join(rng.choice([" ", "\n", "  "]) + k + rng.choice(["=", " = "]) + quote(v) for k, v in pairs)
    content = ""
    if depth:
        apex_at = rng.randrange(3) if mark is None else -1
        for at in range(rng.randrange(1, 5) if mark is not None else 3):
            content += rng.choice(TEXTS) if rng.random() < 0.5 else ""
            content += rng.choice(["<!-- c\r\n -->", "<?pi  d ?>", "<?q?>", ""]) if rng.random() < 0.3 else ""
            if at == apex_at:
                content += element(rng, scope, depth - 1, True)
            elif rng.random() < 0.7:
                content += element(rng, scope, depth - 1, False)
    return start + ("/>" if not content and rng.random() < 0.5 else ">" + content + "</" + name + rng.choice(["", " "]) + ">")


with open(os.path.join(folder, "canonical.jsonl"), "w", encoding="utf-8") as out:
    made = 0
    for seed in range(20000):
        rng = random.Random(seed)
        inner = rng.random() < 0.5
        text = element(rng, {"": ""}, rng.randrange(1, 5), None if inner else True)
        try:
            root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, strip_cdata=True))
        except etree.XMLSyntaxError:
            continue
        apex = root.xpath("//*[@apex]")[0]
        comments = rng.random() < 0.5
        # Below the root, lxml loses prefixes that are declared above and not used.
        inclusive = [] if inner else rng.sample(PREFIXES[1:], rng.randrange(4))
        expected = etree.tostring(apex, method="c14n", exclusive=True, with_comments=comments,
                                  inclusive_ns_prefixes=inclusive or None, with_tail=False)
        row = {"text": text, "comments": comments, "inclusive": inclusive, "canonical": expected.decode()}
        out.write(json.dumps(row) + "\n")
        made += 1
print(made, "documents")

# ---- responses


def key_pair(name, *arguments):
    key, cert = (os.path.join(folder, f"{name}.{end}") for end in ("key", "crt"))
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=" + name, "-keyout", key, "-out", cert,
                    *arguments], check=True, stderr=subprocess.DEVNULL)
    return key


keys = {"rsa": key_pair("rsa", "-newkey", "rsa:2048"),
        "p256": key_pair("p256", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        "p384": key_pair("p384", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1")}

RESPONSE = """<?xml version="1.0"?>
<p:Response xmlns:p="{p}" xmlns:a="{a}" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_r" Version="2.0"
  IssueInstant="2026-01-01T00:00:00Z" Destination="https://me.example/acs" InResponseTo="_request">
  <a:Issuer>https://idp.example/</a:Issuer>
  <p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>
  <a:Assertion ID="_a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><a:Issuer>https://idp.example/</a:Issuer>
    <a:Subject><a:NameID>zoë &amp; <!-- comment -->co</a:NameID><a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <a:SubjectConfirmationData NotOnOrAfter="2026-01-01T00:05:00Z" Recipient="https://me.example/acs" InResponseTo="_request"/></a:SubjectConfirmation></a:Subject>
    <a:Conditions NotBefore="2026-01-01T00:00:00Z" NotOnOrAfter="2026-01-01T00:05:00Z">
      <a:AudienceRestriction><a:Audience>https://me.example/saml</a:Audience></a:AudienceRestriction></a:Conditions>
    <a:AuthnStatement AuthnInstant="2026-01-01T00:00:00Z" SessionIndex="_s"><a:AuthnContext>
      <a:AuthnContextClassRef>urn:x</a:AuthnContextClassRef></a:AuthnContext></a:AuthnStatement>
    <a:AttributeStatement><a:Attribute Name="n"><a:AttributeValue xmlns:i="http://www.w3.org/2001/XMLSchema-instance"
      i:type="xs:string">&lt;v&gt;&#13;</a:AttributeValue></a:Attribute></a:AttributeStatement>
  </a:Assertion>
</p:Response>""".format(**NS)


def sign(element, method, digest, key, c14n, inclusive):
    element_id = element.get("ID")
    xmlsec.tree.add_ids(element, ["ID"])
    signature = xmlsec.template.create(element, c14n, method, ns="ds")
    element.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri="#" + element_id)
    xmlsec.template.add_transform(reference, T.TransformEnveloped)
    transform = xmlsec.template.add_transform(reference, c14n)
    if inclusive:
        xmlsec.template.transform_add_c14n_inclusive_namespaces(transform, inclusive)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(key, T.KeyDataFormatPem)
    context.sign(signature)


def encrypt(original, cipher, size, digest):
    # In a document of its own it keeps its namespaces, so that it can be read alone.
    assertion = etree.fromstring(etree.tostring(original, with_tail=False))
    data = xmlsec.template.encrypted_data_create(assertion, cipher, type=T.TypeEncElement, ns="xenc")
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    wrapped = xmlsec.template.add_encrypted_key(info, T.TransformRsaOaep)
    xmlsec.template.encrypted_data_ensure_cipher_value(wrapped)
    if digest:
        method = wrapped.find("{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod")
        etree.SubElement(method, "{http://www.w3.org/2000/09/xmldsig#}DigestMethod").set("Algorithm", digest)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_file(keys["rsa"], T.KeyDataFormatPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(T.KeyDataAes, size, T.KeyDataTypeSession)
    wrapper = etree.SubElement(original.getparent(), "{%s}EncryptedAssertion" % NS["a"])
    original.getparent().remove(original)
    wrapper.append(context.encrypt_xml(data, assertion))


def response(signed, method=T.TransformRsaSha256, digest=T.TransformSha256, key="rsa", c14n=T.TransformExclC14N, inclusive=None, encrypted=None):
    root = etree.fromstring(RESPONSE.encode())
    assertion = root.find("a:Assertion", NS)
    arguments = method, digest, keys[key], c14n, inclusive
    if "a" in signed:
        if encrypted:  # signed as it will stand alone
            root.replace(assertion, etree.fromstring(etree.tostring(assertion, with_tail=False)))
            assertion = root.find("a:Assertion", NS)
        sign(assertion, *arguments)
    if encrypted:
        encrypt(assertion, *encrypted)
    if "r" in signed:
        sign(root, *arguments)
    return base64.b64encode(etree.tostring(root, xml_declaration=True, encoding="utf-8")).decode()


cases = []
for signed in ("a", "r", "ar"):
    for c14n in (T.TransformExclC14N, T.TransformExclC14NWithComments):
        for inclusive in (None, ["xs"], ["#default", "a", "xs"]):
            cases.append({"signed": signed, "c14n": c14n, "inclusive": inclusive})
    for method, digest in ((T.TransformRsaSha384, T.TransformSha384), (T.TransformRsaSha512, T.TransformSha512)):
        cases.append({"signed": signed, "method": method, "digest": digest})
    cases.append({"signed": signed, "method": T.TransformEcdsaSha256, "key": "p256"})
    cases.append({"signed": signed, "method": T.TransformEcdsaSha384, "digest": T.TransformSha384, "key": "p384"})
    for cipher, size in ((T.TransformAes128Cbc, 128), (T.TransformAes192Cbc, 192), (T.TransformAes256Cbc, 256),
                         (getattr(T, "TransformAes128Gcm", None), 128), (getattr(T, "TransformAes256Gcm", None), 256)):
        for oaep in (None, "http://www.w3.org/2001/04/xmlenc#sha256"):
            if cipher:
                cases.append({"signed": signed, "encrypted": (cipher, size, oaep)})
with open(os.path.join(folder, "responses.jsonl"), "w", encoding="utf-8") as out:
    for case in cases:
        row = {"about": {k: str(v) for k, v in case.items()}, "key": case.get("key", "rsa"), "response": response(**case)}
        out.write(json.dumps(row) + "\n")
print(len(cases), "responses")
