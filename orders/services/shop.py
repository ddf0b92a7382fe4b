"""Orders of strangers: the shop's rules, who ordered, and the order itself."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.models import Customer, digits
from customers.services import create_customer
from oms.context import current, forget
from oms.errors import DomainError
from oms.events import record
from orders.events import OrderEvent
from orders.models import Order, ShopSettings
from orders.services.placing import place_order
from orders.shelf import Asked, Request


@dataclass(frozen=True)
class Stranger:
    """Somebody who orders without being known: nothing on file about a person of that name or e-mail counts."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Wish:
    """What a stranger asks for, and the total that she was shown."""

    lines: Sequence[Asked]
    address: dict[str, str] = field(default_factory=dict)
    requested_date: date | None = None
    note: str = ""
    promotion_code: str = ""
    expected_total: Decimal | None = None


@transaction.atomic
def change_shop(*, by, **fields) -> ShopSettings:
    """New rules for the order page; placed orders are not touched."""
    shop, _made = ShopSettings.objects.update_or_create(pk=1, defaults=fields)
    record(shop, OrderEvent.SHOP_CHANGED, by=by, **{name: str(value) for name, value in fields.items()})
    transaction.on_commit(lambda: forget(ShopSettings))
    return shop


def wished(wish: Wish, who: Stranger, customer: Customer | None = None) -> Request:
    """The order as placed and as previewed; a customer on file gives her record and whether she is blocked, no more.

    Prices of her tier, goods kept for her and her own e-mail would tell a stranger who only typed her address.
    """
    buyer = copy.copy(customer) if customer else Customer()
    buyer.name, buyer.email, buyer.phone, buyer.language, buyer.tier = (
        who.name,
        who.email,
        who.phone,
        who.language,
        None,
    )
    return Request(
        customer=buyer,
        lines=list(wish.lines),
        address=wish.address,
        channel=Order.Channel.SHOP,
        requested_date=wish.requested_date,
        note=wish.note,
        email=who.email,
        phone=who.phone,
        allow_short=current(ShopSettings).backorders,
        promotion_code=wish.promotion_code,
        expected_total=wish.expected_total,
    )


@transaction.atomic
def place_from_shop(wish: Wish, who: Stranger) -> Order:
    """Place a stranger's order at the server's prices; DomainError when it is not what she was shown, or sold out."""
    if not current(ShopSettings).open:
        raise DomainError(_("The shop is closed at the moment."))
    return place_order(wished(wish, who, buyer_of(who)), by=None)


def known_buyer(who: Stranger) -> Customer | None:
    """The customer with this e-mail, else, when none was given, with this phone."""
    known, phone = Customer.objects.select_related("tier").order_by("pk"), digits(who.phone)
    if who.email:
        return known.filter(email__iexact=who.email).first()
    return known.filter(phone_digits=phone).first() if phone else None


def buyer_of(who: Stranger) -> Customer:
    """The customer with this e-mail, else with this phone, else a new one; two calls at once make one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [who.email or digits(who.phone) or who.name])
    fields = {"name": who.name, "email": who.email, "phone": who.phone, "language": who.language}
    return known_buyer(who) or create_customer(by=None, **fields)
