"""Prices of carriers, and the choice of a service with its cost and its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment import quoting
from fulfillment.models import Booking, Carrier, CarrierService, RateBand, RateZone, Shipment
from fulfillment.quoting import Quote
from oms.context import current
from oms.errors import DomainError
from oms.locking import lock
from oms.models import Company
from oms.money import rounded
from orders.models import OrderPolicy

Prices = list[tuple[int, Decimal]]


@dataclass(frozen=True)
class Choice:
    """Who brings it, by which service, what that costs (None when nobody knows), and why."""

    carrier: Carrier
    service: CarrierService | None
    cost: Decimal | None
    reasons: list[dict]


@transaction.atomic
def set_prices(service: CarrierService, *, by, zone: RateZone, prices: Prices) -> CarrierService:
    """Replace what `service` costs in `zone` by (grams, price) pairs; none takes the zone out of the service."""
    lock(service)
    if zone.carrier_id != service.carrier_id:
        raise DomainError(_("%(zone)s is a zone of another carrier.") % {"zone": zone})
    weights = [weight for weight, _price in prices]
    if len(set(weights)) < len(weights):
        raise DomainError(_("Each weight may stand there once."))
    if any(weight <= 0 or price < 0 for weight, price in prices):
        raise DomainError(_("Weights must be above zero and prices not below."))
    RateBand.objects.filter(service=service, zone=zone).delete()
    RateBand.objects.bulk_create(
        RateBand(service=service, zone=zone, up_to_g=weight, price=price) for weight, price in prices
    )
    return service


def quote_shipment(shipment: Shipment, services: Iterable[CarrierService] | None = None) -> Quote:
    """What every active service would do for a packed shipment, the order's wished carrier first; or only these."""
    order = shipment.order
    weight, unknown = weight_of(shipment)
    parcel = quoting.Parcel(order.country, order.postcode, weight, order.promised_date)
    found = quote_parcel(parcel, services)
    if services is None and order.carrier_code:
        found = _with_wish(found, parcel, order.carrier_code)
    if unknown:
        found.reasons.append({"code": "weight_unknown", "skus": unknown})
    return found


def _with_wish(found: Quote, parcel: quoting.Parcel, code: str) -> Quote:
    """The best service of the carrier that a rule wished for; of any, when that one cannot bring the parcel."""
    wished = quote_parcel(parcel, active_services().filter(carrier__code=code))
    if wished.chosen is None:
        found.reasons.append({"code": "wish_impossible", "carrier": code})
        return found
    keys = {option.key for option in wished.options}
    others = [option for option in found.options if option.key not in keys]
    said = [{"code": "carrier_wished", "carrier": code}, *wished.reasons]
    return Quote([*wished.options, *others], wished.chosen, said)


def quote_parcel(parcel: quoting.Parcel, services: Iterable[CarrierService] | None = None) -> Quote:
    """The pure rule over the stored services, now and by the house's working days."""
    offers = [_offer(service) for service in (active_services() if services is None else services)]
    return quoting.quote(offers, parcel, timezone.localtime(), current(OrderPolicy).working_days)


def active_services():
    """Services that can be chosen, with their prices."""
    found = CarrierService.objects.filter(active=True, carrier__active=True)
    return found.select_related("carrier").prefetch_related("bands__zone")


def services_of(carrier: Carrier):
    """Those of one carrier."""
    return active_services().filter(carrier=carrier)


def open_booking(shipment: Shipment) -> Booking | None:
    """The booking that binds a shipment to its carrier."""
    return shipment.bookings.filter(state__in=Booking.OPEN).select_related("carrier", "service__carrier").first()


def weight_of(shipment: Shipment) -> tuple[int, list[str]]:
    """Grams of what is packed, and the SKUs whose weight nobody entered."""
    grams, unknown = 0, []
    prefetch_related_objects([shipment], "lines__order_line__product")
    for line in shipment.lines.all():
        product = line.order_line.product
        grams += line.packed * product.weight_g
        if line.packed and not product.weight_g:
            unknown.append(line.order_line.sku)
    return grams, unknown


def _offer(service: CarrierService) -> quoting.Offer:
    bands: dict[RateZone, list[quoting.Band]] = {}
    for band in service.bands.all():
        bands.setdefault(band.zone, []).append(quoting.Band(band.up_to_g, band.price))
    zones = tuple(quoting.Zone(zone.country, zone.prefixes, tuple(found)) for zone, found in bands.items())
    return quoting.Offer(service.pk, str(service), service.transit_max, service.cut_off, zones)


def choose(
    shipment: Shipment, *, carrier: Carrier | None, service: CarrierService | None, cost: Decimal | None
) -> Choice:
    """What the person chose, completed by the rule: nothing chosen takes what is booked, else the best service.

    A carrier alone takes the best of its services, if it has any; a cost typed in counts before the price list.
    """
    carrier, service = _as_booked(shipment, carrier, service)
    if service and carrier and service.carrier_id != carrier.pk:
        raise DomainError(_("%(service)s is not a service of %(carrier)s.") % {"service": service, "carrier": carrier})
    found = _by_hand(shipment, service) if service else _by_rule(shipment, carrier)
    if cost is None:
        return found
    cost = rounded(cost, current(Company).currency)
    typed = {"code": "cost_by_hand", "price": str(cost)}
    return Choice(found.carrier, found.service, cost, [*found.reasons, typed])


def _as_booked(
    shipment: Shipment, carrier: Carrier | None, service: CarrierService | None
) -> tuple[Carrier | None, CarrierService | None]:
    booking = open_booking(shipment)
    if booking is None:
        return carrier, service
    wanted = service.carrier if service else carrier
    if wanted and wanted != booking.carrier:
        raise DomainError(
            _("%(number)s is booked with %(carrier)s. Cancel that booking first.")
            % {"number": shipment.number, "carrier": booking.carrier}
        )
    return booking.carrier, service or booking.service


def _by_hand(shipment: Shipment, service: CarrierService) -> Choice:
    everything = quote_shipment(shipment)
    if everything.chosen and everything.chosen.key == service.pk:
        return Choice(service.carrier, service, everything.chosen.price, everything.reasons)
    (option,) = quote_shipment(shipment, [service]).options
    if option.price is None:
        said = [{"code": "service_by_hand_unpriced", "service": str(service)}, option.out]
        return Choice(service.carrier, service, None, said)
    said = [{"code": "service_by_hand", "service": str(service), "price": str(option.price)}]
    return Choice(service.carrier, service, option.price, said + everything.reasons)


def _by_rule(shipment: Shipment, carrier: Carrier | None) -> Choice:
    services = {s.pk: s for s in active_services() if carrier is None or s.carrier_id == carrier.pk}
    found = quote_shipment(shipment, services.values() if carrier else None)
    by_hand = [{"code": "carrier_by_hand", "carrier": carrier.name}] if carrier else []
    if found.chosen:
        service = services[found.chosen.key]
        return Choice(service.carrier, service, found.chosen.price, by_hand + found.reasons)
    if carrier is None:
        raise DomainError(_("No service can take %(number)s. Choose a carrier.") % {"number": shipment.number})
    return Choice(carrier, None, None, [*by_hand, {"code": "no_price"}])
