"""The verbs of transfers: written, sent, received in parts, closed with what is missing."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.events import TransferEvent
from inventory.models import Movement, Product, Serial, Stock, Transfer, TransferLine, Warehouse
from inventory.services.ledger import Entry, lock_stock, post, refuse_quantity, stock_at
from inventory.services.tracking import take_in
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.numbering import next_number

Pieces = Mapping[int, int]  # {product_id: pieces}
Status = Transfer.Status


@transaction.atomic
def create_transfer(*, by, source: Warehouse, target: Warehouse, lines: Pieces, note: str = "") -> Transfer:
    """Write a transfer; nothing moves and nothing is promised until it is sent."""
    if source == target:
        raise DomainError(_("A transfer goes from one warehouse to another one."))
    if not lines:
        raise DomainError(_("Say which products are to be moved."))
    for pieces in lines.values():
        refuse_quantity(pieces)
    for product in Product.objects.filter(pk__in=lines).exclude(kind=Product.Kind.STOCKED):
        raise DomainError(_("%(sku)s is not stocked and cannot be moved.") % {"sku": product.sku})
    number = next_number("inventory_transfer_number_seq", "TR")
    transfer = Transfer.objects.create(number=number, source=source, target=target, note=note, by=by)
    TransferLine.objects.bulk_create(
        TransferLine(transfer=transfer, product_id=pk, asked=pieces) for pk, pieces in lines.items()
    )
    record(transfer, TransferEvent.CREATED, by=by, pieces=sum(lines.values()))
    return transfer


@transaction.atomic
def send_transfer(transfer: Transfer, *, by, serials: Iterable[str] = ()) -> Transfer:
    """Everything that was asked for leaves the source; refused, naming the products, when pieces are promised or gone.

    `serials` are the numbers of those pieces that are tracked by serial number.
    """
    transfer = _locked(transfer, Status.DRAFT)
    lines = list(transfer.lines.select_related("product"))
    rows = lock_stock(transfer.source_id, [line.product_id for line in lines])
    _refuse_short(lines, rows)
    _let_go(transfer, lines, rows, serials)
    entries = [Entry(rows[line.product_id].pk, on_hand=-line.asked, cause=transfer.number) for line in lines]
    post(entries, kind=Movement.Kind.TRANSFER_OUT, by=by)
    for line in lines:
        line.sent = line.asked
    TransferLine.objects.bulk_update(lines, ["sent"])
    transfer.status, transfer.sent_at = Status.SENT, timezone.now()
    transfer.save(update_fields=["status", "sent_at"])
    record(transfer, TransferEvent.SENT, by=by, pieces=sum(line.sent for line in lines))
    return transfer


def _refuse_short(lines: list[TransferLine], rows: Mapping[int, Stock]) -> None:
    def left(line: TransferLine) -> int:
        return rows[line.product_id].available if line.product_id in rows else 0

    short = [
        _("%(sku)s: %(left)s of %(asked)s are available.")
        % {"sku": line.product.sku, "left": left(line), "asked": line.asked}
        for line in lines
        if left(line) < line.asked
    ]
    if short:
        raise DomainError(" ".join(short))


def _let_go(transfer: Transfer, lines: list[TransferLine], rows: Mapping[int, Stock], serials: Iterable[str]) -> None:
    numbers = {number.strip() for number in serials} - {""}
    for line in lines:
        if line.product.tracking != Product.Tracking.SERIAL:
            continue
        here = Serial.objects.filter(stock=rows[line.product_id], number__in=numbers)
        gone = here.update(stock=None, cause=transfer.number, at=timezone.now())
        if gone != line.asked:
            raise DomainError(
                _("%(sku)s is tracked by serial number: name the %(asked)s pieces that leave, not %(count)s.")
                % {"sku": line.product.sku, "asked": line.asked, "count": gone}
            )


@transaction.atomic
def receive_transfer(
    transfer: Transfer, pieces: Pieces, *, by, bin: str | None = None, serials: Iterable[str] = ()
) -> Transfer:
    """Some of the pieces arrive, {product_id: pieces}; with the last one the transfer is received."""
    transfer = _locked(transfer, Status.SENT)
    lines = {line.product_id: line for line in transfer.lines.select_related("product")}
    serials, entries = list(serials), []
    for product_id in sorted(pieces):
        line = _expected(transfer, lines, product_id, pieces[product_id])
        stock = stock_at(line.product, transfer.target)
        take_in(stock, pieces[product_id], serials, cause=transfer.number)
        entries += _arrivals(transfer, line, stock, pieces[product_id], bin)
        line.received += pieces[product_id]
    post(entries, kind=Movement.Kind.TRANSFER_IN, by=by)
    TransferLine.objects.bulk_update(lines.values(), ["received"])
    record(transfer, TransferEvent.ARRIVED, by=by, pieces=sum(pieces.values()))
    if not any(line.on_the_way for line in lines.values()):
        _close(transfer, TransferEvent.RECEIVED, by=by)
    return transfer


def _expected(transfer: Transfer, lines: Mapping[int, TransferLine], product_id: int, pieces: int) -> TransferLine:
    refuse_quantity(pieces)
    line = lines.get(product_id)
    if line is None:
        sku = Product.objects.get(pk=product_id).sku
        raise DomainError(_("%(sku)s is not part of %(transfer)s.") % {"sku": sku, "transfer": transfer})
    if pieces > line.on_the_way:
        raise DomainError(
            _("%(sku)s: only %(left)s pieces of %(transfer)s are still on the way.")
            % {"sku": line.product.sku, "left": line.on_the_way, "transfer": transfer}
        )
    return line


def _arrivals(transfer: Transfer, line: TransferLine, stock: Stock, pieces: int, bin: str | None) -> list[Entry]:
    """The pieces by lot: those lots that left and have not arrived, what expires first at the top."""
    under_way = (
        Movement.objects.filter(cause=transfer.number, stock__product=line.product_id)
        .filter(kind__in=[Movement.Kind.TRANSFER_OUT, Movement.Kind.TRANSFER_IN])
        .order_by("lot__expires", "lot")
        .values_list("lot")
        .annotate(pieces=-Sum("on_hand"))
    )
    entries = []
    for lot_id, left in under_way:
        count = min(pieces, left)
        if count > 0:
            entries.append(Entry(stock.pk, on_hand=count, bin=bin, lot_id=lot_id, cause=transfer.number))
            pieces -= count
    return entries


@transaction.atomic
def close_transfer(transfer: Transfer, *, by, reason: str) -> Transfer:
    """What did not arrive is missing for good; the event names the pieces."""
    if not reason.strip():
        raise DomainError(_("Say why the pieces are missing."))
    transfer = _locked(transfer, Status.SENT)
    lines = [line for line in transfer.lines.select_related("product") if line.on_the_way]
    for line in lines:
        line.missing = line.on_the_way
    TransferLine.objects.bulk_update(lines, ["missing"])
    transfer.reason = reason.strip()
    missing = [{"sku": line.product.sku, "quantity": line.missing} for line in lines]
    return _close(transfer, TransferEvent.SHORT, by=by, missing=missing, reason=transfer.reason)


def _close(transfer: Transfer, event: TransferEvent, *, by, **data) -> Transfer:
    transfer.status, transfer.closed_at = Status.RECEIVED, timezone.now()
    transfer.save(update_fields=["status", "closed_at", "reason"])
    record(transfer, event, by=by, **data)
    return transfer


@transaction.atomic
def cancel_transfer(transfer: Transfer, *, by) -> Transfer:
    """Give up a transfer that has not left."""
    transfer = _locked(transfer, Status.DRAFT)
    transfer.status, transfer.closed_at = Status.CANCELLED, timezone.now()
    transfer.save(update_fields=["status", "closed_at"])
    record(transfer, TransferEvent.CANCELLED, by=by)
    return transfer


def _locked(transfer: Transfer, status: Status) -> Transfer:
    transfer = lock(transfer)
    if transfer.status != status:
        raise DomainError(
            _("%(transfer)s is %(status)s.") % {"transfer": transfer, "status": transfer.get_status_display()}
        )
    return transfer
