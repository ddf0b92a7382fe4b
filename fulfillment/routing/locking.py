"""Locked beginnings of tours as one visit each, so that a solver which knows no locks keeps them."""

import itertools
from dataclasses import dataclass

from fulfillment.routing.instance import FOREVER, Instance, Stop


@dataclass(frozen=True)
class Visit:
    """Stops driven in one go: goods, the window for beginning the first, seconds until the last is served.

    `first_of` is the key of the vehicle that must begin with it, `only` the key of the only one that may serve it.
    """

    keys: tuple[int, ...]
    weight: int
    volume: int
    opens: int
    closes: int
    lasts: int
    required: bool
    prize: int
    first_of: int | None
    only: int | None


def visits_of(instance: Instance) -> list[Visit]:
    """Every stop in exactly one visit: the locked beginnings first, then the others, each alone."""
    chains = [(vehicle.key, vehicle.first) for vehicle in instance.vehicles if vehicle.first]
    begun = {key for _vehicle, chain in chains for key in chain}
    alone = [stop for stop in instance.stops if stop.key not in begun]
    return [*(_chain(instance, *chain) for chain in chains), *(_alone(stop) for stop in alone)]


def _alone(stop: Stop) -> Visit:
    return Visit(
        keys=(stop.key,),
        weight=stop.weight,
        volume=stop.volume,
        opens=stop.opens,
        closes=stop.closes,
        lasts=stop.service,
        required=stop.required,
        prize=stop.prize,
        first_of=None,
        only=stop.vehicle,
    )


def _chain(instance: Instance, vehicle: int, keys: tuple[int, ...]) -> Visit:
    stops = [instance.stop[key] for key in keys]
    opens, closes, lasts = _window(instance, stops)
    return Visit(
        keys=keys,
        weight=sum(stop.weight for stop in stops),
        volume=sum(stop.volume for stop in stops),
        opens=opens,
        closes=closes,
        lasts=lasts,
        required=True,
        prize=0,
        first_of=vehicle,
        only=vehicle,
    )


def _window(instance: Instance, stops: list[Stop]) -> tuple[int, int, int]:
    """When a chain may begin so that all its windows hold, and how long it lasts then, waiting included.

    The concatenation of segments of Vidal, Crainic, Gendreau and Prins (2013), without time warp: a chain that cannot
    keep its windows is begun as early as it can be, and the verifier says what is late.
    """
    opens, closes, lasts = stops[0].opens, stops[0].closes, stops[0].service
    for before, stop in itertools.pairwise(stops):
        reached = lasts + instance.seconds[instance.place[before.key]][instance.place[stop.key]]
        waits = max(0, stop.opens - reached - closes)
        opens = max(stop.opens - reached, opens) - waits
        closes = max(min(stop.closes - reached, closes), opens)
        lasts = reached + stop.service + waits
    return max(0, opens), min(closes, FOREVER), lasts
