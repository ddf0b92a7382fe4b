"""The question that route planning answers, and its answer: whole metres, seconds, grams and millilitres.

Costs are whole units of a hundred-thousandth of the currency, so that a price per kilometre or hour stays exact
enough per metre and second. Place 0 is the depot, where every vehicle begins and ends; stop i stands at place i + 1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

FOREVER = 10**9
MONEY = 100_000  # cost units in one unit of currency


@dataclass(frozen=True)
class Stop:
    """Goods for one door. `opens` and `closes` bound the beginning of the service, in seconds after midnight.

    A stop that is not `required` may stay out of the plan; the plan is then worth its `prize` less. `vehicle` is the
    key of the only vehicle that may serve it.
    """

    key: int
    weight: int = 0
    volume: int = 0
    opens: int = 0
    closes: int = FOREVER
    service: int = 0
    required: bool = True
    prize: int = 0
    vehicle: int | None = None


@dataclass(frozen=True)
class Vehicle:
    """A vehicle in its shift; `first` are the keys of the stops with which its tour begins, in this order."""

    key: int
    weight: int = FOREVER
    volume: int = FOREVER
    max_stops: int = FOREVER
    starts: int = 0
    ends: int = FOREVER
    per_metre: int = 1
    per_second: int = 0
    first: tuple[int, ...] = ()


@dataclass(frozen=True)
class Instance:
    """Stops, vehicles and what lies between the places: metres and seconds from row to column."""

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    metres: tuple[tuple[int, ...], ...]
    seconds: tuple[tuple[int, ...], ...]

    def __post_init__(self):
        size = len(self.stops) + 1
        for matrix in (self.metres, self.seconds):
            if len(matrix) != size or any(len(row) != size for row in matrix):
                raise ValueError(f"a matrix must have {size} rows and columns")
        for keys in ([stop.key for stop in self.stops], [vehicle.key for vehicle in self.vehicles]):
            if len(keys) != len(set(keys)):
                raise ValueError("two stops or two vehicles have the same key")

    @cached_property
    def place(self) -> dict[int, int]:
        """The place of each stop's key in the matrices."""
        return {stop.key: number for number, stop in enumerate(self.stops, 1)}

    @cached_property
    def stop(self) -> dict[int, Stop]:
        return {stop.key: stop for stop in self.stops}

    @cached_property
    def vehicle(self) -> dict[int, Vehicle]:
        return {vehicle.key: vehicle for vehicle in self.vehicles}


class Reason(Enum):
    """Why a stop is in no tour."""

    TOO_LARGE = "too_large"
    OUT_OF_REACH = "out_of_reach"
    NO_ROOM = "no_room"


@dataclass(frozen=True)
class Plan:
    """Tours as stop keys by vehicle key, what stays behind and why, and what the tours add up to."""

    tours: Mapping[int, tuple[int, ...]]
    unassigned: Mapping[int, Reason] = field(default_factory=dict)
    metres: int = 0
    seconds: int = 0
    cost: int = 0
    made_by: str = ""

    def value(self, instance: Instance) -> tuple[int, int]:
        """What makes a plan better when it is smaller: prizes left behind and cost, then the metres."""
        lost = sum(instance.stop[key].prize for key in self.unassigned)
        return self.cost + lost, self.metres


def left_out(instance: Instance, tours: Iterable[Iterable[int]]) -> list[Stop]:
    """The stops that are in none of the tours."""
    served = {key for tour in tours for key in tour}
    return [stop for stop in instance.stops if stop.key not in served]
