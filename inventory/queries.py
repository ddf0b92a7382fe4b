"""Reads of the stock that feed a page or a verb."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.events import ProductEvent
from inventory.models import (
    Barcode,
    Component,
    Movement,
    Product,
    PurchaseLine,
    PurchaseOrder,
    Serial,
    Stock,
    StockAlert,
    TransferLine,
    Warehouse,
)
from oms.events import timeline
from oms.formats import listed

DEFAULT_LEAD_DAYS = 7
SHELF = """
SELECT p.id, p.sku, p.name, p.spec, p.unit, p.price, p.floor_price, p.tax_rate, p.active,
       p.kind, p.ask_for, coalesce(u.lead_time_days, %s), p.category_id, s.id,
       s.on_hand - s.reserved, s.kept, w.id, w.code, w.name, w.rank, w.serves, w.cost
FROM inventory_product p
LEFT JOIN inventory_supplier u ON u.id = p.supplier_id
LEFT JOIN (inventory_stock s JOIN inventory_warehouse w ON w.id = s.warehouse_id AND w.active) ON s.product_id = p.id
WHERE p.id = ANY(%s)
"""


WAREHOUSE = ("id", "code", "name", "rank", "serves", "cost")


@dataclass(frozen=True)
class Item:
    """What a line needs to know of its product; money before tax, lead time in days."""

    product_id: int
    sku: str
    name: str
    spec: str
    unit: str
    price: Decimal
    floor_price: Decimal
    tax_rate: Decimal
    active: bool
    kind: str
    ask_for: str
    lead_days: int
    category_id: int | None = None

    @property
    def made_to_order(self) -> bool:
        return self.kind == Product.Kind.MADE


def asked_of(item: Item) -> list[str]:
    """What an order must state about it."""
    return listed(item.ask_for)


@dataclass(frozen=True)
class Place:
    """A stock row of a product and what may still be promised from it."""

    stock_id: int
    available: int
    kept: int
    product_id: int
    warehouse: Warehouse


def read_shelf(product_ids: Collection[int], *, lock: bool = False) -> tuple[list[Item], list[Place]]:
    """Products and their stock in active warehouses, in one statement, one more with `lock`.

    Written in SQL because every placed order begins with it: the ORM's four models a row cost more than the query.
    """
    ids = list(product_ids)
    if lock:
        list(Stock.objects.select_for_update(no_key=True).filter(product_id__in=ids).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(SHELF, [DEFAULT_LEAD_DAYS, ids])
        rows = cursor.fetchall()
    items = {row[0]: Item(*row[:13]) for row in rows}
    places = [
        Place(row[13], row[14], row[15], row[0], Warehouse(**dict(zip(WAREHOUSE, row[16:], strict=True))))
        for row in rows
        if row[13] is not None
    ]
    return list(items.values()), places


def parts_of(product_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """{kit: {part: pieces in one kit}} of the kits among these products; one statement."""
    rows = Component.objects.filter(product__in=list(product_ids), product__kind=Product.Kind.KIT).order_by("id")
    found: dict[int, dict[int, int]] = {}
    for kit, part, quantity in rows.values_list("product_id", "part_id", "quantity"):
        found.setdefault(kit, {})[part] = quantity
    return found


def open_alerts() -> QuerySet[StockAlert]:
    """Alerts that nobody handled, that are not over and not asleep, the newest first, with product and warehouse."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=timezone.localdate())
    return (
        StockAlert.objects.filter(awake, handled_at=None, over_at=None)
        .select_related("stock__product", "stock__warehouse")
        .order_by("-id")
    )


def overdue_purchase_orders() -> QuerySet[PurchaseOrder]:
    """Purchase orders that should have arrived before today, the latest of them first."""
    return PurchaseOrder.objects.overdue().select_related("supplier", "warehouse").order_by("expected", "id")


Incoming = dict[tuple[int, int], list[tuple[datetime.date, int, str]]]


def incoming(product_ids: Collection[int]) -> Incoming:
    """{(product, warehouse): [(expected, pieces, purchase order), …]} still awaited, the soonest first; one statement.

    What is overdue keeps the day on which it was expected.
    """
    rows = (
        PurchaseLine.objects.filter(
            product__in=list(product_ids),
            order__status=PurchaseOrder.Status.SENT,
            ordered__gt=F("received") + F("cancelled"),
        )
        .order_by("order__expected", "id")
        .values_list(
            "product_id",
            "order__warehouse_id",
            "order__expected",
            F("ordered") - F("received") - F("cancelled"),
            "order__number",
        )
    )
    found: Incoming = {}
    for product, warehouse, *coming in rows:
        found.setdefault((product, warehouse), []).append(tuple(coming))
    return found


def days_until(products: Mapping[int, int], warehouse_id: int | None) -> dict[int, int]:
    """Days until each product, {product: usual lead days}, is there again: its next awaited delivery, else the lead."""
    today, awaited = timezone.localdate(), incoming(products)
    days = dict(products)
    for product in products:
        dates = [expected for expected, *_rest in awaited.get((product, warehouse_id), ()) if expected >= today]
        if dates:
            days[product] = (dates[0] - today).days
    return days


def incoming_of(product: Product) -> QuerySet[PurchaseLine]:
    """Purchase lines of a product that are still awaited, the soonest first."""
    return (
        product.purchase_lines.filter(
            order__status=PurchaseOrder.Status.SENT, ordered__gt=F("received") + F("cancelled")
        )
        .select_related("order__warehouse", "order__supplier")
        .order_by("order__expected", "id")
    )


