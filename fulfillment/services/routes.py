"""What a dispatcher does with a plan: move, take out and lock stops, publish, open again, send out."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import FulfillmentEvent, RouteEvent
from fulfillment.models import Carrier, Route, RoutePlan, RouteStop, Shipment
from fulfillment.routing.instance import Stop
from fulfillment.routing.schedule import holds
from fulfillment.services.daybook import Day, truth, write
from fulfillment.services.delivering import send_out
from fulfillment.services.packing import ship
from fulfillment.services.planning import TO_DELIVER
from oms.errors import DomainError
from oms.events import record, record_many
from oms.locking import lock

Status = Shipment.Status
TAKEN_OUT = RouteStop.Reason.TAKEN_OUT


@transaction.atomic
def move_stop(stop: RouteStop, *, by, route: Route, position: int) -> RouteStop:
    """Put a stop at `position` (1 is first) of a route and lock it there; refused when the vehicle cannot hold it.

    What becomes late by it is shown, not refused: the dispatcher may know better.
    """
    day, stop = _open(stop)
    if route.plan_id != day.plan.pk:
        raise DomainError(_("This route belongs to another plan."))
    if stop.latitude is None:
        raise DomainError(_("Enter first where the address of %(stop)s is.") % {"stop": stop})
    tours = {number: [key for key in tour if key != stop.shipment_id] for number, tour in day.tours.items()}
    tours[route.number].insert(max(0, position - 1), stop.shipment_id)
    _refuse_overload(day, route, tours[route.number])
    stop.locked = True
    write(day, tours, {})
    record(day.plan, RouteEvent.MOVED, by=by, shipment=stop.shipment.number, to=str(route), position=stop.sequence)
    return stop


@transaction.atomic
def take_out(stop: RouteStop, *, by) -> RouteStop:
    """Leave a stop out of the routes; planning again may put it back."""
    day, stop = _open(stop)
    tours = {number: [key for key in tour if key != stop.shipment_id] for number, tour in day.tours.items()}
    write(day, tours, {stop.shipment_id: TAKEN_OUT})
    record(day.plan, RouteEvent.TAKEN_OUT, by=by, shipment=stop.shipment.number)
    return stop


@transaction.atomic
def lock_stop(stop: RouteStop, *, by) -> RouteStop:
    """Planning again leaves the stop on its vehicle, and at its place when all stops before it are locked too."""
    return _set_lock(stop, True, RouteEvent.LOCKED, by=by)


@transaction.atomic
def unlock_stop(stop: RouteStop, *, by) -> RouteStop:
    """Planning again may put the stop anywhere."""
    return _set_lock(stop, False, RouteEvent.UNLOCKED, by=by)


@transaction.atomic
def set_window(
    stop: RouteStop, *, by, window_start: datetime | None = None, window_end: datetime | None = None
) -> RouteStop:
    """When the customer wants it; the plan says at once whether it would be late."""
    if window_start and window_end and window_end <= window_start:
        raise DomainError(_("The window ends before it begins."))
    day, stop = _open(stop)
    shipment = stop.shipment
    shipment.window_start = stop.window_start = window_start
    shipment.window_end = stop.window_end = window_end
    shipment.save(update_fields=["window_start", "window_end"])
    write(day, day.tours, {})
    return stop


@transaction.atomic
def publish(plan: RoutePlan, *, by) -> RoutePlan:
    """Give the parcels to their drivers, whose pages show them in this order."""
    day = _draft(plan)
    on_the_way = [stop for stop in day.stops if stop.route]
    if not on_the_way:
        raise DomainError(_("No route has a stop. There is nothing to publish."))
    shipments = {s.pk: s for s in _locked(stop.shipment_id for stop in on_the_way)}
    gone = [s.number for s in shipments.values() if s.status not in TO_DELIVER]
    if gone:
        raise DomainError(_("Not to be delivered any more: %(what)s. Plan again.") % {"what": ", ".join(gone)})
    for stop in on_the_way:
        shipment = shipments[stop.shipment_id]
        shipment.driver, shipment.stop_order, shipment.eta = stop.route.driver, stop.sequence, stop.arrival
    Shipment.objects.bulk_update(shipments.values(), ["driver", "stop_order", "eta"])
    plan = day.plan
    plan.status, plan.published_at = RoutePlan.Status.PUBLISHED, timezone.now()
    plan.save(update_fields=["status", "published_at", "version"])
    record(plan, RouteEvent.PUBLISHED, by=by, stops=len(on_the_way))
    record_many(
        [
            (shipments[s.shipment_id], FulfillmentEvent.ROUTED, {"driver": str(s.route.driver), "position": s.sequence})
            for s in on_the_way
        ],
        by=by,
    )
    return plan


@transaction.atomic
def reopen(plan: RoutePlan, *, by) -> RoutePlan:
    """Make a published plan a draft again, as long as nothing of it is on the road."""
    plan = lock(plan)
    if plan.is_draft:
        raise DomainError(_("%(plan)s is open already.") % {"plan": plan})
    out = plan.stops.filter(route__isnull=False).exclude(shipment__status__in=TO_DELIVER).first()
    if out:
        raise DomainError(_("%(shipment)s is on the road already.") % {"shipment": out.shipment.number})
    plan.status, plan.published_at, plan.version = RoutePlan.Status.DRAFT, None, plan.version + 1
    plan.save(update_fields=["status", "published_at", "version"])
    Shipment.objects.filter(route_stops__plan=plan, route_stops__live=True).update(
        driver=None, stop_order=None, eta=None
    )
    record(plan, RouteEvent.REOPENED, by=by)
    return plan


def send_out_routes(plan: RoutePlan, *, by) -> list[str]:
    """Send out what is published, each parcel on its own; a packed one leaves the house with our own fleet.

    The sentences say why some stayed; DomainError when all did.
    """
    if plan.is_draft:
        raise DomainError(_("Publish %(plan)s first.") % {"plan": plan})
    fleet = Carrier.objects.filter(own=True, active=True).order_by("name").first()
    stops = plan.stops.filter(route__isnull=False, shipment__status__in=TO_DELIVER).select_related(
        "shipment__order", "route__driver"
    )
    refused = [said for said in (_send(stop, fleet, by=by) for stop in stops) if said]
    if len(refused) == len(stops):
        raise DomainError(" ".join(refused) or _("Everything of %(plan)s is out already.") % {"plan": plan})
    record(plan, RouteEvent.SENT_OUT, by=by, stops=len(stops) - len(refused))
    return refused


def _send(stop: RouteStop, fleet: Carrier | None, *, by) -> str:
    """Why the stop's parcel could not be sent out, or nothing."""
    shipment = stop.shipment
    try:
        with transaction.atomic():
            if shipment.status == Status.PACKED:
                if shipment.carrier is None and fleet is None:
                    raise DomainError(_("Make a carrier that is our own fleet first."))
                shipment = ship(shipment, by=by, carrier=shipment.carrier or fleet)
            send_out(shipment, by=by, driver=stop.route.driver)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _open(stop: RouteStop) -> tuple[Day, RouteStop]:
    """The stop's plan, locked and in memory, and the stop in it."""
    day = _draft(stop.plan)
    found = next((s for s in day.stops if s.pk == stop.pk), None)
    if found is None:
        raise DomainError(_("%(stop)s is not in this plan any more.") % {"stop": stop})
    return day, found


