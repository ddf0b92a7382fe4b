"""Shipments on the road, for the tests of what happens there."""

from fulfillment import services as fulfillment
from fulfillment.models import Carrier, Shipment
from oms.models import User
from orders.models import Order
from tests.fulfillment.test_walk import packed
from tests.stories import a_placed_order, a_product


def a_fleet() -> Carrier:
    return Carrier.objects.get_or_create(name="Own fleet", defaults={"own": True})[0]


def shipped(order: Order, carrier: Carrier | None = None) -> Shipment:
    """Everything the order holds, packed and out of the house."""
    return fulfillment.ship(packed(order, None), by=None, carrier=carrier or a_fleet())


def on_the_road(driver: User, order: Order | None = None) -> Shipment:
    """A shipment that this driver has on board."""
    order = order or a_placed_order((a_product(), 2))
    return fulfillment.send_out(shipped(order), by=None, driver=driver)
