"""What the warehouse prints."""

from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString

from fulfillment import queries
from fulfillment.models import Batch, Parcel, Route, Shipment, ShipmentLine
from fulfillment.services import print_paper
from fulfillment.services.steps import lines_of
from oms.barcodes import barcode_svg
from oms.pdf import render_pdf
from orders.models import OrderLine

LABEL_SIZES = {"4x6": "css/label-4x6.css", "a4": "css/label-a4.css"}


@dataclass(frozen=True)
class SlipLine:
    """Pieces of an order line in this parcel, and those that come later."""

    line: OrderLine
    count: int
    later: int


def packing_slip_pdf(shipment: Shipment) -> bytes:
    """The packing slip that goes into the parcel, in the customer's language."""
    order = shipment.order
    lines = [_slip_line(shipment, line) for line in lines_of(shipment)]
    context = {
        "shipment": shipment,
        "order": order,
        "lines": [line for line in lines if line.count],
        "later": [line for line in lines if line.later],
        "pieces": sum(line.count for line in lines),
        "barcode": barcode_svg(order.number),
        "qr": qr_svg(str(print_paper(shipment))),
        "parcels": shipment.parcels.with_contents(),
    }
    return render_pdf("documents/packing_slip.html", context, order.language)


def pick_list_pdf(shipment: Shipment, language: str) -> bytes:
    """The way through the bins for one shipment, in the picker's language."""
    lines = lines_of(shipment)
    return _pick_list(shipment.number, [shipment], [queries.Stop([line]) for line in lines], language)


def batch_list_pdf(batch: Batch, language: str) -> bytes:
    """The way through the bins for a whole cart, with a code for each tote."""
    lines = queries.lines_on(batch)
    shipments = list(batch.shipments.select_related("order").order_by("tote"))
    return _pick_list(batch.number, shipments, queries.stops(lines), language)


def _pick_list(number: str, shipments: list[Shipment], stops: list[queries.Stop], language: str) -> bytes:
    context = {
        "number": number,
        "papers": [(shipment, qr_svg(str(print_paper(shipment)))) for shipment in shipments],
        "stops": [(stop, barcode_svg(stop.sku) if stop.sku.isascii() else "") for stop in stops],
        "pieces": sum(stop.wanted for stop in stops),
        "barcode": barcode_svg(number),
    }
    return render_pdf("documents/pick_list.html", context, language)


def label_pdf(parcel: Parcel, size: str) -> bytes:
    """The label that is stuck on a parcel, in the customer's language; `size` is a key of LABEL_SIZES."""
    shipment = parcel.shipment
    context = {
        "parcel": parcel,
        "shipment": shipment,
        "order": shipment.order,
        "count": shipment.parcels.count(),
        "barcode": barcode_svg(parcel.code),
        "sheet": LABEL_SIZES[size],
    }
    return render_pdf("documents/label.html", context, shipment.order.language)


def qr_svg(text: str) -> SafeString:
    """`text` as a QR code, an SVG that takes the size of its box."""
    return SafeString(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, svgclass="qr"))


def _slip_line(shipment: Shipment, line: ShipmentLine) -> SlipLine:
    before_packing = shipment.status in (Shipment.Status.PICKING, Shipment.Status.PICKED)
    count = line.picked if before_packing else line.packed
    still_here = 0 if shipment.shipped_at else count
    return SlipLine(line.order_line, count, max(0, line.order_line.open - still_here))


def load_list_pdf(route: Route, language: str) -> bytes:
    """What goes onto a route's vehicle, the last stop first, so that the first one stands at the door."""
    stops = list(
        route.stops.select_related("shipment__order").prefetch_related("shipment__lines").order_by("-sequence")
    )
    rows = [(stop, sum(line.packed for line in stop.shipment.lines.all())) for stop in stops]
    context = {
        "route": route,
        "plan": route.plan,
        "rows": rows,
        "pieces": sum(pieces for _stop, pieces in rows),
        "weight": sum(stop.weight_g for stop in stops) / 1000,
    }
    return render_pdf("documents/load_list.html", context, language)
