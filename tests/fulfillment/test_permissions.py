"""Who may open what: every page of the warehouse and of stock, for every role."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from fulfillment import services as fulfillment
from fulfillment.models import Carrier
from inventory import services as inventory
from inventory.models import Category, StockAlert, Supplier
from oms.roles import install_roles
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db

ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
STAFF = {"sales", "warehouse", "dispatcher", "support", "manager"}
FLOOR = {"warehouse", "manager"}
MANAGER = {"manager"}

PAGES = {
    "products": STAFF,
    "product": STAFF,
    "product-new": MANAGER,
    "product-edit": MANAGER,
    "stock": STAFF,
    "stock-item": STAFF,
    "stock-action adjust": FLOOR,
    "stock-action place": FLOOR,
    "receive": FLOOR,
    "movements": STAFF,
    "alerts": STAFF,
    "alert-action handle": FLOOR,
    "warehouses": MANAGER,
    "warehouse-new": MANAGER,
    "warehouse": MANAGER,
    "suppliers": MANAGER,
    "supplier-new": MANAGER,
    "supplier": MANAGER,
    "categories": MANAGER,
    "category-new": MANAGER,
    "category": MANAGER,
    "picking": FLOOR,
    "pick": FLOOR,
    "packing": FLOOR,
    "pack": FLOOR,
    "order-picking start": FLOOR,
    "shipments": STAFF,
    "shipment": STAFF,
    "packing-slip": STAFF,
    "shipment-action ship": {"warehouse", "dispatcher", "manager"},
    "shipment-action send-out": {"dispatcher", "manager"},
    "shipment-action deliver": {"dispatcher", "manager"},
    "shipment-action fail": {"dispatcher", "manager"},
    "shipment-action finish-short": FLOOR,
    "shipment-action cancel": FLOOR,
    "order-shipments": STAFF,
    "product-claims": STAFF,
    "dispatch": {"dispatcher", "manager"},
    "my-deliveries": {"driver", "manager"},
    "my-delivery": {"driver", "manager"},
    "delivery-action deliver": {"driver", "manager"},
    "delivery-action fail": {"driver", "manager"},
    "delivery-action arrive": {"driver", "manager"},
    "delivery-action reopen": {"driver", "manager"},
    "drive-hello": {"driver", "manager"},
    "shipment-action reopen": {"dispatcher", "manager"},
    "delivery-wishes": {"dispatcher", "support", "manager"},
    "delivery-exceptions": {"warehouse", "dispatcher", "support", "manager"},
    "carrier-claims": {"dispatcher", "support", "manager"},
    "shipment-action report": {"warehouse", "dispatcher", "manager"},
    "delivery-performance": {"dispatcher", "manager"},
    "carriers": MANAGER,
    "carrier-new": MANAGER,
    "carrier": MANAGER,
}


@pytest.fixture
def addresses():
    """The address of each page, about records that exist."""
    tea = a_product("TEA", on_hand=5)
    stock = inventory.set_place(tea.stock.get(), by=None, bin="A-1", alert_line=9)
    inventory.check_alert_lines()
    order = a_placed_order((tea, 1))
    shipment = fulfillment.start_picking(order, by=None)
    keys = {
        "product": tea.pk,
        "product-edit": tea.pk,
        "product-claims": tea.pk,
        "stock-item": stock.pk,
        "stock-action": stock.pk,
        "alert-action": StockAlert.objects.get().pk,
        "warehouse": a_warehouse().pk,
        "supplier": Supplier.objects.create(name="S").pk,
        "category": Category.objects.create(name="C").pk,
        "carrier": Carrier.objects.create(name="C").pk,
        "order-picking": order.number,
        "order-shipments": order.number,
    }
    own = ("pick", "pack", "shipment", "packing-slip", "shipment-action", "my-delivery", "delivery-action")
    keys |= dict.fromkeys(own, shipment.number)

    def address(page: str) -> str:
        name, *action = page.split()
        return reverse(name, args=[*([keys[name]] if name in keys else []), *action])

    return address


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_their_roles_alone(client, addresses, role):
    install_roles()
    person = a_person()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    opened = {page for page in PAGES if client.get(addresses(page)).status_code != 403}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("page", [page for page in PAGES if "action" in page or page in ("pick", "pack", "receive")])
def test_nobody_posts_what_she_may_not(client, addresses, page):
    client.force_login(a_person("inventory.view_stock", "fulfillment.view_shipment"))
    assert client.post(addresses(page), {"op": "all", "quantity": 1}).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_log_in(client, addresses, page):
    answer = client.get(addresses(page))
    assert (answer.status_code, answer.url.startswith("/login/")) == (302, True)
