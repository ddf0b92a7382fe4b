"""A day's plan as a question for the planner, and its answer as rows: routes and stops with times and sums."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from fulfillment.models import Route, RoutePlan, RouteStop
from fulfillment.routing.instance import FOREVER, MONEY, Instance, Stop, Vehicle
from fulfillment.routing.schedule import Timetable, timetable
from fulfillment.routing.travel import matrices
from oms.context import current
from oms.models import Company

Tours = dict[int, tuple[int, ...]]  # shipment keys by route number
CENT = Decimal("0.01")
LONGEST = 2_000_000_000  # prizes stay far below what the solver can add up


@dataclass
class Day:
    """A plan with its routes and stops in memory; in the planner's terms a route is its number, a stop its shipment."""

    plan: RoutePlan
    routes: list[Route]
    stops: list[RouteStop]

    @property
    def midnight(self) -> datetime:
        """The beginning of the day in the business's zone."""
        return datetime.combine(self.plan.date, time.min, ZoneInfo(current(Company).time_zone))

    @property
    def tours(self) -> Tours:
        """What is on each route now, in order."""
        by_route = defaultdict(list)
        for stop in sorted((s for s in self.stops if s.route), key=lambda s: s.sequence):
            by_route[stop.route.number].append(stop.shipment_id)
        return {route.number: tuple(by_route[route.number]) for route in self.routes}

    @property
    def placed(self) -> list[RouteStop]:
        """The stops whose position is known."""
        return [stop for stop in self.stops if stop.latitude is not None]

    def second(self, moment: datetime) -> int:
        return round((moment - self.midnight).total_seconds())

    def at(self, second: int) -> datetime:
        return self.midnight + timedelta(seconds=second)


def truth(day: Day) -> Instance:
    """The day as it is: every window binds."""
    points = [(day.plan.latitude, day.plan.longitude), *((s.latitude, s.longitude) for s in day.placed)]
    metres, seconds = matrices(points)
    vehicles = tuple(_vehicle(day, route) for route in day.routes)
    worth = _worth(metres, vehicles)
    return Instance(tuple(_stop(day, stop, worth) for stop in day.placed), vehicles, metres, seconds)


def question(day: Day) -> Instance:
    """What the planner is asked: locked stops stay with their vehicle, those at its beginning stay there in order.

    What a dispatcher locked is done even where it is late or lasts beyond the shift: that was her decision.
    """
    instance, tours = truth(day), day.tours
    locked = {stop.shipment_id: stop for stop in day.placed if stop.locked and stop.route}
    routes = {key: number for number, tour in tours.items() for key in tour if key in locked}
    stops = tuple(
        replace(stop, required=True, closes=FOREVER, vehicle=routes[stop.key]) if stop.key in routes else stop
        for stop in instance.stops
    )
    kept = {number: tuple(key for key in tour if key in locked) for number, tour in tours.items()}
    vehicles = tuple(
        replace(
            vehicle,
            first=_beginning(tours[vehicle.key], kept[vehicle.key]),
            ends=max(vehicle.ends, timetable(instance, vehicle, kept[vehicle.key]).returns),
        )
        for vehicle in instance.vehicles
    )
    return replace(instance, stops=stops, vehicles=vehicles)


def write(day: Day, tours: Mapping[int, Sequence[int]], reasons: Mapping[int, str]) -> None:
    """Give routes and stops their places, times and sums, and save all of them and the plan."""
    instance, stops = truth(day), {stop.shipment_id: stop for stop in day.stops}
    for stop in day.stops:
        stop.route = stop.sequence = stop.arrival = stop.departure = None
        stop.late, stop.reason = 0, reasons.get(stop.shipment_id, stop.reason)
        stop.reason = RouteStop.Reason.NO_POSITION if stop.latitude is None else stop.reason
    for route in day.routes:
        driven = timetable(instance, instance.vehicle[route.number], tours.get(route.number, ()))
        _time_route(day, route, driven)
        for sequence, visit in enumerate(driven.visits, 1):
            _time_stop(day, stops[visit.stop], route, sequence, visit)
    for stop in day.stops:
        stop.locked = stop.locked and stop.route is not None
    _add_up(day)
    _save(day)


