import json
import uuid
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from aftersales import services as aftersales
from fulfillment import services as fulfillment
from fulfillment.models import Carrier
from inventory import services as inventory
from inventory.models import Stock
from orders.models import Order
from reports import audit
from tests.stories import a_delivered_order, a_person, a_placed_order, a_product, a_warehouse

pytestmark = pytest.mark.django_db


def sql(statement, *params):
    """Corrupt the books as only a person with a database console can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # past the triggers of the append-only tables
        cursor.execute(statement, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def found():
    return [(d.what, d.where, d.stored, d.recomputed) for d in audit.differences()]


@pytest.fixture
def order():
    """One order returned in part and refunded, one open, a short one on hold, an adjusted stock."""
    lamp = a_product("LAMP", price="33.33", on_hand=10)
    order = a_delivered_order((lamp, 3))
    line = order.lines.get()
    rma = aftersales.request_return(order, pieces={line.pk: 2}, reason="defect")
    aftersales.approve_return(rma, by=None)
    aftersales.receive_return(rma, by=None, pieces={line.pk: 2})
    aftersales.inspect_return(rma, by=None, sound={line.pk: 1}, scrapped={line.pk: 1})
    aftersales.refund_return(rma, by=None, amount=Decimal("75.33"))
    a_placed_order((lamp, 2))
    a_placed_order((lamp, 20))
    inventory.adjust(Stock.objects.get(), 1, reason="found one", by=None)
    order.refresh_from_db()
    return order


def test_the_books_balance_after_a_walk(order, capsys):
    assert found() == []
    call_command("audit_books")
    assert capsys.readouterr().out.endswith("the books balance\n")


def test_the_books_balance_at_every_step_of_the_real_way():
    who, lamp = a_person("fulfillment.deliver_own"), a_product("LAMP", on_hand=10)
    order = a_placed_order((lamp, 3))
    vans = Carrier.objects.create(name="Our vans", own=True)
    shipment = fulfillment.start_picking(order, by=who)
    fulfillment.cancel_shipment(fulfillment.pick_all(shipment, by=who), by=who, reason="cart fell over")
    shipment = fulfillment.start_picking(order, by=who)
    for step in (
        lambda: fulfillment.pick(shipment, by=who, code="LAMP", quantity=2),
        lambda: fulfillment.put_back(shipment, by=who, code="LAMP", quantity=1),
        lambda: fulfillment.pick_all(shipment, by=who),
        lambda: fulfillment.finish_picking(shipment, by=who),
        lambda: fulfillment.scan_pack(shipment, by=who, code="LAMP", quantity=3),
        lambda: fulfillment.finish_packing(shipment, by=who),
        lambda: fulfillment.ship(shipment, by=who, carrier=vans),
        lambda: fulfillment.send_out(shipment, by=who, driver=who),
        lambda: fulfillment.fail_delivery(shipment, by=who, outcome="absent", key=uuid.uuid4()),
        lambda: fulfillment.send_out(shipment, by=who, driver=who),
        lambda: fulfillment.deliver(shipment, by=who, recipient="林美玲", key=uuid.uuid4()),
    ):
        step()
        assert found() == []
    order.refresh_from_db()
    assert order.stage == "delivered"


def test_an_empty_database_balances():
    assert found() == []


CORRUPTIONS = {
    "on hand": (
        "UPDATE inventory_stock SET on_hand = on_hand + 1",
        [("stock.on_hand", "LAMP @ MAIN", "10", "9"), ("stock.on_hand in bins", "LAMP @ MAIN", "10", "9")],
    ),
    "a movement lost": (
        "DELETE FROM inventory_movement WHERE kind = 'adjust'",
        [("stock.on_hand", "LAMP @ MAIN", "9", "8")],
    ),
    "reserved": (
        "UPDATE inventory_stock SET reserved = reserved - 1",
        [
            ("stock.reserved", "LAMP @ MAIN", "7", "8"),
            ("stock.reserved by orders", "LAMP @ MAIN", "7", "8"),
        ],
    ),
    "a line's claim": (
        "UPDATE orders_orderline SET reserved = 1 WHERE ordered = 2",
        [
            ("stock.reserved by orders", "LAMP @ MAIN", "8", "7"),
            ("order.stage", "{open}", "to_pick", "waiting_stock"),
        ],
    ),
    "an order's net": (
        "UPDATE orders_order SET net = net + 1, total = total + 1 WHERE id = {id}",
        [("order.net", "{number}", "100.99", "99.99"), ("order.total", "{number}", "113.99", "112.99")],
    ),
    "a line's tax": (
        "UPDATE orders_orderline SET tax = tax - 0.01 WHERE order_id = {id}",
        [("order.tax", "{number}", "13.00", "12.99"), ("order.total", "{number}", "112.99", "112.98")],
    ),
    "paid": (
        "UPDATE orders_order SET paid = 0 WHERE id = {id}",
        [("order.paid", "{number}", "0.00", "37.66")],
    ),
    "a refund lost": (
        "DELETE FROM orders_payment WHERE amount < 0",
        [("order.paid", "{number}", "37.66", "112.99"), ("return.refunded", "{return}", "75.33", "0")],
    ),
    "delivered": (
        "UPDATE orders_orderline SET delivered = 2 WHERE order_id = {id}",
        [
            ("line.delivered", "{number} line 1 LAMP", "2", "3"),
            ("order.stage", "{number}", "delivered", "shipped"),
        ],
    ),
    "a shipment taken back": (
        "UPDATE fulfillment_shipment SET status = 'packed'",
        [
            ("line.shipped", "{number} line 1 LAMP", "3", "0"),
            ("line.delivered", "{number} line 1 LAMP", "3", "0"),
        ],
    ),
    "picked": (
        "UPDATE fulfillment_shipmentline SET picked = 4, to_pick = 4",
        [("line.picked", "{number} line 1 LAMP", "3", "4")],
    ),
    "packed": (
        "UPDATE fulfillment_shipmentline SET packed = 2",
        [
            ("line.packed", "{number} line 1 LAMP", "3", "2"),
            ("line.shipped", "{number} line 1 LAMP", "3", "2"),
            ("line.delivered", "{number} line 1 LAMP", "3", "2"),
        ],
    ),
    "shipped and never left stock": (
        "UPDATE inventory_movement SET cause = 'elsewhere' WHERE kind = 'ship'",
        [("stock.shipped for order", "{number}", "0", "3")],
    ),
    "returned": (
        "UPDATE orders_orderline SET returned = 1 WHERE order_id = {id}",
        [("line.returned", "{number} line 1 LAMP", "1", "2")],
    ),
    "restocked": (
        "UPDATE aftersales_returnline SET sound = 0",
        [("return.restocked", "{return}", "1", "0")],
    ),
    "stage": (
        "UPDATE orders_order SET stage = 'shipped' WHERE id = {id}",
        [("order.stage", "{number}", "shipped", "delivered")],
    ),
    "a hold forgotten": (
        "DELETE FROM orders_hold",
        [("order.stage", "{held}", "on_hold", "to_review")],
    ),
    "promise": (
        "UPDATE orders_order SET promised_date = '2001-02-03' WHERE id = {id}",
        [("order.promised_date", "{number}", "2001-02-03", "{promised}")],
    ),
    "a delivery stuck": (
        "INSERT INTO oms_delivery (event_id, reaction, state, attempts, next_at, error)"
        " SELECT min(id), 'gone', 'pending', 3, '2020-01-02 03:04:05+00', '' FROM oms_event",
        [("delivery due", "gone of event {event}", "pending since 2020-01-02 03:04:05+00", "done")],
    ),
    "a message stuck": (
        'INSERT INTO oms_message (id, channel, "to", language, template, subject, text, html, state, attempts,'
        " next_at, error, created_at) VALUES (77, 'email', 'mei@example.com', 'en', 'order_confirmed', '', '', '',"
        " 'queued', 0, '2020-01-02 03:04:05+00', '', now())",
        [
            (
                "message due",
                "order_confirmed to mei@example.com (77)",
                "queued since 2020-01-02 03:04:05+00",
                "sent",
            )
        ],
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_is_found_and_named(order, name):
    statement, expected = CORRUPTIONS[name]
    names = facts(order)
    sql(statement.replace("{id}", str(order.pk)))
    assert found() == [tuple(text.format(**names) for text in row) for row in expected]


def facts(order):
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SELECT min(id) FROM oms_event")
        (event,) = cursor.fetchone()
    return {
        "number": order.number,
        "open": _number("to_pick"),
        "held": _number("on_hold"),
        "return": order.returns.get().number,
        "promised": order.promised_date,
        "event": event,
    }


def _number(stage):
    return Order.objects.get(stage=stage).number


def test_the_command_prints_each_difference_and_ends_with_1(order, capsys):
    sql("UPDATE orders_order SET paid = 0 WHERE id = %s", order.pk)
    with pytest.raises(SystemExit) as ended:
        call_command("audit_books")
    assert ended.value.code == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == f"order.paid  {order.number}: stored 0.00, recomputed 37.66"
    assert last.endswith("1 differences")


def test_json_is_for_programs(order, capsys):
    call_command("audit_books", "--json")
    assert json.loads(capsys.readouterr().out) == {"clean": True, "differences": []}
    sql("UPDATE orders_order SET paid = 0 WHERE id = %s", order.pk)
    with pytest.raises(SystemExit):
        call_command("audit_books", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "clean": False,
        "differences": [
            {"what": "order.paid", "where": order.number, "stored": "0.00", "recomputed": "37.66"},
        ],
    }


def test_history_needs_no_shipments_but_its_money_must_add_up(order):
    sql("UPDATE orders_order SET history = true WHERE id = %s", order.pk)
    sql("DELETE FROM fulfillment_shipmentline")
    assert found() == []
    sql("UPDATE orders_order SET paid = 1 WHERE id = %s", order.pk)
    assert [row[0] for row in found()] == ["order.paid"]


@pytest.mark.django_db(transaction=True)
def test_the_audit_sees_one_moment_while_others_write():
    a_product("LAMP")
    checks = audit.differences()
    with transaction.atomic():
        inventory.receive(a_product("CUP", on_hand=0), a_warehouse(), 5, by=None)
    assert list(checks) == []
