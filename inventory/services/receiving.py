"""Goods that come in: against a purchase order or blind, many products in a constant number of statements."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inventory.events import PurchaseEvent, StockEvent
from inventory.models import Movement, Product, PurchaseLine, PurchaseOrder, Receipt, ReceiptLine, Stock, Warehouse
from inventory.services.ledger import Entry, post, refuse_quantity
from inventory.services.purchasing import close_when_complete
from inventory.services.tracking import lot_of, take_in
from oms import inserts
from oms.errors import DomainError
from oms.events import record_many
from oms.locking import lock
from oms.numbering import next_number

NUMBERS, PREFIX = "inventory_receipt_number_seq", "GR"
COUNT = """
UPDATE inventory_purchaseline l SET received = l.received + e.pieces
FROM unnest(%s::bigint[], %s::int[]) AS e(id, pieces) WHERE l.id = e.id
"""


@dataclass(frozen=True)
class Arrived:
    """Pieces of a product, with what a product tracked by lot or serial number needs."""

    product: Product
    quantity: int
    lot: str = ""
    expires: datetime.date | None = None
    serials: Sequence[str] = ()
    bin: str | None = None
    purchase_line: PurchaseLine | None = None


@dataclass(frozen=True)
class Details:
    """What the delivery says of a tracked product: its lot and expiry, or the serial numbers of its pieces."""

    lot: str = ""
    expires: datetime.date | None = None
    serials: Sequence[str] = ()


@transaction.atomic
def receive_purchase(
    purchase: PurchaseOrder,
    pieces: Mapping[int, int],
    *,
    by,
    paper: str = "",
    details: Mapping[int, Details] | None = None,
) -> Receipt:
    """A delivery of the supplier, `{line key: pieces}`; what is missing stays awaited, more than ordered is refused.

    `paper` is the number of the delivery note; `details` has what tracked products need, by line key. The number
    of statements does not grow with the lines, but for those of tracked products.
    """
    purchase = lock(purchase)
    purchase.move("receive")
    lines = {line.pk: line for line in purchase.lines.select_related("product")}
    arrived = [
        _arrived(purchase, lines, key, count, (details or {}).get(key) or Details())
        for key, count in pieces.items()
        if count
    ]
    receipt = _book(arrived, purchase.warehouse, by=by, paper=paper, purchase=purchase)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [[a.purchase_line.pk for a in arrived], [a.quantity for a in arrived]])
    close_when_complete(purchase, by=by)
    return receipt


def _arrived(purchase: PurchaseOrder, lines: Mapping[int, PurchaseLine], key: int, count: int, details: Details):
    line = lines.get(key)
    if line is None:
        raise DomainError(_("%(number)s has no such line any more. Open it again.") % {"number": purchase.number})
    if count > line.open:
        raise DomainError(
            _(
                "%(count)s pieces of %(sku)s were counted, but only %(open)s are awaited on %(number)s. "
                "Receive what was ordered here and the rest without a purchase order."
            )
            % {"count": count, "sku": line.product.sku, "open": line.open, "number": purchase.number}
        )
    return Arrived(line.product, count, details.lot, details.expires, details.serials, purchase_line=line)


@transaction.atomic
def receive_blind(warehouse: Warehouse, arrived: Sequence[Arrived], *, by, paper: str = "") -> Receipt:
    """A delivery that nobody had announced, as it was counted."""
    return _book(arrived, warehouse, by=by, paper=paper, purchase=None)


def _book(
    arrived: Sequence[Arrived], warehouse: Warehouse, *, by, paper: str, purchase: PurchaseOrder | None
) -> Receipt:
    if not arrived:
        raise DomainError(_("Enter how many pieces came in."))
    for one in arrived:
        refuse_quantity(one.quantity)
    receipt = Receipt.objects.create(
        number=next_number(NUMBERS, PREFIX), purchase=purchase, warehouse=warehouse, paper=paper, by=by
    )
    stock = _stock_rows([one.product for one in arrived], warehouse)
    lots = _tracked(arrived, stock, receipt)
    inserts.insert([[_line(receipt, one, lot) for one, lot in zip(arrived, lots, strict=True)]])
    entries = [
        Entry(stock[one.product.pk].pk, on_hand=one.quantity, cause=receipt.number, bin=one.bin, lot_id=lot)
        for one, lot in zip(arrived, lots, strict=True)
    ]
    post(entries, kind=Movement.Kind.RECEIVE, reason=paper, by=by)
    _tell(receipt, arrived, stock, by=by)
    return receipt


def _tracked(arrived: Sequence[Arrived], stock: Mapping[int, Stock], receipt: Receipt) -> list[int | None]:
    """The lot of each; serial numbers are noted. Always in the order of products, so that two receipts never lock."""
    lots: list[int | None] = [None] * len(arrived)
    for place in sorted(range(len(arrived)), key=lambda n: (arrived[n].product.pk, arrived[n].lot)):
        one = arrived[place]
        lots[place] = lot_of(one.product, one.lot, one.expires)
        take_in(stock[one.product.pk], one.quantity, one.serials, cause=receipt.number)
    return lots


def _line(receipt: Receipt, one: Arrived, lot: int | None) -> ReceiptLine:
    return ReceiptLine(
        receipt=receipt, purchase_line=one.purchase_line, product=one.product, quantity=one.quantity, lot_id=lot
    )


def _stock_rows(products: Sequence[Product], warehouse: Warehouse) -> dict[int, Stock]:
    """The stock row of each product in a warehouse, by product, made where there is none."""
    wanted = {product.pk: product for product in products}
    rows = _read(wanted, warehouse)
    missing = [wanted[pk] for pk in sorted(wanted) if pk not in rows]
    if missing:
        Stock.objects.bulk_create(
            [Stock(product=product, warehouse=warehouse) for product in missing], ignore_conflicts=True
        )
        rows = _read(wanted, warehouse)
    return rows


def _read(wanted: Mapping[int, Product], warehouse: Warehouse) -> dict[int, Stock]:
    rows = {row.product_id: row for row in Stock.objects.filter(warehouse=warehouse, product__in=list(wanted))}
    for pk, row in rows.items():
        row.product = wanted[pk]
    return rows


def _tell(receipt: Receipt, arrived: Sequence[Arrived], stock: Mapping[int, Stock], *, by) -> None:
    told = [
        (stock[one.product.pk], StockEvent.RECEIVED, {"quantity": one.quantity, "receipt": receipt.number})
        for one in arrived
    ]
    if receipt.purchase:
        pieces = sum(one.quantity for one in arrived)
        said = {"receipt": receipt.number, "pieces": pieces, "paper": receipt.paper}
        told.append((receipt.purchase, PurchaseEvent.RECEIVED, said))
    record_many(told, by=by)
