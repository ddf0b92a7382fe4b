"""The independent check of a plan: written from the rules alone, it shares no line with what makes plans.

Each rule is checked on its own, in plain sums, so that a fault in the solver, in its model or in the timetable does
not hide here as well.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from fulfillment.routing.instance import Instance, Plan, Stop, Vehicle


@dataclass(frozen=True)
class Fault:
    """A broken rule: its name, the vehicle or stop that breaks it, and the figures."""

    rule: str
    where: int | None
    figures: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.rule, "" if self.where is None else str(self.where), self.figures]))


def faults(instance: Instance, plan: Plan) -> list[Fault]:
    """Every rule that the plan breaks; a good plan has none."""
    found = [*_each_stop_once(instance, plan), *_known(instance, plan)]
    if any(fault.rule in ("unknown stop", "unknown vehicle") for fault in found):
        return found
    for key, tour in plan.tours.items():
        vehicle = next(v for v in instance.vehicles if v.key == key)
        stops = [next(s for s in instance.stops if s.key == stop) for stop in tour]
        found += [*_load(vehicle, stops), *_locks(vehicle, stops), *_clock(instance, vehicle, stops)]
    return [*found, *_locked_stay_at_home(instance, plan), *_sums(instance, plan)]


def _known(instance: Instance, plan: Plan) -> Iterator[Fault]:
    stops, vehicles = {s.key for s in instance.stops}, {v.key for v in instance.vehicles}
    for tour in plan.tours.values():
        yield from (Fault("unknown stop", key) for key in tour if key not in stops)
    yield from (Fault("unknown stop", key) for key in plan.unassigned if key not in stops)
    yield from (Fault("unknown vehicle", key) for key in plan.tours if key not in vehicles)


def _each_stop_once(instance: Instance, plan: Plan) -> Iterator[Fault]:
    visits = Counter(key for tour in plan.tours.values() for key in tour)
    for stop in instance.stops:
        count = visits[stop.key]
        if count > 1:
            yield Fault("visited more than once", stop.key, f"{count}")
        if count and stop.key in plan.unassigned:
            yield Fault("visited and unassigned", stop.key)
        if not count and stop.key not in plan.unassigned:
            yield Fault("forgotten", stop.key)
        if not count and stop.required:
            yield Fault("required and not visited", stop.key)


def _load(vehicle: Vehicle, stops: list[Stop]) -> Iterator[Fault]:
    weight, volume = sum(s.weight for s in stops), sum(s.volume for s in stops)
    if weight > vehicle.weight:
        yield Fault("overweight", vehicle.key, f"{weight} > {vehicle.weight}")
    if volume > vehicle.volume:
        yield Fault("overfull", vehicle.key, f"{volume} > {vehicle.volume}")
    if len(stops) > vehicle.max_stops:
        yield Fault("too many stops", vehicle.key, f"{len(stops)} > {vehicle.max_stops}")


def _locks(vehicle: Vehicle, stops: list[Stop]) -> Iterator[Fault]:
    begins = tuple(stop.key for stop in stops[: len(vehicle.first)])
    if begins != tuple(vehicle.first):
        yield Fault("locked beginning changed", vehicle.key, f"{begins} is not {tuple(vehicle.first)}")
    for stop in stops:
        if stop.vehicle is not None and stop.vehicle != vehicle.key:
            yield Fault("on another vehicle than locked", stop.key, f"{vehicle.key} is not {stop.vehicle}")


def _locked_stay_at_home(instance: Instance, plan: Plan) -> Iterator[Fault]:
    for vehicle in instance.vehicles:
        if vehicle.first and vehicle.key not in plan.tours:
            yield Fault("locked beginning changed", vehicle.key, "no tour")


def _clock(instance: Instance, vehicle: Vehicle, stops: list[Stop]) -> Iterator[Fault]:
    """Drive at the earliest: leave with the shift, wait for windows, be back before the shift ends."""
    if not stops:
        return
    now, place = vehicle.starts, 0
    for stop in stops:
        number = _number(instance, stop)
        now = max(now + instance.seconds[place][number], stop.opens)
        if now > stop.closes:
            yield Fault("after its window", stop.key, f"{now} > {stop.closes}")
        now, place = now + stop.service, number
    back = now + instance.seconds[place][0]
    if back > vehicle.ends:
        yield Fault("after the shift", vehicle.key, f"{back} > {vehicle.ends}")


def _sums(instance: Instance, plan: Plan) -> Iterator[Fault]:
    """Distance, time and cost from the matrices alone, against what the plan says of itself."""
    metres = seconds = cost = 0
    for vehicle in instance.vehicles:
        tour = plan.tours.get(vehicle.key, ())
        numbers = [0, *(n for key in tour for n, s in enumerate(instance.stops, 1) if s.key == key), 0]
        way = sum(instance.metres[a][b] for a, b in itertools.pairwise(numbers)) if tour else 0
        lasts = _lasts(instance, vehicle, numbers[1:-1])
        metres, seconds = metres + way, seconds + lasts
        cost += way * vehicle.per_metre + lasts * vehicle.per_second
    for rule, said, true in (
        ("distance", plan.metres, metres),
        ("duration", plan.seconds, seconds),
        ("cost", plan.cost, cost),
    ):
        if said != true:
            yield Fault(f"wrong {rule}", None, f"{said} is not {true}")


def _lasts(instance: Instance, vehicle: Vehicle, numbers: list[int]) -> int:
    """Seconds between leaving and returning; it leaves just in time for its first stop, never before its shift."""
    if not numbers:
        return 0
    drive = instance.seconds[0][numbers[0]]
    leave = now = max(vehicle.starts, instance.stops[numbers[0] - 1].opens - drive)
    place = 0
    for number in numbers:
        stop = instance.stops[number - 1]
        arrival = now + instance.seconds[place][number]
        now, place = (stop.opens if arrival < stop.opens else arrival) + stop.service, number
    return now + instance.seconds[place][0] - leave


def _number(instance: Instance, stop: Stop) -> int:
    return next(number for number, other in enumerate(instance.stops, 1) if other.key == stop.key)
