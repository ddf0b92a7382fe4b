"""Plain cheapest insertion: what a dispatcher with a map would do; the yardstick, and the way to add one more stop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from fulfillment.routing.instance import Instance, Plan, Stop, Vehicle
from fulfillment.routing.schedule import fits, holds, plan_of

MADE_BY = "insertion"
Tours = dict[int, tuple[int, ...]]


@dataclass(frozen=True, order=True)
class Spot:
    """What a detour costs, and where: before the stop at `position` of the vehicle's tour, counted from 0."""

    cost: int
    vehicle: int
    position: int


def insert_all(instance: Instance) -> Plan:
    """A plan that begins with the locked stops; then always the stop that costs least where it costs least.

    Required stops come first, then those with the greatest prize.
    """
    tours: Tours = {vehicle.key: tuple(vehicle.first) for vehicle in instance.vehicles}
    begun = {key for tour in tours.values() for key in tour}
    waiting = sorted((stop for stop in instance.stops if stop.key not in begun), key=_rank)
    for _rank_of_these, stops in groupby(waiting, key=_rank):
        _insert(instance, tours, list(stops))
    return plan_of(instance, tours, made_by=MADE_BY)


def cheapest(instance: Instance, tours: Tours, stop: Stop) -> Spot | None:
    """The cheapest place that breaks no rule, behind the locked beginning of a tour; None when there is none."""
    spots = [spot for vehicle in instance.vehicles for spot in _spots(instance, vehicle, tours[vehicle.key], stop)]
    return next((spot for spot in sorted(spots) if _possible(instance, tours, stop, spot)), None)


def put(tour: Sequence[int], key: int, position: int) -> tuple[int, ...]:
    """The tour with one more stop at `position`, counted from 0."""
    return (*tour[:position], key, *tour[position:])


def _insert(instance: Instance, tours: Tours, stops: list[Stop]) -> None:
    """Insert what can be inserted; after each step only the spots of the changed tour are reckoned anew."""
    spots = {
        stop.key: {v.key: _ahead(instance, tours, stop, v) for v in instance.vehicles} for stop in stops
    }  # the next spot of each vehicle's tour, cheapest first, not yet known to be possible
    while best := min(((at[0], key, v) for key, own in spots.items() for v, at in own.items() if at), default=None):
        spot, key, vehicle = best
        if not _possible(instance, tours, instance.stop[key], spot):
            spots[key][vehicle].pop(0)
            continue
        tours[vehicle] = put(tours[vehicle], key, spot.position)
        del spots[key]
        for other, own in spots.items():
            own[vehicle] = _ahead(instance, tours, instance.stop[other], instance.vehicle[vehicle])


def _ahead(instance: Instance, tours: Tours, stop: Stop, vehicle: Vehicle) -> list[Spot]:
    return sorted(_spots(instance, vehicle, tours[vehicle.key], stop))


def _possible(instance: Instance, tours: Tours, stop: Stop, spot: Spot) -> bool:
    tour = put(tours[spot.vehicle], stop.key, spot.position)
    return fits(instance, instance.vehicle[spot.vehicle], tour)


def _rank(stop: Stop) -> tuple[bool, int]:
    return (not stop.required, -stop.prize)


def _spots(instance: Instance, vehicle: Vehicle, tour: tuple[int, ...], stop: Stop) -> Iterator[Spot]:
    """All places in one tour, by what the detour costs in metres and seconds of driving."""
    if stop.vehicle not in (None, vehicle.key) or not holds(vehicle, [*(instance.stop[k] for k in tour), stop]):
        return
    way = [0, *(instance.place[key] for key in tour), 0]
    here = instance.place[stop.key]
    for position in range(len(vehicle.first), len(tour) + 1):
        before, after = way[position], way[position + 1]
        metres, seconds = (
            m[before][here] + m[here][after] - m[before][after] for m in (instance.metres, instance.seconds)
        )
        yield Spot(metres * vehicle.per_metre + seconds * vehicle.per_second, vehicle.key, position)
