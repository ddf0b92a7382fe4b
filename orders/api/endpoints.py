"""The endpoints of /api/v1/."""

import datetime
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Header, NinjaAPI, Query, Status

from inventory.models import Product, Stock
from oms import keyset
from oms.keyset import Ordering
from orders.api import problems
from orders.api.access import Key
from orders.api.answers import as_out
from orders.api.placing import change_of, once, place
from orders.api.problems import Refusal
from orders.api.schemas import (
    CancelIn,
    ChangeIn,
    OrderIn,
    OrderOut,
    OrderPage,
    Problem,
    ProductOut,
    StockOut,
)
from orders.models import Order
from orders.services import cancel_order, change_order

REFUSALS = {401: Problem, 403: Problem, 422: Problem, 429: Problem}
MISSING = {404: Problem}
CONFLICT = {409: Problem}
OLDEST_CHANGE = Ordering("", "updated_at", "id")
BY_SKU = Ordering("", "sku", "id")

api = NinjaAPI(
    title="Order management API",
    version="1",
    description="Orders in, status out. Amounts are decimal strings, times are ISO 8601 in UTC.",
    urls_namespace="api",
)
problems.register(api)


def _orders(request: HttpRequest) -> QuerySet[Order]:
    """The orders of the key's own channel."""
    return Order.objects.filter(channel=request.auth.channel).prefetch_related(
        "lines", "holds", "promotions__promotion"
    )


@api.post("orders", response={201: OrderOut, **REFUSALS, **CONFLICT}, auth=Key("orders:write"), tags=["orders"])
def create_order(
    request: HttpRequest,
    payload: OrderIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
):
    """Place an order. The same key with the same body is answered with the first answer and makes nothing."""

    def create() -> dict:
        order = _orders(request).get(pk=place(request.auth, payload).pk)
        return OrderOut(**as_out(order)).model_dump(mode="json")

    return Status(201, once(request.auth, idempotency_key, payload.model_dump(mode="json"), create))


@api.get("orders", response={200: OrderPage, **REFUSALS}, auth=Key("orders:read"), tags=["orders"])
def list_orders(
    request: HttpRequest,
    updated_since: datetime.datetime | None = None,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
):
    """Orders of this channel, those first whose last change is longest ago."""
    orders = _orders(request)
    if updated_since:
        if timezone.is_naive(updated_since):
            updated_since = updated_since.replace(tzinfo=datetime.UTC)
        orders = orders.filter(updated_at__gte=updated_since)
    page = keyset.page(orders, OLDEST_CHANGE, {"after": cursor}, limit)
    return {"orders": [as_out(order) for order in page.rows], "next": page.after}


@api.get("orders/{number}", response={200: OrderOut, **REFUSALS, **MISSING}, auth=Key("orders:read"), tags=["orders"])
def read_order(request: HttpRequest, number: str):
    """One order."""
    return as_out(get_object_or_404(_orders(request), number=_clean(number)))


@api.patch(
    "orders/{number}",
    response={200: OrderOut, **REFUSALS, **MISSING, **CONFLICT},
    auth=Key("orders:write"),
    tags=["orders"],
)
def change(request: HttpRequest, number: str, payload: ChangeIn):
    """Change an order that is not shipped yet; refused with 409 when somebody changed it since it was read."""
    order = get_object_or_404(_orders(request), number=_clean(number))
    change_order(order, change_of(order, payload), by=None, version=payload.version)
    return as_out(_orders(request).get(pk=order.pk))


@api.post(
    "orders/{number}/cancel",
    response={200: OrderOut, **REFUSALS, **MISSING, **CONFLICT},
    auth=Key("orders:write"),
    tags=["orders"],
)
def cancel(request: HttpRequest, number: str, payload: CancelIn):
    """Cancel a whole order that is not being picked yet. Cancelling it again changes nothing."""
    order = get_object_or_404(_orders(request), number=_clean(number))
    if order.status != Order.Status.CANCELLED:
        cancel_order(order, by=None, reason=payload.reason)
    return as_out(_orders(request).get(pk=order.pk))


@api.get("stock", response={200: list[StockOut], **REFUSALS}, auth=Key("stock:read"), tags=["stock"])
def read_stock(request: HttpRequest, sku: Annotated[list[str], Query(min_length=1, max_length=100)]):
    """Stock of up to 100 SKUs in every warehouse; `?sku=A&sku=B`."""
    rows = Stock.objects.filter(product__sku__in=map(_clean, sku)).select_related("product", "warehouse")
    return [
        {
            "sku": row.product.sku,
            "warehouse": row.warehouse.code,
            "on_hand": row.on_hand,
            "reserved": row.reserved,
            "available": row.available,
        }
        for row in rows.order_by("product__sku", "warehouse__code")
    ]


@api.get("products", response={200: list[ProductOut], **REFUSALS}, auth=Key("products:read"), tags=["stock"])
def list_products(request: HttpRequest, after: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100):
    """Products by SKU; `after` is the last SKU of the page before."""
    return Product.objects.filter(sku__gt=_clean(after)).order_by("sku")[:limit]


def _clean(text: str) -> str:
    if "\x00" in text:
        raise Refusal(422, "The NUL character is not part of any name.")
    return text
