"""Packing with a check of every piece, and the hand-over to whoever drives."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import Carrier, CarrierService, Carton, Shipment, ShipmentLine
from fulfillment.services import rating
from fulfillment.services.parcels import open_parcel, put_in, shut
from fulfillment.services.steps import (
    check_move,
    go,
    lines_of,
    lock_shipment,
    pieces_of,
    refuse_odd,
    scanned,
    share,
    track,
)
from inventory import services as inventory
from inventory.models import Product
from oms.errors import DomainError
from oms.events import record
from orders import services as orders
from orders.events import OrderEvent


@transaction.atomic
def scan_pack(shipment: Shipment, *, by, code: str, quantity: int = 1, serial: str = "") -> Shipment:
    """Pieces put into the parcel; a wrong item, or more than was picked, is refused.

    Of a product that is tracked by serial number each piece needs its own, which leaves with this shipment.
    """
    refuse_odd(quantity)
    shipment = lock_shipment(shipment)
    check_move(shipment, "pack")
    lines = scanned(shipment, code)
    shares = share(lines, quantity, ShipmentLine.unpacked.fget)
    if sum(shares.values()) < quantity:
        _refuse_surplus(lines, quantity)
    _note_serial(shipment, lines[0].order_line.product, quantity, serial)
    for line, count in shares.items():
        line.packed += count
    ShipmentLine.objects.bulk_update(shares, ["packed"])
    put_in(open_parcel(shipment, by=by), shares)
    orders.count_pieces(shipment.order, "packed", {line.order_line_id: n for line, n in shares.items()})
    return shipment


def _note_serial(shipment: Shipment, product: Product, quantity: int, serial: str) -> None:
    if product.tracking != Product.Tracking.SERIAL:
        return
    if not serial or quantity != 1:
        raise DomainError(
            _("%(sku)s is tracked by serial number: scan the number of each piece.") % {"sku": product.sku}
        )
    inventory.send_serial(product, serial, cause=shipment.number)


def _refuse_surplus(lines: list[ShipmentLine], quantity: int) -> None:
    sku, picked = lines[0].order_line.sku, sum(line.picked for line in lines)
    left = picked - sum(line.packed for line in lines)
    if not left:
        raise DomainError(
            _("Too many: all %(count)s of %(sku)s are packed. Put this one back.") % {"sku": sku, "count": picked}
        )
    raise DomainError(
        _("Wrong quantity: %(quantity)s of %(sku)s, but only %(left)s are still to be packed.")
        % {"sku": sku, "quantity": quantity, "left": left}
    )


@transaction.atomic
def finish_packing(
    shipment: Shipment, *, by, carton: Carton | None = None, weight_g: int | None = None, reason: str = ""
) -> Shipment:
    """Close the last parcel; refused while a picked piece lies outside or the weight is wrong without a reason."""
    shipment = lock_shipment(shipment)
    status = check_move(shipment, "finish_packing")
    lines = lines_of(shipment)
    outside = [f"{x.order_line.sku} × {x.unpacked}" for x in lines if x.unpacked]
    if outside:
        raise DomainError(_("Not packed yet: %(what)s.") % {"what": ", ".join(outside)})
    parcel = shipment.parcels.filter(closed_at=None).first()
    if parcel:
        shut(parcel, by=by, carton=carton, weight_g=weight_g, reason=reason)
    shipment.packed_at = timezone.now()
    go(shipment, status, "packed_at")
    data = {"pieces": sum(x.packed for x in lines)}
    record(shipment, FulfillmentEvent.PACKED, by=by, **data)
    orders.record_on_order(shipment.order, OrderEvent.PACKED, by=by, shipment=shipment.number, **data)
    return shipment


@transaction.atomic
def ship(
    shipment: Shipment,
    *,
    by,
    carrier: Carrier | None = None,
    service: CarrierService | None = None,
    cost: Decimal | None = None,
    tracking_number: str = "",
) -> Shipment:
    """The parcel leaves the house: stock falls, the order's lines count as shipped, the customer is told.

    What is not chosen of carrier, service and cost is as booked, else chosen by the rule of `services.rating`.
    """
    shipment = lock_shipment(shipment)
    status = check_move(shipment, "ship")
    choice = rating.choose(shipment, carrier=carrier, service=service, cost=cost)
    shipment.carrier, shipment.service = choice.carrier, choice.service
    shipment.cost, shipment.cost_reasons = choice.cost, choice.reasons
    shipment.tracking_number = tracking_number.strip() or shipment.tracking_number
    shipment.shipped_at = timezone.now()
    go(shipment, status, "carrier", "service", "cost", "cost_reasons", "tracking_number", "shipped_at")
    track(shipment)
    data = {"carrier": shipment.carrier.name, "tracking": shipment.tracking_number}
    record(shipment, FulfillmentEvent.SHIPPED, by=by, **data)
    pieces = pieces_of(shipment.lines.all(), "packed")
    orders.record_shipped(shipment.order, pieces, by=by, shipment=shipment.number, **data)
    return shipment
