import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache

from oms.models import Message, User


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def warm(client, db, monkeypatch):
    """The company and the content types are known: the number of queries depends on nothing but the page."""
    monkeypatch.setattr("oms.context.KEPT_SECONDS", 3600)
    client.get("/login/")
    ContentType.objects.get_for_model(Message)


@pytest.fixture
def person(db):
    """A maker of users: `person("oms.view_message")` holds that permission."""

    def make(*codes, username="mei", **fields):
        user = User.objects.create_user(username, password="a-long-password", **fields)
        for code in codes:
            app, codename = code.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return user

    return make


@pytest.fixture
def reader(client, person):
    """A client logged in as somebody who may see and resend messages."""
    client.force_login(person("oms.view_message", "oms.resend_message"))
    return client


@pytest.fixture
def make_message(db):
    def make(**fields):
        given = {
            "channel": "email",
            "to": "li@example.com",
            "language": "en",
            "template": "t",
            "subject": "Hello",
            "text": "Text",
            "html": "<p>Text</p>",
            "state": "sent",
        }
        return Message.objects.create(**(given | fields))

    return make
