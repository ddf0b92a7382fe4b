"""Which carrier service a parcel should take, what it costs, when it arrives, and why not another; pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Band:
    """The price up to a weight in grams, the weight itself included."""

    up_to_g: int
    price: Decimal


@dataclass(frozen=True)
class Zone:
    """A country, the beginnings of its postcodes ("" for all), and the prices there."""

    country: str
    prefixes: tuple[str, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Offer:
    """A carrier's service as the rule sees it; transit in calendar days, the hand-over until `cut_off`."""

    key: int
    name: str
    transit_max: int
    cut_off: datetime.time
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Parcel:
    """Where it goes, what it weighs, and by when it is promised."""

    country: str
    postcode: str
    weight_g: int
    promised: datetime.date | None = None


@dataclass(frozen=True)
class Option:
    """What one service would do; `out` is the reason why it cannot."""

    key: int
    name: str
    price: Decimal | None = None
    arrives: datetime.date | None = None
    in_time: bool = True
    out: dict | None = None


@dataclass(frozen=True)
class Quote:
    """All options, the best first, and the one to take with its reasons; None when no service can do it."""

    options: list[Option]
    chosen: Option | None
    reasons: list[dict]


def quote(offers: Sequence[Offer], parcel: Parcel, now: datetime.datetime, working_days: str = "1234567") -> Quote:
    """The cheapest service that arrives by the promised date, else the fastest; `now` is local time.

    Equal prices go to the faster one, equal days to the cheaper one, then the name decides.
    """
    options = [_option(offer, parcel, now, working_days) for offer in offers]
    able = sorted((o for o in options if not o.out), key=lambda o: (not o.in_time, o.price, o.arrives, o.name))
    options = able + sorted((o for o in options if o.out), key=lambda o: o.name)
    if not able:
        return Quote(options, None, [{"code": "nothing_possible"}])
    if able[0].in_time:
        return Quote(options, able[0], _reasons_in_time(able, parcel))
    fastest = min(able, key=lambda o: (o.arrives, o.price, o.name))
    options.sort(key=lambda o: (o.key != fastest.key, bool(o.out)))
    return Quote(options, fastest, [{"code": "fastest_but_late", **_facts(fastest, parcel)}])


def _option(offer: Offer, parcel: Parcel, now: datetime.datetime, working_days: str) -> Option:
    zone = zone_for(offer.zones, parcel.country, parcel.postcode)
    if zone is None:
        place = f"{parcel.country} {parcel.postcode}".strip()
        return Option(offer.key, offer.name, out={"code": "no_zone", "place": place})
    band = band_for(zone.bands, parcel.weight_g)
    if band is None:
        limit = max((band.up_to_g for band in zone.bands), default=0)
        return Option(offer.key, offer.name, out={"code": "too_heavy", "grams": parcel.weight_g, "limit": limit})
    arrives = hand_over(now, offer.cut_off, working_days) + datetime.timedelta(days=offer.transit_max)
    in_time = parcel.promised is None or arrives <= parcel.promised
    return Option(offer.key, offer.name, band.price, arrives, in_time)


def zone_for(zones: Sequence[Zone], country: str, postcode: str) -> Zone | None:
    """The zone with the longest beginning of this postcode."""
    code = postcode.replace(" ", "").upper()
    fits = [
        (len(prefix), zone)
        for zone in zones
        if zone.country.upper() == country.strip().upper()
        for prefix in zone.prefixes
        if code.startswith(prefix.replace(" ", "").upper())
    ]
    return max(fits, key=lambda fit: fit[0], default=(0, None))[1]


def band_for(bands: Sequence[Band], weight_g: int) -> Band | None:
    """The lightest band that carries the weight."""
    return min((band for band in bands if weight_g <= band.up_to_g), key=lambda band: band.up_to_g, default=None)


def hand_over(now: datetime.datetime, cut_off: datetime.time, working_days: str) -> datetime.date:
    """The day on which the carrier takes the parcel: the first working day whose cut-off is not over."""
    day = now.date() + datetime.timedelta(days=now.time() >= cut_off)
    while working_days and str(day.isoweekday()) not in working_days:
        day += datetime.timedelta(days=1)
    return day


def _reasons_in_time(able: list[Option], parcel: Parcel) -> list[dict]:
    chosen, in_time = able[0], [option for option in able if option.in_time]
    if parcel.promised is None:
        return [{"code": "cheapest", "count": len(able), **_facts(chosen, parcel)}]
    reasons = [
        {"code": "cheapest_in_time" if len(in_time) > 1 else "only_in_time", "count": len(in_time)}
        | _facts(chosen, parcel)
    ]
    cheaper = min((o for o in able if not o.in_time), key=lambda o: o.price, default=None)
    if cheaper and cheaper.price < chosen.price:
        reasons.append({"code": "cheaper_but_late", **_facts(cheaper, parcel)})
    return reasons


def _facts(option: Option, parcel: Parcel) -> dict:
    promised = parcel.promised.isoformat() if parcel.promised else ""
    return {
        "service": option.name,
        "price": str(option.price),
        "arrives": option.arrives.isoformat(),
        "promised": promised,
    }
