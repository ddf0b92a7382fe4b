"""Pieces that are not where they should be: stock is corrected, and somebody decides what becomes of the order."""

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.events import FulfillmentEvent
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.services.picking import cancel_shipment
from fulfillment.services.steps import check_move, lines_of, lock_shipment, scanned
from inventory import services as inventory
from inventory.models import Stock
from oms.errors import DomainError
from oms.events import record
from orders import services as orders


class Reason(models.TextChoices):
    """Why a piece cannot be taken; the first corrects the books, the others block the piece."""

    NOT_FOUND = "not_found", gettext_lazy("not found")
    DAMAGED = "damaged", gettext_lazy("damaged")
    MISMATCH = "mismatch", gettext_lazy("something else lies there")


class Choice(models.TextChoices):
    """What becomes of the pieces that were not found."""

    WAIT = "wait", gettext_lazy("wait: put everything back until the order is complete")
    SPLIT = "split", gettext_lazy("split: send the rest now, the missing pieces follow")
    CANCEL = "cancel", gettext_lazy("cancel the missing pieces")


@transaction.atomic
def short_pick(shipment: Shipment, *, by, sku: str, pieces: int, reason: str, choice: str) -> Shipment:
    """Report `pieces` of a SKU that cannot be picked: they leave the stock, and the order goes on as chosen."""
    shipment = lock_shipment(shipment)
    check_move(shipment, "pick")
    if reason not in Reason.values or choice not in Choice.values:
        raise DomainError(_("Choose why the pieces are missing and what shall become of them."))
    line = _line(shipment, sku, pieces)
    why = _("%(shipment)s: %(reason)s") % {"shipment": shipment.number, "reason": Reason(reason).label}
    line.to_pick -= pieces
    line.save(update_fields=["to_pick"])
    record(
        shipment,
        FulfillmentEvent.SHORT,
        by=by,
        missing=[f"{line.order_line.sku} × {pieces}"],
        reason=str(Reason(reason).label),
        choice=str(Choice(choice).label),
    )
    orders.release_pieces(shipment.order, {line.order_line_id: pieces}, by=by, reason=why)
    _correct_stock(line, pieces, reason, why, by=by)
    return _go_on(shipment, line, pieces, choice, why, by=by)


def _line(shipment: Shipment, sku: str, pieces: int) -> ShipmentLine:
    lines = scanned(shipment, sku)
    line = max(lines, key=lambda line: line.missing)
    if not 1 <= pieces <= line.missing:
        raise DomainError(
            _("%(sku)s: %(missing)s pieces are still to be picked, so %(pieces)s cannot be missing.")
            % {"sku": line.order_line.sku, "missing": line.missing, "pieces": pieces}
        )
    return line


def _correct_stock(line: ShipmentLine, pieces: int, reason: str, why: str, *, by) -> None:
    stock = Stock.objects.get(pk=line.order_line.stock_id)
    if reason == Reason.NOT_FOUND:
        inventory.adjust(stock, -pieces, reason=why, by=by)
    else:
        inventory.quarantine(stock, pieces, reason=why, by=by, cause=line.shipment.number)


def _go_on(shipment: Shipment, line: ShipmentLine, pieces: int, choice: str, why: str, *, by) -> Shipment:
    if choice == Choice.CANCEL:
        orders.cancel_pieces(shipment.order, {line.order_line_id: pieces}, by=by, reason=why)
    nothing_left = not any(x.to_pick for x in lines_of(shipment))
    if choice == Choice.WAIT or nothing_left:
        shipment = cancel_shipment(shipment, by=by, reason=why)
    if choice != Choice.CANCEL:
        orders.reserve_missing(shipment.order, by=by)
    return shipment
