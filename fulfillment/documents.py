"""What the warehouse prints."""

from dataclasses import dataclass

from fulfillment.models import Route, Shipment, ShipmentLine
from fulfillment.services.steps import lines_of
from oms.barcodes import barcode_svg
from oms.pdf import render_pdf
from orders.models import OrderLine


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
    }
    return render_pdf("documents/packing_slip.html", context, order.language)


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
