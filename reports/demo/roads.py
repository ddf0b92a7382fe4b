"""The demo's own fleet: depots, vans, shifts, zones, where its doors are, and today's routes."""

import datetime

from fulfillment.models import DeliveryZone, Depot, GeocodedAddress, Place, Shift, Shipment, Vehicle
from fulfillment.models.places import address_key, plain
from fulfillment.services import plan_day
from orders.models import Order
from reports.demo.world import World

CITIES = {
    ("CN", "上海"): (31.2304, 121.4737),
    ("CN", "苏州"): (31.2989, 120.5853),
    ("HK", "中環"): (22.2819, 114.1582),
    ("HK", "灣仔"): (22.2772, 114.1739),
    ("HK", "旺角"): (22.3193, 114.1694),
    ("HK", "沙田"): (22.3830, 114.1880),
}
DEPOTS = {"SHA": (31.1940, 121.4360), "HKG": (22.3370, 114.1480)}
VANS = [
    # name, plate, warehouse, driver, kg, litres, per km, per hour
    ("青禾一号 Qinghe 1", "沪A·QH001", "SHA", "driver", 600, 4000, "2.40", "60"),
    ("青禾二號 Qinghe 2", "QH 2002", "HKG", "driver2", 400, 2500, "4.20", "95"),
    ("三轮 Cargo trike", "", "SHA", None, 80, 400, "0.60", "45"),
]
SPREAD = 0.05  # degrees


def drive(world: World) -> None:
    """Set the fleet up and plan today's round of both warehouses."""
    _places()
    for code, (latitude, longitude) in DEPOTS.items():
        warehouse = world.warehouses[code]
        Depot.objects.create(warehouse=warehouse, latitude=latitude, longitude=longitude)
        DeliveryZone.objects.create(
            name=f"{code} 25 km",
            warehouse=warehouse,
            country="HK" if code == "HKG" else "CN",
            latitude=latitude,
            longitude=longitude,
            radius_km=25,
        )
    _fleet(world)
    _doors(world)
    for code in DEPOTS:
        plan_day(world.today, world.warehouses[code], by=world.people["dispatcher"], seconds=0)


def _places() -> None:
    Place.objects.bulk_create(
        Place(country=country, city=city, key=plain(city), latitude=latitude, longitude=longitude)
        for (country, city), (latitude, longitude) in CITIES.items()
    )


def _fleet(world: World) -> None:
    for name, plate, code, driver, kilograms, litres, per_km, per_hour in VANS:
        van = Vehicle.objects.create(
            name=name,
            plate=plate,
            warehouse=world.warehouses[code],
            weight_kg=kilograms,
            volume_l=litres,
            cost_km=per_km,
            cost_hour=per_hour,
        )
        for day in range(3 if driver else 0):
            at = datetime.datetime.combine(world.today, datetime.time(9), world.zone) + datetime.timedelta(days=day)
            Shift.objects.create(
                driver=world.people[driver], vehicle=van, starts=at, ends=at + datetime.timedelta(hours=9)
            )


def _doors(world: World) -> None:
    """Positions of the addresses that our own fleet goes to; some are left to be found by their city."""
    waiting = Shipment.objects.filter(status__in=("packed", "shipped", "out", "failed")).order_by("pk")
    orders: dict[str, Order] = {}
    for shipment in waiting.select_related("order"):
        orders.setdefault(address_key(shipment.order), shipment.order)
    found = []
    for key, order in orders.items():
        centre = CITIES.get((order.country, order.city))
        if centre and world.chance(0.85):
            latitude, longitude = (round(degree + world.dice.uniform(-SPREAD, SPREAD), 5) for degree in centre)
            address = f"{order.line1}, {order.city}"
            found.append(
                GeocodedAddress(key=key, address=address, latitude=latitude, longitude=longitude, source="imported")
            )
    GeocodedAddress.objects.bulk_create(found)
