"""Reads that cross models."""

from django.db.models import F, Q, QuerySet

from inventory.models import Stock
from orders.models import Order


def waiting_for(stock: Stock) -> QuerySet[Order]:
    """Open orders of the stock's warehouse whose lines lack this product, in the order of the queue."""
    lacking = Q(
        lines__product=stock.product_id,
        lines__ordered__gt=F("lines__cancelled") + F("lines__shipped") + F("lines__reserved"),
    )
    return (
        Order.objects.filter(
            lacking, warehouse=stock.warehouse_id, status__in=[Order.Status.PLACED, Order.Status.CONFIRMED]
        )
        .order_by("-priority", "promised_date", "id")
        .distinct()
    )
