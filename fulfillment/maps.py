"""A day's routes as a drawing without tiles: depot, numbered stops, one line for each route, a scale bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from fulfillment.models import Route, RoutePlan, RouteStop
from oms.formats import quantity

WIDTH, HEIGHT, MARGIN = 1120, 520, 36
DEGREE = 111_195  # metres in a degree of latitude on a sphere of the mean radius
COLOURS = 8
Spot = tuple[float, float]


@dataclass(frozen=True)
class Dot:
    """A stop on the map; `label` is its number on the route, `title` what it says when pointed at."""

    x: float
    y: float
    label: str
    title: str
    colour: int
    late: bool


@dataclass(frozen=True)
class Line:
    """A route from the depot and back, as an SVG path."""

    path: str
    title: str
    colour: int


@dataclass(frozen=True)
class RouteMap:
    """Everything to be drawn, in user units of a WIDTH × HEIGHT drawing."""

    depot: Spot
    lines: list[Line]
    dots: list[Dot]
    scale: float
    scale_label: str
    width: int = WIDTH
    height: int = HEIGHT


def colour_of(route: Route) -> int:
    """The number of a route's colour, from 1."""
    return (route.number - 1) % COLOURS + 1


def route_map(plan: RoutePlan, routes: Sequence[Route], stops: Sequence[RouteStop]) -> RouteMap:
    """The plan drawn to fit, north up, equirectangular about its middle (good to a per cent within a region)."""
    placed = [stop for stop in stops if stop.latitude is not None]
    paper = _Paper([(plan.latitude, plan.longitude), *((s.latitude, s.longitude) for s in placed)])
    depot = paper.spot(plan.latitude, plan.longitude)
    metres = _round_length(paper.metres_per_unit * 160)
    return RouteMap(
        depot=depot,
        lines=[_line(paper, depot, route, [s for s in placed if s.route_id == route.pk]) for route in routes],
        dots=[_dot(paper, stop, {route.pk: route for route in routes}) for stop in placed],
        scale=round(metres / paper.metres_per_unit, 1),
        scale_label=f"{quantity(metres / 1000)} km" if metres >= 1000 else f"{quantity(metres)} m",
    )


class _Paper:
    """From degrees to units: everything fits inside the margins, a kilometre is as long upwards as sideways."""

    def __init__(self, points: Sequence[Spot]):
        latitudes, longitudes = zip(*points, strict=True)
        self.middle = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
        self.shrink = cos(radians(self.middle[0]))
        high = max(latitudes) - min(latitudes)
        wide = (max(longitudes) - min(longitudes)) * self.shrink
        self.degree = min((WIDTH - 2 * MARGIN) / max(wide, 0.005), (HEIGHT - 2 * MARGIN) / max(high, 0.005))

    @property
    def metres_per_unit(self) -> float:
        return DEGREE / self.degree

    def spot(self, latitude: float, longitude: float) -> Spot:
        x = WIDTH / 2 + (longitude - self.middle[1]) * self.shrink * self.degree
        y = HEIGHT / 2 - (latitude - self.middle[0]) * self.degree
        return round(x, 1), round(y, 1)


def _line(paper: _Paper, depot: Spot, route: Route, stops: list[RouteStop]) -> Line:
    way = [paper.spot(s.latitude, s.longitude) for s in sorted(stops, key=lambda stop: stop.sequence)]
    points = [depot, *way, depot] if way else []
    return Line("".join(f"{'ML'[n > 0]}{x} {y}" for n, (x, y) in enumerate(points)), str(route), colour_of(route))


def _dot(paper: _Paper, stop: RouteStop, routes: dict[int, Route]) -> Dot:
    route = routes.get(stop.route_id)
    order = stop.shipment.order
    title = f"{stop.shipment.number} {order.ship_name}, {order.line1}"
    x, y = paper.spot(stop.latitude, stop.longitude)
    return Dot(x, y, str(stop.sequence or "?"), title, colour_of(route) if route else 0, bool(stop.late))


def _round_length(metres: float) -> int:
    """The largest of 1, 2 or 5 times a power of ten that is not longer."""
    power = 10 ** (len(str(max(1, int(metres)))) - 1)
    return max(power * n for n in (1, 2, 5) if power * n <= max(metres, 1))
