"""Who may open and do what: every address of customers and orders, with every role."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client

from customers.models import Customer, Tier
from inventory.models import Stock
from oms.events import timeline
from oms.models import User
from oms.roles import install_roles
from orders.models import Hold, Order
from orders.services import hold_order
from tests.stories import a_customer, a_placed_order, a_product

pytestmark = pytest.mark.django_db
ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
VIEWERS = {"sales", "warehouse", "dispatcher", "support", "manager"}
DESK = {"sales", "manager"}
EDITORS = {"sales", "support", "manager"}
BOSS = {"manager"}

PAGES = {
    "/customers/": VIEWERS,
    "/customers/new/": DESK,
    "/customers/tiers/": BOSS,
    "/customers/tiers/new/": BOSS,
    "/customers/tiers/{tier}/": BOSS,
    "/customers/{code}/": VIEWERS,
    "/customers/{code}/edit/": EDITORS,
    "/customers/{code}/addresses/new/": EDITORS,
    "/customers/{code}/addresses/{address}/": EDITORS,
    "/customers/{code}/contacts/new/": EDITORS,
    "/orders/": VIEWERS,
    "/orders/review/": DESK,
    "/orders/rules/": BOSS,
    "/orders/rules/discounts/": BOSS,
    "/orders/drafts/": DESK,
    "/orders/new/": DESK,
    "/orders/new/customers/": DESK,
    "/orders/new/customer/": DESK,
    "/orders/new/products/": DESK,
    "/orders/of/{code}/": VIEWERS,
    "/orders/{number}/": VIEWERS,
    "/orders/{number}/do/hold/": EDITORS,
    "/orders/{number}/do/cancel/": DESK,
    "/orders/{number}/do/pay/": DESK,
    "/orders/holds/{hold}/do/release/": DESK,
}
POSTS = {
    "/orders/new/": DESK,
    "/orders/new/preview/": DESK,
    "/orders/{held}/do/release/": DESK,
    "/orders/{held}/do/reserve/": DESK,
    "/orders/{number}/do/cancel/": DESK,
    "/orders/holds/{hold}/do/release/": DESK,
    "/orders/rules/": BOSS,
    "/customers/new/": DESK,
    "/customers/{code}/edit/": EDITORS,
    "/customers/{code}/addresses/new/": EDITORS,
    "/customers/{code}/contacts/new/": EDITORS,
    "/customers/tiers/new/": BOSS,
}


@pytest.fixture
def places() -> dict[str, str | int]:
    customer = a_customer(address={"name": "Mei", "line1": "1 Road"})
    order, held = (a_placed_order((a_product(), 1), customer=customer) for _order in range(2))
    hold_order(held, by=None, note="x")
    return {
        "code": customer.code,
        "tier": Tier.objects.create(name="Gold").pk,
        "address": customer.addresses.get().pk,
        "number": order.number,
        "held": held.number,
        "hold": Hold.objects.get().pk,
    }


def as_role(role: str) -> Client:
    install_roles()
    person = User.objects.create_user(role)
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_exactly_its_pages(places, role):
    client = as_role(role)
    opened = {path for path in PAGES if client.get(path.format(**places)).status_code == 200}
    refused = {path for path in PAGES if client.get(path.format(**places)).status_code == 403}
    assert opened == {path for path, roles in PAGES.items() if role in roles}
    assert refused == set(PAGES) - opened


@pytest.mark.parametrize("role", ROLES)
def test_a_refused_role_changes_nothing(places, role):
    client, before = as_role(role), state()
    for path, roles in POSTS.items():
        if role not in roles:
            answer = client.post(path.format(**places), {"reason": "x", "name": "x", "submission": str(uuid.uuid4())})
            assert answer.status_code == 403, path
    assert state() == before


@pytest.mark.parametrize("path", [*PAGES, *POSTS])
def test_a_stranger_is_sent_to_the_log_in(client, places, path):
    for answer in (client.get(path.format(**places)), client.post(path.format(**places))):
        assert answer.status_code == 302
        assert answer["location"].startswith("/login/?next=")


def test_bulk_actions_ask_for_the_permission_of_the_action(places):
    client, before = as_role("support"), state()
    order = Order.objects.get(number=places["number"])
    form = {"action": "cancel", "selected": [order.pk], "submission": str(uuid.uuid4())}
    assert client.post("/orders/", form).status_code == 404
    assert client.post("/orders/", form | {"action": "release"}).status_code == 403
    assert state() == before


def state() -> list:
    rows = [list(model.objects.order_by("pk").values()) for model in tables()]
    return [*rows, [timeline(order).count() for order in Order.objects.order_by("pk")]]


def tables() -> list[type[Model]]:
    return [Customer, Tier, Order, Hold, Stock]
