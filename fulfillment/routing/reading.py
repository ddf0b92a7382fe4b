"""Published instances and solutions: CVRPLIB (.vrp and .sol) and Solomon's text format.

CVRPLIB: Uchoa et al. 2017, doi 10.1016/j.ejor.2016.08.012; distances are Euclidean, rounded to the nearest integer.
Solomon 1987, doi 10.1287/opre.35.2.254: distances with one decimal, cut off, here in tenths.
"""

import os
import re
from math import floor, hypot
from pathlib import Path

from fulfillment.routing.instance import Instance, Stop, Vehicle

VARIABLE = "OMS_ROUTING_DIR"


def folder(given: str = "") -> Path | None:
    """The directory with instances: the argument, else the environment's; None when neither names one."""
    name = given or os.environ.get(VARIABLE, "")
    return Path(name) if name else None


def read_cvrp(path: Path) -> Instance:
    """A CVRPLIB instance with Euclidean distances; as many vehicles as stops, since the format leaves them free."""
    text = path.read_text(encoding="utf-8")
    if _field(text, "EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise ValueError(f"{path.name}: only EDGE_WEIGHT_TYPE EUC_2D is read")
    points = {int(n): (float(x), float(y)) for n, x, y in _rows(text, "NODE_COORD_SECTION", 3)}
    demands = {int(n): int(demand) for n, demand in _rows(text, "DEMAND_SECTION", 2)}
    depot = int(_rows(text, "DEPOT_SECTION", 1)[0][0])
    capacity = int(_field(text, "CAPACITY"))
    order = [depot, *(n for n in points if n != depot)]
    metres = _matrix([points[n] for n in order], lambda length: floor(length + 0.5))
    stops = tuple(Stop(n - 1, weight=demands[n]) for n in order[1:])
    nothing = tuple((0,) * len(order) for _row in order)
    vehicles = tuple(Vehicle(n, weight=capacity) for n in range(len(stops)))
    return Instance(stops, vehicles, metres, nothing)


def read_solution(path: Path) -> tuple[list[tuple[int, ...]], int]:
    """The tours of a CVRPLIB solution as stop numbers, and its cost."""
    text = path.read_text(encoding="utf-8")
    tours = [tuple(map(int, line.split())) for line in re.findall(r"^Route\s*#\d+\s*:(.*)$", text, re.MULTILINE)]
    cost = re.search(r"^Cost\s+(\d+)", text, re.MULTILINE)
    if not cost:
        raise ValueError(f"{path.name}: no cost")
    return tours, int(cost[1])


def read_solomon(path: Path) -> Instance:
    """An instance with time windows in Solomon's format; distances and times in tenths of its unit."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [[int(word) for word in row] for row in rows if row and all(word.isdigit() for word in row)]
    (count, capacity), (depot, *customers) = numbers[0], numbers[1:]
    table = _matrix([(row[1], row[2]) for row in (depot, *customers)], lambda length: floor(length * 10 + 1e-9))
    stops = tuple(
        Stop(number, weight=demand, opens=ready * 10, closes=due * 10, service=service * 10)
        for number, _x, _y, demand, ready, due, service in customers
    )
    vehicles = tuple(Vehicle(n, weight=capacity, starts=depot[4] * 10, ends=depot[5] * 10) for n in range(count))
    return Instance(stops, vehicles, table, table)


def _field(text: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(\S+)", text, re.MULTILINE)
    if not found:
        raise ValueError(f"no {name}")
    return found[1]


def _rows(text: str, section: str, width: int) -> list[list[str]]:
    """The rows of a section, which ends with the first line that is not made of numbers."""
    lines = text.partition(section)[2].splitlines()[1:]
    rows = []
    for line in lines:
        words = line.split()
        if len(words) != width or not all(re.fullmatch(r"-?[\d.eE+]+", word) for word in words):
            break
        rows.append(words)
    if not rows:
        raise ValueError(f"no {section}")
    return rows


def _matrix(points: list[tuple[float, float]], rounded) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(rounded(hypot(ax - bx, ay - by)) for bx, by in points) for ax, ay in points)
