"""Drives the emulator with the official Python SDK (authing 4.5.18).

Usage: smoke.py EMULATOR_PROGRAM. Exits with 0 if every check holds.

Bugs of the SDK that show here: it asks for the schema before every GraphQL call, a user that an
operation returns without a token wipes the SDK's own, and `create` encrypts in the caller's dict.
"""

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
import time

from authing.v2.common.utils import encrypt
from authing.v2.authentication import AuthenticationClient, AuthenticationClientOptions
from authing.v2.exceptions import AuthingException
from authing.v2.management import ManagementClient, ManagementClientOptions

PASSWORD = "passw0rd!"


def main(program):
    emulator = subprocess.Popen(
        [program, "--seed-users", "12"], stdout=subprocess.PIPE, text=True
    )
    try:
        ready = json.loads(emulator.stdout.readline())
        management = management_client(ready)
        check_lists(management)
        check_users(management)
        check_authentication(ready, management)
        check_custom_data(ready, management)
        check_account(ready, management)
        check_second_factor(ready)
    finally:
        emulator.terminate()
        status = emulator.wait(timeout=10)
    assert status == 0, f"the emulator ended with {status}"
    print("authing 4.5.18 works with the emulator")


def management_client(ready):
    return ManagementClient(
        ManagementClientOptions(
            user_pool_id=ready["user_pool_id"],
            secret=ready["user_pool_secret"],
            host=ready["url"],
            enc_public_key=ready["public_key"],
        )
    )


def authentication_client(ready):
    return AuthenticationClient(
        AuthenticationClientOptions(
            app_id=ready["app_id"],
            app_host=ready["app_host"],
            enc_public_key=ready["public_key"],
        )
    )


def check_lists(management):
    page = management.users.list()
    assert page["totalCount"] == 12, page
    assert len(page["list"]) == 10, page
    assert page["list"][0]["username"] == "user00001", page
    second = management.users.list(page=2, limit=10, with_custom_data=True)
    assert [user["customData"] for user in second["list"]] == [{}, {}], second


def check_users(management):
    users = management.users
    bob = users.create({"username": "bob", "email": "bob@example.com", "password": PASSWORD})
    assert bob["username"] == "bob" and not bob["password"], bob
    assert users.find(username="bob")["id"] == bob["id"]
    assert users.find(email="bob@example.com")["id"] == bob["id"]
    assert users.find(username="nobody") is None
    assert users.detail(bob["id"], with_custom_data=True)["email"] == "bob@example.com"
    assert users.search("bob@")["totalCount"] == 1
    assert [user["id"] for user in users.batch([bob["id"]])] == [bob["id"]]
    assert users.exists(username="bob") is True
    assert users.update(bob["id"], {"nickname": "Bobby"})["nickname"] == "Bobby"
    assert users.refresh_token(bob["id"])["token"].count(".") == 2
    expect(2034, users.create, {"username": "bob"})

    other = users.create({"username": "other"})
    assert users.delete(other["id"])["code"] == 200
    expect(2004, users.delete, other["id"])
    more = [users.create({"username": name})["id"] for name in ("one", "two")]
    assert users.delete_many(more)["code"] == 200
    assert users.list()["totalCount"] == 13


def check_authentication(ready, management):
    app = authentication_client(ready)
    ann = app.register_by_username("ann", PASSWORD, profile={"nickname": "Ann"})
    assert ann["nickname"] == "Ann" and ann["token"] is None, ann
    eve = app.register_by_email("eve@example.com", PASSWORD, generate_token=True, context={"a": 1})
    assert eve["token"], eve
    expect(2026, app.register_by_email, "eve@example.com", PASSWORD)
    assert management.users.find(email="eve@example.com")["id"] == eve["id"]

    assert app.login_by_email("eve@example.com", PASSWORD)["id"] == eve["id"]
    user = app.login_by_username("ann", PASSWORD, client_ip="192.0.2.1")
    assert user["id"] == ann["id"] and user["loginsCount"] == 1, user
    expect(2004, app.login_by_username, "nobody", PASSWORD)
    expect(2006, app.login_by_username, "ann", "wrong password")

    token = user["token"]
    me = app.get_current_user(token)
    assert me["id"] == ann["id"] and me["token"] == token, me
    status = app.check_login_status(token)
    assert status["status"] is True and status["data"]["id"] == ann["id"], status
    assert app.update_profile({"company": "SJTU"})["company"] == "SJTU"
    app._set_token(token)
    app.update_password("new password", PASSWORD)
    assert app.refresh_token()["token"]
    assert app.logout() is True
    app.login_by_username("ann", "new password")
    expect(2020, app.get_current_user, "not a token")


