"""Writing down where places and addresses are."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent
from fulfillment.models import GeocodedAddress, Place, RouteStop
from fulfillment.models.places import address_key, plain
from oms.errors import DomainError
from oms.events import record
from oms.tables import as_text, read_table
from orders.models import Order

Source = GeocodedAddress.Source
NAMES = {
    "country": ("country", "country_code", "国家", "國家"),
    "postcode": ("postcode", "postal_code", "zip", "邮编", "郵編", "郵遞區號"),
    "city": ("city", "place", "place_name", "城市"),
    "address": ("address", "line1", "street", "地址"),
    "latitude": ("latitude", "lat", "纬度", "緯度"),
    "longitude": ("longitude", "lon", "lng", "经度", "經度"),
}
SHOWN = 5


@transaction.atomic
def import_places(path: Path, name: str, *, by) -> dict[str, int]:
    """Read a table of places, or of addresses when it has a column for them; a known one is moved.

    All or nothing: a row that makes no sense refuses the file, naming up to five lines.
    """
    table = read_table(path, name)
    columns = _columns(table.headings)
    rows, wrong = [], []
    for number, cells in enumerate(table.rows, table.first):
        row = {field: as_text(cells[at]) if at < len(cells) else "" for field, at in columns.items()}
        if not any(row.values()):
            continue
        try:
            rows.append(_checked(row))
        except ValueError:
            wrong.append(number)
    if wrong:
        lines = ", ".join(map(str, wrong[:SHOWN]))
        raise DomainError(
            _("%(count)s rows have no place or no position on earth, for example in lines %(lines)s. Nothing was read.")
            % {"count": len(wrong), "lines": lines}
        )
    return {"places": _keep_places(rows), "addresses": _keep_addresses(rows)}


@transaction.atomic
def set_position(stop: RouteStop, *, by, latitude: float, longitude: float) -> GeocodedAddress:
    """Say where the address of a stop's order is; its plan uses it from the next planning on."""
    order = stop.shipment.order
    row, _made = GeocodedAddress.objects.update_or_create(
        key=address_key(order),
        defaults={
            "address": _words(order),
            "latitude": latitude,
            "longitude": longitude,
            "source": Source.ENTERED,
        },
    )
    record(stop.shipment, FulfillmentEvent.LOCATED, by=by, latitude=latitude, longitude=longitude)
    return row


def _columns(headings: list[str]) -> dict[str, int]:
    found = {
        field: at
        for at, heading in enumerate(headings)
        for field, names in NAMES.items()
        if heading.strip().casefold().replace(" ", "_") in names
    }
    missing = {"country", "latitude", "longitude"} - set(found)
    if missing or not {"postcode", "city"} & set(found):
        raise DomainError(_("The file needs the columns country, postcode or city, latitude and longitude."))
    return found


def _checked(row: dict[str, str]) -> dict:
    latitude, longitude = float(row["latitude"]), float(row["longitude"])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("not on earth")
    if not row["country"] or not (row.get("postcode") or row.get("city")):
        raise ValueError("nowhere")
    return {
        "country": row["country"].upper(),
        "postcode": row.get("postcode", "").replace(" ", "").upper(),
        "city": row.get("city", ""),
        "address": row.get("address", ""),
        "latitude": latitude,
        "longitude": longitude,
    }


def _keep_places(rows: list[dict]) -> int:
    places = {
        (row["country"], row["postcode"], plain(row["city"])): Place(
            key=plain(row["city"]), **{k: v for k, v in row.items() if k != "address"}
        )
        for row in rows
        if not row["address"]
    }
    Place.objects.bulk_create(
        places.values(),
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["country", "postcode", "key"],
        update_fields=["city", "latitude", "longitude"],
    )
    return len(places)


def _keep_addresses(rows: list[dict]) -> int:
    found = {}
    for row in rows:
        if row["address"]:
            order = Order(country=row["country"], postcode=row["postcode"], city=row["city"], line1=row["address"])
            found[address_key(order)] = GeocodedAddress(
                key=address_key(order),
                address=_words(order),
                latitude=row["latitude"],
                longitude=row["longitude"],
                source=Source.IMPORTED,
            )
    GeocodedAddress.objects.bulk_create(
        found.values(),
        batch_size=5000,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["address", "latitude", "longitude", "source"],
    )
    return len(found)


def _words(order: Order) -> str:
    return ", ".join(filter(None, [order.line1, order.city, order.postcode, order.country]))[:500]
