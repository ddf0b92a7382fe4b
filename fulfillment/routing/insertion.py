"""Plain cheapest insertion: what a dispatcher with a map would do; the yardstick, and the way to add one more stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy

from fulfillment.routing.instance import Instance, Plan, Stop, Vehicle
from fulfillment.routing.schedule import fits, plan_of

MADE_BY = "insertion"
Tours = dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Spot:
    """A place for the stop of that number: before the stop at `position` of the vehicle's tour, counted from 0."""

    number: int
    vehicle: int
    position: int


def insert_all(instance: Instance) -> Plan:
    """A plan that begins with the locked stops; then always the stop that costs least where it costs least.

    Required stops come first, then those with the greatest prize.
    """
    tours: Tours = {vehicle.key: tuple(vehicle.first) for vehicle in instance.vehicles}
    begun = {key for tour in tours.values() for key in tour}
    waiting = sorted((stop for stop in instance.stops if stop.key not in begun), key=_rank)
    for _rank_of_these, group in groupby(waiting, key=_rank):
        stops = list(group)
        board = _Board(instance, tours, stops)
        while spot := board.cheapest():
            tours[spot.vehicle] = put(tours[spot.vehicle], stops[spot.number].key, spot.position)
            board.taken(spot)
    return plan_of(instance, tours, made_by=MADE_BY)


def cheapest(instance: Instance, tours: Tours, stop: Stop) -> Spot | None:
    """The cheapest place that breaks no rule, behind the locked beginning of a tour; None when there is none."""
    return _Board(instance, tours, [stop]).cheapest()


def put(tour: Sequence[int], key: int, position: int) -> tuple[int, ...]:
    """The tour with one more stop at `position`, counted from 0."""
    return (*tour[:position], key, *tour[position:])


def _rank(stop: Stop) -> tuple[bool, int]:
    return (not stop.required, -stop.prize)


class _Board:
    """What each detour costs in metres and seconds of driving: for each vehicle a table of stops by places.

    A place that is impossible costs infinitely much; whether windows allow it is found out when its turn comes.
    """

    def __init__(self, instance: Instance, tours: Tours, stops: Sequence[Stop]):
        self.instance, self.tours, self.stops = instance, tours, stops
        self.metres, self.seconds = (numpy.array(m, dtype=float) for m in (instance.metres, instance.seconds))
        self.places = numpy.array([instance.place[stop.key] for stop in stops])
        self.weights, self.volumes = (numpy.array([getattr(s, n) for s in stops]) for n in ("weight", "volume"))
        self.gone = numpy.zeros(len(stops), dtype=bool)
        self.tables = {vehicle.key: self._table(vehicle) for vehicle in instance.vehicles}

    def cheapest(self) -> Spot | None:
        """The cheapest possible place of all; None when nothing fits anywhere."""
        best = {key: table.min() for key, table in self.tables.items() if table.size}
        while best:
            key = min(best, key=best.__getitem__)
            if best[key] == numpy.inf:
                return None
            vehicle, table = self.instance.vehicle[key], self.tables[key]
            number, column = map(int, divmod(int(table.argmin()), table.shape[1]))
            spot = Spot(number, key, len(vehicle.first) + column)
            if fits(self.instance, vehicle, put(self.tours[key], self.stops[number].key, spot.position)):
                return spot
            table[number, column] = numpy.inf
            best[key] = table.min()
        return None

    def taken(self, spot: Spot) -> None:
        """The stop was put there: it needs no place any more, and this tour's places are others."""
        self.gone[spot.number] = True
        for table in self.tables.values():
            table[spot.number] = numpy.inf
        self.tables[spot.vehicle] = self._table(self.instance.vehicle[spot.vehicle])

    def _table(self, vehicle: Vehicle) -> numpy.ndarray:
        tour = self.tours[vehicle.key]
        way = numpy.array([0, *(self.instance.place[key] for key in tour), 0])[len(vehicle.first) :]
        before, after = way[:-1], way[1:]
        table = vehicle.per_metre * self._detours(self.metres, before, after)
        table += vehicle.per_second * self._detours(self.seconds, before, after)
        table[self._impossible(vehicle, [self.instance.stop[key] for key in tour])] = numpy.inf
        return table

    def _detours(self, matrix: numpy.ndarray, before: numpy.ndarray, after: numpy.ndarray) -> numpy.ndarray:
        here = self.places[:, None]
        return matrix[before, here] + matrix[here, after] - matrix[before, after]

    def _impossible(self, vehicle: Vehicle, on_board: Sequence[Stop]) -> numpy.ndarray:
        """The stops that are placed already, that this vehicle may not serve, or that do not fit into it any more."""
        foreign = numpy.array([stop.vehicle not in (None, vehicle.key) for stop in self.stops])
        heavy = self.weights > vehicle.weight - sum(stop.weight for stop in on_board)
        bulky = self.volumes > vehicle.volume - sum(stop.volume for stop in on_board)
        return self.gone | foreign | heavy | bulky | (len(on_board) >= vehicle.max_stops)
