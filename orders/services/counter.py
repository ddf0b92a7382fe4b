"""Selling at the counter: the same order as from anywhere, and the cash that came with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services import create_customer
from oms.errors import DomainError
from oms.money import format_money
from orders.models import Order, Payment
from orders.services.payments import record_payment
from orders.services.placing import place_order
from orders.shelf import Asked, Request

GUESTS = "COUNTER"  # the number of the customer in whose name guests order


@dataclass(frozen=True)
class Sale:
    """What a guest wants, how she gets it, and the cash that she gave; None when she pays later."""

    lines: Sequence[Asked]
    handover: str = Order.Handover.PICKUP
    table: str = ""
    address: dict[str, str] = field(default_factory=dict)
    phone: str = ""
    note: str = ""
    cash: Decimal | None = None


def sale_request(sale: Sale, customer: Customer) -> Request:
    """The order as placed and as previewed; only what is delivered pays for shipping."""
    delivered, address = sale.handover == Order.Handover.DELIVERY, dict(sale.address)
    if sale.table:
        address["ship_name"] = _("Table %(number)s") % {"number": sale.table}
    return Request(
        customer=customer,
        lines=list(sale.lines),
        address=address,
        channel=Order.Channel.COUNTER,
        handover=sale.handover,
        phone=sale.phone,
        note=sale.note,
        allow_short=False,
        shipping=None if delivered else Decimal(0),
    )


@transaction.atomic
def sell(sale: Sale, *, by) -> tuple[Order, Decimal]:
    """Place a guest's order and take her cash; the order and the change due. DomainError when it is too little."""
    if sale.handover not in Order.Handover.values:
        raise DomainError(_("Say how the guest gets it."))
    if sale.handover == Order.Handover.TABLE and not sale.table:
        raise DomainError(_("Say which table."))
    if sale.handover == Order.Handover.DELIVERY and not all(map(sale.address.get, ("ship_name", "line1", "city"))):
        raise DomainError(_("A delivery needs a name, a street and a city."))
    order = place_order(sale_request(sale, guests(by=by)), by=by)
    if sale.cash is None:
        return order, Decimal(0)
    if sale.cash < order.total:
        raise DomainError(
            _("%(given)s is less than the total, %(total)s.")
            % {"given": format_money(sale.cash, order.currency), "total": format_money(order.total, order.currency)}
        )
    if order.total:
        record_payment(order, by=by, method=Payment.Method.CASH, amount=order.total)
    return order, sale.cash - order.total


def guests(*, by) -> Customer:
    """The customer in whose name guests order; made when the first one comes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [GUESTS])
    found = Customer.objects.select_related("tier").filter(code=GUESTS).first()
    return found or create_customer(by=by, code=GUESTS, name=_("Guests at the counter"))
