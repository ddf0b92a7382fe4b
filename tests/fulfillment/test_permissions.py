"""Who may open what: every page of the warehouse and of stock, for every role."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from fulfillment import services as fulfillment
from fulfillment.models import (
    Batch,
    Carrier,
    CarrierService,
    Cart,
    Carton,
    Parcel,
    RateZone,
    RawTrackingEvent,
    StatusMapping,
)
from inventory import services as inventory
from inventory.models import Category, StockAlert, Supplier
from oms.roles import install_roles
from tests.fulfillment.test_consignments import a_consignment
from tests.stories import a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db

ROLES = ["sales", "warehouse", "dispatcher", "driver", "support", "manager"]
STAFF = {"sales", "warehouse", "dispatcher", "support", "manager"}
FLOOR = {"warehouse", "manager"}
MANAGER = {"manager"}
DESK = {"dispatcher", "manager"}

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
    "waves": FLOOR,
    "wave": FLOOR,
    "wave-new": FLOOR,
    "wave-action release": FLOOR,
    "batches": FLOOR,
    "batch": FLOOR,
    "batch-new": FLOOR,
    "batch-pick": FLOOR,
    "batch-list": FLOOR,
    "batch-action finish": FLOOR,
    "pick-list": FLOOR,
    "carts": FLOOR,
    "cartons": FLOOR,
    "carton": MANAGER,
    "carton-new": MANAGER,
    "label 4x6": STAFF,
    "cart": MANAGER,
    "cart-new": MANAGER,
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
    "shipment-action short": FLOOR,
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
    "carriers": DESK,
    "carrier-new": MANAGER,
    "carrier": DESK,
    "carrier-edit": MANAGER,
    "carrier-service-new": MANAGER,
    "rate-zone-new": MANAGER,
    "carrier-service": MANAGER,
    "rate-zone": MANAGER,
    "rate-prices": MANAGER,
    "shipping-costs": DESK,
    "carrier-events": DESK,
    "carrier-manifest": DESK,
    "tracking-events": DESK,
    "raw-event-action map": DESK,
    "raw-event-action again": DESK,
    "status-mappings": DESK,
    "status-mapping-new": DESK,
    "status-mapping": DESK,
    "bookings": {"warehouse", *DESK},
    "shipment-action book": {"warehouse", *DESK},
    "shipment-action cancel-booking": {"warehouse", *DESK},
    "carrier-label": STAFF,
    "consignments": STAFF,
    "consignment": STAFF,
    "waybill": STAFF,
    "consignment-new": {"sales", *DESK},
    "consignment-action assign": DESK,
    "consignment-action collect": DESK,
    "consignment-action send-out": DESK,
    "consignment-action deliver": DESK,
    "consignment-action fail": DESK,
    "consignment-action give-back": DESK,
    "consignment-action cancel": {"sales", *DESK},
    "hub": {"warehouse", *DESK},
    "my-consignments": {"driver", "manager"},
    "my-consignment": {"driver", "manager"},
    "my-consignment-action collect": {"driver", "manager"},
    "my-consignment-action deliver": {"driver", "manager"},
    "my-consignment-action fail": {"driver", "manager"},
}


def a_raw_event(carrier):
    return RawTrackingEvent.objects.create(
        carrier=carrier, key="1", tracking_number="X1", carrier_status="?", at=timezone.now(), source="file"
    )


@pytest.fixture
def addresses():
    """The address of each page, about records that exist."""
    tea = a_product("TEA", on_hand=5)
    stock = inventory.set_place(tea.stock.get(), by=None, bin="A-1", alert_line=9)
    inventory.check_alert_lines()
    order = a_placed_order((tea, 1))
    shipment = fulfillment.start_picking(order, by=None)
    carrier = Carrier.objects.create(name="C")
    zone = RateZone.objects.create(carrier=carrier, name="Z")
    service = CarrierService.objects.create(carrier=carrier, code="s", name="S")
    cart = Cart.objects.create(name="Cart", warehouse=a_warehouse())
    wave = fulfillment.plan_wave(by=None, warehouse=a_warehouse(), criteria={})
    batch = Batch.objects.create(number="B1", cart=cart, picker=a_person())
    keys = {
        "cart": cart.pk,
        "carton": Carton.objects.create(name="S", length_mm=1, width_mm=1, height_mm=1).pk,
        "label": Parcel.objects.create(shipment=shipment, number=1, code="P1").code,
        "wave": wave.number,
        "wave-action": wave.number,
        **dict.fromkeys(("batch", "batch-pick", "batch-list", "batch-action"), batch.number),
        "product": tea.pk,
        "product-edit": tea.pk,
        "product-claims": tea.pk,
        "stock-item": stock.pk,
        "stock-action": stock.pk,
        "alert-action": StockAlert.objects.get().pk,
        "warehouse": a_warehouse().pk,
        "supplier": Supplier.objects.create(name="S").pk,
        "category": Category.objects.create(name="C").pk,
        "carrier": carrier.pk,
        "carrier-edit": carrier.pk,
        "carrier-events": carrier.pk,
        "carrier-manifest": (carrier.pk, "2026-03-02", "csv"),
        "status-mapping": StatusMapping.objects.create(carrier=carrier, carrier_status="X", step="lost").pk,
        "raw-event-action": a_raw_event(carrier).pk,
        "carrier-service-new": carrier.pk,
        "rate-zone-new": carrier.pk,
        "carrier-service": service.pk,
        "rate-zone": zone.pk,
        "rate-prices": (service.pk, zone.pk),
        "order-picking": order.number,
        "order-shipments": order.number,
    }
    consigned = ("consignment", "waybill", "consignment-action", "my-consignment", "my-consignment-action")
    keys |= dict.fromkeys(consigned, a_consignment().number)
    own = (
        "carrier-label",
        "pick",
        "pick-list",
        "pack",
        "shipment",
        "packing-slip",
        "shipment-action",
        "my-delivery",
        "delivery-action",
    )
    keys |= dict.fromkeys(own, shipment.number)

    def address(page: str) -> str:
        name, *action = page.split()
        key = keys.get(name, ())
        return reverse(name, args=[*(key if isinstance(key, tuple) else [key]), *action])

    return address


@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_their_roles_alone(client, addresses, role):
    install_roles()
    person = a_person()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    opened = {page for page in PAGES if client.get(addresses(page)).status_code != 403}
    assert opened == {page for page, roles in PAGES.items() if role in roles}


POSTED = (
    "pick",
    "pack",
    "hub",
    "receive",
    "batch-pick",
    "batch-new",
    "wave-new",
    "cart-new",
    "cart",
    "carton-new",
    "carton",
)


@pytest.mark.parametrize("page", [page for page in PAGES if "action" in page or page in POSTED])
def test_nobody_posts_what_she_may_not(client, addresses, page):
    client.force_login(a_person("inventory.view_stock", "fulfillment.view_shipment"))
    assert client.post(addresses(page), {"op": "all", "quantity": 1}).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_log_in(client, addresses, page):
    answer = client.get(addresses(page))
    assert (answer.status_code, answer.url.startswith("/login/")) == (302, True)
