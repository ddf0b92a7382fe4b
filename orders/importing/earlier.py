"""Orders that files brought before: found by reference, compared by digest, and whether somebody touched them since."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import PROTECT

from oms.models import Event
from orders.composing import ADDRESS
from orders.events import OrderEvent
from orders.importing.rows import Row
from orders.models import ImportFile, Order, OrderLine

CHUNK = 5000
DIGEST_RANGE = 2**256
FROM_FILE = {OrderEvent.PLACED, OrderEvent.IMPORTED, OrderEvent.REIMPORTED}
BY_ITSELF = {OrderEvent.HELD, OrderEvent.RELEASED, OrderEvent.CONFIRMED, OrderEvent.RESERVED, OrderEvent.PROMISED}
BY_ITSELF |= {OrderEvent.NOTED, OrderEvent.RELOCATED}  # by a rule, when nobody did it
TEXTS = ("customer_code", "customer_name", "email", "phone", "note", *ADDRESS)


@dataclass(frozen=True)
class Earlier:
    """An order that came from a file; amounts before tax."""

    pk: int
    number: str
    customer_id: int
    history: bool
    digest: str
    made_by: int | None  # the file that brought it
    changed_by: int | None  # the file that changed it last
    net: Decimal

    def is_of(self, file: ImportFile | None) -> bool:
        """Whether it is as this very file says, as after an interrupted run."""
        return bool(file) and file.pk in (self.made_by, self.changed_by)


def chunks(values: Iterable) -> Iterator[list]:
    """The different values, by the thousand."""
    unique = sorted(set(values))
    for start in range(0, len(unique), CHUNK):
        yield unique[start : start + CHUNK]


def earlier_orders(references: Iterable[str]) -> dict[str, Earlier]:
    """Orders that files have brought, by reference."""
    found: dict[str, Earlier] = {}
    for part in chunks(reference for reference in references if reference):
        orders = Order.objects.filter(channel=Order.Channel.IMPORT, reference__in=part)
        for order in orders.only(*_FIELDS):
            found[order.reference] = _earlier(order)
    return found


_FIELDS = (
    "number",
    "reference",
    "customer",
    "history",
    "status",
    "import_digest",
    "imported_from",
    "updated_from",
    "net",
)


def _earlier(order: Order) -> Earlier:
    return Earlier(
        order.pk,
        order.number,
        order.customer_id,
        order.history,
        order.import_digest,
        order.imported_from_id,
        order.updated_from_id,
        order.net,
    )


def digest(rows: Iterable[Row], base: str = "") -> str:
    """What an order's rows say, whatever their order; with `base`, of its rows and those of that digest together."""
    total = sum((_row_digest(row) for row in rows), int(base, 16) if base else 0)
    return f"{total % DIGEST_RANGE:064x}"


def _row_digest(row: Row) -> int:
    price = "" if row.unit_price is None else f"{row.unit_price.normalize():f}"
    said = [row.texts["sku"].upper(), row.quantity, price, row.placed_at, row.requested_date, row.cancelled]
    said += [row.texts.get(name, "") for name in TEXTS]
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, said)).encode()).digest())


def touches(order_ids: Collection[int]) -> dict[int, str]:
    """What a person or the warehouse did to these orders since a file brought them: {order: code}."""
    found: dict[int, str] = {}
    for part in chunks(order_ids):
        for touch in (_on_paper(part), _events(part), _counted(part)):
            found |= touch
    return found


def _events(order_ids: list[int]) -> dict[int, str]:
    """The newest event that did not come by itself."""
    events = Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), subject_id__in=order_ids)
    rows = events.exclude(kind__in=FROM_FILE).order_by("id").values_list("subject_id", "kind", "by", "data")
    return {pk: kind for pk, kind, by, data in rows if not _came_by_itself(kind, by, data)}


def _came_by_itself(kind: str, by: int | None, data: dict) -> bool:
    if kind not in BY_ITSELF:
        return False
    placed_so = bool(data.get("automatic")) or (kind == OrderEvent.HELD and data.get("hold") != "manual")
    return (by is None and data.get("hold") != "manual") or placed_so


def _counted(order_ids: list[int]) -> dict[int, str]:
    """Living orders with pieces picked or money paid; of history the counters say nothing."""
    orders = Order.objects.filter(pk__in=order_ids)
    living = OrderLine.objects.filter(order__in=order_ids, order__history=False).order_by()
    return (
        dict.fromkeys(orders.exclude(paid=0).values_list("pk", flat=True), "paid")
        | dict.fromkeys(living.filter(picked__gt=0).values_list("order_id", flat=True), "picked")
        | dict.fromkeys(
            orders.filter(history=False).exclude(status__in=["placed", "confirmed"]).values_list("pk", flat=True),
            "over",
        )
    )


def _on_paper(order_ids: list[int]) -> dict[int, str]:
    """Orders whose lines stand on something that keeps them, such as a pick list or a return."""
    found: dict[int, str] = {}
    for relation in OrderLine._meta.related_objects:
        if relation.on_delete is PROTECT:
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{f"{name}__order__in": order_ids})
            found |= dict.fromkeys(rows.values_list(f"{name}__order", flat=True), "on_paper")
    return found
