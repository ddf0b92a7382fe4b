"""Reads that cross models."""

from django.core.signing import BadSignature
from django.db.models import F, Q, QuerySet

from inventory.models import Stock
from orders.models import LINK_SIGNER, Order


def order_by_key(key: str) -> Order | None:
    """The order behind a customer's own link; None when we did not sign the key."""
    try:
        number = LINK_SIGNER.unsign(key)
    except BadSignature:
        return None
    return Order.objects.select_related("customer").filter(number=number).first()


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
