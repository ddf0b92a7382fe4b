"""Webhooks against a real HTTP server on this machine: signed, retried, kept, sent again, never into our network."""

import hashlib
import hmac
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oms.errors import DomainError
from oms.roles import install_roles
from orders import posting, services
from orders.events import OrderEvent
from orders.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from reports.inbox import KINDS
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


class Receiver:
    """The other system: what it was sent, and what it answers."""

    def __init__(self):
        self.calls, self.code, self.text, self.headers = [], 200, "thanks", {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.calls.append((self.path, dict(self.headers), body))
                self.send_response(outer.code)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.text.encode())

            def log_message(self, *args):
                """Keep the tests' output quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def endpoint(receiver, settings) -> WebhookEndpoint:
    settings.WEBHOOKS_ON_THIS_MACHINE = True
    return an_endpoint(receiver.url)


def an_endpoint(url, name="Web shop", channel="", events=(OrderEvent.PLACED,)) -> WebhookEndpoint:
    return services.save_endpoint(by=None, name=name, url=url, channel=channel, events=[str(kind) for kind in events])


def mark(secret: str, moment: str, body: str) -> str:
    return "v1=" + hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()


def due_now() -> int:
    WebhookDelivery.objects.update(next_at=timezone.now())
    return services.send_webhooks()


def test_an_event_is_told_once_signed_and_kept(endpoint, receiver, deliver):
    order = a_placed_order((a_product("TEA"), 2))
    deliver()
    assert services.send_webhooks() == 1
    [(path, headers, body)] = receiver.calls
    told = json.loads(body)
    assert (path, headers["Content-Type"]) == ("/hook?x=1", "application/json")
    assert (told["type"], told["order"]["number"]) == ("order.placed", order.number)
    assert told["id"] == headers["OMS-Event-Id"]
    moment, signature = headers["OMS-Signature"].split(",")
    assert signature == mark(endpoint.secret, moment.removeprefix("t="), body)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.body) == ("done", 1, body)
    attempt = delivery.attempts.get()
    assert (attempt.code, attempt.answer, attempt.error) == (200, "thanks", "")
    assert services.send_webhooks() == 0


def test_the_same_reaction_twice_is_one_delivery(endpoint, deliver):
    order = a_placed_order((a_product("TEA"), 2))
    deliver()
    event = WebhookDelivery.objects.get().event
    services.queue_webhooks(order, event, dict)
    assert WebhookDelivery.objects.count() == 1


def test_only_wanted_events_of_the_own_channel_while_switched_on(receiver, settings, deliver):
    settings.WEBHOOKS_ON_THIS_MACHINE = True
    an_endpoint(receiver.url, "Other channel", channel="marketplace")
    an_endpoint(receiver.url, "Other event", events=[OrderEvent.CANCELLED])
    services.switch_endpoint_off(an_endpoint(receiver.url, "Off"), by=None)
    a_placed_order((a_product("TEA"), 2))
    deliver()
    assert WebhookDelivery.objects.count() == 0


def test_both_secrets_sign_for_a_day(endpoint, receiver, deliver):
    old = endpoint.secret
    endpoint = services.rotate_secret(endpoint, by=None)
    a_placed_order((a_product("TEA"), 2))
    deliver()
    services.send_webhooks()
    _path, headers, body = receiver.calls[0]
    moment, first, second = headers["OMS-Signature"].split(",")
    moment = moment.removeprefix("t=")
    assert (first, second) == (mark(endpoint.secret, moment, body), mark(old, moment, body))
    endpoint.old_secret_until = timezone.now()
    assert endpoint.secrets() == [endpoint.secret]


def test_a_failure_is_tried_again_later_with_the_same_body(endpoint, receiver, deliver):
    receiver.code, receiver.text = 500, "x" * 5000 + "\x00"
    a_placed_order((a_product("TEA"), 2))
    deliver()
    assert (services.send_webhooks(), services.send_webhooks()) == (1, 0)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.next_at > timezone.now()) == ("queued", 1, True)
    assert len(delivery.attempts.get().answer) == posting.ANSWER_BYTES
    receiver.code = 204
    due_now()
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert (delivery.state, endpoint.failing_since) == ("done", None)
    assert [attempt.code for attempt in delivery.attempts.all()] == [500, 204]
    assert receiver.calls[0][2] == receiver.calls[1][2]


def test_after_days_of_failure_it_is_switched_off_and_somebody_is_asked(endpoint, receiver, deliver):
    receiver.code = 503
    a_placed_order((a_product("TEA"), 2))
    deliver()
    services.send_webhooks()
    WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=5))
    due_now()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.given_up_at is None) == (False, False)
    [kind] = [kind for kind in KINDS if kind.name == "webhooks"]
    assert kind.item(kind.rows().get()).what == "Web shop"
    assert due_now() == 0
    receiver.code = 200
    services.switch_endpoint_on(endpoint, by=None)
    assert due_now() == 1
    assert (WebhookDelivery.objects.get().state, kind.rows().count()) == ("done", 0)


def test_too_many_tries_fail_and_are_replayed(endpoint, receiver, deliver):
    receiver.code = 400
    a_placed_order((a_product("TEA"), 2))
    deliver()
    WebhookDelivery.objects.update(tries=services.webhooks.MAX_TRIES - 1)
    services.send_webhooks()
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "failed"
    receiver.code = 200
    services.replay(delivery, by=None)
    with pytest.raises(DomainError, match="still waiting"):
        services.replay(delivery, by=None)
    services.send_webhooks()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.count()) == ("done", 2)
    assert receiver.calls[0][1]["OMS-Event-Id"] == receiver.calls[1][1]["OMS-Event-Id"]


def test_one_whose_worker_died_goes_out_again(endpoint, receiver, deliver):
    a_placed_order((a_product("TEA"), 2))
    deliver()
    WebhookDelivery.objects.update(state="sending", next_at=timezone.now() + timedelta(minutes=1))
    assert services.send_webhooks() == 0
    assert due_now() == 1
    assert len(receiver.calls) == 1


def test_a_redirect_is_an_answer_and_not_followed(endpoint, receiver, deliver):
    receiver.code, receiver.headers = 302, {"Location": receiver.url}
    a_placed_order((a_product("TEA"), 2))
    deliver()
    services.send_webhooks()
    assert (len(receiver.calls), WebhookAttempt.objects.get().code) == (1, 302)


def test_nothing_is_sent_to_this_machine_unless_the_setting_says_so(endpoint, receiver, settings, deliver):
    settings.WEBHOOKS_ON_THIS_MACHINE = False
    a_placed_order((a_product("TEA"), 2))
    deliver()
    services.send_webhooks()
    assert (receiver.calls, WebhookAttempt.objects.get().code) == ([], None)
    assert "https://" in WebhookAttempt.objects.get().error


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://", "https://a:b@example.com/", "https://x.com:99999/",
     "https://x.com/a b", "https://x.com/\r\nX: y", "https://x.com:0/", "file:///etc/passwd", "https://[::1"],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused_when_it_is_typed(url):
    with pytest.raises(DomainError):
        an_endpoint(url)
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.8", "2002:a00:8::", "64:ff9b::a00:8"],
)  # fmt: skip
def test_a_name_that_leads_into_our_network_is_not_called(monkeypatch, address):
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    inside = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *args, **kwargs: [public, inside])
    monkeypatch.setattr(posting.socket, "create_connection", lambda *args, **kwargs: pytest.fail("called"))
    with pytest.raises(posting.Refused):
        posting.post("https://example.com/", "{}", {})


def test_without_tls_only_this_machine_is_called(monkeypatch):
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *args, **kwargs: [public])
    monkeypatch.setattr(posting.socket, "create_connection", lambda *args, **kwargs: pytest.fail("called"))
    with pytest.raises(posting.Refused, match="https"):
        posting.post("http://example.com/", "{}", {}, here=True)


def test_a_receiver_that_never_answers_is_hung_up_on(monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="timed out|closed|reset"):
        posting.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", "{}", {}, here=True)


def test_attempts_are_never_edited(endpoint, deliver):
    a_placed_order((a_product("TEA"), 2))
    deliver()
    services.send_webhooks()
    with pytest.raises(DatabaseError), transaction.atomic():
        WebhookAttempt.objects.update(code=201)


# ---- pages


@pytest.fixture
def boss(settings) -> Client:
    settings.WEBHOOKS_ON_THIS_MACHINE = True
    return logged_in(is_superuser=True)


def logged_in(**fields) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(a_person(**fields))
    return client


def test_a_secret_is_shown_once(boss, receiver):
    typed = {"name": "Shop", "url": receiver.url, "channel": "", "events": ["order.placed"], "submission": str(uuid4())}
    page = boss.post(reverse("webhook-new"), typed, follow=True)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in page.content.decode()
    again = boss.get(reverse("webhook-secret", args=[endpoint.pk]), follow=True)
    assert again.redirect_chain[0][0] == endpoint.get_absolute_url()
    assert endpoint.secret not in again.content.decode()
    action = reverse("webhook-action", args=[endpoint.pk, "rotate"])
    rotated = boss.post(action, {"submission": str(uuid4())}, follow=True)
    new = WebhookEndpoint.objects.get().secret
    assert (new != endpoint.secret, new in rotated.content.decode()) == (True, True)
    refused = boss.post(reverse("webhook-new"), typed | {"url": "ftp://x.com/", "submission": str(uuid4())})
    assert (refused.status_code, WebhookEndpoint.objects.count()) == (409, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_one_and_for_three(boss, endpoint, deliver, count, django_assert_num_queries):
    tea = a_product("TEA")
    for n in range(count):
        a_placed_order((tea, 1))
        if n:
            an_endpoint(endpoint.url, f"Shop {n}", events=[])
    deliver()
    services.send_webhooks()
    for name in ("webhooks", "webhook-deliveries"):
        boss.get(reverse(name))
        with django_assert_num_queries(QUERIES[name]):
            page = boss.get(reverse(name))
        assert page.status_code == 200
    delivery = WebhookDelivery.objects.first()
    assert "thanks" in boss.get(delivery.get_absolute_url()).content.decode()
    assert "Order placed" in boss.get(endpoint.get_absolute_url()).content.decode()
    action = reverse("webhook-delivery-action", args=[delivery.pk, "replay"])
    assert boss.post(action, {"submission": str(uuid4())}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == "queued"


QUERIES = {"webhooks": 4, "webhook-deliveries": 4}


def test_nobody_else_sees_them(endpoint, deliver):
    install_roles()
    a_placed_order((a_product("TEA"), 1))
    deliver()
    stranger, delivery = logged_in(), WebhookDelivery.objects.get()
    addresses = [
        reverse("webhooks"), reverse("webhook-new"), reverse("webhook-deliveries"), endpoint.get_absolute_url(),
        delivery.get_absolute_url(), reverse("webhook-edit", args=[endpoint.pk]),
        reverse("webhook-secret", args=[endpoint.pk]), reverse("webhook-action", args=[endpoint.pk, "rotate"]),
        reverse("webhook-delivery-action", args=[delivery.pk, "replay"]),
    ]  # fmt: skip
    assert [stranger.get(address).status_code for address in addresses] == [403] * len(addresses)