def check_custom_data(ready, management):
    for key, data_type in (("school", "STRING"), ("age", "NUMBER"), ("tags", "OBJECT")):
        assert management.udf.set("USER", key, data_type, key)["key"] == key
    values = {"school": "SJTU", "age": 20, "tags": {"a": [1]}}
    users = management.users
    dan = users.create({"username": "dan"}, custom_data=values)
    assert dan["customData"] == values, dan
    changed = {"school": "\u590d\u65e6", "age": 21, "tags": {}}
    users.set_udf_value(dan["id"], changed)
    assert users.get_udf_value(dan["id"]) == changed
    found = users.find(username="dan", with_custom_data=True)
    assert found["customData"] == changed, found

    app = authentication_client(ready)
    app.register_by_username("fay", PASSWORD, generate_token=True, custom_data=values)
    assert app.get_udf_value() == values
    app.remove_udf_value("age")
    assert "age" not in app.get_udf_value()


def check_account(ready, management):
    app = authentication_client(ready)
    expect(2004, app.login_by_ldap, "nobody", PASSWORD)
    expect(2004, app.login_by_sub_account, "nobody", PASSWORD)
    assert app.is_user_exists(user_name="ann") is True
    assert app.check_password_strength("abc")["valid"] is False
    assert app.send_sms_code("13800000000")["code"] == 200
    assert app.send_sms_code("13800000000")["code"] == 1000, "one message per minute"
    expect(2001, app.register_by_phone_code, "13800000000", "wrong")
    expect(2004, app.reset_password_by_phone_code, "13800000000", "wrong", PASSWORD)
    expect(2020, app.reset_password_by_first_token, "no token", PASSWORD)
    expect(2020, app.reset_password_with_force_reset, "no token", PASSWORD, PASSWORD)

    app.register_by_username("guy", PASSWORD, generate_token=True)
    assert app.list_orgs() == []
    assert app.list_departments() == {"departments": {"totalCount": 0, "list": []}}
    assert app.list_roles() == {"totalCount": 0, "list": []}
    assert app.has_role("admin") is False
    assert app.list_applications() == {"totalCount": 0, "list": []}
    assert app.list_authorized_resources("default")["totalCount"] == 0
    level = app.get_security_level()
    assert level["password"] is True and level["mfa"] is False, level
    expect(2001, app.bind_email, "guy@example.com", "wrong")


def check_second_factor(ready):
    app = authentication_client(ready)
    app.register_by_username("hal", PASSWORD, generate_token=True)
    assert app.get_mfa_authenticators()["data"] == []
    # The SDK sends `authenticatorType`; the service wants `authenticator_type`.
    assert app.assosicate_mfa_authenticator()["code"] == 2231
    url, token = ready["app_host"] + "/api/v2/mfa/totp/associate", app.get_token()
    kind = {"authenticator_type": "totp"}
    request = app.restClient.request
    new = request(method="POST", url=url, token=token, json=kind)["data"]
    confirm = {**kind, "totp": totp(new["secret"], -1)}
    assert request(method="POST", url=url + "/confirm", token=token, json=confirm)["code"] == 200

    # The SDK's error loses the data, and with it the token for the next step.
    expect(1635, app.login_by_username, "hal", PASSWORD)
    login = {"username": "hal", "password": encrypt(PASSWORD, ready["public_key"])}
    answer = request(
        method="POST",
        url=ready["app_host"] + "/graphql/v2",
        json={
            "query": "mutation ($input: LoginByUsernameInput!)"
            " { loginByUsername(input: $input) { id } }",
            "variables": {"input": login},
        },
    )
    mfa_token = answer["errors"][0]["message"]["data"]["mfaToken"]
    assert app.verify_totp_mfa("000000", mfa_token)["code"] == 6001
    assert app.verify_totp_recovery_code("wrong", mfa_token)["code"] == 6002
    user = app.verify_totp_mfa(totp(new["secret"]), mfa_token)
    assert user["data"]["token"], user


def totp(secret, steps=0):
    """RFC 6238, written here so that the emulator's own is not trusted."""
    key = base64.b32decode(secret)
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def expect(code, call, *arguments):
    """Calls, and insists on a business error with this code."""
    try:
        answer = call(*arguments)
    except AuthingException as error:
        assert error.code == code, f"expected {code}, got {error.code}: {error.message}"
    else:
        raise AssertionError(f"expected {code}, got an answer: {answer}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
