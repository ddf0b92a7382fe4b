"""What every verb of a shipment begins with: its locks, the state table, and finding the scanned line."""

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

from django.db.models import Q
from django.utils.translation import gettext as _

from fulfillment.models import Shipment, ShipmentLine, TrackingEvent
from inventory.models import Product
from oms.errors import DomainError
from oms.locking import lock
from oms.states import Move, may, move, target
from orders.services.progress import Pieces

MOVES: dict[str, Move] = {
    "pick": move("picking", "picking"),
    "finish_picking": move("picking", "picked"),
    "pack": move("picked", "picked"),
    "finish_packing": move("picked", "packed"),
    "ship": move("packed", "shipped"),
    "send_out": move("shipped failed", "out"),
    "arrive": move("out", "out"),
    "deliver": move("shipped out", "delivered"),
    "fail": move("shipped out", "failed"),
    "reopen": move("delivered failed", ""),
    "report": move("shipped out failed", "failed"),
    "cancel": move("picking picked packed", "cancelled"),
}


def may_move(shipment: Shipment, verb: str) -> bool:
    """Whether the state table lets `verb` be offered for this shipment."""
    return may(MOVES, verb, shipment.status)


def lock_shipment(shipment: Shipment) -> Shipment:
    """The shipment, fresh and locked after its order, which comes with it."""
    order = lock(shipment.order)
    fresh = lock(shipment)
    fresh.order = order
    return fresh


def check_move(shipment: Shipment, verb: str) -> str:
    """Where `verb` leads the shipment's status; DomainError when it may not."""
    return target(MOVES, verb, shipment.status, shown=shipment.get_status_display(), what=shipment.number)


def go(shipment: Shipment, status: str, *fields: str) -> None:
    """Save the new status with the other changed `fields`."""
    shipment.status = status
    shipment.save(update_fields=["status", *fields])


def track(shipment: Shipment, seen: Mapping | None = None) -> None:
    """Write what the customer may see of the status; `seen` is when and where a carrier saw it."""
    TrackingEvent.objects.create(shipment=shipment, status=shipment.status, **(seen or {}))


def lines_of(shipment: Shipment) -> list[ShipmentLine]:
    """The shipment's lines with what they show, in pick-path order."""
    return sorted(shipment.lines.select_related("order_line__product"), key=ShipmentLine.pick_path)


def scanned(shipment: Shipment, code: str) -> list[ShipmentLine]:
    """The lines with this SKU or barcode; DomainError says what a foreign code is."""
    found = [line for line in lines_of(shipment) if line.answers_to(code)]
    if not found:
        refuse_foreign(code, shipment.number)
    return found


def refuse_foreign(code: str, number: str) -> NoReturn:
    """DomainError that says what a code is that does not belong to the paper with this `number`."""
    code = code.strip()
    if not code:
        raise DomainError(_("Scan or type a SKU or barcode."))
    product = Product.objects.filter(Q(sku__iexact=code) | Q(barcode=code)).first()
    if product:
        raise DomainError(
            _("Wrong item: %(sku)s %(name)s is not part of %(number)s.")
            % {"sku": product.sku, "name": product.name, "number": number}
        )
    raise DomainError(_("Unknown code %(code)s: no product has it.") % {"code": code[:60]})


def share(lines: Iterable[ShipmentLine], quantity: int, room: Callable[[ShipmentLine], int]) -> dict[ShipmentLine, int]:
    """Distribute pieces over lines as their room allows; fewer than `quantity` when there is no more room."""
    shares: dict[ShipmentLine, int] = {}
    for line in lines:
        taken = min(quantity - sum(shares.values()), room(line))
        if taken > 0:
            shares[line] = taken
    return shares


def refuse_odd(quantity: int) -> None:
    """DomainError for less than one piece."""
    if quantity < 1:
        raise DomainError(_("The quantity must be at least 1."))


def pieces_of(lines: Iterable[ShipmentLine], counter: str) -> Pieces:
    """What the lines count, by order line, without the empty ones."""
    return {line.order_line_id: getattr(line, counter) for line in lines if getattr(line, counter)}
