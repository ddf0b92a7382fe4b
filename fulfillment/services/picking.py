"""Picking: from the order's reservation to pieces on the trolley, and back."""

from django.db import transaction
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.services.steps import (
    check_move,
    go,
    lines_of,
    lock_shipment,
    pieces_of,
    refuse_odd,
    scanned,
    share,
)
from fulfillment.services.waves import close_wave
from inventory import services as inventory
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.numbering import next_number
from orders import services as orders
from orders.events import OrderEvent
from orders.models import Order


@transaction.atomic
def start_picking(order: Order, *, by) -> Shipment:
    """Open a shipment for everything that is reserved for the order and not picked yet."""
    order = lock(order)
    _refuse_second(order)
    orders.refuse_stopped(order)
    wanted = [(line, line.shipped + line.reserved - line.picked) for line in order.lines.select_related("stock")]
    wanted = [(line, count) for line, count in wanted if count > 0]
    if not wanted:
        raise DomainError(
            _("%(number)s is %(stage)s: nothing is reserved for it that could be picked.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )
    shipment = Shipment.objects.create(
        number=next_number("fulfillment_number_seq", "S"), order=order, warehouse_id=order.warehouse_id, picker=by
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line=line, bin=line.stock.bin, to_pick=count) for line, count in wanted
    )
    record(shipment, FulfillmentEvent.STARTED, by=by, pieces=sum(count for _line, count in wanted))
    return shipment


def _refuse_second(order: Order) -> None:
    other = order.shipments.filter(status__in=Shipment.IN_HOUSE).select_related("picker").first()
    if other:
        raise DomainError(
            _("%(who)s is already working on %(order)s: shipment %(number)s is %(status)s.")
            % {
                "who": other.picker or _("Somebody"),
                "order": order.number,
                "number": other.number,
                "status": other.get_status_display(),
            }
        )


@transaction.atomic
def pick(shipment: Shipment, *, by, code: str, quantity: int = 1) -> Shipment:
    """Pieces of a SKU or barcode taken from the shelf; more than wanted is refused."""
    refuse_odd(quantity)
    shipment = lock_shipment(shipment)
    check_move(shipment, "pick")
    lines = scanned(shipment, code)
    shares = share(lines, quantity, ShipmentLine.missing.fget)
    if sum(shares.values()) < quantity:
        _refuse_surplus(lines, quantity)
    return _take(shipment, shares)


def _refuse_surplus(lines: list[ShipmentLine], quantity: int) -> None:
    left, sku = sum(line.missing for line in lines), lines[0].order_line.sku
    if not left:
        count = sum(line.to_pick for line in lines)
        raise DomainError(_("%(sku)s: all %(count)s are picked already.") % {"sku": sku, "count": count})
    raise DomainError(
        _("%(sku)s: only %(left)s more are wanted, not %(quantity)s.")
        % {"sku": sku, "left": left, "quantity": quantity}
    )


def _take(shipment: Shipment, shares: dict[ShipmentLine, int]) -> Shipment:
    for line, count in shares.items():
        line.picked += count
    ShipmentLine.objects.bulk_update(shares, ["picked"])
    orders.count_pieces(shipment.order, "picked", {line.order_line_id: n for line, n in shares.items()})
    return shipment


@transaction.atomic
def pick_all(shipment: Shipment, *, by) -> Shipment:
    """Everything that is still to be picked, in one go."""
    shipment = lock_shipment(shipment)
    check_move(shipment, "pick")
    return _take(shipment, {line: line.missing for line in lines_of(shipment) if line.missing})


@transaction.atomic
def put_back(shipment: Shipment, *, by, code: str, quantity: int = 1) -> Shipment:
    """Pieces put back on the shelf while picking; they stay reserved."""
    refuse_odd(quantity)
    shipment = lock_shipment(shipment)
    check_move(shipment, "pick")
    lines = scanned(shipment, code)[::-1]
    shares = share(lines, quantity, lambda line: line.picked)
    if sum(shares.values()) < quantity:
        raise DomainError(
            _("%(sku)s: only %(count)s are picked.") % {"sku": lines[0].order_line.sku, "count": sum(shares.values())}
        )
    for line, count in shares.items():
        line.picked -= count
    ShipmentLine.objects.bulk_update(shares, ["picked"])
    orders.uncount_pieces(shipment.order, picked={x.order_line_id: n for x, n in shares.items()}, packed={})
    return shipment


@transaction.atomic
def finish_picking(shipment: Shipment, *, by, reason: str = "") -> Shipment:
    """Hand the trolley over to packing. When pieces are missing a reason is needed; they stay reserved."""
    shipment = lock_shipment(shipment)
    status = check_move(shipment, "finish_picking")
    lines = lines_of(shipment)
    picked, missing = sum(x.picked for x in lines), [x for x in lines if x.missing]
    if not picked:
        raise DomainError(_("Nothing is picked yet. If nothing can be found, cancel %s.") % shipment.number)
    if missing and not reason.strip():
        raise DomainError(
            _("%(pieces)s pieces are not picked (%(skus)s). Say why.")
            % {"pieces": sum(x.missing for x in missing), "skus": ", ".join(x.order_line.sku for x in missing)}
        )
    go(shipment, status)
    close_wave(shipment.wave_id)
    data = {"pieces": picked}
    if missing:
        data |= {"reason": reason, "missing": [f"{x.order_line.sku} × {x.missing}" for x in missing]}
    record(shipment, FulfillmentEvent.SHORT if missing else FulfillmentEvent.PICKED, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.PICKED, by=by, shipment=shipment.number, **data)
    return shipment


@transaction.atomic
def cancel_shipment(shipment: Shipment, *, by, reason: str) -> Shipment:
    """Give a shipment up before it leaves: its pieces go back on the shelf and stay reserved for the order."""
    if not reason.strip():
        raise DomainError(_("Say why the shipment is cancelled."))
    shipment = lock_shipment(shipment)
    go(shipment, check_move(shipment, "cancel"))
    close_wave(shipment.wave_id)
    lines = list(shipment.lines.select_related("order_line"))
    picked, packed = pieces_of(lines, "picked"), pieces_of(lines, "packed")
    if packed:
        inventory.take_back(shipment.number, {x.order_line.product_id: x.order_line.stock_id for x in lines})
    record(shipment, FulfillmentEvent.CANCELLED, by=by, reason=reason)
    if picked:
        orders.record_unpicked(
            shipment.order, picked=picked, packed=packed, by=by, shipment=shipment.number, reason=reason
        )
    return shipment
