"""Parcels: what was scanned into which box, its carton and its weight."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.cartons import Box, Goods, Suggestion, differs, suggest, weight_of
from fulfillment.events import FulfillmentEvent
from fulfillment.models import Carton, Parcel, ParcelLine, Shipment, ShipmentLine
from fulfillment.services.steps import check_move, lock_shipment
from oms.errors import DomainError
from oms.events import record
from oms.numbering import next_number


def open_parcel(shipment: Shipment, *, by) -> Parcel:
    """The box that scans go into; a new one when there is none. The caller holds the shipment's lock."""
    parcel = shipment.parcels.filter(closed_at=None).first()
    if parcel:
        return parcel
    number = shipment.parcels.count() + 1
    code = next_number("fulfillment_parcel_seq", "P")
    return Parcel.objects.create(shipment=shipment, number=number, code=code, by=by)


def put_in(parcel: Parcel, shares: dict[ShipmentLine, int]) -> None:
    """Count pieces as lying in the parcel."""
    there = {line.shipment_line_id: line for line in parcel.lines.all()}
    for line, pieces in shares.items():
        if line.pk in there:
            there[line.pk].pieces += pieces
            there[line.pk].save(update_fields=["pieces"])
        else:
            ParcelLine.objects.create(parcel=parcel, shipment_line=line, pieces=pieces)


@transaction.atomic
def close_parcel(
    shipment: Shipment, *, by, carton: Carton | None = None, weight_g: int | None = None, reason: str = ""
) -> Parcel:
    """Close the open box. A weight that is not what its contents should weigh needs a reason."""
    shipment = lock_shipment(shipment)
    check_move(shipment, "pack")
    parcel = shipment.parcels.filter(closed_at=None).first()
    if parcel is None:
        raise DomainError(_("No parcel of %(number)s is open.") % {"number": shipment.number})
    return shut(parcel, by=by, carton=carton, weight_g=weight_g, reason=reason)


def shut(parcel: Parcel, *, by, carton: Carton | None, weight_g: int | None, reason: str) -> Parcel:
    """Close a box whose shipment the caller has locked."""
    goods = goods_in(parcel)
    contents = weight_of(goods)
    expected = None if contents is None else contents + (carton.own_weight_g if carton else 0)
    _refuse_heavy(carton, weight_g or expected)
    if differs(expected, weight_g) and not reason.strip():
        raise DomainError(
            _(
                "%(code)s weighs %(weight)s g but should weigh %(expected)s g. "
                "Look what is missing or too much, or say why."
            )
            % {"code": parcel.code, "weight": weight_g, "expected": expected}
        )
    parcel.carton, parcel.weight_g, parcel.expected_g = carton, weight_g, expected
    parcel.override, parcel.closed_at, parcel.by = reason.strip()[:200], timezone.now(), by
    parcel.save(update_fields=["carton", "weight_g", "expected_g", "override", "closed_at", "by"])
    told = {"parcel": parcel.code, "pieces": sum(item.pieces for item in goods), "weight": weight_g, "reason": reason}
    record(parcel.shipment, FulfillmentEvent.PARCEL_CLOSED, by=by, **told)
    return parcel


def _refuse_heavy(carton: Carton | None, weight_g: int | None) -> None:
    if carton and carton.max_weight_g and weight_g and weight_g - carton.own_weight_g > carton.max_weight_g:
        raise DomainError(
            _("%(carton)s carries %(limit)s g at most.") % {"carton": carton, "limit": carton.max_weight_g}
        )


def goods_in(parcel: Parcel) -> list[Goods]:
    """The contents of a parcel, as the rules of cartons see them."""
    lines = parcel.lines.select_related("shipment_line__order_line__product")
    return [_goods(line.shipment_line, line.pieces) for line in lines]


def _goods(line: ShipmentLine, pieces: int) -> Goods:
    product = line.order_line.product
    sides = (product.length_mm, product.width_mm, product.height_mm)
    return Goods(line.order_line.sku, pieces, sides, product.weight_g)


def suggest_carton(lines: list[ShipmentLine]) -> Suggestion:
    """The carton for what is still to be packed and what lies in the open box already."""
    cartons = Carton.objects.filter(active=True)
    boxes = [Box(c.name, (c.length_mm, c.width_mm, c.height_mm), c.max_weight_g, c.own_weight_g) for c in cartons]
    closed = dict.fromkeys([line.pk for line in lines], 0)
    for pk, pieces in ParcelLine.objects.filter(shipment_line__in=closed, parcel__closed_at__isnull=False).values_list(
        "shipment_line_id", "pieces"
    ):
        closed[pk] += pieces
    goods = [_goods(line, line.picked - closed[line.pk]) for line in lines if line.picked > closed[line.pk]]
    return suggest(goods, boxes)


def asks_for_weight(shipment: Shipment) -> bool:
    """Whether the packer has something to say at the end: which carton, or what the scale shows."""
    parcel = shipment.parcels.filter(closed_at=None).first()
    return bool(parcel) and (weight_of(goods_in(parcel)) is not None or Carton.objects.filter(active=True).exists())
