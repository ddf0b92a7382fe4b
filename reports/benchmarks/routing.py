"""Route planning: the gap to the best known solutions in 30 s, and a day of 300 stops with windows."""

import random
import time
from pathlib import Path

from fulfillment.routing import reading
from fulfillment.routing.insertion import insert_all
from fulfillment.routing.instance import Instance, Plan, Stop, Vehicle
from fulfillment.routing.solve import solve
from fulfillment.routing.travel import matrices
from fulfillment.routing.verify import faults

SECONDS = 30
DAY_SECONDS = 30
DAY_STOPS, DAY_VEHICLES = 300, 12
SHANGHAI = (31.23, 121.47)
HOUR = 3600


def measure() -> dict:
    """Every instance of the directory that OMS_ROUTING_DIR names, then our own day."""
    folder = reading.folder()
    instances = sorted(folder.glob("*.vrp")) if folder else []
    return {path.stem: _against_best(path) for path in instances} | {"day": _day()}


def _against_best(path: Path) -> dict:
    instance = reading.read_cvrp(path)
    _tours, best = reading.read_solution(path.with_suffix(".sol"))
    plan, seconds = _timed(instance, SECONDS)
    return _figures(instance, plan, seconds) | {
        "best_known": best,
        "cost": plan.metres,
        "gap_percent": round(100 * (plan.metres / best - 1), 3),
    }


def _day() -> dict:
    instance = day()
    plan, seconds = _timed(instance, DAY_SECONDS)
    plain = insert_all(instance)
    return _figures(instance, plan, seconds) | {
        "stops": DAY_STOPS,
        "vehicles": sum(1 for tour in plan.tours.values() if tour),
        "unassigned": len(plan.unassigned),
        "km": round(plan.metres / 1000, 1),
        "insertion_km": round(plain.metres / 1000, 1),
        "insertion_unassigned": len(plain.unassigned),
    }


def _timed(instance: Instance, seconds: int) -> tuple[Plan, float]:
    began = time.perf_counter()
    plan = solve(instance, seconds=seconds)
    return plan, time.perf_counter() - began


def _figures(instance: Instance, plan: Plan, seconds: float) -> dict:
    return {"seconds": round(seconds, 1), "made_by": plan.made_by, "faults": [str(f) for f in faults(instance, plan)]}


def day(stops: int = DAY_STOPS, vehicles: int = DAY_VEHICLES, seed: int = 3) -> Instance:
    """A day in a city of 25 km across: every third customer named a window of two hours."""
    dice = random.Random(seed)
    points = [SHANGHAI, *((31.23 + dice.gauss(0, 0.06), 121.47 + dice.gauss(0, 0.07)) for _stop in range(stops))]
    metres, seconds = matrices(points)
    return Instance(
        tuple(_stop(dice, key) for key in range(1, stops + 1)),
        tuple(_vehicle(key) for key in range(1, vehicles + 1)),
        metres,
        seconds,
    )


def _stop(dice: random.Random, key: int) -> Stop:
    opens = dice.randrange(9, 17) * HOUR if key % 3 == 0 else 8 * HOUR
    closes = opens + 2 * HOUR if key % 3 == 0 else 19 * HOUR
    weight, volume = dice.randrange(500, 20_000), dice.randrange(1_000, 60_000)
    return Stop(key, weight, volume, opens, closes, service=240, required=False, prize=15 * 10**7)


def _vehicle(key: int) -> Vehicle:
    return Vehicle(key, 600_000, 5_000_000, 40, 8 * HOUR, 18 * HOUR, per_metre=250, per_second=3333)
