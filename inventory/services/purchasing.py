"""What buyers do: draft, send, put off, cut short and cancel purchase orders."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.events import PurchaseEvent
from inventory.models import Product, PurchaseLine, PurchaseOrder, Supplier, SupplierItem, Warehouse
from inventory.services.ledger import refuse_quantity
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.numbering import next_number

NUMBERS, PREFIX = "inventory_purchase_number_seq", "PO"
DRAFT_FIELDS = ("supplier", "warehouse", "expected", "note")


@dataclass(frozen=True)
class Wanted:
    """Pieces of a product to be bought; without a cost, at the supplier's price."""

    product: Product
    quantity: int
    cost: Decimal | None = None


@transaction.atomic
def create_purchase(
    *,
    by,
    supplier: Supplier,
    warehouse: Warehouse,
    lines: Sequence[Wanted],
    expected: datetime.date | None = None,
    note: str = "",
) -> PurchaseOrder:
    """A draft with a number of its own; nothing leaves the house before it is sent."""
    _refuse_odd(lines)
    purchase = PurchaseOrder.objects.create(
        number=next_number(NUMBERS, PREFIX), supplier=supplier, warehouse=warehouse, expected=expected, note=note, by=by
    )
    _write_lines(purchase, lines)
    record(purchase, PurchaseEvent.CREATED, by=by, lines=len(lines))
    return purchase


@dataclass(frozen=True)
class Pick:
    """A suggestion that was taken: from whom, for which warehouse, what."""

    supplier: Supplier
    warehouse: Warehouse
    line: Wanted


@transaction.atomic
def draft_purchases(picks: Iterable[Pick], *, by) -> list[PurchaseOrder]:
    """One draft for each supplier and warehouse."""
    baskets: dict[tuple[int, int], list[Pick]] = {}
    for pick in picks:
        baskets.setdefault((pick.supplier.pk, pick.warehouse.pk), []).append(pick)
    if not baskets:
        raise DomainError(_("Tick what is to be ordered."))
    return [
        create_purchase(
            by=by, supplier=mine[0].supplier, warehouse=mine[0].warehouse, lines=[pick.line for pick in mine]
        )
        for mine in baskets.values()
    ]


@transaction.atomic
def change_purchase(
    purchase: PurchaseOrder, *, by, version: int | None = None, lines: Sequence[Wanted], **fields
) -> PurchaseOrder:
    """Change a draft; the lines given take the place of those on it."""
    purchase = lock(purchase, version=version)
    purchase.move("change")
    _refuse_odd(lines)
    for name in DRAFT_FIELDS:
        setattr(purchase, name, fields.get(name, getattr(purchase, name)))
    purchase.lines.all().delete()
    _write_lines(purchase, lines)
    _save(purchase)
    record(purchase, PurchaseEvent.CHANGED, by=by, lines=len(lines))
    return purchase


def _refuse_odd(lines: Sequence[Wanted]) -> None:
    if not lines:
        raise DomainError(_("A purchase order needs at least one line."))
    for line in lines:
        refuse_quantity(line.quantity)
        if line.product.kind != Product.Kind.STOCKED:
            raise DomainError(
                _("%(sku)s is not stocked itself; order the parts that it is made of.") % {"sku": line.product.sku}
            )
    if len({line.product.pk for line in lines}) != len(lines):
        raise DomainError(_("A product stands on a purchase order once; put its pieces on one line."))


def _write_lines(purchase: PurchaseOrder, lines: Iterable[Wanted]) -> None:
    items = {
        item.product_id: item
        for item in SupplierItem.objects.filter(
            supplier_id=purchase.supplier_id, product__in=[line.product.pk for line in lines]
        )
    }
    PurchaseLine.objects.bulk_create(_line(purchase, line, items.get(line.product.pk)) for line in lines)


def _line(purchase: PurchaseOrder, wanted: Wanted, item: SupplierItem | None) -> PurchaseLine:
    usual = item.price if item else wanted.product.cost
    return PurchaseLine(
        order=purchase,
        product=wanted.product,
        supplier_sku=item.supplier_sku if item else "",
        ordered=wanted.quantity,
        cost=usual if wanted.cost is None else wanted.cost,
    )


