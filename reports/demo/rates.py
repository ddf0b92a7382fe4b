"""Carriers' services with their prices, what each parcel cost, and what carriers reported."""

import datetime
import secrets
from decimal import Decimal

from fulfillment import quoting
from fulfillment.models import (
    Carrier,
    CarrierService,
    RateBand,
    RateZone,
    RawTrackingEvent,
    Shipment,
    StatusMapping,
)
from reports.demo.world import World

# carrier: zones (name, country, postcodes), services (code, name, days, cut-off hour), prices by service and zone
PRICES = {
    "fleet": (
        [("上海 Shanghai", "CN", "20"), ("香港 Hong Kong", "HK", "")],
        [("same", "当日达 Same day", (0, 1), 12, {"上海 Shanghai": (14, 22), "香港 Hong Kong": (26, 40)})],
    ),
    "express": (
        [("华东 East", "CN", "20, 21, 31"), ("全国 China", "CN", ""), ("香港 Hong Kong", "HK", "")],
        [
            (
                "air",
                "特快 Air",
                (1, 1),
                16,
                {"华东 East": (16, 30), "全国 China": (22, 48), "香港 Hong Kong": (35, 70)},
            ),
            ("road", "标快 Road", (1, 2), 17, {"华东 East": (9, 18), "全国 China": (12, 28)}),
        ],
    ),
    "post": (
        [
            ("台湾 Taiwan", "TW", ""),
            ("北美 America", "US", ""),
            ("英国 Britain", "GB", ""),
            ("澳洲 Australia", "AU", ""),
        ],
        [
            (
                "parcel",
                "国际小包 Parcel",
                (3, 5),
                15,
                {
                    "台湾 Taiwan": (38, 80),
                    "北美 America": (96, 240),
                    "英国 Britain": (92, 230),
                    "澳洲 Australia": (84, 210),
                },
            )
        ],
    ),
    "test": (
        [("全国 China", "CN", "")],
        [("standard", "试运 Standard", (2, 3), 17, {"全国 China": (60, 120)})],
    ),
}
BANDS = (1000, 5000, 30000)
WORDS = {"揽收 PICKED_UP": "collected", "干线运输 LINEHAUL": "in_transit", "派送中 WITH_COURIER": "out"}
UNKNOWN_WORD = "清关中 CUSTOMS"


def print_prices(world: World) -> None:
    """Write the price lists; the last carrier is the one to try things with, see `manage.py test_carrier`."""
    trial = Carrier(name="试运快递 Trial Carrier", code="test", adapter="http", base_url="http://127.0.0.1:8766")
    trial.secret = secrets.token_urlsafe(24)
    world.carriers["test"] = world.book.add(trial)
    for key, (zones, services) in PRICES.items():
        carrier = world.carriers[key]
        rows = {name: _zone(world, carrier, name, country, codes) for name, country, codes in zones}
        for service in services:
            world.offers.append(_service(world, carrier, rows, *service))
    for word, step in WORDS.items():
        world.book.add(StatusMapping(carrier=world.carriers["post"], carrier_status=word, step=step))
        world.book.add(StatusMapping(carrier=trial, carrier_status=word.split()[1], step=step))


def _zone(world: World, carrier: Carrier, name: str, country: str, codes: str) -> RateZone:
    return world.book.add(RateZone(carrier=carrier, name=name, country=country, postcodes=codes))


def _service(world: World, carrier: Carrier, zones: dict, code, name, days, hour, prices) -> quoting.Offer:
    row = CarrierService(carrier=carrier, code=code, name=name, transit_min=days[0], transit_max=days[1])
    row.cut_off = datetime.time(hour)
    world.services[world.book.add(row).pk] = row
    found = []
    for zone, (light, heavy) in prices.items():
        amounts = (Decimal(light), Decimal(heavy), Decimal(heavy * 3))
        for weight, price_of in zip(BANDS, amounts, strict=True):
            world.book.add(RateBand(service=row, zone=zones[zone], up_to_g=weight, price=price_of))
        bands = tuple(quoting.Band(*band) for band in zip(BANDS, amounts, strict=True))
        found.append(quoting.Zone(zones[zone].country, zones[zone].prefixes, bands))
    return quoting.Offer(row.pk, str(row), row.transit_max, row.cut_off, tuple(found))


def price(world: World, shipment: Shipment, grams: int) -> None:
    """Choose the best service of the shipment's carrier by the rule, as it was when the parcel left."""
    order = shipment.order
    parcel = quoting.Parcel(order.country, order.postcode, grams, order.promised_date)
    mine = [offer for offer in world.offers if world.services[offer.key].carrier_id == shipment.carrier_id]
    quote = quoting.quote(mine, parcel, shipment.shipped_at.astimezone(world.zone), world.policy.working_days)
    if quote.chosen:
        shipment.service, shipment.cost = world.services[quote.chosen.key], quote.chosen.price
        shipment.cost_reasons = quote.reasons
    else:
        shipment.cost_reasons = [{"code": "carrier_by_hand", "carrier": shipment.carrier.name}, {"code": "no_price"}]


def report(world: World) -> None:
    """What a carrier reported lately: most is understood, a word and a number are not."""
    carrier = world.carriers["post"]
    shipments = [s for s in world.book.rows[Shipment] if s.carrier_id == carrier.pk and s.shipped_at][-8:]
    for number, shipment in enumerate(shipments):
        at = shipment.shipped_at + (world.now - shipment.shipped_at) / 3
        word = UNKNOWN_WORD if number % 4 == 3 else next(iter(WORDS))
        _told(world, carrier, shipment.tracking_number, word, at, shipment)
    _told(world, carrier, "FS0000000000", next(iter(WORDS)), world.now - datetime.timedelta(hours=5), None)


def _told(world: World, carrier: Carrier, number: str, word: str, at, shipment: Shipment | None) -> None:
    step, state = WORDS.get(word, ""), RawTrackingEvent.State
    known = state.APPLIED if step else state.UNMAPPED
    world.book.add(
        RawTrackingEvent(
            carrier=carrier,
            key=f"{number} {word}",
            tracking_number=number,
            carrier_status=word,
            step=step,
            at=at,
            received_at=at,
            place="上海 Shanghai",
            payload={"number": number, "status": word, "time": at.isoformat()},
            source=RawTrackingEvent.Source.FILE,
            state=known if shipment else state.NO_SHIPMENT,
            shipment=shipment,
        )
    )
