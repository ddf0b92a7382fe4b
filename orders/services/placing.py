"""Placing orders: one at a time from the desk, hundreds at a time from a file, by the same statements."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory import services as inventory
from inventory.services import OutOfStock
from oms import inserts
from oms.errors import DomainError
from oms.events import KEYS as EVENT_KEYS
from oms.events import rows_of
from oms.money import format_money
from orders.composing import Composed, compose
from orders.events import OrderEvent
from orders.models import Order
from orders.services.promoting import PromotionGone, count_uses
from orders.shelf import Request, Shelf

MAX_QUANTITY = 1_000_000
MAX_PRICE = Decimal(10) ** 8
MAX_LINES = 500
ATTEMPTS = 3


def place_order(request: Request, *, by) -> Order:
    """Place one order; DomainError says why not, and then nothing has changed."""
    return place_orders([request], by=by)[0]


def place_orders(requests: list[Request], *, by) -> list[Order]:
    """Place all of them or none, in a number of statements that does not depend on how many they are.

    Stock is reserved last, so its rows stay locked only for the commit. When somebody took the pieces in between,
    the whole is composed again with the stock rows locked first.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _place(requests, by=by, lock=attempt > 0)
        except (OutOfStock, PromotionGone):
            if attempt == ATTEMPTS - 1:
                raise
    return []


@transaction.atomic
def _place(requests: list[Request], *, by, lock: bool) -> list[Order]:
    wanted = (asked.product_id for r in requests for asked in r.lines)
    shelf = Shelf.read(wanted, (r.customer for r in requests), lock=lock)
    for request in requests:
        refuse_impossible(request, shelf)
    composed = [compose(request, shelf, by=by) for request in requests]
    for request, one in zip(requests, composed, strict=True):
        _refuse_short(request, one)
        _refuse_other_total(request, one.order)
    _write(composed, by=by)
    inventory.reserve([(one.order.number, one.claims) for one in composed], by=by)
    count_uses([row for one in composed for row in one.promotions])
    return [one.order for one in composed]


def _write(composed: list[Composed], *, by) -> None:
    happenings = [h for one in composed for h in _happenings(one)]
    numbers, keys, event_keys = inserts.take_values(
        ("orders_number_seq", len(composed)), ("orders_order_id_seq", len(composed)), (EVENT_KEYS, len(happenings))
    )
    for one, number, key in zip(composed, numbers, keys, strict=True):
        one.order.number, one.order.pk = f"SO{number}", key
        for row in one.rows():
            row.order = one.order
    try:
        inserts.insert(
            [
                [one.order for one in composed],
                [line for one in composed for line in one.lines],
                [row for one in composed for row in one.promotions],
                [check for one in composed for check in one.checks],
                [hold for one in composed for hold in one.holds],
                [one.promise for one in composed],
                *rows_of(happenings, event_keys, by=by),
            ]
        )
    except IntegrityError as error:
        if "order_reference_once" not in str(error):
            raise
        raise DomainError(_("There is already an order with this reference.")) from error


def _happenings(one: Composed):
    order = one.order
    yield order, OrderEvent.PLACED, {"total": str(order.total), "currency": order.currency, "lines": len(one.lines)}
    for hold in one.holds:
        yield order, OrderEvent.HELD, {"hold": hold.kind, "reasons": hold.reasons}
    if order.status == Order.Status.CONFIRMED:
        yield order, OrderEvent.CONFIRMED, {"automatic": True}


def refuse_impossible(request: Request, shelf: Shelf) -> None:
    """DomainError for what no review could repair: no lines, odd quantities or prices, products not for sale."""
    if not request.lines:
        raise DomainError(_("An order needs at least one line."))
    if len(request.lines) > MAX_LINES:
        raise DomainError(_("An order can have %(limit)s lines at most.") % {"limit": MAX_LINES})
    for position, asked in enumerate(request.lines, 1):
        item = shelf.items.get(asked.product_id)
        if item is None or not (item.active or request.unchecked_allowed):
            raise DomainError(_("Line %(position)s: this product is not for sale.") % {"position": position})
        if not 1 <= asked.quantity <= MAX_QUANTITY:
            raise DomainError(
                _("Line %(position)s: the quantity must be between 1 and %(limit)s.")
                % {"position": position, "limit": f"{MAX_QUANTITY:,}"}
            )
        if asked.unit_price is not None and not 0 <= asked.unit_price <= MAX_PRICE:
            raise DomainError(_("Line %(position)s: the price is out of range.") % {"position": position})


def _refuse_short(request: Request, one: Composed) -> None:
    if request.allow_short:
        return
    for line in one.lines:
        if line.short:
            raise DomainError(_("Only %(left)s of %(name)s are left.") % {"left": line.reserved, "name": line.name})


def _refuse_other_total(request: Request, order: Order) -> None:
    if request.expected_total is not None and request.expected_total != order.total:
        raise DomainError(
            _("The order now comes to %(total)s. Please look at it once more.")
            % {"total": format_money(order.total, order.currency)}
        )
