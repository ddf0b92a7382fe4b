"""Pieces that are not where they should be: stock is corrected, and somebody decides what becomes of the order."""

from decimal import ROUND_DOWN, Decimal

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment import queries
from fulfillment.events import FulfillmentEvent
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.services.picking import cancel_shipment
from fulfillment.services.steps import check_move, lines_of, lock_shipment, scanned
from inventory import services as inventory
from inventory.models import Product, Stock
from oms.context import current
from oms.errors import DomainError
from oms.events import record
from orders import services as orders
from orders.models import OrderLine, OrderPolicy
from orders.pricing import before_tax
from orders.shelf import Asked


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
    SUBSTITUTE = "substitute", gettext_lazy("send something like it instead, at no higher price")


@transaction.atomic
def short_pick(
    shipment: Shipment, *, by, sku: str, pieces: int, reason: str, choice: str, substitute: Product | None = None
) -> Shipment:
    """Report `pieces` of a SKU that cannot be picked: they leave the stock, and the order goes on as chosen."""
    shipment = lock_shipment(shipment)
    check_move(shipment, "pick")
    if reason not in Reason.values or choice not in Choice.values:
        raise DomainError(_("Choose why the pieces are missing and what shall become of them."))
    line = _line(shipment, sku, pieces)
    if choice == Choice.SUBSTITUTE:
        _refuse_substitute(line, substitute, pieces)
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
    if choice == Choice.SUBSTITUTE:
        return _send_instead(shipment, line, substitute, pieces, by=by)
    return _go_on(shipment, line, pieces, choice, why, by=by)


def _refuse_substitute(line: ShipmentLine, substitute: Product | None, pieces: int) -> None:
    if substitute is None:
        raise DomainError(_("Choose what is sent instead."))
    if line.order_line.kit:
        raise DomainError(_("A part of a kit cannot be replaced by something else."))
    offered = dict(queries.substitutes_for(line.order_line.product, line.shipment.warehouse_id))
    if offered.get(substitute, 0) < pieces:
        raise DomainError(_("There are not %(pieces)s of %(sku)s.") % {"pieces": pieces, "sku": substitute.sku})


def _send_instead(shipment: Shipment, line: ShipmentLine, substitute: Product, pieces: int, *, by) -> Shipment:
    """Take the pieces off the order's line and add the other product, which the picker fetches on the same round."""
    old = OrderLine.objects.get(pk=line.order_line_id)
    price = _no_higher(old, substitute)
    change = orders.Change(quantities={old.pk: old.left - pieces}, added=[Asked(substitute.pk, pieces, price)])
    order = orders.change_order(shipment.order, change, by=by)
    new = order.lines.order_by("-position").first()
    if new.reserved < pieces:
        raise DomainError(_("There are not %(pieces)s of %(sku)s.") % {"pieces": pieces, "sku": substitute.sku})
    ShipmentLine.objects.create(shipment=shipment, order_line=new, to_pick=pieces, bin=new.stock.bin)
    record(shipment, FulfillmentEvent.SUBSTITUTED, by=by, instead=f"{old.sku} → {new.sku} × {pieces}")
    return Shipment.objects.get(pk=shipment.pk)


def _no_higher(old: OrderLine, substitute: Product) -> Decimal:
    """The substitute's price, or what makes a piece of it cost as much as one of the old line, tax included."""
    paid = old.total / old.left
    if not current(OrderPolicy).prices_include_tax:
        paid = before_tax(paid, substitute.tax_rate, True)
    return min(substitute.price, paid.quantize(Decimal("0.0001"), ROUND_DOWN))


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
