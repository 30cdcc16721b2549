"""The response of benches/saml.rs, verified by python3-saml and by xmlsec alone.

    python3 benches/saml.py FOLDER      (needs: python3-saml)
"""
import base64, sys, time
from pathlib import Path
from unittest import mock

import xmlsec
from lxml import etree
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

folder = Path(sys.argv[1])
text = (folder / "response.xml").read_bytes()
certificate = (folder / "idp.crt").read_text()
ROUNDS = 500


def median(work):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return f"median {sorted(times)[ROUNDS // 2] * 1e6:.0f} µs, best {min(times) * 1e6:.0f} µs"


def by_xmlsec():
    root = etree.fromstring(text)
    signature = root.find(".//{http://www.w3.org/2000/09/xmldsig#}Signature")
    xmlsec.tree.add_ids(signature.getparent(), ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    context.verify(signature)


settings = OneLogin_Saml2_Settings({
    "strict": True,
    "sp": {"entityId": "https://me.example/saml", "assertionConsumerService": {"url": "https://me.example/acs"}},
    "idp": {"entityId": "https://idp.example/", "x509cert": certificate, "singleSignOnService": {"url": "https://idp.example/sso"}},
}, sp_validation_only=False)
request = {"https": "on", "http_host": "me.example", "script_name": "/acs", "get_data": {}, "post_data": {}}
encoded = base64.b64encode(text).decode()


def by_python3_saml():
    response = OneLogin_Saml2_Response(settings, encoded)
    assert response.is_valid(request, "_request", raise_exceptions=True)
    assert response.get_nameid() == "bob"


print("xmlsec, signature alone:", median(by_xmlsec))
with mock.patch.object(OneLogin_Saml2_Utils, "now", staticmethod(lambda: 1767225630)):
    print("python3-saml:", median(by_python3_saml))
