"""What must hold after every verb: totals are the sums of the ledger, and counters those of the shipments."""

from django.db.models import F, Sum

from fulfillment.models import Shipment
from inventory.models import Stock
from orders.models import Order, OrderLine
from orders.stages import stage_of, units

LEFT = [Shipment.Status.SHIPPED, Shipment.Status.OUT, Shipment.Status.DELIVERED, Shipment.Status.FAILED]


def assert_books_balance() -> None:
    """Stock against its movements, reservations against order lines, counters against shipments, stages anew."""
    for stock in Stock.objects.all():
        sums = stock.movements.aggregate(on_hand=Sum("on_hand", default=0), reserved=Sum("reserved", default=0))
        assert (stock.on_hand, stock.reserved) == (sums["on_hand"], sums["reserved"]), stock
        held = OrderLine.objects.filter(stock=stock).aggregate(n=Sum("reserved", default=0))["n"]
        assert stock.reserved == held, stock
    for line in OrderLine.objects.all():
        assert (line.picked, line.packed, line.shipped, line.delivered) == _moved(line), line
    for order in Order.objects.all():
        computed = stage_of(order.status, order.open_holds().exists(), units(list(order.lines.all())))
        assert order.stage == computed, order


def _moved(line: OrderLine) -> tuple[int, int, int, int]:
    rows = line.shipment_lines.exclude(shipment__status=Shipment.Status.CANCELLED).annotate(state=F("shipment__status"))
    rows = list(rows)
    return (
        sum(row.picked for row in rows),
        sum(row.packed for row in rows),
        sum(row.packed for row in rows if row.state in LEFT),
        sum(row.packed for row in rows if row.state == Shipment.Status.DELIVERED),
    )


def books() -> dict:
    """Everything that a refused verb must leave as it was."""
    return {
        "stock": list(Stock.objects.order_by("pk").values()),
        "orders": list(Order.objects.order_by("pk").values()),
        "lines": list(OrderLine.objects.order_by("pk").values()),
        "shipments": list(Shipment.objects.order_by("pk").values()),
        "pieces": list(Shipment.objects.order_by("lines__pk").values_list("lines__picked", "lines__packed")),
    }
