"""What stands in the warehouse: carts, cartons, the wave that is being picked and the parcels that wait."""

import datetime

from fulfillment.events import FulfillmentEvent
from fulfillment.models import Batch, Cart, Carton, Parcel, ParcelLine, Shipment, ShipmentLine, Wave
from reports.demo.world import World

CARTS = (("A1", 6), ("A2", 6), ("B1", 12))
CARTONS = (("S", 200, 150, 100, 3000, 90), ("M", 350, 250, 200, 10_000, 240), ("L", 600, 400, 400, 30_000, 620))
SIDES = ("length_mm", "width_mm", "height_mm", "max_weight_g", "own_weight_g")


def furnish(world: World) -> None:
    """Fill the floor with what the shipments in the house need."""
    for name, *sizes in CARTONS:
        world.book.add(Carton(name=name, **dict(zip(SIDES, sizes, strict=True))))
    shipments = world.book.rows[Shipment]
    picking = [shipment for shipment in shipments if shipment.status == Shipment.Status.PICKING]
    if picking:
        _on_a_cart(world, picking)
    for shipment in shipments:
        if shipment.status == Shipment.Status.PACKED:
            _in_a_parcel(world, shipment)


def _on_a_cart(world: World, picking: list[Shipment]) -> None:
    """One wave is on the floor, its first orders on a cart; the next wave is planned."""
    place, person, book = picking[0].warehouse, world.people["warehouse"], world.book
    carts = [book.add(Cart(name=name, warehouse=place, totes=totes)) for name, totes in CARTS]
    here = [shipment for shipment in picking if shipment.warehouse_id == place.pk]
    began = min(shipment.created_at for shipment in here)
    wave = book.add(_wave(world, place, began, status=Wave.Status.RELEASED, released=len(here), released_at=began))
    book.event(wave, FulfillmentEvent.WAVE_PLANNED, began, by=person)
    book.event(wave, FulfillmentEvent.WAVE_RELEASED, began, by=person, orders=len(here))
    number = f"B{book.next('fulfillment_batch_seq')}"
    batch = book.add(Batch(number=number, cart=carts[0], picker=person, created_at=began))
    for tote, shipment in enumerate(here, 1):
        shipment.wave = wave
        if tote <= carts[0].totes:
            shipment.batch, shipment.tote = batch, tote
    at = world.now - datetime.timedelta(minutes=7)
    planned = book.add(_wave(world, place, at, criteria={"limit": 50, "single_line": True}))
    book.event(planned, FulfillmentEvent.WAVE_PLANNED, at, by=person)


def _wave(world: World, place, at: datetime.datetime, **fields) -> Wave:
    number = f"W{world.book.next('fulfillment_wave_seq')}"
    return Wave(number=number, warehouse=place, by=world.people["warehouse"], created_at=at, **fields)


def _in_a_parcel(world: World, shipment: Shipment) -> None:
    lines = [x for x in world.book.rows[ShipmentLine] if x.shipment_id == shipment.pk and x.packed]
    carton = world.book.rows[Carton][1]
    weight = carton.own_weight_g + sum(x.packed * x.order_line.product.weight_g for x in lines)
    parcel = Parcel(
        shipment=shipment,
        number=1,
        code=f"P{world.book.next('fulfillment_parcel_seq')}",
        carton=carton,
        expected_g=weight,
        weight_g=weight + world.dice.randint(-20, 20),
        by=world.people["warehouse"],
        opened_at=shipment.packed_at,
        closed_at=shipment.packed_at,
    )
    world.book.add(parcel)
    for line in lines:
        world.book.add(ParcelLine(parcel=parcel, shipment_line=line, pieces=line.packed))
