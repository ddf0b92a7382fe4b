"""Where addresses are and whose fleet goes there, read from our own tables in a few statements for many orders."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from fulfillment.models import DeliveryZone, GeocodedAddress, Place, RouteStop
from fulfillment.models.places import address_key, plain
from fulfillment.polygons import lies_in
from fulfillment.routing.travel import crow_metres
from orders.models import Order

Precision = RouteStop.Precision


@dataclass(frozen=True)
class Position:
    """A point in degrees, and how well it is known."""

    latitude: float
    longitude: float
    precision: str

    @property
    def point(self) -> tuple[float, float]:
        return self.latitude, self.longitude


def positions(orders: Iterable[Order]) -> dict[int, Position]:
    """The position of each order's address by the order's key: of the address, else its postcode, else its city."""
    orders = list(orders)
    doors = _of_addresses({address_key(order) for order in orders})
    postcodes, cities = _of_places(orders)
    found = {}
    for order in orders:
        country = order.country.upper()
        position = (
            doors.get(address_key(order))
            or postcodes.get((country, _code(order.postcode)))
            or cities.get((country, plain(order.city)))
        )
        if position:
            found[order.pk] = position
    return found


def serves(zone: DeliveryZone, order: Order, position: Position | None) -> bool:
    """Whether an address lies in a zone: by its postcode, the drawn area or its distance from the centre."""
    if zone.country.upper() != order.country.upper():
        return False
    if zone.prefixes and _code(order.postcode).startswith(zone.prefixes):
        return True
    if position is None:
        return False
    if zone.area and lies_in(zone.area, *position.point):
        return True
    if zone.radius_km is None or zone.latitude is None or zone.longitude is None:
        return False
    return crow_metres((zone.latitude, zone.longitude), position.point) <= zone.radius_km * 1000


def _of_addresses(keys: set[str]) -> dict[str, Position]:
    rows = GeocodedAddress.objects.filter(key__in=keys)
    return {row.key: Position(row.latitude, row.longitude, Precision.ADDRESS) for row in rows}


def _of_places(orders: list[Order]) -> tuple[dict, dict]:
    """Positions by (country, postcode) and by (country, city), each the middle of the rows that say it."""
    countries = {order.country.upper() for order in orders}
    rows = Place.objects.filter(country__in=countries)
    codes, keys = {_code(order.postcode) for order in orders} - {""}, {plain(order.city) for order in orders} - {""}
    by_code, by_city = defaultdict(list), defaultdict(list)
    for row in rows.filter(postcode__in=codes):
        by_code[row.country, row.postcode].append(row)
    for row in rows.filter(key__in=keys):
        by_city[row.country, row.key].append(row)
    return _middles(by_code, Precision.POSTCODE), _middles(by_city, Precision.CITY)


def _middles(groups: dict, precision: str) -> dict:
    return {
        key: Position(fmean(row.latitude for row in rows), fmean(row.longitude for row in rows), precision)
        for key, rows in groups.items()
    }


def _code(postcode: str) -> str:
    return postcode.replace(" ", "").upper()