@dataclass(frozen=True)
class Scan:
    """What a scanned code stands for: a product and how many pieces of it."""

    product: Product
    pieces: int
    serial: str = ""


def scan(code: str) -> Scan | None:
    """The product with this SKU, barcode or serial number, as a scanner sends it; a carton's code is many pieces."""
    code = code.strip()
    if not code:
        return None
    product = Product.objects.filter(Q(sku__iexact=code) | Q(barcode=code)).first()
    if product:
        return Scan(product, 1)
    barcode = Barcode.objects.select_related("product").filter(code=code).first()
    if barcode:
        return Scan(barcode.product, barcode.pieces)
    serial = Serial.objects.select_related("product").filter(number=code).first()
    return Scan(serial.product, 1, serial.number) if serial else None


def product_by_code(code: str) -> Product | None:
    """The product that a scanned code stands for."""
    found = scan(code)
    return found.product if found else None


@dataclass(frozen=True)
class PriceChange:
    """A change of price or cost: when, who, what was and what became; amounts in the company's currency."""

    at: datetime.datetime
    by: str
    what: str
    before: Decimal
    after: Decimal


PRICES = {"price": _("price"), "floor_price": _("price floor"), "cost": _("cost")}
PRICE_CHANGES = 20


def price_history(product: Product) -> list[PriceChange]:
    """The last changes of price, floor and cost, newest first, as the events of the product keep them."""
    told = timeline(product).filter(kind=ProductEvent.CHANGED)
    any_price = Q(*[(f"data__changed__{name}__isnull", False) for name in PRICES], _connector=Q.OR)
    return [
        PriceChange(event.at, str(event.by or ""), str(PRICES[name]), Decimal(old), Decimal(new))
        for event in told.filter(any_price)[:PRICE_CHANGES]
        for name, (old, new) in event.data["changed"].items()
        if name in PRICES
    ]


def search_products(text: str, limit: int) -> QuerySet[Product]:
    """Products for sale that a few letters may mean, with pieces `available` in all warehouses.

    Part of the SKU or name, or the whole barcode; what equals or begins with the text comes first.
    """
    text = text.strip()
    if not text:
        return Product.objects.none()
    carton = Q(pk__in=Barcode.objects.filter(code=text).values("product"))
    means = Q(sku__icontains=text) | Q(name__icontains=text) | Q(barcode=text) | carton
    exact, begins = Q(sku__iexact=text) | Q(barcode=text), Q(sku__istartswith=text) | Q(name__istartswith=text)
    rank = Case(When(exact, then=Value(0)), When(begins, then=Value(1)), default=Value(2))
    stock = Stock.objects.filter(product=OuterRef("pk"), warehouse__active=True).values("product")
    available = stock.annotate(left=Sum(F("on_hand") - F("reserved"))).values("left")
    found = Product.objects.filter(means, active=True).annotate(available=Coalesce(Subquery(available), 0))
    return found.order_by(rank, "sku")[:limit]


@dataclass(frozen=True)
class Entry:
    """A movement and the totals right after it."""

    movement: Movement
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True)
class Statement:
    """A stretch of a stock row's ledger, newest first; `older` is where the next stretch begins, if there is one."""

    entries: list[Entry]
    older: int | None


def statement(stock: Stock, *, before: int | None = None, size: int = 50) -> Statement:
    """The last movements (those with a smaller key than `before`) with running balances, counted back from today."""
    rows = stock.movements.order_by("-id").select_related("by", "lot")
    on_hand, reserved = stock.on_hand, stock.reserved
    if before:
        later = stock.movements.filter(pk__gte=before).aggregate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
        on_hand, reserved = on_hand - (later["on_hand"] or 0), reserved - (later["reserved"] or 0)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    entries = []
    for movement in found[:size]:
        entries.append(Entry(movement, on_hand, reserved))
        on_hand, reserved = on_hand - movement.on_hand, reserved - movement.reserved
    return Statement(entries, found[size - 1].pk if len(found) > size else None)


def stock_at(moment: datetime.datetime) -> QuerySet[Stock]:
    """Stock rows with `on_hand_then`, `reserved_then` and `quarantined_then`: today's totals less what came since."""
    since = Movement.objects.filter(stock=OuterRef("pk"), at__gte=moment).order_by().values("stock")

    def then(name: str):
        return F(name) - Coalesce(Subquery(since.annotate(change=Sum(name)).values("change")), 0)

    return Stock.objects.annotate(**{f"{name}_then": then(name) for name in ("on_hand", "reserved", "quarantined")})


def sources(stock: Stock) -> list[tuple[str, int]]:
    """Why on hand is what it is: (kind of movement, pieces), which add up to it."""
    found = stock.movements.exclude(on_hand=0).values_list("kind").annotate(pieces=Sum("on_hand")).order_by("kind")
    order = list(Movement.Kind.values)
    return [(str(Movement.Kind(kind).label), n) for kind, n in sorted(found, key=lambda row: order.index(row[0]))]


def in_transit(product_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """{(product, target warehouse): pieces} that left one of our warehouses and have not arrived in another."""
    lines = TransferLine.objects.filter(product__in=list(product_ids), sent__gt=F("received") + F("missing"))
    found = lines.values_list("product", "transfer__target").annotate(
        pieces=Sum(F("sent") - F("received") - F("missing"))
    )
    return {(product, target): pieces for product, target, pieces in found}
