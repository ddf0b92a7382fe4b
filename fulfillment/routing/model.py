"""An instance in the solver's terms, and the solver's routes as tours."""

from dataclasses import replace

import numpy
import pyvrp

from fulfillment.routing.instance import FOREVER, Instance, Vehicle
from fulfillment.routing.locking import Visit, visits_of

NEVER = 10**7  # metres and seconds of a way that must not be taken


class Model:
    """One instance as PyVRP's data; `tours` reads a solution back.

    Weight, volume and number of stops are load dimensions. A vehicle with stops of its own gets one more, in which
    those stops weigh 1 and every other vehicle holds 0. A locked beginning is one client that can only be reached
    from the depot.
    """

    def __init__(self, instance: Instance):
        self.instance = instance
        self.visits = visits_of(instance)
        self.owners = sorted({visit.only for visit in self.visits if visit.only is not None})
        self.limits = [name for name in ("weight", "volume", "max_stops") if self._limited(name)]
        self.fleet = self._fleet()

    def data(self) -> pyvrp.ProblemData:
        """The instance for the solver."""
        places = len(self.visits) + 1
        return pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _place in range(places)],
            clients=[self._client(number, visit) for number, visit in enumerate(self.visits, 1)],
            depots=[pyvrp.Depot(0)],
            vehicle_types=[self._vehicle_type(vehicles) for vehicles in self.fleet],
            distance_matrices=[self._matrix(self.instance.metres)],
            duration_matrices=[self._matrix(self.instance.seconds)],
        )

    def tours(self, solution: pyvrp.Solution) -> dict[int, tuple[int, ...]]:
        """The solution's routes as stop keys by vehicle key; a vehicle that stays at home has an empty tour."""
        tours: dict[int, tuple[int, ...]] = {vehicle.key: () for vehicle in self.instance.vehicles}
        waiting = [list(vehicles) for vehicles in self.fleet]
        for route in solution.routes():
            visits = [self.visits[activity.idx] for activity in route if activity.is_client()]
            if visits:
                vehicle = waiting[route.vehicle_type()].pop(0)
                tours[vehicle.key] = tuple(key for visit in visits for key in visit.keys)
        return tours

    def _limited(self, name: str) -> bool:
        return any(getattr(vehicle, name) < FOREVER for vehicle in self.instance.vehicles)

    def _fleet(self) -> list[list[Vehicle]]:
        """Vehicles that are alike, together: the solver need not tell them apart."""
        alike: dict[Vehicle, list[Vehicle]] = {}
        for vehicle in self.instance.vehicles:
            own = vehicle.key in self.owners
            alike.setdefault(vehicle if own else replace(vehicle, key=-1), []).append(vehicle)
        return list(alike.values())

    def _client(self, place: int, visit: Visit) -> pyvrp.Client:
        size = {"weight": visit.weight, "volume": visit.volume, "max_stops": len(visit.keys)}
        return pyvrp.Client(
            location=place,
            delivery=[*(size[name] for name in self.limits), *(int(visit.only == owner) for owner in self.owners)],
            service_duration=visit.lasts,
            tw_early=visit.opens,
            tw_late=visit.closes,
            prize=visit.prize,
            required=visit.required,
        )

    def _vehicle_type(self, vehicles: list[Vehicle]) -> pyvrp.VehicleType:
        one = vehicles[0]
        own = [len(self.visits) if one.key == owner else 0 for owner in self.owners]
        return pyvrp.VehicleType(
            num_available=len(vehicles),
            capacity=[*(getattr(one, name) for name in self.limits), *own],
            tw_early=one.starts,
            tw_late=one.ends,
            unit_distance_cost=one.per_metre,
            unit_duration_cost=one.per_second,
        )

    def _matrix(self, matrix) -> numpy.ndarray:
        entry = numpy.array([0, *(self.instance.place[visit.keys[0]] for visit in self.visits)])
        leave = numpy.array([0, *(self.instance.place[visit.keys[-1]] for visit in self.visits)])
        table = numpy.array(matrix, dtype=numpy.int64)[numpy.ix_(leave, entry)]
        for place, visit in enumerate(self.visits, 1):
            if visit.first_of is not None:
                table[1:, place] = NEVER
        numpy.fill_diagonal(table, 0)
        return table