def price(day: Day, tours: Mapping[int, Sequence[int]]) -> Decimal:
    """What the tours cost by their vehicles' prices, each tour rounded to cents."""
    instance = truth(day)
    driven = ((r, timetable(instance, instance.vehicle[r.number], tours.get(r.number, ()))) for r in day.routes)
    return sum((_price(route, times) for route, times in driven), Decimal(0))


def _price(route: Route, driven: Timetable) -> Decimal:
    way = route.vehicle.cost_km * driven.metres / 1000
    return (way + route.vehicle.cost_hour * driven.seconds / 3600).quantize(CENT, ROUND_HALF_UP)


def _beginning(tour: tuple[int, ...], locked: tuple[int, ...]) -> tuple[int, ...]:
    """The locked stops of a tour before the first one that is not."""
    count = next((n for n, key in enumerate(tour) if key not in locked), len(tour))
    return tour[:count]


def _vehicle(day: Day, route: Route) -> Vehicle:
    vehicle = route.vehicle
    return Vehicle(
        key=route.number,
        weight=vehicle.weight_kg * 1000,
        volume=vehicle.volume_l * 1000,
        max_stops=vehicle.max_stops,
        starts=day.second(route.starts),
        ends=day.second(route.ends),
        per_metre=round(vehicle.cost_km * MONEY / 1000),
        per_second=round(vehicle.cost_hour * MONEY / 3600),
    )


def _worth(metres, vehicles: Sequence[Vehicle]) -> int:
    """More than the dearest way to serve one stop: nothing is left behind to save money."""
    farthest = 2 * max(metres[0])
    return max([1, *(farthest * v.per_metre + (v.ends - v.starts) * v.per_second for v in vehicles)])


def _stop(day: Day, stop: RouteStop, worth: int) -> Stop:
    points = min(max(stop.shipment.order.priority, 0), 300)
    return Stop(
        key=stop.shipment_id,
        weight=stop.weight_g,
        volume=stop.volume_ml,
        opens=max(0, day.second(stop.window_start)) if stop.window_start else 0,
        closes=max(0, day.second(stop.window_end)) if stop.window_end else FOREVER,
        service=day.plan.stop_seconds,
        required=False,
        prize=min(LONGEST, worth * (100 + points) // 100),
    )


def _time_route(day: Day, route: Route, driven: Timetable) -> None:
    empty = not driven.visits
    route.leaves, route.returns = (None, None) if empty else (day.at(driven.leaves), day.at(driven.returns))
    route.metres, route.seconds, route.cost = driven.metres, driven.seconds, _price(route, driven)
    route.overtime = driven.overtime


def _time_stop(day: Day, stop: RouteStop, route: Route, sequence: int, visit) -> None:
    stop.route, stop.sequence, stop.reason = route, sequence, ""
    stop.arrival, stop.departure, stop.late = day.at(visit.begin), day.at(visit.departure), visit.late


def _add_up(day: Day) -> None:
    plan, routes = day.plan, day.routes
    plan.metres, plan.seconds = sum(r.metres for r in routes), sum(r.seconds for r in routes)
    plan.cost = sum((r.cost for r in routes), Decimal(0))
    plan.late = sum(1 for stop in day.stops if stop.late)


TIMES = ["leaves", "returns", "metres", "seconds", "cost", "overtime"]
PLACES = ["route", "sequence", "locked", "live", "reason", "arrival", "departure", "late", "window_start", "window_end"]
FACTS = ["latitude", "longitude", "precision", "weight_g", "volume_ml"]


def _save(day: Day) -> None:
    day.plan.save()
    for row in (*day.routes, *day.stops):
        row.plan = day.plan
    Route.objects.bulk_create(r for r in day.routes if r.pk is None)
    Route.objects.bulk_update([r for r in day.routes if r.pk], [*TIMES, "shift", "starts", "ends", "vehicle", "driver"])
    for stop in day.stops:
        stop.route = stop.route  # the foreign key of a route that was only just saved
    known = [stop for stop in day.stops if stop.pk]
    RouteStop.objects.bulk_create(stop for stop in day.stops if stop.pk is None)
    RouteStop.objects.bulk_update(known, [*PLACES, *FACTS])