def _save(purchase: PurchaseOrder) -> None:
    purchase.version += 1
    purchase.save()


@transaction.atomic
def send_purchase(purchase: PurchaseOrder, *, by) -> PurchaseOrder:
    """Order the goods: from now on they are awaited. The supplier's mail with the document follows the event."""
    purchase = lock(purchase)
    purchase.move("send")
    if not purchase.lines.exists():
        raise DomainError(_("A purchase order needs at least one line."))
    purchase.sent_at = timezone.now()
    if purchase.expected is None or purchase.expected < timezone.localdate():
        purchase.expected = timezone.localdate() + datetime.timedelta(days=_lead_days(purchase))
    _save(purchase)
    record(purchase, PurchaseEvent.SENT, by=by, to=purchase.supplier.email, expected=str(purchase.expected))
    return purchase


def _lead_days(purchase: PurchaseOrder) -> int:
    """The longest lead time among its lines, in days."""
    items = SupplierItem.objects.filter(
        supplier_id=purchase.supplier_id, product__in=purchase.lines.values("product"), lead_time_days__isnull=False
    )
    return max(items.values_list("lead_time_days", flat=True), default=purchase.supplier.lead_time_days)


@transaction.atomic
def expect_purchase(purchase: PurchaseOrder, *, by, expected: datetime.date, reason: str = "") -> PurchaseOrder:
    """Note another date of arrival, as the supplier announced it."""
    purchase = lock(purchase)
    purchase.move("expect")
    before, purchase.expected = purchase.expected, expected
    _save(purchase)
    record(purchase, PurchaseEvent.POSTPONED, by=by, changed={"expected": [str(before), str(expected)]}, reason=reason)
    return purchase


@transaction.atomic
def close_purchase(purchase: PurchaseOrder, *, by, reason: str) -> PurchaseOrder:
    """Wait no longer: what did not come is cancelled."""
    purchase = lock(purchase)
    purchase.move("close")
    missing = purchase.lines.filter(ordered__gt=F("received") + F("cancelled"))
    missing.update(cancelled=F("ordered") - F("received"))
    _save(purchase)
    record(purchase, PurchaseEvent.CLOSED, by=by, reason=reason)
    return purchase


@transaction.atomic
def cancel_rest(line: PurchaseLine, *, by, reason: str) -> PurchaseLine:
    """The rest of one line will not come; the order is closed when nothing else is awaited."""
    purchase = lock(line.order)
    purchase.move("expect")
    line = lock(line)
    if not line.open:
        raise DomainError(_("Nothing of %(sku)s is awaited any more.") % {"sku": line.product.sku})
    rest, line.cancelled = line.open, line.ordered - line.received
    line.save(update_fields=["cancelled"])
    record(purchase, PurchaseEvent.CUT, by=by, sku=line.product.sku, pieces=rest, reason=reason)
    close_when_complete(purchase, by=by)
    return line


@transaction.atomic
def cancel_purchase(purchase: PurchaseOrder, *, by, reason: str) -> PurchaseOrder:
    """Call the whole order off; one of which something came is closed instead."""
    purchase = lock(purchase)
    purchase.move("cancel")
    if purchase.lines.filter(received__gt=0).exists():
        raise DomainError(
            _("A part of %(number)s was received. Close it, and only the rest is cancelled.")
            % {"number": purchase.number}
        )
    purchase.lines.update(cancelled=F("ordered"))
    _save(purchase)
    record(purchase, PurchaseEvent.CANCELLED, by=by, reason=reason)
    return purchase


def close_when_complete(purchase: PurchaseOrder, *, by) -> None:
    """Close a locked purchase order of which nothing is awaited any more."""
    if not purchase.lines.filter(ordered__gt=F("received") + F("cancelled")).exists():
        purchase.move("close")
        record(purchase, PurchaseEvent.CLOSED, by=by)
    _save(purchase)
