"""When a vehicle is where: the times of one tour in a given order."""

from collections.abc import Sequence
from dataclasses import dataclass

from fulfillment.routing.instance import Instance, Plan, Reason, Stop, Vehicle


@dataclass(frozen=True)
class Visit:
    """One stop on the way; seconds after midnight, `late` after its window closed."""

    stop: int
    arrival: int
    begin: int
    departure: int
    late: int


@dataclass(frozen=True)
class Timetable:
    """A tour with its times and sums; `overtime` is what it lasts beyond the shift."""

    visits: tuple[Visit, ...]
    leaves: int
    returns: int
    metres: int
    cost: int
    overtime: int

    @property
    def seconds(self) -> int:
        return self.returns - self.leaves

    @property
    def late(self) -> int:
        """Seconds late over all stops."""
        return sum(visit.late for visit in self.visits)


def timetable(instance: Instance, vehicle: Vehicle, tour: Sequence[int]) -> Timetable:
    """Drive the tour; the vehicle leaves as late as its first stop allows, and waits where it is early."""
    if not tour:
        return Timetable((), vehicle.starts, vehicle.starts, 0, 0, 0)
    first = instance.stop[tour[0]]
    leaves = max(vehicle.starts, first.opens - instance.seconds[0][instance.place[first.key]])
    clock, here, metres, visits = leaves, 0, 0, []
    for key in tour:
        there, stop = instance.place[key], instance.stop[key]
        clock += instance.seconds[here][there]
        metres += instance.metres[here][there]
        begin = max(clock, stop.opens)
        visits.append(Visit(key, clock, begin, begin + stop.service, max(0, begin - stop.closes)))
        clock, here = begin + stop.service, there
    returns = clock + instance.seconds[here][0]
    metres += instance.metres[here][0]
    cost = metres * vehicle.per_metre + (returns - leaves) * vehicle.per_second
    return Timetable(tuple(visits), leaves, returns, metres, cost, max(0, returns - vehicle.ends))


def fits(instance: Instance, vehicle: Vehicle, tour: Sequence[int]) -> bool:
    """Whether the vehicle can carry the tour and keep every window and its shift."""
    stops = [instance.stop[key] for key in tour]
    if not holds(vehicle, stops) or any(stop.vehicle not in (None, vehicle.key) for stop in stops):
        return False
    driven = timetable(instance, vehicle, tour)
    return driven.late == 0 and driven.overtime == 0


def holds(vehicle: Vehicle, stops: Sequence[Stop]) -> bool:
    """Whether weight, volume and number of the stops are within the vehicle's limits."""
    return (
        len(stops) <= vehicle.max_stops
        and sum(stop.weight for stop in stops) <= vehicle.weight
        and sum(stop.volume for stop in stops) <= vehicle.volume
    )


def why_not(instance: Instance, stop: Stop) -> Reason:
    """Why a stop stayed behind: it fits nowhere even alone, or others took the room and time."""
    allowed = [vehicle for vehicle in instance.vehicles if stop.vehicle in (None, vehicle.key)]
    if not any(holds(vehicle, [stop]) for vehicle in allowed):
        return Reason.TOO_LARGE
    if not any(fits(instance, vehicle, [stop.key]) for vehicle in allowed):
        return Reason.OUT_OF_REACH
    return Reason.NO_ROOM


def plan_of(instance: Instance, tours: dict[int, tuple[int, ...]], *, made_by: str) -> Plan:
    """The plan that these tours make, with sums and with reasons for what is left out."""
    driven = [timetable(instance, instance.vehicle[key], tour) for key, tour in tours.items()]
    served = {key for tour in tours.values() for key in tour}
    unassigned = {stop.key: why_not(instance, stop) for stop in instance.stops if stop.key not in served}
    return Plan(
        tours={key: tuple(tour) for key, tour in tours.items()},
        unassigned=unassigned,
        metres=sum(each.metres for each in driven),
        seconds=sum(each.seconds for each in driven),
        cost=sum(each.cost for each in driven),
        made_by=made_by,
    )
