"""Reads that cross models."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from customers.models import Customer, digits
from customers.queries import matching
from inventory.models import Product, Stock
from oms.models import Message
from oms.money import rounded
from orders.models import LINK_SIGNER, DiscountCeiling, Order, OrderLine

PHONE_TAIL = 4
NUMBER_DIGITS = 4
TRIGRAM = 3  # fewer letters have none, so that no index could help to find them inside a word


_finders: list[Callable[[str], QuerySet]] = []


def finds_orders(function: Callable[[str], QuerySet]) -> Callable[[str], QuerySet]:
    """Decorator: an app that knows orders by something of its own (a parcel's number) gives the keys of those meant."""
    _finders.append(function)
    return function


def found_by(text: str) -> QuerySet:
    """Primary keys of the orders that a search text means.

    Part of the number, reference or recipient, part of the customer's name, e-mail or phone, the order's own e-mail,
    a whole SKU, or what another app knows the order by. A union,
    because each part then uses an index of its own; one OR over three tables would read them all. The SKU is looked
    up first: without one there, the planner would reckon with all lines of an average product.
    """
    text = text.strip()
    customers = Customer.objects.filter(matching(text)).order_by()
    parts = [_keys(Order.objects.filter(customer__in=customers))]
    if "@" in text:
        parts.append(Order.objects.filter(email__iexact=text).order_by().values("pk"))
    parts += [find(text) for find in _finders]
    product = Product.objects.filter(sku__iexact=text).order_by().values_list("pk", flat=True).first()
    if product:
        parts.append(OrderLine.objects.filter(product=product).order_by().values("order_id"))
    return _keys(Order.objects.filter(_written_on_it(text))).union(*parts)


def _written_on_it(text: str) -> Q:
    part = "icontains" if len(text) >= TRIGRAM else "istartswith"
    wanted = Q(**{f"reference__{part}": text}) | Q(**{f"ship_name__{part}": text})
    # fewer digits stand in so many numbers that nobody can mean them
    return wanted | Q(number__icontains=text) if len(digits(text)) >= NUMBER_DIGITS else wanted


def _keys(orders: QuerySet[Order]) -> QuerySet:
    return orders.order_by().values("pk")


def order_by_pair(number: str, contact: str) -> Order | None:
    """The order with this number whose e-mail, or phone's last four digits or more, is `contact`."""
    order = Order.objects.select_related("customer").filter(number=number.strip().upper()).first()
    contact, tail = contact.strip().casefold(), digits(contact)
    emails = {order.email.casefold(), order.customer.email.casefold()} if order else set()
    phones = [digits(order.phone), order.customer.phone_digits] if order else []
    by_email = bool(contact) and contact in emails
    by_phone = "@" not in contact and len(tail) >= PHONE_TAIL and any(phone.endswith(tail) for phone in phones if phone)
    return order if by_email or by_phone else None


@dataclass(frozen=True)
class Figures:
    """What a customer is worth in one currency, cancelled orders and drafts left out."""

    currency: str
    orders: int
    total: Decimal
    unpaid: Decimal
    last: datetime.datetime

    @property
    def average(self) -> Decimal:
        return rounded(self.total / self.orders, self.currency)


def figures_of(customer: Customer) -> list[Figures]:
    """The customer's figures, one for each currency, the largest total first."""
    counted = Order.objects.filter(customer=customer).exclude(status__in=[Order.Status.DRAFT, Order.Status.CANCELLED])
    rows = (
        counted.order_by()
        .values_list("currency")
        .annotate(n=Count("pk"), sum=Sum("total"), unpaid=Sum(F("total") - F("paid")), last=Max("placed_at"))
    )
    return [Figures(*row) for row in rows.order_by("-sum")]


# what customer `c` owes; an order's own terms ("net_30") go before the customer's days
OWED = """
    SELECT coalesce(sum(o.total - o.paid), 0) AS open,
        coalesce(sum(o.total - o.paid) FILTER (WHERE o.placed_at < now() - make_interval(days =>
            coalesce(substring(o.payment_terms FROM '^net_([0-9]+)$')::int, c.payment_days)
        )), 0) AS overdue
    FROM orders_order o
    WHERE o.customer_id = c.id AND o.status IN ('placed', 'confirmed', 'closed') AND NOT o.history
    AND o.paid < o.total
"""


@dataclass(frozen=True)
class Credit:
    """What a customer may owe (None: no limit), what she owes, and what of that is past its due day."""

    limit: Decimal | None
    open: Decimal
    overdue: Decimal

    @property
    def left(self) -> Decimal | None:
        """How much more she may owe; negative when she owes too much, None without a limit."""
        return None if self.limit is None else self.limit - self.open


def credit_of(customer: Customer) -> Credit:
    """The customer's limit and what she owes now, as stored; one statement, served by the index `order_owed`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.credit_limit, d.open, d.overdue FROM customers_customer c "
            f"CROSS JOIN LATERAL ({OWED}) d WHERE c.id = %s",
            [customer.pk],
        )
        return Credit(*cursor.fetchone())


def messages_about(order: Order) -> QuerySet[Message]:
    """The mails and texts sent about an order, newest first, without their bodies."""
    kind = ContentType.objects.get_for_model(Order)
    return Message.objects.filter(about_type=kind, about_id=order.pk).defer("text", "html")


def order_by_key(key: str) -> Order | None:
    """The order behind a customer's own link; None when we did not sign the key."""
    try:
        number = LINK_SIGNER.unsign(key)
    except BadSignature:
        return None
    return Order.objects.select_related("customer").filter(number=number).first()


OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)


def lacking(line: OrderLine) -> QuerySet[OrderLine]:
    """Lines of other open orders of the same warehouse that lack the line's product, in the order of the queue."""
    short = Q(ordered__gt=F("cancelled") + F("shipped") + F("reserved"))
    found = OrderLine.objects.filter(
        short, product=line.product_id, order__warehouse=line.order.warehouse_id, order__status__in=OPEN
    ).exclude(order=line.order_id)
    return (
        found.select_related("order__customer__tier")
        .prefetch_related("order__lines")
        .order_by("-order__priority", "order__promised_date", "id")
    )


def waiting_for(stock: Stock) -> QuerySet[Order]:
    """Open orders of this warehouse, or of none yet, whose lines lack the product, in the order of the queue."""
    lacking = Q(
        lines__product=stock.product_id,
        lines__ordered__gt=F("lines__cancelled") + F("lines__shipped") + F("lines__reserved"),
    )
    return (
        Order.objects.filter(
            lacking,
            Q(warehouse=stock.warehouse_id) | Q(warehouse=None),
            status__in=[Order.Status.PLACED, Order.Status.CONFIRMED],
        )
        .order_by("-priority", "promised_date", "id")
        .distinct()
    )


def discount_ceiling(user) -> Decimal:
    """The largest discount, in percent, that this person may give on a line.

    The most generous of her roles counts. Who may set any price may give any discount, unless a role of hers says less.
    """
    largest = DiscountCeiling.objects.filter(group__user=user).aggregate(largest=Max("percent"))["largest"]
    if user.is_superuser or (largest is None and user.has_perm("orders.change_price")):
        return Decimal(100)
    return largest or Decimal(0)
