"""What strangers see of the goods: which are shown, what one costs, how many are left or when they come."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from inventory.models import Barcode, Category, Product, Warehouse
from inventory.queries import incoming
from oms.context import current
from orders.costing import lines_of
from orders.models import OrderPolicy
from orders.promise import Calendar, promise
from orders.services.shop import Stranger, Wish, wished
from orders.shelf import Asked, Shelf

WORDS = 5


@dataclass(frozen=True)
class Offer:
    """A product with the price of one piece; `left` is None for what is made to order, `arrives` when to expect it."""

    product: Product
    net: Decimal
    total: Decimal
    currency: str
    left: int | None
    arrives: datetime.date | None

    @property
    def sold_out(self) -> bool:
        return self.left == 0


def for_sale() -> QuerySet[Product]:
    """Products that the shop shows."""
    return Product.objects.filter(active=True, in_shop=True, unchecked=False)


def browsed(category_ids: Iterable[int] | None = None) -> QuerySet[Product]:
    """The goods of these categories, or all; of a family its first member, with `kinds` as the number of them."""
    goods = for_sale() if category_ids is None else for_sale().filter(category__in=list(category_ids))
    sisters = for_sale().filter(family=OuterRef("family")).order_by()
    counted = sisters.values("family").annotate(n=Count("pk")).values("n")
    kinds = Coalesce(Subquery(counted, output_field=IntegerField()), 1)
    earlier = goods.filter(family=OuterRef("family"), pk__lt=OuterRef("pk")).order_by()
    return goods.exclude(Exists(earlier)).annotate(kinds=kinds)


def found(text: str) -> QuerySet[Product]:
    """The goods that hold every word in name, SKU or specification, one of them not there alone, or have this barcode.

    A union, because each part then uses an index of its own; specifications have none.
    """
    goods, every, indexed = for_sale().order_by(), Q(), Q()
    for word in text.split()[:WORDS]:
        named = Q(name__icontains=word) | Q(sku__icontains=word)
        every, indexed = every & (named | Q(spec__icontains=word)), indexed | named
    cartons = Barcode.objects.filter(code=text).order_by().values("product")
    keys = goods.filter(indexed, every).values("pk").union(goods.filter(barcode=text).values("pk"), cartons)
    return for_sale().filter(pk__in=keys)


@dataclass(frozen=True)
class Shelves:
    """The categories that have goods, each with those below it, and the way from the top to the chosen one."""

    way: list[Category]
    below: list[Category]
    inside: frozenset[int]

    @property
    def chosen(self) -> Category | None:
        return self.way[-1] if self.way else None


def shelves(chosen: int | None) -> Shelves:
    """Where the goods stand, seen from a category; one statement."""
    full = Exists(for_sale().filter(category=OuterRef("pk")))
    rows = {row.pk: row for row in Category.objects.annotate(full=full).order_by("name")}
    under: dict[int | None, list[Category]] = {}
    for row in rows.values():
        under.setdefault(row.parent_id, []).append(row)
    inside = {pk: _with_all_below(pk, under) for pk in rows}
    stocked = {pk for pk in rows if any(rows[one].full for one in inside[pk])}
    way: list[Category] = []
    at = rows.get(chosen)
    while at and at not in way:
        way.insert(0, at)
        at = rows.get(at.parent_id)
    chosen = way[-1].pk if way else None
    return Shelves(way, [row for row in under.get(chosen, ()) if row.pk in stocked], inside.get(chosen, frozenset()))


def _with_all_below(pk: int, under: dict[int | None, list[Category]]) -> frozenset[int]:
    reached, open_ = {pk}, [pk]
    while open_:
        for row in under.get(open_.pop(), ()):
            if row.pk not in reached:
                reached.add(row.pk)
                open_.append(row.pk)
    return frozenset(reached)


def offers_of(products: Sequence[Product]) -> list[Offer]:
    """What the shop says of these products, by the rules by which orders are composed; a fixed number of statements."""
    request = wished(Wish([]), Stranger())
    shelf = Shelf.read([product.pk for product in products], [request.customer])
    left = {product.pk: pieces_left(shelf, product.pk) for product in products}
    gone = [pk for pk, pieces in left.items() if pieces == 0]
    awaited = _awaited(gone) if gone else {}
    offers = []
    for product in products:
        lines = lines_of(Asked(product.pk, 1), request, shelf, 1)
        net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
        arrives = arrival(awaited.get(product.pk)) if left[product.pk] == 0 else arrival(0)
        offers.append(Offer(product, net, net + tax, shelf.company.currency, left[product.pk], arrives))
    return offers


def pieces_left(shelf: Shelf, product_id: int, but: Warehouse | None = None) -> int | None:
    """Pieces that one warehouse, any `but` this one, could send to anybody; None for what is made to order."""
    if shelf.items[product_id].made_to_order:
        return None
    parts = shelf.kits.get(product_id, {product_id: 1})
    return max((_in_house(shelf, house, parts) for house in shelf.warehouses if house != but), default=0)


def _in_house(shelf: Shelf, house, parts: dict[int, int]) -> int:
    return min(shelf.available(house, part, False) // each for part, each in parts.items())


def arrival(days: int | None) -> datetime.date | None:
    """When an order of now would arrive whose goods are here in so many days; None for goods that nobody awaits."""
    if days is None:
        return None
    policy = current(OrderPolicy)
    calendar = Calendar(policy.cut_off, policy.handling_days, policy.transit_days, policy.working_days)
    waiting = ("", days) if days else None
    return promise(timezone.localtime(), calendar, waiting=waiting, requested=None).deliver_by


def _awaited(products: list[int]) -> dict[int, int]:
    """{product: days until the next delivery that is not overdue}."""
    today, soonest = timezone.localdate(), {}
    for (product, _warehouse), coming in incoming(products).items():
        for expected, *_rest in coming:
            if expected > today:
                soonest[product] = min(soonest.get(product, expected), expected)
    return {product: (day - today).days for product, day in soonest.items()}
