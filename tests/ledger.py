"""What must hold after every verb: totals are the sums of the ledger, and counters those of the shipments."""

from fulfillment.models import Shipment
from inventory.models import Stock
from orders.models import Order, OrderLine
from reports import audit


def assert_books_balance() -> None:
    """The audit finds no difference: stock, reservations, counters, money, promises and stages."""
    assert [str(difference) for difference in audit.differences()] == []


def books() -> dict:
    """Everything that a refused verb must leave as it was."""
    return {
        "stock": list(Stock.objects.order_by("pk").values()),
        "orders": list(Order.objects.order_by("pk").values()),
        "lines": list(OrderLine.objects.order_by("pk").values()),
        "shipments": list(Shipment.objects.order_by("pk").values()),
        "pieces": list(Shipment.objects.order_by("lines__pk").values_list("lines__picked", "lines__packed")),
    }
