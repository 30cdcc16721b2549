"""Lets oauth-jaccount 0.1.5 build its requests, and drives the emulator with it.

Usage: jaccount_requests.py EMULATOR_PROGRAM REQUESTS_FILE. Exits with 0 if every check holds.

The file is what `tests/jaccount_python.rs` compares ours with. Faults of the package that show
here: a refresh sends a stray `redirect_url`, its method for refreshing cannot be called, the ID
token is not verified, and `state` is left to the program.
"""

import json
import os
import subprocess
import sys
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, build_opener

from oauth_jaccount import JaccountClient

REDIRECT_URL = "https://me.example/jaccount/auth?from=sjtu&x=\u4ea4\u5927"
CREDENTIALS = [
    {"client_id": "id", "client_secret": "secret"},
    {"client_id": "ja id&=%", "client_secret": "s\u00e9cret +/&=%?"},
]
HOSTS = [
    {},
    {"host": "https://proxy.example/", "api_host": "https://api.proxy.example/"},
    {
        "host": "http://127.0.0.1:8080/ja/",
        "authorize_path": "login",
        "access_token_path": "tokens/new",
        "logout_path": "bye",
        "api_host": "http://127.0.0.1:8080/ja-api/",
    },
]


# oauthlib speaks to no host without TLS unless told so, not even to this machine.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def main(program, requests_file):
    cases = [
        case
        for credentials in CREDENTIALS
        for hosts in HOSTS
        for case in requests_of({**credentials, **hosts})
    ]
    with open(requests_file, "w", encoding="utf-8") as file:
        json.dump(cases, file)
    print(f"oauth-jaccount 0.1.5 has built {len(cases)} requests")
    drive(program)


def requests_of(options):
    def case(call, given, method, url, headers=None, body=""):
        return {
            "call": call,
            "input": given,
            "options": options,
            "method": method,
            "url": url,
            "headers": headers or {},
            "body": body,
        }

    # A new one each time: the package keeps state, scope and code of the last login.
    def client():
        return JaccountClient(**options)

    for redirect_url in ("https://me.example/auth", REDIRECT_URL):
        given = {"redirect_url": redirect_url}
        for more in (
            {},
            {"scope": "openid"},
            {"scope": "openid lessons exams"},
            {"scope": "basic", "state": "a state"},
            {"scope": "essential", "display": "mobile"},
        ):
            url, state = client().get_authorize_url(redirect_url, **more)
            assert parse_qs(urlsplit(url).query)["state"] == [state]
            yield case("authorize", {**given, **more}, "GET", url)
        url = client().get_logout_url(redirect_url)
        yield case("logout", given, "GET", url)
        yield case("bare_logout", given, "GET", url)
        for code in ("c-1", "c + /&=%"):
            url, headers, body = client().get_token_url(code, redirect_url)
            yield case("token", {**given, "code": code}, "POST", url, headers, body)
        for token in ("r-1", "r + /&=%"):
            url, headers, body = client().get_refresh_token_url(token, redirect_url)
            yield case("refresh", {**given, "refresh_token": token}, "POST", url, headers, body)

    constants = [name for name in vars(JaccountClient.API) if not name.startswith("_")]
    assert len(constants) == 5, constants
    for name in constants:
        given = {"access_token": "a + /&=%", "path": name}
        url = client().get_rest_api_url("a + /&=%", getattr(JaccountClient.API, name))
        yield case("api", given, "GET", url)
    more = {"offset": "10", "q": "\u6570\u5b66 &"}
    url = client().get_rest_api_url("a-1", "v1/me/classes", **more)
    yield case("api", {"access_token": "a-1", "path": "v1/me/classes", **more}, "GET", url)


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Keeps cookies and follows no redirect."""

    def __init__(self):
        self.opener = build_opener(NoRedirect, HTTPCookieProcessor(CookieJar()))

    def open(self, url, form=None):
        """Status and where it leads."""
        body = urlencode(form).encode() if form else None
        try:
            with self.opener.open(url, body) as answer:
                return answer.status, None
        except HTTPError as answer:
            return answer.code, answer.headers.get("location")


def drive(program):
    emulator = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(emulator.stdout.readline())
        client = JaccountClient(
            ready["app_id"],
            ready["app_secret"],
            host=ready["jaccount_host"],
            api_host=ready["jaccount_api_host"],
        )
        log_in(client)
    finally:
        emulator.terminate()
        status = emulator.wait(timeout=10)
    assert status == 0, f"the emulator ended with {status}"
    print("oauth-jaccount 0.1.5 works with the emulator")


def log_in(client):
    browser = Browser()
    url, state = client.get_authorize_url(REDIRECT_URL, scope="openid essential lessons")
    assert browser.open(url) == (200, None)
    status, back = browser.open(url, {"username": "student", "password": "passw0rd!"})
    assert status == 302, status
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == [state] and query["from"] == ["sjtu"], back

    access_token, refresh_token, claims = client.get_token(query["code"][0], REDIRECT_URL)
    assert claims["sub"] == "student" and claims["type"] == "student", claims
    assert claims["iss"] == "https://jaccount.sjtu.edu.cn/oauth2/", claims
    assert refresh_token
    profile = client.call_rest_api(access_token, client.API.PROFILE)
    assert profile["errno"] == 0 and profile["total"] == 1, profile
    assert profile["entities"][0]["account"] == "student", profile
    assert "mobile" not in profile["entities"][0], profile
    lessons = client.call_rest_api(access_token, client.API.EDU_LESSONS)
    assert lessons["total"] == 2, lessons
    refused = client.call_rest_api("wrong", client.API.PROFILE)
    assert refused["errno"] != 0 and refused["error"], refused

    # Its own method is hidden behind an attribute; the request that it would send is good.
    assert not callable(client.refresh_token)
    url, headers, body = client.get_refresh_token_url(refresh_token, REDIRECT_URL)
    assert "redirect_url=" in body, body

    assert browser.open(url_again(client))[0] == 302, "signed in already"
    assert browser.open(client.get_logout_url("https://me.example/"))[1] == "https://me.example/"
    assert browser.open(url_again(client))[0] == 200


def url_again(client):
    return client.get_authorize_url(REDIRECT_URL, scope="openid")[0]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
