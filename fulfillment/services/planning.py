"""Planning a day: which shipments our fleet is to deliver, on which vehicle, in which order."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.events import RouteEvent
from fulfillment.geography import positions, serves
from fulfillment.models import DeliveryZone, Depot, Route, RoutePlan, RouteStop, Shift, Shipment
from fulfillment.routing.insertion import insert_all
from fulfillment.routing.instance import Instance, Plan
from fulfillment.routing.solve import Unsolvable, solve
from fulfillment.routing.verify import faults
from fulfillment.services.daybook import Day, price, question, write
from inventory.models import Warehouse
from oms.context import current
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.models import Company, Job

log = structlog.get_logger(__name__)

Status = Shipment.Status
SECONDS = 20
PATIENCE = 2000  # rounds without a better plan after which a small day is done early
TO_DELIVER = (Status.PACKED, Status.SHIPPED, Status.FAILED)


def plan_day(
    day: date,
    warehouse: Warehouse,
    *,
    by,
    seconds: int = SECONDS,
    job: Job | None = None,
    tick: Callable[[float], None] | None = None,
) -> RoutePlan:
    """Plan a day, or plan it again with everything that is locked left where it is.

    The search runs for at most `seconds`, outside any transaction; what was changed meanwhile wins, and the answer is
    refused. So is an answer that the verifier finds a fault with; its faults are in the log. `seconds=0` is plain
    insertion.
    """
    book = _read(day, warehouse, by=by)
    seen = book.plan.version
    instance = question(book)
    plain = insert_all(instance)
    answer = _answer(instance, seconds, tick) if seconds else plain
    _verified(book, instance, answer)
    return _keep(book, seen, answer, plain, by=by, job=job)


def candidates(day: date, warehouse: Warehouse) -> list[Shipment]:
    """Parcels that our fleet is to deliver that day: with it as carrier, or without one and inside its zones.

    Not those with a wish for a later day, and not those in another day's plan that is still ahead.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(current(Company).time_zone))
    found = (
        Shipment.objects.filter(warehouse=warehouse, status__in=TO_DELIVER)
        .filter(Q(carrier__own=True) | Q(carrier=None, status=Status.PACKED))
        .filter(Q(window_start=None) | Q(window_start__lt=midnight))
        .filter(Q(order__requested_date=None) | Q(order__requested_date__lte=day) | Q(status=Status.FAILED))
        .exclude(Exists(_promised_elsewhere(day)))
        .select_related("order")
        .prefetch_related("lines__order_line__product")
        .order_by("pk")
    )
    return _inside_zones(list(found), warehouse)


def _promised_elsewhere(day: date) -> QuerySet[RouteStop]:
    """Live stops of another day's plan that has not failed and is not over."""
    over = Q(plan__date__lt=timezone.localdate()) | Q(shipment__status=Status.FAILED)
    return RouteStop.objects.filter(shipment=OuterRef("pk"), live=True).exclude(plan__date=day).exclude(over)


def _inside_zones(shipments: list[Shipment], warehouse: Warehouse) -> list[Shipment]:
    open_ones = [shipment for shipment in shipments if shipment.carrier_id is None]
    zones = list(DeliveryZone.objects.filter(warehouse=warehouse, active=True)) if open_ones else []
    where = positions(shipment.order for shipment in open_ones) if zones else {}
    inside = {s.pk for s in open_ones if any(serves(zone, s.order, where.get(s.order_id)) for zone in zones)}
    return [shipment for shipment in shipments if shipment.carrier_id or shipment.pk in inside]


def _read(day: date, warehouse: Warehouse, *, by) -> Day:
    """The day as it is now: the draft with its locks, the shifts and the parcels of this moment."""
    depot = Depot.objects.filter(warehouse=warehouse).first()
    if depot is None:
        raise DomainError(_("Say first where the depot of %(warehouse)s is.") % {"warehouse": warehouse})
    plan = RoutePlan.objects.filter(date=day, warehouse=warehouse).first() or RoutePlan(
        date=day, warehouse=warehouse, by=by, version=0
    )
    if not plan.is_draft:
        raise DomainError(_("%(plan)s is published. Open it for changes first.") % {"plan": plan})
    plan.latitude, plan.longitude, plan.stop_seconds = depot.latitude, depot.longitude, depot.stop_minutes * 60
    book = Day(plan, [], [])
    book.routes = _routes(book, _shifts(book))
    book.stops = _stops(book, candidates(day, warehouse))
    return book


def _shifts(book: Day) -> list[Shift]:
    first = book.midnight
    found = (
        Shift.objects.filter(vehicle__warehouse=book.plan.warehouse, vehicle__active=True)
        .filter(starts__gte=first, starts__lt=first + timedelta(days=1))
        .select_related("vehicle", "driver")
        .order_by("starts", "vehicle__name", "pk")
    )
    if not found:
        raise DomainError(_("Nobody has a shift with a vehicle of this warehouse on that day."))
    return list(found)


