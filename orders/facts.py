"""What rules look at: an order, its lines and its customer as plain values, for any number of orders at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.models import Hold, Order, OrderLine
from orders.rules import Facts

EARLIER = "customer.earlier_orders"


def with_facts(orders: QuerySet[Order], fields: Collection[str] = (EARLIER,)) -> QuerySet[Order]:
    """The orders with all that `facts_of` reads, in three statements however many they are.

    The earlier orders are counted only when `fields` ask for them.
    """
    lines = OrderLine.objects.select_related("product__category")
    holds = Prefetch("holds", Hold.objects.filter(released_at=None), to_attr="holds_now")
    orders = orders.select_related("customer__tier", "warehouse").prefetch_related(Prefetch("lines", lines), holds)
    return orders.annotate(earlier=_earlier()) if EARLIER in fields else orders


def _earlier() -> Coalesce:
    """How many orders the customer had placed before, cancelled ones and drafts left out."""
    before = Order.objects.filter(customer=OuterRef("customer"), placed_at__lt=OuterRef("placed_at"))
    counted = before.exclude(status__in=[Order.Status.DRAFT, Order.Status.CANCELLED]).order_by().values("customer")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def facts_of(order: Order) -> Facts:
    """The values of an order that was read by `with_facts`."""
    customer, lines = order.customer, [line for line in order.lines.all() if line.left]
    wanted = order.requested_date
    return {
        "order.total": order.total,
        "order.currency": order.currency,
        "order.channel": order.channel,
        "order.stage": order.stage,
        "order.holds": [hold.kind for hold in order.holds_now],
        "order.warehouse": order.warehouse.code if order.warehouse else "",
        "order.country": order.country,
        "order.region": order.region,
        "order.city": order.city,
        "order.postcode": order.postcode,
        "order.urgent": order.urgent,
        "order.requested_days": (wanted - timezone.localdate(order.placed_at)).days if wanted else None,
        "order.lines": len(lines),
        "order.pieces": sum(line.left for line in lines),
        "order.unpaid": order.balance,
        "order.tags": list(order.tags),
        "order.reference": order.reference,
        "order.note": order.note,
        **_facts_of_lines(lines),
        "customer.tier": customer.tier.name if customer.tier else "",
        "customer.importance": customer.tier.importance if customer.tier else 0,
        "customer.blocked": customer.blocked,
        "customer.company": customer.is_company,
        EARLIER: getattr(order, "earlier", None),
        "customer.email_domain": (order.email or customer.email).rpartition("@")[2],
        "customer.language": customer.language,
        "customer.code": customer.code,
    }


def _facts_of_lines(lines: Iterable[OrderLine]) -> dict[str, list]:
    facts = defaultdict(list)
    for line in lines:
        facts["line.sku"].append(line.sku)
        facts["line.name"].append(line.name)
        facts["line.category"].append(line.product.category.name if line.product.category else "")
        facts["line.quantity"].append(line.left)
        facts["line.price"].append(line.unit_price)
        facts["line.discount"].append(below_list(line.list_price, line.unit_price - line.discount / line.left))
        facts["line.made"].append(line.made_to_order)
    names = ("sku", "name", "category", "quantity", "price", "discount", "made")
    return {f"line.{name}": facts[f"line.{name}"] for name in names}


def below_list(list_price: Decimal, price: Decimal) -> Decimal:
    """By how many percent a price is below the list's, to two places; 0 when it is not below."""
    if list_price <= 0 or price >= list_price:
        return Decimal(0)
    return (100 * (list_price - price) / list_price).quantize(Decimal("0.01"))
