"""The demo company: every stage is there, its books balance, and the same day gives the same company."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from aftersales.models import Return, Ticket
from customers.models import Contact, Customer
from fulfillment.models import Shipment
from inventory.models import Product, StockAlert, Supplier
from oms.models import Company, Delivery, Event, Message, User
from orders.models import Hold, Order
from reports import audit, demo
from reports.demo.catalogue import ean13

pytestmark = pytest.mark.django_db
FICTITIOUS = re.compile(r"[^@\s]+@example\.(com|cn|hk)")
RUNNING_TOTALS = """
SELECT count(*) FROM (
    SELECT sum(on_hand) OVER w AS on_hand, sum(reserved) OVER w AS reserved, at, lag(at) OVER w AS before
    FROM inventory_movement WINDOW w AS (PARTITION BY stock_id ORDER BY id)
) m WHERE reserved < 0 OR on_hand < reserved OR at < before
"""


@pytest.fixture
def company(monkeypatch):
    """A small demo company."""
    monkeypatch.setenv("DEMO_PASSWORD", "demo-password-1")
    return say("--small")


def say(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def totals(now) -> tuple:
    """What a small company of this moment adds up to; it is taken back afterwards."""
    with transaction.atomic():
        demo.fill(demo.SMALL, password="demo-password-1", now=now)
        found = (
            Order.objects.aggregate(Count("pk"), Sum("total"), Sum("paid")),
            sorted(Order.objects.values_list("stage", "total", "placed_at")),
            Event.objects.count(),
        )
        transaction.set_rollback(True)
    return found


def test_every_stage_and_status_is_there(company):
    assert company.startswith("60 orders, 25 products and 20 customers")
    assert set(Order.objects.values_list("stage", flat=True)) == set(Order.Stage.values) - {"to_make"}
    assert set(Return.objects.values_list("status", flat=True)) == set(Return.Status.values)
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Ticket.Status.values)
    statuses = set(Shipment.objects.values_list("status", flat=True))
    assert statuses == set(Shipment.Status.values) - {"cancelled", "returned", "lost"}
    kinds = Hold.objects.filter(released_at=None).values_list("kind", flat=True)
    assert set(kinds) == {"stock", "price", "address", "customer", "manual"}
    assert Shipment.objects.filter(driver__username="driver", status="out").count() == 2


def test_books_balance(company):
    assert list(audit.differences()) == []
    with connection.cursor() as cursor:
        cursor.execute(RUNNING_TOTALS)
        assert cursor.fetchone() == (0,)


def test_nothing_lies_ahead_and_nothing_is_sent(company):
    now = timezone.now()
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Order.objects.filter(placed_at__gt=now).exists()
    assert not Delivery.objects.exists()
    states = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by())
    assert states == {"sent": 4, "failed": 1, "bounced": 1}


def test_nobody_real_is_written_to(company):
    addresses = [
        *Customer.objects.values_list("email", flat=True),
        *Contact.objects.values_list("email", flat=True),
        *Order.objects.values_list("email", flat=True),
        *Supplier.objects.values_list("email", flat=True),
        *User.objects.values_list("email", flat=True),
        *Message.objects.values_list("to", flat=True),
        *Company.objects.values_list("email", flat=True),
        *Company.objects.values_list("buyer_email", flat=True),
    ]
    assert [address for address in addresses if not FICTITIOUS.fullmatch(address)] == []


def test_log_ins_have_their_roles(company):
    groups = dict(User.objects.values_list("username", "groups__name"))
    assert groups == {
        **{name: name for name in ("sales", "warehouse", "dispatcher", "driver", "support", "manager")},
        "driver2": "driver",
    }
    assert list(User.objects.filter(is_staff=True).values_list("username", flat=True)) == ["manager"]
    assert not User.objects.filter(is_superuser=True).exists()
    assert User.objects.get(username="sales").check_password("demo-password-1")


def test_goods_are_sound(company):
    for product in Product.objects.all():
        assert product.barcode == ean13(product.barcode[:12])
        assert product.cost < product.floor_price < product.price
        assert product.image.storage.exists(product.image.name)
    assert StockAlert.objects.filter(handled_at=None, available__lte=F("alert_line")).count() == 5


def test_check_digit():
    assert ean13("400638133393") == "4006381333931"


def test_second_run_does_nothing(company):
    before = Event.objects.count()
    assert say() == "There are orders already; the demo data are left as they are.\n"
    assert (Event.objects.count(), Order.objects.count()) == (before, 60)


def test_the_same_moment_gives_the_same_company(db):
    now = timezone.now()
    assert totals(now) == totals(now)


def test_password_is_asked_for(monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="Set DEMO_PASSWORD"):
        say("--small")
    assert not User.objects.exists()