def _routes(book: Day, shifts: Iterable[Shift]) -> list[Route]:
    """One route for each shift: the one it has already, or a new one."""
    known = {route.shift_id: route for route in book.plan.routes.all()} if book.plan.pk else {}
    number = max([0, *(route.number for route in known.values())])
    routes = []
    for shift in shifts:
        route = known.get(shift.pk)
        if route is None:
            number += 1
            route = Route(shift=shift, number=number)
        route.vehicle, route.driver, route.starts, route.ends = shift.vehicle, shift.driver, shift.starts, shift.ends
        routes.append(route)
    return routes


def _stops(book: Day, shipments: list[Shipment]) -> list[RouteStop]:
    known = {stop.shipment_id: stop for stop in book.plan.stops.all()} if book.plan.pk else {}
    routes = {route.pk: route for route in book.routes if route.pk}
    where = positions(shipment.order for shipment in shipments)
    stops = []
    for shipment in shipments:
        stop = known.get(shipment.pk) or RouteStop(reason=RouteStop.Reason.NO_ROOM)
        stop.shipment, stop.live = shipment, True
        stop.route = routes.get(stop.route_id)
        stop.locked = stop.locked and stop.route is not None
        _measure(book, stop, where.get(shipment.order_id))
        stops.append(stop)
    return stops


def _measure(book: Day, stop: RouteStop, position) -> None:
    """What the parcel weighs and fills, where it goes, and the customer's window when it is of this day."""
    pieces = [(line.packed, line.order_line.product) for line in stop.shipment.lines.all()]
    stop.weight_g = sum(count * product.weight_g for count, product in pieces)
    stop.volume_ml = sum(count * p.length_mm * p.width_mm * p.height_mm for count, p in pieces) // 1000
    stop.latitude, stop.longitude = position.point if position else (None, None)
    stop.precision = position.precision if position else RouteStop.Precision.NONE
    if position is None:
        stop.route, stop.locked = None, False
    ahead = stop.shipment.window_end is None or stop.shipment.window_end > book.midnight
    stop.window_start = stop.shipment.window_start if ahead else None
    stop.window_end = stop.shipment.window_end if ahead else None


def _answer(instance: Instance, seconds: int, tick) -> Plan:
    try:
        return solve(instance, seconds=seconds, patience=PATIENCE, tick=tick)
    except Unsolvable as error:
        raise DomainError(
            _("The locked stops do not fit on their vehicles any more. Unlock some and plan again.")
        ) from error


def _verified(book: Day, instance: Instance, answer: Plan) -> None:
    found = [str(fault) for fault in faults(instance, answer)]
    if found:
        log.error("plan_refused", plan=str(book.plan), made_by=answer.made_by, faults=found)
        raise DomainError(_("The plan breaks a rule and was not kept: %(faults)s.") % {"faults": "; ".join(found[:5])})


@transaction.atomic
def _keep(book: Day, seen: int, answer: Plan, plain: Plan, *, by, job: Job | None) -> RoutePlan:
    plan = book.plan
    if plan.pk is None:
        if RoutePlan.objects.filter(date=plan.date, warehouse=plan.warehouse).exists():
            raise DomainError(_("Somebody else planned this day meanwhile."))
        plan.save()
    elif lock(plan).version != seen or not RoutePlan.objects.get(pk=plan.pk).is_draft:
        raise DomainError(_("%(plan)s was changed while it was planned. Plan it again.") % {"plan": plan})
    plan.version, plan.job, plan.made_by = seen + 1, job, answer.made_by
    plan.plain_metres, plan.plain_cost = plain.metres, price(book, plain.tours)
    plan.plain_unassigned = len(plain.unassigned)
    _drop_the_rest(book)
    write(book, answer.tours, {key: reason.value for key, reason in answer.unassigned.items()})
    stops = sum(1 for stop in book.stops if stop.route)
    record(plan, RouteEvent.PLANNED, by=by, stops=stops, unassigned=len(book.stops) - stops)
    return plan


def _drop_the_rest(book: Day) -> None:
    """Stops and routes that are not of this day any more go; other days' stops of these parcels are history."""
    plan, shipments = book.plan, [stop.shipment_id for stop in book.stops]
    plan.stops.exclude(shipment__in=shipments).delete()
    plan.stops.update(route=None, sequence=None, locked=False, reason=RouteStop.Reason.NO_ROOM)
    plan.routes.exclude(pk__in=[route.pk for route in book.routes if route.pk]).delete()
    RouteStop.objects.filter(shipment__in=shipments, live=True).exclude(plan=plan).update(live=False)
