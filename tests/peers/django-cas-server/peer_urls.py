"""The users of the server, and where it is mounted."""

from cas_server.auth import AuthUser
from django.urls import include, path

USERS = {
    "alice": ("alice-password", {
        "email": "alice@example.org", "displayName": "Alice Example", "groups": ["staff", "admins"],
        "markup": "<b>&\"'</b> ]]>", "empty": "",
    }),
    "bob": ("bob-password", {"email": "bob@example.org", "displayName": "Bob Example", "groups": []}),
    "zoë": ("pässwörd & \"quotes\"", {"email": "zoe@example.org", "displayName": "Zoë <Ünïcode> 测试"}),
}


class PeerUser(AuthUser):
    def test_password(self, password):
        return self.username in USERS and USERS[self.username][0] == password

    def attributs(self):
        return USERS.get(self.username, ("", {}))[1]


urlpatterns = [path("cas/", include("cas_server.urls", namespace="cas_server"))]