def _draft(plan: RoutePlan) -> Day:
    plan = lock(plan)
    if not plan.is_draft:
        raise DomainError(_("%(plan)s is published. Open it for changes first.") % {"plan": plan})
    plan.version += 1
    routes = list(plan.routes.select_related("vehicle", "driver"))
    by_key = {route.pk: route for route in routes}
    stops = list(plan.stops.filter(live=True).select_related("shipment__order"))
    for stop in stops:
        stop.route = by_key.get(stop.route_id)
    return Day(plan, routes, stops)


def _set_lock(stop: RouteStop, locked: bool, event: RouteEvent, *, by) -> RouteStop:
    day, stop = _open(stop)
    if stop.route is None:
        raise DomainError(_("%(stop)s is on no route.") % {"stop": stop})
    stop.locked = locked
    stop.save(update_fields=["locked"])
    day.plan.save(update_fields=["version"])
    record(day.plan, event, by=by, shipment=stop.shipment.number)
    return stop


def _refuse_overload(day: Day, route: Route, tour: list[int]) -> None:
    instance = truth(day)
    stops: list[Stop] = [instance.stop[key] for key in tour]
    if not holds(instance.vehicle[route.number], stops):
        raise DomainError(_("%(vehicle)s cannot hold so much.") % {"vehicle": route.vehicle})


def _locked(keys) -> list[Shipment]:
    return list(Shipment.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
