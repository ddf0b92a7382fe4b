"""The search over everything: few statements, each served by an index, each only for those who may see its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.models import Return, Ticket
from customers.models import Customer
from fulfillment.models import Shipment
from inventory.models import Product
from oms.pages import Text, url_or_none
from orders.models import Order

SHOWN = 6
SHORTEST = 2
TRIGRAM = 3  # PostgreSQL's trigram index cannot help to find fewer letters in the middle of a word


@dataclass(frozen=True)
class Kind:
    """One sort of record: who may find it, how it is found, and what is shown of it."""

    label: Text
    icon: str
    permission: str
    list_name: str
    find: Callable[[str], QuerySet]
    title: Callable[[Model], str]
    hint: Callable[[Model], str]
    exact: Callable[[Model, str], bool]


@dataclass(frozen=True)
class Hit:
    """A record that was found."""

    title: str
    hint: str
    href: str
    exact: bool


@dataclass(frozen=True)
class Found:
    """The records of one sort, and where the rest of them is."""

    kind: Kind
    hits: list[Hit]
    more: str | None


def _named(text: str, *fields: str) -> Q:
    """Rows in which a field contains the text, or begins with it when the text is too short for a trigram."""
    lookup = "icontains" if len(text) >= TRIGRAM else "istartswith"
    wanted = Q()
    for name in fields:
        wanted |= Q(**{f"{name}__{lookup}": text})
    return wanted


def _find_orders(text: str) -> QuerySet[Order]:
    wanted = _named(text, "reference", "ship_name") | Q(number__istartswith=text)
    return Order.objects.filter(wanted).select_related("customer").order_by("-placed_at", "-id")


def _find_customers(text: str) -> QuerySet[Customer]:
    digits = "".join(c for c in text if c.isdigit())
    wanted = _named(text, "name", "email") | Q(code=text.upper())
    if len(digits) >= 4:
        wanted |= Q(phone_digits__contains=digits)
    return Customer.objects.filter(wanted)


def _find_products(text: str) -> QuerySet[Product]:
    return Product.objects.filter(_named(text, "name", "sku") | Q(barcode=text))


def _find_shipments(text: str) -> QuerySet[Shipment]:
    wanted = Q(number=text.upper()) | Q(tracking_number=text)
    return Shipment.objects.filter(wanted).select_related("order").order_by("-id")


def _find_returns(text: str) -> QuerySet[Return]:
    return Return.objects.filter(number=text.upper()).select_related("order")


def _find_tickets(text: str) -> QuerySet[Ticket]:
    return Ticket.objects.filter(number=text.upper()).select_related("customer")


def _by_number(record: Model, text: str) -> bool:
    return record.number == text.upper()


KINDS = [
    Kind(
        _("Orders"),
        "shopping-cart",
        "orders.view_order",
        "orders",
        _find_orders,
        lambda order: order.number,
        lambda order: f"{order.customer} · {order.get_stage_display()}",
        _by_number,
    ),
    Kind(
        _("Customers"),
        "users",
        "customers.view_customer",
        "customers",
        _find_customers,
        str,
        lambda customer: " · ".join(filter(None, [customer.code, customer.email, customer.phone])),
        lambda customer, text: customer.code == text.upper(),
    ),
    Kind(
        _("Products"),
        "boxes",
        "inventory.view_product",
        "products",
        _find_products,
        lambda product: product.name,
        lambda product: " · ".join(filter(None, [product.sku, product.spec])),
        lambda product, text: text in (product.sku, product.barcode),
    ),
    Kind(
        _("Shipments"),
        "truck",
        "fulfillment.view_shipment",
        "shipments",
        _find_shipments,
        lambda shipment: shipment.number,
        lambda shipment: f"{shipment.order} · {shipment.get_status_display()}",
        _by_number,
    ),
    Kind(
        _("Returns"),
        "undo-2",
        "aftersales.view_return",
        "returns",
        _find_returns,
        lambda rma: rma.number,
        lambda rma: f"{rma.order} · {rma.get_status_display()}",
        _by_number,
    ),
    Kind(
        _("Tickets"),
        "message-circle",
        "aftersales.view_ticket",
        "tickets",
        _find_tickets,
        lambda ticket: f"{ticket.number} {ticket.subject}",
        lambda ticket: f"{ticket.customer} · {ticket.get_status_display()}",
        _by_number,
    ),
]


def search(text: str, user) -> list[Found]:
    """What this person may see of what matches; one statement a sort, nothing for fewer than two letters."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    found = [_search(kind, text) for kind in KINDS if user.has_perm(kind.permission)]
    return [one for one in found if one.hits]


def _search(kind: Kind, text: str) -> Found:
    rows = list(kind.find(text)[: SHOWN + 1])
    hits = [Hit(kind.title(row), kind.hint(row), row.get_absolute_url(), kind.exact(row, text)) for row in rows[:SHOWN]]
    return Found(kind, hits, url_or_none(kind.list_name) if len(rows) > SHOWN else None)


def only_exact(found: list[Found]) -> Hit | None:
    """The one record whose number was typed or scanned, if it is one."""
    exact = [hit for one in found for hit in one.hits if hit.exact]
    return exact[0] if len(exact) == 1 else None
