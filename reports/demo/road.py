"""The drivers' rounds of today: stops in order, a wish that waits for an answer, a shipment that did not arrive."""

import datetime
from itertools import groupby

from fulfillment.events import FulfillmentEvent
from fulfillment.models import DeliveryException, DeliveryWish, ExceptionLine, Shipment, ShipmentLine
from reports.demo.world import World

NEIGHBOUR = {"en": "Wang, second floor", "zh-hans": "二楼王先生", "zh-hant": "二樓王先生"}


def fill(world: World) -> None:
    """What the road looks like at this moment."""
    shipments = world.book.rows[Shipment]
    _rounds(world, [s for s in shipments if s.status == "out" and s.driver])
    failed = [s for s in shipments if s.status == "failed" and s.driver]
    for shipment in failed[:1]:
        _exception(world, shipment)
    for shipment in [s for s in shipments if s.status == "shipped" and s.carrier.own][:1]:
        start = world.at(world.today + datetime.timedelta(days=1), 17, 17)
        end = start + datetime.timedelta(hours=4)
        _wish(world, shipment, kind="slot", wanted_from=start, wanted_to=end)
    for shipment in [s for s in shipments if s.status == "out" and s.driver][:1]:
        _wish(world, shipment, kind="neighbour", note=NEIGHBOUR[shipment.order.language])


def _rounds(world: World, out: list[Shipment]) -> None:
    for _driver, stops in groupby(sorted(out, key=lambda s: s.driver.pk), key=lambda s: s.driver):
        for number, shipment in enumerate(stops, start=1):
            shipment.stop_order = number
            shipment.eta = world.now + datetime.timedelta(minutes=25 * number)


def _wish(world: World, shipment: Shipment, **fields) -> None:
    wish = world.book.add(DeliveryWish(shipment=shipment, at=world.now, **fields))
    told = {"wish": str(wish.get_kind_display()), "note": wish.note}
    world.book.event(shipment, FulfillmentEvent.WISHED, world.now, **told)


def _exception(world: World, shipment: Shipment) -> None:
    number, by = f"X{world.book.next('fulfillment_exception_seq')}", world.people["dispatcher"]
    exception = DeliveryException(number=number, shipment=shipment, kind="address", at=world.now, by=by)
    world.book.add(exception)
    for line in world.book.rows[ShipmentLine]:
        if line.shipment is shipment:
            pieces = line.packed
            world.book.add(
                ExceptionLine(exception=exception, order_line=line.order_line, pieces=pieces, missing=pieces)
            )
    told = {"outcome": str(exception.get_kind_display())}
    for subject in (exception, shipment):
        world.book.event(subject, FulfillmentEvent.EXCEPTION, world.now, by=by, **told)
